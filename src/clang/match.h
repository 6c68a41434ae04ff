/* Whether a type of the spec and one of the headers are the same to whoever reads the memory. */
#ifndef XB_CLANG_MATCH_H
#define XB_CLANG_MATCH_H

#include "spec/model.h"
#include "clang/facts.h"

enum match {
    MATCH_SAME,
    MATCH_NESTED, /* the difference is in something that has a name, and a finding, of its own */
    MATCH_SIZE,
    MATCH_COUNT, /* of elements, in some dimension */
    MATCH_TYPE   /* the same size, another meaning: sign, text, what a handle is to */
};

/* What is compared: the spec in a configuration, and the headers as it answers them. */
struct matcher {
    struct arena *arena;
    const struct facts *facts;
    unsigned config;
};

/* Inline records are the same here if both are records of a kind; their members are for the caller to compare. */
enum match match_type(const struct matcher *m, const struct type *ours, const struct fact_type *theirs);

/* Whether `theirs`, or the elements of it, is a record that the headers define; NULL if not. */
const struct fact_record *match_record(const struct facts *facts, const struct fact_type *theirs);

/* What a formula of the spec comes to with the constants and types of the headers in place of its own. */
bool match_formula(const struct matcher *m, const struct formula *formula, struct expr_value *value);

#endif
