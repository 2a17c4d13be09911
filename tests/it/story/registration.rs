//! A portal registers itself by the token that an administrator gave it (RFC 7591), and looks after its registration
//! (RFC 7592). Attack 46: who may not registers nothing, and who may gets nothing that is an administrator's to give.

use crate::harness::inbox::Inbox;
use crate::harness::portal::{json, verified};
use crate::harness::registrant::{CALLBACK, INITIAL, Registrant, call, open, register};
use crate::harness::{Citizen, ISSUER, PROVALDI, Portal, TestApp};
use axum::body::Body;
use domain::audit::EventKind;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Request, StatusCode};
use serde_json::{Value, json};
use varco::flow::administration::apply::apply_clients;
use varco::flow::provider::backchannel_logout::tell_portals;

async fn discovery(app: &TestApp) -> Value {
    let request = Request::get("/.well-known/openid-configuration").body(Body::empty());
    json(app, request.unwrap()).await.1
}

#[tokio::test]
async fn nobody_registers_where_the_operator_did_not_open_it() {
    let app = TestApp::start().await;
    assert_eq!(discovery(&app).await.get("registration_endpoint"), None);
    let good = json!({"redirect_uris": [CALLBACK]});
    for (method, path) in [
        ("POST", "/register"),
        ("GET", "/register/fatture"),
        ("DELETE", "/register/fatture"),
    ] {
        assert_eq!(call(&app, method, path, INITIAL, &good).await.0, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn a_portal_registers_itself_and_a_citizen_who_agrees_signs_in_there() {
    let app = TestApp::start_with(open()).await;
    assert_eq!(
        discovery(&app).await["registration_endpoint"],
        format!("{ISSUER}/register")
    );
    let portal = Registrant::new(&app, &json!({})).await;
    assert_eq!(portal.0["client_secret_expires_at"], 0);
    assert_eq!(portal.0["client_id_issued_at"], app.now().timestamp());
    assert_eq!(portal.0["token_endpoint_auth_method"], "client_secret_basic");
    assert_eq!(portal.0["grant_types"], json!(["authorization_code"]));
    assert_eq!(portal.0["response_types"], json!(["code"]));
    assert_eq!(
        portal.told("registration_client_uri"),
        format!("{ISSUER}/register/{}", portal.id())
    );
    assert_eq!(app.count(EventKind::ClientRegistered).await, 1);
    let mut citizen = Citizen::new();
    let back = portal.agreed(&app, &mut citizen, &PROVALDI).await;
    assert!(back.url.as_str().starts_with(CALLBACK), "{}", back.url);
    let (status, tokens) = portal.token(&app, &back.parameter("code").unwrap()).await;
    assert_eq!(status, StatusCode::OK, "{tokens}");
}

#[tokio::test]
async fn without_a_token_of_the_operators_nobody_registers_46() {
    let app = TestApp::start_with(open()).await;
    let good = json!({"redirect_uris": [CALLBACK]});
    let own = Registrant::new(&app, &json!({}))
        .await
        .told("registration_access_token");
    for token in ["", "made-up", INITIAL.trim_end_matches('9'), own.as_str()] {
        let (status, body) = call(&app, "POST", "/register", token, &good).await;
        assert_eq!(
            (status, &body["error"]),
            (StatusCode::UNAUTHORIZED, &json!("invalid_token")),
            "{token}"
        );
    }
    let two = Request::post("/register")
        .header(CONTENT_TYPE, "application/json")
        .header(AUTHORIZATION, format!("Bearer {INITIAL}"))
        .header(AUTHORIZATION, format!("Bearer {INITIAL}"))
        .body(Body::from(good.to_string()));
    assert_eq!(json(&app, two.unwrap()).await.0, StatusCode::UNAUTHORIZED);
    let other_scheme = Request::post("/register")
        .header(CONTENT_TYPE, "application/json")
        .header(AUTHORIZATION, format!("DPoP {INITIAL}"))
        .body(Body::from(good.to_string()));
    assert_eq!(json(&app, other_scheme.unwrap()).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(app.count(EventKind::ClientRegistered).await, 1);
}

#[tokio::test]
async fn what_is_an_administrators_to_give_is_not_taken_46() {
    let app = TestApp::start_with(open()).await;
    let portal = Registrant::new(
        &app,
        &json!({"client_id": "fatture", "resource": "https://api.example.it", "resources": ["https://api.example.it"],
            "may_act": ["fatture"], "consent": false, "acting": "organisation", "roles": ["invoice-viewer"],
            "min_level": 1, "require_pkce": false, "scope": "openid profile fiscal_number organization spid",
            "software_version": "7", "client_secret": "of-my-own-0123456789-0123456789-0123"}),
    )
    .await;
    assert_ne!(portal.id(), "fatture");
    assert_eq!(portal.0["scope"], "openid profile");
    for name in [
        "resource",
        "resources",
        "may_act",
        "consent",
        "acting",
        "roles",
        "software_version",
    ] {
        assert_eq!(portal.0.get(name), None, "{name}");
    }
    let stored = app.deps.store.client(&portal.id()).await.unwrap().unwrap();
    assert!(stored.metadata.consent && stored.require_pkce);
    assert_eq!(stored.metadata.resource, None);
    assert!(stored.roles.is_empty());
    let (status, body) = register(
        &app,
        &json!({"grant_types": ["client_credentials"], "redirect_uris": null}),
    )
    .await;
    assert_eq!(
        (status, &body["error"]),
        (StatusCode::BAD_REQUEST, &json!("invalid_client_metadata"))
    );
}

#[tokio::test]
async fn what_cannot_be_registered_is_named_by_the_rfcs_word_46() {
    let app = TestApp::start_with(open()).await;
    let many: Vec<String> = (0..101).map(|n| format!("https://a.example.com/{n}")).collect();
    for (metadata, error) in [
        (json!({"redirect_uris": null}), "invalid_redirect_uri"),
        (
            json!({"redirect_uris": ["https://a.example.com/cb#frag"]}),
            "invalid_redirect_uri",
        ),
        (
            json!({"redirect_uris": ["http://a.example.com/cb"]}),
            "invalid_redirect_uri",
        ),
        (
            json!({"redirect_uris": ["http://127.0.0.1/cb"]}),
            "invalid_redirect_uri",
        ),
        (
            json!({"redirect_uris": ["javascript:alert(1)"]}),
            "invalid_redirect_uri",
        ),
        (
            json!({"redirect_uris": ["https://me@a.example.com/cb"]}),
            "invalid_redirect_uri",
        ),
        (json!({"redirect_uris": ["it.comune.app:/cb"]}), "invalid_redirect_uri"),
        (json!({"redirect_uris": many}), "invalid_redirect_uri"),
        (json!({"logo_uri": "javascript:alert(1)"}), "invalid_client_metadata"),
        (
            json!({"initiate_login_uri": "http://a.example.com/entra"}),
            "invalid_client_metadata",
        ),
        (
            json!({"id_token_signed_response_alg": "none"}),
            "invalid_client_metadata",
        ),
        (
            json!({"token_endpoint_auth_method": "private_key_jwt"}),
            "invalid_client_metadata",
        ),
        (
            json!({"token_endpoint_auth_method": "self_signed_tls_client_auth", "jwks": {"keys": []}}),
            "invalid_client_metadata",
        ),
        (
            json!({"jwks": {"keys": []}, "jwks_uri": "https://a.example.com/jwks"}),
            "invalid_client_metadata",
        ),
        (json!({"response_types": ["id_token"]}), "invalid_client_metadata"),
        (
            json!({"subject_type": "pairwise", "redirect_uris": ["https://a.example.com/", "https://b.example.com/"]}),
            "invalid_client_metadata",
        ),
        (json!({"client_name": "x".repeat(101)}), "invalid_client_metadata"),
        (json!({"client_name": "a\u{0}b"}), "invalid_client_metadata"),
        (
            json!({"client_uri": "https://a.example.com/\u{0}"}),
            "invalid_client_metadata",
        ),
        (
            json!({"backchannel_logout_uri": "https://a.example.com/\u{0}"}),
            "invalid_client_metadata",
        ),
        (
            json!({"redirect_uris": ["https://a.example.com\\@b.example.com/"]}),
            "invalid_redirect_uri",
        ),
        (json!({"software_statement": "a.b.c"}), "unapproved_software_statement"),
        (
            json!({"software_statement": {"software_id": "7"}}),
            "invalid_software_statement",
        ),
    ] {
        let (status, body) = register(&app, &metadata).await;
        assert_eq!(
            (status, &body["error"]),
            (StatusCode::BAD_REQUEST, &json!(error)),
            "{metadata} {body}"
        );
        assert!(body["error_description"].as_str().unwrap().is_ascii());
    }
    for (mime, body) in [
        (
            "application/x-www-form-urlencoded",
            json!({"redirect_uris": [CALLBACK]}).to_string(),
        ),
        ("application/json", "[]".to_owned()),
        ("application/json", "{".to_owned()),
        (
            "application/json",
            format!("{{\"client_name\": \"{}\"}}", "x".repeat(70_000)),
        ),
    ] {
        let request = Request::post("/register")
            .header(CONTENT_TYPE, mime)
            .header(AUTHORIZATION, format!("Bearer {INITIAL}"))
            .body(Body::from(body));
        let (status, body) = json(&app, request.unwrap()).await;
        assert_eq!(
            (status, &body["error"]),
            (StatusCode::BAD_REQUEST, &json!("invalid_client_metadata"))
        );
    }
    assert_eq!(app.count(EventKind::ClientRegistered).await, 0);
}

#[tokio::test]
async fn a_native_application_has_answers_at_a_scheme_of_its_own() {
    let app = TestApp::start_with(open()).await;
    let callback = "it.comune.app:/callback";
    let native =
        json!({"application_type": "native", "token_endpoint_auth_method": "none", "redirect_uris": [callback]});
    let portal = Registrant::new(&app, &native).await;
    assert_eq!(portal.0.get("client_secret"), None);
    assert_eq!(portal.0.get("client_secret_expires_at"), None);
    let mut citizen = Citizen::new();
    let refused = citizen
        .open(
            &app,
            &portal.authorize(&[("code_challenge", ""), ("code_challenge_method", "")]),
        )
        .await;
    assert!(
        refused.url.as_str().starts_with(callback),
        "a public client cannot do without PKCE: {}",
        refused.url
    );
    assert_eq!(refused.parameter("error").as_deref(), Some("invalid_request"));
    let back = portal.agreed(&app, &mut citizen, &PROVALDI).await;
    assert!(back.url.as_str().starts_with(callback), "{}", back.url);
}

/// Modules `oidcc-redirect-uri-query-OK`, `-mismatch`, `-added`.
#[tokio::test]
async fn a_registered_query_is_compared_to_the_letter_33() {
    let app = TestApp::start_with(open()).await;
    let with_query = format!("{CALLBACK}?foo=bar");
    let portal = Registrant::new(&app, &json!({"redirect_uris": [with_query]})).await;
    let mut citizen = Citizen::new();
    let back = portal.agreed(&app, &mut citizen, &PROVALDI).await;
    assert_eq!(back.parameter("foo").as_deref(), Some("bar"));
    for other in [
        format!("{CALLBACK}?bar=foo"),
        CALLBACK.to_owned(),
        format!("{with_query}&more=1"),
    ] {
        let page = Citizen::new()
            .open(&app, &portal.authorize(&[("redirect_uri", &other)]))
            .await;
        assert!(app.is_ours(&page.url), "{other}");
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn a_portal_reads_changes_and_removes_its_registration() {
    let app = TestApp::start_with(open()).await;
    let portal = Registrant::new(&app, &json!({"policy_uri": "https://nuovo.example.com/privacy"})).await;
    let (status, read) = portal.manage(&app, "GET", &Value::Null).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(read.get("client_secret"), None, "only its hash is kept");
    for name in [
        "client_id",
        "client_name",
        "policy_uri",
        "registration_access_token",
        "registration_client_uri",
    ] {
        assert_eq!(read[name], portal.0[name], "{name}");
    }
    let elsewhere = "https://nuovo.example.com/other";
    let changed = json!({"client_id": portal.id(), "client_secret": portal.told("client_secret"),
        "redirect_uris": [elsewhere], "client_name": "Altro nome"});
    let (status, told) = portal.manage(&app, "PUT", &changed).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    assert_eq!(told["redirect_uris"], json!([elsewhere]));
    assert_eq!(told.get("policy_uri"), None, "what is left out is gone");
    assert_eq!(told.get("client_secret"), None, "it stays");
    let now = Registrant(
        json!({"client_id": portal.id(), "client_secret": portal.told("client_secret"), "redirect_uris": [elsewhere]}),
    );
    let back = now.agreed(&app, &mut Citizen::new(), &PROVALDI).await;
    assert_eq!(
        now.token(&app, &back.parameter("code").unwrap()).await.0,
        StatusCode::OK
    );
    assert_eq!(
        portal.manage(&app, "DELETE", &Value::Null).await.0,
        StatusCode::NO_CONTENT
    );
    for kind in [EventKind::ClientChanged, EventKind::ClientRemoved] {
        assert_eq!(app.count(kind).await, 1);
    }
}

#[tokio::test]
async fn a_portal_that_changes_how_it_proves_itself_gets_the_secret_that_it_lacks() {
    let app = TestApp::start_with(open()).await;
    let portal = Registrant::new(&app, &json!({"token_endpoint_auth_method": "none"})).await;
    let by = |method: &str| json!({"client_id": portal.id(), "redirect_uris": [CALLBACK], "token_endpoint_auth_method": method});
    let (_, first) = portal.manage(&app, "PUT", &by("client_secret_basic")).await;
    assert!(first["client_secret"].as_str().unwrap().len() >= 43, "{first}");
    let (_, second) = portal.manage(&app, "PUT", &by("client_secret_jwt")).await;
    assert_ne!(
        second["client_secret"], first["client_secret"],
        "of the first only a hash is kept"
    );
    let (_, third) = portal.manage(&app, "PUT", &by("client_secret_post")).await;
    assert_eq!(third.get("client_secret"), None, "the second serves on");
    assert_eq!(third["client_secret_expires_at"], 0);
}

#[tokio::test]
async fn a_change_that_is_wrong_changes_nothing() {
    let app = TestApp::start_with(open()).await;
    let portal = Registrant::new(&app, &json!({})).await;
    let good = json!({"client_id": portal.id(), "redirect_uris": [CALLBACK]});
    for (name, value) in [
        ("client_id", json!("fatture")),
        ("client_id", Value::Null),
        ("client_secret", json!("guessed")),
        ("client_secret", json!(7)),
        ("redirect_uris", json!(["https://nuovo.example.com/#x"])),
        ("subject_type", json!("mine")),
    ] {
        let mut changed = good.clone();
        changed[name] = value;
        assert_eq!(
            portal.manage(&app, "PUT", &changed).await.0,
            StatusCode::BAD_REQUEST,
            "{name}"
        );
    }
    let (_, read) = portal.manage(&app, "GET", &Value::Null).await;
    assert_eq!(read["redirect_uris"], json!([CALLBACK]));
    assert_eq!(app.count(EventKind::ClientChanged).await, 0);
}

#[tokio::test]
async fn a_registration_is_nobody_elses_to_read_or_change_46() {
    let app = TestApp::start_with(open()).await;
    let (mine, other) = (
        Registrant::new(&app, &json!({})).await,
        Registrant::new(&app, &json!({})).await,
    );
    let body = json!({"client_id": mine.id(), "redirect_uris": ["https://evil.example.com/cb"]});
    for token in [
        "",
        "made-up",
        INITIAL,
        &other.told("registration_access_token"),
        &mine.told("client_secret"),
    ] {
        for method in ["GET", "PUT", "DELETE"] {
            let (status, told) = mine.manage_by(&app, method, token, &body).await;
            assert_eq!(
                (status, &told["error"]),
                (StatusCode::UNAUTHORIZED, &json!("invalid_token")),
                "{method}"
            );
        }
    }
    // A client of the configuration has no such token, and one that nobody registered looks the same.
    for client in ["fatture", "nobody", "%00", "..%2f"] {
        let path = format!("/register/{client}");
        let token = mine.told("registration_access_token");
        assert_eq!(
            call(&app, "DELETE", &path, &token, &body).await.0,
            StatusCode::UNAUTHORIZED,
            "{client}"
        );
    }
    assert_eq!(mine.manage(&app, "GET", &Value::Null).await.0, StatusCode::OK);
}

#[tokio::test]
async fn with_its_registration_everything_a_portal_was_given_ends_47() {
    let app = TestApp::start_with(open()).await;
    let portal = Registrant::new(&app, &json!({"grant_types": ["authorization_code", "refresh_token"]})).await;
    let mut citizen = Citizen::new();
    let back = portal.agreed(&app, &mut citizen, &PROVALDI).await;
    let (_, tokens) = portal.token(&app, &back.parameter("code").unwrap()).await;
    let (access, refresh) = (
        tokens["access_token"].as_str().unwrap(),
        tokens["refresh_token"].as_str().unwrap(),
    );
    assert_eq!(Portal::new("fatture").userinfo(&app, access).await.0, StatusCode::OK);
    assert_eq!(
        portal.manage(&app, "DELETE", &Value::Null).await.0,
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        Portal::new("fatture").userinfo(&app, access).await.0,
        StatusCode::UNAUTHORIZED
    );
    let again = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
    assert_eq!(portal.post(&app, "/token", &again).await.0, StatusCode::UNAUTHORIZED);
    for method in ["GET", "PUT", "DELETE"] {
        let body = json!({"client_id": portal.id(), "redirect_uris": [CALLBACK]});
        assert_eq!(
            portal.manage(&app, method, &body).await.0,
            StatusCode::UNAUTHORIZED,
            "{method}"
        );
    }
    let page = citizen.open(&app, &portal.authorize(&[])).await;
    assert!(app.is_ours(&page.url) && page.status == StatusCode::BAD_REQUEST);
    assert!(
        app.deps.store.client(&portal.id()).await.unwrap().unwrap().disabled,
        "its history remains"
    );
}

#[tokio::test]
async fn a_portal_that_removes_itself_is_told_which_logins_ended() {
    let inbox = Inbox::open().await;
    let app = TestApp::start_with(open()).await.with_way(inbox.way_there());
    let portal = Registrant::new(&app, &json!({"backchannel_logout_uri": inbox.address("/ended")})).await;
    let back = portal.agreed(&app, &mut Citizen::new(), &PROVALDI).await;
    portal.token(&app, &back.parameter("code").unwrap()).await;
    portal.manage(&app, "DELETE", &Value::Null).await;
    tell_portals(&app.deps).await.unwrap();
    let posts = inbox.posts();
    assert_eq!(posts.len(), 1);
    let (_, claims) = verified(&app, &posts[0].field("logout_token").unwrap()).await;
    assert_eq!(claims["aud"], portal.id());
}

#[tokio::test]
async fn a_disabled_portal_does_not_look_after_itself_47() {
    let app = TestApp::start_with(open()).await;
    let portal = Registrant::new(&app, &json!({})).await;
    let mut client = app.deps.store.client(&portal.id()).await.unwrap().unwrap();
    client.disabled = true;
    let mut tx = app.deps.store.begin().await.unwrap();
    tx.upsert_client(&client).await.unwrap();
    tx.commit().await.unwrap();
    let body = json!({"client_id": portal.id(), "redirect_uris": [CALLBACK]});
    for method in ["GET", "PUT", "DELETE"] {
        assert_eq!(
            portal.manage(&app, method, &body).await.0,
            StatusCode::UNAUTHORIZED,
            "{method}"
        );
    }
}

#[tokio::test]
async fn a_new_configuration_spares_who_registered_until_it_names_them() {
    let app = TestApp::start_with(open()).await;
    let (stays, adopted) = (
        Registrant::new(&app, &json!({})).await,
        Registrant::new(&app, &json!({})).await,
    );
    let mut taken = app.deps.store.client(&adopted.id()).await.unwrap().unwrap();
    taken.metadata.consent = false;
    apply_clients(&app.deps, &[taken]).await.unwrap();
    let enabled = |id: String| {
        let store = app.deps.store.clone();
        async move { !store.client(&id).await.unwrap().unwrap().disabled }
    };
    assert!(enabled(stays.id()).await && enabled(adopted.id()).await);
    assert!(
        !enabled("fatture".to_owned()).await,
        "the configuration does not name it any more"
    );
    assert_eq!(stays.manage(&app, "GET", &Value::Null).await.0, StatusCode::OK);
    assert_eq!(
        adopted.manage(&app, "GET", &Value::Null).await.0,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn a_name_that_is_markup_is_shown_as_text_49() {
    let app = TestApp::start_with(open()).await;
    let name = "<script>alert(1)</script>\"><img src=x>";
    let portal = Registrant::new(&app, &json!({ "client_name": name })).await;
    let page = portal.asked(&app, &mut Citizen::new(), &PROVALDI).await;
    assert!(page.body.contains("&lt;script&gt;alert(1)"), "{}", page.body);
    assert!(!page.body.contains("<script>alert(1)") && !page.body.contains("<img src=x"));
}

#[tokio::test]
async fn where_the_operator_does_not_demand_pkce_only_a_public_portal_cannot_do_without() {
    let mut settings = open();
    if let Some(registration) = &mut settings.registration {
        registration.require_pkce = false;
    }
    let app = TestApp::start_with(settings).await;
    for (metadata, demanded) in [
        (json!({}), false),
        (json!({"token_endpoint_auth_method": "none"}), true),
    ] {
        let portal = Registrant::new(&app, &metadata).await;
        let without = portal.authorize(&[("code_challenge", ""), ("code_challenge_method", "")]);
        let page = Citizen::new().open(&app, &without).await;
        assert_eq!(page.parameter("error").is_some(), demanded, "{metadata} {}", page.url);
    }
}

#[tokio::test]
async fn there_is_an_end_to_how_many_register_themselves() {
    let app = TestApp::start_with(open()).await;
    let one = Registrant::new(&app, &json!({})).await;
    let mut client = app.deps.store.client(&one.id()).await.unwrap().unwrap();
    let mut tx = app.deps.store.begin().await.unwrap();
    for number in 1..1000 {
        client.id = format!("client-{number}");
        tx.upsert_client(&client).await.unwrap();
        tx.insert_registration(&client.id, &[7; 32], app.now()).await.unwrap();
    }
    tx.commit().await.unwrap();
    let (status, body) = register(&app, &json!({})).await;
    assert_eq!(
        (status, &body["error"]),
        (StatusCode::SERVICE_UNAVAILABLE, &json!("temporarily_unavailable"))
    );
    assert_eq!(one.manage(&app, "DELETE", &Value::Null).await.0, StatusCode::NO_CONTENT);
    assert_eq!(register(&app, &json!({})).await.0, StatusCode::CREATED);
}
