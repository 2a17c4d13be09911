//! `varco audit verify` finds what somebody with the database's rights, but without the sealing key, did to it.

use crate::harness::stores::{behind_its_back, disarm};
use crate::harness::{CAMPIONELLI, Citizen, PROVALDI, Portal, TestApp};
use chrono::TimeDelta;
use domain::audit::EventKind;
use protocol::sealing::{Difference, Head, Stream, Untrue};
use varco::flow::administration::forget::{Forgotten, forget};
use varco::flow::administration::purge::{purge, rotate_data_key};
use varco::flow::administration::seal::{Sealed, seal};
use varco::flow::administration::verify::{Finding, Verified, What, verify};

/// Two citizens signed in, in a segment each; the heads were taken away.
async fn sealed() -> (TestApp, Vec<Head>) {
    let app = TestApp::start().await;
    for person in [&PROVALDI, &CAMPIONELLI] {
        let portal = Portal::new("anagrafe");
        portal.code(&app.sign_in(&mut Citizen::new(), &portal, person).await);
        app.clock.advance(TimeDelta::minutes(1));
        assert_eq!(seal(&app.deps).await.unwrap().segments, 2);
    }
    let mut heads = Vec::new();
    for stream in Stream::ALL {
        let segments = app.deps.store.segments(stream, 0, 10).await.unwrap();
        assert_eq!(segments.len(), 2);
        heads.extend(segments.iter().map(|segment| segment.header.head()));
    }
    assert_eq!(verify(&app.deps, &heads).await.unwrap().findings, []);
    (app, heads)
}

/// What is found after `changes` were made behind its back.
async fn after(changes: &[&str]) -> (TestApp, Verified) {
    let (app, heads) = sealed().await;
    disarm(app.database()).await;
    for change in changes {
        behind_its_back(app.database(), change).await.unwrap();
    }
    let verified = verify(&app.deps, &heads).await.unwrap();
    (app, verified)
}

fn whats(verified: &Verified, stream: Stream) -> Vec<What> {
    let of = verified.findings.iter().filter(|finding| finding.stream == stream);
    of.map(|finding| finding.what.clone()).collect()
}

#[tokio::test]
async fn what_nobody_touched_is_as_it_was_sealed() {
    let (app, heads) = sealed().await;
    let verified = verify(&app.deps, &heads).await.unwrap();
    assert_eq!((verified.segments, verified.heads), (4, 4));
    let events = app.events().await;
    assert_eq!(verified.rows, events.len() + 2);
    assert_eq!(seal(&app.deps).await.unwrap(), Sealed::default(), "nothing waits");
}

#[tokio::test]
async fn one_changed_word_is_found() {
    let (app, verified) =
        after(&["UPDATE security_event SET detail = 'other' WHERE kind = 'session_started' AND segment = 2"]).await;
    let events = app.events().await;
    let changed = events
        .iter()
        .rfind(|event| event.kind == EventKind::SessionStarted)
        .unwrap();
    assert_eq!(
        verified.findings,
        [Finding {
            stream: Stream::Events,
            what: What::Row(2, Difference::Changed(changed.id)),
        }]
    );
    assert_eq!(
        verified.findings[0].to_string(),
        format!("security_event {}: changed (segment 2)", changed.id)
    );
}

#[tokio::test]
async fn one_changed_byte_of_an_encrypted_document_is_found() {
    let (app, heads) = sealed().await;
    disarm(app.database()).await;
    let other = match app.database().starts_with("sqlite:") {
        true => {
            "unhex(substr(hex(content), 1, length(hex(content)) - 2) || \
             CASE substr(hex(content), -2) WHEN '00' THEN '01' ELSE '00' END)"
        }
        false => "set_byte(content, 20, (get_byte(content, 20) + 1) % 256)",
    };
    let sql = format!("UPDATE saml_transaction SET content = {other} WHERE segment = 1");
    behind_its_back(app.database(), &sql).await.unwrap();
    let verified = verify(&app.deps, &heads).await.unwrap();
    assert!(matches!(
        whats(&verified, Stream::Register)[..],
        [What::Row(1, Difference::Changed(_))]
    ));
}

#[tokio::test]
async fn every_column_of_an_entry_counts() {
    for change in [
        "outcome = 'x'",
        "client_id = NULL",
        "person = NULL",
        "reference = 'x'",
        "received_at = received_at + 1",
        "fiscal_number_hash = NULL",
        "assertion_id = 'x'",
        "login_id = 'x'",
    ] {
        let (_app, verified) = after(&[&format!("UPDATE saml_transaction SET {change} WHERE segment = 2")]).await;
        let found = whats(&verified, Stream::Register);
        assert!(
            matches!(found[..], [What::Row(2, Difference::Changed(_))]),
            "{change}: {found:?}"
        );
    }
}

#[tokio::test]
async fn a_removed_row_is_found() {
    let (_app, verified) = after(&["DELETE FROM saml_transaction WHERE segment = 2"]).await;
    assert!(matches!(
        whats(&verified, Stream::Register)[..],
        [What::Row(2, Difference::Missing(_))]
    ));
    assert_eq!(whats(&verified, Stream::Events), []);
}

#[tokio::test]
async fn the_last_rows_cut_off_with_their_segment_contradict_the_exported_head() {
    let cut = [
        "DELETE FROM security_event WHERE segment = 2",
        "DELETE FROM seal_segment WHERE stream = 'security_event' AND number = 2",
    ];
    let (app, verified) = after(&cut).await;
    assert_eq!(whats(&verified, Stream::Events), [What::HeadWithoutSegment(2)]);
    assert_eq!(
        verify(&app.deps, &[]).await.unwrap().findings,
        [],
        "without the heads nobody could tell: that is what they are for"
    );
}

#[tokio::test]
async fn rows_that_were_cut_off_and_sealed_anew_contradict_the_exported_head() {
    let (app, heads) = sealed().await;
    disarm(app.database()).await;
    for change in [
        "DELETE FROM security_event WHERE segment = 2 AND kind = 'person_created'",
        "UPDATE security_event SET segment = NULL WHERE segment = 2",
        "DELETE FROM seal_segment WHERE stream = 'security_event' AND number = 2",
    ] {
        behind_its_back(app.database(), change).await.unwrap();
    }
    // The running service seals again whatever it finds.
    app.clock.advance(TimeDelta::minutes(1));
    assert_eq!(seal(&app.deps).await.unwrap().segments, 1);
    assert_eq!(verify(&app.deps, &[]).await.unwrap().findings, []);
    let verified = verify(&app.deps, &heads).await.unwrap();
    assert_eq!(whats(&verified, Stream::Events), [What::HeadDiffers(2)]);
}

#[tokio::test]
async fn an_inserted_row_is_found_in_its_segment_and_outside() {
    let copy = |id: &str, segment: &str| {
        format!(
            "INSERT INTO security_event (id, at, kind, person, segment) \
             SELECT {id}, at, 'person_created', person, {segment} FROM security_event WHERE kind = 'person_created' \
             AND segment = 2 LIMIT 1"
        )
    };
    let (app, heads) = sealed().await;
    disarm(app.database()).await;
    let id = |digit: &str| match app.database().starts_with("sqlite:") {
        true => format!("X'{}'", digit.repeat(32)),
        false => format!("'{}'::uuid", digit.repeat(32)),
    };
    for sql in [copy(&id("1"), "2"), copy(&id("2"), "77")] {
        behind_its_back(app.database(), &sql).await.unwrap();
    }
    let verified = verify(&app.deps, &heads).await.unwrap();
    let found = whats(&verified, Stream::Events);
    assert_eq!(
        found,
        [
            What::Row(2, Difference::Added(uuid::Uuid::from_bytes([0x11; 16]))),
            What::Outside(uuid::Uuid::from_bytes([0x22; 16])),
        ]
    );
}

#[tokio::test]
async fn a_row_that_was_inserted_with_an_old_date_is_found_although_it_was_sealed() {
    let (app, _) = sealed().await;
    disarm(app.database()).await;
    app.clock.advance(TimeDelta::hours(5));
    app.deps.store.ping().await.unwrap();
    let id = match app.database().starts_with("sqlite:") {
        true => "X'33333333333333333333333333333333'",
        false => "'33333333333333333333333333333333'::uuid",
    };
    let day = 24_i64 * 3600 * 1_000_000;
    let sql = format!(
        "INSERT INTO security_event (id, at, kind) SELECT {id}, MIN(at) - {day}, 'person_created' FROM security_event"
    );
    behind_its_back(app.database(), &sql).await.unwrap();
    let before = verify(&app.deps, &[]).await.unwrap();
    assert!(matches!(whats(&before, Stream::Events)[..], [What::Unsealed(1, _)]));
    seal(&app.deps).await.unwrap();
    let verified = verify(&app.deps, &[]).await.unwrap();
    assert_eq!(
        whats(&verified, Stream::Events),
        [What::Late(3, uuid::Uuid::from_bytes([0x33; 16]))]
    );
}

#[tokio::test]
async fn an_entry_that_varco_did_not_write_is_never_sealed_and_keeps_no_other_from_it() {
    let (app, heads) = sealed().await;
    disarm(app.database()).await;
    let id = match app.database().starts_with("sqlite:") {
        true => "X'44444444444444444444444444444444'",
        false => "'44444444444444444444444444444444'::uuid",
    };
    // Everything copied from a good one, ciphertext too.
    let sql = format!(
        "INSERT INTO saml_transaction (id, request_id, attempt, login_id, identity_provider, request_issued_at,          outcome, received_at, replay_until, data_key, content, person)          SELECT {id}, '_forged', 0, login_id, identity_provider, request_issued_at, outcome, received_at,          replay_until, data_key, content, person FROM saml_transaction WHERE segment = 2"
    );
    behind_its_back(app.database(), &sql).await.unwrap();
    app.clock.advance(TimeDelta::hours(2));
    let portal = Portal::new("anagrafe");
    portal.code(&app.sign_in(&mut Citizen::new(), &portal, &PROVALDI).await);
    app.clock.advance(TimeDelta::minutes(1));
    seal(&app.deps).await.unwrap();
    let verified = verify(&app.deps, &heads).await.unwrap();
    assert_eq!(
        whats(&verified, Stream::Register),
        [What::Strange(uuid::Uuid::from_bytes([0x44; 16]))]
    );
    let last = app.deps.store.last_segment(Stream::Register).await.unwrap().unwrap();
    assert_eq!(
        (last.header.number, last.header.rows),
        (3, 1),
        "the good one was sealed"
    );
}

#[tokio::test]
async fn two_rows_that_changed_places_are_found() {
    let swap = [
        "UPDATE security_event SET reference = detail",
        "UPDATE security_event SET detail = (SELECT MAX(e.reference) FROM security_event e WHERE          e.kind = 'session_started' AND e.segment <> security_event.segment) WHERE kind = 'session_started'",
        "UPDATE security_event SET reference = NULL",
    ];
    let (app, verified) = after(&swap).await;
    let events = app.events().await;
    let started =
        |segment: i64, event: &domain::audit::SecurityEvent| What::Row(segment, Difference::Changed(event.id));
    let ids: Vec<_> = events
        .iter()
        .filter(|event| event.kind == EventKind::SessionStarted)
        .collect();
    let found = whats(&verified, Stream::Events);
    assert!(
        found.contains(&started(1, ids[0])) && found.contains(&started(2, ids[1])),
        "{found:?}"
    );
}

#[tokio::test]
async fn a_whole_segment_that_was_taken_out_is_found_without_any_head() {
    let (app, _) = sealed().await;
    let portal = Portal::new("anagrafe");
    portal.code(&app.sign_in(&mut Citizen::new(), &portal, &PROVALDI).await);
    app.clock.advance(TimeDelta::minutes(1));
    seal(&app.deps).await.unwrap();
    disarm(app.database()).await;
    for change in [
        "DELETE FROM security_event WHERE segment = 2",
        "DELETE FROM seal_segment WHERE stream = 'security_event' AND number = 2",
    ] {
        behind_its_back(app.database(), change).await.unwrap();
    }
    let verified = verify(&app.deps, &[]).await.unwrap();
    assert_eq!(whats(&verified, Stream::Events), [What::Missing(2, 2)]);
    // The first one too, though nothing stands before it.
    let (_app, verified) = after(&[
        "DELETE FROM saml_transaction WHERE segment = 1",
        "DELETE FROM seal_segment WHERE stream = 'saml_transaction' AND number = 1",
    ])
    .await;
    assert_eq!(
        whats(&verified, Stream::Register),
        [What::Missing(1, 1), What::HeadWithoutSegment(1)]
    );
}

#[tokio::test]
async fn a_purge_that_nobody_signed_is_found() {
    let (_app, verified) = after(&[
        "DELETE FROM saml_transaction WHERE segment = 1",
        "UPDATE seal_segment SET purged_at = last_at + 70000000000000, purge_key = sealing_key,          purge_signature = signature WHERE stream = 'saml_transaction' AND number = 1",
    ])
    .await;
    assert_eq!(whats(&verified, Stream::Register), [What::Segment(1, Untrue::Purge)]);
}

#[tokio::test]
async fn a_head_that_somebody_made_up_is_not_believed() {
    let (app, heads) = sealed().await;
    let forged = Head {
        number: 9,
        ..heads[0].clone()
    };
    let verified = verify(&app.deps, &[forged]).await.unwrap();
    assert!(matches!(
        verified.findings[..],
        [Finding {
            what: What::HeadNotOurs(9),
            ..
        }]
    ));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_that_seal_at_one_time_make_one_chain() {
    let app = TestApp::start().await;
    let portal = Portal::new("anagrafe");
    for person in [&PROVALDI, &CAMPIONELLI] {
        portal.code(&app.sign_in(&mut Citizen::new(), &portal, person).await);
    }
    app.clock.advance(TimeDelta::minutes(1));
    let mut nodes = Vec::new();
    for _ in 0..4 {
        let deps = app.another_node().await.deps;
        nodes.push(tokio::spawn(async move { seal(&deps).await.unwrap() }));
    }
    let mut rows = 0;
    for node in nodes {
        rows += node.await.unwrap().rows;
    }
    assert_eq!(rows, app.events().await.len() + 2, "each row once");
    let verified = verify(&app.deps, &[]).await.unwrap();
    assert_eq!(verified.findings, []);
    assert_eq!(verified.rows, rows);
}

#[tokio::test]
async fn the_heads_are_written_to_the_file() {
    let mut app = TestApp::start().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("heads");
    let mut settings = (*app.deps.settings).clone();
    settings.register.heads_file = Some(file.clone());
    std::sync::Arc::make_mut(&mut app.deps).settings = std::sync::Arc::new(settings);
    for _ in 0..2 {
        let portal = Portal::new("anagrafe");
        portal.code(&app.sign_in(&mut Citizen::new(), &portal, &PROVALDI).await);
        app.clock.advance(TimeDelta::minutes(1));
        seal(&app.deps).await.unwrap();
    }
    let heads: Vec<Head> = Head::all_in(&std::fs::read_to_string(file).unwrap())
        .into_iter()
        .map(Result::unwrap)
        .collect();
    assert_eq!(heads.len(), 4);
    assert_eq!(verify(&app.deps, &heads).await.unwrap().findings, []);
}

#[tokio::test]
async fn after_24_months_whole_segments_go_with_their_keys_and_the_chain_stays_whole() {
    let (app, heads) = sealed().await;
    assert_eq!(purge(&app.deps).await.unwrap().segments, 0);
    app.clock.advance(TimeDelta::days(698));
    assert!(rotate_data_key(&app.deps, false).await.unwrap());
    app.clock.advance(TimeDelta::days(2));
    let portal = Portal::new("anagrafe");
    portal.code(&app.sign_in(&mut Citizen::new(), &portal, &PROVALDI).await);
    app.clock.advance(TimeDelta::minutes(1));
    seal(&app.deps).await.unwrap();
    assert_eq!(purge(&app.deps).await.unwrap().segments, 0, "730 days are not over");

    app.clock.advance(TimeDelta::days(31));
    let removed = purge(&app.deps).await.unwrap();
    assert_eq!((removed.segments, removed.keys), (4, 1));
    let left = app.events().await;
    assert!(
        left.iter()
            .all(|event| event.at > crate::harness::start() + TimeDelta::days(697))
    );
    assert_eq!(
        left.iter().filter(|event| event.kind == EventKind::RowsPurged).count(),
        4
    );
    let span = varco::store::Span {
        from: crate::harness::start(),
        until: app.now(),
        limit: 100,
    };
    assert_eq!(app.deps.store.register_by_time(span).await.unwrap().len(), 1);
    // What was sealed before is remembered by its heads, and nothing is missing.
    app.clock.advance(TimeDelta::minutes(1));
    seal(&app.deps).await.unwrap();
    assert_eq!(verify(&app.deps, &heads).await.unwrap().findings, []);
    assert_eq!(purge(&app.deps).await.unwrap(), Default::default(), "once");
}

#[tokio::test]
async fn what_was_said_behind_a_sign_in_is_forgotten_a_day_later_and_the_sign_in_after_the_term() {
    let app = TestApp::start().await;
    let portal = Portal::new("anagrafe");
    let code = portal.code(&app.sign_in(&mut Citizen::new(), &portal, &PROVALDI).await);
    portal.exchange(&app, &code).await;
    let store = &app.deps.store;
    let grant = store
        .grant_by_code(&crate::harness::hash(&code))
        .await
        .unwrap()
        .unwrap();
    assert!(!store.grant_attributes(grant.id).await.unwrap().is_empty());
    assert_eq!(forget(&app.deps).await.unwrap(), Forgotten::default());
    app.clock.advance(TimeDelta::days(2));
    let attributes = Forgotten {
        attributes: 1,
        grants: 0,
    };
    assert_eq!(forget(&app.deps).await.unwrap(), attributes);
    assert!(store.grant_attributes(grant.id).await.unwrap().is_empty());
    app.clock.advance(TimeDelta::days(727));
    assert_eq!(
        forget(&app.deps).await.unwrap(),
        Forgotten::default(),
        "24 months are not over"
    );
    app.clock.advance(TimeDelta::days(3));
    let grants = Forgotten {
        attributes: 0,
        grants: 1,
    };
    assert_eq!(forget(&app.deps).await.unwrap(), grants);
    assert_eq!(store.grant(grant.id).await.unwrap(), None);
}
