//! What a client gets at `/token`: an access token, and what comes with it.

use crate::flow::{Deps, FlowError};
use chrono::{DateTime, TimeDelta, Utc};
use domain::audit::{EventKind, SecurityEvent};
use domain::mandate::Holding;
use domain::person::Person;
use protocol::oidc::access_token::AccessToken;
use protocol::oidc::authorize::OFFLINE_ACCESS;
use protocol::oidc::client::Client;
use protocol::oidc::confirmation::{Confirmation, of_refresh_token};
use protocol::oidc::grant::refresh_token::{self, RefreshToken};
use protocol::oidc::grant::{ActingContext, Grant};
use protocol::oidc::{claims, hash_secret, tokens};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// What the client gets.
#[derive(PartialEq, Eq)]
pub struct Tokens {
    /// Opaque, 256 bits.
    pub access_token: String,
    /// `Bearer`, `DPoP`.
    pub token_type: &'static str,
    /// Until it is worth nothing.
    pub expires_in: TimeDelta,
    /// Signed.
    pub id_token: Option<String>,
    /// Opaque, 256 bits; for clients that registered the grant.
    pub refresh_token: Option<String>,
    /// Granted scopes, blank separated.
    pub scope: String,
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

/// The access token and the ID token, for `scopes`: the grant's, or less.
pub(super) async fn issue(
    deps: &Deps,
    basis: &Basis<'_>,
    scopes: BTreeSet<String>,
    refresh_token: Option<String>,
    now: DateTime<Utc>,
) -> Result<Tokens, FlowError> {
    let (client, grant, holding) = (basis.client, basis.grant, basis.holding);
    let access_token = deps.random.secret();
    let expires_at = tokens::expiry(now, deps.settings.access_token_lifetime, holding);
    let scope = claims::scope(&scopes);
    deps.store
        .brief
        .put_access_token(
            &hash_secret(&access_token),
            &AccessToken {
                client_id: client.id.clone(),
                grant: Some(grant.id),
                scopes,
                audience: BTreeSet::new(),
                confirmation: basis.confirmation.cloned(),
                issued_at: now,
                expires_at,
            },
            now,
        )
        .await?;
    let attributes = if client.claims_in_id_token || !grant.asked.claims.id_token.is_empty() {
        deps.store.grant_attributes(grant.id).await?
    } else {
        BTreeMap::new()
    };
    let subject = claims::Subject {
        person: basis.person,
        attributes: &attributes,
    };
    let payload = claims::id_token(
        &deps.settings.issuer,
        subject,
        holding,
        client,
        grant,
        &access_token,
        now,
    )
    .map_err(|error| FlowError::Message(error.to_string()))?;
    let algorithm = client.metadata.signing_algorithm(client.metadata.id_token.signed);
    let id_token = deps.oidc_keys().sign(algorithm, None, &payload)?;
    Ok(Tokens {
        access_token,
        token_type: Confirmation::token_type(basis.confirmation),
        expires_in: expires_at.signed_duration_since(now),
        id_token: Some(id_token),
        refresh_token,
        scope,
    })
}

/// The grant behind an access token; `None` when there is nobody behind it.
pub(super) async fn grant_of(deps: &Deps, token: &AccessToken) -> Result<Option<Grant>, FlowError> {
    match token.grant {
        Some(id) => Ok(deps.store.grant(id).await?),
        None => Ok(None),
    }
}

/// Who stands behind a grant, as things stand now.
pub(super) struct Standing {
    pub(super) person: Person,
    /// `None`: for himself.
    pub(super) holding: Option<Holding>,
}

/// `None`: the person is blocked, or the mandate no longer in force.
pub(super) async fn standing(deps: &Deps, grant: &Grant, now: DateTime<Utc>) -> Result<Option<Standing>, FlowError> {
    let Ok(holding) = holding_in_force(deps, grant, now).await? else {
        return Ok(None);
    };
    let person = deps.store.person(grant.person).await?;
    Ok(person
        .filter(|person| !person.blocked)
        .map(|person| Standing { person, holding }))
}

/// The mandate behind a grant, if it still lets the person act; `None` for somebody acting for
/// himself.
///
/// # Errors
/// [`FlowError`] when a store fails.
async fn holding_in_force(
    deps: &Deps,
    grant: &Grant,
    now: DateTime<Utc>,
) -> Result<Result<Option<Holding>, ()>, FlowError> {
    let ActingContext::Mandate(id) = grant.acting else {
        return Ok(Ok(None));
    };
    let holding = deps.store.holding(id).await?;
    Ok(match holding.filter(|holding| holding.in_force(now).is_ok()) {
        Some(holding) => Ok(Some(holding)),
        None => Err(()),
    })
}

pub(super) fn event(deps: &Deps, kind: EventKind, grant: &Grant, now: DateTime<Utc>) -> SecurityEvent {
    SecurityEvent {
        person: Some(grant.person),
        client: Some(grant.client_id.clone()),
        mandate: match grant.acting {
            ActingContext::Mandate(id) => Some(id),
            ActingContext::Myself => None,
        },
        ..deps.event(kind, now)
    }
}
