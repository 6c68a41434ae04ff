#ifndef XEN_H
#define XEN_H
#include "xen-compat.h"
#if defined(__i386__) || defined(__x86_64__)
#include "arch-x86.h"
#elif defined(__arm__) || defined(__aarch64__)
#include "arch-arm.h"
#else
#define __DEFINE_XEN_GUEST_HANDLE(name, type) \
    typedef union { type *p; uint64_t q; } __guest_handle_ ## name
#define XEN_GUEST_HANDLE(name) __guest_handle_ ## name
#endif
#define DEFINE_XEN_GUEST_HANDLE(name) __DEFINE_XEN_GUEST_HANDLE(name, name)
typedef uint16_t domid_t;
#define DOMID_SELF 0x7ff0U
#define NR_SLOTS 8
#define NR_PAIRS (NR_SLOTS / 2)
#if __XEN_INTERFACE_VERSION__ < 0x00040600
#define NR_OLD 3
#endif
#if defined(__XEN__) || defined(__XEN_TOOLS__)
#define NR_PRIVATE (-7)
#endif
#endif
