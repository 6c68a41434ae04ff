/* Whether a type of the spec and one of the headers are the same to whoever reads the memory. */
#ifndef XB_CLANG_MATCH_H
#define XB_CLANG_MATCH_H

#include "spec/model.h"
#include "clang/facts.h"

enum match {
    MATCH_SAME,
    MATCH_NESTED, /* the same record by name, of another size: that record has a finding of its own */
    MATCH_SIZE,
    MATCH_COUNT, /* of elements, in some dimension */
    MATCH_TYPE   /* the same size, another meaning: sign, text, what a handle is to */
};

enum match match_type(const struct facts *facts, const struct type *ours, const struct fact_type *theirs, enum abi abi);

#endif
