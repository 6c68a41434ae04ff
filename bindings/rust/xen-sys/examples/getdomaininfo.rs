//! What `XEN_SYSCTL_getdomaininfolist` has written: an array of records, parsed from bytes.

use std::mem::size_of;
use xen_sys::domctl::{XenDomctlGetdomaininfo, XenDomctlGetdomaininfoFlags};
use xen_sys::{AlignedU64, Pod};

/// The records in a buffer. They may lie anywhere in memory, as they are copied.
fn domains(bytes: &[u8]) -> impl Iterator<Item = XenDomctlGetdomaininfo> + '_ {
    bytes
        .chunks_exact(size_of::<XenDomctlGetdomaininfo>())
        .filter_map(XenDomctlGetdomaininfo::from_bytes)
}

fn main() {
    // Stands for what Xen has written, two domains, at an address that is aligned for nothing.
    let mut bytes = vec![0xff];
    for (domain, pages) in [(0, 1 << 18), (5, 1 << 16)] {
        let info = XenDomctlGetdomaininfo {
            domain,
            flags: XenDomctlGetdomaininfoFlags::RUNNING,
            tot_pages: AlignedU64::new(pages),
            nr_online_vcpus: 4,
            ..Default::default()
        };
        bytes.extend_from_slice(info.as_bytes());
    }

    let found: Vec<_> = domains(&bytes[1..]).collect();
    for info in &found {
        println!(
            "domain {}: {} MiB, {} vCPUs, {:?}",
            info.domain,
            info.tot_pages.get() >> 8,
            info.nr_online_vcpus,
            info.flags
        );
    }
    assert_eq!(found.len(), 2);
    assert_eq!(found[1].domain, 5);
    assert_eq!(found[1].tot_pages, 1 << 16);
    assert!(found[1]
        .flags
        .contains(XenDomctlGetdomaininfoFlags::RUNNING));

    // Half a record is none.
    assert_eq!(domains(&bytes[1..100]).count(), 0);
}
