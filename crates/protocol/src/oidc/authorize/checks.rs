//! The small checks of phase 2, one function each.

use super::{Prompt, Reason, destination};
use crate::oidc::client::{Client, ClientAuthMethod};
use crate::oidc::parameters::Parameters;
use crate::oidc::pkce;
use domain::person::Purpose;
use std::collections::BTreeSet;

/// Longest `nonce` that is carried, bytes.
const MAX_NONCE: usize = 512;
/// Most languages that are remembered.
const MAX_LOCALES: usize = 8;
/// Longest BCP 47 tag (RFC 5646 §4.4.1).
const MAX_LOCALE: usize = 35;

/// Everything that means something here, supported or refused.
const KNOWN: &[&str] = &[
    "client_id",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
    "response_mode",
    "nonce",
    "display",
    "prompt",
    "max_age",
    "ui_locales",
    "claims_locales",
    "id_token_hint",
    "login_hint",
    "acr_values",
    "claims",
    "authorization_details",
    "dpop_jkt",
    "code_challenge",
    "code_challenge_method",
    "request",
    "request_uri",
    "registration",
    "spid_purpose",
];

/// "Request and response parameters MUST NOT be included more than once."
pub(super) fn once_each(parameters: &Parameters) -> Result<(), Reason> {
    match parameters.repeated(KNOWN) {
        Some(name) => Err(Reason::RepeatedParameter(name)),
        None => Ok(()),
    }
}

/// An opaque value, but one that is kept and sent back.
pub(super) fn state(parameters: &Parameters) -> Result<(), Reason> {
    match parameters.get("state") {
        Some(state) if !destination::carriable(state) => Err(Reason::StateUnusable),
        _ => Ok(()),
    }
}

/// A request object might carry other values than the ones beside it: refused, never ignored.
pub(super) fn no_request_object(parameters: &Parameters) -> Result<(), Reason> {
    [
        ("request", Reason::RequestObject),
        ("request_uri", Reason::RequestUri),
        ("registration", Reason::RegistrationInRequest),
    ]
    .into_iter()
    .find(|(name, _)| parameters.get(name).is_some())
    .map_or(Ok(()), |(_, reason)| Err(reason))
}

pub(super) fn response_type(parameters: &Parameters) -> Result<(), Reason> {
    match parameters.get("response_type") {
        Some("code") => Ok(()),
        Some(_) => Err(Reason::ResponseTypeNotSupported),
        None => Err(Reason::ResponseTypeMissing),
    }
}

pub(super) fn response_mode(parameters: &Parameters) -> Result<(), Reason> {
    match parameters.get("response_mode") {
        None | Some("query") => Ok(()),
        Some(_) => Err(Reason::ResponseModeNotSupported),
    }
}

/// "If code_challenge_method is not present, defaults to plain": so it has to be present.
pub(super) fn pkce(parameters: &Parameters, client: &Client) -> Result<Option<String>, Reason> {
    let required = client.require_pkce || client.auth_method == ClientAuthMethod::None;
    match (
        parameters.get("code_challenge"),
        parameters.get("code_challenge_method"),
    ) {
        (None, Some(_)) => Err(Reason::MethodWithoutChallenge),
        (None, None) if required => Err(Reason::ChallengeMissing),
        (None, None) => Ok(None),
        (Some(challenge), Some("S256")) if pkce::is_challenge(challenge) => Ok(Some(challenge.to_owned())),
        (Some(_), Some("S256")) => Err(Reason::ChallengeMalformed),
        (Some(_), _) => Err(Reason::ChallengeMethodNotSupported),
    }
}

pub(super) fn nonce(parameters: &Parameters) -> Result<Option<String>, Reason> {
    match parameters.get("nonce") {
        Some(nonce) if nonce.len() > MAX_NONCE || nonce.chars().any(char::is_control) => Err(Reason::NonceUnusable),
        nonce => Ok(nonce.map(str::to_owned)),
    }
}

/// "If this parameter contains none with any other value, an error is returned."
pub(super) fn prompt(parameters: &Parameters) -> Result<BTreeSet<Prompt>, Reason> {
    let prompts = words(parameters.get("prompt"))
        .map(|word| match word {
            "none" => Ok(Prompt::None),
            "login" => Ok(Prompt::Login),
            "consent" => Ok(Prompt::Consent),
            "select_account" => Ok(Prompt::SelectAccount),
            _ => Err(Reason::PromptUnknown),
        })
        .collect::<Result<BTreeSet<Prompt>, Reason>>()?;
    if prompts.contains(&Prompt::None) && prompts.len() > 1 {
        return Err(Reason::PromptNoneWithOthers);
    }
    Ok(prompts)
}

/// `spid_purpose`, a parameter of ours: one of the kinds that the client registered; without it, the first of
/// them. What nobody registered is refused and not dropped: the person would come with another identity.
pub(super) fn spid_purpose(parameters: &Parameters, client: &Client) -> Result<Option<Purpose>, Reason> {
    let Some(asked) = parameters.get("spid_purpose") else {
        return Ok(client.spid_purposes.first().copied());
    };
    let purpose = Purpose::parse(asked).filter(|purpose| client.spid_purposes.contains(purpose));
    purpose.map(Some).ok_or(Reason::SpidPurposeNotRegistered)
}

/// Seconds; a number beyond `u32` is 136 years or more and means the same as the largest.
pub(super) fn max_age(parameters: &Parameters) -> Result<Option<u32>, Reason> {
    let Some(text) = parameters.get("max_age") else {
        return Ok(None);
    };
    if text.len() > 20 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Reason::MaxAgeMalformed);
    }
    Ok(Some(text.parse().unwrap_or(u32::MAX)))
}

/// "An error SHOULD NOT result if some or all of the requested locales are not supported": what is no
/// language tag is dropped.
pub(super) fn ui_locales(parameters: &Parameters) -> Vec<String> {
    words(parameters.get("ui_locales"))
        .filter(|tag| tag.len() <= MAX_LOCALE && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'))
        .take(MAX_LOCALES)
        .map(str::to_owned)
        .collect()
}

/// The words of a space-delimited parameter.
pub(super) fn words(value: Option<&str>) -> impl Iterator<Item = &str> {
    value.unwrap_or_default().split(' ').filter(|word| !word.is_empty())
}
