//! What a toolstack makes the hypercall with that creates a domain.
//!
//! The hypercall itself is a stand-in here: a toolstack gives the number and the argument's address to
//! the kernel, through `/dev/xen/privcmd`.

use xen_sys::domctl::hypercall::domctl;
use xen_sys::domctl::{
    XenDomctl, XenDomctlCreatedomain, XenDomctlCreatedomainFlags, XenDomctlU,
    XEN_DOMCTL_INTERFACE_VERSION,
};
use xen_sys::{Direction, Hypercall, Operation, Pod};

/// Makes a domctl for an operation: its argument can be no other than the operation's own.
fn domctl<O: Operation<Call = domctl::Call>>(
    domain: u16,
    argument: O::Argument,
    member: fn(O::Argument) -> XenDomctlU,
) -> XenDomctl {
    XenDomctl {
        cmd: O::OP,
        interface_version: XEN_DOMCTL_INTERFACE_VERSION,
        domain,
        u: member(argument),
        ..Default::default()
    }
}

/// Stands for Xen: looks at the bytes, and says which domain it has made.
fn hypercall(number: u32, op: &mut XenDomctl) -> i32 {
    assert_eq!(number, 36);
    match op.createdomain() {
        Some(create) if create.max_vcpus > 0 => op.domain = 7,
        _ => return -22,
    }
    0
}

fn main() {
    let create = XenDomctlCreatedomain {
        handle: *b"a domain's uuid.",
        flags: XenDomctlCreatedomainFlags::HVM | XenDomctlCreatedomainFlags::HAP,
        max_vcpus: 2,
        max_evtchn_port: 1023,
        max_grant_frames: -1,
        max_maptrack_frames: -1,
        ..Default::default()
    };
    let mut op = domctl::<domctl::Createdomain>(0, create, XenDomctlU::from_createdomain);
    op.createdomain_mut()
        .expect("the operation is `createdomain`")
        .grant_opts
        .set_version(2);

    assert_eq!(op.cmd, 1);
    assert_eq!(op.as_bytes().len(), 144);
    assert_eq!(domctl::Createdomain::DIRECTION, Direction::InOut);
    assert_eq!(hypercall(domctl::Call::NUMBER, &mut op), 0);
    println!("domain {} of {create:#?}", op.domain);

    // A getter for what the operation is not about says so.
    assert!(op.getdomaininfo().is_none());
}
