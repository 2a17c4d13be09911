//! What the register holds about a person or a case, handed out as one file.

use super::archive;
use super::question::{By, Question, Who};
use super::register::{Asker, Opened, content, entries, record};
use crate::flow::{Deps, FlowError};
use crate::store::RegisterEntry;
use chrono::{DateTime, Utc};
use domain::audit::{EventKind, SecurityEvent};
use domain::person::PersonId;
use std::collections::BTreeSet;

/// Entries that are handed out at most.
const HANDED_OUT: u32 = 100_000;
/// Events that stand beside them at most.
const EVENTS: u32 = 100_000;

/// What is handed out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// Everything about one person (GDPR art. 15).
    Person(Who),
    /// One case: a request id, or the reference of an error page.
    Case(String),
}

impl Subject {
    fn word(&self) -> &'static str {
        match self {
            Subject::Person(_) => "person",
            Subject::Case(_) => "case",
        }
    }
}

/// What there is about a subject.
struct Gathered {
    entries: Vec<RegisterEntry>,
    person: Option<PersonId>,
    /// References under which events of the case stand.
    references: Vec<String>,
}

/// Hands out a ZIP file; `None`: nothing is known.
///
/// # Errors
/// [`FlowError`] when a store fails; then nothing is handed out.
pub async fn export(deps: &Deps, subject: &Subject, asker: &Asker) -> Result<Option<Vec<u8>>, FlowError> {
    let now = deps.clock.now();
    let gathered = gather(deps, subject).await?;
    let person = gathered.person;
    let events = events(deps, subject, &gathered).await?;
    let on_file = match (subject, person) {
        (Subject::Person(_), Some(person)) => deps.store.person(person).await?,
        _ => None,
    };
    if gathered.entries.is_empty() && events.is_empty() && on_file.is_none() {
        record(deps, EventKind::RegisterExported, asker, person, "nothing").await?;
        return Ok(None);
    }
    let mut opened = Vec::with_capacity(gathered.entries.len());
    for entry in gathered.entries {
        let content = content(deps, &entry).await?;
        opened.push(Opened {
            entry,
            content,
            service: None,
        });
    }
    let handed = archive::Handed {
        entries: &opened,
        events: &events,
        person: on_file.as_ref(),
        issuer: &deps.settings.issuer,
        at: now,
    };
    let archive = archive::write(&handed).map_err(|error| FlowError::Message(error.to_string()))?;
    let what = format!("{} {} entries", subject.word(), opened.len());
    record(deps, EventKind::RegisterExported, asker, person, &what).await?;
    Ok(Some(archive))
}

async fn gather(deps: &Deps, subject: &Subject) -> Result<Gathered, FlowError> {
    let always = |by| Question {
        by,
        from: DateTime::UNIX_EPOCH,
        until: DateTime::<Utc>::MAX_UTC,
    };
    match subject {
        Subject::Person(who) => {
            let (entries, person) = entries(deps, &always(By::Who(who.clone())), HANDED_OUT).await?;
            Ok(Gathered {
                entries,
                person,
                references: Vec::new(),
            })
        }
        Subject::Case(name) => {
            let reference = name.to_ascii_uppercase();
            let (mut found, _) = entries(deps, &always(By::Request(name.clone())), HANDED_OUT).await?;
            if found.is_empty() {
                let by_reference = always(By::Reference(reference.clone()));
                (found, _) = entries(deps, &by_reference, HANDED_OUT).await?;
            }
            let mut references: BTreeSet<String> = found.iter().filter_map(|entry| entry.reference.clone()).collect();
            references.insert(reference);
            Ok(Gathered {
                person: found.iter().find_map(|entry| entry.person),
                entries: found,
                references: references.into_iter().collect(),
            })
        }
    }
}

/// For a person all of theirs; for a case those that name it.
async fn events(deps: &Deps, subject: &Subject, gathered: &Gathered) -> Result<Vec<SecurityEvent>, FlowError> {
    let mut events = Vec::new();
    if let Some(person) = gathered.person {
        let all = deps.store.events_of_person(person, EVENTS).await?;
        let names_case = |event: &SecurityEvent| {
            gathered.entries.iter().any(|entry| {
                event
                    .detail
                    .as_deref()
                    .is_some_and(|detail| detail.contains(&entry.request_id))
            })
        };
        events.extend(
            all.into_iter()
                .filter(|event| matches!(subject, Subject::Person(_)) || names_case(event)),
        );
    }
    for reference in &gathered.references {
        events.extend(deps.store.events_by_reference(reference).await?);
    }
    events.sort_by_key(|event| event.id);
    events.dedup_by_key(|event| event.id);
    Ok(events)
}
