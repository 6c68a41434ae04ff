/* Typedefs and constants in Rust. */
#include "base/utf8.h"
#include "emit/rust.h"

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

void rust_typedef(struct rust *r, const struct def *def)
{
    rust_doc(r, 0, def->description.s, (struct str){NULL, 0}, rust_c_name(r, def->name.s));
    rust_cfg(r, 0, rust_compiled_for(def));
    struct str head = str_printf(r->arena, "pub type %.*s =", STR_ARG(def->rust_name));
    item(r, head, rust_type(r, def, def->fields.at[0].type));
}

/* The integer of a constant in Rust: that of its suffix, or the first of C's that holds it. */
static const char *constant_type(const struct def *def)
{
    static const char *const suffixes[] = {[C_SUFFIX_U] = "u32", [C_SUFFIX_UL] = "usize", [C_SUFFIX_ULL] = "u64"};
    const struct number *number = &def->value.number;
    if (def->type) {
        return rust_scalar(def->type->scalar);
    }
    if (number->negative) {
        return number->value >= UINT64_MAX - INT32_MAX ? "i32" : "i64";
    }
    if (number->value > UINT32_MAX) {
        return "u64";
    }
    if (def->c_suffix > C_SUFFIX_NONE) {
        return suffixes[def->c_suffix];
    }
    return number->value <= INT32_MAX ? "i32" : "u32";
}

void rust_constant(struct rust *r, const struct def *def)
{
    const struct value *value = &def->value;
    rust_doc(r, 0, def->description.s, (struct str){NULL, 0}, rust_c_name(r, def->name.s));
    rust_cfg(r, 0, rust_compiled_for(def));
    struct buf tail = buf_new(r->arena);
    if (value->is_string) {
        rust_string(&tail, value->string.s);
    } else {
        rust_number(&tail, value->number.value, value->number.negative);
    }
    struct str head = str_printf(r->arena, "pub const %.*s: %s =", STR_ARG(def->rust_name),
                                 value->is_string ? "&str" : constant_type(def));
    item(r, head, buf_view(&tail));
}
