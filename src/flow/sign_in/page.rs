//! Which login this browser may see, and what its pages offer.

use super::session;
use crate::flow::{Browser, Deps, FlowError};
use crate::login::{Login, LoginId, NotYours};
use chrono::{DateTime, Utc};
use domain::person::Method;
use protocol::oidc::client::Client;

/// A login that this browser may go on with.
#[derive(Debug)]
pub struct Open {
    /// The login.
    pub login: Login,
    /// The relying party that wants it; `None` for the account page.
    pub client: Option<Client>,
}

/// Why a page cannot go on, with the service to start again from when it is known.
#[derive(Debug)]
pub struct Closed {
    /// Why; `None` when no such login is known at all.
    pub reason: Option<NotYours>,
    /// The relying party whose login it was.
    pub client: Option<Box<Client>>,
}

/// One way in, as the login page offers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferedProvider {
    /// entityID.
    pub entity_id: String,
    /// What the citizen reads.
    pub name: String,
}

/// What the login page offers.
#[derive(Debug)]
pub struct Methods {
    /// SPID identity providers in random order (SPID §9); `None` when the client does not accept SPID.
    pub spid: Option<Vec<OfferedProvider>>,
}

/// Finds a login and checks that this browser may go on with it.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn open(
    deps: &Deps,
    id: Option<&str>,
    browser: Browser,
    now: DateTime<Utc>,
) -> Result<Result<Open, Closed>, FlowError> {
    let login = match id {
        Some(id) => deps.store.brief.login(&LoginId(id.to_owned()), now).await?,
        None => None,
    };
    let Some(login) = login else {
        return Ok(Err(Closed {
            reason: None,
            client: None,
        }));
    };
    let client = client_of(deps, &login).await?;
    match login.admit(browser.id, now) {
        Ok(()) => Ok(Ok(Open { login, client })),
        Err(reason) => {
            tracing::info!(%reason, "login page refused");
            Ok(Err(Closed {
                reason: Some(reason),
                client: client.map(Box::new),
            }))
        }
    }
}

/// The relying party that a login is for.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn client_of(deps: &Deps, login: &Login) -> Result<Option<Client>, FlowError> {
    match login.request() {
        Some(request) => Ok(deps.store.client(&request.client_id).await?),
        None => Ok(None),
    }
}

/// What the login page of `client` offers now.
pub fn methods(deps: &Deps, client: Option<&Client>) -> Methods {
    let accepted = |method| client.is_none_or(|c| c.methods.is_empty() || c.methods.contains(&method));
    let spid = accepted(Method::Spid).then(|| {
        let mut providers: Vec<OfferedProvider> = deps
            .identity_providers
            .values()
            .map(|idp| OfferedProvider {
                entity_id: idp.entity_id.clone(),
                name: idp.name.clone(),
            })
            .collect();
        deps.random.shuffle(&mut providers);
        providers
    });
    Methods { spid }
}

/// Who is signed in in this browser, for the account page.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn account(deps: &Deps, browser: Browser) -> Result<Option<Account>, FlowError> {
    let now = deps.clock.now();
    let Some(session) = session::current(deps, browser, now).await? else {
        return Ok(None);
    };
    session::touch(deps, &session, now).await?;
    let person = deps.store.person(session.authenticated.person).await?;
    Ok(person.map(|person| Account { person, session }))
}

/// What the account page shows.
#[derive(Debug)]
pub struct Account {
    /// The person.
    pub person: domain::person::Person,
    /// The session of this browser.
    pub session: crate::login::Session,
}
