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
    c_comment(out, 0, "", bit->description);
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

/* A bitmap, and how wide the names of its constants are. */
struct bitmap {
    const struct def *def;
    size_t width;
};

/* The mask of all bits, as an OR of their names. */
static void emit_all(const struct c_file *file, struct buf *out, const void *data, unsigned config)
{
    (void)file;
    const struct bitmap *bitmap = data;
    const struct def *def = bitmap->def;
    size_t width = bitmap->width;
    define_name(out, def->more->c_all_name, "", width);
    size_t column = strlen("#define ") + (width > def->more->c_all_name.len ? width : def->more->c_all_name.len) + 1;
    size_t indent = column + 1, at = column;
    bool any = false;
    for (size_t i = 0; i < def->more->bits.len; i++) {
        const struct bit *bit = &def->more->bits.at[i];
        struct str name = bit_is_run(bit) ? bit->c_mask : bit->c_name;
        if (!when_exists(&bit->when, config) || !name.len) {
            continue;
        }
        if (!any) {
            buf_char(out, '(');
        } else if (at + 3 + name.len + 4 > C_COLUMNS) {
            buf_text(out, " | \\\n");
            buf_fill(out, ' ', indent);
            at = indent;
        } else {
            buf_text(out, " | ");
            at += 3;
        }
        buf_str(out, name);
        at += name.len;
        any = true;
    }
    if (any) {
        buf_text(out, ")\n");
    } else {
        buf_printf(out, "0%s\n", constant_suffix_text(constant_suffix(def, 0)));
    }
}

static void emit_max(const struct c_file *file, struct buf *out, const void *data, unsigned config)
{
    (void)file;
    const struct bitmap *bitmap = data;
    const struct def *def = bitmap->def;
    const struct bit *highest = NULL;
    for (size_t i = 0; i < def->more->bits.len; i++) {
        const struct bit *bit = &def->more->bits.at[i];
        if (when_exists(&bit->when, config) && !bit_is_run(bit) && bit->c_name.len &&
            (!highest || bit->shift.value > highest->shift.value)) {
            highest = bit;
        }
    }
    if (highest) {
        define_name(out, def->more->c_max.s, "", bitmap->width);
        buf_printf(out, "%.*s\n", STR_ARG(highest->c_name));
    }
}

/* A comment on a group of constants stands apart from the comment on the first of them. */
static void group_comment(struct buf *out, struct str description, struct str first)
{
    c_comment(out, 0, "", description);
    buf_text(out, description.len && first.len ? "\n" : "");
}

void c_emit_bitmap(const struct c_file *file, struct buf *out, const struct def *def, const struct config_set *set)
{
    if (!def_named_in_c(def)) {
        return;
    }
    struct bitmap bitmap = {def, def->more->c_max.s.len > def->more->c_all_name.len ? def->more->c_max.s.len
                                                                                    : def->more->c_all_name.len};
    for (size_t i = 0; i < def->more->bits.len; i++) {
        const struct bit *bit = &def->more->bits.at[i];
        size_t len = bit->c_name.len + bit->has_number;
        if (bit_is_run(bit)) {
            len = bit->shift.value ? bit->c_shift.len : bit->c_mask.len;
        }
        bitmap.width = len > bitmap.width ? len : bitmap.width;
    }
    group_comment(out, def->description,
                  def->more->bits.len ? def->more->bits.at[0].description : (struct str){NULL, 0});
    struct c_chain chain = {.out = out, .around = set};
    for (size_t i = 0; i < def->more->bits.len; i++) {
        const struct bit *bit = &def->more->bits.at[i];
        struct c_test test = c_test_when(file, &bit->when, bit->when.exists, set);
        if (!config_set_is_empty(&test.set) && bit->c_name.len) {
            c_chain_next(&chain, &test, bit->c_name, false);
            emit_bit(out, def, bit, bitmap.width);
        }
    }
    c_chain_end(&chain);
    struct c_macros macros = {{NULL, 0, 0}};
    c_macros_of(file, &macros, def);
    const struct config_split *split = NULL;
    for (size_t i = 0; i < def->more->bits.len; i++) {
        split = split_by_set(file->arena, split, def->more->bits.at[i].when.exists, spec_configs(file->spec));
    }
    if (def->more->c_all_name.len) {
        c_emit_varying(file, out, set, split, &macros, emit_all, &bitmap);
    }
    if (def->more->c_max.s.len) {
        c_emit_varying(file, out, set, split, &macros, emit_max, &bitmap);
    }
}

/* Enums */

bool c_is_enum(const struct def *def)
{
    return def->kind == DEF_ENUM && def->c_form != C_FORM_DEFINE && (def->c_form != C_FORM_AUTO || enum_is_c_enum(def));
}

struct config_set c_enum_set(const struct def *def, const struct config_set *set)
{
    struct config_set any = {{0}};
    for (size_t i = 0; i < def->more->variants.len; i++) {
        const struct config_set *exists = def->more->variants.at[i].when.exists;
        struct config_set there = exists ? config_set_both(*exists, set) : *set;
        if (def->more->variants.at[i].c_name.len) {
            any = config_set_either(any, &there);
        }
    }
    return any;
}

/* A number as an expression of C: there is no literal for the least one of a type. */
static void negative_text(struct buf *out, const struct number *number)
{
    uint64_t magnitude = 0 - number->value;
    bool least = magnitude == (uint64_t)INT32_MAX + 1 || magnitude == (uint64_t)INT64_MAX + 1;
    const char *tail = magnitude > (uint64_t)INT32_MAX + 1 ? "LL" : "";
    buf_printf(out, "(-%llu%s%s)", (unsigned long long)(magnitude - least), tail, least ? " - 1" : "");
}

/* The value of a variant that becomes a macro. */
static void define_value(struct buf *out, const struct def *def, const struct variant *variant)
{
    uint64_t value = variant->value.value;
    enum c_suffix suffix = constant_suffix(def, value);
    if (variant->formula.text.s.ptr) {
        c_spelled(out, variant->formula.text.s);
        return;
    }
    if (variant->value.negative) {
        negative_text(out, &variant->value);
        return;
    }
    /* C90 and C99 disagree on the type of a large decimal number without a suffix, not of a hexadecimal one. */
    if (suffix == C_SUFFIX_NONE && !fits_int(value) && value <= UINT32_MAX) {
        buf_hex(out, value);
    } else {
        number_text(out, def, &variant->value);
    }
    buf_text(out, constant_suffix_text(suffix));
}

static void emit_defines(const struct c_file *file, struct buf *out, const struct def *def,
                         const struct config_set *set)
{
    struct c_chain chain = {.out = out, .around = set};
    size_t width = 0;
    for (size_t i = 0; i < def->more->variants.len; i++) {
        size_t len = def->more->variants.at[i].c_name.len;
        width = len > width ? len : width;
    }
    group_comment(out, def->description,
                  def->more->variants.len ? def->more->variants.at[0].description : (struct str){NULL, 0});
    for (size_t i = 0; i < def->more->variants.len; i++) {
        const struct variant *variant = &def->more->variants.at[i];
        struct c_test test = c_test_when(file, &variant->when, variant->when.exists, set);
        if (!config_set_is_empty(&test.set) && variant->c_name.len) {
            c_chain_next(&chain, &test, variant->c_name, false);
            c_comment(out, 0, "", variant->description);
            define_name(out, variant->c_name, "", width);
            define_value(out, def, variant);
            buf_char(out, '\n');
        }
    }
    c_chain_end(&chain);
}

void c_variant_value(struct buf *out, const struct def *def, const struct variant *variant)
{
    if (variant->formula.text.s.ptr) {
        c_spelled(out, variant->formula.text.s);
    } else if (variant->value.negative) {
        negative_text(out, &variant->value);
    } else {
        number_text(out, def, &variant->value);
    }
}

/* Whether a value may be followed by another one: C90 has no comma after the last. */
static bool wants_comma(const struct c_test *tests, size_t len, size_t i)
{
    bool excludes = true;
    for (size_t j = i + 1; j < len && excludes; j++) {
        excludes = config_set_is_empty(&tests[j].set) || c_test_excludes(&tests[i], &tests[j]);
    }
    return !excludes;
}

void c_emit_enum(const struct c_file *file, struct buf *out, const struct def *def, const struct config_set *set)
{
    if (!def_named_in_c(def)) {
        return;
    }
    if (!c_is_enum(def)) {
        emit_defines(file, out, def, set);
        return;
    }
    if (def->c_form == C_FORM_CALL) {
        c_emit_call(file, out, def, set);
        return;
    }
    bool is_typedef = def->c_form == C_FORM_TYPEDEF || def->c_form == C_FORM_BOTH;
    bool has_tag = def->c_form != C_FORM_TYPEDEF && def->c_form != C_FORM_ANONYMOUS;
    c_comment(out, 0, "", def->description);
    buf_printf(out, "%senum %.*s%s{\n", is_typedef ? "typedef " : "", has_tag ? (int)def->name.s.len : 0,
               def->name.s.ptr, has_tag ? " " : "");
    struct c_chain chain = {.out = out, .around = set};
    struct c_test *tests = ARENA_ARRAY(file->arena, def->more->variants.len, struct c_test);
    for (size_t i = 0; i < def->more->variants.len; i++) {
        const struct when *when = &def->more->variants.at[i].when;
        if (def->more->variants.at[i].c_name.len) {
            tests[i] = c_test_when(file, when, when->exists, set);
        }
    }
    for (size_t i = 0; i < def->more->variants.len; i++) {
        const struct variant *variant = &def->more->variants.at[i];
        if (config_set_is_empty(&tests[i].set)) {
            continue;
        }
        c_chain_next(&chain, &tests[i], variant->c_name, false);
        c_comment(out, 4, "", variant->description);
        buf_printf(out, "    %.*s = ", STR_ARG(variant->c_name));
        c_variant_value(out, def, variant);
        buf_text(out, wants_comma(tests, def->more->variants.len, i) ? ",\n" : "\n");
    }
    c_chain_end(&chain);
    buf_printf(out, "}%s%.*s;\n", is_typedef ? " " : "", is_typedef ? (int)def->name.s.len : 0, def->name.s.ptr);
}

/* Constants */

static void number_constant(struct buf *out, const struct def *def)
{
    const struct number *number = &def->more->value.number;
    if (number->negative) {
        negative_text(out, number);
        return;
    }
    enum c_suffix suffix = constant_suffix(def, number->value);
    bool hex = spelled_in_hex(def, number) || (suffix == C_SUFFIX_NONE && !fits_int(number->value));
    (hex ? buf_hex : buf_u64)(out, number->value);
    buf_text(out, constant_suffix_text(suffix));
}

void c_string(struct buf *out, struct str s)
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

void c_emit_constant(const struct c_file *file, struct buf *out, const struct def *def, const struct config_set *set)
{
    (void)file;
    (void)set;
    c_comment(out, 0, "", def->description);
    define_name(out, def->name.s, "", 0);
    if (def->more->c_value.s.len) {
        c_spelled(out, def->more->c_value.s);
    } else if (def->more->formula.text.s.ptr) {
        c_spelled(out, def->more->formula.text.s);
    } else if (def->more->value.is_string) {
        c_string(out, def->more->value.string.s);
    } else {
        number_constant(out, def);
    }
    buf_char(out, '\n');
}
