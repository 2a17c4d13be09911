//! `GET /login/spid?idp=…`: off to a SPID identity provider. A link, answered with 302 (validators
//! of the public administration refuse a 303 here) or with the page that posts the request.

use crate::flow::sign_in::spid_send::{Departure, Sent, send};
use crate::web::State;
use crate::web::browser::Cookies;
use crate::web::form::field;
use crate::web::language::Speaks;
use crate::web::respond::{closed_page, found, not_found_page, server_page, to_provider_page};
use axum::extract::{RawQuery, State as Extract};
use axum::response::Response;
use domain::person::Level;

/// `idp` is the entityID of the identity provider, `login` the login to go on with; without one, a login
/// begins that ends on the account page, at `level` 1, 2 or 3.
pub(crate) async fn get(
    Extract(state): Extract<State>,
    cookies: Cookies,
    speaks: Speaks,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    let level = field(&query, "level").and_then(|level| Level::from_number(level.parse().ok()?));
    let entity_id = field(&query, "idp").unwrap_or_default();
    let login = field(&query, "login");
    match send(&state.deps, login.as_deref(), &entity_id, level, cookies.browser).await {
        Ok(Sent::Away { by, new_browser }) => {
            let response = match by {
                Departure::Redirect(url) => found(&url),
                Departure::Post(form) => to_provider_page(&state, &speaks, &entity_id, &form),
            };
            match new_browser {
                Some(secret) => cookies.set_browser(response, &secret),
                None => response,
            }
        }
        Ok(Sent::UnknownProvider) => not_found_page(&state, &speaks),
        Ok(Sent::Closed(closed)) => closed_page(&state, &speaks, &closed),
        Err(error) => server_page(&state, &speaks, &error),
    }
}
