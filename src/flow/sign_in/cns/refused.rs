//! Back on the main host: what was wrong with the card.

use crate::flow::sign_in::page::{self, Closed};
use crate::flow::{Browser, Deps, FlowError};
use crate::login::RefusedCard;
use protocol::oidc::client::Client;
use protocol::oidc::hash_secret;

/// What the page shows.
#[derive(Debug)]
pub enum Told {
    /// What was wrong.
    Page {
        /// The refusal.
        refused: Box<RefusedCard>,
        /// The relying party, if one wanted the login.
        client: Option<Box<Client>>,
    },
    /// The login cannot go on, or is another browser's.
    Closed(Closed),
}

/// What the card of `handle` was refused for; told only to the browser whose login it is.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn told(deps: &Deps, handle: &str, browser: Browser) -> Result<Told, FlowError> {
    let now = deps.clock.now();
    let Some(refused) = deps.store.brief.refused_card(&hash_secret(handle), now).await? else {
        return Ok(Told::Closed(Closed {
            reason: None,
            client: None,
        }));
    };
    let open = match page::open(deps, Some(&refused.login.0), browser, now).await? {
        Ok(open) => open,
        Err(closed) => return Ok(Told::Closed(closed)),
    };
    Ok(Told::Page {
        refused: Box::new(refused),
        client: open.client.map(Box::new),
    })
}
