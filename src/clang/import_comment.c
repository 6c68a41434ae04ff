/* Descriptions: the comments that stand at definitions and members, as plain text. */
#include "clang/import_draft.h"

#include <string.h>

/* More than this is no description of one thing. */
#define DESCRIPTION_MAX 1200

struct comments {
    struct draft *draft;
    struct str text; /* of the header */
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static bool starts_comment(struct str text, size_t i)
{
    return i + 1 < text.len && text.ptr[i] == '/' && (text.ptr[i + 1] == '*' || text.ptr[i + 1] == '/');
}

/* The end of a comment that starts at `i`. */
static size_t comment_end(struct str text, size_t i)
{
    bool is_line = text.ptr[i + 1] == '/';
    for (i += 2; i < text.len; i++) {
        if (is_line ? text.ptr[i] == '\n' : text.ptr[i - 1] == '*' && text.ptr[i] == '/') {
            return is_line ? i : i + 1;
        }
    }
    return text.len;
}

/* Whether a line of a comment is decoration, or says whose the file is. */
static bool is_plain_line(struct str line)
{
    static const char *const others[] = {"SPDX", "Copyright", "Permission is hereby"};
    bool has_word = false;
    for (size_t i = 0; i < line.len; i++) {
        has_word = has_word || ascii_is_alpha(line.ptr[i]) || ascii_is_digit(line.ptr[i]);
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        has_word = has_word && !str_starts(line, others[i]);
    }
    return has_word;
}

/* A comment without its marks; lines become one. */
static struct str plain_text(struct arena *arena, struct str comment)
{
    struct buf out = buf_new(arena);
    size_t i = 2, end = comment.len;
    if (comment.ptr[1] == '*' && end >= 4) {
        end -= 2;
    }
    while (i < end) {
        size_t start = i;
        while (i < end && comment.ptr[i] != '\n') {
            i++;
        }
        struct str line = {comment.ptr + start, i - start};
        i++;
        while (line.len && (is_blank(line.ptr[0]) || line.ptr[0] == '*' || line.ptr[0] == '<' || line.ptr[0] == '!')) {
            line = (struct str){line.ptr + 1, line.len - 1};
        }
        while (line.len && (is_blank(line.ptr[line.len - 1]) || line.ptr[line.len - 1] == '*')) {
            line.len--;
        }
        if (!is_plain_line(line)) {
            continue;
        }
        buf_text(&out, out.len ? " " : "");
        for (size_t k = 0; k < line.len; k++) {
            char c = line.ptr[k];
            bool doubled = is_blank(c) && out.len && out.ptr[out.len - 1] == ' ';
            bool is_mark =
                (c == '*' || c == '/') && out.len && (out.ptr[out.len - 1] == '*' || out.ptr[out.len - 1] == '/');
            if (!doubled && !is_mark) {
                buf_char(&out, is_blank(c) ? ' ' : c < ' ' || c > '~' ? '?' : c);
            }
        }
    }
    return out.len > DESCRIPTION_MAX ? (struct str){"", 0} : buf_view(&out);
}

/* The comment on the rest of the line after `to`. */
static struct str comment_after(const struct comments *c, uint32_t to)
{
    size_t i = to;
    while (i < c->text.len && (is_blank(c->text.ptr[i]) || c->text.ptr[i] == ';' || c->text.ptr[i] == ',')) {
        i++;
    }
    return starts_comment(c->text, i)
               ? plain_text(c->draft->arena, (struct str){c->text.ptr + i, comment_end(c->text, i) - i})
               : (struct str){"", 0};
}

/* The comment on the lines right before the one that `from` is on. */
static struct str comment_before(const struct comments *c, uint32_t from)
{
    struct str none = {"", 0};
    size_t i = from;
    while (i && c->text.ptr[i - 1] != '\n') {
        i--;
        if (!is_blank(c->text.ptr[i]) && i < from) {
            char first = c->text.ptr[i];
            if (first == '{' || first == '}' || first == ';' || first == ',') {
                return none; /* something else is on that line */
            }
        }
    }
    size_t end = i;
    while (end && (is_blank(c->text.ptr[end - 1]) || c->text.ptr[end - 1] == '\n')) {
        if (c->text.ptr[end - 1] == '\n' && end != i) {
            return none;
        }
        end--;
    }
    if (end < 4 || c->text.ptr[end - 1] != '/' || c->text.ptr[end - 2] != '*') {
        return none;
    }
    size_t start = end - 3;
    while (start && !(c->text.ptr[start] == '*' && c->text.ptr[start - 1] == '/')) {
        start--;
    }
    /* A comment at the end of a line belongs to that line. */
    size_t before = start ? start - 1 : 0;
    while (before && is_blank(c->text.ptr[before - 1])) {
        before--;
    }
    bool alone = !before || c->text.ptr[before - 1] == '\n';
    return start && alone ? plain_text(c->draft->arena, (struct str){c->text.ptr + start - 1, end - start + 1}) : none;
}

static struct str describe(const struct comments *c, uint32_t from, uint32_t to)
{
    struct str after = comment_after(c, to);
    return after.len ? after : comment_before(c, from);
}

static void describe_members(const struct comments *c, struct draft_record *record)
{
    for (size_t i = 0; i < record->members.len; i++) {
        struct draft_member *member = record->members.at[i];
        const struct fact *fact = &member->fact->fact;
        if (fact->to && !fact->from_macro && member->name.len && !member->joined) {
            member->description = describe(c, fact->from, fact->to);
        }
        if (member->inner && !member->joined) {
            describe_members(c, member->inner);
        }
    }
}

static void describe_item(const struct comments *c, struct draft_item *item)
{
    if (item->from_macro || item->kind == ITEM_VERBATIM || item->kind == ITEM_INCLUDE || item->kind == ITEM_HANDLE) {
        return;
    }
    item->description = item->kind == ITEM_RECORD || item->kind == ITEM_ENUM ? comment_before(c, item->from)
                                                                             : describe(c, item->from, item->to);
    if (item->record) {
        describe_members(c, item->record);
    }
    for (size_t i = 0; i < item->variants.len; i++) {
        struct draft_variant *variant = item->variants.at[i];
        variant->description = variant->to ? describe(c, variant->off, variant->to) : (struct str){"", 0};
    }
}

void draft_describe(struct draft *draft)
{
    for (size_t h = 0; h < draft->list.len; h++) {
        struct draft_header *header = draft->list.at[h];
        struct comments c = {draft, header->header->source.text};
        for (size_t i = 0; i < header->items.len; i++) {
            describe_item(&c, header->items.at[i]);
        }
    }
}

void draft_forget_descriptions(struct draft_item *item, struct draft_record *record)
{
    item->description = (struct str){"", 0};
    for (size_t i = 0; i < item->variants.len; i++) {
        item->variants.at[i]->description = item->description;
    }
    for (size_t i = 0; record && i < record->members.len; i++) {
        record->members.at[i]->description = (struct str){"", 0};
        draft_forget_descriptions(item, record->members.at[i]->joined ? NULL : record->members.at[i]->inner);
    }
}
