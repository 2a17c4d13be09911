//! Look-ups in the transaction register. Each is recorded before anything is shown: who, what, why.

use super::question::{By, Question, Reason, Who};
use crate::flow::{Deps, FlowError};
use crate::store::{Content, RegisterEntry, Span, StoreError};
use domain::audit::{EventKind, SecurityEvent};
use domain::person::{Person, PersonId};
use protocol::oidc::client::Client;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Entries that a search shows at most.
pub const SHOWN: u32 = 200;
/// Who asks, in which way, and why.
#[derive(Debug, Clone)]
pub struct Asker {
    /// The official.
    pub official: PersonId,
    /// Why.
    pub reason: Reason,
    /// Where.
    pub via: Via,
}

/// Where an official asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// On the page.
    Page,
    /// With a command.
    Command,
}

impl Via {
    fn word(self) -> &'static str {
        match self {
            Via::Page => "page",
            Via::Command => "command",
        }
    }
}

/// What a search found.
#[derive(Debug)]
pub struct Found {
    /// The newest first, [`SHOWN`] at most.
    pub entries: Vec<RegisterEntry>,
    /// There are more.
    pub more: bool,
    /// Events with the reference that was looked for.
    pub events: Vec<SecurityEvent>,
    /// The relying parties that the entries name.
    pub services: Vec<Client>,
}

/// One entry, whole.
#[derive(Debug)]
pub struct Opened {
    /// Its open part.
    pub entry: RegisterEntry,
    /// Its encrypted part; `None` when it was changed, or its key is destroyed.
    pub content: Option<Content>,
    /// The relying party that it names.
    pub service: Option<Client>,
}

/// Looks for entries.
///
/// # Errors
/// [`FlowError`] when a store fails; then nothing is shown.
pub async fn search(deps: &Deps, question: &Question, asker: &Asker) -> Result<Found, FlowError> {
    // One more than is shown, to know whether there are more.
    let (mut entries, person) = entries(deps, question, SHOWN.saturating_add(1)).await?;
    let shown = usize::try_from(SHOWN).unwrap_or(usize::MAX);
    let more = entries.len() > shown;
    entries.truncate(shown);
    let events = match &question.by {
        By::Reference(reference) => deps.store.events_by_reference(reference).await?,
        _ => Vec::new(),
    };
    let what = format!("{} {} entries", question.by.word(), entries.len());
    record(deps, EventKind::RegisterSearched, asker, person, &what).await?;
    let named: BTreeSet<&str> = entries.iter().filter_map(|entry| entry.client_id.as_deref()).collect();
    let mut services = deps.store.clients().await?;
    services.retain(|client| named.contains(client.id.as_str()));
    Ok(Found {
        entries,
        more,
        events,
        services,
    })
}

/// Opens an entry; `None`: there is no such entry.
///
/// # Errors
/// [`FlowError`] when a store fails; then nothing is shown.
pub async fn open(deps: &Deps, id: Uuid, asker: &Asker) -> Result<Option<Opened>, FlowError> {
    let Some(entry) = deps.store.register_entry(id).await? else {
        return Ok(None);
    };
    let content = content(deps, &entry).await?;
    record(
        deps,
        EventKind::RegisterOpened,
        asker,
        entry.person,
        &entry.id.to_string(),
    )
    .await?;
    let service = match &entry.client_id {
        Some(client) => deps.store.client(client).await?,
        None => None,
    };
    Ok(Some(Opened {
        entry,
        content,
        service,
    }))
}

/// The newest first, and the person who was looked for.
pub(super) async fn entries(
    deps: &Deps,
    question: &Question,
    limit: u32,
) -> Result<(Vec<RegisterEntry>, Option<PersonId>), FlowError> {
    let span = Span {
        from: question.from,
        until: question.until,
        limit,
    };
    let store = &deps.store;
    Ok(match &question.by {
        By::Request(id) => (store.register_by_request(id).await?, None),
        By::Reference(reference) => (store.register_by_reference(reference).await?, None),
        By::NameId(name) => (store.register_by_name_id(name, span).await?, None),
        By::Time => (store.register_by_time(span).await?, None),
        By::Who(who) => {
            let person = person(deps, who).await?;
            let mut found = match person {
                Some(person) => store.register_by_person(person.0, span).await?,
                None => Vec::new(),
            };
            // Also what was proved and never taken, or before the person was known by this number.
            let number = match (who, person) {
                (Who::FiscalNumber(number), _) => Some(number.clone()),
                (Who::Person(id), _) => store.person(*id).await?.and_then(|person| person.fiscal_number),
            };
            if let Some(number) = number {
                let known: BTreeSet<Uuid> = found.iter().map(|entry| entry.id).collect();
                let by_number = store.register_by_fiscal_number(&number, span).await?;
                found.extend(by_number.into_iter().filter(|entry| !known.contains(&entry.id)));
            }
            found.sort_by_key(|entry| (std::cmp::Reverse(entry.received_at), entry.id));
            found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
            (found, person.map(|Known(id)| id))
        }
    })
}

/// A person of whom there is a row.
#[derive(Clone, Copy)]
struct Known(PersonId);

async fn person(deps: &Deps, who: &Who) -> Result<Option<Known>, FlowError> {
    let person: Option<Person> = match who {
        Who::FiscalNumber(number) => deps.store.person_by_fiscal_number(number).await?,
        Who::Person(id) => deps.store.person(*id).await?,
    };
    Ok(person.map(|person| Known(person.id)))
}

/// An entry that cannot be read any more is shown without what it held.
pub(super) async fn content(deps: &Deps, entry: &RegisterEntry) -> Result<Option<Content>, FlowError> {
    match deps.store.register_content(entry).await {
        Ok(content) => Ok(Some(content)),
        Err(StoreError::Inconsistent { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn record(
    deps: &Deps,
    kind: EventKind,
    asker: &Asker,
    person: Option<PersonId>,
    what: &str,
) -> Result<(), FlowError> {
    let now = deps.clock.now();
    let mut tx = deps.store.begin().await?;
    tx.record(&SecurityEvent {
        person,
        actor: Some(asker.official),
        detail: Some(format!("{} {what}: {}", asker.via.word(), asker.reason.as_str())),
        ..deps.event(kind, now)
    })
    .await?;
    Ok(tx.commit().await?)
}
