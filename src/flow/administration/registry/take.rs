//! A document that says it is the registry: held from now on, or refused.

use crate::flow::{Deps, FlowError, IdentityProviders, RegistrySource};
use crate::store::{HeldRegistry, RegistryCopy};
use chrono::{DateTime, Utc};
use domain::audit::{EventKind, SecurityEvent};
use protocol::saml::metadata::Registry;

/// How a document came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Fetched on schedule.
    Fetched,
    /// With the configuration, for the first start.
    Bundled,
    /// An operator looked at it and brings it: its signature counts, its age does not.
    ByHand,
}

/// What became of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It is the edition that is held.
    Unchanged,
    /// It is held from now on, with so many identity providers.
    Renewed(usize),
    /// It is not taken, for this reason; the one held stays.
    Refused(&'static str),
}

/// Takes `document` for the registry, if it is genuine and no step back.
///
/// # Errors
/// [`FlowError`] when a store fails; then nothing was changed.
pub async fn take(
    deps: &Deps,
    providers: &IdentityProviders,
    source: &RegistrySource,
    document: &str,
    way: Way,
) -> Result<Taken, FlowError> {
    let now = deps.clock.now();
    // Some servers begin with a byte order mark.
    let document = document.trim_start_matches('\u{feff}');
    let registry = match Registry::read(document, &source.signers, now) {
        Ok(registry) => registry,
        Err(error) => return refuse(deps, source, error.name(), now).await,
    };
    let held = deps.store.idp_registry(source.name).await?;
    let edition = held.copy.as_ref().map(|copy| copy.edition);
    if edition == Some(registry.digest) {
        mark_unchanged(deps, source, &held, now).await?;
        if providers.edition() != edition {
            providers.replace(registry);
        }
        return Ok(Taken::Unchanged);
    }
    if way != Way::ByHand
        && let Err(reason) = is_newer(deps, source, &registry, &held).await?
    {
        return refuse(deps, source, reason, now).await;
    }
    let copy = RegistryCopy {
        document: document.to_owned(),
        edition: registry.digest,
        accepted_at: now,
    };
    let count = registry.providers.len();
    let mut tx = deps.store.begin().await?;
    if !tx.hold_idp_registry(source.name, &copy, edition.as_ref()).await? {
        // Another node took another edition meanwhile; this node will follow.
        drop(tx);
        return Ok(Taken::Unchanged);
    }
    tx.idp_registry_no_problem(source.name).await?;
    tx.record(&SecurityEvent {
        detail: Some(format!("{} {count}", source.name)),
        ..deps.event(EventKind::IdentityProvidersRenewed, now)
    })
    .await?;
    tx.commit().await?;
    tracing::info!(registry = source.name, providers = count, "registry renewed");
    providers.replace(registry);
    Ok(Taken::Renewed(count))
}

async fn mark_unchanged(
    deps: &Deps,
    source: &RegistrySource,
    held: &HeldRegistry,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let mut tx = deps.store.begin().await?;
    tx.idp_registry_checked(source.name, now).await?;
    if held.problem.is_some() {
        tx.idp_registry_no_problem(source.name).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Whether an authentic edition may take the place of the one that is held, and why not.
async fn is_newer(
    deps: &Deps,
    source: &RegistrySource,
    registry: &Registry,
    held: &HeldRegistry,
) -> Result<Result<(), &'static str>, FlowError> {
    let Some(copy) = &held.copy else {
        return Ok(Ok(()));
    };
    let replaced = deps.store.idp_registry_was_replaced(source.name, &registry.digest);
    if replaced.await? {
        return Ok(Err("replaced_before"));
    }
    // A copy whose signer is not pinned any more says nothing about age.
    match Registry::read(&copy.document, &source.signers, DateTime::<Utc>::MIN_UTC) {
        Ok(before) => Ok(registry.supersedes(&before).map_err(|error| error.name())),
        Err(_) => Ok(Ok(())),
    }
}

/// The copy that is held stays. The first refusal for a reason is a security event, each one is a line.
async fn refuse(
    deps: &Deps,
    source: &RegistrySource,
    reason: &'static str,
    now: DateTime<Utc>,
) -> Result<Taken, FlowError> {
    tracing::error!(
        registry = source.name,
        reason,
        "registry refused; the copy held stays in use"
    );
    let mut tx = deps.store.begin().await?;
    if tx.idp_registry_problem(source.name, reason, now).await? {
        tx.record(&SecurityEvent {
            detail: Some(format!("{} {reason}", source.name)),
            ..deps.event(EventKind::IdentityProvidersRefused, now)
        })
        .await?;
    }
    tx.commit().await?;
    Ok(Taken::Refused(reason))
}
