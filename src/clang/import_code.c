/* Definitions that the language has no words for, as text for C. */
#include "clang/import_draft.h"

#include <string.h>

static bool is_word(char c)
{
    return ascii_is_alpha(c) || ascii_is_digit(c) || c == '_';
}

static size_t word_len(struct str text)
{
    size_t len = 0;
    while (len < text.len && is_word(text.ptr[len])) {
        len++;
    }
    return len;
}

static size_t skip_blanks(struct str text, size_t at)
{
    while (at < text.len && (text.ptr[at] == ' ' || text.ptr[at] == '\n')) {
        at++;
    }
    return at;
}

/* The end of what is in parentheses, if that stands at a place; else the place. */
static size_t skip_parentheses(struct str text, size_t at)
{
    size_t depth = 0, end = at;
    if (at == text.len || text.ptr[at] != '(') {
        return at;
    }
    do {
        depth += text.ptr[end] == '(';
        depth -= text.ptr[end] == ')';
        end++;
    } while (depth && end < text.len);
    return end;
}

/*
 * How much of what follows the closing brace of a definition belongs to it: __attribute__((packed)), or a macro that
 * stands for that. In a typedef the last word is the name.
 */
static size_t attributes_len(struct str text, bool is_typedef)
{
    size_t len = 0;
    for (size_t at = skip_blanks(text, 0); at < text.len;) {
        struct str word = {text.ptr + at, word_len((struct str){text.ptr + at, text.len - at})};
        size_t after = at + word.len, open = skip_blanks(text, after), close = skip_parentheses(text, open);
        size_t end = close > open ? close : after, next = skip_blanks(text, end);
        bool is_attribute = str_starts(word, "__attribute");
        struct str rest = {text.ptr + next, text.len - next};
        bool more = rest.len && (is_word(rest.ptr[0]) || rest.ptr[0] == '*') && !str_starts(rest, "__attribute");
        if (!word.len || (!is_attribute && is_typedef && !more)) {
            break;
        }
        len = end;
        at = next;
    }
    return len;
}

/* From a place to the end of the declaration, without comments. */
static struct str rest_of(struct arena *arena, struct str text, uint32_t from)
{
    const char *end = from < text.len ? memchr(text.ptr + from, ';', text.len - from) : NULL;
    struct str rest = {text.ptr + from, end ? (size_t)(end - text.ptr) - from : 0};
    return text_plain(arena, rest, true);
}

/* Whether the word before a place is "typedef". */
static bool follows_typedef(struct str text, uint32_t at)
{
    static const char word[] = "typedef";
    size_t len = sizeof word - 1, end = at;
    while (end && (text.ptr[end - 1] == ' ' || text.ptr[end - 1] == '\t' || text.ptr[end - 1] == '\n')) {
        end--;
    }
    return end >= len && memcmp(text.ptr + end - len, word, len) == 0;
}

/* A struct, union or enum, with what the compiler is told of it, and with its typedef where that has its name. */
static struct str tagged_text(const struct draft *draft, const struct draft_item *item, struct str inside)
{
    struct arena *arena = draft->arena;
    struct str text = item->header->source.text, name = item->name;
    bool is_typedef = follows_typedef(text, item->from);
    struct str rest = rest_of(arena, text, item->to), after = rest;
    rest.len = attributes_len(rest, is_typedef);
    const char *gap = rest.len && rest.ptr[0] != ' ' ? " " : "";
    struct str whole = str_printf(arena, "%.*s%s%.*s", STR_ARG(inside), gap, STR_ARG(rest));
    if (!item->form) {
        return str_printf(arena, "%.*s;", STR_ARG(whole));
    }
    /* What stands behind the name of a typedef is for that alone. */
    size_t at = skip_blanks(after, rest.len);
    after = (struct str){after.ptr + at, after.len - at};
    bool is_name = is_typedef && str_eq((struct str){after.ptr, word_len(after)}, name);
    after = is_name ? (struct str){after.ptr + name.len, after.len - name.len} : (struct str){"", 0};
    after.len = attributes_len(after, false);
    if (strcmp(item->form, "typedef") == 0) {
        return str_printf(arena, "typedef %.*s %.*s%.*s;", STR_ARG(whole), STR_ARG(name), STR_ARG(after));
    }
    if (strcmp(item->form, "both") != 0) {
        return str_printf(arena, "%.*s;", STR_ARG(whole));
    }
    if (item->kind == ITEM_ENUM) {
        return str_printf(arena, "%.*s;\ntypedef enum %.*s %.*s%.*s;", STR_ARG(whole), STR_ARG(name), STR_ARG(name),
                          STR_ARG(after));
    }
    const char *kind = item->record->is_union ? "union" : "struct";
    return str_printf(arena, "typedef %s %.*s %.*s%.*s;\n%.*s;", kind, STR_ARG(name), STR_ARG(name), STR_ARG(after),
                      STR_ARG(whole));
}

/*
 * A typedef without the record that it may define as well, which is text of its own or in the spec. `rest`: what comes
 * after its name.
 */
static struct str typedef_text(struct arena *arena, struct str inside, struct str rest)
{
    rest.len = attributes_len(rest, false);
    const char *gap = rest.len && rest.ptr[0] != ' ' ? " " : "";
    const char *open = memchr(inside.ptr, '{', inside.len);
    if (!open) {
        return str_printf(arena, "%.*s%s%.*s;", STR_ARG(inside), gap, STR_ARG(rest));
    }
    size_t close = inside.len, before = (size_t)(open - inside.ptr);
    while (inside.ptr[close - 1] != '}') {
        close--;
    }
    while (before && inside.ptr[before - 1] == ' ') {
        before--;
    }
    struct str name = text_plain(arena, (struct str){inside.ptr + close, inside.len - close}, true);
    size_t at = skip_blanks(name, attributes_len(name, true));
    return str_printf(arena, "%.*s %.*s%s%.*s;", (int)before, inside.ptr, (int)(name.len - at), name.ptr + at, gap,
                      STR_ARG(rest));
}

struct str draft_text(const struct draft *draft, const struct draft_item *item)
{
    struct arena *arena = draft->arena;
    struct str text = item->header->source.text, none = {NULL, 0};
    struct str inside = text_without_comments(arena, (struct str){text.ptr + item->from, item->to - item->from});
    switch (item->kind) {
    case ITEM_CONSTANT:
        return str_printf(arena, "#define %.*s", STR_ARG(inside));
    case ITEM_INCLUDE:
        return inside;
    case ITEM_HANDLE:
        return str_printf(arena, "%.*s;", STR_ARG(inside));
    case ITEM_TYPEDEF:
        return item->from_macro ? none : typedef_text(arena, inside, rest_of(arena, text, item->to));
    case ITEM_RECORD:
    case ITEM_ENUM:
        return item->from_macro ? none : tagged_text(draft, item, inside);
    default:
        return none;
    }
}
