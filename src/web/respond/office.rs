//! The pages of officials.

use super::errors::error;
use super::render;
use crate::flow::office::admission::Official;
use crate::pages::{EntryPage, ErrorKind, ErrorPage, Frame, RegisterPage, SignedIn};
use crate::web::State;
use crate::web::language::Speaks;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse as _, Response};

const REGISTER: &str = "/office/register";

/// The search form, with what it found. A form that cannot be answered comes back with 422.
pub(in crate::web) fn register_page(
    state: &State,
    speaks: &Speaks,
    official: &Official,
    shown: &RegisterPage,
) -> Response {
    let status = match shown.problem {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    render(state, speaks, status, &frame(speaks, official), shown)
}

/// One entry.
pub(in crate::web) fn entry_page(state: &State, speaks: &Speaks, official: &Official, shown: &EntryPage) -> Response {
    render(state, speaks, StatusCode::OK, &frame(speaks, official), shown)
}

/// Most answers follow a form post: the language links lead to the empty form.
fn frame(speaks: &Speaks, official: &Official) -> Frame {
    speaks.frame_at(REGISTER).signed_in(SignedIn {
        name: format!("{} {}", official.person.given_name, official.person.family_name),
        account_href: Some("/account".to_owned()),
        logout_href: "/logout".to_owned(),
    })
}

/// An official whose session is of level 1.
pub(in crate::web) fn too_weak_page(state: &State, speaks: &Speaks) -> Response {
    let mut shown = ErrorPage::new(ErrorKind::LevelTooLow, None);
    shown.restart_href = Some("/login".to_owned());
    error(state, speaks, &shown, &speaks.frame_at(REGISTER))
}

/// A form that did not come from a page of ours, or from one of an earlier session.
pub(in crate::web) fn office_form_page(state: &State, speaks: &Speaks) -> Response {
    tracing::warn!("form of the back office refused");
    let mut shown = ErrorPage::new(ErrorKind::BadRequest, None);
    shown.restart_href = Some(REGISTER.to_owned());
    error(state, speaks, &shown, &speaks.frame_at(REGISTER))
}

/// A form that did not come from the account page, or from that of an earlier session.
pub(in crate::web) fn account_form_page(state: &State, speaks: &Speaks) -> Response {
    let mut shown = ErrorPage::new(ErrorKind::BadRequest, None);
    shown.restart_href = Some("/account".to_owned());
    error(state, speaks, &shown, &speaks.frame_at("/account"))
}

/// A ZIP file to be saved under `name`, which is ours.
pub(in crate::web) fn archive(name: &str, bytes: Vec<u8>) -> Response {
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/zip")),
        (
            CONTENT_DISPOSITION,
            disposition.unwrap_or(HeaderValue::from_static("attachment")),
        ),
    ];
    (headers, bytes).into_response()
}
