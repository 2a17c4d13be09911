//! The pages that citizens see when something is wrong: what happened, what to do, a way back.

use super::render;
use crate::flow::FlowError;
use crate::flow::sign_in::page::{Closed, has};
use crate::flow::sign_in::saml_receive::RefusedResponse;
use crate::flow::sign_out::RefusedLogout;
use crate::login::NotYours;
use crate::pages::{Anomaly, AnomalyPage, ErrorKind, ErrorPage, Frame, ServiceLink};
use crate::web::State;
use crate::web::form::query;
use crate::web::language::Speaks;
use crate::web::provider::single_logout::offer_address;
use crate::web::sign_in::leave;
use crate::web::view::{begin_again, service_link, service_name, way_in};
use axum::extract::State as Extract;
use axum::http::StatusCode;
use axum::response::Response;
use domain::person::Method;
use protocol::oidc::client::Client;
use protocol::oidc::error::ErrorCode;
use protocol::saml::Profile;

/// An error page of `kind`.
pub(super) fn error(state: &State, speaks: &Speaks, shown: &ErrorPage, frame: &Frame) -> Response {
    let status = StatusCode::from_u16(shown.kind.status()).unwrap_or(StatusCode::BAD_REQUEST);
    render(state, speaks, status, frame, shown)
}

/// A client or redirect URI that is not registered: a page, never a redirect.
pub(in crate::web) fn untrusted_page(state: &State, speaks: &Speaks, reason: &dyn std::fmt::Display) -> Response {
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
pub(in crate::web) fn closed_page(state: &State, speaks: &Speaks, closed: &Closed) -> Response {
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
    let issuer = &state.deps.settings.issuer;
    let begin = closed.client.as_ref().and_then(|client| begin_again(issuer, client));
    shown.restart_href = begin.or_else(|| Some("/login".to_owned()));
    error(state, speaks, &shown, &frame)
}

/// Proved, but not let in: a conflict with the person on file, a blocked person.
pub(in crate::web) fn not_admitted_page(
    state: &State,
    speaks: &Speaks,
    reference: &str,
    client: Option<&Client>,
) -> Response {
    let frame = speaks.frame_at("/login");
    let mut shown = ErrorPage::new(ErrorKind::NotAdmitted, Some(reference.to_owned()));
    shown.service = client.and_then(|client| service_link(client, frame.language));
    error(state, speaks, &shown, &frame)
}

/// A choice that was not offered; the same for one that does not exist.
pub(in crate::web) fn not_offered_page(state: &State, speaks: &Speaks, login: Option<&str>) -> Response {
    let mut shown = ErrorPage::new(ErrorKind::ChoiceRefused, None);
    let address = format!("/login/choose?{}", query(&[("login", login.unwrap_or_default())]));
    shown.restart_href = Some(address.clone());
    error(state, speaks, &shown, &speaks.frame_at(&address))
}

/// A Response that was not accepted: the citizen's words for SPID's codes, a reference for the rest.
pub(in crate::web) fn refused_response_page(state: &State, speaks: &Speaks, refused: &RefusedResponse) -> Response {
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
        // Whoever was not asked anew may go back with that: the portal wished it.
        let told = refused.told.filter(|code| *code == ErrorCode::LoginRequired);
        shown.service = match (client, refused.login.as_ref().zip(told)) {
            (Some(client), Some((login, code))) => Some(ServiceLink {
                name: service_name(client, frame.language),
                href: leave::address(login, code),
            }),
            _ => service,
        };
        return error(state, speaks, &shown, &frame);
    };
    let provider = refused.provider.as_deref().unwrap_or_default();
    let profile = refused.profile.unwrap_or(Profile::Spid);
    let mut retry = vec![("idp", provider)];
    if let Some(login) = login {
        retry.push(("login", login));
    }
    let shown = AnomalyPage {
        anomaly: anomaly
            .code
            .map_or(Anomaly::Other, |code| Anomaly::told_by(profile, code)),
        way: profile,
        code: anomaly.code,
        service_name: client.map(|client| service_name(client, frame.language)),
        level: refused.level.map_or(2, domain::person::Level::number),
        cie: profile != Profile::Cie
            && has(&state.deps, Profile::Cie)
            && client.is_none_or(|client| client.accepts(Method::Cie)),
        identity_provider: state.deps.issuer_name(provider),
        time: refused.at,
        reference: refused.reference.clone(),
        retry_href: format!("{}?{}", way_in(profile), query(&retry)),
        other_method_href: other_method,
        back_to_service_href: refused
            .login
            .as_ref()
            .zip(refused.told)
            .map(|(login, code)| leave::address(login, code))
            .or_else(|| service.map(|s| s.href)),
    };
    render(state, speaks, StatusCode::FORBIDDEN, &frame, &shown)
}

/// A logout message that nothing was done about. Whoever was signing out goes on from the page of that.
pub(in crate::web) fn refused_logout_page(state: &State, speaks: &Speaks, refused: &RefusedLogout) -> Response {
    let kind = if refused.malformed {
        ErrorKind::BadRequest
    } else {
        ErrorKind::LogoutRefused
    };
    let mut shown = ErrorPage::new(kind, Some(refused.reference.clone()));
    shown.continue_href = refused.handle.as_deref().map(offer_address);
    error(state, speaks, &shown, &speaks.frame_at("/login"))
}

/// A body that is too long, or no text.
pub(in crate::web) fn unreadable_page(state: &State, speaks: &Speaks, status: StatusCode) -> Response {
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
pub(in crate::web) fn not_found_page(state: &State, speaks: &Speaks) -> Response {
    error(
        state,
        speaks,
        &ErrorPage::new(ErrorKind::NotFound, None),
        &speaks.frame_at("/login"),
    )
}

/// No such path.
pub(in crate::web) async fn not_found(Extract(state): Extract<State>, speaks: Speaks) -> Response {
    not_found_page(&state, &speaks)
}

/// Not this way.
pub(in crate::web) async fn method_not_allowed(Extract(state): Extract<State>, speaks: Speaks) -> Response {
    error(
        &state,
        &speaks,
        &ErrorPage::new(ErrorKind::MethodNotAllowed, None),
        &speaks.frame_at("/login"),
    )
}

/// A store or a key failed while a person waits.
pub(in crate::web) fn server_page(state: &State, speaks: &Speaks, failure: &FlowError) -> Response {
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
