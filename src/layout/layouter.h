/* What the parts of the layout stage share: layout.c (records), value.c (expressions). */
#ifndef XB_LAYOUT_LAYOUTER_H
#define XB_LAYOUT_LAYOUTER_H

#include "spec/model.h"

/* Constants may be made of others this deep. */
#define VALUE_NESTING_MAX 100

struct layouter {
    const struct spec *spec;
    struct arena *arena;
    struct diags *diags;
    uint64_t *offsets; /* room for the fields of the largest record */
    uint8_t *bits;
    unsigned depth; /* of values within values */
};

/* Lays out a definition in a configuration that has it; false if it is broken, or being laid out. */
bool layouter_def(struct layouter *l, struct def *def, unsigned config);

/* Whether samples differ in a definition, or in what an expression comes to. Finds out, the first time. */
bool layouter_def_varies(struct layouter *l, struct def *def);

/*
 * Evaluates an expression of `def` in a configuration, and keeps the result in it; NULL after a finding, of which each
 * expression gives one at most.
 */
const struct expr_value *layouter_value(struct layouter *l, struct def *def, struct formula *formula, unsigned config);

/* Whether samples differ in what an expression comes to. */
bool layouter_value_varies(struct layouter *l, struct formula *formula);

/* Evaluates all expressions of a definition that are no lengths, wherever it exists. */
void layouter_def_values(struct layouter *l, struct def *def);

#endif
