/* Headers such as Xen's, in which tests/compare plants mistakes. */
#ifndef __SMALL_XEN_H__
#define __SMALL_XEN_H__

#ifndef __XEN_INTERFACE_VERSION__
#define __XEN_INTERFACE_VERSION__ 0
#endif

#define SMALL_UP 1
#define SMALL_NAME "small"
#define SMALL_MASK(x) ((x) & 15)

#if __XEN_INTERFACE_VERSION__ < 0x00030205
#define small_old small_new
#endif

#ifndef __ASSEMBLY__
enum small_kind { SMALL_FIRST, SMALL_SECOND = 4, SMALL_THIRD };

struct small_call {
    uint32_t cmd, flags;
    union {
        uint64_t address;
        uint8_t bytes[8];
    } u;
};
typedef struct small_call small_call_t;

typedef uint32_t small_index_t;

static inline small_index_t small_next(small_index_t at)
{
    return SMALL_MASK(at + 1);
}
#endif

#ifdef SMALL_EXTRA
#define SMALL_MORE 2
#endif

#endif
