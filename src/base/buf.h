/* Text under construction: a byte buffer that grows in an arena. */
#ifndef XB_BASE_BUF_H
#define XB_BASE_BUF_H

#include "base/str.h"

#include <stdint.h>
#include <string.h>

struct buf {
    struct arena *arena;
    char *ptr;
    size_t len, cap; /* bytes */
};

struct buf buf_new(struct arena *arena);
/* Empties the buffer and keeps its memory. */
void buf_clear(struct buf *buf);
/* Room for `more` bytes past the end, which count once the caller has added them to `len`; returns where they go. */
char *buf_room(struct buf *buf, size_t more);
/* `count` times the same byte. */
void buf_fill(struct buf *buf, char c, size_t count);
void buf_printf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Decimal, and hexadecimal with 0x and no leading zeros. */
void buf_u64(struct buf *buf, uint64_t value);
void buf_hex(struct buf *buf, uint64_t value);
/* The bytes so far; valid until the buffer next grows. */
struct str buf_view(const struct buf *buf);

/* Here, so that what is known of a text where it is added is of use: most are short, and constants. */
static inline void buf_char(struct buf *buf, char c)
{
    *(buf->len < buf->cap ? buf->ptr + buf->len : buf_room(buf, 1)) = c;
    buf->len++;
}

static inline void buf_bytes(struct buf *buf, const void *bytes, size_t len)
{
    if (len) {
        memcpy(len <= buf->cap - buf->len ? buf->ptr + buf->len : buf_room(buf, len), bytes, len);
        buf->len += len;
    }
}

static inline void buf_str(struct buf *buf, struct str s)
{
    buf_bytes(buf, s.ptr, s.len);
}

static inline void buf_text(struct buf *buf, const char *text)
{
    buf_bytes(buf, text, strlen(text));
}

#endif
