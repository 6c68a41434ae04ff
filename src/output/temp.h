/*
 * Temporary files, beside the files whose place they take. Their names tell whose they are:
 * ".NAME.xbg-HOST-PROCESS-SERIAL.tmp", so that what a killed run has left can be told from
 * what a run that is going on still needs.
 */
#ifndef XB_OUTPUT_TEMP_H
#define XB_OUTPUT_TEMP_H

#include "base/rope.h"

#include <stdbool.h>

/* Where the name of a temporary file goes; empty while there is none. */
struct temp {
    char *name;
    size_t size;
};

/* Room for the name of a temporary file beside `name`. */
struct temp temp_room(struct arena *arena, const char *name);

/* Whether a file's name is one that temp_write gives. */
bool temp_is_name(const char *name);

/*
 * Makes a temporary file beside `name` in the open folder, with that text; `synced` once it is on
 * the disk. An errno on failure, and no file then. `*serial` tells a run's files apart. Allocates nothing.
 */
int temp_write(struct temp temp, int folder, const char *name, const struct rope *text, bool synced, unsigned *serial);

/* Has the temporary file take the place of `name`; an errno. */
int temp_rename(struct temp temp, int folder, const char *name);

/* Removes the temporary file, if there is one. */
void temp_remove(struct temp temp, int folder);

/* Removes, as far as that is possible, the temporary files in the open folder that no run needs. */
void temp_clear(struct arena *arena, int folder);

#endif
