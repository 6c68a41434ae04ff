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

/* Its name in C, and what names the values of a typedef. */
static struct str item_note(struct rust *r, const struct rust_facts *facts, abi_set set)
{
    const struct def *def = facts->def;
    struct str name = rust_c_name(r, def->name.s);
    const struct type *values = def->kind == DEF_TYPEDEF ? def->fields.at[0].more->values : NULL;
    struct str of = rust_values_link(r, def->folder, facts, values, rust_first_abi(set));
    return of.len ? str_printf(r->arena, "%.*s Its values are those of %.*s.", STR_ARG(name), STR_ARG(of)) : name;
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
        rust_doc(r, 0, facts->def->description, (struct str){NULL, 0}, item_note(r, facts, groups.at[i].abis));
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
    for (size_t i = 0; def->more->for_def && i < def->more->for_def->fields.len; i++) {
        const struct field *field = &def->more->for_def->fields.at[i];
        if (!str_eq(field->name.s, def->more->for_field.s) || !when_exists(&field->more->when, abi)) {
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

/* A constant on an ABI. */
struct known_value {
    bool exists;
    struct constant c;
    enum scalar scalar; /* the integer that the spec says it is, or SCALAR_COUNT */
    enum c_int type;    /* what C makes of it */
};

static struct known_value known_value(struct rust *r, const struct def *def, enum abi abi)
{
    struct constants found = {.list = {NULL, 0, 0}};
    constants_of(r->arena, def, abi, &found);
    struct known_value form = {.exists = found.list.len && found.list.at[0].form != CONSTANT_CALL,
                               .scalar = SCALAR_COUNT};
    if (!form.exists) {
        return form;
    }
    form.c = found.list.at[0];
    form.type = form.c.type;
    enum scalar scalar = SCALAR_COUNT;
    const struct scalar_info *member = member_scalar(def, abi, &scalar);
    bool of_op = def->made_by && def->made_by->kind == DEF_HYPERCALL;
    if (def->type) {
        form.scalar = def->type->scalar;
    } else if (of_op && fits(form.c.value, form.c.is_negative, 32, false)) {
        /* Numbers of hypercalls and of sub-operations are as in their traits. */
        form.scalar = SCALAR_U32;
    } else if (member) {
        form.scalar =
            fits(form.c.value, form.c.is_negative, scalar_bits(scalar, abi), member->is_signed) ? scalar : SCALAR_COUNT;
    }
    if (form.type == C_INT_CHAR) {
        /* It has no sign in Rust, whether it has one in C or not. */
        form.c.value &= UINT8_MAX;
        form.c.is_negative = false;
    }
    return form;
}

/* One integer that holds a constant wherever it exists: the widest of those that C has for it, if that can. */
static enum c_int common_type(const struct known_value *forms)
{
    enum c_int widest = C_INT_COUNT;
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        if (forms[abi].exists && !forms[abi].c.is_string &&
            (widest == C_INT_COUNT || rust_ints[forms[abi].type].bits > rust_ints[widest].bits ||
             (rust_ints[forms[abi].type].bits == rust_ints[widest].bits && !rust_ints[forms[abi].type].is_signed))) {
            widest = forms[abi].type;
        }
    }
    for (enum abi abi = 0; abi < ABI_COUNT && widest != C_INT_COUNT; abi++) {
        if (forms[abi].exists && !forms[abi].c.is_string &&
            !fits(forms[abi].c.value, forms[abi].c.is_negative, rust_ints[widest].bits, rust_ints[widest].is_signed)) {
            return C_INT_COUNT;
        }
    }
    return widest;
}

struct rust_groups rust_constant_values(struct rust *r, const struct rust_facts *facts)
{
    struct known_value forms[ABI_COUNT] = {{.exists = false}};
    struct rust_groups groups = {.len = 0};
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        if (abi_in(abi, facts->abis)) {
            forms[abi] = known_value(r, facts->def, abi);
        }
    }
    enum c_int common = common_type(forms);
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        const struct known_value *form = &forms[abi];
        if (!form->exists) {
            continue;
        }
        struct buf out = buf_new(r->arena);
        if (form->c.is_string) {
            buf_text(&out, "&str = ");
            rust_string(&out, form->c.text);
        } else {
            enum c_int type = common == C_INT_COUNT ? form->type : common;
            buf_printf(&out, "%s = ", form->scalar == SCALAR_COUNT ? rust_ints[type].name : rust_scalar(form->scalar));
            rust_number(&out, form->c.value, form->c.is_negative);
        }
        rust_group_add(&groups, abi, buf_view(&out));
    }
    return groups;
}

void rust_constant(struct rust *r, const struct rust_facts *facts)
{
    items(r, facts, rust_constant_values(r, facts), "const", ": ");
}
