//! A Response is used once (SPID: replay of request and assertion ids).

use super::fixtures::{empty, event, mario, saml_answer, winners};
use crate::harness::stores::DATABASE;
use domain::audit::EventKind;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_32_who_bring_the_same_response_one_signs_in() {
    let (_stores, store) = empty().await;
    let won = winners(|_| {
        let store = store.clone();
        async move {
            let mut tx = store.begin().await.unwrap();
            let won = tx.consume_saml(&saml_answer("_request", "_assertion")).await.unwrap();
            tx.commit().await.unwrap();
            won
        }
    })
    .await;
    assert_eq!(won, 1);
}

#[tokio::test]
async fn a_login_in_the_middle_of_its_write_holds_up_no_other() {
    let (_stores, store) = empty().await;
    let mut slow = store.begin().await.unwrap();
    assert!(slow.consume_saml(&saml_answer("_first", "_one")).await.unwrap());
    slow.record(&event(1, EventKind::IdentityProved)).await.unwrap();
    let others = async {
        assert_eq!(
            store.saml_answer("_second").await.unwrap(),
            None,
            "who reads does not wait"
        );
        // SQLite has one writer at a time; PostgreSQL knows nothing that the two have in common.
        if std::env::var(DATABASE).is_ok() {
            let mut quick = store.begin().await.unwrap();
            assert!(quick.consume_saml(&saml_answer("_second", "_two")).await.unwrap());
            quick.record(&event(2, EventKind::IdentityProved)).await.unwrap();
            quick.commit().await.unwrap();
            assert!(store.saml_answer("_second").await.unwrap().is_some());
        }
    };
    tokio::time::timeout(Duration::from_secs(30), others).await.unwrap();
    slow.commit().await.unwrap();
    assert!(store.saml_answer("_first").await.unwrap().is_some());
}

#[tokio::test]
async fn an_assertion_does_not_answer_a_second_request() {
    let (_stores, store) = empty().await;
    let mut tx = store.begin().await.unwrap();
    assert!(tx.consume_saml(&saml_answer("_first", "_assertion")).await.unwrap());
    assert!(!tx.consume_saml(&saml_answer("_second", "_assertion")).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(store.saml_answer("_second").await.unwrap(), None);
}

#[tokio::test]
async fn a_request_is_not_answered_by_a_second_assertion() {
    let (_stores, store) = empty().await;
    let mut tx = store.begin().await.unwrap();
    assert!(tx.consume_saml(&saml_answer("_request", "_first")).await.unwrap());
    assert!(!tx.consume_saml(&saml_answer("_request", "_second")).await.unwrap());
    tx.commit().await.unwrap();
    let kept = store.saml_answer("_request").await.unwrap().unwrap();
    assert_eq!(kept.assertion_id, "_first");
}

#[tokio::test]
async fn two_identity_providers_may_choose_the_same_assertion_id() {
    let (_stores, store) = empty().await;
    let mut other = saml_answer("_second", "_assertion");
    other.identity_provider = "https://another.example.it".into();
    let mut tx = store.begin().await.unwrap();
    assert!(tx.consume_saml(&saml_answer("_first", "_assertion")).await.unwrap());
    assert!(tx.consume_saml(&other).await.unwrap());
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_change_that_is_undone_uses_nothing_up() {
    let (_stores, store) = empty().await;
    let answer = saml_answer("_request", "_assertion");
    let mut tx = store.begin().await.unwrap();
    assert!(tx.consume_saml(&answer).await.unwrap());
    drop(tx);
    let mut tx = store.begin().await.unwrap();
    assert!(tx.consume_saml(&answer).await.unwrap());
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn the_register_keeps_everything_as_it_came() {
    let (_stores, store) = empty().await;
    let mut answer = saml_answer("_request", "_assertion");
    answer.session_index = Some("_index".into());
    let mut tx = store.begin().await.unwrap();
    assert!(tx.consume_saml(&answer).await.unwrap());
    tx.commit().await.unwrap();
    assert!(store.saml_answer("_request").await.unwrap() == Some(answer));
    assert!(store.saml_answer("_other").await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_32_tabs_that_take_the_identity_one_gets_it_and_then_it_is_forgotten() {
    let (_stores, store) = empty().await;
    let mut tx = store.begin().await.unwrap();
    assert!(tx.consume_saml(&saml_answer("_request", "_assertion")).await.unwrap());
    tx.commit().await.unwrap();
    let won = winners(|_| {
        let store = store.clone();
        async move {
            let mut tx = store.begin().await.unwrap();
            let won = tx.take_identity("_request", mario().id).await.unwrap();
            tx.commit().await.unwrap();
            won
        }
    })
    .await;
    assert_eq!(won, 1);
    let answer = store.saml_answer("_request").await.unwrap().unwrap();
    assert_eq!(answer.identity, None);
    assert_eq!(answer.person, Some(mario().id));
}
