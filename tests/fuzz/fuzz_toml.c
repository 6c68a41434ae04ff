/*
 * Feeds any bytes to the TOML reader, in both versions, and checks what the tree promises:
 * spans inside the text, valid UTF-8, every finding with a message, and a broken root
 * exactly when there are findings.
 */
#include "base/utf8.h"
#include "toml/toml.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void check_span(size_t size, uint32_t off, uint32_t len)
{
    require(off <= size && len <= size - off);
}

static void check_text(struct str s)
{
    uint32_t code;
    for (size_t off = 0; off < s.len;) {
        off += utf8_decode(s, off, &code);
        require(code != UTF8_INVALID);
    }
}

static void check_table(size_t size, const struct toml_table *table, int depth);

static void check_value(size_t size, const struct toml_value *value, int depth)
{
    check_span(size, value->off, value->len);
    require(depth <= TOML_NESTING_MAX + 1);
    switch (value->type) {
    case TOML_ARRAY:
        for (size_t i = 0; i < value->as.array->len; i++) {
            check_value(size, &value->as.array->at[i], depth + 1);
        }
        break;
    case TOML_TABLE:
        check_table(size, value->as.table, depth);
        break;
    case TOML_INTEGER:
        require(!value->negative || (value->as.magnitude != 0 && value->as.magnitude <= (uint64_t)1 << 63));
        break;
    case TOML_FLOAT:
    case TOML_BOOLEAN:
        break;
    default:
        check_text(value->as.string);
        break;
    }
}

static void check_table(size_t size, const struct toml_table *table, int depth)
{
    size_t len = 0;
    for (const struct toml_entry *entry = table->first; entry; entry = entry->next) {
        len++;
        check_text(entry->key);
        check_span(size, entry->key_off, entry->key_len);
        require(toml_get(table, entry->key) == entry);
        check_value(size, &entry->value, depth + 1);
    }
    require(len == table->len);
}

static void check(const uint8_t *data, size_t size, enum toml_version version)
{
    struct arena arena;
    arena_init(&arena, NULL);
    struct source source = {.path = STR("fuzz"), .text = {(const char *)data, size}};
    struct diags diags = diags_new(&arena);
    const struct toml_document *document = toml_parse(&arena, &source, version, &diags);
    require(document->root->broken == (diags.list.len != 0));
    check_table(size, document->root, 0);

    uint32_t end = 0;
    for (size_t i = 0; i < document->comments_len; i++) {
        const struct toml_comment *comment = &document->comments[i];
        check_span(size, comment->off, comment->len);
        require(comment->off >= end && comment->len > 0 && data[comment->off] == '#');
        end = comment->off + comment->len;
    }
    for (size_t i = 0; i < diags.list.len; i++) {
        const struct diag *diag = &diags.list.at[i];
        check_span(size, diag->span.off, diag->span.len);
        require(diag->rule <= RULE_TOML_LIMIT && diag->message.len > 0);
    }
    arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check(data, size, TOML_1_0);
    check(data, size, TOML_1_1);
    return 0;
}
