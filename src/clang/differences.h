/* Differences between a spec and headers, merged over the configurations that show them. */
#ifndef XB_CLANG_DIFFERENCES_H
#define XB_CLANG_DIFFERENCES_H

#include "clang/facts.h"

struct difference {
    enum rule rule;
    struct span span;
    struct str message;
    view_set configs;            /* where it shows */
    const view_set *among;       /* where it could have shown; may still grow while differences are added */
    VEC(struct diag_note) notes; /* one for each place in the headers */
};

struct differences {
    struct arena *arena;
    VEC(struct difference *) list;
    struct map known;
    struct map spans; /* where one difference stands that shows at many places: a struct span by its name */
};

struct differences differences_new(struct arena *arena);

/*
 * Adds a difference that shows in a configuration, or that configuration to the one that is known. `at`
 * may be NULL; `note` says what stands there.
 */
void differences_add(struct differences *differences, enum rule rule, struct span span, unsigned config,
                     const view_set *among, const struct fact *at, const char *note, const char *format, ...)
    __attribute__((format(printf, 8, 9)));

/*
 * Makes findings of them. Those of one place that differ in their numbers alone, as these depend on the ABI, are one.
 */
void differences_report(const struct differences *differences, struct diags *diags);

#endif
