//! Clients that registered themselves, beside those of the configuration.

use super::fixtures::{client, grant, login, now, winners, with_mario};
use crate::harness::hash;
use chrono::TimeDelta;
use varco::store::{ClientRegistration, Store};

async fn registered(store: &Store, id: &str) {
    let mut tx = store.begin().await.unwrap();
    tx.upsert_client(&client(id)).await.unwrap();
    tx.insert_registration(id, &hash(id), now()).await.unwrap();
    tx.commit().await.unwrap();
}

async fn remove(store: &Store, id: &str, token: &str) -> bool {
    let mut tx = store.begin().await.unwrap();
    let removed = tx.remove_registration(id, &hash(token), now()).await.unwrap();
    tx.commit().await.unwrap();
    removed
}

async fn is_disabled(store: &Store, id: &str) -> bool {
    store.client(id).await.unwrap().unwrap().disabled
}

async fn count(store: &Store) -> i64 {
    let mut tx = store.begin().await.unwrap();
    tx.count_registrations().await.unwrap()
}

#[tokio::test]
async fn a_registration_is_read_back_and_is_of_one_client() {
    let (_stores, store) = with_mario().await;
    registered(&store, "nuovo").await;
    let read = store.client_registration("nuovo").await.unwrap();
    assert_eq!(
        read,
        Some(ClientRegistration {
            token: hash("nuovo"),
            registered_at: now(),
            removed_at: None,
        })
    );
    assert_eq!(store.client_registration("suap").await.unwrap(), None);
    assert_eq!(count(&store).await, 1);
}

#[tokio::test]
async fn what_the_configuration_does_not_name_is_disabled_unless_it_registered_itself() {
    let (_stores, store) = with_mario().await;
    registered(&store, "nuovo").await;
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.disable_clients_except(&[]).await.unwrap().len(), 1);
    tx.commit().await.unwrap();
    assert!(is_disabled(&store, "suap").await && !is_disabled(&store, "nuovo").await);
    let mut tx = store.begin().await.unwrap();
    tx.adopt_client("nuovo").await.unwrap();
    assert_eq!(tx.disable_clients_except(&[]).await.unwrap().len(), 1);
    tx.commit().await.unwrap();
    assert!(is_disabled(&store, "nuovo").await);
}

#[tokio::test]
async fn who_was_disabled_does_not_switch_itself_on_again_47() {
    let (_stores, store) = with_mario().await;
    registered(&store, "nuovo").await;
    let mut disabled = store.client("nuovo").await.unwrap().unwrap();
    disabled.disabled = true;
    let mut tx = store.begin().await.unwrap();
    assert!(tx.hold_registration("nuovo", &hash("nuovo")).await.unwrap());
    tx.upsert_client(&disabled).await.unwrap();
    assert!(!tx.hold_registration("nuovo", &hash("nuovo")).await.unwrap());
}

#[tokio::test]
async fn of_all_who_remove_a_registration_one_does_and_nobody_without_its_token() {
    let (_stores, store) = with_mario().await;
    registered(&store, "nuovo").await;
    assert!(!remove(&store, "nuovo", "other").await);
    assert!(!is_disabled(&store, "nuovo").await);
    let one = winners(|_| {
        let store = store.clone();
        async move { remove(&store, "nuovo", "nuovo").await }
    });
    assert_eq!(one.await, 1);
    assert!(is_disabled(&store, "nuovo").await);
    assert_eq!(count(&store).await, 0);
    let mut tx = store.begin().await.unwrap();
    assert!(!tx.hold_registration("nuovo", &hash("nuovo")).await.unwrap());
}

#[tokio::test]
async fn with_a_client_all_its_grants_end_and_no_others() {
    let (_stores, store) = with_mario().await;
    registered(&store, "nuovo").await;
    let mut tx = store.begin().await.unwrap();
    let mut at_another = grant(101, 2);
    at_another.client_id = "nuovo".to_owned();
    for grant in [&grant(100, 1), &at_another] {
        tx.insert_grant(grant, &login(&format!("l{}", grant.id)), &hash("session"))
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    let later = now() + TimeDelta::seconds(5);
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.end_grants_of_client("nuovo", later).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert_eq!(store.grant(at_another.id).await.unwrap().unwrap().ended_at, Some(later));
    assert_eq!(store.grant(grant(100, 1).id).await.unwrap().unwrap().ended_at, None);
}
