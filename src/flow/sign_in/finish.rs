//! The code: everything is known, the portal gets its answer.

use super::advance::told;
use super::{device, session};
use crate::flow::provider::par;
use crate::flow::{Deps, FlowError, Next};
use crate::login::{ActingOptions, Authenticated, Login};
use crate::store::StoreError;
use chrono::{DateTime, TimeDelta, Utc};
use domain::audit::{EventKind, SecurityEvent};
use domain::mandate::MandateId;
use domain::organisation::OrganisationId;
use protocol::oidc::authorize::Outcome;
use protocol::oidc::claims;
use protocol::oidc::client::{Client, Profile};
use protocol::oidc::grant::{ActingContext, Code, Grant};

/// Freezes the outcome in a grant and hands out its code. One durable write decides who is first; who
/// comes second (second click, reload, two nodes) gets a code in the place of the first, as long as
/// nobody used that one.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn issue_code(
    deps: &Deps,
    login: &mut Login,
    client: &Client,
    acting: ActingContext,
    options: Option<&ActingOptions>,
    now: DateTime<Utc>,
) -> Result<Next, FlowError> {
    let (Some(request), Some(authenticated)) = (login.request(), login.authenticated.as_ref()) else {
        return Ok(Next::ChooseMethod(login.id.clone()));
    };
    let Some(acr) = login.acr(authenticated.method, authenticated.level) else {
        return Ok(Next::ChooseMethod(login.id.clone()));
    };
    let secret = deps.random.secret();
    let grant = Grant {
        id: deps.random.uuid(now),
        client_id: client.id.clone(),
        person: authenticated.person,
        credential: authenticated.credential,
        acting,
        scopes: request.scopes.clone(),
        acr: acr.to_owned(),
        amr: claims::amr(authenticated.method, authenticated.level),
        auth_time: authenticated.auth_time,
        nonce: request.nonce.clone(),
        asked: request.asked.clone(),
        created_at: now,
        ended_at: None,
        code: code(deps, login, client, &secret, now),
    };
    let first = device::is_wanted(deps, login, now).await? && par::use_up(deps, request, &login.id, now).await?;
    if !first || !write(deps, &grant, login, authenticated, options, now).await? {
        tracing::info!(client = %client.id, "login finished before");
        return Ok(Next::Finished {
            client: Box::new(client.clone()),
        });
    }
    session::end_if_over(deps, &grant, &authenticated.session, now).await?;
    device::end_if_refused(deps, login, now).await?;
    let outcome = Outcome::Code(&secret);
    let next = told(deps, login, client, outcome, now).await?;
    // A login that never stopped was never stored; one that did leaves a marker for the back button.
    login.finished = true;
    if login.acting.is_some() || login.device().is_some() || !authenticated.reused {
        deps.store.brief.put_login(login, now).await?;
    }
    Ok(next)
}

/// The code that `secret` is; a device has its own already.
fn code(deps: &Deps, login: &Login, client: &Client, secret: &str, now: DateTime<Utc>) -> Code {
    let expires_at = now.checked_add_signed(code_lifetime(deps, client)).unwrap_or(now);
    let (request, device) = (login.request(), login.device());
    device.map_or_else(
        || Code {
            hash: protocol::oidc::hash_secret(secret),
            expires_at,
            redeemed_at: None,
            redirect_uri: request
                .and_then(|request| request.destination.as_ref())
                .map(|destination| destination.redirect_uri().to_owned())
                .unwrap_or_default(),
            challenge: request.and_then(|request| request.code_challenge.clone()),
        },
        |device| device.code(expires_at),
    )
}

/// FAPI 2 Security Profile §5.3.2.1: "shall issue authorization codes with a maximum lifetime of 60 seconds".
fn code_lifetime(deps: &Deps, client: &Client) -> TimeDelta {
    match client.metadata.profile {
        Profile::Plain => deps.settings.code_lifetime,
        Profile::Fapi2 => deps.settings.code_lifetime.min(TimeDelta::seconds(60)),
    }
}

/// `false`: the login's first code was used, or was for something else.
async fn write(
    deps: &Deps,
    grant: &Grant,
    login: &Login,
    authenticated: &Authenticated,
    options: Option<&ActingOptions>,
    now: DateTime<Utc>,
) -> Result<bool, FlowError> {
    let mut tx = deps.store.begin().await?;
    let first = match tx.insert_grant(grant, &login.id, &authenticated.session).await {
        // Another login for the same device was first: its code is the device's, and there is one of it.
        Err(StoreError::Conflict { .. }) if login.device().is_some() => {
            tx.rollback().await?;
            return Ok(false);
        }
        inserted => inserted?,
    };
    if let ActingContext::Mandate(mandate) = grant.acting {
        // In force just now: its next lapse ends this grant, too.
        tx.set_lapsed(mandate, false).await?;
    }
    let kind = if first {
        let released = claims::released_attributes(&authenticated.attributes, &grant.scopes, &grant.asked.claims);
        tx.insert_grant_attributes(grant.id, &released).await?;
        EventKind::CodeIssued
    } else if tx.replace_code(grant, &login.id, &authenticated.session).await? {
        EventKind::CodeReplaced
    } else {
        tx.rollback().await?;
        return Ok(false);
    };
    tx.record(&issued(deps, kind, grant, authenticated, options, now))
        .await?;
    tx.commit().await?;
    Ok(true)
}

fn issued(
    deps: &Deps,
    kind: EventKind,
    grant: &Grant,
    authenticated: &Authenticated,
    options: Option<&ActingOptions>,
    now: DateTime<Utc>,
) -> SecurityEvent {
    let (mandate, organisation) = names(grant.acting, options);
    SecurityEvent {
        person: Some(grant.person),
        client: Some(grant.client_id.clone()),
        organisation,
        mandate,
        // Every reuse of a session is told against the register entry it came from.
        detail: Some(format!(
            "{} {}",
            if authenticated.reused { "session-of" } else { "login" },
            authenticated.register_entry
        )),
        ..deps.event(kind, now)
    }
}

fn names(acting: ActingContext, options: Option<&ActingOptions>) -> (Option<MandateId>, Option<OrganisationId>) {
    match acting {
        ActingContext::Myself => (None, None),
        ActingContext::Mandate(id) => {
            let holding = options.and_then(|options| options.holding(acting));
            (Some(id), holding.map(|holding| holding.organisation.id))
        }
    }
}
