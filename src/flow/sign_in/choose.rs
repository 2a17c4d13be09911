//! For whom: the options of this person at this client now, and the one that was picked.

use super::advance::{Advanced, acting_options, advance};
use super::page::{self, Closed};
use crate::flow::{Browser, Deps, FlowError, Next};
use crate::login::{ActingChoice, ActingOptions, Login};
use chrono::{DateTime, Utc};
use domain::audit::{EventKind, SecurityEvent};
use domain::person::{Person, PersonId};
use protocol::oidc::client::Client;
use protocol::oidc::grant::ActingContext;

/// What the chooser shows.
#[derive(Debug)]
pub struct Offer {
    /// The login.
    pub login: Login,
    /// The relying party.
    pub client: Client,
    /// Who chooses.
    pub person: Person,
    /// What can be picked, and what cannot.
    pub options: ActingOptions,
    /// Proposed first at this client, by the person's own wish.
    pub usual: Option<ActingContext>,
    /// When each was last used at this client.
    pub last_used: Vec<(ActingContext, DateTime<Utc>)>,
}

/// The chooser, or where the citizen goes instead.
#[derive(Debug)]
pub enum Offered {
    /// The chooser.
    Choose(Box<Offer>),
    /// Nothing to choose (any more).
    Goes(Next),
    /// The login cannot go on.
    Closed(Closed),
}

/// What became of a submitted choice.
#[derive(Debug)]
pub enum Taken {
    /// Taken.
    Goes(Next),
    /// Never offered: refused the same way whether it exists or not.
    NotOffered,
    /// The login cannot go on.
    Closed(Closed),
}

/// Shows the chooser of login `id`.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn offer(deps: &Deps, id: Option<&str>, browser: Browser) -> Result<Offered, FlowError> {
    let now = deps.clock.now();
    let open = match page::open(deps, id, browser, now).await? {
        Ok(open) => open,
        Err(closed) => return Ok(Offered::Closed(closed)),
    };
    let Advanced {
        next,
        login,
        client,
        options,
    } = advance(deps, open.login, open.client, browser, now).await?;
    let (Next::ChooseActing(_), Some(client), Some(options)) = (&next, client, options) else {
        return Ok(Offered::Goes(next));
    };
    let Some(person) = person_of(deps, &login).await? else {
        return Ok(Offered::Goes(Next::ChooseMethod(login.id)));
    };
    let usual = deps.store.usual_choice(person.id, &client.id).await?;
    let last_used = deps.store.last_used(person.id, &client.id).await?;
    Ok(Offered::Choose(Box::new(Offer {
        login,
        client,
        person,
        options,
        usual,
        last_used,
    })))
}

/// Who signed in, as the store knows them.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub(super) async fn person_of(deps: &Deps, login: &Login) -> Result<Option<Person>, FlowError> {
    match &login.authenticated {
        Some(authenticated) => Ok(deps.store.person(authenticated.person).await?),
        None => Ok(None),
    }
}

/// Takes a submitted choice; only what is offered now is accepted.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn take(
    deps: &Deps,
    id: Option<&str>,
    choice: &ActingChoice,
    keep: bool,
    browser: Browser,
) -> Result<Taken, FlowError> {
    let now = deps.clock.now();
    let open = match page::reopen(deps, id, browser, now).await? {
        Ok(open) => open,
        Err(closed) => return Ok(Taken::Closed(closed)),
    };
    let mut login = open.login;
    let (Some(client), Some(authenticated)) = (open.client, login.authenticated.clone()) else {
        return Ok(Taken::Goes(Next::ChooseMethod(login.id)));
    };
    let options = acting_options(deps, &login, &client, now).await?;
    let Some(acting) = options.pick(choice) else {
        tracing::warn!(client = %client.id, "acting choice that was not offered");
        record(deps, EventKind::ActingRefused, authenticated.person, &client, None, now).await?;
        return Ok(Taken::NotOffered);
    };
    let again = login.acting == Some(acting);
    if login.finished && !again {
        return Ok(Taken::Goes(Next::Finished {
            client: Box::new(client),
        }));
    }
    if keep {
        let mut tx = deps.store.begin().await?;
        tx.set_usual_choice(authenticated.person, &client.id, Some(acting), now)
            .await?;
        tx.commit().await?;
    }
    if !again {
        let person = authenticated.person;
        record(deps, EventKind::ActingChosen, person, &client, Some(acting), now).await?;
        login.acting = Some(acting);
        login.consented = None;
    }
    let Advanced { next, .. } = advance(deps, login, Some(client), browser, now).await?;
    Ok(Taken::Goes(next))
}

/// What a person chose, or could not choose, at a client.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub(super) async fn record(
    deps: &Deps,
    kind: EventKind,
    person: PersonId,
    client: &Client,
    acting: Option<ActingContext>,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let mandate = match acting {
        Some(ActingContext::Mandate(id)) => Some(id),
        _ => None,
    };
    let mut tx = deps.store.begin().await?;
    tx.record(&SecurityEvent {
        person: Some(person),
        client: Some(client.id.clone()),
        mandate,
        ..deps.event(kind, now)
    })
    .await?;
    tx.commit().await?;
    Ok(())
}
