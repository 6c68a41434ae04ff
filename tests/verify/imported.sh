# Xen's own headers against a spec that was imported from them: nothing differs in any view, and what is planted in a copy is
# found, as one finding each.
# shellcheck shell=bash disable=SC2016,SC2154 # back-ticks are text; lib.sh and run.sh have set the rest

imported=$work/imported
expect_ok 'import the headers of Xen 4.20' "$xenbindgen" import --headers "$xen" --outdir "$imported"
start=$SECONDS
run "$xenbindgen" verify --headers "$xen" --indir "$imported"
expect_findings 'what was imported is what the headers have, in all configurations'
echo "# $((SECONDS - start)) s"
run "$xenbindgen" verify --headers "$xen" --indir "$imported" --cc gcc
expect_findings 'GCC says so, too'

plants=$work/plants
cp -rL "$xen" "$plants"
chmod -R u+w "$plants"

# expect_imported FILE EXPRESSION FINDING...: planted in a copy of all headers, which is as before afterwards.
expect_imported() {
    local file=$1 expression=$2
    shift 2
    sed -i -E "$expression" "$plants/$file"
    ! cmp -s "$xen/$file" "$plants/$file" || not_ok "plant in $file" "the expression changes nothing: $expression"
    run "$xenbindgen" verify --headers "$plants" --indir "$imported" --abi x86_64,x86_32,arm64 --context guest,tools
    cp "$xen/$file" "$plants/$file"
    expect_findings "in Xen's $file: $expression" "$@"
}

expect_imported event_channel.h '/^struct evtchn_alloc_unbound/,/^}/ s/evtchn_port_t port;/uint64_t port;/' \
    '`port` takes 4 bytes (evtchn_port_t), in the headers 8 (`uint64_t`) [verify-layout]'
expect_imported event_channel.h '/^struct evtchn_alloc_unbound/,/^}/ s/domid_t dom, remote_dom;/domid_t remote_dom, dom;/' \
    '`dom` and `remote_dom` have changed places in the headers [verify-layout]'
expect_imported event_channel.h 's/(define EVTCHNOP_close +)3/\13U/' \
    "\`EVTCHNOP_close\` is of C's type int, in the headers of unsigned int [verify-type]"
expect_imported sched.h 's/(define SHUTDOWN_crash +)3/\17/' '`SHUTDOWN_crash` is 3, in the headers 7 [verify-value]'
expect_imported sched.h '/^struct sched_shutdown/,/^}/ s/unsigned int reason;/int reason;/' \
    '`reason` is uint, in the headers `int` [verify-type]'
expect_imported sched.h '/^struct sched_shutdown/ i struct planted { int a; };' \
    'the spec does not describe the record `planted` [verify-undescribed]'
expect_imported xen.h 's/^typedef uint16_t domid_t;/typedef int16_t domid_t;/' \
    '`domid_t` is u16, in the headers `int16_t` of 2 bytes [verify-type]'
expect_imported domctl.h 's/^( *)uint32_t max_vcpus;/#ifdef __i386__\n\1uint64_t max_vcpus;\n#else\n&\n#endif/' \
    '`max_vcpus` takes 4 bytes (u32), in the headers 8 (`uint64_t`) [verify-layout] [x86_32]'
expect_imported sched.h 's/^#define SHUTDOWN_poweroff .*/#ifdef __XEN_TOOLS__\n#define SHUTDOWN_poweroff 9\n#else\n&\n#endif/' \
    '`SHUTDOWN_poweroff` is 0, in the headers 9 [verify-value] [tools]'
expect_imported dom0_ops.h '/#error/d' 'the headers do not refuse `dom0_ops.h` [verify-header]' \
    '`settime` takes 16 bytes (struct xenpf_settime32), in the headers 24 (`struct xenpf_settime64`) [verify-layout]'
expect_imported hvm/params.h '/define _HVMPV_stimer/d' 'the headers have no constant `_HVMPV_stimer` [verify-missing]'

# What shows at many places is said once, and what ABIs disagree on, too.
expect_imported arch-x86/xen-x86_32.h 's/(define uint64_aligned_t uint64_t) .*/\1/' \
    '`uint64_aligned_t` is aligned to 8 bytes, in the headers to 4 [verify-layout] [x86_32]' \
    '`XEN_GUEST_HANDLE_64` is aligned to 8 bytes, in the headers to 4 [verify-layout] [x86_32]'
expect_imported arch-x86/xen-x86_32.h 's/(define __XEN_GUEST_HANDLE_64\(name\) __guest_handle_)64_/\1/' \
    '`XEN_GUEST_HANDLE_64` takes 8 bytes, in the headers 4 [verify-layout] [x86_32]'
expect_imported sysctl.h 's/(HANDLE_64\(uint64)(\) trans_pt)/\1_t\2/' \
    '`trans_pt` is the handle `uint64`, in the headers `uint64_t` [verify-type]'
expect_imported grant_table.h 's/(HANDLE\(uint64)_t(\) frame_list)/\1\2/' \
    '`frame_list` is the handle `uint64_t`, in the headers `uint64` [verify-type]'
expect_imported sysctl.h 's/XEN_GUEST_HANDLE_64(\(const_char\) keys)/XEN_GUEST_HANDLE\1/' \
    '`keys` takes 8 bytes (handle64<const char>), in the headers 4 (a handle to `const char`) [verify-layout] [x86_32]'
expect_imported arch-x86/xen.h 's/unsigned long ctrlreg\[8\]/unsigned long ctrlreg[9]/' \
    '`ctrlreg` takes 64 or 32 bytes (ulong[8]), in the headers 72 or 36 (`unsigned long[9]`) [verify-layout]'
expect_imported physdev.h '/^struct physdev_pci_mmcfg_reserved/,/^}/ s/^}/} __attribute__((packed))/' \
    '`physdev_pci_mmcfg_reserved` is aligned to 8 or 4 bytes, in the headers to 1 [verify-layout]'
expect_imported vcpu.h '/^struct vcpu_register_runstate_memory_area/,/^}/ s/union/struct/' \
    '`addr` is a union, in the headers a struct [verify-type]'
expect_imported physdev.h 's/struct physdev_dbgp_op\b/struct planted/' \
    'the headers have no struct `physdev_dbgp_op` [verify-missing]' \
    'the spec does not describe the record `planted` [verify-undescribed]'
