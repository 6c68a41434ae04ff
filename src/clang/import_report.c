/* What people are told about an import. */
#include "clang/import_draft.h"

static void list_item(const struct draft *draft, struct buf *out, const struct draft_item *item)
{
    struct position at = source_position(draft->arena, &item->header->source, item->off);
    struct str name = item->name.len ? item->name : item->other_name;
    buf_printf(out, "  %.*s:%u:%u: %.*s: %s\n", STR_ARG(item->header->name), at.line, at.column, STR_ARG(name),
               item->reason);
}

static size_t list_kind(const struct draft *draft, struct buf *out, enum item_kind kind, const char *title)
{
    size_t len = 0;
    for (size_t h = 0; h < draft->list.len; h++) {
        bool is_out = draft->list.at[h]->left_out.len != 0;
        for (size_t i = 0; !is_out && i < draft->list.at[h]->items.len; i++) {
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
        bool is_out = draft->list.at[h]->left_out.len != 0;
        for (size_t i = 0; !is_out && i < draft->list.at[h]->items.len; i++) {
            const struct draft_item *item = draft->list.at[h]->items.at[i];
            len += item->kind == kind && (kind != ITEM_DROPPED || item->reason);
        }
    }
    return len;
}

static void list_headers(const struct draft *draft, struct buf *out)
{
    bool any = false;
    for (size_t h = 0; h < draft->list.len; h++) {
        const struct draft_header *header = draft->list.at[h];
        if (header->left_out.len) {
            buf_text(out, any ? "" : "Headers that are not in the spec:\n");
            any = true;
            buf_printf(out, "  %.*s: %.*s\n", STR_ARG(header->header->name), STR_ARG(header->left_out));
        }
    }
}

struct str draft_report(const struct draft *draft)
{
    struct buf out = buf_new(draft->arena);
    buf_printf(&out, "%zu headers: %zu records, %zu enums, %zu typedefs, %zu handles, %zu constants, %zu texts\n",
               draft->list.len, count_kind(draft, ITEM_RECORD), count_kind(draft, ITEM_ENUM),
               count_kind(draft, ITEM_TYPEDEF), count_kind(draft, ITEM_HANDLE), count_kind(draft, ITEM_CONSTANT),
               count_kind(draft, ITEM_VERBATIM));
    list_headers(draft, &out);
    list_kind(draft, &out, ITEM_DROPPED, "Not in the spec:\n");
    list_kind(draft, &out, ITEM_VERBATIM, "Text for C alone:\n");
    return buf_view(&out);
}
