//! The small checks of phase 2, one function each.

use super::{Arrival, Prompt, Reason, ResponseMode, destination};
use crate::oidc::client::{Client, ClientAuthMethod, Profile};
use crate::oidc::parameters::Parameters;
pub(super) use crate::oidc::parameters::words;
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

/// What a client registered about the ways a request may come.
pub(super) fn arrival(arrival: Arrival, client: &Client) -> Result<(), Reason> {
    let metadata = &client.metadata;
    // FAPI 2 Security Profile §5.3.2.2: "shall reject authorization requests sent without [PAR]".
    if (metadata.require_pushed_authorization_requests || metadata.profile == Profile::Fapi2) && !arrival.pushed {
        return Err(Reason::NotPushed);
    }
    if metadata.require_signed_request_object && !arrival.signed {
        return Err(Reason::NotSigned);
    }
    Ok(())
}

/// What was taken from a request object carries no further one; and nobody registers inside a request.
pub(super) fn nothing_inside(parameters: &Parameters) -> Result<(), Reason> {
    [
        ("request", Reason::RequestInside),
        ("request_uri", Reason::RequestInside),
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

pub(super) fn response_mode(parameters: &Parameters, client: &Client, redirect_uri: &str) -> Result<(), Reason> {
    let Some(name) = parameters.get("response_mode") else {
        return Ok(());
    };
    match ResponseMode::registered(name, client).is_some_and(|mode| mode.reaches(redirect_uri)) {
        true => Ok(()),
        false => Err(Reason::ResponseModeNotSupported),
    }
}

/// "If code_challenge_method is not present, defaults to plain": so it has to be present.
pub(super) fn pkce(parameters: &Parameters, client: &Client) -> Result<Option<String>, Reason> {
    let required = client.require_pkce
        || client.auth_method == ClientAuthMethod::None
        || client.metadata.profile == Profile::Fapi2;
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
            "create" => Ok(Prompt::Create),
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

/// Without one, what the client registered (`default_max_age`). Seconds; a number beyond `u32` is 136 years or more and means the same as the largest.
pub(super) fn max_age(parameters: &Parameters, client: &Client) -> Result<Option<u32>, Reason> {
    let Some(text) = parameters.get("max_age") else {
        return Ok(client.metadata.default_max_age);
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
