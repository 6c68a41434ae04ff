/*
 * Feeds any bytes to the TOML reader, in both versions, and checks what the tree promises: spans inside the text
 * and of what they say they are, valid UTF-8, every finding with a message, and a broken root exactly when
 * there are findings. What TOML 1.0 takes means the same in 1.1.
 */
#include "fuzz.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool same_table(const struct toml_table *a, const struct toml_table *b);

static void check_table(struct str text, const struct toml_table *table, int depth);

/* A number's text without underscores, for the C library to read. */
static const char *number_text(struct arena *arena, struct str s)
{
    struct buf out = buf_new(arena);
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] != '_') {
            buf_char(&out, s.ptr[i]);
        }
    }
    buf_char(&out, '\0');
    return out.ptr;
}

static uint64_t integer(const char *text)
{
    text += *text == '+' || *text == '-';
    int base = *text != '0' ? 10 : text[1] == 'x' ? 16 : text[1] == 'o' ? 8 : text[1] == 'b' ? 2 : 10;
    return strtoull(text + (base != 10 ? 2 : 0), NULL, base);
}

/* What stands at a value's place is that value, as far as that can be told without a second reader. */
static void check_place(struct str text, const struct toml_value *value)
{
    struct str at = {text.ptr + value->off, value->len};
    struct arena arena;
    arena_init(&arena, NULL);
    REQUIRE(at.len > 0 || value->type == TOML_TABLE);
    switch (value->type) {
    case TOML_STRING: {
        REQUIRE(at.len >= 2 && (at.ptr[0] == '"' || at.ptr[0] == '\'') && at.ptr[at.len - 1] == at.ptr[0]);
        bool is_plain = at.len < 6 || at.ptr[1] != at.ptr[0];
        if (is_plain && (at.ptr[0] == '\'' || !memchr(at.ptr, '\\', at.len))) {
            REQUIRE(str_eq(value->as.string, (struct str){at.ptr + 1, at.len - 2}));
        }
        break;
    }
    case TOML_INTEGER: {
        const char *digits = number_text(&arena, at);
        REQUIRE(integer(digits) == value->as.magnitude && (*digits == '-' && value->as.magnitude) == value->negative);
        break;
    }
    case TOML_FLOAT: {
        double number = strtod(number_text(&arena, at), NULL);
        REQUIRE(isnan(number) ? isnan(value->as.number) : memcmp(&number, &value->as.number, sizeof number) == 0);
        break;
    }
    case TOML_BOOLEAN:
        REQUIRE(str_is(at, value->as.boolean ? "true" : "false"));
        break;
    case TOML_ARRAY:
        REQUIRE(at.ptr[0] == '[');
        break;
    case TOML_TABLE:
        break;
    default:
        REQUIRE(ascii_is_digit(at.ptr[0]));
        break;
    }
    arena_free(&arena);
}

static void check_value(struct str text, const struct toml_value *value, int depth)
{
    fuzz_span(text, value->off, value->len);
    REQUIRE(depth <= TOML_NESTING_MAX + 1);
    check_place(text, value);
    if (value->type == TOML_ARRAY) {
        for (size_t i = 0; i < value->as.array->len; i++) {
            const struct toml_value *element = &value->as.array->at[i];
            REQUIRE(i == 0 || element->off >= element[-1].off + element[-1].len);
            check_value(text, element, depth + 1);
        }
    } else if (value->type == TOML_TABLE) {
        check_table(text, value->as.table, depth);
    } else if (value->type == TOML_INTEGER) {
        REQUIRE(!value->negative || (value->as.magnitude != 0 && value->as.magnitude <= (uint64_t)1 << 63));
    } else if (value->type != TOML_FLOAT && value->type != TOML_BOOLEAN) {
        fuzz_utf8(value->as.string);
    }
}

static void check_table(struct str text, const struct toml_table *table, int depth)
{
    size_t len = 0;
    for (const struct toml_entry *entry = table->first; entry; entry = entry->next) {
        len++;
        fuzz_utf8(entry->key);
        fuzz_span(text, entry->key_off, entry->key_len);
        const char *at = text.ptr + entry->key_off;
        REQUIRE(entry->key_len > 0);
        REQUIRE(*at == '"' || *at == '\'' || str_eq(entry->key, (struct str){at, entry->key_len}));
        REQUIRE(toml_get(table, entry->key) == entry);
        check_value(text, &entry->value, depth + 1);
    }
    REQUIRE(len == table->len);
}

static bool same_value(const struct toml_value *a, const struct toml_value *b)
{
    if (a->type != b->type || a->off != b->off || a->len != b->len) {
        return false;
    }
    switch (a->type) {
    case TOML_INTEGER:
        return a->as.magnitude == b->as.magnitude && a->negative == b->negative;
    case TOML_FLOAT:
        return memcmp(&a->as.number, &b->as.number, sizeof a->as.number) == 0;
    case TOML_BOOLEAN:
        return a->as.boolean == b->as.boolean;
    case TOML_ARRAY:
        for (size_t i = 0; i < a->as.array->len && i < b->as.array->len; i++) {
            if (!same_value(&a->as.array->at[i], &b->as.array->at[i])) {
                return false;
            }
        }
        return a->as.array->len == b->as.array->len;
    case TOML_TABLE:
        return same_table(a->as.table, b->as.table);
    default:
        return str_eq(a->as.string, b->as.string);
    }
}

static bool same_table(const struct toml_table *a, const struct toml_table *b)
{
    const struct toml_entry *one = a->first, *other = b->first;
    for (; one && other; one = one->next, other = other->next) {
        if (!str_eq(one->key, other->key) || !same_value(&one->value, &other->value)) {
            return false;
        }
    }
    return !one && !other;
}

static const struct toml_document *check(struct arena *arena, struct str text, enum toml_version version)
{
    struct source *source = ARENA_NEW(arena, struct source);
    *source = (struct source){.path = STR("fuzz"), .text = text};
    struct diags diags = diags_new(arena);
    const struct toml_document *document = toml_parse(arena, source, version, &diags);
    REQUIRE(document->root->broken == (diags.list.len != 0));
    check_table(text, document->root, 0);

    uint32_t end = 0;
    for (size_t i = 0; i < document->comments_len; i++) {
        const struct toml_comment *comment = &document->comments[i];
        fuzz_span(text, comment->off, comment->len);
        REQUIRE(comment->off >= end && comment->len > 0 && text.ptr[comment->off] == '#');
        end = comment->off + comment->len;
        REQUIRE(end == text.len || text.ptr[end] == '\n' || text.ptr[end] == '\r' || diags.list.len);
    }
    for (size_t i = 0; i < diags.list.len; i++) {
        REQUIRE(diags.list.at[i].rule <= RULE_TOML_LIMIT);
    }
    fuzz_findings(&diags);
    return document;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    arena_init(&arena, NULL);
    struct str text = {(const char *)data, size};
    const struct toml_document *old = check(&arena, text, TOML_1_0), *new = check(&arena, text, TOML_1_1);
    REQUIRE(old->root->broken || (!new->root->broken &&same_table(old->root, new->root)));
    arena_free(&arena);
    return 0;
}
