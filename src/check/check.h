/* The rules that need the whole model, laid out: values, bits, and the ABI's own. */
#ifndef XB_CHECK_CHECK_H
#define XB_CHECK_CHECK_H

#include "spec/model.h"

/* Runs every check over every definition; then judges the waivers. */
void check_spec(struct spec *spec, struct diags *diags);

/* A finding about the spec as one release of Xen has it. */
struct found {
    xen_release release;
    struct diag diag;
};

/* What several releases say of one spec. */
struct merge {
    struct arena *arena;
    struct map used; /* the waivers that some release uses */
    VEC(struct found) found;
};

struct merge check_merge_start(struct arena *arena);

/* Adds a release, which is needed no longer then; the texts of the findings are, but for `where`. */
void check_merge_add(struct merge *merge, const struct spec *spec, const struct diags *diags);

/*
 * Adds to the findings about a spec those about the same sources as other releases have them: each once, with
 * the first of the releases in which it was found. A waiver that one release uses is used. That a release has nothing
 * of a folder is nothing to find.
 */
void check_merge(struct merge *merge, const struct spec *spec, struct diags *diags);

#endif
