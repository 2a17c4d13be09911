//! `/healthz` and `/readyz`.

use super::State;
use axum::extract::State as Extract;
use axum::http::StatusCode;

/// The process answers.
pub(super) async fn alive() -> &'static str {
    "ok\n"
}

/// The process and both stores answer: send people here.
pub(super) async fn ready(Extract(state): Extract<State>) -> (StatusCode, &'static str) {
    match state.deps.store.ping().await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::error!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "not ready\n")
        }
    }
}
