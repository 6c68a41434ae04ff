/* The constants of the C backend: bitmaps, enums, numbers and strings. */
#include "emit/c.h"

#include "spec/constants.h"

#include <assert.h>
#include <string.h>

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

void c_emit_bitmap(struct buf *out, const struct def *def)
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

void c_emit_enum(struct buf *out, const struct def *def)
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

/* A number as an expression of C: there is no literal for the least one of a type. */
static void signed_text(struct buf *out, const struct def *def)
{
    const struct number *number = &def->value.number;
    uint64_t magnitude = number->negative ? 0 - number->value : number->value;
    if (!number->negative) {
        enum c_suffix suffix = constant_suffix(def, magnitude);
        bool hex = spelled_in_hex(def, number) || (suffix == C_SUFFIX_NONE && !fits_int(magnitude));
        (hex ? buf_hex : buf_u64)(out, magnitude);
        buf_text(out, constant_suffix_text(suffix));
        return;
    }
    bool least = magnitude == (uint64_t)INT32_MAX + 1 || magnitude == (uint64_t)INT64_MAX + 1;
    const char *tail = magnitude > (uint64_t)INT32_MAX + 1 ? "LL" : "";
    buf_printf(out, "(-%llu%s%s)", (unsigned long long)(magnitude - least), tail, least ? " - 1" : "");
}

/* A string literal: bytes that are not plain ASCII as octal escapes, which end after three digits. */
static void string_text(struct buf *out, struct str s)
{
    buf_char(out, '"');
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (c == '"' || c == '\\' || c == '?') {
            buf_printf(out, "\\%c", c);
        } else if (c < ' ' || c > '~') {
            buf_printf(out, "\\%03o", c);
        } else {
            buf_char(out, (char)c);
        }
    }
    buf_char(out, '"');
}

void c_emit_constant(struct buf *out, const struct def *def)
{
    c_comment(out, 0, "", def->description.s);
    define_name(out, def->name.s, "", 0);
    if (def->value.is_string) {
        string_text(out, def->value.string.s);
    } else {
        signed_text(out, def);
    }
    buf_char(out, '\n');
}
