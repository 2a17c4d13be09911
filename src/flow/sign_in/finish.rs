//! The code: everything is known, the portal gets its answer.

use crate::flow::{Deps, FlowError, Next};
use crate::login::{ActingOptions, Authenticated, Login};
use chrono::{DateTime, Utc};
use domain::audit::{EventKind, SecurityEvent};
use domain::mandate::MandateId;
use domain::organisation::OrganisationId;
use protocol::oidc::claims;
use protocol::oidc::client::Client;
use protocol::oidc::error::ErrorCode;
use protocol::oidc::grant::{ActingContext, Code, Grant};

/// Freezes the outcome in a grant and hands out its code. One durable write decides: a login that
/// already finished elsewhere (second click, two nodes) gets no second code.
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
    let secret = deps.random.secret();
    let grant = Grant {
        id: deps.random.uuid(now),
        client_id: client.id.clone(),
        person: authenticated.person,
        credential: authenticated.credential,
        acting,
        scopes: request.scopes.clone(),
        acr: claims::acr(authenticated.method, authenticated.level).to_owned(),
        amr: claims::amr(authenticated.method, authenticated.level),
        auth_time: authenticated.auth_time,
        nonce: request.nonce.clone(),
        created_at: now,
        ended_at: None,
        code: Code {
            hash: protocol::oidc::hash_secret(&secret),
            expires_at: now.checked_add_signed(deps.settings.code_lifetime).unwrap_or(now),
            redeemed_at: None,
            redirect_uri: request.destination.redirect_uri().to_owned(),
            challenge: request.code_challenge.clone(),
        },
    };
    let mut tx = deps.store.begin().await?;
    let won = tx.insert_grant(&grant, &login.id, &authenticated.session).await?;
    if won {
        tx.record(&issued(deps, &grant, authenticated, options, now)).await?;
        tx.commit().await?;
    } else {
        tracing::info!(client = %client.id, "login finished twice");
    }
    let url = if won {
        request.destination.with_code(&deps.settings.issuer, &secret)
    } else {
        request
            .destination
            .with_error(&deps.settings.issuer, ErrorCode::InvalidRequest)
    };
    // A login that never stopped was never stored; one that did leaves a marker for the back button.
    login.finished = true;
    if login.acting.is_some() || !authenticated.reused {
        deps.store.brief.put_login(login, now).await?;
    }
    Ok(Next::Portal {
        url,
        client: Box::new(client.clone()),
    })
}

fn issued(
    deps: &Deps,
    grant: &Grant,
    authenticated: &Authenticated,
    options: Option<&ActingOptions>,
    now: DateTime<Utc>,
) -> SecurityEvent {
    let (mandate, organisation) = names(grant.acting, options);
    SecurityEvent {
        id: deps.random.uuid(now),
        at: now,
        kind: EventKind::CodeIssued,
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
        reference: None,
    }
}

fn names(acting: ActingContext, options: Option<&ActingOptions>) -> (Option<MandateId>, Option<OrganisationId>) {
    match acting {
        ActingContext::Myself => (None, None),
        ActingContext::Mandate(id) => {
            let organisation = options
                .and_then(|options| options.usable.iter().find(|option| option.holding.mandate.id == id))
                .map(|option| option.holding.organisation.id);
            (Some(id), organisation)
        }
    }
}
