//! Asks what is missing, and does whatever needs no human, until a human is needed or it is done.

use super::{choose, device, finish, page, session};
use crate::flow::provider::{self, par};
use crate::flow::{Browser, Deps, FlowError, Next};
use crate::login::{ActingOptions, Known, Login, Purpose, Refusal, Session, SessionRules, Step, next_step};
use chrono::{DateTime, Utc};
use domain::audit::EventKind;
use protocol::oidc::authorize::Outcome;
use protocol::oidc::client::Client;
use protocol::oidc::consent::Agreed;
use protocol::oidc::error::ErrorCode;
use protocol::saml::Profile;

/// Where a login got to.
#[derive(Debug)]
pub struct Advanced {
    /// Where the citizen goes.
    pub next: Next,
    /// The login as it now stands.
    pub login: Login,
    /// Its relying party.
    pub client: Option<Client>,
    /// What can be picked, when the chooser comes next.
    pub options: Option<ActingOptions>,
}

/// Takes `login` as far as it goes without asking anybody, and stores it where it stops.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn advance(
    deps: &Deps,
    mut login: Login,
    client: Option<Client>,
    browser: Browser,
    now: DateTime<Utc>,
) -> Result<Advanced, FlowError> {
    let session = session::current(deps, browser, now).await?;
    let subjects = deps.store.subject_key()?;
    let mut options: Option<ActingOptions> = None;
    let mut consent: Option<Agreed> = None;
    loop {
        let known = Known {
            client: client.as_ref(),
            session: session.as_ref(),
            rules: session_rules(deps, session.as_ref(), &login, client.as_ref()),
            subjects: &subjects,
            options: options.as_ref(),
            consent: consent.as_ref(),
        };
        let step = next_step(&login, known, now);
        let next = match (step, &client) {
            (Step::ReuseSession, _) => {
                reuse(deps, &mut login, session.as_ref(), now).await?;
                continue;
            }
            (Step::ComputeActing, Some(client)) => {
                options = Some(acting_options(deps, &login, client, now).await?);
                continue;
            }
            (Step::RecallConsent, Some(client)) => {
                consent = Some(agreed_before(deps, &login, client).await?);
                continue;
            }
            (Step::AskConsent(acting), Some(_)) => {
                login.acting = Some(acting);
                Next::Consent(login.id.clone())
            }
            (Step::ConfirmDevice, _) => Next::ConfirmDevice(login.id.clone()),
            (Step::ChooseMethod, Some(client)) if nothing_answers(deps, &login, client) => {
                refuse(deps, &mut login, client, Refusal::Unmet, now).await?
            }
            (Step::ChooseMethod, _) => Next::ChooseMethod(login.id.clone()),
            (Step::ChooseActing, Some(_)) => Next::ChooseActing(login.id.clone()),
            (Step::Finish(acting), Some(client)) => {
                let next = finish::issue_code(deps, &mut login, client, acting, options.as_ref(), now).await?;
                return Ok(Advanced {
                    next,
                    login,
                    client: Some(client.clone()),
                    options,
                });
            }
            (Step::Refuse(refusal), Some(client)) => refuse(deps, &mut login, client, refusal, now).await?,
            (
                Step::Finish(_)
                | Step::Refuse(_)
                | Step::ComputeActing
                | Step::ChooseActing
                | Step::RecallConsent
                | Step::AskConsent(_),
                None,
            ) => {
                login.finished = true;
                Next::Account
            }
        };
        deps.store.brief.put_login(&login, now).await?;
        return Ok(Advanced {
            next,
            login,
            client,
            options,
        });
    }
}

async fn agreed_before(deps: &Deps, login: &Login, client: &Client) -> Result<Agreed, FlowError> {
    match &login.authenticated {
        Some(authenticated) => Ok(deps
            .store
            .consent(authenticated.person, &client.id)
            .await?
            .unwrap_or_default()),
        None => Ok(Agreed::default()),
    }
}

/// Whether an `acr` is demanded that no way in of this installation gives: the portal is told, instead of a page that
/// offers nothing.
fn nothing_answers(deps: &Deps, login: &Login, client: &Client) -> bool {
    let demanded = login.request().is_some_and(|request| !request.acr.is_empty());
    demanded && page::methods(deps, Some(login), Some(client)).is_empty()
}

/// What `session` is held against: the record that its person proved themselves to, and what would be asked
/// there now. Of a method without a record nothing was released to one.
fn session_rules<'d>(
    deps: &'d Deps,
    session: Option<&Session>,
    login: &Login,
    client: Option<&Client>,
) -> SessionRules<'d> {
    let asked = session
        .and_then(|session| Profile::of(session.authenticated.method))
        .and_then(|profile| deps.settings.asked(profile, login, client));
    SessionRules {
        limits: deps.settings.session,
        service_provider: asked.map_or("", |asked| asked.service_provider.entity_id.as_str()),
        attributes: asked.map_or(&[], |asked| asked.attributes),
    }
}

async fn reuse(deps: &Deps, login: &mut Login, session: Option<&Session>, now: DateTime<Utc>) -> Result<(), FlowError> {
    if let Some(session) = session {
        session::touch(deps, session, now).await?;
        let mut authenticated = session.authenticated.clone();
        authenticated.reused = true;
        authenticated.known_at = now.max(session.since);
        login.authenticated = Some(authenticated);
    }
    Ok(())
}

/// The options of the login's person at `client`, now.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn acting_options(
    deps: &Deps,
    login: &Login,
    client: &Client,
    now: DateTime<Utc>,
) -> Result<ActingOptions, FlowError> {
    let (Some(request), Some(authenticated)) = (login.request(), &login.authenticated) else {
        return Ok(ActingOptions {
            myself: true,
            usable: Vec::new(),
            unusable: Vec::new(),
        });
    };
    let holdings = if ActingOptions::may_hold(client, request) {
        deps.store.holdings_of(authenticated.person).await?
    } else {
        Vec::new()
    };
    Ok(ActingOptions::compute(client, request, holdings, now))
}

async fn refuse(
    deps: &Deps,
    login: &mut Login,
    client: &Client,
    refusal: Refusal,
    now: DateTime<Utc>,
) -> Result<Next, FlowError> {
    let code = match refusal {
        Refusal::LoginRequired | Refusal::SomebodyElse => ErrorCode::LoginRequired,
        Refusal::Unmet => ErrorCode::UnmetAuthenticationRequirements,
        Refusal::InteractionRequired => ErrorCode::InteractionRequired,
        Refusal::ConsentRequired => ErrorCode::ConsentRequired,
        Refusal::NobodyToActFor | Refusal::TooYoung | Refusal::ConsentRefused => ErrorCode::AccessDenied,
    };
    tracing::info!(client = %client.id, reason = %refusal, "authorisation refused");
    // An organisation that is not mine, or that does not exist, in the portal's request (attack 56).
    if let (Refusal::NobodyToActFor, Some(authenticated)) = (refusal, &login.authenticated) {
        choose::record(deps, EventKind::ActingRefused, authenticated.person, client, None, now).await?;
    }
    tell(deps, login, client, code, now).await
}

/// Ends `login` with an error that its portal is told; the caller stores it.
///
/// # Errors
/// [`FlowError`] when a store fails or a key does not sign.
async fn tell(
    deps: &Deps,
    login: &mut Login,
    client: &Client,
    code: ErrorCode,
    now: DateTime<Utc>,
) -> Result<Next, FlowError> {
    let Some(request) = login.request() else {
        return Ok(Next::Account);
    };
    if !par::use_up(deps, request, &login.id, now).await? {
        login.finished = true;
        return Ok(Next::Finished {
            client: Box::new(client.clone()),
        });
    }
    let next = told(deps, login, client, Outcome::Error(code), now).await?;
    login.finished = true;
    Ok(next)
}

/// Where the citizen goes with an answer: it travels with them to the portal, or a device comes for it.
///
/// # Errors
/// [`FlowError`] when a store fails or a key does not sign.
pub(super) async fn told(
    deps: &Deps,
    login: &Login,
    client: &Client,
    outcome: Outcome<'_>,
    now: DateTime<Utc>,
) -> Result<Next, FlowError> {
    match (&login.purpose, &outcome) {
        (Purpose::Device(_), Outcome::Code(_)) => Ok(Next::Device {
            client: Box::new(client.clone()),
            connected: true,
        }),
        (Purpose::Device(waiting), Outcome::Error(_)) => device::refuse(deps, waiting, client, now).await,
        (Purpose::Portal(request), _) => match &request.destination {
            Some(destination) => Ok(Next::Portal {
                answer: provider::answer(deps, client, destination, outcome, now)?,
                client: Box::new(client.clone()),
            }),
            None => Ok(Next::Account),
        },
        (Purpose::Account { .. }, _) => Ok(Next::Account),
    }
}
