//! The transaction register in the database: what stands in it, and what the database itself refuses.

use super::fixtures::{empty, event, mario, now, opened, refused_answer, saml_answer, winners};
use crate::harness::stores::{behind_its_back, fresh};
use chrono::TimeDelta;
use domain::audit::EventKind;
use protocol::sealing::Stream;
use varco::store::{ACCEPTED, Span, Store, StoreError};

/// How many rows hold these words in one of their columns.
async fn rows_with(database: &str, words: &str) -> i64 {
    let bytes = |column: &str| match database.starts_with("sqlite:") {
        true => format!("instr({column}, CAST('{words}' AS BLOB)) > 0"),
        false => format!("position('{words}'::bytea in {column}) > 0"),
    };
    let sql = format!(
        "SELECT COUNT(*) FROM saml_transaction WHERE {} OR {} OR request_id || login_id ||          COALESCE(client_id, '') || identity_provider || COALESCE(assertion_id, '') ||          COALESCE(name_qualifier, '') || outcome LIKE '%{words}%'",
        bytes("content"),
        bytes("identity")
    );
    behind_its_back(database, &sql).await.unwrap()[0]
}

#[tokio::test]
async fn documents_names_and_addresses_stand_nowhere_in_clear() {
    let (_stores, database, brief) = fresh().await;
    let store = opened(&database, &brief).await;
    let mut tx = store.begin().await.unwrap();
    assert!(tx.consume_saml(&saml_answer("_request", "_assertion")).await.unwrap());
    assert!(tx.keep_refused(&refused_answer("_request", 1)).await.unwrap());
    tx.commit().await.unwrap();
    for words in [
        "samlp",
        "PRVMRA80A15H501A",
        "Provaldi",
        "_transient",
        "203.0.113.7",
        "SPID-002TEST",
    ] {
        assert_eq!(rows_with(&database, words).await, 0, "{words}");
    }
    assert_eq!(
        rows_with(&database, "_request").await,
        2,
        "the question was the right one"
    );
}

#[tokio::test]
async fn what_was_encrypted_for_one_row_cannot_be_moved_to_another() {
    let (_stores, database, brief) = fresh().await;
    let store = opened(&database, &brief).await;
    let mut tx = store.begin().await.unwrap();
    assert!(tx.consume_saml(&saml_answer("_one", "_one")).await.unwrap());
    assert!(tx.consume_saml(&saml_answer("_two", "_two")).await.unwrap());
    tx.commit().await.unwrap();
    crate::harness::stores::disarm(&database).await;
    behind_its_back(
        &database,
        "UPDATE saml_transaction SET content = (SELECT content FROM saml_transaction WHERE request_id = '_one')          WHERE request_id = '_two'",
    )
    .await
    .unwrap();
    assert!(store.saml_answer("_one").await.unwrap().is_some());
    let error = store.saml_answer("_two").await.unwrap_err();
    assert!(
        matches!(&error, StoreError::Inconsistent { column, .. } if column == "content"),
        "{error}"
    );
}

#[tokio::test]
async fn a_few_refused_answers_to_one_request_are_kept_and_no_more() {
    let (_stores, store) = empty().await;
    let mut tx = store.begin().await.unwrap();
    for number in 1..=3 {
        assert!(tx.keep_refused(&refused_answer("_request", number)).await.unwrap());
    }
    assert!(!tx.keep_refused(&refused_answer("_request", 4)).await.unwrap());
    assert!(tx.keep_refused(&refused_answer("_other", 1)).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(store.register_by_request("_request").await.unwrap().len(), 3);
    assert_eq!(
        store.register_by_reference("7KQ2-M9X3").await.unwrap()[0].outcome,
        "nr25"
    );
    // They neither use the request up nor answer it.
    assert!(store.saml_answer("_request").await.unwrap().is_none());
    let mut tx = store.begin().await.unwrap();
    assert!(tx.consume_saml(&saml_answer("_request", "_assertion")).await.unwrap());
    tx.commit().await.unwrap();
    let outcomes: Vec<String> = store
        .register_by_request("_request")
        .await
        .unwrap()
        .into_iter()
        .map(|entry| entry.outcome)
        .collect();
    assert_eq!(outcomes.iter().filter(|outcome| *outcome == ACCEPTED).count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_32_refused_answers_at_one_time_no_more_are_kept_either() {
    let (_stores, store) = empty().await;
    let kept = winners(|number| {
        let store = store.clone();
        async move {
            let mut tx = store.begin().await.unwrap();
            let kept = tx
                .keep_refused(&refused_answer("_request", u8::try_from(number % 10).unwrap()))
                .await
                .unwrap();
            tx.commit().await.unwrap();
            kept
        }
    })
    .await;
    let rows = store.register_by_request("_request").await.unwrap().len();
    assert!(
        (1..=3).contains(&rows) && kept == rows,
        "{kept} were told so, {rows} are there"
    );
}

#[tokio::test]
async fn entries_are_found_by_every_name_an_auditor_may_have() {
    let (_stores, store) = empty().await;
    let mut tx = store.begin().await.unwrap();
    assert!(tx.consume_saml(&saml_answer("_request", "_assertion")).await.unwrap());
    assert!(tx.take_identity("_request", mario().id).await.unwrap());
    assert!(tx.keep_refused(&refused_answer("_other", 1)).await.unwrap());
    tx.commit().await.unwrap();
    let all = Span {
        from: now() - TimeDelta::days(1),
        until: now() + TimeDelta::days(1),
        limit: 10,
    };
    let number = mario().fiscal_number.unwrap();
    for found in [
        store.register_by_request("_request").await.unwrap(),
        store.register_by_person(mario().id, all).await.unwrap(),
        store.register_by_fiscal_number(&number, all).await.unwrap(),
        store.register_by_name_id("_transient", all).await.unwrap(),
    ] {
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].request_id, "_request");
        assert_eq!(found[0].person, Some(mario().id));
        assert_eq!(found[0].client_id.as_deref(), Some("suap"));
        let content = store.register_content(&found[0]).await.unwrap();
        assert_eq!(content.response_document.as_deref(), Some("<samlp:Response/>"));
        assert_eq!(content.source_address.as_deref(), Some("203.0.113.7"));
    }
    assert_eq!(store.register_by_time(all).await.unwrap().len(), 2);
    assert_eq!(store.register_by_time(Span { limit: 1, ..all }).await.unwrap().len(), 1);
    let before = Span { until: now(), ..all };
    assert!(store.register_by_time(before).await.unwrap().is_empty());
    assert!(store.register_by_person(mario().id, before).await.unwrap().is_empty());
    assert!(
        store
            .register_by_fiscal_number(&number, before)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn what_nobody_came_for_is_forgotten_and_then_it_is_too_late() {
    let (_stores, store) = empty().await;
    let mut tx = store.begin().await.unwrap();
    assert!(tx.consume_saml(&saml_answer("_request", "_assertion")).await.unwrap());
    assert_eq!(tx.forget_identities(now()).await.unwrap(), 0, "not yet");
    assert_eq!(tx.forget_identities(now() + TimeDelta::seconds(1)).await.unwrap(), 1);
    assert!(!tx.take_identity("_request", mario().id).await.unwrap());
    tx.commit().await.unwrap();
}

async fn filled(store: &Store) {
    let mut tx = store.begin().await.unwrap();
    assert!(tx.consume_saml(&saml_answer("_request", "_assertion")).await.unwrap());
    assert!(tx.take_identity("_request", mario().id).await.unwrap());
    tx.record(&event(1, EventKind::IdentityProved)).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn nobody_changes_or_removes_an_entry_not_even_in_the_database() {
    let (_stores, database, brief) = fresh().await;
    let store = opened(&database, &brief).await;
    filled(&store).await;
    for change in [
        "UPDATE saml_transaction SET outcome = 'nr25'",
        "UPDATE saml_transaction SET client_id = NULL",
        "UPDATE saml_transaction SET person = NULL",
        "UPDATE saml_transaction SET segment = NULL",
        "DELETE FROM saml_transaction",
        "UPDATE security_event SET segment = NULL",
    ] {
        let refused = behind_its_back(&database, change).await.unwrap_err().to_string();
        assert!(refused.contains("append only"), "{change}: {refused}");
    }
    assert_eq!(store.register_by_request("_request").await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_database_lets_rows_go_with_a_purged_segment_after_24_months_and_not_before() {
    let (_stores, database, brief) = fresh().await;
    let store = opened(&database, &brief).await;
    filled(&store).await;
    let key = store.sealing_keys().unwrap().pop().unwrap();
    let before = now() + TimeDelta::minutes(1);
    let waiting = store.unsealed(Stream::Register, before, 10).await.unwrap();
    let (segment, manifest) =
        protocol::sealing::Segment::seal(Stream::Register, None, &waiting.rows, before.timestamp_micros(), &key);
    let mut tx = store.begin().await.unwrap();
    assert!(tx.insert_segment(&segment, &manifest).await.unwrap());
    let ids = (waiting.rows[0].id, waiting.rows[0].id);
    assert_eq!(tx.mark_sealed(Stream::Register, 1, ids, before).await.unwrap(), 1);
    tx.commit().await.unwrap();

    let early = segment.purge((now() + TimeDelta::days(729)).timestamp_micros(), &key);
    let mut tx = store.begin().await.unwrap();
    assert!(tx.purge_segment(&segment, &early).await.is_err());
    drop(tx);
    assert_eq!(store.register_by_request("_request").await.unwrap().len(), 1);

    let late = segment.purge((now() + TimeDelta::days(731)).timestamp_micros(), &key);
    let mut tx = store.begin().await.unwrap();
    assert!(tx.purge_segment(&segment, &late).await.unwrap());
    assert!(!tx.purge_segment(&segment, &late).await.unwrap(), "once");
    tx.commit().await.unwrap();
    assert!(store.register_by_request("_request").await.unwrap().is_empty());
    for change in ["DELETE FROM seal_segment", "UPDATE seal_segment SET row_count = 2"] {
        let refused = behind_its_back(&database, change).await.unwrap_err().to_string();
        assert!(refused.contains("append only"), "{change}: {refused}");
    }
}
