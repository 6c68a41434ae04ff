//! Hypercalls, rings, save records and event rings.

use std::mem::{offset_of, size_of, size_of_val};
use xen_sys::tables::hypercall::{table_ctl, table_op};
use xen_sys::tables::{
    TableBackRing, TableBytesData, TableBytesDataIntf, TableErrno, TableInRing, TableOutRing,
    TableSring, TableStart, TableStatus,
};
use xen_sys::{Caller, Direction, EventRing, HvmSave, Hypercall, Operation, Ring};

/// What a hypercall is made with: the numbers, and the argument's address and size.
fn made<O: Operation>(argument: &mut O::Argument) -> (u32, u32, usize) {
    (O::Call::NUMBER, O::OP, size_of_val(argument))
}

#[test]
fn operations_take_their_own_argument() {
    assert_eq!(made::<table_op::Stop>(&mut ()), (60, 0, 0));
    assert_eq!(
        made::<table_op::Start>(&mut TableStart::default()),
        (60, 1, 4)
    );
    assert_eq!(
        made::<table_op::Status>(&mut TableStatus::default()),
        (60, 2, 4)
    );
    assert_eq!(
        made::<table_op::Restart>(&mut TableStart::default()),
        (60, 3, 4)
    );
    assert_eq!(made::<table_op::Call_>(&mut 0.into()), (60, 4, 8));
    assert_eq!(made::<table_op::Op_>(&mut ()), (60, 5, 0));
    assert_eq!(made::<table_op::One1>(&mut ()), (60, 6, 0));
    assert_eq!(made::<table_op::One1_>(&mut ()), (60, 7, 0));
    assert_eq!(
        made::<table_ctl::Start>(&mut TableStart::default()),
        (61, 1, 4)
    );
    let (_, op, size) = made::<table_op::Native>(&mut Default::default());
    let x86 = cfg!(any(target_arch = "x86_64", target_arch = "x86"));
    assert_eq!(
        (op, size),
        if x86 {
            (8, 2 * size_of::<usize>())
        } else {
            (9, size_of::<usize>())
        }
    );
}

#[test]
fn hypercalls_are_described() {
    assert_eq!(table_op::Call::NAME, "table_op");
    assert_eq!(table_op::Call::CALLERS.len(), 5);
    assert_eq!(
        table_ctl::Call::CALLERS,
        [Caller::Pv64, Caller::Hvm64, Caller::Arm]
    );
    assert_eq!(table_op::Op::RESTART, table_op::Op(3));
    assert_eq!(table_op::Op::default(), table_op::Op::STOP);
    assert_eq!(table_op::Start::NAME, "start");
    assert_eq!(table_op::Start::DIRECTION, Direction::In);
    assert_eq!(table_op::Status::DIRECTION, Direction::Out);
    assert_eq!(table_op::Restart::DIRECTION, Direction::InOut);
    assert_eq!(xen_sys::tables::TABLE_CTL_START, 1);
}

#[test]
fn rings_are_shared() {
    fn sizes<R: Ring>() -> (usize, usize) {
        (size_of::<R::Request>(), size_of::<R::Response>())
    }
    assert_eq!(sizes::<TableSring>(), (4, 4));
    assert_eq!(offset_of!(TableSring, ring), 64);
    assert_eq!(size_of::<TableSring>(), 64);
    assert_eq!(
        size_of::<TableBackRing>(),
        if size_of::<usize>() == 8 { 24 } else { 16 }
    );
    assert_eq!(offset_of!(TableBytesDataIntf, out_cons), 64);
    assert_eq!(size_of::<TableBytesDataIntf>(), 132);
    assert_eq!(size_of::<TableBytesData>(), 2 * size_of::<usize>());
}

#[test]
fn save_records_have_codes() {
    assert_eq!((TableStart::TYPECODE, TableStart::NAME), (21, "TABLE"));
    assert_eq!(
        (TableStatus::TYPECODE, TableStatus::NAME),
        (0, "TABLE_STATUS")
    );
    assert_eq!(size_of::<xen_sys::tables::HvmSaveTypeTable>(), 26);
}

#[test]
fn event_rings_have_places() {
    let size = 4096 - 8 * size_of::<usize>();
    assert_eq!(
        (TableInRing::OFFSET, TableInRing::SIZE, TableInRing::LEN),
        (1024, size, size / 4)
    );
    assert_eq!(
        (TableOutRing::OFFSET, TableOutRing::SIZE, TableOutRing::LEN),
        (1024, 512, 3)
    );
    assert_eq!(TableErrno::ECHAIR.0, 2);
}
