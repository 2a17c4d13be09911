//! A token for a client: signed as it registered, and encrypted to it if it registered that.

use super::client_keys::client_keys;
use crate::flow::{Deps, FlowError};
use protocol::jose::{KeySet, encrypt};
use protocol::oidc::client::{Client, Protection};
use serde_json::Value;
use std::sync::Arc;

/// `claims` as a token that is signed in any case, with `typ` if given.
///
/// # Errors
/// [`FlowError::Key`] when a key does not sign, or the client has none to encrypt to.
pub(super) async fn signed(
    deps: &Deps,
    client: &Client,
    protection: Protection,
    typ: Option<&str>,
    claims: &Value,
) -> Result<String, FlowError> {
    let algorithm = client.metadata.signing_algorithm(protection.signed);
    let token = deps.oidc_keys().sign(algorithm, typ, claims)?;
    match protection.encrypted {
        None => Ok(token),
        Some((management, content)) => {
            let keys = keys(deps, client).await;
            Ok(encrypt(&token, true, &keys, management, content)?)
        }
    }
}

/// `claims` as the client registered them: signed, encrypted, both, or (`None`) neither.
///
/// # Errors
/// As [`signed`].
pub(super) async fn protected(
    deps: &Deps,
    client: &Client,
    protection: Protection,
    claims: &Value,
) -> Result<Option<String>, FlowError> {
    match (protection.signed, protection.encrypted) {
        (None, None) => Ok(None),
        (None, Some((management, content))) => {
            let keys = keys(deps, client).await;
            Ok(Some(encrypt(&claims.to_string(), false, &keys, management, content)?))
        }
        (Some(_), _) => signed(deps, client, protection, None, claims).await.map(Some),
    }
}

/// Without any, encryption fails: what should be dark never goes out readable.
async fn keys(deps: &Deps, client: &Client) -> Arc<KeySet> {
    client_keys(deps, client, deps.clock.now())
        .await
        .unwrap_or_else(|error| {
            tracing::error!(client = %client.id, %error, "no keys to encrypt to");
            Arc::default()
        })
}
