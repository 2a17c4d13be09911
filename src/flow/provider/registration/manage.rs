//! `/register/{client_id}`: a client looks after its registration by the token it was given for that.
//!
//! The token stays the same as long as the registration: one that is exchanged at every look would be lost with the first
//! answer that does not arrive, and nobody could give another (RFC 7592 §5 leaves it open).

use super::outside::confirm;
use super::{RegistrationSettings, Sent, Unregistered, bearer_token, described, fault, metadata, told, wrong};
use crate::flow::{Deps, FlowError};
use crate::store::ClientRegistration;
use domain::audit::{EventKind, SecurityEvent};
use protocol::oidc::client::{Client, ClientAuthMethod};
use protocol::oidc::{hash_secret, secrets_match};
use serde_json::{Map, Value};

/// Who came with the right token.
struct Manager<'a> {
    settings: &'a RegistrationSettings,
    client: Client,
    registration: ClientRegistration,
    token: &'a str,
}

/// RFC 7592 §2: a client that is unknown, removed or disabled and a wrong token are all the same.
async fn manager<'a>(
    deps: &'a Deps,
    client_id: &str,
    sent: &Sent<'a>,
) -> Result<Result<Manager<'a>, Unregistered>, FlowError> {
    let Some(settings) = &deps.settings.registration else {
        return Ok(Err(Unregistered::Off));
    };
    let Some(token) = bearer_token(sent).filter(|_| is_name(client_id)) else {
        return Ok(Err(Unregistered::Unauthorised));
    };
    let registration = deps.store.client_registration(client_id).await?;
    let client = deps.store.client(client_id).await?.filter(|client| !client.disabled);
    Ok(match (registration, client) {
        (Some(registration), Some(client)) if secrets_match(&registration.token, &hash_secret(token)) => Ok(Manager {
            settings,
            client,
            registration,
            token,
        }),
        _ => Err(Unregistered::Unauthorised),
    })
}

/// Whether a client may be called so; nothing else is asked of the store.
fn is_name(text: &str) -> bool {
    text.len() <= 255 && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// `GET`: what is registered.
///
/// # Errors
/// [`FlowError`] when a store fails; inside, why nothing is told.
pub async fn read(
    deps: &Deps,
    client_id: &str,
    sent: &Sent<'_>,
) -> Result<Result<Map<String, Value>, Unregistered>, FlowError> {
    let manager = manager(deps, client_id, sent).await?;
    Ok(manager.map(|manager| {
        let registered_at = manager.registration.registered_at;
        told(deps, &manager.client, registered_at, manager.token, None)
    }))
}

/// `PUT`: what was sent takes the place of what was registered; what is left out is gone.
///
/// # Errors
/// [`FlowError`] when a store fails; inside, why nothing was changed.
pub async fn change(
    deps: &Deps,
    client_id: &str,
    sent: &Sent<'_>,
) -> Result<Result<Map<String, Value>, Unregistered>, FlowError> {
    let now = deps.clock.now();
    let manager = match manager(deps, client_id, sent).await? {
        Ok(manager) => manager,
        Err(unregistered) => return Ok(Err(unregistered)),
    };
    let described = metadata(sent).and_then(|sent| {
        check_itself(&manager.client, sent)?;
        described(deps, manager.settings, sent, client_id)
    });
    let (client, secret) = match described {
        Ok((client, secret)) => with_secret_of(&manager.client, client, secret),
        Err(unregistered) => return Ok(Err(unregistered)),
    };
    let logo = match confirm(deps, &client, sent.from, now).await? {
        Ok(logo) => logo,
        Err(unregistered) => return Ok(Err(unregistered)),
    };
    let mut tx = deps.store.begin().await?;
    if !tx.hold_registration(client_id, &manager.registration.token).await? {
        return Ok(Err(Unregistered::Unauthorised));
    }
    tx.upsert_client(&client).await?;
    if let Some(logo) = &logo {
        logo.store(&mut tx, &client.id).await?;
    }
    tx.record(&SecurityEvent {
        client: Some(client.id.clone()),
        ..deps.event(EventKind::ClientChanged, now)
    })
    .await?;
    tx.commit().await?;
    let registered_at = manager.registration.registered_at;
    Ok(Ok(told(deps, &client, registered_at, manager.token, secret.as_deref())))
}

/// RFC 7592 §2.2: it names itself, and when it names its secret, the one that it has.
fn check_itself(client: &Client, sent: &Map<String, Value>) -> Result<(), Unregistered> {
    if sent.get("client_id").and_then(Value::as_str) != Some(client.id.as_str()) {
        return Err(wrong(&[fault("client_id", "must be the one that was given")]));
    }
    let named = sent.get("client_secret").filter(|secret| !secret.is_null());
    let right = named.is_none_or(|secret| {
        let secret = secret.as_str().unwrap_or_default();
        super::is_one_of(&client.secret_hashes, secret)
    });
    match right {
        true => Ok(()),
        false => Err(wrong(&[fault("client_secret", "must be the one that was given")])),
    }
}

/// Keeps the secret of `before` where it still serves; otherwise the new one is told.
fn with_secret_of(before: &Client, mut client: Client, secret: Option<String>) -> (Client, Option<String>) {
    let signs = client.auth_method == ClientAuthMethod::ClientSecretJwt;
    if secret.is_none() || before.secret_hashes.is_empty() || (signs && before.shared_secrets.is_empty()) {
        return (client, secret);
    }
    client.secret_hashes.clone_from(&before.secret_hashes);
    if signs {
        client.shared_secrets.clone_from(&before.shared_secrets);
    }
    (client, None)
}

/// `DELETE`: the client is disabled for good, and nothing that it was given goes on.
///
/// # Errors
/// [`FlowError`] when a store fails; inside, why nothing was removed.
pub async fn remove(deps: &Deps, client_id: &str, sent: &Sent<'_>) -> Result<Result<(), Unregistered>, FlowError> {
    let now = deps.clock.now();
    let manager = match manager(deps, client_id, sent).await? {
        Ok(manager) => manager,
        Err(unregistered) => return Ok(Err(unregistered)),
    };
    let mut tx = deps.store.begin().await?;
    if !tx
        .remove_registration(client_id, &manager.registration.token, now)
        .await?
    {
        return Ok(Err(Unregistered::Unauthorised));
    }
    tx.end_grants_of_client(client_id, now).await?;
    tx.record(&SecurityEvent {
        client: Some(client_id.to_owned()),
        ..deps.event(EventKind::ClientRemoved, now)
    })
    .await?;
    tx.commit().await?;
    tracing::info!(client = client_id, "client removed its registration");
    Ok(Ok(()))
}
