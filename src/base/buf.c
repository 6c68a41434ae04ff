#include "base/buf.h"

#include "base/arena.h"
#include "base/format.h"

#include <stdarg.h>
#include <string.h>

struct buf buf_new(struct arena *arena)
{
    return (struct buf){.arena = arena};
}

void buf_clear(struct buf *buf)
{
    buf->len = 0;
}

char *buf_room(struct buf *buf, size_t more)
{
    if (buf->cap - buf->len < more) {
        /* A sum that wraps around would look small: ask for the impossible instead. */
        const size_t need = more <= SIZE_MAX - buf->len ? buf->len + more : SIZE_MAX;
        size_t cap = buf->cap <= SIZE_MAX / 2 ? buf->cap * 2 : SIZE_MAX;
        if (cap < 64) {
            cap = 64;
        }
        if (cap < need) {
            cap = need;
        }
        buf->ptr = arena_grow(buf->arena, buf->ptr, buf->cap, cap);
        buf->cap = cap;
    }
    return buf->ptr + buf->len;
}

void buf_fill(struct buf *buf, char c, size_t count)
{
    if (count == 0) {
        return;
    }
    memset(buf_room(buf, count), c, count);
    buf->len += count;
}

void buf_printf(struct buf *buf, const char *format, ...)
{
    char *end = buf_room(buf, 64);
    const size_t space = buf->cap - buf->len;
    va_list args;
    va_start(args, format);
    const size_t len = format_text(end, space, format, args);
    va_end(args);
    if (len >= space) {
        end = buf_room(buf, len + 1);
        va_start(args, format);
        (void)format_text(end, len + 1, format, args);
        va_end(args);
    }
    buf->len += len;
}

void buf_u64(struct buf *buf, uint64_t value)
{
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    buf_bytes(buf, digits + at, sizeof digits - at);
}

void buf_hex(struct buf *buf, uint64_t value)
{
    char digits[16];
    size_t at = sizeof digits;
    do {
        digits[--at] = "0123456789abcdef"[value % 16];
        value /= 16;
    } while (value != 0);
    buf_text(buf, "0x");
    buf_bytes(buf, digits + at, sizeof digits - at);
}

struct str buf_view(const struct buf *buf)
{
    return buf->len ? (struct str){buf->ptr, buf->len} : STR("");
}
