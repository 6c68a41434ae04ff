#!/bin/bash
# The checked-in C headers against Xen's own: they declare the same, on every ABI; each of them compiles alone wherever Xen's
# does, under the checks that Xen has for its own; what they assert of the layout holds; and all this can fail.
. "$(dirname "$0")/../lib.sh"
suite_start "$@"

bindings=${BINDINGS:-$root/bindings/c}
compare=tests/headers/compare
triples='x86_64-linux-gnu i386-linux-gnu aarch64-linux-gnu arm-linux-gnueabihf riscv64-linux-gnu powerpc64le-linux-gnu'

for release in 4.20 4.17; do
    run scripts/fetch-xen-headers "$release"
    if [ "$status" -ne 0 ]; then
        run_report | not_ok "fetch the headers of Xen $release" -
        suite_end
    fi
    [ "$release" = 4.17 ] || xen=$(cat "$out")
    older=$(cat "$out")
done
public_headers() { # FOLDER: those that are about the ABI, without those that only assert its layout
    (cd "$1" && find . -name '*.h' ! -path './foreign/*' ! -path './sys/*' ! -name '*-layout.h' | sed 's,^\./,,; s,\.h$,,' | sort)
}
public_headers "$xen" >"$work/headers"
expect_same "there is a header for each of Xen's" "$work/headers" <(public_headers "$bindings")
expect_same "each has one that asserts its layout" "$work/headers" \
    <(cd "$bindings" && find . -name '*-layout.h' | sed 's,^\./,,; s,-layout\.h$,,' | sort)

# What the comparison is about must not shrink unseen: headers, records and facts, for tools.
wanted() {
    case $1 in
    x86_64*) echo '63 headers, 597 records, 36' ;;
    i386*) echo '67 headers, 628 records, 39' ;;
    aarch64* | arm*) echo '63 headers, 572 records, 36' ;;
    riscv64*) echo '61 headers, 567 records, 35' ;;
    powerpc64le*) echo '61 headers, 568 records, 35' ;;
    esac
}
# What the headers find beside them: the freestanding compilers lack <string.h> and <sys/types.h>.
mkdir -p "$work/beside/sys"
printf '#include <stddef.h>\nvoid *memcpy(void *to, const void *from, size_t size);\n' >"$work/beside/string.h"
echo '#include <stdint.h>' >"$work/beside/sys/types.h"

for triple in $triples; do
    run "$compare" "$triple" "$xen" "$bindings" "$work/$triple" -D__XEN_TOOLS__
    if [ "$status" -eq 0 ] && [[ $(cat "$out") =~ ^"$(wanted "$triple")"[0-9]{3}\ facts ]]; then
        ok "$(cat "$out")"
    else
        run_report | not_ok "same as Xen 4.20 on $triple" "wanted no difference, and $(wanted "$triple") thousand facts" -
    fi

    { echo '#include <string.h>' && sed 's/\.h"$/-layout.h"/' "$work/$triple/ours/unit.c"; } >"$work/layout.c"
    for mode in 'clang -std=gnu99' 'clang++ -std=gnu++98 -x c++'; do
        # shellcheck disable=SC2086 # a mode is words
        expect_ok "the layout holds on $triple with $mode" $mode "--target=$triple" -ffreestanding -nostdlibinc -D__XEN_TOOLS__ \
            -Wall -Werror "-I$bindings" "-I$work/beside" -fsyntax-only "$work/layout.c"
    done
done

# --- each header alone, as Xen's Makefiles check their own ---

for side in xen ours; do
    mkdir "$work/$side"
done
ln -s "$xen" "$work/xen/public"
ln -s "$bindings" "$work/ours/public"

# alone SIDE HEADER COMPILER...: whether a header of a side compiles by itself.
alone() {
    local side=$1 header=$2
    shift 2
    "$1" -include stdint.h "${@:2}" -Wall -Werror "-I$work/$side" "-I$work/beside" -fsyntax-only "$work/$side/public/$header.h" >"$out" 2>&1
}

# check_alone NAME COMPILER...: each header that compiles for Xen does for us. Theirs is only asked where ours does not.
check_alone() {
    local name=$1 header compiled=0 neither=() least=60
    shift
    # Where Xen's arch-ppc.h only compiles for tools, and where Xen's own headers hold to ISO C.
    case $* in *powerpc*-x\ c\ *) least=29 ;; *-pedantic*) least=45 ;; esac
    : >"$work/broken"
    while read -r header; do
        if alone ours "$header" "$@"; then
            compiled=$((compiled + 1))
            continue
        fi
        cp "$out" "$work/complaint"
        if alone xen "$header" "$@"; then
            { echo "$header.h:" && head -n 5 "$work/complaint"; } >>"$work/broken"
        else
            neither+=("$header")
        fi
    done <"$work/headers"
    if [ ! -s "$work/broken" ] && [ "$compiled" -ge "$least" ]; then
        ok "$compiled headers alone: $name; neither ours nor Xen's: ${neither[*]}"
    else
        not_ok "each header alone: $name" "$compiled compile; these do not, and Xen's do:" - <"$work/broken"
    fi
}

# shellcheck disable=SC2086 # compilers are words
for compiler in gcc clang\ --target={i386-linux-gnu,aarch64-linux-gnu,arm-linux-gnueabihf,riscv64-linux-gnu,powerpc64le-linux-gnu}; do
    [ "$compiler" = gcc ] || compiler+=' -ffreestanding -nostdlibinc'
    check_alone "C90, ${compiler%% -f*}" $compiler -x c -ansi
    check_alone "C99, ${compiler%% -f*}" $compiler -x c -std=c99 -include string.h
    check_alone "C++98 for tools, ${compiler%% -f*}" $compiler -x c++ -std=gnu++98 -D__XEN_TOOLS__ -include string.h -include public/xen.h
done

check_alone "C90, pedantic, gcc" gcc -x c -ansi -pedantic

# --- which version of the interface a guest gets ---

# guest_version SIDE OPTION...: the version that a guest has in the end, or "refused"; a warning is an error.
guest_version() {
    printf '#include <public/xen.h>\nlong version = __XEN_INTERFACE_VERSION__;\n' >"$work/guest.c"
    if gcc -E -P -Wundef -Werror -include stdint.h "-I$work/$1" "${@:2}" "$work/guest.c" >"$work/guest" 2>"$out"; then
        sed -n 's/^long version = //p' "$work/guest"
    else
        echo refused
    fi
}
for case in =0x00000000 0=0 0x00030000=0x00030000 0x00040600=0x00040600 0x00041300=0x00041300 0x00041301=refused; do
    version=${case%=*}
    for side in xen ours; do
        expect_same "the interface of a guest that asks for ${version:-none}, $side" \
            <(guest_version "$side" ${version:+"-D__XEN_INTERFACE_VERSION__=$version"} | tr -d ';') <(echo "${case#*=}")
    done
done

# --- where headers refuse to be included ---

# refusals SIDE: for each header and options of the table, whether the preprocessor takes it.
refusals() {
    local header options
    while read -r header options; do
        # shellcheck disable=SC2086 # options are words
        if gcc -E -nostdinc $options -o "$work/refused" "$work/$1/public/$header.h" \
            2>>"$work/refusals.$1"; then
            echo "$header $options: taken"
        else
            echo "$header $options: refused"
        fi
    done <<'END'
xen -U__x86_64__
pmu -U__x86_64__
hvm/save -U__x86_64__
io/protocols -U__x86_64__
io/protocols -U__x86_64__ -D__riscv
io/protocols -U__x86_64__ -D__powerpc64__
io/protocols -U__x86_64__ -D__arm__
hvm/save -U__x86_64__ -D__riscv
hvm/save -U__x86_64__ -D__aarch64__
hvm/save -ansi
dom0_ops
dom0_ops -D__XEN_INTERFACE_VERSION__=0x00030203
dom0_ops -D__XEN_INTERFACE_VERSION__=0x00030204
dom0_ops -D__XEN_TOOLS__
domctl
domctl -D__XEN_TOOLS__
sysctl
sysctl -D__XEN_TOOLS__
END
}
refusals xen >"$work/refused-xen"
refusals ours >"$work/refused-ours"
expect_same "headers refuse to be included where Xen's do" "$work/refused-xen" "$work/refused-ours"
expect_same "and nowhere else" <(echo 11) <(grep -c ': refused$' "$work/refused-ours")

# --- what is wrong is found ---

# In one copy, so that they are compared once: a sed expression for each header, and what must be said of it.
planted=$work/planted
cp -r "$bindings" "$planted"
: >"$work/expected"
plant() { # FILE EXPRESSION DIFFERENCE...
    local before
    before=$(cksum <"$planted/$1")
    sed -i -E "$2" "$planted/$1"
    [ "$before" != "$(cksum <"$planted/$1")" ] || not_ok "plant in $1" "the expression changes nothing: $2"
    shift 2
    printf '%s\n' "$@" >>"$work/expected"
}
plant domctl.h '/^struct xen_domctl_createdomain/,/^}/ { s/ max_vcpus;/ swapped;/; s/ max_evtchn_port;/ max_vcpus;/; s/ swapped;/ max_evtchn_port;/ }' \
    'struct xen_domctl.u.createdomain.max_vcpus: offset is 48, Xen has 44' \
    'struct xen_domctl.u.createdomain.max_evtchn_port: offset is 44, Xen has 48' \
    'struct xen_domctl_createdomain.max_vcpus: offset is 32, Xen has 28' \
    'struct xen_domctl_createdomain.max_evtchn_port: offset is 28, Xen has 32'
plant domctl.h 's/(define _XEN_DOMCTL_CDF_iommu +)5/\19/' \
    '_XEN_DOMCTL_CDF_iommu: value is 9, Xen has 5' 'XEN_DOMCTL_CDF_iommu: value is 512, Xen has 32'
plant domctl.h '/define XEN_DOMCTL_CDF_oos_off/d' 'XEN_DOMCTL_CDF_oos_off: missing, Xen has it'
plant domctl.h '1 i #define XEN_DOMCTL_CDF_planted (1U << 30)\ntypedef int xen_planted_t;' \
    'XEN_DOMCTL_CDF_planted: only in ours' 'xen_planted_t: only in ours'
plant domctl.h 's/(define XEN_DOMCTL_CDF_hap .*)1U/\11/' 'XEN_DOMCTL_CDF_hap: type is int, Xen has unsigned int'
plant domctl.h 's/^#define XEN_DOMCTL_CDF_nested_virt .*/enum { XEN_DOMCTL_CDF_nested_virt = 64 };/' \
    'XEN_DOMCTL_CDF_nested_virt: form is an enumerator, Xen has a macro' \
    'XEN_DOMCTL_CDF_nested_virt: type is int, Xen has unsigned int'
plant domctl.h 's/int32_t( +max_grant_frames;)/uint32_t\1/' \
    'struct xen_domctl.u.createdomain.max_grant_frames: type is unsigned int, Xen has int' \
    'struct xen_domctl_createdomain.max_grant_frames: type is unsigned int, Xen has int'
plant domctl.h 's/(define XEN_DOMCTL_GRANT_version\(v\) +).*/\1((v) \& 0x1f)/' \
    'XEN_DOMCTL_GRANT_version(0x123456789abcdef0ULL): value is 16, Xen has 0' \
    'XEN_DOMCTL_GRANT_version(0xffffffffU): value is 31, Xen has 15' \
    'XEN_DOMCTL_GRANT_version(16): value is 16, Xen has 0'
plant sysctl.h 's/uint8_t( incremental;)/int8_t\1/' \
    'struct xen_sysctl.u.readconsole.incremental: type is signed char, Xen has unsigned char' \
    'struct xen_sysctl_readconsole.incremental: type is signed char, Xen has unsigned char'
plant sysctl.h '/^struct xen_sysctl_readconsole/,/^}/ s/HANDLE_64\(char\)( buffer;)/HANDLE_64(uint8)\1/' \
    'struct xen_sysctl.u.readconsole.buffer.p: type is unsigned char *, Xen has char *' \
    'struct xen_sysctl_readconsole.buffer.p: type is unsigned char *, Xen has char *'
plant hvm/ioreq.h 's/uint8_t data_is_ptr:1;/uint8_t data_is_ptr:2;/; s/uint8_t _pad1:1;//' \
    'struct ioreq.data_is_ptr: bits is 30:4-5, Xen has 30:4-4' 'struct ioreq.dir: bits is 30:6-6, Xen has 30:5-5' \
    'struct ioreq.df: bits is 30:7-7, Xen has 30:6-6' 'struct ioreq._pad1: missing, Xen has it'
plant io/sndif.h 's/(XENSND_LIST_SEPARATOR) ","/\1 ";"/' 'XENSND_LIST_SEPARATOR: text is ";", Xen has ","'
plant event_channel.h '/^struct evtchn_bind_vcpu/,/^}/ { /vcpu;/d }' \
    'struct evtchn_bind_vcpu.vcpu: missing, Xen has it' 'struct evtchn_bind_vcpu: size is 4, Xen has 8' \
    'evtchn_bind_vcpu_t: size is 4, Xen has 8' \
    'struct evtchn_op.u.bind_vcpu.vcpu: missing, Xen has it' 'struct evtchn_op.u.bind_vcpu: size is 4, Xen has 8'

run "$compare" x86_64-linux-gnu "$xen" "$planted" "$work/planted.d" -D__XEN_TOOLS__
sort -o "$work/expected" "$work/expected"
expect_same 'what was planted is found, and nothing else' "$work/expected" <(sed '$d' "$out" | sort)
[ "$status" -eq 1 ] || run_report | not_ok 'differences are an exit status' -

for header in domctl hvm/ioreq; do
    sed -i 's/uint32_t [a-z_]*;/& uint32_t planted;/' "$planted/$header.h"
    expect_status "a member more breaks the asserted layout of $header.h" 1 clang -std=gnu99 -D__XEN_TOOLS__ -include stdint.h \
        -fsyntax-only -x c "$planted/$header-layout.h"
done
sed -i '$ a int planted(void) { return XEN_PLANTED; }' "$planted/callback.h"
ln -sfn "$planted" "$work/ours/public"
check_planted() (
    tests_ok=0 tests_not_ok=0
    check_alone planted gcc -x c -ansi
)
run check_planted
expect_text 'a header that does not compile alone is found' '#   callback.h:' "$out"

# The ABI of an older release is another one: 4.18 brought sve_vl.
run "$compare" aarch64-linux-gnu "$older" "$bindings" "$work/older" -D__XEN_TOOLS__
if [ "$status" -eq 1 ] && grep -qxF 'struct xen_arch_domainconfig.sve_vl: only in ours' "$out"; then
    ok "tells Xen 4.17 apart"
else
    run_report | not_ok "tells Xen 4.17 apart" -
fi

# What Xen's build wants of them besides.
expect_ok "headers alone are made" "$xenbindgen" gen --lang c --indir specs --bare --outdir "$work/bare"
expect_same "none asserts a layout" <(:) <(find "$work/bare" -name '*-layout.h')
printf '#include "%s"\n' xen.h elfnote.h >"$work/assembly.S"
for triple in $triples; do
    expect_ok "assembler sources read them: $triple" clang --target="$triple" -D__ASSEMBLY__ -D__XEN__ -I "$work/bare" -c \
        -o "$work/assembly.o" "$work/assembly.S"
done
# Xen's generator of features counts the words by these comments.
grep -oE '^/\* .* word [0-9]+ \*/$' "$work/bare/arch-x86/cpufeatureset.h" | grep -oE '[0-9]+ \*/$' >"$work/words"
expect_same "each word of features has its number, in order" <(seq -f '%g */' 0 18) "$work/words"

suite_end
