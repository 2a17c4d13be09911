//! Which sessions an identity provider may end, and that it ends them once.

use super::fixtures::{empty, now, upstream, winners};
use crate::harness::stores::{behind_its_back, fresh};
use chrono::TimeDelta;
use varco::login::UpstreamSession;
use varco::store::Store;

async fn hang(store: &Store, upstream: &UpstreamSession, session: u8) {
    let mut tx = store.begin().await.unwrap();
    tx.insert_upstream_session(upstream, &[session; 32], now() + TimeDelta::hours(8))
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn found(store: &Store, upstream: &UpstreamSession, indexes: &[&str]) -> Vec<u8> {
    let indexes: Vec<String> = indexes.iter().map(|index| (*index).to_owned()).collect();
    let sessions = store
        .sessions_upstream(
            &upstream.identity_provider,
            &upstream.name_qualifier,
            &upstream.name_id,
            &indexes,
        )
        .await
        .unwrap();
    sessions.iter().map(|session| session[0]).collect()
}

#[tokio::test]
async fn sessions_are_found_by_all_the_names_together() {
    let (_stores, store) = empty().await;
    let mario = upstream("_one");
    hang(&store, &mario, 1).await;
    hang(&store, &mario, 1).await;
    hang(&store, &upstream("_two"), 2).await;
    assert_eq!(found(&store, &mario, &["_one"]).await, [1]);
    assert_eq!(found(&store, &mario, &["_two", "_three"]).await, [2]);
    assert_eq!(found(&store, &mario, &["_one", "_two"]).await, [1, 2]);
    assert_eq!(found(&store, &mario, &[]).await, [1, 2], "no index: all of that name");
    assert!(found(&store, &mario, &["_three"]).await.is_empty());
    for other in [
        UpstreamSession {
            name_id: "_another".into(),
            ..mario.clone()
        },
        UpstreamSession {
            name_qualifier: "https://other.example.it".into(),
            ..mario.clone()
        },
        UpstreamSession {
            identity_provider: "https://other.example.it".into(),
            ..mario.clone()
        },
    ] {
        assert!(found(&store, &other, &[]).await.is_empty());
    }
}

#[tokio::test]
async fn what_hangs_on_a_session_moves_and_goes_with_it_or_with_time() {
    let (_stores, store) = empty().await;
    let mario = upstream("_one");
    hang(&store, &mario, 1).await;
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.move_upstream_sessions(&[1; 32], &[2; 32]).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert_eq!(found(&store, &mario, &[]).await, [2]);
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.remove_upstream_sessions(&[2; 32]).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert!(found(&store, &mario, &[]).await.is_empty());
    hang(&store, &mario, 3).await;
    for (hours, gone) in [(7, 0), (8, 1), (9, 0)] {
        let mut tx = store.begin().await.unwrap();
        let at = now() + TimeDelta::hours(hours);
        assert_eq!(
            tx.sweep_upstream_sessions(at).await.unwrap(),
            gone,
            "after {hours} hours"
        );
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn of_many_who_bring_the_same_request_one_is_told_yes_20() {
    let (_stores, store) = empty().await;
    let until = now() + TimeDelta::minutes(6);
    assert!(!store.logout_was_obeyed("https://idp.example.it", "_end").await.unwrap());
    let shared = store.clone();
    let won = winners(move |_| {
        let store = shared.clone();
        async move {
            let mut tx = store.begin().await.unwrap();
            let won = tx
                .consume_logout("https://idp.example.it", "_end", until)
                .await
                .unwrap();
            tx.commit().await.unwrap();
            won
        }
    })
    .await;
    assert_eq!(won, 1);
    assert!(store.logout_was_obeyed("https://idp.example.it", "_end").await.unwrap());
    // Ids are each provider's own.
    let mut tx = store.begin().await.unwrap();
    assert!(
        tx.consume_logout("https://other.example.it", "_end", until)
            .await
            .unwrap()
    );
    assert_eq!(tx.sweep_logouts(now()).await.unwrap(), 0);
    assert_eq!(tx.sweep_logouts(until).await.unwrap(), 2);
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn no_name_of_anybody_is_written_down() {
    let (_stores, database, brief) = fresh().await;
    let store = Store::open(&database, &brief).await.unwrap();
    hang(&store, &upstream("_one"), 1).await;
    let lengths = "SELECT CAST(length(subject_hash) + length(index_hash) AS BIGINT) FROM upstream_session";
    let lengths = behind_its_back(&database, lengths).await.unwrap();
    assert_eq!(lengths, [64], "two hashes");
}
