/* What tells the members of a union apart. */
#include "check/checker.h"

#include "layout/layout.h"
#include "spec/constants.h"
#include "spec/resolve.h"

#include <stddef.h>
#include <string.h>

/* A tag may be two members. */
#define TAGS_MAX 2

/* So many records are looked at for the tag of a union that many records hold. */
#define HOLDERS_MAX 10000

/* What is known of a tag: the narrowest of the integers that it was found to be. */
struct tag_integer {
    unsigned bits; /* 0: none was found */
    bool is_signed;
};

/* The search for the member that a tag names. */
struct search {
    struct checker *c;
    const struct record *record; /* the union */
    const struct text *tag;
    unsigned config;
    unsigned holders;
    struct tag_integer *found;
};

static struct str path_first(struct str path)
{
    size_t len = 0;
    while (len < path.len && path.ptr[len] != '.') {
        len++;
    }
    return (struct str){path.ptr, len};
}

static struct str path_rest(struct str path)
{
    size_t len = path_first(path).len;
    len += len < path.len;
    return (struct str){path.ptr + len, path.len - len};
}

static struct diag *report_tag(const struct search *s, const char *why)
{
    struct diag *diag = diag_add(s->c->diags, RULE_UNION_TAG, checker_text_span(s->record->def, s->tag), "`%.*s` %s",
                                 STR_ARG(s->tag->s), why);
    if (s->config >= ABI_COUNT) {
        struct config_set where = {{0}};
        config_set_add(&where, s->config);
        checker_where(s->c, diag, &where);
    }
    return diag;
}

/* Follows a path from a member on to the integer at its end; false if there is none. */
static bool follow(const struct search *s, const struct field *field, struct str rest)
{
    unsigned bits;
    bool is_signed;
    while (rest.len) {
        const struct type *type = type_meant(field->type, s->config);
        const struct def *def =
            type->kind == TYPE_NAMED || type->kind == TYPE_RECORD ? type_def(type, s->config) : NULL;
        uint64_t offset = 0;
        field = def ? layout_member(def, path_first(rest), s->config, &offset) : NULL;
        if (!field) {
            return false;
        }
        rest = path_rest(rest);
    }
    if (!checker_integer(field->type, s->config, true, &bits, &is_signed)) {
        return false;
    }
    bits = field->more->bits.given && field->more->bits.value < bits ? (unsigned)field->more->bits.value : bits;
    if (!s->found->bits || bits < s->found->bits) {
        *s->found = (struct tag_integer){.bits = bits, .is_signed = is_signed};
    }
    return true;
}

static bool look_up(struct search *s, const struct record *record, struct str path);

/* Looks in each record that has a member of the type that a definition is. */
static bool look_in_holders(struct search *s, const struct def *def, struct str path)
{
    bool good = true;
    for (const struct embed *embed = checker_embeds(s->c, def->name.s); embed && good; embed = embed->next) {
        const struct record *record = embed->record;
        if (!config_set_has(&record->there, s->config) || !when_exists(&embed->field->more->when, s->config) ||
            type_def(type_element(embed->field->type), s->config) != def || s->holders++ >= HOLDERS_MAX) {
            continue;
        }
        good = record->def->kind == DEF_TYPEDEF ? look_in_holders(s, record->def, path) : look_up(s, record, path);
    }
    return good;
}

/* Looks in the record around one. */
static bool look_around(struct search *s, const struct record *record, struct str path)
{
    return record->field ? look_up(s, record->outer, path) : look_in_holders(s, record->def, path);
}

/*
 * Looks for a path in a record: in it, or where it is anonymous or a union in what is around it. False after a
 * finding; what no record holds may have any tag.
 */
static bool look_up(struct search *s, const struct record *record, struct str path)
{
    bool is_open = record->def->kind == DEF_UNION || (record->field && !record->field->name.s.len);
    if (str_starts(path, "../")) {
        path = (struct str){path.ptr + 3, path.len - 3};
        for (; record->field && !record->field->name.s.len; record = record->outer) {
        }
        return look_around(s, record, path);
    }
    uint64_t offset = 0;
    const struct field *field = layout_member(record->def, path_first(path), s->config, &offset);
    if (!field && is_open && (record->field || checker_embeds(s->c, record->def->name.s))) {
        return look_around(s, record, path);
    }
    if (field && follow(s, field, path_rest(path))) {
        return true;
    }
    struct diag *diag = report_tag(s, field ? "is no integer" : "is no member");
    if (field) {
        diag_note(s->c->diags, diag, checker_text_span(record->def, &field->name), "this is where it leads");
    } else {
        checker_member_hint(s->c, diag, record, path_first(path));
    }
    if (record->top != s->record->top) {
        struct str words = checker_words(s->c, record, NULL);
        diag_note(s->c->diags, diag, checker_span(record, NULL), "%.*s holds it", STR_ARG(words));
    }
    return false;
}

/* A member of a union that begins with a tag, in each record among them. */
static bool look_in_members(struct search *s)
{
    const struct def *def = s->record->def;
    for (size_t i = 0; i < def->fields.len; i++) {
        const struct field *field = &def->fields.at[i];
        const struct type *type = type_meant(field->type, s->config);
        const struct def *held =
            type->kind == TYPE_NAMED || type->kind == TYPE_RECORD ? type_def(type, s->config) : NULL;
        if (!when_exists(&field->more->when, s->config) || !held || !def_is_record(held) || field->reserved) {
            continue;
        }
        uint64_t offset = 0;
        const struct field *first = layout_member(held, path_first(s->tag->s), s->config, &offset);
        /* Either what the member begins with, or the member itself. */
        if ((first && !offset && follow(s, first, path_rest(s->tag->s))) ||
            (str_eq(field->name.s, path_first(s->tag->s)) && follow(s, field, path_rest(s->tag->s)))) {
            continue;
        }
        struct diag *diag = report_tag(s, first && !offset ? "is no integer in each member"
                                                           : "does not stand at the beginning of each member");
        struct str words = checker_words(s->c, s->record, field);
        diag_note(s->c->diags, diag, checker_span(s->record, field), "%.*s does not begin with it", STR_ARG(words));
        return false;
    }
    return true;
}

/* What makes a difference to a definition and to all that hold it, in which a tag may be. */
static const struct config_split *around_split(struct checker *c, const struct def *top)
{
    struct str key = {(const char *)&top, sizeof top};
    const struct around *known = map_get(&c->arounds, key);
    if (known) {
        return known->split;
    }
    struct around *around = ARENA_NEW(c->arena, struct around);
    *around = (struct around){.def = top, .split = top->split};
    map_add(&c->arounds, (struct str){(const char *)&around->def, sizeof around->def}, around);
    for (const struct embed *embed = checker_embeds(c, top->name.s); embed; embed = embed->next) {
        const struct def *holder = embed->record->top;
        around->split = split_by_set(c->arena, around->split, holder->exists, spec_configs(c->spec));
        around->split = split_by_both(c->arena, around->split, around_split(c, holder));
    }
    return around->split;
}

/* Finds the integers that the tags of a union are; false after a finding. */
static bool find_tags(struct checker *c, const struct record *record, struct tag_integer found[TAGS_MAX])
{
    const struct tag *tag = &record->def->more->tag;
    const struct config_set firsts = spec_firsts(c->spec, around_split(c, record->top), &record->there);
    for (size_t t = 0; t < tag->by.len; t++) {
        for (unsigned config = 0; (config = config_set_next(&firsts, config)) < CONFIGS_MAX; config++) {
            struct search s = {.c = c, .record = record, .tag = &tag->by.at[t], .config = config, .found = &found[t]};
            if (!(tag->read_by == READ_BY_FIRST ? look_in_members(&s) : look_around(&s, record, s.tag->s))) {
                return false;
            }
        }
    }
    return true;
}

/* Values */

/* What a word of the spec stands for: a number, a constant, or every other value. */
struct named_value {
    bool any, is_number;
    struct expr_value number;
    const struct constant_ref *ref; /* NULL: there is no such constant */
};

/* One value of a member's `case`, or with two tags a pair of them. */
struct claim {
    const struct field *field;
    const struct text *text;
    struct str words[TAGS_MAX]; /* one for each tag */
    struct named_value values[TAGS_MAX];
    bool reported;
};

/* What a claim comes to in a configuration. */
struct claim_value {
    bool is_there;
    bool any[TAGS_MAX]; /* every other value */
    uint64_t value[TAGS_MAX];
};

static struct str trim(struct str s)
{
    while (s.len && s.ptr[0] == ' ') {
        s = (struct str){s.ptr + 1, s.len - 1};
    }
    while (s.len && s.ptr[s.len - 1] == ' ') {
        s.len--;
    }
    return s;
}

/* An integer in decimal or hexadecimal. */
static bool number_parse(struct str s, struct expr_value *value)
{
    bool negative = s.len && s.ptr[0] == '-';
    s = negative ? (struct str){s.ptr + 1, s.len - 1} : s;
    bool hex = s.len > 2 && s.ptr[0] == '0' && (s.ptr[1] == 'x' || s.ptr[1] == 'X');
    uint64_t base = hex ? 16 : 10, sum = 0;
    for (size_t i = hex ? 2 : 0; i < s.len; i++) {
        char c = ascii_to_lower(s.ptr[i]);
        uint64_t digit = ascii_is_digit(c) ? (uint64_t)(c - '0') : c >= 'a' && c <= 'f' ? (uint64_t)(c - 'a') + 10 : 99;
        if (digit >= base || sum > (UINT64_MAX - digit) / base) {
            return false;
        }
        sum = sum * base + digit;
    }
    *value = (struct expr_value){.type = negative ? C_INT_LLONG : C_INT_ULLONG, .value = negative ? 0 - sum : sum};
    return s.len > 0;
}

/* What a word stands for, wherever it does. */
static struct named_value value_named(const struct spec *spec, struct str word)
{
    struct named_value named = {.any = str_is(word, "*")};
    named.is_number = !named.any && number_parse(word, &named.number);
    named.ref = named.any || named.is_number ? NULL : map_get(&spec->constants, word);
    return named;
}

/* The expression that a constant is written as, or NULL. */
static const struct formula *ref_formula(const struct constant_ref *ref)
{
    bool itself = !ref->variant && !ref->bit && ref->part == CONSTANT_ITSELF;
    const struct formula *formula = ref->variant ? &ref->variant->formula : itself ? &ref->def->more->formula : NULL;
    return formula && formula->text.s.ptr ? formula : NULL;
}

/* What a word comes to in a configuration; false if it stands for nothing there. */
static bool value_in(const struct named_value *named, unsigned config, struct expr_value *value)
{
    const struct constant_ref *ref = named->ref;
    while (ref && !config_set_has(&ref->configs, config)) {
        ref = ref->next;
    }
    if (named->is_number) {
        *value = named->number;
        return true;
    }
    if (!ref || ref->def->broken) {
        return false;
    }
    const struct formula *formula = ref_formula(ref);
    if (formula) {
        const struct expr_value *known = formula_value(formula, config);
        *value = known ? *known : *value;
        return known && !known->is_flexible;
    }
    *value = constant_ref_value(ref, config);
    return true;
}

/* Adds what makes a difference to what a word comes to. */
static const struct config_split *split_by_value(const struct checker *c, const struct config_split *split,
                                                 const struct named_value *named)
{
    const unsigned configs = spec_configs(c->spec);
    for (const struct constant_ref *ref = named->ref; ref; ref = ref->next) {
        const struct formula *formula = ref_formula(ref);
        split = split_by_set(c->arena, split, &ref->configs, configs);
        split = split_by_both(c->arena, split, formula ? formula->split : NULL);
        for (size_t i = 0; (ref->part == CONSTANT_ALL || ref->part == CONSTANT_MAX) && i < ref->def->more->bits.len;
             i++) {
            split = split_by_set(c->arena, split, ref->def->more->bits.at[i].when.exists, configs);
        }
    }
    return split;
}

/* Whether a name is that of a constant that has a number; whatever is wrong with it otherwise is found elsewhere. */
static bool is_constant(const struct named_value *named)
{
    const struct constant_ref *ref = named->ref;
    return ref && !(ref->def->kind == DEF_CONSTANT && ref->def->more->value.is_string);
}

/* Says that there is no such constant, and which one may have been meant. */
static void unknown_constant(struct checker *c, const struct def *def, const struct text *text, struct str name)
{
    struct diag *diag = diag_add(c->diags, RULE_UNION_TAG, checker_text_span(def, text),
                                 "`%.*s` is neither a constant nor a number", STR_ARG(name));
    struct nearest near = nearest_start(name);
    for (size_t f = 0; f < c->spec->folders.len && c->hints < HINTS_MAX; f++) {
        const struct folder *folder = c->spec->folders.at[f];
        for (size_t d = 0; d < folder->defs.len; d++) {
            const struct def *known = folder->defs.at[d];
            if (known->kind == DEF_CONSTANT && !known->more->value.is_string) {
                nearest_try(&near, known->name.s);
            }
            for (size_t i = 0; i < known->more->variants.len; i++) {
                nearest_try(&near, known->more->variants.at[i].c_name);
            }
            for (size_t i = 0; i < known->more->bits.len; i++) {
                nearest_try(&near, known->more->bits.at[i].c_name);
            }
        }
    }
    c->hints++;
    if (near.best.len) {
        diag_help(c->diags, diag, "did you mean `%.*s`?", STR_ARG(near.best));
    }
}

/* Cuts a case into the values of each tag; false after a finding. */
static bool cut_case(struct checker *c, const struct def *def, const struct text *text, size_t tags,
                     struct claim *claim)
{
    struct str rest = text->s;
    for (size_t t = 0; t < tags; t++) {
        size_t len = 0;
        while (len < rest.len && (t + 1 == tags || rest.ptr[len] != ',')) {
            len++;
        }
        claim->words[t] = trim((struct str){rest.ptr, len});
        bool all = str_is(trim(text->s), "*");
        if (t + 1 < tags && len == rest.len && !all) {
            struct diag *diag = diag_add(c->diags, RULE_UNION_TAG, checker_text_span(def, text),
                                         "`%.*s` says the value of one tag, and there are two", STR_ARG(text->s));
            diag_help(c->diags, diag, "write both, with a comma between them");
            return false;
        }
        rest = all ? rest : (struct str){rest.ptr + len + (len < rest.len), rest.len - len - (len < rest.len)};
    }
    for (size_t t = 0; t < tags; t++) {
        struct str word = claim->words[t];
        claim->values[t] = value_named(c->spec, word);
        if (!claim->values[t].any && !claim->values[t].is_number && !is_constant(&claim->values[t])) {
            unknown_constant(c, def, text, word);
            return false;
        }
    }
    return true;
}

static bool value_fits(const struct expr_value *value, struct tag_integer tag, unsigned config)
{
    bool negative = c_int_is_signed(value->type, config_abi(config)) && (int64_t)value->value < 0;
    unsigned bits = tag.bits - (tag.is_signed && negative);
    uint64_t magnitude = negative ? ~value->value : value->value;
    return !tag.bits || (!(negative && !tag.is_signed) && !(bits < 64 && magnitude >> bits));
}

/* The union at hand. */
struct tagged {
    struct checker *c;
    const struct record *record;
    size_t tags;
    struct tag_integer integers[TAGS_MAX];
    struct named_value mask; /* of the tag; every bit where it has none */
    VEC(struct claim) claims;
};

static void report_claim(const struct tagged *u, struct claim *claim, unsigned config, struct diag *diag)
{
    claim->reported = true;
    if (config >= ABI_COUNT) {
        struct config_set where = {{0}};
        config_set_add(&where, config);
        checker_where(u->c, diag, &where);
    }
}

/* What a claim comes to; one whose constant is not there selects nothing. */
static void evaluate(const struct tagged *u, struct claim *claim, unsigned config, struct claim_value *out)
{
    const struct def *def = u->record->def;
    struct expr_value mask = {.value = UINT64_MAX};
    bool there = when_exists(&claim->field->more->when, config) && value_in(&u->mask, config, &mask);
    for (size_t t = 0; t < u->tags && there; t++) {
        struct expr_value value = {.value = 0};
        out->any[t] = claim->values[t].any;
        there = out->any[t] || value_in(&claim->values[t], config, &value);
        if (there && !out->any[t] && !claim->reported && !value_fits(&value, u->integers[t], config)) {
            struct diag *diag = diag_add(u->c->diags, RULE_UNION_TAG, checker_text_span(def, claim->text),
                                         "`%.*s` does not fit the %u bits of `%.*s`", STR_ARG(claim->words[t]),
                                         u->integers[t].bits, STR_ARG(def->more->tag.by.at[t].s));
            diag_help(u->c->diags, diag, "name a value that the tag can have");
            report_claim(u, claim, config, diag);
        }
        /* As the tag holds it: -1 and 255 are one value of an i8. */
        const uint64_t held =
            u->integers[t].bits && u->integers[t].bits < 64 ? (UINT64_C(1) << u->integers[t].bits) - 1 : UINT64_MAX;
        out->value[t] = value.value & mask.value & held;
    }
    out->is_there = there;
}

/* No two members may count for the same value. */
static void compare_claims(const struct tagged *u, const struct claim_value *values, unsigned config)
{
    struct map known = map_new(u->c->arena);
    for (size_t i = 0; i < u->claims.len; i++) {
        struct claim *claim = &u->claims.at[i];
        struct str key = {(const char *)&values[i].any, sizeof values[i] - offsetof(struct claim_value, any)};
        const struct claim *first = values[i].is_there ? map_add(&known, key, claim) : NULL;
        if (first && first->field != claim->field && !claim->reported) {
            struct str words = checker_words(u->c, u->record, first->field);
            struct diag *diag = diag_add(u->c->diags, RULE_UNION_TAG, checker_text_span(u->record->def, claim->text),
                                         "`%.*s` selects %.*s already", STR_ARG(trim(claim->text->s)), STR_ARG(words));
            diag_note(u->c->diags, diag, checker_text_span(u->record->def, first->text), "here");
            report_claim(u, claim, config, diag);
        }
    }
}

/* The claims of all members, in each configuration in which they come to something else than in the one before. */
static void check_claims(struct tagged *u)
{
    size_t len = u->claims.len;
    struct claim_value *now = ARENA_ARRAY(u->c->arena, len + 1, struct claim_value);
    struct claim_value *last = ARENA_ARRAY(u->c->arena, len + 1, struct claim_value);
    const struct config_split *split = split_by_value(u->c, NULL, &u->mask);
    for (size_t i = 0; i < len; i++) {
        const struct claim *claim = &u->claims.at[i];
        split = split_by_set(u->c->arena, split, claim->field->more->when.exists, spec_configs(u->c->spec));
        for (size_t t = 0; t < u->tags; t++) {
            split = split_by_value(u->c, split, &claim->values[t]);
        }
    }
    const struct config_set firsts = spec_firsts(u->c->spec, split, &u->record->there);
    for (unsigned config = 0; len && (config = config_set_next(&firsts, config)) < CONFIGS_MAX; config++) {
        memset(now, 0, len * sizeof *now);
        for (size_t i = 0; i < len; i++) {
            evaluate(u, &u->claims.at[i], config, &now[i]);
        }
        if (memcmp(now, last, len * sizeof *now) != 0) {
            compare_claims(u, now, config);
        }
        struct claim_value *both = now;
        now = last;
        last = both;
    }
}

/* A `case` that stands where nothing asks for it. */
static void stray_case(struct checker *c, const struct def *def, const struct field *field, const char *why)
{
    struct diag *diag = diag_add(c->diags, RULE_UNION_TAG, checker_text_span(def, &field->more->cases.at[0]),
                                 "`%.*s` has a `case`, but %s", STR_ARG(field->name.s), why);
    diag_help(c->diags, diag, "leave `case` out, or say in `tag` which member it is about");
}

/* Whether a member of a union that is read by a tag needs a `case`. */
static bool needs_case(const struct def *def, const struct field *field)
{
    if (def->level == LEVEL_LEGACY || field->reserved) {
        return false;
    }
    /* What all members begin with may be a member of its own, and bytes that make room for more. */
    return def->more->tag.read_by != READ_BY_FIRST || field->type->kind == TYPE_RECORD ||
           (field->type->kind == TYPE_NAMED && !str_eq(field->name.s, path_first(def->more->tag.by.at[0].s)));
}

/* Gathers the cases of a union that is read by a tag; false after a finding. */
static bool gather(struct tagged *u)
{
    const struct def *def = u->record->def;
    bool good = true;
    for (size_t i = 0; i < def->fields.len; i++) {
        const struct field *field = &def->fields.at[i];
        if (!field->more->cases.len && needs_case(def, field)) {
            struct str words = checker_words(u->c, u->record, field);
            struct diag *diag = diag_add(u->c->diags, RULE_UNION_TAG, checker_span(u->record, field),
                                         "nothing says for which values of the tag %.*s counts", STR_ARG(words));
            diag_help(u->c->diags, diag, "add `case = ...`");
        }
        for (size_t k = 0; k < field->more->cases.len; k++) {
            struct claim claim = {.field = field, .text = &field->more->cases.at[k]};
            if (cut_case(u->c, def, claim.text, u->tags, &claim)) {
                VEC_PUSH(u->c->arena, &u->claims, claim);
            } else {
                good = false;
            }
        }
    }
    return good;
}

/* The cases of a union whose members count on the way in or out. */
static void check_direction(struct checker *c, const struct record *record)
{
    const struct def *def = record->def;
    for (size_t i = 0; i < def->fields.len; i++) {
        const struct field *field = &def->fields.at[i];
        for (size_t k = 0; k < field->more->cases.len; k++) {
            const struct text *text = &field->more->cases.at[k];
            if (!str_is(text->s, "in") && !str_is(text->s, "out")) {
                struct diag *diag = diag_add(c->diags, RULE_UNION_TAG, checker_text_span(def, text),
                                             "`%.*s` is no direction", STR_ARG(text->s));
                diag_help(c->diags, diag, "it is \"in\" or \"out\"");
            }
        }
        if (!field->more->cases.len && needs_case(def, field)) {
            struct str words = checker_words(c, record, field);
            struct diag *diag = diag_add(c->diags, RULE_UNION_TAG, checker_span(record, field),
                                         "nothing says in which direction %.*s counts", STR_ARG(words));
            diag_help(c->diags, diag, "add `case = \"in\"` or `case = \"out\"`");
        }
    }
}

/* Whether a union has as many tags as its way of reading wants; says so if not. */
static bool check_tag_count(struct checker *c, const struct record *record)
{
    const struct tag *tag = &record->def->more->tag;
    size_t most = tag->read_by == READ_BY_FIRST ? 1 : TAGS_MAX;
    if (tag->by.len >= 1 && tag->by.len <= most) {
        return true;
    }
    struct str words = checker_words(c, record, NULL);
    struct diag *diag = diag_add(
        c->diags, RULE_UNION_TAG, checker_span(record, NULL),
        tag->by.len ? "%.*s has more tags than can be" : "%.*s is read by a tag, but says none", STR_ARG(words));
    if (!tag->by.len) {
        diag_help(c->diags, diag, "add `tag = ...`");
    } else {
        diag_help(c->diags, diag, most == 1 ? "name one" : "name one or two");
    }
    return false;
}

void check_union_tag(struct checker *c, struct record *record)
{
    const struct def *def = record->def;
    const struct tag *tag = &def->more->tag;
    bool tagged = def->kind == DEF_UNION && (tag->read_by == READ_BY_TAG || tag->read_by == READ_BY_FIRST);
    const char *why = def->kind != DEF_UNION            ? "it is no member of a union"
                      : tag->read_by == READ_BY_UNKNOWN ? "the union has no `tag`"
                      : tag->read_by == READ_BY_CONTEXT ? "what is read is known from outside"
                      : tag->read_by == READ_BY_VIEW    ? "all members count"
                                                        : NULL;
    for (size_t i = 0; i < def->fields.len && why; i++) {
        if (def->fields.at[i].more->cases.len) {
            stray_case(c, def, &def->fields.at[i], why);
        }
    }
    if (!tagged && tag->mask.s.ptr) {
        diag_add(c->diags, RULE_UNION_TAG, checker_text_span(def, &tag->mask),
                 "there is no tag for `tag_mask` to mask");
    }
    if (def->kind == DEF_UNION && tag->read_by == READ_BY_DIRECTION) {
        check_direction(c, record);
    }
    if (!tagged || !check_tag_count(c, record)) {
        return;
    }
    struct tagged u = {.c = c, .record = record, .tags = tag->by.len};
    bool good = find_tags(c, record, u.integers);
    u.mask = (struct named_value){.is_number = true, .number = {.value = UINT64_MAX}};
    if (tag->mask.s.ptr) {
        u.mask = value_named(c->spec, tag->mask.s);
    }
    if (!u.mask.is_number && !is_constant(&u.mask)) {
        unknown_constant(c, def, &tag->mask, tag->mask.s);
        good = false;
    }
    if (gather(&u) && good) {
        check_claims(&u);
    }
}
