/* The C backend: headers with the names, types, values and macros of Xen's own. */
#include "emit/c.h"

#include "emit/backends.h"
#include "spec/constants.h"
#include "spec/resolve.h"

#include <assert.h>
#include <string.h>

/* Writes `#if` for a definition that does not exist on all ABIs of its folder; true if an #endif is due. */
static bool open_test(struct buf *out, const struct def *def)
{
    if (def->abis == c_folder_abis(def->folder)) {
        return false;
    }
    buf_text(out, "#if ");
    c_test(out, def->abis);
    buf_char(out, '\n');
    return true;
}

static void close_test(struct buf *out, bool open)
{
    buf_text(out, open ? "#endif\n" : "");
}

/* Structs */

static enum abi first_abi(abi_set set)
{
    enum abi abi = 0;
    while (!(set & ABI_BIT(abi))) {
        abi++;
    }
    return abi;
}

/*
 * The argument of XEN_GUEST_HANDLE for a handle: a word, since the macro pastes it. An array is
 * pointed at by a pointer to its elements.
 */
static struct str handle_word(struct arena *arena, const struct type *handle, enum abi abi)
{
    const struct type *of = type_element(handle->of);
    const char *is_const = handle->is_const ? "const_" : "";
    switch (of->kind) {
    case TYPE_SCALAR:
        return str_printf(arena, "%s%s", is_const, scalars[of->scalar].handle);
    case TYPE_HANDLE:
        return str_printf(arena, "%s__handle%s_%.*s", is_const, of->is_native ? "_native" : "64",
                          STR_ARG(handle_word(arena, of, abi)));
    case TYPE_NAMED: {
        const struct def *def = type_def(of, abi);
        if (!def_has_handle(def)) {
            return str_printf(arena, "%s%s", is_const, scalars[def->type->scalar].handle);
        }
        return str_printf(arena, "%s%.*s", is_const, STR_ARG(def->name.s));
    }
    case TYPE_VOID:
    case TYPE_ARRAY:
        break;
    }
    return str_printf(arena, "%svoid", is_const);
}

static const char *handle_macro(const struct type *handle)
{
    return handle->is_native ? "XEN_GUEST_HANDLE" : "XEN_GUEST_HANDLE_64";
}

/* A member's type, its arrays apart. */
static void emit_type(struct buf *out, const struct type *type, enum abi abi)
{
    if (type->kind == TYPE_SCALAR) {
        buf_text(out, scalars[type->scalar].c);
    } else if (type->kind == TYPE_HANDLE) {
        buf_printf(out, "%s(%.*s)", handle_macro(type), STR_ARG(handle_word(out->arena, type, abi)));
    } else {
        const struct def *def = type_def(type, abi);
        if (def->kind == DEF_STRUCT || def->kind == DEF_TYPEDEF) {
            buf_printf(out, "%s%.*s", def->kind == DEF_STRUCT ? "struct " : "", STR_ARG(def->name.s));
        } else {
            buf_text(out, scalars[def->type->scalar].c);
        }
    }
}

/* Says which enum or bitmap a member of an integer type holds; empty for other members. */
static struct str field_holds(struct arena *arena, const struct type *type, enum abi abi)
{
    const struct def *def = type->kind == TYPE_NAMED ? type_def(type, abi) : NULL;
    if (!def || (def->kind != DEF_ENUM && def->kind != DEF_BITMAP)) {
        return (struct str){NULL, 0};
    }
    if (def->kind == DEF_ENUM && enum_is_c_enum(def)) {
        return str_printf(arena, "enum %.*s", STR_ARG(def->name.s));
    }
    if (def->c_prefix.s.len) {
        return str_printf(arena, "%.*s*", STR_ARG(def->c_prefix.s));
    }
    struct str all = str_printf(arena, "%.*s_*", STR_ARG(def->name.s));
    char *bytes = arena_alloc(arena, all.len + 1);
    for (size_t i = 0; i < all.len; i++) {
        bytes[i] = ascii_to_upper(all.ptr[i]);
    }
    return (struct str){bytes, all.len};
}

static const char *const dir_prefix[] = {
    [DIR_NONE] = "", [DIR_IN] = "IN: ", [DIR_OUT] = "OUT: ", [DIR_INOUT] = "IN/OUT: "};

/* A member of a struct, or the one that a typedef has, which is the typedef itself. */
static void emit_field_on(struct buf *out, const struct def *def, const struct field *field, enum abi abi)
{
    static const struct str reserved = {"Reserved, must be zero.", 23};
    const struct type *element = type_element(field->type);
    bool is_typedef = def->kind == DEF_TYPEDEF;
    struct str description = field->description.s;
    if (!description.len && field->reserved) {
        description = reserved;
    }
    struct str holds = field_holds(out->arena, element, abi);
    if (!description.len && !is_typedef) {
        description = holds;
        holds.len = 0;
    }
    c_comment(out, 4, dir_prefix[field->dir], description);
    size_t start = out->len;
    buf_text(out, is_typedef ? "typedef " : "    ");
    emit_type(out, element, abi);
    buf_printf(out, " %.*s", STR_ARG(is_typedef ? def->name.s : field->name.s));
    for (const struct type *type = field->type; type->kind == TYPE_ARRAY; type = type->of) {
        buf_printf(out, "[%llu]", (unsigned long long)type->count);
    }
    buf_char(out, ';');
    if (holds.len && out->len - start + 7 + holds.len <= C_COLUMNS) {
        buf_printf(out, " /* %.*s */", STR_ARG(holds));
    } else if (holds.len) {
        struct str line = str_copy(out->arena, (struct str){out->ptr + start, out->len - start});
        out->len = start;
        c_comment(out, is_typedef ? 0 : 4, "", holds);
        buf_str(out, line);
    }
    buf_char(out, '\n');
}

/* Whether C may write a type in more than one way, because architectures mean different integers by its name. */
static bool varies(const struct type *type, abi_set set)
{
    while (type->kind == TYPE_ARRAY || type->kind == TYPE_HANDLE) {
        type = type->of;
    }
    const struct def *first = type->kind == TYPE_NAMED ? type_def(type, first_abi(set)) : NULL;
    for (enum abi abi = 0; first && abi < ABI_COUNT; abi++) {
        const struct def *def = type_def(type, abi);
        if ((set & ABI_BIT(abi)) && def != first &&
            (def->kind != first->kind || !(def->kind == DEF_STRUCT || def->kind == DEF_TYPEDEF))) {
            return true;
        }
    }
    return false;
}

/* A member; where it varies, each way of writing it under the test for the ABIs that have it. */
static void emit_field(struct buf *out, const struct def *def, const struct field *field)
{
    if (!varies(field->type, def->abis)) {
        emit_field_on(out, def, field, first_abi(def->abis));
        return;
    }
    struct str texts[ABI_COUNT];
    abi_set left = def->abis;
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        struct buf text = buf_new(out->arena);
        if (left & ABI_BIT(abi)) {
            emit_field_on(&text, def, field, abi);
        }
        texts[abi] = buf_view(&text);
    }
    for (bool tested = false; left; tested = true) {
        struct str text = texts[first_abi(left)];
        abi_set same = 0;
        for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
            same |= (left & ABI_BIT(abi)) && str_eq(texts[abi], text) ? ABI_BIT(abi) : 0;
        }
        if (same != def->abis) {
            buf_text(out, tested ? "#elif " : "#if ");
            c_test(out, same);
            buf_char(out, '\n');
        }
        buf_str(out, text);
        left &= ~same;
        buf_text(out, !left && same != def->abis ? "#endif\n" : "");
    }
}

static void emit_struct(struct buf *out, const struct def *def)
{
    c_comment(out, 0, "", def->description.s);
    buf_printf(out, "struct %.*s {\n", STR_ARG(def->name.s));
    for (size_t i = 0; i < def->fields.len; i++) {
        emit_field(out, def, &def->fields.at[i]);
    }
    if (!def->fields.len) {
        buf_text(out, "    /* No members: an array of length 0 makes the size 0 in C++ too. */\n"
                      "    char _empty[0];\n");
    }
    buf_text(out, "};\n");
}

/* Typedefs */

/*
 * A struct may hold a handle to another name of itself; so where there are handles to such a name, it
 * stands with them, before all structs.
 */
static bool stands_first(const struct def *def)
{
    bool first = def->kind == DEF_TYPEDEF && def->handle_used;
    for (enum abi abi = 0; abi < ABI_COUNT && first; abi++) {
        const struct type *type = def->fields.at[0].type;
        const struct def *held = type->kind == TYPE_NAMED ? type_def(type, abi) : NULL;
        first = !(def->abis & ABI_BIT(abi)) || (held && held->kind == DEF_STRUCT);
    }
    return first;
}

static void emit_typedef(struct buf *out, const struct def *def)
{
    if (stands_first(def)) {
        return;
    }
    c_comment(out, 0, "", def->description.s);
    emit_field(out, def, &def->fields.at[0]);
    if (def->handle_used) {
        buf_printf(out, "DEFINE_XEN_GUEST_HANDLE(%.*s);\n", STR_ARG(def->name.s));
    }
}

/* Files */

/*
 * A handle to a handle needs a name of its own, which more than one header may have to give:
 * the first one does.
 */
static void emit_handle_name(struct buf *out, const struct type *type, enum abi abi)
{
    const struct type *of = type->kind == TYPE_HANDLE ? type_element(type->of) : NULL;
    if (!of || of->kind != TYPE_HANDLE) {
        return;
    }
    emit_handle_name(out, of, abi);
    struct str inner = handle_word(out->arena, of, abi);
    const char *width = of->is_native ? "_native" : "64";
    buf_printf(out,
               "#ifndef __XEN_HANDLE%s_%.*s\n#define __XEN_HANDLE%s_%.*s\n"
               "__DEFINE_XEN_GUEST_HANDLE(__handle%s_%.*s, %s(%.*s));\n#endif\n",
               width, STR_ARG(inner), width, STR_ARG(inner), width, STR_ARG(inner), handle_macro(of), STR_ARG(inner));
}

/* The names of handles to handles that a definition takes. */
static void emit_handle_names(struct buf *out, const struct def *def)
{
    for (size_t f = 0; f < def->fields.len; f++) {
        const struct type *type = type_element(def->fields.at[f].type);
        bool each = varies(type, def->abis);
        for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
            if ((def->abis & ABI_BIT(abi)) && (each || abi == first_abi(def->abis))) {
                emit_handle_name(out, type, abi);
            }
        }
    }
}

/* Handles to the structs of a folder stand first, because any of its structs may hold one. */
static void emit_handles(struct buf *out, const struct folder *folder)
{
    size_t start = out->len;
    buf_char(out, '\n');
    for (size_t i = 0; i < folder->defs.len; i++) {
        const struct def *def = folder->defs.at[i];
        bool alias = stands_first(def);
        if (alias || (def->kind == DEF_STRUCT && def->handle_used)) {
            bool open = open_test(out, def);
            if (alias) {
                c_comment(out, 0, "", def->description.s);
                emit_field(out, def, &def->fields.at[0]);
                buf_printf(out, "DEFINE_XEN_GUEST_HANDLE(%.*s);\n", STR_ARG(def->name.s));
            } else {
                buf_printf(out, "struct %.*s;\n__DEFINE_XEN_GUEST_HANDLE(%.*s, struct %.*s);\n", STR_ARG(def->name.s),
                           STR_ARG(def->name.s), STR_ARG(def->name.s));
            }
            close_test(out, open);
        }
    }
    if (out->len == start + 1) {
        out->len = start;
    }
}

/* The headers that a folder needs; those of the architectures under a test for each. */
static void emit_includes(struct buf *out, struct arena *arena, const struct folder *folder)
{
    c_include(out, folder, STR(C_SUPPORT_PATH));
    for (size_t i = 0; i < folder->needs.len; i++) {
        const struct folder *need = folder->needs.at[i].folder;
        if (need->arch == ARCH_COUNT || need->arch == folder->arch) {
            c_include(out, folder, c_path(arena, need, ""));
        }
    }
    abi_set tested = 0;
    for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
        for (size_t i = 0; i < folder->needs.len; i++) {
            const struct folder *need = folder->needs.at[i].folder;
            if (need->arch != arch || need->arch == folder->arch) {
                continue;
            }
            if (!(tested & archs[arch].abis)) {
                buf_text(out, tested ? "#elif " : "#if ");
                c_test(out, archs[arch].abis);
                buf_char(out, '\n');
                tested |= archs[arch].abis;
            }
            c_include(out, folder, c_path(arena, need, ""));
        }
    }
    if (tested == ABI_ALL) {
        buf_text(out, "#else\n#error \"Xen does not serve this architecture\"\n");
    }
    buf_text(out, tested ? "#endif\n" : "");
}

static void emit_header(struct buf *out, struct arena *arena, const struct folder *folder)
{
    static void (*const by_kind[DEF_KIND_COUNT])(struct buf *, const struct def *) = {[DEF_STRUCT] = emit_struct,
                                                                                      [DEF_ENUM] = c_emit_enum,
                                                                                      [DEF_BITMAP] = c_emit_bitmap,
                                                                                      [DEF_TYPEDEF] = emit_typedef,
                                                                                      [DEF_CONSTANT] = c_emit_constant};
    struct str guard = c_guard(arena, folder, "");
    c_banner(out, folder);
    buf_printf(out, "#ifndef %.*s\n#define %.*s\n\n", STR_ARG(guard), STR_ARG(guard));
    emit_includes(out, arena, folder);
    emit_handles(out, folder);
    for (size_t i = 0; i < folder->defs.len; i++) {
        const struct def *def = folder->defs.at[i];
        size_t start = out->len;
        buf_char(out, '\n');
        bool open = open_test(out, def);
        emit_handle_names(out, def);
        size_t before = out->len;
        by_kind[def->kind](out, def);
        if (out->len == before) {
            out->len = start; /* a bitmap without bits, or a typedef that stands first */
            continue;
        }
        close_test(out, open);
    }
    buf_printf(out, "\n#endif /* %.*s */\n", STR_ARG(guard));
}

static void emit_c(struct arena *arena, const struct spec *spec, struct emit_sink *sink)
{
    struct buf out = buf_new(arena);
    c_banner(&out, NULL);
    buf_text(&out, c_support_text);
    sink->file(sink, STR(C_SUPPORT_PATH), buf_view(&out), NULL);
    for (size_t i = 0; i < spec->folders.len; i++) {
        const struct folder *folder = spec->folders.at[i];
        out = buf_new(arena);
        emit_header(&out, arena, folder);
        sink->file(sink, c_path(arena, folder, ""), buf_view(&out), folder);
        out = buf_new(arena);
        c_emit_layout(&out, arena, folder);
        sink->file(sink, c_path(arena, folder, "-layout"), buf_view(&out), folder);
    }
}

const struct backend backend_c = {.name = "c", .doc = "C headers that drop in for Xen's own", .emit = emit_c};
