//! `/office/register`: officials with the auditor duty, and nobody else.

use super::register::file_of;
use crate::harness::{Citizen, DESEMPIO, PROVALDI, Page, Person, Portal, TestApp};
use domain::audit::{EventKind, SecurityEvent};
use http::StatusCode;

const REGISTER: &str = "/office/register";
const WHY: &str = "Richiesta dell'interessato, prot. 12345";

/// Signs in without a portal, at this level.
async fn at_level(app: &TestApp, citizen: &mut Citizen, person: &Person, level: u8) -> Page {
    let address = format!("/login/spid?idp=https%3A%2F%2Fidp.example.org&level={level}");
    let at_idp = citizen.open(app, &address).await;
    let asked = app.idp.read(&at_idp.url);
    app.come_back(citizen, &asked, person).await
}

/// Mario signed in somewhere; the auditor stands before the form.
async fn auditor() -> (TestApp, Citizen, Page) {
    let app = TestApp::start().await;
    let portal = Portal::new("anagrafe");
    portal.code(&app.sign_in(&mut Citizen::new(), &portal, &PROVALDI).await);
    let mut official = Citizen::new();
    at_level(&app, &mut official, &DESEMPIO, 2).await;
    let page = official.open(&app, REGISTER).await;
    assert_eq!(page.status, StatusCode::OK);
    (app, official, page)
}

async fn search(app: &TestApp, official: &mut Citizen, page: &Page, fields: &[(&str, &str)]) -> Page {
    let token = page.field("token").unwrap();
    let mut all = vec![("token", token.as_str())];
    all.extend_from_slice(fields);
    official.submit(app, REGISTER, &all).await
}

async fn events(app: &TestApp, kind: EventKind) -> Vec<SecurityEvent> {
    let mut events = app.events().await;
    events.retain(|event| event.kind == kind);
    events
}

async fn id_of(app: &TestApp, person: &Person) -> Option<domain::person::PersonId> {
    let number = domain::italy::FiscalNumber::parse(person.fiscal_number).unwrap();
    let found = app.deps.store.person_by_fiscal_number(&number).await.unwrap();
    found.map(|person| person.id)
}

#[tokio::test]
async fn an_auditor_finds_opens_and_exports_what_a_person_did_and_each_step_is_recorded_with_its_reason() {
    let (app, mut official, page) = auditor().await;
    let found = search(
        &app,
        &mut official,
        &page,
        &[("person", PROVALDI.fiscal_number), ("why", WHY)],
    )
    .await;
    assert_eq!(found.status, StatusCode::OK);
    assert!(found.body.contains("Una voce trovata.") && found.body.contains("Anagrafe del cittadino"));
    assert_eq!(found.url.query(), None, "what is looked for stands in no address");

    let entry = found.field("entry").unwrap();
    let token = found.field("token").unwrap();
    let fields = [("token", token.as_str()), ("why", WHY), ("entry", &entry)];
    let opened = official.submit(&app, "/office/register/entry", &fields).await;
    assert_eq!(opened.status, StatusCode::OK);
    assert!(opened.body.contains("samlp:Response") && opened.body.contains("_transient"));

    let fields = [
        ("token", token.as_str()),
        ("why", WHY),
        ("kind", "person"),
        ("subject", PROVALDI.fiscal_number),
    ];
    let file = official.submit(&app, "/office/register/export", &fields).await;
    assert_eq!(file.headers["content-type"], "application/zip");
    assert_eq!(file.headers["cache-control"], "no-store");
    assert!(
        file.headers["content-disposition"]
            .to_str()
            .unwrap()
            .starts_with("attachment; filename=\"registro-")
    );
    assert!(file_of(&file.bytes, "documenti/0001-response.xml").starts_with(b"<samlp:Response"));

    let (mario, maria) = (id_of(&app, &PROVALDI).await, id_of(&app, &DESEMPIO).await);
    for (kind, what) in [
        (EventKind::RegisterSearched, "page person 1 entries".to_owned()),
        (EventKind::RegisterOpened, format!("page {entry}")),
        (EventKind::RegisterExported, "page person 1 entries".to_owned()),
    ] {
        let recorded = events(&app, kind).await;
        assert_eq!(recorded.len(), 1, "{kind:?}");
        assert_eq!((recorded[0].actor, recorded[0].person), (maria, mario), "{kind:?}");
        assert_eq!(recorded[0].detail.as_deref(), Some(format!("{what}: {WHY}").as_str()));
    }
}

#[tokio::test]
async fn a_refused_answer_is_found_by_the_reference_that_the_citizen_reads_out() {
    let (app, mut official, page) = auditor().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("fatture"));
    let asked = app.to_idp(&mut citizen, &portal).await;
    let mut cancelled = app.answer(&asked, &PROVALDI);
    cancelled.status = Some(25);
    app.post_answer(&mut citizen, &asked, &app.idp.sign(&cancelled)).await;
    let entries = app.deps.store.register_by_request(&asked.id).await.unwrap();
    let reference = entries[0].reference.clone().unwrap().to_lowercase();
    let found = search(&app, &mut official, &page, &[("reference", &reference), ("why", WHY)]).await;
    assert!(
        found.body.contains("Rifiutata") && found.body.contains("identity_refused"),
        "{}",
        found.body
    );
    let none = search(&app, &mut official, &page, &[("request", "_unknown"), ("why", WHY)]).await;
    assert!(none.body.contains("Nessuna voce trovata."));
    assert_eq!(
        events(&app, EventKind::RegisterSearched).await.len(),
        2,
        "what found nothing too"
    );
}

#[tokio::test]
async fn without_a_reason_nothing_is_looked_for() {
    let (app, mut official, page) = auditor().await;
    for (fields, problem) in [
        (vec![("person", PROVALDI.fiscal_number)], "Scrivi il motivo"),
        (
            vec![("person", PROVALDI.fiscal_number), ("why", "perché sì")],
            "Scrivi il motivo",
        ),
        (vec![("why", WHY)], "Scrivi che cosa cercare"),
        (vec![("person", "Mario"), ("why", WHY)], "non è valido"),
        (
            vec![("person", PROVALDI.fiscal_number), ("request", "_x"), ("why", WHY)],
            "una cosa alla volta",
        ),
        (vec![("from", "2026-11-31"), ("why", WHY)], "Controlla le date"),
    ] {
        let answer = search(&app, &mut official, &page, &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
        assert!(answer.body.contains(problem), "{problem}: {}", answer.body);
    }
    let token = page.field("token").unwrap();
    let fields = [
        ("token", token.as_str()),
        ("kind", "person"),
        ("subject", PROVALDI.fiscal_number),
    ];
    let file = official.submit(&app, "/office/register/export", &fields).await;
    assert_eq!(file.status, StatusCode::BAD_REQUEST);
    for kind in [
        EventKind::RegisterSearched,
        EventKind::RegisterOpened,
        EventKind::RegisterExported,
    ] {
        assert_eq!(events(&app, kind).await.len(), 0);
    }
}

#[tokio::test]
async fn a_citizen_finds_no_such_page_and_the_attempt_is_recorded() {
    let app = TestApp::start().await;
    let mut citizen = Citizen::new();
    assert_eq!(citizen.open(&app, REGISTER).await.url.path(), "/login");
    let account = at_level(&app, &mut citizen, &PROVALDI, 2).await;
    assert!(account.link("office").is_none());
    assert_eq!(citizen.open(&app, REGISTER).await.status, StatusCode::NOT_FOUND);
    for path in [REGISTER, "/office/register/entry", "/office/register/export"] {
        let page = citizen
            .submit(&app, path, &[("person", PROVALDI.fiscal_number), ("why", WHY)])
            .await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
    }
    let refused = events(&app, EventKind::OfficeRefused).await;
    assert_eq!(refused.len(), 4);
    assert!(refused.iter().all(|event| event.actor.is_some()));
}

#[tokio::test]
async fn an_auditor_is_shown_the_way_but_not_at_level_1() {
    let app = TestApp::start().await;
    let mut official = Citizen::new();
    let account = at_level(&app, &mut official, &DESEMPIO, 1).await;
    assert!(account.link("Registro delle transazioni").is_some());
    let page = official.open(&app, REGISTER).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.body.contains("livello 2"));
    at_level(&app, &mut official, &DESEMPIO, 2).await;
    assert_eq!(official.open(&app, REGISTER).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_duty_that_is_over_or_taken_away_opens_nothing() {
    let (app, mut official, page) = auditor().await;
    let without: varco::manifest::Manifest =
        toml::from_str("[[official]]\nperson = \"DSMMRP68S49F839E\"\nduties = [\"support\"]").unwrap();
    varco::flow::administration::apply::apply_manifest(&app.deps, &without)
        .await
        .unwrap()
        .unwrap();
    let answer = search(
        &app,
        &mut official,
        &page,
        &[("person", PROVALDI.fiscal_number), ("why", WHY)],
    )
    .await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let over: varco::manifest::Manifest = toml::from_str(
        "[[official]]\nperson = \"DSMMRP68S49F839E\"\nduties = [\"auditor\"]\nvalid_until = \"2026-11-21T09:00:00Z\"",
    )
    .unwrap();
    varco::flow::administration::apply::apply_manifest(&app.deps, &over)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(official.open(&app, REGISTER).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_configuration_gives_a_duty_and_takes_it_away() {
    let app = TestApp::start().await;
    let official: varco::manifest::Official =
        toml::from_str("person = \"CMPGLI92M71F205F\"\nduties = [\"auditor\"]").unwrap();
    let apply = varco::flow::administration::apply::apply_officials;
    let mut giulia = Citizen::new();
    apply(&app.deps, &[official]).await.unwrap();
    at_level(&app, &mut giulia, &crate::harness::CAMPIONELLI, 2).await;
    assert_eq!(giulia.open(&app, REGISTER).await.status, StatusCode::OK);
    apply(&app.deps, &[]).await.unwrap();
    assert_eq!(giulia.open(&app, REGISTER).await.status, StatusCode::NOT_FOUND);
    // What was given by a file stays.
    let mut maria = Citizen::new();
    at_level(&app, &mut maria, &DESEMPIO, 2).await;
    assert_eq!(maria.open(&app, REGISTER).await.status, StatusCode::OK);
}

#[tokio::test]
async fn another_site_cannot_make_an_auditor_look_41() {
    let (app, mut official, page) = auditor().await;
    let fields = [("person", PROVALDI.fiscal_number), ("why", WHY)];
    // Cross-site, no cookie comes.
    let answer = official.submit_from_elsewhere(&app, REGISTER, &fields).await;
    assert_eq!(answer.url.path(), "/login");
    // Same-site, but not from our page, or from a page of another session.
    for token in ["", "wrong"] {
        let answer = official
            .submit(&app, REGISTER, &[("token", token), fields[0], fields[1]])
            .await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{token}");
    }
    let old = page.field("token").unwrap();
    at_level(&app, &mut official, &DESEMPIO, 2).await;
    let answer = official
        .submit(&app, REGISTER, &[("token", old.as_str()), fields[0], fields[1]])
        .await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(events(&app, EventKind::RegisterSearched).await.len(), 0);
}
