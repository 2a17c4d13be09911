//! Who stands behind a grant, and so behind its tokens, as things stand now.

use crate::flow::{Deps, FlowError};
use crate::login::is_usable;
use chrono::{DateTime, Utc};
use domain::audit::{EventKind, SecurityEvent};
use domain::mandate::Holding;
use domain::person::Person;
use protocol::oidc::SecretHash;
use protocol::oidc::access_token::{AccessToken, Actor};
use protocol::oidc::claims::Behind;
use protocol::oidc::client::Client;
use protocol::oidc::grant::{ActingContext, Grant};

/// An access token that is still good, and who stands behind it; nobody behind that of a client alone.
pub(super) struct InForce {
    pub(super) token: AccessToken,
    /// Whom it was given to.
    pub(super) client: Client,
    pub(super) behind: Option<(Grant, Standing)>,
}

impl InForce {
    /// Who stands behind it, as the rules read it.
    pub(super) fn behind(&self) -> Option<Behind<'_>> {
        self.behind.as_ref().map(|(grant, standing)| Behind {
            grant,
            holding: standing.holding.as_ref(),
        })
    }
}

/// The access token with this hash; `None` when it is unknown, expired, its grant ended, a client that it names was
/// disabled (attack 47), the person blocked or the mandate or its role no longer there (attack 57).
pub(super) async fn in_force(deps: &Deps, hash: &SecretHash, now: DateTime<Utc>) -> Result<Option<InForce>, FlowError> {
    let Some(token) = deps.store.brief.access_token(hash, now).await? else {
        return Ok(None);
    };
    let Some(client) = enabled(deps, &token.client_id).await? else {
        return Ok(None);
    };
    for actor in token.actor.iter().flat_map(Actor::chain) {
        if enabled(deps, &actor.sub).await?.is_none() {
            return Ok(None);
        }
    }
    let Some(id) = token.grant else {
        let behind = None;
        return Ok(Some(InForce { token, client, behind }));
    };
    let Some(grant) = deps.store.grant(id).await?.filter(|grant| grant.ended_at.is_none()) else {
        return Ok(None);
    };
    let given_to = match grant.client_id == token.client_id {
        true => Some(client.clone()),
        false => enabled(deps, &grant.client_id).await?,
    };
    let Some(given_to) = given_to else {
        return Ok(None);
    };
    let standing = standing(deps, &given_to, &grant, now).await?;
    Ok(standing.map(|standing| InForce {
        token,
        client,
        behind: Some((grant, standing)),
    }))
}

async fn enabled(deps: &Deps, client_id: &str) -> Result<Option<Client>, FlowError> {
    let client = deps.store.client(client_id).await?;
    Ok(client.filter(|client| !client.disabled))
}

/// Who stands behind a grant, as things stand now.
pub(super) struct Standing {
    pub(super) person: Person,
    /// `None`: for himself.
    pub(super) holding: Option<Holding>,
}

/// `None`: the person is blocked, or the mandate no longer one that could be chosen at `client`, whose grant it is: out of
/// force, without a role there, or established by less than it demands.
pub(super) async fn standing(
    deps: &Deps,
    client: &Client,
    grant: &Grant,
    now: DateTime<Utc>,
) -> Result<Option<Standing>, FlowError> {
    let Ok(holding) = usable_holding(deps, client, grant, now).await? else {
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
async fn usable_holding(
    deps: &Deps,
    client: &Client,
    grant: &Grant,
    now: DateTime<Utc>,
) -> Result<Result<Option<Holding>, ()>, FlowError> {
    let ActingContext::Mandate(id) = grant.acting else {
        return Ok(Ok(None));
    };
    let holding = deps.store.holding(id).await?;
    Ok(
        match holding.filter(|holding| is_usable(client, &grant.asked, holding, now)) {
            Some(holding) => Ok(Some(holding)),
            None => Err(()),
        },
    )
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

/// Of what concerns a client and nobody else.
pub(super) fn of_client(deps: &Deps, kind: EventKind, client_id: &str, now: DateTime<Utc>) -> SecurityEvent {
    SecurityEvent {
        client: Some(client_id.to_owned()),
        ..deps.event(kind, now)
    }
}
