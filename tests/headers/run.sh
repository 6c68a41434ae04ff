#!/bin/bash
# The checked-in C headers against Xen's own, on every ABI; and that the comparison can fail.
. "$(dirname "$0")/../lib.sh"
suite_start "$@"

bindings=${BINDINGS:-$root/bindings/c}
compare=tests/headers/compare
triples='x86_64-linux-gnu i386-linux-gnu aarch64-linux-gnu arm-linux-gnueabihf riscv64-linux-gnu powerpc64le-linux-gnu'

run scripts/fetch-xen-headers 4.20
xen=$(cat "$out")
if [ "$status" -ne 0 ]; then
    run_report | not_ok "fetch the headers of Xen 4.20" -
    suite_end
fi

for triple in $triples; do
    run "$compare" "$triple" "$xen" "$bindings" "$work/$triple"
    if [ "$status" -eq 0 ]; then
        ok "$(tail -n 1 "$out")"
    else
        run_report | not_ok "same as Xen 4.20 on $triple" -
    fi

    # What the comparison is about must not shrink unseen. Xen has nothing in the last record on two architectures.
    wanted='struct xen_domctl_createdomain|struct xen_sysctl_readconsole'
    case $triple in
    riscv* | powerpc*) ;;
    *) wanted+='|struct xen_arch_domainconfig' ;;
    esac
    found=$(grep -cxE "$wanted" "$work/$triple/our-records")
    if [ "$found" -eq "$(tr '|' '\n' <<<"$wanted" | wc -l)" ]; then
        ok "every record is compared on $triple"
    else
        not_ok "every record is compared on $triple" "wanted $wanted, found:" - <"$work/$triple/our-records"
    fi

    # Where Xen's own xen.h came first, its types are the ones that the generated headers use.
    printf '#include <stdint.h>\n#include "xen.h"\n#include "sysctl.h"\n#include "sysctl-layout.h"\n' >"$work/mixed.c"
    expect_ok "sysctl.h is usable after Xen's xen.h on $triple" \
        clang "--target=$triple" -std=gnu11 -ffreestanding -nostdlibinc -D__XEN_TOOLS__ -Wall -Werror \
        "-I$bindings" "-I$xen" -fsyntax-only "$work/mixed.c"
done

# plant NAME FILE EXPRESSION FINDING: after a sed expression on a copy of one header the comparison must report FINDING.
plant() {
    local name=$1 file=$2 expression=$3 finding=$4
    rm -rf "$work/planted"
    cp -r "$bindings" "$work/planted"
    sed -i -E "$expression" "$work/planted/$file"
    if cmp -s "$bindings/$file" "$work/planted/$file"; then
        not_ok "reports $name" "the expression changed nothing in $file: $expression"
        return
    fi
    run "$compare" x86_64-linux-gnu "$xen" "$work/planted" "$work/planted.d"
    if [ "$status" -eq 1 ] && grep -qxF "$finding" "$out"; then
        ok "reports $name"
    else
        run_report | not_ok "reports $name" "wanted: $finding" -
    fi
}

plant 'a wrong offset' domctl.h 's/ max_vcpus;/ swapped;/; s/ max_evtchn_port;/ max_vcpus;/; s/ swapped;/ max_evtchn_port;/' \
    'struct xen_domctl_createdomain.max_vcpus: offset is 32, Xen has 28'
plant 'a wrong value' domctl.h 's/(define _XEN_DOMCTL_CDF_iommu +)5/\16/' '_XEN_DOMCTL_CDF_iommu: value is 6, Xen has 5'
plant 'a missing flag' domctl.h '/define _?XEN_DOMCTL_CDF_oos_off/d' 'XEN_DOMCTL_CDF_oos_off: missing, Xen has it'
plant 'a flag that Xen does not have' domctl.h '1i #define XEN_DOMCTL_CDF_planted (1U << 30)' \
    'XEN_DOMCTL_CDF_planted: only in ours'
plant "a constant of the wrong C type" domctl.h 's/(define XEN_DOMCTL_CDF_hap .*)1U/\11/' \
    'XEN_DOMCTL_CDF_hap: type is int, Xen has unsigned int'
plant 'a constant that is no macro' domctl.h 's/^#define XEN_DOMCTL_CDF_nested_virt .*/enum { XEN_DOMCTL_CDF_nested_virt = 64 };/' \
    'XEN_DOMCTL_CDF_nested_virt: form is an enumerator, Xen has a macro'
plant 'a member of the wrong type' domctl.h 's/int32_t( +max_grant_frames;)/uint32_t\1/' \
    'struct xen_domctl_createdomain.max_grant_frames: type is unsigned int, Xen has int'
plant 'a missing member' domctl.h '/ vmtrace_size;/d' 'struct xen_domctl_createdomain.vmtrace_size: missing, Xen has it'
plant 'a wrong size' sysctl.h 's/uint32_t( +count;)/uint64_t\1/' 'struct xen_sysctl_readconsole.count: size is 8, Xen has 4'
plant 'a handle to something else' sysctl.h 's/HANDLE_64\(char\)/HANDLE_64(uint8)/' \
    'struct xen_sysctl_readconsole.buffer.p: type is unsigned char *, Xen has char *'
plant 'a macro with a parameter that gives something else' domctl.h 's/(define XEN_DOMCTL_GRANT_version_mask +).*/\10x7/' \
    'XEN_DOMCTL_GRANT_version(15): value is 7, Xen has 15'

# The ABI of an older release is another one: 4.18 brought sve_vl.
run scripts/fetch-xen-headers 4.17
older=$(cat "$out")
run "$compare" aarch64-linux-gnu "$older" "$bindings" "$work/older"
if [ "$status" -eq 1 ] && grep -qxF 'struct xen_arch_domainconfig.sve_vl: only in ours' "$out"; then
    ok "tells Xen 4.17 apart"
else
    run_report | not_ok "tells Xen 4.17 apart" -
fi

suite_end
