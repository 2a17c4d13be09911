//! The provider's signing keys take over from each other so that nobody notices (attack 67): made and published, days
//! later at work, hours after their last token destroyed. Of several processes over one database the insert decides
//! whose key it is.

use crate::flow::{Deps, FlowError};
use chrono::{DateTime, Utc};
use domain::audit::{EventKind, SecurityEvent};
use protocol::keyring::{HeldKey, KeyError, KeyKind, Next, SigningKey, chain};

/// Makes the keys whose time has come, destroys those whose time is over, and takes what the store holds then. `force`:
/// it is time for each kind, but for one whose next key is published already and waits.
///
/// # Errors
/// [`FlowError`] when a store fails or no key can be made.
pub async fn rotate(deps: &Deps, force: bool) -> Result<(), FlowError> {
    let now = deps.clock.now();
    let held = deps.store.oidc_keys().await?;
    let mut changed = false;
    for kind in KeyKind::ALL {
        let chain = chain(&held, kind);
        changed |= add_next(deps, kind, &chain, force, now).await?;
        changed |= remove_spent(deps, kind, &chain, now).await?;
    }
    let held = if changed { deps.store.oidc_keys().await? } else { held };
    deps.signing_keys.replace(held);
    Ok(())
}

async fn add_next(
    deps: &Deps,
    kind: KeyKind,
    chain: &[&HeldKey],
    force: bool,
    now: DateTime<Utc>,
) -> Result<bool, FlowError> {
    let files = &deps.keyring.oidc;
    if files.keep(kind) {
        return Ok(false);
    }
    let Some(next) = deps.settings.key_rotation.next(chain, files.retire(kind), force, now) else {
        return Ok(false);
    };
    let held = make(deps, kind, next, now).await?;
    let mut tx = deps.store.begin().await?;
    if tx.insert_oidc_key(&held).await? {
        tx.record(&SecurityEvent {
            detail: Some(format!("{} {}", kind.word(), held.key.kid())),
            ..deps.event(EventKind::SigningKeyMade, now)
        })
        .await?;
        tx.commit().await?;
        tracing::info!(kind = kind.word(), kid = held.key.kid(), signs_from = %held.signs_from, "new signing key");
    }
    // Another process may have been faster: then its key counts.
    Ok(true)
}

/// An RSA key takes the processor for a moment, so it is made beside what is served.
async fn make(deps: &Deps, kind: KeyKind, next: Next, now: DateTime<Utc>) -> Result<HeldKey, FlowError> {
    let key = tokio::task::spawn_blocking(move || SigningKey::generate(kind))
        .await
        .map_err(|_| KeyError::Signing)??;
    Ok(HeldKey {
        id: deps.random.uuid(now),
        generation: next.generation,
        key,
        made_at: now,
        signs_from: next.signs_from,
    })
}

async fn remove_spent(deps: &Deps, kind: KeyKind, chain: &[&HeldKey], now: DateTime<Utc>) -> Result<bool, FlowError> {
    let rotation = deps.settings.key_rotation;
    let mut removed = false;
    for (held, next) in chain.iter().zip(chain.iter().skip(1)) {
        if !rotation.is_spent(Some(next), now) {
            continue;
        }
        let mut tx = deps.store.begin().await?;
        if tx.remove_oidc_key(kind, held.generation).await? {
            tx.record(&SecurityEvent {
                detail: Some(format!("{} {}", kind.word(), held.key.kid())),
                ..deps.event(EventKind::SigningKeyRemoved, now)
            })
            .await?;
            tx.commit().await?;
        }
        removed = true;
    }
    Ok(removed)
}
