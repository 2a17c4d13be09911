//! What the transaction register keeps of a login (SPID, regole tecniche: log of the service provider).

use crate::harness::{Citizen, PROVALDI, Portal, TestApp};
use domain::audit::EventKind;
use domain::italy::FiscalNumber;
use protocol::sealing::Stream;
use std::io::Read as _;
use varco::flow::administration::seal::seal;
use varco::flow::office::export::{Subject, export};
use varco::flow::office::question::{Reason, Who};
use varco::flow::office::register::{Asker, Via};
use varco::store::ACCEPTED;

async fn entries(app: &TestApp, request: &str) -> Vec<varco::store::RegisterEntry> {
    app.deps.store.register_by_request(request).await.unwrap()
}

#[tokio::test]
async fn a_login_leaves_the_whole_conversation_and_everything_to_find_it_by() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("anagrafe"));
    citizen.address = Some("198.51.100.23");
    let asked = app.to_idp(&mut citizen, &portal).await;
    let answer = app.answer(&asked, &PROVALDI);
    let signed = app.idp.sign(&answer);
    let back = app.post_answer(&mut citizen, &asked, &signed).await;
    portal.code(&back);

    let found = entries(&app, &asked.id).await;
    assert_eq!(found.len(), 1);
    let entry = &found[0];
    assert_eq!(entry.outcome, ACCEPTED);
    assert_eq!(entry.client_id.as_deref(), Some("anagrafe"));
    assert_eq!(entry.identity_provider, app.idp.entity_id);
    assert_eq!(entry.response_id.as_deref(), Some(answer.response_id.as_str()));
    assert_eq!(entry.assertion_id.as_deref(), Some(answer.assertion_id.as_str()));
    assert_eq!(entry.name_qualifier.as_deref(), Some(app.idp.entity_id.as_str()));
    assert_eq!(entry.received_at, app.now());
    let number = FiscalNumber::parse(PROVALDI.fiscal_number).unwrap();
    let person = app.deps.store.person_by_fiscal_number(&number).await.unwrap().unwrap();
    assert_eq!(entry.person, Some(person.id));

    let content = app.deps.store.register_content(entry).await.unwrap();
    assert_eq!(content.source_address.as_deref(), Some("198.51.100.23"));
    assert_eq!(content.name_id, Some(format!("_transient{}", asked.id)));
    assert!(content.request_document.contains(&format!("ID=\"{}\"", asked.id)));
    let document = content.response_document.unwrap();
    assert_eq!(base64(&document), signed, "to the byte");

    // A second use of the session is told against this entry.
    let portal = Portal::new("app");
    portal.code(&citizen.open(&app, &portal.authorize(&[])).await);
    let events = app.events().await;
    let reuse = format!("session-of {}", asked.id);
    assert!(
        events
            .iter()
            .any(|event| event.detail.as_deref() == Some(reuse.as_str()))
    );
}

fn base64(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(text)
}

#[tokio::test]
async fn refused_answers_are_kept_with_their_reason_a_few_of_each_request() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("fatture"));
    let asked = app.to_idp(&mut citizen, &portal).await;
    let mut cancelled = app.answer(&asked, &PROVALDI);
    cancelled.status = Some(25);
    let page = app.post_answer(&mut citizen, &asked, &app.idp.sign(&cancelled)).await;
    let found = entries(&app, &asked.id).await;
    assert_eq!(found.len(), 1);
    assert!(found[0].outcome.contains("25"), "{}", found[0].outcome);
    assert!(page.body.contains(found[0].reference.as_deref().unwrap()));
    assert_eq!(
        (found[0].person, found[0].assertion_id.as_deref()),
        (None, None),
        "nothing is believed"
    );
    let content = app.deps.store.register_content(&found[0]).await.unwrap();
    assert!(content.response_document.unwrap().contains("ErrorCode nr25"));

    for _ in 0..10 {
        let mut forged = app.answer(&asked, &PROVALDI);
        forged.audience = "https://other.example.org".into();
        app.post_answer(&mut citizen, &asked, &app.idp.sign(&forged)).await;
    }
    assert_eq!(entries(&app, &asked.id).await.len(), 3);
    assert_eq!(
        app.count(EventKind::IdentityRefused).await,
        11,
        "the events tell of all"
    );
    // And the good one is still taken.
    app.come_back(&mut citizen, &asked, &PROVALDI).await;
    let found = entries(&app, &asked.id).await;
    assert_eq!(found.iter().filter(|entry| entry.outcome == ACCEPTED).count(), 1);
}

#[tokio::test]
async fn what_answers_no_request_of_ours_does_not_fill_the_register() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("fatture"));
    let asked = app.to_idp(&mut citizen, &portal).await;
    assert!(
        entries(&app, &asked.id).await.is_empty(),
        "nor does a request that nobody answered"
    );
    let mut stranger = app.answer(&asked, &PROVALDI);
    stranger.in_response_to = "_nobody-asked".into();
    app.post_answer(&mut citizen, &asked, &app.idp.sign(&stranger)).await;
    app.post_answer(&mut citizen, &asked, "cnViYmlzaA==").await;
    assert!(entries(&app, "_nobody-asked").await.is_empty());
    assert!(entries(&app, &asked.id).await.is_empty());
}

#[tokio::test]
async fn of_a_long_refused_answer_the_length_and_the_hash_are_kept() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("fatture"));
    let asked = app.to_idp(&mut citizen, &portal).await;
    let mut long = app.answer(&asked, &PROVALDI);
    long.tamper = |document| {
        let filling = " ".repeat(40_000);
        document.replacen("<samlp:Status>", &format!("{filling}<samlp:Status>"), 1)
    };
    app.post_answer(&mut citizen, &asked, &app.idp.sign(&long)).await;
    let found = entries(&app, &asked.id).await;
    assert_eq!(found.len(), 1);
    let content = app.deps.store.register_content(&found[0]).await.unwrap();
    assert_eq!(content.response_document, None);
    let left_out = content.left_out.unwrap();
    assert!(left_out.bytes > 40_000 && left_out.sha256.len() == 64);
}

#[tokio::test]
async fn a_login_that_nobody_came_back_to_keeps_no_identity() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("fatture"));
    let asked = app.to_idp(&mut citizen, &portal).await;
    // Answered in a browser that does not hold the login.
    let mut other = Citizen::new();
    app.come_back(&mut other, &asked, &PROVALDI).await;
    let identity = async || app.deps.store.saml_answer(&asked.id).await.unwrap().unwrap().identity;
    app.clock.advance(chrono::TimeDelta::minutes(5));
    seal(&app.deps).await.unwrap();
    assert!(identity().await.is_some(), "the login may still go on");
    app.clock.advance(chrono::TimeDelta::minutes(60));
    seal(&app.deps).await.unwrap();
    assert!(identity().await.is_none());
    assert!(app.deps.store.last_segment(Stream::Register).await.unwrap().is_some());
}

/// What `xmlsec1`, which is not our code, says about the signature of an exported document.
fn verify_with_xmlsec1(certificate: &str, document: &[u8]) -> std::process::Output {
    let folder = tempfile::tempdir().unwrap();
    let (pem, xml) = (folder.path().join("idp.pem"), folder.path().join("response.xml"));
    std::fs::write(&pem, certificate).unwrap();
    std::fs::write(&xml, document).unwrap();
    std::process::Command::new("xmlsec1")
        .arg("--verify")
        .arg("--pubkey-cert-pem")
        .arg(&pem)
        .args(["--id-attr:ID", "urn:oasis:names:tc:SAML:2.0:assertion:Assertion"])
        .args(["--id-attr:ID", "urn:oasis:names:tc:SAML:2.0:protocol:Response"])
        .arg(&xml)
        .output()
        .expect("xmlsec1 is installed")
}

pub fn file_of(archive: &[u8], name: &str) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(archive)).unwrap();
    let mut content = Vec::new();
    archive.by_name(name).unwrap().read_to_end(&mut content).unwrap();
    content
}

#[tokio::test]
async fn an_exported_response_is_verified_by_xmlsec1() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("anagrafe"));
    let asked = app.to_idp(&mut citizen, &portal).await;
    portal.code(&app.come_back(&mut citizen, &asked, &PROVALDI).await);
    let number = FiscalNumber::parse(PROVALDI.fiscal_number).unwrap();
    let asker = Asker {
        official: domain::person::PersonId(uuid::Uuid::from_u128(1)),
        reason: Reason::read("Richiesta dell'interessato").unwrap(),
        via: Via::Command,
    };
    let subjects = [
        Subject::Person(Who::FiscalNumber(number)),
        Subject::Case(asked.id.clone()),
    ];
    for subject in subjects {
        let archive = export(&app.deps, &subject, &asker).await.unwrap().unwrap();
        let response = file_of(&archive, "documenti/0001-response.xml");
        let verdict = verify_with_xmlsec1(&app.idp.certificate_pem(), &response);
        assert!(verdict.status.success(), "{}", String::from_utf8_lossy(&verdict.stderr));
        // The oracle bites: with a byte changed it says no.
        let changed = String::from_utf8(response).unwrap().replace("Provaldi", "Provalda");
        assert!(
            !verify_with_xmlsec1(&app.idp.certificate_pem(), changed.as_bytes())
                .status
                .success()
        );

        let register: serde_json::Value = serde_json::from_slice(&file_of(&archive, "registro.json")).unwrap();
        let entry = &register["entries"][0];
        assert_eq!(entry["request_id"], asked.id.as_str());
        assert_eq!(entry["subject"], format!("_transient{}", asked.id));
        assert_eq!(entry["client_id"], "anagrafe");
        let events = file_of(&archive, "eventi.json");
        let events: Vec<serde_json::Value> = serde_json::from_slice(&events).unwrap();
        assert!(
            events.iter().any(|event| event["kind"] == "session_started"),
            "{events:?}"
        );
        if matches!(subject, Subject::Person(_)) {
            let person: serde_json::Value = serde_json::from_slice(&file_of(&archive, "persona.json")).unwrap();
            assert_eq!(person["fiscal_number"], PROVALDI.fiscal_number);
        }
    }
    let unknown = Subject::Case("_unknown".into());
    assert_eq!(export(&app.deps, &unknown, &asker).await.unwrap(), None);
    // Each of the three was recorded, with who and why.
    let events = app.events().await;
    let recorded: Vec<_> = events
        .iter()
        .filter(|event| event.kind == EventKind::RegisterExported)
        .collect();
    assert_eq!(recorded.len(), 3);
    for event in recorded {
        assert_eq!(event.actor, Some(asker.official));
        assert!(
            event
                .detail
                .as_deref()
                .unwrap()
                .ends_with(": Richiesta dell'interessato")
        );
    }
}
