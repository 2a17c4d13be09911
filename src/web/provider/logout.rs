//! `GET` and `POST /logout` (RP-Initiated Logout 1.0), and the confirmation of a request that does
//! not prove that the citizen wants it.

use crate::flow::provider::logout::{Logout, logout};
use crate::web::State;
use crate::web::browser::Cookies;
use crate::web::form::field;
use crate::web::language::Speaks;
use crate::web::respond::{confirm_logout_page, see_other, server_page, signed_out_page};
use crate::web::view::After;
use axum::extract::{RawQuery, State as Extract};
use axum::response::Response;

pub(crate) async fn get(
    Extract(state): Extract<State>,
    cookies: Cookies,
    speaks: Speaks,
    RawQuery(query): RawQuery,
) -> Response {
    run(&state, &cookies, &speaks, &query.unwrap_or_default(), None, After::Link).await
}

pub(crate) async fn post(Extract(state): Extract<State>, cookies: Cookies, speaks: Speaks, body: String) -> Response {
    run(&state, &cookies, &speaks, &body, None, After::Form).await
}

/// Our own form: the original request and the proof that the page was ours.
pub(crate) async fn confirm(
    Extract(state): Extract<State>,
    cookies: Cookies,
    speaks: Speaks,
    body: String,
) -> Response {
    let request = field(&body, "request").unwrap_or_default();
    let confirmation = field(&body, "confirmation");
    run(&state, &cookies, &speaks, &request, confirmation.as_deref(), After::Form).await
}

async fn run(
    state: &State,
    cookies: &Cookies,
    speaks: &Speaks,
    request: &str,
    confirmed: Option<&str>,
    after: After,
) -> Response {
    match logout(&state.deps, request, confirmed, cookies.browser).await {
        Ok(Logout::Return { url, client }) => {
            let response = match after {
                After::Link => see_other(&url),
                After::Form => crate::web::respond::returning_page(state, speaks, &url, Some(&client)),
            };
            cookies.clear_session(response)
        }
        Ok(Logout::SignedOut { client }) => cookies.clear_session(signed_out_page(state, speaks, client.as_ref())),
        Ok(Logout::Confirm { confirmation, client, query }) => {
            confirm_logout_page(state, speaks, client.as_ref(), &confirmation, &query)
        }
        Err(error) => server_page(state, speaks, &error),
    }
}
