//! Access tokens: opaque for our own userinfo, JWTs (RFC 9068) for the resources that a client names.

use crate::flow::{Deps, FlowError};
use chrono::{DateTime, Utc};
use protocol::oidc::access_token::{AccessToken, Actor};
use protocol::oidc::claims::{self, Behind};
use protocol::oidc::client::Client;
use protocol::oidc::confirmation::Confirmation;
use protocol::oidc::{hash_secret, resource, tokens};
use std::collections::BTreeSet;

/// What an access token is to be good for.
pub(super) struct Access<'a> {
    /// Who gets it.
    pub(super) client: &'a Client,
    /// Who stands behind it; nobody when the client asks for itself.
    pub(super) behind: Option<Behind<'a>>,
    pub(super) scopes: BTreeSet<String>,
    /// The resource servers it is for; none: our own userinfo.
    pub(super) resources: &'a [Client],
    /// Who acts with it on the person's behalf.
    pub(super) actor: Option<Actor>,
    /// What it is bound to.
    pub(super) confirmation: Option<&'a Confirmation>,
    /// When it ends at the latest, beside its own term and the mandate's.
    pub(super) until: Option<DateTime<Utc>>,
}

/// A token, as the client gets it.
pub(super) struct Given {
    pub(super) token: String,
    pub(super) expires_at: DateTime<Utc>,
}

/// Makes a token and stores what it stands for: a JWT too, so that it can be introspected and revoked, and ends with its
/// grant for everybody who asks.
pub(super) async fn give(deps: &Deps, access: Access<'_>, now: DateTime<Utc>) -> Result<Given, FlowError> {
    let names = access
        .resources
        .iter()
        .filter_map(|resource| resource.metadata.resource.clone());
    let audience: BTreeSet<String> = names.collect();
    let lifetime = match audience.is_empty() {
        true => deps.settings.access_token_lifetime,
        false => deps.settings.access_token_lifetime.min(tokens::JWT_LIFETIME),
    };
    let holding = access.behind.and_then(|behind| behind.holding);
    let expires_at = tokens::expiry(now, lifetime, holding);
    let stored = AccessToken {
        client_id: access.client.id.clone(),
        grant: access.behind.map(|behind| behind.grant.id),
        scopes: access.scopes,
        audience,
        actor: access.actor,
        confirmation: access.confirmation.cloned(),
        issued_at: now,
        expires_at: access.until.map_or(expires_at, |until| until.min(expires_at)),
    };
    let token = match stored.audience.is_empty() {
        true => deps.random.secret(),
        false => jwt(deps, access.client, &stored, access.behind, access.resources, now)?,
    };
    let brief = &deps.store.brief;
    brief.put_access_token(&hash_secret(&token), &stored, now).await?;
    Ok(Given {
        token,
        expires_at: stored.expires_at,
    })
}

fn jwt(
    deps: &Deps,
    client: &Client,
    token: &AccessToken,
    behind: Option<Behind<'_>>,
    resources: &[Client],
    now: DateTime<Utc>,
) -> Result<String, FlowError> {
    let jti = deps.random.uuid(now).to_string();
    let subjects = deps.store.subject_key()?;
    let claims = claims::access_token(deps.provider(&subjects), token, &jti, behind, resources)
        .map_err(|error| FlowError::Message(error.to_string()))?;
    let algorithm = resource::algorithm(client, resources);
    Ok(deps.oidc_keys().sign(algorithm, Some("at+jwt"), &claims)?)
}
