//! `GET /account`: who is signed in here, and how.

use crate::flow::sign_in::page::account;
use crate::web::State;
use crate::web::browser::Cookies;
use crate::web::language::Speaks;
use crate::web::respond::{account_page, see_other, server_page};
use axum::extract::State as Extract;
use axum::response::Response;

pub(crate) async fn get(Extract(state): Extract<State>, cookies: Cookies, speaks: Speaks) -> Response {
    match account(&state.deps, cookies.browser).await {
        Ok(Some(account)) => account_page(&state, &speaks, &account),
        Ok(None) => see_other("/login"),
        Err(error) => server_page(&state, &speaks, &error),
    }
}
