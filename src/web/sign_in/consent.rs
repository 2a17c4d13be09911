//! `GET` and `POST /login/consent`: what the portal may know.

use crate::flow::sign_in::consent::{Answered, Asked, answer, ask};
use crate::web::State;
use crate::web::browser::Cookies;
use crate::web::form::{Body, field};
use crate::web::language::Speaks;
use crate::web::login_form::{NotOurs, login_of};
use crate::web::respond::{closed_page, consent_page, go, see_other, server_page};
use crate::web::view::After;
use axum::extract::{RawQuery, State as Extract};
use axum::response::Response;

/// `login` is the login that the page is of.
pub(crate) async fn get(
    Extract(state): Extract<State>,
    cookies: Cookies,
    speaks: Speaks,
    RawQuery(query): RawQuery,
) -> Response {
    let login = field(&query.unwrap_or_default(), "login");
    match ask(&state.deps, login.as_deref(), cookies.browser).await {
        Ok(Asked::Question(question)) => consent_page(&state, &speaks, &question, cookies.browser),
        Ok(Asked::Goes(next)) => go(&state, &speaks, &next, After::Link),
        Ok(Asked::Closed(closed)) => closed_page(&state, &speaks, &closed),
        Err(error) => server_page(&state, &speaks, &error),
    }
}

/// `consent` is `yes`; everything else is a no.
pub(crate) async fn post(
    Extract(state): Extract<State>,
    cookies: Cookies,
    speaks: Speaks,
    Body(body): Body,
) -> Response {
    let login = match login_of(&body, cookies.browser) {
        Ok(login) => login,
        Err(NotOurs(query)) => return see_other(&format!("/login/consent?{query}")),
    };
    let agreed = field(&body, "consent").as_deref() == Some("yes");
    let token = field(&body, "token").unwrap_or_default();
    match answer(&state.deps, login.as_deref(), &token, agreed, cookies.browser).await {
        Ok(Answered::Goes(next)) => go(&state, &speaks, &next, After::Form),
        Ok(Answered::Closed(closed)) => closed_page(&state, &speaks, &closed),
        Err(error) => server_page(&state, &speaks, &error),
    }
}
