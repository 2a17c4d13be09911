//! What a client gets at `/token`: an access token, and what comes with it.

use super::access_token::{Access, give};
use super::protect::signed;
use crate::flow::{Deps, FlowError};
use chrono::{DateTime, TimeDelta, Utc};
use domain::mandate::Holding;
use domain::person::Person;
use protocol::oidc::authorization_details::ActingAs;
use protocol::oidc::authorize::OFFLINE_ACCESS;
use protocol::oidc::claims::Behind;
use protocol::oidc::client::Client;
use protocol::oidc::confirmation::{Confirmation, of_refresh_token};
use protocol::oidc::grant::Grant;
use protocol::oidc::grant::refresh_token::{self, RefreshToken};
use protocol::oidc::{claims, hash_secret, tokens};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// What the client gets.
#[derive(PartialEq, Eq)]
pub struct Tokens {
    /// Opaque, 256 bits; for a resource, a JWT.
    pub access_token: String,
    /// `Bearer`, `DPoP`.
    pub token_type: &'static str,
    /// What it is called, after an exchange (RFC 8693 §2.2.1).
    pub issued_token_type: Option<&'static str>,
    /// Until it is worth nothing.
    pub expires_in: TimeDelta,
    /// Signed.
    pub id_token: Option<String>,
    /// Opaque, 256 bits; for clients that registered the grant.
    pub refresh_token: Option<String>,
    /// Granted scopes, blank separated.
    pub scope: String,
    /// What was granted of the authorisation details that were asked for (RFC 9396 §7).
    pub authorization_details: Option<Value>,
}

impl fmt::Debug for Tokens {
    /// Never the tokens.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens")
            .field("expires_in", &self.expires_in)
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}

/// On whose behalf tokens are issued, as things stand now.
pub(super) struct Basis<'a> {
    pub(super) client: &'a Client,
    /// What the tokens are bound to.
    pub(super) confirmation: Option<&'a Confirmation>,
    pub(super) grant: &'a Grant,
    pub(super) person: &'a Person,
    pub(super) holding: Option<&'a Holding>,
}

/// A new refresh token under `grant`, for clients that registered the grant type: what the client gets, and what is
/// stored. Without `offline_access` it ends where the browser session would have; with it, after the operator's term;
/// and never after the mandate.
pub(super) fn new_refresh_token(deps: &Deps, basis: &Basis<'_>, now: DateTime<Utc>) -> Option<(String, RefreshToken)> {
    if !refresh_token::is_due(basis.client) {
        return None;
    }
    let lifetime = match basis.grant.scopes.contains(OFFLINE_ACCESS) {
        true => deps.settings.refresh_token_lifetime,
        false => deps.settings.session.absolute,
    };
    let token = deps.random.secret();
    let row = RefreshToken {
        hash: hash_secret(&token),
        grant: basis.grant.id,
        created_at: now,
        expires_at: tokens::expiry(now, lifetime, basis.holding),
        used_at: None,
        confirmation: of_refresh_token(basis.client, basis.confirmation),
    };
    Some((token, row))
}

/// The access token and the ID token, for `scopes` (the grant's, or less) and `resources` (none: our own userinfo).
pub(super) async fn issue(
    deps: &Deps,
    basis: &Basis<'_>,
    scopes: BTreeSet<String>,
    resources: &[Client],
    refresh_token: Option<String>,
    now: DateTime<Utc>,
) -> Result<Tokens, FlowError> {
    let (client, grant, holding) = (basis.client, basis.grant, basis.holding);
    let scope = claims::scope(&scopes);
    let access = Access {
        client,
        behind: Some(Behind { grant, holding }),
        scopes,
        resources,
        actor: None,
        confirmation: basis.confirmation,
        until: None,
    };
    let given = give(deps, access, now).await?;
    let attributes = if client.claims_in_id_token || !grant.asked.claims.id_token.is_empty() {
        deps.store.grant_attributes(grant.id).await?
    } else {
        BTreeMap::new()
    };
    let subject = claims::Subject {
        person: basis.person,
        attributes: &attributes,
    };
    let subjects = deps.store.subject_key()?;
    let payload = claims::id_token(
        deps.provider(&subjects),
        subject,
        holding,
        client,
        grant,
        &given.token,
        now,
    )
    .map_err(|error| FlowError::Message(error.to_string()))?;
    let id_token = signed(deps, client, client.metadata.id_token, None, &payload).await?;
    let details = holding.filter(|_| grant.asked.authorization_details.is_some());
    Ok(Tokens {
        access_token: given.token,
        issued_token_type: None,
        token_type: Confirmation::token_type(basis.confirmation),
        expires_in: given.expires_at.signed_duration_since(now),
        id_token: Some(id_token),
        refresh_token,
        scope,
        authorization_details: details
            .map(|holding| ActingAs::granted(holding, &claims::roles(holding, client, grant))),
    })
}
