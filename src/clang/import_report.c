/* What people are told about an import. */
#include "clang/import_draft.h"

struct tally {
    size_t described, verbatim, dropped;
};

static void list_item(const struct draft *draft, struct buf *out, const struct draft_item *item)
{
    struct position at = source_position(draft->arena, &item->header->source, item->off);
    buf_printf(out, "  %.*s:%u:%u: %.*s: %s\n", STR_ARG(item->header->name), at.line, at.column, STR_ARG(item->name),
               item->reason);
}

static size_t list_kind(const struct draft *draft, struct buf *out, enum item_kind kind, const char *title)
{
    size_t len = 0;
    for (size_t h = 0; h < draft->list.len; h++) {
        for (size_t i = 0; i < draft->list.at[h]->items.len; i++) {
            const struct draft_item *item = draft->list.at[h]->items.at[i];
            if (item->kind == kind && item->reason) {
                buf_text(out, len ? "" : title);
                list_item(draft, out, item);
                len++;
            }
        }
    }
    return len;
}

static size_t count_kind(const struct draft *draft, enum item_kind kind)
{
    size_t len = 0;
    for (size_t h = 0; h < draft->list.len; h++) {
        for (size_t i = 0; i < draft->list.at[h]->items.len; i++) {
            const struct draft_item *item = draft->list.at[h]->items.at[i];
            len += item->kind == kind && (kind != ITEM_DROPPED || item->reason);
        }
    }
    return len;
}

struct str draft_report(const struct draft *draft)
{
    struct buf out = buf_new(draft->arena);
    buf_printf(&out, "%zu headers: %zu records, %zu enums, %zu typedefs, %zu handles, %zu constants, %zu texts\n",
               draft->list.len, count_kind(draft, ITEM_RECORD), count_kind(draft, ITEM_ENUM),
               count_kind(draft, ITEM_TYPEDEF), count_kind(draft, ITEM_HANDLE), count_kind(draft, ITEM_CONSTANT),
               count_kind(draft, ITEM_VERBATIM));
    list_kind(draft, &out, ITEM_DROPPED, "Not in the spec:\n");
    list_kind(draft, &out, ITEM_VERBATIM, "Text for C alone:\n");
    return buf_view(&out);
}
