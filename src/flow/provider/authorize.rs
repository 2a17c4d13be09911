//! `/authorize`: from a portal's request to the first thing the citizen has to do.

use super::answer::answer;
use super::par;
use super::request::{asked, heed_hint};
use crate::flow::sign_in::advance::{Advanced, advance};
use crate::flow::sign_in::begin::{begin as begin_login, bind};
use crate::flow::{Browser, Deps, FlowError, Next};
use crate::login::{LoginId, Purpose};
use chrono::{DateTime, Utc};
use protocol::oidc::authorize::{
    Answer, Arrival, AuthorizationRequest, Destination, Outcome, Reason, Untrusted, check, destination, request_object,
};
use protocol::oidc::client::Client;
use protocol::oidc::error::Coded as _;
use protocol::oidc::parameters::{ParameterError, Parameters};
use std::net::IpAddr;

/// What became of an authorisation request.
#[derive(Debug)]
pub enum Begun {
    /// The client or its redirect URI cannot be trusted: a page, never a redirect.
    Untrusted(Untrusted),
    /// The parameters cannot be read at all, nor therefore the redirect URI: a page as well.
    Unreadable(ParameterError),
    /// The request is bad in another way: the portal is told.
    Refused {
        /// The error, ready to go.
        answer: Answer,
        /// The portal, for the page that carries it.
        client: Box<Client>,
        /// For the log.
        reason: Reason,
    },
    /// The citizen goes on. A new browser gets a cookie with this secret.
    Goes {
        /// Where.
        next: Next,
        /// The secret of a new browser cookie, when the browser had none.
        new_browser: Option<String>,
        /// Languages that the portal wishes, best first.
        ui_locales: Vec<String>,
    },
    /// A cross-site POST: no cookie came, so the same-site GET that follows binds the browser.
    Stored {
        /// The login.
        login: LoginId,
        /// Languages that the portal wishes, best first.
        ui_locales: Vec<String>,
    },
}

/// Begins a login from the query of a GET that came `from` somewhere.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn begin(deps: &Deps, query: &str, mut browser: Browser, from: Option<IpAddr>) -> Result<Begun, FlowError> {
    let now = deps.clock.now();
    let (client, request) = match read(deps, query, from, now).await? {
        Ok(read) => read,
        Err(refusal) => return Ok(refusal),
    };
    let ui_locales = request.ui_locales.clone();
    let mut login = begin_login(deps, Purpose::Portal(Box::new(request)), now);
    let new_browser = bind(deps, &mut login, &mut browser);
    let Advanced { next, .. } = advance(deps, login, Some(client), browser, now).await?;
    Ok(Begun::Goes {
        next,
        new_browser,
        ui_locales,
    })
}

/// Begins a login from the body of a POST, whose sender may be another site.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn begin_by_post(deps: &Deps, form: &str, from: Option<IpAddr>) -> Result<Begun, FlowError> {
    let now = deps.clock.now();
    let (_, request) = match read(deps, form, from, now).await? {
        Ok(read) => read,
        Err(refusal) => return Ok(refusal),
    };
    let ui_locales = request.ui_locales.clone();
    let login = begin_login(deps, Purpose::Portal(Box::new(request)), now);
    deps.store.brief.put_login(&login, now).await?;
    Ok(Begun::Stored {
        login: login.id,
        ui_locales,
    })
}

async fn read(
    deps: &Deps,
    raw: &str,
    from: Option<IpAddr>,
    now: DateTime<Utc>,
) -> Result<Result<(Client, AuthorizationRequest), Begun>, FlowError> {
    let sent = match Parameters::parse(raw) {
        Ok(sent) => sent,
        Err(error) => return Ok(Err(Begun::Unreadable(error))),
    };
    let found = match sent.get("client_id") {
        Some(id) => deps.store.client(id).await?,
        None => None,
    };
    // Without a client nothing else is looked at: `destination` says which of the many reasons it was.
    let none = destination(&sent, found.as_ref())
        .err()
        .unwrap_or(Untrusted::UnknownClient);
    let Some(client) = found.filter(|client| !client.disabled) else {
        return Ok(Err(Begun::Untrusted(none)));
    };
    if let Some(request_uri) = sent.get("request_uri").filter(|uri| par::is_ours(uri)) {
        return Ok(match par::find(deps, &client, request_uri, now).await? {
            Some(request) => Ok((client, request)),
            None => Err(Begun::Untrusted(Untrusted::PushedRequestUnknown)),
        });
    }
    let asked = match asked(deps, &client, &sent, from, now).await? {
        Ok(asked) => asked,
        Err(reason) => return disbelieved(deps, client, &sent, reason, now).map(Err),
    };
    let destination = match destination(&asked.parameters, Some(&client)) {
        Ok(destination) => destination,
        Err(untrusted) => return Ok(Err(Begun::Untrusted(untrusted))),
    };
    let arrival = Arrival {
        pushed: false,
        signed: asked.signed,
    };
    match check(&asked.parameters, &client, &destination, arrival) {
        Ok(mut request) => {
            heed_hint(deps, &client, &asked.parameters, &mut request).await?;
            Ok(Ok((client, request)))
        }
        Err(refused) => refuse(deps, client, &destination, refused.reason, now).map(Err),
    }
}

/// A request object that is not to be believed: the portal is told where the request names its address beside the object,
/// and else the citizen.
fn disbelieved(
    deps: &Deps,
    client: Client,
    sent: &Parameters,
    reason: request_object::Reason,
    now: DateTime<Utc>,
) -> Result<Begun, FlowError> {
    match destination(sent, Some(&client)) {
        Ok(destination) => refuse(deps, client, &destination, reason.into(), now),
        Err(_) => Ok(Begun::Untrusted(Untrusted::RequestObject(reason))),
    }
}

fn refuse(
    deps: &Deps,
    client: Client,
    destination: &Destination,
    reason: Reason,
    now: DateTime<Utc>,
) -> Result<Begun, FlowError> {
    let answer = answer(deps, &client, destination, Outcome::Error(reason.code()), now)?;
    Ok(Begun::Refused {
        answer,
        client: Box::new(client),
        reason,
    })
}
