//! `/token`, authorization code: authenticated client, checked grant, redeemed code, signed claims.

use crate::flow::{Deps, FlowError};
use crate::store::AccessToken;
use chrono::{DateTime, TimeDelta, Utc};
use domain::audit::{EventKind, SecurityEvent};
use domain::mandate::Holding;
use protocol::jose;
use protocol::oidc::client::Client;
use protocol::oidc::client_auth::{self, Presented};
use protocol::oidc::error::Refused;
use protocol::oidc::grant::authorization_code::{self, Reason};
use protocol::oidc::grant::{ActingContext, Grant};
use protocol::oidc::parameters::Parameters;
use protocol::oidc::{claims, hash_secret};

/// What the client gets.
#[derive(Debug, PartialEq, Eq)]
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
        Err(error) => return Ok(Err(Refused::from(error))),
    };
    let client = match authenticate(deps, authorization, &parameters).await? {
        Ok(client) => client,
        Err(refused) => return Ok(Err(refused)),
    };
    if let Err(refused) = authorization_code::read(&parameters) {
        return Ok(Err(refused));
    }
    let code = parameters.get("code").unwrap_or_default();
    let Some(grant) = deps.store.grant_by_code(&hash_secret(code)).await? else {
        return Ok(Err(Reason::UnknownCode.refused()));
    };
    if let Err(reason) = authorization_code::check(&grant, &client, &parameters, now) {
        if reason == Reason::Reused {
            end_reused(deps, &grant, now).await?;
        }
        return Ok(Err(reason.refused()));
    }
    let holding = match holding_in_force(deps, &grant, now).await? {
        Ok(holding) => holding,
        Err(()) => return Ok(Err(Reason::MandateEnded.refused())),
    };
    if !redeem(deps, &grant, now).await? {
        end_reused(deps, &grant, now).await?;
        return Ok(Err(Reason::Reused.refused()));
    }
    issue(deps, &client, &grant, holding.as_ref(), now).await.map(Ok)
}

async fn authenticate(
    deps: &Deps,
    authorization: Option<&str>,
    parameters: &Parameters,
) -> Result<Result<Client, Refused>, FlowError> {
    let presented = match Presented::read(authorization, parameters) {
        Ok(presented) => presented,
        Err(refused) => return Ok(Err(refused)),
    };
    let Some(client) = deps.store.client(presented.client_id()).await? else {
        return Ok(Err(client_auth::unknown_client()));
    };
    match client_auth::verify(&presented, &client) {
        Ok(()) => Ok(Ok(client)),
        Err(refused) => Ok(Err(refused)),
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
    holding: Option<&Holding>,
    now: DateTime<Utc>,
) -> Result<Tokens, FlowError> {
    let access_token = deps.random.secret();
    let expires_at = claims::access_token_expiry(deps.settings.access_token_lifetime, holding, now);
    deps.store
        .brief
        .put_access_token(&hash_secret(&access_token), &AccessToken { grant: grant.id, expires_at }, now)
        .await?;
    let subject = if client.claims_in_id_token { subject(deps, grant).await? } else { None };
    let payload = claims::id_token(&claims::IdToken {
        issuer: &deps.settings.issuer,
        client,
        grant,
        holding,
        subject: subject.as_ref().map(|(person, credential)| claims::Subject { person, attributes: &credential.attributes }),
        access_token: &access_token,
        now,
    });
    let key = deps.keyring.oidc.first().ok_or_else(|| FlowError::Message("no signing key".to_owned()))?;
    let id_token = jose::sign(key, None, &payload)?;
    Ok(Tokens {
        access_token,
        expires_in: expires_at.signed_duration_since(now),
        id_token,
        scope: grant.scopes.iter().cloned().collect::<Vec<_>>().join(" "),
    })
}

/// The person of a grant and the credential whose attributes may be released.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn subject(
    deps: &Deps,
    grant: &Grant,
) -> Result<Option<(domain::person::Person, crate::store::Credential)>, FlowError> {
    let person = deps.store.person(grant.person).await?;
    let credential = deps.store.credential(grant.credential).await?;
    Ok(person.zip(credential))
}

fn event(deps: &Deps, kind: EventKind, grant: &Grant, now: DateTime<Utc>) -> SecurityEvent {
    SecurityEvent {
        id: deps.random.uuid(now),
        at: now,
        kind,
        person: Some(grant.person),
        client: Some(grant.client_id.clone()),
        organisation: None,
        mandate: match grant.acting {
            ActingContext::Mandate(id) => Some(id),
            ActingContext::Myself => None,
        },
        detail: None,
        reference: None,
    }
}
