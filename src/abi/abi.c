#include "abi/abi.h"

#include "base/buf.h"

const struct abi_info abis[ABI_COUNT] = {
    [ABI_X86_64] = {.name = "x86_64",
                    .arch = ARCH_X86,
                    .long_size = 8,
                    .char_is_signed = true,
                    .u64_align = 8,
                    .handle_size = 8,
                    .runs_xen = true,
                    .c_test = "defined(__x86_64__)",
                    .rust_cfg = "x86_64",
                    .triple = "x86_64-linux-gnu"},
    [ABI_X86_32] = {.name = "x86_32",
                    .arch = ARCH_X86,
                    .long_size = 4,
                    .char_is_signed = true,
                    .u64_align = 4,
                    .handle_size = 4,
                    .c_test = "defined(__i386__)",
                    .rust_cfg = "x86",
                    .triple = "i686-linux-gnu"},
    [ABI_ARM64] = {.name = "arm64",
                   .arch = ARCH_ARM,
                   .long_size = 8,
                   .u64_align = 8,
                   .handle_size = 8,
                   .runs_xen = true,
                   .c_test = "defined(__aarch64__)",
                   .rust_cfg = "aarch64",
                   .triple = "aarch64-linux-gnu"},
    /* Handles in memory are 8 bytes wide on all of Arm, so that both widths of guest share one ABI. */
    [ABI_ARM32] = {.name = "arm32",
                   .arch = ARCH_ARM,
                   .long_size = 4,
                   .u64_align = 8,
                   .handle_size = 8,
                   .runs_xen = true,
                   .c_test = "defined(__arm__)",
                   .rust_cfg = "arm",
                   .triple = "arm-linux-gnueabihf"},
    [ABI_RISCV64] = {.name = "riscv64",
                     .arch = ARCH_RISCV,
                     .long_size = 8,
                     .u64_align = 8,
                     .handle_size = 8,
                     .runs_xen = true,
                     .c_test = "defined(__riscv)",
                     .rust_cfg = "riscv64",
                     .triple = "riscv64-linux-gnu"},
    [ABI_PPC64] = {.name = "ppc64",
                   .arch = ARCH_PPC,
                   .long_size = 8,
                   .u64_align = 8,
                   .handle_size = 8,
                   .runs_xen = true,
                   .c_test = "defined(__powerpc64__)",
                   .rust_cfg = "powerpc64",
                   .triple = "powerpc64le-linux-gnu"},
};

const struct arch_info archs[ARCH_COUNT] = {
    [ARCH_X86] = {"x86", ABI_BIT(ABI_X86_64) | ABI_BIT(ABI_X86_32)},
    [ARCH_ARM] = {"arm", ABI_BIT(ABI_ARM64) | ABI_BIT(ABI_ARM32)},
    [ARCH_RISCV] = {"riscv", ABI_BIT(ABI_RISCV64)},
    [ARCH_PPC] = {"ppc", ABI_BIT(ABI_PPC64)},
};

enum abi abi_find(struct str name)
{
    enum abi abi = 0;
    while (abi < ABI_COUNT && !str_is(name, abis[abi].name)) {
        abi++;
    }
    return abi;
}

enum arch arch_of_folder(struct str folder)
{
    static const struct str prefix = {"arch-", 5};
    if (!str_starts(folder, prefix.ptr)) {
        return ARCH_COUNT;
    }
    struct str rest = {folder.ptr + prefix.len, folder.len - prefix.len};
    size_t len = 0;
    while (len < rest.len && rest.ptr[len] != '/') {
        len++;
    }
    rest.len = len;
    enum arch arch = 0;
    while (arch < ARCH_COUNT && !str_is(rest, archs[arch].name)) {
        arch++;
    }
    return arch;
}

struct str abi_set_names(struct arena *arena, abi_set set)
{
    struct buf out = buf_new(arena);
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        if (set & ABI_BIT(abi)) {
            buf_text(&out, out.len ? ", " : "");
            buf_text(&out, abis[abi].name);
        }
    }
    return buf_view(&out);
}
