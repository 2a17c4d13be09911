//! The answer to an authorisation request, by the way that it asked for.

use crate::flow::{Deps, FlowError};
use chrono::{DateTime, Utc};
use protocol::jose;
use protocol::oidc::authorize::{Answer, Destination, Outcome};
use protocol::oidc::client::Client;

/// Makes the answer ready to go; a signed one (JARM) with the key that signs ID tokens.
///
/// # Errors
/// [`FlowError::Key`] when a key does not sign.
pub fn answer(
    deps: &Deps,
    client: &Client,
    destination: &Destination,
    outcome: Outcome<'_>,
    now: DateTime<Utc>,
) -> Result<Answer, FlowError> {
    let issuer = &deps.settings.issuer;
    if !destination.mode().is_signed() {
        return Ok(destination.answer(issuer, outcome));
    }
    let claims = destination.claims(issuer, &client.id, outcome, now);
    let key = deps
        .keyring
        .oidc
        .first()
        .ok_or_else(|| FlowError::Message("no signing key".to_owned()))?;
    Ok(destination.signed_answer(jose::sign(key, None, &claims)?))
}
