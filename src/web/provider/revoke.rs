//! `POST /revoke` (RFC 7009).

use super::call::Call;
use crate::flow::provider::revoke::revoke;
use crate::web::State;
use crate::web::respond::{oauth_error, server_error};
use axum::extract::State as Extract;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

pub(crate) async fn post(Extract(state): Extract<State>, call: Call) -> Response {
    match revoke(&state.deps, &call.received()).await {
        Ok(Ok(())) => StatusCode::OK.into_response(),
        Ok(Err(refused)) => oauth_error(&refused),
        Err(error) => server_error(&error),
    }
}
