#ifndef OP_H
#define OP_H
#include "xen.h"
#define OP_NAME "op"
#define OP_create 1
#define OP_destroy (OP_create + 1)
#define _OP_fast 4
#define OP_fast (1U << _OP_fast)
#define OP_double(x) ((x) * 2)
enum op_mode { op_mode_a, op_mode_b, op_mode_c = 9, op_mode_d };
typedef enum op_mode op_mode_t;
struct op_point { uint32_t x; int32_t y; };
typedef struct op_point op_point_t;
DEFINE_XEN_GUEST_HANDLE(op_point_t);
struct op_bits {
    uint8_t low:3;
    uint8_t :1;
    uint8_t high:4;
    uint32_t wide:20;
};
struct op_aligned {
    uint8_t first:3;
    uint8_t :0;
    uint16_t :0;
    uint32_t second;
};
struct op_rows {
    const uint16_t (*rows)[3];
};
struct op_empty {
    struct {
#ifdef __XEN__
        uint32_t only;
#else
        uint8_t :0;
        char _empty_0[0];
#endif
    };
    struct {
#ifdef __XEN__
        uint32_t one;
#else
        char _empty[0];
#endif
    } two;
};
union op_value {
    uint64_t whole;
    uint8_t bytes[8];
};
struct op_list {
    uint32_t nr;
    int16_t slots[NR_SLOTS];
    uint16_t tail[];
};
struct op {
    uint32_t cmd;
    domid_t domid;
    uint16_t pad;
    union {
        struct {
            uint32_t flags;
            uint8_t name[16];
        } create;
        struct op_destroy {
            int32_t reason;
            struct { uint16_t a, b; } pair[2];
        } destroy;
        uint8_t space[64];
    } u;
    union {
        uint32_t left;
        int32_t right;
    };
    enum op_mode mode;
    struct op_point point;
    XEN_GUEST_HANDLE(op_point_t) points;
    const void *raw;
    unsigned long when;
#ifdef __XEN__
    uint32_t inner;
#endif
    struct { uint8_t r, g; } front, back;
};
typedef struct op op_t;
#if __XEN_INTERFACE_VERSION__ >= 0x00040600
struct op_new { uint32_t a; };
#endif
#define OP_POINT offsetof(struct op_point, y)
static inline int op_helper(int x) { return x; }
#ifdef __XEN__
#define OP_inner(x) OP_within(x)
#define OP_within(x) ((x) + 1)
#endif
#endif
