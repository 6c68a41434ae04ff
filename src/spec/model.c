#include "spec/model.h"

const char *const def_kind_words[DEF_KIND_COUNT] = {[DEF_STRUCT] = "a struct",
                                                    [DEF_ENUM] = "an enum",
                                                    [DEF_BITMAP] = "a bitmap",
                                                    [DEF_UNION] = "a union",
                                                    [DEF_TYPEDEF] = "a typedef",
                                                    [DEF_CONSTANT] = "a constant",
                                                    [DEF_HANDLE] = "a handle",
                                                    [DEF_VERBATIM] = "a verbatim block",
                                                    [DEF_REFUSAL] = "a refusal",
                                                    [DEF_HYPERCALL] = "a hypercall",
                                                    [DEF_RING] = "a ring",
                                                    [DEF_SAVE] = "a save record",
                                                    [DEF_EVENT_RING] = "an event ring"};

/* A handle's argument is what Xen's own headers define handles for; DEFINE_XEN_GUEST_HANDLE cannot take two words. */
const struct scalar_info scalars[SCALAR_COUNT] = {
    [SCALAR_U8] = {.name = "u8", .c = "uint8_t", .handle = "uint8", .size = 1},
    [SCALAR_U16] = {.name = "u16", .c = "uint16_t", .handle = "uint16", .size = 2},
    [SCALAR_U32] = {.name = "u32", .c = "uint32_t", .handle = "uint32", .size = 4},
    [SCALAR_U64] = {.name = "u64", .c = "uint64_aligned_t", .handle = "uint64", .size = 8},
    [SCALAR_I8] = {.name = "i8", .c = "int8_t", .handle = "int8", .size = 1, .is_signed = true},
    [SCALAR_I16] = {.name = "i16", .c = "int16_t", .handle = "int16", .size = 2, .is_signed = true},
    [SCALAR_I32] = {.name = "i32", .c = "int32_t", .handle = "int32", .size = 4, .is_signed = true},
    [SCALAR_I64] = {.name = "i64", .c = "int64_aligned_t", .handle = "int64", .size = 8, .is_signed = true},
    [SCALAR_CHAR] = {.name = "char", .c = "char", .handle = "char", .size = 1},
    [SCALAR_U64_NATURAL] = {.name = "uint64_t", .c = "uint64_t", .handle = "uint64", .size = 8, .natural = true},
    [SCALAR_I64_NATURAL] =
        {.name = "int64_t", .c = "int64_t", .handle = "int64", .size = 8, .is_signed = true, .natural = true},
    [SCALAR_ULONG] = {.name = "ulong", .c = "unsigned long", .handle = "unsigned_long"},
    [SCALAR_LONG] = {.name = "long", .c = "long", .handle = "signed_long", .is_signed = true},
    [SCALAR_INT] = {.name = "int", .c = "int", .handle = "int", .size = 4, .is_signed = true},
    [SCALAR_UINT] = {.name = "uint", .c = "unsigned int", .handle = "uint", .size = 4},
    [SCALAR_UCHAR] = {.name = "uchar", .c = "unsigned char", .handle = "uchar", .size = 1},
    [SCALAR_SCHAR] = {.name = "schar", .c = "signed char", .handle = "schar", .size = 1, .is_signed = true},
    [SCALAR_SHORT] = {.name = "short", .c = "short", .handle = "short", .size = 2, .is_signed = true},
    [SCALAR_USHORT] = {.name = "ushort", .c = "unsigned short", .handle = "ushort", .size = 2},
    [SCALAR_LLONG] =
        {.name = "llong", .c = "long long", .handle = "llong", .size = 8, .is_signed = true, .natural = true},
    [SCALAR_ULLONG] = {.name = "ullong", .c = "unsigned long long", .handle = "ullong", .size = 8, .natural = true},
};

const struct formula formula_none;
const struct type_more type_more_none = {.length = &formula_none};
const struct field_more field_more_none;
const struct def_more def_more_none;

struct type *type_new(struct arena *arena, enum type_kind kind, uint32_t off, uint32_t len)
{
    struct type *type = ARENA_NEW(arena, struct type);
    *type = (struct type){.kind = kind, .wanted = DEF_KIND_COUNT, .off = off, .len = len, .more = &type_more_none};
    return type;
}

struct type_more *type_more(struct arena *arena, struct type *type)
{
    if (type->more == &type_more_none) {
        struct type_more *own = ARENA_NEW(arena, struct type_more);
        *own = type_more_none;
        type->more = own;
    }
    return (struct type_more *)type->more;
}

struct field_more *field_more(struct arena *arena, struct field *field)
{
    if (field->more == &field_more_none) {
        field->more = ARENA_NEW(arena, struct field_more);
    }
    return (struct field_more *)field->more;
}

struct def_more *def_more(struct arena *arena, struct def *def)
{
    if (def->more == &def_more_none) {
        def->more = ARENA_NEW(arena, struct def_more);
    }
    return (struct def_more *)def->more;
}

struct span def_span(const struct def *def, uint32_t off, uint32_t len)
{
    return (struct span){.source = def->source, .off = off, .len = len};
}

bool def_has_handle(const struct def *def)
{
    return def->handle_used && (def->kind == DEF_STRUCT || def->kind == DEF_TYPEDEF);
}

struct def *symbol_def(const struct symbol *symbol, unsigned config)
{
    if (config < ABI_COUNT) {
        return symbol->on[config];
    }
    for (size_t i = 0; i < symbol->defs.len; i++) {
        if (def_exists(symbol->defs.at[i], config)) {
            return symbol->defs.at[i];
        }
    }
    return NULL;
}

unsigned spec_config(const struct spec *spec, enum abi abi, enum context context, uint32_t interface)
{
    bool newest = context != CONTEXT_GUEST || interface >= spec->newest_from;
    unsigned best = SAMPLE_DEFAULT;
    bool found = false;
    for (unsigned i = 0; i < spec->samples_len; i++) {
        const struct sample *sample = &spec->samples[i];
        bool fits = sample->context == context && !sample->opted_in &&
                    (newest ? sample->interface == INTERFACE_NEWEST : sample->interface <= interface);
        if (fits && (!found || sample->interface > spec->samples[best].interface)) {
            best = i;
            found = true;
        }
    }
    return best * ABI_COUNT + abi;
}

enum c_int scalar_integer(enum scalar scalar, enum abi abi)
{
    static const enum c_int integers[SCALAR_COUNT] = {
        [SCALAR_U8] = C_INT_UCHAR,          [SCALAR_U16] = C_INT_USHORT,
        [SCALAR_U32] = C_INT_UINT,          [SCALAR_U64] = C_INT_ULLONG,
        [SCALAR_I8] = C_INT_SCHAR,          [SCALAR_I16] = C_INT_SHORT,
        [SCALAR_I32] = C_INT_INT,           [SCALAR_I64] = C_INT_LLONG,
        [SCALAR_CHAR] = C_INT_CHAR,         [SCALAR_U64_NATURAL] = C_INT_ULLONG,
        [SCALAR_I64_NATURAL] = C_INT_LLONG, [SCALAR_ULONG] = C_INT_ULONG,
        [SCALAR_LONG] = C_INT_LONG,         [SCALAR_INT] = C_INT_INT,
        [SCALAR_UINT] = C_INT_UINT,         [SCALAR_UCHAR] = C_INT_UCHAR,
        [SCALAR_SCHAR] = C_INT_SCHAR,       [SCALAR_SHORT] = C_INT_SHORT,
        [SCALAR_USHORT] = C_INT_USHORT,     [SCALAR_LLONG] = C_INT_LLONG,
        [SCALAR_ULLONG] = C_INT_ULLONG,
    };
    /* <stdint.h> takes long for 64 bits where that has them. */
    bool is_long =
        abis[abi].long_size == 8 && scalars[scalar].size == 8 && scalar != SCALAR_LLONG && scalar != SCALAR_ULLONG;
    return !is_long ? integers[scalar] : integers[scalar] == C_INT_LLONG ? C_INT_LONG : C_INT_ULONG;
}

static bool says_more_than_abis(const struct when *when)
{
    for (size_t i = 0; i < when->conditions.any.len; i++) {
        const struct condition *condition = &when->conditions.any.at[i];
        if (condition->contexts != CONTEXT_ALL || condition->interface_from ||
            condition->interface_end != INTERFACE_NEWEST || condition->macro.len) {
            return true;
        }
    }
    return false;
}

static bool def_says_more(const struct def *def)
{
    bool says = says_more_than_abis(&def->when);
    for (size_t i = 0; i < def->fields.len && !says; i++) {
        const struct type *type = def->fields.at[i].type;
        says = says_more_than_abis(&def->fields.at[i].more->when) ||
               (type->kind == TYPE_RECORD && def_says_more(type->more->record));
    }
    for (size_t i = 0; i < def->more->variants.len && !says; i++) {
        says = says_more_than_abis(&def->more->variants.at[i].when);
    }
    for (size_t i = 0; i < def->more->bits.len && !says; i++) {
        says = says_more_than_abis(&def->more->bits.at[i].when);
    }
    return says;
}

bool folder_is_strict(const struct folder *folder)
{
    bool strict = folder->header.given;
    for (size_t i = 0; i < folder->defs.len && !strict; i++) {
        strict = def_says_more(folder->defs.at[i]);
    }
    return strict;
}
