#include "check/rows.h"

#include "spec/resolve.h"
#include "spec/sample.h"

#include <stdlib.h>

struct checker {
    const struct spec *spec;
    struct diags *diags;
    unsigned hints;
};

static struct span text_span(const struct def *def, const struct text *text)
{
    return def_span(def, text->off, text->len);
}

/* Numbers that must differ */

/* A number that something has in some configurations. */
struct numbered {
    uint64_t value;
    struct config_set set;
    const struct text *name;
    struct span span;
    size_t place; /* in the list, which sorting keeps to among equal values */
};

typedef VEC(struct numbered) numbers;

/* Adds what has a number, once for each value; false after a finding. */
static bool numbers_add(struct checker *c, numbers *list, struct numbered one, const struct number *number,
                        const struct formula *formula)
{
    const struct config_set there = one.set, firsts = spec_firsts(c->spec, formula->split, &there);
    size_t first = list->len;
    for (unsigned config = 0; (config = config_set_next(&firsts, config)) < CONFIGS_MAX; config++) {
        const struct expr_value *value = formula_value(formula, config);
        if (value && c_int_is_signed(value->type, config_abi(config)) && (int64_t)value->value < 0) {
            diag_add(c->diags, RULE_VALUE_RANGE, one.span, "the number of `%.*s` is negative", STR_ARG(one.name->s));
            return false;
        }
        one.value = value ? value->value : number->value;
        if (one.value > UINT32_MAX) {
            diag_add(c->diags, RULE_VALUE_RANGE, one.span, "the number of `%.*s` does not fit a u32",
                     STR_ARG(one.name->s));
            return false;
        }
        size_t i = first;
        while (i < list->len && list->at[i].value != one.value) {
            i++;
        }
        if (i == list->len) {
            one.set = (struct config_set){{0}};
            one.place = i;
            VEC_PUSH(c->spec->arena, list, one);
        }
        const struct config_set class = spec_class(c->spec, formula->split, config);
        list->at[i].set = config_set_either(list->at[i].set, &class);
    }
    for (size_t i = first; i < list->len; i++) {
        list->at[i].set = config_set_both(list->at[i].set, &there);
    }
    return true;
}

static int compare_numbers(const void *pa, const void *pb)
{
    const struct numbered *a = pa, *b = pb;
    int order = (a->value > b->value) - (a->value < b->value);
    return order ? order : (a->place > b->place) - (a->place < b->place);
}

/* Two that have the same number at once; `what` it is the number of. */
static void numbers_check(struct checker *c, numbers *list, const char *what)
{
    if (list->len) {
        qsort(list->at, list->len, sizeof *list->at, compare_numbers);
    }
    for (size_t i = 1; i < list->len; i++) {
        const struct numbered *one = &list->at[i];
        for (size_t j = i; j-- > 0 && list->at[j].value == one->value;) {
            const struct numbered *other = &list->at[j];
            struct config_set both = config_set_both(one->set, &other->set);
            if (config_set_is_empty(&both)) {
                continue;
            }
            struct diag *diag =
                diag_add(c->diags, RULE_VALUE_DUPLICATE, one->span, "`%.*s` and `%.*s` have the same %s",
                         STR_ARG(other->name->s), STR_ARG(one->name->s), what);
            diag_note(c->diags, diag, other->span, "the %s of `%.*s`", what, STR_ARG(other->name->s));
            break;
        }
    }
}

static struct span number_span(const struct def *def, const struct number *number, const struct formula *formula)
{
    return formula->text.s.ptr ? def_span(def, formula->text.off, formula->text.len)
                               : def_span(def, number->off, number->len);
}

/* The argument, or the member, that selects */

/* What a handle or a pointer points at; NULL for anything else. */
static const struct type *pointed_at(const struct type *type)
{
    return type->kind == TYPE_HANDLE || type->kind == TYPE_POINTER ? type->more->of : NULL;
}

/* Whether a type is an integer, by its own name or another. */
static bool is_integer(const struct type *type, unsigned depth)
{
    if (type->kind == TYPE_SCALAR) {
        return type->scalar != SCALAR_CHAR;
    }
    if (type->kind != TYPE_NAMED || !type->more->symbol) {
        return false;
    }
    for (size_t i = 0; i < type->more->symbol->defs.len; i++) {
        const struct def *def = type->more->symbol->defs.at[i];
        bool other =
            def->kind == DEF_TYPEDEF && depth && def->fields.len && is_integer(def->fields.at[0].type, depth - 1);
        if (!other && def->kind != DEF_ENUM && def->kind != DEF_BITMAP) {
            return false;
        }
    }
    return true;
}

/* The record that a type is, by its own name or another; NULL if it is none. With definitions by condition, the first
 * of them. */
static const struct def *record_of(const struct type *type)
{
    for (unsigned i = 0; type && i <= STRUCT_NESTING_MAX; i++) {
        const struct def *def = type->kind == TYPE_RECORD                        ? type->more->record
                                : type->kind == TYPE_NAMED && type->more->symbol ? type->more->symbol->defs.at[0]
                                                                                 : NULL;
        if (!def || def_is_record(def)) {
            return def;
        }
        type = def->kind == DEF_TYPEDEF && def->fields.len ? def->fields.at[0].type : NULL;
    }
    return NULL;
}

/* A member by name, also in anonymous records; `*near` gets those that it is not. */
static const struct field *member_find(const struct def *def, struct str name, struct nearest *near)
{
    for (size_t i = 0; i < def->fields.len; i++) {
        const struct field *field = &def->fields.at[i];
        if (field->name.s.len && str_eq(field->name.s, name)) {
            return field;
        }
        const struct field *inner = !field->name.s.len && field->type->kind == TYPE_RECORD
                                        ? member_find(field->type->more->record, name, near)
                                        : NULL;
        if (inner) {
            return inner;
        }
        if (near && field->name.s.len) {
            nearest_try(near, field->name.s);
        }
    }
    return NULL;
}

static struct str take_step(struct str *path)
{
    struct str step = {path->ptr, 0};
    while (step.len < path->len && path->ptr[step.len] != '.') {
        step.len++;
    }
    size_t taken = step.len < path->len ? step.len + 1 : step.len;
    *path = (struct str){path->ptr + taken, path->len - taken};
    return step;
}

/* What selects, once it is found. */
struct selector {
    const struct type *type;
    const struct def *record; /* that holds it; NULL if it is an argument */
    struct str member;
};

static void op_unknown(struct checker *c, const struct def *def, struct str step, const char *what, struct str of,
                       const struct nearest *near)
{
    struct diag *diag = diag_add(c->diags, RULE_HYPERCALL_SHAPE, text_span(def, &def->row->op),
                                 "`%.*s` has no %s `%.*s`", STR_ARG(of), what, STR_ARG(step));
    if (near->best.len && c->hints++ < HINTS_MAX) {
        diag_help(c->diags, diag, "did you mean `%.*s`?", STR_ARG(near->best));
    }
}

/* Follows `op` of a hypercall; false after a finding. */
static bool selector_find(struct checker *c, const struct def *def, struct selector *selector)
{
    const struct row *row = def->row;
    struct str path = row->op.s, step = take_step(&path);
    struct nearest near = nearest_start(step);
    const struct def *record = NULL;
    for (size_t i = 0; i < row->args.len && !selector->type; i++) {
        nearest_try(&near, row->args.at[i].name.s);
        if (str_eq(row->args.at[i].name.s, step)) {
            selector->type = row->args.at[i].type;
        }
    }
    if (selector->type && path.len) {
        const struct type *behind = pointed_at(selector->type);
        record = behind ? record_of(behind) : NULL;
        if (!record) {
            struct diag *diag = diag_add(c->diags, RULE_HYPERCALL_SHAPE, text_span(def, &row->op),
                                         "the argument `%.*s` points at no record", STR_ARG(step));
            diag_help(c->diags, diag, "give it the type of a handle to a struct, or name the struct in `op`");
            return false;
        }
    } else if (!selector->type) {
        const struct symbol *symbol = path.len ? map_get(&c->spec->symbols, step) : NULL;
        record = symbol && symbol->defs.len && def_is_record(symbol->defs.at[0]) ? symbol->defs.at[0] : NULL;
        if (!record) {
            op_unknown(c, def, step, "argument", def->name.s, &near);
            return false;
        }
    }
    while (path.len) {
        struct str of = record->name.len ? record->name.s : step;
        step = take_step(&path);
        near = nearest_start(step);
        const struct field *field = member_find(record, step, &near);
        if (!field) {
            op_unknown(c, def, step, "member", of, &near);
            return false;
        }
        *selector = (struct selector){.type = field->type, .record = record, .member = step};
        record = path.len ? record_of(field->type) : NULL;
        if (path.len && !record) {
            diag_add(c->diags, RULE_HYPERCALL_SHAPE, text_span(def, &row->op), "the member `%.*s` is no record",
                     STR_ARG(step));
            return false;
        }
    }
    if (!is_integer(selector->type, STRUCT_NESTING_MAX)) {
        diag_add(c->diags, RULE_HYPERCALL_SHAPE, text_span(def, &row->op), "`%.*s` is no integer", STR_ARG(row->op.s));
        return false;
    }
    return true;
}

/* What a sub-operation works on */

/* How many arguments of the call point at anything. */
static size_t count_untyped(const struct row *row)
{
    size_t count = 0;
    for (size_t i = 0; i < row->args.len; i++) {
        const struct type *behind = pointed_at(row->args.at[i].type);
        count += behind && behind->kind == TYPE_VOID;
    }
    return count;
}

/* The member of a union of the record that counts for a value of the tag, by the constant's name. */
static const struct field *member_for(const struct def *record, struct str tag, struct str value)
{
    for (size_t i = 0; i < record->fields.len; i++) {
        const struct type *type = record->fields.at[i].type;
        const struct def *held = type->kind == TYPE_RECORD ? type->more->record : NULL;
        if (!held || held->kind != DEF_UNION || held->more->tag.by.len != 1 ||
            !str_eq(held->more->tag.by.at[0].s, tag)) {
            continue;
        }
        for (size_t f = 0; f < held->fields.len; f++) {
            const struct field *field = &held->fields.at[f];
            for (size_t v = 0; v < field->more->cases.len && value.len; v++) {
                if (str_eq(field->more->cases.at[v].s, value)) {
                    return field;
                }
            }
        }
    }
    return NULL;
}

static void check_op_arg(struct checker *c, const struct def *def, const struct call_op *op,
                         const struct selector *selector)
{
    const struct type *arg = op->arg;
    if (!selector->record && count_untyped(def->row) < 1) {
        struct diag *diag = diag_add(c->diags, RULE_HYPERCALL_SHAPE, def_span(def, arg->off, arg->len),
                                     "`%.*s` has no argument that could point at this", STR_ARG(def->name.s));
        diag_help(c->diags, diag, "give it a handle to `void` among its `args`, or leave `arg` out");
        return;
    }
    const struct field *member = selector->record ? member_for(selector->record, selector->member, op->c_name) : NULL;
    bool both = member && member->type->kind == TYPE_NAMED && arg->kind == TYPE_NAMED;
    if (both && record_of(member->type) != record_of(arg)) {
        struct diag *diag = diag_add(c->diags, RULE_HYPERCALL_SHAPE, def_span(def, arg->off, arg->len),
                                     "the member of the union for `%.*s` is a `%.*s`", STR_ARG(op->name.s),
                                     STR_ARG(member->type->more->name));
        diag_note(c->diags, diag, def_span(selector->record, member->name.off, member->name.len), "the member is here");
    }
}

/* The argument that is one too many in some configuration, or NULL. */
static const struct call_arg *surplus_arg(const struct checker *c, const struct def *def, const struct config_set *here)
{
    for (unsigned config = 0; config < spec_configs(c->spec) && def->row->args.len > CALL_ARGS_MAX; config++) {
        size_t count = 0;
        for (size_t i = 0; i < def->row->args.len && config_set_has(here, config); i++) {
            const struct call_arg *arg = &def->row->args.at[i];
            count += when_exists(&arg->when, config);
            if (count > CALL_ARGS_MAX) {
                return arg;
            }
        }
    }
    return NULL;
}

static void check_hypercall(struct checker *c, const struct def *def)
{
    const struct row *row = def->row;
    struct selector selector = {.type = NULL};
    bool found = row->op.s.ptr && selector_find(c, def, &selector);
    struct config_set here = def_configs(c->spec, def);
    const struct call_arg *surplus = surplus_arg(c, def, &here);
    numbers list = {0};
    if (surplus) {
        struct diag *diag = diag_add(c->diags, RULE_HYPERCALL_SHAPE, text_span(def, &surplus->name),
                                     "a hypercall has at most %d arguments", CALL_ARGS_MAX);
        diag_help(c->diags, diag, "put them into a struct");
    }
    for (size_t i = 0; i < row->ops.len; i++) {
        const struct call_op *op = &row->ops.at[i];
        struct config_set there = when_configs(c->spec, &op->when);
        struct numbered one = {.set = config_set_both(here, &there),
                               .name = &op->name,
                               .span = number_span(def, &op->value, &op->formula)};
        (void)numbers_add(c, &list, one, &op->value, &op->formula);
        if (found && op->arg) {
            check_op_arg(c, def, op, &selector);
        }
        if (found && op->arg2 && (!op->arg || count_untyped(row) < 2)) {
            struct diag *diag = diag_add(c->diags, RULE_HYPERCALL_SHAPE, def_span(def, op->arg2->off, op->arg2->len),
                                         op->arg ? "`%.*s` has no second argument that could point at this"
                                                 : "`%.*s` works on a second thing and on no first one",
                                         STR_ARG(op->arg ? def->name.s : op->name.s));
            diag_help(c->diags, diag, op->arg ? "give it two handles to `void` among its `args`" : "add `arg = ...`");
        }
    }
    numbers_check(c, &list, "value");
}

/* Save records are told from one another by their codes, and Rust knows each by its type. */
static void check_save(struct checker *c, struct map *types, struct def *def)
{
    const struct def *record = record_of(def->row->type);
    if (!record) {
        struct diag *diag = diag_add(c->diags, RULE_TYPE_KIND, def_span(def, def->row->type->off, def->row->type->len),
                                     "a save record is a struct or a union");
        diag_help(c->diags, diag, "name a struct");
        return;
    }
    const struct def *first = record->name.len ? map_add(types, record->name.s, def) : NULL;
    if (!first) {
        return;
    }
    struct config_set both = def_configs(c->spec, first), own = def_configs(c->spec, def);
    both = config_set_both(both, &own);
    if (!config_set_is_empty(&both)) {
        struct diag *diag =
            diag_add(c->diags, RULE_NAME_CLASH, text_span(def, &def->name), "`%.*s` and `%.*s` save the same type",
                     STR_ARG(first->name.s), STR_ARG(def->name.s));
        diag_note(c->diags, diag, text_span(first, &first->name), "the other one is here");
    }
}

void check_rows(const struct spec *spec, struct diags *diags)
{
    struct checker c = {.spec = spec, .diags = diags};
    struct map types = map_new(spec->arena);
    numbers calls = {0}, saves = {0};
    for (size_t f = 0; f < spec->folders.len; f++) {
        const struct folder *folder = spec->folders.at[f];
        for (size_t d = 0; d < folder->defs.len; d++) {
            struct def *def = folder->defs.at[d];
            if (def->broken || (def->kind != DEF_HYPERCALL && def->kind != DEF_SAVE)) {
                continue;
            }
            struct numbered one = {.set = def_configs(spec, def), .name = &def->name};
            if (def->kind == DEF_SAVE) {
                one.span = def_span(def, def->row->code.off, def->row->code.len);
                (void)numbers_add(&c, &saves, one, &def->row->code, &def->more->formula);
                check_save(&c, &types, def);
                continue;
            }
            one.span = number_span(def, &def->more->value.number, &def->more->formula);
            (void)numbers_add(&c, &calls, one, &def->more->value.number, &def->more->formula);
            check_hypercall(&c, def);
        }
    }
    numbers_check(&c, &calls, "number");
    numbers_check(&c, &saves, "type code");
}
