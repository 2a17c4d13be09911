//! `POST /account/consents`: taking back what was agreed to.

use crate::flow::account::consents::{Revoked, revoke};
use crate::web::State;
use crate::web::browser::Cookies;
use crate::web::form::{Body, field};
use crate::web::language::Speaks;
use crate::web::respond::{account_form_page, see_other, server_page};
use axum::extract::State as Extract;
use axum::response::Response;

/// `client` is the portal, `token` proves that the page was ours.
pub(crate) async fn post(
    Extract(state): Extract<State>,
    cookies: Cookies,
    speaks: Speaks,
    Body(body): Body,
) -> Response {
    let (client, token) = (field(&body, "client"), field(&body, "token"));
    let (client, token) = (client.unwrap_or_default(), token.unwrap_or_default());
    match revoke(&state.deps, &client, &token, cookies.browser).await {
        Ok(Revoked::Done) => see_other("/account"),
        Ok(Revoked::SignedOut) => see_other("/login"),
        Ok(Revoked::ForeignForm) => account_form_page(&state, &speaks),
        Err(error) => server_page(&state, &speaks, &error),
    }
}
