//! `/office/register`: look-ups in the transaction register. What is looked for is personal and stands in no address:
//! everything but the empty form is a POST.

use crate::flow::office::admission::{Admission, Official, admit, form_token, is_form_token};
use crate::flow::office::export::{Subject, export as hand_out};
use crate::flow::office::question::{By, Question, Reason, Typed, Unclear, Who};
use crate::flow::office::register::{Asker, Via, open, search};
use crate::pages::{RegisterProblem, TypedView};
use crate::web::State;
use crate::web::browser::Cookies;
use crate::web::form::{Body, field};
use crate::web::language::Speaks;
use crate::web::respond::{
    archive, entry_page, not_found_page, office_form_page, register_page, see_other, server_page, too_weak_page,
};
use crate::web::view_office::{entry, register, results};
use axum::extract::State as Extract;
use axum::response::Response;
use domain::person::Duty;
use uuid::Uuid;

/// The empty form.
pub(crate) async fn get(Extract(state): Extract<State>, cookies: Cookies, speaks: Speaks) -> Response {
    match enter(&state, &cookies, &speaks).await {
        Ok(official) => {
            let page = register(&form_token(&official.session.id), TypedView::default());
            register_page(&state, &speaks, &official, &page)
        }
        Err(refused) => *refused,
    }
}

/// A search.
pub(crate) async fn post(
    Extract(state): Extract<State>,
    cookies: Cookies,
    speaks: Speaks,
    Body(body): Body,
) -> Response {
    let official = match enter_with(&state, &cookies, &speaks, &body).await {
        Ok(official) => official,
        Err(refused) => return *refused,
    };
    let typed = typed(&body);
    let mut page = register(&form_token(&official.session.id), typed.clone());
    let (question, asker) = match asked(&typed, &official) {
        Ok(asked) => asked,
        Err(problem) => {
            page.problem = Some(problem);
            return register_page(&state, &speaks, &official, &page);
        }
    };
    match search(&state.deps, &question, &asker).await {
        Ok(found) => {
            let subject = match &question.by {
                By::Who(_) => Some(("person", typed.person.trim().to_owned())),
                By::Reference(name) | By::Request(name) => Some(("case", name.clone())),
                By::NameId(_) | By::Time => None,
            };
            page.results = Some(results(&state, &found, speaks.language(), subject));
            register_page(&state, &speaks, &official, &page)
        }
        Err(error) => server_page(&state, &speaks, &error),
    }
}

/// One entry.
pub(crate) async fn entry_post(
    Extract(state): Extract<State>,
    cookies: Cookies,
    speaks: Speaks,
    Body(body): Body,
) -> Response {
    let official = match enter_with(&state, &cookies, &speaks, &body).await {
        Ok(official) => official,
        Err(refused) => return *refused,
    };
    let why = field(&body, "why").unwrap_or_default();
    let id = field(&body, "entry").and_then(|id| Uuid::try_parse(&id).ok());
    let (Some(reason), Some(id)) = (Reason::read(&why), id) else {
        return office_form_page(&state, &speaks);
    };
    match open(&state.deps, id, &asker(&official, reason)).await {
        Ok(Some(opened)) => {
            let token = form_token(&official.session.id);
            let page = entry(&state, &opened, speaks.language(), &token, &why);
            entry_page(&state, &speaks, &official, &page)
        }
        Ok(None) => not_found_page(&state, &speaks),
        Err(error) => server_page(&state, &speaks, &error),
    }
}

/// A file.
pub(crate) async fn export(
    Extract(state): Extract<State>,
    cookies: Cookies,
    speaks: Speaks,
    Body(body): Body,
) -> Response {
    let official = match enter_with(&state, &cookies, &speaks, &body).await {
        Ok(official) => official,
        Err(refused) => return *refused,
    };
    let name = field(&body, "subject").unwrap_or_default();
    let subject = match field(&body, "kind").as_deref() {
        Some("person") => Who::read(&name).map(Subject::Person),
        Some("case") => Some(Subject::Case(name.trim().to_owned())).filter(|_| !name.trim().is_empty()),
        _ => None,
    };
    let reason = Reason::read(&field(&body, "why").unwrap_or_default());
    let (Some(subject), Some(reason)) = (subject, reason) else {
        return office_form_page(&state, &speaks);
    };
    match hand_out(&state.deps, &subject, &asker(&official, reason)).await {
        Ok(Some(bytes)) => archive(
            &state.deps.clock.now().format("registro-%Y%m%d-%H%M%S.zip").to_string(),
            bytes,
        ),
        Ok(None) => not_found_page(&state, &speaks),
        Err(error) => server_page(&state, &speaks, &error),
    }
}

/// Whoever has no business here gets another page.
async fn enter(state: &State, cookies: &Cookies, speaks: &Speaks) -> Result<Box<Official>, Box<Response>> {
    let refused = match admit(&state.deps, cookies.browser, Duty::Auditor).await {
        Ok(Admission::Admitted(official)) => return Ok(official),
        Ok(Admission::SignIn) => see_other("/login"),
        Ok(Admission::TooWeak) => too_weak_page(state, speaks),
        Ok(Admission::NotThere) => not_found_page(state, speaks),
        Err(error) => server_page(state, speaks, &error),
    };
    Err(Box::new(refused))
}

/// As [`enter`], for a form that must have come from a page of ours in this session.
async fn enter_with(
    state: &State,
    cookies: &Cookies,
    speaks: &Speaks,
    body: &str,
) -> Result<Box<Official>, Box<Response>> {
    let official = enter(state, cookies, speaks).await?;
    match field(body, "token").is_some_and(|token| is_form_token(&token, &official.session.id)) {
        true => Ok(official),
        false => Err(Box::new(office_form_page(state, speaks))),
    }
}

fn typed(body: &str) -> TypedView {
    let text = |name: &str| field(body, name).unwrap_or_default();
    TypedView {
        person: text("person"),
        reference: text("reference"),
        request: text("request"),
        name_id: text("name_id"),
        from: text("from"),
        to: text("to"),
        why: text("why"),
    }
}

fn asked(typed: &TypedView, official: &Official) -> Result<(Question, Asker), RegisterProblem> {
    let question = Typed {
        person: typed.person.clone(),
        reference: typed.reference.clone(),
        request: typed.request.clone(),
        name_id: typed.name_id.clone(),
        from: typed.from.clone(),
        to: typed.to.clone(),
    }
    .read()
    .map_err(|unclear| match unclear {
        Unclear::Nothing => RegisterProblem::Nothing,
        Unclear::TooMuch => RegisterProblem::TooMuch,
        Unclear::NoPerson => RegisterProblem::NoPerson,
        Unclear::NoTime => RegisterProblem::NoTime,
    })?;
    let reason = Reason::read(&typed.why).ok_or(RegisterProblem::NoReason)?;
    Ok((question, asker(official, reason)))
}

fn asker(official: &Official, reason: Reason) -> Asker {
    Asker {
        official: official.person.id,
        reason,
        via: Via::Page,
    }
}
