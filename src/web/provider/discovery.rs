//! `GET /.well-known/openid-configuration` (OpenID Connect Discovery 1.0 §4).

use crate::web::State;
use crate::web::respond::document;
use axum::extract::State as Extract;
use axum::response::Response;

pub(crate) async fn get(Extract(state): Extract<State>) -> Response {
    document("application/json", state.documents.discovery.clone())
}
