/* What a spec says of a definition, as static assertions for a C compiler that has read the headers. */
#ifndef XB_WITNESS_CLAIMS_H
#define XB_WITNESS_CLAIMS_H

#include "spec/model.h"

enum claim_kind {
    CLAIM_EXISTS, /* comes before the others of its subject */
    CLAIM_LAYOUT, /* where something lies and what it takes up: one that fails entails others */
    CLAIM_TYPE,
    CLAIM_VALUE
};

struct claim {
    enum claim_kind kind;
    const struct def *def;
    struct str subject;        /* the name that must exist for it: of the record, the constant */
    const struct field *field; /* of a record, or NULL */
    enum rule rule;
    struct span span;
    struct str message; /* what does not hold, to be followed by who says so */
    struct str code;    /* whole lines */
    unsigned lines;
    bool is_function; /* the code is a function that only an optimizer can judge, rather than an assertion */
};

struct claims {
    struct arena *arena;
    VEC(struct claim) list;
    bool knows_functions; /* the compiler optimizes, and can be asked about the places of bit-fields */
    size_t bit_fields;    /* whose places it was not asked about */
};

/* Appends the claims of a definition in a configuration that has it. */
void claims_of(struct claims *claims, const struct def *def, unsigned config);

#endif
