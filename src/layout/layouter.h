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
    unsigned depth;                   /* of values within values */
    const struct config_split *apart; /* all configurations; NULL where there is but one sample */
};

/* Lays out a definition in a configuration that has it; false if it is broken, or being laid out. */
bool layouter_def(struct layouter *l, struct def *def, unsigned config);

/*
 * What makes a difference to what a definition holds, or to what an expression comes to. Finds out, the first time.
 * What depends on itself, in different configurations maybe, is taken to differ in all of them.
 */
const struct config_split *layouter_def_split(struct layouter *l, struct def *def);
const struct config_split *layouter_value_split(struct layouter *l, struct formula *formula);

/* Adds what makes a difference to the definitions that a name stands for. */
const struct config_split *layouter_symbol_split(struct layouter *l, const struct config_split *split,
                                                 const struct symbol *symbol);

/*
 * Evaluates an expression of `def` in a configuration, and keeps the result in it; NULL after a finding, of which each
 * expression gives one at most.
 */
const struct expr_value *layouter_value(struct layouter *l, struct def *def, struct formula *formula, unsigned config);

/* Evaluates all expressions of a definition that are no lengths, wherever it exists. */
void layouter_def_values(struct layouter *l, struct def *def);

#endif
