/* Folders, read in an order that does not depend on the file system. */
#ifndef XB_BASE_DIR_H
#define XB_BASE_DIR_H

#include "base/str.h"
#include "base/vec.h"

struct dir_names {
    VEC(struct str) list; /* each with a NUL after it */
};

/*
 * Reads the names in the open folder `fd`, "." and ".." apart, in bytewise order. Returns 0
 * or an errno. `fd` stays open.
 */
int dir_names(struct arena *arena, int fd, struct dir_names *names);

/* `parent`/`name`, or `name` alone when the parent is empty. A '/' is not doubled. */
struct str dir_join(struct arena *arena, struct str parent, struct str name);

#endif
