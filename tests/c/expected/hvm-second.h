#ifndef __WHOLE_HVM_SECOND_H__
#define __WHOLE_HVM_SECOND_H__

#include "../base.h"

#if defined(__XEN__) || defined(__XEN_TOOLS__)
struct second_args {
    uint64_aligned_t a;
    XEN_GUEST_HANDLE(const_char) b;
};
#endif

#endif /* __WHOLE_HVM_SECOND_H__ */
