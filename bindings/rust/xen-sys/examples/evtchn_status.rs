//! What an event channel is for: the status that Xen has written says which member of a union counts.

use xen_sys::event_channel::{EvtchnState, EvtchnStatus, EvtchnStatusU, EvtchnStatusUInterdomain};

/// The status in words. Only the member that the status is about can be had.
fn describe(status: &EvtchnStatus) -> String {
    if let Some(unbound) = status.unbound() {
        format!("waits for domain {}", unbound.dom)
    } else if let Some(other) = status.interdomain() {
        format!("bound to port {} of domain {}", other.port, other.dom)
    } else if let Some(pirq) = status.pirq() {
        format!("physical interrupt {pirq}")
    } else if let Some(virq) = status.virq() {
        format!("virtual interrupt {virq:?}")
    } else {
        // A newer Xen may have one that this crate does not know.
        format!("{:?}", status.status)
    }
}

fn main() {
    // Stands for what Xen has written.
    let mut status = EvtchnStatus {
        port: 3,
        status: EvtchnState::INTERDOMAIN,
        u: EvtchnStatusU::from_interdomain(EvtchnStatusUInterdomain {
            dom: 5,
            port: 9,
            ..Default::default()
        }),
        ..Default::default()
    };
    println!("port {}: {}", status.port, describe(&status));
    assert_eq!(describe(&status), "bound to port 9 of domain 5");
    assert!(status.virq().is_none());

    status.status = EvtchnState(99);
    assert_eq!(describe(&status), "EvtchnState(99)");
    assert_eq!(status.status.name(), None);
}
