/* Values: arrays, inline tables, and how to go on after an error inside of them. */
#include "toml/parser.h"

#include <string.h>

/* Moves over spaces, comments and line ends. Returns the first line end or comment there, or NULL. */
static const char *skip_blank(struct parser *p)
{
    const char *first = NULL;
    for (;;) {
        parser_skip_spaces(p);
        const size_t newline = parser_newline(p, p->at);
        if (newline == 0 && (p->at == p->end || *p->at != '#')) {
            return first;
        }
        if (!first) {
            first = p->at;
        }
        if (newline) {
            p->at += newline;
        } else {
            text_comment(p);
        }
    }
}

static bool is_word(const char *at, const char *end, const char *word)
{
    return str_is((struct str){at, (size_t)(end - at)}, word);
}

/* Moves over what looks like a dotted key and the spaces after it; NULL when nothing does. */
static const char *skip_key(const struct parser *p, const char *at)
{
    const char *const from = at;
    while (at != p->end) {
        const char c = *at;
        if (c == '"' || c == '\'') {
            const char *to = text_skip_string(p, at);
            if (to == at + 1) {
                return NULL;
            }
            at = to;
        } else if (is_bare(c) || c == '.' || c == ' ' || c == '\t') {
            at++;
        } else {
            break;
        }
    }
    return at == from ? NULL : at;
}

/* [name] or [[name]] and nothing else on the line, `at` being after the first bracket. */
static bool is_header(const struct parser *p, const char *at)
{
    const bool twice = at != p->end && *at == '[';
    at += twice;
    while (at != p->end && (*at == ' ' || *at == '\t')) {
        at++;
    }
    /* What starts with a quote or a digit is more likely an element of an array, and so are these words. */
    if (at == p->end || !(ascii_is_alpha(*at) || *at == '_')) {
        return false;
    }
    const char *name = at;
    at = skip_key(p, at);
    if (!at || at == p->end || *at != ']' || is_word(name, at, "true") || is_word(name, at, "false") ||
        is_word(name, at, "inf") || is_word(name, at, "nan")) {
        return false;
    }
    at++;
    if (twice && (at == p->end || *at++ != ']')) {
        return false;
    }
    while (at != p->end && (*at == ' ' || *at == '\t')) {
        at++;
    }
    return at == p->end || *at == '#' || parser_newline(p, at) != 0;
}

bool value_at_statement(const struct parser *p, bool with_keys)
{
    if (p->at == p->end) {
        return false;
    }
    const char c = *p->at;
    if (c != '[' && !(with_keys && (is_bare(c) || c == '"' || c == '\''))) {
        return false;
    }
    const char *before = p->at;
    while (before != p->start && (before[-1] == ' ' || before[-1] == '\t')) {
        before--;
    }
    if (before != p->start && before[-1] != '\n') {
        return false;
    }
    if (c == '[') {
        return is_header(p, p->at + 1);
    }
    const char *after = skip_key(p, p->at);
    return after && after != p->end && *after == '=';
}

/*
 * Skips what is left of an element after an error: to the comma or bracket that ends it
 * or to the end of the line, over strings and over brackets that open on the way.
 */
static void skip_element(struct parser *p)
{
    unsigned open = 0;
    while (p->at != p->end && parser_newline(p, p->at) == 0) {
        switch (*p->at) {
        case '"':
        case '\'':
            p->at = text_skip_string(p, p->at);
            continue;
        case '#':
            text_comment(p);
            continue;
        case '[':
        case '{':
            open++;
            break;
        case ']':
        case '}':
            if (open == 0) {
                return;
            }
            open--;
            break;
        case ',':
            if (open == 0) {
                return;
            }
            break;
        default:
            break;
        }
        p->at++;
    }
}

/* Skips a whole array or inline table that is nested too deep. */
static void skip_nested(struct parser *p)
{
    size_t open = 0;
    do {
        const char c = *p->at;
        if (c == '"' || c == '\'') {
            p->at = text_skip_string(p, p->at);
        } else if (c == '#') {
            text_comment(p);
        } else if (c == '\n') {
            p->at++;
            parser_skip_spaces(p);
            if (value_at_statement(p, p->tables_open == 0)) {
                break;
            }
        } else {
            open += c == '[' || c == '{';
            open -= c == ']' || c == '}';
            p->at++;
        }
    } while (open > 0 && p->at < p->end);
    if (open > 0) {
        p->lost = true;
        p->unclosed = true;
    }
}

/* Whether what stands after the bracket at p->at can only stand inside of an array or inline table. */
static bool goes_on_after(const struct parser *p)
{
    const char *at = p->at + 1;
    while (at != p->end && (*at == ' ' || *at == '\t')) {
        at++;
    }
    return at != p->end && (*at == ',' || *at == ']' || *at == '}');
}

/*
 * The closing bracket of another kind than `from` opened. It is taken for the right one when
 * nothing `around` it could want it, or when that would end the value in the middle of its line;
 * else it is left to what is around.
 */
static void wrong_bracket(struct parser *p, const char *from, const char *expected, unsigned around)
{
    if (!p->lost) {
        struct diag *diag = parser_report(p, RULE_TOML_SYNTAX, p->at, p->at + 1, "each bracket closes one of its kind",
                                          "expected %s, found `%c`", expected, *p->at);
        parser_note(p, diag, from, from + 1, "it would close this");
    }
    p->lost = around > 0 && !(p->arrays_open + p->tables_open == 2 && goes_on_after(p));
    if (!p->lost) {
        p->at++;
    }
}

static void report_missing(struct parser *p, const char *from, const char *expected, const char *help)
{
    const char *to;
    const struct str found = parser_found(p, p->at, &to);
    struct diag *diag =
        parser_report(p, RULE_TOML_SYNTAX, p->at, to, help, "expected %s, found %.*s", expected, STR_ARG(found));
    parser_note(p, diag, from, from + 1, "it starts here");
}

/* The array or inline table that starts at `from` does not end. */
static void never_closed(struct parser *p, const char *from)
{
    if (!p->lost) {
        PARSER_LOST(p, from, from + 1, *from == '[' ? "close it with `]`" : "close it with `}`",
                    *from == '[' ? "the array is never closed" : "the inline table is never closed");
    }
    p->unclosed = true;
}

/* Whether a value may start with `c`; then a missing comma is all that is wrong. */
static bool starts_value(char c)
{
    return ascii_is_alpha(c) || ascii_is_digit(c) || (c != '\0' && strchr("+-\"'[{_", c) != NULL);
}

static bool nested_too_deep(struct parser *p)
{
    if (p->depth < TOML_NESTING_MAX) {
        return false;
    }
    parser_report(p, RULE_TOML_LIMIT, p->at, p->at + 1, "use fewer levels",
                  "arrays and tables are nested more than %d levels deep", TOML_NESTING_MAX);
    skip_nested(p);
    return true;
}

/* The elements of the array at `from`, up to and with its `]`; they end up on the stack of items. */
static void array_elements(struct parser *p, const char *from)
{
    static const char expected[] = "`,` or `]` after an element";
    for (;;) {
        skip_blank(p);
        if (p->at == p->end || value_at_statement(p, p->tables_open == 0 && ascii_is_alpha(*p->at))) {
            never_closed(p, from);
            return;
        }
        if (*p->at == ']') {
            p->at++;
            p->lost = false;
            return;
        }
        if (*p->at == '}') {
            wrong_bracket(p, from, "a value or `]`", p->tables_open);
            return;
        }
        if (*p->at == ',') {
            if (!p->lost) {
                parser_report(p, RULE_TOML_SYNTAX, p->at, p->at + 1, "leave the comma out",
                              "expected a value, found `,`");
            }
            p->lost = false;
            p->at++;
            continue;
        }

        p->lost = false;
        struct toml_value item;
        if (value_read(p, &item)) {
            VEC_PUSH(p->arena, &p->items, item);
        }
        if (p->unclosed) {
            return;
        }
        if (p->lost) {
            skip_element(p);
        }
        skip_blank(p);
        if (p->at == p->end || value_at_statement(p, p->tables_open == 0)) {
            never_closed(p, from);
            return;
        }
        if (*p->at == ',') {
            p->lost = false;
            p->at++;
        } else if (*p->at != ']' && *p->at != '}') {
            if (!p->lost) {
                report_missing(p, from, expected, "put a comma between the elements of an array");
            }
            p->lost = true;
            if (!starts_value(*p->at)) {
                skip_element(p);
            }
        }
    }
}

static bool read_array(struct parser *p, struct toml_value *value)
{
    if (nested_too_deep(p)) {
        return false;
    }
    const char *const from = p->at++;
    const size_t errors = p->errors;
    const size_t first = p->items.len;
    p->depth++;
    p->arrays_open++;
    array_elements(p, from);
    p->arrays_open--;
    p->depth--;

    struct array *array = ARENA_NEW(p->nodes, struct array);
    array->open.len = p->items.len - first;
    array->open.broken = p->errors != errors;
    if (array->open.len) {
        array->open.at = ARENA_ARRAY(p->nodes, array->open.len, struct toml_value);
        memcpy(array->open.at, &p->items.at[first], array->open.len * sizeof *array->open.at);
    }
    p->items.len = first;
    *value = (struct toml_value){
        .type = TOML_ARRAY, .off = parser_off(p, from), .len = (uint32_t)(p->at - from), .as.array = &array->open};
    return true;
}

/* `key = value` in an inline table. */
static void inline_entry(struct parser *p, struct table *table)
{
    struct key_path path;
    const size_t errors = p->errors;
    if (text_key(p, &path)) {
        if (p->at == p->end || *p->at != '=') {
            const char *to;
            const struct str found = parser_found(p, p->at, &to);
            const bool colon = p->at != p->end && *p->at == ':';
            PARSER_LOST(p, p->at, to, colon ? "write `=`" : "an inline table holds key = value pairs",
                        "expected `=` after the key, found %.*s", STR_ARG(found));
        } else {
            p->at++;
            parser_skip_spaces(p);
            struct toml_value value;
            const unsigned depth = p->depth;
            p->depth += (unsigned)path.count - 1;
            const bool good = value_read(p, &value);
            p->depth = depth;
            if (good) {
                table_insert(p, table, path, &value);
            } else {
                table_miss(p, table, path);
            }
        }
    }
    p->keys.len = path.first;
    table->open.broken |= p->errors != errors;
}

/* TOML 1.0 wants an inline table on one line. Said once per table. */
static void forbid_newline(struct parser *p, const char *newline, bool *said)
{
    if (!newline || *said || p->version != TOML_1_0) {
        return;
    }
    *said = true;
    const size_t len = parser_newline(p, newline);
    parser_report(p, RULE_TOML_SYNTAX, newline, newline + (len ? len : 1), "write it on one line, or use TOML 1.1",
                  "an inline table does not span lines in TOML 1.0");
}

/* The entries of the inline table at `from`, up to and with its `}`. */
static void inline_entries(struct parser *p, const char *from, struct table *table)
{
    static const char expected[] = "`,` or `}` after an entry";
    const char *comma = NULL;
    bool said = false, many_lines = false;
    for (;;) {
        const char *newline = skip_blank(p);
        many_lines = many_lines || newline;
        if (p->at == p->end || value_at_statement(p, false)) {
            never_closed(p, from);
            return;
        }
        forbid_newline(p, newline, &said);
        if (*p->at == '}') {
            if (comma && p->version == TOML_1_0 && !p->lost) {
                parser_report(p, RULE_TOML_SYNTAX, comma, comma + 1, "leave the comma out, or use TOML 1.1",
                              "an inline table does not end with a comma in TOML 1.0");
            }
            p->at++;
            p->lost = false;
            return;
        }
        if (*p->at == ']') {
            wrong_bracket(p, from, "a key or `}`", p->arrays_open);
            return;
        }
        if (*p->at == ',') {
            if (!p->lost) {
                parser_report(p, RULE_TOML_SYNTAX, p->at, p->at + 1, "leave the comma out",
                              "expected a key, found `,`");
            }
            p->lost = false;
            p->at++;
            continue;
        }

        p->lost = false;
        inline_entry(p, table);
        comma = NULL;
        if (p->unclosed) {
            return;
        }
        if (p->lost) {
            skip_element(p);
        }
        const size_t comments = p->comments.len;
        newline = skip_blank(p);
        if (p->at == p->end) {
            continue;
        }
        if (*p->at == ',') {
            forbid_newline(p, newline, &said);
            p->lost = false;
            comma = p->at++;
            continue;
        }
        if (*p->at == '}' || *p->at == ']') {
            forbid_newline(p, newline, &said);
            continue;
        }
        if (newline && !many_lines) {
            /* All of it stood on one line, so that line most likely lacks the end: leave the rest to others. */
            p->at = newline;
            p->comments.len = comments;
            if (!p->lost) {
                report_missing(p, from, expected, "close the inline table with `}`");
            }
            p->lost = true;
            return;
        }
        if (value_at_statement(p, false)) {
            continue;
        }
        if (!p->lost) {
            report_missing(p, from, expected, "put a comma between the entries of an inline table");
        }
        p->lost = true;
        if (!starts_value(*p->at)) {
            skip_element(p);
        }
    }
}

static bool read_inline_table(struct parser *p, struct toml_value *value)
{
    if (nested_too_deep(p)) {
        return false;
    }
    const char *const from = p->at++;
    const size_t errors = p->errors;
    p->depth++;
    p->tables_open++;
    struct table *table = table_new(p, TABLE_INLINE, p->depth);
    inline_entries(p, from, table);
    p->tables_open--;
    p->depth--;
    table->open.broken = p->errors != errors;
    *value = (struct toml_value){
        .type = TOML_TABLE, .off = parser_off(p, from), .len = (uint32_t)(p->at - from), .as.table = &table->open};
    return true;
}

bool value_read(struct parser *p, struct toml_value *value)
{
    const char c = p->at == p->end ? '\n' : *p->at;
    switch (c) {
    case '"':
    case '\'':
        return text_string(p, value);
    case '[':
        return read_array(p, value);
    case '{':
        return read_inline_table(p, value);
    default:
        return number_scalar(p, value);
    }
}
