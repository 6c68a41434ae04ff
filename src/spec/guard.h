/* The guards that headers are given: macros, which take their names away from everything else in C. */
#ifndef XB_SPEC_GUARD_H
#define XB_SPEC_GUARD_H

#include "spec/model.h"

/* Reports guards that C has another meaning for, and those that meet. The constants of the spec must be known. */
void spec_guards(const struct spec *spec, struct diags *diags);

#endif
