//! Who may be in the back office: somebody signed in at level 2 or more, with the duty in force now.

use crate::flow::form_token;
use crate::flow::sign_in::session;
use crate::flow::{Browser, Deps, FlowError};
use crate::login::Session;
use chrono::{DateTime, Utc};
use domain::audit::{EventKind, SecurityEvent};
use domain::italy::FiscalNumber;
use domain::person::{Duty, Level, Person, PersonId};
use protocol::oidc::SecretHash;

/// The forms of the office and of the account page.
const FORMS: &str = "office";

/// An official at work.
#[derive(Debug)]
pub struct Official {
    /// Who.
    pub person: Person,
    /// The session of their browser.
    pub session: Session,
}

/// Whether somebody is let in.
#[derive(Debug)]
pub enum Admission {
    /// Yes.
    Admitted(Box<Official>),
    /// Nobody is signed in.
    SignIn,
    /// An official, but signed in with less than level 2.
    TooWeak,
    /// Signed in, without the duty: the page is not there for them. It was recorded.
    NotThere,
}

/// Lets somebody in who has `duty`.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn admit(deps: &Deps, browser: Browser, duty: Duty) -> Result<Admission, FlowError> {
    let now = deps.clock.now();
    let Some(session) = session::current(deps, browser, now).await? else {
        return Ok(Admission::SignIn);
    };
    let Some(person) = deps.store.person(session.authenticated.person).await? else {
        return Ok(Admission::SignIn);
    };
    if !holds(deps, person.id, duty, now).await? {
        refuse(deps, Some(person.id), now).await?;
        return Ok(Admission::NotThere);
    }
    if session.authenticated.level < Level::L2 {
        return Ok(Admission::TooWeak);
    }
    session::touch(deps, &session, now).await?;
    Ok(Admission::Admitted(Box::new(Official { person, session })))
}

/// Whether somebody has the duty now, for a link to the page.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn holds(deps: &Deps, person: PersonId, duty: Duty, now: DateTime<Utc>) -> Result<bool, FlowError> {
    let duties = deps.store.duties(person).await?;
    Ok(duties.iter().any(|held| held.duty == duty && held.in_force(now)))
}

/// The official in whose name a command is run; `None`, and recorded, for somebody without the duty. Whoever runs
/// commands has the keys anyway: the name is for the record.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn named(deps: &Deps, number: &FiscalNumber, duty: Duty) -> Result<Option<Person>, FlowError> {
    let now = deps.clock.now();
    let person = deps.store.person_by_fiscal_number(number).await?;
    if let Some(person) = person
        && !person.blocked
        && holds(deps, person.id, duty, now).await?
    {
        return Ok(Some(person));
    }
    refuse(deps, None, now).await?;
    Ok(None)
}

async fn refuse(deps: &Deps, person: Option<PersonId>, now: DateTime<Utc>) -> Result<(), FlowError> {
    tracing::warn!(
        person = person.map(|person| person.0.to_string()),
        "back office refused"
    );
    let mut tx = deps.store.begin().await?;
    tx.record(&SecurityEvent {
        actor: person,
        detail: Some("register".to_owned()),
        ..deps.event(EventKind::OfficeRefused, now)
    })
    .await?;
    Ok(tx.commit().await?)
}

/// What a form of the back office, or of the account page, sends along to prove that the page was ours, in this session.
pub fn form_token(session: &SecretHash) -> String {
    form_token::form_token(FORMS, session)
}

/// Whether a form came from a page of ours in this session.
pub fn is_form_token(given: &str, session: &SecretHash) -> bool {
    form_token::is_form_token(given, FORMS, session)
}
