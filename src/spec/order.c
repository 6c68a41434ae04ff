#include "spec/order.h"

#include "spec/resolve.h"

#include <stdlib.h>

struct order {
    struct arena *arena;
    struct folder *folder;
    VEC(struct def *) defs;
};

static void order_def(struct order *order, struct def *def);

/* Orders what must stand before a type, where that is in the same folder. */
static void order_type(struct order *order, const struct type *type)
{
    type = type ? type_first(type) : NULL;
    if (!type) {
        return;
    }
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        if (type->symbol->on[abi] && type->symbol->on[abi]->folder == order->folder) {
            order_def(order, type->symbol->on[abi]);
            return;
        }
    }
}

static void order_def(struct order *order, struct def *def)
{
    if (def->ordered) {
        return;
    }
    def->ordered = true;
    for (size_t i = 0; i < def->fields.len && !def->broken; i++) {
        order_type(order, def->fields.at[i].type);
    }
    for (size_t i = 0; i < def->bits.len && !def->broken; i++) {
        order_type(order, def->bits.at[i].type);
    }
    VEC_PUSH(order->arena, &order->defs, def);
}

static void order_folder(struct arena *arena, struct folder *folder)
{
    struct order order = {.arena = arena, .folder = folder};
    for (size_t i = 0; i < folder->defs.len; i++) {
        order_def(&order, folder->defs.at[i]);
    }
    for (size_t i = 0; i < order.defs.len; i++) {
        folder->defs.at[i] = order.defs.at[i];
    }
}

/* Adds the folders of what a type names to those that `def`'s folder needs. */
static void need_type(struct arena *arena, const struct def *def, const struct type *type)
{
    const struct symbol *symbol = type_symbol(type);
    struct folder *folder = def->folder;
    for (enum abi abi = 0; abi < ABI_COUNT && symbol; abi++) {
        struct def *target = (def->abis & ABI_BIT(abi)) ? symbol->on[abi] : NULL;
        if (target && target->folder != folder && target->folder->needed_by != folder) {
            struct need need = {.folder = target->folder, .source = def->source, .off = type->off, .len = type->len};
            VEC_PUSH(arena, &folder->needs, need);
            target->folder->needed_by = folder;
        }
    }
}

static int compare_needs(const void *pa, const void *pb)
{
    const struct need *a = pa, *b = pb;
    return str_cmp(a->folder->name, b->folder->name);
}

static void find_needs(struct arena *arena, struct folder *folder)
{
    for (size_t d = 0; d < folder->defs.len; d++) {
        const struct def *def = folder->defs.at[d];
        for (size_t i = 0; i < def->fields.len; i++) {
            need_type(arena, def, def->fields.at[i].type);
        }
        for (size_t i = 0; i < def->bits.len; i++) {
            need_type(arena, def, def->bits.at[i].type);
        }
    }
    if (folder->needs.len) {
        qsort(folder->needs.at, folder->needs.len, sizeof *folder->needs.at, compare_needs);
    }
}

/* Headers cannot include each other in a circle. */
static void check_cycle(struct folder *folder, struct diags *diags)
{
    folder->walk = FOLDER_OPEN;
    for (size_t i = 0; i < folder->needs.len; i++) {
        const struct need *need = &folder->needs.at[i];
        if (need->folder->walk == FOLDER_OPEN) {
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
        order_folder(spec->arena, spec->folders.at[f]);
        find_needs(spec->arena, spec->folders.at[f]);
    }
    for (size_t f = 0; f < spec->folders.len; f++) {
        if (spec->folders.at[f]->walk == FOLDER_NEW) {
            check_cycle(spec->folders.at[f], diags);
        }
    }
}
