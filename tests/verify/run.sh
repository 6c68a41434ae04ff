#!/bin/bash
# verify: the bundled specs against the headers of two releases of Xen, and against headers in which something was planted.
# What is found must be what was planted, and nothing else.
# shellcheck disable=SC2016 # back-ticks are text
. "$(dirname "$0")/../lib.sh"
suite_start "$@"

for release in 4.20 4.17; do
    run scripts/fetch-xen-headers "$release"
    if [ "$status" -ne 0 ]; then
        run_report | not_ok "fetch the headers of Xen $release" -
        suite_end
    fi
    [ "$release" = 4.17 ] || xen=$(cat "$out")
    older=$(cat "$out")
done

. tests/verify/planting.sh

# --- the releases themselves, and the C that is made for each: everything in them is described, without a difference ---

# What lies in `foreign` and `sys` is not about hypercalls.
for release in 4.20 4.17; do
    mkdir "$work/xen-$release"
    [ "$release" = 4.20 ] && from=$xen || from=$older
    (cd "$from" && find . -name '*.h' ! -path './foreign/*' ! -path './sys/*' -exec cp -L --parents -t "$work/xen-$release" {} +)
    run "$xenbindgen" gen --lang c --indir specs --outdir "$work/c-$release" --xen "$release"
    [ "$status" -eq 0 ] || run_report | not_ok "C for Xen $release" -
    find "$work/c-$release" -name '*-layout.h' -delete
done
# verify_whole HEADERS RELEASE: what it prints goes to HEADERS.out and HEADERS.err, beside the headers.
verify_whole() {
    local status=0
    "$xenbindgen" verify --headers "$work/$1" --xen "$2" --complete >"$work/$1.out" 2>"$work/$1.err" </dev/null || status=$?
    echo "$status" >"$work/$1.status"
}
# Two at once: each uses one processor.
for side in xen c; do
    verify_whole $side-4.20 4.20 &
    verify_whole $side-4.17 4.17
    wait
done
# covered OUT WHAT: how much of a header, or of all in `total`, is described.
covered() {
    awk -v header="$2" '$1 == header && $3 == "of" { print $2, $3, $4 ", " $5, $6, $7 }' "$1"
}
for whole in xen-4.20 c-4.20 xen-4.17 c-4.17; do
    status=$(cat "$work/$whole.status") out=$work/$whole.out err=$work/$whole.err
    expect_findings "the bundled specs are those of $whole, in all configurations"
    case $whole in
    *4.20) total='657 of 657, 2832 of 2832' read_by=180 ;;
    *4.17) total='635 of 635, 2719 of 2719' read_by=179 ;;
    esac
    expect_same "they are all of it" <(echo "$total") <(covered "$out" total)
    expect_text "they say how to read every union" "It says how to read $read_by of its $read_by unions." "$out"
done
out=$work/out err=$work/err
whole=$work/xen-4.20.out
expect_same "it says how much of domctl.h is described" <(echo '62 of 62, 249 of 249') <(covered "$whole" domctl.h)
expect_text "it says what does not compile, and why" \
    "  callback.h [riscv64, ppc64/tools, ppc64/xen]: callback.h:70:5: unknown type name 'xen_callback_t'" "$whole"
expect_text "a context of all ABIs is named once" '  domctl.h [guest, legacy]: domctl.h:15:2: ' "$whole"

sed -i -E 's/(define HVM_PARAM_CALLBACK_IRQ +)0/\14/' "$work/xen-4.20/hvm/params.h"
sed -i -E '/^struct blkif_request_discard/,/^}/ s/uint8_t( +flag;)/int8_t\1/' "$work/xen-4.20/io/blkif.h"
run "$xenbindgen" verify --headers "$work/xen-4.20" --abi x86_64 --context tools
expect_findings "what changes in any of them is found" '`HVM_PARAM_CALLBACK_IRQ` is 0, in the headers 4 [verify-value]' \
    '`flag` is blkif_discard_flags, in the headers `int8_t` [verify-type]'

# --- a small spec against the headers that it is about ---

some_headers() { # FROM TO: what the spec does not speak of only takes time
    mkdir "$2"
    (cd "$1" && cp -L --parents -t "$2" {xen,xen-compat,domctl,sysctl,event_channel,grant_table,memory,physdev}.h \
        hvm/{save,e820}.h arch-x86/{xen,xen-x86_32,xen-x86_64,hvm/save}.h arch-arm.h arch-arm/hvm/save.h arch-{riscv,ppc}.h 2>/dev/null)
    chmod -R u+w "$2"
}
# Guests do not have what the spec has, nor what is planted in most cases.
spec=(--indir tests/cli/specs)
for_tools=(--context "tools,xen")

some_headers "$older" "$work/older"
run "$xenbindgen" verify --headers "$work/older" "${spec[@]}" "${for_tools[@]}"
expect_findings "what differs in Xen 4.17 is named" \
    "\`domctl.h\` does not compile, so that \`xen_arch_domainconfig\` and 23 more of the spec cannot be verified [verify-header] [riscv64, ppc64]" \
    "\`sysctl.h\` does not compile, so that \`XEN_SYSCTL_INTERFACE_VERSION\` and 1 more of the spec cannot be verified [verify-header] [riscv64, ppc64]" \
    "the headers have no constant \`XEN_DOMCTL_CONFIG_TEE_FFA\` [verify-missing]" \
    "in the headers \`xen_arch_domainconfig\` has no member \`sve_vl\` [verify-missing]" \
    "the headers have no constant \`XEN_DOMCTL_ALTP2M_mixed\` [verify-missing]" \
    "the headers have no constant \`XEN_DOMCTL_ALTP2M_external\` [verify-missing]" \
    "the headers have no constant \`XEN_DOMCTL_ALTP2M_limited\` [verify-missing]" \
    "the headers have no constant \`XEN_DOMCTL_ALTP2M_mode_mask\` [verify-missing]" \
    "the headers have no macro with a parameter \`XEN_DOMCTL_ALTP2M_mode\` [verify-missing]" \
    "in the headers \`xen_domctl_createdomain\` has no member \`altp2m_opts\` [verify-missing]" \
    "\`XEN_DOMCTL_INTERFACE_VERSION\` is 23, in the headers 21 [verify-value]"

# --- planted changes ---

pristine=$work/pristine
some_headers "$xen" "$pristine"
run "$xenbindgen" verify --headers "$pristine" "${spec[@]}" "${for_tools[@]}"
expect_findings "the headers to plant in are without a difference"
cp "$out" "$work/pristine.out"
run "$xenbindgen" verify --headers "$pristine" "${spec[@]}" "${for_tools[@]}"
expect_same "it says the same again" "$work/pristine.out" "$out"

# plant FILE EXPRESSION: a fresh copy of the headers, with a sed expression on one of them, in $planted.
plant() {
    planted=$work/planted
    rm -rf "$planted"
    cp -r "$pristine" "$planted"
    sed -i -E "$2" "$planted/$1"
    if cmp -s "$pristine/$1" "$planted/$1"; then
        not_ok "plant in $1" "the expression changes nothing: $2"
    fi
}

# expect_planted NAME FILE EXPRESSION FINDING...
expect_planted() {
    local name=$1
    plant "$2" "$3"
    shift 3
    run "$xenbindgen" verify --headers "$planted" "${spec[@]}" "${configurations[@]}"
    expect_findings "$name" "$@"
}
configurations=("${for_tools[@]}")

expect_planted 'a wider member' domctl.h 's/uint32_t( max_vcpus;)/uint64_t\1/' \
    '`max_vcpus` takes 4 bytes (u32), in the headers 8 (`uint64_t`) [verify-layout]'
expect_planted 'a wider member that another record holds' arch-x86/xen.h 's/uint32_t( emulation_flags;)/uint64_t\1/' \
    '`emulation_flags` takes 4 bytes (xen_x86_emu), in the headers 8 (`uint64_t`) [verify-layout]'
expect_planted 'a longer array' xen.h 's/^(typedef uint8_t xen_domain_handle_t)\[16\]/\1[32]/' \
    '`handle` takes 16 bytes (u8[16]), in the headers 32 (`xen_domain_handle_t`) [verify-layout]'
expect_planted 'swapped members' domctl.h \
    's/ max_vcpus;/ swapped;/; s/ max_evtchn_port;/ max_vcpus;/; s/ swapped;/ max_evtchn_port;/' \
    '`max_vcpus` and `max_evtchn_port` have changed places in the headers [verify-layout]'
expect_planted 'a renamed member' domctl.h 's/ max_vcpus;/ most_vcpus;/' \
    '`max_vcpus` is called `most_vcpus` in the headers [verify-missing]'
expect_planted 'a removed member' domctl.h '/uint32_t vmtrace_size;/d' \
    'in the headers `xen_domctl_createdomain` has no member `vmtrace_size` [verify-missing]'
expect_planted 'an added member' domctl.h 's/^( *)uint32_t max_vcpus;/\1uint32_t planted;\n&/' \
    'in the headers `xen_domctl_createdomain` has a member `planted` as well [verify-missing]'
expect_planted 'a member of the other sign' domctl.h 's/ int32_t( max_grant_frames;)/ uint32_t\1/' \
    '`max_grant_frames` is i32, in the headers `uint32_t` [verify-type]'
expect_planted 'a member that becomes bits' sysctl.h 's/uint32_t index;/uint32_t index:32;/' \
    '`index` is u32, in the headers a bit-field of 32 bits [verify-type]'
expect_planted 'a handle to something else' sysctl.h 's/HANDLE_64\(char\) buffer/HANDLE_64(uint8) buffer/' \
    '`buffer` is handle64<char>, in the headers a handle to `uint8_t` [verify-type]'
expect_planted 'a handle of another width' sysctl.h 's/HANDLE_64\(char\) buffer/HANDLE(char) buffer/' \
    '`buffer` takes 8 bytes (handle64<char>), in the headers 4 (a handle to `char`) [verify-layout] [x86_32]'
expect_planted 'a record that is gone' sysctl.h 's/struct xen_sysctl_readconsole\b/struct xen_sysctl_console/' \
    'the headers have no struct `xen_sysctl_readconsole` [verify-missing]'
expect_planted 'a record that is aligned to more' sysctl.h '/^struct xen_sysctl_readconsole/,/^};/ s/^};/} __attribute__((aligned(16)));/' \
    '`xen_sysctl_readconsole` takes 24 bytes, in the headers 32 [verify-layout]'
expect_planted 'a record that is a union' sysctl.h 's/^struct (xen_sysctl_readconsole) /union \1 /; s/struct (xen_sysctl_readconsole +)/union \1/' \
    '`xen_sysctl_readconsole` is a struct, in the headers a union [verify-type]'
expect_planted 'another value' domctl.h 's/(define _XEN_DOMCTL_CDF_iommu +)5/\19/' \
    '`_XEN_DOMCTL_CDF_iommu` is 5, in the headers 9 [verify-value]'
expect_planted "another type of a constant in C" domctl.h 's/(define XEN_DOMCTL_CDF_hap .*)1U/\11/' \
    "\`XEN_DOMCTL_CDF_hap\` is of C's type unsigned int, in the headers of int [verify-type]"
expect_planted 'a macro that becomes an enumerator' domctl.h \
    's/^#define XEN_DOMCTL_ALTP2M_mixed .*/enum { XEN_DOMCTL_ALTP2M_mixed = 1 };/' \
    '`XEN_DOMCTL_ALTP2M_mixed` is a macro, in the headers an enumerator [verify-type]'
expect_planted 'a constant that becomes a string' domctl.h 's/(define XEN_DOMCTL_ALTP2M_limited +)\(3U\)/\1"three"/' \
    '`XEN_DOMCTL_ALTP2M_limited` is 3, in the headers "three" [verify-value]'
expect_planted 'a constant that is gone' domctl.h '/define _?XEN_DOMCTL_CDF_oos_off/d' \
    'the headers have no constant `XEN_DOMCTL_CDF_oos_off` [verify-missing]' \
    'the headers have no constant `_XEN_DOMCTL_CDF_oos_off` [verify-missing]'
expect_planted 'a change on one architecture' domctl.h \
    's/^( *)uint32_t (max_vcpus;)/#ifdef __i386__\n\1uint64_t \2\n#else\n&\n#endif/' \
    '`max_vcpus` takes 4 bytes (u32), in the headers 8 (`uint64_t`) [verify-layout] [x86_32]'
expect_planted 'a change on two ABIs' domctl.h \
    's/^( *)uint32_t (max_vcpus;)/#if defined(__i386__) || defined(__arm__)\n\1int32_t \2\n#else\n&\n#endif/' \
    '`max_vcpus` is u32, in the headers `int32_t` [verify-type] [x86_32, arm32]'
configurations=()
expect_planted 'a change in one context' domctl.h 's/^#define XEN_DOMCTL_CDF_MAX .*/#ifdef __XEN__\n#define XEN_DOMCTL_CDF_MAX 7U\n#else\n&\n#endif/' \
    '`XEN_DOMCTL_CDF_MAX` is 128, in the headers 7 [verify-value] [xen]'
expect_planted 'a change in one context on one ABI' domctl.h \
    's/^( *)uint32_t (max_vcpus;)/#if defined(__arm__) \&\& defined(__XEN__)\n\1int32_t \2\n#else\n&\n#endif/' \
    '`max_vcpus` is u32, in the headers `int32_t` [verify-type] [arm32/xen]'
expect_planted 'a constant that changes for guests' xen.h 's/^#define DOMID_SELF +/#ifndef __XEN_TOOLS__\n#define XEN_DOMCTL_CDF_hap 7\n#endif\n&/' \
    '`XEN_DOMCTL_CDF_hap` is 2, in the headers 7 [verify-value] [guest, legacy]'
configurations=("${for_tools[@]}")
expect_planted 'a header that is broken, while the rest goes on' sysctl.h '$ a struct broken {' \
    '`sysctl.h` does not compile, so that `XEN_SYSCTL_INTERFACE_VERSION` and 1 more of the spec cannot be verified [verify-header]'
expect_text "the compiler's reason is there" "expected '}'" "$err"
expect_planted 'a header that is broken on one ABI' sysctl.h '$ a #ifdef __arm__\nstruct broken { no_type member; };\n#endif' \
    '`sysctl.h` does not compile, so that `XEN_SYSCTL_INTERFACE_VERSION` and 1 more of the spec cannot be verified [verify-header] [arm32]'
expect_planted 'macros that are no expressions spoil nothing' domctl.h \
    '1 i #define PLANTED_A {\n#define PLANTED_B )(\n#define PLANTED_C ; } int\n#define PLANTED_D "\n#define PLANTED_E PLANTED_F(\n#define PLANTED_F(x) x'

# --- what the spec lacks ---

added() { # what the last `run` printed more than for the pristine headers
    diff "$work/pristine.out" "$out" | sed -n 's/^> *//p'
}
expect_planted 'a new flag is no difference' domctl.h '1 i #define XEN_DOMCTL_CDF_planted (1U << 30)'
expect_same 'but it is named, with its place, and counted' <(added) - <<'END'
domctl.h                   1 of    62     25 of   250
total                      6 of   289     57 of  1061
That is, integers 57 of 1036, strings 0 of 6, enumerators 0 of 19, macros with parameters 2 of 75.

Not described, beside constants that are:
XEN_DOMCTL_CDF_planted (domctl.h:1:9)
END
run "$xenbindgen" verify --headers "$pristine" "${spec[@]}" --complete "${for_tools[@]}"
findings >"$work/undescribed"
plant sysctl.h '1 i struct xen_planted { int a; };'
run "$xenbindgen" verify --headers "$planted" "${spec[@]}" "${for_tools[@]}"
expect_findings 'nor is a new record'
run "$xenbindgen" verify --headers "$planted" "${spec[@]}" --complete "${for_tools[@]}"
findings >"$work/undescribed-planted"
expect_same 'with --complete it is' \
    <(echo '> the spec does not describe the record `xen_planted` [verify-undescribed]') \
    <(diff "$work/undescribed" "$work/undescribed-planted" | grep '^[<>]')

# --- which configurations ---

plant domctl.h 's/^( *)uint32_t (max_vcpus;)/#ifdef __i386__\n\1uint64_t \2\n#else\n&\n#endif/'
run "$xenbindgen" verify --headers "$planted" "${spec[@]}" --abi x86_64,arm32
expect_findings '--abi leaves out what differs elsewhere'
run "$xenbindgen" verify --headers "$planted" "${spec[@]}" --abi x86_32 --context tools
expect_findings '--abi and --context keep what they ask for' \
    '`max_vcpus` takes 4 bytes (u32), in the headers 8 (`uint64_t`) [verify-layout]'
mkdir -p "$work/versions/versions"
cat >"$work/versions/versions/a.toml" <<'END'
[[structs]]
name = "xen_planted"
fields = [{ name = "a", type = "u32" }, { name = "b", type = "u32" }]
END
plant hvm/e820.h '/#endif/ i #include "../xen.h"\n#if __XEN_INTERFACE_VERSION__ >= 0x00040500\nstruct xen_planted { uint32_t a, b; };\n#else\nstruct xen_planted { uint32_t a; };\n#endif'
sed -i 's/#if __XEN_INTERFACE_VERSION__ >= 0x00040500/#include "..\/xen-compat.h"\n&/' "$planted/hvm/e820.h"
for case in 'guest 0x00040500' 'guest 0x00040600'; do
    run "$xenbindgen" verify --headers "$planted" --indir "$work/versions" --abi x86_64 --context "${case% *}" --interface-version "${case#* }"
    expect_findings "a guest that asks for ${case#* }"
done
for options in '--context guest --interface-version 0x00040400' '--context legacy'; do
    # shellcheck disable=SC2086 # several words
    run "$xenbindgen" verify --headers "$planted" --indir "$work/versions" --abi x86_64 $options
    expect_findings "a guest with $options" 'in the headers `xen_planted` has no member `b` [verify-missing]'
done

# --- the other definitions ---

mkdir -p "$work/others/others"
cat >"$work/others/others/a.toml" <<'END'
[[typedefs]]
name = "domid_t"
type = "u16"

[[typedefs]]
name = "xen_domain_handle_t"
type = "u8[16]"

[[constants]]
name = "PLANTED_STRING"
value = "a \"b\" \\"

[[constants]]
name = "PLANTED_NEGATIVE"
value = -5

[[constants]]
name = "PLANTED_LEAST"
value = -2147483648

[[constants]]
name = "PLANTED_WIDE"
value = 0x100000000

[[structs]]
name = "xen_planted"
fields = [
    { name = "domid", type = "domid_t" },
    { name = "_pad", type = "u8[6]", reserved = true },
    { name = "uuids", type = "handle64<xen_domain_handle_t>" },
]
END
cp "$pristine/xen.h" "$work/xen.h"
sed -i '/^#endif .*__XEN_PUBLIC_XEN_H__/ i #define PLANTED_STRING "a " "\\"b\\" \\\\"\n#define PLANTED_NEGATIVE (-5)\n#define PLANTED_LEAST (-2147483647 - 1)\n#define PLANTED_WIDE 0x100000000ULL\nstruct xen_planted { domid_t domid; uint8_t _pad[6]; XEN_GUEST_HANDLE_64(uint8) uuids; };' "$pristine/xen.h"
others() {
    run "$xenbindgen" verify --headers "$1" --indir "$work/others" "${for_tools[@]}"
}
others "$pristine"
expect_findings 'typedefs, strings and negative numbers'
plant xen.h 's/^typedef uint16_t domid_t/typedef uint32_t domid_t/; s/"a " /"c " /; s/\(-5\)/(5)/; s/(PLANTED_LEAST) .*/\1 0x80000000U/; s/x100000000ULL/x100000000LL/'
others "$planted"
expect_findings 'and what becomes of them' \
    '`domid_t` is u16, in the headers `uint32_t` of 4 bytes [verify-type]' \
    '`PLANTED_STRING` is "a "b" \", in the headers "c "b" \" [verify-value]' \
    '`PLANTED_NEGATIVE` is -5, in the headers 5 [verify-value]' \
    '`PLANTED_LEAST` is -2147483648, in the headers 2147483648 [verify-value]' \
    "\`PLANTED_WIDE\` is of C's type unsigned long long, in the headers of long long [verify-type]"
plant xen.h '/^typedef uint8_t xen_domain_handle_t/ s/\[16\]/[8]/; /define PLANTED_STRING/d'
others "$planted"
expect_findings 'or that they are gone' \
    '`xen_domain_handle_t` is u8[16], in the headers `uint8_t[8]` of 8 bytes [verify-type]' \
    'the headers have no constant `PLANTED_STRING` [verify-missing]'
cp "$work/xen.h" "$pristine/xen.h"

# --- the whole language ---

. tests/verify/language.sh

# --- what import makes of them ---

. tests/verify/imported.sh

# --- machines ---

plant domctl.h 's/ int32_t( max_grant_frames;)/ uint32_t\1/'
for format in json sarif; do
    run "$xenbindgen" verify --headers "$planted" "${spec[@]}" --abi x86_64 --format "$format"
    if [ "$status" -eq 1 ] && jq -e . "$out" >"$work/parsed" && grep -q verify-type "$work/parsed" && [ ! -s "$err" ]; then
        ok "findings alone as $format"
    else
        run_report | not_ok "findings alone as $format" -
    fi
done

# --- what cannot run ---

# expect_message NAME MESSAGE COMMAND...: exit status 2, and one line that holds the message.
expect_message() {
    local name=$1 message=$2
    shift 2
    run "$@"
    if [ "$status" -eq 2 ] && [ "$(wc -l <"$err")" -eq 1 ] && [ ! -s "$out" ] && grep -qF -e "$message" "$err"; then
        ok "$name"
    else
        run_report | not_ok "$name" "wanted exit status 2 and: $message" -
    fi
}

mkdir "$work/empty" "$work/one"
expect_message "a folder that is not there" "cannot read \`$work/none\`" "$xenbindgen" verify --headers "$work/none"
expect_message "a file in its place" 'it is not a folder' "$xenbindgen" verify --headers "$xen/xen.h"
expect_message "an empty folder" 'holds no headers' "$xenbindgen" verify --headers "$work/empty"
expect_message "no folder" '--headers' "$xenbindgen" verify
echo 'struct a { int b; };' >"$work/one/a.h"
expect_message "headers that are not Xen's" 'xen-compat.h' "$xenbindgen" verify --headers "$work/one"
echo '#define __XEN_LATEST_INTERFACE_VERSION__ 0x00041300
#error "planted"' >"$work/one/xen-compat.h"
echo 'no_type a;' >"$work/one/a.h"
expect_message "headers that nothing can compile" 'in a.h: "planted"' "$xenbindgen" verify --headers "$work/one"
expect_message "an ABI that is not there" 'there is no ABI `mips`' "$xenbindgen" verify --headers "$xen" --abi mips
expect_message "a context that is not there" 'there is no context `kernel`' "$xenbindgen" verify --headers "$xen" --context kernel
expect_message "no configuration at all" 'x86_32' "$xenbindgen" verify --headers "$xen" --abi x86_32 --context xen
expect_message "a version that is none" '--interface-version' "$xenbindgen" verify --headers "$xen" --interface-version '1 -include /etc/passwd'

# --- without libclang, or with half of it ---

copy=$work/tree
mkdir "$copy"
cp -r Makefile src specs "$copy"
# build_with NAME LIBCLANG
build_with() {
    expect_ok "builds $1" make -j 2 -C "$copy" WERROR=1 CFLAGS=-O0 LIBCLANG="$2"
    expect_ok "generates $1" "$copy/build/xenbindgen" gen --lang c --indir specs --outdir "$work/made" --check
}
"$xenbindgen" gen --lang c --indir specs --outdir "$work/made" >"$out" 2>&1
needs='verify needs libclang, and this xenbindgen was built without it: install it (Debian: libclang-14-dev)'
build_with 'without libclang' ''
expect_message "verify says what to install" "$needs" "$copy/build/xenbindgen" verify --headers "$xen"
libclang=$(make -s libclang-options | sed -n 's/^-DXENBINDGEN_LIBCLANG="\(.*\)"$/\1/p')
half=$work/half
mkdir -p "$half/include" "$half/lib"
ln -s "$(dirname "$libclang")/../include/clang-c" "$half/include/clang-c"
build_with "with libclang's headers alone" "$half"
expect_message "verify says so then, too" "$needs" "$copy/build/xenbindgen" verify --headers "$xen"
ln -s "$libclang" "$half/lib/libclang.so.1"
build_with "with libclang elsewhere" "$half"
run "$copy/build/xenbindgen" verify --headers "$pristine" "${spec[@]}" "${for_tools[@]}"
expect_findings "verify works with libclang elsewhere"
rm "$half/lib/libclang.so.1"
expect_message "libclang that has gone since" 'cannot load libclang; install it again' "$copy/build/xenbindgen" verify --headers "$xen"
expect_ok "the rest works without it" "$copy/build/xenbindgen" check specs
echo 'int clang_createIndex;' | cc -shared -o "$half/lib/libclang.so.1" -x c -
expect_message "libclang that lacks a part" 'libclang is not whole; install it again' "$copy/build/xenbindgen" verify --headers "$xen"

suite_end
