/* Comparing one definition of a spec with what the headers have of its name, in one view of them. */
#ifndef XB_CLANG_COMPARE_H
#define XB_CLANG_COMPARE_H

#include "emit/c.h"
#include "clang/differences.h"
#include "clang/match.h"

struct comparison {
    struct matcher m;
    struct differences *differences;
    const view_set *among; /* see differences.h */
    const struct def *def;
    const struct c_spec *c; /* who defines guest handles in the C that is made of the spec */
};

void compare_record(const struct comparison *c, const struct fact_record *record);
void compare_typedef(const struct comparison *c, const struct fact_typedef *theirs);

/*
 * The word that XEN_GUEST_HANDLE gets for a handle or an array of handles, which `name` is: that of the headers counts
 * where they are to be replaced.
 */
void compare_word(const struct comparison *c, const struct type *ours, const struct fact_type *theirs, struct str name,
                  const struct fact *at);

/* A record that the spec describes under the name of a typedef, which may ask for an alignment of its own. */
void compare_alias(const struct comparison *c, const struct fact_typedef *theirs);

/* Where several headers define a constant under the same name, `theirs` is one of them. */
void compare_constant(const struct comparison *c, const struct constant *ours, const struct fact_constant *theirs);

/* The guest handle of a type, against the typedef that is one. */
void compare_handle(const struct comparison *c, const struct fact_typedef *theirs);

/* Adds a difference that shows in the view of a comparison. */
#define COMPARE_DIFFERS(c, rule, span, at, ...)                                                                        \
    differences_add((c)->differences, (rule), (span), (c)->m.facts->config, (c)->among, (at), "the headers have this", \
                    __VA_ARGS__)

#endif
