/* What names something exists where that does. */
#include "spec/resolver.h"

#include "spec/sample.h"

/* The configurations in which a name stands for something, as far as is known yet. */
static struct config_set symbol_configs(const struct spec *spec, const struct symbol *symbol)
{
    struct config_set set = {{0}};
    for (size_t i = 0; i < symbol->defs.len; i++) {
        struct config_set more = def_configs(spec, symbol->defs.at[i]);
        set = config_set_either(set, &more);
    }
    return set;
}

/* A definition that names a symbol, in a member with conditions of its own or without. */
struct user {
    struct def *def;
    const struct when *when;
    struct user *next;
};

static void add_user(struct resolver *r, struct def *def, const struct when *when, const struct type *type)
{
    struct symbol *symbol = type_symbol(type);
    if (symbol && !(symbol->users && symbol->users->def == def && symbol->users->when == when)) {
        struct user *user = ARENA_NEW(r->scratch, struct user);
        *user = (struct user){.def = def, .when = when, .next = symbol->users};
        symbol->users = user;
    }
}

/* What the members of a record name; `when` is that of the inline record that they are in, or NULL. */
static void add_field_users(struct resolver *r, struct def *def, const struct def *record, const struct when *when)
{
    for (size_t i = 0; i < record->fields.len; i++) {
        const struct field *field = &record->fields.at[i];
        const struct when *own = field->more->when.exists ? &field->more->when : when;
        const struct type *type = type_element(field->type);
        if (type->kind == TYPE_RECORD) {
            add_field_users(r, def, type->more->record, own);
        } else {
            add_user(r, def, own, field->type);
        }
    }
}

/* Takes from a definition the configurations in which it would name nothing; whether there were such. */
static bool confine_user(struct resolver *r, const struct user *user, const struct config_set *there)
{
    struct def *def = user->def;
    struct config_set before = def_configs(r->spec, def);
    struct config_set gone = config_set_less(before, there);
    if (user->when && user->when->exists) {
        gone = config_set_both(gone, user->when->exists);
    }
    if (config_set_is_empty(&gone)) {
        return false;
    }
    struct config_set left = config_set_less(before, &gone);
    def_confine(r->spec, def, &left);
    if (def->when.conditions.any.len) {
        struct config_set all = {{0}};
        all = config_set_either(all, &before);
        for (unsigned config = 0; config < spec_configs(r->spec); config++) {
            config_set_add(&all, config);
        }
        def->when.conditions = conditions_from_set(r->arena, r->spec->samples, r->spec->samples_len, &left, &all);
    }
    if (config_set_is_empty(&left) && !def->broken) {
        def->broken = true;
        diag_add(r->diags, RULE_ARCH_MISSING, def_span(def, def->name.off, def->name.len),
                 "no ABI has all that `%.*s` names", STR_ARG(def->name.s));
    }
    return true;
}

/*
 * Where what a definition names does not exist, it does not exist either. Each change goes on to those who name what
 * changed; there are few for each name, for every change leaves fewer configurations.
 */
static void confine_all(struct resolver *r)
{
    VEC(struct def *) changed = {0};
    for (size_t f = 0; f < r->spec->folders.len; f++) {
        const struct folder *folder = r->spec->folders.at[f];
        for (size_t d = 0; d < folder->defs.len; d++) {
            struct def *def = folder->defs.at[d];
            add_field_users(r, def, def, NULL);
            for (size_t i = 0; i < def->more->bits.len; i++) {
                add_user(r, def, &def->more->bits.at[i].when, def->more->bits.at[i].type);
            }
            if (def->kind == DEF_HANDLE) {
                add_user(r, def, NULL, def->type);
            }
            for (size_t i = 0; def->row && i < def->row->args.len; i++) {
                add_user(r, def, &def->row->args.at[i].when, def->row->args.at[i].type);
            }
            if ((def->abis != spec_abis(r->spec) || def->exists) && def->symbol) {
                VEC_PUSH(r->scratch, &changed, def);
            }
        }
    }
    for (size_t i = 0; i < changed.len; i++) {
        const struct symbol *symbol = changed.at[i]->symbol;
        struct config_set there = symbol_configs(r->spec, symbol);
        for (const struct user *user = symbol->users; user; user = user->next) {
            if (confine_user(r, user, &there) && user->def->symbol) {
                VEC_PUSH(r->scratch, &changed, user->def);
            }
        }
    }
}

/* A sub-operation is there where what it works on is. */
static void resolve_ops(struct resolver *r, struct def *def)
{
    for (size_t i = 0; def->row && i < def->row->ops.len; i++) {
        struct call_op *op = &def->row->ops.at[i];
        const struct type *works_on[] = {op->arg, op->arg2};
        for (size_t k = 0; k < sizeof works_on / sizeof *works_on; k++) {
            const struct symbol *symbol = works_on[k] ? type_symbol(works_on[k]) : NULL;
            if (!symbol) {
                continue;
            }
            struct config_set there = symbol_configs(r->spec, symbol), here = when_configs(r->spec, &op->when);
            struct config_set *both = ARENA_NEW(r->arena, struct config_set);
            *both = config_set_both(here, &there);
            op->when.exists = both;
        }
    }
}

void resolve_existence(struct resolver *r)
{
    confine_all(r);
    for (size_t f = 0; f < r->spec->folders.len; f++) {
        for (size_t d = 0; d < r->spec->folders.at[f]->defs.len; d++) {
            resolve_ops(r, r->spec->folders.at[f]->defs.at[d]);
        }
    }
}
