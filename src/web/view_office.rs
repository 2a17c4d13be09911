//! From what the stories of officials know to what their pages show.

use super::State;
use super::view::service_name;
use crate::flow::office::register::{Found, Opened};
use crate::pages::{
    DocumentView, EntryLine, EntryPage, EventLine, HandOut, Language, RegisterPage, RegisterResults, TypedView,
};
use protocol::oidc::client::Client;

const REGISTER: &str = "/office/register";
const ENTRY: &str = "/office/register/entry";
const EXPORT: &str = "/office/register/export";
const ACCEPTED: &str = "accepted";

/// The search form.
pub(super) fn register(token: &str, typed: TypedView) -> RegisterPage {
    RegisterPage {
        action: REGISTER.to_owned(),
        token: token.to_owned(),
        typed,
        problem: None,
        results: None,
    }
}

/// What was found; `subject` can be handed out.
pub(super) fn results(
    state: &State,
    found: &Found,
    language: Language,
    subject: Option<(&'static str, String)>,
) -> RegisterResults {
    let nothing = found.entries.is_empty() && found.events.is_empty();
    RegisterResults {
        entries: found
            .entries
            .iter()
            .map(|entry| EntryLine {
                id: entry.id.to_string(),
                time: entry.received_at,
                request_id: entry.request_id.clone(),
                provider: state.deps.issuer_name(&entry.identity_provider),
                service: entry
                    .client_id
                    .as_deref()
                    .map(|id| service(&found.services, id, language)),
                accepted: entry.outcome == ACCEPTED,
                outcome: entry.outcome.clone(),
                person: entry.person.map(|person| person.0.to_string()),
            })
            .collect(),
        more: found.more,
        events: found
            .events
            .iter()
            .map(|event| EventLine {
                time: event.at,
                name: event.kind.name().to_owned(),
                person: event.person.map(|person| person.0.to_string()),
            })
            .collect(),
        entry_action: ENTRY.to_owned(),
        hand_out: subject.filter(|_| !nothing).map(|(kind, subject)| HandOut {
            action: EXPORT.to_owned(),
            kind,
            subject,
        }),
    }
}

/// One entry.
pub(super) fn entry(state: &State, opened: &Opened, language: Language, token: &str, why: &str) -> EntryPage {
    let (entry, content) = (&opened.entry, opened.content.as_ref());
    let provider = state.deps.issuer_name(&entry.identity_provider);
    EntryPage {
        back_href: REGISTER.to_owned(),
        token: token.to_owned(),
        why: why.to_owned(),
        hand_out: HandOut {
            action: EXPORT.to_owned(),
            kind: "case",
            subject: entry.request_id.clone(),
        },
        time: entry.received_at,
        accepted: entry.outcome == ACCEPTED,
        outcome: entry.outcome.clone(),
        reference: entry.reference.clone(),
        request_id: entry.request_id.clone(),
        request_issued_at: entry.request_issued_at,
        response_id: entry.response_id.clone(),
        response_issued_at: entry.response_issued_at,
        provider: match provider == entry.identity_provider {
            true => provider,
            false => format!("{provider} ({})", entry.identity_provider),
        },
        assertion_id: entry.assertion_id.clone(),
        name_id: content.and_then(|content| content.name_id.clone()),
        name_qualifier: entry.name_qualifier.clone(),
        service: entry
            .client_id
            .as_deref()
            .map(|id| service(opened.service.as_slice(), id, language)),
        person: entry.person.map(|person| person.0.to_string()),
        source_address: content.and_then(|content| content.source_address.clone()),
        segment: entry.segment,
        documents: content.map(|content| DocumentView {
            request: content.request_document.clone(),
            response: content.response_document.clone(),
        }),
    }
}

/// The name of a service, or its client_id when it is not registered any more.
fn service(services: &[Client], id: &str, language: Language) -> String {
    let known = services.iter().find(|client| client.id == id);
    known.map_or_else(|| id.to_owned(), |client| service_name(client, language))
}
