/*
 * What types of the older dialects say of the names in them: { enum = "x" } says that x is an enum. The house form has
 * no word for that, so it must be right before it goes.
 */
#ifndef XB_SPEC_KINDS_H
#define XB_SPEC_KINDS_H

#include "spec/model.h"

/* Gathered over some files. */
struct kinds {
    struct arena *arena;
    struct map defined; /* name to struct kind_of */
    VEC(struct kind_said) said;
};

struct kinds kinds_new(struct arena *arena);

/* Adds what a folder, as it was read, defines and says. Keeps nothing of it but its sources. */
void kinds_add(struct kinds *kinds, const struct folder *folder);

/* Reports the names that none of the files defines as what is said of them, but one as something else. */
void kinds_report(const struct kinds *kinds, struct diags *diags);

#endif
