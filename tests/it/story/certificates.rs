//! Clients that show a certificate in the handshake, and tokens that are good with that certificate only (RFC 8705).

use crate::harness::machine::{MTLS, Prover, basic, code_fields, issued, post, self_signed, show};
use crate::harness::portal::json;
use crate::harness::{Citizen, PROVALDI, Portal, TestApp};
use axum::body::Body;
use http::{Request, StatusCode};
use protocol::oidc::client::{CertificateSubject, ClientAuthMethod};
use protocol::oidc::confirmation::Confirmation;
use protocol::oidc::grant::GrantType;
use serde_json::{Value, json};

/// A citizen has signed in at `portal`.
async fn code_for(app: &TestApp, portal: &Portal) -> String {
    let back = app.sign_in(&mut Citizen::new(), portal, &PROVALDI).await;
    portal.code(&back)
}

/// Exchanges a code where certificates are shown.
async fn exchange(
    app: &TestApp,
    portal: &Portal,
    code: &str,
    certificate: Option<&[u8]>,
    headers: &[(&str, &str)],
) -> (StatusCode, Value) {
    let redirect_uri = portal.redirect_uri();
    let mut fields = code_fields(code, &redirect_uri);
    if headers.iter().all(|(name, _)| *name != "authorization") {
        fields.push(("client_id", portal.client_id));
    }
    show(app, certificate, "/token", &fields, headers).await
}

async fn userinfo(app: &TestApp, certificate: Option<&[u8]>, token: &str) -> StatusCode {
    let bearer = format!("Bearer {token}");
    show(app, certificate, "/userinfo", &[], &[("authorization", &bearer)])
        .await
        .0
}

fn text<'a>(tokens: &'a Value, name: &str) -> &'a str {
    tokens[name].as_str().unwrap_or_else(|| panic!("no {name} in {tokens}"))
}

#[track_caller]
fn refused(answer: &(StatusCode, Value), status: StatusCode, error: &str) {
    let told = (answer.0, answer.1["error"].as_str());
    assert_eq!(told, (status, Some(error)), "{}", answer.1);
}

#[tokio::test]
async fn a_client_is_known_by_the_certificate_that_a_trusted_authority_issued() {
    let (authority, own) = issued("anagrafe");
    let (_, stranger) = issued("anagrafe");
    let app = TestApp::start_with_certificates(vec![authority]).await;
    let portal = Portal::new("anagrafe");
    app.change_client(&portal, |client| {
        client.auth_method = ClientAuthMethod::TlsClientAuth;
        client.metadata.tls_client_auth = Some(CertificateSubject::Dn("CN=anagrafe".to_owned()));
        client.metadata.tls_client_certificate_bound_access_tokens = true;
    })
    .await;
    let code = code_for(&app, &portal).await;
    for certificate in [None, Some(&*stranger)] {
        let answer = exchange(&app, &portal, &code, certificate, &[]).await;
        refused(&answer, StatusCode::UNAUTHORIZED, "invalid_client");
    }
    let (status, tokens) = exchange(&app, &portal, &code, Some(&own), &[]).await;
    assert_eq!((status, &tokens["token_type"]), (StatusCode::OK, &json!("Bearer")));
    let token = text(&tokens, "access_token");
    assert_eq!(userinfo(&app, Some(&own), token).await, StatusCode::OK);
    for certificate in [None, Some(&*stranger)] {
        let status = userinfo(&app, certificate, token).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "bound to another certificate");
    }
    let (status, _) = portal.userinfo(&app, token).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED, "where no certificate is asked for");
    let fields = [("token", token), ("client_id", "anagrafe")];
    let (_, told) = show(&app, Some(&own), "/introspect", &fields, &[]).await;
    let Confirmation::Certificate(thumbprint) = Confirmation::of_certificate(&own) else {
        unreachable!()
    };
    assert_eq!(told["cnf"], json!({"x5t#S256": thumbprint}));
}

#[tokio::test]
async fn a_client_is_known_by_a_certificate_of_its_own_key() {
    let (jwk, own) = self_signed("anagrafe");
    let (_, stranger) = self_signed("anagrafe");
    let app = TestApp::start_with_certificates(Vec::new()).await;
    let portal = Portal::new("anagrafe");
    app.change_client(&portal, |client| {
        client.auth_method = ClientAuthMethod::SelfSignedTlsClientAuth;
        client.metadata.jwks = Some(json!({"keys": [jwk]}));
    })
    .await;
    let code = code_for(&app, &portal).await;
    let answer = exchange(&app, &portal, &code, Some(&stranger), &[]).await;
    refused(&answer, StatusCode::UNAUTHORIZED, "invalid_client");
    let (status, tokens) = exchange(&app, &portal, &code, Some(&own), &[]).await;
    assert_eq!(status, StatusCode::OK, "{tokens}");
}

#[tokio::test]
async fn attack_29_a_certificate_in_a_header_is_nobodys() {
    let (jwk, own) = self_signed("anagrafe");
    let app = TestApp::start_with_certificates(Vec::new()).await;
    let portal = Portal::new("anagrafe");
    app.change_client(&portal, |client| {
        client.auth_method = ClientAuthMethod::SelfSignedTlsClientAuth;
        client.metadata.jwks = Some(json!({"keys": [jwk]}));
    })
    .await;
    let code = code_for(&app, &portal).await;
    let header = {
        use base64::Engine as _;
        format!(":{}:", base64::engine::general_purpose::STANDARD.encode(&own))
    };
    let redirect_uri = portal.redirect_uri();
    let mut fields = code_fields(&code, &redirect_uri);
    fields.push(("client_id", "anagrafe"));
    for name in ["client-cert", "x-ssl-client-cert", "Client_Cert"] {
        let main = post(&app, "/token", &fields, &[(name, &header)]).await;
        refused(&main, StatusCode::UNAUTHORIZED, "invalid_client");
        let there = show(&app, None, "/token", &fields, &[(name, &header)]).await;
        refused(&there, StatusCode::BAD_REQUEST, "invalid_request");
    }
}

#[tokio::test]
async fn a_client_whose_tokens_are_bound_to_its_certificate_gets_none_without_it() {
    let (_, own) = self_signed("anagrafe");
    let app = TestApp::start_with_certificates(Vec::new()).await;
    let portal = Portal::new("anagrafe");
    app.change_client(&portal, |client| {
        client.metadata.tls_client_certificate_bound_access_tokens = true;
    })
    .await;
    let code = code_for(&app, &portal).await;
    let basic = basic(&portal);
    let authorization = ("authorization", basic.as_str());
    let answer = exchange(&app, &portal, &code, None, &[authorization]).await;
    refused(&answer, StatusCode::BAD_REQUEST, "invalid_request");
    let changes = json!({"htu": format!("{MTLS}/token")});
    let proof = Prover::new().proof(&app, "POST", "/token", &changes);
    let both = exchange(&app, &portal, &code, Some(&own), &[authorization, ("dpop", &proof)]).await;
    refused(&both, StatusCode::BAD_REQUEST, "invalid_request");
    let (status, _) = exchange(&app, &portal, &code, Some(&own), &[authorization]).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn attack_39_at_the_listener_for_certificates_a_proof_is_for_that_address() {
    let app = TestApp::start_with_certificates(Vec::new()).await;
    let portal = Portal::new("anagrafe");
    let code = code_for(&app, &portal).await;
    let (key, basic) = (Prover::new(), basic(&portal));
    let elsewhere = key.proof(&app, "POST", "/token", &json!({}));
    let headers = [("authorization", basic.as_str()), ("dpop", &elsewhere)];
    let answer = exchange(&app, &portal, &code, None, &headers).await;
    refused(&answer, StatusCode::BAD_REQUEST, "invalid_dpop_proof");
    let here = key.proof(&app, "POST", "/token", &json!({"htu": format!("{MTLS}/token")}));
    let headers = [("authorization", basic.as_str()), ("dpop", &here)];
    let (status, tokens) = exchange(&app, &portal, &code, None, &headers).await;
    assert_eq!((status, &tokens["token_type"]), (StatusCode::OK, &json!("DPoP")));
}

#[tokio::test]
async fn rfc_8705_4_the_refresh_token_of_a_public_client_is_bound_to_its_certificate() {
    let ((_, own), (_, stranger)) = (self_signed("app"), self_signed("app"));
    let app = TestApp::start_with_certificates(Vec::new()).await;
    let portal = Portal::new("app");
    app.change_client(&portal, |client| {
        client.metadata.tls_client_certificate_bound_access_tokens = true;
        client.metadata.grant_types.insert(GrantType::RefreshToken);
    })
    .await;
    let code = code_for(&app, &portal).await;
    let (_, first) = exchange(&app, &portal, &code, Some(&own), &[]).await;
    let fields = [
        ("grant_type", "refresh_token"),
        ("refresh_token", text(&first, "refresh_token")),
        ("client_id", "app"),
    ];
    let answer = show(&app, Some(&stranger), "/token", &fields, &[]).await;
    refused(&answer, StatusCode::BAD_REQUEST, "invalid_grant");
    let (status, _) = show(&app, Some(&own), "/token", &fields, &[]).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn no_page_is_served_where_certificates_are_shown() {
    let app = TestApp::start_with_certificates(Vec::new()).await;
    for path in ["/login", "/authorize", "/account", "/jwks"] {
        let (status, _) = show(&app, None, path, &[], &[]).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
    let request = Request::get("/login").body(Body::empty()).unwrap();
    assert_eq!(json(&app, request).await.0, StatusCode::OK);
}
