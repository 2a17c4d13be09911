//! The answer to an authorisation request, by the way that it asked for.

use crate::flow::{Deps, FlowError};
use chrono::{DateTime, Utc};
use protocol::jose::Algorithm;
use protocol::oidc::authorize::{Answer, Destination, Outcome};
use protocol::oidc::client::{Client, Profile};

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
    let token = deps.oidc_keys().sign(algorithm(client), None, &claims)?;
    Ok(destination.signed_answer(token))
}

/// What the client registered (`authorization_signed_response_alg`), else RS256, which FAPI 2 forbids.
fn algorithm(client: &Client) -> Algorithm {
    let registered = client.metadata.authorization_signed_response_alg;
    registered.unwrap_or(match client.metadata.profile {
        Profile::Plain => Algorithm::Rs256,
        Profile::Fapi2 => Algorithm::Ps256,
    })
}
