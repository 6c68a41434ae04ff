/* Size, alignment and offsets of every definition on every ABI. */
#ifndef XB_LAYOUT_LAYOUT_H
#define XB_LAYOUT_LAYOUT_H

#include "spec/model.h"

/* No object may be larger on any ABI: C's ptrdiff_t has 32 bits on two of them. */
#define LAYOUT_SIZE_MAX ((uint64_t)INT32_MAX)

/*
 * Fills in `layout` of every definition that is not broken. What is too large is a
 * finding and becomes broken, as does what holds it.
 */
void layout_spec(struct spec *spec, struct diags *diags);

/* Bytes. */
struct extent {
    uint64_t size, align;
};

/* Size and alignment of a type in a configuration. The type must be resolved and laid out. */
struct extent layout_type(const struct type *type, unsigned config);

/*
 * Bytes of implicit padding before field `i`, which must exist there, or with i == fields.len at the tail. Bits that
 * bit-fields leave unused are none; a union has holes at its tail only.
 */
uint64_t layout_hole(const struct def *def, unsigned config, size_t i);

/*
 * The member of that name in a configuration, also in the anonymous records of a record, or NULL. Adds where it lies,
 * in bytes, to `offset`.
 */
const struct field *layout_member(const struct def *def, struct str name, unsigned config, uint64_t *offset);

/* The ABIs among `set` on which the definition has the same layout as on `abi`. */
abi_set layout_same(const struct def *def, abi_set set, enum abi abi);

#endif
