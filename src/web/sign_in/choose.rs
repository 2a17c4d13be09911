//! `GET` and `POST /login/choose`: for whom.

use crate::flow::sign_in::choose::{Offered, Taken, offer, take};
use crate::login::ActingChoice;
use crate::web::State;
use crate::web::browser::Cookies;
use crate::web::form::{Body, field};
use crate::web::language::Speaks;
use crate::web::login_form::{NotOurs, login_of};
use crate::web::respond::{chooser_page, closed_page, go, not_offered_page, see_other, server_page};
use crate::web::view::{After, ChooserFilter};
use axum::extract::{RawQuery, State as Extract};
use axum::response::Response;

/// `login` is the login that the page is of, `q` are search words, `role` is one kind of mandate.
pub(crate) async fn get(
    Extract(state): Extract<State>,
    cookies: Cookies,
    speaks: Speaks,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    let login = field(&query, "login");
    match offer(&state.deps, login.as_deref(), cookies.browser).await {
        Ok(Offered::Choose(offer)) => {
            let filter = ChooserFilter {
                query: field(&query, "q"),
                role: field(&query, "role"),
            };
            chooser_page(&state, &speaks, &offer, &filter, cookies.browser)
        }
        Ok(Offered::Goes(next)) => go(&state, &speaks, &next, After::Link),
        Ok(Offered::Closed(closed)) => closed_page(&state, &speaks, &closed),
        Err(error) => server_page(&state, &speaks, &error),
    }
}

pub(crate) async fn post(
    Extract(state): Extract<State>,
    cookies: Cookies,
    speaks: Speaks,
    Body(body): Body,
) -> Response {
    let login = match login_of(&body, cookies.browser) {
        Ok(login) => login,
        Err(NotOurs(query)) => return see_other(&format!("/login/choose?{query}")),
    };
    let choice = ActingChoice(field(&body, "acting").unwrap_or_default());
    let keep = field(&body, "usual").is_some();
    match take(&state.deps, login.as_deref(), &choice, keep, cookies.browser).await {
        Ok(Taken::Goes(next)) => go(&state, &speaks, &next, After::Form),
        Ok(Taken::NotOffered) => not_offered_page(&state, &speaks, login.as_deref()),
        Ok(Taken::Closed(closed)) => closed_page(&state, &speaks, &closed),
        Err(error) => server_page(&state, &speaks, &error),
    }
}
