//! What the generator makes of everything that the language has, beyond what the bundled specs use.
#![cfg(test)]

mod records;
mod rings;
mod tables;

use std::mem::{align_of, offset_of, size_of};
use xen_sys::made::{
    Aligned, LongArrays, MadeAlias, MadeBig, MadeId, MadeKind, MadeLabels, MadeNative, MadeNone,
    MadePair, MadeRingIdx, MadeTwin, MadeTwinT, MadeTyped, MadeWhole, MadeWide, Natural, Nothing,
    Pointers, Small, MADE_LEAST, MADE_LOWER, MADE_TEXT, MADE_TYPED, MADE_UNSIGNED, MADE_VERSION,
    MADE_WIDEST,
};
use xen_sys::Pod;

#[test]
fn long_arrays_default_to_zero() {
    let zero = LongArrays::default();
    assert_eq!(zero.a, [0; 33]);
    assert!(zero.b.iter().flatten().all(|&kind| kind == MadeKind(0)));
    assert!(zero.c.iter().all(|&small| small == Small::default()));
    assert!(zero.d.iter().all(|handle| handle.is_null()));
    assert!(zero.e.iter().all(|&number| number == 0));
    assert_eq!(zero, zero.clone());
    assert!(format!("{zero:?}").contains("MadeKind(0)"));
}

#[test]
fn natural_types_follow_the_architecture() {
    let long = size_of::<usize>();
    let word = align_of::<u64>();
    assert_eq!(offset_of!(Natural, b), word);
    assert_eq!(size_of::<Natural>() % word, 0);
    assert_eq!(offset_of!(Natural, c) % long, 0);
    assert_eq!(Natural::default().c, 0_usize);
    assert_eq!(Natural::default().i, 0_isize);
    // The padding that C leaves implicit has names that the spec does not use.
    assert_eq!(Natural::default()._padding0, 0_u8);
    assert_eq!(size_of_val(&Natural::default()._padding1), word - 1);
}

#[test]
fn eight_bytes_are_eight_aligned() {
    assert_eq!(align_of::<MadeBig>(), 8);
    assert_eq!(align_of::<MadeWide>(), 8);
    assert_eq!(offset_of!(Aligned, big), 8);
    assert_eq!(offset_of!(Aligned, wide), 24);
    assert_eq!(offset_of!(Aligned, d), 40);
    assert_eq!(size_of::<Aligned>(), 48);
    assert_eq!(size_of::<Nothing>(), 0);
}

#[test]
fn pointers_say_what_they_point_at() {
    let mut natural = Natural::default();
    let mut pointers = Pointers::default();
    pointers.to_struct = xen_sys::Handle64::from_mut(&mut natural);
    let copy = pointers;
    pointers.to_const = xen_sys::ConstHandle64::from_ref(&copy);
    let mut numbers = [1_u64];
    pointers.to_aligned = xen_sys::Handle64::from_mut_slice(&mut numbers);
    assert!(!pointers.to_struct.is_null() && pointers.to_handle.is_null());
    assert_ne!(pointers, copy);
}

#[test]
fn runs_of_bits_in_wide_bitmaps() {
    let mut wide = MadeWide::HIGH
        .with_kind(MadeKind::LAST)
        .with_number((1 << 54) - 1);
    assert_eq!(wide.bits(), !1);
    assert_eq!(wide.kind(), MadeKind::LAST);
    wide.set_number(5);
    wide.set_kind(MadeKind(2));
    assert_eq!(wide.bits(), 1 << 63 | 5 << 9 | 2 << 1);
    assert_eq!(
        format!("{wide:?}"),
        "MadeWide(kind: MadeKind(2) | number: 5 | HIGH)"
    );
    assert_eq!(MadeWide::known().bits(), u64::MAX);
    assert_eq!(MadeWide::KIND_MASK.bits(), 0x1fe);
    const CONSTANT: MadeWide = MadeWide::empty().with_number(1);
    assert_eq!(CONSTANT.number(), 1);
}

#[test]
fn bitmaps_without_flags() {
    assert_eq!(format!("{:?}", MadeNone::default()), "MadeNone(0x0)");
    assert_eq!(format!("{:?}", MadeNone::from(0x8001)), "MadeNone(0x8001)");
    assert_eq!(MadeNone::known().bits(), 0);
    let whole = MadeWhole::empty().with_all_(255);
    assert_eq!(format!("{whole:?}"), "MadeWhole(all_: 255)");
}

#[test]
fn large_enum_values() {
    assert_eq!(u64::from(MadeBig::TOP), u64::MAX);
    assert_eq!(
        format!("{:?} {:?}", MadeBig::TOP, MadeBig(3)),
        "MadeBig::TOP MadeBig(3)"
    );
}

#[test]
fn runs_of_bits_whose_values_have_another_width() {
    let typed = MadeTyped::empty()
        .with_kind(xen_sys::arch::ArchKind::ONLY)
        .with_big(MadePair::BOTH);
    assert_eq!(typed.bits(), 0x330);
    assert_eq!(
        format!("{typed:?}"),
        "MadeTyped(kind: ArchKind::ONLY | big: MadePair::BOTH)"
    );
}

#[test]
fn other_names_for_types() {
    let id: MadeId = 7_u16;
    let alias = MadeAlias {
        id,
        i: -1,
        wide: [1.into(), 2.into()],
        ..MadeAlias::default()
    };
    assert_eq!(alias.labels, [[0; 40]; 16]);
    assert_eq!(alias.wide[1], 2);
    assert_eq!(size_of::<MadeLabels>(), 640);
    assert_eq!(size_of::<MadeNative>(), size_of::<usize>());
    assert!(alias.next.is_null() && alias.ids.is_null());
    // `made_twin` and `made_twin_t` are two types.
    assert_eq!((size_of::<MadeTwin>(), size_of::<MadeTwinT>()), (1, 4));
    assert_eq!(MadeRingIdx::MAX, u16::MAX);
}

#[test]
fn constants_have_the_types_of_c_or_the_spec() {
    let _: i32 = MADE_VERSION;
    assert_eq!(MADE_VERSION, 21);
    assert_eq!(MADE_UNSIGNED, 2_147_483_648_u32);
    assert_eq!(MADE_WIDEST, u64::MAX);
    assert_eq!(MADE_TYPED, 7_u16);
    assert_eq!(MADE_LEAST, i64::MIN);
    assert_eq!(MADE_LOWER, -1_i32);
    assert_eq!(MADE_TEXT, "say \"hi\" \\ \u{fc}\n");
}

#[test]
fn values_are_their_bytes() {
    let pair = MadePair::BOTH;
    let bytes = [&[0][..], pair.as_bytes()].concat();
    // At whatever address.
    assert_eq!(MadePair::from_bytes(&bytes[1..]), Some(pair));
    assert_eq!(MadePair::from_bytes(&bytes), None);
    assert_eq!(MadePair::from_bytes(&bytes[2..]), None);
    assert_eq!(u8::from_prefix(&bytes), Some((0, pair.as_bytes())));
    assert_eq!(u32::from_prefix(&bytes[..3]), None);
    assert_eq!(u8::from_prefix(&[]), None);

    let zero = LongArrays::zeroed();
    assert_eq!(zero, LongArrays::default());
    assert_eq!(zero.as_bytes().len(), size_of::<LongArrays>());
    assert!(zero.as_bytes().iter().all(|&byte| byte == 0));

    let mut wide = MadeWide::default();
    wide.as_bytes_mut().fill(0xff);
    assert_eq!(wide.bits(), u64::MAX);
    assert_eq!(<[u16; 2]>::from_bytes(&[1; 4]), Some([0x0101; 2]));
    assert_eq!(Nothing::from_bytes(&[]), Some(Nothing::default()));
}
