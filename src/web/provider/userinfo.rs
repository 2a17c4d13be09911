//! `GET` and `POST /userinfo` (OpenID Connect Core §5.3, RFC 6750).

use crate::flow::provider::userinfo::userinfo;
use crate::web::State;
use crate::web::form::is_form;
use crate::web::respond::server_error;
use axum::Json;
use axum::extract::State as Extract;
use axum::http::StatusCode;
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, HeaderMap, HeaderValue, WWW_AUTHENTICATE};
use axum::response::{IntoResponse as _, Response};
use protocol::oidc::bearer::{self, Reason};
use protocol::oidc::parameters::Parameters;

pub(crate) async fn get(Extract(state): Extract<State>, headers: HeaderMap) -> Response {
    answer(&state, &headers, None).await
}

/// The token may stand in the form instead (RFC 6750 §2.2), never in both places.
pub(crate) async fn post(Extract(state): Extract<State>, headers: HeaderMap, body: String) -> Response {
    let form = is_form(&headers).then(|| Parameters::parse(&body).unwrap_or_default());
    answer(&state, &headers, form.as_ref()).await
}

async fn answer(state: &State, headers: &HeaderMap, form: Option<&Parameters>) -> Response {
    let header = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = match bearer::access_token(header, form) {
        Ok(token) => token,
        Err(refused) => return challenge(refused.reason),
    };
    match userinfo(&state.deps, token).await {
        Ok(Some(claims)) => ([(CACHE_CONTROL, HeaderValue::from_static("no-store"))], Json(claims)).into_response(),
        Ok(None) => challenge(Reason::NotValid),
        Err(error) => server_error(&error),
    }
}

/// RFC 6750 §3: a request without a token is told only how to bring one.
fn challenge(reason: Reason) -> Response {
    let (status, value) = match reason {
        Reason::Missing => (StatusCode::UNAUTHORIZED, "Bearer"),
        Reason::MoreThanOne => (StatusCode::BAD_REQUEST, "Bearer error=\"invalid_request\""),
        Reason::NotValid => (StatusCode::UNAUTHORIZED, "Bearer error=\"invalid_token\""),
    };
    (status, [(WWW_AUTHENTICATE, HeaderValue::from_static(value))]).into_response()
}
