# The language as a whole, in small headers of our own and a spec of them: what is planted must be found, as one finding.
# tests/witness asks C compilers the same.
# shellcheck shell=bash disable=SC2016,SC2034,SC2154 # back-ticks are text; planting.sh shares variables

# expect_small FILE EXPRESSION FINDING...
expect_small() {
    local name="$1: $2"
    plant_small "$1" "$2"
    shift 2
    ask
    expect_findings "$name" "$@"
}

planted=$small/headers
ask
expect_findings 'the small headers are without a difference'
expect_text 'it says how much of what is described' \
    'That is, integers 12 of 14, strings 1 of 1, enumerators 4 of 4, macros with parameters 0 of 10.' "$out"
expect_text 'and how many unions have a tag' 'It says how to read 3 of its 3 unions.' "$out"

# what rests on offsetof(), which the header leaves to others
expect_small op.h 's/op_point, y/op_point, x/' '`OP_POINT` is 4, in the headers 0 [verify-value]'

# what a header includes, and where
expect_small op.h '/#include "xen.h"/d' 'in the headers `op.h` does not include `xen.h` [verify-missing]'
expect_small op.h 's/#include "xen.h"/#ifndef __XEN_TOOLS__\n&\n#endif/' \
    'in the headers `op.h` does not include `xen.h` [verify-missing] [tools]'
expect_small op.h 's/#include "xen.h"/&\n#include <stddef.h>/' 'in the headers `op.h` includes `stddef.h` as well [verify-missing]'
expect_small arch-arm.h 's/^struct arch_info/#ifdef __XEN__\n#include "op.h"\n#endif\n&/' \
    'in the headers `arch-arm.h` includes `op.h` as well [verify-missing] [arm64/xen, arm32/xen]'
expect_small xen.h 's/defined\(__arm__\) \|\| //' 'in the headers `xen.h` does not include `arch-arm.h` [verify-missing] [arm32]'

# where a header refuses to be included
expect_small op.h 's/^#define OP_H/&\n#ifdef __XEN_TOOLS__\n#error "not for tools"\n#endif/' \
    'the headers refuse `op.h`, and the spec does not [verify-header] [tools]'

# records within records
expect_small op.h 's/uint32_t flags;/uint64_t flags;/' \
    '`flags` takes 4 bytes (u32), in the headers 8 (`uint64_t`) [verify-layout]'
expect_small op.h 's/int32_t reason;/uint32_t reason;/' '`reason` is i32, in the headers `uint32_t` [verify-type]'
expect_small op.h 's/uint16_t a, b;/uint16_t b, a;/' '`a` and `b` have changed places in the headers [verify-layout]'
expect_small op.h 's/uint16_t a, b;/uint16_t a, c;/' '`b` is called `c` in the headers [verify-missing]'
expect_small op.h 's/uint16_t a, b;/uint16_t a;/' 'in the headers `op.u.destroy.pair` has no member `b` [verify-missing]'
expect_small op.h 's/uint16_t a, b;/uint16_t a, b, c;/' \
    'in the headers `op.u.destroy.pair` has a member `c` as well [verify-missing]'
expect_small op.h 's/pair\[2\]/pair[3]/' \
    '`pair` takes 8 bytes (an array of structs), in the headers 12 (an array of structs) [verify-layout]'
expect_small op.h 's/uint8_t space\[64\];/uint8_t space[80];/' \
    '`space` takes 64 bytes (u8[64]), in the headers 80 (`uint8_t[80]`) [verify-layout]'
expect_small op.h '/uint8_t space/d' 'in the headers `op.u` has no member `space` [verify-missing]'
expect_small op.h 's/struct op_destroy \{/struct {/' \
    '`destroy` is struct `op_destroy`, in the headers a struct without a tag [verify-type]'
expect_small op.h 's/struct op_destroy \{/struct op_kill {/' \
    '`destroy` is struct `op_destroy`, in the headers struct `op_kill` [verify-type]'
expect_small op.h 's/uint8_t r, g;/uint8_t g, r;/' '`r` and `g` have changed places in the headers [verify-layout]'
expect_small op.h 's/front, back/front, rear/' '`back` is called `rear` in the headers [verify-missing]'
expect_small op.h 's/front, back/front/' 'in the headers `op` has no member `back` [verify-missing]'

# anonymous ones
expect_small op.h 's/int32_t right;/int64_t right;/' \
    '`right` takes 4 bytes (i32), in the headers 8 (`int64_t`) [verify-layout]'
expect_small op.h 's/int32_t right;/int32_t wrong;/' '`right` is called `wrong` in the headers [verify-missing]'
expect_small op.h '/uint32_t left;/d' 'in the headers `op` has no member `left` [verify-missing]'
expect_small op.h 's/uint32_t left;/& uint64_t middle;/' 'in the headers `op` has a member `middle` as well [verify-missing]'

# members and what follows from them
expect_small op.h 's/uint32_t cmd;/uint64_t cmd;/' \
    '`cmd` takes 4 bytes (u32), in the headers 8 (`uint64_t`) [verify-layout]'
expect_small op.h 's/uint32_t x; int32_t y;/uint64_t x; int32_t y;/' \
    '`x` takes 4 bytes (u32), in the headers 8 (`uint64_t`) [verify-layout]'
expect_small op.h 's/ enum op_mode mode;//; s/ void \*raw;/& enum op_mode mode;/' \
    'from `mode` on, the members of `op` stand in another order in the headers [verify-layout]'
expect_small op.h 's/enum op_mode mode;/uint32_t mode;/' '`mode` is enum op_mode, in the headers `uint32_t` [verify-type]'
expect_small op.h 's/struct op_point point/struct op_list point/' \
    '`point` takes 8 bytes (op_point), in the headers 20 (`struct op_list`) [verify-layout]'
expect_small op.h 's/unsigned long when/long when/' '`when` is ulong, in the headers `long` [verify-type]'
expect_small op.h 's/unsigned long when/uint64_t when/' \
    '`when` takes 4 bytes (ulong), in the headers 8 (`uint64_t`) [verify-layout] [x86_32, arm32]'
expect_small op.h 's/const void \*raw/void *raw/' '`raw` is ptr<const void>, in the headers `void *` [verify-type]'
expect_small op.h 's/const void \*raw/const uint8_t *raw/' \
    '`raw` is ptr<const void>, in the headers `const uint8_t *` [verify-type]'
expect_small op.h 's/const void \*raw/uint64_t raw/' '`raw` is ptr<const void>, in the headers `uint64_t` [verify-type]'
expect_small op.h 's/ XEN_GUEST_HANDLE.* points;/ op_point_t *points;/' \
    '`points` is handle<op_point_t>, in the headers `op_point_t *` [verify-type]'
expect_small op.h 's/uint64_t whole;/int64_t whole;/' '`whole` is uint64_t, in the headers `int64_t` [verify-type]'
expect_small op.h 's/union op_value/struct op_value/' '`op_value` is a union, in the headers a struct [verify-type]'
expect_small op.h 's/uint16_t tail\[\];/uint16_t tail[0];/'
expect_small op.h 's/uint16_t tail\[\];/uint16_t tail[1];/' \
    '`tail` takes 0 bytes (u16[]), in the headers 2 (`uint16_t[1]`) [verify-layout]'
expect_small op.h 's/uint16_t tail\[\];/uint32_t tail[];/' '`tail` is u16[], in the headers `uint32_t[]` [verify-type]'
expect_small op.h 's/int16_t slots/uint16_t slots/' '`slots` is i16[NR_SLOTS], in the headers `uint16_t[8]` [verify-type]'
expect_small op.h 's/const uint16_t \(\*rows/uint16_t (*rows/' \
    '`rows` is ptr<const u16[3]>, in the headers `uint16_t (*)[3]` [verify-type]'

# bit-fields
expect_small op.h 's/uint8_t low:3/uint8_t low:2/' '`low` has 3 bits, in the headers 2 [verify-layout]'
expect_small op.h 's/uint32_t wide:20/int32_t wide:20/' \
    '`wide` is 20 bits of u32, in the headers 20 bits of `int32_t` [verify-type]'
expect_small op.h 's/uint8_t low:3;/uint8_t low;/' \
    '`low` is 3 bits of u8, in the headers no bit-field but `uint8_t` [verify-type]'
expect_small op.h 's/uint8_t :1;//' 'in the headers `op_bits` has no 1 unnamed bits here [verify-layout]'
# several of width 0 at one place are told apart by their types
expect_small op.h 's/uint16_t :0;/uint8_t :0;/' 'in the headers `op_aligned` has no 0 unnamed bits here [verify-layout]'
expect_small op.h 's/uint16_t :0;//' 'in the headers `op_aligned` has no 0 unnamed bits here [verify-layout]'
expect_small op.h 's/uint16_t :0;/& uint8_t :0;/' 'in the headers `op_aligned` has 0 unnamed bits as well [verify-layout]'

# what fills a record that is empty is no member of it, whatever else is called so
expect_small op.h 's/char _empty_0\[0\]/char _empty_0[1]/' \
    'in the headers `op_empty` has a member `_empty_0` as well [verify-missing] [guest, legacy, tools]'
expect_small op.h 's/_empty_0/_empty_a/' \
    'in the headers `op_empty` has a member `_empty_a` as well [verify-missing] [guest, legacy, tools]'
expect_small op.h 's/uint32_t one;/& char _empty[0];/' \
    'in the headers `op_empty.two` has a member `_empty` as well [verify-missing] [xen]'

# constants, typedefs and what is made from them
expect_small xen.h 's/NR_SLOTS 8/NR_SLOTS 16/' '`NR_SLOTS` is 8, in the headers 16 [verify-value]'
expect_small xen.h 's/NR_SLOTS 8/NR_SLOTS 8U/' "\`NR_SLOTS\` is of C's type int, in the headers of unsigned int [verify-type]"
expect_small xen.h 's/uint16_t domid_t/uint32_t domid_t/' '`domid_t` is u16, in the headers `uint32_t` of 4 bytes [verify-type]'
expect_small op.h 's/OP_create 1/OP_create 7/' '`OP_create` is 1, in the headers 7 [verify-value]'
expect_small op.h 's/OP_create \+ 1/OP_create + 2/' '`OP_destroy` is 2, in the headers 3 [verify-value]'
expect_small op.h 's/_OP_fast 4/_OP_fast 5/' '`_OP_fast` is 4, in the headers 5 [verify-value]'
expect_small op.h 's/\(1U << _OP_fast\)/(1 << _OP_fast)/' \
    "\`OP_fast\` is of C's type unsigned int, in the headers of int [verify-type]"
expect_small op.h 's/"op"/"OP"/' '`OP_NAME` is "op", in the headers "OP" [verify-value]'
expect_small op.h 's/op_mode_c = 9/op_mode_c = 8/' '`op_mode_c` is 9, in the headers 8 [verify-value]'
expect_small op.h 's/op_mode_b,/op_mode_x, op_mode_b,/' 'the spec does not describe the constant `op_mode_x` [verify-undescribed]'
expect_small op.h 's/op_mode_b,//' 'the headers have no constant `op_mode_b` [verify-missing]'

# who has what
expect_small xen.h 's/\(-7\)/7/' '`NR_PRIVATE` is -7, in the headers 7 [verify-value]'
expect_small xen.h 's/NR_OLD 3/NR_OLD 4/' '`NR_OLD` is 3, in the headers 4 [verify-value]'
expect_small xen.h 's/defined\(__XEN__\) \|\| //' 'the headers have no constant `NR_PRIVATE` [verify-missing] [xen]'
expect_small xen.h 's/#if defined\(__XEN__\) .*/#if 1/' \
    'the spec has no constant `NR_PRIVATE` where the headers have one [verify-missing] [guest, legacy]'
expect_small op.h '/^struct op_new/d' 'the headers have no struct `op_new` [verify-missing]'
expect_small op.h 's/uint32_t a;/uint64_t a;/' '`a` takes 4 bytes (u32), in the headers 8 (`uint64_t`) [verify-layout]'
expect_small op.h 's/uint32_t inner;/uint64_t inner;/' \
    '`inner` takes 4 bytes (u32), in the headers 8 (`uint64_t`) [verify-layout] [xen]'
expect_small op.h '/unsigned long when;/,/endif/ s/ifdef __XEN__/if 1/' \
    'in the headers `op` has a member `inner` as well [verify-missing] [guest, legacy, tools]'
expect_small arch-x86.h 's/uint32_t hole/uint64_t hole/' \
    '`hole` takes 4 bytes (u32), in the headers 8 (`uint64_t`) [verify-layout] [x86_32]'
expect_small arch-x86.h 's/unsigned long cr3/uint32_t cr3/' \
    '`cr3` takes 8 bytes (ulong), in the headers 4 (`uint32_t`) [verify-layout] [x86_64]'
expect_small arch-arm.h 's/#define ARCH_BASE.*/#ifdef __arm__\n#define ARCH_BASE 1\n#else\n&\n#endif/' \
    '`ARCH_BASE` is 512, in the headers 1 [verify-value] [arm32]'
plant_small xen.h 's/0x00040600/0x00040500/'
ask --context guest --interface-version 0x00040550
expect_findings 'a guest that asks for a version in between' 'the headers have no constant `NR_OLD` [verify-missing]'

# what headers have, and the spec does not
expect_small op.h 's/^struct op_point \{/struct planted { int a; };\n&/' \
    'the spec does not describe the record `planted` [verify-undescribed]'
expect_small xen.h 's/#define NR_PAIRS/#define NR_PLANTED 5\n&/' \
    'the spec does not describe the constant `NR_PLANTED` [verify-undescribed]'
expect_small xen.h 's/#define NR_PAIRS/#ifdef __aarch64__\n#define NR_PLANTED(x) x\n#endif\n&/' \
    'the spec does not describe the macro `NR_PLANTED` [verify-undescribed] [arm64]'
expect_small xen.h 's/^typedef uint16_t domid_t;/&\ntypedef uint32_t planted_t;/' \
    'the spec does not describe the typedef `planted_t` [verify-undescribed]'
expect_small op.h 's/^DEFINE_XEN_GUEST_HANDLE.*/&\nDEFINE_XEN_GUEST_HANDLE(domid_t);/' \
    'the spec does not describe the handle `domid_t` [verify-undescribed]'
expect_small op.h '/op_mode_d/ s/op_mode_d/&, op_mode_e/' 'the spec does not describe the constant `op_mode_e` [verify-undescribed]'
expect_small op.h '/op_helper/,$ s/^#ifdef __XEN__/#if 1/' \
    'the spec does not describe the macro `OP_within` [verify-undescribed] [guest, legacy, tools]' \
    'the spec has no macro `OP_inner` where the headers have one [verify-missing] [guest, legacy, tools]'
expect_small op.h '/define OP_double/d' 'the headers have no macro `OP_double` [verify-missing]'
expect_small op.h '/op_helper/d' 'the headers have no macro or function `op_helper` [verify-missing]'

# What is passed over where a header is read within another one is passed over, though the header itself comes to it, too.
mkdir -p "$work/twice/headers" "$work/twice/specs/a"
cp "$small/headers/xen-compat.h" "$work/twice/headers"
printf '#ifndef X_H\n#define X_H\n#include "xen-compat.h"\n#include "a.h"\n#endif\n' >"$work/twice/headers/xen.h"
printf '#include "xen.h"\n#ifndef A_H\n#define A_H\n#define AAA "x"\n#ifdef __ASSEMBLY__\n#undef AAA\n#endif\n#endif\n' >"$work/twice/headers/a.h"
printf '[[constants]]\nname = "AAA"\nvalue = "x"\n' >"$work/twice/specs/a/a.toml"
run "$xenbindgen" verify --headers "$work/twice/headers" --indir "$work/twice/specs"
expect_findings 'a header that is read within another one, with a part passed over'
