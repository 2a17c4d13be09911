//! `/register` and `/register/{client_id}` (RFC 7591, RFC 7592).

use crate::flow::FlowError;
use crate::flow::provider::registration::{self, Sent, Unregistered};
use crate::web::State;
use crate::web::respond::server_error;
use crate::web::source::Source;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts as _, Path, Request, State as Extract};
use axum::http::StatusCode;
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderValue, WWW_AUTHENTICATE};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Map, Value, json};
use std::convert::Infallible;

/// What came, as it came.
pub(crate) struct Received {
    authorization: Option<String>,
    metadata: Option<Map<String, Value>>,
    from: Source,
}

impl Received {
    fn sent(&self) -> Sent<'_> {
        Sent {
            authorization: self.authorization.as_deref(),
            metadata: self.metadata.as_ref(),
            from: self.from.address,
        }
    }
}

impl FromRequest<State> for Received {
    type Rejection = Infallible;

    async fn from_request(request: Request, state: &State) -> Result<Received, Infallible> {
        let (authorization, json) = (authorization(request.headers()), is_json(request.headers()));
        let (mut parts, body) = request.into_parts();
        let Ok(from) = Source::from_request_parts(&mut parts, state).await;
        let body = Bytes::from_request(Request::from_parts(parts, body), state)
            .await
            .ok()
            .filter(|_| json);
        Ok(Received {
            authorization,
            metadata: body.and_then(|body| serde_json::from_slice(&body).ok()),
            from,
        })
    }
}

/// One header or none; two are nobody's.
fn authorization(headers: &HeaderMap) -> Option<String> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok().map(str::to_owned),
        _ => None,
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let mime = value.unwrap_or_default().split(';').next().unwrap_or_default();
    mime.trim().eq_ignore_ascii_case("application/json")
}

pub(crate) async fn post(Extract(state): Extract<State>, received: Received) -> Response {
    let registered = registration::register(&state.deps, &received.sent()).await;
    answer(registered.map(|registered| registered.map(|told| (StatusCode::CREATED, Json(told)).into_response())))
}

pub(crate) async fn get(Extract(state): Extract<State>, Path(id): Path<String>, received: Received) -> Response {
    let read = registration::read(&state.deps, &id, &received.sent()).await;
    answer(read.map(|read| read.map(|told| Json(told).into_response())))
}

pub(crate) async fn put(Extract(state): Extract<State>, Path(id): Path<String>, received: Received) -> Response {
    let changed = registration::change(&state.deps, &id, &received.sent()).await;
    answer(changed.map(|changed| changed.map(|told| Json(told).into_response())))
}

pub(crate) async fn delete(Extract(state): Extract<State>, Path(id): Path<String>, received: Received) -> Response {
    let removed = registration::remove(&state.deps, &id, &received.sent()).await;
    answer(removed.map(|removed| removed.map(|()| StatusCode::NO_CONTENT.into_response())))
}

/// Nothing of it is for a cache (RFC 7591 §3.2.1).
fn answer(outcome: Result<Result<Response, Unregistered>, FlowError>) -> Response {
    let mut response = match outcome {
        Ok(Ok(response)) => response,
        Ok(Err(unregistered)) => refusal(&unregistered),
        Err(error) => server_error(&error),
    };
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn refusal(unregistered: &Unregistered) -> Response {
    tracing::info!(?unregistered, "registration refused");
    match unregistered {
        Unregistered::Off => StatusCode::NOT_FOUND.into_response(),
        Unregistered::Unauthorised => {
            let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
            let body = Json(json!({ "error": "invalid_token" }));
            (StatusCode::UNAUTHORIZED, [(WWW_AUTHENTICATE, challenge)], body).into_response()
        }
        Unregistered::Wrong(refused) => {
            let described = ascii(&refused.reason);
            let body = json!({ "error": refused.code.as_str(), "error_description": described });
            (StatusCode::BAD_REQUEST, Json(body)).into_response()
        }
        Unregistered::TooOften => StatusCode::TOO_MANY_REQUESTS.into_response(),
        Unregistered::Full => {
            let body = Json(json!({ "error": "temporarily_unavailable" }));
            (StatusCode::SERVICE_UNAVAILABLE, body).into_response()
        }
    }
}

/// RFC 6749 §5.2: `error_description` is ASCII without quotation marks and backslashes.
fn ascii(text: &str) -> String {
    text.replace('…', "...")
        .chars()
        .map(|c| match c {
            '"' | '`' => '\'',
            ' '..='~' if c != '\\' => c,
            _ => '?',
        })
        .collect()
}
