/* A second witness beside libclang: any C compiler, which is asked whether what a spec says holds of real headers. */
#ifndef XB_WITNESS_WITNESS_H
#define XB_WITNESS_WITNESS_H

#include "spec/model.h"
#include "clang/headers.h"

struct witness {
    const struct spec *spec;
    const struct headers *headers;
    way_set ways;                 /* how the headers are included */
    abi_set abis;                 /* that are asked about */
    struct str version;           /* the interface version that guests ask for, as C */
    unsigned configs[VIEW_COUNT]; /* the spec's configuration that answers each view */
};

/* What a compiler was asked. */
struct testimony {
    enum abi abi;
    size_t claims; /* that a compiler could decide on */
    size_t unread; /* headers that do not compile, and of which nobody knows whether they should */
    struct str unread_names;
    size_t bit_fields; /* whose places the compiler cannot tell */
};

/*
 * Asks a compiler, "gcc" or "clang --target=aarch64-linux-gnu", about each view that is of its ABI, and adds a finding
 * (RULE_VERIFY_*) for each claim of the spec that does not hold. False, with one line for the user in `error`, when the
 * compiler is of no use.
 */
bool witness_ask(struct arena *arena, const struct witness *w, struct str command, struct testimony *testimony,
                 struct diags *diags, struct str *error);

#endif
