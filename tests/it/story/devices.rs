//! Devices without a browser (RFC 8628): a kiosk shows a code, Mario types it at home, and the kiosk gets its tokens.

use crate::harness::portal::{json, verified};
use crate::harness::{Citizen, ISSUER, PROVALDI, Page, Portal, TestApp, citizen};
use axum::body::Body;
use chrono::TimeDelta;
use domain::mandate::MandateState;
use http::header::CONTENT_TYPE;
use http::{Request, StatusCode};
use protocol::oidc::client::ActingPolicy;
use protocol::oidc::grant::GrantType;
use serde_json::Value;

const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
const SCOPE: &str = "openid profile organization";

struct World {
    app: TestApp,
    kiosk: Portal,
    citizen: Citizen,
    codes: Value,
}

impl World {
    /// A kiosk that waits.
    async fn new() -> World {
        let app = TestApp::start().await;
        let kiosk = Portal::new("fatture");
        app.change_client(&kiosk, |client| {
            client.metadata.grant_types = [GrantType::DeviceCode, GrantType::RefreshToken].into();
        })
        .await;
        let (status, codes) = kiosk.post(&app, "/device_authorization", &[("scope", SCOPE)]).await;
        assert_eq!(status, StatusCode::OK, "{codes}");
        World {
            app,
            kiosk,
            citizen: Citizen::new(),
            codes,
        }
    }

    fn code(&self, name: &str) -> &str {
        self.codes[name].as_str().unwrap()
    }

    async fn poll(&self) -> (StatusCode, Value) {
        self.poll_by(&self.kiosk).await
    }

    async fn poll_by(&self, client: &Portal) -> (StatusCode, Value) {
        let pairs = [("grant_type", GRANT), ("device_code", self.code("device_code"))];
        client.post(&self.app, "/token", &pairs).await
    }

    /// After the interval, as a well-behaved device.
    async fn poll_in_time(&self) -> (StatusCode, Value) {
        self.app.clock.advance(TimeDelta::seconds(5));
        self.poll().await
    }

    async fn types(&mut self, code: &str) -> Page {
        self.citizen.submit(&self.app, "/device", &[("user_code", code)]).await
    }

    /// Types the code and answers the question.
    async fn confirms(&mut self, answer: &str) -> Page {
        let code = self.code("user_code").to_owned();
        let question = self.types(&code).await;
        assert_eq!(question.url.path(), "/device/confirm", "{}", question.body);
        assert!(question.body.contains(&code), "the citizen compares it");
        let login = question.field("login").unwrap();
        let fields = [("login", login.as_str()), ("device", answer)];
        self.citizen.submit(&self.app, "/device/confirm", &fields).await
    }

    /// The whole way of the citizen, for ACME SRL.
    async fn connects(&mut self) -> Page {
        let login = self.confirms("mine").await;
        let asked = self.app.pick_idp(&mut self.citizen, &login).await;
        let chooser = self.app.come_back(&mut self.citizen, &asked, &PROVALDI).await;
        self.app.choose(&mut self.citizen, &chooser, "ACME SRL").await
    }
}

fn error(answer: &(StatusCode, Value)) -> &str {
    assert_eq!(answer.0, StatusCode::BAD_REQUEST, "{}", answer.1);
    answer.1["error"].as_str().unwrap()
}

#[tokio::test]
async fn a_device_shows_a_code_the_citizen_signs_in_elsewhere_and_the_device_gets_its_tokens() {
    let mut world = World::new().await;
    assert_eq!(world.code("verification_uri"), format!("{ISSUER}/device"));
    assert_eq!(world.codes["expires_in"], 600);
    assert_eq!(world.codes["interval"], 5);
    assert_eq!(error(&world.poll().await), "authorization_pending");
    let done = world.connects().await;
    assert!(done.body.contains("Il dispositivo è collegato"), "{}", done.body);
    let (status, tokens) = world.poll_in_time().await;
    assert_eq!(status, StatusCode::OK, "{tokens}");
    assert!(tokens["refresh_token"].is_string());
    let (_, claims) = verified(&world.app, tokens["id_token"].as_str().unwrap()).await;
    assert_eq!(claims["aud"], "fatture");
    assert!(claims["organization"]["acme-srl"].is_object());
    let (_, claims) = world
        .kiosk
        .userinfo(&world.app, tokens["access_token"].as_str().unwrap())
        .await;
    assert_eq!(claims["given_name"], "Mario");
}

#[tokio::test]
async fn the_link_of_the_device_fills_in_the_code_and_asks_all_the_same() {
    let mut world = World::new().await;
    let link = world.code("verification_uri_complete").to_owned();
    let page = world.citizen.open(&world.app, &link).await;
    assert_eq!(page.field("user_code").as_deref(), Some(world.code("user_code")));
    assert_eq!(error(&world.poll().await), "authorization_pending");
    let as_people_type = world.code("user_code").to_lowercase().replace('-', " ");
    let question = world.types(&as_people_type).await;
    assert!(question.body.contains("Fatture alla PA"), "whose device it is");
}

#[tokio::test]
async fn nobody_signs_in_for_a_device_that_they_did_not_confirm_40() {
    let mut world = World::new().await;
    let code = world.code("user_code").to_owned();
    let question = world.types(&code).await;
    let login = question.field("login").unwrap();
    // Not by the addresses of the login, nor by that of an identity provider.
    let id = question.login();
    for path in ["/login/continue", "/login"] {
        let address = format!("{path}?login={id}");
        let asked_again = world.citizen.open(&world.app, &address).await;
        assert_eq!(asked_again.url.path(), "/device/confirm", "{path}");
    }
    let typed = format!("/login/spid?idp=https%3A%2F%2Fidp.example.org&login={id}");
    let page = world.citizen.open(&world.app, &typed).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND, "{}", page.url);
    // Nor by another browser.
    let mut other = Citizen::new();
    let fields = [("login", login.as_str()), ("device", "mine")];
    let page = other.submit(&world.app, "/device/confirm", &fields).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST, "{}", page.body);
    // Nor by a page of somebody else that sends the form.
    let page = world
        .citizen
        .submit_from_elsewhere(&world.app, "/device/confirm", &fields)
        .await;
    assert!(
        page.url.path() == "/device/confirm" && page.field("login").is_some(),
        "asked again: {}",
        page.url
    );
    // Nor by a page of another host of our site, which cookies follow, and which knows the login: it began it.
    let fields = [("login", id.as_str()), ("device", "mine")];
    let page = world.citizen.submit(&world.app, "/device/confirm", &fields).await;
    assert!(
        page.url.path() == "/device/confirm" && page.field("login").is_some(),
        "asked again: {}",
        page.url
    );
    assert_eq!(error(&world.poll_in_time().await), "authorization_pending");
}

#[tokio::test]
async fn a_device_that_is_not_the_citizens_is_told_access_denied() {
    let mut world = World::new().await;
    let page = world.confirms("other").await;
    assert!(page.body.contains("Il dispositivo non è collegato"), "{}", page.body);
    assert_eq!(error(&world.poll().await), "access_denied");
    let code = world.code("user_code").to_owned();
    let page = world.types(&code).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "the code is over");
}

#[tokio::test]
async fn what_one_refused_nobody_else_connects() {
    let mut world = World::new().await;
    let login = world.confirms("mine").await;
    let asked = world.app.pick_idp(&mut world.citizen, &login).await;
    let chooser = world.app.come_back(&mut world.citizen, &asked, &PROVALDI).await;
    let mut owner = Citizen::new();
    std::mem::swap(&mut owner, &mut world.citizen);
    world.confirms("other").await;
    let page = world.app.choose(&mut owner, &chooser, "ACME SRL").await;
    assert!(!page.body.contains("Il dispositivo è collegato"), "{}", page.body);
    assert_eq!(error(&world.poll().await), "access_denied");
}

#[tokio::test]
async fn who_clicks_twice_reads_the_same_twice() {
    let mut world = World::new().await;
    let mut mario = Citizen::new();
    let back = world.app.sign_in(&mut mario, &Portal::new("anagrafe"), &PROVALDI).await;
    assert_eq!(back.status, StatusCode::OK);
    world
        .app
        .change_client(&world.kiosk, |client| client.acting = ActingPolicy::Myself)
        .await;
    world.citizen = mario;
    let code = world.code("user_code").to_owned();
    let question = world.types(&code).await;
    let login = question.field("login").unwrap();
    let answers = ["mine", "mine", "other"];
    for (answer, expected) in answers.into_iter().zip([true, true, false]) {
        let fields = [("login", login.as_str()), ("device", answer)];
        let page = world.citizen.submit(&world.app, "/device/confirm", &fields).await;
        let connected = page.body.contains("Il dispositivo è collegato");
        assert_eq!(connected, expected, "{answer}: {}", page.body);
        assert!(!page.body.contains("Il dispositivo non è collegato"), "it is");
    }
    let (status, tokens) = world.poll().await;
    assert_eq!(status, StatusCode::OK, "{tokens}");
}

#[tokio::test]
async fn who_has_nobody_to_act_for_leaves_the_device_with_access_denied() {
    let mut world = World::new().await;
    let login = world.confirms("mine").await;
    let asked = world.app.pick_idp(&mut world.citizen, &login).await;
    let page = world
        .app
        .come_back(&mut world.citizen, &asked, &crate::harness::CAMPIONELLI)
        .await;
    assert!(page.body.contains("Il dispositivo non è collegato"), "{}", page.body);
    assert_eq!(error(&world.poll().await), "access_denied");
}

#[tokio::test]
async fn a_device_that_asks_too_often_is_told_to_slow_down_48() {
    let world = World::new().await;
    assert_eq!(error(&world.poll().await), "authorization_pending");
    assert_eq!(error(&world.poll().await), "slow_down");
    world.app.clock.advance(TimeDelta::seconds(5));
    assert_eq!(error(&world.poll().await), "slow_down", "ten seconds now");
    world.app.clock.advance(TimeDelta::seconds(15));
    assert_eq!(error(&world.poll().await), "authorization_pending");
}

#[tokio::test]
async fn after_ten_minutes_code_and_device_are_over() {
    let mut world = World::new().await;
    world.app.clock.advance(TimeDelta::minutes(10));
    assert_eq!(error(&world.poll().await), "expired_token");
    let code = world.code("user_code").to_owned();
    assert_eq!(world.types(&code).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn guessing_codes_stops_after_a_few_and_locks_nobody_else_out_48() {
    let mut world = World::new().await;
    // A first visit gives the browser its cookie.
    let code = world.code("user_code").to_owned();
    world.types(&code).await;
    for guess in ["BCDFGHJK", "BCDFGHJL", "BCDFGHJM", "BCDFGHJN", "BCDFGHJP"] {
        assert_eq!(world.types(guess).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(world.types(&code).await.status, StatusCode::TOO_MANY_REQUESTS);
    world.citizen = Citizen::new();
    assert_eq!(world.types(&code).await.url.path(), "/device/confirm");
}

#[tokio::test]
async fn without_a_cookie_the_address_is_what_counts_48() {
    let world = World::new().await;
    for attempt in 0..31 {
        let mut stranger = Citizen::new();
        stranger.address = Some("198.51.100.7");
        let page = stranger
            .submit(&world.app, "/device", &[("user_code", "BCDFGHJK")])
            .await;
        let expected = if attempt < 30 {
            StatusCode::UNPROCESSABLE_ENTITY
        } else {
            StatusCode::TOO_MANY_REQUESTS
        };
        assert_eq!(page.status, expected, "{attempt}");
    }
}

#[tokio::test]
async fn who_has_a_network_of_addresses_counts_as_one_48() {
    let world = World::new().await;
    for attempt in 0..30 {
        let mut stranger = Citizen::new();
        stranger.address = Some(["2001:db8::1", "2001:db8::2:3:4:5"][attempt % 2]);
        let guess = [("user_code", "BCDFGHJK")];
        let page = stranger.submit(&world.app, "/device", &guess).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{attempt}");
    }
    for (address, expected) in [
        ("2001:db8:0:0:9::", StatusCode::TOO_MANY_REQUESTS),
        ("2001:db8:0:1::1", StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let mut stranger = Citizen::new();
        stranger.address = Some(address);
        let guess = [("user_code", "BCDFGHJK")];
        let page = stranger.submit(&world.app, "/device", &guess).await;
        assert_eq!(page.status, expected, "{address}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_simultaneous_questions_at_most_one_gets_tokens_34() {
    let mut world = World::new().await;
    world.connects().await;
    let world = std::sync::Arc::new(world);
    let mut tasks = Vec::new();
    for _ in 0..20 {
        let world = world.clone();
        tasks.push(tokio::spawn(async move { world.poll().await.0 }));
    }
    let mut won = 0;
    for task in tasks {
        won += usize::from(task.await.unwrap() == StatusCode::OK);
    }
    assert!(won <= 1, "{won}");
}

#[tokio::test]
async fn a_device_code_is_good_once_for_its_client_and_by_its_grant_34() {
    let mut world = World::new().await;
    let other = Portal::new("edilizia");
    world
        .app
        .change_client(&other, |client| {
            client.metadata.grant_types.insert(GrantType::DeviceCode);
        })
        .await;
    assert_eq!(error(&world.poll_by(&other).await), "invalid_grant");
    world.connects().await;
    assert_eq!(error(&world.poll_by(&other).await), "invalid_grant");
    // As a code that went through a browser it is none.
    let pairs = [
        ("grant_type", "authorization_code"),
        ("code", world.code("device_code")),
        ("redirect_uri", ""),
    ];
    let answer = world.kiosk.post(&world.app, "/token", &pairs).await;
    assert_eq!(answer.0, StatusCode::BAD_REQUEST, "{}", answer.1);
    let (status, tokens) = world.poll().await;
    assert_eq!(status, StatusCode::OK, "{tokens}");
    assert_eq!(error(&world.poll().await), "invalid_grant");
    let (status, _) = world
        .kiosk
        .userinfo(&world.app, tokens["access_token"].as_str().unwrap())
        .await;
    assert_eq!(status, StatusCode::UNAUTHORIZED, "what came of the first use is over");
}

#[tokio::test]
async fn a_code_that_went_through_a_browser_is_no_device_code_35() {
    let world = World::new().await;
    let portal = Portal::new("anagrafe");
    world
        .app
        .change_client(&portal, |client| {
            client.metadata.grant_types.insert(GrantType::DeviceCode);
        })
        .await;
    let back = world.app.sign_in(&mut Citizen::new(), &portal, &PROVALDI).await;
    let code = portal.code(&back);
    let pairs = [("grant_type", GRANT), ("device_code", code.as_str())];
    let answer = portal.post(&world.app, "/token", &pairs).await;
    assert_eq!(error(&answer), "invalid_grant");
    portal.exchange(&world.app, &code).await;
}

#[tokio::test]
async fn two_who_type_the_same_code_do_not_both_connect_it_34() {
    let mut world = World::new().await;
    let mut second = Citizen::new();
    let code = world.code("user_code").to_owned();
    let question = second.submit(&world.app, "/device", &[("user_code", &code)]).await;
    let login = question.field("login").unwrap();
    world.connects().await;
    let fields = [("login", login.as_str()), ("device", "mine")];
    let page = second.submit(&world.app, "/device/confirm", &fields).await;
    let asked = world.app.pick_idp(&mut second, &page).await;
    let chooser = world.app.come_back(&mut second, &asked, &PROVALDI).await;
    let page = world.app.choose(&mut second, &chooser, "Ufficio gare").await;
    assert!(!page.body.contains("Il dispositivo è collegato"), "{}", page.body);
    assert_ne!(page.status, StatusCode::INTERNAL_SERVER_ERROR);
    let (_, tokens) = world.poll().await;
    let (_, claims) = verified(&world.app, tokens["id_token"].as_str().unwrap()).await;
    assert!(claims["organization"]["acme-srl"].is_object(), "{claims}");
}

#[tokio::test]
async fn a_devices_tokens_end_with_the_mandate_and_the_session_57() {
    for end in ["mandate", "sign out", "blocked", "before the device came"] {
        let mut world = World::new().await;
        world.connects().await;
        let device_code = world.code("device_code").to_owned();
        let revoke = |mandate: &mut domain::mandate::Mandate| mandate.state = MandateState::Revoked;
        if end == "before the device came" {
            world.app.change_mandate(&device_code, revoke).await;
            assert_eq!(error(&world.poll().await), "invalid_grant");
            continue;
        }
        let (_, tokens) = world.poll().await;
        match end {
            "mandate" => world.app.change_mandate(&device_code, revoke).await,
            "blocked" => world.app.block(&PROVALDI).await,
            _ => {
                let hint = tokens["id_token"].as_str().unwrap();
                let query = citizen::encode(&[("id_token_hint", hint)]);
                world.citizen.open(&world.app, &format!("/logout?{query}")).await;
            }
        }
        let token = tokens["access_token"].as_str().unwrap();
        let (status, _) = world.kiosk.userinfo(&world.app, token).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{end}");
        let pairs = [
            ("grant_type", "refresh_token"),
            ("refresh_token", tokens["refresh_token"].as_str().unwrap()),
        ];
        let answer = world.kiosk.post(&world.app, "/token", &pairs).await;
        assert_eq!(error(&answer), "invalid_grant", "{end}");
    }
}

#[tokio::test]
async fn a_device_is_asked_for_by_a_client_that_registered_it_and_by_the_rules_of_authorize() {
    let world = World::new().await;
    let other = Portal::new("edilizia");
    let answer = other
        .post(&world.app, "/device_authorization", &[("scope", SCOPE)])
        .await;
    assert_eq!(error(&answer), "unauthorized_client");
    for (pairs, expected) in [
        (vec![("scope", "profile")], "invalid_scope"),
        (vec![("scope", SCOPE), ("scope", SCOPE)], "invalid_request"),
        (
            vec![("scope", SCOPE), ("resource", "https://other.example.com")],
            "invalid_target",
        ),
        (vec![("scope", SCOPE), ("request", "e30.e30.")], "invalid_request"),
    ] {
        let answer = world.kiosk.post(&world.app, "/device_authorization", &pairs).await;
        assert_eq!(error(&answer), expected);
    }
    // A public client is who it says it is, as everywhere.
    let public = Portal::new("app");
    world
        .app
        .change_client(&public, |client| {
            client.metadata.grant_types.insert(GrantType::DeviceCode);
        })
        .await;
    let request = Request::post("/device_authorization")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from("client_id=app&scope=openid"))
        .unwrap();
    let (status, codes) = json(&world.app, request).await;
    assert_eq!(status, StatusCode::OK, "{codes}");
}

#[tokio::test]
async fn a_no_in_another_tab_is_final_even_after_the_yes() {
    let mut world = World::new().await;
    let code = world.code("user_code").to_owned();
    let other_tab = world.types(&code).await;
    world.connects().await;
    let login = other_tab.field("login").unwrap();
    let fields = [("login", login.as_str()), ("device", "foreign")];
    world.citizen.submit(&world.app, "/device/confirm", &fields).await;
    assert_eq!(error(&world.poll_in_time().await), "invalid_grant");
}
