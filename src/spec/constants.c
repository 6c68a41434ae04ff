#include "spec/constants.h"

static bool fits_int(uint64_t value)
{
    return value <= INT32_MAX;
}

bool bit_is_run(const struct bit *bit)
{
    return bit->width.given && bit->width.value > 1;
}

uint64_t bit_mask(const struct bit *bit)
{
    uint64_t width = bit_is_run(bit) ? bit->width.value : 1;
    return (width == 64 ? UINT64_MAX : (UINT64_C(1) << width) - 1) << bit->shift.value;
}

/* An enum where that is asked for or, unasked, where C's enum can hold every value and no suffix is wanted. */
bool enum_is_c_enum(const struct def *def)
{
    if (def->c_form != C_FORM_AUTO) {
        return def->c_form == C_FORM_ENUM;
    }
    bool fits = def->c_suffix == C_SUFFIX_AUTO;
    for (size_t i = 0; i < def->variants.len && fits; i++) {
        fits = fits_int(def->variants.at[i].value.value);
    }
    return fits;
}

enum c_suffix constant_suffix(const struct def *def, uint64_t value)
{
    if (value > UINT32_MAX) {
        return C_SUFFIX_ULL;
    }
    if (def->c_suffix != C_SUFFIX_AUTO) {
        return def->c_suffix;
    }
    if (def->kind != DEF_BITMAP) {
        return fits_int(value) ? C_SUFFIX_NONE : C_SUFFIX_U;
    }
    return def->type->scalar == SCALAR_U64 ? C_SUFFIX_ULL : C_SUFFIX_U;
}

const char *constant_suffix_text(enum c_suffix suffix)
{
    static const char *const texts[] = {"", "", "U", "UL", "ULL"};
    return texts[suffix];
}

/* What C makes of a value with the suffix that it gets. Without one, what does not fit an int is written in
 * hexadecimal. */
static enum c_int type_of(const struct def *def, uint64_t value)
{
    static const enum c_int types[] = {[C_SUFFIX_NONE] = C_INT_INT,
                                       [C_SUFFIX_U] = C_INT_UINT,
                                       [C_SUFFIX_UL] = C_INT_ULONG,
                                       [C_SUFFIX_ULL] = C_INT_ULLONG};
    enum c_int type = types[constant_suffix(def, value)];
    return type == C_INT_INT && !fits_int(value) ? C_INT_UINT : type;
}

static void add_bit(struct arena *arena, const struct def *def, const struct bit *bit, struct constants *out)
{
    uint64_t mask = bit_mask(bit);
    enum c_int type = type_of(def, mask);
    struct constant constant = {.name = bit->c_name, .off = bit->name.off, .len = bit->name.len};
    if (bit->has_number) {
        struct constant number = constant;
        number.name = str_printf(arena, "_%.*s", STR_ARG(bit->c_name));
        number.type = C_INT_INT;
        number.value = bit->shift.value;
        VEC_PUSH(arena, &out->list, number);
    }
    if (!bit_is_run(bit)) {
        constant.type = type;
        constant.value = mask;
        VEC_PUSH(arena, &out->list, constant);
        return;
    }
    constant.form = CONSTANT_CALL;
    VEC_PUSH(arena, &out->list, constant);
    constant.form = CONSTANT_MACRO;
    constant.name = bit->c_mask;
    constant.type = type;
    constant.value = mask;
    VEC_PUSH(arena, &out->list, constant);
    if (bit->shift.value) {
        constant.name = bit->c_shift;
        constant.type = C_INT_INT;
        constant.value = bit->shift.value;
        VEC_PUSH(arena, &out->list, constant);
    }
}

/* The mask of all bits has the widest type of theirs, and the name of the highest bit is that bit. */
static void add_sets(struct arena *arena, const struct def *def, struct constants *out)
{
    struct constant all = {
        .name = def->c_all_name, .type = type_of(def, 0), .off = def->name.off, .len = def->name.len};
    struct constant max = {.name = def->c_max.s, .off = def->c_max.off, .len = def->c_max.len};
    uint64_t highest = 0;
    for (size_t i = 0; i < def->bits.len; i++) {
        uint64_t mask = bit_mask(&def->bits.at[i]);
        enum c_int type = type_of(def, mask);
        all.type = i == 0 || type > all.type ? type : all.type;
        all.value |= mask;
        if (!bit_is_run(&def->bits.at[i]) && mask > highest) {
            highest = mask;
            max.type = type;
            max.value = mask;
        }
    }
    if (all.name.len) {
        VEC_PUSH(arena, &out->list, all);
    }
    if (max.name.len) {
        VEC_PUSH(arena, &out->list, max);
    }
}

/* A constant of its own. A negative one has no suffix but that which it needs. */
static void add_constant(struct arena *arena, const struct def *def, struct constants *out)
{
    const struct number *number = &def->value.number;
    uint64_t magnitude = number->negative ? 0 - number->value : number->value;
    enum c_int negative_type = magnitude > (uint64_t)INT32_MAX + 1 ? C_INT_LLONG : C_INT_INT;
    enum c_int type = number->negative ? negative_type : type_of(def, magnitude);
    const struct text *text = &def->value.string;
    bool is_string = def->value.is_string;
    struct constant constant = {.name = def->name.s,

                                .type = type,
                                .value = number->value,
                                .is_negative = number->negative,
                                .is_string = is_string,
                                .text = text->s,
                                .off = is_string ? text->off : number->off,
                                .len = is_string ? text->len : number->len};
    VEC_PUSH(arena, &out->list, constant);
}

void constants_of(struct arena *arena, const struct def *def, unsigned config, struct constants *out)
{
    (void)config;
    bool is_enum = def->kind == DEF_ENUM && enum_is_c_enum(def);
    for (size_t i = 0; i < def->variants.len; i++) {
        const struct variant *variant = &def->variants.at[i];
        uint64_t value = variant->value.value;
        struct constant constant = {.name = variant->c_name,
                                    .form = is_enum ? CONSTANT_ENUMERATOR : CONSTANT_MACRO,
                                    .type = is_enum && fits_int(value) ? C_INT_INT : type_of(def, value),
                                    .value = value,
                                    .off = variant->value.off,
                                    .len = variant->value.len};
        VEC_PUSH(arena, &out->list, constant);
    }
    for (size_t i = 0; i < def->bits.len; i++) {
        add_bit(arena, def, &def->bits.at[i], out);
    }
    if (def->kind == DEF_BITMAP) {
        add_sets(arena, def, out);
    } else if (def->kind == DEF_CONSTANT) {
        add_constant(arena, def, out);
    }
}
