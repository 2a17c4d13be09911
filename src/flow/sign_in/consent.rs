//! What the portal may know: asked where the portal registered it, or asks for it.

use super::advance::{Advanced, advance};
use super::choose::person_of;
use super::page::{self, Closed};
use crate::flow::form_token::{form_token, is_form_token};
use crate::flow::provider::logo;
use crate::flow::{Browser, Deps, FlowError, Next};
use crate::login::{ActingOptions, Login, LoginId};
use chrono::{DateTime, Utc};
use domain::audit::{EventKind, SecurityEvent};
use domain::organisation::{Organisation, OrganisationId};
use domain::person::Person;
use protocol::oidc::SecretHash;
use protocol::oidc::authorize::{AuthorizationRequest, Destination};
use protocol::oidc::client::Client;
use protocol::oidc::consent::Released;

/// What the page asks.
#[derive(Debug)]
pub struct Question {
    /// The login.
    pub login: LoginId,
    /// The portal.
    pub client: Client,
    /// Who is asked.
    pub person: Person,
    /// The organisation the person acts for, by name.
    pub acting_for: Option<String>,
    /// What the portal will know.
    pub released: Released,
    /// Its logo: the digest of the picture.
    pub logo: Option<SecretHash>,
    /// Proves which question is answered: who was asked, for whom they act.
    pub token: String,
    /// Nobody vetted the portal: it registered itself. Where the answer goes, which is all that is known of it.
    pub unvetted: Option<String>,
}

/// The page, or where the citizen goes instead.
#[derive(Debug)]
pub enum Asked {
    /// The page.
    Question(Box<Question>),
    /// Nothing to ask (any more).
    Goes(Next),
    /// The login cannot go on.
    Closed(Closed),
}

/// What became of an answer.
#[derive(Debug)]
pub enum Answered {
    /// On, or back to the portal.
    Goes(Next),
    /// The login cannot go on.
    Closed(Closed),
}

/// Shows the question of login `id`.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn ask(deps: &Deps, id: Option<&str>, browser: Browser) -> Result<Asked, FlowError> {
    let now = deps.clock.now();
    let open = match page::open(deps, id, browser, now).await? {
        Ok(open) => open,
        Err(closed) => return Ok(Asked::Closed(closed)),
    };
    let Advanced {
        next,
        login,
        client,
        options,
    } = advance(deps, open.login, open.client, browser, now).await?;
    let (Next::Consent(_), Some(client), Some(request)) = (&next, client, login.request()) else {
        return Ok(Asked::Goes(next));
    };
    let Some(person) = person_of(deps, &login).await? else {
        return Ok(Asked::Goes(Next::ChooseMethod(login.id)));
    };
    Ok(Asked::Question(Box::new(Question {
        logo: logo::shown(deps, &client).await?,
        unvetted: unvetted(deps, &client, request).await?,
        released: Released::of(request),
        token: browser.id.map(|id| form_token(&about(&login), &id)).unwrap_or_default(),
        acting_for: organisation(&login, options.as_ref()).map(|chosen| chosen.name.clone()),
        login: login.id,
        client,
        person,
    })))
}

async fn unvetted(deps: &Deps, client: &Client, request: &AuthorizationRequest) -> Result<Option<String>, FlowError> {
    let registered = deps.store.client_registration(&client.id).await?.is_some();
    let place = request.destination.as_ref().map(Destination::place);
    Ok(place.filter(|_| registered))
}

/// For which the person acts; `None` for themselves.
fn organisation<'o>(login: &Login, options: Option<&'o ActingOptions>) -> Option<&'o Organisation> {
    Some(&options?.holding(login.acting?)?.organisation)
}

/// What a page of `login` asks about. Another tab may have chosen another organisation since, and somebody else may sit there.
fn about(login: &Login) -> String {
    let person = login.authenticated.as_ref().map(|authenticated| authenticated.person);
    format!("consent {} {person:?} {:?}", login.id.0, login.acting)
}

/// Takes the answer to the question of `token`: agreed or not.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn answer(
    deps: &Deps,
    id: Option<&str>,
    token: &str,
    agreed: bool,
    browser: Browser,
) -> Result<Answered, FlowError> {
    let now = deps.clock.now();
    let open = match page::reopen(deps, id, browser, now).await? {
        Ok(open) => open,
        Err(closed) => return Ok(Answered::Closed(closed)),
    };
    let answers_this = browser
        .id
        .is_some_and(|browser| is_form_token(token, &about(&open.login), &browser));
    // A second click on the yes gives the answer again; a no stays one.
    if open.login.finished && (open.login.consented == Some(false) || !answers_this) {
        return Ok(Answered::Goes(match open.client {
            Some(client) => Next::Finished {
                client: Box::new(client),
            },
            None => Next::Account,
        }));
    }
    // Only who was asked can answer, and what was asked: everybody else is sent where the login stands.
    let Advanced {
        next,
        mut login,
        client,
        options,
    } = advance(deps, open.login, open.client, browser, now).await?;
    let (Next::Consent(_), Some(client), true) = (&next, client, answers_this) else {
        return Ok(Answered::Goes(next));
    };
    if agreed {
        let organisation = organisation(&login, options.as_ref()).map(|chosen| chosen.id);
        remember(deps, &login, &client, organisation, now).await?;
    }
    login.consented = Some(agreed);
    let Advanced { next, .. } = advance(deps, login, Some(client), browser, now).await?;
    Ok(Answered::Goes(next))
}

async fn remember(
    deps: &Deps,
    login: &Login,
    client: &Client,
    organisation: Option<OrganisationId>,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let (Some(request), Some(authenticated)) = (login.request(), &login.authenticated) else {
        return Ok(());
    };
    let before = deps.store.consent(authenticated.person, &client.id).await?;
    let released = before.unwrap_or_default().with(organisation, Released::of(request));
    let mut tx = deps.store.begin().await?;
    tx.put_consent(authenticated.person, &client.id, &released, now).await?;
    tx.record(&SecurityEvent {
        person: Some(authenticated.person),
        client: Some(client.id.clone()),
        ..deps.event(EventKind::ConsentGiven, now)
    })
    .await?;
    tx.commit().await?;
    Ok(())
}
