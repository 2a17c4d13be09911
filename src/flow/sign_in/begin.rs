//! A login begins: for a portal or for the account page, bound to the browser that asks.

use crate::flow::{Browser, Deps};
use crate::login::{Login, LoginId, Purpose};
use chrono::{DateTime, Utc};

/// A new login, not stored yet and bound to no browser.
pub fn begin(deps: &Deps, purpose: Purpose, now: DateTime<Utc>) -> Login {
    Login {
        id: LoginId(deps.random.name()),
        browser: None,
        purpose,
        created_at: now,
        expires_at: now.checked_add_signed(deps.settings.login_lifetime).unwrap_or(now),
        finished: false,
        authenticated: None,
        acting: None,
        consented: None,
    }
}

/// Binds `login` to this browser. A browser without a cookie gets one: its secret is returned.
pub fn bind(deps: &Deps, login: &mut Login, browser: &mut Browser) -> Option<String> {
    let secret = browser.id.is_none().then(|| deps.random.secret());
    if let Some(secret) = &secret {
        browser.id = Some(protocol::oidc::hash_secret(secret));
    }
    login.browser = browser.id;
    secret
}
