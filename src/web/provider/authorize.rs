//! `GET` and `POST /authorize` (OpenID Connect Core §3.1.2.1).

use crate::flow::provider::authorize::{Begun, begin, begin_by_post};
use crate::web::State;
use crate::web::browser::Cookies;
use crate::web::form::{Body, query};
use crate::web::language::Speaks;
use crate::web::respond::{go, see_other, server_page, untrusted_page};
use crate::web::view::After;
use axum::extract::{RawQuery, State as Extract};
use axum::response::Response;

pub(crate) async fn get(
    Extract(state): Extract<State>,
    cookies: Cookies,
    speaks: Speaks,
    RawQuery(query): RawQuery,
) -> Response {
    let begun = begin(&state.deps, &query.unwrap_or_default(), cookies.browser).await;
    answer(&state, &cookies, &speaks, begun)
}

/// The sender may be another site, so no cookie comes: the request is stored, and a same-site GET
/// goes on with it.
pub(crate) async fn post(
    Extract(state): Extract<State>,
    cookies: Cookies,
    speaks: Speaks,
    Body(body): Body,
) -> Response {
    let begun = begin_by_post(&state.deps, &body).await;
    answer(&state, &cookies, &speaks, begun)
}

fn answer(state: &State, cookies: &Cookies, speaks: &Speaks, begun: Result<Begun, crate::flow::FlowError>) -> Response {
    match begun {
        Ok(Begun::Goes {
            next,
            new_browser,
            ui_locales,
        }) => {
            let response = speaks.wish(go(state, speaks, &next, After::Link), &ui_locales);
            match new_browser {
                Some(secret) => cookies.set_browser(response, &secret),
                None => response,
            }
        }
        Ok(Begun::Refused { url, refused }) => {
            tracing::info!(code = refused.code.as_str(), reason = %refused.reason, "authorisation request refused");
            see_other(&url)
        }
        Ok(Begun::Untrusted(reason)) => untrusted_page(state, speaks, &reason),
        Ok(Begun::Unreadable(reason)) => untrusted_page(state, speaks, &reason),
        Ok(Begun::Stored { login, ui_locales }) => {
            let address = format!("/login/continue?{}", query(&[("login", &login.0)]));
            speaks.wish(see_other(&address), &ui_locales)
        }
        Err(error) => server_page(state, speaks, &error),
    }
}
