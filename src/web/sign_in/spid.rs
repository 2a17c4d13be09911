//! `GET /login/spid?idp=…`: off to a SPID identity provider. A link, answered with 302 (validators
//! of the public administration refuse a 303 here).

use crate::flow::sign_in::spid_send::{Sent, send};
use crate::web::State;
use crate::web::browser::Cookies;
use crate::web::language::Speaks;
use crate::web::respond::{closed_page, found, not_found_page, server_page};
use axum::extract::{Query, State as Extract};
use axum::response::Response;
use domain::person::Level;
use serde::Deserialize;

#[derive(Deserialize)]
pub(crate) struct Asked {
    /// entityID of the identity provider.
    idp: Option<String>,
    /// The login to go on with; without one, a login begins that ends on the account page.
    login: Option<String>,
    /// For a login without a portal: 1, 2 or 3.
    level: Option<u8>,
}

pub(crate) async fn get(
    Extract(state): Extract<State>,
    cookies: Cookies,
    speaks: Speaks,
    Query(asked): Query<Asked>,
) -> Response {
    let level = asked.level.and_then(Level::from_number);
    let entity_id = asked.idp.unwrap_or_default();
    match send(&state.deps, asked.login.as_deref(), &entity_id, level, cookies.browser).await {
        Ok(Sent::Away { url, new_browser }) => {
            let response = found(&url);
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
