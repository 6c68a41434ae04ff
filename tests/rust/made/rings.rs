//! Both ends of rings, in memory that "another domain" may write to as it likes.

use std::mem::size_of;
use std::ptr::{addr_of_mut, from_mut};
use xen_sys::tables::{TableOutRing, TableSring, TableStart, TableStatus};
use xen_sys::{
    BackRing, ByteReader, ByteWriter, EventReader, EventRing, EventWriter, FrontRing, Full,
    Overrun, Pod, Ring,
};

/// A page with room for 8 messages, and for a part of a ninth.
const SIZE: usize = 64 + 8 * size_of::<TableStart>() + 3;

#[repr(C, align(8))]
struct Page([u32; SIZE.div_ceil(4)]);

impl Page {
    fn new() -> Self {
        Self([0xffff_ffff; SIZE.div_ceil(4)])
    }

    fn at(&mut self) -> *mut TableSring {
        addr_of_mut!(self.0).cast()
    }
}

fn ends(page: *mut TableSring) -> (FrontRing<TableSring>, BackRing<TableSring>) {
    // SAFETY: each test keeps the page until it is done with both ends, and makes no reference to it
    // meanwhile.
    unsafe { (FrontRing::init(page, SIZE), BackRing::attach(page, SIZE, 0)) }
}

/// A word of a page, as the other domain writes or reads it.
fn word(page: *mut TableSring, i: usize) -> *mut u32 {
    page.cast::<u32>().wrapping_add(i)
}

const REQ_PROD: usize = 0;
const REQ_EVENT: usize = 1;
const RSP_PROD: usize = 2;
const RSP_EVENT: usize = 3;

fn start(domain: u16) -> TableStart {
    TableStart { domain, flags: 1 }
}

#[test]
fn a_ring_begins_as_in_c() {
    let mut page = Page::new();
    let (front, _) = ends(page.at());
    assert_eq!(front.capacity(), 8);
    assert_eq!(front.free(), 8);
    assert_eq!(
        page.0[..16],
        [0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    );
    assert_eq!(page.0[16], 0xffff_ffff);
}

#[test]
fn a_request_is_there_when_it_is_pushed() {
    let mut page = Page::new();
    let (mut front, mut back) = ends(page.at());
    assert_eq!(front.put(&start(5)), Ok(0));
    assert_eq!(back.pending(), Ok(0));
    assert_eq!(back.take(), Ok(None));
    assert!(front.push());
    assert_eq!(back.pending(), Ok(1));
    assert_eq!(back.take(), Ok(Some(start(5))));
    assert_eq!(back.take(), Ok(None));
    assert_eq!(page.0[REQ_PROD], 1);
    assert_eq!(page.0[16].to_ne_bytes(), *start(5).as_bytes());
}

#[test]
fn events_are_sent_when_they_are_asked_for() {
    let mut page = Page::new();
    let at = page.at();
    let (mut front, mut back) = ends(at);
    assert!(!front.push(), "nothing has come");
    front.put(&start(1)).unwrap();
    assert!(front.push(), "the first one is asked for");
    front.put(&start(2)).unwrap();
    assert!(!front.push(), "the back end is awake");
    assert_eq!(back.final_check(), Ok(true));
    back.take().unwrap();
    back.take().unwrap();
    assert_eq!(back.final_check(), Ok(false));
    assert_eq!(unsafe { *word(at, REQ_EVENT) }, 3);
    front.put(&start(3)).unwrap();
    front.put(&start(4)).unwrap();
    assert!(front.push(), "the third one is asked for");

    back.put(&TableStatus { state: 1 }).unwrap();
    assert!(back.push());
    assert_eq!(front.take(), Ok(Some(TableStatus { state: 1 })));
    assert_eq!(front.final_check(), Ok(false));
    assert_eq!(unsafe { *word(at, RSP_EVENT) }, 2);
    // Only every fourth response is worth an event.
    unsafe { *word(at, RSP_EVENT) = 4 };
    back.take().unwrap();
    back.put(&TableStatus { state: 2 }).unwrap();
    back.put(&TableStatus { state: 3 }).unwrap();
    assert!(!back.push());
    back.take().unwrap();
    back.put(&TableStatus { state: 4 }).unwrap();
    assert!(back.push());
}

#[test]
fn no_more_is_put_than_there_is_room_for() {
    let mut page = Page::new();
    let (mut front, mut back) = ends(page.at());
    assert_eq!(back.put(&TableStatus { state: 0 }), Err(Full));
    for i in 0..8 {
        assert_eq!(front.put(&start(i)), Ok(u32::from(i)));
    }
    assert_eq!(front.put(&start(8)), Err(Full));
    assert!(front.push());
    assert_eq!(back.take(), Ok(Some(start(0))));
    assert_eq!(back.put(&TableStatus { state: 7 }), Ok(0));
    assert_eq!(back.put(&TableStatus { state: 8 }), Err(Full));
    assert!(back.push());
    assert_eq!(front.free(), 0);
    assert_eq!(front.take(), Ok(Some(TableStatus { state: 7 })));
    assert_eq!(front.put(&start(8)), Ok(8));
    // The place of the first request, after the ring's end.
    let _ = front.push();
    for i in 1..=8 {
        assert_eq!(back.take(), Ok(Some(start(i))));
    }
}

#[test]
fn counts_wrap() {
    let mut page = Page::new();
    let at = page.at();
    let before = u32::MAX - 2;
    for (i, value) in [before, before + 1, before, before + 1]
        .into_iter()
        .enumerate()
    {
        unsafe { *word(at, i) = value };
    }
    // SAFETY: as in `ends`.
    let (mut front, mut back) = unsafe {
        (
            FrontRing::<TableSring>::attach(at, SIZE, before),
            BackRing::<TableSring>::attach(at, SIZE, before),
        )
    };
    for i in 0..40 {
        assert_eq!(front.put(&start(i)), Ok(before.wrapping_add(i.into())));
        assert!(front.push());
        assert_eq!(back.take(), Ok(Some(start(i))));
        assert_eq!(back.final_check(), Ok(false));
        back.put(&TableStatus { state: i.into() }).unwrap();
        assert!(back.push());
        assert_eq!(front.take(), Ok(Some(TableStatus { state: i.into() })));
        assert_eq!(front.final_check(), Ok(false));
    }
    assert_eq!(unsafe { *word(at, RSP_PROD) }, before.wrapping_add(40));
}

#[test]
fn the_other_end_is_not_trusted() {
    let mut page = Page::new();
    let at = page.at();
    let (mut front, mut back) = ends(at);
    front.put(&start(1)).unwrap();
    front.put(&start(2)).unwrap();
    let _ = front.push();
    assert_eq!(back.take(), Ok(Some(start(1))));
    // As many responses as requests, and one more; and fewer than there have been.
    for (produced, pending) in [(2, Ok(2)), (3, Err(Overrun)), (u32::MAX, Err(Overrun))] {
        unsafe { *word(at, RSP_PROD) = produced };
        assert_eq!(front.pending(), pending);
        assert_eq!(front.final_check().is_ok(), pending.is_ok());
        assert_eq!(front.take().is_ok(), pending.is_ok());
        // SAFETY: as in `ends`.
        front = unsafe { FrontRing::init(at, SIZE) };
        front.put(&start(1)).unwrap();
        front.put(&start(2)).unwrap();
        let _ = front.push();
    }
    // One request waits for its response, so that there is room for seven.
    for (produced, pending) in [(8, Ok(7)), (9, Err(Overrun)), (0, Err(Overrun))] {
        unsafe { *word(at, REQ_PROD) = produced };
        assert_eq!(back.pending(), pending);
        assert_eq!(back.final_check().is_ok(), pending.is_ok());
        if pending.is_err() {
            assert_eq!(back.take(), Err(Overrun));
        }
    }
    assert!(format!("{Overrun} {Full}").contains("counted further"));
}

#[test]
fn ends_on_two_threads() {
    const MESSAGES: u16 = 2000;
    let mut page = Page::new();
    let (mut front, mut back) = ends(page.at());
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let mut served = 0;
            while served < MESSAGES {
                while let Some(request) = back.take().unwrap() {
                    served += 1;
                    let state = u32::from(request.domain) * 3;
                    back.put(&TableStatus { state }).unwrap();
                }
                let _ = back.push();
                std::thread::yield_now();
            }
        });
        let (mut asked, mut answered) = (0, 0);
        while answered < MESSAGES {
            while asked < MESSAGES && front.put(&start(asked)).is_ok() {
                asked += 1;
            }
            let _ = front.push();
            while let Some(response) = front.take().unwrap() {
                assert_eq!(response.state, u32::from(answered) * 3);
                answered += 1;
            }
            std::thread::yield_now();
        }
    });
}

/// Messages of odd sizes: places are as large and as aligned as the larger one.
struct Odd;

impl Ring for Odd {
    type Request = [u8; 7];
    type Response = [u16; 5];
}

#[test]
fn messages_of_any_size() {
    let mut page = Page::new();
    let at = page.at().cast::<Odd>();
    // SAFETY: as in `ends`.
    let (mut front, mut back) = unsafe {
        (
            FrontRing::<Odd>::init(at, 64 + 10 * 3),
            BackRing::<Odd>::attach(at, 64 + 10 * 3, 0),
        )
    };
    assert_eq!(front.capacity(), 2);
    for i in 0..9_u8 {
        front.put(&[i, 1, 2, 3, 4, 5, 6]).unwrap();
        let _ = front.push();
        assert_eq!(back.take(), Ok(Some([i, 1, 2, 3, 4, 5, 6])));
        back.put(&[i.into(), 1, 2, 3, 4]).unwrap();
        let _ = back.push();
        assert_eq!(front.take(), Ok(Some([i.into(), 1, 2, 3, 4])));
    }
    assert_eq!(page.0[21..23], [0xffff_ffff; 2], "nothing behind the ring");
}

#[test]
#[should_panic(expected = "too small")]
fn a_page_must_have_room() {
    let mut page = Page::new();
    // SAFETY: the page is at least so large.
    let _ = unsafe { FrontRing::<TableSring>::init(page.at(), 64 + 3) };
}

/// A ring of bytes with its indexes, and something around it.
struct Channel {
    data: [u8; 24],
    consumed: u32,
    produced: u32,
}

impl Channel {
    /// Both sides of a ring of 16 bytes that starts `from` bytes in.
    fn sides(&mut self, from: usize) -> (ByteReader, ByteWriter) {
        let data = addr_of_mut!(self.data).cast::<u8>().wrapping_add(from);
        let (consumed, produced) = (from_mut(&mut self.consumed), from_mut(&mut self.produced));
        // SAFETY: each test keeps the channel until it is done with both sides.
        unsafe {
            (
                ByteReader::new(data, 16, consumed, produced),
                ByteWriter::new(data, 16, consumed, produced),
            )
        }
    }
}

#[test]
fn bytes_come_as_they_were_sent() {
    let sent: Vec<u8> = (0..=250).collect();
    for from in 0..8 {
        for part in 1..=20 {
            let begin = u32::MAX - 5;
            let mut channel = Channel {
                data: [0xee; 24],
                consumed: begin,
                produced: begin,
            };
            let (mut reader, mut writer) = channel.sides(from);
            let (mut left, mut got) = (&sent[..], Vec::new());
            while got.len() < sent.len() {
                let put = writer.write(&left[..left.len().min(part)]).unwrap();
                left = &left[put..];
                assert_eq!(writer.free().unwrap() + reader.pending().unwrap(), 16);
                let mut some = [0; 5];
                let read = reader.read(&mut some).unwrap();
                got.extend_from_slice(&some[..read]);
            }
            assert_eq!(got, sent);
            assert_eq!(reader.read(&mut [0; 4]), Ok(0));
            assert_eq!(channel.produced, begin.wrapping_add(251));
            assert!(channel.data[..from].iter().all(|&byte| byte == 0xee));
            assert!(channel.data[from + 16..].iter().all(|&byte| byte == 0xee));
        }
    }
}

#[test]
fn the_other_side_of_bytes_is_not_trusted() {
    let mut channel = Channel {
        data: [0; 24],
        consumed: 4,
        produced: 4,
    };
    let (consumed, produced) = (
        addr_of_mut!(channel.consumed),
        addr_of_mut!(channel.produced),
    );
    let data = addr_of_mut!(channel.data).cast::<u8>();
    // SAFETY: as in `sides`.
    let (mut reader, mut writer) = unsafe {
        (
            ByteReader::new(data, 16, consumed, produced),
            ByteWriter::new(data, 16, consumed, produced),
        )
    };
    for (count, known) in [(20, true), (21, false), (3, false)] {
        unsafe { *produced = count };
        assert_eq!(reader.pending().is_ok(), known);
        assert_eq!(reader.read(&mut []).is_ok(), known);
    }
    unsafe { *produced = 4 };
    assert_eq!(writer.write(&[1; 20]), Ok(16));
    for (count, known) in [(4, true), (20, true), (21, false), (3, false)] {
        unsafe { *consumed = count };
        assert_eq!(writer.free().is_ok(), known);
        assert_eq!(writer.write(&[]).is_ok(), known);
    }
}

#[test]
#[should_panic(expected = "no power of two")]
fn a_ring_of_bytes_is_a_power_of_two() {
    let (mut data, mut consumed, mut produced) = ([0_u8; 12], 0, 0);
    // SAFETY: all of it stays as long as the ring.
    let _ = unsafe { ByteReader::new(data.as_mut_ptr(), 12, &mut consumed, &mut produced) };
}

#[test]
fn events_fill_their_ring_and_no_more() {
    let mut page = [0xffff_ffff_u32; 1024];
    let (mut consumed, mut produced) = (7, 7);
    let at = addr_of_mut!(page).cast::<u8>();
    let (consumed, produced) = (addr_of_mut!(consumed), addr_of_mut!(produced));
    // SAFETY: all of it stays, and only the two sides use it.
    let (mut reader, mut writer) = unsafe {
        (
            EventReader::<TableOutRing>::new(at, consumed, produced),
            EventWriter::<TableOutRing>::new(at, consumed, produced),
        )
    };
    assert_eq!(reader.take(), Ok(None));
    for round in 0..5 {
        for state in round..round + 3 {
            assert_eq!(writer.put(&TableStatus { state }), Ok(Ok(())));
        }
        assert_eq!(writer.put(&TableStatus { state: 9 }), Ok(Err(Full)));
        for state in round..round + 3 {
            assert_eq!(reader.take(), Ok(Some(TableStatus { state })));
        }
        assert_eq!(reader.take(), Ok(None));
    }
    // Neither side believes in a fourth event, nor in fewer than there have been.
    let count = unsafe { *produced };
    for (other, known) in [(count, true), (count + 4, false), (count - 2, false)] {
        unsafe { *produced = other };
        assert_eq!(reader.take().is_ok(), known);
        unsafe { *consumed = count.wrapping_sub(other.wrapping_sub(count)) };
        assert_eq!(writer.put(&TableStatus::default()).is_ok(), known);
    }
    let outside = |i: usize| !(256..259).contains(&i);
    assert!((0..1024).all(|i| !outside(i) || page[i] == 0xffff_ffff));
    assert!((256..259).all(|i| page[i] != 0xffff_ffff));
}

/// A ring of so many events of so many bytes each that it cannot be, whatever it says of its size.
struct Endless<const LEN: usize, const BYTES: usize>;

impl<const LEN: usize, const BYTES: usize> EventRing for Endless<LEN, BYTES> {
    type Event = [u8; BYTES];
    const OFFSET: usize = 0;
    const SIZE: usize = usize::MAX;
    const LEN: usize = LEN;
}

/// Whether both ends refuse such a ring.
fn is_refused<const LEN: usize, const BYTES: usize>() -> bool {
    let mut indexes = [0_u32; 2];
    let at = addr_of_mut!(indexes).cast::<u32>();
    // SAFETY: nothing but the indexes is used.
    let reader = std::panic::catch_unwind(|| unsafe {
        let _ = EventReader::<Endless<LEN, BYTES>>::new(at.cast(), at, at.add(1));
    });
    // SAFETY: likewise.
    let writer = std::panic::catch_unwind(|| unsafe {
        let _ = EventWriter::<Endless<LEN, BYTES>>::new(at.cast(), at, at.add(1));
    });
    assert_eq!(reader.is_err(), writer.is_err());
    reader.is_err()
}

#[test]
fn a_ring_of_events_is_no_larger_than_memory() {
    // Their sizes wrap to 0, to usize::MAX - 1, and to a few bytes.
    assert!(is_refused::<{ usize::MAX / 2 + 1 }, 2>());
    assert!(is_refused::<{ usize::MAX }, 2>());
    assert!(is_refused::<{ usize::MAX / 4 + 2 }, 4>());
    assert!(is_refused::<0, 4>());
    assert!(!is_refused::<3, 4>());
    // Without bytes they take no room, but cannot all be counted.
    #[cfg(target_pointer_width = "64")]
    assert!(is_refused::<{ u32::MAX as usize + 1 }, 0>());
}
