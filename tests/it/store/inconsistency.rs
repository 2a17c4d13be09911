//! A row that no release ever wrote is named, and its value is not.

use super::fixtures::{id, mandate, mario, settle_mario, with_mario};
use crate::harness::stores::{Stores, behind_its_back, fresh};
use varco::store::{Store, StoreError};

async fn broken(change: &str) -> (Stores, Store) {
    let (stores, database, brief) = fresh().await;
    let store = Store::open(&database, &brief).await.unwrap();
    settle_mario(&store).await;
    behind_its_back(&database, change).await.unwrap();
    (stores, store)
}

fn assert_names(error: StoreError, table: &str, column: &str, row: &str, value: &str) {
    assert_eq!(
        error.to_string(),
        format!("inconsistent row in the store: table {table}, column {column}, row {row}")
    );
    assert!(!format!("{error:?}").contains(value));
}

#[tokio::test]
async fn a_fiscal_number_that_is_none() {
    let (_stores, store) = broken("UPDATE person SET fiscal_number = 'NOBODY'").await;
    let error = store.person(mario().id).await.unwrap_err();
    assert_names(error, "person", "fiscal_number", &id(1).to_string(), "NOBODY");
}

#[tokio::test]
async fn a_word_that_nobody_knows() {
    let (_stores, store) = broken("UPDATE mandate SET state = 'perhaps'").await;
    let error = store.holdings_of(mario().id).await.unwrap_err();
    assert_names(error, "mandate", "state", &mandate().id.0.to_string(), "perhaps");
}

#[tokio::test]
async fn json_that_is_none() {
    let (_stores, store) = broken("UPDATE client SET roles = '[oops'").await;
    let error = store.client("suap").await.unwrap_err();
    assert_names(error, "client", "roles", "suap", "oops");
}

#[tokio::test]
async fn a_level_beyond_three() {
    let (_stores, store) = broken("UPDATE client SET min_level = 4").await;
    let error = store.clients().await.unwrap_err();
    assert_names(error, "client", "min_level", "suap", "4");
}

#[tokio::test]
async fn sound_rows_are_no_inconsistency() {
    let (_stores, store) = with_mario().await;
    assert!(store.holdings_of(mario().id).await.is_ok());
}
