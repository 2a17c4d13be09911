//! Single logout as identity providers do it (SAML profiles §4.4; regole tecniche SPID): [`asked`] by a service,
//! or begun here and told to [`everywhere`] of the session, one service after the other through the browser.

mod asked;
mod everywhere;
mod send;

pub(super) use everywhere::begin;

use super::request::Arrival;
use super::{IdentityProvider, NEW, THOUGHT_OVER, pages};
use axum::extract::{Form, RawQuery, State};
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use serde::Deserialize;
use std::sync::Arc;

const COOKIE_NAME: &str = "varco_demo_idp";

/// What the person lets the service hear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Complete,
    Partial,
    /// As the Ministry's: the session ends, and nothing comes back.
    Silent,
}

/// The two forms that come here.
#[derive(Deserialize)]
pub(super) struct LogoutForm {
    #[serde(rename = "SAMLRequest")]
    request: Option<String>,
    #[serde(rename = "SAMLResponse")]
    response: Option<String>,
    #[serde(rename = "RelayState")]
    relay_state: Option<String>,
    query: Option<String>,
    verdict: Option<Verdict>,
}

pub(super) async fn by_redirect(State(provider): State<Arc<IdentityProvider>>, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    match query.contains("SAMLResponse=") {
        true => provider.answered(&Arrival::Redirect(query)).await,
        false => provider.asked(&Arrival::Redirect(query)).await,
    }
}

pub(super) async fn by_post(State(provider): State<Arc<IdentityProvider>>, Form(form): Form<LogoutForm>) -> Response {
    let arrival = |message| Arrival::Post {
        request: message,
        relay_state: form.relay_state.clone(),
    };
    match form.response {
        Some(response) => provider.answered(&arrival(response)).await,
        None => provider.asked(&arrival(form.request.unwrap_or_default())).await,
    }
}

/// What the person pressed on the page of a request.
pub(super) async fn decide(State(provider): State<Arc<IdentityProvider>>, Form(form): Form<LogoutForm>) -> Response {
    let arrival = match form.query {
        Some(query) => Arrival::Redirect(query),
        None => Arrival::Post {
            request: form.request.unwrap_or_default(),
            relay_state: form.relay_state,
        },
    };
    match provider.logout_request(&arrival, THOUGHT_OVER).await {
        Ok(asked) => provider.decided(&asked, &arrival, form.verdict.unwrap_or(Verdict::Complete)),
        Err(fault) => pages::refused(fault),
    }
}

/// The cookie of a session here.
pub(super) fn cookie(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == COOKIE_NAME).then_some(value))
}

/// Sets it.
pub(super) fn remember(mut response: Response, cookie: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(&format!("{COOKIE_NAME}={cookie}; Path=/; HttpOnly; SameSite=Lax")) {
        response.headers_mut().append(SET_COOKIE, value);
    }
    response
}
