//! The relying party's side of OpenID Connect, by the `openidconnect` crate: not our own code, so
//! what it accepts was judged by an outsider.

use super::Site;
use super::session::Pending;
use super::signed_in::SignedIn;
use crate::clock::Clock;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreResponseType, CoreRevocableToken,
    CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AccessTokenHash, AdditionalClaims, AsyncHttpClient, AuthenticationFlow, AuthorizationCode, Client, ClientId,
    ClientSecret, CsrfToken, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, IdTokenFields,
    IssuerUrl, LogoutRequest, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier,
    PostLogoutRedirectUrl, ProviderMetadataWithLogout, RedirectUrl, Scope, StandardErrorResponse,
    StandardTokenResponse, TokenResponse as _, UserInfoClaims,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use tokio::sync::Mutex;
use url::Url;

/// The provider could not be reached; the text goes to the log.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unreachable(pub String);

/// What a call of [`HttpClient`] gives: the whole response, redirects not followed.
pub type HttpAnswer = Pin<Box<dyn Future<Output = Result<http::Response<Vec<u8>>, Unreachable>> + Send>>;

/// How the portals reach the provider. Comes from outside: only one module of Varco owns an HTTP client.
pub type HttpClient = Arc<dyn Fn(http::Request<Vec<u8>>) -> HttpAnswer + Send + Sync>;

/// The same, as the crate wants it.
struct Http(HttpClient);

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = Unreachable;
    type Future = HttpAnswer;

    fn call(&'c self, request: http::Request<Vec<u8>>) -> HttpAnswer {
        (self.0)(request)
    }
}

/// Claims that the crate has no name for: all of ours.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct FurtherClaims {
    #[serde(flatten)]
    claims: Map<String, Value>,
}

impl AdditionalClaims for FurtherClaims {}

type TokenFields = IdTokenFields<
    FurtherClaims,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;
type TokenAnswer = StandardTokenResponse<TokenFields, CoreTokenType>;
type Provider = Client<
    FurtherClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    TokenAnswer,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Why nobody was signed in. The reason inside each goes to the log, never to the page.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error("discovery: {0}")]
    Discovery(String),
    #[error("token endpoint: {0}")]
    TokenEndpoint(String),
    #[error("ID token: {0}")]
    IdToken(String),
    #[error("userinfo: {0}")]
    Userinfo(String),
    #[error("acting: {0}")]
    Acting(&'static str),
}

/// What the three portals share: one provider, discovered when it is first needed.
pub(super) struct RelyingParty {
    issuer: String,
    http: Http,
    clock: Clock,
    metadata: Mutex<Option<ProviderMetadataWithLogout>>,
}

impl RelyingParty {
    pub fn new(issuer: &str, http: HttpClient, clock: Clock) -> RelyingParty {
        RelyingParty {
            issuer: issuer.to_owned(),
            http: Http(http),
            clock,
            metadata: Mutex::new(None),
        }
    }

    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The provider's metadata and keys. Nothing is kept of a failure: the next visitor tries again.
    async fn discover(&self) -> Result<ProviderMetadataWithLogout, Failure> {
        let mut known = self.metadata.lock().await;
        if let Some(metadata) = known.as_ref() {
            return Ok(metadata.clone());
        }
        let issuer = IssuerUrl::new(self.issuer.clone()).map_err(|error| Failure::Discovery(error.to_string()))?;
        let metadata = ProviderMetadataWithLogout::discover_async(issuer, &self.http)
            .await
            .map_err(|error| Failure::Discovery(error.to_string()))?;
        *known = Some(metadata.clone());
        Ok(metadata)
    }

    fn client(&self, metadata: ProviderMetadataWithLogout, site: &Site) -> Result<Provider, Failure> {
        let redirect = RedirectUrl::new(site.portal.redirect_uri(&site.base))
            .map_err(|error| Failure::Discovery(error.to_string()))?;
        let id = ClientId::new(site.portal.client_id.to_owned());
        let secret = ClientSecret::new(site.secret.clone());
        Ok(Provider::from_provider_metadata(metadata, id, Some(secret)).set_redirect_uri(redirect))
    }

    /// Where to send a browser that wants to sign in: code flow with PKCE S256, `state` and `nonce`.
    pub async fn authorize(
        &self,
        site: &Site,
        pending: &Pending,
        prompt: Option<CoreAuthPrompt>,
    ) -> Result<Url, Failure> {
        let client = self.client(self.discover().await?, site)?;
        let verifier = PkceCodeVerifier::new(pending.code_verifier.clone());
        let (state, nonce) = (pending.state.clone(), pending.nonce.clone());
        let mut request = client
            .authorize_url(
                AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
                || CsrfToken::new(state),
                || Nonce::new(nonce),
            )
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        for scope in site.portal.scopes {
            request = request.add_scope(Scope::new((*scope).to_owned()));
        }
        if let Some(prompt) = prompt {
            request = request.add_prompt(prompt);
        }
        let (url, _, _) = request.url();
        Ok(url)
    }

    /// Exchanges the code and verifies everything that comes of it.
    pub async fn redeem(&self, site: &Site, code: String, pending: Pending) -> Result<SignedIn, Failure> {
        let client = self.client(self.discover().await?, site)?;
        let answer: TokenAnswer = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|error| Failure::TokenEndpoint(error.to_string()))?
            .set_pkce_verifier(PkceCodeVerifier::new(pending.code_verifier))
            .request_async(&self.http)
            .await
            .map_err(|error| Failure::TokenEndpoint(error.to_string()))?;
        let (id_claims, checks) = match self.verify(&client, &answer, &Nonce::new(pending.nonce)) {
            Ok(verified) => verified,
            Err(failure) => {
                // Perhaps the provider changed its keys: read them again for the next visitor.
                *self.metadata.lock().await = None;
                return Err(failure);
            }
        };
        let mut signed_in = SignedIn {
            id_token: answer.id_token().map(ToString::to_string).unwrap_or_default(),
            id_claims,
            userinfo: Value::Null,
            checks,
        };
        signed_in.userinfo = self
            .userinfo(&client, &answer, signed_in.text("sub").unwrap_or_default())
            .await?;
        signed_in
            .checks
            .push("sub di userinfo: è la persona dell'ID token".to_owned());
        signed_in
            .checks
            .push(signed_in.check_acting(site.portal.acting)?.to_owned());
        Ok(signed_in)
    }

    fn verify(&self, client: &Provider, answer: &TokenAnswer, nonce: &Nonce) -> Result<(Value, Vec<String>), Failure> {
        let wrong = |error: String| Failure::IdToken(error);
        let token = answer.id_token().ok_or_else(|| wrong("missing".to_owned()))?;
        let verifier = client.id_token_verifier().set_time_fn(|| self.clock.now());
        let claims = token
            .claims(&verifier, nonce)
            .map_err(|error| wrong(error.to_string()))?;
        let mut checks = vec![
            format!("iss: l'ID token viene da {}", self.issuer),
            format!("aud: è per {}", client.client_id().as_str()),
            "exp: non è scaduto".to_owned(),
            "nonce: risponde a questa richiesta".to_owned(),
        ];
        let (Ok(algorithm), Ok(key)) = (token.signing_alg(), token.signing_key(&verifier)) else {
            return Err(wrong("no key".to_owned()));
        };
        checks.insert(
            0,
            format!(
                "firma dell'ID token: {}, con una chiave pubblicata dal gestore",
                serde_json::to_value(algorithm)
                    .ok()
                    .as_ref()
                    .and_then(Value::as_str)
                    .unwrap_or("?")
            ),
        );
        if let Some(expected) = claims.access_token_hash() {
            let actual = AccessTokenHash::from_token(answer.access_token(), algorithm, key)
                .map_err(|error| wrong(error.to_string()))?;
            if actual != *expected {
                return Err(wrong("at_hash".to_owned()));
            }
            checks.push("at_hash: l'access token è quello dell'ID token".to_owned());
        }
        Ok((
            payload(&token.to_string()).ok_or_else(|| wrong("payload".to_owned()))?,
            checks,
        ))
    }

    async fn userinfo(&self, client: &Provider, answer: &TokenAnswer, subject: &str) -> Result<Value, Failure> {
        let failed = |error: String| Failure::Userinfo(error);
        let subject = openidconnect::SubjectIdentifier::new(subject.to_owned());
        let claims: UserInfoClaims<FurtherClaims, CoreGenderClaim> = client
            .user_info(answer.access_token().clone(), Some(subject))
            .map_err(|error| failed(error.to_string()))?
            .request_async(&self.http)
            .await
            .map_err(|error| failed(error.to_string()))?;
        serde_json::to_value(claims).map_err(|error| failed(error.to_string()))
    }

    /// Where to send a browser that signs out (RP-Initiated Logout 1.0); `None` when the provider has no such place.
    pub async fn end_session(&self, site: &Site, id_token: Option<&str>, state: &str) -> Result<Option<Url>, Failure> {
        let metadata = self.discover().await?;
        let Some(endpoint) = metadata.additional_metadata().end_session_endpoint.clone() else {
            return Ok(None);
        };
        let back = PostLogoutRedirectUrl::new(site.portal.post_logout_redirect_uri(&site.base))
            .map_err(|error| Failure::Discovery(error.to_string()))?;
        let mut url = LogoutRequest::from(endpoint)
            .set_client_id(ClientId::new(site.portal.client_id.to_owned()))
            .set_post_logout_redirect_uri(back)
            .set_state(CsrfToken::new(state.to_owned()))
            .http_get_url();
        if let Some(id_token) = id_token {
            url.query_pairs_mut().append_pair("id_token_hint", id_token);
        }
        Ok(Some(url))
    }
}

/// The claims of a token whose signature was verified before.
fn payload(token: &str) -> Option<Value> {
    let bytes = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    serde_json::from_slice(&bytes).ok()
}
