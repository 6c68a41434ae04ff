/* A definition in Rust: the type, what it can do, and what is asserted about its layout. */
#include "emit/rust.h"

#include "layout/layout.h"
#include "spec/resolve.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The widest list of arguments that rustfmt leaves on one line of an attribute, in columns. */
#define ATTRIBUTE_WIDTH 70

/* Rust derives `Default` for arrays up to this long. */
#define DERIVED_ARRAY_MAX 32

/* How the scalars are called, as a member and as a plain integer or what a handle points at. */
static const struct {
    const char *member, *plain;
} scalar_names[SCALAR_COUNT] = {
    [SCALAR_U8] = {"u8", "u8"},
    [SCALAR_U16] = {"u16", "u16"},
    [SCALAR_U32] = {"u32", "u32"},
    [SCALAR_U64] = {"crate::AlignedU64", "u64"},
    [SCALAR_I8] = {"i8", "i8"},
    [SCALAR_I16] = {"i16", "i16"},
    [SCALAR_I32] = {"i32", "i32"},
    [SCALAR_I64] = {"crate::AlignedI64", "i64"},
    [SCALAR_CHAR] = {"u8", "u8"},
    [SCALAR_U64_NATURAL] = {"u64", "u64"},
    [SCALAR_I64_NATURAL] = {"i64", "i64"},
    [SCALAR_ULONG] = {"usize", "usize"},
    [SCALAR_LONG] = {"isize", "isize"},
    [SCALAR_INT] = {"i32", "i32"},
    [SCALAR_UINT] = {"u32", "u32"},
    [SCALAR_UCHAR] = {"u8", "u8"},
};

const char *rust_scalar(enum scalar scalar)
{
    return scalar_names[scalar].plain;
}

static bool is_aligned(enum scalar scalar)
{
    return scalar == SCALAR_U64 || scalar == SCALAR_I64;
}

static void line(struct rust *r, const char *text)
{
    buf_text(&r->out, text);
    buf_char(&r->out, '\n');
}

struct str rust_c_name(struct rust *r, struct str name)
{
    return str_printf(r->arena, "C: `%.*s`.", STR_ARG(name));
}

/* Appends digits in the groups that clippy wants: thousands, or four of hexadecimal. */
static void grouped(struct buf *out, uint64_t value, bool hex)
{
    char digits[32];
    int len = snprintf(digits, sizeof digits, hex ? "%" PRIX64 : "%" PRIu64, value);
    int group = hex ? 4 : 3;
    buf_text(out, hex ? "0x" : "");
    for (int i = 0; i < len; i++) {
        if (i && (len - i) % group == 0) {
            buf_char(out, '_');
        }
        buf_char(out, digits[i]);
    }
}

/* Sizes, offsets and counts. */
static void decimal(struct buf *out, uint64_t value)
{
    grouped(out, value, false);
}

void rust_number(struct buf *out, uint64_t value, bool is_signed)
{
    if (is_signed && value > INT64_MAX) {
        buf_char(out, '-');
        value = 0 - value;
    }
    grouped(out, value, value > UINT16_MAX);
}

void rust_cfg(struct rust *r, size_t indent, abi_set set)
{
    if (set == ABI_ALL) {
        return;
    }
    struct buf names = buf_new(r->arena);
    size_t count = 0;
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        if (set & ABI_BIT(abi)) {
            buf_printf(&names, "%starget_arch = \"%s\"", count++ ? ", " : "", abis[abi].rust_cfg);
        }
    }
    buf_fill(&r->out, ' ', indent);
    if (count == 1) {
        buf_printf(&r->out, "#[cfg(%.*s)]\n", STR_ARG(buf_view(&names)));
    } else if (names.len <= ATTRIBUTE_WIDTH) {
        buf_printf(&r->out, "#[cfg(any(%.*s))]\n", STR_ARG(buf_view(&names)));
    } else {
        buf_text(&r->out, "#[cfg(any(\n");
        for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
            if (set & ABI_BIT(abi)) {
                buf_fill(&r->out, ' ', indent + 4);
                buf_printf(&r->out, "target_arch = \"%s\"%s\n", abis[abi].rust_cfg, --count ? "," : "");
            }
        }
        buf_fill(&r->out, ' ', indent);
        buf_text(&r->out, "))]\n");
    }
}

abi_set rust_compiled_for(const struct def *def)
{
    return def->folder->arch == ARCH_COUNT ? def->abis : ABI_ALL;
}

/* What `user` means by a symbol, on the first of its ABIs, and whether it means something else on another. */
static const struct def *target(const struct def *user, const struct symbol *symbol, bool *several)
{
    const struct def *first = NULL;
    *several = false;
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        if (user->abis & ABI_BIT(abi) && symbol->on[abi]) {
            *several = *several || (first && first != symbol->on[abi]);
            first = first ? first : symbol->on[abi];
        }
    }
    return first;
}

/* Appends the path by which `user` names a symbol: through `crate::arch` what each architecture has its own of. */
static void path(struct buf *out, const struct def *user, const struct symbol *symbol)
{
    bool several;
    const struct def *first = target(user, symbol, &several);
    if (several) {
        buf_text(out, "crate::arch::");
    } else if (first->folder != user->folder) {
        buf_printf(out, "crate::%.*s::", STR_ARG(first->folder->rust_name));
    }
    buf_str(out, first->rust_name);
}

/* Whether a type is, or is made of or points at, what each architecture has its own of. */
static bool is_of_arch(const struct def *user, const struct type *type)
{
    bool several = false;
    while (type && (type->kind == TYPE_ARRAY || type->kind == TYPE_HANDLE)) {
        type = type->of;
    }
    if (type && type->kind == TYPE_NAMED) {
        target(user, type->symbol, &several);
    }
    return several;
}

bool rust_uses_arch(const struct def *def)
{
    for (size_t i = 0; i < def->fields.len; i++) {
        if (is_of_arch(def, def->fields.at[i].type)) {
            return true;
        }
    }
    for (size_t i = 0; i < def->bits.len; i++) {
        if (is_of_arch(def, def->bits.at[i].type)) {
            return true;
        }
    }
    return false;
}

/* Appends the type of a member of `user`, or of what one of its handles points at. */
static void type_name(struct buf *out, const struct def *user, const struct type *type, bool pointee)
{
    switch (type->kind) {
    case TYPE_SCALAR:
        buf_text(out, pointee ? scalar_names[type->scalar].plain : scalar_names[type->scalar].member);
        break;
    case TYPE_VOID:
        buf_text(out, "::core::ffi::c_void");
        break;
    case TYPE_NAMED:
        path(out, user, type->symbol);
        break;
    case TYPE_ARRAY:
        buf_char(out, '[');
        type_name(out, user, type->of, pointee);
        buf_text(out, "; ");
        decimal(out, type->count);
        buf_char(out, ']');
        break;
    case TYPE_HANDLE:
        buf_printf(out, "crate::%sHandle%s<", type->is_const ? "Const" : "", type->is_native ? "" : "64");
        type_name(out, user, type->of, true);
        buf_char(out, '>');
        break;
    }
}

struct str rust_type(struct rust *r, const struct def *user, const struct type *type)
{
    buf_clear(&r->word);
    type_name(&r->word, user, type, false);
    return buf_view(&r->word);
}

/*
 * Padding that C leaves implicit: bytes before member `at`, or at the tail, on those ABIs.
 * Rust gets a member for it, so that every byte of a struct has a value.
 */
struct hole {
    size_t at;
    uint64_t size;
    abi_set abis;
    struct str name;
};
typedef VEC(struct hole) holes;

/* The name of the next padding member: one that no member has. */
static struct str hole_name(struct rust *r, struct map *taken, size_t *next)
{
    struct str name;
    do {
        name = str_printf(r->arena, "_padding%zu", (*next)++);
    } while (map_get(taken, name));
    return name;
}

static holes find_holes(struct rust *r, const struct def *def)
{
    holes found = {NULL, 0, 0};
    struct map taken = map_new(r->arena);
    size_t next = 0;
    for (size_t i = 0; i <= def->fields.len; i++) {
        abi_set left = def->abis;
        struct str name = {NULL, 0};
        for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
            uint64_t size = (left & ABI_BIT(abi)) ? layout_hole(def, abi, i) : 0;
            if (!size) {
                continue;
            }
            struct hole hole = {i, size, 0, {NULL, 0}};
            for (enum abi other = abi; other < ABI_COUNT; other++) {
                if (left & ABI_BIT(other) && layout_hole(def, other, i) == size) {
                    hole.abis |= ABI_BIT(other);
                }
            }
            left &= ~hole.abis;
            for (size_t k = 0; !found.len && k < def->fields.len; k++) {
                map_add(&taken, def->fields.at[k].rust_name, &def->fields.at[k]);
            }
            /* Of whatever size: the member has one name. */
            name = name.len ? name : hole_name(r, &taken, &next);
            hole.name = name;
            hole.abis = hole.abis == def->abis ? ABI_ALL : hole.abis;
            VEC_PUSH(r->arena, &found, hole);
        }
    }
    return found;
}

static void struct_hole(struct rust *r, const struct hole *hole)
{
    line(r, "    #[doc(hidden)]");
    rust_cfg(r, 4, hole->abis);
    buf_printf(&r->out, "    pub %.*s: [u8; %" PRIu64 "],\n", STR_ARG(hole->name), hole->size);
}

/* What there is to know of a member beyond its description. */
static struct str field_note(struct rust *r, const struct field *field)
{
    static const char *const dirs[] = {
        [DIR_NONE] = "", [DIR_IN] = "Input.", [DIR_OUT] = "Output.", [DIR_INOUT] = "Input and output."};
    struct buf out = buf_new(r->arena);
    buf_text(&out, dirs[field->dir]);
    if (field->len.s.len) {
        buf_printf(&out, "%sIts elements are counted by `%.*s`.", out.len ? " " : "", STR_ARG(field->len.s));
    }
    if (field->reserved) {
        buf_printf(&out, "%sReserved: must be zero.", out.len ? " " : "");
    }
    return buf_view(&out);
}

/* What there is to say of a member that the spec does not describe. */
static struct str field_otherwise(struct rust *r, const struct def *def, const struct field *field)
{
    const struct type *type = type_element(field->type);
    struct buf out = buf_new(r->arena);
    if (type->kind == TYPE_NAMED) {
        /* A derive macro may have the same name. */
        bool several;
        bool alias = target(def, type->symbol, &several)->kind == DEF_TYPEDEF;
        buf_printf(&out, "See [`%s@", alias ? "type" : "struct");
        path(&out, def, type->symbol);
        buf_text(&out, "`].");
    } else {
        buf_printf(&out, "The member `%.*s`.", STR_ARG(field->name.s));
    }
    return buf_view(&out);
}

/* A member's type, to be followed by a comma, on a line of its own. */
static const size_t type_room = RUST_WIDTH - 8 - 1;

static void struct_field(struct rust *r, const struct def *def, const struct field *field)
{
    rust_doc(r, 4, field->description.s, field_otherwise(r, def, field), field_note(r, field));
    struct str type = rust_type(r, def, field->type);
    size_t head = strlen("    pub : ") + field->rust_name.len;
    bool broken = head + type.len + 1 > RUST_WIDTH && type.len <= type_room;
    buf_printf(&r->out, "    pub %.*s:%s%.*s,\n", STR_ARG(field->rust_name), broken ? "\n        " : " ",
               STR_ARG(type));
}

/* Whether rustfmt would break types in ways of its own. */
static bool has_wide_type(struct rust *r, const struct def *def)
{
    for (size_t i = 0; i < def->fields.len; i++) {
        if (rust_type(r, def, def->fields.at[i].type).len > type_room) {
            return true;
        }
    }
    return false;
}

/* What a type is once its typedefs are looked through; where architectures differ, the first one's. */
static const struct type *meant(const struct def *def, const struct type *type)
{
    bool several;
    while (type->kind == TYPE_NAMED) {
        const struct def *named = target(def, type->symbol, &several);
        if (named->kind != DEF_TYPEDEF) {
            break;
        }
        def = named;
        type = named->fields.at[0].type;
    }
    return type;
}

static bool default_derives(const struct def *def)
{
    for (size_t i = 0; i < def->fields.len; i++) {
        const struct type *type = meant(def, def->fields.at[i].type);
        for (; type->kind == TYPE_ARRAY; type = meant(def, type->of)) {
            if (type->count > DERIVED_ARRAY_MAX) {
                return false;
            }
        }
    }
    return true;
}

static void zero_value(struct buf *out, const struct def *def, const struct type *type)
{
    type = meant(def, type);
    if (type->kind != TYPE_ARRAY) {
        buf_text(out, "crate::support::zero()");
        return;
    }
    buf_char(out, '[');
    zero_value(out, def, type->of);
    buf_text(out, "; ");
    decimal(out, type->count);
    buf_char(out, ']');
}

static void struct_default(struct rust *r, const struct def *def, const holes *found)
{
    buf_char(&r->out, '\n');
    rust_cfg(r, 0, rust_compiled_for(def));
    line(r, "crate::support::zeroed! {");
    buf_printf(&r->out, "    %.*s {\n", STR_ARG(def->rust_name));
    size_t hole = 0;
    for (size_t i = 0; i <= def->fields.len; i++) {
        for (; hole < found->len && found->at[hole].at == i; hole++) {
            rust_cfg(r, 8, found->at[hole].abis);
            buf_printf(&r->out, "        %.*s: crate::support::zero(),\n", STR_ARG(found->at[hole].name));
        }
        if (i < def->fields.len) {
            buf_printf(&r->out, "        %.*s: ", STR_ARG(def->fields.at[i].rust_name));
            zero_value(&r->out, def, def->fields.at[i].type);
            line(r, ",");
        }
    }
    line(r, "    }");
    line(r, "}");
}

static void struct_def(struct rust *r, const struct def *def)
{
    struct str c = str_printf(r->arena, "C: `struct %.*s`.", STR_ARG(def->name.s));
    bool derives = default_derives(def);
    holes found = find_holes(r, def);
    rust_doc(r, 0, def->description.s, (struct str){NULL, 0}, c);
    rust_cfg(r, 0, rust_compiled_for(def));
    line(r, "#[repr(C)]");
    buf_printf(&r->out, "#[derive(Clone, Copy, Debug, %sPartialEq, Eq)]\n", derives ? "Default, " : "");
    buf_text(&r->out, has_wide_type(r, def) ? "#[rustfmt::skip]\n" : "");
    buf_printf(&r->out, "pub struct %.*s {%s\n", STR_ARG(def->rust_name), def->fields.len ? "" : "}");
    if (!def->fields.len) {
        return;
    }
    size_t hole = 0;
    for (size_t i = 0; i <= def->fields.len; i++) {
        for (; hole < found.len && found.at[hole].at == i; hole++) {
            struct_hole(r, &found.at[hole]);
        }
        if (i < def->fields.len) {
            struct_field(r, def, &def->fields.at[i]);
        }
    }
    line(r, "}");
    if (!derives) {
        struct_default(r, def, &found);
    }
}

/* Starts the newtype that an enum or bitmap becomes, inside of a macro; returns where its constants go. */
static size_t newtype(struct rust *r, const struct def *def, const char *macro, struct str note)
{
    enum scalar scalar = def->type->scalar;
    rust_cfg(r, 0, rust_compiled_for(def));
    buf_printf(&r->out, "crate::support::%s! {\n", macro);
    rust_doc(r, 4, def->description.s, (struct str){NULL, 0}, note);
    line(r, is_aligned(scalar) ? "    #[repr(C, align(8))]" : "    #[repr(transparent)]");
    buf_printf(&r->out, "    pub struct %.*s: %s {\n", STR_ARG(def->rust_name), scalar_names[scalar].plain);
    return r->out.len;
}

static void newtype_end(struct rust *r, size_t constants)
{
    if (r->out.len == constants) {
        r->out.len--;
        line(r, "}");
    } else {
        line(r, "    }");
    }
}

static void enum_def(struct rust *r, const struct def *def)
{
    struct str note =
        str_printf(r->arena, "The spec's enum `%.*s`; values without a name may occur.", STR_ARG(def->name.s));
    size_t constants = newtype(r, def, "values", note);
    for (size_t i = 0; i < def->variants.len; i++) {
        const struct variant *variant = &def->variants.at[i];
        rust_doc(r, 8, variant->description.s, (struct str){NULL, 0}, rust_c_name(r, variant->c_name));
        buf_printf(&r->out, "        const %.*s = ", STR_ARG(variant->rust_name));
        rust_number(&r->out, variant->value.value, scalars[def->type->scalar].is_signed);
        line(r, ";");
    }
    newtype_end(r, constants);
    line(r, "}");
}

/* The names that a run of bits gets: the mask and the methods that get it and change it. */
struct run {
    const struct bit *bit;
    struct str mask, get, with, set;
};

/* `prefix` `name` `suffix`, with as many `_` at the end as it takes to be the only one. */
static struct str unique(struct rust *r, struct map *taken, const char *prefix, struct str name, const char *suffix)
{
    struct str whole = str_printf(r->arena, "%s%.*s%s", prefix, STR_ARG(name), suffix);
    while (map_add(taken, whole, r)) {
        whole = str_printf(r->arena, "%.*s_", STR_ARG(whole));
    }
    return whole;
}

static bool is_run(const struct bit *bit)
{
    return bit->width.given && bit->width.value > 1;
}

static void run_def(struct rust *r, const struct def *def, const struct run *run)
{
    const struct bit *bit = run->bit;
    buf_char(&r->out, '\n');
    rust_cfg(r, 0, rust_compiled_for(def));
    line(r, "crate::support::run! {");
    rust_doc(r, 4, bit->description.s, (struct str){NULL, 0}, rust_c_name(r, bit->c_name));
    buf_printf(&r->out, "    %.*s: %s, bit %" PRIu64 ", width %" PRIu64 ";\n", STR_ARG(def->rust_name),
               scalar_names[def->type->scalar].plain, bit->shift.value, bit->width.value);
    buf_printf(&r->out, "    %.*s, %.*s, %.*s, %.*s: ", STR_ARG(run->mask), STR_ARG(run->get), STR_ARG(run->with),
               STR_ARG(run->set));
    if (bit->type) {
        path(&r->out, def, bit->type->symbol);
        buf_char(&r->out, '\n');
    } else {
        line(r, "number");
    }
    line(r, "}");
}

static struct run run_names(struct rust *r, struct map *taken, const struct bit *bit)
{
    struct str plain = rust_plain(bit->rust_method);
    struct str get = unique(r, taken, "", plain, "");
    struct run run = {.bit = bit, .get = get.len == plain.len ? bit->rust_method : get};
    run.mask = unique(r, taken, "", bit->rust_name, "_MASK");
    run.with = unique(r, taken, "with_", plain, "");
    run.set = unique(r, taken, "set_", plain, "");
    return run;
}

static void bitmap_def(struct rust *r, const struct def *def)
{
    VEC(struct run) runs = {NULL, 0, 0};
    struct str note =
        str_printf(r->arena, "The spec's bitmap `%.*s`; bits without a name are kept.", STR_ARG(def->name.s));
    size_t constants = newtype(r, def, "bitmap", note);
    struct map taken = map_new(r->arena);
    map_add(&taken, STR("known"), r);
    for (size_t i = 0; i < def->bits.len; i++) {
        const struct bit *bit = &def->bits.at[i];
        if (is_run(bit)) {
            continue;
        }
        map_add(&taken, bit->rust_name, r);
        rust_doc(r, 8, bit->description.s, (struct str){NULL, 0}, rust_c_name(r, bit->c_name));
        buf_printf(&r->out, "        const %.*s = 1 << %" PRIu64 ";\n", STR_ARG(bit->rust_name), bit->shift.value);
    }
    newtype_end(r, constants);
    for (size_t i = 0; i < def->bits.len; i++) {
        if (is_run(&def->bits.at[i])) {
            VEC_PUSH(r->arena, &runs, run_names(r, &taken, &def->bits.at[i]));
        }
    }
    for (size_t i = 0; i < runs.len; i++) {
        buf_text(&r->out, i ? "" : "    runs {\n");
        buf_printf(&r->out, "        %.*s: %.*s,\n", STR_ARG(runs.at[i].get), STR_ARG(runs.at[i].mask));
        buf_text(&r->out, i + 1 < runs.len ? "" : "    }\n");
    }
    line(r, "}");
    for (size_t i = 0; i < runs.len; i++) {
        run_def(r, def, &runs.at[i]);
    }
}

/* What is asserted at compile time: once for all ABIs, or once for those of each layout. */
static void layout_assertions(struct rust *r, const struct def *def)
{
    abi_set left = def->abis;
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        const struct layout *layout = def->layout[abi];
        if (!(left & ABI_BIT(abi)) || !layout) {
            continue;
        }
        abi_set same = layout_same(def, left, abi);
        left &= ~same;
        buf_char(&r->out, '\n');
        rust_cfg(r, 0, same);
        line(r, "crate::support::layout! {");
        buf_printf(&r->out, "    %.*s: size ", STR_ARG(def->rust_name));
        decimal(&r->out, layout->size);
        buf_printf(&r->out, ", align %" PRIu64 ";\n", layout->align);
        for (size_t i = 0; layout->offsets && i < def->fields.len; i++) {
            buf_text(&r->out, "    ");
            decimal(&r->out, layout->offsets[i]);
            buf_printf(&r->out, ": %.*s;\n", STR_ARG(def->fields.at[i].rust_name));
        }
        line(r, "}");
    }
}

void rust_def(struct rust *r, const struct def *def)
{
    static void (*const by_kind[DEF_KIND_COUNT])(struct rust *, const struct def *) = {[DEF_STRUCT] = struct_def,
                                                                                       [DEF_ENUM] = enum_def,
                                                                                       [DEF_BITMAP] = bitmap_def,
                                                                                       [DEF_TYPEDEF] = rust_typedef,
                                                                                       [DEF_CONSTANT] = rust_constant};
    by_kind[def->kind](r, def);
    if (def->kind != DEF_TYPEDEF && def->kind != DEF_CONSTANT) {
        layout_assertions(r, def);
    }
}
