/*
 * What the parts of the resolver share: resolve.c finds what names stand for, depth.c how deep records lie in one
 * another, existence.c where what is named exists.
 */
#ifndef XB_SPEC_RESOLVER_H
#define XB_SPEC_RESOLVER_H

#include "spec/resolve.h"

struct resolver {
    struct spec *spec;
    struct arena *arena;
    struct arena *scratch; /* freed when all is resolved */
    struct diags *diags;
    unsigned hints;
    struct map folders;            /* name to folder */
    struct map unknown;            /* name to struct unknown */
    struct map opaque;             /* name to the first type that names a struct or union without a definition */
    bool arch_folders[ARCH_COUNT]; /* which architectures have a folder of their own */
    const struct config_set *here; /* where the member at hand is; NULL: wherever its definition is */
};

/* The first definition of a name, wherever it exists. */
static inline struct def *symbol_any(const struct symbol *symbol)
{
    return symbol->defs.at[0];
}

/* Finds the depth of every definition; what would hold itself, or lies too deep, is a finding. */
void resolve_depths(struct resolver *r);

/* Takes from every definition, and every sub-operation, the configurations in which it would name nothing. */
void resolve_existence(struct resolver *r);

#endif
