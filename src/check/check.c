/*
 * The checks as a table: a row is a rule and the function that looks for it in one
 * definition. A function whose rule is the ABI's own asks `counts`, which knows levels and waivers.
 */
#include "check/check.h"

#include "base/buf.h"
#include "layout/layout.h"
#include "spec/resolve.h"

struct checker {
    struct spec *spec;
    struct diags *diags;
    unsigned hints; /* looked for so far */
};

static struct waiver *waiver_find(const waivers *list, enum rule rule)
{
    for (size_t i = 0; i < list->len; i++) {
        if (str_is(list->at[i].rule.s, rules[rule].id)) {
            return &list->at[i];
        }
    }
    return NULL;
}

/*
 * Whether a finding of an ABI rule counts at this place: the level may not ask for the rule, or
 * a waiver at the field (or NULL) or the definition may cover it, which is then marked used.
 */
static bool counts(struct def *def, struct field *field, enum rule rule)
{
    if (rules[rule].scope != RULE_ABI) {
        return true;
    }
    struct waiver *waiver = field ? waiver_find(&field->waive, rule) : NULL;
    waiver = waiver ? waiver : waiver_find(&def->waive, rule);
    if (waiver) {
        waiver->used = true;
    }
    return !waiver && def->level != LEVEL_LEGACY;
}

static struct span text_span(const struct def *def, const struct text *text)
{
    return def_span(def, text->off, text->len);
}

static struct span number_span(const struct def *def, const struct number *number)
{
    return def_span(def, number->off, number->len);
}

/* What a finding calls a member: what a typedef stands for has the name of the typedef. */
static const struct text *member_name(const struct def *def, const struct field *field)
{
    return field && field->name.len ? &field->name : &def->name;
}

/* Says on which ABIs a finding holds, where it is not all on which the definition exists. */
static void set_where(struct checker *c, struct diag *diag, const struct def *def, abi_set set)
{
    if (set != def->abis || def->abis != ABI_ALL) {
        diag->where = abi_set_names(c->spec->arena, set);
    }
}

/* Bits of the integer that holds an enum or bitmap. */
static unsigned integer_bits(const struct def *def)
{
    return 8u * scalars[def->type->scalar].size;
}

static void check_enum_empty(struct checker *c, struct def *def)
{
    if (def->kind == DEF_ENUM && def->variants.len == 0) {
        diag_add(c->diags, RULE_ENUM_EMPTY, text_span(def, &def->name), "the enum `%.*s` has no variants",
                 STR_ARG(def->name.s));
    }
}

static void check_value_range(struct checker *c, struct def *def)
{
    for (size_t i = 0; i < def->variants.len; i++) {
        const struct variant *variant = &def->variants.at[i];
        unsigned bits = integer_bits(def);
        if (bits < 64 && variant->value.value >> bits) {
            diag_add(c->diags, RULE_VALUE_RANGE, number_span(def, &variant->value),
                     "the value of `%.*s` does not fit a %s", STR_ARG(variant->name.s),
                     scalars[def->type->scalar].name);
        }
    }
}

/* Values as keys of a map: their bytes, which live in the variants. */
static struct str value_key(const struct variant *variant)
{
    return (struct str){(const char *)&variant->value.value, sizeof variant->value.value};
}

static void check_value_duplicate(struct checker *c, struct def *def)
{
    if (def->level == LEVEL_LEGACY) {
        return; /* a name may have another one from before */
    }
    struct map values = map_new(c->spec->arena);
    for (size_t i = 0; i < def->variants.len; i++) {
        struct variant *variant = &def->variants.at[i];
        const struct variant *first = map_add(&values, value_key(variant), variant);
        if (first) {
            struct diag *diag =
                diag_add(c->diags, RULE_VALUE_DUPLICATE, number_span(def, &variant->value),
                         "`%.*s` and `%.*s` have the same value", STR_ARG(first->name.s), STR_ARG(variant->name.s));
            diag_note(c->diags, diag, number_span(def, &first->value), "the value of `%.*s`", STR_ARG(first->name.s));
        }
    }
}

static uint64_t bit_width(const struct bit *bit)
{
    return bit->width.given ? bit->width.value : 1;
}

static bool bit_fits(const struct def *def, const struct bit *bit)
{
    uint64_t bits = integer_bits(def), width = bit_width(bit);
    return width >= 1 && width <= bits && bit->shift.value <= bits - width;
}

/* The mask of a bit or run that fits. */
static uint64_t bit_mask(const struct bit *bit)
{
    uint64_t width = bit_width(bit);
    return (width == 64 ? UINT64_MAX : (UINT64_C(1) << width) - 1) << bit->shift.value;
}

static void check_bit_range(struct checker *c, struct def *def)
{
    for (size_t i = 0; i < def->bits.len; i++) {
        const struct bit *bit = &def->bits.at[i];
        if (bit->width.given && bit->width.value == 0) {
            diag_add(c->diags, RULE_BIT_RANGE, number_span(def, &bit->width), "`%.*s` has no bit",
                     STR_ARG(bit->name.s));
        } else if (!bit_fits(def, bit)) {
            diag_add(c->diags, RULE_BIT_RANGE, number_span(def, &bit->shift), "`%.*s` lies outside a %s",
                     STR_ARG(bit->name.s), scalars[def->type->scalar].name);
        }
    }
}

static void check_bit_overlap(struct checker *c, struct def *def)
{
    const struct bit *owner[64] = {NULL};
    for (size_t i = 0; i < def->bits.len; i++) {
        const struct bit *bit = &def->bits.at[i];
        const struct bit *first = NULL;
        for (uint64_t b = 0; bit_fits(def, bit) && b < bit_width(bit); b++) {
            const struct bit **slot = &owner[bit->shift.value + b];
            first = first ? first : *slot;
            *slot = *slot ? *slot : bit;
        }
        if (first) {
            struct diag *diag =
                diag_add(c->diags, RULE_BIT_OVERLAP, number_span(def, &bit->shift), "`%.*s` shares a bit with `%.*s`",
                         STR_ARG(bit->name.s), STR_ARG(first->name.s));
            diag_note(c->diags, diag, number_span(def, &first->shift), "`%.*s` is here", STR_ARG(first->name.s));
        }
    }
}

static void check_values_of_run(struct checker *c, const struct def *def, const struct bit *bit,
                                const struct def *names)
{
    for (size_t v = 0; v < names->variants.len; v++) {
        const struct variant *variant = &names->variants.at[v];
        if (variant->value.value > bit_mask(bit) >> bit->shift.value) {
            struct diag *diag = diag_add(c->diags, RULE_VALUE_RANGE, def_span(def, bit->type->off, bit->type->len),
                                         "the value of `%.*s` does not fit the %u bits of `%.*s`",
                                         STR_ARG(variant->name.s), (unsigned)bit_width(bit), STR_ARG(bit->name.s));
            diag_note(c->diags, diag, number_span(names, &variant->value), "the value");
            return;
        }
    }
}

/* The enum of a run must not have values that the run cannot hold; each architecture may have its own. */
static void check_run_values(struct checker *c, struct def *def)
{
    for (size_t i = 0; i < def->bits.len; i++) {
        const struct bit *bit = &def->bits.at[i];
        const struct def *last = NULL;
        for (enum abi abi = 0; abi < ABI_COUNT && bit->type && bit_fits(def, bit); abi++) {
            const struct def *names = (def->abis & ABI_BIT(abi)) ? type_def(bit->type, abi) : NULL;
            if (names && names != last) {
                check_values_of_run(c, def, bit, names);
                last = names;
            }
        }
    }
}

/* C's enum holds ints. */
static void check_enum_form(struct checker *c, struct def *def)
{
    for (size_t i = 0; i < def->variants.len && def->c_form == C_FORM_ENUM; i++) {
        const struct variant *variant = &def->variants.at[i];
        if (variant->value.value > INT32_MAX) {
            struct diag *diag = diag_add(c->diags, RULE_VALUE_RANGE, number_span(def, &variant->value),
                                         "the value of `%.*s` does not fit an enum of C", STR_ARG(variant->name.s));
            diag_help(c->diags, diag, "leave `c_form` out, or make it \"define\"");
        }
    }
}

/* The name for the highest bit needs one. */
static void check_max(struct checker *c, struct def *def)
{
    bool single = false;
    for (size_t i = 0; i < def->bits.len; i++) {
        single = single || bit_width(&def->bits.at[i]) == 1;
    }
    if (def->c_max.len && !single) {
        struct diag *diag = diag_add(c->diags, RULE_KEY_VALUE, text_span(def, &def->c_max),
                                     "`%.*s` has no single bit that `c_max` could name", STR_ARG(def->name.s));
        diag_help(c->diags, diag, "leave `c_max` out");
    }
}

/* Whether a type is an integer, by its own name or another. */
static bool is_integer(const struct type *type)
{
    for (enum abi abi = 0; abi < ABI_COUNT && type->kind == TYPE_NAMED; abi++) {
        const struct def *def = type_def(type, abi);
        if (def && (def->kind != DEF_TYPEDEF || !is_integer(def->fields.at[0].type))) {
            return false;
        }
    }
    return type->kind == TYPE_NAMED || (type->kind == TYPE_SCALAR && type->scalar != SCALAR_CHAR);
}

/* The member that a `len` which names none may have meant. */
static struct str nearest_member(struct checker *c, const struct def *def, struct str name)
{
    struct nearest near = nearest_start(name);
    bool hint = c->hints++ < HINTS_MAX;
    for (size_t i = 0; i < def->fields.len && hint; i++) {
        nearest_try(&near, def->fields.at[i].name.s);
    }
    return near.best;
}

/* A constant's value must fit the integer that it is. */
static void check_constant(struct checker *c, struct def *def)
{
    if (def->kind != DEF_CONSTANT || !def->type) {
        return;
    }
    const struct number *number = &def->value.number;
    const struct scalar_info *info = &scalars[def->type->scalar];
    unsigned bits = 8u * info->size - info->is_signed;
    uint64_t magnitude = number->negative ? ~number->value : number->value; /* -1 needs no bit but the sign */
    if ((number->negative && !info->is_signed) || (bits < 64 && magnitude >> bits)) {
        diag_add(c->diags, RULE_VALUE_RANGE, number_span(def, number), "the value of `%.*s` does not fit a %s",
                 STR_ARG(def->name.s), info->name);
    }
}

static void check_len_member(struct checker *c, struct def *def)
{
    struct map members = {0};
    for (size_t i = 0; i < def->fields.len; i++) {
        const struct field *field = &def->fields.at[i];
        if (!field->len.len) {
            continue;
        }
        if (!members.arena) {
            members = map_new(c->spec->arena);
            for (size_t k = 0; k < def->fields.len; k++) {
                map_add(&members, def->fields.at[k].name.s, &def->fields.at[k]);
            }
        }
        const struct field *counter = map_get(&members, field->len.s);
        struct diag *diag = NULL;
        if (field->type->kind != TYPE_HANDLE) {
            diag = diag_add(c->diags, RULE_LEN_MEMBER, text_span(def, &field->len),
                            "`%.*s` is no handle, and so has no `len`", STR_ARG(field->name.s));
            diag_help(c->diags, diag, "leave `len` out, or make `%.*s` a handle", STR_ARG(field->name.s));
        } else if (!counter) {
            diag = diag_add(c->diags, RULE_LEN_MEMBER, text_span(def, &field->len), "`%.*s` has no member `%.*s`",
                            STR_ARG(def->name.s), STR_ARG(field->len.s));
            struct str near = nearest_member(c, def, field->len.s);
            if (near.len) {
                diag_help(c->diags, diag, "did you mean `%.*s`?", STR_ARG(near));
            }
        } else if (!is_integer(counter->type)) {
            diag = diag_add(c->diags, RULE_LEN_MEMBER, text_span(def, &field->len), "`%.*s` is no integer",
                            STR_ARG(field->len.s));
            diag_note(c->diags, diag, text_span(def, &counter->name), "it is here");
        }
    }
}

/* The first field that has another size or place on ABI `b` than on `a`; fields.len if only the whole differs. */
static size_t first_difference(const struct def *def, enum abi a, enum abi b)
{
    for (size_t i = 0; i < def->fields.len; i++) {
        const struct type *type = def->fields.at[i].type;
        if (def->layout[a]->offsets[i] != def->layout[b]->offsets[i] ||
            layout_type(type, a).size != layout_type(type, b).size) {
            return i;
        }
    }
    return def->fields.len;
}

/* Whether a type is a definition for which abi-differs is reported itself. */
static bool reported_there(const struct type *type, enum abi abi)
{
    type = type_element(type);
    const struct def *held = type->kind == TYPE_NAMED ? type_def(type, abi) : NULL;
    return held && held->level != LEVEL_LEGACY && !waiver_find(&held->waive, RULE_ABI_DIFFERS);
}

static void check_abi_differs(struct checker *c, struct def *def)
{
    for (enum abi b = 1; b < ABI_COUNT && def->fields.len; b++) {
        enum abi a = b - 1;
        bool both = def->layout[a] && def->layout[b] && abis[a].arch == abis[b].arch;
        if (!both || def->layout[a] == def->layout[b]) {
            continue;
        }
        size_t i = first_difference(def, a, b);
        bool same_size = def->layout[a]->size == def->layout[b]->size;
        if (i == def->fields.len && same_size) {
            continue; /* only the alignment differs: scalar-align's finding */
        }
        struct field *field = i < def->fields.len ? &def->fields.at[i] : NULL;
        if (field && layout_type(field->type, a).size != layout_type(field->type, b).size &&
            reported_there(field->type, a)) {
            continue;
        }
        if (!counts(def, field, RULE_ABI_DIFFERS)) {
            continue;
        }
        const struct text *name = member_name(def, field);
        struct diag *diag;
        if (field && def->layout[a]->offsets[i] != def->layout[b]->offsets[i]) {
            diag = diag_add(c->diags, RULE_ABI_DIFFERS, text_span(def, name),
                            "`%.*s` lies at byte %llu on %s and at byte %llu on %s", STR_ARG(name->s),
                            (unsigned long long)def->layout[a]->offsets[i], abis[a].name,
                            (unsigned long long)def->layout[b]->offsets[i], abis[b].name);
        } else {
            uint64_t size_a = field ? layout_type(field->type, a).size : def->layout[a]->size;
            uint64_t size_b = field ? layout_type(field->type, b).size : def->layout[b]->size;
            diag = diag_add(c->diags, RULE_ABI_DIFFERS, text_span(def, name),
                            "`%.*s` has %llu bytes on %s and %llu on %s", STR_ARG(name->s), (unsigned long long)size_a,
                            abis[a].name, (unsigned long long)size_b, abis[b].name);
        }
        diag->where = abi_set_names(c->spec->arena, ABI_BIT(a) | ABI_BIT(b));
    }
}

static void check_scalar_align(struct checker *c, struct def *def)
{
    for (size_t i = 0; i < def->fields.len; i++) {
        struct field *field = &def->fields.at[i];
        const struct type *type = type_element(field->type);
        abi_set set = 0;
        for (enum abi abi = 0; abi < ABI_COUNT && type->kind == TYPE_SCALAR; abi++) {
            struct layout layout = layout_type(type, abi);
            set |= (def->abis & ABI_BIT(abi)) && layout.align != layout.size ? ABI_BIT(abi) : 0;
        }
        if (set && counts(def, field, RULE_SCALAR_ALIGN)) {
            struct diag *diag = diag_add(c->diags, RULE_SCALAR_ALIGN, def_span(def, field->type->off, field->type->len),
                                         "`%.*s` is not aligned to its size", STR_ARG(member_name(def, field)->s));
            set_where(c, diag, def, set);
        }
    }
}

/* The hole before field `i` (or at the tail) of each size that occurs, with the ABIs on which it does. */
static void check_hole(struct checker *c, struct def *def, size_t i, enum rule rule)
{
    abi_set done = 0;
    struct field *field = i < def->fields.len ? &def->fields.at[i] : NULL;
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        uint64_t hole = def->layout[abi] && !(done & ABI_BIT(abi)) ? layout_hole(def, abi, i) : 0;
        if (!hole) {
            continue;
        }
        abi_set set = 0;
        for (enum abi other = abi; other < ABI_COUNT; other++) {
            set |= def->layout[other] && layout_hole(def, other, i) == hole ? ABI_BIT(other) : 0;
        }
        done |= set;
        if (!counts(def, field, rule)) {
            continue;
        }
        const char *bytes = hole == 1 ? "byte" : "bytes";
        struct diag *diag;
        if (field) {
            diag = diag_add(c->diags, rule, text_span(def, &field->name), "%llu %s of implicit padding before `%.*s`",
                            (unsigned long long)hole, bytes, STR_ARG(field->name.s));
            diag_help(c->diags, diag, "add { name = \"_pad%zu\", type = \"u8[%llu]\", reserved = true } before it", i,
                      (unsigned long long)hole);
        } else {
            diag =
                diag_add(c->diags, rule, text_span(def, &def->name), "%llu %s of implicit padding at the end of `%.*s`",
                         (unsigned long long)hole, bytes, STR_ARG(def->name.s));
            diag_help(c->diags, diag, "add { name = \"_pad%zu\", type = \"u8[%llu]\", reserved = true } at its end", i,
                      (unsigned long long)hole);
            const struct field *last = &def->fields.at[def->fields.len - 1];
            diag_note(c->diags, diag, text_span(def, &last->name), "`%.*s` ends at byte %llu, the struct at byte %llu",
                      STR_ARG(last->name.s), (unsigned long long)def->layout[abi]->end,
                      (unsigned long long)def->layout[abi]->size);
        }
        set_where(c, diag, def, set);
    }
}

static void check_padding_implicit(struct checker *c, struct def *def)
{
    for (size_t i = 0; i < def->fields.len; i++) {
        check_hole(c, def, i, RULE_PADDING_IMPLICIT);
    }
}

static void check_padding_tail(struct checker *c, struct def *def)
{
    if (def->kind == DEF_STRUCT) {
        check_hole(c, def, def->fields.len, RULE_PADDING_TAIL);
    }
}

static const struct {
    enum rule rule;
    void (*look)(struct checker *c, struct def *def);
} checks[] = {
    {RULE_ENUM_EMPTY, check_enum_empty},
    {RULE_VALUE_RANGE, check_value_range},
    {RULE_VALUE_RANGE, check_run_values},
    {RULE_VALUE_RANGE, check_enum_form},
    {RULE_VALUE_RANGE, check_constant},
    {RULE_KEY_VALUE, check_max},
    {RULE_VALUE_DUPLICATE, check_value_duplicate},
    {RULE_BIT_RANGE, check_bit_range},
    {RULE_BIT_OVERLAP, check_bit_overlap},
    {RULE_LEN_MEMBER, check_len_member},
    {RULE_ABI_DIFFERS, check_abi_differs},
    {RULE_SCALAR_ALIGN, check_scalar_align},
    {RULE_PADDING_IMPLICIT, check_padding_implicit},
    {RULE_PADDING_TAIL, check_padding_tail},
};

static void check_waivers(struct checker *c, const struct def *def, const waivers *list)
{
    for (size_t i = 0; i < list->len; i++) {
        const struct waiver *waiver = &list->at[i];
        enum rule rule = rule_find(waiver->rule.s);
        struct span span = text_span(def, &waiver->rule);
        if (rule == RULE_COUNT) {
            struct nearest near = nearest_start(waiver->rule.s);
            for (enum rule known = 0; known < RULE_COUNT; known++) {
                if (rules[known].scope == RULE_ABI) {
                    nearest_try(&near, str_from(rules[known].id));
                }
            }
            struct diag *diag =
                diag_add(c->diags, RULE_WAIVER_RULE, span, "there is no rule `%.*s`", STR_ARG(waiver->rule.s));
            if (near.best.len) {
                diag_help(c->diags, diag, "did you mean `%.*s`?", STR_ARG(near.best));
            }
        } else if (rules[rule].scope != RULE_ABI) {
            struct diag *diag =
                diag_add(c->diags, RULE_WAIVER_RULE, span, "the rule `%s` cannot be waived", rules[rule].id);
            diag_help(c->diags, diag, "mend what it finds");
        } else if (!waiver->used && !def->broken) {
            diag_add(c->diags, RULE_WAIVER_UNUSED, span, "nothing here breaks `%s`", rules[rule].id);
        }
        if (!waiver->reason.s.len && (rule == RULE_COUNT || rules[rule].scope == RULE_ABI)) {
            diag_add(c->diags, RULE_WAIVER_REASON, span, "the waiver of `%.*s` gives no reason",
                     STR_ARG(waiver->rule.s));
        }
    }
}

/* A spec, or a folder of one, that defines nothing; but not where findings may be the reason. */
static void check_empty(const struct spec *spec, struct diags *diags)
{
    if (diags->list.len) {
        return;
    }
    if (spec->folders.len == 0) {
        diag_add(diags, RULE_SPEC_EMPTY, (struct span){.source = NULL}, "the spec has no file");
    }
    for (size_t f = 0; f < spec->folders.len; f++) {
        const struct folder *folder = spec->folders.at[f];
        if (folder->defs.len == 0 && !folder->header.given) {
            diag_add(diags, RULE_SPEC_EMPTY, (struct span){.source = folder->files.at[0].source},
                     "`%.*s` defines nothing", STR_ARG(folder->name));
        }
    }
}

void check_spec(struct spec *spec, struct diags *diags)
{
    struct checker c = {.spec = spec, .diags = diags};
    for (size_t f = 0; f < spec->folders.len; f++) {
        const struct folder *folder = spec->folders.at[f];
        for (size_t d = 0; d < folder->defs.len; d++) {
            struct def *def = folder->defs.at[d];
            for (size_t i = 0; i < sizeof checks / sizeof *checks && !def->broken; i++) {
                checks[i].look(&c, def);
            }
            check_waivers(&c, def, &def->waive);
            for (size_t i = 0; i < def->fields.len; i++) {
                check_waivers(&c, def, &def->fields.at[i].waive);
            }
        }
    }
    check_empty(spec, diags);
}
