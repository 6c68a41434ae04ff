#ifndef __WHOLE_HVM_FIRST_H__
#define __WHOLE_HVM_FIRST_H__

#include "../base.h"
#if defined(__XEN__) || defined(__XEN_TOOLS__)
#include "second.h"
#endif

#define FIRST_ONE 1

#include "../defs.h"

typedef enum first_kind {
    FIRST_a = 0,
#if __XEN_INTERFACE_VERSION__ < 0x00040700
    FIRST_b = 1
#else
    FIRST_c = 1
#endif
} first_kind;

#if defined(__XEN__) || defined(__XEN_TOOLS__)
struct first_op {
    uint32_t cmd;
    enum first_kind kind;
    union {
        struct second_args second;
        uint8_t pad[128];
    } u;
    XEN_GUEST_HANDLE_64(whole_other) other;
    XEN_GUEST_HANDLE_64(const_uint8) shown;
};
#endif

#define FIRST_OP_second 7

#if defined(__XEN__) || defined(__XEN_TOOLS__)
typedef struct first_op first_op_t;
DEFINE_XEN_GUEST_HANDLE(first_op_t);
#endif

#endif /* __WHOLE_HVM_FIRST_H__ */
