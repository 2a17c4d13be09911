//! `GET /login`: the ways in.

use crate::flow::Next;
use crate::flow::sign_in::page;
use crate::web::State;
use crate::web::browser::Cookies;
use crate::web::form::field;
use crate::web::language::Speaks;
use crate::web::respond::{closed_page, go, login_page, server_page};
use crate::web::view::After;
use axum::extract::{RawQuery, State as Extract};
use axum::response::Response;

pub(crate) async fn get(
    Extract(state): Extract<State>,
    cookies: Cookies,
    speaks: Speaks,
    RawQuery(query): RawQuery,
) -> Response {
    let now = state.deps.clock.now();
    let id = field(&query.unwrap_or_default(), "login");
    match id.as_deref() {
        // Without a login it is the door to one's own account.
        None => login_page(&state, &speaks, None, None),
        Some(id) => match page::open(&state.deps, Some(id), cookies.browser, now).await {
            Ok(Ok(open)) if open.login.is_unconfirmed() => {
                go(&state, &speaks, &Next::ConfirmDevice(open.login.id), After::Link)
            }
            Ok(Ok(open)) => login_page(&state, &speaks, Some(&open.login), open.client.as_ref()),
            Ok(Err(closed)) => closed_page(&state, &speaks, &closed),
            Err(error) => server_page(&state, &speaks, &error),
        },
    }
}
