//! From the main host to the card listener.

use super::Cns;
use crate::flow::sign_in::begin::{begin, bind};
use crate::flow::sign_in::page::{self, Closed, Open};
use crate::flow::{Browser, Deps, FlowError};
use crate::login::{CardAttempt, Login, Purpose};
use chrono::{DateTime, Utc};
use domain::person::{Level, Method};
use protocol::oidc::{client::Client, hash_secret};

/// The help page of a login, or of the account page.
#[derive(Debug)]
pub enum Helped {
    /// What it is for.
    Page {
        /// The relying party, if one wants the login.
        client: Option<Box<Client>>,
    },
    /// Cards are not accepted here, or not by this relying party.
    NotAccepted,
    /// The login cannot go on.
    Closed(Closed),
}

/// Where the citizen goes.
#[derive(Debug)]
pub enum Started {
    /// To the card listener.
    Away {
        /// With a one-time handle.
        url: String,
        /// The secret of a new browser cookie, when a login without a portal began in a browser that had none.
        new_browser: Option<String>,
    },
    /// Cards are not accepted here, or not by this relying party.
    NotAccepted,
    /// The login cannot go on.
    Closed(Closed),
}

/// What to tell somebody who is about to use a card for login `id`.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn help(deps: &Deps, id: Option<&str>, browser: Browser) -> Result<Helped, FlowError> {
    let now = deps.clock.now();
    Ok(match (accepted(deps, id, browser, now).await?, id) {
        (None, _) => Helped::NotAccepted,
        (Some(Err(closed)), _) => Helped::Closed(closed),
        (Some(Ok(open)), _) => Helped::Page {
            client: open.and_then(|open| open.client).map(Box::new),
        },
    })
}

/// Sends the browser of login `id` (or, without one, of a new login that ends on the account page) to show a card.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn start(deps: &Deps, id: Option<&str>, mut browser: Browser) -> Result<Started, FlowError> {
    let now = deps.clock.now();
    let (Some(cns), Some(opened)) = (&deps.cns, accepted(deps, id, browser, now).await?) else {
        return Ok(Started::NotAccepted);
    };
    let (login, new_browser) = match opened {
        Err(closed) => return Ok(Started::Closed(closed)),
        Ok(Some(open)) => (open.login, None),
        Ok(None) => {
            let mut login = begin(deps, Purpose::Account { level: Level::L3 }, now);
            let new_browser = bind(deps, &mut login, &mut browser);
            deps.store.brief.put_login(&login, now).await?;
            (login, new_browser)
        }
    };
    let url = attempt(deps, cns, &login, now).await?;
    Ok(Started::Away { url, new_browser })
}

/// `None` when cards are not accepted; then the login, when one was named.
async fn accepted(
    deps: &Deps,
    id: Option<&str>,
    browser: Browser,
    now: DateTime<Utc>,
) -> Result<Option<Result<Option<Open>, Closed>>, FlowError> {
    if deps.cns.is_none() {
        return Ok(None);
    }
    let Some(id) = id else {
        return Ok(Some(Ok(None)));
    };
    Ok(match page::open(deps, Some(id), browser, now).await? {
        // The login page does not offer it; an address can be typed.
        Ok(open) if !open.login.answered_by(Method::Cns, open.client.as_ref()) => None,
        Ok(open) => Some(Ok(Some(open))),
        Err(closed) => Some(Err(closed)),
    })
}

async fn attempt(deps: &Deps, cns: &Cns, login: &Login, now: DateTime<Utc>) -> Result<String, FlowError> {
    let handle = deps.random.secret();
    let attempt = CardAttempt {
        login: login.id.clone(),
        expires_at: login.expires_at,
    };
    deps.store
        .brief
        .put_card_attempt(&hash_secret(&handle), &attempt, now)
        .await?;
    Ok(format!("{}/login/cns?handle={handle}", cns.settings.url))
}
