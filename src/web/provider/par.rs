//! `POST /par` (RFC 9126).

use super::call::Call;
use crate::flow::provider::par::push;
use crate::web::State;
use crate::web::respond::{oauth_error, server_error};
use axum::Json;
use axum::extract::State as Extract;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use serde_json::json;

pub(crate) async fn post(Extract(state): Extract<State>, call: Call) -> Response {
    match push(&state.deps, &call.received()).await {
        Ok(Ok(pushed)) => {
            let body = json!({ "request_uri": pushed.request_uri, "expires_in": pushed.expires_in.num_seconds() });
            let headers = [(CACHE_CONTROL, HeaderValue::from_static("no-store"))];
            (StatusCode::CREATED, headers, Json(body)).into_response()
        }
        Ok(Err(refused)) => oauth_error(&refused),
        Err(error) => server_error(&error),
    }
}
