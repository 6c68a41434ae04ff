#include "spec/resolver.h"

#include "base/buf.h"
#include "spec/constants.h"
#include "spec/expand.h"
#include "spec/sample.h"

#include <stdlib.h>
#include <string.h>

struct def *type_def(const struct type *type, unsigned config)
{
    if (type->kind == TYPE_RECORD) {
        return type->more->record;
    }
    return type->more->symbol ? symbol_def(type->more->symbol, config) : NULL;
}

struct str type_word(struct str spelled)
{
    static const char *const elaborated[] = {"struct ", "union ", "enum "};
    for (size_t i = 0; i < sizeof elaborated / sizeof *elaborated; i++) {
        size_t len = strlen(elaborated[i]);
        if (spelled.len && spelled.ptr[0] == elaborated[i][0] && str_starts(spelled, elaborated[i])) {
            spelled = (struct str){spelled.ptr + len, spelled.len - len};
        }
    }
    size_t len = 0;
    while (len < spelled.len &&
           (ascii_is_alpha(spelled.ptr[len]) || ascii_is_digit(spelled.ptr[len]) || spelled.ptr[len] == '_')) {
        len++;
    }
    return (struct str){spelled.ptr, len};
}

const struct type *type_element(const struct type *type)
{
    while (type->kind == TYPE_ARRAY) {
        type = type->more->of;
    }
    return type;
}

const struct type *type_meant(const struct type *type, unsigned config)
{
    while (type->kind == TYPE_NAMED) {
        const struct def *def = type_def(type, config);
        if (!def || def->kind != DEF_TYPEDEF || !def->fields.len) {
            return type;
        }
        type = def->fields.at[0].type;
    }
    return type;
}

/* Handles have the names of what they point at, and verbatim blocks those of what they define for C alone. */
static bool has_symbol(const struct def *def)
{
    return def->name.s.len && !def_is_for_c(def) && !def_is_row(def);
}

static void define(struct resolver *r, struct def *def)
{
    if (!has_symbol(def)) {
        return;
    }
    struct symbol *symbol = map_get(&r->spec->symbols, def->name.s);
    if (!symbol) {
        symbol = ARENA_NEW(r->arena, struct symbol);
        symbol->name = def->name.s;
        map_add(&r->spec->symbols, symbol->name, symbol);
    }
    def->symbol = symbol;
    struct config_set set = def_configs(r->spec, def);
    const struct def *first = NULL;
    for (size_t i = 0; i < symbol->defs.len && !first; i++) {
        struct config_set its = def_configs(r->spec, symbol->defs.at[i]);
        its = config_set_both(its, &set);
        if (!config_set_is_empty(&its) || defs_meet(def, NULL, symbol->defs.at[i], NULL)) {
            first = symbol->defs.at[i];
        }
    }
    if (first) {
        struct diag *diag = diag_add(r->diags, RULE_NAME_DUPLICATE, def_span(def, def->name.off, def->name.len),
                                     "the %s `%.*s` is defined twice", def->kind == DEF_CONSTANT ? "constant" : "type",
                                     STR_ARG(def->name.s));
        diag_note(r->diags, diag, def_span(first, first->name.off, first->name.len), "first defined here");
        def->broken = true;
        return;
    }
    first = symbol->defs.len ? symbol->defs.at[0] : NULL;
    if (first && (first->kind == DEF_CONSTANT) != (def->kind == DEF_CONSTANT)) {
        struct diag *diag = diag_add(r->diags, RULE_NAME_CLASH, def_span(def, def->name.off, def->name.len),
                                     "`%.*s` is a constant here and a type there", STR_ARG(def->name.s));
        diag_note(r->diags, diag, def_span(first, first->name.off, first->name.len), "the other one is here");
        def->broken = true;
        return;
    }
    symbol->configs = config_set_either(symbol->configs, &set);
    symbol->defs.at =
        vec_reserve_exactly(r->arena, symbol->defs.at, symbol->defs.len, &symbol->defs.cap, 1, sizeof *symbol->defs.at);
    VEC_PUSH(r->arena, &symbol->defs, def);
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        if (config_set_has(&set, abi)) {
            symbol->on[abi] = def;
        }
    }
}

/* Inline records with a tag are known by it everywhere. */
static void define_inline(struct resolver *r, const struct def *def)
{
    for (size_t i = 0; i < def->fields.len; i++) {
        struct def *record = field_record(&def->fields.at[i]);
        if (record) {
            define(r, record);
            define_inline(r, record);
        }
    }
}

/* The file that says what the header is like comes first, then bytewise order. */
static int compare_sources(const struct folder *folder, const struct source *a, const struct source *b)
{
    if (a == b) {
        return 0;
    }
    int order = (b == folder->header.source) - (a == folder->header.source);
    return order ? order : str_cmp(a->path, b->path);
}

/* Order of the sources, then order within one, in which it makes no difference which key of a member is first. */
static int compare_defs(const void *pa, const void *pb)
{
    const struct def *a = *(struct def *const *)pa, *b = *(struct def *const *)pb;
    int order = compare_sources(a->folder, a->source, b->source);
    order = order ? order : (a->place > b->place) - (a->place < b->place);
    order = order ? order : (a->off > b->off) - (a->off < b->off);
    return order ? order : (a->made_order > b->made_order) - (a->made_order < b->made_order);
}

/* Adds a name to a list for a help text, which says at most so many bytes of it. */
#define NAMES_SHOWN_MAX 200
static void list_name(struct buf *list, struct str name)
{
    if (name.len && list->len < NAMES_SHOWN_MAX) {
        buf_printf(list, "%s`%.*s`", list->len ? ", " : "", STR_ARG(name));
        buf_text(list, list->len < NAMES_SHOWN_MAX ? "" : ", ...");
    }
}

/* Puts what the file with the header says before what others do. */
static void sort_folder(struct arena *arena, struct folder *folder)
{
    bool sorted = true;
    for (size_t i = 1; i < folder->defs.len && sorted; i++) {
        sorted = compare_defs(&folder->defs.at[i - 1], &folder->defs.at[i]) <= 0;
    }
    if (!sorted) {
        qsort(folder->defs.at, folder->defs.len, sizeof *folder->defs.at, compare_defs);
    }
    for (size_t i = 0; i < folder->files.len; i++) {
        if (folder->files.at[i].source == folder->header.source) {
            struct spec_file file = folder->files.at[i];
            memmove(&folder->files.at[1], folder->files.at, i * sizeof file);
            folder->files.at[0] = file;
        }
    }
    struct include *includes = ARENA_ARRAY(arena, folder->includes.len, struct include);
    size_t len = 0;
    for (int others = 0; others < 2; others++) {
        for (size_t i = 0; i < folder->includes.len; i++) {
            if ((folder->includes.at[i].source != folder->header.source) == others) {
                includes[len++] = folder->includes.at[i];
            }
        }
    }
    folder->includes.at = includes;
    folder->includes.cap = len;
}

static bool folder_has(const struct folder *folder, const struct symbol *symbol)
{
    for (size_t i = 0; i < symbol->defs.len; i++) {
        if (symbol->defs.at[i]->folder == folder) {
            return true;
        }
    }
    return false;
}

/* Reports an include from a folder that there is not. */
static void unknown_folder(struct resolver *r, const struct include *include)
{
    struct span span = {include->source, include->from.off, include->from.len};
    struct diag *diag =
        diag_add(r->diags, RULE_INCLUDE_UNKNOWN, span, "there is no folder `%.*s`", STR_ARG(include->from.s));
    if (r->hints++ >= HINTS_MAX) {
        return;
    }
    struct nearest near = nearest_start(include->from.s);
    struct buf all = buf_new(r->arena);
    for (size_t i = 0; i < r->spec->folders.len; i++) {
        nearest_try(&near, r->spec->folders.at[i]->name);
        list_name(&all, r->spec->folders.at[i]->name);
    }
    nearest_try(&near, STR("arch"));
    if (near.best.len) {
        diag_help(r->diags, diag, "did you mean `%.*s`? the folders are %.*s, and `arch`", STR_ARG(near.best),
                  STR_ARG(buf_view(&all)));
    } else {
        diag_help(r->diags, diag, "the folders are %.*s, and `arch`", STR_ARG(buf_view(&all)));
    }
}

/* Whether an include is from a folder; from every one of an architecture where `from` is NULL. */
static bool is_from(const struct folder *from, const struct folder *folder)
{
    return from ? folder == from : folder->arch != ARCH_COUNT;
}

/* Reports an import that is defined elsewhere (`def`), or nowhere. */
static void unknown_import(struct resolver *r, const struct include *include, const struct folder *from,
                           const struct text *name, const struct def *def)
{
    struct diag *diag = diag_add(r->diags, RULE_INCLUDE_UNKNOWN, (struct span){include->source, name->off, name->len},
                                 "`%.*s` does not define `%.*s`", STR_ARG(include->from.s), STR_ARG(name->s));
    if (def) {
        diag_help(r->diags, diag, "it is defined in `%.*s`", STR_ARG(def->folder->name));
        return;
    }
    if (r->hints++ >= HINTS_MAX) {
        return;
    }
    struct nearest near = nearest_start(name->s);
    struct buf all = buf_new(r->arena);
    for (size_t f = 0; f < r->spec->folders.len; f++) {
        const struct folder *folder = r->spec->folders.at[f];
        for (size_t d = 0; d < folder->defs.len && is_from(from, folder); d++) {
            nearest_try(&near, folder->defs.at[d]->name.s);
            list_name(&all, folder->defs.at[d]->name.s);
        }
    }
    if (near.best.len) {
        diag_help(r->diags, diag, "did you mean `%.*s`?", STR_ARG(near.best));
    } else if (all.len) {
        diag_help(r->diags, diag, "it defines %.*s", STR_ARG(buf_view(&all)));
    }
}

/* Whether a written include is right: its folder is there and defines each name. */
static void check_include(struct resolver *r, const struct include *include)
{
    bool is_arch = str_is(include->from.s, "arch");
    const struct folder *from = is_arch ? NULL : map_get(&r->folders, include->from.s);
    if (!is_arch && !from) {
        unknown_folder(r, include);
        return;
    }
    for (size_t i = 0; i < include->imports.len; i++) {
        const struct text *name = &include->imports.at[i];
        const struct symbol *symbol = map_get(&r->spec->symbols, name->s);
        const struct def *def = symbol ? symbol_any(symbol) : NULL;
        if (!def || !(is_arch ? is_from(NULL, def->folder) : folder_has(from, symbol))) {
            unknown_import(r, include, from, name, def);
        }
    }
}

/* How many more places that use an unknown name are shown. */
#define UNKNOWN_NOTES_MAX 3

/* A name that no definition has: one finding, wherever it is used. */
struct unknown {
    size_t diag; /* its place in the list */
    unsigned notes;
};

static void unknown_type(struct resolver *r, const struct def *def, const struct type *type)
{
    struct unknown *unknown = map_get(&r->unknown, type->more->name);
    if (unknown) {
        if (unknown->notes++ < UNKNOWN_NOTES_MAX) {
            diag_note(r->diags, &r->diags->list.at[unknown->diag], def_span(def, type->off, type->len),
                      "it is used here as well");
        }
        return;
    }
    unknown = ARENA_NEW(r->arena, struct unknown);
    *unknown = (struct unknown){.diag = r->diags->list.len};
    map_add(&r->unknown, type->more->name, unknown);
    struct diag *diag = diag_add(r->diags, RULE_TYPE_UNKNOWN, def_span(def, type->off, type->len),
                                 "there is no type `%.*s`", STR_ARG(type->more->name));
    if (r->hints++ >= HINTS_MAX) {
        return;
    }
    struct nearest near = nearest_start(type->more->name);
    for (enum scalar scalar = 0; scalar < SCALAR_COUNT; scalar++) {
        nearest_try(&near, str_from(scalars[scalar].name));
    }
    for (size_t f = 0; f < r->spec->folders.len; f++) {
        for (size_t d = 0; d < r->spec->folders.at[f]->defs.len; d++) {
            nearest_try(&near, r->spec->folders.at[f]->defs.at[d]->name.s);
        }
    }
    if (near.best.len) {
        diag_help(r->diags, diag, "did you mean `%.*s`?", STR_ARG(near.best));
    }
}

/* In C a tag is that of a struct or that of a union, with a definition or without. */
static bool opaque_agrees(struct resolver *r, const struct def *def, struct type *type)
{
    const struct type *first = map_add(&r->opaque, type->more->name, type);
    if (!first || first->elaboration == type->elaboration) {
        return true;
    }
    diag_add(r->diags, RULE_TYPE_KIND, def_span(def, type->off, type->len),
             "`%.*s` is a struct in one place and a union in another", STR_ARG(type->more->name));
    return false;
}

/* Whether a definition is there on one of some ABIs. */
static bool is_on(const struct resolver *r, const struct def *def, abi_set abis_wanted)
{
    struct config_set configs = def_configs(r->spec, def);
    configs = r->here ? config_set_both(configs, r->here) : configs;
    for (unsigned config = 0; config < spec_configs(r->spec); config++) {
        if ((abis_wanted & ABI_BIT(config_abi(config))) && config_set_has(&configs, config)) {
            return true;
        }
    }
    return false;
}

/* An architecture with a folder of its own must define what a definition for all of them uses. */
static bool check_archs(struct resolver *r, const struct def *def, const struct type *type)
{
    abi_set has = 0;
    if (def->kind == DEF_HYPERCALL) {
        return true; /* the numbers are there on all of them, whatever each one works on */
    }
    for (size_t i = 0; i < type->more->symbol->defs.len; i++) {
        const struct def *other = type->more->symbol->defs.at[i];
        has |= other->folder->arch == ARCH_COUNT ? ABI_ALL : archs[other->folder->arch].abis;
    }
    for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
        if (def->folder->arch == ARCH_COUNT && r->arch_folders[arch] && !(has & archs[arch].abis) &&
            is_on(r, def, archs[arch].abis)) {
            /* However many use it, it is missing once. */
            if (type->more->symbol->missed & archs[arch].abis) {
                return false;
            }
            type->more->symbol->missed |= archs[arch].abis;
            const struct def *other = symbol_any(type->more->symbol);
            struct diag *diag =
                diag_add(r->diags, RULE_ARCH_MISSING, def_span(def, type->off, type->len),
                         "`arch-%s` does not define `%.*s`", archs[arch].name, STR_ARG(type->more->name));
            diag_note(r->diags, diag, def_span(other, other->name.off, other->name.len), "`%.*s` does",
                      STR_ARG(other->folder->name));
            return false;
        }
    }
    return true;
}

static void resolve_fields(struct resolver *r, struct def *def);

/* Whether `enum x` in C is what it is here. C's own enum takes 4 bytes, whatever its values are. */
static bool is_c_enum(const struct def *def)
{
    return def->kind == DEF_ENUM && enum_is_c_enum(def) && def->c_form != C_FORM_ANONYMOUS && def->type &&
           def->type->kind == TYPE_SCALAR && scalars[def->type->scalar].size == 4;
}

/* What "struct x" may be: any type that C knows by that word. */
static bool elaboration_fits(enum elaboration elaboration, const struct def *target)
{
    switch (elaboration) {
    case ELABORATED_STRUCT:
        return target->kind == DEF_STRUCT;
    case ELABORATED_UNION:
        return target->kind == DEF_UNION;
    case ELABORATED_ENUM:
        return is_c_enum(target);
    case ELABORATED_NOT:
        break;
    }
    return target->kind != DEF_CONSTANT;
}

static bool wrong_kind(struct resolver *r, const struct def *def, const struct type *type, const struct def *target)
{
    static const char *const elaborated[] = {
        [ELABORATED_NOT] = "a type", "a struct", "a union", "an enum that C has as one, of 4 bytes"};
    const char *wanted = type->wanted == DEF_KIND_COUNT ? elaborated[type->elaboration] : def_kind_words[type->wanted];
    struct diag *diag = diag_add(r->diags, RULE_TYPE_KIND, def_span(def, type->off, type->len), "`%.*s` is %s, not %s",
                                 STR_ARG(type->more->name), def_kind_words[target->kind], wanted);
    diag_note(r->diags, diag, def_span(target, target->name.off, target->name.len), "defined here");
    return false;
}

/* Finds the definition behind the name in a type. */
static bool resolve_type(struct resolver *r, struct def *def, struct type *type, bool behind_handle)
{
    if (type->kind == TYPE_ARRAY) {
        return resolve_type(r, def, type->more->of, behind_handle);
    }
    if (type->kind == TYPE_HANDLE || type->kind == TYPE_POINTER) {
        return resolve_type(r, def, type->more->of, true);
    }
    if (type->kind == TYPE_RECORD) {
        resolve_fields(r, type->more->record);
        return !type->more->record->broken;
    }
    if (type->kind == TYPE_VOID && !behind_handle) {
        struct diag *diag =
            diag_add(r->diags, RULE_TYPE_KIND, def_span(def, type->off, type->len), "nothing can have the type `void`");
        diag_help(r->diags, diag, "only a handle may point at it: \"handle64<void>\"");
        return false;
    }
    if (type->kind != TYPE_NAMED) {
        return true;
    }
    struct symbol *symbol = map_get(&r->spec->symbols, type->more->name);
    if (!symbol || !symbol->defs.len) {
        if (behind_handle && (type->elaboration == ELABORATED_STRUCT || type->elaboration == ELABORATED_UNION)) {
            type->kind = TYPE_OPAQUE;
            return opaque_agrees(r, def, type);
        }
        unknown_type(r, def, type);
        return false;
    }
    type_more(r->arena, type)->symbol = symbol;
    for (size_t i = 0; i < type->more->symbol->defs.len; i++) {
        const struct def *target = type->more->symbol->defs.at[i];
        if (type->wanted == DEF_KIND_COUNT ? !elaboration_fits(type->elaboration, target)
                                           : target->kind != type->wanted) {
            return wrong_kind(r, def, type, target);
        }
    }
    /* C needs no handle for what only a hypercall points at. */
    for (size_t i = 0; i < type->more->symbol->defs.len && behind_handle && def->kind != DEF_HYPERCALL; i++) {
        type->more->symbol->defs.at[i]->handle_used = true;
    }
    return check_archs(r, def, type);
}

/*
 * The enum or bitmap that names the values of integers. It is only spoken of: whoever names it exists without it, and
 * needs nothing of its folder.
 */
static bool resolve_values(struct resolver *r, struct def *def, struct type *type)
{
    if (!type) {
        return true;
    }
    if (type->kind == TYPE_NAMED) {
        struct symbol *symbol = map_get(&r->spec->symbols, type->more->name);
        if (!symbol || !symbol->defs.len) {
            unknown_type(r, def, type);
            return false;
        }
        enum def_kind kind = symbol_any(symbol)->kind;
        if (kind == DEF_ENUM || kind == DEF_BITMAP) {
            type_more(r->arena, type)->symbol = symbol;
            return true;
        }
    }
    struct diag *diag = diag_add(r->diags, RULE_TYPE_KIND, def_span(def, type->off, type->len),
                                 "`values` is the name of an enum or a bitmap");
    diag_help(r->diags, diag, "name one, or leave `values` out");
    return false;
}

/* What a member is made of, in the configurations that it is in. */
static void resolve_field(struct resolver *r, struct def *def, const struct field *field)
{
    const struct config_set *around = r->here;
    struct config_set here;
    if (field->more->when.exists) {
        here = around ? config_set_both(*around, field->more->when.exists) : *field->more->when.exists;
        r->here = &here;
    }
    if (!field->joined && !resolve_type(r, def, field->type, false)) {
        def->broken = true;
    }
    r->here = around;
    if (!resolve_values(r, def, field->more->values)) {
        def->broken = true;
    }
}

static void resolve_fields(struct resolver *r, struct def *def)
{
    for (size_t i = 0; i < def->fields.len; i++) {
        resolve_field(r, def, &def->fields.at[i]);
    }
}

/* The integer of an enum or bitmap. */
static void resolve_integer(struct resolver *r, struct def *def)
{
    const struct type *type = def->type;
    bool is_integer = type && type->kind == TYPE_SCALAR && type->scalar != SCALAR_CHAR;
    if (type && (!is_integer || (def->kind == DEF_BITMAP && scalars[type->scalar].is_signed))) {
        struct diag *diag = diag_add(r->diags, RULE_TYPE_KIND, def_span(def, type->off, type->len),
                                     def->kind == DEF_BITMAP ? "a bitmap is held by an unsigned integer"
                                                             : "an enum is held by an integer");
        diag_help(r->diags, diag, "its type is %s, or another scalar %s",
                  def->kind == DEF_BITMAP ? "one of u8 to u64" : "one of u8 to i64",
                  def->kind == DEF_BITMAP ? "without a sign" : "but char");
        def->broken = true;
    }
}

/* The type of a constant, where one is given. */
static void resolve_constant(struct resolver *r, struct def *def)
{
    const struct type *type = def->type;
    bool is_integer = type && type->kind == TYPE_SCALAR;
    if (type && (!is_integer || def->more->value.is_string)) {
        struct diag *diag =
            diag_add(r->diags, RULE_TYPE_KIND, def_span(def, type->off, type->len),
                     def->more->value.is_string ? "a string has no type to give" : "a constant is an integer");
        diag_help(r->diags, diag, "%s",
                  def->more->value.is_string ? "leave `type` out" : "its type is one of u8 to i64");
        def->broken = true;
    }
}

/* What a handle points at: the type of its own name, unless it is said. */
static bool resolve_handle(struct resolver *r, struct def *def)
{
    if (!def->type) {
        struct type *type = type_new(r->arena, TYPE_NAMED, def->name.off, def->name.len);
        type_more(r->arena, type)->name = def->name.s;
        def->type = type;
        for (enum scalar scalar = 0; scalar < SCALAR_COUNT; scalar++) {
            if (str_is(def->name.s, scalars[scalar].name) || str_is(def->name.s, scalars[scalar].handle)) {
                def->type->kind = TYPE_SCALAR;
                def->type->scalar = scalar;
                return true;
            }
        }
        def->type->kind = str_is(def->name.s, "void") ? TYPE_VOID : TYPE_NAMED;
    }
    return resolve_type(r, def, def->type, true);
}

/* The types that a row names besides those that its definition holds. */
static bool resolve_row(struct resolver *r, struct def *def)
{
    struct row *row = def->row;
    bool good = !row->compat || resolve_type(r, def, row->compat, false);
    for (size_t i = 0; i < row->args.len; i++) {
        good = resolve_type(r, def, row->args.at[i].type, false) && good;
        good = resolve_values(r, def, row->args.at[i].values) && good;
    }
    for (size_t i = 0; i < row->ops.len; i++) {
        good = (!row->ops.at[i].arg || resolve_type(r, def, row->ops.at[i].arg, false)) && good;
        good = (!row->ops.at[i].arg2 || resolve_type(r, def, row->ops.at[i].arg2, false)) && good;
    }
    return good;
}

static void resolve_def(struct resolver *r, struct def *def)
{
    if (def->made_by && def->made_by->broken) {
        def->broken = true; /* its types are the row's */
        return;
    }
    if (def->row && !resolve_row(r, def)) {
        def->broken = true;
    }
    if (def->kind == DEF_ENUM || def->kind == DEF_BITMAP) {
        resolve_integer(r, def);
    } else if (def->kind == DEF_CONSTANT) {
        resolve_constant(r, def);
    }
    if (def->kind == DEF_HANDLE && !resolve_handle(r, def)) {
        def->broken = true;
    }
    resolve_fields(r, def);
    for (size_t i = 0; i < def->more->bits.len; i++) {
        struct type *type = def->more->bits.at[i].type;
        if (!type) {
            continue;
        }
        if (!resolve_type(r, def, type, false)) {
            def->broken = true;
        } else if (type->kind != TYPE_NAMED || symbol_any(type->more->symbol)->kind != DEF_ENUM) {
            struct diag *diag = diag_add(r->diags, RULE_TYPE_KIND, def_span(def, type->off, type->len),
                                         "the values of a run of bits are named by an enum");
            diag_help(r->diags, diag, "name an enum, or leave `type` out");
            def->broken = true;
        }
    }
}

struct symbol *type_symbol(const struct type *type)
{
    while (type && type->more->of) {
        type = type->more->of;
    }
    return type && type->kind == TYPE_NAMED ? type->more->symbol : NULL;
}

void spec_resolve(struct spec *spec, struct diags *diags)
{
    struct resolver r = {.spec = spec, .arena = spec->arena, .scratch = arena_child(spec->arena), .diags = diags};
    spec_expand(spec, diags);
    spec_samples(spec, diags);
    spec->symbols = map_new(spec->arena);
    r.folders = map_new(spec->arena);
    r.unknown = map_new(spec->arena);
    r.opaque = map_new(spec->arena);
    for (size_t f = 0; f < spec->folders.len; f++) {
        struct folder *folder = spec->folders.at[f];
        map_add(&r.folders, folder->name, folder);
        if (folder->arch != ARCH_COUNT) {
            r.arch_folders[folder->arch] = true;
        }
        sort_folder(r.arena, folder);
        for (size_t d = 0; d < folder->defs.len; d++) {
            define(&r, folder->defs.at[d]);
            define_inline(&r, folder->defs.at[d]);
        }
    }
    for (size_t f = 0; f < spec->folders.len; f++) {
        const struct folder *folder = spec->folders.at[f];
        for (size_t i = 0; i < folder->includes.len; i++) {
            check_include(&r, &folder->includes.at[i]);
        }
        for (size_t d = 0; d < folder->defs.len; d++) {
            resolve_def(&r, folder->defs.at[d]);
        }
    }
    resolve_depths(&r);
    resolve_existence(&r);
    arena_clear(r.scratch);
}
