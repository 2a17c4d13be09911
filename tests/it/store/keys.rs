//! The keys of what is encrypted: given, changed, destroyed.

use super::fixtures::{empty, mario, master_key, now, opened, saml_answer};
use crate::harness::stores::{behind_its_back, fresh};
use chrono::TimeDelta;
use protocol::keyring::MasterKey;
use varco::random::Random;
use varco::store::{KeyPurpose, Span, Store, StoreError};

async fn keep(store: &Store, request: &str) {
    let mut tx = store.begin().await.unwrap();
    assert!(tx.consume_saml(&saml_answer(request, request)).await.unwrap());
    assert!(tx.take_identity(request, mario().id).await.unwrap());
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn without_the_master_key_nothing_is_written_or_read() {
    let (_stores, database, brief) = fresh().await;
    keep(&opened(&database, &brief).await, "_request").await;
    let locked = Store::open(&database, &brief).await.unwrap();
    assert!(matches!(locked.saml_answer("_request").await, Err(StoreError::Locked)));
    let mut tx = locked.begin().await.unwrap();
    assert!(matches!(
        tx.consume_saml(&saml_answer("_other", "_other")).await,
        Err(StoreError::Locked)
    ));
    let other = MasterKey::new([1; 32]).unwrap();
    let error = locked.unlock(&other, &Random::System, now()).await.unwrap_err();
    assert!(
        matches!(&error, StoreError::OtherMasterKey { wanted, .. } if wanted == master_key().id()),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_that_start_together_agree_on_the_first_keys() {
    let (_stores, database, brief) = fresh().await;
    let nodes: Vec<_> = (0..4)
        .map(|_| {
            let (database, brief) = (database.clone(), brief.clone());
            tokio::spawn(async move { opened(&database, &brief).await })
        })
        .collect();
    let mut stores = Vec::new();
    for node in nodes {
        stores.push(node.await.unwrap());
    }
    assert_eq!(stores[0].wrapped_keys().await.unwrap().len(), KeyPurpose::ALL.len());
    keep(&stores[0], "_request").await;
    for store in &stores {
        assert!(store.saml_answer("_request").await.unwrap().is_some());
    }
}

#[tokio::test]
async fn a_new_data_key_encrypts_what_comes_and_what_was_is_read_by_every_node() {
    let (_stores, database, brief) = fresh().await;
    let (one, other) = (opened(&database, &brief).await, opened(&database, &brief).await);
    keep(&one, "_old").await;
    let month = TimeDelta::days(30);
    assert!(
        !one.rotate_register_key(month, now()).await.unwrap(),
        "it is not a month old"
    );
    assert!(one.rotate_register_key(month, now() + month).await.unwrap());
    assert!(
        !other.rotate_register_key(month, now() + month).await.unwrap(),
        "one node was faster"
    );
    keep(&one, "_new").await;
    for store in [&one, &other] {
        for request in ["_old", "_new"] {
            assert!(store.saml_answer(request).await.unwrap().is_some(), "{request}");
        }
        // Looked up under both keys.
        let span = Span {
            from: now() - month,
            until: now() + month,
            limit: 10,
        };
        let number = mario().fiscal_number.unwrap();
        assert_eq!(store.register_by_fiscal_number(&number, span).await.unwrap().len(), 2);
        assert_eq!(store.register_by_name_id("_transient", span).await.unwrap().len(), 2);
    }
    let keys = behind_its_back(&database, "SELECT COUNT(DISTINCT data_key) FROM saml_transaction").await;
    assert_eq!(keys.unwrap(), [2]);
}

#[tokio::test]
async fn another_master_key_takes_over_and_the_old_one_opens_nothing_any_more() {
    let (_stores, database, brief) = fresh().await;
    let store = opened(&database, &brief).await;
    keep(&store, "_request").await;
    let new = MasterKey::new([43; 32]).unwrap();
    assert_eq!(
        store.rewrap_keys(&master_key(), &new, &Random::System).await.unwrap(),
        KeyPurpose::ALL.len()
    );
    assert_eq!(
        store.rewrap_keys(&master_key(), &new, &Random::System).await.unwrap(),
        0,
        "a second run finds nothing to do"
    );
    let next = Store::open(&database, &brief).await.unwrap();
    assert!(next.unlock(&master_key(), &Random::System, now()).await.is_err());
    next.unlock(&new, &Random::System, now()).await.unwrap();
    assert!(next.saml_answer("_request").await.unwrap().is_some());
    assert!(
        store.saml_answer("_request").await.unwrap().is_some(),
        "a process that runs goes on"
    );
}

#[tokio::test]
async fn a_key_that_no_row_needs_is_destroyed_and_one_that_is_needed_stays() {
    let (_stores, store) = empty().await;
    keep(&store, "_request").await;
    let later = now() + TimeDelta::days(30);
    assert!(store.rotate_register_key(TimeDelta::days(30), later).await.unwrap());
    assert_eq!(
        store.shred_keys(later + TimeDelta::days(60)).await.unwrap(),
        0,
        "the row needs it"
    );
    let register =
        |keys: &[varco::store::WrappedKey]| keys.iter().filter(|key| key.purpose == KeyPurpose::Register).count();
    assert_eq!(register(&store.wrapped_keys().await.unwrap()), 2);

    let (_stores, store) = empty().await;
    assert!(store.rotate_register_key(TimeDelta::days(30), later).await.unwrap());
    assert_eq!(
        store.shred_keys(later + TimeDelta::hours(1)).await.unwrap(),
        0,
        "a node may still write with it"
    );
    assert_eq!(store.shred_keys(later + TimeDelta::days(2)).await.unwrap(), 1);
    assert_eq!(register(&store.wrapped_keys().await.unwrap()), 1);
    keep(&store, "_request").await;
}
