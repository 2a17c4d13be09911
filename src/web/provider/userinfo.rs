//! `GET` and `POST /userinfo` (OpenID Connect Core §5.3, RFC 6750).

use crate::flow::provider::userinfo::userinfo;
use crate::web::State;
use crate::web::respond::server_error;
use axum::Json;
use axum::extract::State as Extract;
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, HeaderMap, HeaderValue, WWW_AUTHENTICATE};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};

pub(crate) async fn get(Extract(state): Extract<State>, headers: HeaderMap) -> Response {
    answer(&state, bearer(&headers)).await
}

/// The token may stand in the form instead (RFC 6750 §2.2), never in both places.
pub(crate) async fn post(Extract(state): Extract<State>, headers: HeaderMap, body: String) -> Response {
    let in_form = is_form(&headers).then(|| crate::web::form::field(&body, "access_token")).flatten();
    match (bearer(&headers), in_form) {
        (Some(_), Some(_)) => challenge(StatusCode::BAD_REQUEST, "Bearer error=\"invalid_request\""),
        (Some(token), None) => answer(&state, Some(token)).await,
        (None, token) => answer(&state, token.as_deref()).await,
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|v| v.starts_with("application/x-www-form-urlencoded"))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

async fn answer(state: &State, token: Option<&str>) -> Response {
    let Some(token) = token else {
        return challenge(StatusCode::UNAUTHORIZED, "Bearer");
    };
    match userinfo(&state.deps, token).await {
        Ok(Some(claims)) => ([(CACHE_CONTROL, HeaderValue::from_static("no-store"))], Json(claims)).into_response(),
        Ok(None) => challenge(StatusCode::UNAUTHORIZED, "Bearer error=\"invalid_token\""),
        Err(error) => server_error(&error),
    }
}

fn challenge(status: StatusCode, value: &'static str) -> Response {
    (status, [(WWW_AUTHENTICATE, HeaderValue::from_static(value))]).into_response()
}
