#include "base/utf8.h"

static bool is_continuation(unsigned char byte)
{
    return (byte & 0xc0) == 0x80;
}

size_t utf8_decode(struct str s, size_t off, uint32_t *code)
{
    const unsigned char *at = (const unsigned char *)s.ptr + off;
    size_t left = s.len - off, len;
    uint32_t value, least;

    if (at[0] < 0x80) {
        *code = at[0];
        return 1;
    }
    *code = UTF8_INVALID;
    if (at[0] >= 0xc2 && at[0] <= 0xdf) {
        len = 2;
        value = at[0] & 0x1fu;
        least = 0x80;
    } else if (at[0] >= 0xe0 && at[0] <= 0xef) {
        len = 3;
        value = at[0] & 0x0fu;
        least = 0x800;
    } else if (at[0] >= 0xf0 && at[0] <= 0xf4) {
        len = 4;
        value = at[0] & 0x07u;
        least = 0x10000;
    } else {
        return 1;
    }
    if (left < len) {
        return 1;
    }
    for (size_t i = 1; i < len; i++) {
        if (!is_continuation(at[i])) {
            return 1;
        }
        value = value << 6 | (at[i] & 0x3fu);
    }
    if (value < least || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) {
        return 1;
    }
    *code = value;
    return len;
}

size_t utf8_ascii(struct str s, size_t off)
{
    uint64_t words[4];

    while (s.len - off >= sizeof words) {
        memcpy(words, s.ptr + off, sizeof words);
        if ((words[0] | words[1] | words[2] | words[3]) & UINT64_C(0x8080808080808080)) {
            break;
        }
        off += sizeof words;
    }
    while (off < s.len && (unsigned char)s.ptr[off] < 0x80) {
        off++;
    }
    return off;
}

size_t utf8_before(struct str s, size_t off)
{
    size_t start = off - 1;
    uint32_t code;

    while (start > 0 && off - start < 4 && is_continuation((unsigned char)s.ptr[start])) {
        start--;
    }
    return start + utf8_decode(s, start, &code) == off ? start : off - 1;
}
