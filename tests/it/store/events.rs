//! Security events are appended, and nothing else.

use super::fixtures::{empty, event, giulia, id};
use crate::harness::stores::{behind_its_back, fresh};
use domain::audit::{EventKind, SecurityEvent};
use varco::store::Store;

#[tokio::test]
async fn events_are_read_in_order_and_in_pages() {
    let (_stores, store) = empty().await;
    let bare = SecurityEvent {
        person: None,
        client: None,
        organisation: None,
        mandate: None,
        detail: None,
        ..event(2, EventKind::IdentityRefused)
    };
    let events = [
        event(1, EventKind::IdentityProved),
        bare,
        SecurityEvent {
            actor: Some(giulia().id),
            ..event(3, EventKind::RegisterOpened)
        },
    ];
    let mut tx = store.begin().await.unwrap();
    for event in events.iter().rev() {
        tx.record(event).await.unwrap();
    }
    tx.commit().await.unwrap();
    assert_eq!(store.events(None, 10).await.unwrap(), events);
    assert_eq!(store.events(None, 2).await.unwrap(), events[..2]);
    assert_eq!(store.events(Some(id(2)), 10).await.unwrap(), events[2..]);
}

#[tokio::test]
async fn an_event_is_found_by_the_reference_a_citizen_reads_out() {
    let (_stores, store) = empty().await;
    let refused = SecurityEvent {
        reference: Some("7KQ2-M9XA".into()),
        ..event(2, EventKind::IdentityRefused)
    };
    let mut tx = store.begin().await.unwrap();
    tx.record(&event(1, EventKind::IdentityProved)).await.unwrap();
    tx.record(&refused).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store.events_by_reference("7KQ2-M9XA").await.unwrap(), [refused]);
    assert_eq!(store.events_by_reference("7KQ2-M9XB").await.unwrap(), []);
}

#[tokio::test]
async fn every_kind_of_event_is_read_back() {
    let (_stores, store) = empty().await;
    let kinds = [
        EventKind::IdentityProved,
        EventKind::IdentityRefused,
        EventKind::IdentityConflict,
        EventKind::PersonCreated,
        EventKind::SessionStarted,
        EventKind::SessionEnded,
        EventKind::ActingChosen,
        EventKind::ActingRefused,
        EventKind::CodeIssued,
        EventKind::CodeRedeemed,
        EventKind::CodeReused,
        EventKind::CodeReplaced,
        EventKind::ConfigurationApplied,
        EventKind::IdentityProvidersRenewed,
        EventKind::IdentityProvidersRefused,
        EventKind::ExpiryNear,
        EventKind::RegisterSearched,
        EventKind::RegisterOpened,
        EventKind::RegisterExported,
        EventKind::OfficeRefused,
        EventKind::RowsPurged,
        EventKind::DataKeyChanged,
        EventKind::SigningKeyMade,
        EventKind::SigningKeyRemoved,
        EventKind::SigningKeyWithdrawn,
        EventKind::ClientRegistered,
        EventKind::ClientChanged,
        EventKind::ClientRemoved,
    ];
    let mut tx = store.begin().await.unwrap();
    for (number, kind) in (1..).zip(kinds) {
        tx.record(&event(number, kind)).await.unwrap();
    }
    tx.commit().await.unwrap();
    let read: Vec<EventKind> = store.events(None, 100).await.unwrap().iter().map(|e| e.kind).collect();
    assert_eq!(read, kinds);
}

#[tokio::test]
async fn nobody_changes_or_removes_an_event_not_even_in_the_database() {
    let (_stores, database, brief) = fresh().await;
    let store = Store::open(&database, &brief).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    tx.record(&event(1, EventKind::CodeIssued)).await.unwrap();
    tx.commit().await.unwrap();
    for change in [
        "UPDATE security_event SET detail = 'other'",
        "DELETE FROM security_event",
    ] {
        let refused = behind_its_back(&database, change).await.unwrap_err().to_string();
        assert!(refused.contains("append only"), "{refused}");
    }
    assert_eq!(store.events(None, 10).await.unwrap().len(), 1);
}
