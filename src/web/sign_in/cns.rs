//! `/login/cns`: help before a card is shown, what was wrong with one afterwards, and the names that some lack.

use crate::flow::sign_in::cns::refused::{Told, told};
use crate::flow::sign_in::cns::resume::{TypedNames, resume};
use crate::flow::sign_in::cns::start::{Helped, Started, help, start};
use crate::web::State;
use crate::web::browser::Cookies;
use crate::web::form::{Body, field};
use crate::web::language::Speaks;
use crate::web::respond::{card_help_page, closed_page, found, not_found_page, refused_card_page, server_page};
use crate::web::sign_in::resume::resumed;
use axum::extract::{RawQuery, State as Extract};
use axum::response::Response;

/// `login` is the login to go on with (none: the account page's), `refused` the handle of a refusal.
pub(crate) async fn get(
    Extract(state): Extract<State>,
    cookies: Cookies,
    speaks: Speaks,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    if let Some(handle) = field(&query, "refused") {
        return match told(&state.deps, &handle, cookies.browser).await {
            Ok(Told::Page { refused, client }) => refused_card_page(&state, &speaks, &refused, client.as_deref()),
            Ok(Told::Closed(closed)) => closed_page(&state, &speaks, &closed),
            Err(error) => server_page(&state, &speaks, &error),
        };
    }
    let login = field(&query, "login");
    match help(&state.deps, login.as_deref(), cookies.browser).await {
        Ok(Helped::Page { client }) => card_help_page(&state, &speaks, login.as_deref(), client.as_deref()),
        Ok(Helped::NotAccepted) => not_found_page(&state, &speaks),
        Ok(Helped::Closed(closed)) => closed_page(&state, &speaks, &closed),
        Err(error) => server_page(&state, &speaks, &error),
    }
}

/// `GET /login/cns/card`: off to the card listener.
pub(crate) async fn card(
    Extract(state): Extract<State>,
    cookies: Cookies,
    speaks: Speaks,
    RawQuery(query): RawQuery,
) -> Response {
    let login = field(&query.unwrap_or_default(), "login");
    match start(&state.deps, login.as_deref(), cookies.browser).await {
        Ok(Started::Away { url, new_browser }) => {
            let response = found(&url);
            match new_browser {
                Some(secret) => cookies.set_browser(response, &secret),
                None => response,
            }
        }
        Ok(Started::NotAccepted) => not_found_page(&state, &speaks),
        Ok(Started::Closed(closed)) => closed_page(&state, &speaks, &closed),
        Err(error) => server_page(&state, &speaks, &error),
    }
}

/// `POST /login/cns/names`: the names that the card does not carry.
pub(crate) async fn names(
    Extract(state): Extract<State>,
    cookies: Cookies,
    speaks: Speaks,
    Body(body): Body,
) -> Response {
    let answer = field(&body, "answer").unwrap_or_default();
    let typed = TypedNames {
        given_name: field(&body, "given_name").unwrap_or_default(),
        family_name: field(&body, "family_name").unwrap_or_default(),
    };
    match resume(&state.deps, &answer, Some(&typed), cookies.browser).await {
        Ok(Some(outcome)) => resumed(&state, &cookies, &speaks, outcome),
        Ok(None) => not_found_page(&state, &speaks),
        Err(error) => server_page(&state, &speaks, &error),
    }
}
