#ifndef __SMALL_RING_H__
#define __SMALL_RING_H__

#include "../xen.h"
#include "../arch-x86/xen.h"

struct small_ring {
    small_index_t prod, cons;
    small_call_t calls[4];
};

#endif
