//! Clients that register themselves (RFC 7591) and look after their registration (RFC 7592). Off unless the operator says
//! otherwise; nobody registers without a token of the operator's.

mod manage;
mod outside;
mod register;

pub use manage::{change, read, remove};
pub use register::register;

use super::Refused;
use crate::flow::Deps;
use crate::manifest::{self, Fault};
use protocol::oidc::bearer::{self, Scheme};
use protocol::oidc::client::{Client, ClientAuthMethod};
use protocol::oidc::discovery::authentication_methods;
use protocol::oidc::error::ErrorCode;
use protocol::oidc::{SecretHash, hash_secret, secrets_match};
use serde_json::{Map, Value, json};
use std::fmt;
use std::net::IpAddr;

/// Most clients that registered themselves: each is one more that everybody is compared with.
const MOST: i64 = 1000;

/// What the operator decided about clients that register themselves.
#[derive(Clone)]
pub struct RegistrationSettings {
    /// SHA-256 of the initial access tokens.
    pub tokens: Vec<SecretHash>,
    /// PKCE is demanded of all, not only of those that cannot do without.
    pub require_pkce: bool,
}

impl fmt::Debug for RegistrationSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegistrationSettings")
            .field("tokens", &self.tokens.len())
            .field("require_pkce", &self.require_pkce)
            .finish()
    }
}

/// A request at the registration endpoints.
#[derive(Clone, Copy)]
pub struct Sent<'a> {
    /// The `Authorization` header.
    pub authorization: Option<&'a str>,
    /// What is registered; `None`: the body is no JSON object.
    pub metadata: Option<&'a Map<String, Value>>,
    /// Where it comes from; `None`: not known.
    pub from: Option<IpAddr>,
}

impl fmt::Debug for Sent<'_> {
    /// Nothing that lets somebody in.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sent")
    }
}

/// Why nothing was registered, changed or told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unregistered {
    /// Clients do not register themselves here.
    Off,
    /// No token, or one that opens nothing (any more): which of the two is nobody's business.
    Unauthorised,
    /// What was sent cannot be registered: the RFC's word, and for the client's developer what is wrong.
    Wrong(Refused),
    /// There are too many already.
    Full,
    /// It would have us call others, once too often.
    TooOften,
}

/// The faults of what was sent, in the RFC's words (RFC 7591 §3.2.2).
fn wrong(faults: &[Fault]) -> Unregistered {
    let about_redirects = faults.iter().any(|fault| fault.setting.starts_with("redirect_uris"));
    let code = match about_redirects {
        true => ErrorCode::InvalidRedirectUri,
        false => ErrorCode::InvalidClientMetadata,
    };
    let told: Vec<String> = faults.iter().take(10).map(Fault::to_string).collect();
    Unregistered::Wrong(Refused {
        code,
        reason: told.join("; "),
    })
}

fn fault(setting: &str, message: &str) -> Fault {
    Fault {
        setting: setting.to_owned(),
        message: message.to_owned(),
    }
}

fn bearer_token<'a>(sent: &Sent<'a>) -> Option<&'a str> {
    let (token, scheme) = bearer::access_token(sent.authorization, None).ok()?;
    (scheme == Scheme::Bearer).then_some(token)
}

/// What was sent, as far as it is our business at all.
fn metadata<'a>(sent: &Sent<'a>) -> Result<&'a Map<String, Value>, Unregistered> {
    let Some(metadata) = sent.metadata else {
        return Err(wrong(&[fault(
            "body",
            "must be a JSON object of 64 KiB at most, as application/json",
        )]));
    };
    let code = match metadata.get("software_statement") {
        None | Some(Value::Null) => return Ok(metadata),
        // Nobody is trusted to vouch for software.
        Some(Value::String(token)) if token.split('.').count() == 3 => ErrorCode::UnapprovedSoftwareStatement,
        Some(_) => ErrorCode::InvalidSoftwareStatement,
    };
    Err(Unregistered::Wrong(Refused {
        code,
        reason: "software_statement: none is accepted; leave it out".to_owned(),
    }))
}

/// The client that `metadata` describe, under this name. Its secret is a new one, and returned, when it needs one.
fn described(
    deps: &Deps,
    settings: &RegistrationSettings,
    metadata: &Map<String, Value>,
    client_id: &str,
) -> Result<(Client, Option<String>), Unregistered> {
    let mut written = manifest::Client::of_registration(metadata).map_err(|faults| wrong(&faults))?;
    let secret = written.has_secret().then(|| deps.random.secret());
    written.client_id = client_id.to_owned();
    written.client_secret = secret.clone();
    written.require_pkce = settings.require_pkce || written.cannot_do_without_pkce();
    let client = written.to_client(None).map_err(|faults| wrong(&faults))?;
    check_certificates(deps, &client)?;
    Ok((client, secret))
}

/// A client can only show a certificate where one is asked for.
fn check_certificates(deps: &Deps, client: &Client) -> Result<(), Unregistered> {
    let offered = deps.mtls.as_deref().map(super::Mtls::offered);
    let methods = authentication_methods(offered);
    let named = serde_json::to_value(client.auth_method).unwrap_or_default();
    if client.auth_method != ClientAuthMethod::None && !methods.iter().any(|method| named == *method) {
        return Err(wrong(&[fault("token_endpoint_auth_method", "is not supported here")]));
    }
    if client.metadata.tls_client_certificate_bound_access_tokens && offered.is_none() {
        let setting = "tls_client_certificate_bound_access_tokens";
        return Err(wrong(&[fault(setting, "is not supported here")]));
    }
    Ok(())
}

/// What a client is told of its registration (RFC 7591 §3.2.1, RFC 7592 §3). `token` is the one it manages it by, `secret`
/// a new secret.
fn told(
    deps: &Deps,
    client: &Client,
    registered_at: chrono::DateTime<chrono::Utc>,
    token: &str,
    secret: Option<&str>,
) -> Map<String, Value> {
    let mut told = manifest::Client::told(client);
    told.insert("client_id".to_owned(), json!(client.id));
    told.insert("client_id_issued_at".to_owned(), json!(registered_at.timestamp()));
    if let Some(secret) = secret {
        told.insert("client_secret".to_owned(), json!(secret));
    }
    if !client.secret_hashes.is_empty() {
        // Never.
        told.insert("client_secret_expires_at".to_owned(), json!(0));
    }
    told.insert("registration_access_token".to_owned(), json!(token));
    let address = format!("{}/register/{}", deps.settings.issuer, client.id);
    told.insert("registration_client_uri".to_owned(), json!(address));
    told
}

/// Whether one of `known` is the hash of what was shown, looking at all of them.
fn is_one_of(known: &[SecretHash], shown: &str) -> bool {
    let shown = hash_secret(shown);
    known
        .iter()
        .fold(false, |found, hash| found | secrets_match(hash, &shown))
}
