//! `/device` and `/device/confirm` (RFC 8628 §3.3): the citizen's half of connecting a device.

use crate::flow::sign_in::device::{Answered, Asked, Typed, answer, ask, enter};
use crate::pages::DeviceProblem;
use crate::web::State;
use crate::web::browser::Cookies;
use crate::web::form::{Body, field, query};
use crate::web::language::Speaks;
use crate::web::login_form::{NotOurs, login_of};
use crate::web::respond::{closed_page, device_code_page, device_confirm_page, go, see_other, server_page};
use crate::web::source::Source;
use crate::web::view::After;
use axum::extract::{RawQuery, State as Extract};
use axum::response::Response;

/// `user_code` is in the link that the device shows as well; nothing is looked up before somebody sends it.
pub(crate) async fn get(Extract(state): Extract<State>, speaks: Speaks, RawQuery(query): RawQuery) -> Response {
    let code = field(&query.unwrap_or_default(), "user_code").unwrap_or_default();
    device_code_page(&state, &speaks, &code, None)
}

pub(crate) async fn post(
    Extract(state): Extract<State>,
    cookies: Cookies,
    speaks: Speaks,
    source: Source,
    Body(body): Body,
) -> Response {
    let code = field(&body, "user_code").unwrap_or_default();
    match enter(&state.deps, &code, cookies.browser, source.address).await {
        Ok(Typed::Begun(login)) => see_other(&format!("/login/continue?{}", query(&[("login", &login.0)]))),
        Ok(Typed::Wrong) => device_code_page(&state, &speaks, &code, Some(DeviceProblem::Wrong)),
        Ok(Typed::TooOften) => device_code_page(&state, &speaks, &code, Some(DeviceProblem::TooOften)),
        Err(error) => server_page(&state, &speaks, &error),
    }
}

/// `login` is the login that the page is of.
pub(crate) async fn confirm(
    Extract(state): Extract<State>,
    cookies: Cookies,
    speaks: Speaks,
    RawQuery(query): RawQuery,
) -> Response {
    let login = field(&query.unwrap_or_default(), "login");
    match ask(&state.deps, login.as_deref(), cookies.browser).await {
        Ok(Asked::Question(question)) => device_confirm_page(&state, &speaks, &question, cookies.browser),
        Ok(Asked::Goes(next)) => go(&state, &speaks, &next, After::Link),
        Ok(Asked::Closed(closed)) => closed_page(&state, &speaks, &closed),
        Err(error) => server_page(&state, &speaks, &error),
    }
}

/// `device` is `mine`; everything else is a no.
pub(crate) async fn answered(
    Extract(state): Extract<State>,
    cookies: Cookies,
    speaks: Speaks,
    Body(body): Body,
) -> Response {
    let login = match login_of(&body, cookies.browser) {
        Ok(login) => login,
        Err(NotOurs(query)) => return see_other(&format!("/device/confirm?{query}")),
    };
    let is_mine = field(&body, "device").as_deref() == Some("mine");
    match answer(&state.deps, login.as_deref(), is_mine, cookies.browser).await {
        Ok(Answered::Goes(next)) => go(&state, &speaks, &next, After::Form),
        Ok(Answered::Closed(closed)) => closed_page(&state, &speaks, &closed),
        Err(error) => server_page(&state, &speaks, &error),
    }
}
