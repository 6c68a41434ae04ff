#include "base/str.h"

#include "base/arena.h"
#include "base/format.h"

#include <string.h>

int str_cmp(struct str a, struct str b)
{
    const size_t common = a.len < b.len ? a.len : b.len;
    const int order = common ? memcmp(a.ptr, b.ptr, common) : 0;
    if (order != 0) {
        return order;
    }
    return (a.len > b.len) - (a.len < b.len);
}

bool str_ends(struct str s, const char *suffix)
{
    const size_t len = strlen(suffix);
    return s.len >= len && (len == 0 || memcmp(s.ptr + (s.len - len), suffix, len) == 0);
}

struct str str_copy(struct arena *arena, struct str s)
{
    char *copy = arena_alloc(arena, s.len + 1);
    if (s.len) {
        memcpy(copy, s.ptr, s.len);
    }
    return (struct str){copy, s.len};
}

struct str str_vprintf(struct arena *arena, const char *format, va_list args)
{
    char small[256];
    const size_t len = format_text(small, sizeof small, format, args);
    if (len < sizeof small) {
        return str_copy(arena, (struct str){small, len});
    }
    char *text = arena_alloc(arena, len + 1);
    (void)format_text(text, len + 1, format, args);
    return (struct str){text, len};
}

struct str str_printf(struct arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct str text = str_vprintf(arena, format, args);
    va_end(args);
    return text;
}

static size_t min_size(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t str_distance(struct str a, struct str b, size_t limit)
{
    enum { WORD_MAX = 64 };
    const size_t gap = a.len > b.len ? a.len - b.len : b.len - a.len;
    if (a.len > WORD_MAX || b.len > WORD_MAX || gap > limit) {
        return limit + 1;
    }

    /* The last three rows of the table of distances between a's and b's first i and j bytes. */
    size_t rows[3][WORD_MAX + 1];
    size_t *two_up = rows[0], *up = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b.len; j++) {
        row[j] = j;
    }
    for (size_t i = 1, least = 0, least_up; i <= a.len; i++) {
        size_t *const spare = two_up;
        two_up = up;
        up = row;
        row = spare;
        const char c = ascii_to_lower(a.ptr[i - 1]);
        row[0] = i;
        least_up = least;
        least = i;
        for (size_t j = 1; j <= b.len; j++) {
            const char d = ascii_to_lower(b.ptr[j - 1]);
            size_t edits = min_size(min_size(up[j], row[j - 1]) + 1, up[j - 1] + (c != d));
            if (i > 1 && j > 1 && c == ascii_to_lower(b.ptr[j - 2]) && ascii_to_lower(a.ptr[i - 2]) == d) {
                edits = min_size(edits, two_up[j - 2] + 1);
            }
            row[j] = edits;
            least = min_size(least, edits);
        }
        /* What follows is made of these two rows, and is no less than they are. */
        if (least > limit && least_up > limit) {
            return limit + 1;
        }
    }
    return row[b.len] > limit ? limit + 1 : row[b.len];
}

struct nearest nearest_start(struct str word)
{
    /* A third of the word may be wrong; a single letter resembles every other. */
    size_t limit = 0;
    if (word.len > 1) {
        limit = word.len < 6 ? 1 : word.len < 9 ? 2 : 3;
    }
    return (struct nearest){.word = word, .distance = limit + 1};
}

void nearest_try(struct nearest *search, struct str candidate)
{
    if (search->distance == 0 || candidate.len == 0) {
        return;
    }
    /* As near as the best is near enough for one that starts in the same case, if the best does not. */
    const bool is_of_same_case = search->best.len && search->word.len && candidate.ptr[0] == search->word.ptr[0] &&
                                 search->best.ptr[0] != search->word.ptr[0];
    const size_t limit = search->distance - !is_of_same_case, distance = str_distance(search->word, candidate, limit);
    if (distance <= limit) {
        search->distance = distance;
        search->best = candidate;
    }
}
