//! Logos of clients: fetched by us, drawn anew and served by us, so that no citizen's browser calls a portal before they
//! agreed to anything, and nothing of a stranger's but a picture reaches it (attack 46).

use crate::flow::{Deps, FlowError};
use crate::outbound::{Call, OutboundError};
use crate::paper::{self, PictureError, redraw};
use crate::store::{ClientLogo, Tx};
use chrono::{DateTime, TimeDelta, Utc};
use protocol::oidc::client::Client;
use protocol::oidc::{SecretHash, hash_bytes};
use std::time::Duration;

/// Longest call.
const WITHIN: Duration = Duration::from_secs(5);
/// How long one is shown before it is looked for anew.
const KEPT: TimeDelta = TimeDelta::days(7);

/// Why there is no logo.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum LogoError {
    /// Its server does not give it.
    #[error("cannot be fetched: {0}")]
    Call(#[from] OutboundError),
    /// What came is not shown.
    #[error("cannot be shown: {0}")]
    Picture(#[from] PictureError),
    /// Drawing it went wrong.
    #[error("cannot be drawn")]
    Drawing,
}

/// A logo that was drawn, and is not stored yet.
pub(super) struct Drawn {
    logo: ClientLogo,
    picture: Vec<u8>,
}

impl Drawn {
    /// Stores it as the client's.
    pub(super) async fn store(&self, tx: &mut Tx, client: &str) -> Result<(), FlowError> {
        Ok(tx.put_client_logo(client, &self.logo, &self.picture).await?)
    }
}

/// Fetches and draws the picture at `address`, which only has to be public.
///
/// # Errors
/// [`LogoError`].
pub(super) async fn draw(deps: &Deps, address: &str, now: DateTime<Utc>) -> Result<Drawn, LogoError> {
    let call = Call::get(address).within(WITHIN).at_most(paper::MAX_BYTES);
    let bytes = deps.http.call(call).await?.success()?;
    // Unpacking takes the processor for a moment, so it is done beside what is served.
    let drawn = tokio::task::spawn_blocking(move || redraw(&bytes)).await;
    let picture = drawn.map_err(|_| LogoError::Drawing)??;
    Ok(Drawn {
        logo: ClientLogo {
            source: address.to_owned(),
            digest: hash_bytes(&picture),
            fetched_at: now,
        },
        picture,
    })
}

/// The digest of the logo that a citizen may see of `client`: the one from the address that it has now.
pub(in crate::flow) async fn shown(deps: &Deps, client: &Client) -> Result<Option<SecretHash>, FlowError> {
    let Some(address) = &client.metadata.logo_uri else {
        return Ok(None);
    };
    let logo = deps.store.client_logo(&client.id).await?;
    Ok(logo.filter(|logo| logo.source == *address).map(|logo| logo.digest))
}

/// The picture (PNG) of this digest.
///
/// # Errors
/// [`FlowError`] when the store fails.
pub async fn picture(deps: &Deps, digest: &SecretHash) -> Result<Option<Vec<u8>>, FlowError> {
    Ok(deps.store.picture(digest).await?)
}

/// Fetches the logos that are missing or a week old, those of the configuration's clients above all. One that cannot be
/// had stays as it is.
///
/// # Errors
/// [`FlowError`] when the store fails.
pub async fn renew(deps: &Deps) -> Result<(), FlowError> {
    let now = deps.clock.now();
    for client in deps.store.clients().await? {
        let Some(address) = client.metadata.logo_uri.as_deref().filter(|_| !client.disabled) else {
            continue;
        };
        let kept = deps.store.client_logo(&client.id).await?;
        let is_fresh = |logo: &ClientLogo| logo.source == address && now.signed_duration_since(logo.fetched_at) < KEPT;
        if kept.as_ref().is_some_and(is_fresh) {
            continue;
        }
        match draw(deps, address, now).await {
            Ok(drawn) => {
                let mut tx = deps.store.begin().await?;
                drawn.store(&mut tx, &client.id).await?;
                tx.commit().await?;
            }
            Err(error) => tracing::warn!(client = %client.id, %error, "no logo of a client"),
        }
    }
    Ok(())
}
