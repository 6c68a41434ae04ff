/*
 * The names that definitions get in C and Rust: fills in what the model marks "resolved"
 * and is a name, and reports names that no output can hold or that would meet.
 */
#ifndef XB_SPEC_NAMES_H
#define XB_SPEC_NAMES_H

#include "spec/model.h"

void spec_names(struct spec *spec, struct diags *diags);

/*
 * The names that C derives from that of a run of bits: its mask, its shift and its number;
 * `suffix` is "mask" or "shift".
 */
struct str name_c_derived(struct arena *arena, struct str c_name, const char *suffix);

#endif
