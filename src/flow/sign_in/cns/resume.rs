//! Back in the browser that began, with the secret that the browser with the card got.

use crate::flow::sign_in::advance::{Advanced, advance};
use crate::flow::sign_in::page::{self, Closed};
use crate::flow::sign_in::resume::{Proved, Resumed, enter, session_again, started};
use crate::flow::{Browser, Deps, FlowError};
use crate::login::NotYours;
use crate::store::CardAnswer;
use chrono::{DateTime, Utc};
use domain::person::Identity;
use protocol::oidc::hash_secret;
use std::collections::BTreeSet;

/// The names that somebody typed whose card carries none.
#[derive(Clone)]
pub struct TypedNames {
    /// Given names.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
}

impl std::fmt::Debug for TypedNames {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TypedNames(…)")
    }
}

/// Goes on after a card was accepted; `answer` is the secret from the card listener. `None`: no card of that secret.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn resume(
    deps: &Deps,
    answer: &str,
    typed: Option<&TypedNames>,
    mut browser: Browser,
) -> Result<Option<Resumed>, FlowError> {
    let now = deps.clock.now();
    let Some(card) = deps.store.card_answer(&hash_secret(answer)).await? else {
        return Ok(None);
    };
    let open = match page::reopen(deps, Some(&card.login.0), browser, now).await? {
        Ok(open) => open,
        Err(closed) => return Ok(Some(Resumed::Closed(closed))),
    };
    let mut login = open.login;
    let entry = card.id.to_string();
    let new_session;
    if login.authenticated.as_ref().is_none_or(|a| a.register_entry != entry) {
        let Some(identity) = card.identity.clone().filter(|_| !login.finished) else {
            // It was taken by an earlier visit, or came too late.
            return Ok(Some(Resumed::Closed(Closed {
                reason: Some(NotYours::Expired),
                client: open.client.map(Box::new),
            })));
        };
        let identity = match named(deps, identity, typed).await? {
            Ok(identity) => identity,
            Err(wrong) => {
                return Ok(Some(Resumed::AsksNames {
                    answer: answer.to_owned(),
                    wrong,
                    client: open.client.map(Box::new),
                }));
            }
        };
        let proved = Proved {
            identity,
            entry: &entry,
            // Level 3 is never reused, so nothing has to be remembered of what was released.
            released: BTreeSet::new(),
            // A card opens no session anywhere else.
            upstream: None,
        };
        let entered = match enter(deps, &mut login, &mut browser, proved, now).await? {
            Ok(entered) => entered,
            Err(reference) => {
                return Ok(Some(Resumed::NotAdmitted {
                    reference,
                    client: open.client.map(Box::new),
                }));
            }
        };
        take(deps, &card, entered.person, now).await?;
        new_session = Some(entered.session);
    } else {
        new_session = session_again(deps, &mut login, &mut browser, now).await?;
    }
    let Advanced { next, .. } = advance(deps, login, open.client, browser, now).await?;
    Ok(Some(Resumed::Goes {
        next,
        new_session,
        new_browser: None,
    }))
}

/// Only once the login remembers it: a crash before repeats the step.
async fn take(
    deps: &Deps,
    card: &CardAnswer,
    person: domain::person::PersonId,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let mut tx = deps.store.begin().await?;
    if tx.take_card_identity(card.id).await? {
        tx.record(&started(deps, person, &card.id.to_string(), now)).await?;
    }
    Ok(tx.commit().await?)
}

/// A card without names: those of the person on file, or what the person types, which must fit the fiscal code.
/// `Err(true)`: what was typed does not.
async fn named(
    deps: &Deps,
    mut identity: Identity,
    typed: Option<&TypedNames>,
) -> Result<Result<Identity, bool>, FlowError> {
    if !identity.given_name.is_empty() && !identity.family_name.is_empty() {
        return Ok(Ok(identity));
    }
    let Some(number) = identity.fiscal_number.clone() else {
        return Ok(Err(false));
    };
    if let Some(person) = deps.store.person_by_fiscal_number(&number).await? {
        identity.given_name = person.given_name;
        identity.family_name = person.family_name;
        return Ok(Ok(identity));
    }
    let Some(typed) = typed else {
        return Ok(Err(false));
    };
    let (given_name, family_name) = (typed.given_name.trim(), typed.family_name.trim());
    let usable = |name: &str| !name.is_empty() && name.chars().count() <= 100 && !name.chars().any(char::is_control);
    if !usable(given_name) || !usable(family_name) || !number.fits_names(given_name, family_name) {
        return Ok(Err(true));
    }
    identity.given_name = given_name.to_owned();
    identity.family_name = family_name.to_owned();
    Ok(Ok(identity))
}
