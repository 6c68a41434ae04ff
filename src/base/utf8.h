/* UTF-8, read one character at a time; bytes that are not UTF-8 stand for themselves. */
#ifndef XB_BASE_UTF8_H
#define XB_BASE_UTF8_H

#include "base/str.h"

#include <stdint.h>

/* What a byte that is no part of a valid sequence is read as. Not a code point. */
#define UTF8_INVALID UINT32_MAX

/*
 * Reads the character at byte `off` of `s`, which must lie inside it, and returns its length
 * in bytes. Overlong forms, surrogates, values past U+10FFFF and cut sequences are not valid:
 * their first byte alone is read, as UTF8_INVALID.
 */
size_t utf8_decode(struct str s, size_t off, uint32_t *code);

/* The first byte of `s` from `off` on that is not ASCII, or its length. */
size_t utf8_ascii(struct str s, size_t off);

/* The start of the character that ends right before byte `off` (over 0). */
size_t utf8_before(struct str s, size_t off);

#endif
