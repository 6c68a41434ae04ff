/* The difference of two texts, divided by a NUL: applied to the first one it gives the second. */
#include "fuzz.h"

#include "output/diff.h"

#include <string.h>

/* The line at `*at`, its line end included. */
static struct str next_line(struct str text, size_t *at)
{
    size_t start = *at;
    while (*at < text.len && text.ptr[*at] != '\n') {
        ++*at;
    }
    *at += *at < text.len;
    return (struct str){text.ptr + start, *at - start};
}

/* The number at `*at`. */
static size_t number(struct str text, size_t *at)
{
    size_t value = 0, start = *at;
    for (; *at < text.len && ascii_is_digit(text.ptr[*at]); ++*at) {
        value = value * 10 + (size_t)(text.ptr[*at] - '0');
    }
    REQUIRE(*at > start);
    return value;
}

/* "-3,7" or "-3": where, and how many lines. */
static size_t range(struct str text, size_t *at, char sign, size_t *len)
{
    REQUIRE(*at < text.len && text.ptr[*at] == sign);
    ++*at;
    size_t start = number(text, at);
    *len = 1;
    if (*at < text.len && text.ptr[*at] == ',') {
        ++*at;
        *len = number(text, at);
    }
    return start;
}

/* What patch(1) does, in short. */
static struct str apply(struct arena *arena, struct str old, struct str diff)
{
    struct buf new = buf_new(arena);
    size_t from = 0, line = 1, at = 0;
    REQUIRE(str_is(next_line(diff, &at), "--- a\n") && str_is(next_line(diff, &at), "+++ b\n"));
    while (at < diff.len) {
        size_t head = 3, left, added;
        struct str hunk = next_line(diff, &at);
        REQUIRE(str_starts(hunk, "@@ "));
        size_t start = range(hunk, &head, '-', &left);
        head++;
        (void)range(hunk, &head, '+', &added);
        for (start += left == 0; line < start; line++) {
            REQUIRE(from < old.len);
            buf_str(&new, next_line(old, &from));
        }
        while (left || added) {
            struct str entry = next_line(diff, &at);
            REQUIRE(entry.len > 1);
            char sign = entry.ptr[0];
            struct str text = {entry.ptr + 1, entry.len - 1};
            if (at < diff.len && diff.ptr[at] == '\\') {
                REQUIRE(str_is(next_line(diff, &at), "\\ No newline at end of file\n"));
                text.len--;
            }
            REQUIRE(sign == ' ' || sign == '-' || sign == '+');
            if (sign != '+') {
                REQUIRE(left-- && str_eq(next_line(old, &from), text));
                line++;
            }
            if (sign != '-') {
                REQUIRE(added--);
                buf_str(&new, text);
            }
        }
    }
    buf_bytes(&new, old.ptr + from, old.len - from);
    return buf_view(&new);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = size ? memchr(data, 0, size) : NULL;
    if (!end) {
        return -1;
    }
    struct arena arena;
    arena_init(&arena, NULL);
    struct str old = {(const char *)data, (size_t)(end - data)};
    struct str new = {(const char *)end + 1, size - old.len - 1};
    struct buf diff = buf_new(&arena);
    diff_unified(&diff, STR("a"), STR("b"), old, new);
    if (str_eq(old, new)) {
        REQUIRE(diff.len == 0);
    } else {
        REQUIRE(str_eq(apply(&arena, old, buf_view(&diff)), new));
    }
    arena_free(&arena);
    return 0;
}
