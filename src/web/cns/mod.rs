//! The card listener: another host or port, where the client's certificate is asked for and nowhere else. It has one
//! address, no page and no cookie: whatever comes out of it is a redirect to the main host.

mod card;

use super::State;
use axum::Router;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, HeaderName, HeaderValue, REFERRER_POLICY};
use axum::middleware;
use axum::response::Response;
use axum::routing::get;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;

/// Everything that the card listener serves.
pub(super) fn router(state: State) -> Router {
    let header = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
    };
    Router::new()
        .route("/login/cns", get(card::get))
        .fallback(not_found)
        .layer(header(CACHE_CONTROL, "no-store"))
        // The handle in the address goes to nobody.
        .layer(header(REFERRER_POLICY, "no-referrer"))
        .layer(middleware::from_fn_with_state(
            state.clone(),
            super::security::every_header,
        ))
        .layer(CatchPanicLayer::custom(super::respond::panicked))
        .layer(middleware::from_fn(super::request_log::line))
        .with_state(state)
}

/// A browser that looks for its icon, a stranger who looks around.
async fn not_found() -> (StatusCode, &'static str) {
    (StatusCode::NOT_FOUND, "")
}

/// A request that pretends to come from the proxy, or to be one.
fn refused(reason: &'static str) -> Response {
    use axum::response::IntoResponse as _;
    tracing::warn!(reason, "request to the card listener refused");
    (StatusCode::BAD_REQUEST, "Richiesta non valida.\n").into_response()
}
