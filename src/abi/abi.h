/*
 * The ABIs that Xen serves, as a table. Everything that differs from one to the next is
 * a column here; no other code asks which ABI it deals with.
 */
#ifndef XB_ABI_ABI_H
#define XB_ABI_ABI_H

#include "base/str.h"

#include <stdint.h>

enum abi { ABI_X86_64, ABI_X86_32, ABI_ARM64, ABI_ARM32, ABI_RISCV64, ABI_PPC64, ABI_COUNT };

/* An architecture is what has one folder of its own, arch-NAME, for one or two ABIs. */
enum arch { ARCH_X86, ARCH_ARM, ARCH_RISCV, ARCH_PPC, ARCH_COUNT };

/* A set of ABIs: bit `1 << abi`. */
typedef uint32_t abi_set;
#define ABI_ALL      ((abi_set)((1u << ABI_COUNT) - 1))
#define ABI_BIT(abi) ((abi_set)1 << (abi))

struct abi_info {
    const char *name; /* as users say it: "x86_64" */
    enum arch arch;
    uint8_t long_size;    /* bytes of `unsigned long` and of a raw pointer; also their alignment */
    bool char_is_signed;  /* whether plain `char` is */
    uint8_t u64_align;    /* alignment in bytes of a plain uint64_t */
    uint8_t handle_size;  /* bytes of a native guest handle in memory; also its alignment */
    bool runs_xen;        /* whether Xen itself can be of this ABI, rather than its guests and their tools alone */
    const char *c_test;   /* preprocessor expression that holds on this ABI only */
    const char *rust_cfg; /* target_arch of Rust */
    const char *triple;   /* clang's --target */
};

struct arch_info {
    const char *name; /* "x86"; its folder is "arch-x86" */
    abi_set abis;
};

extern const struct abi_info abis[ABI_COUNT];
extern const struct arch_info archs[ARCH_COUNT];

/* The ABI of that name, or ABI_COUNT. */
enum abi abi_find(struct str name);

/* The architecture whose folder `folder` is or lies in ("arch-x86", "arch-x86/hvm"), or ARCH_COUNT. */
enum arch arch_of_folder(struct str folder);

/* "x86_64, arm32" in the table's order. */
struct str abi_set_names(struct arena *arena, abi_set set);

#endif
