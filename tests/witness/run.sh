#!/bin/bash
# verify --cc: C compilers are asked whether what the spec says holds of the headers, Xen's and small ones of our own in which
# something was planted. What is found must be what was planted, and nothing else.
# shellcheck disable=SC2016 # back-ticks are text
. "$(dirname "$0")/../lib.sh"
suite_start "$@"
. tests/verify/planting.sh

for release in 4.17 4.20; do
    expect_ok "fetch the headers of Xen $release" scripts/fetch-xen-headers $release
done

# Whoever knows no libclang says the same: gcc for each ABI, of Xen's headers and of ours, of bit-fields too. In a row: the ABI;
# the compiler; the least number of facts of Xen 4.17, or - where that does not serve the ABI; that of 4.20; the headers that
# have something for guests alone, or for old ones, and cannot be read by these on that ABI; and such as only Xen's own cannot.
expect_facts() { # NAME LEAST UNREAD
    local facts
    facts=$(sed -nE 's/^`.*` was asked about ([0-9]+) facts on [a-z0-9_]+\.$/\1/p' "$out")
    expect_findings "$1"
    if [ "${facts:-0}" -ge "$2" ] &&
        [ "$(sed -nE 's/^It was not asked about headers that do not compile: (.*)\.$/\1/p' "$out")" = "$3" ]; then
        ok "$1: $facts facts"
    else
        run_report | not_ok "$1: at least $2 facts, all but of ${3:-no header}" -
    fi
}
while IFS='|' read -r abi compiler older newer unread xens; do
    for release in 4.17 4.20; do
        least=$older
        [ $release = 4.17 ] || least=$newer
        [ "$least" != - ] || continue
        for headers in "$(scripts/fetch-xen-headers $release)" "$work/ours-$release"; do
            whose="Xen's"
            not_read=$xens${xens:+${unread:+, }}$unread
            [ "$headers" != "$work/ours-$release" ] || whose=our not_read=$unread
            [ -e "$headers" ] || "$xenbindgen" gen --lang c --indir specs --xen $release --outdir "$headers" >"$out"
            run "$xenbindgen" verify --headers "$headers" --xen $release --cc "$compiler"
            expect_facts "$whose headers of $release on $abi" "$least" "$not_read"
        done
    done
done <<'END'
x86_64|gcc|80000|81000||
x86_32|i686-linux-gnu-gcc|57000|58000||
arm64|aarch64-linux-gnu-gcc|65000|66000||
arm32|arm-linux-gnueabihf-gcc|65000|66000||
riscv64|riscv64-linux-gnu-gcc|-|64000|io/protocols.h|callback.h
ppc64|powerpc64-linux-gnu-gcc -mlittle-endian|-|41000|io/protocols.h, dom0_ops.h, grant_table.h, hvm/hvm_op.h, io/ring.h, kexec.h, memory.h, nmi.h, physdev.h, tmem.h, xen.h, xsm/flask_op.h|callback.h
END

planted=$small/headers
TMPDIR=$work ask --cc gcc,clang --cc 'clang --target=arm-linux-gnueabihf'
expect_findings 'the small headers are without a difference for three compilers'
expect_text 'each says what it was asked' '`clang --target=arm-linux-gnueabihf` was asked about ' "$out"
expect_text 'and what of' ' facts on arm32.' "$out"
expect_same 'what compilers read is gone' /dev/null <(find "$work" -maxdepth 1 -name 'xenbindgen-*')

ask --cc powerpc64-linux-gnu-gcc
expect_text 'nobody is asked about bits that are counted from above' ' facts on ppc64, but not where ' "$out"

# expect_witness FILE EXPRESSION FINDING...: what GCC finds, less who says so.
expect_witness() {
    local name="GCC on $1: $2"
    plant_small "$1" "$2"
    shift 2
    ask --cc gcc
    sed -i 's/, says `gcc`//' "$err"
    expect_findings "$name" "$@"
}

expect_witness op.h 's/uint32_t cmd;/uint64_t cmd;/' '`cmd` does not take 4 bytes (u32) in the headers [verify-layout]'
expect_witness op.h 's/uint32_t x; int32_t y;/uint64_t x; int32_t y;/' \
    '`x` does not take 4 bytes (u32) in the headers [verify-layout]'
expect_witness op.h 's/uint16_t a, b;/uint16_t b, a;/' '`a` does not start at byte 12 in the headers [verify-layout]'
expect_witness op.h 's/uint16_t a, b;/uint16_t a, c;/' \
    'in the headers `op` has no member `u.destroy.pair[0].b` [verify-missing]'
expect_witness op.h 's/int32_t reason;/uint32_t reason;/' '`reason` is i32, in the headers of another sign [verify-type]'
expect_witness op.h 's/uint32_t inner;/uint64_t inner;/' \
    '`inner` does not take 4 bytes (u32) in the headers [verify-layout] [xen]'
expect_witness op.h 's/uint8_t low:3/uint8_t lower:3/' 'in the headers `op_bits` has no member `low` [verify-missing]'
expect_witness op.h 's/uint8_t low:3/int8_t low:3/' '`low` is u8, in the headers of another sign [verify-type]'
for change in 's/uint8_t low:3/uint8_t low:2/' 's/uint8_t low:3/uint8_t high:4/; 18s/high:4/low:3/'; do
    expect_witness op.h "$change" '`low` does not take bits 0 to 2 of `op_bits` in the headers [verify-layout]'
done
expect_witness op.h 's/high:4/high:3/' '`high` does not take bits 4 to 7 of `op_bits` in the headers [verify-layout]'
expect_witness op.h 's/wide:20/wide:19/' '`wide` does not take bits 8 to 27 of `op_bits` in the headers [verify-layout]'
expect_witness op.h 's/^struct op_new .*/struct op_new { uint32_t a; } __attribute__((aligned(8)));/' \
    '`op_new` does not take 4 bytes in the headers [verify-layout]'
expect_witness op.h '/^struct op_new/d' 'the headers have no struct `op_new` [verify-missing]'
expect_witness op.h 's/OP_create 1/OP_create 7/' '`OP_create` is not 1 in the headers [verify-value]'
expect_witness op.h 's/_OP_fast 4/_OP_fast 5/' '`_OP_fast` is not 4 in the headers [verify-value]'
expect_witness op.h 's/\(1U << _OP_fast\)/(1 << _OP_fast)/' \
    "\`OP_fast\` is not of C's type unsigned int in the headers [verify-type]"
expect_witness op.h 's/"op"/"OP"/' '`OP_NAME` is not "op" in the headers [verify-value]'
expect_witness xen.h 's/NR_SLOTS 8/NR_SLOTS 16/' '`NR_SLOTS` is not 8 in the headers [verify-value]'
expect_witness xen.h 's/\(-7\)/7/' '`NR_PRIVATE` is not -7 in the headers [verify-value]'
expect_witness xen.h 's/defined\(__XEN__\) \|\| //' 'the headers have no constant `NR_PRIVATE` [verify-missing] [xen]'
expect_witness xen.h 's/uint16_t domid_t/uint32_t domid_t/' '`domid_t` does not take 2 bytes in the headers [verify-layout]'
expect_witness xen.h 's/uint16_t domid_t/int16_t domid_t/' '`domid_t` is u16, in the headers of another sign [verify-type]'
expect_witness op.h 's/enum op_mode mode/struct broken x; &/'
expect_text 'GCC says what it cannot read' 'It was not asked about headers that do not compile: op.h.' "$out"

# --- compilers that cannot be asked ---

mkdir "$work/compilers"
printf '#!/bin/sh\ncase $* in *-E*) exec gcc "$@" ;; *) exit 1 ;; esac\n' >"$work/compilers/mute"
printf '#!/bin/sh\ncase $* in *-E*) exec gcc "$@" ;; *) kill -9 $$ ;; esac\n' >"$work/compilers/killed"
chmod +x "$work/compilers"/*
# Each line: what --cc is, a bar, and what the only line on standard error says.
while IFS='|' read -r compiler message; do
    run env PATH="$work/compilers:$PATH" "$xenbindgen" verify --headers "$small/headers" --indir "$small/specs" --cc "$compiler"
    if [ "$status" -eq 2 ] && [ ! -s "$out" ] && [ "$(cat "$err")" = "xenbindgen: $message" ]; then
        ok "--cc '$compiler'"
    else
        run_report | not_ok "--cc '$compiler'" "wanted exit status 2 and: $message" -
    fi
done <<'END'
|--cc lacks its value, COMPILER
 |--cc wants the name of a compiler
no-such-compiler|cannot run the compiler `no-such-compiler`: is it installed?
false|`false` is no C compiler that works: it cannot preprocess
true|`true` compiles for none of the ABIs that Xen serves
clang --target=mips-linux-gnu|`clang --target=mips-linux-gnu` compiles for none of the ABIs that Xen serves
clang --target=x86_64-linux-gnux32|`clang --target=x86_64-linux-gnux32` compiles for none of the ABIs that Xen serves
mute|`mute` compiles none of the headers that the spec is about
killed|the compiler `killed` was killed
END
planted=$small/headers
ask --cc gcc --abi arm64
expect_text 'a compiler for an ABI that is left out' '`gcc` compiles for x86_64, which --abi leaves out' "$err"
TMPDIR=$work/nowhere ask --cc gcc
expect_text 'no folder for temporary files' "cannot make a folder in \`$work/nowhere\`: No such file or directory" "$err"
ask --cc gcc --format json
expect_same 'no finding in JSON' <(echo '{"version":1,"findings":[]}') "$out"
run "$xenbindgen" verify --headers "$small/headers" --indir "$work/nowhere" --cc gcc
expect_text 'no spec' "cannot read \`$work/nowhere\`: No such file or directory" "$err"
run "$xenbindgen" verify --headers "$small/headers" --indir tests/rules/cases/cycle --cc gcc
expect_findings 'a spec that is wrong is not held against headers' '`three` and `one` need each other [include-cycle]'

suite_end
