/* Which hypercalls may hand a record back to their caller, and with it what its padding held. */
#include "check/checker.h"

#include "spec/resolve.h"

/* A hypercall, or one of its sub-operations, that hands something back. */
struct giver {
    const struct def *call; /* NULL: none does */
    const struct text *op;  /* or NULL */
};

static void reach_type(struct checker *c, const struct type *type, const struct giver *giver);

/* The first giver counts, and each definition is looked into once. */
static void reach_def(struct checker *c, const struct def *def, const struct giver *giver)
{
    struct str key = {(const char *)&def, sizeof def};
    if (def->broken || map_get(&c->givers, key)) {
        return;
    }
    struct giver *copy = ARENA_NEW(c->arena, struct giver);
    *copy = *giver;
    map_add(&c->givers, str_copy(c->arena, key), copy);
    for (size_t i = 0; i < def->fields.len; i++) {
        reach_type(c, def->fields.at[i].type, giver);
    }
}

/* What a type holds, and what it points at unless that is only read. */
static void reach_type(struct checker *c, const struct type *type, const struct giver *giver)
{
    type = type_element(type);
    if ((type->kind == TYPE_HANDLE || type->kind == TYPE_POINTER) && !type->is_const) {
        reach_type(c, type->more->of, giver);
    } else if (type->kind == TYPE_RECORD) {
        reach_def(c, type->more->record, giver);
    }
    for (size_t i = 0; type->kind == TYPE_NAMED && i < type->more->symbol->defs.len; i++) {
        reach_def(c, type->more->symbol->defs.at[i], giver);
    }
}

/* What a hypercall's sub-operations say first, since they know more than the call: those that give, then those that do
 * not; and then its own arguments. */
enum pass { PASS_OPS_OUT, PASS_OPS_IN, PASS_ARGS, PASS_COUNT };

static void reach_call(struct checker *c, const struct def *call, enum pass pass)
{
    for (size_t i = 0; i < call->row->ops.len && pass != PASS_ARGS; i++) {
        const struct call_op *op = &call->row->ops.at[i];
        if (op->arg && (op->dir == DIR_IN) == (pass == PASS_OPS_IN)) {
            reach_type(c, op->arg, &(struct giver){pass == PASS_OPS_IN ? NULL : call, &op->name});
        }
    }
    for (size_t i = 0; i < call->row->args.len && pass == PASS_ARGS; i++) {
        if (call->row->args.at[i].dir != DIR_IN) {
            reach_type(c, call->row->args.at[i].type, &(struct giver){call, NULL});
        }
    }
}

static void reach_all(struct checker *c)
{
    c->givers = map_new(c->arena);
    for (enum pass pass = 0; pass < PASS_COUNT; pass++) {
        for (size_t f = 0; f < c->spec->folders.len; f++) {
            const struct folder *folder = c->spec->folders.at[f];
            for (size_t d = 0; d < folder->defs.len; d++) {
                const struct def *def = folder->defs.at[d];
                if (def->kind == DEF_HYPERCALL && !def->broken) {
                    reach_call(c, def, pass);
                }
            }
        }
    }
}

void checker_note_giver(struct checker *c, struct diag *diag, const struct record *record)
{
    if (!c->reached) {
        c->reached = true;
        reach_all(c);
    }
    struct str key = {(const char *)&record->def, sizeof record->def};
    const struct giver *giver = map_get(&c->givers, key);
    if (!giver || !giver->call) {
        return;
    }
    if (giver->op) {
        diag_note(c->diags, diag, checker_text_span(giver->call, giver->op),
                  "`%.*s` of `%.*s` may hand it back to the caller with whatever was there", STR_ARG(giver->op->s),
                  STR_ARG(giver->call->name.s));
    } else {
        diag_note(c->diags, diag, checker_text_span(giver->call, &giver->call->name),
                  "`%.*s` may hand it back to the caller with whatever was there", STR_ARG(giver->call->name.s));
    }
}
