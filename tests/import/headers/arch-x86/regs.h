#ifndef __TEST_ARCH_X86_REGS_H__
#define __TEST_ARCH_X86_REGS_H__

#ifdef __x86_64__
struct test_regs {
    uint64_t rax;
};
#define TEST_REGS 64
#else
struct test_regs {
    uint32_t eax;
};
#define TEST_REGS 32
#endif

#endif
