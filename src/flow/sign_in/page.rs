//! Which login this browser may see, and what its pages offer.

use super::session;
use crate::flow::account::consents::{Given, given};
use crate::flow::office::admission::{form_token, holds};
use crate::flow::{Browser, Deps, FlowError};
use crate::login::{Login, LoginId, NotYours};
use chrono::{DateTime, Utc};
use domain::person::{Duty, Method};
use protocol::oidc::client::Client;
use protocol::saml::Profile;

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
    /// Cards.
    pub cns: bool,
    /// CIE is configured and accepted: it has one identity provider, so there is nothing to choose.
    pub cie: bool,
    /// So is the eIDAS node.
    pub eidas: bool,
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
    let opened = reopen(deps, id, browser, now).await?;
    Ok(opened.and_then(|open| match open.login.finished {
        false => Ok(open),
        true => Err(closed(NotYours::Finished, open.client)),
    }))
}

/// As [`open`], for the steps that may finish a login: a second click or a reload makes the browser drop
/// the first answer, so one that finished is let through for the same person, and [`super::finish`]
/// decides whether that answer can be given again.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn reopen(
    deps: &Deps,
    id: Option<&str>,
    browser: Browser,
    now: DateTime<Utc>,
) -> Result<Result<Open, Closed>, FlowError> {
    let login = match id {
        Some(id) => deps.store.brief.login(&LoginId(id.to_owned()), now).await?,
        None => None,
    };
    let Some(mut login) = login else {
        return Ok(Err(Closed {
            reason: None,
            client: None,
        }));
    };
    let client = client_of(deps, &login).await?;
    if login.request().is_some() && client.is_none() {
        tracing::info!("login of a client that is disabled or gone");
        return Ok(Err(Closed {
            reason: None,
            client: None,
        }));
    }
    match login.admit(browser.id, now) {
        Ok(()) => {}
        Err(NotYours::Finished) if login.authenticated.is_some() => {}
        Err(reason) => return Ok(Err(closed(reason, client))),
    }
    follow_session(deps, &mut login, browser, now).await?;
    if login.finished && login.authenticated.is_none() {
        return Ok(Err(closed(NotYours::Finished, client)));
    }
    Ok(Ok(Open { login, client }))
}

fn closed(reason: NotYours, client: Option<Client>) -> Closed {
    tracing::info!(%reason, "login page refused");
    Closed {
        reason: Some(reason),
        client: client.map(Box::new),
    }
}

/// A login outlives the session of its person only as the wish to sign in; and what it ends in belongs to
/// the session that a logout would end.
async fn follow_session(deps: &Deps, login: &mut Login, browser: Browser, now: DateTime<Utc>) -> Result<(), FlowError> {
    let Some(authenticated) = &mut login.authenticated else {
        return Ok(());
    };
    match session::of_login(deps, authenticated, browser, now).await? {
        Some(session) => authenticated.session = session.id,
        None => {
            login.authenticated = None;
            login.acting = None;
            login.consented = None;
        }
    }
    Ok(())
}

/// The relying party that a login is for, unless it was disabled meanwhile (attack 47).
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn client_of(deps: &Deps, login: &Login) -> Result<Option<Client>, FlowError> {
    match login.request() {
        Some(request) => {
            let client = deps.store.client(&request.client_id).await?;
            Ok(client.filter(|client| !client.disabled))
        }
        None => Ok(None),
    }
}

/// Whether CIE or eIDAS is configured.
pub fn has(deps: &Deps, profile: Profile) -> bool {
    deps.only_identity_provider(profile, deps.clock.now()).is_some()
}

/// What the login page of `login`, which is for `client`, offers now; without a login that of the account page. All identity providers, in an order drawn anew each time
/// (SPID: none is favoured).
pub fn methods(deps: &Deps, login: Option<&Login>, client: Option<&Client>) -> Methods {
    let accepted = |method| login.is_none_or(|login| login.answered_by(method, client));
    let spid = accepted(Method::Spid).then(|| {
        let usable = deps.identity_providers.usable(deps.clock.now());
        let mut providers: Vec<OfferedProvider> = usable
            .iter()
            .map(|idp| OfferedProvider {
                entity_id: idp.entity_id.clone(),
                name: idp.name.clone(),
            })
            .collect();
        deps.random.shuffle(&mut providers);
        providers
    });
    Methods {
        spid,
        cns: deps.cns.is_some() && accepted(Method::Cns),
        cie: accepted(Method::Cie) && has(deps, Profile::Cie),
        eidas: accepted(Method::Eidas) && has(deps, Profile::Eidas),
    }
}

impl Methods {
    /// Whether there is no way in at all.
    pub fn is_empty(&self) -> bool {
        self.spid.is_none() && !self.cns && !self.cie && !self.eidas
    }
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
    let auditor = holds(deps, session.authenticated.person, Duty::Auditor, now).await?;
    let consents = given(deps, session.authenticated.person).await?;
    Ok(person.map(|person| Account {
        person,
        consents,
        token: form_token(&session.id),
        session,
        auditor,
    }))
}

/// What the account page shows.
#[derive(Debug)]
pub struct Account {
    /// The person.
    pub person: domain::person::Person,
    /// The session of this browser.
    pub session: crate::login::Session,
    /// What portals may know.
    pub consents: Vec<Given>,
    /// What a form of the page has to bring.
    pub token: String,
    /// They may look into the transaction register.
    pub auditor: bool,
}
