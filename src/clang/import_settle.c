/* A draft becomes a spec that the checks pass and that differs in nothing from the headers, or says less. */
#include "clang/import_draft.h"

#include "check/check.h"
#include "layout/layout.h"
#include "spec/names.h"
#include "spec/order.h"
#include "spec/read.h"
#include "spec/resolve.h"
#include "toml/toml.h"
#include "clang/verify.h"

#include <stdlib.h>
#include <string.h>

/* Each round makes at least one item simpler, and few need more than a handful. */
#define ROUNDS_MAX 60

/* A new name has a number after it, and is not too long with that. */
#define NEW_NAME_MAX (NAME_LENGTH_MAX - 3)

static int compare_folders(const void *a, const void *b)
{
    return str_cmp((*(struct folder *const *)a)->name, (*(struct folder *const *)b)->name);
}

/* The configuration of the spec that answers a view of the survey. */
static unsigned answering_config(const struct spec *spec, unsigned view)
{
    static const enum context of_way[WAY_COUNT] = {[WAY_GUEST] = CONTEXT_GUEST,
                                                   [WAY_LEGACY] = CONTEXT_GUEST,
                                                   [WAY_TOOLS] = CONTEXT_TOOLS,
                                                   [WAY_XEN] = CONTEXT_XEN};
    enum way way = view_way(view);
    return spec_config(spec, view_abi(view), of_way[way], way == WAY_LEGACY ? 0 : INTERFACE_NEWEST);
}

/* Takes the text of the draft through all stages; what they find is in `diags`. */
static void make_spec(const struct draft *draft, struct spec *spec, struct diags *diags)
{
    struct arena *arena = spec->arena;
    for (size_t h = 0; h < draft->list.len; h++) {
        struct draft_header *header = draft->list.at[h];
        if (header->left_out.len) {
            continue;
        }
        struct folder *folder = ARENA_NEW(arena, struct folder);
        folder->name = header->folder;
        folder->arch = arch_of_folder(header->folder);
        VEC_PUSH(arena, &spec->folders, folder);
        spec_read(arena, arena_child(arena), folder, header->source.path, &header->source, 0, diags);
    }
    if (spec->folders.len) {
        qsort(spec->folders.at, spec->folders.len, sizeof *spec->folders.at, compare_folders);
    }
    spec_resolve(spec, diags);
    spec_names(spec, diags);
    spec_order(spec, diags);
    layout_spec(spec, diags);
    check_spec(spec, diags);
    if (!diags->list.len) {
        struct verification v = {
            .spec = spec, .headers = draft->headers, .survey = draft->survey, .views = view_sets(ABI_ALL, WAY_ALL)};
        for (unsigned view = 0; view < VIEW_COUNT; view++) {
            v.configs[view] = answering_config(spec, view);
        }
        verify_spec(&v, diags);
    }
    diags_sort(diags);
}

/* The item whose text a finding is about, or NULL. */
static struct draft_item *item_at(const struct draft *draft, const struct diag *diag)
{
    for (size_t h = 0; h < draft->list.len; h++) {
        struct draft_header *header = draft->list.at[h];
        for (size_t i = 0; i < header->items.len && diag->span.source == &header->source; i++) {
            struct draft_item *item = header->items.at[i];
            if (diag->span.off >= item->out_off && diag->span.off < item->out_off + item->out_len) {
                return item;
            }
        }
    }
    return NULL;
}

/* Leaves out the headers of which a finding says that they cannot be described as a whole. */
static bool leave_out(const struct draft *draft, const struct diags *diags)
{
    bool any = false;
    for (size_t h = 0; h < draft->list.len; h++) {
        struct draft_header *header = draft->list.at[h];
        for (size_t i = 0; i < diags->list.len && !header->left_out.len; i++) {
            const struct diag *diag = &diags->list.at[i];
            if (diag->span.source == &header->source && !item_at(draft, diag)) {
                header->left_out = str_copy(draft->arena, diag->message);
                any = true;
            }
        }
    }
    return any;
}

static struct draft_header *header_of(const struct draft *draft, const struct draft_item *item)
{
    for (size_t h = 0; h < draft->list.len; h++) {
        if (draft->list.at[h]->header == item->header) {
            return draft->list.at[h];
        }
    }
    return NULL;
}

/* Whether something can be done about a finding by saying where an item is not. */
static bool make_exact(const struct draft *draft, struct draft_item *item, enum rule rule)
{
    const struct draft_header *header = header_of(draft, item);
    static const enum rule helped[] = {RULE_ARCH_MISSING,   RULE_TYPE_UNKNOWN, RULE_VALUE_UNKNOWN,
                                       RULE_NAME_DUPLICATE, RULE_NAME_CLASH,   RULE_VERIFY_MISSING};
    bool may_help = false;
    for (size_t i = 0; i < sizeof helped / sizeof *helped; i++) {
        may_help = may_help || rule == helped[i];
    }
    if (!may_help || item->exact > 1) {
        return false;
    }
    bool is_more = !config_set_equal(&header->among, &header->all);
    item->exact = item->exact || !is_more ? 2 : 1;
    return item->exact == 1 || !config_set_equal(&header->all, &header->every);
}

/* Gives up what is not needed to describe memory. */
static bool give_up_relations(const struct draft *draft, struct draft_item *record)
{
    bool had = !record->no_relations;
    const struct draft_header *header = header_of(draft, record);
    for (size_t i = 0; i < header->items.len; i++) {
        struct draft_item *item = header->items.at[i];
        if (item->for_record == record) {
            item->for_record = NULL;
            item->for_member = NULL;
            item->in_bitmap = false;
        }
    }
    record->no_relations = true;
    return had && record->has_relations;
}

static struct str new_name(const struct draft *draft, const struct draft_item *item)
{
    size_t len = item->name.len < NEW_NAME_MAX ? item->name.len : NEW_NAME_MAX;
    return str_printf(draft->arena, "%.*s_%u", (int)len, item->name.ptr, item->plain + 2);
}

/* Makes an item simpler without saying less of it; false if it cannot be. */
static bool soften(const struct draft *draft, struct draft_item *item, enum rule rule)
{
    if (rule == RULE_TEXT_UNSAFE) {
        draft_forget_descriptions(item, item->record);
        return true;
    }
    if (make_exact(draft, item, rule)) {
        return true;
    }
    if (rule == RULE_TYPE_UNKNOWN) {
        return false;
    }
    switch (item->kind) {
    case ITEM_RECORD:
        if (give_up_relations(draft, item)) {
            return true;
        }
        item->plain += item->plain == 0; /* nothing else is simpler than that */
        return item->plain++ < 2;
    case ITEM_ENUM:
        return item->plain++ == 0;
    case ITEM_CONSTANT:
        return item->plain++ == 0 && item->values.len;
    case ITEM_VERBATIM:
        item->other_name = new_name(draft, item);
        return item->plain++ < 3;
    default:
        return false;
    }
}

/* What stands in the text of a record and is a declaration is there already. */
static void drop_inner(const struct draft *draft, const struct draft_item *record)
{
    const struct draft_header *header = header_of(draft, record);
    for (size_t i = 0; i < header->items.len; i++) {
        struct draft_item *item = header->items.at[i];
        bool is_inside = item != record && item->off > record->from && item->off < record->to;
        if (is_inside && (item->kind == ITEM_ENUM || item->kind == ITEM_RECORD) && !item->from_macro) {
            item->kind = ITEM_DROPPED;
            item->reason = NULL;
        }
    }
}

/* Says less: a definition as text for C, or not at all. */
static void give_up(const struct draft *draft, struct draft_item *item, struct str message)
{
    item->reason_text = str_copy(draft->arena, message);
    item->reason = item->reason_text.ptr;
    struct str text = draft_text(draft, item);
    if (item->kind == ITEM_RECORD && text.ptr) {
        drop_inner(draft, item);
    }
    item->kind = text.ptr ? ITEM_VERBATIM : ITEM_DROPPED;
    item->text = text;
    item->plain = 0;
    item->exact = 0;
}

/* Simplifies what the findings are about; false if there is nothing that can be. */
static bool simplify(const struct draft *draft, const struct diags *diags)
{
    struct draft_item **items = ARENA_ARRAY(draft->arena, diags->list.len, struct draft_item *);
    bool changed = false;
    for (size_t i = 0; i < diags->list.len; i++) {
        items[i] = item_at(draft, &diags->list.at[i]);
        for (size_t k = 0; items[i] && k < i; k++) {
            items[i] = items[k] == items[i] ? NULL : items[i]; /* one step for each item */
        }
        changed = (items[i] && soften(draft, items[i], diags->list.at[i].rule)) || changed;
    }
    for (size_t i = 0; !changed && i < diags->list.len; i++) {
        if (items[i]) {
            give_up(draft, items[i], diags->list.at[i].message);
        }
    }
    for (size_t i = 0; !changed && i < diags->list.len; i++) {
        changed = items[i] != NULL;
    }
    return changed;
}

void draft_settle(struct draft *draft)
{
    struct arena *round = arena_child(draft->arena);
    bool changed = true;
    for (unsigned i = 0; changed && i < ROUNDS_MAX; i++) {
        draft_write(draft);
        struct spec spec = {.arena = round};
        struct diags diags = diags_new(round);
        make_spec(draft, &spec, &diags);
        changed = diags.list.len && (leave_out(draft, &diags) || simplify(draft, &diags));
        arena_clear(round);
    }
}
