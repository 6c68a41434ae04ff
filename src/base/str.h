/* Strings are a pointer and a length in bytes; they need not end in NUL. */
#ifndef XB_BASE_STR_H
#define XB_BASE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct arena;

struct str {
    const char *ptr;
    size_t len; /* bytes */
};

/* A string literal as a struct str, and a struct str as printf's "%.*s". */
#define STR(literal) ((struct str){(literal), sizeof(literal) - 1})
#define STR_ARG(s)   (int)(s).len, (s).ptr ? (s).ptr : "" /* printf takes no NULL, not even for no bytes */

/* The bytes of a NUL-terminated string, not copied. */
static inline struct str str_from(const char *text)
{
    return (struct str){text, strlen(text)};
}

static inline bool str_eq(struct str a, struct str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/* Most words differ in their first letters. */
static inline bool str_is(struct str a, const char *b)
{
    return a.len ? a.ptr[0] == b[0] && str_eq(a, str_from(b)) : !b[0];
}

static inline bool str_starts(struct str s, const char *prefix)
{
    const size_t len = strlen(prefix);
    return s.len >= len && (len == 0 || memcmp(s.ptr, prefix, len) == 0);
}

/* Bytewise order, as strcmp. */
int str_cmp(struct str a, struct str b);
bool str_ends(struct str s, const char *suffix);

/* A copy in the arena, with a NUL after it that `len` does not count. */
struct str str_copy(struct arena *arena, struct str s);
/* printf and vprintf into the arena; NUL-terminated as str_copy. */
struct str str_printf(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
struct str str_vprintf(struct arena *arena, const char *format, va_list args) __attribute__((format(printf, 2, 0)));

/* ASCII only, whatever the locale. */
static inline bool ascii_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool ascii_is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static inline bool ascii_is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static inline bool ascii_is_alpha(char c)
{
    return ascii_is_upper(c) || ascii_is_lower(c);
}

static inline char ascii_to_upper(char c)
{
    return ascii_is_lower(c) ? (char)(c - 'a' + 'A') : c;
}

static inline char ascii_to_lower(char c)
{
    return ascii_is_upper(c) ? (char)(c - 'A' + 'a') : c;
}

/*
 * The number of edits (insert, delete, replace, swap of neighbours) between two
 * words, case ignored; anything past `limit` comes back as `limit + 1`.
 */
size_t str_distance(struct str a, struct str b, size_t limit);

/*
 * The search for the known word that a mistyped one most likely meant: call
 * nearest_try for each candidate. Of equally near ones, the first wins that
 * starts in the same case. `best` is empty when none is near enough to be worth
 * a hint.
 */
struct nearest {
    struct str word, best;
    size_t distance;
};
struct nearest nearest_start(struct str word);
void nearest_try(struct nearest *search, struct str candidate);

#endif
