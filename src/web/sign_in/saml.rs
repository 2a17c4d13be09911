//! `GET /login/spid?idp=…`, `GET /login/cie`, `GET /login/eidas`: off to an identity provider. Links,
//! answered with 302 (validators of the public administration refuse a 303 here) or with the page that
//! posts the request.

use crate::flow::sign_in::saml_send::{Departure, Sent, send};
use crate::web::State;
use crate::web::browser::Cookies;
use crate::web::form::field;
use crate::web::language::Speaks;
use crate::web::respond::{closed_page, found, not_found_page, server_page, to_provider_page};
use axum::extract::{RawQuery, State as Extract};
use axum::response::Response;
use domain::person::Level;
use protocol::saml::Profile;

pub(crate) async fn spid(state: Extract<State>, cookies: Cookies, speaks: Speaks, query: RawQuery) -> Response {
    get(Profile::Spid, state, cookies, speaks, query).await
}

pub(crate) async fn cie(state: Extract<State>, cookies: Cookies, speaks: Speaks, query: RawQuery) -> Response {
    get(Profile::Cie, state, cookies, speaks, query).await
}

pub(crate) async fn eidas(state: Extract<State>, cookies: Cookies, speaks: Speaks, query: RawQuery) -> Response {
    get(Profile::Eidas, state, cookies, speaks, query).await
}

/// `idp` is the entityID of the identity provider (where there is one only, it may be left out), `login`
/// the login to go on with; without one, a login begins that ends on the account page, at `level` 1, 2 or 3.
async fn get(
    profile: Profile,
    Extract(state): Extract<State>,
    cookies: Cookies,
    speaks: Speaks,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    let level = field(&query, "level").and_then(|level| Level::from_number(level.parse().ok()?));
    let entity_id = field(&query, "idp");
    let login = field(&query, "login");
    let sent = send(
        &state.deps,
        profile,
        login.as_deref(),
        entity_id.as_deref(),
        level,
        cookies.browser,
    );
    match sent.await {
        Ok(Sent::Away {
            by,
            identity_provider,
            new_browser,
        }) => {
            let response = match by {
                Departure::Redirect(url) => found(&url),
                Departure::Post(form) => to_provider_page(&state, &speaks, &identity_provider, &form),
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
