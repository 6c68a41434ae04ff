/* Guest handles in the C backend: the words that they have for types, and who defines them. */
#include "emit/c.h"
#include "spec/resolve.h"
#include "spec/sample.h"

/* A header that says that it defines the guest handle of a type. */
struct c_handle {
    const struct def *def;
    bool is_alias; /* the type that it names is another name for this one */
    struct c_handle *next;
};

const struct type *c_handle_type(const struct def *def)
{
    return def->type ? def->type : def->fields.at[0].type;
}

static void handle_add(struct c_spec *c, const struct c_file *file, const struct def *def, const struct type *type,
                       unsigned config, bool is_alias)
{
    struct str key = c_pointed_text(file, type, config);
    struct c_handle *first = map_get(&c->handles, key), *handle = first;
    while (handle && handle->def != def) {
        handle = handle->next;
    }
    if (handle) {
        return;
    }
    handle = ARENA_NEW(file->arena, struct c_handle);
    *handle = (struct c_handle){.def = def, .is_alias = is_alias};
    if (first) {
        handle->next = first->next;
        first->next = handle;
    } else {
        map_add(&c->handles, key, handle);
    }
}

/* Whether a type that a handle is of is spelled alike wherever it is. */
static bool is_spelled_alike(const struct type *type)
{
    return type->kind != TYPE_HANDLE && type->kind != TYPE_POINTER && !c_type_varies(type);
}

static void handle_find(struct c_spec *c, const struct c_file *file, const struct def *def)
{
    const struct config_set there = def_configs(c->spec, def);
    bool alike = false;
    for (unsigned config = 0; !alike && (config = config_set_next(&there, config)) < CONFIGS_MAX; config++) {
        const struct type *type = c_handle_type(def);
        alike = is_spelled_alike(type);
        handle_add(c, file, def, type, config, false);
        const struct def *named = type->kind == TYPE_NAMED ? type_def(type, config) : NULL;
        const struct def *target = NULL;
        while (named && named->kind == DEF_TYPEDEF) {
            type = named->fields.at[0].type;
            alike = alike && is_spelled_alike(type);
            named = target = type->kind == TYPE_NAMED ? type_def(type, config) : NULL;
        }
        if (target && def_is_record(target)) {
            handle_add(c, file, def, type, config, true);
        }
    }
}

void c_handles_find(struct arena *arena, struct c_spec *c)
{
    c->handles = map_new(arena);
    for (size_t f = 0; f < c->spec->folders.len; f++) {
        const struct folder *folder = c->spec->folders.at[f];
        const struct c_file file = {.arena = arena, .kept = arena, .c = c, .spec = c->spec, .folder = folder};
        for (size_t d = 0; d < folder->defs.len; d++) {
            const struct def *def = folder->defs.at[d];
            if (def->kind == DEF_HANDLE) {
                c->handle_split = split_by_set(arena, c->handle_split, def->exists, spec_configs(c->spec));
                handle_find(c, &file, def);
            }
        }
    }
}

/* Whether a handle to a type is defined without anybody's saying so, by the support header or that of the type. */
static bool is_automatic(const struct c_file *file, const struct type *of, unsigned config)
{
    const struct def *def = of->kind == TYPE_NAMED ? type_def(of, config) : NULL;
    if (def && (def_is_record(def) || def->kind == DEF_TYPEDEF)) {
        return !def->folder->header.given;
    }
    if (def) {
        return !file->folder->header.given && of->elaboration != ELABORATED_ENUM;
    }
    bool is_supported = of->kind == TYPE_VOID || (of->kind == TYPE_SCALAR && of->scalar <= SCALAR_UCHAR);
    return is_supported && !file->folder->header.given;
}

/* The definition of a handle to a type that there is in a configuration; `plain`: the name that it rather has. */
static const struct def *handle_def(const struct c_file *file, const struct type *of, struct str plain, unsigned config)
{
    const struct c_handle *best = NULL;
    if (!file->c->handles.len || is_automatic(file, of, config)) {
        return NULL;
    }
    for (const struct c_handle *handle = map_get(&file->c->handles, c_pointed_text(file, of, config)); handle;
         handle = handle->next) {
        if (!def_exists(handle->def, config)) {
            continue;
        }
        if (str_eq(handle->def->name.s, plain)) {
            return handle->def;
        }
        best = !best || (best->is_alias && !handle->is_alias) ? handle : best;
    }
    return best ? best->def : NULL;
}

/* The word for a handle to a type where nobody says otherwise; `const_` apart. */
static struct str plain_word(const struct c_file *file, const struct type *of, unsigned config)
{
    struct arena *arena = file->arena;
    switch (of->kind) {
    case TYPE_SCALAR:
        return str_from(scalars[of->scalar].handle);
    case TYPE_HANDLE:
        return str_printf(arena, "__handle%s_%.*s", of->is_native ? "_native" : "64",
                          STR_ARG(c_handle_word(file, of, config)));
    case TYPE_POINTER:
        return str_printf(arena, "__pointer_%s%.*s", of->is_const ? "const_" : "",
                          STR_ARG(plain_word(file, type_element(of->more->of), config)));
    case TYPE_NAMED: {
        const struct def *def = type_def(of, config);
        if (!def || def_is_record(def) || def->kind == DEF_TYPEDEF) {
            return of->more->name;
        }
        if (of->elaboration == ELABORATED_ENUM) {
            return str_printf(arena, "__enum_%.*s", STR_ARG(def->name.s));
        }
        return str_from(scalars[def->type->scalar].handle);
    }
    case TYPE_OPAQUE:
        return of->more->name;
    case TYPE_VOID:
    case TYPE_ARRAY:
    case TYPE_RECORD:
        break;
    }
    return STR("void");
}

/*
 * The argument of XEN_GUEST_HANDLE for a handle: a word, since the macro pastes it. Where headers define a handle
 * `uint64` and another one `uint64_t`, the language's `u64` is the first and its `uint64_t` the second.
 */
struct str c_handle_word(const struct c_file *file, const struct type *handle, unsigned config)
{
    const struct type *of = type_element(handle->more->of);
    struct str word = plain_word(file, of, config);
    bool is_natural = of->kind == TYPE_SCALAR && scalars[of->scalar].natural;
    const struct def *def = handle_def(file, of, is_natural ? str_from(scalars[of->scalar].c) : word, config);
    return str_printf(file->arena, "%s%.*s", handle->is_const ? "const_" : "", STR_ARG(def ? def->name.s : word));
}

/* Xen's macro writes `const` before what it is given, which of a pointer would be what that points at. */
static void emit_define(struct buf *out, struct str word, struct str type)
{
    if (str_ends(type, "*")) {
        buf_printf(out,
                   "___DEFINE_XEN_GUEST_HANDLE(%.*s, %.*s);\n"
                   "___DEFINE_XEN_GUEST_HANDLE(const_%.*s, %.*sconst);\n",
                   STR_ARG(word), STR_ARG(type), STR_ARG(word), STR_ARG(type));
    } else {
        buf_printf(out, "__DEFINE_XEN_GUEST_HANDLE(%.*s, %.*s);\n", STR_ARG(word), STR_ARG(type));
    }
}

/* What more than one header may have to define; the first one does. */
static void emit_guarded(struct buf *out, struct str guard, struct str word, struct str type)
{
    buf_printf(out, "#ifndef %.*s\n#define %.*s\n", STR_ARG(guard), STR_ARG(guard));
    emit_define(out, word, type);
    buf_text(out, "#endif\n");
}

/* Behind a handle an array is its elements, and so it is behind a pointer that a handle points at. */
static const struct type *without_arrays(struct arena *arena, const struct type *type)
{
    type = type_element(type);
    if (type->kind != TYPE_POINTER) {
        return type;
    }
    struct type *copy = ARENA_NEW(arena, struct type);
    struct type_more *more = ARENA_NEW(arena, struct type_more);
    *more = *type->more;
    more->of = (struct type *)without_arrays(arena, type->more->of);
    *copy = *type;
    copy->more = more;
    return copy;
}

/* The names of handles within a type. */
static void emit_type_names(const struct c_file *file, struct buf *out, const struct type *type, unsigned config)
{
    type = type_element(type);
    if (type->kind == TYPE_POINTER) {
        emit_type_names(file, out, type->more->of, config);
        return;
    }
    if (type->kind != TYPE_HANDLE) {
        return;
    }
    const struct type *of = type_element(type->more->of);
    emit_type_names(file, out, of, config);
    struct str word = plain_word(file, of, config);
    if (is_automatic(file, of, config) || handle_def(file, of, word, config)) {
        return;
    }
    struct str spelled = c_pointed_text(file, without_arrays(file->arena, of), config);
    struct str guard;
    if (of->kind == TYPE_HANDLE) {
        guard = str_printf(file->arena, "__XEN_HANDLE%s_%.*s", of->is_native ? "_native" : "64",
                           STR_ARG(c_handle_word(file, of, config)));
    } else {
        guard = str_printf(file->arena, "__XEN_HANDLE_OF_%.*s", STR_ARG(word));
    }
    if (of->kind == TYPE_OPAQUE && of->elaboration != ELABORATED_ENUM) {
        buf_printf(out, "%.*s;\n", STR_ARG(spelled));
    }
    emit_guarded(out, guard, word, spelled);
}

static void emit_names_on(const struct c_file *file, struct buf *out, const void *data, unsigned config)
{
    emit_type_names(file, out, data, config);
}

void c_emit_handle_names(const struct c_file *file, struct buf *out, const struct def *def,
                         const struct config_set *set)
{
    for (size_t f = 0; f < def->fields.len; f++) {
        const struct type *type = type_element(def->fields.at[f].type);
        const struct config_set *exists = def->fields.at[f].more->when.exists;
        struct config_set there = exists ? config_set_both(*exists, set) : *set;
        if (config_set_is_empty(&there)) {
            continue;
        }
        if (type->kind == TYPE_RECORD) {
            c_emit_handle_names(file, out, type->more->record, &there);
        } else if (c_type_varies(type)) {
            c_emit_varying(file, out, &there, c_type_split(file, type), &file->c->macros, emit_names_on, type);
        } else {
            emit_type_names(file, out, type, config_set_first(&there));
        }
    }
}

void c_emit_handle(const struct c_file *file, struct buf *out, const struct def *def, unsigned config)
{
    struct str type = c_pointed_text(file, c_handle_type(def), config);
    if (str_eq(type, def->name.s)) {
        buf_printf(out, "DEFINE_XEN_GUEST_HANDLE(%.*s);\n", STR_ARG(def->name.s));
    } else {
        emit_define(out, def->name.s, type);
    }
}

/* Handles and forward declarations of a folder that leaves them to the backend */

bool c_stands_first(const struct c_file *file, const struct def *def)
{
    /*
     * A struct may hold a handle to another name of itself; so where there are handles to such a name, it
     * stands before all structs.
     */
    if (def->kind != DEF_TYPEDEF || !def->handle_used || file->folder->header.given) {
        return false;
    }
    const struct type *type = def->fields.at[0].type;
    struct config_set set = c_def_set(file, def);
    bool first = !config_set_is_empty(&set);
    for (unsigned config = 0; config < spec_configs(file->spec) && first; config++) {
        const struct def *held =
            type->kind == TYPE_NAMED && config_set_has(&set, config) ? type_def(type, config) : NULL;
        first = !config_set_has(&set, config) || type->kind == TYPE_OPAQUE ||
                (held && def_is_record(held) && held->c_form != C_FORM_TYPEDEF);
    }
    return first && !(type->kind == TYPE_OPAQUE && type->elaboration == ELABORATED_ENUM);
}

/* The handle of a record, and those of the records within it whose tags escape. */
static void emit_record_handle(const struct c_file *file, struct buf *out, const struct def *def)
{
    if (def->name.s.len && def->handle_used && def->c_form != C_FORM_TYPEDEF) {
        struct str name = c_record_name(file->arena, def);
        buf_printf(out, "%.*s;\n", STR_ARG(name));
        emit_define(out, def->name.s, name);
    }
    for (size_t i = 0; i < def->fields.len; i++) {
        const struct type *type = type_element(def->fields.at[i].type);
        if (type->kind == TYPE_RECORD && !def->fields.at[i].joined) {
            emit_record_handle(file, out, type->more->record);
        }
    }
}

void c_emit_handles(const struct c_file *file, struct buf *out)
{
    struct buf handles = buf_new(file->kept);
    struct c_chain chain = {.out = &handles, .around = &file->all};
    for (size_t i = 0; i < file->folder->defs.len; i++) {
        const struct def *def = file->folder->defs.at[i];
        struct config_set set = c_def_set(file, def);
        struct buf text = buf_new(file->arena);
        if (config_set_is_empty(&set)) {
            continue;
        }
        if (c_stands_first(file, def)) {
            c_emit_typedef(file, &text, def, &set);
        } else if (def_is_record(def)) {
            emit_record_handle(file, &text, def);
        }
        if (text.len) {
            struct c_test test = c_test_when(file, &def->when, &set, &file->all);
            c_chain_next(&chain, &test, def->name.s, false);
            buf_str(&handles, buf_view(&text));
        }
        arena_clear(file->arena);
    }
    c_chain_end(&chain);
    buf_text(out, handles.len ? "\n" : "");
    buf_str(out, buf_view(&handles));
}
