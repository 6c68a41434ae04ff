#ifndef ARCH_X86_H
#define ARCH_X86_H
#define __DEFINE_XEN_GUEST_HANDLE(name, type) typedef struct { type *p; } __guest_handle_ ## name
#define XEN_GUEST_HANDLE(name) __guest_handle_ ## name
struct arch_info {
    unsigned long cr3;
    uint32_t flags;
#ifdef __i386__
    uint32_t hole;
#endif
};
#define ARCH_BASE 0x100
#endif
