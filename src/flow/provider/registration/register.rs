//! `POST /register`: a client registers itself.

use super::outside::confirm;
use super::{MOST, Sent, Unregistered, bearer_token, described, is_one_of, metadata, told};
use crate::flow::{Deps, FlowError};
use domain::audit::{EventKind, SecurityEvent};
use protocol::oidc::hash_secret;
use serde_json::{Map, Value};

/// Registers what was sent, and tells everything that the client needs from then on.
///
/// # Errors
/// [`FlowError`] when a store fails; inside, why nothing was registered.
pub async fn register(deps: &Deps, sent: &Sent<'_>) -> Result<Result<Map<String, Value>, Unregistered>, FlowError> {
    let now = deps.clock.now();
    let Some(settings) = &deps.settings.registration else {
        return Ok(Err(Unregistered::Off));
    };
    let Some(initial) = bearer_token(sent).filter(|token| is_one_of(&settings.tokens, token)) else {
        return Ok(Err(Unregistered::Unauthorised));
    };
    let described = metadata(sent).and_then(|sent| described(deps, settings, sent, &deps.random.name()));
    let (client, secret) = match described {
        Ok(described) => described,
        Err(unregistered) => return Ok(Err(unregistered)),
    };
    let logo = match confirm(deps, &client, sent.from, now).await? {
        Ok(logo) => logo,
        Err(unregistered) => return Ok(Err(unregistered)),
    };
    let token = deps.random.secret();
    let mut tx = deps.store.begin().await?;
    if tx.count_registrations().await? >= MOST {
        return Ok(Err(Unregistered::Full));
    }
    tx.upsert_client(&client).await?;
    tx.insert_registration(&client.id, &hash_secret(&token), now).await?;
    if let Some(logo) = &logo {
        logo.store(&mut tx, &client.id).await?;
    }
    tx.record(&SecurityEvent {
        client: Some(client.id.clone()),
        detail: Some(format!("by the initial access token {}", mark(initial))),
        ..deps.event(EventKind::ClientRegistered, now)
    })
    .await?;
    tx.commit().await?;
    tracing::info!(client = %client.id, "client registered itself");
    Ok(Ok(told(deps, &client, now, &token, secret.as_deref())))
}

/// Tells the operator which of the initial access tokens it was, and nobody what it is: the first octets of its hash.
fn mark(token: &str) -> String {
    hash_secret(token)
        .iter()
        .take(4)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
