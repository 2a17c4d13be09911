//! Addresses, files, migrations.

use super::fixtures::{client, empty};
use crate::harness::stores::fresh;
use std::os::unix::fs::PermissionsExt as _;
use varco::store::{Store, StoreError};

fn rights(path: &std::path::Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn the_files_and_their_folder_are_nobody_elses_business() {
    let (stores, _, _) = fresh().await;
    let folder = stores.folder().join("deep/er");
    let url = |name: &str| format!("sqlite:{}", folder.join(name).display());
    let store = Store::open(&url("varco.db"), &url("brief.db")).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    tx.upsert_client(&client("suap")).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(rights(&folder), 0o700);
    for file in ["varco.db", "varco.db-wal", "varco.db-shm", "brief.db", "brief.db-wal"] {
        assert_eq!(rights(&folder.join(file)), 0o600, "{file}");
    }
}

#[tokio::test]
async fn opening_twice_applies_the_migrations_once() {
    let (_stores, database, brief) = fresh().await;
    let first = Store::open(&database, &brief).await.unwrap();
    let mut tx = first.begin().await.unwrap();
    tx.upsert_client(&client("suap")).await.unwrap();
    tx.commit().await.unwrap();
    let second = Store::open(&database, &brief).await.unwrap();
    assert_eq!(second.clients().await.unwrap(), [client("suap")]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_servers_may_start_at_once_on_an_empty_database() {
    let (stores, _, brief) = fresh().await;
    // A file, whatever the pair: a database made from the template would not be empty.
    let database = format!("sqlite:{}", stores.folder().join("empty.db").display());
    let starting: Vec<_> = (0..4)
        .map(|_| {
            let (database, brief) = (database.clone(), brief.clone());
            tokio::spawn(async move { Store::open(&database, &brief).await.unwrap() })
        })
        .collect();
    for store in starting {
        store.await.unwrap().ping().await.unwrap();
    }
}

#[tokio::test]
async fn both_stores_answer_and_after_closing_neither_does() {
    let (_stores, store) = empty().await;
    store.ping().await.unwrap();
    store.close().await;
    assert!(matches!(store.ping().await, Err(StoreError::Unavailable(_))));
}

#[tokio::test]
async fn an_address_that_is_not_understood_is_named_without_being_repeated() {
    let (_stores, database, _) = fresh().await;
    for (database, brief, which) in [
        ("mysql://root:Secr3t@db/varco", "sqlite:x", "database"),
        ("sqlite::memory:", "sqlite:x", "database"),
        ("Secr3t", "sqlite:x", "database"),
        (database.as_str(), "memcached://Secr3t", "brief"),
        (database.as_str(), "redis://h/0?password=Secr3t", "brief"),
        (database.as_str(), "redis://h/0?prefix=a:Secr3t", "brief"),
    ] {
        let error = Store::open(database, brief).await.unwrap_err();
        assert!(
            matches!(error, StoreError::Address { which: w, .. } if w == which),
            "{error}"
        );
        assert!(!format!("{error} {error:?}").contains("Secr3t"));
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unavailable_within_seconds() {
    let (stores, database, _) = fresh().await;
    let begun = std::time::Instant::now();
    // Port 1 answers nobody.
    for (database, brief) in [
        ("postgres://varco:Secr3t@127.0.0.1:1/varco", "sqlite:unused"),
        (database.as_str(), "redis://:Secr3t@127.0.0.1:1/0"),
    ] {
        let error = Store::open(database, brief).await.unwrap_err();
        assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
        assert!(!format!("{error} {error:?}").contains("Secr3t"));
    }
    assert!(begun.elapsed() < std::time::Duration::from_secs(15));
    drop(stores);
}
