//! How outcomes look outside: pages, redirects, JSON. The only place where an error becomes a
//! response; the reason stays in the log, under a reference that the page shows.

use super::State;
use super::form::query;
use super::language::Speaks;
use super::view::{After, ChooserFilter, chooser, provider_link, service_link, service_name};
use crate::flow::provider::exchange_code::Refused;
use crate::flow::sign_in::choose::Offer;
use crate::flow::sign_in::page::{self, Account, Closed};
use crate::flow::sign_in::spid_receive::RefusedResponse;
use crate::flow::{FlowError, Next};
use crate::login::{Login, NotYours};
use crate::pages::{
    AccountPage, Anomaly, AnomalyPage, ErrorKind, ErrorPage, Frame, LoginPage, LogoutConfirmPage, Page, ReturningPage,
    SignedIn, SignedOutPage,
};
use axum::Json;
use axum::extract::State as Extract;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue, LOCATION, WWW_AUTHENTICATE};
use axum::response::{Html, IntoResponse as _, Response};
use protocol::oidc::client::Client;
use std::any::Any;

/// A page with a status.
fn page<P: Page>(state: &State, speaks: &Speaks, status: StatusCode, frame: &Frame, page: &P) -> Response {
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
        Next::Account => see_other("/account"),
        Next::Portal { url, client } => match after {
            After::Link => see_other(url),
            After::Form => returning_page(state, speaks, url, Some(client)),
        },
        Next::Finished { client } => {
            let closed = Closed {
                reason: Some(NotYours::Finished),
                client: Some(client.clone()),
            };
            closed_page(state, speaks, &closed)
        }
    }
}

/// "Ti stiamo riportando al servizio".
pub(super) fn returning_page(state: &State, speaks: &Speaks, url: &str, client: Option<&Client>) -> Response {
    let frame = speaks.frame_at("/login");
    let service_name = client
        .map(|client| service_name(client, frame.language))
        .unwrap_or_default();
    let shown = ReturningPage {
        target: url.to_owned(),
        service_name,
    };
    page(state, speaks, StatusCode::OK, &frame, &shown)
}

/// The ways in.
pub(super) fn login_page(state: &State, speaks: &Speaks, login: Option<&Login>, client: Option<&Client>) -> Response {
    let frame = speaks.frame();
    let methods = page::methods(&state.deps, client);
    let shown = LoginPage {
        service_name: client.map(|client| service_name(client, frame.language)),
        level: login.map_or(2, |login| login.wanted_level().number()),
        spid: methods.spid.map(|providers| {
            providers
                .iter()
                .map(|p| provider_link(p, login.map(|l| &l.id)))
                .collect()
        }),
        ..LoginPage::default()
    };
    page(state, speaks, StatusCode::OK, &frame, &shown)
}

/// The chooser.
pub(super) fn chooser_page(state: &State, speaks: &Speaks, offer: &Offer, filter: &ChooserFilter) -> Response {
    let frame = speaks.frame().signed_in(SignedIn {
        name: format!("{} {}", offer.person.given_name, offer.person.family_name),
        account_href: Some("/account".to_owned()),
        logout_href: "/logout".to_owned(),
    });
    let shown = chooser(offer, filter, frame.language, state.deps.clock.now());
    page(state, speaks, StatusCode::OK, &frame, &shown)
}

/// One's own page.
pub(super) fn account_page(state: &State, speaks: &Speaks, account: &Account) -> Response {
    let session = &account.session;
    let name = format!("{} {}", account.person.given_name, account.person.family_name);
    let frame = speaks.frame().signed_in(SignedIn {
        name: name.clone(),
        account_href: None,
        logout_href: "/logout".to_owned(),
    });
    let shown = AccountPage {
        name,
        fiscal_code: account.person.fiscal_number.as_ref().map(|n| n.as_str().to_owned()),
        date_of_birth: account.person.date_of_birth,
        verified_at: account.person.verified_at,
        method: session.authenticated.method,
        level: session.authenticated.level.number(),
        identity_provider: provider_name(state, &session.authenticated.issuer),
        since: session.created_at,
        logout_href: "/logout".to_owned(),
    };
    page(state, speaks, StatusCode::OK, &frame, &shown)
}

fn provider_name(state: &State, entity_id: &str) -> String {
    let known = state.deps.identity_providers.get(entity_id);
    known.map_or_else(|| entity_id.to_owned(), |idp| idp.name.clone())
}

/// An error page of `kind`.
fn error(state: &State, speaks: &Speaks, shown: &ErrorPage, frame: &Frame) -> Response {
    let status = StatusCode::from_u16(shown.kind.status()).unwrap_or(StatusCode::BAD_REQUEST);
    page(state, speaks, status, frame, shown)
}

/// A client or redirect URI that is not registered: a page, never a redirect.
pub(super) fn untrusted_page(state: &State, speaks: &Speaks, reason: &dyn std::fmt::Display) -> Response {
    let reference = state.deps.random.reference();
    tracing::warn!(%reason, %reference, "authorisation request not trusted");
    // The language links must not send the same bad request again and again: they lead home.
    error(
        state,
        speaks,
        &ErrorPage::new(ErrorKind::UnknownService, Some(reference)),
        &speaks.frame_at("/login"),
    )
}

/// A login that cannot go on.
pub(super) fn closed_page(state: &State, speaks: &Speaks, closed: &Closed) -> Response {
    let kind = match closed.reason {
        Some(NotYours::Finished) => ErrorKind::AlreadyFinished,
        Some(NotYours::Expired | NotYours::OtherBrowser) | None => ErrorKind::LoginExpired,
    };
    let frame = speaks.frame_at("/login");
    let mut shown = ErrorPage::new(kind, None);
    shown.service = closed
        .client
        .as_ref()
        .and_then(|client| service_link(client, frame.language));
    shown.restart_href = shown
        .service
        .as_ref()
        .map(|s| s.href.clone())
        .or_else(|| Some("/login".to_owned()));
    error(state, speaks, &shown, &frame)
}

/// Proved, but not let in: a conflict with the person on file, a blocked person.
pub(super) fn not_admitted_page(state: &State, speaks: &Speaks, reference: &str) -> Response {
    let shown = ErrorPage::new(ErrorKind::NotAdmitted, Some(reference.to_owned()));
    error(state, speaks, &shown, &speaks.frame_at("/login"))
}

/// A choice that was not offered; the same for one that does not exist.
pub(super) fn not_offered_page(state: &State, speaks: &Speaks, login: Option<&str>) -> Response {
    let mut shown = ErrorPage::new(ErrorKind::ChoiceRefused, None);
    let address = format!("/login/choose?{}", query(&[("login", login.unwrap_or_default())]));
    shown.restart_href = Some(address.clone());
    error(state, speaks, &shown, &speaks.frame_at(&address))
}

/// A Response that was not accepted: the citizen's words for SPID's codes, a reference for the rest.
pub(super) fn refused_response_page(state: &State, speaks: &Speaks, refused: &RefusedResponse) -> Response {
    let client = refused.client.as_ref();
    let login = refused.login.as_ref().map(|login| login.0.as_str());
    let other_method = login.map_or_else(|| "/login".to_owned(), |l| format!("/login?{}", query(&[("login", l)])));
    let frame = speaks.frame_at(&other_method);
    let service = client.and_then(|client| service_link(client, frame.language));
    let Some(anomaly) = refused.anomaly.as_ref() else {
        let kind = if refused.malformed {
            ErrorKind::BadRequest
        } else {
            ErrorKind::ResponseRefused
        };
        let mut shown = ErrorPage::new(kind, Some(refused.reference.clone()));
        shown.restart_href = Some(other_method);
        shown.service = service;
        return error(state, speaks, &shown, &frame);
    };
    let provider = refused.provider.as_deref().unwrap_or_default();
    let mut retry = vec![("idp", provider)];
    if let Some(login) = login {
        retry.push(("login", login));
    }
    let shown = AnomalyPage {
        anomaly: anomaly.code.map_or(Anomaly::Other, Anomaly::from_code),
        code: anomaly.code,
        service_name: client.map(|client| service_name(client, frame.language)),
        level: refused.level.map_or(2, domain::person::Level::number),
        cie: false,
        identity_provider: provider_name(state, provider),
        time: refused.at,
        reference: refused.reference.clone(),
        retry_href: format!("/login/spid?{}", query(&retry)),
        other_method_href: other_method,
        back_to_service_href: refused.back_to_service.clone().or_else(|| service.map(|s| s.href)),
    };
    page(state, speaks, StatusCode::FORBIDDEN, &frame, &shown)
}

/// "Vuoi uscire?"
pub(super) fn confirm_logout_page(
    state: &State,
    speaks: &Speaks,
    client: Option<&Client>,
    name: &str,
    confirmation: &str,
    request: &str,
) -> Response {
    let frame = speaks.frame_at("/logout");
    let shown = LogoutConfirmPage {
        action: "/logout/confirm".to_owned(),
        request: format!("{confirmation}.{request}"),
        service_name: client.map(|client| service_name(client, frame.language)),
        name: name.to_owned(),
        stay_href: client
            .and_then(|client| client.uri.clone())
            .unwrap_or_else(|| "/account".to_owned()),
    };
    page(state, speaks, StatusCode::OK, &frame, &shown)
}

/// "Sei uscito".
pub(super) fn signed_out_page(
    state: &State,
    speaks: &Speaks,
    client: Option<&Client>,
    issuer: Option<&str>,
) -> Response {
    let frame = speaks.frame_at("/login");
    let shown = SignedOutPage {
        service: client.and_then(|client| service_link(client, frame.language)),
        identity_provider: issuer.map(|issuer| provider_name(state, issuer)),
    };
    page(state, speaks, StatusCode::OK, &frame, &shown)
}

/// A body that is too long, or no text.
pub(super) fn unreadable_page(state: &State, speaks: &Speaks, status: StatusCode) -> Response {
    let reference = state.deps.random.reference();
    tracing::warn!(status = status.as_u16(), %reference, "request body refused");
    let kind = match status {
        StatusCode::PAYLOAD_TOO_LARGE => ErrorKind::TooLarge,
        _ => ErrorKind::BadRequest,
    };
    let mut shown = ErrorPage::new(kind, Some(reference));
    shown.restart_href = Some("/login".to_owned());
    error(state, speaks, &shown, &speaks.frame_at("/login"))
}

/// 404 for people.
pub(super) fn not_found_page(state: &State, speaks: &Speaks) -> Response {
    error(
        state,
        speaks,
        &ErrorPage::new(ErrorKind::NotFound, None),
        &speaks.frame_at("/login"),
    )
}

/// No such path.
pub(super) async fn not_found(Extract(state): Extract<State>, speaks: Speaks) -> Response {
    not_found_page(&state, &speaks)
}

/// Not this way.
pub(super) async fn method_not_allowed(Extract(state): Extract<State>, speaks: Speaks) -> Response {
    error(
        &state,
        &speaks,
        &ErrorPage::new(ErrorKind::MethodNotAllowed, None),
        &speaks.frame_at("/login"),
    )
}

/// A store or a key failed while a person waits.
pub(super) fn server_page(state: &State, speaks: &Speaks, failure: &FlowError) -> Response {
    let reference = state.deps.random.reference();
    tracing::error!(error = %failure, %reference, "page failed");
    let kind = if failure.may_pass() {
        ErrorKind::Unavailable
    } else {
        ErrorKind::Internal
    };
    error(
        state,
        speaks,
        &ErrorPage::new(kind, Some(reference)),
        &speaks.frame_at("/login"),
    )
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
