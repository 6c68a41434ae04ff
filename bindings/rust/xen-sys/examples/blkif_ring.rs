//! A block device's ring: a front end asks for a sector, a back end reads it and answers.
//!
//! Both ends are in one program here. Otherwise the front end grants the page to the back end's domain,
//! and each is told of the other's messages by an event channel.

use xen_sys::io_blkif::{
    BlkifOp, BlkifRequest, BlkifRequestSegment, BlkifResponse, BlkifSring, BlkifStatus,
    BLKIF_MAX_SEGMENTS_PER_REQUEST,
};
use xen_sys::{BackRing, FrontRing, Full};

const PAGE_SIZE: usize = 4096;

#[repr(C, align(4096))]
struct Page([u8; PAGE_SIZE]);

/// Answers all requests that there are, and says whether the front end wants to know.
fn serve(back: &mut BackRing<BlkifSring>) -> bool {
    // A front end that counts further than it can have come is not to be served.
    while let Some(request) = back.take().expect("a front end that keeps to the rules") {
        // What was taken is a copy: the front end cannot change it any more. It may be anything.
        let known = request.operation == BlkifOp::READ
            && i32::from(request.nr_segments) <= BLKIF_MAX_SEGMENTS_PER_REQUEST;
        let response = BlkifResponse {
            id: request.id,
            operation: request.operation,
            status: if known {
                BlkifStatus::OKAY
            } else {
                BlkifStatus::ERROR
            },
            ..Default::default()
        };
        back.put(&response).expect("a request's own place");
    }
    back.push()
}

fn main() {
    let mut page = Box::new(Page([0xff; PAGE_SIZE]));
    let shared: *mut BlkifSring = page.0.as_mut_ptr().cast();
    // SAFETY: the page is aligned and outlives both ends; nothing else uses it as long as they do.
    let (mut front, mut back) = unsafe {
        let front = FrontRing::init(shared, PAGE_SIZE);
        (front, BackRing::attach(shared, PAGE_SIZE, 0))
    };
    assert_eq!(front.capacity(), 32);

    let mut request = BlkifRequest {
        operation: BlkifOp::READ,
        nr_segments: 1,
        sector_number: 2048,
        ..Default::default()
    };
    request.seg[0] = BlkifRequestSegment {
        gref: 8,
        last_sect: 7,
        ..Default::default()
    };
    for (id, operation) in [(0x51, BlkifOp::READ), (0x52, BlkifOp(77))] {
        let request = BlkifRequest {
            id,
            operation,
            ..request
        };
        front.put(&request).expect("room on the ring");
    }
    assert!(back.take().is_ok_and(|request| request.is_none()));
    assert!(front.push(), "the back end is to be told");

    assert!(serve(&mut back), "the front end is to be told");
    assert_eq!(back.final_check(), Ok(false));
    let mut answers = Vec::new();
    while let Some(response) = front.take().expect("a back end that keeps to the rules") {
        println!("{response:?}");
        answers.push((response.id, response.status));
    }
    assert_eq!(
        answers,
        [(0x51, BlkifStatus::OKAY), (0x52, BlkifStatus::ERROR)]
    );
    assert_eq!(front.final_check(), Ok(false));

    // The ring has room for so many requests without a response.
    for _ in 0..32 {
        front.put(&request).expect("room on the ring");
    }
    assert_eq!(front.put(&request), Err(Full));
}
