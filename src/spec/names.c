#include "spec/namer.h"

#include "base/buf.h"
#include "spec/constants.h"
#include "spec/guard.h"
#include "spec/read.h"
#include "spec/resolve.h"
#include "spec/sample.h"
#include "spec/words.h"

#include <string.h>

struct str name_c_derived(struct arena *arena, struct str c_name, const char *suffix)
{
    bool lower = false;
    for (size_t i = 0; i < c_name.len; i++) {
        lower = lower || ascii_is_lower(c_name.ptr[i]);
    }
    struct str tail = str_from(suffix);
    tail = lower ? tail : name_upper(arena, tail);
    return str_printf(arena, "%.*s_%.*s", STR_ARG(c_name), STR_ARG(tail));
}

struct namer {
    struct spec *spec;
    struct arena *arena;
    struct arena *scratch; /* cleared after each definition */
    struct diags *diags;
    /* The members of the definition at hand, by their names as they are and by what Rust makes of them. */
    struct name_set spelled, rust;
};

/* Of the constants of one name, the first that can be there at once with something else; NULL for none. */
static const struct constant_ref *constant_find(const struct constant_ref *found, const struct constant_ref *with)
{
    for (; found; found = found->next) {
        struct config_set both = config_set_both(found->configs, &with->configs);
        if (!config_set_is_empty(&both) || defs_meet(found->def, found->when, with->def, with->when)) {
            break;
        }
    }
    return found;
}

/* A word in the headers' own text, away from which a macro of that name would take its meaning. */
static bool is_header_word(struct str name)
{
    static const char *const members[] = {"_empty", "p", "q"};
    bool found = word_in(name, members, sizeof members / sizeof *members);
    for (enum scalar scalar = 0; scalar < SCALAR_COUNT; scalar++) {
        found = found || str_is(name, scalars[scalar].handle);
    }
    return found;
}

/* `__word`: compilers have macros of this form by the hundred, one for each of their builtin functions. */
static bool is_compiler_macro(struct str name)
{
    return str_starts(name, "__") && name.len > 2 && ascii_is_lower(name.ptr[2]);
}

/* Whether C has taken a name. What replaces a real header may have the names that only such headers have. */
static bool is_taken(const struct def *def, struct str name)
{
    return def->folder->header.given ? word_is_c_keyword(name) : word_is_c(name);
}

/* Adds a constant of C; what it is of, and where it stands, is in `ref`, and `when` is the value's or bit's own. */
static void constant_add(struct namer *n, struct constant_ref ref, const struct when *when)
{
    struct str name = ref.name;
    bool is_real = ref.def->folder->header.given;
    if (!name.len) {
        return; /* C has no such constant */
    }
    if (ascii_is_digit(name.ptr[0])) {
        struct diag *diag =
            diag_add(n->diags, RULE_NAME_SYNTAX, ref.span, "C cannot have a constant `%.*s`", STR_ARG(name));
        diag_help(n->diags, diag, "give it a `c_prefix` or a `c_name`");
        return;
    }
    if (is_taken(ref.def, name) || (!is_real && (is_header_word(name) || is_compiler_macro(name)))) {
        diag_add(n->diags, RULE_NAME_KEYWORD, ref.span, "C or C++ already has a meaning for `%.*s`", STR_ARG(name));
        return;
    }
    ref.configs = def_configs(n->spec, ref.def);
    ref.when = when;
    if (when && when->exists) {
        ref.configs = config_set_both(ref.configs, when->exists);
    }
    struct constant_ref *constant = ARENA_NEW(n->arena, struct constant_ref);
    *constant = ref;
    struct constant_ref *head = map_add(&n->spec->constants, name, constant);
    const struct constant_ref *first = constant_find(head, &ref);
    if (first) {
        struct diag *diag = diag_add(n->diags, RULE_NAME_CLASH, ref.span, "C gets two constants `%.*s`", STR_ARG(name));
        diag_note(n->diags, diag, first->span, "the other one comes from here");
    } else if (head) {
        constant->next = head->next;
        head->next = constant;
    }
}

static void report_pair(struct namer *n, enum rule rule, const struct def *def, const struct text *text,
                        const struct text *first, const char *what)
{
    struct str name = def->name.len ? str_printf(n->arena, "`%.*s`", STR_ARG(def->name.s)) : STR("an inline record");
    struct diag *diag = diag_add(n->diags, rule, def_span(def, text->off, text->len), "%.*s has two %s `%.*s`",
                                 STR_ARG(name), what, STR_ARG(first->s));
    diag_note(n->diags, diag, def_span(def, first->off, first->len), "the other one is here");
}

static void members_start(struct namer *n)
{
    name_set_clear(&n->spelled);
    name_set_clear(&n->rust);
}

/*
 * Adds the name of a member, value or bit; `taken` says whether another of that name, if there is one, is there at the
 * same time.
 */
static void members_add(struct namer *n, const struct def *def, const struct text *name, struct str rust,
                        const char *what, bool taken)
{
    const struct text *first = name_set_add(n->scratch, &n->spelled, name->s, name);
    if (first) {
        if (taken) {
            report_pair(n, RULE_NAME_DUPLICATE, def, name, first, what);
        }
        return;
    }
    first = name_set_add(n->scratch, &n->rust, rust, name);
    if (first && def->level != LEVEL_LEGACY) {
        report_pair(n, RULE_NAME_CLASH, def, name, first, "names that Rust would write");
    }
}

/* The C name of a variant or bit. */
static struct str constant_name(struct namer *n, const struct def *def, const struct text *spelled,
                                const struct text *name)
{
    if (spelled->s.ptr) {
        return spelled->s;
    }
    if (def->more->c_prefix.len) {
        return str_printf(n->arena, "%.*s%.*s", STR_ARG(def->more->c_prefix.s), STR_ARG(name->s));
    }
    return name_upper(n->arena, str_printf(n->arena, "%.*s_%.*s", STR_ARG(def->name.s), STR_ARG(name->s)));
}

/* Where a member is, and the conditions of it and of the records around it. */
struct field_place {
    struct config_set configs;
    struct condition_chain chain;
};

static struct field_place field_place(const struct field_place *record, const struct field *field)
{
    const struct config_set *exists = field->more->when.exists;
    return (struct field_place){.configs = exists ? config_set_both(record->configs, exists) : record->configs,
                                .chain = {&field->more->when.conditions, &record->chain}};
}

/* Whether a member of a record, or of the anonymous ones in it, that stands before `last` has its name at the same
 * time; `record` is where the record is, and `place` where the member is. */
static bool field_taken(const struct def *def, const struct field_place *record, const struct field *last,
                        const struct field_place *place, bool *done)
{
    for (size_t i = 0; i < def->fields.len && !*done; i++) {
        const struct field *field = &def->fields.at[i];
        const struct field_place its = field_place(record, field);
        *done = field == last;
        if (*done) {
            return false;
        }
        if (!field->name.s.len && field->type->kind == TYPE_RECORD) {
            if (field_taken(field->type->more->record, &its, last, place, done)) {
                return true;
            }
            continue;
        }
        if (!str_eq(field->name.s, last->name.s)) {
            continue;
        }
        struct config_set both = config_set_both(its.configs, &place->configs);
        if (!config_set_is_empty(&both) || conditions_meet(&its.chain, &place->chain, ABI_ALL)) {
            return true;
        }
    }
    return false;
}

/* Names the members of a record, of which `def` is it or an anonymous one in it; `record` is where `def`
 * is, and `top` where `outer` is. */
static void name_fields(struct namer *n, struct def *outer, const struct field_place *top, const struct def *def,
                        const struct field_place *record)
{
    for (size_t i = 0; i < def->fields.len; i++) {
        struct field *field = &def->fields.at[i];
        const struct type *type = type_element(field->type);
        const struct field_place place = field_place(record, field);
        if (!field->name.s.len && type->kind == TYPE_RECORD) {
            name_fields(n, outer, top, type->more->record, &place); /* they are members of the record around it */
        }
        if (!field->name.s.len) {
            continue;
        }
        struct str rust = name_rust(n->arena, field->name.s);
        if (!str_eq(rust, field->name.s)) {
            field_more(n->arena, field)->rust_name = rust;
        }
        bool done = false;
        bool again = name_set_has(&n->spelled, field->name.s);
        members_add(n, outer, &field->name, rust, "members", again && field_taken(outer, top, field, &place, &done));
        /* After a type's name, compilers of C++98 take these for words of a later C++. */
        bool specifier =
            type->kind == TYPE_NAMED && (str_is(field->name.s, "final") || str_is(field->name.s, "override"));
        if (specifier || is_taken(def, field->name.s)) {
            diag_add(n->diags, RULE_NAME_KEYWORD, def_span(def, field->name.off, field->name.len),
                     "C or C++ already has a meaning for `%.*s`", STR_ARG(field->name.s));
        }
    }
}

/* A name without `const_`, which C puts before that of a handle to what is only read. */
static struct str without_const(struct str name)
{
    return str_starts(name, "const_") ? (struct str){name.ptr + 6, name.len - 6} : name;
}

/* A handle to `const_x` and one to a const `x` would be the same type in C. */
static void check_handle(struct namer *n, const struct def *def, struct str plain)
{
    if (plain.len == def->name.s.len || !def_has_handle(def)) {
        return;
    }
    const struct symbol *symbol = map_get(&n->spec->symbols, plain);
    for (enum abi abi = 0; symbol && abi < ABI_COUNT; abi++) {
        const struct def *other = symbol->on[abi];
        if (other && (def->abis & other->abis) && def_has_handle(other)) {
            struct diag *diag = diag_add(n->diags, RULE_NAME_CLASH, def_span(def, def->name.off, def->name.len),
                                         "C has one name for a handle to `%.*s` and one to a const `%.*s`",
                                         STR_ARG(def->name.s), STR_ARG(other->name.s));
            diag_note(n->diags, diag, def_span(other, other->name.off, other->name.len), "the other one is here");
            return;
        }
    }
}

/* The name of a type in C, be it a tag or that of a typedef. */
static void check_type_name(struct namer *n, const struct def *def)
{
    struct span span = def_span(def, def->name.off, def->name.len);
    struct str plain = without_const(def->name.s);
    bool is_integer = str_is(plain, "void") && plain.len < def->name.s.len;
    for (enum scalar scalar = 0; scalar < SCALAR_COUNT; scalar++) {
        is_integer = is_integer || str_is(def->name.s, scalars[scalar].name) || str_is(plain, scalars[scalar].handle);
    }
    if (is_taken(def, def->name.s) && !def->made_by) {
        diag_add(n->diags, RULE_NAME_KEYWORD, span, "C or C++ already has a meaning for `%.*s`", STR_ARG(def->name.s));
    } else if (is_integer) {
        diag_add(n->diags, RULE_NAME_KEYWORD, span, "`%.*s` is the name of an integer", STR_ARG(def->name.s));
    } else {
        check_handle(n, def, plain);
    }
}

static void name_inline(struct namer *n, struct def *def);

static void name_struct(struct namer *n, struct def *def)
{
    members_start(n);
    const struct field_place place = {def_configs(n->spec, def), {&def->when.conditions, NULL}};
    name_fields(n, def, &place, def, &place);
    name_inline(n, def);
}

/* The records within a record, whose members are a set of their own. */
static void name_inline(struct namer *n, struct def *def)
{
    for (size_t i = 0; i < def->fields.len; i++) {
        const struct field *field = &def->fields.at[i];
        struct def *record = field_record(field);
        if (!record) {
            continue;
        }
        if (!field->name.s.len) {
            name_inline(n, record);
            continue;
        }
        record->rust_name = name_pascal(n->arena, record->name.s);
        if (record->name.s.len) {
            check_type_name(n, record);
        }
        name_struct(n, record);
    }
}

static void name_enum(struct namer *n, struct def *def)
{
    members_start(n);
    for (size_t i = 0; i < def->more->variants.len; i++) {
        struct variant *variant = &def->more->variants.at[i];
        struct constant_ref ref = {
            .def = def, .variant = variant, .span = def_span(def, variant->name.off, variant->name.len)};
        variant->c_name = ref.name = constant_name(n, def, &variant->c_spelled, &variant->name);
        variant->rust_name = name_rust_constant(n->arena, variant->name.s);
        /* Those with conditions are looked at by their names in C. */
        members_add(n, def, &variant->name, variant->rust_name, "variants", !variant->when.exists);
        constant_add(n, ref, &variant->when);
    }
}

static bool bit_has_number(const struct def *def, const struct bit *bit)
{
    return !bit_is_run(bit) && (bit->c_number ? bit->c_number == CHOICE_YES : def->more->c_numbers);
}

/* A method of bitflags' that a run of bits must not take the name of. */
static bool is_bitflags_method(struct str name)
{
    static const char *const words[] = {"all",
                                        "bits",
                                        "complement",
                                        "contains",
                                        "difference",
                                        "empty",
                                        "from_bits",
                                        "from_bits_retain",
                                        "from_bits_truncate",
                                        "from_name",
                                        "insert",
                                        "intersection",
                                        "intersects",
                                        "is_all",
                                        "is_empty",
                                        "iter",
                                        "iter_names",
                                        "remove",
                                        "set",
                                        "symmetric_difference",
                                        "toggle",
                                        "union"};
    return word_in(name, words, sizeof words / sizeof *words);
}

static void name_bitmap(struct namer *n, struct def *def)
{
    struct def_more *more = def_more(n->arena, def);
    members_start(n);
    for (size_t i = 0; i < def->more->bits.len; i++) {
        struct bit *bit = &def->more->bits.at[i];
        struct span span = def_span(def, bit->name.off, bit->name.len);
        bool run = bit->width.given && bit->width.value > 1;
        bit->c_name = constant_name(n, def, &bit->c_spelled, &bit->name);
        bit->has_number = bit->c_name.len && bit_has_number(def, bit);
        bit->rust_name = name_rust_constant(n->arena, bit->name.s);
        members_add(n, def, &bit->name, bit->rust_name, "bits", !bit->when.exists);
        struct constant_ref ref = {.name = bit->c_name, .def = def, .bit = bit, .span = span};
        constant_add(n, ref, &bit->when);
        if (bit->has_number) {
            ref.name = str_printf(n->arena, "_%.*s", STR_ARG(bit->c_name));
            ref.part = CONSTANT_NUMBER;
            constant_add(n, ref, &bit->when);
        }
        if (run) {
            struct str method = name_lower(n->arena, name_begun(n->arena, bit->name.s));
            method = is_bitflags_method(method) ? str_printf(n->arena, "%.*s_", STR_ARG(method)) : method;
            bit->rust_method = name_rust(n->arena, method);
            bit->c_mask = bit->c_name.len ? name_c_derived(n->arena, bit->c_name, "mask") : bit->c_name;
            bit->c_shift = bit->c_name.len ? name_c_derived(n->arena, bit->c_name, "shift") : bit->c_name;
            ref.name = bit->c_mask;
            ref.part = CONSTANT_MASK;
            constant_add(n, ref, &bit->when);
            ref.name = bit->c_shift;
            ref.part = CONSTANT_SHIFT;
            constant_add(n, ref, &bit->when);
        }
    }
    struct span span = def_span(def, def->name.off, def->name.len);
    if (def->more->c_all.len) {
        more->c_all_name = def->more->c_all.s;
        span = def->more->c_all.s.len ? def_span(def, def->more->c_all.off, def->more->c_all.len) : span;
    } else {
        static const struct text all = {{"ALL", 3}, 0, 0}, none = {{NULL, 0}, 0, 0};
        more->c_all_name = constant_name(n, def, &none, &all);
        bool any = !def->more->bits.len;
        for (size_t i = 0; i < def->more->bits.len; i++) {
            any = any || def->more->bits.at[i].c_name.len;
        }
        more->c_all_name = any ? more->c_all_name : (struct str){NULL, 0};
        /* A bit of that name is the spec's own idea of it. */
        for (size_t i = 0; i < def->more->bits.len && any; i++) {
            if (str_eq(def->more->bits.at[i].c_name, def->more->c_all_name)) {
                more->c_all_name = (struct str){NULL, 0};
            }
        }
    }
    struct constant_ref ref = {.name = def->more->c_all_name, .def = def, .part = CONSTANT_ALL, .span = span};
    if (ref.name.len) {
        constant_add(n, ref, NULL);
    }
    ref.name = def->more->c_max.s;
    ref.part = CONSTANT_MAX;
    ref.span = def_span(def, def->more->c_max.off, def->more->c_max.len);
    if (ref.name.len) {
        constant_add(n, ref, NULL);
    }
}

static void name_constant(struct namer *n, struct def *def)
{
    def->rust_name = name_rust_constant(n->arena, def->name.s);
    constant_add(
        n, (struct constant_ref){.name = def->name.s, .def = def, .span = def_span(def, def->name.off, def->name.len)},
        NULL);
}

/* Whether two parts of a definition, of one name, exist at once. */
static bool meet(const struct namer *n, const struct def *def, const struct text *name, const struct when *when,
                 const struct text *other_name, const struct when *other)
{
    if (!str_eq(name->s, other_name->s)) {
        return false;
    }
    struct config_set own = when_configs(n->spec, when), both = when_configs(n->spec, other);
    both = config_set_both(both, &own);
    return !config_set_is_empty(&both) || defs_meet(def, when, def, other);
}

/* Whether a sub-operation, or an argument, before the i-th has its name where it exists too. */
static bool op_taken(const struct namer *n, const struct def *def, size_t i)
{
    const struct row *row = def->row;
    const struct call_op *op = &row->ops.at[i];
    bool taken = false;
    for (size_t j = 0; j < i && !taken; j++) {
        taken = meet(n, def, &op->name, &op->when, &row->ops.at[j].name, &row->ops.at[j].when);
    }
    return taken;
}

static bool arg_taken(const struct namer *n, const struct def *def, size_t i)
{
    const struct row *row = def->row;
    const struct call_arg *arg = &row->args.at[i];
    bool taken = false;
    for (size_t j = 0; j < i && !taken; j++) {
        taken = meet(n, def, &arg->name, &arg->when, &row->args.at[j].name, &row->args.at[j].when);
    }
    return taken;
}

/* The types that stand for a hypercall and its sub-operations have a module of their own. */
static void name_row(struct namer *n, struct def *def)
{
    struct row *row = def->row;
    if (def->kind == DEF_EVENT_RING) {
        def->rust_name = name_pascal(n->arena, name_lower(n->arena, def->name.s));
    }
    if (def->kind != DEF_HYPERCALL) {
        return;
    }
    members_start(n);
    for (size_t i = 0; i < row->args.len; i++) {
        const struct text *name = &row->args.at[i].name;
        members_add(n, def, name, name->s, "arguments", arg_taken(n, def, i));
    }
    row->rust_module = name_rust(n->arena, name_lower(n->arena, def->name.s));
    members_start(n);
    for (size_t i = 0; i < row->ops.len; i++) {
        struct call_op *op = &row->ops.at[i];
        op->rust_name = name_pascal(n->arena, op->name.s);
        op->rust_value = name_rust_constant(n->arena, op->name.s);
        /* Rust gives others to those that it would call the same. */
        bool taken = name_set_has(&n->spelled, op->name.s) && op_taken(n, def, i);
        members_add(n, def, &op->name, op->name.s, "sub-operations", taken);
    }
}

static void name_def(struct namer *n, struct def *def)
{
    static void (*const by_kind[DEF_KIND_COUNT])(struct namer *, struct def *) = {
        [DEF_STRUCT] = name_struct,
        [DEF_UNION] = name_struct,
        [DEF_ENUM] = name_enum,
        [DEF_BITMAP] = name_bitmap,
    };
    if (def_is_row(def)) {
        name_row(n, def);
        return;
    }
    if (def_is_for_c(def)) {
        return;
    }
    bool is_save = def->made_by && def->made_by->kind == DEF_SAVE;
    struct str stem = is_save ? (struct str){def->name.s.ptr + 2, def->name.s.len - 2} : def->name.s; /* without __ */
    def->rust_name = name_pascal(n->arena, is_save ? name_lower(n->arena, stem) : stem);
    if (def->kind == DEF_CONSTANT) {
        name_constant(n, def);
        return;
    }
    check_type_name(n, def);
    if (by_kind[def->kind]) {
        by_kind[def->kind](n, def);
    }
}

/* A macro takes its name away from every struct and member, wherever they stand. */
static void check_macro(struct namer *n, const struct def *def, const struct text *name, const struct when *when)
{
    const struct constant_ref *found = name->s.len ? map_get(&n->spec->constants, name->s) : NULL;
    if (!found) {
        return;
    }
    struct constant_ref taken = {.def = (struct def *)def, .when = when, .configs = def_configs(n->spec, def)};
    if (when && when->exists) {
        taken.configs = config_set_both(taken.configs, when->exists);
    }
    found = constant_find(found, &taken);
    if (found) {
        struct diag *diag = diag_add(n->diags, RULE_NAME_CLASH, def_span(def, name->off, name->len),
                                     "`%.*s` is a constant in C as well", STR_ARG(name->s));
        diag_note(n->diags, diag, found->span, "the constant comes from here");
    }
}

static void check_macros(struct namer *n, const struct def *def)
{
    if (def->kind == DEF_CONSTANT || def_is_for_c(def) || def_is_row(def)) {
        return;
    }
    check_macro(n, def, &def->name, NULL);
    for (size_t i = 0; i < def->fields.len; i++) {
        const struct field *field = &def->fields.at[i];
        const struct def *record = field_record(field);
        check_macro(n, def, &field->name, &field->more->when);
        if (record) {
            check_macros(n, record);
        }
    }
}

/* The types of a folder become one module in Rust. */
static void check_rust_types(struct namer *n, const struct folder *folder)
{
    struct map types = map_new(n->scratch);
    for (size_t i = 0; i < folder->defs.len; i++) {
        struct def *def = folder->defs.at[i];
        if (!def->rust_name.len) {
            continue;
        }
        const struct def *first = map_add(&types, def->rust_name, def);
        while (first && def->level == LEVEL_LEGACY && !str_eq(first->name.s, def->name.s)) {
            /* Names that shipped stay as they are in C; Rust takes another. */
            def->rust_name = str_printf(n->arena, "%.*s_", STR_ARG(def->rust_name));
            first = map_add(&types, def->rust_name, def);
        }
        if (first && def->name.s.len && !str_eq(first->name.s, def->name.s)) {
            struct diag *diag = diag_add(n->diags, RULE_NAME_CLASH, def_span(def, def->name.off, def->name.len),
                                         "Rust would call `%.*s` and `%.*s` both `%.*s`", STR_ARG(first->name.s),
                                         STR_ARG(def->name.s), STR_ARG(def->rust_name));
            diag_note(n->diags, diag, def_span(first, first->name.off, first->name.len), "the other one is here");
        }
    }
}

void spec_names(struct spec *spec, struct diags *diags)
{
    struct namer n = {.spec = spec, .arena = spec->arena, .scratch = arena_child(spec->arena), .diags = diags};
    spec->constants = map_new(spec->arena);
    struct map outputs = map_new(spec->arena);
    for (size_t f = 0; f < spec->folders.len; f++) {
        name_folder(spec->arena, diags, spec->folders.at[f], &outputs);
        for (size_t d = 0; d < spec->folders.at[f]->defs.len; d++) {
            name_def(&n, spec->folders.at[f]->defs.at[d]);
            arena_clear(n.scratch);
            n.spelled = n.rust = (struct name_set){.map = map_new(n.scratch)};
        }
    }
    for (size_t f = 0; f < spec->folders.len; f++) {
        check_rust_types(&n, spec->folders.at[f]);
        arena_clear(n.scratch);
        for (size_t d = 0; d < spec->folders.at[f]->defs.len; d++) {
            check_macros(&n, spec->folders.at[f]->defs.at[d]);
        }
    }
    arena_clear(n.scratch);
    spec_guards(spec, diags);
}
