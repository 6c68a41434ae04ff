#ifndef __WHOLE_HVM_SECOND_H__
#define __WHOLE_HVM_SECOND_H__

#include "../base.h"
#if defined(__aarch64__) || defined(__arm__)
#include "../arch-arm.h"
#elif defined(__powerpc64__)
#include "../arch-ppc.h"
#elif defined(__riscv)
#include "../arch-riscv.h"
#elif defined(__x86_64__) || defined(__i386__)
#include "../arch-x86.h"
#include "../arch-x86/more.h"
#else
#error "Xen does not serve this architecture"
#endif

#if defined(__XEN__) || defined(__XEN_TOOLS__)
struct second_args {
    uint64_aligned_t a;
    XEN_GUEST_HANDLE(const_char) b;
};
#endif

#endif /* __WHOLE_HVM_SECOND_H__ */
