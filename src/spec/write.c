#include "spec/write.h"

#include "base/utf8.h"
#include "spec/keys.h"
#include "spec/reader.h"
#include "spec/resolve.h"

#include <stdlib.h>
#include <string.h>

/* What gets a line of its own in the output, by where it stood in the source; comments go to such a place. */
struct place {
    uint32_t off, end;
    VEC(const struct toml_comment *) leading; /* on lines before it */
    const struct toml_comment *trailing;      /* at the end of its line */
};

struct writer {
    struct buf *out;
    struct arena *arena;
    struct reader reader;
    struct str source;
    VEC(struct place) places;
};

/* One definition or include at the top level. */
struct item {
    const struct key_info *key;
    const struct toml_value *value;
};

typedef VEC(struct item) items;

static void type_suffix(struct buf *out, const struct type *type)
{
    for (; type->kind == TYPE_ARRAY; type = type->of) {
        buf_printf(out, "[%llu]", (unsigned long long)type->count);
    }
}

void type_write(struct buf *out, const struct type *type)
{
    const struct type *element = type_element(type);
    switch (element->kind) {
    case TYPE_SCALAR:
        buf_text(out, scalars[element->scalar].name);
        break;
    case TYPE_VOID:
        buf_text(out, "void");
        break;
    case TYPE_NAMED:
        buf_str(out, element->name);
        break;
    case TYPE_HANDLE:
        buf_printf(out, "handle%s<%s", element->is_native ? "" : "64", element->is_const ? "const " : "");
        type_write(out, element->of);
        buf_char(out, '>');
        break;
    case TYPE_ARRAY:
        break;
    }
    type_suffix(out, type);
}

/* Places and their comments */

static void add_place(struct writer *w, uint32_t off, uint32_t end)
{
    VEC_PUSH(w->arena, &w->places, (struct place){.off = off, .end = end});
}

/* Where a value ends; a table made by headers ends with its last key. */
static uint32_t value_end(const struct toml_value *value)
{
    uint32_t end = value->off + value->len;
    if (value->type == TOML_TABLE) {
        for (const struct toml_entry *entry = value->as.table->first; entry; entry = entry->next) {
            uint32_t inner = value_end(&entry->value);
            end = inner > end ? inner : end;
        }
    } else if (value->type == TOML_ARRAY) {
        for (size_t i = 0; i < value->as.array->len; i++) {
            uint32_t inner = value_end(&value->as.array->at[i]);
            end = inner > end ? inner : end;
        }
    }
    return end;
}

static bool ends_in_bracket(const struct writer *w, const struct toml_value *value)
{
    uint32_t end = value->off + value->len;
    return value->len && w->source.ptr[value->off] == '[' && w->source.ptr[end - 1] == ']' &&
           !(value->len > 1 && w->source.ptr[value->off + 1] == '[');
}

/* The keys of a top-level table, and the elements of its arrays of tables. */
static void collect_table(struct writer *w, const struct table_info *info, const struct toml_value *value)
{
    add_place(w, value->off, value->off + value->len);
    for (const struct toml_entry *entry = value->as.table->first; entry; entry = entry->next) {
        const struct key_info *key = spec_key_find(info, entry->key);
        uint32_t end = value_end(&entry->value);
        bool inline_array = key->kind == KEY_TABLES && ends_in_bracket(w, &entry->value);
        if (key->kind != KEY_TABLES || inline_array) {
            add_place(w, entry->key_off, inline_array ? entry->value.off + 1 : end);
        }
        if (key->kind != KEY_TABLES) {
            continue;
        }
        for (size_t i = 0; i < entry->value.as.array->len; i++) {
            const struct toml_value *element = &entry->value.as.array->at[i];
            add_place(w, element->off, value_end(element));
        }
        if (inline_array) {
            add_place(w, end - 1, end); /* the bracket: comments after the last element */
        }
    }
}

static int compare_places(const void *pa, const void *pb)
{
    const struct place *a = pa, *b = pb;
    return (a->off > b->off) - (a->off < b->off);
}

/* The number of places that begin at or before `off`. */
static size_t places_before(const struct writer *w, uint32_t off)
{
    size_t low = 0, high = w->places.len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (w->places.at[middle].off <= off) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Whether something other than blanks stands before `off` on its line. */
static bool after_code(const struct writer *w, uint32_t off)
{
    while (off > 0 && w->source.ptr[off - 1] != '\n') {
        off--;
        if (w->source.ptr[off] != ' ' && w->source.ptr[off] != '\t') {
            return true;
        }
    }
    return false;
}

/* Gives each comment to a place; the last place, past the end, takes what comes after everything. */
static void assign_comments(struct writer *w, const struct toml_document *document)
{
    qsort(w->places.at, w->places.len, sizeof *w->places.at, compare_places);
    for (size_t i = 0; i < document->comments_len; i++) {
        const struct toml_comment *comment = &document->comments[i];
        size_t next = places_before(w, comment->off);
        struct place *before = next ? &w->places.at[next - 1] : NULL;
        bool code = after_code(w, comment->off);
        if (before && code && !before->trailing) {
            before->trailing = comment;
        } else if (before && (code || comment->off < before->end)) {
            VEC_PUSH(w->arena, &before->leading, comment);
        } else {
            VEC_PUSH(w->arena, &w->places.at[next].leading, comment);
        }
    }
}

static const struct place *place_at(const struct writer *w, uint32_t off)
{
    return &w->places.at[places_before(w, off) - 1];
}

static struct str comment_text(const struct writer *w, const struct toml_comment *comment)
{
    struct str text = {w->source.ptr + comment->off, comment->len};
    while (text.len && (text.ptr[text.len - 1] == ' ' || text.ptr[text.len - 1] == '\t')) {
        text.len--;
    }
    return text;
}

/* Whether the line after that of a comment is blank. */
static bool blank_after(const struct writer *w, const struct toml_comment *comment)
{
    uint32_t at = comment->off + comment->len;
    at += at < w->source.len && w->source.ptr[at] == '\r';
    at += at < w->source.len;
    while (at < w->source.len && (w->source.ptr[at] == ' ' || w->source.ptr[at] == '\t' || w->source.ptr[at] == '\r')) {
        at++;
    }
    return at < w->source.len && w->source.ptr[at] == '\n';
}

static void write_leading(struct writer *w, const struct place *place, unsigned indent)
{
    for (size_t i = 0; i < place->leading.len; i++) {
        buf_fill(w->out, ' ', indent);
        buf_str(w->out, comment_text(w, place->leading.at[i]));
        buf_text(w->out, blank_after(w, place->leading.at[i]) ? "\n\n" : "\n");
    }
}

static void write_trailing(struct writer *w, const struct place *place)
{
    if (place->trailing) {
        buf_char(w->out, ' ');
        buf_str(w->out, comment_text(w, place->trailing));
    }
    buf_char(w->out, '\n');
}

/* Values */

static void escape(struct buf *out, struct str s, bool lines)
{
    for (size_t i = 0; i < s.len;) {
        uint32_t code;
        size_t len = utf8_decode(s, i, &code);
        bool quotes = lines && code == '"' && i + 2 < s.len && memcmp(s.ptr + i, "\"\"\"", 3) == 0;
        bool last_quote = lines && code == '"' && i + 1 == s.len;
        if (code == '\\' || (code == '"' && !lines) || quotes || last_quote) {
            buf_char(out, '\\');
            buf_char(out, (char)code);
        } else if (code == '\t' && !lines) {
            buf_text(out, "\\t");
        } else if ((code < 0x20 && code != '\n' && code != '\t') || code == 0x7f || (code == '\n' && !lines)) {
            buf_printf(out, "\\u%04X", (unsigned)code);
        } else {
            buf_bytes(out, s.ptr + i, len);
        }
        i += len;
    }
}

static void write_string(struct buf *out, struct str s)
{
    buf_char(out, '"');
    escape(out, s, false);
    buf_char(out, '"');
}

/* Prose of several lines, each `indent` columns in, which reading takes off again. */
static void write_lines(struct buf *out, struct str s, unsigned indent)
{
    buf_text(out, "\"\"\"");
    for (size_t start = 0; start <= s.len;) {
        const char *newline = memchr(s.ptr + start, '\n', s.len - start);
        size_t end = newline ? (size_t)(newline - s.ptr) : s.len;
        buf_char(out, '\n');
        buf_fill(out, ' ', end > start ? indent : 0);
        escape(out, (struct str){s.ptr + start, end - start}, true);
        start = end + 1;
    }
    buf_text(out, "\"\"\"");
}

static void write_inline(struct writer *w, const struct table_info *info, const struct toml_table *table);

static void write_value(struct writer *w, const struct key_info *key, const struct toml_value *value, unsigned indent)
{
    struct buf *out = w->out;
    struct str text;
    switch (key->kind) {
    case KEY_TEXT:
        text = reader_text(&w->reader, value);
        if (text.len && memchr(text.ptr, '\n', text.len)) {
            write_lines(out, text, indent);
        } else {
            write_string(out, text);
        }
        break;
    case KEY_TYPE: {
        buf_char(out, '"');
        type_write(out, reader_type(&w->reader, value));
        buf_char(out, '"');
        break;
    }
    case KEY_VALUE:
        if (value->type == TOML_STRING) {
            write_string(out, value->as.string);
            break;
        }
        /* fall through */
    case KEY_NUMBER:
        /* As it was spelled: in hexadecimal, with underscores. */
        buf_bytes(out, w->source.ptr + value->off, value->len);
        break;
    case KEY_WORDS:
    case KEY_TABLES:
        buf_char(out, '[');
        for (size_t i = 0; i < value->as.array->len; i++) {
            buf_text(out, i ? ", " : "");
            if (key->kind == KEY_WORDS) {
                write_string(out, reader_word(&w->reader, &value->as.array->at[i]));
            } else {
                write_inline(w, &spec_tables[key->table], value->as.array->at[i].as.table);
            }
        }
        buf_char(out, ']');
        break;
    case KEY_NAME:
    case KEY_PREFIX:
    case KEY_WORD:
    case KEY_FLAG:
    case KEY_CHOICE:
        if (value->type == TOML_BOOLEAN) {
            buf_text(out, value->as.boolean ? "true" : "false");
        } else {
            write_string(out, value->as.string);
        }
        break;
    }
}

static const struct toml_entry *entry_of(const struct key_info *key, const struct toml_table *table)
{
    const struct toml_entry *entry = toml_get(table, str_from(key->name));
    return entry || !key->alias ? entry : toml_get(table, str_from(key->alias));
}

/* `{ name = "a", type = "u8" }` */
static void write_inline(struct writer *w, const struct table_info *info, const struct toml_table *table)
{
    const char *between = "{ ";
    for (size_t i = 0; i < info->keys_len; i++) {
        const struct toml_entry *entry = entry_of(&info->keys[i], table);
        if (entry) {
            buf_printf(w->out, "%s%s = ", between, info->keys[i].name);
            write_value(w, &info->keys[i], &entry->value, 8);
            between = ", ";
        }
    }
    buf_text(w->out, *between == '{' ? "{}" : " }");
}

/* The same with a line for each key, for what does not fit one line. */
static void write_tall(struct writer *w, const struct table_info *info, const struct toml_table *table)
{
    buf_text(w->out, "{\n");
    for (size_t i = 0; i < info->keys_len; i++) {
        const struct toml_entry *entry = entry_of(&info->keys[i], table);
        if (entry) {
            buf_printf(w->out, "        %s = ", info->keys[i].name);
            write_value(w, &info->keys[i], &entry->value, 8);
            buf_text(w->out, ",\n");
        }
    }
    buf_text(w->out, "    }");
}

static size_t columns(struct str s)
{
    size_t count = 0;
    for (size_t i = 0; i < s.len; i++) {
        count += ((unsigned char)s.ptr[i] & 0xc0) != 0x80;
    }
    return count;
}

static void write_element(struct writer *w, const struct table_info *info, const struct toml_value *element)
{
    const struct place *place = place_at(w, element->off);
    write_leading(w, place, 4);
    size_t start = w->out->len;
    buf_text(w->out, "    ");
    write_inline(w, info, element->as.table);
    struct str line = {w->out->ptr + start, w->out->len - start};
    if (columns(line) + 1 > HOUSE_COLUMNS || memchr(line.ptr, '\n', line.len)) {
        w->out->len = start + 4;
        write_tall(w, info, element->as.table);
    }
    buf_char(w->out, ',');
    write_trailing(w, place);
}

/* An array of tables in a top-level table: an element a line. */
static void write_elements(struct writer *w, const struct key_info *key, const struct toml_entry *entry)
{
    const struct toml_array *array = entry->value.as.array;
    bool inline_array = ends_in_bracket(w, &entry->value);
    const struct place *bracket = inline_array ? place_at(w, value_end(&entry->value) - 1) : NULL;
    buf_printf(w->out, "%s = [", key->name);
    if (!array->len && !(bracket && bracket->leading.len)) {
        buf_char(w->out, ']');
        write_trailing(w, bracket ? bracket : &(struct place){.trailing = NULL});
        return;
    }
    if (inline_array) {
        write_trailing(w, place_at(w, entry->key_off));
    } else {
        buf_char(w->out, '\n');
    }
    for (size_t i = 0; i < array->len; i++) {
        write_element(w, &spec_tables[key->table], &array->at[i]);
    }
    if (bracket) {
        write_leading(w, bracket, 4);
    }
    buf_char(w->out, ']');
    write_trailing(w, bracket ? bracket : &(struct place){.trailing = NULL});
}

static void write_key(struct writer *w, const struct key_info *key, const struct toml_entry *entry)
{
    bool elements = key->kind == KEY_TABLES;
    if (!elements || ends_in_bracket(w, &entry->value)) {
        write_leading(w, place_at(w, entry->key_off), 0);
    }
    if (elements) {
        write_elements(w, key, entry);
        return;
    }
    buf_printf(w->out, "%s = ", key->name);
    write_value(w, key, &entry->value, 0);
    write_trailing(w, place_at(w, entry->key_off));
}

static void write_item(struct writer *w, const struct item *item)
{
    const struct table_info *info = &spec_tables[item->key->table];
    const struct place *place = place_at(w, item->value->off);
    write_leading(w, place, 0);
    buf_printf(w->out, "[[%s]]", item->key->name);
    write_trailing(w, place);
    for (size_t i = 0; i < info->keys_len; i++) {
        const struct toml_entry *entry = entry_of(&info->keys[i], item->value->as.table);
        if (entry) {
            write_key(w, &info->keys[i], entry);
        }
    }
}

static int compare_items(const void *pa, const void *pb)
{
    const struct item *a = pa, *b = pb;
    return (a->value->off > b->value->off) - (a->value->off < b->value->off);
}

void spec_write(struct buf *out, const struct toml_document *document)
{
    struct diags none = diags_new(out->arena);
    struct writer w = {.out = out,
                       .arena = out->arena,
                       .reader = {.arena = out->arena, .diags = &none, .source = document->source},
                       .source = document->source->text};
    const struct table_info *root = &spec_tables[TABLE_ROOT];
    items list = {0};
    for (const struct toml_entry *entry = document->root->first; entry; entry = entry->next) {
        const struct key_info *key = spec_key_find(root, entry->key);
        if (key->kind != KEY_TABLES) {
            add_place(&w, entry->key_off, value_end(&entry->value));
            continue;
        }
        for (size_t i = 0; i < entry->value.as.array->len; i++) {
            VEC_PUSH(w.arena, &list, (struct item){key, &entry->value.as.array->at[i]});
            collect_table(&w, &spec_tables[key->table], &entry->value.as.array->at[i]);
        }
    }
    add_place(&w, UINT32_MAX, UINT32_MAX);
    assign_comments(&w, document);
    if (list.len) {
        qsort(list.at, list.len, sizeof *list.at, compare_items);
    }
    for (size_t i = 0; i < root->keys_len; i++) {
        const struct toml_entry *entry = entry_of(&root->keys[i], document->root);
        if (entry && root->keys[i].kind != KEY_TABLES) {
            write_key(&w, &root->keys[i], entry);
        }
    }
    size_t start = 0;
    for (size_t i = 0; i < list.len; i++) {
        buf_text(out, out->len > start ? "\n" : "");
        write_item(&w, &list.at[i]);
    }
    const struct place *end = &w.places.at[w.places.len - 1];
    buf_text(out, end->leading.len && out->len ? "\n" : "");
    write_leading(&w, end, 0);
}
