//! What a person agreed to, and taking it back.

use crate::flow::office::admission::is_form_token;
use crate::flow::sign_in::session;
use crate::flow::{Browser, Deps, FlowError};
use chrono::{DateTime, Utc};
use domain::audit::{EventKind, SecurityEvent};
use domain::person::PersonId;
use protocol::oidc::client::Client;
use protocol::oidc::consent::Released;

/// One consent, as its person sees it.
#[derive(Debug)]
pub struct Given {
    /// The portal.
    pub client: Client,
    /// What it may know.
    pub released: Released,
    /// Since when.
    pub since: DateTime<Utc>,
}

/// What came of taking one back.
#[derive(Debug, PartialEq, Eq)]
pub enum Revoked {
    /// It is gone, and with it everything that the portal was given; or there was none.
    Done,
    /// Nobody is signed in.
    SignedOut,
    /// The form is not one of ours, or of an earlier session.
    ForeignForm,
}

/// Everything that `person` agreed to.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub(in crate::flow) async fn given(deps: &Deps, person: PersonId) -> Result<Vec<Given>, FlowError> {
    let mut given = Vec::new();
    for consent in deps.store.consents_of(person).await? {
        if let Some(client) = deps.store.client(&consent.client_id).await? {
            given.push(Given {
                client,
                released: consent.agreed.all(),
                since: consent.given_at,
            });
        }
    }
    Ok(given)
}

/// Takes back what the person of this browser's session agreed to at `client`; `token` is what the form brought.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn revoke(deps: &Deps, client: &str, token: &str, browser: Browser) -> Result<Revoked, FlowError> {
    let now = deps.clock.now();
    let Some(session) = session::current(deps, browser, now).await? else {
        return Ok(Revoked::SignedOut);
    };
    if !is_form_token(token, &session.id) {
        return Ok(Revoked::ForeignForm);
    }
    let person = session.authenticated.person;
    let mut tx = deps.store.begin().await?;
    if tx.remove_consent(person, client).await? {
        // Nothing that was given on the strength of it goes on.
        tx.end_grants_at(person, client, now).await?;
        tx.record(&SecurityEvent {
            person: Some(person),
            client: Some(client.to_owned()),
            ..deps.event(EventKind::ConsentRevoked, now)
        })
        .await?;
    }
    tx.commit().await?;
    Ok(Revoked::Done)
}
