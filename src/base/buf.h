/* Text under construction: a byte buffer that grows in an arena. */
#ifndef XB_BASE_BUF_H
#define XB_BASE_BUF_H

#include "base/str.h"

#include <stdint.h>

struct buf {
    struct arena *arena;
    char *ptr;
    size_t len, cap; /* bytes */
};

struct buf buf_new(struct arena *arena);
/* Empties the buffer and keeps its memory. */
void buf_clear(struct buf *buf);
void buf_char(struct buf *buf, char c);
/* `count` times the same byte. */
void buf_fill(struct buf *buf, char c, size_t count);
void buf_bytes(struct buf *buf, const void *bytes, size_t len);
void buf_str(struct buf *buf, struct str s);
void buf_text(struct buf *buf, const char *text);
void buf_printf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Decimal, and hexadecimal with 0x and no leading zeros. */
void buf_u64(struct buf *buf, uint64_t value);
void buf_hex(struct buf *buf, uint64_t value);
/* The bytes so far; valid until the buffer next grows. */
struct str buf_view(const struct buf *buf);

#endif
