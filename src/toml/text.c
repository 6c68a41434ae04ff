/* UTF-8, comments, strings and keys. */
#include "base/utf8.h"
#include "toml/parser.h"

#include <string.h>

/* The eight bytes at `at`, the first of them lowest. */
static uint64_t eight_bytes(const char *at)
{
    const unsigned char *const bytes = (const unsigned char *)at;
    return (uint64_t)bytes[0] | (uint64_t)bytes[1] << 8 | (uint64_t)bytes[2] << 16 | (uint64_t)bytes[3] << 24 |
           (uint64_t)bytes[4] << 32 | (uint64_t)bytes[5] << 40 | (uint64_t)bytes[6] << 48 | (uint64_t)bytes[7] << 56;
}

/*
 * Where the run of bytes ends that need no closer look: the first control character,
 * DEL, `quote` or `escape`, or `end`. Tabs do not end it.
 */
static const char *plain_run(const char *at, const char *end, char quote, char escape)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    const uint64_t highs = ones << 7;
    while (end - at >= 8) {
        /* Eight bytes at a time: the high bit of a byte ends up set if the byte is one of those. */
        const uint64_t word = eight_bytes(at);
        const uint64_t quotes = word ^ (ones * (unsigned char)quote);
        const uint64_t escapes = word ^ (ones * (unsigned char)escape);
        const uint64_t deletes = word ^ (ones * 0x7f);
        const uint64_t found = (((word - ones * 0x20) & ~word) | ((quotes - ones) & ~quotes) |
                                ((escapes - ones) & ~escapes) | ((deletes - ones) & ~deletes)) &
                               highs;
        if (!found) {
            at += 8;
            continue;
        }
        /* The lowest one is right, whatever it may have borrowed from those above; a product tells which byte it is. */
        const uint64_t lowest = (found & (0 - found)) >> 7;
        at += (lowest * UINT64_C(0x0001020304050607)) >> 56;
        if (*at != '\t') {
            return at;
        }
        at++;
    }
    while (at != end && *at != quote && *at != escape && *at != 0x7f && ((unsigned char)*at >= 0x20 || *at == '\t')) {
        at++;
    }
    return at;
}

const char *text_find_bad(const char *from, const char *to)
{
    const struct str s = {from, (size_t)(to - from)};
    size_t at = 0, len;
    for (; (at = utf8_ascii(s, at)) < s.len; at += len) {
        uint32_t code;
        len = utf8_decode(s, at, &code);
        if (code == UTF8_INVALID) {
            return from + at;
        }
    }
    return to;
}

bool text_check_encoding(struct parser *p)
{
    if (p->end - p->at >= 2 && (memcmp(p->at, "\xff\xfe", 2) == 0 || memcmp(p->at, "\xfe\xff", 2) == 0)) {
        parser_report(p, RULE_TOML_ENCODING, p->at, p->at + 2, "save the file as UTF-8", "the file is UTF-16");
        return false;
    }
    const char *at = p->at;
    while ((at = text_find_bad(at, p->end)) != p->end && p->errors < TOML_ERRORS_MAX) {
        parser_report(p, RULE_TOML_ENCODING, at, at + 1, "save the file as UTF-8", "the byte 0x%02x is not UTF-8 here",
                      (unsigned)(unsigned char)*at);
        const char *line_end = memchr(at, '\n', (size_t)(p->end - at));
        if (!line_end) {
            break;
        }
        at = line_end;
    }
    p->not_utf8 = p->errors != 0;
    return true;
}

static void report_control(struct parser *p, const char *where)
{
    if (p->errors > TOML_ERRORS_MAX) {
        return;
    }
    const char *to;
    const struct str found = parser_found(p, p->at, &to);
    const bool cr = *p->at == '\r';
    parser_report(p, RULE_TOML_ENCODING, p->at, to,
                  cr ? "end lines with LF or with CR LF" : "leave it out, or write it as an escape such as \\u0007",
                  "%.*s in %s", STR_ARG(found), where);
}

void text_comment(struct parser *p)
{
    const char *from = p->at;
    bool reported = false;
    for (;;) {
        p->at = plain_run(p->at, p->end, '\n', '\n');
        if (p->at == p->end || parser_newline(p, p->at)) {
            break;
        }
        if (!reported) {
            report_control(p, "a comment");
        }
        reported = true;
        p->at++;
    }
    VEC_PUSH(p->arena, &p->comments,
             (struct toml_comment){.off = parser_off(p, from), .len = (uint32_t)(p->at - from)});
}

const char *text_skip_string(const struct parser *p, const char *at)
{
    const char quote = *at;
    const bool multi = p->end - at >= 3 && at[1] == quote && at[2] == quote;
    for (const char *to = at + (multi ? 3 : 1); to < p->end; to++) {
        if (*to == '\\' && quote == '"') {
            to++;
        } else if (*to == quote && !multi) {
            return to + 1;
        } else if (*to == quote && p->end - to >= 3 && to[1] == quote && to[2] == quote) {
            return to + 3;
        } else if (*to == '\n' && !multi) {
            break;
        }
    }
    return at + (multi ? 3 : 1);
}

static int hex_digit(char c)
{
    if (ascii_is_digit(c)) {
        return c - '0';
    }
    c = ascii_to_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void put_utf8(struct buf *out, uint32_t code)
{
    if (code < 0x80) {
        buf_char(out, (char)code);
        return;
    }
    char bytes[4];
    size_t len = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char leads[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = len; i-- > 1; code >>= 6) {
        bytes[i] = (char)(0x80 | (code & 0x3f));
    }
    bytes[0] = (char)(leads[len] | code);
    buf_bytes(out, bytes, len);
}

/* \xHH, \uHHHH or \UHHHHHHHH, at the backslash. */
static bool escape_code(struct parser *p, size_t digits)
{
    const char *from = p->at;
    uint32_t code = 0;
    size_t have = 0;
    p->at += 2;
    for (; have < digits && p->at != p->end && hex_digit(*p->at) >= 0; have++) {
        code = code << 4 | (uint32_t)hex_digit(*p->at++);
    }
    if (have < digits) {
        parser_report(p, RULE_TOML_SYNTAX, from, p->at, NULL, "the escape \\%c needs %zu hexadecimal digits, found %zu",
                      from[1], digits, have);
        return false;
    }
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
        parser_report(p, RULE_TOML_SYNTAX, from, p->at, "characters are U+0000 to U+D7FF and U+E000 to U+10FFFF",
                      "the escape `%.*s` is not a Unicode character", (int)(p->at - from), from);
        return false;
    }
    put_utf8(&p->scratch, code);
    return true;
}

/* An escape, at the backslash; a line end that follows one is not its business. */
static bool escape(struct parser *p)
{
    static const char letters[] = "btnfr\"\\e";
    static const char meanings[] = "\b\t\n\f\r\"\\\x1b";
    const char c = p->end - p->at > 1 ? p->at[1] : '\0';
    const char *letter = c ? strchr(letters, c) : NULL;
    const bool newer = c == 'e' || c == 'x';
    if (newer && p->version == TOML_1_0) {
        parser_report(p, RULE_TOML_SYNTAX, p->at, p->at + 2, "write \\u and four hexadecimal digits",
                      "the escape \\%c is not in TOML 1.0", c);
        p->at += 2;
        return false;
    }
    if (letter) {
        buf_char(&p->scratch, meanings[letter - letters]);
        p->at += 2;
        return true;
    }
    if (c == 'x' || c == 'u' || c == 'U') {
        return escape_code(p, c == 'x' ? 2 : c == 'u' ? 4 : 8);
    }

    const char *from = p->at++;
    if (p->at == p->end || parser_newline(p, p->at)) {
        return false; /* the string does not end: that is what will be said */
    }
    uint32_t code;
    p->at += utf8_decode((struct str){p->at, (size_t)(p->end - p->at)}, 0, &code);
    parser_report(p, RULE_TOML_SYNTAX, from, p->at, "write \\\\ for a backslash, or put the text in single quotes",
                  "`%.*s` is not an escape", (int)(p->at - from), from);
    return false;
}

/* A backslash at the end of a line: moves over it and all white space after it; false when it is none. */
static bool escape_newline(struct parser *p)
{
    const char *at = p->at + 1;
    while (at != p->end && (*at == ' ' || *at == '\t')) {
        at++;
    }
    size_t newline = parser_newline(p, at);
    if (newline == 0) {
        return false;
    }
    while (at != p->end && (*at == ' ' || *at == '\t' || newline != 0)) {
        at += newline ? newline : 1;
        newline = parser_newline(p, at);
    }
    p->at = at;
    return true;
}

/* How many quotes stand at p->at, up to five. */
static size_t quotes_here(const struct parser *p, char quote)
{
    size_t count = 0;
    while (count < 5 && (size_t)(p->end - p->at) > count && p->at[count] == quote) {
        count++;
    }
    return count;
}

static void unclosed_string(struct parser *p, const char *from, bool multi)
{
    if (!multi) {
        PARSER_LOST(p, from, p->at, "close it with the quote it starts with; only \"\"\" and ''' strings span lines",
                    "the string does not end on its line");
        return;
    }
    PARSER_LOST(p, from, from + 3, "close it with the three quotes it starts with", "the string is never closed");
    p->unclosed = true;
    /* What follows may well be the rest of the file: read on at the next line. */
    p->at = from + 3;
}

/*
 * The inside of a string up to and with its closing quotes, p->at being after the opening
 * ones. What differs from the source is collected in p->scratch; `*copied` tells whether
 * anything does.
 */
static bool string_inside(struct parser *p, const char *from, char quote, bool multi, bool *copied)
{
    const char *run = p->at; /* what has not gone to the scratch buffer */
    const char backslash = quote == '"' ? '\\' : quote;
    bool good = true;
    for (;;) {
        p->at = plain_run(p->at, p->end, quote, backslash);
        const size_t newline = parser_newline(p, p->at);
        if (p->at == p->end || (newline && !multi)) {
            unclosed_string(p, from, multi);
            return false;
        }
        if (newline) {
            p->at += newline - 1;
            if (newline == 2) {
                buf_bytes(&p->scratch, run, (size_t)(p->at - 1 - run));
                run = p->at;
                *copied = true;
            }
            p->at++;
        } else if (*p->at == quote) {
            size_t count = multi ? quotes_here(p, quote) : 1;
            if (multi && count < 3) {
                p->at += count;
                continue;
            }
            /* Up to two quotes may stand right before the closing three. */
            p->at += count;
            if (*copied) {
                buf_bytes(&p->scratch, run, (size_t)(p->at - (multi ? 3 : 1) - run));
            }
            return good;
        } else if (*p->at == '\\' && quote == '"') {
            buf_bytes(&p->scratch, run, (size_t)(p->at - run));
            *copied = true;
            if (!(multi && escape_newline(p))) {
                good = escape(p) && good;
            }
            run = p->at;
        } else {
            report_control(p, "a string");
            good = false;
            p->at++;
        }
    }
}

/* A string from its first quote, in `arena` if it must be decoded; `multi` tells whether it has three. */
static bool read_string(struct parser *p, struct arena *arena, bool multi, struct str *string)
{
    const char *from = p->at;
    const char quote = *from;
    const size_t quotes = multi ? 3 : 1;
    p->at += quotes;
    if (multi) {
        p->at += parser_newline(p, p->at);
    }
    const char *inside = p->at;
    bool copied = false;
    buf_clear(&p->scratch);
    if (!string_inside(p, from, quote, multi, &copied)) {
        return false;
    }
    *string = copied ? str_copy(arena, buf_view(&p->scratch)) : (struct str){inside, (size_t)(p->at - inside) - quotes};
    /* The tree holds UTF-8 only; the finding is there already. */
    return !p->not_utf8 || text_find_bad(from, p->at) == p->at;
}

static bool is_multi(const struct parser *p)
{
    return p->end - p->at >= 3 && p->at[1] == p->at[0] && p->at[2] == p->at[0];
}

bool text_string(struct parser *p, struct toml_value *value)
{
    const char *from = p->at;
    *value = (struct toml_value){.type = TOML_STRING, .off = parser_off(p, from)};
    const bool good = read_string(p, p->nodes, is_multi(p), &value->as.string);
    value->len = (uint32_t)(p->at - from);
    return good;
}

/* One part of a key; `after` ends a finding's "expected a key". */
static bool key_part(struct parser *p, const char *after)
{
    struct key key = {.off = parser_off(p, p->at)};
    const char *from = p->at;
    if (p->at != p->end && is_bare(*p->at)) {
        const char *to = from + 1;
        while (to != p->end && is_bare(*to)) {
            to++;
        }
        key.name = (struct str){from, (size_t)(to - from)};
        p->at = to;
    } else if (p->at != p->end && (*p->at == '"' || *p->at == '\'')) {
        if (is_multi(p)) {
            PARSER_LOST(p, from, from + 3, "use one quote on each side", "a key cannot be a multi-line string");
            return false;
        }
        if (!read_string(p, p->arena, false, &key.name)) {
            p->lost = true;
            return false;
        }
    } else {
        const char *to;
        const struct str found = parser_found(p, from, &to);
        const bool high = from != p->end && (unsigned char)*from >= 0x80;
        PARSER_LOST(p, from, to, high ? "a key with other letters than A-Z and a-z needs quotes" : NULL,
                    "expected a key%s, found %.*s", after, STR_ARG(found));
        return false;
    }
    key.len = (uint32_t)(p->at - from);
    VEC_PUSH(p->arena, &p->keys, key);
    return true;
}

bool text_key(struct parser *p, struct key_path *path)
{
    const char *from = p->at;
    *path = (struct key_path){.first = p->keys.len};
    const char *after = "";
    while (key_part(p, after)) {
        path->count++;
        parser_skip_spaces(p);
        if (p->at == p->end || *p->at != '.') {
            return true;
        }
        p->at++;
        if (path->count == TOML_NESTING_MAX) {
            parser_report(p, RULE_TOML_LIMIT, from, p->at, "use fewer levels", "the key has more than %d parts",
                          TOML_NESTING_MAX);
            p->lost = true;
            return false;
        }
        parser_skip_spaces(p);
        after = " after the dot";
    }
    return false;
}
