//! `GET /login/continue`: back in the browser that began.

use crate::flow::sign_in::resume::{Resumed, resume, resume_login};
use crate::web::State;
use crate::web::browser::Cookies;
use crate::web::form::field;
use crate::web::language::Speaks;
use crate::web::respond::{card_names_page, closed_page, go, not_admitted_page, server_page};
use crate::web::view::After;
use axum::extract::{RawQuery, State as Extract};
use axum::response::Response;

pub(crate) async fn get(
    Extract(state): Extract<State>,
    cookies: Cookies,
    speaks: Speaks,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    // The handle that the ACS gave, or the login to go on with.
    let outcome = match field(&query, "answer") {
        Some(handle) => resume(&state.deps, &handle, cookies.browser).await,
        None => {
            resume_login(
                &state.deps,
                &field(&query, "login").unwrap_or_default(),
                cookies.browser,
            )
            .await
        }
    };
    match outcome {
        Ok(outcome) => resumed(&state, &cookies, &speaks, outcome),
        Err(error) => server_page(&state, &speaks, &error),
    }
}

/// Where somebody is who came back.
pub(super) fn resumed(state: &State, cookies: &Cookies, speaks: &Speaks, outcome: Resumed) -> Response {
    match outcome {
        Resumed::Goes {
            next,
            new_session,
            new_browser,
        } => {
            // This navigation began with a form post of the identity provider's page, whose
            // `form-action` would stop a redirect to the portal.
            let mut response = go(state, speaks, &next, After::Form);
            if let Some(secret) = new_session {
                response = cookies.set_session(response, &secret);
            }
            if let Some(secret) = new_browser {
                response = cookies.set_browser(response, &secret);
            }
            response
        }
        Resumed::AsksNames { answer, wrong, client } => {
            card_names_page(state, speaks, &answer, wrong, client.as_deref())
        }
        Resumed::Closed(closed) => closed_page(state, speaks, &closed),
        Resumed::NotAdmitted { reference, client } => not_admitted_page(state, speaks, &reference, client.as_deref()),
    }
}
