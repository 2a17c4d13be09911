//! What a portal registers about what it is told: by which name it knows people, how tokens are signed and encrypted.

use crate::harness::portal::json;
use crate::harness::{Citizen, ISSUER, PROVALDI, Portal, TestApp};
use axum::body::Body;
use http::header::AUTHORIZATION;
use http::{Request, StatusCode};
use josekit::jwe::RSA_OAEP_256;
use josekit::jwk::Jwk;
use josekit::jws::{ES256, EdDSA, JwsVerifier, PS256};
use protocol::jose::Algorithm;
use protocol::oidc::client::{ContentEncryption, KeyManagement, Protection, SubjectType};
use serde_json::{Value, json};
use tower::ServiceExt as _;

/// The token response of a citizen who came to `portal`.
async fn tokens(app: &TestApp, citizen: &mut Citizen, portal: &Portal) -> Value {
    let page = citizen.open(app, &portal.authorize(&[])).await;
    let page = match page.link("idp=") {
        Some(_) => {
            let asked = app.pick_idp(citizen, &page).await;
            app.come_back(citizen, &asked, &PROVALDI).await
        }
        None => page,
    };
    let (status, body) = portal.token(app, &portal.code(&page), &[]).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    body
}

/// The claims of a token that one of our published keys signed by `algorithm`.
async fn verified(app: &TestApp, token: &str, algorithm: Algorithm) -> Value {
    let (_, jwks) = json(app, Request::get("/jwks").body(Body::empty()).unwrap()).await;
    let header = josekit::jwt::decode_header(token).unwrap();
    assert_eq!(header.claim("alg").unwrap(), algorithm.as_str());
    let kid = header.claim("kid").unwrap();
    let key = jwks["keys"]
        .as_array()
        .unwrap()
        .iter()
        .find(|key| key["kid"] == *kid)
        .unwrap();
    let key = Jwk::from_bytes(key.to_string().as_bytes()).unwrap();
    let verifier: Box<dyn JwsVerifier> = match algorithm {
        Algorithm::Ps256 => Box::new(PS256.verifier_from_jwk(&key).unwrap()),
        Algorithm::Es256 => Box::new(ES256.verifier_from_jwk(&key).unwrap()),
        Algorithm::EdDsa => Box::new(EdDSA.verifier_from_jwk(&key).unwrap()),
        Algorithm::Rs256 => Box::new(josekit::jws::RS256.verifier_from_jwk(&key).unwrap()),
    };
    let (payload, _) = josekit::jws::deserialize_compact(token, verifier.as_ref()).unwrap();
    serde_json::from_slice(&payload).unwrap()
}

#[tokio::test]
async fn pairwise_portals_know_a_person_by_names_of_their_own() {
    let app = TestApp::start().await;
    let (mut citizen, one, two) = (Citizen::new(), Portal::new("anagrafe"), Portal::new("biblioteca"));
    for portal in [&one, &two] {
        app.change_client(portal, |client| client.metadata.subject_type = SubjectType::Pairwise)
            .await;
    }
    let body = tokens(&app, &mut citizen, &one).await;
    let id_token = body["id_token"].as_str().unwrap();
    let token = body["access_token"].as_str().unwrap();
    let sub = verified(&app, id_token, Algorithm::Rs256).await["sub"].clone();
    assert_eq!(sub.as_str().unwrap().len(), 43);
    // Everywhere the same name.
    assert_eq!(one.userinfo(&app, token).await.1["sub"], sub);
    assert_eq!(one.post(&app, "/introspect", &[("token", token)]).await.1["sub"], sub);
    // In another sector another one; after a restart the same.
    let other = tokens(&app, &mut citizen, &two).await;
    let other = verified(&app, other["id_token"].as_str().unwrap(), Algorithm::Rs256).await;
    assert_ne!(other["sub"], sub);
    // The hint that comes back is understood: at /authorize, and at /logout.
    let silent = [("prompt", "none"), ("id_token_hint", id_token)];
    one.code(&citizen.open(&app, &one.authorize(&silent)).await);
    let app = app.restart().await;
    let again = tokens(&app, &mut Citizen::new(), &one).await;
    assert_eq!(
        verified(&app, again["id_token"].as_str().unwrap(), Algorithm::Rs256).await["sub"],
        sub
    );
    let logout =
        format!("/logout?id_token_hint={id_token}&post_logout_redirect_uri=https%3A%2F%2Fanagrafe.example.com%2Fbye");
    let page = citizen.open(&app, &logout).await;
    assert!(
        citizen.cookie("varco_session").is_none(),
        "signed out without a question: {}",
        page.url
    );
}

#[tokio::test]
async fn idtoken_and_userinfo_are_signed_as_registered() {
    let app = TestApp::start().await;
    let portal = Portal::new("anagrafe");
    for algorithm in Algorithm::ALL {
        app.change_client(&portal, |client| {
            client.metadata.id_token.signed = Some(algorithm);
            client.metadata.userinfo.signed = Some(algorithm);
        })
        .await;
        let body = tokens(&app, &mut Citizen::new(), &portal).await;
        let claims = verified(&app, body["id_token"].as_str().unwrap(), algorithm).await;
        let told = userinfo(&app, body["access_token"].as_str().unwrap()).await;
        let told = verified(&app, &told, algorithm).await;
        // userinfo-rs256: "iss" and "aud" are there.
        assert_eq!(
            (told["iss"].as_str(), told["aud"].as_str()),
            (Some(ISSUER), Some("anagrafe"))
        );
        assert_eq!(
            (&told["sub"], told["given_name"].as_str()),
            (&claims["sub"], Some("Mario"))
        );
    }
}

/// Userinfo that is a token.
async fn userinfo(app: &TestApp, access_token: &str) -> String {
    let request = Request::get("/userinfo")
        .header(AUTHORIZATION, format!("Bearer {access_token}"))
        .body(Body::empty())
        .unwrap();
    let answer = app.router().oneshot(request).await.unwrap();
    assert_eq!(answer.headers()["content-type"], "application/jwt");
    let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[tokio::test]
async fn what_is_encrypted_only_the_portal_can_read() {
    let app = TestApp::start().await;
    let portal = Portal::new("anagrafe");
    let private = Jwk::generate_rsa_key(2048).unwrap();
    let mut public = json!(private.to_public_key().unwrap());
    public["use"] = json!("enc");
    public["kid"] = json!("enc-1");
    let encrypted = Some((KeyManagement::RsaOaep256, ContentEncryption::A256Gcm));
    app.change_client(&portal, |client| {
        client.metadata.jwks = Some(json!({ "keys": [public] }));
        let signed = Some(Algorithm::Es256);
        client.metadata.id_token = Protection { signed, encrypted };
        client.metadata.userinfo = Protection {
            signed: None,
            encrypted,
        };
    })
    .await;
    let body = tokens(&app, &mut Citizen::new(), &portal).await;
    let decrypter = RSA_OAEP_256.decrypter_from_jwk(&private).unwrap();
    let read = |token: &str| josekit::jwe::deserialize_compact(token, &decrypter).unwrap();
    let (nested, header) = read(body["id_token"].as_str().unwrap());
    assert_eq!((header.content_type(), header.key_id()), (Some("JWT"), Some("enc-1")));
    let claims = verified(&app, std::str::from_utf8(&nested).unwrap(), Algorithm::Es256).await;
    assert_eq!(claims["aud"], "anagrafe");
    let (plain, header) = read(&userinfo(&app, body["access_token"].as_str().unwrap()).await);
    assert_eq!(header.content_type(), None);
    let told: Value = serde_json::from_slice(&plain).unwrap();
    assert_eq!(told["sub"], claims["sub"]);
}
