//! Unions, records within records, bit-fields, and what differs from one architecture to the next.

use std::alloc::{alloc_zeroed, dealloc, Layout};
use std::mem::{align_of, offset_of, size_of, size_of_val};
use xen_sys::other::{OtherHolder, OtherUnion};
use xen_sys::records::*;
use xen_sys::third::ThirdHolder;

#[test]
fn inline_records_have_types_of_their_own() {
    let mut whole = RecInline::default();
    whole.altp2m = RecInlineAltp2m {
        mode: REC_MODE_TWO,
        wide: 7,
        ..Default::default()
    };
    whole.anon1.inner = 3;
    whole.anon1.anon0.set_whole(0x1_0000_0002.into());
    assert_eq!(*whole.anon1.anon0.halves(), [2, 1]);
    whole.many[2] = RecInlineMany::default();
    whole.more = whole.many;
    let again: RecTagged = whole.tagged;
    assert_eq!(again, whole.again);
    assert_eq!(REC_MODE_ONE, 1_u16);
    assert_eq!(REC_MODE_LARGE, 0x1_0000_i32);
    assert_eq!(REC_MODE_LESS, -1_i32);
}

#[test]
fn members_of_unions_are_views_of_the_same_bytes() {
    let mut entry = RecEntry::from_long_one([0xff; 40]);
    entry.set_type(5);
    assert_eq!(
        entry.long_one()[..2],
        [5, 0],
        "what was there before is gone"
    );
    assert_eq!(entry, RecEntry::from_bits(5.into()));
    entry.brief_mut().b = 0x0403_0201;
    assert_eq!(entry.as_bytes()[..8], [5, 0, 0, 0, 1, 2, 3, 4]);
    assert_eq!(entry.bits().get(), 0x0403_0201_0000_0005);
    let copy = entry;
    assert_eq!(copy, entry);
    assert_ne!(copy, RecEntry::default());
    assert!(format!("{copy:?}").starts_with("RecEntry([5, 0, 0, 0, 1"));
    assert_eq!(*RecEntry::from_clone(9).clone_(), 9);
    assert_eq!(*RecEntry::from_from(8).from(), 8);
    assert_eq!(size_of::<RecEntry>(), 40);
}

#[test]
fn unions_keep_pointers() {
    let mut inner = RecEntry::from_type(3);
    let entry = RecEntry::from_pointer(&mut inner);
    let copy = entry;
    // SAFETY: it points at `inner`.
    assert_eq!(unsafe { *(**copy.pointer()).r#type() }, 3);
    assert_eq!(*entry.pointer() as u64 as u8, entry.as_bytes()[0]);
    assert!(RecEntry::default().pointer().is_null());
}

#[test]
fn every_byte_of_a_union_has_a_value_after_any_change() {
    let mut op = RecOp::default();
    op.u.one_mut().a = u64::MAX.into();
    op.u.two_mut().before = 1;
    assert_eq!(op.u.pad()[1..8], [0xff; 7]);
    op.u = RecOpU::from_one(RecOpUOne { a: 1.into() });
    let sum: u32 = op.u.as_bytes().iter().map(|&byte| u32::from(byte)).sum();
    assert_eq!(sum, 1);
}

#[test]
fn a_tag_says_which_member_counts() {
    let mut op = RecOp {
        cmd: REC_OP_ONE,
        u: RecOpU::from_one(RecOpUOne { a: 6.into() }),
        ..Default::default()
    };
    assert_eq!(op.one().map(|one| one.a.get()), Some(6));
    assert!(op.two().is_none() && op.rest().is_none());
    op.cmd = REC_OP_THREE;
    op.two_mut().unwrap().before = 9;
    assert_eq!(op.two().unwrap().before, 9);
    assert!(op.one_mut().is_none());
    op.cmd = 77;
    assert!(op.two().is_none() && op.rest().is_some());
    *op.rest_mut().unwrap() = std::ptr::null();
    assert_eq!(*op.u.one(), RecOpUOne::default());
    #[cfg(any(target_arch = "arm", target_arch = "aarch64"))]
    assert!(op.arm().is_none());
}

#[test]
fn tags_of_other_kinds() {
    let mut tags = RecTags {
        op: RecKind::ONE,
        event: -1,
        ..Default::default()
    };
    assert!(tags.two_a().is_some() && tags.two_b().is_none());
    tags.event = 5;
    assert!(tags.two_a_mut().is_some());
    tags.event = 6;
    assert!(tags.two_a().is_none() && tags.two_b().is_none());
    tags.op = RecKind::ZERO;
    assert!(tags.two_a().is_none() && tags.two_b().is_some());

    assert!(tags.masked_a().is_none() && tags.masked_b().is_some());
    tags.flags = RecFlags::A.with_kind(3);
    assert!(tags.masked_a().is_some() && tags.masked_b().is_none());

    assert!(tags.by_bits_type().is_none());
    tags.set_bits(5);
    assert!(tags.by_bits_type().is_some());
}

#[test]
fn tagged_unions_of_other_folders() {
    let mut holder = OtherHolder {
        cmd: REC_OP_TWO,
        ..Default::default()
    };
    assert!(holder.op().is_none());
    *holder.twice_mut().unwrap() = RecTwice::default();
    holder.entry.set_low(0xfff);
    assert_eq!(*holder.entry.bits(), 0xfff);
    let third = ThirdHolder {
        cmd: 1,
        other: OtherUnion::from_op(RecOp {
            domain: 4,
            ..Default::default()
        }),
        ..Default::default()
    };
    assert_eq!(third.op().unwrap().domain, 4);
}

#[test]
fn bit_fields_are_where_c_has_them() {
    let mut bits = RecBits::default().with_state(9).with_dir(1);
    assert_eq!(bits._bits0, [0x89]);
    bits.set_data_is_ptr(1);
    bits.set_state(0);
    assert_eq!(bits._bits0, [0x90]);
    assert_eq!(
        (bits.state(), bits.data_is_ptr(), bits.dir(), bits.r#type),
        (0, 1, 1, 0)
    );
    assert_eq!(offset_of!(RecBits, r#type), offset_of!(RecBits, _bits0) + 1);

    let mut mixed = RecMixed::default();
    mixed.set_vector(0xa5);
    mixed.set_kind(3);
    mixed.set_less(-16);
    assert_eq!(mixed._bits0[..5], [0xa5, 0x18, 0, 0, 0x10]);
    assert_eq!((mixed.less(), mixed.mode()), (-16, 0));
    assert_eq!(mixed.with_less(15).less(), 15);
    assert_eq!(mixed.with_wide((1 << 33) - 1).wide(), (1 << 33) - 1);
    let named = mixed
        .with_by_name(RecKind::ONE)
        .with_flags(RecFlags::A)
        .with_id(0x1ff);
    assert_eq!(named.by_name(), RecKind::ONE);
    assert_eq!((named.flags(), named.id()), (RecFlags::A, 0x1ff));
    assert_eq!(align_of::<RecMixed>(), align_of::<u64>());
    assert_eq!(align_of::<RecAlignedByBits>(), 4);
    assert_eq!(size_of::<RecAlignedByBits>(), 4);
    let aligned = RecAlignedByBits {
        a: 7,
        ..Default::default()
    }
    .with_b(15);
    assert_eq!((aligned.a, aligned._bits0), (7, [15]));
}

#[test]
#[should_panic(expected = "a value that does not fit")]
#[cfg(debug_assertions)]
fn a_value_that_a_bit_field_cannot_hold() {
    RecBits::default().set_state(16);
}

#[test]
fn unions_of_bit_fields() {
    let mut entry = RecBitsUnion::from_bits(0x1234);
    assert_eq!(entry.fields().vector, 0x34);
    assert_eq!(entry.fields().delivery_mode(), 2);
    entry.fields_mut().set_mask(1);
    entry.fields_mut().dest_id = 0xee;
    assert_eq!(*entry.bits(), 0xee00_0000_0000_1234);
    assert_eq!(entry.low(), 0x234);
    assert_eq!(*entry.with_low(1).bits(), 0xee00_0000_0000_1001);
}

#[test]
fn elements_behind_a_struct() {
    assert_eq!(size_of::<RecFlexible>(), 4);
    let layout = Layout::from_size_align(4 + 3 * 4, align_of::<RecFlexible>()).unwrap();
    // SAFETY: the place is as large as the struct and three elements, and zero is a value of each.
    unsafe {
        let whole = alloc_zeroed(layout).cast::<RecFlexible>();
        (*whole).count = 3;
        RecFlexible::elements_slice_mut(whole, 3)[2] = 7;
        assert_eq!(*RecFlexible::elements_ptr(whole).add(2), 7);
        RecFlexible::elements_mut_ptr(whole).write(1);
        assert_eq!(RecFlexible::elements_slice(whole, 3), [1, 0, 7]);
        dealloc(whole.cast(), layout);
    }
    assert_eq!(size_of_val(&RecZero::default().grants), 0);
    assert_eq!(size_of::<RecZero>() % align_of::<u64>(), 0);
}

#[test]
fn pointers_are_null_at_first() {
    let pointers = RecPointers::default();
    assert!(pointers.text.is_null() && pointers.opaque.is_null() && pointers.handle.is_null());
    assert!(pointers.entry.iter().all(|entry| entry.is_null()));
    assert_eq!(pointers, pointers.clone());
    assert_eq!(size_of_val(&pointers.text), size_of::<usize>());
}

#[test]
fn what_differs_by_architecture() {
    let conditional = RecConditional::default();
    assert_eq!(size_of_val(&conditional.sized), 8 * size_of::<usize>());
    assert_eq!(size_of_val(&conditional.b) as u64, REC_LEN);
    assert_eq!(size_of::<UlongHolder>() as u32, RecKind::SIZE.0);
    assert_eq!(conditional.with_more_bits(7).more_bits(), 7);
    #[cfg(target_arch = "x86_64")]
    {
        assert_eq!((REC_LEN, REC_TWO, REC_LONG), (9, "long", u64::MAX));
        assert_eq!(RecTwice::default().r#in.a, 0_u64);
    }
    #[cfg(target_arch = "x86")]
    {
        assert_eq!((REC_LEN, REC_TWO, REC_LONG), (5, 32, u32::MAX.into()));
        assert_eq!(RecTwice::default().r#in.b, 0_u32);
        assert_eq!(REC_X86, 1);
    }
    #[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
    {
        assert_eq!((conditional.x86, conditional.same), (0_u16, 0_u8));
        assert_eq!(conditional.with_bits(1)._bits0, [1]);
        assert_eq!(RecKind::X86.name(), Some("X86"));
        assert_eq!(RecFlags::known().bits(), 0b1_1101);
        assert_eq!(*RecX86::default().u.a(), 0_usize);
    }
    assert_eq!(RecKind(9).name(), None);
}

#[test]
fn constants_have_the_types_of_c() {
    assert_eq!(REC_UNSIGNED, 0x8000_0000_u32);
    assert_eq!(REC_NEGATIVE, -3_i32);
    assert_eq!(REC_CAST, 255_u8);
}

#[test]
#[cfg(target_arch = "x86")]
fn what_one_abi_of_an_architecture_has() {
    assert_eq!(size_of::<xen_sys::arch::Only32>(), 4);
    assert_eq!(xen_sys::arch_x86_only_32::ONLY_32, 1);
}

#[test]
fn values_have_signs_and_stand_in_other_integers() {
    let mut whole = RecValues::default();
    whole.status = RecStatus::BAD;
    assert_eq!(whole.status.0, -1);
    assert_eq!(format!("{:?}", RecStatus::_4TH), "RecStatus::_4TH");
    assert_eq!(RecStatus::WORST, RecStatus::from(i16::MIN));
    assert_eq!(RecWide::LEAST.0, i64::MIN);
    assert_eq!(align_of::<RecWide>(), 8);
    assert!(whole.fine().is_none());
    assert_eq!(whole.poor(), Some(&0));

    whole.lengthy = (RecLong::LOW | RecLong::HIGH).with__2nd(5);
    assert_eq!(whole.lengthy.bits(), 0x8000_0051_usize);
    assert_eq!(whole.lengthy._2nd(), 5);

    whole.set_word_value(RecNarrow::TOP);
    assert_eq!(whole.word, 0x80_usize);
    assert_eq!(whole.word_value(), Some(RecNarrow::TOP));
    whole.word = 0x180;
    assert_eq!(whole.word_value(), None, "more than its bits hold");

    whole.set_plain_value(RecStatus::WORST);
    assert_eq!(whole.plain, -32_768);
    assert_eq!(whole.plain_value(), Some(RecStatus::WORST));
    whole.plain = 32_768;
    assert_eq!(whole.plain_value(), None);

    whole.set_aligned_value(RecNarrow::TOP);
    assert_eq!(whole.aligned, 0x80);
    assert_eq!(whole.aligned_value(), Some(RecNarrow::TOP));
    whole.set_type_value(RecNarrow::TOP);
    assert_eq!(whole.type_value(), Some(RecNarrow::TOP));
}
