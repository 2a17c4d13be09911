//! The registry of identity providers: fetched on a schedule, believed only with its signer's signature, and
//! kept, so that a bad day of the registry is not one of ours (attack 22).

mod alarm;
mod fetch;
mod take;

pub use alarm::look_at_dates;
pub use fetch::{Fetched, fetch, fetch_in_turn};
pub use take::{Taken, Way, take};

use crate::flow::{Deps, FlowError, RegistrySource};
use protocol::saml::metadata::Registry;

/// Takes into use what the store holds, when it is another edition than this node's: what this node held before
/// it was started, or what another node fetched. When nothing is held yet, the bundled copy is.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn follow(deps: &Deps) -> Result<(), FlowError> {
    let Some(source) = deps.identity_providers.source() else {
        return Ok(());
    };
    match deps.store.idp_registry_edition(source.name).await? {
        Some(edition) if deps.identity_providers.edition() == Some(edition) => Ok(()),
        Some(_) => load(deps, source).await,
        None => match &source.bundled {
            Some(document) => {
                let taken = take(deps, source, document, Way::Bundled).await?;
                tracing::warn!(
                    registry = source.name,
                    ?taken,
                    "no copy of the registry is held: the bundled one"
                );
                Ok(())
            }
            None => Ok(()),
        },
    }
}

async fn load(deps: &Deps, source: &RegistrySource) -> Result<(), FlowError> {
    let Some(copy) = deps.store.idp_registry(source.name).await?.copy else {
        return Ok(());
    };
    // Whoever can write to the store is not the registry. Its end is looked at for each identity provider,
    // whenever one is asked for.
    match Registry::read(
        &copy.document,
        &source.signers,
        chrono::DateTime::<chrono::Utc>::MIN_UTC,
    ) {
        Ok(registry) => {
            tracing::info!(
                registry = source.name,
                providers = registry.providers.len(),
                "registry in use"
            );
            deps.identity_providers.replace(registry);
        }
        Err(error) => tracing::error!(
            registry = source.name,
            reason = error.name(),
            "the copy of the registry that is held cannot be used"
        ),
    }
    Ok(())
}
