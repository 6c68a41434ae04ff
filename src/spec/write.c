#include "spec/write.h"

#include "spec/writer.h"

#include <stdlib.h>
#include <string.h>

typedef VEC(struct item) items;

static const struct toml_entry *entry_of(const struct key_info *key, const struct toml_table *table)
{
    const struct toml_entry *entry = toml_get(table, str_from(key->name));
    return entry || !key->alias ? entry : toml_get(table, str_from(key->alias));
}

/* The words of a key that takes one or several: a string is an array of one. */
static size_t words_len(const struct toml_value *value)
{
    return value->type == TOML_ARRAY ? value->as.array->len : 1;
}

static void write_word(struct writer *w, const struct toml_value *value)
{
    if (value->type == TOML_INTEGER) {
        buf_bytes(w->out, w->source.ptr + value->off, value->len);
    } else {
        write_code(w->out, reader_word(&w->reader, value));
    }
}

static struct conditions conditions_of(struct writer *w, const struct toml_value *value)
{
    struct when when = {.off = 0};
    (void)reader_when(&w->reader, value, &when);
    return when.conditions;
}

static void write_inline(struct writer *w, const struct table_info *info, const struct toml_table *table);

/* A value on one line, prose apart, whose further lines are `indent` columns in. */
static void write_value(struct writer *w, const struct key_info *key, const struct toml_value *value, unsigned indent)
{
    struct buf *out = w->out;
    struct str text;
    switch (key->kind) {
    case KEY_TEXT:
        text = reader_text(&w->reader, value);
        if (text.len && memchr(text.ptr, '\n', text.len)) {
            write_prose(out, text, indent);
        } else {
            write_string(out, text);
        }
        break;
    case KEY_RAW:
    case KEY_LINE:
    case KEY_EXPR:
        write_raw(out, value->as.string);
        break;
    case KEY_TYPE: {
        struct buf type = buf_new(w->arena);
        type_write(&type, reader_type(&w->reader, value));
        write_code(out, buf_view(&type));
        break;
    }
    case KEY_VALUE:
        if (value->type == TOML_STRING) {
            write_string(out, value->as.string);
            break;
        }
        /* fall through */
    case KEY_NUMBER:
    case KEY_INTEGER:
        /* As it was spelled: in hexadecimal, with underscores. */
        buf_bytes(out, w->source.ptr + value->off, value->len);
        break;
    case KEY_WORDS:
        if (words_len(value) == 1) {
            write_word(w, value->type == TOML_ARRAY ? &value->as.array->at[0] : value);
            break;
        }
        /* fall through */
    case KEY_TABLES:
        buf_char(out, '[');
        for (size_t i = 0; i < value->as.array->len; i++) {
            buf_text(out, i ? ", " : "");
            if (key->kind == KEY_WORDS) {
                write_word(w, &value->as.array->at[i]);
            } else {
                write_inline(w, &spec_tables[key->table], value->as.array->at[i].as.table);
            }
        }
        buf_char(out, ']');
        break;
    case KEY_WHEN: {
        const struct conditions conditions = conditions_of(w, value);
        conditions_toml(out, &conditions);
        break;
    }
    case KEY_TABLE:
        write_inline(w, &spec_tables[key->table], value->as.table);
        break;
    case KEY_NAME:
    case KEY_PREFIX:
    case KEY_PART:
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

/* `{ name = "a", type = "u8" }` */
static void write_inline(struct writer *w, const struct table_info *info, const struct toml_table *table)
{
    const char *between = "{ ";
    for (size_t i = 0; i < info->keys_len; i++) {
        const struct toml_entry *entry = entry_of(&info->keys[i], table);
        if (entry) {
            buf_printf(w->out, "%s%s = ", between, info->keys[i].name);
            write_value(w, &info->keys[i], &entry->value, 0);
            between = ", ";
        }
    }
    buf_text(w->out, *between == '{' ? "{}" : " }");
}

/* Whether what was written since `start` is one line that leaves room for `more` columns. */
static bool fits(const struct writer *w, size_t start, size_t more)
{
    struct str line = {w->out->ptr + start, w->out->len - start};
    return text_columns(line) + more <= HOUSE_COLUMNS && !(line.len && memchr(line.ptr, '\n', line.len));
}

static void write_entry(struct writer *w, const struct key_info *key, const struct toml_entry *entry, unsigned indent,
                        const char *end);

/* Whether a table in an array may stand on one line: not with comments inside, nor with several tables in a key. */
static bool may_be_inline(const struct writer *w, const struct table_info *info, const struct toml_value *element)
{
    const struct place *open = place_at(w, element->off);
    uint32_t end = value_end(element);
    bool braces = value_is_bracketed(w, element);
    if (braces && (open->trailing || place_at(w, end - 1)->leading.len)) {
        return false;
    }
    for (const struct toml_entry *entry = element->as.table->first; entry; entry = entry->next) {
        const struct key_info *key = spec_key_find(info, entry->key);
        size_t most = key->table == TABLE_FIELD ? 0 : 1;
        if (key->kind == KEY_TABLES && entry->value.as.array->len > most) {
            return false;
        }
    }
    return places_bare(w, element->off + 1, braces ? end - 1 : end);
}

/* A table in an array: on one line, or with a line for each key. */
static void write_element(struct writer *w, const struct table_info *info, const struct toml_value *element,
                          unsigned indent)
{
    const struct place *open = place_at(w, element->off);
    const struct place *close = value_is_bracketed(w, element) ? place_at(w, value_end(element) - 1) : NULL;
    const struct toml_table *table = element->as.table;
    write_leading(w, open, indent);
    size_t start = w->out->len;
    buf_fill(w->out, ' ', indent);
    size_t brace = w->out->len;
    if (may_be_inline(w, info, element)) {
        write_inline(w, info, table);
        if (fits(w, start, 1)) {
            buf_char(w->out, ',');
            write_trailing(w, close ? close : open);
            return;
        }
        w->out->len = brace;
    }
    buf_char(w->out, '{');
    write_trailing(w, open);
    for (size_t i = 0; i < info->keys_len; i++) {
        const struct toml_entry *entry = entry_of(&info->keys[i], table);
        if (entry) {
            write_entry(w, &info->keys[i], entry, indent + HOUSE_INDENT, ",");
        }
    }
    write_leading(w, close, indent + HOUSE_INDENT);
    buf_fill(w->out, ' ', indent);
    buf_text(w->out, "},");
    write_trailing(w, close);
}

/*
 * The value of a key that holds an array with a place for each element: on the line that began at `start` where it may
 * and fits, else an element a line. Returns the place whose comment ends the line.
 */
static const struct place *write_array(struct writer *w, const struct key_info *key, const struct toml_entry *entry,
                                       size_t start, unsigned indent)
{
    const struct toml_array *array = entry->value.as.array;
    bool tables = key->kind == KEY_TABLES, brackets = value_is_bracketed(w, &entry->value);
    uint32_t end = value_end(&entry->value);
    const struct place *open = brackets ? place_at(w, entry->key_off) : NULL;
    const struct place *close = brackets ? place_at(w, end - 1) : NULL;
    /* At the top level tables have a line each. */
    bool one_line = tables ? array->len == 0 || (array->len == 1 && indent && key->table != TABLE_FIELD) : true;
    if (brackets) {
        one_line = one_line && !open->trailing && !close->leading.len && places_bare(w, entry->value.off, end - 1);
    } else if (array->len) {
        one_line = one_line && places_bare(w, array->at[0].off, end);
    }
    size_t before = w->out->len;
    if (one_line) {
        write_value(w, key, &entry->value, indent);
        if (fits(w, start, indent ? 1 : 0)) {
            return close;
        }
        w->out->len = before;
    }
    buf_char(w->out, '[');
    write_trailing(w, open);
    for (size_t i = 0; i < array->len; i++) {
        if (tables) {
            write_element(w, &spec_tables[key->table], &array->at[i], indent + HOUSE_INDENT);
            continue;
        }
        const struct place *place = place_at(w, array->at[i].off);
        write_leading(w, place, indent + HOUSE_INDENT);
        buf_fill(w->out, ' ', indent + HOUSE_INDENT);
        write_word(w, &array->at[i]);
        buf_char(w->out, ',');
        write_trailing(w, place);
    }
    write_leading(w, close, indent + HOUSE_INDENT);
    buf_fill(w->out, ' ', indent);
    buf_char(w->out, ']');
    return close;
}

/* Conditions of which one must hold: a line each, where they do not fit on one. */
static void write_when(struct writer *w, const struct toml_value *value, size_t start, unsigned indent)
{
    const struct conditions all = conditions_of(w, value);
    size_t before = w->out->len;
    conditions_toml(w->out, &all);
    if (all.any.len < 2 || fits(w, start, indent ? 1 : 0)) {
        return;
    }
    w->out->len = before;
    buf_text(w->out, "[\n");
    for (size_t i = 0; i < all.any.len; i++) {
        struct conditions one = {0};
        VEC_PUSH(w->arena, &one.any, all.any.at[i]);
        buf_fill(w->out, ' ', indent + HOUSE_INDENT);
        conditions_toml(w->out, &one);
        buf_text(w->out, ",\n");
    }
    buf_fill(w->out, ' ', indent);
    buf_char(w->out, ']');
}

/* `key = value`, and then `end`, on lines of its own. */
static void write_entry(struct writer *w, const struct key_info *key, const struct toml_entry *entry, unsigned indent,
                        const char *end)
{
    bool tables = key->kind == KEY_TABLES;
    bool brackets =
        (tables || (key->kind == KEY_WORDS && entry->value.type == TOML_ARRAY)) && value_is_bracketed(w, &entry->value);
    const struct place *place = tables && !brackets ? NULL : place_at(w, entry->key_off);
    write_leading(w, place, indent);
    size_t start = w->out->len;
    buf_fill(w->out, ' ', indent);
    buf_printf(w->out, "%s = ", key->name);
    if (tables || brackets) {
        place = write_array(w, key, entry, start, indent);
    } else if (key->kind == KEY_WHEN) {
        write_when(w, &entry->value, start, indent);
    } else {
        write_value(w, key, &entry->value, indent);
    }
    buf_text(w->out, end);
    write_trailing(w, place);
}

/* `[[structs]]` or `[header]`, and what is under it. */
static void write_item(struct writer *w, const struct item *item)
{
    const struct table_info *info = &spec_tables[item->key->table];
    const struct place *place = place_at(w, item->off);
    bool one = item->key->kind == KEY_TABLE;
    write_leading(w, place, 0);
    buf_printf(w->out, "%s%s%s", one ? "[" : "[[", item->key->name, one ? "]" : "]]");
    write_trailing(w, place);
    for (size_t i = 0; i < info->keys_len; i++) {
        const struct toml_entry *entry = entry_of(&info->keys[i], item->value->as.table);
        if (entry) {
            write_entry(w, &info->keys[i], entry, 0, "");
        }
    }
}

/* What is no array of tables first, as TOML has it, and then all in the order of the source. */
static int compare_items(const void *pa, const void *pb)
{
    const struct item *a = pa, *b = pb;
    bool a_last = a->key->kind == KEY_TABLES, b_last = b->key->kind == KEY_TABLES;
    return a_last != b_last ? a_last - b_last : (a->off > b->off) - (a->off < b->off);
}

static void collect_items(struct writer *w, const struct toml_document *document, items *list)
{
    for (const struct toml_entry *entry = document->root->first; entry; entry = entry->next) {
        const struct key_info *key = spec_key_find(&spec_tables[TABLE_ROOT], entry->key);
        const struct toml_value *value = &entry->value;
        if (key->kind == KEY_TABLE) {
            uint32_t off = value->off < entry->key_off ? value->off : entry->key_off;
            VEC_PUSH(w->arena, list, ((struct item){key, value, off}));
        } else if (key->kind != KEY_TABLES) {
            places_add_entry(w, key, entry);
        }
        for (size_t i = 0; key->kind == KEY_TABLES && i < value->as.array->len; i++) {
            const struct toml_value *element = &value->as.array->at[i];
            VEC_PUSH(w->arena, list, ((struct item){key, element, element->off}));
        }
    }
    for (size_t i = 0; i < list->len; i++) {
        places_add_item(w, &list->at[i]);
    }
}

void spec_write(struct buf *out, const struct toml_document *document)
{
    struct diags none = diags_new(out->arena);
    struct folder folder = {.name = STR("fmt")};
    /* What a stricter level would find has been said: here it is only written. */
    struct writer w = {.out = out,
                       .arena = out->arena,
                       .reader = {.arena = out->arena,
                                  .diags = &none,
                                  .source = document->source,
                                  .folder = &folder,
                                  .level = LEVEL_LEGACY,
                                  .all_releases = true},
                       .source = document->source->text};
    const struct table_info *root = &spec_tables[TABLE_ROOT];
    items list = {0};
    collect_items(&w, document, &list);
    places_assign(&w, document);
    if (list.len) {
        qsort(list.at, list.len, sizeof *list.at, compare_items);
    }
    write_opening(&w);
    size_t opening = out->len;
    for (size_t i = 0; i < root->keys_len; i++) {
        const struct toml_entry *entry = entry_of(&root->keys[i], document->root);
        if (entry && root->keys[i].kind != KEY_TABLES && root->keys[i].kind != KEY_TABLE) {
            write_entry(&w, &root->keys[i], entry, 0, "");
        }
    }
    for (size_t i = 0; i < list.len; i++) {
        buf_text(out, out->len > opening ? "\n" : "");
        write_item(&w, &list.at[i]);
    }
    const struct place *end = &w.places.at[w.places.len - 1];
    buf_text(out, end->leading.len && out->len > opening ? "\n" : "");
    write_leading(&w, end, 0);
}
