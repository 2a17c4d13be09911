//! `POST /token` (RFC 6749 §3.2).

use super::call::Call;
use crate::flow::provider::issue::Tokens;
use crate::flow::provider::token::token;
use crate::web::State;
use crate::web::respond::{oauth_error, server_error};
use axum::Json;
use axum::extract::State as Extract;
use axum::http::header::{CACHE_CONTROL, HeaderValue, PRAGMA};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use serde_json::Value;

/// RFC 6749 §5.1, OpenID Connect Core §3.1.3.3, RFC 8693 §2.2.1.
#[derive(Serialize)]
struct TokenResponse {
    access_token: String,
    token_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    issued_token_type: Option<&'static str>,
    expires_in: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    scope: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    authorization_details: Option<Value>,
}

pub(crate) async fn post(Extract(state): Extract<State>, call: Call) -> Response {
    match token(&state.deps, &call.received()).await {
        Ok(Ok(tokens)) => granted(tokens),
        Ok(Err(refused)) => oauth_error(&refused),
        Err(error) => server_error(&error),
    }
}

fn granted(tokens: Tokens) -> Response {
    let body = TokenResponse {
        access_token: tokens.access_token,
        token_type: tokens.token_type,
        issued_token_type: tokens.issued_token_type,
        expires_in: tokens.expires_in.num_seconds(),
        id_token: tokens.id_token,
        refresh_token: tokens.refresh_token,
        scope: tokens.scope,
        authorization_details: tokens.authorization_details,
    };
    // RFC 6749 §5.1: both.
    let headers = [
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (PRAGMA, HeaderValue::from_static("no-cache")),
    ];
    (headers, Json(body)).into_response()
}
