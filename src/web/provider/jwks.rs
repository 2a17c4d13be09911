//! `GET /jwks` (RFC 7517 §5).

use crate::web::State;
use crate::web::respond::document;
use axum::extract::State as Extract;
use axum::response::Response;

pub(crate) async fn get(Extract(state): Extract<State>) -> Response {
    document(
        "application/jwk-set+json",
        state.deps.oidc_keys().published().to_string(),
    )
}
