//! A change is whole or not at all, and nobody waits for it who only reads.

use super::fixtures::{client, empty};

#[tokio::test]
async fn nothing_of_a_change_is_seen_before_it_is_made_lasting() {
    let (_stores, store) = empty().await;
    let mut tx = store.begin().await.unwrap();
    tx.upsert_client(&client("suap")).await.unwrap();
    assert_eq!(store.client("suap").await.unwrap(), None);
    tx.commit().await.unwrap();
    assert_eq!(store.client("suap").await.unwrap(), Some(client("suap")));
}

#[tokio::test]
async fn a_change_that_is_dropped_or_rolled_back_never_was_and_the_next_one_works() {
    let (_stores, store) = empty().await;
    let mut dropped = store.begin().await.unwrap();
    dropped.upsert_client(&client("dropped")).await.unwrap();
    drop(dropped);
    let mut undone = store.begin().await.unwrap();
    undone.upsert_client(&client("undone")).await.unwrap();
    undone.rollback().await.unwrap();
    let mut kept = store.begin().await.unwrap();
    kept.upsert_client(&client("kept")).await.unwrap();
    kept.commit().await.unwrap();
    assert_eq!(store.clients().await.unwrap(), [client("kept")]);
}

#[tokio::test]
async fn a_change_that_was_given_up_halfway_through_a_statement_blocks_nobody() {
    let (_stores, store) = empty().await;
    for _ in 0..20 {
        let mut tx = store.begin().await.unwrap();
        let suap = client("suap");
        // The browser hung up: the story's future is dropped wherever it stands.
        tokio::select! {
            biased;
            _ = tx.upsert_client(&suap) => {}
            () = std::future::ready(()) => {}
        }
    }
    let mut tx = store.begin().await.unwrap();
    tx.upsert_client(&client("kept")).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store.clients().await.unwrap(), [client("kept")]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_changes_at_once_all_happen() {
    let (_stores, store) = empty().await;
    let changes: Vec<_> = (0..100)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut tx = store.begin().await.unwrap();
                tx.upsert_client(&client(&format!("client-{number}"))).await.unwrap();
                tx.commit().await.unwrap();
            })
        })
        .collect();
    for change in changes {
        change.await.unwrap();
    }
    assert_eq!(store.clients().await.unwrap().len(), 100);
}
