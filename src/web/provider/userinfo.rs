//! `GET` and `POST /userinfo` (OpenID Connect Core §5.3, RFC 6750, RFC 9449 §7.1).

use super::call::Call;
use crate::flow::provider::userinfo::{Told, userinfo};
use crate::web::State;
use crate::web::respond::server_error;
use axum::Json;
use axum::extract::{Request, State as Extract};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, WWW_AUTHENTICATE};
use axum::response::{IntoResponse as _, Response};
use protocol::oidc::bearer::Reason;
use protocol::oidc::dpop;
use protocol::oidc::error::{Coded as _, ErrorCode};

const NO_STORE: (HeaderName, HeaderValue) = (CACHE_CONTROL, HeaderValue::from_static("no-store"));

/// The token may stand in the form of a POST instead of the header (RFC 6750 §2.2), never in both places.
pub(crate) async fn answer(Extract(state): Extract<State>, request: Request) -> Response {
    let call = match Call::at_resource(request, &state).await {
        Ok(call) => call,
        Err(refused) => return challenge(Some(refused.code)),
    };
    match userinfo(&state.deps, &call.received()).await {
        Ok(Ok(Told::Plain(claims))) => ([NO_STORE], Json(claims)).into_response(),
        // OpenID Connect Core §5.3.2: "the content type […] MUST be application/jwt".
        Ok(Ok(Told::Token(token))) => {
            let mime = (CONTENT_TYPE, HeaderValue::from_static("application/jwt"));
            ([NO_STORE, mime], token).into_response()
        }
        // RFC 6750 §3: a request without a token is told only how to bring one.
        Ok(Err(refused)) if refused.reason == Reason::Missing => challenge(None),
        Ok(Err(refused)) => {
            tracing::info!(code = refused.code.as_str(), reason = %refused.reason, "access token refused");
            challenge(Some(refused.reason.code()))
        }
        Err(error) => server_error(&error),
    }
}

/// Both ways of bringing a token (RFC 9449 §7.2), and what was wrong.
fn challenge(error: Option<ErrorCode>) -> Response {
    let status = match error {
        Some(ErrorCode::InvalidRequest) => StatusCode::BAD_REQUEST,
        _ => StatusCode::UNAUTHORIZED,
    };
    // RFC 6750 §3: the scheme "MUST be followed by one or more auth-param values".
    let told = match error {
        Some(error) => format!("error=\"{error}\""),
        None => "realm=\"varco\"".to_owned(),
    };
    let algorithms = dpop::ALGORITHMS.map(|algorithm| algorithm.as_str()).join(" ");
    let algorithms = format!("algs=\"{algorithms}\"");
    // A bearer token has no proof that could be wrong.
    let bearer = (error != Some(ErrorCode::InvalidDpopProof)).then(|| format!("Bearer {told}"));
    let dpop = format!("DPoP {told}, {algorithms}");
    let mut headers = HeaderMap::new();
    for value in bearer.into_iter().chain([dpop]) {
        if let Ok(value) = HeaderValue::from_str(value.trim()) {
            headers.append(WWW_AUTHENTICATE, value);
        }
    }
    (status, headers).into_response()
}
