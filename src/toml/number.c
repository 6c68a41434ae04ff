/* Booleans, integers, floats, dates and times: the values that stand without quotes. */
#include "toml/parser.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What ends such a value, wherever it stands. */
static bool is_delimiter(char c)
{
    switch (c) {
    case ' ':
    case '\t':
    case '\r':
    case '\n':
    case ',':
    case '[':
    case ']':
    case '{':
    case '}':
    case '"':
    case '\'':
    case '#':
        return true;
    default:
        return false;
    }
}

static const char *token_end(const struct parser *p, const char *at)
{
    while (at != p->end && !is_delimiter(*at)) {
        at++;
    }
    return at;
}

static bool bad(struct parser *p, struct str token, const char *help, const char *what)
{
    p->lost = true;
    parser_report(p, RULE_TOML_SYNTAX, token.ptr, token.ptr + token.len, help, "`%.*s` %s",
                  STR_ARG(parser_clip(token.ptr, token.ptr + token.len)), what);
    return false;
}

static bool is_nocase(struct str token, const char *word)
{
    return str_distance(token, str_from(word), 0) == 0;
}

/* Something that is no value at all: guess what was meant. */
static bool bad_word(struct parser *p, struct str token)
{
    const char *from = token.ptr;
    const char *next = from + token.len;
    while (next != p->end && (*next == ' ' || *next == '\t')) {
        next++;
    }
    const bool word = token.len > 0 && (ascii_is_alpha(*from) || *from == '_' || (unsigned char)*from >= 0x80);

    const char *help = NULL;
    if (is_nocase(token, "true") || is_nocase(token, "false")) {
        help = "true and false are written in lowercase";
    } else if (is_nocase(token, "inf") || is_nocase(token, "nan")) {
        help = "inf and nan are written in lowercase";
    } else if (is_nocase(token, "null") || is_nocase(token, "nil") || is_nocase(token, "none")) {
        help = "TOML has no null: leave the key out";
    } else if (is_nocase(token, "yes") || is_nocase(token, "no") || is_nocase(token, "on") || is_nocase(token, "off")) {
        help = "booleans are true and false; strings need quotes";
    } else if (word) {
        help = "strings need quotes";
    }

    p->lost = true;
    if (word && next != p->end && *next == '=') {
        parser_report(p, RULE_TOML_SYNTAX, from, next + 1,
                      "a key and its value stand on a line of their own or between braces",
                      "expected a value, found the key `%.*s`", STR_ARG(parser_clip(from, from + token.len)));
    } else if (help) {
        parser_report(p, RULE_TOML_SYNTAX, from, from + token.len, help, "expected a value, found `%.*s`",
                      STR_ARG(parser_clip(from, from + token.len)));
    } else {
        const char *to;
        const struct str found = parser_found(p, from, &to);
        const bool nothing = from == p->end || parser_newline(p, from) || *from == '#';
        if (token.len == 0 && !nothing && *from == '\r') {
            p->at = to;
        }
        parser_report(p, RULE_TOML_SYNTAX, from, to, nothing ? "write a value, or leave the key out" : NULL,
                      "expected a value, found %.*s", STR_ARG(found));
    }
    return false;
}

static int digit_of(char c)
{
    if (ascii_is_digit(c)) {
        return c - '0';
    }
    c = ascii_to_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

static const char integer_range[] = "integers reach from -9223372036854775808 to 18446744073709551615";
static const char underscore_help[] = "put digits on both sides of every underscore, or leave it out";

/* The digits of an integer, from `at` to the end of its token. */
static bool read_integer(struct parser *p, struct str token, const char *at, unsigned base, struct toml_value *value)
{
    const char *const end = token.ptr + token.len;
    uint64_t magnitude = 0;
    bool overflow = false, after_digit = false;
    for (; at != end; at++) {
        if (*at == '_') {
            if (!after_digit) {
                return bad(p, token, underscore_help, "has an underscore that is not between digits");
            }
            after_digit = false;
            continue;
        }
        const unsigned digit = (unsigned)digit_of(*at);
        if (digit >= base) {
            switch (base) {
            case 2:
                return bad(p, token, "binary digits are 0 and 1", "is not a binary integer");
            case 8:
                return bad(p, token, "octal digits are 0 to 7", "is not an octal integer");
            case 16:
                return bad(p, token, "hexadecimal digits are 0 to 9 and a to f", "is not a hexadecimal integer");
            default:
                return bad(p, token, "strings need quotes", "is not a number");
            }
        }
        overflow = overflow || magnitude > (UINT64_MAX - digit) / base;
        magnitude = magnitude * base + digit;
        after_digit = true;
    }
    if (!after_digit) {
        return bad(p, token, underscore_help, "does not end in a digit");
    }
    if (overflow || (value->negative && magnitude > (uint64_t)1 << 63)) {
        parser_report(p, RULE_TOML_RANGE, token.ptr, end, integer_range, "`%.*s` does not fit into 64 bits",
                      STR_ARG(parser_clip(token.ptr, end)));
        return false;
    }
    value->type = TOML_INTEGER;
    value->negative = value->negative && magnitude != 0;
    value->as.magnitude = magnitude;
    return true;
}

/* Moves over digits with underscores between them; NULL when that is not what stands there. */
static const char *skip_digits(const char *at, const char *end)
{
    const char *from = at;
    while (at != end && (ascii_is_digit(*at) || (*at == '_' && at != from && at[-1] != '_'))) {
        at++;
    }
    return at == from || at[-1] == '_' ? NULL : at;
}

static bool read_float(struct parser *p, struct str token, const char *at, struct toml_value *value)
{
    const char *const end = token.ptr + token.len;
    static const char help[] = "a float has digits before and after its point and after its e, as in 1.0 or 5e-3";
    const char *const whole = at;
    at = skip_digits(at, end);
    if (at && at - whole > 1 && *whole == '0') {
        return bad(p, token, "leave out the leading zeros", "starts with a zero");
    }
    if (at && at != end && *at == '.') {
        at = skip_digits(at + 1, end);
    }
    if (at && at != end && (*at == 'e' || *at == 'E')) {
        at++;
        if (at != end && (*at == '+' || *at == '-')) {
            at++;
        }
        at = skip_digits(at, end);
    }
    if (at != end) {
        return bad(p, token, help, "is not a float");
    }

    buf_clear(&p->scratch);
    for (at = token.ptr; at != end; at++) {
        if (*at != '_') {
            buf_char(&p->scratch, *at);
        }
    }
    buf_char(&p->scratch, '\0');
    value->type = TOML_FLOAT;
    /* The locale is always "C": no one calls setlocale. */
    value->as.number = strtod(p->scratch.ptr, NULL);
    return true;
}

static bool read_number(struct parser *p, struct str token, struct toml_value *value)
{
    const char *at = token.ptr;
    const char *const end = at + token.len;
    const bool sign = *at == '+' || *at == '-';
    value->negative = *at == '-';
    at += sign;
    const struct str rest = {at, (size_t)(end - at)};
    if (str_is(rest, "inf") || str_is(rest, "nan")) {
        const double number = *at == 'i' ? (double)INFINITY : (double)NAN;
        value->type = TOML_FLOAT;
        value->as.number = value->negative ? -number : number;
        value->negative = false;
        return true;
    }
    if (rest.len == 0) {
        return bad(p, token, NULL, "is a sign without a number");
    }
    if (*at == '.' && rest.len > 1 && ascii_is_digit(at[1])) {
        return bad(p, token, "write a zero before the point", "starts with a point");
    }
    if (*at != '_' && !ascii_is_digit(*at)) {
        return sign ? bad(p, token, "strings need quotes", "is not a number") : bad_word(p, token);
    }
    if (*at == '_') {
        return ascii_is_digit(rest.len > 1 ? at[1] : '_') || sign
                   ? bad(p, token, underscore_help, "has an underscore that is not between digits")
                   : bad_word(p, token);
    }

    if (rest.len > 1 && *at == '0' && ascii_is_alpha(at[1])) {
        const char letter = ascii_to_lower(at[1]);
        const unsigned base = letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 0;
        if (base != 0 && letter != at[1]) {
            return bad(p, token, "the prefixes are 0x, 0o and 0b, in lowercase", "is not an integer");
        }
        if (base != 0 && sign) {
            return bad(p, token, "only decimal integers may have a sign", "has a sign and a prefix");
        }
        if (base != 0 && rest.len == 2) {
            return bad(p, token, NULL, "is a prefix without digits");
        }
        if (base != 0) {
            return read_integer(p, token, at + 2, base, value);
        }
    }
    if (memchr(at, '.', rest.len) || memchr(at, 'e', rest.len) || memchr(at, 'E', rest.len)) {
        const bool good = read_float(p, token, at, value);
        value->negative = false;
        return good;
    }
    if (rest.len > 1 && *at == '0' && (ascii_is_digit(at[1]) || at[1] == '_')) {
        return bad(p, token, "leave out the leading zeros; octal integers are written 0o17", "starts with a zero");
    }
    return read_integer(p, token, at, 10, value);
}

/* `count` digits as a number, or -1. */
static int digits_at(const char *at, const char *end, int count)
{
    if (end - at < count) {
        return -1;
    }
    int number = 0;
    for (int i = 0; i < count; i++) {
        if (!ascii_is_digit(at[i])) {
            return -1;
        }
        number = number * 10 + (at[i] - '0');
    }
    return number;
}

static bool is_date(const char *at, const char *end)
{
    return digits_at(at, end, 4) >= 0 && end - at > 4 && at[4] == '-';
}

static bool is_time(const char *at, const char *end)
{
    return digits_at(at, end, 2) >= 0 && end - at > 2 && at[2] == ':';
}

static int days_in(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

/* Each of these appends what it reads to the scratch buffer, and returns NULL or what is wrong. */

static const char *read_date(struct parser *p, const char **at, const char *end)
{
    const int year = digits_at(*at, end, 4);
    const int month = end - *at >= 10 && (*at)[7] == '-' ? digits_at(*at + 5, end, 2) : -1;
    const int day = month >= 0 ? digits_at(*at + 8, end, 2) : -1;
    if (day < 0) {
        return "is not a date: dates are written 1979-05-27";
    }
    if (month < 1 || month > 12) {
        return "has no such month: months are 01 to 12";
    }
    if (day < 1 || day > days_in(year, month)) {
        return "has no such day in its month";
    }
    buf_bytes(&p->scratch, *at, 10);
    *at += 10;
    return NULL;
}

static const char *read_time(struct parser *p, const char **at, const char *end)
{
    const int hour = digits_at(*at, end, 2);
    const int minute = end - *at >= 5 && (*at)[2] == ':' ? digits_at(*at + 3, end, 2) : -1;
    if (hour < 0 || minute < 0) {
        return "is not a time: times are written 07:32:00";
    }
    buf_bytes(&p->scratch, *at, 5);
    *at += 5;
    int second = 0;
    if (*at != end && **at == ':') {
        second = digits_at(*at + 1, end, 2);
        if (second < 0) {
            return "is not a time: seconds have two digits";
        }
        buf_bytes(&p->scratch, *at, 3);
        *at += 3;
        if (*at != end && **at == '.') {
            const char *from = (*at)++;
            while (*at != end && ascii_is_digit(**at)) {
                (*at)++;
            }
            if (*at == from + 1) {
                return "is not a time: digits must follow the point";
            }
            buf_bytes(&p->scratch, from, (size_t)(*at - from));
        }
    } else if (p->version == TOML_1_0) {
        return "is not a time: TOML 1.0 wants seconds, as in 07:32:00";
    } else {
        buf_text(&p->scratch, ":00");
    }
    /* A leap second is the 61st. */
    if (hour > 23 || minute > 59 || second > 60) {
        return "has no such time of day";
    }
    return NULL;
}

static const char *read_offset(struct parser *p, const char **at, const char *end)
{
    if (**at == 'Z' || **at == 'z') {
        buf_char(&p->scratch, 'Z');
        (*at)++;
        return NULL;
    }
    const int hour = digits_at(*at + 1, end, 2);
    const int minute = end - *at >= 6 && (*at)[3] == ':' ? digits_at(*at + 4, end, 2) : -1;
    if (hour < 0 || minute < 0) {
        return "is not a time: offsets are written Z or +02:00";
    }
    if (hour > 23 || minute > 59) {
        return "has no such offset";
    }
    buf_bytes(&p->scratch, *at, 6);
    *at += 6;
    return NULL;
}

static bool read_date_time(struct parser *p, struct str token, struct toml_value *value)
{
    const char *at = token.ptr;
    const char *const end = at + token.len;
    const char *wrong = NULL;
    buf_clear(&p->scratch);
    if (is_date(at, end)) {
        value->type = TOML_LOCAL_DATE;
        wrong = read_date(p, &at, end);
        if (!wrong && at != end && (*at == 'T' || *at == 't' || *at == ' ')) {
            value->type = TOML_LOCAL_DATETIME;
            buf_char(&p->scratch, 'T');
            at++;
            wrong = read_time(p, &at, end);
            if (!wrong && at != end && (*at == 'Z' || *at == 'z' || *at == '+' || *at == '-')) {
                value->type = TOML_OFFSET_DATETIME;
                wrong = read_offset(p, &at, end);
            }
        }
    } else {
        value->type = TOML_LOCAL_TIME;
        wrong = read_time(p, &at, end);
    }
    if (!wrong && at != end) {
        wrong = value->type == TOML_LOCAL_TIME ? "is not a time: times are written 07:32:00"
                                               : "is not a date or time: they are written 1979-05-27T07:32:00Z";
    }
    if (wrong) {
        return bad(p, token, "dates and times follow RFC 3339; strings need quotes", wrong);
    }
    const struct str printed = buf_view(&p->scratch);
    value->as.string = str_eq(printed, token) ? token : str_copy(p->nodes, printed);
    return true;
}

bool number_scalar(struct parser *p, struct toml_value *value)
{
    const char *from = p->at;
    p->at = token_end(p, from);
    /* A blank may stand between a date and a time. */
    if (is_date(from, p->at) && p->end - p->at > 1 && *p->at == ' ' && ascii_is_digit(p->at[1])) {
        p->at = token_end(p, p->at + 1);
    }

    struct str token = {from, (size_t)(p->at - from)};
    *value = (struct toml_value){.off = parser_off(p, from), .len = (uint32_t)token.len};
    if (is_date(from, p->at) || is_time(from, p->at)) {
        return read_date_time(p, token, value);
    }
    if (str_is(token, "true") || str_is(token, "false")) {
        value->type = TOML_BOOLEAN;
        value->as.boolean = *from == 't';
        return true;
    }
    if (token.len == 0) {
        return bad_word(p, token);
    }
    return read_number(p, token, value);
}
