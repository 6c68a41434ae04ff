//! What a user of the checked-in crate relies on.
#![cfg(any(test, doctest))]

/// What the crate says of itself.
#[cfg(doctest)]
#[doc = include_str!("../../../bindings/rust/xen-sys/README.md")]
mod readme {}

use std::mem::{align_of, offset_of, size_of, MaybeUninit};
use xen_sys::arch_x86_xen::{XenX86Emu, XenX86MiscFlags};
use xen_sys::domctl::{XenDomctlAltp2mMode, XenDomctlCreatedomain, XenDomctlCreatedomainFlags};
use xen_sys::sysctl::XenSysctlReadconsole;
use xen_sys::{AlignedI64, AlignedU64, ConstHandle, ConstHandle64, Handle, Handle64};

/// The bytes of a value as they are after it was written over others.
fn bytes<T: Copy, const N: usize>(value: T, before: u8) -> [u8; N] {
    assert_eq!(size_of::<T>(), N);
    let mut place = MaybeUninit::<T>::uninit();
    // SAFETY: the place is as large as what is written to it and read from it; whether the
    // value has bytes without a value is what the callers find out.
    unsafe {
        place.as_mut_ptr().write_bytes(before, 1);
        place.write(value);
        place.as_ptr().cast::<[u8; N]>().read()
    }
}

#[test]
fn readconsole_is_as_in_c() {
    assert_eq!(size_of::<XenSysctlReadconsole>(), 24);
    assert_eq!(align_of::<XenSysctlReadconsole>(), 8);
    assert_eq!(offset_of!(XenSysctlReadconsole, index), 4);
    assert_eq!(offset_of!(XenSysctlReadconsole, buffer), 8);
    assert_eq!(offset_of!(XenSysctlReadconsole, count), 16);
}

#[test]
fn readconsole_has_no_byte_without_a_value() {
    let mut text = [0_u8; 8];
    let mut op = XenSysctlReadconsole {
        clear: 1,
        index: 0x0403_0201,
        count: 8,
        ..Default::default()
    };
    op.buffer = Handle64::from_mut_slice(&mut text);
    let seen: [u8; 24] = bytes(op, 0xaa);
    assert_eq!(
        seen[0..8],
        [[1, 0, 0, 0], op.index.to_ne_bytes()].concat()[..]
    );
    assert_eq!(seen[8..16], op.buffer.addr().to_ne_bytes());
    assert_eq!(seen[16..20], 8_u32.to_ne_bytes());
    assert_eq!(seen[20..24], [0; 4]);
}

#[test]
fn createdomain_in_use() {
    let mut op = XenDomctlCreatedomain {
        handle: *b"0123456789abcdef",
        flags: XenDomctlCreatedomainFlags::HVM | XenDomctlCreatedomainFlags::HAP,
        max_vcpus: 4,
        max_evtchn_port: 1023,
        max_grant_frames: -1,
        max_maptrack_frames: -1,
        ..Default::default()
    };
    op.grant_opts.set_version(2);
    op.altp2m_opts = op.altp2m_opts.with_mode(XenDomctlAltp2mMode::LIMITED);
    assert_eq!(op.grant_opts.bits(), 2);
    assert_eq!(op.grant_opts.version(), 2);
    assert_eq!(op.altp2m_opts.bits(), 3);
    assert_eq!(op.altp2m_opts.mode(), XenDomctlAltp2mMode::LIMITED);
    assert_eq!(op.flags.bits(), 3);
    assert!(op.flags.contains(XenDomctlCreatedomainFlags::HAP));
    assert_eq!(op.arch, xen_sys::arch::XenArchDomainconfig::default());
    let shown = format!("{op:?}");
    for part in [
        "flags: XenDomctlCreatedomainFlags(HVM | HAP)",
        "iommu_opts: XenDomctlCreatedomainIommuOpts(0x0)",
        "max_grant_frames: -1",
        "grant_opts: XenDomctlCreatedomainGrantOpts(version: 2)",
        "altp2m_opts: XenDomctlCreatedomainAltp2mOpts(mode: XenDomctlAltp2mMode::LIMITED)",
    ] {
        assert!(shown.contains(part), "no `{part}` in {shown}");
    }
}

#[test]
fn every_architecture_is_there() {
    let x86 = xen_sys::arch_x86_xen::XenArchDomainconfig {
        emulation_flags: XenX86Emu::LAPIC | XenX86Emu::VPCI,
        misc_flags: XenX86MiscFlags::MSR_RELAXED,
    };
    assert_eq!(x86.emulation_flags.bits(), 0x401);
    assert_eq!(x86.misc_flags.bits(), 1);
    assert_eq!(XenX86Emu::known().bits(), 0x7ff);
    let mut arm = xen_sys::arch_arm::XenArchDomainconfig::default();
    arm.sve_vl = 4;
    arm.gic_version = 7.into();
    assert_eq!(size_of_val(&arm), 12);
    assert!(format!("{arm:?}").contains("gic_version: XenArmGic(7)"));
    assert_eq!(size_of::<xen_sys::arch_ppc::XenArchDomainconfig>(), 0);
    assert_eq!(size_of::<xen_sys::arch_riscv::XenArchDomainconfig>(), 0);
}

#[test]
fn values_that_the_spec_does_not_know_stay() {
    let flags = XenDomctlCreatedomainFlags::from_bits_retain(0x8000_0001);
    assert_eq!(flags.bits(), 0x8000_0001);
    assert_eq!(
        XenDomctlCreatedomainFlags::from_bits(0x8000_0001),
        Some(flags)
    );
    assert_eq!(
        format!("{flags:?}"),
        "XenDomctlCreatedomainFlags(HVM | 0x80000000)"
    );
    assert_eq!(
        (flags & !XenDomctlCreatedomainFlags::HVM).bits(),
        0x8000_0000
    );
    assert_eq!(u32::from(flags), 0x8000_0001);
    let mode = XenDomctlAltp2mMode(77);
    assert_eq!(mode.name(), None);
    assert_eq!(format!("{mode:?}"), "XenDomctlAltp2mMode(77)");
    assert_eq!(XenDomctlAltp2mMode::MIXED.name(), Some("MIXED"));
    assert_eq!(u32::from(XenDomctlAltp2mMode::from(3)), 3);
}

#[test]
fn a_run_of_bits_leaves_its_neighbours_alone() {
    let create = XenDomctlCreatedomain::default();
    let all = !create.grant_opts;
    assert_eq!(all.version(), 15);
    assert_eq!(all.with_version(0).bits(), !15);
    assert_eq!((create.grant_opts | all).with_version(2).version(), 2);
    assert_eq!(all.with_version(2).bits(), !13);
}

#[test]
#[cfg_attr(debug_assertions, should_panic(expected = "does not fit"))]
fn a_value_too_wide_for_its_bits_is_cut_or_refused() {
    let opts = XenDomctlCreatedomain::default()
        .grant_opts
        .with_version(0x12);
    assert_eq!(opts.bits(), 2);
}

#[test]
fn handles_are_64_bits_wide() {
    assert_eq!(size_of::<Handle64<u8>>(), 8);
    assert_eq!(align_of::<Handle64<u8>>(), 8);
    assert_eq!(align_of::<ConstHandle64<u8>>(), 8);
    let mut buffer = [1_u32, 2, 3];
    let address = buffer.as_ptr() as usize as u64;
    let handle = Handle64::from_mut_slice(&mut buffer);
    assert_eq!(handle.addr(), address);
    assert_eq!(bytes::<_, 8>(handle, 0xff), address.to_ne_bytes());
    assert_eq!(handle, Handle64::from_ptr(buffer.as_mut_ptr()));
    assert_eq!(handle, Handle64::from_mut(&mut buffer[0]));
    assert_eq!(handle, Handle64::from_addr(address));
    assert_eq!(ConstHandle64::from_slice(&buffer).addr(), address);
    assert_eq!(ConstHandle64::from_ref(&buffer[0]).addr(), address);
    assert_eq!(ConstHandle64::from_ptr(buffer.as_ptr()).addr(), address);
    assert!(Handle64::<u8>::null().is_null() && Handle64::<u8>::default().is_null());
    assert!(!handle.is_null());
    assert_eq!(
        format!("{:?}", Handle64::<u8>::from_addr(0xab)),
        "Handle64(0xab)"
    );
    assert_eq!(
        format!("{:?}", ConstHandle::<u8>::null()),
        "ConstHandle(0x0)"
    );
}

#[test]
fn native_handles_are_as_wide_as_the_architecture_has_them() {
    let width = if cfg!(target_arch = "x86") { 4 } else { 8 };
    assert_eq!(size_of::<Handle<u8>>(), width);
    assert_eq!(align_of::<Handle<u8>>(), width);
    assert_eq!(align_of::<ConstHandle<u8>>(), width);
}

#[test]
fn aligned_integers_are_like_plain_ones() {
    #[repr(C)]
    struct After4(u32, AlignedU64);
    assert_eq!(offset_of!(After4, 1), 8);
    assert_eq!(size_of::<AlignedU64>(), 8);
    assert_eq!(align_of::<AlignedI64>(), 8);
    let mut count = AlignedU64::new(41);
    *count += 1;
    assert_eq!(count, 42);
    assert!(count > 41 && count < AlignedU64::from(43));
    assert_eq!(count.get().to_string(), count.to_string());
    assert_eq!(
        format!("{count:?} {count:#x} {:?}", AlignedI64(-1)),
        "42 0x2a -1"
    );
    assert_eq!(u64::from(count), 42);
    assert_eq!(bytes::<_, 8>(count, 0xff), 42_u64.to_ne_bytes());
}
