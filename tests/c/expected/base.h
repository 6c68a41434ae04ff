#ifndef __WHOLE_BASE_H__
#define __WHOLE_BASE_H__

#include "compat.h"
#if defined(__aarch64__) || defined(__arm__)
#include "arch-arm.h"
#elif defined(__powerpc64__)
#include "arch-ppc.h"
#elif defined(__riscv)
#include "arch-riscv.h"
#elif defined(__x86_64__) || defined(__i386__)
#include "arch-x86.h"
#else
#error "Xen does not serve this architecture"
#endif

/* The length of a flexible array. */
#if defined(__STDC_VERSION__) && __STDC_VERSION__ >= 199901L
#define XEN_FLEX_ARRAY_DIM
#else
#define XEN_FLEX_ARRAY_DIM 0
#endif

#if defined(__XEN__) || defined(__XEN_TOOLS__)
#define int64_aligned_t int64_t __attribute__((__aligned__(8)))
#define uint64_aligned_t uint64_t __attribute__((__aligned__(8)))
#if defined(__x86_64__)
#define __guest_handle_64(name) __guest_handle_ ## name
#else
#define __guest_handle_64(name) __guest_handle_64_ ## name
#endif
#define XEN_GUEST_HANDLE_64(name) __guest_handle_64(name)
#endif

DEFINE_XEN_GUEST_HANDLE(char);
__DEFINE_XEN_GUEST_HANDLE(uint, unsigned int);
DEFINE_XEN_GUEST_HANDLE(void);
__DEFINE_XEN_GUEST_HANDLE(uint8, uint8_t);
__DEFINE_XEN_GUEST_HANDLE(uint64, uint64_t);
#if __XEN_INTERFACE_VERSION__ < 0x00040300
__DEFINE_XEN_GUEST_HANDLE(ulong, unsigned long);
#endif
DEFINE_XEN_GUEST_HANDLE(base_pfn_t);

#define BASE_FIRST 1
#define BASE_SECOND "two"

/* By the architecture. */
#define BASE_THIRD (BASE_FIRST << (BASE_LEGACY_MAX / 32))

struct base_record {
    base_pfn_t pfn;
    base_callback_t callback;
    uint32_t n;
#if defined(__XEN__) || defined(__XEN_TOOLS__)
    uint64_aligned_t items[XEN_FLEX_ARRAY_DIM];
#endif
};
typedef struct base_record base_record_t;
DEFINE_XEN_GUEST_HANDLE(base_record_t);

struct base_other {
    XEN_GUEST_HANDLE(base_record_t) h;
    XEN_GUEST_HANDLE(const_base_pfn_t) c;
    XEN_GUEST_HANDLE(const_void) v;
    XEN_GUEST_HANDLE(base_record_t) r;
    XEN_GUEST_HANDLE(uint64) b;
    struct base_unknown *p;
#if __XEN_INTERFACE_VERSION__ < 0x00040300
    XEN_GUEST_HANDLE(ulong) u;
#endif
};
__DEFINE_XEN_GUEST_HANDLE(whole_other, struct base_other);

#if defined(BASE_WANTS_INLINE)
#define BASE_MAKE(x) \
    (((x) & 0xff) + 1)

static __inline__ __attribute__((__unused__)) int base_one(void)
{
    return BASE_FIRST;
}
#endif

#if defined(__XEN__)
struct base_alias {
    uint32_t n;
};
typedef struct base_alias base_alias_t;
DEFINE_XEN_GUEST_HANDLE(base_alias_t);
#endif

union base_views {
    uint32_t n;
    uint8_t bytes[4];
};
typedef union base_views base_views_t;

typedef struct base_both {
    base_views_t views;
} base_both;
__DEFINE_XEN_GUEST_HANDLE(base_both, struct base_both);

typedef uint16_t base_count_t;
DEFINE_XEN_GUEST_HANDLE(base_count_t);

struct base_late {
    uint32_t n;
};
typedef struct base_late base_late_t;
DEFINE_XEN_GUEST_HANDLE(base_late_t);

/*
 * Comes before what its handle points at, whose handle C must know first.
 *
 * - An item of a list
 * - and another one, which goes on and on until it is longer than a line of
 * the comment may be.
 */
struct base_early {
    XEN_GUEST_HANDLE(base_late_t) late;
};

#define BASE_LAST 9

#endif /* __WHOLE_BASE_H__ */
