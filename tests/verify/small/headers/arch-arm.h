#ifndef ARCH_ARM_H
#define ARCH_ARM_H
#define __DEFINE_XEN_GUEST_HANDLE(name, type)                   \
    typedef union { type *p; unsigned long q; } __guest_handle_ ## name; \
    typedef union { type *p; uint64_t q; } __guest_handle_64_ ## name
#define XEN_GUEST_HANDLE(name) __guest_handle_64_ ## name
struct arch_info {
    uint64_t ttbr;
};
#define ARCH_BASE 0x200
#endif
