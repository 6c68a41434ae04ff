/* What the files of the output stage share; nobody else needs it. */
#ifndef XB_OUTPUT_PARTS_H
#define XB_OUTPUT_PARTS_H

#include "output/output.h"
#include "output/place.h"

/* Sets out->error, unless it is set, to what went wrong with an output, or with the folder for ""; false. */
bool output_fail(struct output *out, const char *verb, struct str path, const struct trouble *trouble);

/* Whether the path is one of the run's files. */
bool output_knows(const struct output *out, struct str path);

#endif
