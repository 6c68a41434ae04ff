/*
 * The definitions that rows of tables stand for: the types of a ring, the constants of a hypercall. Everything after
 * the reader sees them like those that are written in the spec; `made_by` tells them apart.
 */
#ifndef XB_SPEC_EXPAND_H
#define XB_SPEC_EXPAND_H

#include "spec/model.h"

/* Adds what is made of the rows of every folder to its definitions. */
void spec_expand(struct spec *spec, struct diags *diags);

#endif
