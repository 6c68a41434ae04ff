#ifndef __SMALL_ARCH_H__
#define __SMALL_ARCH_H__

#if defined(__x86_64__) || defined(__XEN_TOOLS__)
typedef unsigned long small_word_t;
#else
typedef unsigned int small_word_t;
#endif

#endif
