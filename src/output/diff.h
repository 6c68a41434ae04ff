/* Unified diffs, as diff -u writes them and patch reads them. */
#ifndef XB_OUTPUT_DIFF_H
#define XB_OUTPUT_DIFF_H

#include "base/buf.h"

/*
 * Appends the difference between two texts, nothing when they are equal. `from` and `to` are
 * the names for the header. Effort is bounded: where the texts have little in common the
 * result is right but not the shortest.
 */
void diff_unified(struct buf *out, struct str from, struct str to, struct str old, struct str new);

#endif
