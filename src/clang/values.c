/* Constants, typedefs and handles. */
#include "clang/compare.h"

#include "spec/resolve.h"
#include "spec/write.h"

#include <assert.h>

static struct str number_text(struct arena *arena, uint64_t value, bool is_signed)
{
    return is_signed ? str_printf(arena, "%lld", (long long)value)
                     : str_printf(arena, "%llu", (unsigned long long)value);
}

static struct str string_text(struct arena *arena, struct str text)
{
    return str_printf(arena, "\"%.*s\"", STR_ARG(text));
}

static bool same_value(const struct constant *ours, const struct fact_constant *theirs)
{
    if (ours->is_string || theirs->kind == FACT_VALUE_STRING) {
        return ours->is_string && theirs->kind == FACT_VALUE_STRING && str_eq(ours->text, theirs->text);
    }
    /* As many bits as the headers have, for a sign is a matter of the type alone. */
    bool same_bits =
        theirs->type != ours->type && (uint32_t)theirs->value == ours->value && theirs->value >> 31 == UINT64_MAX >> 31;
    return same_bits ||
           (theirs->value == ours->value && (ours->is_negative == (theirs->is_signed && theirs->value > INT64_MAX)));
}

/* The formula that a constant of a definition is written as; NULL for one that is not. */
static const struct formula *formula_of(const struct def *def, struct str name)
{
    if (def->kind == DEF_CONSTANT) {
        return &def->more->formula;
    }
    for (size_t i = 0; i < def->more->variants.len; i++) {
        if (str_eq(def->more->variants.at[i].c_name, name)) {
            return &def->more->variants.at[i].formula;
        }
    }
    return NULL;
}

/* Whether a constant is another only because one that it is made from is: that has a finding of its own. */
static bool follows_from_names(const struct comparison *c, const struct constant *ours,
                               const struct fact_constant *theirs)
{
    assert(c->def->more); /* every definition has one */
    const struct formula *formula = formula_of(c->def, ours->name);
    struct expr_value value;
    if (formula && formula->expr) {
        return match_formula(&c->m, formula, &value) && !value.is_flexible && value.value == theirs->value;
    }
    /* The mask of a bit whose number is a constant as well. */
    for (size_t i = 0; i < c->def->more->bits.len; i++) {
        const struct bit *bit = &c->def->more->bits.at[i];
        if (bit->has_number && str_eq(bit->c_name, ours->name)) {
            struct str name = str_printf(c->m.arena, "_%.*s", STR_ARG(bit->c_name));
            const struct fact_constant *number = map_get(&c->m.facts->constant_names, name);
            return number && number->kind == FACT_VALUE_INTEGER && number->value != bit->shift.value &&
                   number->value < 64 && UINT64_C(1) << number->value == theirs->value;
        }
    }
    return false;
}

/* Whether an enumerator has its value from the one before it. */
static bool is_implicit(const struct fact_constant *theirs)
{
    struct str text = theirs->fact.header->source.text;
    size_t at = theirs->fact.off + theirs->fact.len;
    while (at < text.len && (text.ptr[at] == ' ' || text.ptr[at] == '\t' || text.ptr[at] == '\n')) {
        at++;
    }
    return theirs->enumeration && !theirs->fact.from_macro && at < text.len && text.ptr[at] != '=';
}

static const struct variant *variant_named(const struct comparison *c, struct str name)
{
    for (size_t i = 0; i < c->def->more->variants.len; i++) {
        const struct variant *variant = &c->def->more->variants.at[i];
        if (str_eq(variant->c_name, name) && when_exists(&variant->when, c->m.config)) {
            return variant;
        }
    }
    return NULL;
}

static uint64_t variant_value(const struct comparison *c, const struct variant *variant)
{
    const struct expr_value *value = formula_value(&variant->formula, c->m.config);
    return value ? value->value : variant->value.value;
}

/* Whether it is another only because the enumerators before it are others, which have findings of their own. */
static bool follows_in_enum(const struct comparison *c, const struct constant *ours, const struct fact_constant *theirs)
{
    if (!is_implicit(theirs)) {
        return false;
    }
    const struct fact_constant *before = NULL;
    for (size_t i = 0; i < c->m.facts->constants.len; i++) {
        const struct fact_constant *at = c->m.facts->constants.at[i];
        if (at == theirs) {
            break;
        }
        before = at->enumeration == theirs->enumeration ? at : before;
    }
    const struct variant *known = before ? variant_named(c, before->fact.name) : NULL;
    if (before && (!known || variant_value(c, known) != before->value)) {
        return true;
    }
    /* The headers lack one that stands between the two here. */
    uint64_t from = before ? before->value : UINT64_MAX;
    for (size_t i = 0; i < c->def->more->variants.len; i++) {
        const struct variant *variant = &c->def->more->variants.at[i];
        if (variant->c_name.len && when_exists(&variant->when, c->m.config) &&
            variant_value(c, variant) - from - 1 < ours->value - from - 1 &&
            !map_get(&c->m.facts->constant_names, variant->c_name)) {
            return true;
        }
    }
    return false;
}

void compare_constant(const struct comparison *c, const struct constant *ours, const struct fact_constant *theirs)
{
    static const char *const forms[] = {[CONSTANT_MACRO] = "a macro", [CONSTANT_ENUMERATOR] = "an enumerator"};
    struct span span = def_span(c->def, ours->off, ours->len);
    struct arena *arena = c->m.arena;
    bool are_integers = !ours->is_string && theirs->kind == FACT_VALUE_INTEGER;
    if (!same_value(ours, theirs)) {
        if (are_integers && (follows_from_names(c, ours, theirs) || follows_in_enum(c, ours, theirs))) {
            return;
        }
        struct str our_text =
            ours->is_string ? string_text(arena, ours->text) : number_text(arena, ours->value, ours->is_negative);
        struct str their_text = theirs->kind == FACT_VALUE_STRING
                                    ? string_text(arena, theirs->text)
                                    : number_text(arena, theirs->value, theirs->is_signed);
        COMPARE_DIFFERS(c, RULE_VERIFY_VALUE, span, &theirs->fact, "`%.*s` is %.*s, in the headers %.*s",
                        STR_ARG(ours->name), STR_ARG(our_text), STR_ARG(their_text));
    } else if (theirs->form != ours->form) {
        COMPARE_DIFFERS(c, RULE_VERIFY_TYPE, span, &theirs->fact, "`%.*s` is %s, in the headers %s",
                        STR_ARG(ours->name), forms[ours->form], forms[theirs->form]);
    } else if (are_integers && theirs->type != ours->type) {
        const struct formula *formula = formula_of(c->def, ours->name);
        struct expr_value value;
        if (formula && match_formula(&c->m, formula, &value) && value.type == theirs->type) {
            return;
        }
        COMPARE_DIFFERS(c, RULE_VERIFY_TYPE, span, &theirs->fact, "`%.*s` is of C's type %s, in the headers of %s",
                        STR_ARG(ours->name), c_int_names[ours->type], c_int_names[theirs->type]);
    }
}

void compare_typedef(const struct comparison *c, const struct fact_typedef *theirs)
{
    const struct def *def = c->def;
    const struct type *type = def->fields.at[0].type;
    const struct fact_type *other = theirs->type;
    enum match match = match_type(&c->m, type, other);
    const struct layout *layout = def_layout(def, c->m.config);
    bool is_aligned = !layout || theirs->align == layout->align;
    if (match == MATCH_SAME) {
        compare_word(c, type, other, def->name.s, &theirs->fact);
    }
    if ((match == MATCH_NESTED && (is_aligned || theirs->align == other->align)) ||
        (match == MATCH_SAME && is_aligned)) {
        return;
    }
    /* That the headers lack the record, or call it otherwise, is said of the record. */
    const struct def *record = type->kind == TYPE_NAMED ? type_def(type, c->m.config) : NULL;
    bool is_gone = record && def_is_record(record) && !fact_record_find(c->m.facts, record->name.s);
    if (is_gone && other->kind == FACT_RECORD) {
        return;
    }
    struct buf ours = buf_new(c->m.arena);
    type_write(&ours, type);
    if (match == MATCH_NESTED || match == MATCH_SAME) {
        COMPARE_DIFFERS(c, RULE_VERIFY_LAYOUT, def_span(def, type->off, type->len), &theirs->fact,
                        "`%.*s` is aligned to %llu bytes (%.*s), in the headers to %llu", STR_ARG(def->name.s),
                        (unsigned long long)layout->align, STR_ARG(buf_view(&ours)), (unsigned long long)theirs->align);
        return;
    }
    COMPARE_DIFFERS(c, RULE_VERIFY_TYPE, def_span(def, type->off, type->len), &theirs->fact,
                    "`%.*s` is %.*s, in the headers `%.*s` of %llu bytes", STR_ARG(def->name.s),
                    STR_ARG(buf_view(&ours)), STR_ARG(other->spelling), (unsigned long long)other->size);
}

void compare_alias(const struct comparison *c, const struct fact_typedef *theirs)
{
    if (theirs->type->kind == FACT_RECORD && theirs->align != theirs->type->align) {
        COMPARE_DIFFERS(c, RULE_VERIFY_LAYOUT, def_span(c->def, c->def->name.off, c->def->name.len), &theirs->fact,
                        "`%.*s` is aligned to %llu bytes, in the headers to %llu", STR_ARG(c->def->name.s),
                        (unsigned long long)theirs->type->align, (unsigned long long)theirs->align);
    }
}

void compare_word(const struct comparison *c, const struct type *ours, const struct fact_type *theirs, struct str name,
                  const struct fact *at)
{
    ours = type_element(ours);
    while (theirs->kind == FACT_ARRAY) {
        theirs = theirs->of;
    }
    if (ours->kind != TYPE_HANDLE || theirs->kind != FACT_HANDLE || !c->def->folder->header.given) {
        return;
    }
    const struct c_file file = {
        .arena = c->m.arena, .kept = c->m.arena, .c = c->c, .spec = c->c->spec, .folder = c->def->folder};
    struct str word = c_handle_word(&file, ours, c->m.config);
    if (!str_eq(word, theirs->name)) {
        COMPARE_DIFFERS(c, RULE_VERIFY_TYPE, def_span(c->def, ours->off, ours->len), at,
                        "`%.*s` is the handle `%.*s`, in the headers `%.*s`", STR_ARG(name), STR_ARG(word),
                        STR_ARG(theirs->name));
    }
}

void compare_handle(const struct comparison *c, const struct fact_typedef *theirs)
{
    const struct def *def = c->def;
    if (!def->type) {
        return;
    }
    const struct type_more to = {.of = def->type, .length = &formula_none};
    const struct type handle = {.kind = TYPE_HANDLE, .is_native = true, .more = &to};
    enum match match = match_type(&c->m, &handle, theirs->type);
    if (match == MATCH_TYPE) {
        struct buf ours = buf_new(c->m.arena);
        type_write(&ours, def->type);
        const struct fact_type *of = theirs->type->of;
        struct span span = def->type->len ? def_span(def, def->type->off, def->type->len)
                                          : def_span(def, def->name.off, def->name.len);
        COMPARE_DIFFERS(c, RULE_VERIFY_TYPE, span, &theirs->fact,
                        "`%.*s` is a handle to %.*s, in the headers to `%.*s`", STR_ARG(def->name.s),
                        STR_ARG(buf_view(&ours)), STR_ARG(of ? of->spelling : STR("nothing")));
    }
}
