/* What others build on. */
#ifndef __TEST_XEN_H__
#define __TEST_XEN_H__

#include "xen-compat.h"

#define ___DEFINE_XEN_GUEST_HANDLE(name, type)  \
    typedef struct { type *p; } __guest_handle_ ## name; \
    typedef struct { union { type *p; uint64_t __attribute__((aligned(8))) q; } u; } \
        __guest_handle_64_ ## name
#define __DEFINE_XEN_GUEST_HANDLE(name, type) \
    ___DEFINE_XEN_GUEST_HANDLE(name, type);   \
    ___DEFINE_XEN_GUEST_HANDLE(const_##name, const type)
#define DEFINE_XEN_GUEST_HANDLE(name) __DEFINE_XEN_GUEST_HANDLE(name, name)
#if defined(__i386__) || defined(__x86_64__)
#define XEN_GUEST_HANDLE(name) __guest_handle_ ## name
#else
#define XEN_GUEST_HANDLE(name) __guest_handle_64_ ## name
#endif
#define XEN_GUEST_HANDLE_64(name) __guest_handle_64_ ## name

/* The compiler decides. */
#if defined(__STDC_VERSION__) && __STDC_VERSION__ >= 199901L
#define XEN_FLEX_ARRAY_DIM
#elif defined(__GNUC__)
#define XEN_FLEX_ARRAY_DIM 0
#else
#define XEN_FLEX_ARRAY_DIM 1
#endif

#ifndef uint64_aligned_t
#define uint64_aligned_t uint64_t __attribute__((aligned(8)))
#endif

__DEFINE_XEN_GUEST_HANDLE(uint8, uint8_t);
DEFINE_XEN_GUEST_HANDLE(int);
DEFINE_XEN_GUEST_HANDLE(void);

typedef uint16_t domid_t;
#if defined(__i386__) || defined(__x86_64__)
typedef unsigned long xen_pfn_t;
#else
typedef uint64_t xen_pfn_t;
#endif

#define TEST_DECIMAL 7
#define TEST_HEX 0x10U
#define TEST_SUM (TEST_DECIMAL + 1)
#define TEST_MASK (~0UL)
#define TEST_NEGATIVE (-3)
#define TEST_TEXT "text"
#define TEST_TEXT_OTHER TEST_TEXT

/* Old guests have it as another number. */
#define test_op 2
#if __XEN_INTERFACE_VERSION__ < 0x00030201
#undef test_op
#define test_op 1
#endif

#define TEST_MACRO(x) (((x) & 0xff) + \
                       TEST_DECIMAL)
#define TEST_GONE(x) uint32_t x
struct test_gone {
    TEST_GONE(made);
};
#undef TEST_GONE

enum test_enum {
    TEST_ENUM_first,
    TEST_ENUM_second = TEST_ENUM_first + 4,
#if defined(__XEN_TOOLS__)
    TEST_ENUM_tools = 9,
#endif
};
typedef enum { TEST_PLAIN_a, TEST_PLAIN_b = 5 } test_plain_t;
enum { TEST_UNNAMED = 3 };

static __inline__ int test_function(int x)
{
    return x + 1; /* code */
}

#ifdef TEST_OPT_IN
#define TEST_OPTED 1
#endif

#endif
