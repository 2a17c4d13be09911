//! Which language a page speaks: `?lang=` of a language link, the portal's `ui_locales`, the cookie,
//! the browser's header; Italian as the last resort.

use super::State;
use super::browser::Cookies;
use crate::pages::{Frame, Language, LanguageWishes};
use axum::extract::{FromRequestParts, OriginalUri};
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::request::Parts;
use axum::response::Response;
use std::convert::Infallible;

/// What a request says about languages, and where its page is found again.
#[derive(Debug, Clone)]
pub(super) struct Speaks {
    asked: Option<String>,
    accept: Option<String>,
    address: String,
    cookies: Cookies,
}

impl FromRequestParts<State> for Speaks {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Infallible> {
        let cookies = Cookies::from_request_parts(parts, state).await?;
        let OriginalUri(uri) = OriginalUri::from_request_parts(parts, state).await?;
        let accept = parts
            .headers
            .get(ACCEPT_LANGUAGE)
            .and_then(|v| v.to_str().ok())
            .map(str::to_owned);
        let query = uri.query().unwrap_or_default();
        Ok(Speaks {
            asked: super::form::field(query, "lang"),
            accept,
            address: uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
            cookies,
        })
    }
}

impl Speaks {
    /// The language of a page.
    pub fn language(&self) -> Language {
        let wishes = LanguageWishes {
            asked: self.asked.as_deref(),
            ui_locales: None,
            cookie: self.cookies.language.as_deref(),
            accept_language: self.accept.as_deref(),
        };
        Language::negotiate(wishes, Language::Italian)
    }

    /// The frame of this very page.
    pub fn frame(&self) -> Frame {
        Frame::new(self.language(), &self.address)
    }

    /// The frame of a page that answers a POST: its language links lead to `address`, where a GET
    /// shows something sensible.
    pub fn frame_at(&self, address: &str) -> Frame {
        Frame::new(self.language(), address)
    }

    /// The frame of a page on the way through a login: its language links lead to the same step, or to
    /// `/login` from where only a POST leads.
    pub fn frame_on_the_way(&self) -> Frame {
        match self.address.starts_with("/login/") {
            true => self.frame(),
            false => self.frame_at("/login"),
        }
    }

    /// Remembers the language that a portal wishes for its login (`ui_locales`, OpenID Connect Core
    /// §3.1.2.1). It goes into the cookie once, so that a click of the citizen counts more afterwards.
    pub fn wish(&self, response: Response, ui_locales: &[String]) -> Response {
        match ui_locales.iter().find_map(|tag| Language::from_tag(tag)) {
            Some(language) => self.cookies.set_language(response, language.tag()),
            None => response,
        }
    }

    /// Remembers the language that was asked for just now.
    pub fn remember(&self, response: Response) -> Response {
        match self.asked.as_deref().and_then(Language::from_tag) {
            Some(language) => self.cookies.set_language(response, language.tag()),
            None => response,
        }
    }
}
