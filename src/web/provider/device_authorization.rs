//! `POST /device_authorization` (RFC 8628 §3.1).

use super::call::Call;
use crate::flow::provider::device_authorization::device_authorization;
use crate::web::State;
use crate::web::respond::{oauth_error, server_error};
use axum::Json;
use axum::extract::State as Extract;
use axum::http::header::{CACHE_CONTROL, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use serde_json::json;

pub(crate) async fn post(Extract(state): Extract<State>, call: Call) -> Response {
    match device_authorization(&state.deps, &call.received()).await {
        Ok(Ok(codes)) => {
            let body = json!({
                "device_code": codes.device_code,
                "user_code": codes.user_code.to_string(),
                "verification_uri": codes.verification_uri,
                "verification_uri_complete": codes.verification_uri_complete,
                "expires_in": codes.expires_in.num_seconds(),
                "interval": codes.interval.num_seconds(),
            });
            ([(CACHE_CONTROL, HeaderValue::from_static("no-store"))], Json(body)).into_response()
        }
        Ok(Err(refused)) => oauth_error(&refused),
        Err(error) => server_error(&error),
    }
}
