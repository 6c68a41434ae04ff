#include "spec/reader.h"

#include "base/buf.h"
#include "diag/print.h"
#include "spec/keys.h"

#include <assert.h>
#include <string.h>

struct str reader_keep(struct reader *reader, struct str s)
{
    const char *text = reader->source->text.ptr;
    bool in_source = s.ptr >= text && s.ptr < text + reader->source->text.len;
    return in_source || !s.len ? s : str_copy(reader->arena, s);
}

struct span reader_span(const struct reader *reader, uint32_t off, uint32_t len)
{
    return (struct span){.source = reader->source, .off = off, .len = len};
}

/* An integer where words stand: as it is spelled, or in decimal if it is spelled as TOML alone has it, like 0b1 or
 * 1_000. */
static struct str integer_word(const struct reader *reader, const struct toml_value *item)
{
    struct str word = {reader->source->text.ptr + item->off, item->len};
    bool is_plain = word.ptr[0] != '+' && !str_starts(word, "0b") && !str_starts(word, "0o");
    for (size_t i = 0; i < word.len; i++) {
        is_plain = is_plain && word.ptr[i] != '_';
    }
    return is_plain
               ? word
               : str_printf(reader->arena, "%s%llu", item->negative ? "-" : "", (unsigned long long)item->as.magnitude);
}

static bool read_words(struct reader *reader, const struct toml_value *value, struct reader_vec *vec)
{
    bool is_array = value->type == TOML_ARRAY, good = !is_array || !value->as.array->broken;
    vec->at = vec_reserve(reader->arena, vec->at, vec->len, &vec->cap, sizeof(struct text)); /* even if it is empty */
    for (size_t i = 0; i < (is_array ? value->as.array->len : 1); i++) {
        const struct toml_value *item = is_array ? &value->as.array->at[i] : value;
        struct str word = reader_word(reader, item);
        if (item->type == TOML_INTEGER) {
            word = integer_word(reader, item);
        }
        if (!word.ptr) {
            diag_add(reader->diags, RULE_KEY_VALUE, reader_span(reader, item->off, item->len),
                     "expected a string, found %s", toml_type_name(item->type));
            good = false;
            continue;
        }
        vec->at = vec_reserve(reader->arena, vec->at, vec->len, &vec->cap, sizeof(struct text));
        ((struct text *)vec->at)[vec->len++] = (struct text){word, item->off, item->len};
    }
    return good;
}

static unsigned choice_of(const struct key_info *key, const struct toml_value *value)
{
    if (!key->choices) {
        return value->as.boolean ? CHOICE_YES : CHOICE_NO;
    }
    for (unsigned i = 0; key->choices[i]; i++) {
        if (str_is(value->as.string, key->choices[i])) {
            return i + 1;
        }
    }
    return 0;
}

static bool read_choice(struct reader *reader, const struct key_info *key, const struct toml_value *value, void *at)
{
    unsigned choice = choice_of(key, value);
    memcpy(at, &choice, sizeof choice);
    if (choice) {
        return true;
    }
    struct nearest near = nearest_start(value->as.string);
    struct buf all = buf_new(reader->arena);
    for (const char *const *word = key->choices; *word; word++) {
        nearest_try(&near, str_from(*word));
        buf_printf(&all, "%s\"%s\"", word == key->choices ? "" : word[1] ? ", " : " or ", *word);
    }
    struct diag *diag = diag_add(reader->diags, RULE_KEY_VALUE, reader_span(reader, value->off, value->len),
                                 "`%s` cannot be \"%.*s\"", key->name, STR_ARG(value->as.string));
    if (near.best.len) {
        diag_help(reader->diags, diag, "did you mean \"%.*s\"? it is %.*s", STR_ARG(near.best),
                  STR_ARG(buf_view(&all)));
    } else {
        diag_help(reader->diags, diag, "it is %.*s", STR_ARG(buf_view(&all)));
    }
    return false;
}

/* The TOML type that a kind of key wants; types come as strings or tables and are judged by reader_type. */
static bool wants(const struct key_info *key, enum toml_type type, const char **words)
{
    switch (key->kind) {
    case KEY_NAME:
    case KEY_PREFIX:
    case KEY_PART:
    case KEY_TEXT:
    case KEY_RAW:
    case KEY_LINE:
    case KEY_EXPR:
    case KEY_WORD:
        *words = "a string";
        return type == TOML_STRING;
    case KEY_WORDS:
        *words = "a string or an array of strings";
        return type == TOML_ARRAY || type == TOML_STRING || type == TOML_INTEGER;
    case KEY_WHEN:
        *words = "a table of conditions or an array of such";
        return type == TOML_TABLE || type == TOML_ARRAY;
    case KEY_TABLE:
        *words = "a table";
        return type == TOML_TABLE;
    case KEY_VALUE:
        *words = "an integer or a string";
        return type == TOML_INTEGER || type == TOML_STRING;
    case KEY_NUMBER:
        *words = "an unsigned integer";
        return type == TOML_INTEGER;
    case KEY_INTEGER:
        *words = "an integer";
        return type == TOML_INTEGER;
    case KEY_FLAG:
        *words = "true or false";
        return type == TOML_BOOLEAN;
    case KEY_CHOICE:
        *words = key->choices ? "a string" : "true or false";
        return type == (key->choices ? TOML_STRING : TOML_BOOLEAN);
    case KEY_TABLES:
        *words = "an array of tables";
        return type == TOML_ARRAY;
    case KEY_TYPE:
        break;
    }
    return true;
}

bool reader_tables(struct reader *reader, const struct key_info *key, const struct toml_array *array,
                   struct reader_vec *vec)
{
    bool good = !array->broken;
    const struct table_info *info = &spec_tables[key->table];
    struct arena *arena = key->table == TABLE_FIELD || key->table == TABLE_CONSTANT ? reader->scratch : reader->arena;
    /* Room for one at least: an array that is there and empty can be told from none. */
    size_t room = array->len ? array->len : 1;
    vec->at = vec_reserve_exactly(arena, vec->at, vec->len, &vec->cap, room, info->size);
    for (size_t i = 0; i < array->len; i++) {
        const struct toml_value *item = &array->at[i];
        struct span span = reader_span(reader, item->off, item->len);
        if (item->type != TOML_TABLE) {
            if (!array->broken) {
                diag_add(reader->diags, RULE_KEY_VALUE, span, "expected a table for %s, found %s", info->name,
                         toml_type_name(item->type));
            }
            good = false;
            continue;
        }
        void *object = (char *)vec->at + vec->len * info->size;
        memset(object, 0, info->size);
        struct reader_target target = {.object = object, .broken = &(bool){false}};
        if (key->table == TABLE_FIELD) {
            struct field_draft *draft = object;
            draft->off = item->off;
            draft->len = item->len;
            target.has_more = &draft->has_more;
        } else if (key->table == TABLE_CONSTANT) {
            struct def_draft *draft = object;
            draft->def.off = item->off;
            draft->def.len = item->len;
            target.has_more = &draft->has_more;
        } else if (key->table == TABLE_INCLUDE) {
            ((struct include *)object)->off = item->off;
            ((struct include *)object)->len = item->len;
        }
        if (reader_table(reader, key->table, item->as.table, span, target) && !*target.broken) {
            vec->len++;
        } else {
            good = false;
        }
    }
    return good;
}

/* One table of conditions, or several. */
bool reader_when(struct reader *reader, const struct toml_value *value, struct when *when)
{
    bool is_array = value->type == TOML_ARRAY, good = !is_array || !value->as.array->broken;
    when->off = value->off;
    when->len = value->len;
    if (good && is_array && !value->as.array->len) {
        struct diag *diag = diag_add(reader->diags, RULE_KEY_VALUE, reader_span(reader, when->off, when->len),
                                     "there is no condition in this array");
        diag_help(reader->diags, diag, "leave it out where it makes no difference");
        return false;
    }
    for (size_t i = 0; i < (is_array ? value->as.array->len : 1); i++) {
        const struct toml_value *item = is_array ? &value->as.array->at[i] : value;
        struct span span = reader_span(reader, item->off, item->len);
        if (item->type != TOML_TABLE) {
            diag_add(reader->diags, RULE_KEY_VALUE, span, "expected a table of conditions, found %s",
                     toml_type_name(item->type));
            good = false;
            continue;
        }
        struct when_draft draft = {0};
        bool broken = false;
        good = reader_table(reader, TABLE_WHEN, item->as.table, span,
                            (struct reader_target){.object = &draft, .broken = &broken}) &&
               !broken && reader_condition(reader, &draft, when) && good;
    }
    return good;
}

static struct number number_of(const struct toml_value *value)
{
    uint64_t magnitude = value->as.magnitude;
    return (struct number){.value = value->negative ? 0 - magnitude : magnitude,
                           .off = value->off,
                           .len = value->len,
                           .given = true,
                           .negative = value->negative && magnitude};
}

bool reader_value(struct reader *reader, const struct key_info *key, const struct toml_value *value, void *at)
{
    struct span span = reader_span(reader, value->off, value->len);
    const char *words = NULL;
    if (!wants(key, value->type, &words)) {
        diag_add(reader->diags, RULE_KEY_VALUE, span, "`%s` must be %s, found %s", key->name, words,
                 toml_type_name(value->type));
        return false;
    }
    struct text text = {.off = value->off, .len = value->len};
    struct reader_vec vec;
    bool good = true;
    switch (key->kind) {
    case KEY_NAME:
    case KEY_PREFIX:
    case KEY_PART:
        if (!(key->kind == KEY_PREFIX && value->as.string.len == 0) &&
            !reader_name(reader, value, key->kind == KEY_PART)) {
            return false;
        }
        text.s = reader_keep(reader, value->as.string);
        memcpy(at, &text, sizeof text);
        return true;
    case KEY_TEXT:
        text.s = reader_text(reader, value);
        memcpy(at, &text, key->placed ? sizeof text : sizeof text.s);
        reader_prose(reader, value); /* what is wrong with prose hides nothing else */
        return true;
    case KEY_WORD:
    case KEY_RAW:
    case KEY_LINE:
        text.s = reader_keep(reader, value->as.string);
        memcpy(at, &text, sizeof text);
        return key->kind == KEY_WORD || (reader_raw(reader, value, key->kind == KEY_LINE) &&
                                         (key->kind != KEY_LINE || reader_brackets(reader, value)));
    case KEY_EXPR: {
        struct formula formula;
        bool exact = value->len == value->as.string.len + 2;
        text.s = reader_keep(reader, value->as.string);
        good = reader_raw(reader, value, true) &&
               reader_formula(reader, text, exact ? value->off + 1 : UINT32_MAX, &formula);
        if (good) {
            memcpy(at, &formula, sizeof formula);
        }
        return good;
    }
    case KEY_WHEN:
        return reader_when(reader, value, at);
    case KEY_TABLE: {
        bool broken = false;
        return reader_table(reader, key->table, value->as.table, span,
                            (struct reader_target){.object = at, .broken = &broken}) &&
               !broken;
    }
    case KEY_WORDS:
    case KEY_TABLES:
        memcpy(&vec, at, sizeof vec);
        good = key->kind == KEY_WORDS ? read_words(reader, value, &vec)
                                      : reader_tables(reader, key, value->as.array, &vec);
        memcpy(at, &vec, sizeof vec);
        return good;
    case KEY_TYPE: {
        struct type *type = reader_type(reader, value);
        memcpy(at, &type, sizeof type);
        return type != NULL;
    }
    case KEY_VALUE: {
        struct value both = {.is_string = value->type == TOML_STRING};
        if (both.is_string) {
            both.string = text;
            both.string.s = reader_keep(reader, value->as.string);
        } else {
            both.number = number_of(value);
        }
        memcpy(at, &both, sizeof both);
        return true;
    }
    case KEY_NUMBER:
    case KEY_INTEGER: {
        struct number number = number_of(value);
        if (number.negative && key->kind == KEY_NUMBER) {
            diag_add(reader->diags, RULE_KEY_VALUE, span, "`%s` must be an unsigned integer, found a negative one",
                     key->name);
            return false;
        }
        memcpy(at, &number, sizeof number);
        return true;
    }
    case KEY_FLAG:
        memcpy(at, &value->as.boolean, sizeof(bool));
        return true;
    case KEY_CHOICE:
        return read_choice(reader, key, value, at);
    }
    return false;
}

struct str reader_unknown_key(struct reader *reader, const struct table_info *info, const struct toml_entry *entry)
{
    struct nearest near = nearest_start(entry->key);
    struct buf all = buf_new(reader->arena);
    for (size_t i = 0; i < info->keys_len; i++) {
        nearest_try(&near, str_from(info->keys[i].name));
        buf_printf(&all, "%s`%s`", i ? ", " : "", info->keys[i].name);
    }
    struct diag *diag = diag_add(reader->diags, RULE_KEY_UNKNOWN, reader_span(reader, entry->key_off, entry->key_len),
                                 "%s has no key `%.*s`", info->name, STR_ARG(entry->key));
    if (near.best.len) {
        diag_help(reader->diags, diag, "did you mean `%.*s`?", STR_ARG(near.best));
    } else {
        diag_help(reader->diags, diag, "its keys are %.*s", STR_ARG(buf_view(&all)));
    }
    return near.best;
}

/*
 * Reads each key of a table into its place in the target. Whatever could not be read is
 * reported once; the result is false when it leaves the target without something that it needs.
 */
bool reader_table(struct reader *reader, enum table_kind kind, const struct toml_table *table, struct span span,
                  struct reader_target target)
{
    const struct table_info *info = &spec_tables[kind];
    const struct toml_entry *seen[32] = {NULL};
    bool mistyped[sizeof seen / sizeof *seen] = {false}; /* one mistake is one finding: such a key is not missing */
    assert(info->keys_len <= sizeof seen / sizeof *seen);
    bool good = true;
    if (table->broken) {
        *target.broken = true;
    }
    for (const struct toml_entry *entry = table->first; entry; entry = entry->next) {
        const struct key_info *key = spec_key_find(info, entry->key);
        if (!key) {
            struct str meant = reader_unknown_key(reader, info, entry);
            for (size_t i = 0; i < info->keys_len; i++) {
                mistyped[i] = mistyped[i] || str_is(meant, info->keys[i].name);
            }
            continue;
        }
        const struct toml_entry **first = &seen[key - info->keys];
        if (*first) {
            struct diag *diag =
                diag_add(reader->diags, RULE_KEY_VALUE, reader_span(reader, entry->key_off, entry->key_len),
                         "`%.*s` says again what `%.*s` says", STR_ARG(entry->key), STR_ARG((*first)->key));
            diag_note(reader->diags, diag, reader_span(reader, (*first)->key_off, (*first)->key_len),
                      "first given here");
            diag_help(reader->diags, diag, "keep one of them");
            *target.broken = true;
            continue;
        }
        *first = entry;
        if (target.has_more && info->more && key->offset >= info->more) {
            *target.has_more = true;
        }
        if (!reader_value(reader, key, &entry->value, (char *)target.object + key->offset)) {
            *target.broken = true;
            good = good && !key->required;
        }
    }
    for (size_t i = 0; i < info->keys_len; i++) {
        *target.broken = *target.broken || (info->keys[i].either && mistyped[i] && !seen[i]);
        if (info->keys[i].required && !seen[i]) {
            good = false;
            if (!table->broken && !mistyped[i]) {
                struct diag *diag = diag_add(reader->diags, RULE_KEY_MISSING, span, "%s lacks its `%s`", info->name,
                                             info->keys[i].name);
                diag_help(reader->diags, diag, "add `%s = ...`", info->keys[i].name);
            }
        }
    }
    return good;
}
