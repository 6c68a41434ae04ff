/* The values of enums, the bits of bitmaps, constants, and what C makes of them. */
#include "check/checker.h"

#include "base/buf.h"
#include "spec/constants.h"
#include "spec/resolve.h"

static struct config_set variant_configs(const struct checker *c, const struct def *def, const struct when *when)
{
    struct config_set set = def_configs(c->spec, def);
    return when->exists ? config_set_both(set, when->exists) : set;
}

/* What a value of an enum is in a configuration; of a negative one its two's complement. */
static uint64_t variant_value(const struct variant *variant, unsigned config)
{
    return variant_number(variant, config).value;
}

/* The configurations of the first sample that has a definition. */
static struct config_set first_sample(const struct checker *c, const struct def *def)
{
    struct config_set there = def_configs(c->spec, def), first = {{0}};
    const unsigned sample = config_sample(config_set_next(&there, 0));
    for (unsigned config = config_set_next(&there, 0); config_sample(config) == sample && config < CONFIGS_MAX;
         config = config_set_next(&there, config + 1)) {
        config_set_add(&first, config);
    }
    return first;
}

void check_enum_empty(struct checker *c, struct def *def)
{
    if (def->kind != DEF_ENUM) {
        return;
    }
    /* Whoever includes the headers otherwise may have none of its values, and then does not need it. */
    struct config_set empty = first_sample(c, def);
    for (size_t i = 0; i < def->more->variants.len && !config_set_is_empty(&empty); i++) {
        struct config_set there = variant_configs(c, def, &def->more->variants.at[i].when);
        empty = config_set_less(empty, &there);
    }
    if (!def->more->variants.len || !config_set_is_empty(&empty)) {
        struct diag *diag = diag_add(c->diags, RULE_ENUM_EMPTY, checker_text_span(def, &def->name),
                                     "the enum `%.*s` has no variants", STR_ARG(def->name.s));
        if (def->more->variants.len) {
            checker_where(c, diag, &empty);
        }
    }
}

/* The bits that a scalar has on every ABI. */
static unsigned least_bits(enum scalar scalar)
{
    return scalar_bits(scalar, ABI_X86_32);
}

/* The most that it has on any. */
static unsigned most_bits(enum scalar scalar)
{
    return scalar_bits(scalar, ABI_X86_64);
}

/* Where a value of an enum does not fit a scalar. */
static struct config_set misfits(const struct checker *c, const struct def *def, const struct variant *variant,
                                 enum scalar scalar)
{
    struct config_set there = variant_configs(c, def, &variant->when), found = {{0}};
    bool is_signed = scalars[scalar].is_signed, varies = variant->formula.text.s.ptr != NULL;
    if (!varies && number_fits(variant->value.value, variant->value.negative, least_bits(scalar), is_signed)) {
        return found;
    }
    const struct config_split *split = variant->formula.split;
    const struct config_set firsts = spec_firsts(c->spec, split, &there);
    for (unsigned config = 0; (config = config_set_next(&firsts, config)) < CONFIGS_MAX; config++) {
        struct number number = variant_number(variant, config);
        if (!number_fits(number.value, number.negative, scalar_bits(scalar, config_abi(config)), is_signed)) {
            const struct config_set class = spec_class(c->spec, split, config);
            found = config_set_either(found, &class);
        }
    }
    return config_set_both(found, &there);
}

/* Says where, if that is less than where the value exists. */
static void value_where(struct checker *c, struct diag *diag, const struct def *def, const struct variant *variant,
                        const struct config_set *found)
{
    if (variant->formula.text.s.ptr || !scalars[def->type->scalar].size) {
        checker_where(c, diag, found);
    }
}

/* A scalar by name, with its article: "a u8". */
static const char *article(enum scalar scalar)
{
    return scalars[scalar].name[0] == 'i' ? "an" : "a";
}

/* The values of an enum must fit its integer, and where C gets an enum, an int. */
void check_value_range(struct checker *c, struct def *def)
{
    bool is_enum = def->c_form != C_FORM_AUTO && def->c_form != C_FORM_DEFINE;
    for (size_t i = 0; i < def->more->variants.len; i++) {
        const struct variant *variant = &def->more->variants.at[i];
        enum scalar scalar = def->type->scalar;
        struct config_set found = misfits(c, def, variant, scalar);
        if (!config_set_is_empty(&found)) {
            struct diag *diag = diag_add(c->diags, RULE_VALUE_RANGE, checker_number_span(def, &variant->value),
                                         "the value of `%.*s` does not fit %s %s", STR_ARG(variant->name.s),
                                         article(scalar), scalars[scalar].name);
            value_where(c, diag, def, variant, &found);
        }
        found = is_enum && variant->c_name.len ? misfits(c, def, variant, SCALAR_INT) : (struct config_set){{0}};
        if (!config_set_is_empty(&found)) {
            struct diag *diag = diag_add(c->diags, RULE_VALUE_RANGE, checker_number_span(def, &variant->value),
                                         "the value of `%.*s` does not fit an enum of C", STR_ARG(variant->name.s));
            diag_help(c->diags, diag, "leave `c_form` out, or make it \"define\"");
            value_where(c, diag, def, variant, &found);
        }
    }
}

/* A value that an enum has in some configurations. */
struct owner {
    const struct variant *variant;
    uint64_t value;
    struct config_set set;
    struct owner *next; /* of the same value elsewhere */
};

static void report_same_value(struct checker *c, const struct def *def, const struct variant *first,
                              const struct variant *variant)
{
    struct diag *diag =
        diag_add(c->diags, RULE_VALUE_DUPLICATE, checker_number_span(def, &variant->value),
                 "`%.*s` and `%.*s` have the same value", STR_ARG(first->name.s), STR_ARG(variant->name.s));
    diag_note(c->diags, diag, checker_number_span(def, &first->value), "the value of `%.*s`", STR_ARG(first->name.s));
}

/* Adds a value to those of an enum; false after a finding. */
static bool add_owner(struct checker *c, const struct def *def, struct map *values, struct owner owner)
{
    struct owner *kept = ARENA_NEW(c->arena, struct owner);
    *kept = owner;
    struct str key = {(const char *)&kept->value, sizeof kept->value};
    struct owner *head = map_add(values, key, kept);
    for (const struct owner *other = head; other; other = other->next) {
        struct config_set both = config_set_both(other->set, &owner.set);
        if (!config_set_is_empty(&both) && other->variant != owner.variant) {
            report_same_value(c, def, other->variant, owner.variant);
            return false;
        }
    }
    if (head) {
        kept->next = head->next;
        head->next = kept;
    }
    return true;
}

/* Adds what a value comes to, in all configurations of each result. */
static void add_variant(struct checker *c, const struct def *def, struct map *values, const struct variant *variant)
{
    const struct config_split *split = variant->formula.split;
    const struct config_set there = variant_configs(c, def, &variant->when);
    struct config_set left = spec_firsts(c->spec, split, &there);
    for (unsigned config = 0; (config = config_set_next(&left, config)) < CONFIGS_MAX; config++) {
        struct owner owner = {.variant = variant, .value = variant_value(variant, config)};
        if (!variant->formula.text.s.ptr) {
            owner.set = there;
            add_owner(c, def, values, owner);
            return;
        }
        for (unsigned other = config; (other = config_set_next(&left, other)) < CONFIGS_MAX; other++) {
            if (variant_value(variant, other) == owner.value) {
                const struct config_set class = spec_class(c->spec, split, other);
                owner.set = config_set_either(owner.set, &class);
            }
        }
        left = config_set_less(left, &owner.set);
        owner.set = config_set_both(owner.set, &there);
        if (!add_owner(c, def, values, owner)) {
            return;
        }
    }
}

/* What shipped long ago has names for one value that it no longer can take back. */
void check_value_duplicate(struct checker *c, struct def *def)
{
    struct map values = map_new(c->arena);
    for (size_t i = 0; i < def->more->variants.len && def->level != LEVEL_LEGACY; i++) {
        add_variant(c, def, &values, &def->more->variants.at[i]);
    }
}

static uint64_t bit_width(const struct bit *bit)
{
    return bit->width.given ? bit->width.value : 1;
}

/* Whether a bit lies in an integer of so many. */
static bool bit_fits(const struct bit *bit, unsigned bits)
{
    uint64_t width = bit_width(bit);
    return width >= 1 && width <= bits && bit->shift.value <= bits - width;
}

/* Where a bit lies outside of the integer of its bitmap. */
static struct config_set bit_outside(const struct checker *c, const struct def *def, const struct bit *bit)
{
    struct config_set there = variant_configs(c, def, &bit->when), found = {{0}};
    if (bit_fits(bit, least_bits(def->type->scalar))) {
        return found;
    }
    for (unsigned config = 0; config < spec_configs(c->spec); config++) {
        if (config_set_has(&there, config) && !bit_fits(bit, scalar_bits(def->type->scalar, config_abi(config)))) {
            config_set_add(&found, config);
        }
    }
    return found;
}

void check_bit_range(struct checker *c, struct def *def)
{
    for (size_t i = 0; i < def->more->bits.len; i++) {
        const struct bit *bit = &def->more->bits.at[i];
        if (bit->width.given && bit->width.value == 0) {
            diag_add(c->diags, RULE_BIT_RANGE, checker_number_span(def, &bit->width), "`%.*s` has no bit",
                     STR_ARG(bit->name.s));
            continue;
        }
        struct config_set outside = bit_outside(c, def, bit);
        if (!config_set_is_empty(&outside)) {
            struct diag *diag =
                diag_add(c->diags, RULE_BIT_RANGE, checker_number_span(def, &bit->shift), "`%.*s` lies outside a %s",
                         STR_ARG(bit->name.s), scalars[def->type->scalar].name);
            if (!scalars[def->type->scalar].size) {
                checker_where(c, diag, &outside);
            }
        }
    }
}

/* A bit of the integer belongs to one of these in some configurations, which no two of a list share. */
struct bit_owner {
    const struct bit *bit;
    struct config_set set;
    struct bit_owner *next;
};

void check_bit_overlap(struct checker *c, struct def *def)
{
    struct bit_owner *owners[64] = {NULL};
    for (size_t i = 0; i < def->more->bits.len; i++) {
        const struct bit *bit = &def->more->bits.at[i];
        const struct bit *first = NULL;
        struct config_set set = variant_configs(c, def, &bit->when);
        for (uint64_t b = 0; bit_fits(bit, most_bits(def->type->scalar)) && b < bit_width(bit); b++) {
            struct bit_owner **slot = &owners[bit->shift.value + b];
            bool taken = false;
            for (const struct bit_owner *owner = *slot; owner && !taken; owner = owner->next) {
                struct config_set both = config_set_both(owner->set, &set);
                taken = !config_set_is_empty(&both);
                first = taken && !first ? owner->bit : first;
            }
            if (!taken) {
                struct bit_owner *owner = ARENA_NEW(c->arena, struct bit_owner);
                *owner = (struct bit_owner){.bit = bit, .set = set, .next = *slot};
                *slot = owner;
            }
        }
        if (first) {
            struct diag *diag =
                diag_add(c->diags, RULE_BIT_OVERLAP, checker_number_span(def, &bit->shift),
                         "`%.*s` shares a bit with `%.*s`", STR_ARG(bit->name.s), STR_ARG(first->name.s));
            diag_note(c->diags, diag, checker_number_span(def, &first->shift), "`%.*s` is here",
                      STR_ARG(first->name.s));
        }
    }
}

static void check_values_of_run(struct checker *c, const struct def *def, const struct bit *bit,
                                const struct def *names, unsigned config)
{
    for (size_t v = 0; v < names->more->variants.len; v++) {
        const struct variant *variant = &names->more->variants.at[v];
        if (when_exists(&variant->when, config) && variant_value(variant, config) > bit_mask(bit) >> bit->shift.value) {
            struct diag *diag = diag_add(c->diags, RULE_VALUE_RANGE, def_span(def, bit->type->off, bit->type->len),
                                         "the value of `%.*s` does not fit the %u bits of `%.*s`",
                                         STR_ARG(variant->name.s), (unsigned)bit_width(bit), STR_ARG(bit->name.s));
            diag_note(c->diags, diag, checker_number_span(names, &variant->value), "the value");
            return;
        }
    }
}

/* The enum of a run must not have values that the run cannot hold; each architecture may have its own. */
void check_run_values(struct checker *c, struct def *def)
{
    for (size_t i = 0; i < def->more->bits.len; i++) {
        const struct bit *bit = &def->more->bits.at[i];
        const struct def *last = NULL;
        const struct config_set there = variant_configs(c, def, &bit->when);
        for (unsigned config = 0; (config = config_set_next(&there, config)) < CONFIGS_MAX; config++) {
            const struct def *names =
                bit->type && bit_fits(bit, most_bits(def->type->scalar)) ? type_def(bit->type, config) : NULL;
            if (names && names != last && !names->broken) {
                check_values_of_run(c, def, bit, names, config);
                last = names;
            }
        }
    }
}

/* The value of a constant must fit the integer that it is, on every ABI. */
void check_constant(struct checker *c, struct def *def)
{
    if (def->kind != DEF_CONSTANT || !def->type) {
        return;
    }
    const struct formula *formula = &def->more->formula;
    const struct config_set there = def_configs(c->spec, def), firsts = spec_firsts(c->spec, formula->split, &there);
    struct config_set found = {{0}};
    for (unsigned config = 0; (config = config_set_next(&firsts, config)) < CONFIGS_MAX; config++) {
        const struct expr_value *value = formula->text.s.ptr ? formula_value(formula, config) : NULL;
        if (formula->text.s.ptr && (!value || value->is_flexible)) {
            continue;
        }
        bool negative = value ? c_int_is_signed(value->type, config_abi(config)) && (int64_t)value->value < 0
                              : def->more->value.number.negative;
        unsigned bits;
        bool is_signed;
        if (checker_integer(def->type, config, false, &bits, &is_signed) &&
            !number_fits(value ? value->value : def->more->value.number.value, negative, bits, is_signed)) {
            const struct config_set class = spec_class(c->spec, formula->split, config);
            found = config_set_either(found, &class);
        }
    }
    found = config_set_both(found, &there);
    if (!config_set_is_empty(&found)) {
        struct diag *diag = diag_add(c->diags, RULE_VALUE_RANGE, checker_number_span(def, &def->more->value.number),
                                     "the value of `%.*s` does not fit %s %s", STR_ARG(def->name.s),
                                     article(def->type->scalar), scalars[def->type->scalar].name);
        if (!config_set_equal(&found, &there)) {
            checker_where(c, diag, &found);
        }
    }
}

/* A key whose value does not go with the rest of a definition. */
static void misfit(struct checker *c, const struct def *def, const struct text *at, const char *what, const char *help)
{
    struct diag *diag =
        diag_add(c->diags, RULE_KEY_VALUE, checker_text_span(def, at), "`%.*s` %s", STR_ARG(def->name.s), what);
    diag_help(c->diags, diag, "%s", help);
}

/* What C is asked to make of a definition must be something that it can. */
void check_form(struct checker *c, struct def *def)
{
    bool single = false;
    for (size_t i = 0; i < def->more->bits.len; i++) {
        const struct bit *bit = &def->more->bits.at[i];
        single = single || (bit_width(bit) == 1 && bit->c_name.len);
    }
    if (def->more->c_max.len && !single) {
        misfit(c, def, &def->more->c_max, "has no single bit that `c_max` could name", "leave `c_max` out");
    }
    if (def->kind == DEF_CONSTANT && def->more->c_value.s.ptr &&
        (def->more->formula.text.s.ptr || def->more->value.is_string)) {
        misfit(c, def, &def->more->c_value, "has a `c_value`, which takes an integer as its `value`",
               "say in `value` what it comes to");
    }
}

/* The handles of one name, which no two configurations share. */
struct handle_def {
    const struct def *def;
    struct handle_def *next;
};

/* C knows a handle by its name alone. */
void check_handle(struct checker *c, struct def *def)
{
    if (def->kind != DEF_HANDLE) {
        return;
    }
    struct handle_def *handle = ARENA_NEW(c->arena, struct handle_def);
    handle->def = def;
    struct handle_def *head = map_add(&c->handles, def->name.s, handle);
    struct config_set set = def_configs(c->spec, def);
    for (const struct handle_def *other = head; other; other = other->next) {
        struct config_set its = def_configs(c->spec, other->def);
        its = config_set_both(its, &set);
        if (!config_set_is_empty(&its) || defs_meet(def, NULL, other->def, NULL)) {
            struct diag *diag = diag_add(c->diags, RULE_NAME_DUPLICATE, checker_text_span(def, &def->name),
                                         "the handle `%.*s` is defined twice", STR_ARG(def->name.s));
            diag_note(c->diags, diag, checker_text_span(other->def, &other->def->name), "first defined here");
            return;
        }
    }
    if (head) {
        handle->next = head->next;
        head->next = handle;
    }
}
