//! `/token`, client credentials: an access token for the client itself.

use super::Refused;
use super::access_token::{Access, give};
use super::issue::Tokens;
use super::standing::of_client;
use super::target::servers;
use super::token::Caller;
use crate::flow::{Deps, FlowError};
use chrono::{DateTime, Utc};
use domain::audit::EventKind;
use protocol::oidc::claims;
use protocol::oidc::confirmation::Confirmation;
use protocol::oidc::grant::client_credentials;
use protocol::oidc::parameters::Parameters;
use std::collections::BTreeSet;

/// A token for the client on its own behalf: no ID token, because nobody signed in, and no refresh token (RFC 6749
/// §4.4.3), because it can ask again.
pub(super) async fn client_credentials(
    deps: &Deps,
    caller: &Caller<'_>,
    parameters: &Parameters,
    now: DateTime<Utc>,
) -> Result<Result<Tokens, Refused>, FlowError> {
    let client = caller.client;
    let scopes = match client_credentials::check(client, parameters) {
        Ok(scopes) => scopes,
        Err(refused) => return Ok(Err(Refused::because(&refused.reason))),
    };
    let resources = match servers(deps, client, parameters, &BTreeSet::new()).await? {
        Ok(resources) => resources,
        Err(refused) => return Ok(Err(refused)),
    };
    let scope = claims::scope(&scopes);
    let access = Access {
        client,
        behind: None,
        scopes,
        resources: &resources,
        actor: None,
        confirmation: caller.confirmation.as_ref(),
        until: None,
    };
    let given = give(deps, access, now).await?;
    let mut tx = deps.store.begin().await?;
    tx.record(&of_client(deps, EventKind::TokenIssued, &client.id, now))
        .await?;
    tx.commit().await?;
    Ok(Ok(Tokens {
        access_token: given.token,
        issued_token_type: None,
        token_type: Confirmation::token_type(caller.confirmation.as_ref()),
        expires_in: given.expires_at.signed_duration_since(now),
        id_token: None,
        refresh_token: None,
        scope,
        authorization_details: None,
    }))
}
