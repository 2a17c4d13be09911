//! `GET /logout/offer` and `GET /logout/upstream`: signed out here; whether at the identity provider too is the
//! citizen's choice. Links, not forms: `form-action 'self'` lets no form of ours lead elsewhere.

use crate::flow::sign_in::saml_send::Departure;
use crate::flow::sign_out::depart::depart;
use crate::flow::sign_out::offer::show;
use crate::web::State;
use crate::web::form::{field, query};
use crate::web::language::Speaks;
use crate::web::respond::{
    SignedOut, found, logout_offer_page, see_other, server_page, signed_out_page, to_provider_page,
};
use axum::extract::{RawQuery, State as Extract};
use axum::response::Response;

/// The page of a logout; a plain "signed out" once it was answered or is forgotten.
pub(crate) async fn offer(Extract(state): Extract<State>, speaks: Speaks, RawQuery(query): RawQuery) -> Response {
    match show(&state.deps, &handle(query)).await {
        Ok(Some(offer)) => logout_offer_page(&state, &speaks, &offer),
        Ok(None) => signed_out_page(&state, &speaks, &SignedOut::default()),
        Err(error) => server_page(&state, &speaks, &error),
    }
}

/// Off to the identity provider.
pub(crate) async fn upstream(Extract(state): Extract<State>, speaks: Speaks, RawQuery(query): RawQuery) -> Response {
    let handle = handle(query);
    match depart(&state.deps, &handle).await {
        Ok(Some((Departure::Redirect(url), _))) => found(&url),
        Ok(Some((Departure::Post(form), provider))) => to_provider_page(&state, &speaks, &provider, &form),
        Ok(None) => see_other(&offer_address(&handle)),
        Err(error) => server_page(&state, &speaks, &error),
    }
}

/// Where the page of a logout is.
pub(crate) fn offer_address(handle: &str) -> String {
    format!("/logout/offer?{}", query(&[("logout", handle)]))
}

fn handle(query: Option<String>) -> String {
    field(&query.unwrap_or_default(), "logout").unwrap_or_default()
}
