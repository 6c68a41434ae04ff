/* Types in the C backend: how they are spelled, and declarators. */
#include "emit/c.h"
#include "spec/resolve.h"

struct str c_record_name(struct arena *arena, const struct def *def)
{
    const char *keyword = def->kind == DEF_UNION ? "union " : "struct ";
    return str_printf(arena, "%s%.*s", def->c_form == C_FORM_TYPEDEF ? "" : keyword, STR_ARG(def->name.s));
}

static const char *elaboration_text(enum elaboration elaboration)
{
    static const char *const texts[] = {"", "struct ", "union ", "enum "};
    return texts[elaboration];
}

/* A 64-bit integer behind a pointer: the attribute that aligns it would align the pointer. */
static const char *scalar_text(enum scalar scalar, bool is_pointed_at)
{
    if (is_pointed_at && scalar == SCALAR_U64) {
        return scalars[SCALAR_U64_NATURAL].c;
    }
    return scalars[is_pointed_at && scalar == SCALAR_I64 ? SCALAR_I64_NATURAL : scalar].c;
}

/* A type that is no array and no pointer. */
static struct str base_text(const struct c_file *file, const struct type *type, bool is_pointed_at, unsigned config)
{
    struct arena *arena = file->arena;
    switch (type->kind) {
    case TYPE_SCALAR:
        return str_from(scalar_text(type->scalar, is_pointed_at));
    case TYPE_HANDLE:
        return str_printf(arena, "%s(%.*s)", type->is_native ? "XEN_GUEST_HANDLE" : "XEN_GUEST_HANDLE_64",
                          STR_ARG(c_handle_word(file, type, config)));
    case TYPE_OPAQUE:
        return str_printf(arena, "%s%.*s", elaboration_text(type->elaboration), STR_ARG(type->more->name));
    case TYPE_NAMED: {
        const struct def *def = type_def(type, config);
        if (!def) {
            return str_printf(arena, "%s%.*s", elaboration_text(type->elaboration), STR_ARG(type->more->name));
        }
        if (def_is_record(def)) {
            return c_record_name(arena, def);
        }
        if (def->kind == DEF_TYPEDEF) {
            return def->name.s;
        }
        if (type->elaboration == ELABORATED_ENUM) {
            return str_printf(arena, "%s%.*s", def->c_form == C_FORM_TYPEDEF ? "" : "enum ", STR_ARG(def->name.s));
        }
        return str_from(scalar_text(def->type->scalar, is_pointed_at));
    }
    case TYPE_VOID:
    case TYPE_ARRAY:
    case TYPE_POINTER:
    case TYPE_RECORD:
        break;
    }
    return STR("void");
}

static void dimension(struct buf *out, const struct type *array)
{
    buf_char(out, '[');
    if (array->more->length->text.s.ptr) {
        c_spelled(out, array->more->length->text.s);
    } else {
        buf_u64(out, array->more->count);
    }
    buf_char(out, ']');
}

void c_dimensions(struct buf *out, const struct type *type)
{
    for (; type->kind == TYPE_ARRAY; type = type->more->of) {
        dimension(out, type);
    }
}

/* `inner`: the declarator so far, seen from its name outwards. */
static void declare(const struct c_file *file, struct buf *out, const struct type *type, struct str inner,
                    bool is_const, bool is_pointed_at, unsigned config)
{
    struct buf declarator = buf_new(file->arena);
    if (type->kind == TYPE_ARRAY) {
        bool in_parentheses = inner.len && inner.ptr[0] == '*';
        buf_printf(&declarator, in_parentheses ? "(%.*s)" : "%.*s", STR_ARG(inner));
        c_dimensions(&declarator, type);
        declare(file, out, type_element(type), buf_view(&declarator), is_const, is_pointed_at, config);
    } else if (type->kind == TYPE_POINTER) {
        buf_printf(&declarator, "*%s%.*s", is_const ? "const " : "", STR_ARG(inner));
        declare(file, out, type->more->of, buf_view(&declarator), type->is_const, true, config);
    } else {
        struct str base = base_text(file, type, is_pointed_at, config);
        buf_text(out, is_const ? "const " : "");
        buf_str(out, base);
        buf_text(out, inner.len ? " " : "");
        buf_str(out, inner);
    }
}

void c_declare(const struct c_file *file, struct buf *out, const struct type *type, struct str name, unsigned config)
{
    declare(file, out, type, name, false, false, config);
}

struct str c_pointed_text(const struct c_file *file, const struct type *of, unsigned config)
{
    struct buf text = buf_new(file->arena);
    declare(file, &text, type_element(of), (struct str){NULL, 0}, false, true, config);
    return buf_view(&text);
}

bool c_type_varies(const struct type *type)
{
    while (type->kind == TYPE_ARRAY || type->kind == TYPE_HANDLE || type->kind == TYPE_POINTER) {
        type = type->more->of;
    }
    return type->kind == TYPE_NAMED && type->more->symbol->defs.len > 1;
}

const struct config_split *c_type_split(const struct c_file *file, const struct type *type)
{
    const struct config_split *split = NULL;
    for (; type->kind == TYPE_ARRAY || type->kind == TYPE_HANDLE || type->kind == TYPE_POINTER; type = type->more->of) {
        split = type->kind == TYPE_HANDLE ? file->c->handle_split : split;
    }
    for (size_t i = 0; c_type_varies(type) && i < type->more->symbol->defs.len; i++) {
        const struct def *def = type->more->symbol->defs.at[i];
        split = split_by_set(file->arena, split, def->exists, spec_configs(file->spec));
    }
    return split;
}
