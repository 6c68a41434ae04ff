/* What the expressions of a spec come to, in each configuration. */
#include "layout/layouter.h"

#include "layout/layout.h"
#include "spec/constants.h"
#include "spec/resolve.h"
#include "spec/sample.h"

#include <string.h>

struct splitting {
    struct layouter *l;
    const struct config_split *split;
};

/* What a name's value is written as; NULL for a bit. */
static struct formula *formula_of(struct layouter *l, const struct constant_ref *ref)
{
    return ref->variant ? &ref->variant->formula : ref->bit ? NULL : &def_more(l->arena, ref->def)->formula;
}

/* Adds what makes a difference to what a name stands for. */
static void split_by_name(struct splitting *s, const struct constant_ref *ref)
{
    struct arena *arena = s->l->arena;
    const unsigned configs = spec_configs(s->l->spec);
    for (bool several = ref->next; ref; ref = ref->next) {
        struct formula *formula = formula_of(s->l, ref);
        if (several) {
            s->split = split_by_set(arena, s->split, &ref->configs, configs);
        }
        /* Of a constant that is of all bits of a bitmap, some of which are not always there. */
        bool all = ref->part == CONSTANT_ALL || ref->part == CONSTANT_MAX;
        for (size_t i = 0; all && i < ref->def->more->bits.len; i++) {
            s->split = split_by_set(arena, s->split, ref->def->more->bits.at[i].when.exists, configs);
        }
        if (formula) {
            s->split = split_by_both(arena, s->split, layouter_value_split(s->l, formula));
        }
    }
}

static void split_by_part(const struct expr *part, void *data)
{
    struct splitting *s = data;
    const struct constant_ref *ref = part->kind == EXPR_NAME ? map_get(&s->l->spec->constants, part->name) : NULL;
    struct str word = type_word(part->type);
    const struct symbol *symbol = word.len ? map_get(&s->l->spec->symbols, word) : NULL;
    if (ref) {
        split_by_name(s, ref);
    }
    if (symbol) {
        s->split = layouter_symbol_split(s->l, s->split, symbol);
    }
}

const struct config_split *layouter_value_split(struct layouter *l, struct formula *formula)
{
    if (formula->split_state == SPLIT_DONE || !l->apart || !formula->expr) {
        return formula->split;
    }
    if (formula->split_state == SPLIT_OPEN || l->depth > VALUE_NESTING_MAX) {
        return l->apart;
    }
    formula->split_state = SPLIT_OPEN;
    struct splitting s = {.l = l};
    l->depth++;
    expr_visit(formula->expr, split_by_part, &s);
    l->depth--;
    formula->split = s.split;
    formula->split_state = SPLIT_DONE;
    return formula->split;
}

/* One evaluation. */
struct evaluation {
    struct layouter *l;
    struct def *def;
    const struct formula *formula;
    unsigned config;
};

static struct span part_span(const struct evaluation *e, const struct expr *part)
{
    const struct formula *formula = e->formula;
    return formula->shift == UINT32_MAX ? def_span(e->def, formula->text.off, formula->text.len)
                                        : def_span(e->def, formula->shift + part->off, part->len ? part->len : 1);
}

/* Says why an expression has no value, once. */
static struct diag *report(const struct evaluation *e, const struct expr *part, enum rule rule, const char *what,
                           struct str name)
{
    /* What is defined nowhere is missing everywhere. */
    bool here = !name.len || map_get(&e->l->spec->constants, name) || map_get(&e->l->spec->symbols, type_word(name));
    struct formula *formula = (struct formula *)e->formula;
    if (formula->reported) {
        return NULL;
    }
    formula->reported = true;
    struct diag *diag = name.len ? diag_add(e->l->diags, rule, part_span(e, part), "%s `%.*s`", what, STR_ARG(name))
                                 : diag_add(e->l->diags, rule, part_span(e, part), "%s", what);
    struct config_set where = {{0}};
    config_set_add(&where, e->config);
    if (here) {
        diag->where = configs_words(e->l->spec, &where);
    }
    return diag;
}

static const struct constant_ref *ref_in(const struct spec *spec, struct str name, unsigned config)
{
    const struct constant_ref *ref = map_get(&spec->constants, name);
    while (ref && !config_set_has(&ref->configs, config)) {
        ref = ref->next;
    }
    return ref;
}

static enum expr_fault name_value(const struct expr_lookup *lookup, const struct expr *expr, struct expr_value *value)
{
    const struct evaluation *e = lookup->data;
    const struct constant_ref *ref = ref_in(e->l->spec, expr->name, e->config);
    if (!ref || ref->def->broken || (!ref->variant && !ref->bit && ref->def->more->value.is_string)) {
        return ref && ref->def->broken ? EXPR_LOOKUP : EXPR_UNKNOWN_NAME;
    }
    struct formula *formula = formula_of(e->l, ref);
    if (formula && formula->text.s.ptr) {
        const struct expr_value *known = layouter_value(e->l, ref->def, formula, e->config);
        if (!known) {
            return EXPR_LOOKUP;
        }
        *value = *known;
        if (ref->variant && enum_is_c_enum(ref->def)) {
            *value = constant_enumerator(value->value, lookup->abi);
        }
        return EXPR_OK;
    }
    *value = constant_ref_value(ref, e->config);
    return EXPR_OK;
}

static struct def *named_def(const struct evaluation *e, const struct expr *expr)
{
    const struct symbol *symbol = map_get(&e->l->spec->symbols, type_word(expr->type));
    return symbol && symbol->defs.len ? symbol_def(symbol, e->config) : NULL;
}

static enum expr_fault cast_type(const struct expr_lookup *lookup, const struct expr *expr, enum c_int *type)
{
    const struct evaluation *e = lookup->data;
    const struct def *def = named_def(e, expr);
    if (!def) {
        return EXPR_UNKNOWN_TYPE;
    }
    const struct type *meant =
        def->kind == DEF_TYPEDEF && def->fields.len ? type_meant(def->fields.at[0].type, e->config) : def->type;
    if (meant && meant->kind == TYPE_NAMED) {
        def = type_def(meant, e->config);
        meant = def ? def->type : NULL;
    }
    if (!meant || meant->kind != TYPE_SCALAR) {
        return EXPR_NOT_AN_INTEGER;
    }
    *type = scalar_integer(meant->scalar, lookup->abi);
    return EXPR_OK;
}

/* Follows "a.b[2].c" from a definition on; the type at its end, or NULL. */
static const struct type *path_follow(const struct def *def, struct str path, unsigned config, uint64_t *offset)
{
    const struct type *type = NULL;
    while (path.len) {
        size_t len = 0;
        while (len < path.len && path.ptr[len] != '.' && path.ptr[len] != '[') {
            len++;
        }
        if (type) {
            type = type_meant(type, config);
            def = type->kind == TYPE_NAMED || type->kind == TYPE_RECORD ? type_def(type, config) : NULL;
        }
        const struct field *field = def ? layout_member(def, (struct str){path.ptr, len}, config, offset) : NULL;
        if (!field) {
            return NULL;
        }
        type = field->type;
        path = (struct str){path.ptr + len, path.len - len};
        while (path.len && path.ptr[0] == '[') {
            uint64_t index = 0;
            for (path = (struct str){path.ptr + 1, path.len - 1}; path.len && ascii_is_digit(*path.ptr);
                 path = (struct str){path.ptr + 1, path.len - 1}) {
                index = index * 10 + (uint64_t)(*path.ptr - '0');
            }
            type = type_meant(type, config);
            if (type->kind != TYPE_ARRAY || !path.len || *path.ptr != ']' || index > LAYOUT_SIZE_MAX) {
                return NULL;
            }
            type = type->more->of;
            *offset += index * layout_type(type, config).size;
            path = (struct str){path.ptr + 1, path.len - 1};
        }
        if (path.len && path.ptr[0] == '.') {
            path = (struct str){path.ptr + 1, path.len - 1};
        }
    }
    return type;
}

static enum expr_fault measure_type(const struct expr_lookup *lookup, const struct expr *expr, uint64_t *bytes)
{
    const struct evaluation *e = lookup->data;
    struct def *def = named_def(e, expr);
    if (!def || def->kind == DEF_CONSTANT || !def_exists(def, e->config)) {
        return EXPR_UNKNOWN_TYPE;
    }
    if (def->open) {
        report(e, expr, RULE_VALUE_UNKNOWN, "the value depends on the size of what it is part of:", def->name.s);
        return EXPR_LOOKUP;
    }
    if (!layouter_def(e->l, def, e->config)) {
        return EXPR_LOOKUP;
    }
    uint64_t offset = 0;
    if (!expr->name.len) {
        *bytes = def_layout(def, e->config)->size;
        return EXPR_OK;
    }
    if (def->kind == DEF_TYPEDEF && def->fields.len) {
        const struct type *meant = type_meant(def->fields.at[0].type, e->config);
        def = meant->kind == TYPE_NAMED ? type_def(meant, e->config) : NULL;
    }
    const struct type *type = def ? path_follow(def, expr->name, e->config, &offset) : NULL;
    if (!type) {
        return EXPR_UNKNOWN_NAME;
    }
    *bytes = expr->kind == EXPR_OFFSETOF ? offset : layout_type(type, e->config).size;
    return EXPR_OK;
}

static void report_fault(const struct evaluation *e, enum expr_fault fault, const struct expr *part)
{
    struct str none = {NULL, 0};
    switch (fault) {
    case EXPR_UNKNOWN_NAME: {
        struct diag *diag = report(e, part, RULE_VALUE_UNKNOWN, "there is no constant or member", part->name);
        if (diag && map_get(&e->l->spec->constants, part->name)) {
            diag_help(e->l->diags, diag, "it is defined under other conditions");
        }
        break;
    }
    case EXPR_UNKNOWN_TYPE:
        report(e, part, RULE_VALUE_UNKNOWN, "there is no type", part->type);
        break;
    case EXPR_DIVISION:
        report(e, part, RULE_VALUE_UNKNOWN, "the expression divides by zero", none);
        break;
    case EXPR_SHIFT:
        report(e, part, RULE_VALUE_UNKNOWN, "the expression shifts by more bits than there are", none);
        break;
    case EXPR_OVERFLOW:
        report(e, part, RULE_VALUE_UNKNOWN, "the expression leaves the range of its signed type", none);
        break;
    case EXPR_NOT_AN_INTEGER:
        report(e, part, RULE_VALUE_UNKNOWN, "this is no integer", none);
        break;
    case EXPR_OK:
    case EXPR_LOOKUP: /* reported where it arose */
        break;
    }
}

/* Parentheses. C puts in the text of a constant where its name stands, whatever is around it. */

/* How tightly an expression's outermost operator binds, from that of ?: on; BINDING_MAX if nothing can cut it apart. */
#define BINDING_MAX 12
static unsigned binding(const struct expr *expr)
{
    static const char *const levels[] = {"o", "a", "|", "^", "&", "en", "<>LG", "lr", "+-", "*/%"};
    if (expr->kind != EXPR_BINARY) {
        return expr->kind == EXPR_CONDITIONAL ? 1 : BINDING_MAX;
    }
    unsigned level = 0;
    while (!strchr(levels[level], expr->op)) {
        level++;
    }
    return level + 2;
}

/* Whether one pair of parentheses is around all of a text. */
static bool is_enclosed(struct str text)
{
    size_t depth = 0, at = 0;
    for (; at < text.len && (at == 0 || depth); at++) {
        if (text.ptr[at] == '\'') {
            at += at + 1 < text.len && text.ptr[at + 1] == '\\' ? 2 : 1;
        }
        depth += at < text.len && text.ptr[at] == '(';
        depth -= at < text.len && text.ptr[at] == ')' && depth;
    }
    return text.len && text.ptr[0] == '(' && at == text.len;
}

/* How tightly what C puts in for a name binds. */
static unsigned name_binding(const struct evaluation *e, const struct expr *name)
{
    const struct constant_ref *ref = ref_in(e->l->spec, name->name, e->config);
    if (!ref || ref->bit || (ref->variant && enum_is_c_enum(ref->def))) {
        return BINDING_MAX;
    }
    const struct formula *formula = ref->variant ? &ref->variant->formula : &ref->def->more->formula;
    if (!formula->expr || is_enclosed(formula->text.s)) {
        return BINDING_MAX;
    }
    return formula->expr->kind == EXPR_NAME ? name_binding(e, formula->expr) : binding(formula->expr);
}

/* Whether a part stands in parentheses of its own. */
static bool stands_alone(const struct evaluation *e, const struct expr *part)
{
    struct str text = e->formula->text.s;
    size_t from = part->off, to = part->off + part->len;
    while (from && text.ptr[from - 1] == ' ') {
        from--;
    }
    while (to < text.len && text.ptr[to] == ' ') {
        to++;
    }
    return from && to < text.len && text.ptr[from - 1] == '(' && text.ptr[to] == ')';
}

/* Looks for names whose text C would tear apart, where something must bind as tightly as `wanted`; false after a
 * finding. */
static bool check_parentheses(const struct evaluation *e, const struct expr *expr, unsigned wanted)
{
    if (!expr) {
        return true;
    }
    if (expr->kind == EXPR_NAME && wanted && !stands_alone(e, expr) && name_binding(e, expr) < wanted) {
        struct diag *diag = report(e, expr, RULE_VALUE_UNKNOWN, "C would take apart the expression of", expr->name);
        if (diag) {
            const struct constant_ref *ref = ref_in(e->l->spec, expr->name, e->config);
            diag_help(e->l->diags, diag, "put it in parentheses, there or here");
            diag_note(e->l->diags, diag, ref->span, "this has none");
        }
        return false;
    }
    unsigned own = binding(expr);
    switch (expr->kind) {
    case EXPR_BINARY:
        return check_parentheses(e, expr->a, own) && check_parentheses(e, expr->b, own + 1);
    case EXPR_CONDITIONAL:
        return check_parentheses(e, expr->a, own + 1) && check_parentheses(e, expr->b, 0) &&
               check_parentheses(e, expr->c, own);
    case EXPR_UNARY:
    case EXPR_CAST:
    case EXPR_SIZEOF:
        return check_parentheses(e, expr->a, BINDING_MAX);
    default:
        return true;
    }
}

const struct expr_value *layouter_value(struct layouter *l, struct def *def, struct formula *formula, unsigned config)
{
    if (!formula->expr) {
        return NULL;
    }
    struct evaluation e = {.l = l, .def = def, .formula = formula, .config = config};
    struct formula_result *result = formula->results ? &formula->results[config_class(formula->split, config)] : NULL;
    bool open = result && result->state == FORMULA_OPEN;
    if (open || l->depth > VALUE_NESTING_MAX) {
        report(&e, formula->expr, open ? RULE_VALUE_UNKNOWN : RULE_NESTING_LIMIT,
               open ? "the value depends on itself" : "the value is made of constants more than 100 deep",
               (struct str){NULL, 0});
        return NULL;
    }
    if (!result) {
        const struct config_split *split = layouter_value_split(l, formula);
        formula->results = ARENA_ARRAY(l->arena, split ? split->classes : (unsigned)ABI_COUNT, struct formula_result);
        result = &formula->results[config_class(split, config)];
    }
    if (result->state == FORMULA_DONE) {
        return result->has_value ? &result->value : NULL;
    }
    result->state = FORMULA_OPEN;
    struct expr_lookup lookup = {
        .abi = config_abi(config), .data = &e, .name = name_value, .cast = cast_type, .measure = measure_type};
    const struct expr *part = formula->expr;
    l->depth++;
    enum expr_fault fault = expr_evaluate(formula->expr, &lookup, &result->value, &part);
    l->depth--;
    result->state = FORMULA_DONE;
    result->has_value = fault == EXPR_OK && check_parentheses(&e, formula->expr, 0);
    report_fault(&e, fault, part);
    return result->has_value ? &result->value : NULL;
}

/* Evaluates wherever it exists; the first value found, which is that of the default sample where it has one. */
static const struct expr_value *evaluate_all(struct layouter *l, struct def *def, struct formula *formula,
                                             const struct when *when)
{
    const struct expr_value *first = NULL;
    struct config_set there = def_configs(l->spec, def);
    if (when && when->exists) {
        there = config_set_both(there, when->exists);
    }
    const struct config_set firsts = spec_firsts(l->spec, layouter_value_split(l, formula), &there);
    for (unsigned config = config_set_next(&firsts, 0); config < CONFIGS_MAX;
         config = config_set_next(&firsts, config + 1)) {
        const struct expr_value *value = layouter_value(l, def, formula, config);
        if (!value) {
            def->broken = true;
            return NULL;
        }
        if (value->is_flexible && (def->kind != DEF_CONSTANT || def->made_by)) {
            struct evaluation e = {.l = l, .def = def, .formula = formula, .config = config};
            report_fault(&e, EXPR_NOT_AN_INTEGER, formula->expr);
            def->broken = true;
            return NULL;
        }
        first = first ? first : value;
    }
    return first;
}

static void number_from(struct number *number, const struct formula *formula, const struct expr_value *value)
{
    bool is_signed = c_int_is_signed(value->type, ABI_X86_64);
    *number = (struct number){.value = value->value,
                              .off = formula->text.off,
                              .len = formula->text.len,
                              .given = true,
                              .negative = is_signed && (int64_t)value->value < 0};
}

/* What C spells otherwise must come to the value that is given, wherever that can be told here. */
static void check_spelling(struct layouter *l, struct def *def)
{
    const struct number *number = &def->more->value.number;
    struct formula formula = {.text = def->more->c_value, .shift = UINT32_MAX};
    struct expr_error error;
    formula.expr = expr_parse(l->arena, formula.text.s, &error);
    for (unsigned config = 0; formula.expr && config < spec_configs(l->spec); config++) {
        struct evaluation e = {.l = l, .def = def, .formula = &formula, .config = config};
        struct expr_lookup lookup = {
            .abi = config_abi(config), .data = &e, .name = name_value, .cast = cast_type, .measure = measure_type};
        struct expr_value value;
        const struct expr *part;
        if (!def_exists(def, config) || expr_evaluate(formula.expr, &lookup, &value, &part) != EXPR_OK ||
            value.is_flexible || value.value == number->value) {
            continue;
        }
        /* 0xffffffff is -1 in C where the other side is an int. */
        bool is_32 = number->negative ? number->value >= UINT64_MAX << 31 : number->value <= UINT32_MAX;
        if (is_32 && c_int_wrap(number->value, value.type, config_abi(config)) == value.value) {
            continue;
        }
        bool is_signed = c_int_is_signed(value.type, config_abi(config));
        struct str its = is_signed ? str_printf(l->arena, "%lld", (long long)value.value)
                                   : str_printf(l->arena, "%llu", (unsigned long long)value.value);
        struct diag *diag =
            report(&e, formula.expr, RULE_KEY_VALUE, "`c_value` is not what `value` says: it comes to", its);
        diag_help(l->diags, diag, "say in `value` what it comes to");
        def->broken = true;
        return;
    }
}

void layouter_def_values(struct layouter *l, struct def *def)
{
    if (def->kind == DEF_CONSTANT && def->more->c_value.s.len && !def->more->formula.text.s.ptr &&
        !def->more->value.is_string && !def->broken) {
        check_spelling(l, def);
    }
    for (size_t i = 0; i < def->more->variants.len && !def->broken; i++) {
        struct variant *variant = &def->more->variants.at[i];
        if (variant->formula.text.s.ptr) {
            const struct expr_value *value = evaluate_all(l, def, &variant->formula, &variant->when);
            if (value) {
                number_from(&variant->value, &variant->formula, value);
            }
        }
    }
    for (size_t i = 0; def->row && i < def->row->ops.len && !def->broken; i++) {
        struct call_op *op = &def->row->ops.at[i];
        if (op->formula.text.s.ptr) {
            const struct expr_value *value = evaluate_all(l, def, &op->formula, &op->when);
            if (value) {
                number_from(&op->value, &op->formula, value);
            }
        }
    }
    bool has_value = def->kind == DEF_CONSTANT || def->kind == DEF_HYPERCALL;
    if (has_value && def->more->formula.text.s.ptr && !def->broken) {
        struct def_more *more = def_more(l->arena, def);
        const struct expr_value *value = evaluate_all(l, def, &more->formula, NULL);
        if (value) {
            number_from(&more->value.number, &more->formula, value);
        }
    }
}
