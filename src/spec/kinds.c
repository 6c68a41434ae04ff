#include "spec/kinds.h"

#include "spec/resolve.h"

/* A definition of a name. */
struct kind_of {
    enum def_kind kind;
    struct span span;
    struct kind_of *next; /* another of the same name */
};

/* A type that says what a name stands for. */
struct kind_said {
    struct str name;
    enum def_kind kind;
    struct span span;
};

struct kinds kinds_new(struct arena *arena)
{
    return (struct kinds){.arena = arena, .defined = map_new(arena)};
}

static void add_type(struct kinds *kinds, const struct def *def, const struct type *type)
{
    while (type && (type->kind == TYPE_ARRAY || type->kind == TYPE_HANDLE || type->kind == TYPE_POINTER)) {
        type = type->more->of;
    }
    if (type && type->kind == TYPE_NAMED && type->wanted != DEF_KIND_COUNT) {
        VEC_PUSH(kinds->arena, &kinds->said,
                 ((struct kind_said){str_copy(kinds->arena, type->more->name), type->wanted,
                                     def_span(def, type->off, type->len)}));
    }
}

static void add_def(struct kinds *kinds, const struct def *def)
{
    if (def->name.s.len && !def_is_for_c(def) && !def_is_row(def)) {
        struct kind_of *kind = ARENA_NEW(kinds->arena, struct kind_of);
        *kind = (struct kind_of){def->kind, def_span(def, def->name.off, def->name.len), NULL};
        struct kind_of *first = map_get(&kinds->defined, def->name.s);
        if (first) {
            kind->next = first->next;
            first->next = kind;
        } else {
            map_add(&kinds->defined, str_copy(kinds->arena, def->name.s), kind);
        }
    }
    add_type(kinds, def, def->type);
    for (size_t i = 0; i < def->fields.len; i++) {
        const struct field *field = &def->fields.at[i];
        const struct def *record = field_record(field);
        if (record) {
            add_def(kinds, record);
        } else {
            add_type(kinds, def, field->type);
        }
    }
    for (size_t i = 0; i < def->more->bits.len; i++) {
        add_type(kinds, def, def->more->bits.at[i].type);
    }
    if (!def->row) {
        return;
    }
    for (size_t i = 0; i < def->row->args.len; i++) {
        add_type(kinds, def, def->row->args.at[i].type);
    }
    for (size_t i = 0; i < def->row->ops.len; i++) {
        add_type(kinds, def, def->row->ops.at[i].arg);
    }
    const struct type *others[] = {def->row->request, def->row->response, def->row->type, def->row->compat};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        add_type(kinds, def, others[i]);
    }
}

void kinds_add(struct kinds *kinds, const struct folder *folder)
{
    for (size_t i = 0; i < folder->defs.len; i++) {
        add_def(kinds, folder->defs.at[i]);
    }
}

void kinds_report(const struct kinds *kinds, struct diags *diags)
{
    for (size_t i = 0; i < kinds->said.len; i++) {
        const struct kind_said *said = &kinds->said.at[i];
        const struct kind_of *first = map_get(&kinds->defined, said->name), *right = first;
        while (right && right->kind != said->kind) {
            right = right->next;
        }
        if (first && !right) {
            struct diag *diag = diag_add(diags, RULE_TYPE_KIND, said->span, "`%.*s` is %s, not %s", STR_ARG(said->name),
                                         def_kind_words[first->kind], def_kind_words[said->kind]);
            diag_note(diags, diag, first->span, "defined here");
        }
    }
}
