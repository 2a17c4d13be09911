//! Who is to be told that a grant ended, and that one node tells.

use super::fixtures::{client, grant, id, login, mario, now, winners, with_mario};
use crate::harness::stores::Stores;
use chrono::{DateTime, TimeDelta, Utc};
use varco::store::{LogoutNotice, Store};

const SESSION: [u8; 32] = [7; 32];

/// Mario came to `suap` twice; it wants to be told, or not.
async fn two_visits(address: Option<&str>) -> (Stores, Store) {
    let (stores, store) = with_mario().await;
    let mut suap = client("suap");
    suap.metadata.backchannel_logout_uri = address.map(str::to_owned);
    let mut tx = store.begin().await.unwrap();
    tx.upsert_client(&suap).await.unwrap();
    for (number, code) in [(100, 1), (101, 2)] {
        let login = login(&format!("l{number}"));
        tx.insert_grant(&grant(number, code), &login, &SESSION).await.unwrap();
    }
    tx.commit().await.unwrap();
    (stores, store)
}

async fn told() -> (Stores, Store) {
    two_visits(Some("https://suap.example.it/logged-out")).await
}

async fn due(store: &Store, at: DateTime<Utc>) -> Vec<LogoutNotice> {
    let mut due = store.due_logout_notices(at, 10, 10).await.unwrap();
    due.sort_by_key(|notice| notice.grant);
    due
}

fn notice(number: u128, tries: i16) -> LogoutNotice {
    LogoutNotice {
        grant: id(number),
        client: "suap".to_owned(),
        tries,
    }
}

async fn claim(store: &Store, notice: &LogoutNotice, again: Option<DateTime<Utc>>) -> bool {
    let mut tx = store.begin().await.unwrap();
    let claimed = tx.claim_logout_notice(notice, again).await.unwrap();
    tx.commit().await.unwrap();
    claimed
}

#[tokio::test]
async fn however_a_grant_ends_there_is_one_notice() {
    let (_stores, store) = told().await;
    let mut tx = store.begin().await.unwrap();
    assert!(tx.end_grant(id(100), now()).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(due(&store, now()).await, [notice(100, 0)]);
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.end_grants_of_session(&SESSION, now()).await.unwrap(), 1);
    assert_eq!(tx.end_grants_at(mario().id, "suap", now()).await.unwrap(), 0);
    assert!(!tx.end_grant(id(101), now()).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(due(&store, now()).await, [notice(100, 0), notice(101, 0)]);
    assert_eq!(due(&store, now() - TimeDelta::seconds(1)).await, []);
}

#[tokio::test]
async fn a_consent_that_is_taken_back_is_told() {
    let (_stores, store) = told().await;
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.end_grants_at(mario().id, "suap", now()).await.unwrap(), 2);
    tx.commit().await.unwrap();
    assert_eq!(due(&store, now()).await.len(), 2);
}

#[tokio::test]
async fn who_does_not_want_to_know_is_not_told() {
    let (_stores, store) = two_visits(None).await;
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.end_grants_of_session(&SESSION, now()).await.unwrap(), 2);
    tx.commit().await.unwrap();
    assert_eq!(due(&store, now()).await, []);
}

#[tokio::test]
async fn an_end_that_is_undone_leaves_no_notice() {
    let (_stores, store) = told().await;
    let mut tx = store.begin().await.unwrap();
    tx.end_grant(id(100), now()).await.unwrap();
    tx.rollback().await.unwrap();
    assert_eq!(due(&store, now()).await, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_32_who_want_to_tell_one_does() {
    let (_stores, store) = told().await;
    let mut tx = store.begin().await.unwrap();
    tx.end_grant(id(100), now()).await.unwrap();
    tx.commit().await.unwrap();
    let later = now() + TimeDelta::minutes(1);
    for (tries, again) in [(0, Some(later)), (1, None)] {
        let won = winners(|_| {
            let store = store.clone();
            async move { claim(&store, &notice(100, tries), again).await }
        });
        assert_eq!(won.await, 1, "try {tries}");
    }
    assert_eq!(due(&store, later).await, [], "the last try was taken");
}

#[tokio::test]
async fn a_notice_in_somebodys_hands_comes_again_later_unless_it_was_told() {
    let (_stores, store) = told().await;
    let mut tx = store.begin().await.unwrap();
    tx.end_grants_of_session(&SESSION, now()).await.unwrap();
    tx.commit().await.unwrap();
    let later = now() + TimeDelta::minutes(1);
    for number in [100, 101] {
        assert!(claim(&store, &notice(number, 0), Some(later)).await);
    }
    assert_eq!(due(&store, now()).await, []);
    let mut tx = store.begin().await.unwrap();
    tx.remove_logout_notice(id(101)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(due(&store, later).await, [notice(100, 1)]);
}
