//! How outcomes look outside: pages ([`pages`], [`errors`]), redirects, JSON. The only place where an error
//! becomes a response; the reason stays in the log, under a reference that the page shows.

mod cards;
mod device;
mod errors;
mod office;
mod pages;

pub(super) use cards::{card_help_page, card_names_page, refused_card_page};
pub(super) use device::{device_code_page, device_confirm_page};
pub(super) use errors::{
    closed_page, method_not_allowed, not_admitted_page, not_found, not_found_page, not_offered_page,
    refused_logout_page, refused_response_page, server_page, unreadable_page, untrusted_page,
};
pub(super) use office::{account_form_page, archive, entry_page, office_form_page, register_page, too_weak_page};
pub(super) use pages::{
    Errand, SignedOut, account_page, answer_form_page, chooser_page, confirm_logout_page, consent_page, login_page,
    logout_offer_page, returning_page, signed_out_page, to_provider_page,
};

use crate::flow::provider::Refused;
use crate::flow::sign_in::page::Closed;
use crate::flow::{FlowError, Next};
use crate::login::NotYours;
use crate::pages::{Frame, Page};
use crate::web::State;
use crate::web::form::query;
use crate::web::language::Speaks;
use crate::web::view::After;
use axum::Json;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue, LOCATION, WWW_AUTHENTICATE};
use axum::response::{Html, IntoResponse as _, Response};
use device::device_done_page;
use protocol::oidc::authorize::Answer;
use protocol::oidc::client::Client;
use std::any::Any;

/// A page with a status.
fn render<P: Page>(state: &State, speaks: &Speaks, status: StatusCode, frame: &Frame, page: &P) -> Response {
    match state.pages.render(frame, page) {
        Ok(html) => speaks.remember((status, Html(html)).into_response()),
        Err(error) => {
            tracing::error!(%error, "page could not be rendered");
            (
                StatusCode::INTERNAL_SERVER_ERROR,
                "Errore interno. Riprova più tardi.\n",
            )
                .into_response()
        }
    }
}

/// 303: see the result there.
pub(super) fn see_other(url: &str) -> Response {
    redirect(StatusCode::SEE_OTHER, url)
}

/// 302, where a validator refuses 303.
pub(super) fn found(url: &str) -> Response {
    redirect(StatusCode::FOUND, url)
}

fn redirect(status: StatusCode, url: &str) -> Response {
    match HeaderValue::from_str(url) {
        Ok(location) => (status, [(LOCATION, location)]).into_response(),
        Err(_) => {
            tracing::error!("a redirect address has characters that no header may have");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// A document that does not change while we run.
pub(super) fn document(mime: &'static str, body: String) -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(mime)),
        (CACHE_CONTROL, HeaderValue::from_static("public, max-age=300")),
    ];
    (headers, body).into_response()
}

/// RFC 6749 §5.2: the RFC's word outside, the reason in the log.
pub(super) fn oauth_error(refused: &Refused) -> Response {
    tracing::info!(code = refused.code.as_str(), reason = %refused.reason, "token request refused");
    let status = StatusCode::from_u16(refused.code.status()).unwrap_or(StatusCode::BAD_REQUEST);
    let body = Json(serde_json::json!({ "error": refused.code.as_str() }));
    let mut response = (status, [(CACHE_CONTROL, HeaderValue::from_static("no-store"))], body).into_response();
    if status == StatusCode::UNAUTHORIZED {
        response
            .headers_mut()
            .insert(WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"varco\""));
    }
    response
}

/// A store or a key failed while a machine waits.
pub(super) fn server_error(error: &FlowError) -> Response {
    tracing::error!(%error, "request failed");
    let body = Json(serde_json::json!({ "error": "server_error" }));
    (
        StatusCode::INTERNAL_SERVER_ERROR,
        [(CACHE_CONTROL, HeaderValue::from_static("no-store"))],
        body,
    )
        .into_response()
}

/// Where a step leads.
pub(super) fn go(state: &State, speaks: &Speaks, next: &Next, after: After) -> Response {
    match next {
        Next::ChooseMethod(login) => see_other(&format!("/login?{}", query(&[("login", &login.0)]))),
        Next::ChooseActing(login) => see_other(&format!("/login/choose?{}", query(&[("login", &login.0)]))),
        Next::Consent(login) => see_other(&format!("/login/consent?{}", query(&[("login", &login.0)]))),
        Next::ConfirmDevice(login) => see_other(&format!("/device/confirm?{}", query(&[("login", &login.0)]))),
        Next::Device { client, connected } => device_done_page(state, speaks, client, *connected),
        Next::Account => see_other("/account"),
        Next::Portal { answer, client } => answered(state, speaks, answer, client, after),
        Next::Finished { client } => {
            let closed = Closed {
                reason: Some(NotYours::Finished),
                client: Some(client.clone()),
            };
            closed_page(state, speaks, &closed)
        }
    }
}

/// The answer to a portal's request, on its way.
pub(super) fn answered(state: &State, speaks: &Speaks, answer: &Answer, client: &Client, after: After) -> Response {
    match (answer, after) {
        (Answer::Link(url), After::Link) => see_other(url),
        (Answer::Link(url), After::Form) => returning_page(state, speaks, url, Some(client), Errand::SignedIn),
        (Answer::Form(form), _) => answer_form_page(state, speaks, form, client),
    }
}

/// A bug: the request ends, the service goes on. What panicked is in the log already.
pub(super) fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!("a request panicked");
    (
        StatusCode::INTERNAL_SERVER_ERROR,
        "Errore interno. Riprova più tardi.\n",
    )
        .into_response()
}
