/* Reading what the user names: whole files, and the folders of a tree of specs or headers. */
#ifndef XB_BASE_INPUT_H
#define XB_BASE_INPUT_H

#include "base/str.h"
#include "base/vec.h"

/* A larger input is refused (bytes). */
#define INPUT_SIZE_MAX ((size_t)256 << 20)

/*
 * Reads the whole file `path`, or standard input for "-". False when that fails; `error` is
 * then one line for the user: "cannot read `x.toml`: Permission denied".
 */
bool input_read(struct arena *arena, struct str path, struct str *text, struct str *error);

struct input_folder {
    struct str path;       /* relative to the root, '/' between its parts, "" for the root itself */
    VEC(struct str) files; /* the names of the files that were asked for, in bytewise order */
};

struct input_tree {
    VEC(struct input_folder) folders; /* in bytewise order of their paths */
};

/*
 * Finds every folder below `root`, the root itself included, with those of its files whose
 * names end in `suffix`, ".toml". Files may
 * be symbolic links. Links to folders are not followed, for they can make loops; names that
 * begin with '.' are left out. False and an error as input_read when something cannot be read.
 */
bool input_list(struct arena *arena, struct str root, const char *suffix, struct input_tree *tree, struct str *error);

#endif
