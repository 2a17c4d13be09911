//! What the form of a login's page sends as `login`: the login, and the proof that the page was ours, in this browser.
//! The login alone is no proof: whoever pushes a request or types the code of a device learns its name.

use super::form::{field, query};
use crate::flow::Browser;
use crate::flow::form_token::{form_token, is_form_token};
use crate::login::LoginId;

/// A form that is none of ours: the query of the page that asks again.
#[derive(Debug)]
pub(super) struct NotOurs(pub String);

/// The field's value on a page of `login`.
pub(super) fn sealed(login: &LoginId, browser: Browser) -> String {
    let token = browser.id.map(|id| form_token(&login.0, &id)).unwrap_or_default();
    format!("{}.{token}", login.0)
}

/// The login that `body` is about.
///
/// # Errors
/// [`NotOurs`].
pub(super) fn login_of(body: &str, browser: Browser) -> Result<Option<String>, NotOurs> {
    let Some(sent) = field(body, "login") else {
        return Ok(None);
    };
    let (login, token) = sent.split_once('.').unwrap_or((&sent, ""));
    match browser.id.is_some_and(|id| is_form_token(token, login, &id)) {
        true => Ok(Some(login.to_owned())),
        false => {
            tracing::info!("form of a login that is none of our pages'");
            Err(NotOurs(query(&[("login", login)])))
        }
    }
}
