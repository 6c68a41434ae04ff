/* What src/lib.rs of the crate begins with: its documentation, and what every spec gets. */
#include "emit/rust.h"

const char *const rust_lib_head[] = {
    /* clang-format off */
    "//! Xen's hypercall ABI: what crosses the boundary between Xen and its guests, and what guests share.",
    "//!",
    "//! All of it is generated from a specification of the ABI. The crate needs no `std` and allocates",
    "//! nothing. It makes no hypercalls, which is up to the kernel, the toolstack or the driver that uses",
    "//! it; it has the numbers, the types and the rings that they take.",
    "//!",
    "//! # Modules",
    "//!",
    "//! Each folder of the specification, which is a header in C, is a module. What differs from one",
    "//! architecture to the next is in `arch_` modules, all of which are always there, as far as they can",
    "//! be compiled; `arch` is the target's. Names are those of C, written as Rust writes them, and a",
    "//! search for a name of C finds what it is here.",
    "//!",
    "//! The modules describe what tools get with the newest interface. There are no features to choose",
    "//! from: one crate has one ABI.",
    "//!",
    "//! # Types",
    "//!",
    "//! - Structs are laid out as in C, on every architecture, which is asserted at compile time.",
    "//!   All their bytes have values, and their `Default` is zero.",
    "//! - [`Pod`] turns values into bytes and back: all types have it but those with raw pointers.",
    "//! - Unions too have values in all their bytes, so that each of their members can be read at any",
    "//!   time. A struct that says which one counts has getters that return that one alone.",
    "//! - Enums are integers with constants and bitmaps are flags, so that whatever the hypervisor",
    "//!   writes is a valid value. `Debug` shows the names.",
    "//! - [`AlignedU64`] and [`AlignedI64`] are 64-bit integers aligned to 8 bytes on every architecture.",
    "//! - [`Handle64`] and [`ConstHandle64`] are addresses of a guest's buffers, in 64 bits on every",
    "//!   architecture; [`Handle`] and [`ConstHandle`] are as wide as the architecture has them. They",
    "//!   keep nothing alive: a buffer must outlive the hypercall.",
    "//!",
    "//! ```",
    "//! use xen_sys::{AlignedU64, Handle64, Pod};",
    "//!",
    "//! let mut text = [0_u8; 64];",
    "//! let buffer = Handle64::from_mut_slice(&mut text);",
    "//! assert_eq!(buffer.addr(), text.as_ptr() as u64);",
    "//! assert!(Handle64::<u8>::default().is_null());",
    "//!",
    "//! let mut size = AlignedU64::from(64);",
    "//! *size += 1;",
    "//! assert_eq!(size, 65);",
    "//! assert_eq!(size.as_bytes(), 65_u64.to_ne_bytes());",
    "//! ```",
    /* clang-format on */
};

const char *const rust_lib_tables[] = {
    /* clang-format off */
    "//!",
    "//! # Hypercalls",
    "//!",
    "//! A hypercall is a module in the `hypercall` of its header. Its `Call` implements [`Hypercall`],",
    "//! which has the number; each of its sub-operations is a type that implements [`Operation`], which",
    "//! ties it to its call and to its argument. A function that is generic over them takes no argument",
    "//! of another operation:",
    "//!",
    "//! ```",
    "//! use xen_sys::{Direction, Hypercall, Operation};",
    "//!",
    "//! /// What a kernel makes the hypercall with.",
    "//! fn numbers<O: Operation>(argument: &mut O::Argument) -> (u32, u32, *mut O::Argument) {",
    "//!     (O::Call::NUMBER, O::OP, argument)",
    "//! }",
    "//! ```",
    "//!",
    "//! # Rings",
    "//!",
    "//! [`FrontRing`] and [`BackRing`] are the ends of a ring of requests and responses; a type that",
    "//! implements [`Ring`], such as `BlkifSring`, says of which. [`ByteReader`] and [`ByteWriter`] are",
    "//! the ends of a ring of bytes, [`EventReader`] and [`EventWriter`] those of an [`EventRing`]. All",
    "//! have the barriers that it takes, trust no index of the other domain, and copy what they read",
    "//! before it is looked at.",
    "//!",
    "//! # Saved guests",
    "//!",
    "//! A record of a saved guest implements [`HvmSave`], which has its type code. Records stand behind",
    "//! descriptors, which [`Pod::from_prefix`] takes off a stream.",
    /* clang-format on */
};

const char *const rust_lib_tail[] = {
    /* clang-format off */
    "//!",
    "//! # Safety",
    "//!",
    "//! `unsafe` is what only the caller can know: how many elements follow a struct in memory, and, where",
    "//! there are rings, that a page is one. All else is safe to call, whatever Xen or another domain has",
    "//! written.",
    "#![no_std]",
    "#![deny(missing_docs)]",
    "#![deny(unsafe_code)]",
    "",
    "mod support;",
    "",
    "pub use support::{AlignedI64, AlignedU64};",
    "pub use support::{ConstHandle, ConstHandle64, Handle, Handle64, NativeAddr, Plain, Pod};",
    /* clang-format on */
};

const size_t rust_lib_head_len = sizeof rust_lib_head / sizeof *rust_lib_head;
const size_t rust_lib_tables_len = sizeof rust_lib_tables / sizeof *rust_lib_tables;
const size_t rust_lib_tail_len = sizeof rust_lib_tail / sizeof *rust_lib_tail;
