#include "clang/match.h"

#include "layout/layout.h"
#include "spec/resolve.h"

static enum match match_scalar(enum scalar scalar, uint64_t size, const struct fact_type *theirs)
{
    if (theirs->kind != FACT_INTEGER && theirs->kind != FACT_ENUM) {
        return theirs->size == size ? MATCH_TYPE : MATCH_SIZE;
    }
    if (theirs->size != size) {
        return MATCH_SIZE;
    }
    bool our_char = scalar == SCALAR_CHAR, their_char = theirs->integer == C_INT_CHAR;
    if (our_char || their_char) {
        return our_char && their_char ? MATCH_SAME : MATCH_TYPE;
    }
    return scalars[scalar].is_signed == theirs->is_signed ? MATCH_SAME : MATCH_TYPE;
}

/* A record of the headers goes by the name of a definition if that is its tag or a typedef of it. */
static bool is_record(const struct facts *facts, const struct fact_type *theirs, struct str name)
{
    const struct fact_record *record = fact_record_find(facts, name);
    return theirs->kind == FACT_RECORD && theirs->name.len &&
           (str_eq(theirs->name, name) || (record && str_eq(record->fact.name, theirs->name)));
}

static enum match match_target(const struct facts *facts, const struct type *ours, const struct fact_type *theirs,
                               enum abi abi)
{
    if (!theirs) {
        return MATCH_TYPE;
    }
    if (ours->kind == TYPE_VOID) {
        return theirs->kind == FACT_VOID ? MATCH_SAME : MATCH_TYPE;
    }
    const struct def *def = ours->kind == TYPE_NAMED ? type_def(ours, abi) : NULL;
    if (def && def->kind == DEF_STRUCT) {
        return is_record(facts, theirs, def->name.s) ? MATCH_SAME : MATCH_TYPE;
    }
    if (def && def->kind == DEF_TYPEDEF) {
        return match_target(facts, def->fields.at[0].type, theirs, abi);
    }
    /* An array is pointed at by a pointer to its elements, also where the headers have a typedef for the array. */
    while (theirs->kind == FACT_ARRAY) {
        theirs = theirs->of;
    }
    return match_type(facts, type_element(ours), theirs, abi) == MATCH_SAME ? MATCH_SAME : MATCH_TYPE;
}

static enum match match_handle(const struct facts *facts, const struct type *ours, const struct fact_type *theirs,
                               enum abi abi)
{
    if (theirs->size != layout_type(ours, abi).size) {
        return MATCH_SIZE;
    }
    if (theirs->kind != FACT_HANDLE || !theirs->of || theirs->of->is_const != ours->is_const) {
        return MATCH_TYPE;
    }
    return match_target(facts, ours->of, theirs->of, abi);
}

static enum match match_named(const struct facts *facts, const struct type *ours, const struct fact_type *theirs,
                              enum abi abi)
{
    const struct def *def = type_def(ours, abi);
    uint64_t size = layout_type(ours, abi).size;
    if (def->kind == DEF_TYPEDEF) {
        return match_type(facts, def->fields.at[0].type, theirs, abi);
    }
    if (def->kind != DEF_STRUCT) {
        return match_scalar(def->type->scalar, size, theirs);
    }
    if (is_record(facts, theirs, def->name.s)) {
        return theirs->size == size && theirs->align == layout_type(ours, abi).align ? MATCH_SAME : MATCH_NESTED;
    }
    return theirs->size == size ? MATCH_TYPE : MATCH_SIZE;
}

enum match match_type(const struct facts *facts, const struct type *ours, const struct fact_type *theirs, enum abi abi)
{
    uint64_t size = layout_type(ours, abi).size;
    switch (ours->kind) {
    case TYPE_SCALAR:
        return match_scalar(ours->scalar, size, theirs);
    case TYPE_HANDLE:
        return match_handle(facts, ours, theirs, abi);
    case TYPE_NAMED:
        return match_named(facts, ours, theirs, abi);
    case TYPE_ARRAY: {
        if (theirs->kind != FACT_ARRAY) {
            return theirs->size == size ? MATCH_TYPE : MATCH_SIZE;
        }
        enum match match = match_type(facts, ours->of, theirs->of, abi);
        return match == MATCH_SAME && ours->count != theirs->count ? MATCH_COUNT : match;
    }
    case TYPE_VOID:
        break;
    }
    return MATCH_TYPE;
}
