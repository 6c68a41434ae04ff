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

/* Constants */

static bool fits_int(uint64_t value)
{
    return value <= INT32_MAX;
}

/* Whether the spec has a number in hexadecimal; it is then written so. */
static bool spelled_in_hex(const struct def *def, const struct number *number)
{
    const char *text = def->source->text.ptr + number->off;
    return number->len > 2 && text[0] == '0' && text[1] == 'x';
}

static void number_text(struct buf *out, const struct def *def, const struct number *number)
{
    if (spelled_in_hex(def, number)) {
        buf_hex(out, number->value);
    } else {
        buf_u64(out, number->value);
    }
}

/* `#define NAME` and blanks up to the column where the values of a group stand. */
static void define_name(struct buf *out, struct str name, const char *tail, size_t width)
{
    size_t len = name.len + strlen(tail);
    buf_text(out, "#define ");
    buf_str(out, name);
    buf_text(out, tail);
    buf_fill(out, ' ', width > len ? width - len + 1 : 1);
}

static void emit_run(struct buf *out, const struct def *def, const struct bit *bit, size_t width)
{
    uint64_t mask = bit_mask(bit);
    define_name(out, bit->c_mask, "", width);
    buf_char(out, '(');
    buf_hex(out, mask);
    buf_printf(out, "%s)\n", constant_suffix_text(constant_suffix(def, mask)));
    if (!bit->shift.value) {
        define_name(out, bit->c_name, "(v)", width);
        buf_printf(out, "((v) & %.*s)\n", STR_ARG(bit->c_mask));
        return;
    }
    define_name(out, bit->c_shift, "", width);
    buf_u64(out, bit->shift.value);
    buf_char(out, '\n');
    define_name(out, bit->c_name, "(v)", width);
    buf_printf(out, "(((v) & %.*s) >> %.*s)\n", STR_ARG(bit->c_mask), STR_ARG(bit->c_shift));
}

static void emit_bit(struct buf *out, const struct def *def, const struct bit *bit, size_t width)
{
    c_comment(out, 0, "", bit->description.s);
    if (bit_is_run(bit)) {
        emit_run(out, def, bit, width);
        return;
    }
    uint64_t mask = bit_mask(bit);
    enum c_suffix suffix = constant_suffix(def, mask);
    if (bit->has_number) {
        buf_text(out, "#define _");
        buf_str(out, bit->c_name);
        buf_fill(out, ' ', width - bit->c_name.len);
        number_text(out, def, &bit->shift);
        buf_char(out, '\n');
    }
    define_name(out, bit->c_name, "", width);
    /* An int cannot be shifted into its sign. */
    if (suffix == C_SUFFIX_NONE && !fits_int(mask) && mask <= UINT32_MAX) {
        buf_hex(out, mask);
        buf_char(out, '\n');
        return;
    }
    buf_printf(out, "(1%s << ", constant_suffix_text(suffix));
    if (bit->has_number) {
        buf_printf(out, "_%.*s)\n", STR_ARG(bit->c_name));
    } else {
        number_text(out, def, &bit->shift);
        buf_text(out, ")\n");
    }
}

/* The mask of all bits, as an OR of their names. */
static void emit_all(struct buf *out, const struct def *def, size_t width)
{
    define_name(out, def->c_all_name, "", width);
    if (!def->bits.len) {
        buf_printf(out, "0%s\n", constant_suffix_text(constant_suffix(def, 0)));
        return;
    }
    size_t column = strlen("#define ") + (width > def->c_all_name.len ? width : def->c_all_name.len) + 1;
    size_t indent = column + 1, at = column;
    buf_char(out, '(');
    for (size_t i = 0; i < def->bits.len; i++) {
        const struct bit *bit = &def->bits.at[i];
        struct str name = bit_is_run(bit) ? bit->c_mask : bit->c_name;
        if (i && at + 3 + name.len + 4 > C_COLUMNS) {
            buf_text(out, " | \\\n");
            buf_fill(out, ' ', indent);
            at = indent;
        } else if (i) {
            buf_text(out, " | ");
            at += 3;
        }
        buf_str(out, name);
        at += name.len;
    }
    buf_text(out, ")\n");
}

static void emit_max(struct buf *out, const struct def *def, size_t width)
{
    const struct bit *highest = NULL;
    for (size_t i = 0; i < def->bits.len; i++) {
        const struct bit *bit = &def->bits.at[i];
        if (!bit_is_run(bit) && (!highest || bit->shift.value > highest->shift.value)) {
            highest = bit;
        }
    }
    assert(highest); /* the checks have seen to it */
    define_name(out, def->c_max.s, "", width);
    buf_printf(out, "%.*s\n", STR_ARG(highest->c_name));
}

/* A comment on a group of constants stands apart from the comment on the first of them. */
static void group_comment(struct buf *out, struct str description, struct str first)
{
    c_comment(out, 0, "", description);
    buf_text(out, description.len && first.len ? "\n" : "");
}

static void emit_bitmap(struct buf *out, const struct def *def)
{
    size_t width = def->c_max.s.len > def->c_all_name.len ? def->c_max.s.len : def->c_all_name.len;
    for (size_t i = 0; i < def->bits.len; i++) {
        const struct bit *bit = &def->bits.at[i];
        size_t len = bit->c_name.len + bit->has_number;
        if (bit_is_run(bit)) {
            len = bit->shift.value ? bit->c_shift.len : bit->c_mask.len;
        }
        width = len > width ? len : width;
    }
    group_comment(out, def->description.s, def->bits.len ? def->bits.at[0].description.s : (struct str){NULL, 0});
    for (size_t i = 0; i < def->bits.len; i++) {
        emit_bit(out, def, &def->bits.at[i], width);
    }
    if (def->c_all_name.len) {
        emit_all(out, def, width);
    }
    if (def->c_max.s.len) {
        emit_max(out, def, width);
    }
}

static void emit_variants(struct buf *out, const struct def *def)
{
    size_t width = 0;
    for (size_t i = 0; i < def->variants.len; i++) {
        size_t len = def->variants.at[i].c_name.len;
        width = len > width ? len : width;
    }
    group_comment(out, def->description.s, def->variants.at[0].description.s);
    for (size_t i = 0; i < def->variants.len; i++) {
        const struct variant *variant = &def->variants.at[i];
        uint64_t value = variant->value.value;
        enum c_suffix suffix = constant_suffix(def, value);
        c_comment(out, 0, "", variant->description.s);
        define_name(out, variant->c_name, "", width);
        /* C90 and C99 disagree on the type of a large decimal number without a suffix, not of a hexadecimal one. */
        if (suffix == C_SUFFIX_NONE && !fits_int(value) && value <= UINT32_MAX) {
            buf_hex(out, value);
        } else {
            number_text(out, def, &variant->value);
        }
        buf_printf(out, "%s\n", constant_suffix_text(suffix));
    }
}

static void emit_enum(struct buf *out, const struct def *def)
{
    if (!enum_is_c_enum(def)) {
        emit_variants(out, def);
        return;
    }
    c_comment(out, 0, "", def->description.s);
    buf_printf(out, "enum %.*s {\n", STR_ARG(def->name.s));
    for (size_t i = 0; i < def->variants.len; i++) {
        const struct variant *variant = &def->variants.at[i];
        c_comment(out, 4, "", variant->description.s);
        buf_printf(out, "    %.*s = ", STR_ARG(variant->c_name));
        number_text(out, def, &variant->value);
        /* C90 has no comma after the last. */
        buf_text(out, i + 1 < def->variants.len ? ",\n" : "\n");
    }
    buf_text(out, "};\n");
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
        if (def->kind != DEF_STRUCT) {
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
        if (def->kind == DEF_STRUCT) {
            buf_printf(out, "struct %.*s", STR_ARG(def->name.s));
        } else {
            buf_text(out, scalars[def->type->scalar].c);
        }
    }
}

/* Says which enum or bitmap a member of an integer type holds; empty for other members. */
static struct str field_holds(struct arena *arena, const struct type *type, enum abi abi)
{
    const struct def *def = type->kind == TYPE_NAMED ? type_def(type, abi) : NULL;
    if (!def || def->kind == DEF_STRUCT) {
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

static void emit_field_on(struct buf *out, const struct field *field, enum abi abi)
{
    static const struct str reserved = {"Reserved, must be zero.", 23};
    const struct type *element = type_element(field->type);
    struct str description = field->description.s;
    if (!description.len && field->reserved) {
        description = reserved;
    }
    struct str holds = field_holds(out->arena, element, abi);
    if (!description.len) {
        description = holds;
        holds.len = 0;
    }
    c_comment(out, 4, dir_prefix[field->dir], description);
    size_t start = out->len;
    buf_text(out, "    ");
    emit_type(out, element, abi);
    buf_printf(out, " %.*s", STR_ARG(field->name.s));
    for (const struct type *type = field->type; type->kind == TYPE_ARRAY; type = type->of) {
        buf_printf(out, "[%llu]", (unsigned long long)type->count);
    }
    buf_char(out, ';');
    if (holds.len && out->len - start + 7 + holds.len <= C_COLUMNS) {
        buf_printf(out, " /* %.*s */", STR_ARG(holds));
    } else if (holds.len) {
        struct str line = str_copy(out->arena, (struct str){out->ptr + start, out->len - start});
        out->len = start;
        c_comment(out, 4, "", holds);
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
        if ((set & ABI_BIT(abi)) && def != first && (def->kind != DEF_STRUCT || first->kind != DEF_STRUCT)) {
            return true;
        }
    }
    return false;
}

/* A member; where it varies, each way of writing it under the test for the ABIs that have it. */
static void emit_field(struct buf *out, const struct def *def, const struct field *field)
{
    if (!varies(field->type, def->abis)) {
        emit_field_on(out, field, first_abi(def->abis));
        return;
    }
    struct str texts[ABI_COUNT];
    abi_set left = def->abis;
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        struct buf text = buf_new(out->arena);
        if (left & ABI_BIT(abi)) {
            emit_field_on(&text, field, abi);
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

/* Handles to the structs of a folder stand first, because any of its structs may hold one. */
static void emit_handles(struct buf *out, const struct folder *folder)
{
    size_t start = out->len;
    buf_char(out, '\n');
    for (size_t i = 0; i < folder->defs.len; i++) {
        const struct def *def = folder->defs.at[i];
        if (def->kind == DEF_STRUCT && def->handle_used) {
            bool open = open_test(out, def);
            buf_printf(out, "struct %.*s;\n__DEFINE_XEN_GUEST_HANDLE(%.*s, struct %.*s);\n", STR_ARG(def->name.s),
                       STR_ARG(def->name.s), STR_ARG(def->name.s));
            close_test(out, open);
        }
    }
    for (size_t i = 0; i < folder->defs.len; i++) {
        const struct def *def = folder->defs.at[i];
        size_t before = out->len;
        bool open = open_test(out, def);
        size_t after = out->len;
        for (size_t f = 0; f < def->fields.len; f++) {
            const struct type *type = type_element(def->fields.at[f].type);
            for (enum abi abi = 0; abi < ABI_COUNT && varies(type, def->abis); abi++) {
                if ((def->abis & ABI_BIT(abi)) && abi != first_abi(def->abis)) {
                    emit_handle_name(out, type, abi);
                }
            }
            emit_handle_name(out, type, first_abi(def->abis));
        }
        if (out->len == after) {
            out->len = before;
        } else {
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
    static void (*const by_kind[DEF_KIND_COUNT])(struct buf *, const struct def *) = {
        [DEF_STRUCT] = emit_struct, [DEF_ENUM] = emit_enum, [DEF_BITMAP] = emit_bitmap};
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
        size_t before = out->len;
        by_kind[def->kind](out, def);
        if (out->len == before) {
            out->len = start; /* a bitmap without bits says nothing */
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
