/* Names, prose, and text that C gets as it is: what may stand in them. */
#include "spec/reader.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "diag/print.h"
#include "spec/read.h"

#include <string.h>

bool reader_identifier(struct str s, const char **why)
{
    *why = NULL;
    if (s.len == 0) {
        *why = "it is empty";
    } else if (s.len > NAME_LENGTH_MAX) {
        *why = "it is longer than 63 characters";
    } else if (!ascii_is_alpha(s.ptr[0]) && s.ptr[0] != '_') {
        *why = "it must begin with a letter or `_`";
    }
    for (size_t i = 0; i < s.len && !*why; i++) {
        if (!ascii_is_alpha(s.ptr[i]) && !ascii_is_digit(s.ptr[i]) && s.ptr[i] != '_') {
            *why = "only letters, digits and `_` may stand in it";
        }
    }
    return !*why;
}

/* At most this many bytes of a bad name are shown. */
#define NAME_SHOWN_MAX 80

struct str reader_shown(struct reader *reader, struct str s)
{
    bool cut = s.len > NAME_SHOWN_MAX;
    struct buf out = buf_new(reader->arena);
    text_visible(&out, cut ? (struct str){s.ptr, NAME_SHOWN_MAX} : s);
    buf_text(&out, cut ? "..." : "");
    return buf_view(&out);
}

bool reader_name(struct reader *reader, const struct toml_value *value, bool is_part)
{
    const char *why;
    struct str name = value->as.string;
    bool with_digit = is_part && name.len && ascii_is_digit(name.ptr[0]);
    if (reader_identifier(with_digit ? str_printf(reader->arena, "_%.*s", STR_ARG(name)) : name, &why)) {
        return true;
    }
    diag_add(reader->diags, RULE_NAME_SYNTAX, reader_span(reader, value->off, value->len),
             "`%.*s` cannot be a name: %s", STR_ARG(reader_shown(reader, value->as.string)), why);
    return false;
}

/* Why a character must not reach an output or a terminal as it is; NULL if it may. */
static const char *char_danger(uint32_t code)
{
    static const struct {
        uint32_t first, last;
        const char *what;
    } dangers[] = {
        {0x0000, 0x001f, "is a control character"},        {0x007f, 0x009f, "is a control character"},
        {0x061c, 0x061c, "changes the direction of text"}, {0x200e, 0x200f, "changes the direction of text"},
        {0x2028, 0x2028, "is a line separator"},           {0x2029, 0x2029, "is a paragraph separator"},
        {0x202a, 0x202e, "changes the direction of text"}, {0x2066, 0x2069, "changes the direction of text"},
        {0xfeff, 0xfeff, "is a byte order mark"},
    };
    if (visible_is_plain(code)) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof dangers / sizeof *dangers; i++) {
        if (code >= dangers[i].first && code <= dangers[i].last) {
            return dangers[i].what;
        }
    }
    return "cannot be seen";
}

/* What must not stand in prose, because an output could not hold it safely; NULL if all is well. */
static const char *text_danger(struct str s, size_t *at)
{
    static const char *const dangers[][2] = {
        {"*/", "ends a comment of C"}, {"/*", "begins a comment of C"}, {"?\?/", "is a trigraph of C"}};
    for (size_t i = 0, len; i < s.len; i += len) {
        char c = s.ptr[i];
        len = 1;
        if (c == ' ' || (c > '?' && c <= '~')) {
            continue; /* letters, nearly all of it */
        }
        char next = i + 1 < s.len ? s.ptr[i + 1] : '\0';
        bool is_seen = c == '\n' || c == '\t' || (c == '\r' && next == '\n');
        *at = i;
        if (c == '*' || c == '/' || c == '?') {
            for (size_t d = 0; d < sizeof dangers / sizeof *dangers; d++) {
                if (str_starts((struct str){s.ptr + i, s.len - i}, dangers[d][0])) {
                    return dangers[d][1];
                }
            }
        } else if (!is_seen && (c < ' ' || c > '~')) {
            uint32_t code;
            len = utf8_decode(s, i, &code);
            const char *what = char_danger(code);
            if (what) {
                return what;
            }
        }
    }
    return NULL;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The blanks before the first other character of a line; SIZE_MAX for a line of blanks only. */
static size_t line_indent(struct str line)
{
    for (size_t i = 0; i < line.len; i++) {
        if (!is_blank(line.ptr[i])) {
            return i;
        }
    }
    return SIZE_MAX;
}

/* Takes the first line off `rest`, without its line end. */
static struct str take_line(struct str *rest)
{
    const char *end = memchr(rest->ptr, '\n', rest->len);
    size_t len = end ? (size_t)(end - rest->ptr) : rest->len;
    struct str line = {rest->ptr, len};
    len += end != NULL;
    *rest = (struct str){rest->ptr + len, rest->len - len};
    return line;
}

/* How a text stands in the file decides which indentation is the file's and not the text's own. */
enum indentation { INDENT_NONE, INDENT_ALL_LINES, INDENT_LATER_LINES };

static enum indentation text_indentation(const struct reader *reader, const struct toml_value *value)
{
    struct str raw = {reader->source->text.ptr + value->off, value->len};
    if (!str_starts(raw, "\"\"\"") && !str_starts(raw, "'''")) {
        return INDENT_NONE;
    }
    return raw.ptr[3] == '\n' || raw.ptr[3] == '\r' ? INDENT_ALL_LINES : INDENT_LATER_LINES;
}

struct str reader_text(struct reader *reader, const struct toml_value *value)
{
    struct str s = reader_keep(reader, value->as.string);
    bool ends = s.len && (is_blank(s.ptr[0]) || is_blank(s.ptr[s.len - 1]));
    if (!s.len || (!ends && !memchr(s.ptr, '\n', s.len))) {
        return s;
    }
    enum indentation indentation = text_indentation(reader, value);
    size_t common = indentation == INDENT_NONE ? 0 : SIZE_MAX;
    struct str rest = s;
    if (indentation == INDENT_LATER_LINES) {
        take_line(&rest);
    }
    while (rest.len) {
        size_t indent = line_indent(take_line(&rest));
        common = indent < common ? indent : common;
    }
    struct buf out = buf_new(reader->arena);
    for (rest = s; rest.len;) {
        struct str line = take_line(&rest);
        size_t indent = line_indent(line);
        if (indent != SIZE_MAX) {
            while (is_blank(line.ptr[line.len - 1])) {
                line.len--;
            }
            /* The text itself begins with no blank. */
            size_t cut = out.len ? common : indent;
            buf_bytes(&out, line.ptr + cut, line.len - cut);
        }
        if (out.len) {
            buf_char(&out, '\n');
        }
    }
    while (out.len && out.ptr[out.len - 1] == '\n') {
        out.len--;
    }
    return buf_view(&out);
}

void reader_prose(struct reader *reader, const struct toml_value *value)
{
    size_t at = 0;
    const char *what = text_danger(value->as.string, &at);
    if (!what) {
        return;
    }
    /* Without escapes the bytes stand in the file as they are, after one quote. */
    bool exact = value->len == value->as.string.len + 2;
    struct span span =
        exact ? reader_span(reader, value->off + 1 + (uint32_t)at, 1) : reader_span(reader, value->off, value->len);
    diag_add(reader->diags, RULE_TEXT_UNSAFE, span, "the text holds what %s", what);
}

bool reader_comment(struct reader *reader, const struct text *text)
{
    size_t at = 0;
    const char *what = text_danger(text->s, &at);
    if (what) {
        diag_add(reader->diags, RULE_TEXT_UNSAFE, reader_span(reader, text->off, text->len), "the text holds what %s",
                 what);
    }
    return !what;
}

void reader_source(struct reader *reader)
{
    struct str s = reader->source->text;
    /* The TOML reader has seen to what is ASCII. */
    size_t len;
    for (size_t i = str_starts(s, "\xef\xbb\xbf") ? 3 : 0; (i = utf8_ascii(s, i)) < s.len; i += len) {
        uint32_t code;
        len = utf8_decode(s, i, &code);
        const char *what = code == UTF8_INVALID ? NULL : char_danger(code);
        if (what) {
            diag_add(reader->diags, RULE_TEXT_UNSAFE, reader_span(reader, (uint32_t)i, 1), "the text holds what %s",
                     what);
        }
    }
}

struct str reader_word(struct reader *reader, const struct toml_value *value)
{
    if (value->type == TOML_STRING) {
        return reader_keep(reader, value->as.string);
    }
    struct diags none = diags_new(reader->arena);
    struct reader quiet = {.arena = reader->arena, .diags = &none, .source = reader->source};
    const struct type *type = value->type == TOML_TABLE ? reader_type(&quiet, value) : NULL;
    return type && type->kind == TYPE_NAMED ? type->more->name : (struct str){NULL, 0};
}

/* Whether a trigraph starts here: a character of its own in old C, a backslash among them. */
static bool is_trigraph(struct str s, size_t i)
{
    static const char third[] = "=/'()!<>-";
    return i + 2 < s.len && s.ptr[i] == '?' && s.ptr[i + 1] == '?' && memchr(third, s.ptr[i + 2], sizeof third - 1);
}

/* What a text holds that would reach beyond its line of C, or NULL. */
static const char *line_fault(struct str s)
{
    char quote = 0;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (c == '\n') {
            return "ends the line";
        }
        if (is_trigraph(s, i)) {
            return "old C takes for a trigraph";
        }
        if (c == '\\' && i + 1 == s.len) {
            return "joins the next line to it";
        }
        if (quote) {
            i += c == '\\';
            quote = c == quote ? 0 : quote;
        } else if (c == '/' && i + 1 < s.len && (s.ptr[i + 1] == '*' || s.ptr[i + 1] == '/')) {
            return "begins a comment of C";
        } else {
            quote = c == '"' || c == '\'' ? c : 0;
        }
    }
    return quote ? "opens a quotation and does not close it" : NULL;
}

/* More brackets than this stand within one another nowhere. */
#define BRACKETS_MAX 64

/* What is wrong with the brackets of a text that is a line of C otherwise, or NULL. */
static const char *bracket_fault(struct str s)
{
    char expected[BRACKETS_MAX];
    size_t depth = 0;
    char quote = 0;
    for (size_t i = 0; i < s.len; i++) {
        const char c = s.ptr[i];
        const char *const opening = c ? strchr("([{", c) : NULL;
        if (quote) {
            i += c == '\\';
            quote = c == quote ? 0 : quote;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (opening) {
            if (depth == BRACKETS_MAX) {
                return "nests brackets too deep";
            }
            expected[depth++] = *opening == '(' ? ')' : *opening == '[' ? ']' : '}';
        } else if (c && strchr(")]}", c) && (!depth || expected[--depth] != c)) {
            return "closes a bracket that is not open";
        } else if (str_starts((struct str){s.ptr + i, s.len - i}, "##") ||
                   str_starts((struct str){s.ptr + i, s.len - i}, "%:%:")) {
            return "pastes with `##`, for which C wants a word on either side";
        }
    }
    return depth ? "opens a bracket and does not close it" : NULL;
}

bool reader_brackets(struct reader *reader, const struct toml_value *value)
{
    const char *fault = bracket_fault(value->as.string);
    if (fault) {
        struct diag *diag = diag_add(reader->diags, RULE_TEXT_UNSAFE, reader_span(reader, value->off, value->len),
                                     "the text %s", fault);
        diag_help(reader->diags, diag, "each bracket needs its other one");
    }
    return !fault;
}

/* Text that goes into C as it is may hold anything that a line of code may. */
bool reader_raw(struct reader *reader, const struct toml_value *value, bool one_line)
{
    struct str s = value->as.string;
    const char *fault = one_line ? line_fault(s) : NULL;
    for (size_t i = 0; i < s.len && !fault;) {
        uint32_t code = (unsigned char)s.ptr[i];
        if ((code >= ' ' && code <= '~') || code == '\t' || code == '\n') {
            i++;
            continue;
        }
        i += utf8_decode(s, i, &code);
        fault = char_danger(code);
    }
    if (fault) {
        struct diag *diag = diag_add(reader->diags, RULE_TEXT_UNSAFE, reader_span(reader, value->off, value->len),
                                     "the text holds what %s", fault);
        diag_help(reader->diags, diag, "%s", one_line ? "write it as one line of C" : "leave it out");
    }
    return !fault;
}
