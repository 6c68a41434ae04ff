/* The rules that need the whole model, laid out: values, bits, and the ABI's own. */
#ifndef XB_CHECK_CHECK_H
#define XB_CHECK_CHECK_H

#include "spec/model.h"

/* Runs every check over every definition; then judges the waivers. */
void check_spec(struct spec *spec, struct diags *diags);

#endif
