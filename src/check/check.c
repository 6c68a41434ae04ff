/*
 * The checks as tables: a row is a rule and the function that looks for it in one definition, or in one record. A
 * function whose rule is the ABI's own asks checker_counts, which knows levels and waivers.
 */
#include "check/check.h"

#include "check/checker.h"
#include "check/rows.h"
#include "layout/layout.h"
#include "spec/resolve.h"

struct waiver *checker_waiver(const waivers *list, enum rule rule)
{
    for (size_t i = 0; i < list->len; i++) {
        if (str_is(list->at[i].rule.s, rules[rule].id)) {
            return &list->at[i];
        }
    }
    return NULL;
}

bool checker_counts(const struct checker *c, const struct record *record, struct field *field, enum rule rule)
{
    if (c->spec->strict) {
        return !record->top->made_by;
    }
    struct waiver *waiver = field ? checker_waiver(&field->more->waive, rule) : NULL;
    for (const struct record *r = record; r->field && !waiver; r = r->outer) {
        waiver = checker_waiver(&r->field->more->waive, rule);
    }
    waiver = waiver ? waiver : checker_waiver(&record->top->more->waive, rule);
    if (waiver) {
        waiver->used = true;
    }
    return !waiver && record->top->level != LEVEL_LEGACY;
}

struct span checker_text_span(const struct def *def, const struct text *text)
{
    return def_span(def, text->off, text->len);
}

struct span checker_number_span(const struct def *def, const struct number *number)
{
    return def_span(def, number->off, number->len);
}

/* The path to a record from the definition that it stands in, with a dot after it; anonymous ones have no part in it.
 */
static void write_path(struct buf *out, const struct record *record)
{
    if (record->field) {
        write_path(out, record->outer);
        buf_printf(out, "%.*s%s", STR_ARG(record->field->name.s), record->field->name.s.len ? "." : "");
    }
}

struct str checker_words(const struct checker *c, const struct record *record, const struct field *field)
{
    struct buf path = buf_new(c->arena);
    bool of_record = !field || record->def->kind == DEF_TYPEDEF;
    const struct text *name = !of_record ? &field->name : record->field ? &record->field->name : &record->def->name;
    if (record->field) {
        write_path(&path, of_record ? record->outer : record);
    }
    if (name->s.len) {
        return str_printf(c->arena, "`%.*s%.*s`", STR_ARG(buf_view(&path)), STR_ARG(name->s));
    }
    const struct def *inner = of_record                          ? record->def
                              : field->type->kind == TYPE_RECORD ? field->type->more->record
                                                                 : NULL;
    const char *what = !inner                     ? "bits without a name"
                       : inner->kind == DEF_UNION ? "an anonymous union"
                                                  : "an anonymous struct";
    return path.len ? str_printf(c->arena, "%s in `%.*s`", what, (int)path.len - 1, path.ptr) : str_from(what);
}

struct span checker_span(const struct record *record, const struct field *field)
{
    field = field && record->def->kind != DEF_TYPEDEF ? field : record->field;
    if (!field) {
        return checker_text_span(record->def, &record->def->name);
    }
    return field->name.s.len ? checker_text_span(record->def, &field->name)
                             : def_span(record->def, field->name.off, field->name.len);
}

struct config_set checker_there(const struct record *record, const struct field *field)
{
    return field && field->more->when.exists ? config_set_both(record->tell, field->more->when.exists) : record->tell;
}

void checker_where(const struct checker *c, struct diag *diag, const struct config_set *found)
{
    abi_set on = 0;
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        on |= config_set_has(found, abi) ? ABI_BIT(abi) : 0;
    }
    if (on != spec_abis(c->spec)) {
        diag->where = configs_words(c->spec, found);
    }
}

bool checker_integer(const struct type *type, unsigned config, bool named, unsigned *bits, bool *is_signed)
{
    type = type_meant(type, config);
    if (type->kind == TYPE_NAMED && named) {
        const struct def *def = type_def(type, config);
        type = def && (def->kind == DEF_ENUM || def->kind == DEF_BITMAP) ? def->type : type;
    }
    if (type->kind != TYPE_SCALAR || type->scalar == SCALAR_CHAR) {
        return false;
    }
    *bits = 8u * (unsigned)layout_type(type, config).size;
    *is_signed = scalars[type->scalar].is_signed;
    return true;
}

/* Tries the members of a record, those of anonymous ones in it among them. */
static void try_members(struct nearest *near, const struct def *def)
{
    for (size_t i = 0; i < def->fields.len; i++) {
        const struct field *field = &def->fields.at[i];
        nearest_try(near, field->name.s);
        if (!field->name.s.len && field->type->kind == TYPE_RECORD) {
            try_members(near, field->type->more->record);
        }
    }
}

void checker_member_hint(struct checker *c, struct diag *diag, const struct record *record, struct str name)
{
    struct nearest near = nearest_start(name);
    if (c->hints++ >= HINTS_MAX) {
        return;
    }
    while (record->field && !record->field->name.s.len) {
        record = record->outer;
    }
    try_members(&near, record->def);
    if (near.best.len) {
        diag_help(c->diags, diag, "did you mean `%.*s`?", STR_ARG(near.best));
    }
}

const struct embed *checker_embeds(const struct checker *c, struct str name)
{
    const struct embed *const *head = map_get(&c->embeds, name);
    return head ? *head : NULL;
}

static void add_embed(struct checker *c, const struct record *record, const struct field *field, struct str name)
{
    struct embed **head = map_get(&c->embeds, name);
    if (!head) {
        head = ARENA_NEW(c->arena, struct embed *);
        map_add(&c->embeds, name, head);
    }
    struct embed *embed = ARENA_NEW(c->arena, struct embed);
    *embed = (struct embed){.record = record, .field = field, .next = *head};
    *head = embed;
}

/* Lists a record, and those within it. */
static void add_record(struct checker *c, struct record record)
{
    if (record.def->split && record.outer) {
        record.split = split_by_both(c->arena, record.outer->split, record.def->split);
    } else {
        record.split = record.def->split;
    }
    record.tell = spec_firsts(c->spec, record.split, &record.there);
    struct record *kept = ARENA_NEW(c->arena, struct record);
    *kept = record;
    VEC_PUSH(c->arena, &c->records, kept);
    for (size_t i = 0; i < record.def->fields.len; i++) {
        struct field *field = &record.def->fields.at[i];
        const struct type *type = type_element(field->type);
        if (type->kind == TYPE_NAMED) {
            add_embed(c, kept, field, type->more->name);
        }
        if (type->kind == TYPE_RECORD && !field->joined) {
            struct config_set there = when_configs(c->spec, &field->more->when);
            add_record(c, (struct record){.def = type->more->record,
                                          .top = record.top,
                                          .field = field,
                                          .outer = kept,
                                          .there = config_set_both(record.there, &there)});
        }
    }
}

static void (*const def_checks[])(struct checker *c, struct def *def) = {
    check_enum_empty,      check_value_range, check_run_values,  check_constant, check_form,
    check_value_duplicate, check_bit_range,   check_bit_overlap, check_handle,   check_arg_values,
};

static void (*const record_checks[])(struct checker *c, struct record *record) = {
    check_len_member,   check_bit_fields,       check_flexible,     check_union_tag,     check_abi_differs,
    check_scalar_align, check_padding_implicit, check_padding_tail, check_member_values,
};

static void check_waivers(struct checker *c, const struct def *def, const waivers *list)
{
    for (size_t i = 0; i < list->len; i++) {
        const struct waiver *waiver = &list->at[i];
        enum rule rule = rule_find(waiver->rule.s);
        struct span span = checker_text_span(def, &waiver->rule);
        if (rule == RULE_COUNT) {
            struct nearest near = nearest_start(waiver->rule.s);
            for (enum rule known = 0; known < RULE_COUNT; known++) {
                if (rules[known].scope == RULE_ABI) {
                    nearest_try(&near, str_from(rules[known].id));
                }
            }
            struct diag *diag =
                diag_add(c->diags, RULE_WAIVER_RULE, span, "there is no rule `%.*s`", STR_ARG(waiver->rule.s));
            if (near.best.len) {
                diag_help(c->diags, diag, "did you mean `%.*s`?", STR_ARG(near.best));
            }
        } else if (rules[rule].scope != RULE_ABI) {
            struct diag *diag =
                diag_add(c->diags, RULE_WAIVER_RULE, span, "the rule `%s` cannot be waived", rules[rule].id);
            diag_help(c->diags, diag, "mend what it finds");
        } else if (!waiver->used && !def->broken) {
            diag_add(c->diags, RULE_WAIVER_UNUSED, span, UNUSED_FORMAT, rules[rule].id);
        }
        if (!waiver->reason.len && (rule == RULE_COUNT || rules[rule].scope == RULE_ABI)) {
            diag_add(c->diags, RULE_WAIVER_REASON, span, "the waiver of `%.*s` gives no reason",
                     STR_ARG(waiver->rule.s));
        }
    }
}

/* A spec, or a folder of one, that defines nothing; but not where findings may be the reason. */
static void check_empty(const struct spec *spec, struct diags *diags)
{
    if (diags->list.len) {
        return;
    }
    if (spec->folders.len == 0) {
        diag_add(diags, RULE_SPEC_EMPTY, (struct span){.source = NULL}, "the spec has no file");
    }
    for (size_t f = 0; f < spec->folders.len; f++) {
        const struct folder *folder = spec->folders.at[f];
        if (folder->defs.len == 0 && !folder->header.given) {
            diag_add(diags, RULE_SPEC_EMPTY, (struct span){.source = folder->files.at[0].source},
                     "`%.*s` defines nothing", STR_ARG(folder->name));
        }
    }
}

/* The waivers of the members of a record, those of the records in it among them. */
static void check_field_waivers(struct checker *c, const struct def *top, const struct def *def)
{
    for (size_t i = 0; i < def->fields.len; i++) {
        const struct field *field = &def->fields.at[i];
        const struct def *record = field_record(field);
        check_waivers(c, top, &field->more->waive);
        if (record) {
            check_field_waivers(c, top, record);
        }
    }
}

void check_spec(struct spec *spec, struct diags *diags)
{
    struct checker c = {.spec = spec, .arena = arena_child(spec->arena), .diags = diags};
    c.embeds = map_new(c.arena);
    c.handles = map_new(c.arena);
    c.flexible = map_new(c.arena);
    c.arounds = map_new(c.arena);
    for (size_t f = 0; f < spec->folders.len; f++) {
        const struct folder *folder = spec->folders.at[f];
        for (size_t d = 0; d < folder->defs.len; d++) {
            struct def *def = folder->defs.at[d];
            for (size_t i = 0; i < sizeof def_checks / sizeof *def_checks && !def->broken; i++) {
                def_checks[i](&c, def);
            }
            if (!def->broken && (def_is_record(def) || def->kind == DEF_TYPEDEF)) {
                add_record(&c, (struct record){.def = def, .top = def, .there = def_configs(spec, def)});
            }
        }
    }
    for (size_t r = 0; r < c.records.len; r++) {
        for (size_t i = 0; i < sizeof record_checks / sizeof *record_checks; i++) {
            record_checks[i](&c, c.records.at[r]);
        }
    }
    for (size_t f = 0; f < spec->folders.len; f++) {
        const struct folder *folder = spec->folders.at[f];
        for (size_t d = 0; d < folder->defs.len; d++) {
            const struct def *def = folder->defs.at[d];
            if (!spec->strict) { /* no waiver is looked at then */
                check_waivers(&c, def, &def->more->waive);
                check_field_waivers(&c, def, def);
            }
        }
    }
    arena_clear(c.arena);
    check_rows(spec, diags);
    check_empty(spec, diags);
}
