//! `GET` and `POST /authorize` (OpenID Connect Core §3.1.2.1).

use crate::flow::FlowError;
use crate::flow::provider::authorize::{Begun, begin, begin_by_post};
use crate::web::State;
use crate::web::browser::Cookies;
use crate::web::form::{Body, query};
use crate::web::language::Speaks;
use crate::web::respond::{answered, go, see_other, server_page, untrusted_page};
use crate::web::source::Source;
use crate::web::view::After;
use axum::extract::{RawQuery, State as Extract};
use axum::response::Response;
use protocol::oidc::error::Coded as _;

pub(crate) async fn get(
    Extract(state): Extract<State>,
    cookies: Cookies,
    speaks: Speaks,
    source: Source,
    RawQuery(query): RawQuery,
) -> Response {
    let begun = begin(&state.deps, &query.unwrap_or_default(), cookies.browser, source.address).await;
    answer(&state, &cookies, &speaks, begun, After::Link)
}

/// The sender may be another site, so no cookie comes: the request is stored, and a same-site GET
/// goes on with it.
pub(crate) async fn post(
    Extract(state): Extract<State>,
    cookies: Cookies,
    speaks: Speaks,
    source: Source,
    Body(body): Body,
) -> Response {
    let begun = begin_by_post(&state.deps, &body, source.address).await;
    // The portal's own page posted: no policy of ours stands in the way of a redirect.
    answer(&state, &cookies, &speaks, begun, After::Link)
}

fn answer(
    state: &State,
    cookies: &Cookies,
    speaks: &Speaks,
    begun: Result<Begun, FlowError>,
    after: After,
) -> Response {
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
        Ok(Begun::Refused { answer, client, reason }) => {
            tracing::info!(code = reason.code().as_str(), %reason, "authorisation request refused");
            answered(state, speaks, &answer, &client, after)
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
