//! The registry of identity providers on good days and on bad ones.

use crate::harness::citizen::attribute;
use crate::harness::registry::{FORGER, Registry, SIGNER, aggregate, named, registry_of, signed};
use crate::harness::stores::behind_its_back;
use crate::harness::{Citizen, PROVALDI, Portal, TestApp, fake_idp};
use chrono::{SecondsFormat, TimeDelta};
use domain::audit::EventKind;
use std::time::{Duration, Instant};
use varco::flow::RegistrySource;
use varco::flow::administration::registry::{
    Fetched, Taken, Way, begin, fetch, fetch_in_turn, follow, look_at_dates, take,
};
use varco::outbound::OutboundError;

/// A service that knows the identity provider of the tests from a registry, and from nowhere else.
async fn service() -> (TestApp, Registry) {
    let registry = Registry::start().await;
    let app = TestApp::start().await.with_registry(&registry, registry.source());
    registry.says(&registry_of(&[&app.idp]));
    assert_eq!(fetched(&app).await, Taken::Renewed(1));
    (app, registry)
}

/// A portal for citizens who come for themselves.
fn portal() -> Portal {
    Portal::new("anagrafe")
}

async fn asked(app: &TestApp) -> Fetched {
    fetch(
        &app.deps,
        &app.deps.identity_providers,
        app.deps.identity_providers.source().unwrap(),
    )
    .await
    .unwrap()
}

async fn fetched(app: &TestApp) -> Taken {
    match asked(app).await {
        Fetched::Answered(taken) => taken,
        other => panic!("{other:?}"),
    }
}

fn offered(app: &TestApp) -> Vec<String> {
    let usable = app.deps.identity_providers.usable(app.now());
    usable.iter().map(|idp| idp.entity_id.clone()).collect()
}

/// The details of the events of a kind.
async fn details(app: &TestApp, kind: EventKind) -> Vec<String> {
    let events = app.events().await;
    let events = events.into_iter().filter(|event| event.kind == kind);
    events.filter_map(|event| event.detail).collect()
}

#[tokio::test]
async fn a_citizen_signs_in_with_an_identity_provider_of_the_registry() {
    let (app, _registry) = service().await;
    let mut citizen = Citizen::new();
    let page = app.sign_in(&mut citizen, &portal(), &PROVALDI).await;
    assert!(page.elsewhere(&app), "{}", page.url);
    assert_eq!(details(&app, EventKind::IdentityProvidersRenewed).await, ["spid 1"]);
}

#[tokio::test]
async fn attack_22_a_registry_that_is_unsigned_changed_forged_over_or_emptied_changes_nothing() {
    let (app, registry) = service().await;
    let entities = [
        app.idp.metadata(),
        named(&app.idp, "https://evil.example.org").metadata(),
    ];
    let over = format!(
        r#" validUntil="{}""#,
        app.now().to_rfc3339_opts(SecondsFormat::Secs, true)
    );
    let good = signed(&SIGNER, &aggregate("", &entities));
    for (document, reason) in [
        (aggregate("", &entities), "unsigned"),
        (
            good.replace("https://evil.example.org", "https://evil.example.net"),
            "signature",
        ),
        (signed(&FORGER, &aggregate("", &entities)), "signature"),
        (signed(&SIGNER, &aggregate(&over, &entities)), "expired"),
        (
            signed(&SIGNER, &aggregate("", &["<md:Extensions/>".to_owned()])),
            "empty",
        ),
        (String::new(), "malformed"),
        ("<html>Manutenzione</html>".to_owned(), "malformed"),
        ("<!DOCTYPE x [<!ENTITY y \"z\">]>".to_owned() + &good, "malformed"),
    ] {
        registry.says(&document);
        assert_eq!(fetched(&app).await, Taken::Refused(reason), "{document:.80}");
        assert_eq!(offered(&app), [fake_idp::ENTITY_ID]);
    }
    // And the citizen notices nothing.
    let mut citizen = Citizen::new();
    let page = app.sign_in(&mut citizen, &portal(), &PROVALDI).await;
    assert!(page.elsewhere(&app));
}

#[tokio::test]
async fn attack_6_a_registry_with_a_provider_that_has_no_key_or_one_of_unknown_use_changes_nothing() {
    let (app, registry) = service().await;
    let other = named(&app.idp, "https://other.example.org").metadata();
    let start = other.find("<md:KeyDescriptor").unwrap();
    let end = other.find("</md:KeyDescriptor>").unwrap() + "</md:KeyDescriptor>".len();
    for bad in [
        format!("{}{}", &other[..start], &other[end..]),
        other.replace(r#"use="signing""#, r#"use="encryption""#),
        other.replace(r#" use="signing""#, ""),
    ] {
        registry.says(&signed(&SIGNER, &aggregate("", &[app.idp.metadata(), bad])));
        assert_eq!(fetched(&app).await, Taken::Refused("key_missing"));
        assert_eq!(offered(&app), [fake_idp::ENTITY_ID]);
    }
}

#[tokio::test]
async fn attack_22_an_edition_that_was_replaced_does_not_come_back() {
    let (app, registry) = service().await;
    let first = registry_of(&[&app.idp]);
    registry.says(&registry_of(&[&app.idp, &named(&app.idp, "https://new.example.org")]));
    assert_eq!(fetched(&app).await, Taken::Renewed(2));
    registry.says(&first);
    assert_eq!(fetched(&app).await, Taken::Refused("replaced_before"));
    assert_eq!(offered(&app).len(), 2);
    // Somebody looked at it and wants it all the same.
    let source = app.deps.identity_providers.source().unwrap();
    assert_eq!(
        take(&app.deps, &app.deps.identity_providers, source, &first, Way::ByHand)
            .await
            .unwrap(),
        Taken::Renewed(1)
    );
    assert_eq!(offered(&app), [fake_idp::ENTITY_ID]);
}

#[tokio::test]
async fn attack_22_by_hand_too_nothing_is_taken_without_the_signature() {
    let (app, _registry) = service().await;
    let source = app.deps.identity_providers.source().unwrap();
    let forged = signed(&FORGER, &aggregate("", &[app.idp.metadata()]));
    let taken = take(&app.deps, &app.deps.identity_providers, source, &forged, Way::ByHand)
        .await
        .unwrap();
    assert_eq!(taken, Taken::Refused("signature"));
}

#[tokio::test]
async fn a_refusal_is_a_security_event_once_for_each_reason() {
    let (app, registry) = service().await;
    let good = registry_of(&[&app.idp]);
    for document in ["", "", &aggregate("", &[app.idp.metadata()]), ""] {
        registry.says(document);
        fetched(&app).await;
        app.clock.advance(TimeDelta::minutes(1));
    }
    let told = ["spid malformed", "spid unsigned", "spid malformed"];
    assert_eq!(details(&app, EventKind::IdentityProvidersRefused).await, told);
    registry.says(&good);
    assert_eq!(fetched(&app).await, Taken::Unchanged);
    assert_eq!(app.deps.store.idp_registry("spid").await.unwrap().problem, None);
}

#[tokio::test]
async fn a_restart_without_network_keeps_the_last_good_copy() {
    let (app, registry) = service().await;
    let source = RegistrySource {
        url: "http://127.0.0.1:9/nobody-listens".to_owned(),
        ..registry.source()
    };
    let app = app.restart().await.with_registry(&registry, source);
    assert_eq!(offered(&app), Vec::<String>::new());
    begin(&app.deps, &app.deps.identity_providers).await.unwrap();
    assert!(matches!(asked(&app).await, Fetched::Silent(_)));
    assert_eq!(offered(&app), [fake_idp::ENTITY_ID]);
    let mut citizen = Citizen::new();
    let page = app.sign_in(&mut citizen, &portal(), &PROVALDI).await;
    assert!(page.elsewhere(&app));
}

#[tokio::test]
async fn a_first_start_without_network_takes_the_bundled_copy_and_then_the_newer_one() {
    let registry = Registry::start().await;
    let app = TestApp::start().await;
    let bundled = registry_of(&[&app.idp]);
    let source = RegistrySource {
        bundled: Some(bundled.clone()),
        ..registry.source()
    };
    let app = app.with_registry(&registry, source.clone());
    begin(&app.deps, &app.deps.identity_providers).await.unwrap();
    assert_eq!(offered(&app), [fake_idp::ENTITY_ID]);
    registry.says(&registry_of(&[&app.idp, &named(&app.idp, "https://new.example.org")]));
    assert_eq!(fetched(&app).await, Taken::Renewed(2));
    // The next start does not go back to it.
    let app = app.restart().await.with_registry(&registry, source);
    begin(&app.deps, &app.deps.identity_providers).await.unwrap();
    assert_eq!(offered(&app).len(), 2);
}

#[tokio::test]
async fn attack_22_a_bundled_copy_that_is_not_genuine_is_not_used() {
    let registry = Registry::start().await;
    let app = TestApp::start().await;
    let source = RegistrySource {
        bundled: Some(signed(&FORGER, &aggregate("", &[app.idp.metadata()]))),
        ..registry.source()
    };
    let app = app.with_registry(&registry, source);
    begin(&app.deps, &app.deps.identity_providers).await.unwrap();
    assert_eq!(offered(&app), Vec::<String>::new());
}

#[tokio::test]
async fn attack_22_a_copy_that_was_changed_in_the_database_is_not_used() {
    let (app, registry) = service().await;
    let (database, _) = app.store_addresses();
    let change = "UPDATE idp_registry SET document = REPLACE(document, 'idp.example.org', 'idp.example.net')";
    behind_its_back(&database, change).await.unwrap();
    let app = app.restart().await.with_registry(&registry, registry.source());
    begin(&app.deps, &app.deps.identity_providers).await.unwrap();
    assert_eq!(offered(&app), Vec::<String>::new());
    // And mends when the registry answers.
    registry.says(&registry_of(&[&app.idp, &named(&app.idp, "https://new.example.org")]));
    assert_eq!(fetched(&app).await, Taken::Renewed(2));
}

#[tokio::test]
async fn of_two_nodes_one_asks_the_registry_and_the_other_follows() {
    let (app, registry) = service().await;
    let other = app.another_node().await.with_registry(&registry, registry.source());
    registry.says(&registry_of(&[&app.idp, &named(&app.idp, "https://new.example.org")]));
    let before = registry.asked();
    let (one, two) = tokio::join!(
        fetch_in_turn(&app.deps, &app.deps.identity_providers),
        fetch_in_turn(&other.deps, &other.deps.identity_providers)
    );
    let both = [one.unwrap(), two.unwrap()];
    assert!(
        both.contains(&Fetched::NotNow) && both.contains(&Fetched::Answered(Taken::Renewed(2))),
        "{both:?}"
    );
    assert_eq!(registry.asked(), before + 1);
    for node in [&app, &other] {
        follow(&node.deps, &node.deps.identity_providers).await.unwrap();
        assert_eq!(offered(node).len(), 2);
        assert_eq!(
            fetch_in_turn(&node.deps, &node.deps.identity_providers).await.unwrap(),
            Fetched::NotNow
        );
    }
    app.clock.advance(TimeDelta::hours(6));
    assert_eq!(
        fetch_in_turn(&other.deps, &other.deps.identity_providers)
            .await
            .unwrap(),
        Fetched::Answered(Taken::Unchanged)
    );
}

#[tokio::test]
async fn after_a_failure_the_next_try_comes_sooner() {
    let (app, registry) = service().await;
    registry.says("");
    assert_eq!(
        fetch_in_turn(&app.deps, &app.deps.identity_providers).await.unwrap(),
        Fetched::Answered(Taken::Refused("malformed"))
    );
    assert_eq!(
        fetch_in_turn(&app.deps, &app.deps.identity_providers).await.unwrap(),
        Fetched::NotNow
    );
    app.clock.advance(TimeDelta::minutes(10));
    registry.says(&registry_of(&[&app.idp]));
    assert_eq!(
        fetch_in_turn(&app.deps, &app.deps.identity_providers).await.unwrap(),
        Fetched::Answered(Taken::Unchanged)
    );
}

#[tokio::test]
async fn an_identity_provider_changes_its_key_and_for_a_while_both_count() {
    let (app, registry) = service().await;
    // The new key is announced beside the old one.
    let (old, new) = (app.idp.metadata(), app.stranger.metadata());
    let start = new.find("<md:KeyDescriptor").unwrap();
    let end = new.find("</md:KeyDescriptor>").unwrap() + "</md:KeyDescriptor>".len();
    let both = old.replace("<md:KeyDescriptor", &format!("{}<md:KeyDescriptor", &new[start..end]));
    registry.says(&signed(&SIGNER, &aggregate("", &[both])));
    // An answer with the new key that comes before the announcement is refused, after it accepted, and so is the old.
    let mut citizen = Citizen::new();
    let asked = app.to_idp(&mut citizen, &portal()).await;
    let signed_new = app.stranger.sign(&app.answer(&asked, &PROVALDI));
    assert_eq!(app.post_answer(&mut citizen, &asked, &signed_new).await.status, 403);
    assert_eq!(fetched(&app).await, Taken::Renewed(1));
    let page = app.post_answer(&mut citizen, &asked, &signed_new).await;
    assert!(page.elsewhere(&app), "{}", page.url);
    let mut citizen = Citizen::new();
    let page = app.sign_in(&mut citizen, &portal(), &PROVALDI).await;
    assert!(page.elsewhere(&app), "{}", page.url);
    // Then the old one goes.
    registry.says(&registry_of(&[&app.stranger]));
    assert_eq!(fetched(&app).await, Taken::Renewed(1));
    let mut citizen = Citizen::new();
    let asked = app.to_idp(&mut citizen, &portal()).await;
    assert_eq!(app.come_back(&mut citizen, &asked, &PROVALDI).await.status, 403);
}

#[tokio::test]
async fn attack_18_an_identity_provider_that_leaves_the_registry_between_request_and_answer() {
    let (app, registry) = service().await;
    registry.says(&registry_of(&[&app.idp, &named(&app.idp, "https://other.example.org")]));
    fetched(&app).await;
    let mut citizen = Citizen::new();
    let login = citizen.open(&app, &portal().authorize(&[])).await;
    let link = login.link("idp=https%3A%2F%2Fidp.example.org").unwrap();
    let asked = app.idp.read(&citizen.open(&app, &link).await.url);
    registry.says(&registry_of(&[&named(&app.idp, "https://other.example.org")]));
    assert_eq!(fetched(&app).await, Taken::Renewed(1));
    assert_eq!(app.come_back(&mut citizen, &asked, &PROVALDI).await.status, 403);
    assert!(details(&app, EventKind::IdentityRefused).await[0].starts_with("provider_disabled"));
}

#[tokio::test]
async fn attack_18_an_identity_provider_that_the_administrator_disables_between_request_and_answer() {
    let (app, registry) = service().await;
    let mut citizen = Citizen::new();
    let asked = app.to_idp(&mut citizen, &portal()).await;
    let app = app
        .restart()
        .await
        .with_registry_except(&registry, registry.source(), &[fake_idp::ENTITY_ID]);
    begin(&app.deps, &app.deps.identity_providers).await.unwrap();
    assert_eq!(offered(&app), Vec::<String>::new());
    assert_eq!(app.come_back(&mut citizen, &asked, &PROVALDI).await.status, 403);
    assert!(details(&app, EventKind::IdentityRefused).await[0].starts_with("provider_disabled"));
}

#[tokio::test]
async fn attack_22_metadata_that_say_their_end_are_used_until_then_and_no_longer() {
    let (app, registry) = service().await;
    let end = app.now() + TimeDelta::hours(12);
    let until = format!(r#" validUntil="{}""#, end.to_rfc3339_opts(SecondsFormat::Secs, true));
    registry.says(&signed(&SIGNER, &aggregate(&until, &[app.idp.metadata()])));
    assert_eq!(fetched(&app).await, Taken::Renewed(1));
    let mut citizen = Citizen::new();
    let asked = app.to_idp(&mut citizen, &portal()).await;
    registry.says("");
    app.clock.advance(TimeDelta::hours(12) - TimeDelta::seconds(1));
    fetched(&app).await;
    assert_eq!(offered(&app), [fake_idp::ENTITY_ID]);
    app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(offered(&app), Vec::<String>::new());
    assert_eq!(app.come_back(&mut citizen, &asked, &PROVALDI).await.status, 403);
}

#[tokio::test]
async fn attack_24_a_registry_that_is_endless_slow_or_leads_inside_is_left() {
    let (app, registry) = service().await;
    registry.answers(
        "HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: http://localhost:80/secret\r\nContent-Length: 0\r\n\r\n",
    );
    assert_eq!(asked(&app).await, Fetched::Silent(OutboundError::NotPublic));
    registry.answers(
        "HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n",
    );
    assert_eq!(asked(&app).await, Fetched::Silent(OutboundError::NotPublic));
    registry.says(&"x".repeat(9 * 1024 * 1024));
    assert_eq!(asked(&app).await, Fetched::Silent(OutboundError::TooLong));
    registry.answers("HTTP/1.1 500 Internal Server Error\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    assert_eq!(asked(&app).await, Fetched::Silent(OutboundError::Status(500)));
    // While it is silent, nobody waits for it.
    let begun = Instant::now();
    let mut citizen = Citizen::new();
    app.sign_in(&mut citizen, &portal(), &PROVALDI).await;
    assert!(begun.elapsed() < Duration::from_secs(10));
    assert_eq!(offered(&app), [fake_idp::ENTITY_ID]);
}

#[tokio::test]
async fn an_alarm_is_raised_before_a_certificate_ends_and_once_only() {
    let (app, _registry) = service().await;
    look_at_dates(&app.deps, &app.deps.identity_providers).await.unwrap();
    assert_eq!(app.count(EventKind::ExpiryNear).await, 0);
    // The certificates of the tests last a year.
    app.clock.advance(TimeDelta::days(336));
    for _ in 0..3 {
        app.clock.advance(TimeDelta::days(1));
        look_at_dates(&app.deps, &app.deps.identity_providers).await.unwrap();
    }
    let told = details(&app, EventKind::ExpiryNear).await;
    let about = |what: &str| told.iter().filter(|detail| detail.starts_with(what)).count();
    assert_eq!(about("certificate https://idp.example.org "), 1, "{told:?}");
    assert_eq!(about("registry_signer spid "), 1, "{told:?}");
    assert_eq!(about("registry_silent spid "), 1, "{told:?}");
    // Those that are configured are looked at as well.
    assert_eq!(about("certificate https://cie.example.org "), 1, "{told:?}");
    assert_eq!(about("certificate https://eidas.example.org "), 1, "{told:?}");
    assert_eq!(told.len(), 5, "{told:?}");
}

#[tokio::test]
async fn every_identity_provider_is_listed_in_another_order_at_each_response() {
    let (app, registry) = service().await;
    let names: Vec<String> = (1..=12).map(|n| format!("https://idp-{n:02}.example.org")).collect();
    let others: Vec<_> = names.iter().map(|name| named(&app.idp, name)).collect();
    registry.says(&registry_of(&[&app.idp].into_iter().chain(&others).collect::<Vec<_>>()));
    assert_eq!(fetched(&app).await, Taken::Renewed(13));
    let mut citizen = Citizen::new();
    let page = citizen.open(&app, &portal().authorize(&[])).await;
    let order = |body: &str| -> Vec<String> {
        let links = body.split("idp=").skip(1);
        links
            .map(|rest| rest.chars().take_while(|c| !"&\"".contains(*c)).collect())
            .collect()
    };
    let mut orders = Vec::new();
    for _ in 0..5 {
        let shown = order(&citizen.open(&app, page.url.as_str()).await.body);
        assert_eq!(shown.iter().collect::<std::collections::BTreeSet<_>>().len(), 13);
        assert_eq!(shown.len(), 13);
        orders.push(shown);
    }
    orders.sort();
    orders.dedup();
    assert!(orders.len() > 1, "always in one order");
}

#[tokio::test]
async fn a_logo_that_the_operator_brings_stands_on_the_button_and_the_name_where_there_is_none() {
    let mut app = TestApp::start().await;
    let mut citizen = Citizen::new();
    let address = portal().authorize(&[]);
    let named = citizen.open(&app, &address).await;
    assert!(!named.body.contains("/brought/"), "a name, for there is no logo");
    app.brings_logo("<svg xmlns=\"http://www.w3.org/2000/svg\"><path d=\"M0 0h9v9z\"/></svg>");
    let page = citizen.open(&app, &address).await;
    let picture = page.body.split("<img ").find(|img| img.contains("/brought/")).unwrap();
    let alt = attribute(picture, "alt").unwrap();
    assert!(
        !alt.is_empty() && named.body.contains(&alt),
        "the name stays for those who do not see it: {alt}"
    );
    let served = citizen.open(&app, &attribute(picture, "src").unwrap()).await;
    assert_eq!(served.headers["content-type"], "image/svg+xml");
    assert!(served.body.contains("M0 0h9v9z"), "{}", served.body);
    let policy = served.headers["content-security-policy"].to_str().unwrap();
    assert!(
        policy.contains("default-src 'none'"),
        "opened by itself it runs nothing: {policy}"
    );
}
