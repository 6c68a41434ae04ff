/* The rules that need the whole model, laid out: values, bits, and the ABI's own. */
#ifndef XB_CHECK_CHECK_H
#define XB_CHECK_CHECK_H

#include "spec/model.h"

/* Runs every check over every definition; then judges the waivers. */
void check_spec(struct spec *spec, struct diags *diags);

/* A spec as one release of Xen has it, and what was found in it. */
struct checked {
    const struct spec *spec;
    const struct diags *diags;
};

/*
 * Adds to the findings about a spec those about the same sources as other releases have them: each once, with
 * the first of the releases in which it was found. A waiver that one release uses is used. That a release has nothing
 * of a folder is nothing to find.
 */
void check_merge(const struct spec *spec, struct diags *diags, const struct checked *others, size_t len);

#endif
