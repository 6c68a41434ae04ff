/*
 * What conditions of tests/c/specs/when.toml make of its constants, members and records, told anew here from the macros
 * that the includer defines. Compiled, not run, on every ABI and in every context.
 */
#include "when.h"

#include <stddef.h>

#if defined(__XEN__) || defined(__XEN_TOOLS__)
#define HOST    1
#define VERSION 0xffffffff
#else
#define HOST 0
#ifdef __XEN_INTERFACE_VERSION__
#define VERSION __XEN_INTERFACE_VERSION__
#else
#define VERSION 0
#endif
#endif

#if !defined(ASKED) && defined(__XEN_INTERFACE_VERSION__)
#error "the header has left its own idea of the interface version"
#endif

#define CHECK(condition)        CHECK_AT(__LINE__, condition)
#define CHECK_AT(line, value)   CHECK_NAME(line, value)
#define CHECK_NAME(line, value) extern char check_##line[(value) ? 1 : -1]

#if defined(__i386__) || defined(__x86_64__)
CHECK(WHEN_ARCH == 1);
#else
CHECK(WHEN_ARCH == 2);
#endif

CHECK(WHEN_THREE == (VERSION < 0x00030205 ? 1 : VERSION < 0x00040600 ? 2 : 3));
CHECK(WHEN_COUNT == WHEN_ARCH + WHEN_THREE);

#ifdef __XEN_TOOLS__
CHECK(WHEN_TOOLS == 1 && WHEN_TOOLS_TOO == 1 && WHEN_SOME_a == 3 && WHEN_TAIL_c == 2);
CHECK(sizeof(struct when_all_gone) == 4);
CHECK(sizeof(((struct when_members *)0)->dup) == 4);
CHECK(sizeof(((struct when_holds *)0)->word) == 8);
#else
#if defined(WHEN_TOOLS) || defined(WHEN_TOOLS_TOO) || defined(WHEN_WORD_A)
#error "tools alone have these"
#endif
enum { WHEN_SOME_a, WHEN_TAIL_c };
CHECK(sizeof(when_word) == 4);
CHECK(sizeof(((struct when_holds *)0)->word) == 4);
#endif

#ifdef __XEN__
CHECK(sizeof(((struct when_members *)0)->dup) == 8);
CHECK(WHEN_DEFINES_b == 1 && WHEN_DEFINES_c == 2);
CHECK(sizeof(struct when_two) == 4);
CHECK(sizeof(struct when_xen) >= 12);
#ifdef WHEN_DEFINES_d
#error "not in Xen"
#endif
#else
#if defined(WHEN_DEFINES_b) || defined(WHEN_DEFINES_c)
#error "in Xen alone"
#endif
CHECK(WHEN_DEFINES_d == 3);
CHECK(sizeof(struct when_two) == 8);
struct when_xen {
    char mine[3];
};
CHECK(sizeof(struct when_xen) == 3);
#endif

#if defined(__XEN__) || (defined(__arm__) && !HOST && VERSION < 0x00040600)
CHECK(WHEN_XEN == 1);
#elif defined(WHEN_XEN)
#error "neither Xen nor an old guest on arm32"
#endif

#ifdef WHEN_OPTION
CHECK(WHEN_MACRO == 1);
CHECK(WHEN_TAIL_b == 1);
CHECK(sizeof(((struct when_members *)0)->extra) == 8);
#else
CHECK(WHEN_MACRO == 0);
enum { WHEN_TAIL_b };
#endif

#if HOST
CHECK(offsetof(struct when_members, c) == 8);
#else
CHECK(sizeof(struct when_all_gone) == 0);
CHECK(sizeof(((struct when_members *)0)->dup) == 1);
#endif

#if VERSION < 0x00040600
CHECK(sizeof(((struct when_members *)0)->pad) == 1);
CHECK(sizeof(struct when_guests) > sizeof(struct when_members));
CHECK(WHEN_ENUM_old == 2);
CHECK(WHEN_LEN == 1 && sizeof(struct when_flexible) == 8);
CHECK(sizeof(struct when_bits) == 3);
enum { WHEN_ENUM_new };
#else
CHECK(sizeof(((struct when_members *)0)->flag) == 2);
CHECK(WHEN_ENUM_new >= 2);
CHECK(sizeof(struct when_flexible) == 4);
CHECK(sizeof(struct when_bits) == 2);
enum { WHEN_ENUM_old };
struct when_guests {
    char mine[3];
};
#endif

#if VERSION < 0x00030205
CHECK(WHEN_BITMAP_d_mask == 0x18 && WHEN_BITMAP_d(0x18) == 3);
CHECK((WHEN_BITMAP_ALL & 0x18) == 0x18);
#else
CHECK((WHEN_BITMAP_ALL & 0x18) == 0);
#ifdef WHEN_BITMAP_d_mask
#error "for old guests alone"
#endif
#endif
#if defined(__i386__) || defined(__x86_64__)
CHECK((WHEN_BITMAP_ALL & 7) == (1 | WHEN_BITMAP_b | (WHEN_BITMAP_MAX == 4 ? 4 : 0)));
#else
CHECK((WHEN_BITMAP_ALL & 7) == (1 | (WHEN_BITMAP_MAX == 4 ? 4 : 0)));
#endif
#ifdef __XEN_TOOLS__
CHECK(WHEN_BITMAP_MAX == 4 && WHEN_BITMAP_c == 4);
#else
CHECK(WHEN_BITMAP_MAX < 4);
#endif
