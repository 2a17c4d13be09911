//! `/userinfo`: the claims of the grant behind an access token, as things stand now.

use super::protect::protected;
use super::standing::{InForce, Standing, in_force};
use super::{Call, call};
use crate::flow::{Deps, FlowError};
use crate::login::usable_at;
use chrono::{DateTime, Utc};
use protocol::oidc::authorize::ALL_ORGANISATIONS;
use protocol::oidc::bearer::{self, Reason, Refused, Scheme};
use protocol::oidc::confirmation::{Held, check_use};
use protocol::oidc::parameters::Parameters;
use protocol::oidc::{claims, hash_secret};
use serde_json::Value;

/// What is told, in the form that the client registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// As they are.
    Plain(Value),
    /// In a token: signed, encrypted or both (OpenID Connect Core §5.3.2).
    Token(String),
}

/// The claims, or why there are none. A token that is worth nothing (unknown, expired, ended, the person blocked, the
/// client disabled, the mandate no longer in force) or not for us is [`Reason::NotValid`], whatever of these it is.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn userinfo(deps: &Deps, call: &Call<'_>) -> Result<Result<Told, Refused>, FlowError> {
    let now = deps.clock.now();
    let form = Parameters::parse(call.form).unwrap_or_default();
    let (access_token, scheme) = match bearer::access_token(call.authorization, Some(&form)) {
        Ok(shown) => shown,
        Err(refused) => return Ok(Err(refused)),
    };
    let Some(found) = in_force(deps, &hash_secret(access_token), now).await? else {
        return Ok(Err(Reason::NotValid.into()));
    };
    let held = match scheme {
        // A proof beside a bearer token proves nothing about it, and is not looked at.
        Scheme::Bearer => Held::new(None, call.certificate()),
        Scheme::Dpop => match call::held(deps, call, Some(access_token), now).await? {
            Ok(held) => held,
            Err(reason) => return Ok(Err(Reason::Proof(reason).into())),
        },
    };
    if let Err(reason) = check_use(found.token.confirmation.as_ref(), scheme, &held) {
        return Ok(Err(reason.into()));
    }
    let claims = claims_of(deps, found, now).await?;
    Ok(claims.ok_or_else(|| Reason::NotValid.into()))
}

async fn claims_of(deps: &Deps, found: InForce, now: DateTime<Utc>) -> Result<Option<Told>, FlowError> {
    let InForce { token, client, behind } = found;
    // Attack 45: a token for a resource is not for us, and one of a client alone tells of nobody.
    let Some((mut grant, Standing { person, holding })) = behind.filter(|_| token.audience.is_empty()) else {
        return Ok(None);
    };
    grant.scopes = token.scopes;
    let attributes = deps.store.grant_attributes(grant.id).await?;
    let all = match grant.scopes.contains(ALL_ORGANISATIONS) {
        true => usable_at(&client, deps.store.holdings_of(person.id).await?, now),
        false => Vec::new(),
    };
    let subject = claims::Subject {
        person: &person,
        attributes: &attributes,
    };
    // A grant whose mandate is somebody else's is a broken store: nothing is said.
    let subjects = deps.store.subject_key()?;
    let Ok(claims) = claims::userinfo(
        deps.provider(&subjects),
        subject,
        holding.as_ref(),
        &all,
        &client,
        &grant,
    ) else {
        return Ok(None);
    };
    Ok(Some(
        match protected(deps, &client, client.metadata.userinfo, &claims).await? {
            Some(token) => Told::Token(token),
            None => Told::Plain(claims),
        },
    ))
}
