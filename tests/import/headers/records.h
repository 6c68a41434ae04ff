/* Records of every kind. */
#ifndef __TEST_RECORDS_H__
#define __TEST_RECORDS_H__

#include "xen.h"

/* A request. */
struct test_op_arg {
    uint32_t cmd; /* what to do */
#define TEST_OP_create 1
#define TEST_OP_remove 2
#define TEST_OP_other  3
    domid_t domain;
    uint8_t pad[2];
    union {
        struct test_create {
            uint64_aligned_t size;
            XEN_GUEST_HANDLE_64(uint8) buffer;
        } create;
        struct {
            uint32_t id;
        } remove;
        uint8_t raw[16];
    } u;
};
typedef struct test_op_arg test_op_arg_t;
DEFINE_XEN_GUEST_HANDLE(test_op_arg_t);

union test_union {
    uint32_t word;
    uint8_t bytes[4];
};

typedef struct {
    union test_union value;
    const char *name;
    void (*call)(int);
} test_untagged_t;

struct test_both { int x; };
typedef struct test_both test_both;

struct test_bits {
    uint8_t a : 3;
    uint8_t : 2;
    uint8_t b : 3;
    uint32_t : 0;
    uint32_t c : 20;
};

struct test_natural {
    uint8_t first;
    uint64_t second;
    int64_t third;
    unsigned long fourth;
    xen_pfn_t fifth;
    XEN_GUEST_HANDLE(int) sixth;
    XEN_GUEST_HANDLE(test_op_arg_t) seventh;
    XEN_GUEST_HANDLE(const_void) eighth;
};

struct test_arrays {
    uint8_t plain[3];
    uint16_t named[TEST_DECIMAL];
    uint32_t sized[16 / sizeof(unsigned long)];
    struct { int x, y; } points[2];
    struct test_escaping { int z; } one, two;
    struct { uint8_t lonely; };
    uint8_t rest[XEN_FLEX_ARRAY_DIM];
};

struct test_conditions {
    uint32_t always;
#if defined(__XEN__)
    uint32_t for_xen;
#elif defined(__XEN_TOOLS__)
    uint16_t for_tools;
#endif
#if __XEN_INTERFACE_VERSION__ >= 0x00030205
    uint32_t since;
#else
    uint8_t since;
#endif
#ifdef __i386__
    uint32_t for_32_bits;
#endif
};

#define TEST_MAKE(name, type) struct name ## _made { type one; uint8_t two[sizeof(type)]; }
TEST_MAKE(test, uint32_t);

struct test_keyword {
    int delete;
};

struct test_empty {};

#endif
