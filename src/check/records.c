/* The members of records: what counts what, bit-fields, flexible arrays. */
#include "check/checker.h"

#include "layout/layout.h"
#include "spec/resolve.h"

/* Counters */

/* The member that a `len` may name: of the same record, or of the struct around it if the record is anonymous or a
 * union, whose members lie upon one another. */
static const struct field *counter_find(const struct record *record, struct str name, unsigned config)
{
    for (; record; record = record->outer) {
        uint64_t offset = 0;
        const struct field *found = layout_member(record->def, name, config, &offset);
        if (found || !record->field || (record->field->name.s.len && record->def->kind != DEF_UNION)) {
            return found;
        }
    }
    return NULL;
}

static bool can_have_len(const struct type *type)
{
    return type->kind == TYPE_HANDLE || type->kind == TYPE_POINTER;
}

static void check_len(struct checker *c, const struct record *record, const struct field *field)
{
    const struct def *def = record->def;
    struct span span = checker_text_span(def, &field->more->len);
    if (!can_have_len(field->type)) {
        struct diag *diag = diag_add(c->diags, RULE_LEN_MEMBER, span, "`%.*s` is no handle, and so has no `len`",
                                     STR_ARG(field->name.s));
        diag_help(c->diags, diag, "leave `len` out, or make `%.*s` a handle", STR_ARG(field->name.s));
        return;
    }
    struct config_set there = checker_there(record, field);
    for (unsigned config = 0; (config = config_set_next(&there, config)) < CONFIGS_MAX; config++) {
        const struct field *counter = counter_find(record, field->more->len.s, config);
        unsigned bits;
        bool is_signed;
        struct diag *diag;
        if (!counter) {
            struct str words = checker_words(c, record, NULL);
            diag = diag_add(c->diags, RULE_LEN_MEMBER, span, "%.*s has no member `%.*s`", STR_ARG(words),
                            STR_ARG(field->more->len.s));
            checker_member_hint(c, diag, record, field->more->len.s);
        } else if (!checker_integer(counter->type, config, false, &bits, &is_signed)) {
            diag = diag_add(c->diags, RULE_LEN_MEMBER, span, "`%.*s` is no integer", STR_ARG(field->more->len.s));
            diag_note(c->diags, diag, checker_text_span(def, &counter->name), "it is here");
        } else {
            continue;
        }
        if (config >= ABI_COUNT) {
            struct config_set found = {{0}};
            config_set_add(&found, config);
            checker_where(c, diag, &found);
        }
        return;
    }
}

void check_len_member(struct checker *c, struct record *record)
{
    for (size_t i = 0; i < record->def->fields.len; i++) {
        if (record->def->fields.at[i].more->len.len) {
            check_len(c, record, &record->def->fields.at[i]);
        }
    }
}

/* Bit-fields */

/* Whether C aligns a type by an attribute, which would align each bit-field of it. */
static bool is_aligned_by_attribute(const struct type *type, unsigned config)
{
    const struct def *def = type->kind == TYPE_NAMED ? type_def(type, config) : NULL;
    if (def && (def->kind == DEF_ENUM || def->kind == DEF_BITMAP) && type->elaboration == ELABORATED_NOT) {
        type = def->type;
    }
    return type->kind == TYPE_SCALAR && (type->scalar == SCALAR_U64 || type->scalar == SCALAR_I64);
}

void check_bit_fields(struct checker *c, struct record *record)
{
    struct def *def = record->def;
    for (size_t i = 0; i < def->fields.len; i++) {
        const struct field *field = &def->fields.at[i];
        if (!field->more->bits.given) {
            continue;
        }
        struct config_set there = checker_there(record, field);
        for (unsigned config = 0; (config = config_set_next(&there, config)) < CONFIGS_MAX; config++) {
            unsigned bits;
            bool is_signed;
            struct str words = checker_words(c, record, field);
            struct diag *diag = NULL;
            if (!checker_integer(field->type, config, true, &bits, &is_signed)) {
                diag = diag_add(c->diags, RULE_TYPE_KIND, def_span(def, field->type->off, field->type->len),
                                "the type of %.*s is no integer, and so it has no `bits`", STR_ARG(words));
                diag_help(c->diags, diag,
                          "make it one of u8 to u32, i8 to i32, uint64_t and int64_t, or leave `bits` out");
            } else if (is_aligned_by_attribute(field->type, config)) {
                diag = diag_add(c->diags, RULE_TYPE_KIND, def_span(def, field->type->off, field->type->len),
                                "C would align %.*s to 8 bytes, bits or not", STR_ARG(words));
                diag_help(c->diags, diag, "use uint64_t or int64_t, which C aligns as it does by itself");
            } else if (field->more->bits.value > bits) {
                diag = diag_add(c->diags, RULE_BIT_RANGE, checker_number_span(def, &field->more->bits),
                                "%.*s has more bits than the %u of its type", STR_ARG(words), bits);
                diag_help(c->diags, diag, "use a wider type, or fewer bits");
            }
            if (diag) {
                break;
            }
        }
    }
}

/* Flexible arrays */

/* Whether an array is a flexible one in some configuration. */
static bool ever_flexible(const struct type *type)
{
    bool flexible = false;
    const struct formula *length = type->more->length;
    const unsigned classes = length->split ? length->split->classes : (unsigned)ABI_COUNT;
    for (unsigned class = 0; length->results && class < classes && !flexible; class ++) {
        flexible = length->results[class].has_value && length->results[class].value.is_flexible;
    }
    return flexible;
}

static bool def_flexible(struct checker *c, const struct def *def);

/* Whether what a type holds by value ends in a flexible array somewhere. */
static bool holds_flexible(struct checker *c, const struct type *type)
{
    type = type_element(type);
    bool flexible = type->kind == TYPE_RECORD && def_flexible(c, type->more->record);
    for (size_t i = 0; type->kind == TYPE_NAMED && i < type->more->symbol->defs.len && !flexible; i++) {
        flexible = def_flexible(c, type->more->symbol->defs.at[i]);
    }
    return flexible;
}

/* Each definition is looked into once. */
static bool def_flexible(struct checker *c, const struct def *def)
{
    static const bool yes = true, no = false;
    struct str key = {(const char *)&def, sizeof def};
    const bool *known = map_get(&c->flexible, key);
    if (known || def->broken) {
        return known && *known;
    }
    bool flexible = false;
    for (size_t i = 0; i < def->fields.len && !flexible; i++) {
        const struct type *type = def->fields.at[i].type;
        flexible = ever_flexible(type) || holds_flexible(c, type);
    }
    map_add(&c->flexible, str_copy(c->arena, key), flexible ? (void *)&yes : (void *)&no);
    return flexible;
}

/* Why a flexible array, or something that ends in one, cannot stand where it does; NULL if it can. */
static const char *flexible_fault(struct checker *c, const struct record *record, size_t at, unsigned config)
{
    const struct def *def = record->def;
    const struct type *type = def->fields.at[at].type;
    for (const struct type *of = type; of->kind == TYPE_ARRAY; of = of->more->of) {
        if (of != type && type_is_flexible(of, config)) {
            return "only the first length of an array may be left open";
        }
    }
    if (!type_is_flexible(type, config)) {
        bool strict = def->level != LEVEL_LEGACY && def->kind != DEF_TYPEDEF;
        return strict && holds_flexible(c, type) ? "what ends in a flexible array is held by a handle only" : NULL;
    }
    if (def->kind != DEF_STRUCT) {
        return def->kind == DEF_UNION ? "a union has no flexible array" : "a typedef is no flexible array";
    }
    bool before = false;
    for (size_t i = 0; i < def->fields.len; i++) {
        if (i == at || !when_exists(&def->fields.at[i].more->when, config)) {
            continue;
        }
        if (i > at) {
            return "a flexible array is the last member";
        }
        before = true;
    }
    return before ? NULL : "a flexible array comes after other members";
}

void check_flexible(struct checker *c, struct record *record)
{
    for (size_t i = 0; i < record->def->fields.len; i++) {
        const struct field *field = &record->def->fields.at[i];
        struct config_set there = checker_there(record, field);
        const struct type *element = type_element(field->type);
        if (element == field->type && element->kind != TYPE_NAMED && element->kind != TYPE_RECORD) {
            continue;
        }
        for (unsigned config = 0; (config = config_set_next(&there, config)) < CONFIGS_MAX; config++) {
            const char *fault = flexible_fault(c, record, i, config);
            if (!fault) {
                continue;
            }
            struct str words = checker_words(c, record, field);
            struct diag *diag =
                diag_add(c->diags, RULE_ARRAY_LENGTH, def_span(record->def, field->type->off, field->type->len),
                         "%.*s cannot stand here: %s", STR_ARG(words), fault);
            if (type_is_flexible(field->type, config)) {
                diag_help(c->diags, diag, "make it the last member of a struct, or give it a length");
            } else {
                diag_help(c->diags, diag, "point at it, or describe it at the level `legacy`");
            }
            struct config_set found = {{0}};
            config_set_add(&found, config);
            if (config >= ABI_COUNT) {
                checker_where(c, diag, &found);
            }
            break;
        }
    }
}
