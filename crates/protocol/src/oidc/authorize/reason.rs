//! Why an authorisation request is refused, and the RFC's word for each reason.

use super::request_object;
use crate::oidc::authorization_details;
use crate::oidc::error::{Coded, ErrorCode};

/// Why, in the order in which the checks run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// A parameter we know came twice.
    #[error("repeated parameter: {0}")]
    RepeatedParameter(&'static str),
    /// `state` is too long or has control characters.
    #[error("unusable state")]
    StateUnusable,
    /// A request object that is not to be believed.
    #[error("request object: {0}")]
    RequestObject(#[from] request_object::Reason),
    /// `request` or `request_uri` inside a request object, or beside one that was pushed.
    #[error("request or request_uri inside a request")]
    RequestInside,
    /// A client that has to push its requests did not.
    #[error("request was not pushed")]
    NotPushed,
    /// A client that has to sign its requests did not.
    #[error("request was not signed")]
    NotSigned,
    /// Registration inside the request is not supported.
    #[error("registration in the request")]
    RegistrationInRequest,
    /// No `response_type`.
    #[error("response_type missing")]
    ResponseTypeMissing,
    /// Anything but `code`.
    #[error("response_type not supported")]
    ResponseTypeNotSupported,
    /// One that does not exist, or that the client may not have.
    #[error("response_mode not supported")]
    ResponseModeNotSupported,
    /// No `openid` among the scopes.
    #[error("scope without openid")]
    ScopeWithoutOpenid,
    /// Not a list of scope tokens (RFC 6749 §3.3).
    #[error("malformed scope")]
    ScopeMalformed,
    /// `organization:` with something that is neither an id nor an alias; `*` is one of these.
    #[error("malformed organization pin")]
    PinMalformed,
    /// Two pins: a token speaks for at most one organisation.
    #[error("more than one organization pin")]
    PinRepeated,
    /// An organisation is pinned at a client where people act for themselves only.
    #[error("organization pin at a client for oneself only")]
    PinForSelfOnlyClient,
    /// PKCE is required and was left out (attack 35: downgrade).
    #[error("code_challenge missing")]
    ChallengeMissing,
    /// A method without a challenge.
    #[error("code_challenge_method without code_challenge")]
    MethodWithoutChallenge,
    /// Anything but S256; absent means `plain`.
    #[error("code_challenge_method not S256")]
    ChallengeMethodNotSupported,
    /// Not 43 characters of base64url.
    #[error("malformed code_challenge")]
    ChallengeMalformed,
    /// `nonce` is too long or has control characters.
    #[error("unusable nonce")]
    NonceUnusable,
    /// A `prompt` value that does not exist.
    #[error("unknown prompt")]
    PromptUnknown,
    /// `none` together with another value.
    #[error("prompt none with others")]
    PromptNoneWithOthers,
    /// Not a number of seconds.
    #[error("malformed max_age")]
    MaxAgeMalformed,
    /// A kind of SPID identity that does not exist, or that the client did not register.
    #[error("spid_purpose not registered")]
    SpidPurposeNotRegistered,
    /// `claims` is not the JSON that OpenID Connect Core §5.5 describes.
    #[error("malformed claims")]
    ClaimsMalformed,
    /// A resource that the client did not register.
    #[error("resource not registered")]
    ResourceNotRegistered,
    /// `authorization_details` that cannot be granted.
    #[error(transparent)]
    AuthorizationDetails(#[from] authorization_details::Reason),
    /// Not a JWK thumbprint.
    #[error("malformed dpop_jkt")]
    DpopJktMalformed,
    /// None of the essential `acr` values can be reached here.
    #[error("essential acr cannot be met")]
    EssentialAcrUnmet,
}

impl Coded for Reason {
    fn code(&self) -> ErrorCode {
        match self {
            Reason::RequestObject(reason) => reason.code(),
            Reason::RegistrationInRequest => ErrorCode::RegistrationNotSupported,
            Reason::ResponseTypeNotSupported => ErrorCode::UnsupportedResponseType,
            Reason::ScopeWithoutOpenid | Reason::ScopeMalformed | Reason::PinMalformed | Reason::PinRepeated => {
                ErrorCode::InvalidScope
            }
            Reason::ResourceNotRegistered => ErrorCode::InvalidTarget,
            Reason::AuthorizationDetails(reason) => reason.code(),
            Reason::PinForSelfOnlyClient => ErrorCode::AccessDenied,
            Reason::EssentialAcrUnmet => ErrorCode::UnmetAuthenticationRequirements,
            Reason::RepeatedParameter(_)
            | Reason::StateUnusable
            | Reason::RequestInside
            | Reason::NotPushed
            | Reason::NotSigned
            | Reason::ResponseTypeMissing
            | Reason::ResponseModeNotSupported
            | Reason::ChallengeMissing
            | Reason::MethodWithoutChallenge
            | Reason::ChallengeMethodNotSupported
            | Reason::ChallengeMalformed
            | Reason::NonceUnusable
            | Reason::PromptUnknown
            | Reason::PromptNoneWithOthers
            | Reason::MaxAgeMalformed
            | Reason::SpidPurposeNotRegistered
            | Reason::DpopJktMalformed
            | Reason::ClaimsMalformed => ErrorCode::InvalidRequest,
        }
    }
}
