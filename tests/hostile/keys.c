/*
 * Puts every hostile text in place of every text that a spec has: of keys, of their values and of comments. Each time
 * the spec goes through all stages, all printers of findings and all backends, and what comes out has to be harmless.
 *
 *   keys TEXTS BASE...      prints TAP: one test for each key of the language that takes text
 */
#include "fuzz/fuzz.h"

#include "base/input.h"
#include "spec/keys.h"
#include "spec/write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct hostile {
    struct arena *arena;
    struct str base;
    VEC(struct str) texts; /* as the inside of a TOML string */
    unsigned tests, refused, taken;
};

/* What is left of code without its comments and strings must not have a word that only hostile texts have. */
static void check_planted(struct arena *arena, struct str code)
{
    struct buf out = buf_new(arena);
    for (size_t i = 0; i < code.len; i++) {
        char c = code.ptr[i], next = i + 1 < code.len ? code.ptr[i + 1] : '\0';
        if (c == '/' && next == '/') {
            while (i < code.len && code.ptr[i] != '\n') {
                i++;
            }
        } else if (c == '/' && next == '*') {
            for (i += 2; i + 1 < code.len && !(code.ptr[i] == '*' && code.ptr[i + 1] == '/'); i++) {
            }
            i++;
        } else if (c == '"') {
            for (i++; i < code.len && code.ptr[i] != '"'; i++) {
                i += code.ptr[i] == '\\';
            }
        } else {
            buf_char(&out, c);
        }
    }
    buf_char(&out, '\0');
    REQUIRE(!strstr(out.ptr, "planted"));
}

/* The base with `text` in place of `len` bytes at `off`. */
static void try_text(struct hostile *h, size_t off, size_t len, struct str text, bool is_code)
{
    struct arena arena;
    arena_init(&arena, NULL);
    struct buf whole = buf_new(&arena);
    buf_bytes(&whole, h->base.ptr, off);
    buf_str(&whole, text);
    buf_bytes(&whole, h->base.ptr + off + len, h->base.len - off - len);
    struct fuzz_files files = fuzz_split(&arena, buf_view(&whole));
    struct pipeline found;
    struct str outputs = fuzz_spec(&arena, &files, &found);
    if (found.diags.list.len) {
        h->refused++;
    } else {
        h->taken++;
        REQUIRE(outputs.len > 0);
        if (!is_code) {
            check_planted(&arena, outputs);
        }
    }
    arena_free(&arena);
}

static void try_texts(struct hostile *h, size_t off, size_t len, const char *quote, bool is_code)
{
    for (size_t i = 0; i < h->texts.len; i++) {
        struct str text = str_printf(h->arena, "%s%.*s%s", quote, STR_ARG(h->texts.at[i]), quote);
        try_text(h, off, len, text, is_code);
    }
}

static void report(struct hostile *h, const char *table, const char *key)
{
    bool tried = h->taken + h->refused > 0;
    printf("%sok - %s%s%s: %u texts refused, %u harmless\n", tried ? "" : "not ", table, *key ? "." : "", key,
           h->refused, h->taken);
    h->tests++;
    h->refused = h->taken = 0;
}

static bool takes_text(const struct key_info *key)
{
    return key->kind != KEY_FLAG && key->kind != KEY_TABLES && key->kind != KEY_TABLE && key->kind != KEY_WHEN;
}

/* The values that a key has in the tables of its kind, wherever in the tree those are. */
static void try_key(struct hostile *h, const struct toml_table *table, enum table_kind kind, enum table_kind wanted,
                    const struct key_info *wanted_key)
{
    for (const struct toml_entry *entry = table->first; entry; entry = entry->next) {
        const struct toml_value *value = &entry->value;
        const struct key_info *key = spec_key_find(&spec_tables[kind], entry->key);
        REQUIRE(key);
        bool is_array = value->type == TOML_ARRAY;
        for (size_t i = 0; i < (is_array ? value->as.array->len : 1); i++) {
            const struct toml_value *item = is_array ? &value->as.array->at[i] : value;
            if (item->type == TOML_TABLE) {
                enum table_kind inner = key->kind == KEY_WHEN ? TABLE_WHEN : key->table;
                try_key(h, item->as.table, inner, wanted, wanted_key);
            } else if (kind == wanted && key == wanted_key) {
                try_texts(h, item->off, item->len, "\"", key->kind == KEY_RAW || key->kind == KEY_LINE);
            }
        }
    }
}

static void read_texts(struct hostile *h, struct str text)
{
    for (size_t at = 0; at < text.len;) {
        size_t len = 0;
        while (at + len < text.len && text.ptr[at + len] != '\n') {
            len++;
        }
        if (len && text.ptr[at] != '#') {
            VEC_PUSH(h->arena, &h->texts, (struct str){text.ptr + at, len});
        }
        at += len + 1;
    }
}

static struct str read_file(struct arena *arena, const char *path)
{
    struct str text, error;
    if (!input_read(arena, str_from(path), &text, &error)) {
        (void)fprintf(stderr, "%.*s\n", STR_ARG(error));
        exit(2);
    }
    return text;
}

/* What stands in a file but is no value: keys, comments, and text where there should be none. */
static void try_places(struct hostile *h)
{
    static const struct {
        const char *name, *before;
        size_t skip; /* of `before`, which stays */
        const char *quote;
    } places[] = {{"a key", "level", 0, "\""}, {"a comment", "# Every", 2, ""}, {"a table", "[[typedefs", 2, ""}};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        const char *at = strstr(h->base.ptr, places[i].before);
        REQUIRE(at);
        size_t skip = places[i].skip;
        try_texts(h, (size_t)(at - h->base.ptr) + skip, strlen(places[i].before) - skip, places[i].quote, false);
        report(h, places[i].name, "");
    }
}

/* Bytes that no string of TOML can stand for, at every kind of place. */
static void try_bytes(struct hostile *h)
{
    static const struct str bytes[] = {{"\x00", 1},         {"\x1b[31m", 5},     {"\xff", 1},
                                       {"\xc2\x9b", 2},     {"\xe2\x80\xae", 3}, {"\xed\xa0\x80", 3},
                                       {"\xef\xbb\xbf", 3}, {"\r", 1},           {"\xf4\x90\x80\x80", 4}};
    for (size_t i = 0; i < sizeof bytes / sizeof *bytes; i++) {
        for (size_t off = 0; off < h->base.len; off += 97) {
            try_text(h, off, 0, bytes[i], false);
        }
    }
    report(h, "raw bytes", "");
}

/* A spec to put texts into, which has no findings of its own. */
struct base {
    struct str text;
    const struct toml_document *document;
};

static struct base read_base(struct hostile *h, const char *path)
{
    struct source *source = ARENA_NEW(h->arena, struct source);
    *source = (struct source){.path = str_from(path), .text = str_copy(h->arena, read_file(h->arena, path))};
    struct diags diags = diags_new(h->arena);
    const struct toml_document *document = toml_parse(h->arena, source, TOML_1_1, &diags);
    REQUIRE(diags.list.len == 0);
    h->base = source->text;
    try_text(h, 0, 0, STR(""), false);
    REQUIRE(h->taken == 1); /* or nothing would be shown */
    h->taken = 0;
    return (struct base){source->text, document};
}

int main(int argc, char **argv)
{
    struct arena arena;
    arena_init(&arena, NULL);
    if (argc < 3) {
        return 2;
    }
    struct hostile h = {.arena = &arena};
    read_texts(&h, read_file(&arena, argv[1]));
    struct base *bases = ARENA_ARRAY(&arena, (size_t)argc, struct base);
    for (int i = 2; i < argc; i++) {
        bases[i] = read_base(&h, argv[i]);
    }
    for (enum table_kind kind = 0; kind < TABLE_KIND_COUNT; kind++) {
        const struct table_info *info = &spec_tables[kind];
        for (size_t k = 0; k < info->keys_len; k++) {
            for (int i = 2; i < argc && takes_text(&info->keys[k]); i++) {
                /* One base has a key for its own sake, and the others may have it too. */
                if (h.taken + h.refused == 0) {
                    h.base = bases[i].text;
                    try_key(&h, bases[i].document->root, TABLE_ROOT, kind, &info->keys[k]);
                }
            }
            if (takes_text(&info->keys[k])) {
                report(&h, info->schema, info->keys[k].name);
            }
        }
    }
    h.base = bases[2].text;
    try_places(&h);
    try_bytes(&h);
    printf("1..%u\n", h.tests);
    arena_free(&arena);
    return 0;
}
