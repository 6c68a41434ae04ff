/*
 * Descriptions as documentation comments. A description is plain text by whoever wrote the
 * spec; rustdoc reads Markdown and compiles what looks like code. So all that Markdown could
 * take for more than text is escaped or quoted: links, HTML, lists, headings, code blocks.
 */
#include "emit/rust.h"

#include "base/utf8.h"

#include <string.h>

/* A comment being filled: words go on a line until it is full. */
struct filler {
    struct rust *r;
    size_t indent, col;
    bool line_open;
    struct buf *word; /* the word so far, escaped; it holds spaces inside of code */
};

static void line_start(struct filler *f)
{
    buf_fill(&f->r->out, ' ', f->indent);
    buf_text(&f->r->out, "///");
    f->col = f->indent + 3;
    f->line_open = true;
}

static void line_end(struct filler *f)
{
    if (f->line_open) {
        buf_char(&f->r->out, '\n');
        f->line_open = false;
    }
}

/* Whether a line that starts with this word would be a heading, a quotation, an item of a list or part of a table. */
static bool starts_block(struct str word)
{
    if (word.ptr[0] == '#' || word.ptr[0] == '>' || word.ptr[0] == '+' || word.ptr[0] == '-' || word.ptr[0] == '=' ||
        word.ptr[0] == ':' || word.ptr[0] == '|') {
        return true;
    }
    size_t digits = 0;
    while (digits < word.len && ascii_is_digit(word.ptr[digits])) {
        digits++;
    }
    return digits && digits + 1 == word.len && (word.ptr[digits] == '.' || word.ptr[digits] == ')');
}

static void word_end(struct filler *f)
{
    struct str word = buf_view(f->word);
    if (!word.len) {
        return;
    }
    if (f->line_open && f->col + 1 + word.len > RUST_WIDTH) {
        line_end(f);
    }
    bool first = !f->line_open;
    if (first) {
        line_start(f);
    }
    buf_char(&f->r->out, ' ');
    if (first && starts_block(word)) {
        size_t plain = ascii_is_digit(word.ptr[0]) ? word.len - 1 : 0;
        buf_bytes(&f->r->out, word.ptr, plain);
        buf_char(&f->r->out, '\\');
        buf_bytes(&f->r->out, word.ptr + plain, word.len - plain);
    } else {
        buf_str(&f->r->out, word);
    }
    f->col += 1 + word.len;
    buf_clear(f->word);
}

static bool is_space(char c)
{
    return (unsigned char)c <= ' ' || c == 0x7f;
}

static bool is_word(char c)
{
    return ascii_is_alpha(c) || ascii_is_digit(c) || c == '_';
}

/* Characters that turn the direction of text, and line ends that only some tools know. */
static bool is_deceptive(uint32_t code)
{
    return (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) || code == 0x2028 ||
           code == 0x2029 || code == 0x85 || code == 0x200e || code == 0x200f || code == 0x61c || code == UTF8_INVALID;
}

/* Appends `text` as code; it holds no back-tick. */
static void code(struct filler *f, struct str text)
{
    buf_char(f->word, '`');
    for (size_t i = 0, len; i < text.len; i += len) {
        uint32_t c;
        len = 1;
        if ((unsigned char)text.ptr[i] < 0x80) {
            buf_char(f->word, is_space(text.ptr[i]) ? ' ' : text.ptr[i]);
            continue;
        }
        len = utf8_decode(text, i, &c);
        if (!is_deceptive(c)) {
            buf_bytes(f->word, text.ptr + i, len);
        }
    }
    buf_char(f->word, '`');
}

/* `CamelCase`, as clippy's doc_markdown has it; plurals of acronyms are none. */
static bool is_camel(struct str word)
{
    size_t upper = 0, lower = 0, len = str_ends(word, "s") ? word.len - 1 : word.len;
    for (size_t i = 0; i < len; i++) {
        upper += ascii_is_upper(word.ptr[i]);
        lower += ascii_is_lower(word.ptr[i]);
    }
    return word.len && ascii_is_upper(word.ptr[0]) && upper > 1 && lower;
}

/* The length of the identifier or path (`a::b`, `f()`) that `s` starts with; sets whether it is to be shown as code. */
static size_t identifier(struct str s, bool *is_code)
{
    size_t len = 0;
    *is_code = false;
    for (;;) {
        size_t start = len;
        while (len < s.len && is_word(s.ptr[len])) {
            *is_code |= s.ptr[len] == '_';
            len++;
        }
        *is_code |= is_camel((struct str){s.ptr + start, len - start});
        if (len + 2 >= s.len || s.ptr[len] != ':' || s.ptr[len + 1] != ':' || !is_word(s.ptr[len + 2])) {
            break;
        }
        *is_code = true;
        len += 2;
    }
    if (len && len + 1 < s.len && s.ptr[len] == '(' && s.ptr[len + 1] == ')') {
        *is_code = true;
        len += 2;
    }
    return len;
}

/* The length of the address (`https://...`) that `s` starts with, or 0. */
static size_t address(struct str s)
{
    size_t scheme = 0;
    while (scheme < s.len && (is_word(s.ptr[scheme]) || s.ptr[scheme] == '+' || s.ptr[scheme] == '-')) {
        scheme++;
    }
    if (!scheme || scheme + 3 > s.len || s.ptr[scheme] != ':' || s.ptr[scheme + 1] != '/' || s.ptr[scheme + 2] != '/') {
        return 0;
    }
    size_t len = scheme + 3;
    while (len < s.len && !is_space(s.ptr[len]) && s.ptr[len] != '`') {
        len++;
    }
    while (s.ptr[len - 1] == '.' || s.ptr[len - 1] == ',' || s.ptr[len - 1] == ';' || s.ptr[len - 1] == ')' ||
           s.ptr[len - 1] == '\'' || s.ptr[len - 1] == '"' || s.ptr[len - 1] == '>') {
        len--;
    }
    return len;
}

/* The length of the code between back-ticks that `s` starts with, both included, or 0. */
static size_t quoted(struct str s)
{
    bool blank = true;
    for (size_t len = 1; len < s.len && s.ptr[0] == '`'; len++) {
        if (s.ptr[len] == '`') {
            return blank ? 0 : len + 1;
        }
        blank = blank && is_space(s.ptr[len]);
    }
    return 0;
}

static void punctuation(struct filler *f, struct str rest)
{
    char next = rest.len > 1 ? rest.ptr[1] : ' ';
    switch (rest.ptr[0]) {
    case '`':
        buf_char(f->word, '\'');
        return;
    case '&':
        if (ascii_is_alpha(next) || next == '#') {
            buf_char(f->word, '\\');
        }
        break;
    case '\\':
    case '*':
    case '[':
    case ']':
    case '<':
    case '~':
        buf_char(f->word, '\\');
        break;
    default:
        break;
    }
    buf_char(f->word, rest.ptr[0]);
}

/*
 * The length of the word of prose that `s` starts with, or 0: what most texts are made of, and what no rule below is
 * about. Its first letter at most is a capital, and what follows it neither goes on with it nor calls it.
 */
static size_t prose(struct str s)
{
    size_t len = ascii_is_alpha(s.ptr[0]);
    while (len && len < s.len && ascii_is_lower(s.ptr[len])) {
        len++;
    }
    return len == s.len || is_space(s.ptr[len]) || s.ptr[len] == ',' || s.ptr[len] == '.' ? len : 0;
}

static void fill_line(struct filler *f, struct str line)
{
    for (size_t i = 0; i < line.len;) {
        struct str rest = {line.ptr + i, line.len - i};
        bool is_code = false;
        size_t len = prose(rest);
        if (len) {
            buf_bytes(f->word, rest.ptr, len);
            i += len;
            continue;
        }
        uint32_t c;
        if (is_space(rest.ptr[0])) {
            word_end(f);
            i++;
        } else if ((len = quoted(rest)) != 0) {
            code(f, (struct str){rest.ptr + 1, len - 2});
            i += len;
        } else if ((len = address(rest)) != 0) {
            code(f, (struct str){rest.ptr, len});
            i += len;
        } else if ((len = identifier(rest, &is_code)) != 0) {
            if (is_code) {
                code(f, (struct str){rest.ptr, len});
            } else {
                buf_bytes(f->word, rest.ptr, len);
            }
            i += len;
        } else if ((unsigned char)rest.ptr[0] < 0x80) {
            punctuation(f, rest);
            i++;
        } else {
            len = utf8_decode(rest, 0, &c);
            if (!is_deceptive(c)) {
                buf_bytes(f->word, rest.ptr, len);
            }
            i += len;
        }
    }
    word_end(f);
    line_end(f);
}

/* Appends the lines of a description; returns whether there was anything in it. */
static bool fill(struct filler *f, struct str text)
{
    bool any = false, gap = false;
    for (size_t start = 0; start < text.len;) {
        const char *newline = memchr(text.ptr + start, '\n', text.len - start);
        const size_t end = newline ? (size_t)(newline - text.ptr) : text.len;
        size_t before = f->r->out.len;
        if (gap && any) {
            line_start(f);
            line_end(f);
        }
        size_t kept = f->r->out.len;
        fill_line(f, (struct str){text.ptr + start, end - start});
        if (f->r->out.len == kept) {
            f->r->out.len = before;
            gap = true;
        } else {
            any = true;
            gap = false;
        }
        start = end + 1;
    }
    return any;
}

void rust_doc(struct rust *r, size_t indent, struct str description, struct str otherwise, struct str note)
{
    struct filler f = {.r = r, .indent = indent, .word = &r->word};
    buf_clear(&r->word);
    bool any = fill(&f, description);
    struct str more[] = {any ? (struct str){NULL, 0} : otherwise, note};
    for (size_t i = 0; i < 2; i++) {
        if (!more[i].len) {
            continue;
        }
        if (any) {
            line_start(&f);
            line_end(&f);
        }
        line_start(&f);
        buf_char(&r->out, ' ');
        buf_str(&r->out, more[i]);
        line_end(&f);
        any = true;
    }
}
