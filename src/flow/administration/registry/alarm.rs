//! Alarms before something ends: certificates, metadata, the patience with a registry that does not answer.

use crate::flow::{Deps, FlowError, IdentityProviders, RegistrySource};
use chrono::{DateTime, TimeDelta, Utc};
use domain::audit::{EventKind, SecurityEvent};
use protocol::saml::IdentityProvider;

/// How often dates are looked at: a line each time, a security event the first time.
const EVERY: TimeDelta = TimeDelta::days(1);
/// A registry that has not answered well for so long needs somebody.
const SILENCE: TimeDelta = TimeDelta::days(3);
/// Without a registry there is no setting: certificates of configured identity providers.
const AHEAD: TimeDelta = TimeDelta::days(30);

/// Something that ends, or ended.
struct Ending {
    /// What it is, in a word of ours.
    what: &'static str,
    /// Whose: an entityID, or the registry's name.
    whose: String,
    /// When.
    at: DateTime<Utc>,
}

/// Raises an alarm for everything that ends soon, or ended; once a day, on one node.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn look_at_dates(deps: &Deps, providers: &IdentityProviders) -> Result<(), FlowError> {
    let now = deps.clock.now();
    let mut tx = deps.store.begin().await?;
    let tomorrow = now.checked_add_signed(EVERY).unwrap_or(now);
    let source = providers.source();
    let turn = format!(
        "identity-provider-dates {}",
        source.map_or("configured", |source| source.name)
    );
    if !tx.take_turn(&turn, now, tomorrow).await? {
        return Ok(());
    }
    tx.commit().await?;
    let ahead = source.map_or(AHEAD, |source| source.alarm_ahead);
    let mut endings: Vec<Ending> = Vec::new();
    let configured = deps.cie_identity_providers.iter().chain(&deps.eidas_node).cloned();
    for provider in providers.usable(now).into_iter().chain(configured) {
        endings.extend(endings_of(&provider, ahead, now));
    }
    if let Some(source) = source {
        endings.extend(signer(source, ahead, now));
        endings.extend(silence(deps, source, now).await?);
    }
    for ending in endings {
        raise(deps, &ending, now).await?;
    }
    Ok(())
}

/// The last of its certificates: while a newer one is announced, the end of the older is as planned.
fn endings_of(provider: &IdentityProvider, ahead: TimeDelta, now: DateTime<Utc>) -> Vec<Ending> {
    let ending = |what, at| Ending {
        what,
        whose: provider.entity_id.clone(),
        at,
    };
    let certificate = provider.certificates.iter().max_by_key(|dates| dates.ends);
    let certificate = certificate.filter(|dates| dates.ends_within(ahead, now));
    let metadata = provider
        .valid_until
        .filter(|end| end.signed_duration_since(now) < ahead);
    let certificate = certificate.map(|dates| ending("certificate", dates.ends));
    certificate
        .into_iter()
        .chain(metadata.map(|end| ending("metadata", end)))
        .collect()
}

fn signer(source: &RegistrySource, ahead: TimeDelta, now: DateTime<Utc>) -> Option<Ending> {
    let last = source.signer_certificates.iter().max_by_key(|dates| dates.ends)?;
    last.ends_within(ahead, now).then(|| Ending {
        what: "registry_signer",
        whose: source.name.to_owned(),
        at: last.ends,
    })
}

async fn silence(deps: &Deps, source: &RegistrySource, now: DateTime<Utc>) -> Result<Option<Ending>, FlowError> {
    let held = deps.store.idp_registry(source.name).await?;
    // Never well: since the first refusal, if there was one.
    let well = held.checked_at.or(held.problem.map(|(_, since)| since));
    let patience = SILENCE.max(source.every.checked_mul(2).unwrap_or(SILENCE));
    Ok(well
        .filter(|at| now.signed_duration_since(*at) > patience)
        .map(|at| Ending {
            what: "registry_silent",
            whose: source.name.to_owned(),
            at,
        }))
}

async fn raise(deps: &Deps, ending: &Ending, now: DateTime<Utc>) -> Result<(), FlowError> {
    let Ending { what, whose, at } = ending;
    tracing::warn!(what, whose, %at, "end is near, or over");
    let mut tx = deps.store.begin().await?;
    let subject = format!("{what} {whose} {}", at.timestamp());
    if tx.raise_alarm(&subject, now).await? {
        tx.record(&SecurityEvent {
            detail: Some(format!("{what} {whose} {at}")),
            ..deps.event(EventKind::ExpiryNear, now)
        })
        .await?;
    }
    tx.commit().await?;
    Ok(())
}
