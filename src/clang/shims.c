#include "clang/shims.h"

const struct shim shims[SHIMS_LEN] = {
    {"stdint.h", "#ifndef XENBINDGEN_STDINT_H\n#define XENBINDGEN_STDINT_H\n"
                 "typedef __INT8_TYPE__ int8_t;\ntypedef __UINT8_TYPE__ uint8_t;\n"
                 "typedef __INT16_TYPE__ int16_t;\ntypedef __UINT16_TYPE__ uint16_t;\n"
                 "typedef __INT32_TYPE__ int32_t;\ntypedef __UINT32_TYPE__ uint32_t;\n"
                 "typedef __INT64_TYPE__ int64_t;\ntypedef __UINT64_TYPE__ uint64_t;\n"
                 "typedef __INTPTR_TYPE__ intptr_t;\ntypedef __UINTPTR_TYPE__ uintptr_t;\n"
                 "typedef __SIZE_TYPE__ size_t;\n#endif\n"},
    {"stddef.h", "#include <stdint.h>\n#define offsetof(type, member) __builtin_offsetof(type, member)\n"},
    {"string.h", "#include <stdint.h>\n"},
    {"sys/types.h", "#include <stdint.h>\n"},
    {"linux/types.h", "#include <stdint.h>\ntypedef uint8_t __u8;\ntypedef uint16_t __u16;\n"
                      "typedef uint32_t __u32;\ntypedef uint64_t __u64;\n"},
    {"linux/ioctl.h", ""},
    {"xen/bug.h", ""},
    {"xen/lib.h", ""},
    /* How the hypervisor and some of its headers name the folder that they are in. */
    {"public/xen.h", "#include <xen.h>\n"},
};
