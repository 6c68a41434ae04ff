/* The lines of a TOML text: headers and `key = value`. */
#include "toml/parser.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *toml_type_name(enum toml_type type)
{
    switch (type) {
    case TOML_STRING:
        return "a string";
    case TOML_INTEGER:
        return "an integer";
    case TOML_FLOAT:
        return "a float";
    case TOML_BOOLEAN:
        return "a boolean";
    case TOML_OFFSET_DATETIME:
        return "a date-time";
    case TOML_LOCAL_DATETIME:
        return "a local date-time";
    case TOML_LOCAL_DATE:
        return "a date";
    case TOML_LOCAL_TIME:
        return "a time";
    case TOML_ARRAY:
        return "an array";
    case TOML_TABLE:
        return "a table";
    }
    return "a value";
}

struct str parser_clip(const char *from, const char *to)
{
    enum { CLIP_MAX = 60 };
    if (to - from <= CLIP_MAX) {
        return (struct str){from, (size_t)(to - from)};
    }
    to = from + CLIP_MAX;
    /* Not in the middle of a character. */
    while (to != from && ((unsigned char)*to & 0xc0) == 0x80) {
        to--;
    }
    return (struct str){from, (size_t)(to - from)};
}

struct str parser_found(struct parser *p, const char *at, const char **to)
{
    *to = at;
    if (at == p->end) {
        return STR("the end of the file");
    }
    const size_t newline = parser_newline(p, at);
    *to = at + (newline ? newline : 1);
    if (newline) {
        return STR("the end of the line");
    }
    if (*at == '\r') {
        return STR("a carriage return without a line feed");
    }
    if (*at == '#') {
        return STR("a comment");
    }
    if ((unsigned char)*at < 0x20 || *at == 0x7f) {
        return str_printf(p->arena, "the control character U+%04X", (unsigned)(unsigned char)*at);
    }
    if (is_bare(*at)) {
        while (*to != p->end && is_bare(**to)) {
            (*to)++;
        }
    } else if ((unsigned char)*at >= 0x80) {
        while (*to != p->end && ((unsigned char)**to & 0xc0) == 0x80) {
            (*to)++;
        }
    }
    const struct str word = parser_clip(at, *to);
    return str_printf(p->arena, "`%.*s`", STR_ARG(word));
}

/* Whether a finding at `at` only says again that bytes of its line are not UTF-8. */
static bool is_on_bad_line(const struct parser *p, const char *at)
{
    if (!p->not_utf8) {
        return false;
    }
    const char *from = at;
    while (from != p->start && from[-1] != '\n') {
        from--;
    }
    const char *line_end = memchr(at, '\n', (size_t)(p->end - at));
    const char *to = line_end ? line_end : p->end;
    return text_find_bad(from, to) != to;
}

struct diag *parser_report(struct parser *p, enum rule rule, const char *from, const char *to, const char *help,
                           const char *format, ...)
{
    p->errors++;
    if (p->errors > TOML_ERRORS_MAX ||
        (p->errors < TOML_ERRORS_MAX && rule != RULE_TOML_ENCODING && is_on_bad_line(p, from))) {
        return NULL;
    }
    if (p->errors == TOML_ERRORS_MAX) {
        rule = RULE_TOML_LIMIT;
        format = "too many mistakes; the rest of the file is not read";
        help = "is this a TOML file?";
    }

    char message[512];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(message, sizeof message, format, args);
    va_end(args);
    const struct span span = {p->source, parser_off(p, from), (uint32_t)(to - from)};
    struct diag *diag = diag_add(p->diags, rule, span, "%s", message);
    if (help) {
        diag_help(p->diags, diag, "%s", help);
    }
    return diag;
}

void parser_note(struct parser *p, struct diag *diag, const char *from, const char *to, const char *text)
{
    if (diag) {
        diag_note(p->diags, diag, (struct span){p->source, parser_off(p, from), (uint32_t)(to - from)}, "%s", text);
    }
}

void parser_note_first(struct parser *p, struct diag *diag, uint32_t off, uint32_t len)
{
    parser_note(p, diag, p->start + off, p->start + off + len, "first defined here");
}

/* Skips the rest of a line, over strings; returns how many brackets it leaves open. */
static size_t skip_line(struct parser *p)
{
    size_t open = 0;
    while (p->at != p->end) {
        const char c = *p->at;
        if (c == '"' || c == '\'') {
            p->at = text_skip_string(p, p->at);
        } else if (c == '#') {
            text_comment(p);
        } else if (c == '\n') {
            p->at++;
            break;
        } else {
            if (c == '[' || c == '{') {
                open++;
            } else if ((c == ']' || c == '}') && open > 0) {
                open--;
            }
            /* An escaped quote starts no string. */
            p->at += c == '\\' && p->end - p->at > 1 && p->at[1] != '\n' ? 2 : 1;
        }
    }
    return open;
}

/*
 * After an error: on to the next line, or, where the error left something open that may go
 * on for lines, to the next that looks like a statement. `from` is where this one started.
 */
static void recover(struct parser *p, const char *from)
{
    const bool unclosed = p->unclosed;
    p->lost = false;
    p->unclosed = false;
    p->inside |= unclosed;
    if (p->at != from && value_at_statement(p, true)) {
        return;
    }
    const size_t open = skip_line(p);
    if (!unclosed && open == 0) {
        return;
    }
    parser_skip_spaces(p);
    while (p->at != p->end && !value_at_statement(p, true)) {
        skip_line(p);
        parser_skip_spaces(p);
    }
}

/*
 * Whether what stands at p->at, at the start of a line or after a value, continues an array or inline table that a
 * finding has already cut off. It is no mistake of its own.
 */
static bool is_leftover(const struct parser *p)
{
    if (!p->inside || p->at == p->end) {
        return false;
    }
    return *p->at == ',' || *p->at == '{' || *p->at == '}' || *p->at == ']';
}

/* `key = value` */
static void read_pair(struct parser *p)
{
    struct key_path path;
    if (!text_key(p, &path)) {
        return;
    }
    if (p->at == p->end || *p->at != '=') {
        const char *to;
        const struct str found = parser_found(p, p->at, &to);
        const bool colon = p->at != p->end && *p->at == ':';
        PARSER_LOST(p, p->at, to, colon ? "write `=`" : "a line is `key = value` or a [header]",
                    "expected `=` after the key, found %.*s", STR_ARG(found));
        return;
    }
    p->at++;
    parser_skip_spaces(p);
    p->depth = p->current->depth + (unsigned)path.count - 1;
    struct toml_value value;
    const bool good = value_read(p, &value);
    if (good && is_leftover(p)) {
        p->lost = true;
    } else if (good) {
        table_insert(p, p->current, path, &value);
    } else {
        table_miss(p, p->current, path);
    }
}

/* What stands under a header that cannot be used is read, but no one sees it. */
static void close_section(struct parser *p)
{
    p->current = table_new(p, TABLE_HEADER, 1);
    p->section.len = 0;
    VEC_PUSH(p->arena, &p->section, &p->root->open.broken);
}

/* [key] or [[key]] */
static void read_header(struct parser *p)
{
    const char *from = p->at++;
    bool twice = p->at != p->end && *p->at == '[';
    p->at += twice;
    parser_skip_spaces(p);
    struct key_path path;
    if (!text_key(p, &path)) {
        close_section(p);
        return;
    }
    if (p->at != p->end && *p->at == ']') {
        p->at++;
        if (twice && p->at != p->end && *p->at == ']') {
            p->at++;
        } else if (twice) {
            PARSER_LOST(p, p->at - 1, p->at, "close it with `]]`",
                        "expected `]]` at the end of the header, found one bracket");
        } else if (p->at != p->end && *p->at == ']') {
            p->at++;
            twice = true;
            PARSER_LOST(p, from, from + 1, "open it with `[[`",
                        "expected `[[` at the start of the header, found one bracket");
        }
    } else {
        const char *to;
        const struct str found = parser_found(p, p->at, &to);
        PARSER_LOST(p, p->at, to, twice ? "close it with `]]`" : "close it with `]`",
                    "expected `%s` at the end of the header, found %.*s", twice ? "]]" : "]", STR_ARG(found));
    }
    /* With its key known, what follows can go where it belongs even if a bracket is missing. */
    table_open(p, path, twice, parser_off(p, from), (uint32_t)(p->at - from));
}

static void read_statement(struct parser *p)
{
    const char *const from = p->at;
    const size_t errors = p->errors;
    p->adrift &= *p->at != '[';
    p->inside &= p->adrift;
    /* Only an array or inline table goes on with a bracket. */
    p->inside |= p->adrift && (*p->at == '{' || *p->at == '}' || *p->at == ']');
    if (is_leftover(p)) {
        p->lost = true;
    } else if (*p->at == '[') {
        read_header(p);
    } else {
        read_pair(p);
    }
    p->keys.len = 0;

    if (!p->lost) {
        parser_skip_spaces(p);
        if (p->at != p->end && *p->at == '#') {
            text_comment(p);
        }
        const size_t newline = parser_newline(p, p->at);
        if (newline == 0 && p->at != p->end) {
            const char *to;
            const struct str found = parser_found(p, p->at, &to);
            PARSER_LOST(p, p->at, to, *p->at == ',' ? "leave the comma out" : "a line holds one `key = value`",
                        "expected the end of the line, found %.*s", STR_ARG(found));
        }
        p->at += newline;
    }
    if (p->lost) {
        recover(p, from);
    }
    if (p->errors != errors) {
        p->adrift = true;
        for (size_t i = 0; i < p->section.len; i++) {
            *p->section.at[i] = true;
        }
    }
}

static void read_text(struct parser *p)
{
    if (p->end - p->at >= 3 && memcmp(p->at, "\xef\xbb\xbf", 3) == 0) {
        p->at += 3;
    }
    if (!text_check_encoding(p)) {
        return;
    }
    while (p->errors < TOML_ERRORS_MAX) {
        parser_skip_spaces(p);
        if (p->at == p->end) {
            break;
        }
        const size_t newline = parser_newline(p, p->at);
        if (newline) {
            p->at += newline;
        } else if (*p->at == '#') {
            text_comment(p);
        } else {
            read_statement(p);
        }
    }
}

struct toml_document *toml_parse(struct arena *arena, struct source *source, enum toml_version version,
                                 struct diags *diags)
{
    return toml_parse_through(arena, source, version, diags, NULL);
}

struct toml_document *toml_parse_through(struct arena *arena, struct source *source, enum toml_version version,
                                         struct diags *diags, const struct toml_reader *reader)
{
    struct toml_document *document = ARENA_NEW(arena, struct toml_document);
    struct parser p = {
        .arena = arena, .nodes = arena, .reader = reader, .source = source, .diags = diags, .version = version};
    p.start = source->text.len ? source->text.ptr : "";
    p.at = p.start;
    p.end = p.start + source->text.len;
    p.scratch = buf_new(arena);
    p.root = table_new(&p, TABLE_HEADER, 0);
    p.current = p.root;
    VEC_PUSH(arena, &p.section, &p.root->open.broken);

    /* Larger than TOML_SIZE_MAX, said so that no 32-bit compiler sees a comparison that is always false. */
    if (source->text.len != (uint32_t)source->text.len) {
        parser_report(&p, RULE_TOML_LIMIT, p.start, p.start, "split the file", "the file is larger than 4 GiB");
    } else {
        read_text(&p);
    }
    table_finish(&p);

    p.root->open.broken |= p.errors != 0;
    document->source = source;
    document->root = &p.root->open;
    document->comments = p.comments.at;
    document->comments_len = p.comments.len;
    return document;
}
