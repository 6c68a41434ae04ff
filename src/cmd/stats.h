/* What `check --stats` shows: how much a spec describes, and what of it is code. */
#ifndef XB_CMD_STATS_H
#define XB_CMD_STATS_H

#include "base/buf.h"
#include "spec/model.h"

/* Appends the counts as a table, and the verbatim blocks with their places. */
void stats_write(struct buf *out, const struct spec *spec);

/* Appends the same as a JSON object, which has the counts of each folder as well, and what the blocks are for. */
void stats_json(struct buf *out, const struct spec *spec);

#endif
