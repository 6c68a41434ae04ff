/* Ways below the output folder, taken step by step so that no symbolic link leads out of it. */
#ifndef XB_OUTPUT_PLACE_H
#define XB_OUTPUT_PLACE_H

#include "base/str.h"

#include <stddef.h>

/* What went wrong, in a form that needs no memory; all zero when nothing did. */
struct trouble {
    int number;      /* an errno, or 0 when `why` says it */
    const char *why; /* "is a symbolic link" */
    size_t depth;    /* how many parts lead to the culprit; 0: the file itself */
};

/* `path` with a NUL in place of each '/', and the number of those. */
char *place_parts(struct arena *arena, struct str path, size_t *depth);

/* The part after the first `depth` ones. */
const char *place_name(const char *parts, size_t depth);

/*
 * Opens the folder that the first `depth` parts lead to from the open folder `root`. Links are
 * refused. Returns a descriptor for place_close, `root` itself where no part leads further, or -1 and the trouble.
 */
int place_open(int root, const char *parts, size_t depth, struct trouble *trouble);
void place_close(int root, int fd);

#endif
