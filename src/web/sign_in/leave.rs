//! `GET /login/leave`: back to the portal without having signed in.

use crate::flow::sign_in::leave::{Left, leave};
use crate::login::LoginId;
use crate::web::State;
use crate::web::browser::Cookies;
use crate::web::form::{field, query};
use crate::web::language::Speaks;
use crate::web::respond::{closed_page, go, server_page};
use crate::web::view::After;
use axum::extract::{RawQuery, State as Extract};
use axum::response::Response;
use protocol::oidc::error::ErrorCode;

/// `login` is left, `error` is what the portal is told.
pub(crate) async fn get(
    Extract(state): Extract<State>,
    cookies: Cookies,
    speaks: Speaks,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    let (login, word) = (field(&query, "login"), field(&query, "error"));
    match leave(
        &state.deps,
        login.as_deref(),
        &word.unwrap_or_default(),
        cookies.browser,
    )
    .await
    {
        Ok(Left::Goes(next)) => go(&state, &speaks, &next, After::Link),
        Ok(Left::Closed(closed)) => closed_page(&state, &speaks, &closed),
        Err(error) => server_page(&state, &speaks, &error),
    }
}

/// The link that leads here.
pub(in crate::web) fn address(login: &LoginId, code: ErrorCode) -> String {
    format!(
        "/login/leave?{}",
        query(&[("login", &login.0), ("error", code.as_str())])
    )
}
