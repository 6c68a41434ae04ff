/* Types in Rust, and how definitions get at each other. */
#include "emit/rust.h"

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
    [SCALAR_SCHAR] = {"i8", "i8"},
    [SCALAR_SHORT] = {"i16", "i16"},
    [SCALAR_USHORT] = {"u16", "u16"},
    [SCALAR_LLONG] = {"i64", "i64"},
    [SCALAR_ULLONG] = {"u64", "u64"},
};

const char *rust_scalar(enum scalar scalar)
{
    return scalar_names[scalar].plain;
}

bool rust_is_aligned(enum scalar scalar)
{
    return scalar == SCALAR_U64 || scalar == SCALAR_I64;
}

void rust_group_add(struct rust_groups *groups, enum abi abi, struct str text)
{
    for (size_t i = 0; i < groups->len; i++) {
        if (str_eq(groups->at[i].text, text)) {
            groups->at[i].abis |= ABI_BIT(abi);
            return;
        }
    }
    groups->at[groups->len++] = (struct rust_group){ABI_BIT(abi), text};
}

void rust_group_copy(struct rust *r, struct rust_groups *groups, enum abi abi, struct str text)
{
    size_t had = groups->len;
    rust_group_add(groups, abi, text);
    if (groups->len > had) {
        groups->at[had].text = str_copy(r->arena, text);
    }
}

/* How the definitions that a symbol means to `user` lie in folders. */
enum spread { SPREAD_ONE, SPREAD_ARCH, SPREAD_MANY };

static enum spread spread(const struct rust_facts *user, const struct symbol *symbol)
{
    const struct folder *first = NULL;
    bool several = false, arch = true;
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        const struct def *def = symbol->on[abi];
        if (!def || !abi_in(abi, user->abis)) {
            continue;
        }
        several = several || (first && first != def->folder);
        arch = arch && def->folder->arch != ARCH_COUNT;
        first = first ? first : def->folder;
    }
    if (!several) {
        return SPREAD_ONE;
    }
    return arch ? SPREAD_ARCH : SPREAD_MANY;
}

/* Appends the path by which text in folder `from` names what is in another, or in it. */
static void path_to(struct buf *out, const struct folder *from, const struct folder *folder, struct str name)
{
    if (from != folder) {
        buf_printf(out, "crate::%.*s::", STR_ARG(folder->rust_name));
    }
    buf_str(out, name);
}

static void symbol_path(struct rust *r, struct buf *out, const struct rust_facts *user, const struct folder *from,
                        const struct symbol *symbol, enum abi abi)
{
    const struct def *def = symbol->on[abi];
    const struct rust_facts *facts = rust_facts_of(r, def);
    if (spread(user, symbol) == SPREAD_ARCH) {
        buf_printf(out, "crate::arch::%.*s", STR_ARG(facts->name));
    } else {
        path_to(out, from, def->folder, facts->name);
    }
}

struct str rust_path(struct rust *r, const struct rust_facts *user, const struct symbol *symbol, enum abi abi)
{
    struct buf out = buf_new(r->arena);
    symbol_path(r, &out, user, user->owner->folder, symbol, abi);
    return buf_view(&out);
}

bool rust_type_is_of_arch(const struct rust_facts *user, const struct type *type)
{
    while (type && (type->kind == TYPE_ARRAY || type->kind == TYPE_HANDLE || type->kind == TYPE_POINTER)) {
        type = type->more->of;
    }
    return type && type->kind == TYPE_NAMED && spread(user, type->more->symbol) == SPREAD_ARCH;
}

/* Where a type is written. */
struct scope {
    struct rust *r;
    const struct rust_facts *user; /* whose member has the type */
    const struct folder *from;     /* where the text stands */
    enum abi abi;
};

static void type_name(const struct scope *scope, struct buf *out, const struct type *type, bool pointee);

/* What is named, where there is a definition of it and where there is none. */
static void named_type(const struct scope *scope, struct buf *out, const struct type *type)
{
    const struct folder *folder = scope->user->owner->folder;
    if (type->kind == TYPE_NAMED && type->more->symbol && type->more->symbol->on[scope->abi]) {
        symbol_path(scope->r, out, scope->user, scope->from, type->more->symbol, scope->abi);
    } else {
        path_to(out, scope->from, folder, rust_opaque_of(scope->r, folder, type->more->name)->name);
    }
}

/* Appends the type of a member, or of what one of its handles points at. */
static void type_name(const struct scope *scope, struct buf *out, const struct type *type, bool pointee)
{
    switch (type->kind) {
    case TYPE_SCALAR:
        buf_text(out, pointee ? scalar_names[type->scalar].plain : scalar_names[type->scalar].member);
        break;
    case TYPE_VOID:
        buf_text(out, "::core::ffi::c_void");
        break;
    case TYPE_NAMED:
    case TYPE_OPAQUE:
        named_type(scope, out, type);
        break;
    case TYPE_RECORD:
        path_to(out, scope->from, scope->user->owner->folder, rust_facts_of(scope->r, type->more->record)->name);
        break;
    case TYPE_ARRAY:
        buf_char(out, '[');
        type_name(scope, out, type->more->of, pointee);
        buf_text(out, "; ");
        rust_decimal(out, type_count(type, scope->abi));
        buf_char(out, ']');
        break;
    case TYPE_HANDLE:
        buf_printf(out, "crate::%sHandle%s<", type->is_const ? "Const" : "", type->is_native ? "" : "64");
        type_name(scope, out, type->more->of, true);
        buf_char(out, '>');
        break;
    case TYPE_POINTER:
        buf_printf(out, "*%s ", type->is_const ? "const" : "mut");
        type_name(scope, out, type->more->of, true);
        break;
    }
}

struct str rust_type_from(struct rust *r, const struct folder *from, const struct rust_facts *user,
                          const struct type *type, enum abi abi)
{
    if (type->kind == TYPE_SCALAR) {
        return str_from(scalar_names[type->scalar].member);
    }
    struct scope scope = {r, user, from, abi};
    buf_clear(&r->scratch);
    type_name(&scope, &r->scratch, type, false);
    return str_copy(r->arena, buf_view(&r->scratch));
}

struct str rust_type(struct rust *r, const struct rust_facts *user, const struct type *type, enum abi abi)
{
    return rust_type_from(r, user->owner->folder, user, type, abi);
}

struct str rust_type_like(struct rust *r, const struct rust_facts *user, const struct type *type, enum abi abi,
                          struct str known)
{
    if (type->kind == TYPE_SCALAR) {
        return str_from(scalar_names[type->scalar].member);
    }
    struct scope scope = {r, user, user->owner->folder, abi};
    buf_clear(&r->scratch);
    type_name(&scope, &r->scratch, type, false);
    return str_eq(buf_view(&r->scratch), known) ? known : str_copy(r->arena, buf_view(&r->scratch));
}

struct rust_groups rust_types(struct rust *r, const struct rust_facts *user, const struct type *type, abi_set set)
{
    struct rust_groups groups = {.len = 0};
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        if (abi_in(abi, set)) {
            struct str known = groups.len ? groups.at[groups.len - 1].text : (struct str){NULL, 0};
            rust_group_add(&groups, abi, rust_type_like(r, user, type, abi, known));
        }
    }
    return groups;
}

const struct type *rust_meant(const struct type *type, enum abi abi)
{
    while (type->kind == TYPE_NAMED && type->more->symbol && type->more->symbol->on[abi] &&
           type->more->symbol->on[abi]->kind == DEF_TYPEDEF) {
        type = type->more->symbol->on[abi]->fields.at[0].type;
    }
    return type;
}

const struct def *rust_type_def(const struct type *type, enum abi abi)
{
    type = rust_meant(type, abi);
    if (type->kind == TYPE_RECORD) {
        return type->more->record;
    }
    return type->kind == TYPE_NAMED && type->more->symbol ? type->more->symbol->on[abi] : NULL;
}
