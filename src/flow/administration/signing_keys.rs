//! The provider's signing keys take over from each other so that nobody notices (attack 67): made and published, days
//! later at work, hours after their last token destroyed. Of several processes over one database the insert decides
//! whose key it is.

use crate::flow::{Deps, FlowError};
use chrono::{DateTime, Utc};
use domain::audit::{EventKind, SecurityEvent};
use protocol::keyring::{HeldKey, KeyError, KeyKind, Next, OidcKeys, SigningKey, chain};

/// What a key is for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyPart {
    /// It stands in a file and signs.
    File,
    /// It stands in a file and is published beside the one that signs.
    FileBeside,
    /// It is published and signs from then on.
    Waits(DateTime<Utc>),
    /// It signs.
    Signs,
    /// It signed, and is published until then.
    Leaves(DateTime<Utc>),
}

/// A key as `varco keys list` shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// What it is.
    pub kind: KeyKind,
    /// Its name in `/jwks` and in tokens.
    pub kid: String,
    /// What it is for now.
    pub part: KeyPart,
}

/// Every published key.
///
/// # Errors
/// [`FlowError`] when the store fails.
pub async fn list(deps: &Deps) -> Result<Vec<Listed>, FlowError> {
    let (now, rotation, files) = (deps.clock.now(), deps.settings.key_rotation, &deps.keyring.oidc);
    let held = deps.store.oidc_keys().await?;
    let keys = OidcKeys::at(files, &held, rotation, now);
    let mut listed = Vec::new();
    for key in files.active.iter().chain(&files.retiring) {
        let part = if keys.is_signing(&key.kid()) {
            KeyPart::File
        } else {
            KeyPart::FileBeside
        };
        listed.push((key, part));
    }
    for kind in KeyKind::ALL {
        let chain = chain(&held, kind);
        let successors = chain.iter().skip(1).map(|next| Some(*next)).chain([None]);
        for (held, next) in chain.iter().zip(successors) {
            let signed = next.filter(|next| next.signs_from <= now);
            let part = match signed.and_then(|next| next.signs_from.checked_add_signed(rotation.after)) {
                Some(until) => KeyPart::Leaves(until),
                None if keys.is_signing(&held.key.kid()) => KeyPart::Signs,
                None => KeyPart::Waits(held.signs_from),
            };
            listed.push((&held.key, part));
        }
    }
    let listed = listed.into_iter().map(|(key, part)| Listed {
        kind: key.kind(),
        kid: key.kid(),
        part,
    });
    Ok(listed.collect())
}

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
        tx.record(&event(deps, EventKind::SigningKeyMade, &held, now)).await?;
        tx.commit().await?;
        tracing::info!(kind = kind.word(), kid = held.key.kid(), signs_from = %held.signs_from, "new signing key");
    }
    // Another process may have been faster: then its key counts.
    Ok(true)
}

fn event(deps: &Deps, kind: EventKind, held: &HeldKey, now: DateTime<Utc>) -> SecurityEvent {
    SecurityEvent {
        detail: Some(format!("{} {}", held.key.kind().word(), held.key.kid())),
        ..deps.event(kind, now)
    }
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
            tx.record(&event(deps, EventKind::SigningKeyRemoved, held, now)).await?;
            tx.commit().await?;
        }
        removed = true;
    }
    Ok(removed)
}

/// What came of withdrawing a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withdrawn {
    /// It is gone; where it signed, its successor does.
    Done,
    /// It stands in a file: only the operator can take it out.
    InFile,
    /// No key of ours has this name.
    Unknown,
}

/// Destroys a key that somebody else may have, whatever it is for: what it signed is believed no more. If it signs, its
/// successor signs at once, a staged one or a new one, in the same change. Other processes follow within a minute.
///
/// # Errors
/// [`FlowError`] when a store fails or no key can be made.
pub async fn withdraw(deps: &Deps, kid: &str) -> Result<Withdrawn, FlowError> {
    let (now, files) = (deps.clock.now(), &deps.keyring.oidc);
    if files.active.iter().chain(&files.retiring).any(|key| key.kid() == kid) {
        return Ok(Withdrawn::InFile);
    }
    let held = deps.store.oidc_keys().await?;
    let Some(gone) = held.iter().find(|held| held.key.kid() == kid) else {
        return Ok(Withdrawn::Unknown);
    };
    let kind = gone.key.kind();
    let signs = OidcKeys::at(files, &held, deps.settings.key_rotation, now).is_signing(kid);
    let chain = chain(&held, kind);
    let staged = chain.iter().find(|next| next.generation > gone.generation);
    let made = match staged {
        None if signs => {
            let generation = gone.generation.saturating_add(1);
            let at_once = Next {
                generation,
                signs_from: now,
            };
            Some(make(deps, kind, at_once, now).await?)
        }
        _ => None,
    };
    let mut tx = deps.store.begin().await?;
    if !tx.remove_oidc_key(kind, gone.generation).await? {
        return Ok(Withdrawn::Unknown);
    }
    tx.record(&event(deps, EventKind::SigningKeyWithdrawn, gone, now))
        .await?;
    if let Some(made) = &made {
        tx.insert_oidc_key(made).await?;
        tx.record(&event(deps, EventKind::SigningKeyMade, made, now)).await?;
    }
    if let Some(staged) = staged.filter(|_| signs) {
        tx.advance_oidc_key(kind, staged.generation, now).await?;
    }
    tx.commit().await?;
    tracing::warn!(kind = kind.word(), kid, "signing key withdrawn");
    deps.signing_keys.replace(deps.store.oidc_keys().await?);
    Ok(Withdrawn::Done)
}
