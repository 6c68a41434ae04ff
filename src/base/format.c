#include "base/format.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct text {
    char *out;
    size_t size, len; /* `len` goes on past `size` */
};

static void put(struct text *text, const char *bytes, size_t len)
{
    if (len && text->len < text->size) {
        const size_t room = text->size - text->len;
        memcpy(text->out + text->len, bytes, len < room ? len : room);
    }
    text->len += len;
}

static void put_number(struct text *text, unsigned long long value, bool negative)
{
    char digits[24];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    if (negative) {
        digits[--at] = '-';
    }
    put(text, digits + at, sizeof digits - at);
}

static void put_signed(struct text *text, long long value)
{
    put_number(text, value < 0 ? 0 - (unsigned long long)value : (unsigned long long)value, value < 0);
}

/* What va_list is may be an array, to which a function can have no pointer. */
struct arguments {
    va_list list;
};

/* One conversion, from after its %; what follows it, or NULL for one that is not known here. */
static const char *convert(struct text *text, const char *at, struct arguments *args)
{
    switch (*at) {
    case '.': {
        if (at[1] != '*' || at[2] != 's') {
            return NULL;
        }
        const int len = va_arg(args->list, int);
        const char *const bytes = va_arg(args->list, const char *);
        if (len < 0) {
            return NULL;
        }
        put(text, len ? bytes : "", len ? strnlen(bytes, (size_t)len) : 0);
        return at + 3;
    }
    case 'l':
        if (at[1] == 'u') {
            put_number(text, va_arg(args->list, unsigned long), false);
            return at + 2;
        }
        if (at[1] != 'l' || (at[2] != 'u' && at[2] != 'd')) {
            return NULL;
        }
        if (at[2] == 'u') {
            put_number(text, va_arg(args->list, unsigned long long), false);
        } else {
            put_signed(text, va_arg(args->list, long long));
        }
        return at + 3;
    case 'z':
        if (at[1] != 'u') {
            return NULL;
        }
        put_number(text, va_arg(args->list, size_t), false);
        return at + 2;
    case 's': {
        const char *const string = va_arg(args->list, const char *);
        put(text, string, strlen(string));
        return at + 1;
    }
    case 'c': {
        const char c = (char)va_arg(args->list, int);
        put(text, &c, 1);
        return at + 1;
    }
    case 'u':
        put_number(text, va_arg(args->list, unsigned), false);
        return at + 1;
    case 'd':
        put_signed(text, va_arg(args->list, int));
        return at + 1;
    case '%':
        put(text, "%", 1);
        return at + 1;
    default:
        return NULL;
    }
}

/* Puts what stands before the next %, or the end: few bytes, which are copied as they are looked at. */
static const char *put_plain(struct text *text, const char *at)
{
    size_t len = text->len;
    for (; *at && *at != '%'; at++, len++) {
        if (len < text->size) {
            text->out[len] = *at;
        }
    }
    text->len = len;
    return at;
}

size_t format_text(char *out, size_t size, const char *format, va_list args)
{
    struct text text = {out, size, 0};
    struct arguments own;
    va_copy(own.list, args);
    const char *at = format;
    while (at && *at) {
        at = put_plain(&text, at);
        at = *at ? convert(&text, at + 1, &own) : at;
    }
    va_end(own.list);
    if (at) {
        return text.len;
    }
    const int len = vsnprintf(out, size, format, args);
    /* Only a broken format or a text past INT_MAX bytes comes back negative. */
    if (len < 0) {
        abort();
    }
    return (size_t)len;
}
