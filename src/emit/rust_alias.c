/* Typedefs and constants in Rust. */
#include "base/utf8.h"
#include "emit/rust.h"
#include "spec/constants.h"

#include <inttypes.h>

/* A string literal, with escapes for what is not plain ASCII. */
static void rust_string(struct buf *out, struct str s)
{
    buf_char(out, '"');
    for (size_t i = 0; i < s.len;) {
        uint32_t code;
        size_t len = utf8_decode(s, i, &code);
        if (code == '"' || code == '\\') {
            buf_printf(out, "\\%c", (char)code);
        } else if (code < ' ' || code > '~') {
            buf_printf(out, "\\u{%" PRIx32 "}", code);
        } else {
            buf_bytes(out, s.ptr + i, len);
        }
        i += len;
    }
    buf_char(out, '"');
}

/* `HEAD = TAIL;`, broken after the `=` where one line will not do, as rustfmt breaks it. */
static void item(struct rust *r, struct str head, struct str tail)
{
    bool broken = head.len + 1 + tail.len + 1 > RUST_WIDTH && 4 + tail.len + 1 <= RUST_WIDTH;
    buf_str(&r->out, head);
    buf_text(&r->out, broken ? "\n    " : " ");
    buf_printf(&r->out, "%.*s;\n", STR_ARG(tail));
}

/* The items of a definition: one, or one for each of its groups. */
static void items(struct rust *r, const struct rust_facts *facts, struct rust_groups groups, const char *keyword,
                  const char *middle)
{
    for (size_t i = 0; i < groups.len; i++) {
        struct str text = groups.at[i].text;
        size_t split = 0;
        while (*middle == ':' && split < text.len && text.ptr[split] != '=') {
            split++;
        }
        buf_text(&r->out, i ? "\n" : "");
        rust_doc(r, 0, facts->def->description.s, (struct str){NULL, 0}, rust_c_name(r, facts->def->name.s));
        rust_cfg(r, 0, groups.at[i].abis == facts->abis ? facts->compiled : groups.at[i].abis);
        struct str head =
            str_printf(r->arena, "pub %s %.*s%s%.*s=", keyword, STR_ARG(facts->name), middle, (int)split, text.ptr);
        size_t skipped = *middle == ':' ? split + 2 : 0;
        item(r, head, (struct str){text.ptr + skipped, text.len - skipped});
    }
}

void rust_typedef(struct rust *r, const struct rust_facts *facts)
{
    items(r, facts, rust_types(r, facts, facts->def->fields.at[0].type, facts->abis), "type", " ");
}

/* --- constants --- */

static struct {
    const char *name;
    unsigned bits;
    bool is_signed;
} const rust_ints[C_INT_COUNT] = {
    [C_INT_BOOL] = {"u8", 8, false},    [C_INT_CHAR] = {"u8", 8, false},   [C_INT_SCHAR] = {"i8", 8, true},
    [C_INT_UCHAR] = {"u8", 8, false},   [C_INT_SHORT] = {"i16", 16, true}, [C_INT_USHORT] = {"u16", 16, false},
    [C_INT_INT] = {"i32", 32, true},    [C_INT_UINT] = {"u32", 32, false}, [C_INT_LONG] = {"i64", 64, true},
    [C_INT_ULONG] = {"u64", 64, false}, [C_INT_LLONG] = {"i64", 64, true}, [C_INT_ULLONG] = {"u64", 64, false},
};

/* Whether a number, with its sign, is one of an integer's values. */
static bool fits(uint64_t value, bool negative, unsigned bits, bool is_signed)
{
    if (negative) {
        return is_signed && value >= 0 - (UINT64_C(1) << (bits - 1));
    }
    uint64_t most = UINT64_MAX >> (64 - bits);
    return value <= (is_signed ? most >> 1 : most);
}

/* The integer of the member that a constant is for on an ABI, or NULL. */
static const struct scalar_info *member_scalar(const struct def *def, enum abi abi, enum scalar *scalar)
{
    for (size_t i = 0; def->for_def && i < def->for_def->fields.len; i++) {
        const struct field *field = &def->for_def->fields.at[i];
        if (!str_eq(field->name.s, def->for_field.s) || !when_exists(&field->when, abi)) {
            continue;
        }
        const struct type *type = rust_meant(field->type, abi);
        const struct def *named = type->kind == TYPE_NAMED ? rust_type_def(type, abi) : NULL;
        type = named ? named->type : type;
        if (type && type->kind == TYPE_SCALAR) {
            *scalar = type->scalar;
            return &scalars[*scalar];
        }
    }
    return NULL;
}

struct str rust_constant_text(struct rust *r, const struct rust_facts *facts, enum abi abi, bool *is_string)
{
    const struct def *def = facts->def;
    struct constants found = {.list = {NULL, 0, 0}};
    struct buf out = buf_new(r->arena);
    constants_of(r->arena, def, abi, &found);
    *is_string = false;
    if (!found.list.len || found.list.at[0].form == CONSTANT_CALL) {
        return (struct str){NULL, 0};
    }
    const struct constant *constant = &found.list.at[0];
    if (constant->is_string) {
        *is_string = true;
        buf_text(&out, "&str = ");
        rust_string(&out, constant->text);
        return buf_view(&out);
    }
    enum scalar scalar = SCALAR_COUNT;
    const struct scalar_info *member = member_scalar(def, abi, &scalar);
    bool negative = constant->is_negative;
    if (def->type) {
        scalar = def->type->scalar;
    } else if (member) {
        unsigned bits = 8u * (member->size ? member->size : abis[abi].long_size);
        scalar = fits(constant->value, negative, bits, member->is_signed) ? scalar : SCALAR_COUNT;
    }
    if (scalar != SCALAR_COUNT) {
        buf_printf(&out, "%s = ", rust_scalar(scalar));
        rust_number(&out, constant->value, negative);
        return buf_view(&out);
    }
    /* char has no sign in Rust, whether it has one in C or not. */
    bool is_char = constant->type == C_INT_CHAR;
    buf_printf(&out, "%s = ", rust_ints[constant->type].name);
    rust_number(&out, is_char ? constant->value & 0xff : constant->value, negative && !is_char);
    return buf_view(&out);
}

void rust_constant(struct rust *r, const struct rust_facts *facts)
{
    struct rust_groups groups = {.len = 0};
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        bool is_string;
        struct str text =
            abi_in(abi, facts->abis) ? rust_constant_text(r, facts, abi, &is_string) : (struct str){NULL, 0};
        if (text.len) {
            rust_group_add(&groups, abi, text);
        }
    }
    items(r, facts, groups, "const", ": ");
}
