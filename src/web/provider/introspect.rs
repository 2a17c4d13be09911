//! `POST /introspect` (RFC 7662).

use super::call::Call;
use crate::flow::provider::introspect::introspect;
use crate::web::State;
use crate::web::respond::{oauth_error, server_error};
use axum::Json;
use axum::extract::State as Extract;
use axum::http::header::{CACHE_CONTROL, HeaderValue};
use axum::response::{IntoResponse as _, Response};

pub(crate) async fn post(Extract(state): Extract<State>, call: Call) -> Response {
    match introspect(&state.deps, &call.received()).await {
        Ok(Ok(answer)) => ([(CACHE_CONTROL, HeaderValue::from_static("no-store"))], Json(answer)).into_response(),
        Ok(Err(refused)) => oauth_error(&refused),
        Err(error) => server_error(&error),
    }
}
