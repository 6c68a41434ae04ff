/* The ABI's own rules: what differs between the ABIs of an architecture, alignment, padding. */
#include "check/checker.h"

#include "layout/layout.h"
#include "spec/resolve.h"

/* What differs */

/* The bit at which a member begins. */
static uint64_t first_bit(const struct layout *layout, size_t i)
{
    return layout->offsets[i] * 8 + (layout->bits ? layout->bits[i] : 0);
}

/* Whether a member is there in both configurations, and has another place or size in one of them. */
static bool member_differs(const struct def *def, size_t i, unsigned a, unsigned b)
{
    const struct layout *la = def_layout(def, a), *lb = def_layout(def, b);
    const struct type *type = def->fields.at[i].type;
    return la->offsets[i] != LAYOUT_ABSENT && lb->offsets[i] != LAYOUT_ABSENT &&
           (first_bit(la, i) != first_bit(lb, i) || layout_type(type, a).size != layout_type(type, b).size);
}

/* Whether abi-differs is looked for in what a type holds itself. */
static bool reported_there(const struct checker *c, const struct type *type, unsigned a, unsigned b)
{
    type = type_element(type);
    if (c->spec->strict) { /* whoever holds a name for an integer is to be seen, too */
        type = type_element(type_meant(type, a));
    }
    if (type->kind == TYPE_RECORD) {
        return true;
    }
    const struct def *held = type->kind == TYPE_NAMED ? type_def(type, a) : NULL;
    if (!held || held != type_def(type, b)) {
        return false;
    }
    return c->spec->strict ? !held->made_by
                           : held->level != LEVEL_LEGACY && !checker_waiver(&held->more->waive, RULE_ABI_DIFFERS);
}

static void report_difference(struct checker *c, struct record *record, size_t i, unsigned a, unsigned b)
{
    const struct def *def = record->def;
    const struct layout *la = def_layout(def, a), *lb = def_layout(def, b);
    const struct field *field = i < def->fields.len ? &def->fields.at[i] : NULL;
    const char *name_a = abis[config_abi(a)].name, *name_b = abis[config_abi(b)].name;
    struct str words = checker_words(c, record, field);
    struct diag *diag;
    if (field && first_bit(la, i) != first_bit(lb, i)) {
        bool bits = first_bit(la, i) % 8 || first_bit(lb, i) % 8;
        diag = diag_add(c->diags, RULE_ABI_DIFFERS, checker_span(record, field),
                        "%.*s lies at %s %llu on %s and at %s %llu on %s", STR_ARG(words), bits ? "bit" : "byte",
                        (unsigned long long)(bits ? first_bit(la, i) : la->offsets[i]), name_a, bits ? "bit" : "byte",
                        (unsigned long long)(bits ? first_bit(lb, i) : lb->offsets[i]), name_b);
    } else {
        uint64_t size_a = field ? layout_type(field->type, a).size : la->size;
        uint64_t size_b = field ? layout_type(field->type, b).size : lb->size;
        diag = diag_add(c->diags, RULE_ABI_DIFFERS, checker_span(record, field),
                        "%.*s has %llu bytes on %s and %llu on %s", STR_ARG(words), (unsigned long long)size_a, name_a,
                        (unsigned long long)size_b, name_b);
    }
    struct config_set found = {{0}};
    config_set_add(&found, a);
    config_set_add(&found, b);
    checker_where(c, diag, &found);
}

/* A difference at member `i`, or of the whole, unless it was seen in another sample already. */
static void found_difference(struct checker *c, struct record *record, size_t i, unsigned a, unsigned b, bool *seen)
{
    struct def *def = record->def;
    struct field *field = i < def->fields.len ? &def->fields.at[i] : NULL;
    bool other_size = field && layout_type(field->type, a).size != layout_type(field->type, b).size;
    /* Another name for a definition says nothing new: it is found where that is defined, or used. */
    bool is_alias = def->kind == DEF_TYPEDEF && type_element(def->fields.at[0].type)->kind == TYPE_NAMED;
    if (seen[i] || is_alias || (other_size && reported_there(c, field->type, a, b)) ||
        !checker_counts(c, record, field, RULE_ABI_DIFFERS)) {
        return;
    }
    seen[i] = true;
    report_difference(c, record, i, a, b);
}

/* The members of a union lie side by side; in a struct, what differs moves all that comes after it. */
static void compare_abis(struct checker *c, struct record *record, unsigned a, unsigned b, bool *seen)
{
    const struct def *def = record->def;
    const struct layout *la = def_layout(def, a), *lb = def_layout(def, b);
    if (la == lb) {
        return;
    }
    bool found = false;
    for (size_t i = 0; i < def->fields.len && !(found && def->kind != DEF_UNION); i++) {
        if (!def->fields.at[i].joined && member_differs(def, i, a, b)) {
            found = true;
            found_difference(c, record, i, a, b, seen);
        }
    }
    /* Where the alignment alone differs, that is scalar-align's finding. */
    if (!found && la->size != lb->size) {
        found_difference(c, record, def->fields.len, a, b, seen);
    }
}

void check_abi_differs(struct checker *c, struct record *record)
{
    for (enum abi b = 1; b < ABI_COUNT && record->def->fields.len; b++) {
        if (abis[b - 1].arch != abis[b].arch) {
            continue;
        }
        bool *seen = NULL;
        const struct config_split *split = record->split;
        unsigned last = CONFIGS_MAX;
        for (unsigned sample = 0; sample < c->spec->samples_len; sample++) {
            unsigned config = sample * ABI_COUNT + b;
            bool there = config_set_has(&record->there, config - 1) && config_set_has(&record->there, config);
            /* Where both are as they were before, so is what differs. */
            if (!there || (last < CONFIGS_MAX && config_class(split, config) == config_class(split, last) &&
                           config_class(split, config - 1) == config_class(split, last - 1))) {
                continue;
            }
            last = config;
            seen = seen ? seen : ARENA_ARRAY(c->arena, record->def->fields.len + 1, bool);
            compare_abis(c, record, config - 1, config, seen);
            if (!split) {
                break;
            }
        }
    }
}

/* Alignment */

void check_scalar_align(struct checker *c, struct record *record)
{
    struct def *def = record->def;
    for (size_t i = 0; i < def->fields.len; i++) {
        struct field *field = &def->fields.at[i];
        const struct type *type = type_element(field->type);
        if (type->kind != TYPE_SCALAR || !scalars[type->scalar].natural) {
            continue;
        }
        struct config_set there = checker_there(record, field), found = {{0}};
        for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
            struct extent layout = layout_type(type, abi);
            if (layout.align != layout.size) {
                found = config_set_either(found, &c->spec->of_abi[abi]);
            }
        }
        found = config_set_both(found, &there);
        if (!config_set_is_empty(&found) && checker_counts(c, record, field, RULE_SCALAR_ALIGN)) {
            struct str words = checker_words(c, record, field);
            struct diag *diag = diag_add(c->diags, RULE_SCALAR_ALIGN, def_span(def, field->type->off, field->type->len),
                                         "%.*s is not aligned to its size", STR_ARG(words));
            checker_where(c, diag, &found);
        }
    }
}

/* Padding */

/* Says where the last member ends, which the bytes at the end come after. */
static void note_end(struct checker *c, struct diag *diag, const struct record *record, unsigned config)
{
    const struct def *def = record->def;
    const struct layout *layout = def_layout(def, config);
    const struct field *last = NULL;
    for (size_t i = 0; i < def->fields.len; i++) {
        last = layout->offsets[i] != LAYOUT_ABSENT ? &def->fields.at[i] : last;
    }
    const char *kind = def->kind == DEF_UNION ? "union" : "struct";
    if (last && def->kind == DEF_STRUCT) {
        struct str words = checker_words(c, record, last);
        diag_note(c->diags, diag, checker_span(record, last), "%.*s ends at byte %llu, the %s at byte %llu",
                  STR_ARG(words), (unsigned long long)layout->end, kind, (unsigned long long)layout->size);
    } else {
        diag_note(c->diags, diag, checker_span(record, NULL),
                  "the largest member ends at byte %llu, the %s at byte %llu", (unsigned long long)layout->end, kind,
                  (unsigned long long)layout->size);
    }
}

static void report_hole(struct checker *c, struct record *record, size_t i, enum rule rule, unsigned config,
                        const struct config_set *found)
{
    const struct def *def = record->def;
    struct field *field = i < def->fields.len ? &def->fields.at[i] : NULL;
    if (!checker_counts(c, record, field, rule)) {
        return;
    }
    unsigned long long hole = layout_hole(def, config, i);
    const char *bytes = hole == 1 ? "byte" : "bytes";
    struct str words = checker_words(c, record, field);
    struct diag *diag;
    if (field) {
        diag = diag_add(c->diags, rule, checker_span(record, field), "%llu %s of implicit padding before %.*s", hole,
                        bytes, STR_ARG(words));
        diag_help(c->diags, diag, "add { name = \"_pad%zu\", type = \"u8[%llu]\", reserved = true } before it", i,
                  hole);
    } else {
        diag = diag_add(c->diags, rule, checker_span(record, NULL), "%llu %s of implicit padding at the end of %.*s",
                        hole, bytes, STR_ARG(words));
        bool is_union = def->kind == DEF_UNION;
        diag_help(c->diags, diag, "add { name = \"_pad%zu\", type = \"u8[%llu]\", reserved = true } %s", i,
                  is_union ? (unsigned long long)def_layout(def, config)->size : hole,
                  is_union ? "as a member" : "at its end");
        note_end(c, diag, record, config);
    }
    checker_note_giver(c, diag, record);
    checker_where(c, diag, found);
}

/*
 * The hole before member `i` (or at the tail): in the default sample each size that occurs, with the ABIs on which it
 * does; where there is none, the first of another sample.
 */
static void check_hole(struct checker *c, struct record *record, size_t i, enum rule rule)
{
    const struct def *def = record->def;
    const struct field *field = i < def->fields.len ? &def->fields.at[i] : NULL;
    struct config_set left = checker_there(record, field);
    const struct layout *without = NULL;
    bool any = false;
    for (unsigned config = 0; (config = config_set_next(&left, config)) < (any ? (unsigned)ABI_COUNT : CONFIGS_MAX);
         config++) {
        /* Equal layouts, which are one object, have equal holes. */
        if (def_layout(def, config) == without) {
            continue;
        }
        uint64_t hole = layout_hole(def, config, i);
        if (!hole) {
            without = def_layout(def, config);
            continue;
        }
        struct config_set same = {{0}};
        for (unsigned other = config; (other = config_set_next(&left, other)) < CONFIGS_MAX; other++) {
            if (layout_hole(def, other, i) == hole) {
                config_set_add(&same, other);
            }
        }
        left = config_set_less(left, &same);
        any = true;
        report_hole(c, record, i, rule, config, &same);
    }
}

void check_padding_implicit(struct checker *c, struct record *record)
{
    for (size_t i = 0; i < record->def->fields.len && record->def->kind == DEF_STRUCT; i++) {
        const struct field *field = &record->def->fields.at[i];
        /* Bits without a name are padding that is written down. */
        if (field->name.s.len || field->type->kind == TYPE_RECORD) {
            check_hole(c, record, i, RULE_PADDING_IMPLICIT);
        }
    }
}

void check_padding_tail(struct checker *c, struct record *record)
{
    if (def_is_record(record->def)) {
        check_hole(c, record, record->def->fields.len, RULE_PADDING_TAIL);
    }
}
