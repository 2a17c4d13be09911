//! `POST /introspect` (RFC 7662, RFC 9701).

use super::call::Call;
use crate::flow::provider::introspect::{Answer, introspect};
use crate::web::State;
use crate::web::respond::{oauth_error, server_error};
use axum::Json;
use axum::extract::State as Extract;
use axum::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use protocol::oidc::introspection;

pub(crate) async fn post(Extract(state): Extract<State>, headers: HeaderMap, call: Call) -> Response {
    let mut accept = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let signed = accept.any(introspection::is_asked_for);
    let no_store = (CACHE_CONTROL, HeaderValue::from_static("no-store"));
    match introspect(&state.deps, &call.received(), signed).await {
        Ok(Ok(Answer::Plain(answer))) => ([no_store], Json(answer)).into_response(),
        Ok(Ok(Answer::Signed(token))) => {
            let media_type = (CONTENT_TYPE, HeaderValue::from_static(introspection::MEDIA_TYPE));
            ([no_store, media_type], token).into_response()
        }
        Ok(Err(refused)) => oauth_error(&refused),
        Err(error) => server_error(&error),
    }
}
