/* Versions of the interface, as Xen's header of this name has them. */
#ifndef __TEST_XEN_COMPAT_H__
#define __TEST_XEN_COMPAT_H__

#define __XEN_LATEST_INTERFACE_VERSION__ 0x00040000

#if defined(__XEN__) || defined(__XEN_TOOLS__)
#define __XEN_INTERFACE_VERSION__ __XEN_LATEST_INTERFACE_VERSION__
#elif !defined(__XEN_INTERFACE_VERSION__)
#define __XEN_INTERFACE_VERSION__ 0x00000000
#endif

#endif
