/* Where comments go: each belongs to what it stands before, or at the end of whose line it stands. */
#include "spec/writer.h"

#include <stdlib.h>

static void add_place(struct writer *w, uint32_t off, uint32_t end)
{
    VEC_PUSH(w->arena, &w->places, (struct place){.off = off, .end = end});
}

uint32_t value_end(const struct toml_value *value)
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

bool value_is_bracketed(const struct writer *w, const struct toml_value *value)
{
    const char *start = w->source.ptr + value->off;
    if (!value->len) {
        return false;
    }
    if (value->type == TOML_TABLE) {
        return *start == '{';
    }
    return *start == '[' && start[value->len - 1] == ']' && !(value->len > 1 && start[1] == '[');
}

static void add_entries(struct writer *w, const struct table_info *info, const struct toml_table *table)
{
    for (const struct toml_entry *entry = table->first; entry; entry = entry->next) {
        places_add_entry(w, spec_key_find(info, entry->key), entry);
    }
}

/* A table in an array; one in braces has a place for each of them. */
static void add_element(struct writer *w, const struct table_info *info, const struct toml_value *value)
{
    bool braces = value_is_bracketed(w, value);
    add_place(w, value->off, braces ? value->off + 1 : value->off + value->len);
    add_entries(w, info, value->as.table);
    if (braces) {
        add_place(w, value_end(value) - 1, value_end(value));
    }
}

void places_add_entry(struct writer *w, const struct key_info *key, const struct toml_entry *entry)
{
    const struct toml_value *value = &entry->value;
    bool tables = key->kind == KEY_TABLES;
    bool brackets = (tables || (key->kind == KEY_WORDS && value->type == TOML_ARRAY)) && value_is_bracketed(w, value);
    if (!tables || brackets) {
        add_place(w, entry->key_off, brackets ? value->off + 1 : value_end(value));
    }
    for (size_t i = 0; (tables || brackets) && i < value->as.array->len; i++) {
        const struct toml_value *element = &value->as.array->at[i];
        if (tables) {
            add_element(w, &spec_tables[key->table], element);
        } else {
            add_place(w, element->off, value_end(element));
        }
    }
    if (brackets) {
        add_place(w, value_end(value) - 1, value_end(value)); /* for comments after the last element */
    }
}

void places_add_item(struct writer *w, const struct item *item)
{
    const struct toml_value *value = item->value;
    bool header = item->off == value->off && w->source.ptr[item->off] == '[';
    add_place(w, item->off, header ? value->off + value->len : item->off + 1);
    add_entries(w, &spec_tables[item->key->table], value->as.table);
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

struct place *place_at(const struct writer *w, uint32_t off)
{
    return &w->places.at[places_before(w, off) - 1];
}

bool places_bare(const struct writer *w, uint32_t from, uint32_t end)
{
    for (size_t i = from ? places_before(w, from - 1) : 0; i < w->places.len && w->places.at[i].off < end; i++) {
        if (w->places.at[i].leading.len || w->places.at[i].trailing) {
            return false;
        }
    }
    return true;
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

/* Whether nothing is between the end of a place and `off` but what may follow a value. */
static bool only_closers(const struct writer *w, uint32_t from, uint32_t off)
{
    for (uint32_t i = from; i < off; i++) {
        switch (w->source.ptr[i]) {
        case ' ':
        case '\t':
        case '\r':
        case '\n':
        case ',':
        case ']':
        case '}':
            break;
        default:
            return false;
        }
    }
    return true;
}

void places_assign(struct writer *w, const struct toml_document *document)
{
    add_place(w, UINT32_MAX, UINT32_MAX);
    qsort(w->places.at, w->places.len, sizeof *w->places.at, compare_places);
    for (size_t i = 0; i < document->comments_len; i++) {
        const struct toml_comment *comment = &document->comments[i];
        size_t next = places_before(w, comment->off);
        struct place *before = next ? &w->places.at[next - 1] : NULL;
        bool inside = before && comment->off < before->end;
        bool follows = before && (inside || only_closers(w, before->end, comment->off));
        if (follows && after_code(w, comment->off) && !before->trailing) {
            before->trailing = comment;
        } else {
            VEC_PUSH(w->arena, inside ? &before->leading : &w->places.at[next].leading, comment);
        }
    }
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

static void write_comments(struct writer *w, const struct place *place, size_t len, unsigned indent)
{
    for (size_t i = 0; i < len; i++) {
        buf_fill(w->out, ' ', indent);
        buf_str(w->out, comment_text(w, place->leading.at[i]));
        buf_text(w->out, blank_after(w, place->leading.at[i]) ? "\n\n" : "\n");
    }
}

void write_leading(struct writer *w, const struct place *place, unsigned indent)
{
    if (place) {
        write_comments(w, place, place->leading.len, indent);
    }
}

void write_trailing(struct writer *w, const struct place *place)
{
    if (place && place->trailing) {
        buf_char(w->out, ' ');
        buf_str(w->out, comment_text(w, place->trailing));
    }
    buf_char(w->out, '\n');
}

void write_opening(struct writer *w)
{
    struct place *first = &w->places.at[0];
    size_t len = first->leading.len;
    while (len && !blank_after(w, first->leading.at[len - 1])) {
        len--;
    }
    write_comments(w, first, len, 0);
    first->leading.len -= len;
    if (len) { /* what is empty may be at NULL */
        first->leading.at += len;
    }
}
