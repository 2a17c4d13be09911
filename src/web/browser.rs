//! What a browser carries: one cookie that binds logins to it, one for the session, one for the
//! language. Distinct names; `__Host-` and Secure whenever the issuer is https.

use super::State;
use crate::flow::Browser;
use axum::extract::FromRequestParts;
use axum::http::header::{HeaderMap, HeaderValue, SET_COOKIE};
use axum::http::request::Parts;
use axum::response::Response;
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use protocol::oidc::hash_secret;
use std::convert::Infallible;

const BROWSER: &str = "varco_browser";
const SESSION: &str = "varco_session";
const LANGUAGE: &str = "varco_language";

/// The cookies of one request.
#[derive(Debug, Clone)]
pub(super) struct Cookies {
    /// What the stories need of them: hashes.
    pub browser: Browser,
    /// A language chosen earlier by hand.
    pub language: Option<String>,
    secure: bool,
}

impl FromRequestParts<State> for Cookies {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Infallible> {
        Ok(Cookies::read(&parts.headers, state.secure()))
    }
}

impl Cookies {
    fn read(headers: &HeaderMap, secure: bool) -> Cookies {
        let jar = CookieJar::from_headers(headers);
        let value = |name: &str| {
            jar.get(&full_name(name, secure))
                .map(|cookie| cookie.value().to_owned())
        };
        let hash = |name| value(name).filter(|v| !v.is_empty()).map(|v| hash_secret(&v));
        Cookies {
            browser: Browser {
                id: hash(BROWSER),
                session: hash(SESSION),
            },
            language: value(LANGUAGE),
            secure,
        }
    }

    /// Binds this browser.
    pub fn set_browser(&self, response: Response, secret: &str) -> Response {
        self.set(response, BROWSER, secret)
    }

    /// Signs this browser in.
    pub fn set_session(&self, response: Response, secret: &str) -> Response {
        self.set(response, SESSION, secret)
    }

    /// Remembers a language.
    pub fn set_language(&self, response: Response, tag: &str) -> Response {
        self.set(response, LANGUAGE, tag)
    }

    /// Signs this browser out. One that brought no session keeps what it has: the request may be another site's, whose
    /// answer could take the cookie away that did not come with it (attack 42).
    pub fn clear_session(&self, response: Response) -> Response {
        if self.browser.session.is_none() {
            return response;
        }
        let mut cookie = self.cookie(SESSION, "");
        cookie.make_removal();
        add(response, &cookie)
    }

    fn set(&self, response: Response, name: &str, value: &str) -> Response {
        add(response, &self.cookie(name, value))
    }

    fn cookie(&self, name: &str, value: &str) -> Cookie<'static> {
        Cookie::build((full_name(name, self.secure), value.to_owned()))
            .path("/")
            .http_only(true)
            .secure(self.secure)
            // Lax: the citizen comes back from the identity provider by a top-level navigation.
            .same_site(SameSite::Lax)
            .build()
    }
}

fn full_name(name: &str, secure: bool) -> String {
    if secure {
        format!("__Host-{name}")
    } else {
        name.to_owned()
    }
}

fn add(mut response: Response, cookie: &Cookie<'_>) -> Response {
    if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
        response.headers_mut().append(SET_COOKIE, value);
    }
    response
}
