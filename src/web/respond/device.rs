//! The pages of connecting a device.

use super::render;
use crate::flow::Browser;
use crate::flow::sign_in::device::Question;
use crate::pages::{DeviceCodePage, DeviceConfirmPage, DeviceDonePage, DeviceProblem};
use crate::web::State;
use crate::web::language::Speaks;
use crate::web::login_form::sealed;
use crate::web::view::service_name;
use axum::http::StatusCode;
use axum::response::Response;
use protocol::oidc::client::Client;

/// Longest code that is shown again.
const MAX_CODE: usize = 20;

/// "Collega un dispositivo".
pub(in crate::web) fn device_code_page(
    state: &State,
    speaks: &Speaks,
    code: &str,
    problem: Option<DeviceProblem>,
) -> Response {
    let status = match problem {
        None => StatusCode::OK,
        Some(DeviceProblem::Wrong) => StatusCode::UNPROCESSABLE_ENTITY,
        Some(DeviceProblem::TooOften) => StatusCode::TOO_MANY_REQUESTS,
    };
    let shown = DeviceCodePage {
        action: "/device".to_owned(),
        user_code: code.chars().take(MAX_CODE).collect(),
        problem,
    };
    render(state, speaks, status, &speaks.frame_at("/device"), &shown)
}

/// "Vuoi collegare questo dispositivo?".
pub(in crate::web) fn device_confirm_page(
    state: &State,
    speaks: &Speaks,
    question: &Question,
    browser: Browser,
) -> Response {
    let frame = speaks.frame();
    let shown = DeviceConfirmPage {
        action: "/device/confirm".to_owned(),
        login: sealed(&question.login, browser),
        service_name: service_name(&question.client, frame.language),
        user_code: question.user_code.to_string(),
    };
    render(state, speaks, StatusCode::OK, &frame, &shown)
}

/// "Il dispositivo è collegato", or not.
pub(super) fn device_done_page(state: &State, speaks: &Speaks, client: &Client, connected: bool) -> Response {
    let frame = speaks.frame_at("/device");
    let shown = DeviceDonePage {
        service_name: service_name(client, frame.language),
        connected,
    };
    render(state, speaks, StatusCode::OK, &frame, &shown)
}
