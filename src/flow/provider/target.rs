//! Whom an access token is for (RFC 8707): the resource servers that a token request names.

use super::Refused;
use super::issue::Basis;
use crate::flow::{Deps, FlowError};
use protocol::oidc::client::Client;
use protocol::oidc::parameters::Parameters;
use protocol::oidc::resource::{self, Reason};
use std::collections::BTreeSet;

/// The resource servers that a token under a grant is to be for; none: our own userinfo.
pub(super) async fn target(
    deps: &Deps,
    basis: &Basis<'_>,
    parameters: &Parameters,
) -> Result<Result<Vec<Client>, Refused>, FlowError> {
    let granted = &basis.grant.asked.resources;
    let resources = match servers(deps, basis.client, parameters, granted).await? {
        Ok(resources) => resources,
        Err(refused) => return Ok(Err(refused)),
    };
    Ok(
        match resource::check(&resources, basis.grant, basis.holding, &deps.store.subject_key()?) {
            Ok(()) => Ok(resources),
            Err(reason) => Err(Refused::because(&reason)),
        },
    )
}

/// The resource servers that `client` asks a token for, of those that were `granted` (none: any that it registered).
pub(super) async fn servers(
    deps: &Deps,
    client: &Client,
    parameters: &Parameters,
    granted: &BTreeSet<String>,
) -> Result<Result<Vec<Client>, Refused>, FlowError> {
    match resource::wanted(resource::named(parameters), client, granted, &deps.settings.issuer) {
        Ok(names) => called(deps, &names).await,
        Err(reason) => Ok(Err(Refused::because(&reason))),
    }
}

/// The resource servers of these identifiers.
pub(super) async fn called(deps: &Deps, names: &BTreeSet<String>) -> Result<Result<Vec<Client>, Refused>, FlowError> {
    let mut servers = Vec::new();
    for name in names {
        let Some(server) = deps.store.resource_server(name).await? else {
            return Ok(Err(Refused::because(&Reason::Unknown)));
        };
        servers.push(server);
    }
    Ok(Ok(servers))
}
