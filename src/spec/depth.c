/* How deep records lie in one another. */
#include "spec/resolver.h"

#include "base/buf.h"

/* Whether C can point at a type before it is whole: it can by a tag, and where it stands for an integer. */
static bool can_stand_first(const struct type *type)
{
    const struct def *def = symbol_any(type->more->symbol);
    if (def->kind == DEF_TYPEDEF) {
        const struct type *of = def->fields.len ? def->fields.at[0].type : NULL;
        def = of && of->kind == TYPE_NAMED && of->more->symbol ? symbol_any(of->more->symbol) : NULL;
        return def && def_is_record(def) && def->c_form != C_FORM_TYPEDEF;
    }
    return def_is_record(def) ? def->c_form != C_FORM_TYPEDEF : type->elaboration != ELABORATED_ENUM;
}

const struct type *type_first(const struct type *type)
{
    type = type_element(type);
    bool pointed_at = type->kind == TYPE_HANDLE || type->kind == TYPE_POINTER;
    while (type->more->of) {
        type = type->more->of;
    }
    if (type->kind == TYPE_RECORD) {
        return type;
    }
    if (type->kind != TYPE_NAMED || !type->more->symbol) {
        return NULL;
    }
    return pointed_at && can_stand_first(type) ? NULL : type;
}

/* While a definition's depth is being found, it is this. */
#define DEPTH_OPEN UINT32_MAX

struct walk {
    struct resolver *r;
    struct def *path[STRUCT_NESTING_MAX + 1]; /* definitions that are open */
    const struct field *via[STRUCT_NESTING_MAX + 1];
    size_t len;
};

static void report_recursion(struct walk *walk, const struct def *again)
{
    size_t start = 0;
    while (walk->path[start] != again) {
        start++;
    }
    const struct def *def = walk->path[walk->len - 1];
    const struct field *field = walk->via[walk->len - 1];
    struct buf path = buf_new(walk->r->arena);
    for (size_t i = start; i < walk->len; i++) {
        buf_printf(&path, "`%.*s%s%.*s` -> ", STR_ARG(walk->path[i]->name.s), walk->via[i]->name.len ? "." : "",
                   STR_ARG(walk->via[i]->name.s));
    }
    diag_add(walk->r->diags, RULE_TYPE_RECURSION, def_span(def, field->type->off, field->type->len),
             "`%.*s` would hold itself: %.*s`%.*s`", STR_ARG(again->name.s), STR_ARG(buf_view(&path)),
             STR_ARG(again->name.s));
}

static void walk_def(struct walk *walk, struct def *def);

/* Goes into what a member holds; the depth of that. */
static unsigned walk_held(struct walk *walk, struct def *def, struct def *held)
{
    if (held->depth == DEPTH_OPEN) {
        if (!def->broken) {
            report_recursion(walk, held);
            def->broken = true;
        }
        return 0;
    }
    walk_def(walk, held);
    def->broken = def->broken || held->broken;
    return held->depth;
}

/* Finds the depth of a definition after those of what it holds. */
static void walk_def(struct walk *walk, struct def *def)
{
    if (def->depth) {
        return;
    }
    if (walk->len > STRUCT_NESTING_MAX) {
        def->depth = 1;
        def->broken = true;
        diag_add(walk->r->diags, RULE_NESTING_LIMIT, def_span(def, def->name.off, def->name.len),
                 "`%.*s` lies more than %d structs deep", STR_ARG(def->name.s), STRUCT_NESTING_MAX);
        return;
    }
    unsigned depth = 0;
    def->depth = DEPTH_OPEN;
    walk->path[walk->len++] = def;
    for (size_t i = 0; i < def->fields.len; i++) {
        const struct field *field = &def->fields.at[i];
        const struct type *type = type_first(field->type);
        walk->via[walk->len - 1] = field;
        if (!type) {
            continue;
        }
        size_t held_len = type->kind == TYPE_RECORD ? 1 : type->more->symbol->defs.len;
        for (size_t d = 0; d < held_len; d++) {
            struct def *held = type->kind == TYPE_RECORD ? type->more->record : type->more->symbol->defs.at[d];
            unsigned below = walk_held(walk, def, held);
            depth = below > depth ? below : depth;
        }
    }
    walk->len--;
    def->depth = depth + 1;
    if (def->depth > STRUCT_NESTING_MAX && !def->broken) {
        def->broken = true;
        diag_add(walk->r->diags, RULE_NESTING_LIMIT, def_span(def, def->name.off, def->name.len),
                 "`%.*s` holds structs more than %d deep", STR_ARG(def->name.s), STRUCT_NESTING_MAX);
    }
}

void resolve_depths(struct resolver *r)
{
    struct walk walk = {.r = r};
    for (size_t f = 0; f < r->spec->folders.len; f++) {
        for (size_t d = 0; d < r->spec->folders.at[f]->defs.len; d++) {
            walk_def(&walk, r->spec->folders.at[f]->defs.at[d]);
        }
    }
}
