//! The pages around a card.

use super::render;
use crate::login::RefusedCard;
use crate::pages::{CardHelpPage, CardNamesPage, CardProblem, RefusedCardPage};
use crate::web::State;
use crate::web::form::query;
use crate::web::language::Speaks;
use crate::web::sign_in::leave;
use crate::web::view::service_name;
use axum::http::StatusCode;
use axum::response::Response;
use protocol::oidc::client::Client;
use protocol::oidc::error::ErrorCode;

/// What is needed, before the card is shown.
pub(in crate::web) fn card_help_page(
    state: &State,
    speaks: &Speaks,
    login: Option<&str>,
    client: Option<&Client>,
) -> Response {
    let frame = speaks.frame();
    let shown = CardHelpPage {
        service_name: client.map(|client| service_name(client, frame.language)),
        card_href: of_login("/login/cns/card", login),
        other_method_href: of_login("/login", login),
        cie: state.deps.cns.as_ref().is_some_and(|cns| cns.settings.rules.cie),
    };
    render(state, speaks, StatusCode::OK, &frame, &shown)
}

/// What was wrong with the card (403: whoever it is, is not let in).
pub(in crate::web) fn refused_card_page(
    state: &State,
    speaks: &Speaks,
    refused: &RefusedCard,
    client: Option<&Client>,
) -> Response {
    let login = Some(refused.login.0.as_str());
    let other_method = of_login("/login", login);
    let frame = speaks.frame_at(&of_login("/login/cns", login));
    let problem = CardProblem::from(refused.problem);
    let shown = RefusedCardPage {
        problem,
        service_name: client.map(|client| service_name(client, frame.language)),
        time: refused.at,
        reference: refused.reference.clone(),
        retry_href: of_login("/login/cns/card", login),
        help_href: of_login("/login/cns", login),
        other_method_href: other_method,
        back_to_service_href: client.map(|_| leave::address(&refused.login, ErrorCode::AccessDenied)),
    };
    let status = match problem {
        CardProblem::NotCheckable => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::FORBIDDEN,
    };
    render(state, speaks, status, &frame, &shown)
}

/// The names that the card does not carry.
pub(in crate::web) fn card_names_page(
    state: &State,
    speaks: &Speaks,
    answer: &str,
    wrong: bool,
    client: Option<&Client>,
) -> Response {
    let frame = speaks.frame_at("/login");
    let shown = CardNamesPage {
        action: "/login/cns/names".to_owned(),
        answer: answer.to_owned(),
        service_name: client.map(|client| service_name(client, frame.language)),
        problem: wrong.then_some("not-those"),
    };
    let status = if wrong {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    render(state, speaks, status, &frame, &shown)
}

fn of_login(path: &str, login: Option<&str>) -> String {
    match login {
        Some(login) => format!("{path}?{}", query(&[("login", login)])),
        None => path.to_owned(),
    }
}
