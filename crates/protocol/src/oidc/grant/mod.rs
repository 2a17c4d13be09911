//! What was authorised for a client, and one file per grant type.

mod asked;
pub mod authorization_code;
pub mod client_credentials;
pub mod device_code;
pub mod refresh_token;
pub mod token_exchange;

pub use asked::Asked;

use super::SecretHash;
use super::error::{self, Coded, ErrorCode};
use super::parameters::Parameters;
use chrono::{DateTime, Utc};
use domain::mandate::MandateId;
use domain::person::PersonId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;

/// The outcome of the choice: for oneself, or under one mandate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActingContext {
    /// The person for himself.
    Myself,
    /// For the organisation (or unit) that the mandate names.
    Mandate(MandateId),
}

/// The authorisation code of a grant; only its hash is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// SHA-256 of the code.
    pub hash: SecretHash,
    /// Last instant at which it may be exchanged.
    pub expires_at: DateTime<Utc>,
    /// Set by the one caller that won.
    pub redeemed_at: Option<DateTime<Utc>>,
    /// As in the authorisation request; the token request repeats it to the letter. Empty: the code of a device, which
    /// went through no browser.
    pub redirect_uri: String,
    /// PKCE S256 challenge.
    pub challenge: Option<String>,
}

/// What was authorised: person, acting context, scopes, level. Frozen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Immutable id; also the `sid` of its ID tokens.
    pub id: Uuid,
    /// The client.
    pub client_id: String,
    /// The person.
    pub person: PersonId,
    /// The credential that proved the person, whose attributes userinfo may release.
    pub credential: Uuid,
    /// For whom.
    pub acting: ActingContext,
    /// Granted scopes.
    pub scopes: BTreeSet<String>,
    /// Proved level, as `acr`.
    pub acr: String,
    /// RFC 8176.
    pub amr: Vec<String>,
    /// When the person authenticated.
    pub auth_time: DateTime<Utc>,
    /// `nonce` of the request.
    pub nonce: Option<String>,
    /// What else was asked for.
    pub asked: Asked,
    /// When it was given.
    pub created_at: DateTime<Utc>,
    /// Set when a code was reused, the citizen signed out, a mandate ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Its code.
    pub code: Code,
}

/// The grant types that a client can register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantType {
    /// RFC 6749 §4.1.3.
    AuthorizationCode,
    /// RFC 6749 §6.
    RefreshToken,
    /// RFC 6749 §4.4.
    ClientCredentials,
    /// RFC 8628 §3.4.
    #[serde(rename = "urn:ietf:params:oauth:grant-type:device_code")]
    DeviceCode,
    /// RFC 8693 §2.1.
    #[serde(rename = "urn:ietf:params:oauth:grant-type:token-exchange")]
    TokenExchange,
}

/// Why a token request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// A parameter we know came twice.
    #[error("repeated parameter: {0}")]
    RepeatedParameter(&'static str),
    /// No `grant_type`.
    #[error("grant_type missing")]
    GrantTypeMissing,
    /// A `grant_type` that is not offered.
    #[error("grant_type not supported")]
    GrantTypeNotSupported,
    /// A `grant_type` that the client did not register.
    #[error("grant_type not registered by the client")]
    GrantTypeNotRegistered,
    /// No `refresh_token`.
    #[error("refresh_token missing")]
    RefreshTokenMissing,
    /// No `device_code`.
    #[error("device_code missing")]
    DeviceCodeMissing,
    /// The citizen is not done yet.
    #[error("device waits")]
    DeviceWaits,
    /// The citizen is not done yet, and the device was told to ask less often.
    #[error("device asks too soon")]
    AskedTooSoon,
    /// The citizen was not done in time.
    #[error("device code expired")]
    DeviceExpired,
    /// The citizen does not want the device, or cannot.
    #[error("device refused")]
    DeviceRefused,
    /// Nobody has this refresh token.
    #[error("unknown refresh token")]
    UnknownRefreshToken,
    /// A refresh token that was replaced comes again: the whole family must end.
    #[error("refresh token used before")]
    RefreshTokenReused,
    /// No `token` (RFC 7009 §2.1, RFC 7662 §2.1).
    #[error("token missing")]
    TokenMissing,
    /// A public client where only one that proved to be it may ask.
    #[error("public client")]
    PublicClient,
    /// More than was granted.
    #[error("scope beyond what was granted")]
    WiderScope,
    /// No `code`.
    #[error("code missing")]
    CodeMissing,
    /// No grant has this code.
    #[error("unknown code")]
    UnknownCode,
    /// The code was issued to another client.
    #[error("code of another client")]
    OtherClient,
    /// The code was exchanged before: the tokens of the first use must be revoked.
    #[error("code used before")]
    Reused,
    /// The grant was ended.
    #[error("grant ended")]
    Ended,
    /// The code was not exchanged in time.
    #[error("code expired")]
    Expired,
    /// No `redirect_uri`.
    #[error("redirect_uri missing")]
    RedirectUriMissing,
    /// Not the `redirect_uri` of the authorisation request.
    #[error("other redirect_uri")]
    OtherRedirectUri,
    /// A challenge was given, the verifier is missing.
    #[error("code_verifier missing")]
    VerifierMissing,
    /// A verifier, though no challenge was given.
    #[error("code_verifier without code_challenge")]
    VerifierWithoutChallenge,
    /// The verifier does not answer the challenge.
    #[error("wrong code_verifier")]
    WrongVerifier,
    /// The mandate, its unit or its organisation is no longer in force.
    #[error("mandate no longer in force")]
    NotInForce,
    /// `authorization_details` (RFC 9396 §6): they are part of the authorisation request here, and nothing is narrowed later.
    #[error("authorization_details at the token endpoint")]
    DetailsTooLate,
}

impl Coded for Reason {
    fn code(&self) -> ErrorCode {
        match self {
            Reason::RepeatedParameter(_)
            | Reason::GrantTypeMissing
            | Reason::CodeMissing
            | Reason::RefreshTokenMissing
            | Reason::DeviceCodeMissing
            | Reason::TokenMissing
            | Reason::RedirectUriMissing => ErrorCode::InvalidRequest,
            Reason::GrantTypeNotRegistered => ErrorCode::UnauthorizedClient,
            Reason::PublicClient => ErrorCode::InvalidClient,
            Reason::WiderScope => ErrorCode::InvalidScope,
            Reason::GrantTypeNotSupported => ErrorCode::UnsupportedGrantType,
            Reason::DeviceWaits => ErrorCode::AuthorizationPending,
            Reason::AskedTooSoon => ErrorCode::SlowDown,
            Reason::DeviceExpired => ErrorCode::ExpiredToken,
            Reason::DeviceRefused => ErrorCode::AccessDenied,
            Reason::DetailsTooLate => ErrorCode::InvalidAuthorizationDetails,
            _ => ErrorCode::InvalidGrant,
        }
    }
}

/// Why, with the RFC's word.
pub type Refused = error::Refused<Reason>;

/// Which grant a token request is about.
///
/// # Errors
/// `invalid_request` when it says so not at all or twice, `unsupported_grant_type`, `invalid_authorization_details` when it
/// brings some.
pub fn grant_type(parameters: &Parameters) -> Result<GrantType, Refused> {
    if parameters.is_repeated("grant_type") {
        return Err(Reason::RepeatedParameter("grant_type").into());
    }
    // Whoever asks for less than was granted must not be given all of it.
    if !parameters.all("authorization_details").is_empty() {
        return Err(Reason::DetailsTooLate.into());
    }
    match parameters.get("grant_type") {
        Some("authorization_code") => Ok(GrantType::AuthorizationCode),
        Some("refresh_token") => Ok(GrantType::RefreshToken),
        Some("client_credentials") => Ok(GrantType::ClientCredentials),
        Some("urn:ietf:params:oauth:grant-type:device_code") => Ok(GrantType::DeviceCode),
        Some("urn:ietf:params:oauth:grant-type:token-exchange") => Ok(GrantType::TokenExchange),
        Some(_) => Err(Reason::GrantTypeNotSupported.into()),
        None => Err(Reason::GrantTypeMissing.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::Reason;
    use crate::oidc::error::{Coded as _, ErrorCode};

    #[test]
    fn each_reason_is_told_by_the_rfcs_word() {
        for (reason, code) in [
            (Reason::CodeMissing, ErrorCode::InvalidRequest),
            (Reason::GrantTypeNotRegistered, ErrorCode::UnauthorizedClient),
            (Reason::GrantTypeNotSupported, ErrorCode::UnsupportedGrantType),
            (Reason::PublicClient, ErrorCode::InvalidClient),
            (Reason::WiderScope, ErrorCode::InvalidScope),
            (Reason::DeviceWaits, ErrorCode::AuthorizationPending),
            (Reason::AskedTooSoon, ErrorCode::SlowDown),
            (Reason::DeviceExpired, ErrorCode::ExpiredToken),
            (Reason::DeviceRefused, ErrorCode::AccessDenied),
            (Reason::UnknownRefreshToken, ErrorCode::InvalidGrant),
            (Reason::RefreshTokenReused, ErrorCode::InvalidGrant),
        ] {
            assert_eq!(reason.code(), code, "{reason}");
        }
    }
}
