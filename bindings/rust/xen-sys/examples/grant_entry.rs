//! A page granted to another domain, and taken back: the entry's flags are changed atomically, and
//! last, as Xen may look at it at any time.

use std::ptr::addr_of_mut;
use std::sync::atomic::{AtomicU16, Ordering};
use xen_sys::grant_table::{GrantEntryFlags, GrantEntryType, GrantEntryV1};

/// The flags of an entry, which this domain and Xen change.
///
/// # Safety
///
/// `entry` must be valid for reads and writes as long as `'a`.
unsafe fn flags<'a>(entry: *mut GrantEntryV1) -> &'a AtomicU16 {
    // SAFETY: the caller sees to it, and the flags are as wide and as aligned as a `u16`.
    unsafe { AtomicU16::from_ptr(addr_of_mut!((*entry).flags).cast()) }
}

/// Lets `domain` read a frame.
///
/// # Safety
///
/// `entry` must be one of the grant table that is not in use.
unsafe fn grant(entry: *mut GrantEntryV1, domain: u16, frame: u32) {
    // SAFETY: Xen ignores an entry whose flags are 0, so that nothing else uses it yet.
    unsafe {
        addr_of_mut!((*entry).domid).write_volatile(domain);
        addr_of_mut!((*entry).frame).write_volatile(frame);
    }
    let granted = GrantEntryFlags::READONLY | GrantEntryType::PERMIT_ACCESS.0.into();
    // Who sees the flags sees what was written before them.
    // SAFETY: as above.
    unsafe { flags(entry) }.store(granted.bits(), Ordering::Release);
}

/// Takes a grant back, unless it is in use.
///
/// # Safety
///
/// `entry` must be one of the grant table.
unsafe fn revoke(entry: *mut GrantEntryV1) -> Result<(), GrantEntryFlags> {
    // SAFETY: the caller sees to it.
    let flags = unsafe { flags(entry) };
    let mut seen = GrantEntryFlags::from_bits_retain(flags.load(Ordering::Relaxed));
    loop {
        if seen.intersects(GrantEntryFlags::READING | GrantEntryFlags::WRITING) {
            return Err(seen);
        }
        match flags.compare_exchange(seen.bits(), 0, Ordering::SeqCst, Ordering::Relaxed) {
            Ok(_) => return Ok(()),
            Err(now) => seen = GrantEntryFlags::from_bits_retain(now),
        }
    }
}

fn main() {
    // Stands for an entry in a page that is shared with Xen.
    let mut table = [GrantEntryV1::default(); 512];
    let entry = addr_of_mut!(table[8]);

    // SAFETY: the table outlives all uses of the entry, and nothing else uses it.
    unsafe {
        grant(entry, 5, 0x1234);
        println!("{:?}", entry.read_volatile());
        assert_eq!(entry.read_volatile().flags.bits(), 0b101);

        // Stands for Xen, which maps the page for the other domain, and unmaps it.
        flags(entry).fetch_or(GrantEntryFlags::READING.bits(), Ordering::SeqCst);
        let in_use = revoke(entry).expect_err("the page is mapped");
        assert!(in_use.contains(GrantEntryFlags::READING));
        flags(entry).fetch_and(!GrantEntryFlags::READING.bits(), Ordering::SeqCst);

        assert_eq!(revoke(entry), Ok(()));
        assert!(entry.read_volatile().flags.is_empty());
    }
}
