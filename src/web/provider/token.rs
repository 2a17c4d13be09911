//! `POST /token` (RFC 6749 §3.2).

use crate::flow::provider::exchange_code::{Refused, Tokens, exchange_code};
use crate::web::State;
use crate::web::form::is_form;
use crate::web::respond::{oauth_error, server_error};
use axum::Json;
use axum::extract::State as Extract;
use axum::extract::rejection::StringRejection;
use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use protocol::oidc::error::ErrorCode;
use serde::Serialize;

/// RFC 6749 §5.1 and OpenID Connect Core §3.1.3.3.
#[derive(Serialize)]
struct TokenResponse {
    access_token: String,
    token_type: &'static str,
    expires_in: i64,
    id_token: String,
    scope: String,
}

pub(crate) async fn post(
    Extract(state): Extract<State>,
    headers: HeaderMap,
    body: Result<String, StringRejection>,
) -> Response {
    if !is_form(&headers) {
        return oauth_error(&refused(ErrorCode::InvalidRequest, "content type"));
    }
    let Ok(body) = body else {
        return oauth_error(&refused(ErrorCode::InvalidRequest, "body too long or no text"));
    };
    let authorization = match authorization(&headers) {
        Ok(authorization) => authorization,
        Err(refused) => return oauth_error(&refused),
    };
    match exchange_code(&state.deps, authorization, &body).await {
        Ok(Ok(tokens)) => granted(tokens),
        Ok(Err(refused)) => oauth_error(&refused),
        Err(error) => server_error(&error),
    }
}

/// One header or none: two would be two identities.
fn authorization(headers: &HeaderMap) -> Result<Option<&str>, Refused> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value
            .to_str()
            .map(Some)
            .map_err(|_| refused(ErrorCode::InvalidClient, "authorization header")),
        _ => Err(refused(ErrorCode::InvalidRequest, "two authorization headers")),
    }
}

fn refused(code: ErrorCode, reason: &str) -> Refused {
    Refused {
        code,
        reason: reason.to_owned(),
    }
}

fn granted(tokens: Tokens) -> Response {
    let body = TokenResponse {
        access_token: tokens.access_token,
        token_type: "Bearer",
        expires_in: tokens.expires_in.num_seconds(),
        id_token: tokens.id_token,
        scope: tokens.scope,
    };
    ([(CACHE_CONTROL, HeaderValue::from_static("no-store"))], Json(body)).into_response()
}
