//! `/logout`: RP-Initiated Logout 1.0. The local session ends first, whatever comes after.

use crate::flow::form_token::{form_token, is_form_token};
use crate::flow::sign_in::session;
use crate::flow::sign_out::offer;
use crate::flow::{Browser, Deps, FlowError};
use chrono::TimeDelta;
use protocol::oidc::client::Client;
use protocol::oidc::hash_secret;
use protocol::oidc::logout::{LogoutRequest, Outcome, check};
use protocol::oidc::parameters::Parameters;
use protocol::oidc::subject::subject;
use url::form_urlencoded::Serializer;

/// How long a posted request waits for the browser that follows the redirect.
const KEPT: TimeDelta = TimeDelta::minutes(5);
/// The form that confirms a logout.
const FORM: &str = "logout";

/// What the citizen sees.
#[derive(Debug)]
pub enum Logout {
    /// Signed out; back to the portal, whose address is registered.
    Return {
        /// Complete URL with `state`.
        url: String,
        /// The portal.
        client: Option<Client>,
    },
    /// Signed out; the identity provider's own session may go on, and a page offers to end that one as well.
    Offer {
        /// Names this logout in our addresses.
        handle: String,
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
        /// The portal that seems to ask, when it is known.
        client: Option<Client>,
        /// Who is signed in.
        name: String,
        /// What the form sends back of the request: an address in doubt is left out.
        request: String,
    },
}

/// Keeps a request that came by POST from another site, without the browser's cookies, for the GET that follows: an ID token that a
/// portal kept out of addresses is put into none by us. The handle of it.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn keep(deps: &Deps, request: &str) -> Result<String, FlowError> {
    let now = deps.clock.now();
    let handle = deps.random.secret();
    let until = now.checked_add_signed(KEPT).unwrap_or(now);
    let brief = &deps.store.brief;
    brief
        .put_logout_request(&hash_secret(&handle), request, until, now)
        .await?;
    Ok(handle)
}

/// The request that [`keep`] kept under `handle`.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn kept(deps: &Deps, handle: &str) -> Result<Option<String>, FlowError> {
    let now = deps.clock.now();
    Ok(deps.store.brief.logout_request(&hash_secret(handle), now).await?)
}

/// Handles a logout request; `confirmed` is what a confirmation form sent back.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn logout(deps: &Deps, raw: &str, confirmed: Option<&str>, browser: Browser) -> Result<Logout, FlowError> {
    let now = deps.clock.now();
    let session = session::live(deps, browser, now).await?;
    let parameters = Parameters::parse(raw).unwrap_or_default();
    let request = LogoutRequest::read(&parameters, &deps.oidc_keys(), &deps.settings.issuer);
    let client = match request.client_id() {
        // One that was switched off is neither named nor gone back to (attack 47).
        Some(id) => deps.store.client(id).await?.filter(|client| !client.disabled),
        None => None,
    };
    let subjects = deps.store.subject_key()?;
    let signed_in = session
        .as_ref()
        .zip(client.as_ref())
        .map(|(session, client)| subject(&subjects, client, session.authenticated.person));
    let (redirect, sid) = match check(&request, client.as_ref(), signed_in.as_deref()) {
        Outcome::SignOut { redirect, sid, .. } => (redirect, Some(sid)),
        Outcome::AskConfirmation { redirect, doubt, .. } => {
            tracing::info!(reason = %doubt, "logout request to be confirmed");
            (redirect, None)
        }
    };
    if let Some(session) = &session {
        let confirmed = confirmed.is_some_and(|given| is_form_token(given, FORM, &session.id));
        if sid.is_none() && !confirmed {
            return Ok(Logout::Confirm {
                confirmation: form_token(FORM, &session.id),
                client,
                name: session.authenticated.display_name.clone(),
                request: carried(&parameters, redirect.is_some()),
            });
        }
        session::end(deps, session, now).await?;
        let offered = offer::prepare(deps, session, client.as_ref(), redirect.as_deref(), now).await;
        if let Some(handle) = offered {
            return Ok(Logout::Offer { handle });
        }
    } else if let Some(sid) = sid {
        session::end_remains(deps, sid, browser, now).await?;
    }
    Ok(match redirect {
        Some(url) => Logout::Return { url, client },
        None => Logout::SignedOut { client },
    })
}

/// Of a request that is confirmed later, what leads back to a registered address; nothing else that a
/// stranger sent stands in our page.
fn carried(parameters: &Parameters, registered: bool) -> String {
    let mut query = Serializer::new(String::new());
    if registered {
        for name in ["client_id", "post_logout_redirect_uri", "state"] {
            if let Some(value) = parameters.get(name) {
                query.append_pair(name, value);
            }
        }
    }
    query.finish()
}
