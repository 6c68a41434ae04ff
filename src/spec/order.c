#include "spec/order.h"

#include "spec/resolve.h"
#include "spec/sample.h"

#include <stdlib.h>

/* What is made of more than this, each of the next, is left where it stands: its values are refused. */
#define ORDER_NESTING_MAX 1000

struct order {
    const struct spec *spec;
    struct folder *folder;
    unsigned depth;
    VEC(struct def *) defs;
    struct map handles; /* of a folder with a header: the handles that it says it defines, by their words */
};

static void order_def(struct order *order, struct def *def);

/* What is defined in the same folder; a record within a record stands with the outermost. */
static void order_needed(struct order *order, struct def *def)
{
    while (def->outer) {
        def = def->outer;
    }
    if (def->folder == order->folder) {
        order_def(order, def);
    }
}

static void order_name(const struct expr *part, void *data)
{
    struct order *order = data;
    const struct constant_ref *ref = part->kind == EXPR_NAME ? map_get(&order->spec->constants, part->name) : NULL;
    for (; ref; ref = ref->next) {
        order_needed(order, ref->def);
    }
    struct str type = type_word(part->type);
    const struct symbol *symbol = type.len ? map_get(&order->spec->symbols, type) : NULL;
    for (size_t i = 0; symbol && i < symbol->defs.len; i++) {
        order_needed(order, symbol->defs.at[i]);
    }
}

static void order_formula(struct order *order, const struct formula *formula)
{
    if (formula && formula->expr) {
        expr_visit(formula->expr, order_name, order);
    }
}

static void order_fields(struct order *order, const struct def *def);

/* What a record points at by the other name of a record that is being ordered has that name before it. */
static void order_pointed(struct order *order, const struct type *type)
{
    while (type->more->of) {
        type = type->more->of;
    }
    const struct symbol *symbol = type->kind == TYPE_NAMED ? type->more->symbol : NULL;
    for (size_t i = 0; symbol && i < symbol->defs.len; i++) {
        if (symbol->defs.at[i]->order == ORDER_OPEN) {
            order_needed(order, symbol->defs.at[i]);
        }
    }
}

/* Orders what must stand before a type, where that is in the same folder. */
static void order_type(struct order *order, const struct type *type)
{
    for (const struct type *part = type; part; part = part->more->of) {
        order_formula(order, part->more->length);
        const struct type *of = part->kind == TYPE_HANDLE ? part->more->of : NULL;
        struct def *handle = of && of->kind == TYPE_NAMED ? map_get(&order->handles, of->more->name) : NULL;
        if (handle) {
            order_def(order, handle);
        }
    }
    const struct type *whole = type;
    type = type ? type_first(type) : NULL;
    if (!type) {
        if (whole) {
            order_pointed(order, whole);
        }
        return;
    }
    if (type->kind == TYPE_RECORD) {
        order_fields(order, type->more->record);
        return;
    }
    for (size_t i = 0; i < type->more->symbol->defs.len; i++) {
        order_needed(order, type->more->symbol->defs.at[i]);
    }
}

static void order_fields(struct order *order, const struct def *def)
{
    for (size_t i = 0; i < def->fields.len; i++) {
        order_type(order, def->fields.at[i].type);
    }
}

/* Whether C can give a record another name before the record is known: what is in it may have that name. */
static bool names_ahead(const struct def *def)
{
    const struct type *type = def->kind == DEF_TYPEDEF && !def->broken ? def->fields.at[0].type : NULL;
    return type && type->kind == TYPE_NAMED &&
           (type->elaboration == ELABORATED_STRUCT || type->elaboration == ELABORATED_UNION);
}

static void place(struct order *order, struct def *def)
{
    if (def->order != ORDER_DONE) {
        def->order = ORDER_DONE;
        VEC_PUSH(order->spec->arena, &order->defs, def);
    }
}

static void order_def(struct order *order, struct def *def)
{
    if (def->order == ORDER_OPEN && names_ahead(def)) {
        place(order, def); /* what it names holds it */
    }
    if (def->order != ORDER_NEW || order->depth > ORDER_NESTING_MAX) {
        return;
    }
    order->depth++;
    def->order = ORDER_OPEN;
    if (def->made_by) {
        order_def(order, def->made_by); /* in a header, the call of the macro that makes it */
    }
    if (!def->broken) {
        order_fields(order, def);
        for (size_t i = 0; i < def->more->bits.len; i++) {
            order_type(order, def->more->bits.at[i].type);
        }
        for (size_t i = 0; i < def->more->variants.len; i++) {
            order_formula(order, &def->more->variants.at[i].formula);
        }
        order_type(order, def->kind == DEF_HANDLE ? def->type : NULL);
        order_formula(order, def->kind == DEF_CONSTANT ? &def->more->formula : NULL);
        if (def->row && def->row->compat) {
            order_type(order, def->row->compat);
        }
        order_formula(order, def->row ? &def->row->length : NULL);
    }
    order->depth--;
    place(order, def);
}

static void order_folder(const struct spec *spec, struct folder *folder)
{
    struct order order = {.spec = spec, .folder = folder, .handles = map_new(spec->arena)};
    for (size_t i = 0; i < folder->defs.len && folder->header.given; i++) {
        if (folder->defs.at[i]->kind == DEF_HANDLE) {
            map_add(&order.handles, folder->defs.at[i]->name.s, folder->defs.at[i]);
        }
    }
    for (size_t i = 0; i < folder->defs.len; i++) {
        order_def(&order, folder->defs.at[i]);
    }
    for (size_t i = 0; i < order.defs.len; i++) {
        folder->defs.at[i] = order.defs.at[i];
    }
    arena_drop(spec->arena, order.defs.at, order.defs.cap * sizeof *order.defs.at);
}

/* One definition whose needs are being found. */
struct needer {
    const struct spec *spec;
    struct def *def;
    uint32_t off, len; /* of what needs something */
};

static void need_def(const struct needer *n, const struct def *target)
{
    struct folder *folder = n->def->folder;
    if (target->folder != folder && target->folder->needed_by != folder) {
        struct need need = {.folder = target->folder, .source = n->def->source, .off = n->off, .len = n->len};
        VEC_PUSH(n->spec->arena, &folder->needs, need);
        target->folder->needed_by = folder;
    }
}

static void need_name(const struct expr *part, void *data)
{
    const struct needer *n = data;
    const struct constant_ref *ref = part->kind == EXPR_NAME ? map_get(&n->spec->constants, part->name) : NULL;
    for (; ref; ref = ref->next) {
        need_def(n, ref->def);
    }
}

static void need_formula(struct needer *n, const struct formula *formula)
{
    if (formula->expr) {
        n->off = formula->text.off;
        n->len = formula->text.len;
        expr_visit(formula->expr, need_name, n);
    }
}

/* Adds the folders of what a type names to those that `def`'s folder needs. */
static void need_type(struct needer *n, const struct type *type)
{
    for (const struct type *part = type; part; part = part->more->of) {
        need_formula(n, part->more->length);
        for (size_t i = 0; part->kind == TYPE_RECORD && i < part->more->record->fields.len; i++) {
            need_type(n, part->more->record->fields.at[i].type);
        }
    }
    const struct symbol *symbol = type ? type_symbol(type) : NULL;
    for (size_t i = 0; symbol && i < symbol->defs.len; i++) {
        const struct def *target = symbol->defs.at[i];
        struct config_set both = def_configs(n->spec, target), own = def_configs(n->spec, n->def);
        both = config_set_both(both, &own);
        n->off = type->off;
        n->len = type->len;
        if (!config_set_is_empty(&both)) {
            need_def(n, target);
        }
    }
}

static int compare_needs(const void *pa, const void *pb)
{
    const struct need *a = pa, *b = pb;
    return str_cmp(a->folder->name, b->folder->name);
}

static void find_needs(const struct spec *spec, struct folder *folder)
{
    for (size_t d = 0; d < folder->defs.len; d++) {
        struct def *def = folder->defs.at[d];
        struct needer n = {.spec = spec, .def = def};
        for (size_t i = 0; i < def->fields.len; i++) {
            need_type(&n, def->fields.at[i].type);
        }
        for (size_t i = 0; i < def->more->bits.len; i++) {
            need_type(&n, def->more->bits.at[i].type);
        }
        for (size_t i = 0; i < def->more->variants.len; i++) {
            need_formula(&n, &def->more->variants.at[i].formula);
        }
        if (def->kind == DEF_CONSTANT) { /* of a hypercall's number C has nothing */
            need_formula(&n, &def->more->formula);
        }
    }
    if (folder->needs.len) {
        qsort(folder->needs.at, folder->needs.len, sizeof *folder->needs.at, compare_needs);
    }
}

/* Headers cannot include each other in a circle, unless they say themselves where what is included. */
static void check_cycle(struct folder *folder, struct diags *diags)
{
    folder->walk = FOLDER_OPEN;
    for (size_t i = 0; i < folder->needs.len; i++) {
        const struct need *need = &folder->needs.at[i];
        if (need->folder->walk == FOLDER_OPEN && !(folder->header.given && need->folder->header.given)) {
            diag_add(diags, RULE_INCLUDE_CYCLE, (struct span){need->source, need->off, need->len},
                     "`%.*s` and `%.*s` need each other", STR_ARG(folder->name), STR_ARG(need->folder->name));
        } else if (need->folder->walk == FOLDER_NEW) {
            check_cycle(need->folder, diags);
        }
    }
    folder->walk = FOLDER_DONE;
}

void spec_order(struct spec *spec, struct diags *diags)
{
    for (size_t f = 0; f < spec->folders.len; f++) {
        order_folder(spec, spec->folders.at[f]);
        find_needs(spec, spec->folders.at[f]);
    }
    for (size_t f = 0; f < spec->folders.len; f++) {
        if (spec->folders.at[f]->walk == FOLDER_NEW) {
            check_cycle(spec->folders.at[f], diags);
        }
    }
}
