/* What `values` says: which enum or bitmap names the values of integers that have another type. */
#include "check/checker.h"

#include "spec/constants.h"
#include "spec/resolve.h"

/* What a type consists of, or points at, in a configuration. */
static const struct type *integers_of(const struct type *type, unsigned config)
{
    type = type_meant(type, config);
    while (type->more->of) {
        type = type_meant(type->more->of, config);
    }
    return type;
}

/* The first value or bit that is there and that an integer of so many bits cannot hold: its name and its place. */
static const struct text *misfit(const struct def *names, unsigned config, unsigned bits, bool is_signed,
                                 const struct number **at)
{
    for (size_t i = 0; i < names->more->variants.len; i++) {
        const struct variant *variant = &names->more->variants.at[i];
        struct number number = variant_number(variant, config);
        *at = &variant->value;
        if (when_exists(&variant->when, config) && !number_fits(number.value, number.negative, bits, is_signed)) {
            return &variant->name;
        }
    }
    for (size_t i = 0; i < names->more->bits.len; i++) {
        const struct bit *bit = &names->more->bits.at[i];
        *at = &bit->shift;
        if (when_exists(&bit->when, config) && !number_fits(bit_mask(bit), false, bits, false)) {
            return &bit->name;
        }
    }
    return NULL;
}

/* `values` of something of that type; `there`: the configurations that have it. */
static void check_values(struct checker *c, const struct def *def, const struct type *type, const struct type *values,
                         const struct config_set *there)
{
    for (unsigned config = 0; values && config < spec_configs(c->spec); config++) {
        const struct def *names = config_set_has(there, config) ? type_def(values, config) : NULL;
        unsigned bits;
        bool is_signed;
        if (!names || names->broken) {
            continue;
        }
        struct span span = def_span(def, values->off, values->len);
        if (!checker_integer(integers_of(type, config), config, false, &bits, &is_signed)) {
            struct diag *diag = diag_add(c->diags, RULE_TYPE_KIND, span,
                                         "there are no plain integers here for `%.*s` to name", STR_ARG(names->name.s));
            diag_help(c->diags, diag, "leave `values` out");
            return;
        }
        const struct number *at;
        const struct text *name = misfit(names, config, bits, is_signed, &at);
        if (name) {
            struct diag *diag =
                diag_add(c->diags, RULE_VALUE_RANGE, span, "`%.*s` of `%.*s` does not fit %s integer of %u bits",
                         STR_ARG(name->s), STR_ARG(names->name.s), is_signed ? "a signed" : "an unsigned", bits);
            diag_note(c->diags, diag, checker_number_span(names, at), "it is defined here");
            return;
        }
    }
}

void check_member_values(struct checker *c, struct record *record)
{
    for (size_t i = 0; i < record->def->fields.len; i++) {
        const struct field *field = &record->def->fields.at[i];
        struct config_set there = checker_there(record, field);
        check_values(c, record->def, field->type, field->more->values, &there);
    }
}

void check_arg_values(struct checker *c, struct def *def)
{
    for (size_t i = 0; def->kind == DEF_HYPERCALL && i < def->row->args.len; i++) {
        const struct call_arg *arg = &def->row->args.at[i];
        struct config_set there = def_configs(c->spec, def);
        there = arg->when.exists ? config_set_both(there, arg->when.exists) : there;
        check_values(c, def, arg->type, arg->values, &there);
    }
}
