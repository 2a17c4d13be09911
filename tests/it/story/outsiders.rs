//! A relying party that is not our code: the `openidconnect` crate, over the real router.

use crate::harness::portal::json;
use crate::harness::{Citizen, ISSUER, PROVALDI, TestApp};
use axum::body::Body;
use openidconnect::core::{CoreClient, CoreProviderMetadata, CoreResponseType, CoreUserInfoClaims};
use openidconnect::{
    AuthenticationFlow, AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpRequest, HttpResponse, IssuerUrl,
    LanguageTag, Nonce, PkceCodeChallenge, RedirectUrl, Scope, TokenResponse as _,
};
use std::future::Future;
use std::pin::Pin;
use tower::ServiceExt as _;

type Answer = Pin<Box<dyn Future<Output = Result<HttpResponse, std::io::Error>> + Send>>;

/// The crate's HTTP client, over the router instead of a socket.
fn client_of(app: &TestApp) -> impl Fn(HttpRequest) -> Answer + use<> {
    let router = app.router();
    move |request: HttpRequest| {
        let router = router.clone();
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            parts.uri = parts.uri.path_and_query().unwrap().as_str().parse().unwrap();
            let answer = router
                .oneshot(http::Request::from_parts(parts, Body::from(body)))
                .await
                .unwrap();
            let (parts, body) = answer.into_parts();
            let bytes = axum::body::to_bytes(body, 1 << 20).await.unwrap();
            Ok(http::Response::from_parts(parts, bytes.to_vec()))
        })
    }
}

#[tokio::test]
async fn the_openidconnect_crate_completes_the_flow() {
    let app = TestApp::start().await;
    let http = client_of(&app);
    let metadata = CoreProviderMetadata::discover_async(IssuerUrl::new(ISSUER.into()).unwrap(), &http)
        .await
        .unwrap();
    let client = CoreClient::from_provider_metadata(
        metadata,
        ClientId::new("anagrafe".into()),
        Some(ClientSecret::new("anagrafe-secret-0123456789-0123456789".into())),
    )
    .set_redirect_uri(RedirectUrl::new("https://anagrafe.example.com/callback".into()).unwrap());
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (address, state, nonce) = client
        .authorize_url(
            AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
            CsrfToken::new_random,
            Nonce::new_random,
        )
        .add_scope(Scope::new("profile".into()))
        .set_pkce_challenge(challenge)
        .url();

    let mut citizen = Citizen::new();
    let login = citizen.open(&app, address.as_str()).await;
    let asked = app.pick_idp(&mut citizen, &login).await;
    let back = app.come_back(&mut citizen, &asked, &PROVALDI).await;
    assert_eq!(back.parameter("state").as_deref(), Some(state.secret().as_str()));

    let code = AuthorizationCode::new(back.parameter("code").unwrap());
    let tokens = client
        .exchange_code(code)
        .unwrap()
        .set_pkce_verifier(verifier)
        .request_async(&http)
        .await
        .unwrap();
    let now = app.now();
    let id_token_verifier = client.id_token_verifier().set_time_fn(move || now);
    let claims = tokens.id_token().unwrap().claims(&id_token_verifier, &nonce).unwrap();
    let person: CoreUserInfoClaims = client
        .user_info(
            openidconnect::OAuth2TokenResponse::access_token(&tokens).clone(),
            Some(claims.subject().clone()),
        )
        .unwrap()
        .request_async(&http)
        .await
        .unwrap();
    let name = person.given_name().unwrap().get(None::<&LanguageTag>).unwrap();
    assert_eq!(name.as_str(), "Mario");
}

#[tokio::test]
async fn the_key_set_holds_public_keys_only() {
    let app = TestApp::start().await;
    let (_, jwks) = json(&app, http::Request::get("/jwks").body(Body::empty()).unwrap()).await;
    let members: Vec<&str> = jwks["keys"][0]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    for private in ["d", "p", "q", "dp", "dq", "qi"] {
        assert!(!members.contains(&private));
    }
}
