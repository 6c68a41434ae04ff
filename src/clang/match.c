#include "clang/match.h"

#include "layout/layout.h"
#include "spec/resolve.h"

#include <string.h>

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

/* The name of a typedef as a header writes it, without a qualifier. */
static struct str plain_spelling(struct str spelling)
{
    static const char qualifier[] = "const ";
    size_t len = sizeof qualifier - 1;
    return str_starts(spelling, qualifier) ? (struct str){spelling.ptr + len, spelling.len - len} : spelling;
}

static enum match match_target(const struct matcher *m, const struct type *ours, const struct fact_type *theirs)
{
    if (!theirs) {
        return MATCH_TYPE;
    }
    if (ours->kind == TYPE_VOID) {
        return theirs->kind == FACT_VOID ? MATCH_SAME : MATCH_TYPE;
    }
    if (ours->kind == TYPE_OPAQUE) {
        bool is_named =
            (theirs->kind == FACT_RECORD || theirs->kind == FACT_ENUM) && str_eq(theirs->name, ours->more->name);
        return is_named ? MATCH_SAME : MATCH_TYPE;
    }
    const struct def *def = ours->kind == TYPE_NAMED ? type_def(ours, m->config) : NULL;
    if (def && def_is_record(def)) {
        return is_record(m->facts, theirs, def->name.s) ? MATCH_SAME : MATCH_TYPE;
    }
    if (def && def->kind == DEF_TYPEDEF) {
        return str_eq(plain_spelling(theirs->spelling), def->name.s) ? MATCH_SAME
                                                                     : match_target(m, def->fields.at[0].type, theirs);
    }
    /* An array is pointed at by a pointer to its elements, also where the headers have a typedef for the array. */
    while (theirs->kind == FACT_ARRAY) {
        theirs = theirs->of;
    }
    ours = type_element(ours);
    if (ours->kind == TYPE_HANDLE || ours->kind == TYPE_POINTER || ours->kind == TYPE_SCALAR) {
        return match_type(m, ours, theirs) == MATCH_SAME ? MATCH_SAME : MATCH_TYPE;
    }
    if (ours->kind == TYPE_NAMED && type_def(ours, m->config)) {
        return match_type(m, ours, theirs) == MATCH_SAME ? MATCH_SAME : MATCH_TYPE;
    }
    return MATCH_TYPE;
}

/* A handle, or a raw pointer. */
static enum match match_pointer(const struct matcher *m, const struct type *ours, const struct fact_type *theirs)
{
    if (theirs->size != layout_type(ours, m->config).size) {
        return MATCH_SIZE;
    }
    bool same_kind = ours->kind == TYPE_HANDLE ? theirs->kind == FACT_HANDLE : theirs->kind == FACT_POINTER;
    if (!same_kind || !theirs->of || theirs->of->is_const != ours->is_const) {
        return MATCH_TYPE;
    }
    return match_target(m, ours->more->of, theirs->of);
}

static enum match match_named(const struct matcher *m, const struct type *ours, const struct fact_type *theirs)
{
    const struct def *def = type_def(ours, m->config);
    if (!def) {
        return MATCH_TYPE;
    }
    struct extent layout = layout_type(ours, m->config);
    if (def->kind == DEF_TYPEDEF) {
        enum match match = match_type(m, def->fields.at[0].type, theirs);
        /* Where the headers use a typedef of the same name, what it stands for is compared under that name. */
        bool same_name = str_eq(plain_spelling(theirs->spelling), def->name.s);
        return match != MATCH_SAME && same_name ? MATCH_NESTED : match;
    }
    if (!def_is_record(def)) {
        enum match match = match_scalar(def->type->scalar, layout.size, theirs);
        bool is_enum = theirs->kind == FACT_ENUM && str_eq(theirs->name, def->name.s);
        return match == MATCH_SAME && ours->elaboration == ELABORATED_ENUM && !is_enum ? MATCH_TYPE : match;
    }
    if (is_record(m->facts, theirs, def->name.s)) {
        return theirs->size == layout.size && theirs->align == layout.align ? MATCH_SAME : MATCH_NESTED;
    }
    return theirs->size == layout.size ? MATCH_TYPE : MATCH_SIZE;
}

/* A flexible array takes as much as one of no elements. */
static enum match match_array(const struct matcher *m, const struct type *ours, const struct fact_type *theirs)
{
    if (theirs->kind != FACT_ARRAY) {
        return theirs->size == layout_type(ours, m->config).size ? MATCH_TYPE : MATCH_SIZE;
    }
    enum match match = match_type(m, ours->more->of, theirs->of);
    if (match != MATCH_SAME || type_count(ours, m->config) == theirs->count) {
        return match;
    }
    struct expr_value value;
    bool explained =
        match_formula(m, ours->more->length, &value) && (value.is_flexible ? 0 : value.value) == theirs->count;
    return explained ? MATCH_NESTED : MATCH_COUNT;
}

enum match match_type(const struct matcher *m, const struct type *ours, const struct fact_type *theirs)
{
    switch (ours->kind) {
    case TYPE_SCALAR:
        return match_scalar(ours->scalar, layout_type(ours, m->config).size, theirs);
    case TYPE_HANDLE:
    case TYPE_POINTER:
        return match_pointer(m, ours, theirs);
    case TYPE_NAMED:
        return match_named(m, ours, theirs);
    case TYPE_ARRAY:
        return match_array(m, ours, theirs);
    case TYPE_RECORD: {
        const struct fact_record *record = theirs->kind == FACT_RECORD ? match_record(m->facts, theirs) : NULL;
        uint64_t size = layout_type(ours, m->config).size;
        if (record && record->is_union == (ours->more->record->kind == DEF_UNION)) {
            return record->size == size ? MATCH_SAME : MATCH_NESTED;
        }
        return theirs->size == size ? MATCH_TYPE : MATCH_SIZE;
    }
    case TYPE_VOID:
    case TYPE_OPAQUE:
        break;
    }
    return MATCH_TYPE;
}

const struct fact_record *match_record(const struct facts *facts, const struct fact_type *theirs)
{
    while (theirs->kind == FACT_ARRAY) {
        theirs = theirs->of;
    }
    if (theirs->kind != FACT_RECORD) {
        return NULL;
    }
    return theirs->record ? theirs->record : fact_record_find(facts, theirs->name);
}

/* What names and types of a formula are in the headers. */

static enum expr_fault value_there(const struct expr_lookup *lookup, const struct expr *expr, struct expr_value *value)
{
    const struct matcher *m = lookup->data;
    const struct fact_constant *constant = map_get(&m->facts->constant_names, expr->name);
    if (!constant || constant->kind != FACT_VALUE_INTEGER || constant->type == C_INT_COUNT) {
        return EXPR_UNKNOWN_NAME;
    }
    *value = (struct expr_value){.type = constant->type, .value = constant->value};
    return EXPR_OK;
}

/* "struct x" and "x" less the word before the name. */
static struct str type_name(struct str written)
{
    static const char *const words[] = {"struct ", "union ", "enum "};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t len = strlen(words[i]);
        if (str_starts(written, words[i])) {
            return (struct str){written.ptr + len, written.len - len};
        }
    }
    return written;
}

static enum expr_fault cast_there(const struct expr_lookup *lookup, const struct expr *expr, enum c_int *type)
{
    const struct matcher *m = lookup->data;
    const struct fact_typedef *definition = map_get(&m->facts->typedef_names, expr->type);
    if (!definition || definition->type->integer == C_INT_COUNT ||
        (definition->type->kind != FACT_INTEGER && definition->type->kind != FACT_ENUM)) {
        return EXPR_UNKNOWN_TYPE;
    }
    *type = definition->type->integer;
    return EXPR_OK;
}

/* The member of that name, those of anonymous records included; its offset in bits is added to `bits`. */
static const struct fact_member *find_member(const struct fact_record *record, struct str name, uint64_t *bits)
{
    for (size_t i = 0; i < record->members.len; i++) {
        const struct fact_member *member = &record->members.at[i];
        uint64_t inside = *bits + member->bit_offset;
        const struct fact_member *found = member;
        if (!member->fact.name.len) {
            found = member->type->record ? find_member(member->type->record, name, &inside) : NULL;
        } else if (!str_eq(member->fact.name, name)) {
            found = NULL;
        }
        if (found) {
            *bits = inside;
            return found;
        }
    }
    return NULL;
}

static enum expr_fault measure_there(const struct expr_lookup *lookup, const struct expr *expr, uint64_t *bytes)
{
    const struct matcher *m = lookup->data;
    const struct fact_record *record = fact_record_find(m->facts, type_name(expr->type));
    const struct fact_typedef *definition = map_get(&m->facts->typedef_names, expr->type);
    uint64_t size = record ? record->size : definition ? definition->type->size : 0;
    record = record || !definition ? record : match_record(m->facts, definition->type);
    if (!record && !definition) {
        return EXPR_UNKNOWN_TYPE;
    }
    uint64_t bits = 0;
    for (struct str path = expr->name; path.len;) {
        struct str part = {path.ptr, 0};
        while (part.len < path.len && path.ptr[part.len] != '.') {
            part.len++;
        }
        const struct fact_member *member = record ? find_member(record, part, &bits) : NULL;
        if (!member) {
            return EXPR_UNKNOWN_NAME;
        }
        size = member->type->size;
        record = match_record(m->facts, member->type);
        size_t skip = part.len + (part.len < path.len);
        path = (struct str){path.ptr + skip, path.len - skip};
    }
    *bytes = expr->kind == EXPR_OFFSETOF ? bits / 8 : size;
    return EXPR_OK;
}

bool match_formula(const struct matcher *m, const struct formula *formula, struct expr_value *value)
{
    struct matcher copy = *m;
    const struct expr_lookup lookup = {
        .abi = config_abi(m->config), .data = &copy, .name = value_there, .cast = cast_there, .measure = measure_there};
    const struct expr *at;
    return formula->expr && expr_evaluate(formula->expr, &lookup, value, &at) == EXPR_OK;
}
