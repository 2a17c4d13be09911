//! `scope`: what is asked for, and the organisation it may pin.

use super::checks::words;
use super::{Pin, Reason};
use crate::oidc::client::{ActingPolicy, Client};
use crate::oidc::grant::refresh_token;
use crate::oidc::parameters::Parameters;
use std::collections::BTreeSet;

/// Every scope that means something here. `organization:<id or alias>` comes beside them.
pub const SCOPES: &[&str] = &[
    "openid",
    "profile",
    "email",
    "phone",
    "fiscal_number",
    "spid",
    "company",
    "organization",
    ALL_ORGANISATIONS,
    OFFLINE_ACCESS,
];

/// Refresh tokens that outlive the browser session (OpenID Connect Core §11); for clients that registered the grant.
pub const OFFLINE_ACCESS: &str = "offline_access";

/// Every organisation that the person could act for at the client, in userinfo alone. Nothing is pinned by it, and nobody acts
/// for more than one. An administrator's to give.
pub const ALL_ORGANISATIONS: &str = "organization:*";

/// What a request asks for.
#[derive(Debug)]
pub(super) struct Asked {
    pub scopes: BTreeSet<String>,
    pub pin: Option<Pin>,
}

/// Reads `scope`. Scopes that are unknown, or not allowed for the client, are dropped (the token
/// response names what was granted); a pin never is, because the fallback would be another organisation.
pub(super) fn read(parameters: &Parameters, client: &Client) -> Result<Asked, Reason> {
    let text = parameters.get("scope");
    if !text.unwrap_or_default().bytes().all(is_scope_byte) {
        return Err(Reason::ScopeMalformed);
    }
    if !words(text).any(|word| word == "openid") {
        return Err(Reason::ScopeWithoutOpenid);
    }
    let scopes = words(text)
        .filter(|word| SCOPES.contains(word) && (*word == "openid" || client.scopes.contains(*word)))
        .filter(|word| *word != OFFLINE_ACCESS || refresh_token::is_due(client))
        .map(str::to_owned)
        .collect();
    Ok(Asked {
        scopes,
        pin: pin(text, client)?,
    })
}

/// `scope-token = 1*( %x21 / %x23-5B / %x5D-7E )`, separated by blanks (RFC 6749 §3.3).
fn is_scope_byte(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\'
}

fn pin(text: Option<&str>, client: &Client) -> Result<Option<Pin>, Reason> {
    let mut pins = words(text)
        .filter(|word| *word != ALL_ORGANISATIONS || !client.scopes.contains(ALL_ORGANISATIONS))
        .filter_map(|word| word.strip_prefix("organization:"));
    let Some(pin) = pins.next() else {
        return Ok(None);
    };
    if pins.next().is_some() {
        return Err(Reason::PinRepeated);
    }
    let pin = Pin::read(pin).ok_or(Reason::PinMalformed)?;
    if client.acting == ActingPolicy::Myself {
        return Err(Reason::PinForSelfOnlyClient);
    }
    Ok(Some(pin))
}
