/*
 * The files of a run: the only stage that writes to the file system. Texts are collected,
 * compared with what is there, and written all at once by output_commit; a run that gives up
 * before that has touched nothing, so there is nothing to undo, not even when memory runs out.
 *
 * A run may have several output folders: their outputs are a list, linked by `next`, and what
 * is done with the first one is done with all.
 */
#ifndef XB_OUTPUT_OUTPUT_H
#define XB_OUTPUT_OUTPUT_H

#include "base/buf.h"
#include "base/map.h"
#include "base/rope.h"
#include "base/vec.h"
#include "output/temp.h"

enum output_mode {
    OUTPUT_WRITE,
    OUTPUT_CHECK /* nothing is written, the differences are kept for output_diff */
};

enum output_state { OUTPUT_UNCHANGED, OUTPUT_CHANGED, OUTPUT_MISSING };

struct output_file {
    struct str path; /* relative to the output folder */
    enum output_state state;
    struct rope text;       /* what it shall hold; kept only of files that are not unchanged */
    struct str old, wanted; /* what it holds and shall hold; kept only by OUTPUT_CHECK */
    /* For the commit, which must not allocate: */
    const char *parts; /* the path with a NUL in place of each '/' */
    size_t depth;      /* the number of folders on the way */
    struct temp temp;
};

/* A folder that the outputs need; `made` once this run has made it. */
struct output_folder {
    struct str path;
    const char *parts;
    size_t depth;
    bool made;
};

struct output_depfile {
    struct str path;
    struct rope text;
    const char *folder, *name; /* of the file that is replaced */
    struct temp temp;
    bool is_direct; /* not replaced but written into: standard output, a pipe or a device */
};

struct output {
    struct arena *arena;
    /* For the caller to set, right after output_init: those of another folder, which are committed with these or not at
     * all. Folders may stand in one another but not be the same. */
    struct output *next;
    struct str dir; /* as the user gave it; "-" is standard output */
    enum output_mode mode;
    /* For the caller to set where files cannot be made anew: a file is on the disk before it takes another's place. */
    bool synced;
    bool is_stdout;
    struct rope_store store;       /* for the ropes of its files */
    VEC(struct output_file) files; /* in the order of output_add */
    VEC(struct str) stale;         /* paths relative to the folder, in bytewise order */
    size_t changed, missing, unchanged;
    size_t bytes; /* of all files */
    /* One line for the user, empty while all is well: "cannot write `X/sysctl.h`: ..." Ask output_failed() of a list.
     */
    struct str error;

    /* private */
    const char *dir_name;
    struct map known; /* the paths of all files and folders, to one of these marks: */
    char file_mark, folder_mark;
    VEC(struct output_folder) folders;      /* below `dir`, parents first */
    VEC(struct output_folder) root_folders; /* `dir` and what is above it; `parts` is a whole path */
    bool prune;
    struct output_folder *stale_places; /* of `stale`, for the commit */
    int root;                           /* the output folder while a commit has it open, else -1 */
    struct output_depfile *depfile;     /* of the first in a list */
    unsigned serial;                    /* tells temporary files apart */
};

/* Starts a run's outputs, into the folder `dir` or, for "-", to standard output. */
void output_init(struct output *out, struct arena *arena, struct str dir, enum output_mode mode);

/* Whether one of a list has an error; if so, the first one has it too. */
bool output_failed(struct output *out);

/*
 * Adds a file, to this one of a list alone. `path` is relative: parts of [A-Za-z0-9_.-] that are not "." or "..", with
 * '/' between them; anything else is an error, as are a path that was there before, symbolic links in place of folders
 * below the output folder, and folders or devices in place of the file. A link in place of the file is replaced, never
 * followed. The text must stay as it is until the commit, unless this counts the file as `unchanged`; the path may be
 * reused. False after an error, this one or an earlier one, which `out->error` tells.
 */
bool output_add(struct output *out, struct str path, struct str text);

/* The same of a rope, which may be in out->store. */
bool output_add_rope(struct output *out, struct str path, const struct rope *text);

/*
 * Once all files are added: finds the files below the output folder that hold `banner` in
 * their first 512 bytes but are not among the outputs, and lists them in `out->stale`. Links
 * are not followed; folders named "target" or ".*", those of the others of the list and what
 * may not be read are left alone.
 * With `prune` output_commit removes them.
 */
bool output_stale(struct output *out, struct str banner, bool prune);

/*
 * Once all files are added: lets output_commit also write a rule for make or ninja to `path`
 * ("-" for standard output), which says that the outputs depend on `inputs`. Where the path is
 * a link, what it leads to is replaced; pipes and devices are written into. OUTPUT_CHECK writes none. An error if the
 * outputs have no names, being standard output, or if a name holds what make or ninja cannot be told, such as a line
 * end.
 */
bool output_depfile(struct output *out, struct str path, const struct str *inputs, size_t inputs_len);

/*
 * Writes what is not unchanged: every text to a temporary file in the folder it is for, then,
 * when all are there, one rename after the other, then removes stale files and writes the
 * depfile. When it fails before the first rename everything is as it was. SIGINT, SIGTERM,
 * SIGHUP and SIGQUIT wait meanwhile. Before all that, temporary files that killed runs have
 * left in the same folders go. SIGXFSZ must be ignored for a limit on file sizes to be an error.
 */
bool output_commit(struct output *out);

/* Appends unified diffs from what is there to what should be, of this one of a list alone; OUTPUT_CHECK only. */
void output_diff(const struct output *out, struct buf *diff);

#endif
