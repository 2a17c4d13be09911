//! Every path, once.

use super::{State, account, assets, cns, cors, health, office, provider, saml, security, sign_in};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;

/// A form of ours or of a portal.
const FORM_LIMIT: usize = 64 * 1024;
/// A SAML Response in base64: four thirds of what `protocol::xml` accepts, and the form around it.
const SAML_LIMIT: usize = 512 * 1024;

/// The whole service.
pub fn router(state: State) -> Router {
    let pages = Router::new()
        .route(
            "/authorize",
            get(provider::authorize::get).post(provider::authorize::post),
        )
        .route("/logout", get(provider::logout::get).post(provider::logout::post))
        .route("/logout/confirm", post(provider::logout::confirm))
        .route("/logout/offer", get(provider::single_logout::offer))
        .route("/logout/upstream", get(provider::single_logout::upstream))
        .route("/login", get(sign_in::login::get))
        .route("/login/cns", get(sign_in::cns::get))
        .route("/login/cns/card", get(sign_in::cns::card))
        .route("/login/cns/names", post(sign_in::cns::names))
        .route("/login/spid", get(sign_in::saml::spid))
        .route("/login/cie", get(sign_in::saml::cie))
        .route("/login/eidas", get(sign_in::saml::eidas))
        .route(
            "/login/consent",
            get(sign_in::consent::get).post(sign_in::consent::post),
        )
        .route("/login/leave", get(sign_in::leave::get))
        .route("/login/continue", get(sign_in::resume::get))
        .route("/login/choose", get(sign_in::choose::get).post(sign_in::choose::post))
        .route("/device", get(sign_in::device::get).post(sign_in::device::post))
        .route(
            "/device/confirm",
            get(sign_in::device::confirm).post(sign_in::device::answered),
        )
        .route("/account", get(account::home::get))
        .route("/account/consents", post(account::consents::post))
        .route(
            "/office/register",
            get(office::register::get).post(office::register::post),
        )
        .route("/office/register/entry", post(office::register::entry_post))
        .route("/office/register/export", post(office::register::export))
        .layer(DefaultBodyLimit::max(FORM_LIMIT))
        .merge(
            Router::new()
                .route("/saml/spid/acs", post(saml::acs::spid))
                .route("/saml/cie/acs", post(saml::acs::cie))
                .route("/saml/spid/slo", get(saml::slo::spid).post(saml::slo::spid_post))
                .route("/saml/cie/slo", get(saml::slo::cie).post(saml::slo::cie_post))
                .layer(DefaultBodyLimit::max(SAML_LIMIT)),
        )
        .fallback(super::respond::not_found)
        .method_not_allowed_fallback(super::respond::method_not_allowed)
        .layer(middleware::from_fn_with_state(state.clone(), security::page_headers));
    let called_by_pages = Router::new()
        .route("/.well-known/openid-configuration", get(provider::discovery::get))
        .route("/jwks", get(provider::jwks::get))
        .merge(for_pages())
        .layer(middleware::from_fn_with_state(state.clone(), cors::registered_origins));
    let machines = Router::new()
        .merge(called_by_pages)
        .merge(for_servers())
        .route("/register", post(provider::registration::post))
        .route(
            "/register/{client_id}",
            get(provider::registration::get)
                .put(provider::registration::put)
                .delete(provider::registration::delete),
        )
        .route("/saml/spid/metadata", get(saml::metadata::spid))
        .route("/saml/cie/metadata", get(saml::metadata::cie))
        .route("/logos/{digest}", get(provider::logo::get))
        .route("/assets/{hash}/{*path}", get(assets::get))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .layer(DefaultBodyLimit::max(FORM_LIMIT));
    Router::new()
        .merge(machines)
        .merge(pages)
        .layer(CatchPanicLayer::custom(super::respond::panicked))
        .layer(middleware::from_fn_with_state(state.clone(), security::every_header))
        .layer(middleware::from_fn(super::request_log::line))
        .with_state(state)
}

/// Where a client may show a certificate too: `mtls_endpoint_aliases` name them all.
fn client_endpoints() -> Router<State> {
    for_pages().merge(for_servers())
}

/// Those that a client's page in a browser calls too.
fn for_pages() -> Router<State> {
    Router::new()
        .route("/token", post(provider::token::post))
        .route("/revoke", post(provider::revoke::post))
        .route(
            "/userinfo",
            get(provider::userinfo::answer).post(provider::userinfo::answer),
        )
}

/// Those that only its server calls.
fn for_servers() -> Router<State> {
    Router::new()
        .route("/device_authorization", post(provider::device_authorization::post))
        .route("/par", post(provider::par::post))
        .route("/introspect", post(provider::introspect::post))
}

/// What the listener for machines serves, where a client certificate is asked for (RFC 8705 §5).
pub fn machine_router(state: State) -> Router {
    client_endpoints()
        .layer(DefaultBodyLimit::max(FORM_LIMIT))
        .layer(CatchPanicLayer::custom(super::respond::panicked))
        .layer(middleware::from_fn_with_state(state.clone(), security::every_header))
        .layer(middleware::from_fn(super::request_log::line))
        .with_state(state)
}

/// What the card listener serves: one path, and a client certificate with it.
pub fn card_router(state: State) -> Router {
    cns::router(state)
}
