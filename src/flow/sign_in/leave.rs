//! Not going on: the portal is told that it cannot be.

use super::advance::told;
use super::page::{self, Closed};
use crate::flow::{Browser, Deps, FlowError, Next};
use protocol::oidc::authorize::Outcome;
use protocol::oidc::error::ErrorCode;

/// What a page of ours may have the portal told (RFC 6749 §4.1.2.1, OpenID Connect Core §3.1.2.6).
const WORDS: [ErrorCode; 3] = [
    ErrorCode::AccessDenied,
    ErrorCode::LoginRequired,
    ErrorCode::ServerError,
];

/// Where somebody goes who does not go on.
#[derive(Debug)]
pub enum Left {
    /// Back to the portal.
    Goes(Next),
    /// The login cannot even be given up (any more).
    Closed(Closed),
}

/// The answer for a portal whose login `id` somebody does not want to go on with; `word` is the error that the page named.
/// The login stays as it was: whoever comes back by the browser's button may try again.
///
/// # Errors
/// [`FlowError`] when a store fails or a key does not sign.
pub async fn leave(deps: &Deps, id: Option<&str>, word: &str, browser: Browser) -> Result<Left, FlowError> {
    let now = deps.clock.now();
    let open = match page::open(deps, id, browser, now).await? {
        Ok(open) => open,
        Err(closed) => return Ok(Left::Closed(closed)),
    };
    let Some(client) = open.client else {
        return Ok(Left::Goes(Next::Account));
    };
    let code = WORDS.into_iter().find(|code| code.as_str() == word);
    let outcome = Outcome::Error(code.unwrap_or(ErrorCode::AccessDenied));
    tracing::info!(client = %client.id, "login left");
    let next = told(deps, &open.login, &client, outcome, now).await?;
    Ok(Left::Goes(next))
}
