//! Back in the browser that began: the waiting answer and the cookie must name the same login, else
//! nobody is signed in. Every method rejoins here.

use super::advance::{Advanced, advance};
use super::begin::bind;
use super::cns;
use super::page::{self, Closed};
use super::person::{Recognised, recognise};
use super::session::{self, Begins};
use crate::flow::{Browser, Deps, FlowError, Next};
use crate::login::{Authenticated, Login, LoginId, NotYours, UpstreamSession};
use crate::store::SamlAnswer;
use chrono::{DateTime, Utc};
use domain::audit::{EventKind, SecurityEvent};
use domain::person::{Identity, Level, Person, PersonId};
use protocol::oidc::client::Client;
use protocol::oidc::hash_secret;
use protocol::saml::Profile;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Where a citizen is who comes back.
#[derive(Debug)]
pub enum Resumed {
    /// On.
    Goes {
        /// Where.
        next: Next,
        /// The secret of the new session's cookie, when one began.
        new_session: Option<String>,
        /// The secret of a new browser cookie (a login that began with a cross-site POST).
        new_browser: Option<String>,
    },
    /// The login cannot go on.
    Closed(Closed),
    /// The card carries no names, and nobody is on file whose they could be.
    AsksNames {
        /// The secret to come back with.
        answer: String,
        /// What was typed does not fit the fiscal code.
        wrong: bool,
        /// The relying party that wants the login.
        client: Option<Box<Client>>,
    },
    /// Proved, but not let in.
    NotAdmitted {
        /// What the citizen can read out to the help desk.
        reference: String,
        /// The relying party, to go back to.
        client: Option<Box<Client>>,
    },
}

/// Goes on after an identity provider answered; `handle` is what the ACS gave the browser.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn resume(deps: &Deps, handle: &str, browser: Browser) -> Result<Resumed, FlowError> {
    let now = deps.clock.now();
    let answered = match deps.store.brief.saml_answer(&hash_secret(handle), now).await? {
        Some(request_id) => deps.store.saml_answer(&request_id).await?,
        None => None,
    };
    let Some(answer) = answered else {
        let card = cns::resume::resume(deps, handle, None, browser).await?;
        return Ok(card.unwrap_or(Resumed::Closed(Closed {
            reason: None,
            client: None,
        })));
    };
    let open = match page::reopen(deps, Some(&answer.login.0), browser, now).await? {
        Ok(open) => open,
        Err(closed) => return Ok(Resumed::Closed(closed)),
    };
    let mut login = open.login;
    let mut browser = browser;
    let new_session;
    if login
        .authenticated
        .as_ref()
        .is_none_or(|a| a.register_entry != answer.request_id)
    {
        let Some(identity) = answer.identity.clone().filter(|_| !login.finished) else {
            // The identity was taken by an earlier visit, or came too late.
            return Ok(Resumed::Closed(Closed {
                reason: Some(NotYours::Expired),
                client: open.client.map(Box::new),
            }));
        };
        // What was asked; an identity need not have all of it (a company's attributes).
        let asked =
            Profile::of(identity.method).and_then(|profile| deps.settings.asked(profile, &login, open.client.as_ref()));
        let released = asked.map(|asked| asked.attributes.iter().cloned().collect());
        let proved = Proved {
            entry: &answer.request_id,
            released: released.unwrap_or_default(),
            upstream: upstream(&identity, &answer),
            identity,
        };
        let entered = match enter(deps, &mut login, &mut browser, proved, now).await? {
            Ok(entered) => entered,
            Err(reference) => {
                return Ok(Resumed::NotAdmitted {
                    reference,
                    client: open.client.map(Box::new),
                });
            }
        };
        if !take(deps, &answer.request_id, &entered, now).await? {
            return Ok(Resumed::Closed(Closed {
                reason: Some(NotYours::Expired),
                client: open.client.map(Box::new),
            }));
        }
        new_session = Some(entered.session);
    } else {
        new_session = session_again(deps, &mut login, &mut browser, now).await?;
    }
    let Advanced { next, .. } = advance(deps, login, open.client, browser, now).await?;
    Ok(Resumed::Goes {
        next,
        new_session,
        new_browser: None,
    })
}

/// Takes the identity off the register entry. `false`: the identity provider ended the session, or nobody came in time,
/// while this one began; it is over again.
async fn take(deps: &Deps, request_id: &str, entered: &Entered, now: DateTime<Utc>) -> Result<bool, FlowError> {
    let mut tx = deps.store.begin().await?;
    if tx.take_identity(request_id, entered.person).await? {
        tx.record(&started(deps, entered.person, request_id, now)).await?;
        tx.commit().await?;
        return Ok(true);
    }
    tx.rollback().await?;
    let answer = deps.store.saml_answer(request_id).await?;
    if answer.is_some_and(|answer| answer.person.is_some()) {
        // Another visit of the same browser took it at the same moment.
        return Ok(true);
    }
    let id = hash_secret(&entered.session);
    if let Some(session) = deps.store.brief.session(&id, now).await? {
        session::end(deps, &session, now).await?;
    }
    Ok(false)
}

/// A reload may have dropped the answer that brought the session's cookie: the session goes on under another name, which the browser
/// gets now. A session that no cookie leads to could not be signed out of.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub(super) async fn session_again(
    deps: &Deps,
    login: &mut Login,
    browser: &mut Browser,
    now: DateTime<Utc>,
) -> Result<Option<String>, FlowError> {
    let Some(authenticated) = &mut login.authenticated else {
        return Ok(None);
    };
    if browser.session == Some(authenticated.session) {
        return Ok(None);
    }
    let secret = deps.random.secret();
    let id = hash_secret(&secret);
    if !session::rename(deps, authenticated.session, id, now).await? {
        return Ok(None);
    }
    authenticated.session = id;
    browser.session = Some(id);
    deps.store.brief.put_login(login, now).await?;
    Ok(Some(secret))
}

/// What was proved, by whatever way in.
pub(super) struct Proved<'a> {
    /// Who.
    pub(super) identity: Identity,
    /// The entry that tells of it.
    pub(super) entry: &'a str,
    /// The attributes that the person agreed to release.
    pub(super) released: BTreeSet<String>,
    /// The session that the identity provider opened, if it did.
    pub(super) upstream: Option<UpstreamSession>,
}

/// Somebody who was let in.
pub(super) struct Entered {
    /// Who it is.
    pub(super) person: PersonId,
    /// The secret of the new session's cookie.
    pub(super) session: String,
}

/// Lets the proved person in: finds or makes the person, begins a session, and has the login remember both. Whoever
/// calls forgets the proof only afterwards: a crash in between repeats the step.
///
/// `Err`: not let in; what the citizen can read out to the help desk.
pub(super) async fn enter(
    deps: &Deps,
    login: &mut Login,
    browser: &mut Browser,
    proved: Proved<'_>,
    now: DateTime<Utc>,
) -> Result<Result<Entered, String>, FlowError> {
    let (person, credential) = match recognise(deps, &proved.identity, now).await? {
        Recognised::Person { person, credential } => (person, credential),
        Recognised::Conflict { reference } | Recognised::Blocked { reference } | Recognised::Unknown { reference } => {
            return Ok(Err(reference));
        }
    };
    let secret = deps.random.secret();
    let authenticated = Authenticated {
        spid_purpose: login.wanted_spid_purpose(),
        known_at: now,
        ..authenticated(&proved.identity, &person, credential, proved.entry, &secret)
    };
    let begins = Begins {
        authenticated: authenticated.clone(),
        released: proved.released,
        upstream: proved.upstream,
    };
    session::start(deps, begins, browser.session, now).await?;
    browser.session = Some(authenticated.session);
    login.authenticated = Some(authenticated);
    login.acting = None;
    login.consented = None;
    deps.store.brief.put_login(login, now).await?;
    Ok(Ok(Entered {
        person: person.id,
        session: secret,
    }))
}

/// Goes on with a login that a cross-site POST stored, or whose page the citizen opened again.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn resume_login(deps: &Deps, id: &str, browser: Browser) -> Result<Resumed, FlowError> {
    let now = deps.clock.now();
    let mut new_browser = None;
    let mut browser = browser;
    if let Some(mut login) = deps.store.brief.login(&LoginId(id.to_owned()), now).await?
        && login.browser.is_none()
    {
        new_browser = bind(deps, &mut login, &mut browser);
        deps.store.brief.put_login(&login, now).await?;
    }
    let open = match page::reopen(deps, Some(id), browser, now).await? {
        Ok(open) => open,
        Err(closed) => return Ok(Resumed::Closed(closed)),
    };
    let Advanced { next, .. } = advance(deps, open.login, open.client, browser, now).await?;
    Ok(Resumed::Goes {
        next,
        new_session: None,
        new_browser,
    })
}

/// Who it was that the register entry is about.
pub(super) fn started(deps: &Deps, person: PersonId, register_entry: &str, now: DateTime<Utc>) -> SecurityEvent {
    SecurityEvent {
        person: Some(person),
        detail: Some(register_entry.to_owned()),
        ..deps.event(EventKind::SessionStarted, now)
    }
}

/// The session that the identity provider opened: at level 1 only, and then it has an index to end it by
/// (regole tecniche SPID). An index that comes with a higher level means nothing.
pub(in crate::flow) fn upstream(identity: &Identity, answer: &SamlAnswer) -> Option<UpstreamSession> {
    let index = answer.session_index.clone().filter(|_| identity.level == Level::L1)?;
    Some(UpstreamSession {
        profile: Profile::of(identity.method)?,
        identity_provider: answer.identity_provider.clone(),
        name_id: answer.name_id.clone(),
        name_qualifier: answer.name_qualifier.clone(),
        session_index: index,
    })
}

fn authenticated(
    identity: &Identity,
    person: &Person,
    credential: Uuid,
    register_entry: &str,
    secret: &str,
) -> Authenticated {
    Authenticated {
        person: person.id,
        credential,
        method: identity.method,
        issuer: identity.issuer.clone(),
        level: identity.level,
        auth_time: identity.authenticated_at,
        register_entry: register_entry.to_owned(),
        session: hash_secret(secret),
        reused: false,
        display_name: format!("{} {}", person.given_name, person.family_name),
        date_of_birth: person.date_of_birth,
        attributes: identity.attributes.clone(),
        spid_purpose: None,
        known_at: DateTime::default(),
    }
}
