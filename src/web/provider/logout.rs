//! `GET` and `POST /logout` (RP-Initiated Logout 1.0), and the confirmation of a request that does
//! not prove that the citizen wants it.

use crate::flow::provider::logout::{Logout, keep, kept, logout};
use crate::web::State;
use crate::web::browser::Cookies;
use crate::web::form::{Body, field, query};
use crate::web::language::Speaks;
use crate::web::provider::single_logout::offer_address;
use crate::web::respond::{
    Errand, SignedOut, confirm_logout_page, returning_page, see_other, server_page, signed_out_page,
};
use crate::web::view::After;
use axum::extract::{RawQuery, State as Extract};
use axum::response::Response;
use protocol::oidc::parameters::MAX_TOTAL;

/// Names a request that was posted.
const KEPT: &str = "request";

pub(crate) async fn get(
    Extract(state): Extract<State>,
    cookies: Cookies,
    speaks: Speaks,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    let request = match field(&query, KEPT) {
        Some(handle) => kept(&state.deps, &handle).await,
        None => Ok(Some(query)),
    };
    match request {
        Ok(request) => {
            run(
                &state,
                &cookies,
                &speaks,
                &request.unwrap_or_default(),
                None,
                After::Link,
            )
            .await
        }
        Err(error) => server_page(&state, &speaks, &error),
    }
}

/// The sender may be another site, so no cookie comes and nobody would be signed out: a same-site GET
/// goes on with the request, by a handle.
pub(crate) async fn post(
    Extract(state): Extract<State>,
    cookies: Cookies,
    speaks: Speaks,
    Body(body): Body,
) -> Response {
    if cookies.browser.session.is_none() && !request(&body).is_empty() && body.len() <= MAX_TOTAL {
        return match keep(&state.deps, &request(&body)).await {
            Ok(handle) => see_other(&format!("/logout?{}", query(&[(KEPT, &handle)]))),
            Err(error) => server_page(&state, &speaks, &error),
        };
    }
    run(&state, &cookies, &speaks, &body, None, After::Form).await
}

/// The parameters of a request that mean something (RP-Initiated Logout 1.0 §2), encoded anew.
fn request(body: &str) -> String {
    const KNOWN: [&str; 4] = ["id_token_hint", "client_id", "post_logout_redirect_uri", "state"];
    let fields = KNOWN.map(|name| (name, field(body, name)));
    let present: Vec<(&str, &str)> = fields
        .iter()
        .filter_map(|(name, value)| Some((*name, value.as_deref()?)))
        .collect();
    query(&present)
}

/// Our own form: the original request and the proof that the page was ours.
pub(crate) async fn confirm(
    Extract(state): Extract<State>,
    cookies: Cookies,
    speaks: Speaks,
    Body(body): Body,
) -> Response {
    let answer = field(&body, "request").unwrap_or_default();
    let (confirmation, request) = answer.split_once('.').unwrap_or_default();
    run(&state, &cookies, &speaks, request, Some(confirmation), After::Form).await
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
                After::Form => returning_page(state, speaks, &url, client.as_ref(), Errand::SignedOut),
            };
            cookies.clear_session(response)
        }
        // An address of its own, so that whoever comes back from the identity provider finds the page again.
        Ok(Logout::Offer { handle }) => cookies.clear_session(see_other(&offer_address(&handle))),
        Ok(Logout::SignedOut { client }) => {
            let page = SignedOut {
                client: client.as_ref(),
                ..SignedOut::default()
            };
            cookies.clear_session(signed_out_page(state, speaks, &page))
        }
        Ok(Logout::Confirm {
            confirmation,
            client,
            name,
            request,
        }) => confirm_logout_page(state, speaks, client.as_ref(), &name, &confirmation, &request),
        Err(error) => server_page(state, speaks, &error),
    }
}
