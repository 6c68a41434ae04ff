#include "spec/expr_token.h"

#include "base/utf8.h"
#include "spec/words.h"

/* Bytes of a piece of text that a message repeats. */
#define QUOTE_MAX 40

static bool is_word(char c)
{
    return ascii_is_alpha(c) || ascii_is_digit(c) || c == '_';
}

/* The byte at an offset; NUL past the end. */
static char byte_at(struct str text, size_t off)
{
    return off < text.len ? text.ptr[off] : '\0';
}

static struct str piece(struct str text, uint32_t off, uint32_t len)
{
    return (struct str){len ? text.ptr + off : "", len};
}

struct str expr_quote(struct arena *arena, struct str text)
{
    if (text.len <= QUOTE_MAX) {
        return str_printf(arena, "`%.*s`", STR_ARG(text));
    }
    return str_printf(arena, "`%.*s...`", QUOTE_MAX, text.ptr);
}

/* Always false. */
static bool fail(struct expr_error *error, uint32_t off, uint32_t len, struct str message)
{
    *error = (struct expr_error){.off = off, .len = len, .message = message};
    return false;
}

/* Moves `off` past blanks and comments; false at a comment without an end. */
static bool skip_blanks(struct str text, uint32_t *off, struct expr_error *error)
{
    for (;;) {
        char c = byte_at(text, *off), next = byte_at(text, *off + 1);
        if (c == ' ' || (c >= '\t' && c <= '\r')) {
            *off += 1;
        } else if (c == '\\' && (next == '\n' || (next == '\r' && byte_at(text, *off + 2) == '\n'))) {
            *off += next == '\r' ? 3 : 2;
        } else if (c == '/' && next == '*') {
            size_t end = *off + 2;
            while (end + 1 < text.len && !(text.ptr[end] == '*' && text.ptr[end + 1] == '/')) {
                end++;
            }
            if (end + 1 >= text.len) {
                return fail(error, *off, 2, STR("this comment has no end"));
            }
            *off = (uint32_t)end + 2;
        } else {
            return true;
        }
    }
}

/* Digits, letters, dots, and signs after the letter of an exponent: 0xE+1 is one word to C, too. */
static size_t number_len(struct str s)
{
    size_t len = 1;
    while (len < s.len) {
        char c = s.ptr[len], before = ascii_to_lower(s.ptr[len - 1]);
        if (!is_word(c) && c != '.' && !((c == '+' || c == '-') && (before == 'e' || before == 'p'))) {
            break;
        }
        len++;
    }
    return len;
}

/* Takes a character literal; one that does not end on its line, or that is not of ASCII, is none. */
static void read_quotes(struct str s, struct expr_token *token, struct expr_error *error)
{
    size_t len = 1;
    bool is_ascii = true;
    for (; len < s.len && s.ptr[len] != '\'' && s.ptr[len] != '\n'; len++) {
        is_ascii = is_ascii && ((s.ptr[len] >= ' ' && s.ptr[len] < 0x7f) || s.ptr[len] == '\t');
        len += s.ptr[len] == '\\' && (byte_at(s, len + 1) == '\'' || byte_at(s, len + 1) == '\\');
    }
    bool is_closed = byte_at(s, len) == '\'';
    token->len = is_closed ? (uint32_t)len + 1 : 1;
    token->kind = is_closed && is_ascii ? EXPR_TOKEN_CHAR : EXPR_TOKEN_BAD;
    if (token->kind == EXPR_TOKEN_BAD) {
        fail(error, token->off, token->len,
             is_closed ? STR("a character here is one of ASCII, or a number like '\\xe4'")
                       : STR("this character has no closing `'`"));
    }
}

static size_t punctuator_len(struct str s)
{
    static const char *const punctuators[] = {
        "<<=", ">>=", "...", "->", "++", "--", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "*=",
        "/=",  "%=",  "+=",  "-=", "&=", "^=", "|=", "##", "<:", ":>", "<%", "%>", "%:", "//"};
    for (size_t i = 0; i < sizeof punctuators / sizeof *punctuators; i++) {
        if (str_starts(s, punctuators[i])) {
            return str_from(punctuators[i]).len;
        }
    }
    return 1;
}

static void read_bad(struct arena *arena, struct str text, struct expr_token *token, struct expr_error *error)
{
    uint32_t code;
    size_t len = utf8_decode(text, token->off, &code);
    unsigned byte = (unsigned char)text.ptr[token->off];
    token->kind = EXPR_TOKEN_BAD;
    token->len = (uint32_t)len;
    bool is_visible = code != UTF8_INVALID && code >= 0xa0;
    fail(error, token->off, token->len,
         is_visible ? str_printf(arena, "no expression of C has a `%.*s` in it", (int)len, text.ptr + token->off)
                    : str_printf(arena, "no expression of C has the byte 0x%02x in it", byte));
}

struct expr_token expr_token_next(struct arena *arena, struct str text, uint32_t off, struct expr_error *error)
{
    if (!skip_blanks(text, &off, error)) {
        return (struct expr_token){.kind = EXPR_TOKEN_BAD, .off = off, .len = 2};
    }
    struct expr_token token = {.kind = EXPR_TOKEN_END, .off = off};
    if (off == text.len) {
        return token;
    }
    struct str rest = {text.ptr + off, text.len - off};
    char c = rest.ptr[0];
    size_t len = 1;
    if (ascii_is_digit(c) || (c == '.' && ascii_is_digit(byte_at(rest, 1)))) {
        token.kind = EXPR_TOKEN_NUMBER;
        len = number_len(rest);
    } else if (is_word(c)) {
        token.kind = EXPR_TOKEN_WORD;
        while (is_word(byte_at(rest, len))) {
            len++;
        }
    } else if (c == '\'') {
        read_quotes(rest, &token, error);
        return token;
    } else if (c > ' ' && c < 0x7f) {
        token.kind = EXPR_TOKEN_PUNCTUATOR;
        len = punctuator_len(rest);
    } else {
        read_bad(arena, text, &token, error);
        return token;
    }
    token.len = (uint32_t)len;
    return token;
}

enum expr_word_kind expr_word_kind(struct str word)
{
    static const char *const types[] = {"_Bool", "bool",  "char",   "double",   "float", "int",
                                        "long",  "short", "signed", "unsigned", "void"};
    static const char *const reserved[] = {
        "_Alignas", "_Alignof", "_Atomic", "_Complex", "_Generic", "_Imaginary", "_Noreturn", "_Static_assert",
        "asm",      "auto",     "break",   "case",     "continue", "default",    "do",        "else",
        "extern",   "for",      "goto",    "if",       "inline",   "register",   "restrict",  "return",
        "sizeof",   "static",   "switch",  "typedef",  "while",
    };
    if (str_is(word, "const") || str_is(word, "volatile")) {
        return EXPR_WORD_QUALIFIER;
    }
    if (str_is(word, "struct") || str_is(word, "union") || str_is(word, "enum")) {
        return EXPR_WORD_TAG;
    }
    if (word_in(word, types, sizeof types / sizeof *types)) {
        return EXPR_WORD_TYPE;
    }
    return word_in(word, reserved, sizeof reserved / sizeof *reserved) ? EXPR_WORD_RESERVED : EXPR_WORD_NAME;
}

static unsigned digit_value(char c)
{
    return ascii_is_digit(c) ? (unsigned)(c - '0') : ascii_is_alpha(c) ? (unsigned)(ascii_to_lower(c) - 'a') + 10 : 99;
}

/* The suffix as struct expr has it; false if C has no such. */
static bool read_suffix(struct str s, char *suffix)
{
    static const struct {
        const char *text;
        char suffix;
    } suffixes[] = {{"", 0}, {"l", 'l'}, {"ll", 'x'}, {"u", 'U'}, {"ul", 'L'}, {"lu", 'L'}, {"ull", 'X'}, {"llu", 'X'}};
    for (size_t i = 1; i < s.len; i++) {
        /* Both letters of `ll` are of one case. */
        if (ascii_to_lower(s.ptr[i]) == ascii_to_lower(s.ptr[i - 1]) && s.ptr[i] != s.ptr[i - 1]) {
            return false;
        }
    }
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        size_t at = 0;
        while (at < s.len && suffixes[i].text[at] == ascii_to_lower(s.ptr[at])) {
            at++;
        }
        if (at == s.len && !suffixes[i].text[at]) {
            *suffix = suffixes[i].suffix;
            return true;
        }
    }
    return false;
}

/* The letters, digits and dots of a number, which may not be what an integer has. */
static bool check_digits(struct arena *arena, struct expr_token token, struct str s, size_t *start, unsigned *base,
                         struct expr_error *error)
{
    char second = ascii_to_lower(byte_at(s, 1));
    *base = s.ptr[0] != '0' ? 10 : second == 'x' ? 16 : 8;
    *start = *base == 16 ? 2 : 0;
    if (s.ptr[0] == '0' && second == 'b') {
        return fail(error, token.off, token.len,
                    str_printf(arena, "%.*s is binary, which C has not", STR_ARG(expr_quote(arena, s))));
    }
    for (size_t i = 0; i < s.len; i++) {
        char c = ascii_to_lower(s.ptr[i]);
        if (*base == 16 && (c == '+' || c == '-')) {
            return fail(error, token.off, token.len,
                        str_printf(arena, "%.*s is one word to C: write a blank before the `%c`",
                                   STR_ARG(expr_quote(arena, s)), c));
        }
        if (c == '.' || (*base != 16 && c == 'e') || (*base == 16 && c == 'p')) {
            return fail(error, token.off, token.len,
                        str_printf(arena, "%.*s is no integer", STR_ARG(expr_quote(arena, s))));
        }
    }
    return true;
}

bool expr_read_number(struct arena *arena, struct str text, struct expr_token token, struct expr *expr,
                      struct expr_error *error)
{
    struct str s = piece(text, token.off, token.len);
    size_t start;
    unsigned base;
    if (!check_digits(arena, token, s, &start, &base, error)) {
        return false;
    }
    size_t at = start;
    uint64_t value = 0;
    bool is_too_large = false;
    /* An 8 or 9 in an octal number is a digit that is wrong rather than a suffix. */
    for (; at < s.len && digit_value(s.ptr[at]) < (base == 16 ? 16 : 10); at++) {
        unsigned digit = digit_value(s.ptr[at]);
        if (digit >= base) {
            return fail(error, token.off + (uint32_t)at, 1,
                        str_printf(arena, "%.*s is octal, as it starts with 0, and octal numbers have no digit %u",
                                   STR_ARG(expr_quote(arena, s)), digit));
        }
        is_too_large = is_too_large || value > (UINT64_MAX - digit) / base;
        value = value * base + digit;
    }
    if (at == start) {
        return fail(error, token.off, token.len,
                    str_printf(arena, "%.*s has no digits after the `0%c`", STR_ARG(expr_quote(arena, s)), s.ptr[1]));
    }
    struct str suffix = {s.ptr + at, s.len - at};
    if (!read_suffix(suffix, &expr->suffix)) {
        return fail(error, token.off + (uint32_t)at, (uint32_t)suffix.len,
                    str_printf(arena, "C has no suffix %.*s: there are U, L, UL, LL and ULL",
                               STR_ARG(expr_quote(arena, suffix))));
    }
    if (is_too_large) {
        return fail(error, token.off, token.len,
                    str_printf(arena, "%.*s does not fit into 64 bits", STR_ARG(expr_quote(arena, s))));
    }
    expr->number = value;
    expr->is_decimal = base == 10;
    return true;
}

/* The character after a backslash at `*at`, which moves past it; false if there is none such. */
static bool read_escape(struct str s, size_t *at, unsigned *value)
{
    static const char letters[] = "abefnrtv'\"\\?", values[] = "\a\b\x1b\f\n\r\t\v'\"\\?";
    char c = byte_at(s, *at);
    *value = 0;
    if (c == 'x') {
        size_t start = ++*at;
        for (; digit_value(byte_at(s, *at)) < 16 && *value <= 0xff; ++*at) {
            *value = *value * 16 + digit_value(s.ptr[*at]);
        }
        return *at > start && *value <= 0xff;
    }
    if (digit_value(c) < 8) {
        for (size_t end = *at + 3; *at < end && digit_value(byte_at(s, *at)) < 8; ++*at) {
            *value = *value * 8 + digit_value(s.ptr[*at]);
        }
        return *value <= 0xff;
    }
    for (size_t i = 0; letters[i]; i++) {
        if (c == letters[i]) {
            *value = (unsigned char)values[i];
            ++*at;
            return true;
        }
    }
    return false;
}

bool expr_read_char(struct str text, struct expr_token token, struct expr *expr, struct expr_error *error)
{
    struct str s = piece(text, token.off + 1, token.len - 2);
    size_t count = 0;
    for (size_t at = 0; at < s.len; count++) {
        size_t start = at;
        unsigned value = (unsigned char)s.ptr[at++];
        if (value == '\\' && !read_escape(s, &at, &value)) {
            /* What was read of it, and one byte more: that which is wrong, or another of what is too large. */
            size_t end = at + (at < s.len);
            return fail(error, token.off + 1 + (uint32_t)start, (uint32_t)(end - start),
                        STR("C has no such character after a backslash"));
        }
        expr->number = value;
    }
    if (count != 1) {
        return fail(error, token.off, token.len,
                    count ? STR("what several characters come to is each compiler's own affair: write the number")
                          : STR("there is no character between these quotes"));
    }
    expr->is_char = true;
    return true;
}
