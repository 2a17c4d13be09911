//! The registry of identity providers: fetched on a schedule, believed only with its signer's signature, and
//! kept, so that a bad day of the registry is not one of ours (attack 22).

mod alarm;
mod fetch;
mod take;

pub use alarm::look_at_dates;
pub use fetch::{Fetched, fetch, fetch_in_turn};
pub use take::{Taken, Way, take};

use crate::flow::{Deps, FlowError, IdentityProviders, RegistrySource};
use chrono::{DateTime, Utc};
use protocol::saml::metadata::Registry;

/// At the start of a node: what the store holds or, when it holds nothing yet, the bundled copy.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn begin(deps: &Deps, providers: &IdentityProviders) -> Result<(), FlowError> {
    let Some(source) = providers.source() else {
        return Ok(());
    };
    let held = deps.store.idp_registry_edition(source.name).await?;
    if let (None, Some(document)) = (held, &source.bundled) {
        let taken = take(deps, providers, source, document, Way::Bundled).await?;
        tracing::warn!(
            registry = source.name,
            ?taken,
            "no copy of the registry is held: the bundled one"
        );
        return Ok(());
    }
    follow(deps, providers).await
}

/// Takes into use what the store holds, when it is another edition than this node's: another node took it.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn follow(deps: &Deps, providers: &IdentityProviders) -> Result<(), FlowError> {
    let Some(source) = providers.source() else {
        return Ok(());
    };
    match deps.store.idp_registry_edition(source.name).await? {
        Some(edition) if providers.edition() != Some(edition) => load(deps, providers, source).await,
        _ => Ok(()),
    }
}

async fn load(deps: &Deps, providers: &IdentityProviders, source: &RegistrySource) -> Result<(), FlowError> {
    let Some(copy) = deps.store.idp_registry(source.name).await?.copy else {
        return Ok(());
    };
    // Whoever can write to the store is not the registry. Its end is looked at for each identity provider,
    // whenever one is asked for.
    match Registry::read(&copy.document, &source.signers, DateTime::<Utc>::MIN_UTC) {
        Ok(registry) => {
            tracing::info!(
                registry = source.name,
                providers = registry.providers.len(),
                "registry in use"
            );
            providers.replace(registry);
        }
        Err(error) => tracing::error!(
            registry = source.name,
            reason = error.name(),
            "the copy of the registry that is held cannot be used"
        ),
    }
    Ok(())
}
