//! `/token`, authorization code: authenticated client, checked grant, redeemed code, signed claims.

use crate::flow::{Deps, FlowError};
use crate::store::AccessToken;
use chrono::{DateTime, TimeDelta, Utc};
use domain::audit::{EventKind, SecurityEvent};
use domain::mandate::Holding;
use domain::person::Person;
use protocol::jose;
use protocol::oidc::client::Client;
use protocol::oidc::client_auth::{self, Presented};
use protocol::oidc::error::{Coded, ErrorCode};
use protocol::oidc::grant::{self, ActingContext, Grant, Reason, authorization_code};
use protocol::oidc::parameters::Parameters;
use protocol::oidc::{claims, hash_secret, tokens};
use std::collections::BTreeMap;
use std::fmt;

/// Why a client gets no tokens: the RFC's word, and the reason for the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Outside.
    pub code: ErrorCode,
    /// Inside.
    pub reason: String,
}

impl Refused {
    fn because<R: Coded>(reason: &R) -> Refused {
        Refused {
            code: reason.code(),
            reason: reason.to_string(),
        }
    }
}

/// What the client gets.
#[derive(PartialEq, Eq)]
pub struct Tokens {
    /// Opaque, 256 bits.
    pub access_token: String,
    /// Until it is worth nothing.
    pub expires_in: TimeDelta,
    /// Signed.
    pub id_token: String,
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

/// Exchanges a code.
///
/// # Errors
/// [`FlowError`] when a store fails or a key does not sign.
pub async fn exchange_code(
    deps: &Deps,
    authorization: Option<&str>,
    form: &str,
) -> Result<Result<Tokens, Refused>, FlowError> {
    let now = deps.clock.now();
    let parameters = match Parameters::parse(form) {
        Ok(parameters) => parameters,
        Err(error) => return Ok(Err(Refused::because(&error))),
    };
    let client = match authenticate(deps, authorization, &parameters).await? {
        Ok(client) => client,
        Err(refused) => return Ok(Err(refused)),
    };
    let code = match grant::grant_type(&parameters).and_then(|_| authorization_code::code(&parameters)) {
        Ok(code) => code,
        Err(refused) => return Ok(Err(Refused::because(&refused.reason))),
    };
    let Some(grant) = deps.store.grant_by_code(&hash_secret(code)).await? else {
        return Ok(Err(Refused::because(&Reason::UnknownCode)));
    };
    if let Err(refused) = authorization_code::check(&grant, &client, &parameters, now) {
        if refused.reason == Reason::Reused {
            end_reused(deps, &grant, now).await?;
        }
        return Ok(Err(Refused::because(&refused.reason)));
    }
    let (Ok(holding), Some(person)) = (
        holding_in_force(deps, &grant, now).await?,
        deps.store.person(grant.person).await?.filter(|person| !person.blocked),
    ) else {
        return Ok(Err(Refused::because(&Reason::NotInForce)));
    };
    if !redeem(deps, &grant, now).await? {
        return Ok(Err(Refused::because(&lost(deps, &grant, now).await?)));
    }
    issue(deps, &client, &grant, &person, holding.as_ref(), now)
        .await
        .map(Ok)
}

async fn authenticate(
    deps: &Deps,
    authorization: Option<&str>,
    parameters: &Parameters,
) -> Result<Result<Client, Refused>, FlowError> {
    let presented = match Presented::read(authorization, parameters) {
        Ok(presented) => presented,
        Err(refused) => return Ok(Err(Refused::because(&refused.reason))),
    };
    let Some(client) = deps.store.client(presented.client_id()).await? else {
        return Ok(Err(Refused::because(&client_auth::Reason::UnknownClient)));
    };
    match client_auth::verify(&presented, &client) {
        Ok(()) => Ok(Ok(client)),
        Err(refused) => Ok(Err(Refused::because(&refused.reason))),
    }
}

/// The mandate behind a grant, if it still lets the person act; `None` for somebody acting for
/// himself.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn holding_in_force(
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

/// One caller wins.
async fn redeem(deps: &Deps, grant: &Grant, now: DateTime<Utc>) -> Result<bool, FlowError> {
    let mut tx = deps.store.begin().await?;
    if !tx.redeem_code(&grant.code.hash, now).await? {
        return Ok(false);
    }
    tx.record(&event(deps, EventKind::CodeRedeemed, grant, now)).await?;
    tx.commit().await?;
    Ok(true)
}

/// Why somebody else was faster: the same code, another code in its place, or the end of the grant.
async fn lost(deps: &Deps, grant: &Grant, now: DateTime<Utc>) -> Result<Reason, FlowError> {
    let Some(now_on_file) = deps.store.grant_by_code(&grant.code.hash).await? else {
        return Ok(Reason::UnknownCode);
    };
    if now_on_file.code.redeemed_at.is_none() {
        return Ok(Reason::Ended);
    }
    end_reused(deps, grant, now).await?;
    Ok(Reason::Reused)
}

/// A code that comes a second time was stolen once: whatever the first use got is worth nothing now.
async fn end_reused(deps: &Deps, grant: &Grant, now: DateTime<Utc>) -> Result<(), FlowError> {
    tracing::warn!(client = %grant.client_id, "authorization code used twice");
    let mut tx = deps.store.begin().await?;
    tx.end_grant(grant.id, now).await?;
    tx.record(&event(deps, EventKind::CodeReused, grant, now)).await?;
    tx.commit().await?;
    Ok(())
}

async fn issue(
    deps: &Deps,
    client: &Client,
    grant: &Grant,
    person: &Person,
    holding: Option<&Holding>,
    now: DateTime<Utc>,
) -> Result<Tokens, FlowError> {
    let access_token = deps.random.secret();
    let expires_at = tokens::expiry(now, deps.settings.access_token_lifetime, holding);
    deps.store
        .brief
        .put_access_token(
            &hash_secret(&access_token),
            &AccessToken {
                grant: grant.id,
                expires_at,
            },
            now,
        )
        .await?;
    let attributes = if client.claims_in_id_token {
        deps.store.grant_attributes(grant.id).await?
    } else {
        BTreeMap::new()
    };
    let subject = claims::Subject {
        person,
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
    let key = deps
        .keyring
        .oidc
        .first()
        .ok_or_else(|| FlowError::Message("no signing key".to_owned()))?;
    let id_token = jose::sign(key, None, &payload)?;
    Ok(Tokens {
        access_token,
        expires_in: expires_at.signed_duration_since(now),
        id_token,
        scope: grant.scopes.iter().cloned().collect::<Vec<_>>().join(" "),
    })
}

fn event(deps: &Deps, kind: EventKind, grant: &Grant, now: DateTime<Utc>) -> SecurityEvent {
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
