//! The answer to an authorisation request, by the way that it asked for.

use crate::flow::{Deps, FlowError};
use chrono::{DateTime, Utc};
use protocol::oidc::authorize::{Answer, Destination, Outcome};
use protocol::oidc::client::Client;

/// Makes the answer ready to go; a signed one (JARM) by the algorithm that the client registered.
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
    let registered = client.metadata.authorization_signed_response_alg;
    let algorithm = client.metadata.signing_algorithm(registered);
    let token = deps.oidc_keys().sign(algorithm, None, &claims)?;
    Ok(destination.signed_answer(token))
}
