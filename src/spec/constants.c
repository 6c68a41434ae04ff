#include "spec/constants.h"

static bool fits_int(uint64_t value)
{
    return value <= INT32_MAX;
}

bool number_fits(uint64_t value, bool negative, unsigned bits, bool is_signed)
{
    unsigned magnitude_bits = bits - is_signed;
    uint64_t magnitude = negative ? ~value : value;
    return !(negative && !is_signed) && !(magnitude_bits < 64 && magnitude >> magnitude_bits);
}

struct number variant_number(const struct variant *variant, unsigned config)
{
    const struct expr_value *value = variant->formula.text.s.ptr ? formula_value(&variant->formula, config) : NULL;
    struct number number = variant->value;
    if (value) {
        number.value = value->value;
        number.negative = c_int_is_signed(value->type, config_abi(config)) && (int64_t)value->value < 0;
    }
    return number;
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

bool def_named_in_c(const struct def *def)
{
    bool any = def->more->c_all_name.len || def->more->c_max.len;
    for (size_t i = 0; i < def->more->variants.len && !any; i++) {
        any = named_in_c(&def->more->variants.at[i].c_spelled);
    }
    for (size_t i = 0; i < def->more->bits.len && !any; i++) {
        any = named_in_c(&def->more->bits.at[i].c_spelled);
    }
    return any;
}

/* An enum where that is asked for or, unasked, where C's enum can hold every value and no suffix is wanted. */
bool enum_is_c_enum(const struct def *def)
{
    if (def->c_form != C_FORM_AUTO || !def_named_in_c(def)) {
        return def->c_form > C_FORM_AUTO && def->c_form != C_FORM_DEFINE && def_named_in_c(def);
    }
    bool fits = def->more->c_suffix == C_SUFFIX_AUTO;
    for (size_t i = 0; i < def->more->variants.len && fits; i++) {
        const struct variant *variant = &def->more->variants.at[i];
        fits = !named_in_c(&variant->c_spelled) || number_fits(variant->value.value, variant->value.negative, 32, true);
    }
    return fits;
}

enum c_suffix constant_suffix(const struct def *def, uint64_t value)
{
    if (value > UINT32_MAX) {
        return C_SUFFIX_ULL;
    }
    if (def->more->c_suffix != C_SUFFIX_AUTO) {
        return def->more->c_suffix;
    }
    if (def->kind != DEF_BITMAP) {
        return fits_int(value) ? C_SUFFIX_NONE : C_SUFFIX_U;
    }
    enum scalar scalar = def->type->scalar;
    return scalar == SCALAR_ULONG ? C_SUFFIX_UL : scalars[scalar].size == 8 ? C_SUFFIX_ULL : C_SUFFIX_U;
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

struct expr_value constant_enumerator(uint64_t value, enum abi abi)
{
    int64_t number = (int64_t)value;
    bool is_int = number >= INT32_MIN && number <= INT32_MAX;
    bool is_uint = value <= UINT32_MAX;
    enum c_int type = is_int ? C_INT_INT : is_uint ? C_INT_UINT : number < 0 ? C_INT_LLONG : C_INT_ULLONG;
    if (!is_int && !is_uint && abis[abi].long_size == 8) {
        type = type == C_INT_LLONG ? C_INT_LONG : C_INT_ULONG;
    }
    return (struct expr_value){.type = type, .value = value};
}

static struct expr_value plain(enum c_int type, uint64_t value)
{
    return (struct expr_value){.type = type, .value = value};
}

/* The highest of the single bits that there are; 0 if there is none. */
static uint64_t highest_bit(const struct def *def, unsigned config)
{
    uint64_t highest = 0;
    for (size_t i = 0; i < def->more->bits.len; i++) {
        const struct bit *bit = &def->more->bits.at[i];
        uint64_t mask = bit_mask(bit);
        bool counts = !bit_is_run(bit) && when_exists(&bit->when, config) && named_in_c(&bit->c_spelled);
        highest = counts && mask > highest ? mask : highest;
    }
    return highest;
}

/* The mask of all bits that there are has the widest type of theirs. */
static struct expr_value all_bits(const struct def *def, unsigned config)
{
    struct expr_value all = plain(type_of(def, 0), 0);
    bool any = false;
    for (size_t i = 0; i < def->more->bits.len; i++) {
        const struct bit *bit = &def->more->bits.at[i];
        if (!when_exists(&bit->when, config) || !named_in_c(&bit->c_spelled)) {
            continue;
        }
        uint64_t mask = bit_mask(&def->more->bits.at[i]);
        enum c_int type = type_of(def, mask);
        all.type = !any || type > all.type ? type : all.type;
        all.value |= mask;
        any = true;
    }
    return all;
}

/* A number that a macro stands for. A negative one has no suffix but that which it needs. */
static struct expr_value macro_value(const struct def *def, const struct number *number)
{
    enum c_int negative_type = 0 - number->value > (uint64_t)INT32_MAX + 1 ? C_INT_LLONG : C_INT_INT;
    return plain(number->negative ? negative_type : type_of(def, number->value), number->value);
}

/* A constant of its own, written as a number; one that C spells otherwise has the type that is given. */
static struct expr_value number_value(const struct def *def, enum abi abi)
{
    const struct number *number = &def->more->value.number;
    if (def->more->c_value.s.len && def->type) {
        enum c_int type = scalar_integer(def->type->scalar, abi);
        return plain(type, c_int_wrap(number->value, type, abi));
    }
    return macro_value(def, number);
}

struct expr_value constant_ref_value(const struct constant_ref *ref, unsigned config)
{
    const struct def *def = ref->def;
    enum abi abi = config_abi(config);
    if (ref->variant) {
        const struct number *number = &ref->variant->value;
        return enum_is_c_enum(def) ? constant_enumerator(number->value, abi) : macro_value(def, number);
    }
    switch (ref->part) {
    case CONSTANT_NUMBER:
    case CONSTANT_SHIFT:
        return plain(C_INT_INT, ref->bit->shift.value);
    case CONSTANT_ALL:
        return all_bits(def, config);
    case CONSTANT_MAX: {
        uint64_t highest = highest_bit(def, config);
        return plain(type_of(def, highest), highest);
    }
    case CONSTANT_MASK:
    case CONSTANT_ITSELF:
        break;
    }
    if (ref->bit) {
        uint64_t mask = bit_mask(ref->bit);
        return plain(type_of(def, mask), mask);
    }
    return number_value(def, abi);
}

static void add(struct arena *arena, struct constants *out, struct constant constant, struct expr_value value,
                unsigned config)
{
    constant.type = value.type;
    constant.value = value.value;
    constant.is_negative = c_int_is_signed(value.type, config_abi(config)) && (int64_t)value.value < 0;
    VEC_PUSH(arena, &out->list, constant);
}

static void add_bit(struct arena *arena, struct def *def, struct bit *bit, unsigned config, struct constants *out)
{
    struct constant constant = {.name = bit->c_name, .off = bit->name.off, .len = bit->name.len};
    struct constant_ref ref = {.def = def, .bit = bit};
    if (bit->has_number) {
        struct constant number = constant;
        number.name = str_printf(arena, "_%.*s", STR_ARG(bit->c_name));
        ref.part = CONSTANT_NUMBER;
        add(arena, out, number, constant_ref_value(&ref, config), config);
    }
    ref.part = CONSTANT_MASK;
    if (!bit_is_run(bit)) {
        add(arena, out, constant, constant_ref_value(&ref, config), config);
        return;
    }
    constant.form = CONSTANT_CALL;
    VEC_PUSH(arena, &out->list, constant);
    constant.form = CONSTANT_MACRO;
    constant.name = bit->c_mask;
    add(arena, out, constant, constant_ref_value(&ref, config), config);
    if (bit->shift.value) {
        constant.name = bit->c_shift;
        ref.part = CONSTANT_SHIFT;
        add(arena, out, constant, constant_ref_value(&ref, config), config);
    }
}

static void add_sets(struct arena *arena, struct def *def, unsigned config, struct constants *out)
{
    struct constant_ref ref = {.def = def, .part = CONSTANT_ALL};
    struct constant constant = {.name = def->more->c_all_name, .off = def->name.off, .len = def->name.len};
    if (constant.name.len) {
        add(arena, out, constant, constant_ref_value(&ref, config), config);
    }
    constant = (struct constant){.name = def->more->c_max.s, .off = def->more->c_max.off, .len = def->more->c_max.len};
    ref.part = CONSTANT_MAX;
    if (constant.name.len && highest_bit(def, config)) {
        add(arena, out, constant, constant_ref_value(&ref, config), config);
    }
}

static void add_constant(struct arena *arena, struct def *def, unsigned config, struct constants *out)
{
    const struct text *text = &def->more->value.string;
    const struct number *number = &def->more->value.number;
    struct constant constant = {.name = def->name.s, .is_string = def->more->value.is_string};
    if (def->more->value.is_string) {
        constant.text = text->s;
        constant.off = text->off;
        constant.len = text->len;
        VEC_PUSH(arena, &out->list, constant);
        return;
    }
    const struct expr_value *value = formula_value(&def->more->formula, config);
    constant.off = number->off;
    constant.len = number->len;
    if (value && value->is_flexible) {
        return; /* a length that is nothing is no constant */
    }
    struct constant_ref ref = {.def = def};
    add(arena, out, constant, value ? *value : constant_ref_value(&ref, config), config);
}

void constants_of(struct arena *arena, const struct def *def, unsigned config, struct constants *out)
{
    bool is_enum = def->kind == DEF_ENUM && enum_is_c_enum(def);
    enum abi abi = config_abi(config);
    struct def *own = (struct def *)def; /* constant_ref, which is only read here, is for those who write */
    for (size_t i = 0; i < def->more->variants.len; i++) {
        struct variant *variant = &own->more->variants.at[i];
        const struct expr_value *value = formula_value(&variant->formula, config);
        if (!when_exists(&variant->when, config) || !named_in_c(&variant->c_spelled)) {
            continue;
        }
        struct constant_ref ref = {.def = own, .variant = variant};
        struct constant constant = {.name = variant->c_name,
                                    .form = is_enum ? CONSTANT_ENUMERATOR : CONSTANT_MACRO,
                                    .off = variant->value.off,
                                    .len = variant->value.len};
        struct expr_value made = !value    ? constant_ref_value(&ref, config)
                                 : is_enum ? constant_enumerator(value->value, abi)
                                           : *value;
        add(arena, out, constant, made, config);
    }
    for (size_t i = 0; i < def->more->bits.len; i++) {
        if (when_exists(&def->more->bits.at[i].when, config) && named_in_c(&def->more->bits.at[i].c_spelled)) {
            add_bit(arena, own, &own->more->bits.at[i], config, out);
        }
    }
    if (def->kind == DEF_BITMAP) {
        add_sets(arena, own, config, out);
    } else if (def->kind == DEF_CONSTANT) {
        add_constant(arena, own, config, out);
    }
}
