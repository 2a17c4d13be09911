//! `/logout`: RP-Initiated Logout 1.0. The local session ends first, whatever comes after.

use crate::flow::sign_in::session;
use crate::flow::{Browser, Deps, FlowError};
use crate::login::Session;
use chrono::{DateTime, Utc};
use domain::audit::{EventKind, SecurityEvent};
use protocol::oidc::SecretHash;
use protocol::oidc::client::Client;
use protocol::oidc::logout::{self, Request};
use protocol::oidc::parameters::Parameters;

/// What the citizen sees.
#[derive(Debug)]
pub enum Logout {
    /// Signed out; back to the portal, whose address is registered.
    Return {
        /// Complete URL with `state`.
        url: String,
        /// The portal.
        client: Client,
    },
    /// Signed out; the page says so.
    SignedOut {
        /// The portal that asked, when it is known.
        client: Option<Client>,
    },
    /// The request does not prove that the citizen wants it: ask.
    Confirm {
        /// What the form has to send back with the confirmation.
        confirmation: String,
        /// The portal that asked, when it is known.
        client: Option<Client>,
        /// The request's parameters, to be sent back unchanged.
        query: String,
    },
}

/// Handles a logout request; `confirmed` carries what a confirmation form sent back.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn logout(
    deps: &Deps,
    raw: &str,
    confirmed: Option<&str>,
    browser: Browser,
) -> Result<Logout, FlowError> {
    let now = deps.clock.now();
    let session = session::current(deps, browser, now).await?;
    let request = read(deps, raw).await?;
    let may_end = match &session {
        None => true,
        Some(session) => {
            confirmed.is_some_and(|given| is_confirmation(given, &session.id))
                || hint_is_of(deps, &request, session).await?
        }
    };
    if !may_end && let Some(session) = &session {
        return Ok(Logout::Confirm {
            confirmation: confirmation(&session.id),
            client: request.client,
            query: raw.to_owned(),
        });
    }
    if let Some(session) = &session {
        end(deps, session, now).await?;
    }
    match (request.redirect, request.client) {
        (Some(url), Some(client)) => Ok(Logout::Return { url, client }),
        (_, client) => Ok(Logout::SignedOut { client }),
    }
}

struct Read {
    client: Option<Client>,
    redirect: Option<String>,
    sid: Option<uuid::Uuid>,
}

async fn read(deps: &Deps, raw: &str) -> Result<Read, FlowError> {
    let nothing = Read { client: None, redirect: None, sid: None };
    let Ok(parameters) = Parameters::parse(raw) else {
        return Ok(nothing);
    };
    let Ok(request) = Request::read(&parameters, &deps.keyring.oidc, &deps.settings.issuer) else {
        return Ok(nothing);
    };
    let client = match request.client_id() {
        Some(id) => deps.store.client(id).await?,
        None => None,
    };
    let redirect = client.as_ref().and_then(|client| logout::redirect(&request, client));
    Ok(Read { client, redirect, sid: request.sid() })
}

/// The hint names a grant that was given in this very session: the portal that got it may end it.
async fn hint_is_of(deps: &Deps, request: &Read, session: &Session) -> Result<bool, FlowError> {
    match request.sid {
        Some(sid) => Ok(deps.store.session_of_grant(sid).await? == Some(session.id)),
        None => Ok(false),
    }
}

/// The session, its grants and with them its access tokens end.
async fn end(deps: &Deps, session: &Session, now: DateTime<Utc>) -> Result<(), FlowError> {
    deps.store.brief.remove_session(&session.id).await?;
    let mut tx = deps.store.begin().await?;
    tx.end_grants_of_session(&session.id, now).await?;
    tx.record(&SecurityEvent {
        id: deps.random.uuid(now),
        at: now,
        kind: EventKind::SessionEnded,
        person: Some(session.authenticated.person),
        client: None,
        organisation: None,
        mandate: None,
        detail: Some(session.authenticated.register_entry.clone()),
        reference: None,
    })
    .await?;
    tx.commit().await?;
    Ok(())
}

/// Proof that a form came from our page in this session: derived from the session's stored name,
/// which no page shows and no other site can know.
fn confirmation(session: &SecretHash) -> String {
    let text: String = session.iter().map(|byte| format!("{byte:02x}")).collect();
    let hash = protocol::oidc::hash_secret(&format!("logout {text}"));
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn is_confirmation(given: &str, session: &SecretHash) -> bool {
    let expected = protocol::oidc::hash_secret(&confirmation(session));
    protocol::oidc::secrets_match(&protocol::oidc::hash_secret(given), &expected)
}
