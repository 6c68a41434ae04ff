#ifndef __WHOLE_ARCH_X86_MORE_H__
#define __WHOLE_ARCH_X86_MORE_H__

#include "../base.h"
#include "../arch-x86.h"

#if defined(__x86_64__)
struct more_both {
    uint32_t a;
    base_pfn_t pfn;
};
#else
struct more_both {
    uint32_t a;
    base_callback_t c;
};
#endif
__DEFINE_XEN_GUEST_HANDLE(more_t, struct more_both);

struct more_holds {
    XEN_GUEST_HANDLE(const_more_t) h;
};

#endif /* __WHOLE_ARCH_X86_MORE_H__ */
