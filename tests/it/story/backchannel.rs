//! Portals learn that somebody signed out (OpenID Connect Back-Channel Logout 1.0).

use crate::harness::inbox::{Inbox, Post};
use crate::harness::portal::{Tokens, verified};
use crate::harness::{Citizen, PROVALDI, Portal, TestApp};
use chrono::TimeDelta;
use http::StatusCode;
use josekit::jwe::RSA_OAEP_256;
use josekit::jwk::Jwk;
use protocol::jose::Algorithm;
use protocol::oidc::client::{ContentEncryption, KeyManagement, Protection, SubjectType};
use serde_json::{Value, json};
use std::time::Duration;
use varco::flow::provider::backchannel_logout::tell_portals;
use varco::outbound::HttpClient;
use varco::outbound::http::OutboundSettings;

/// The service, and the server where portals are told.
async fn started() -> (TestApp, Inbox) {
    let inbox = Inbox::open().await;
    (TestApp::start().await.with_way(inbox.way_there()), inbox)
}

/// `portal` wants to be told, at a path of its name.
async fn registers(app: &TestApp, inbox: &Inbox, portal: &Portal) {
    let address = inbox.address(&format!("/{}", portal.client_id));
    app.change_client(portal, |client| client.metadata.backchannel_logout_uri = Some(address))
        .await;
}

/// The citizen comes to `portal`, signed in already or not, and it gets tokens.
async fn come(app: &TestApp, citizen: &mut Citizen, portal: &Portal) -> (String, Tokens) {
    let page = citizen.open(app, &portal.authorize(&[])).await;
    let page = match page.link("idp=") {
        Some(_) => {
            let asked = app.pick_idp(citizen, &page).await;
            app.come_back(citizen, &asked, &PROVALDI).await
        }
        None => page,
    };
    let code = portal.code(&page);
    let tokens = portal.exchange(app, &code).await;
    (code, tokens)
}

/// The citizen signs out at the portal `anagrafe`, and is back there.
async fn sign_out(app: &TestApp, citizen: &mut Citizen, tokens: &Tokens) {
    let bye = "https://anagrafe.example.com/bye";
    let pairs = [
        ("id_token_hint", tokens.id_token.as_str()),
        ("post_logout_redirect_uri", bye),
    ];
    let address = format!("/logout?{}", crate::harness::citizen::encode(&pairs));
    assert_eq!(citizen.open(app, &address).await.url.as_str(), bye);
}

/// A citizen at the portal `anagrafe`, which wants to be told.
async fn visitor(app: &TestApp, inbox: &Inbox) -> (Citizen, Tokens) {
    let (mut citizen, portal) = (Citizen::new(), Portal::new("anagrafe"));
    registers(app, inbox, &portal).await;
    let (_, tokens) = come(app, &mut citizen, &portal).await;
    (citizen, tokens)
}

async fn job_runs(app: &TestApp) {
    tell_portals(&app.deps).await.unwrap();
}

/// Header and claims of the token that a portal was sent.
async fn told(app: &TestApp, post: &Post) -> (Value, Value) {
    verified(app, &post.field("logout_token").unwrap()).await
}

#[tokio::test]
async fn signed_out_at_one_portal_every_other_one_is_told_who_and_which_session() {
    let (app, inbox) = started().await;
    let [anagrafe, biblioteca, silent] = ["anagrafe", "biblioteca", "app"].map(Portal::new);
    registers(&app, &inbox, &anagrafe).await;
    registers(&app, &inbox, &biblioteca).await;
    app.change_client(&biblioteca, |client| {
        client.metadata.subject_type = SubjectType::Pairwise;
        client.metadata.id_token.signed = Some(Algorithm::Es256);
    })
    .await;
    let mut citizen = Citizen::new();
    let (_, first) = come(&app, &mut citizen, &anagrafe).await;
    let (_, second) = come(&app, &mut citizen, &biblioteca).await;
    silent.code(&citizen.open(&app, &silent.authorize(&[])).await);
    job_runs(&app).await;
    assert_eq!(inbox.count(), 0, "nobody signed out yet");

    sign_out(&app, &mut citizen, &first).await;
    assert_eq!(inbox.count(), 0, "the citizen is back before any portal was called");
    job_runs(&app).await;
    let posts = inbox.posts();
    let paths: Vec<&str> = posts.iter().map(Post::path).collect();
    assert_eq!(paths, ["/anagrafe", "/biblioteca"]);
    let mut names = Vec::new();
    for ((post, tokens), (algorithm, aud)) in posts
        .iter()
        .zip([&first, &second])
        .zip([("RS256", "anagrafe"), ("ES256", "biblioteca")])
    {
        assert!(post.head.starts_with("POST "), "{}", post.head);
        assert!(
            post.head
                .to_ascii_lowercase()
                .contains("content-type: application/x-www-form-urlencoded")
        );
        let (header, claims) = told(&app, post).await;
        assert_eq!(
            (&header["typ"], &header["alg"]),
            (&json!("logout+jwt"), &json!(algorithm))
        );
        assert_eq!(claims["aud"], aud);
        for same in ["sub", "sid"] {
            assert_eq!(claims[same], tokens.claims[same], "{same} as in the ID token");
        }
        let event = json!({"http://schemas.openid.net/event/backchannel-logout": {}});
        assert_eq!(claims["events"], event);
        assert_eq!(claims["iat"], app.now().timestamp());
        assert_eq!(claims["exp"], app.now().timestamp() + 120);
        assert!(claims.get("nonce").is_none());
        names.push(claims["jti"].clone());
    }
    assert_ne!(names[0], names[1]);
    assert_ne!(first.claims["sub"], second.claims["sub"]);
    job_runs(&app).await;
    assert_eq!(inbox.count(), 2, "each was told once");
}

#[tokio::test]
async fn a_logout_token_is_no_id_token_hint_33() {
    let (app, inbox) = started().await;
    let (mut citizen, tokens) = visitor(&app, &inbox).await;
    sign_out(&app, &mut citizen, &tokens).await;
    job_runs(&app).await;
    let token = inbox.posts()[0].field("logout_token").unwrap();
    let (mut citizen, _) = visitor(&app, &inbox).await;
    let page = citizen.open(&app, &format!("/logout?id_token_hint={token}")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(citizen.cookie("varco_session").is_some(), "asked first: {}", page.url);
}

#[tokio::test]
async fn a_portal_that_does_not_take_it_is_told_again_and_given_up_after_an_hour() {
    let (app, inbox) = started().await;
    let (mut citizen, tokens) = visitor(&app, &inbox).await;
    inbox.answers("503 Service Unavailable");
    sign_out(&app, &mut citizen, &tokens).await;
    job_runs(&app).await;
    for (tried, minutes) in [(1, 1), (2, 4), (3, 15), (4, 40)] {
        assert_eq!(inbox.count(), tried);
        app.clock.advance(TimeDelta::minutes(minutes) - TimeDelta::seconds(1));
        job_runs(&app).await;
        assert_eq!(inbox.count(), tried, "not yet");
        app.clock.advance(TimeDelta::seconds(1));
        job_runs(&app).await;
    }
    assert_eq!(inbox.count(), 5);
    app.clock.advance(TimeDelta::days(1));
    job_runs(&app).await;
    assert_eq!(inbox.count(), 5, "given up");
}

#[tokio::test]
async fn a_portal_that_is_back_is_told_by_a_fresh_token_and_only_once_more() {
    let (app, inbox) = started().await;
    let (mut citizen, tokens) = visitor(&app, &inbox).await;
    // Backchannel §2.8: neither another success nor a redirect says that it was understood.
    inbox.answers("202 Accepted");
    sign_out(&app, &mut citizen, &tokens).await;
    job_runs(&app).await;
    inbox.answers(&format!(
        "307 Temporary Redirect\r\nLocation: {}",
        inbox.address("/there")
    ));
    app.clock.advance(TimeDelta::minutes(1));
    job_runs(&app).await;
    inbox.answers("204 No Content");
    app.clock.advance(TimeDelta::minutes(4));
    job_runs(&app).await;
    app.clock.advance(TimeDelta::days(1));
    job_runs(&app).await;
    let posts = inbox.posts();
    assert_eq!(posts.len(), 3);
    assert!(
        posts.iter().all(|post| post.path() == "/anagrafe"),
        "no redirect is followed"
    );
    let mut names = Vec::new();
    for post in &posts {
        names.push(told(&app, post).await.1["jti"].clone());
    }
    assert!(names[0] != names[1] && names[1] != names[2] && names[0] != names[2]);
}

#[tokio::test]
async fn a_portal_that_cannot_be_reached_keeps_no_other_waiting() {
    let (app, inbox) = started().await;
    let (mut citizen, tokens) = visitor(&app, &inbox).await;
    let gone = Portal::new("biblioteca");
    // Nobody listens on port 1.
    app.change_client(&gone, |client| {
        client.metadata.backchannel_logout_uri = Some("http://127.0.0.1:1/".to_owned());
    })
    .await;
    come(&app, &mut citizen, &gone).await;
    sign_out(&app, &mut citizen, &tokens).await;
    job_runs(&app).await;
    assert_eq!(inbox.count(), 1);
}

#[tokio::test]
async fn a_portal_that_never_answers_keeps_no_other_waiting_42() {
    let inbox = Inbox::open().await;
    // Takes calls and says nothing.
    let silent = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let silent_at = silent.local_addr().unwrap();
    let way = HttpClient::new(OutboundSettings {
        allow_hosts: [silent_at.to_string(), inbox.host()].into(),
        ..OutboundSettings::default()
    });
    let app = TestApp::start().await.with_way(way.unwrap());
    let (mut citizen, mut gone) = (Citizen::new(), Portal::new("edilizia"));
    gone.scope = "openid";
    app.change_client(&gone, |client| {
        client.metadata.backchannel_logout_uri = Some(format!("http://{silent_at}/"));
    })
    .await;
    for _ in 0..40 {
        come(&app, &mut citizen, &gone).await;
    }
    let portal = Portal::new("anagrafe");
    registers(&app, &inbox, &portal).await;
    let (_, tokens) = come(&app, &mut citizen, &portal).await;
    sign_out(&app, &mut citizen, &tokens).await;
    let within = tokio::time::timeout(Duration::from_secs(3), tell_portals(&app.deps)).await;
    assert!(within.is_err(), "the silent one is still waited for");
    assert_eq!(inbox.count(), 1);
}

#[tokio::test]
async fn nobody_inside_is_reached_46() {
    let inbox = Inbox::open().await;
    let public_only = HttpClient::new(OutboundSettings::default()).unwrap();
    let app = TestApp::start().await.with_way(public_only);
    let (mut citizen, tokens) = visitor(&app, &inbox).await;
    sign_out(&app, &mut citizen, &tokens).await;
    for _ in 0..6 {
        job_runs(&app).await;
        app.clock.advance(TimeDelta::hours(1));
    }
    assert_eq!(inbox.count(), 0);
}

#[tokio::test]
async fn a_logout_is_told_after_a_restart_too() {
    let (app, inbox) = started().await;
    let (mut citizen, tokens) = visitor(&app, &inbox).await;
    sign_out(&app, &mut citizen, &tokens).await;
    let app = app.restart().await.with_way(inbox.way_there());
    job_runs(&app).await;
    assert_eq!(told(&app, &inbox.posts()[0]).await.1["sid"], tokens.claims["sid"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_nodes_one_tells() {
    let (app, inbox) = started().await;
    let other = app.another_node().await.with_way(inbox.way_there());
    let mut signed_in = Vec::new();
    for _ in 0..8 {
        signed_in.push(visitor(&app, &inbox).await);
    }
    for (citizen, tokens) in &mut signed_in {
        sign_out(&app, citizen, tokens).await;
    }
    // Whoever finds all of it in the other one's hands ends at once.
    tokio::join!(job_runs(&app), job_runs(&other));
    assert_eq!(inbox.count(), 8);
}

#[tokio::test]
async fn a_portal_that_was_disabled_is_told_nothing_47() {
    let (app, inbox) = started().await;
    let (mut citizen, tokens) = visitor(&app, &inbox).await;
    sign_out(&app, &mut citizen, &tokens).await;
    app.disable(&Portal::new("anagrafe")).await;
    job_runs(&app).await;
    assert_eq!(inbox.count(), 0);
    assert_eq!(app.deps.store.due_logout_notices(app.now(), 1, 1).await.unwrap(), []);
}

#[tokio::test]
async fn a_portal_that_never_fetched_its_tokens_has_nothing_to_end() {
    let (app, inbox) = started().await;
    let (mut citizen, tokens) = visitor(&app, &inbox).await;
    let biblioteca = Portal::new("biblioteca");
    registers(&app, &inbox, &biblioteca).await;
    biblioteca.code(&citizen.open(&app, &biblioteca.authorize(&[])).await);
    sign_out(&app, &mut citizen, &tokens).await;
    job_runs(&app).await;
    let posts = inbox.posts();
    let paths: Vec<&str> = posts.iter().map(Post::path).collect();
    assert_eq!(paths, ["/anagrafe"]);
}

#[tokio::test]
async fn a_stolen_code_that_comes_again_ends_the_portals_session_too_34() {
    let (app, inbox) = started().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("anagrafe"));
    registers(&app, &inbox, &portal).await;
    let (code, tokens) = come(&app, &mut citizen, &portal).await;
    let (status, _) = portal.token(&app, &code, &[]).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    job_runs(&app).await;
    assert_eq!(told(&app, &inbox.posts()[0]).await.1["sid"], tokens.claims["sid"]);
    // What ended is not ended again.
    sign_out(&app, &mut citizen, &tokens).await;
    job_runs(&app).await;
    assert_eq!(inbox.count(), 1);
}

/// §2.4: "The same keys are used to sign and encrypt Logout Tokens as are used for ID Tokens."
#[tokio::test]
async fn who_gets_encrypted_id_tokens_gets_encrypted_logout_tokens() {
    let (app, inbox) = started().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("anagrafe"));
    registers(&app, &inbox, &portal).await;
    let (_, tokens) = come(&app, &mut citizen, &portal).await;
    let private = Jwk::generate_rsa_key(2048).unwrap();
    let mut public = json!(private.to_public_key().unwrap());
    public["use"] = json!("enc");
    app.change_client(&portal, |client| {
        client.metadata.jwks = Some(json!({ "keys": [public] }));
        client.metadata.id_token = Protection {
            signed: Some(Algorithm::Es256),
            encrypted: Some((KeyManagement::RsaOaep256, ContentEncryption::A256Gcm)),
        };
    })
    .await;
    sign_out(&app, &mut citizen, &tokens).await;
    job_runs(&app).await;
    let decrypter = RSA_OAEP_256.decrypter_from_jwk(&private).unwrap();
    let token = inbox.posts()[0].field("logout_token").unwrap();
    let (nested, _) = josekit::jwe::deserialize_compact(&token, &decrypter).unwrap();
    let (header, claims) = verified(&app, std::str::from_utf8(&nested).unwrap()).await;
    assert_eq!(header["typ"], "logout+jwt");
    assert_eq!(claims["sid"], tokens.claims["sid"]);
}
