//! From a proved identity to a person: found by fiscal number, or by the credential of somebody who has
//! none, or created. Never by e-mail, name or birth date.

use crate::flow::{Deps, FlowError};
use crate::store::{Credential, Inserted, Tx};
use chrono::{DateTime, Utc};
use domain::audit::{EventKind, SecurityEvent};
use domain::person::{Anchor, Consistency, Identity, Person, PersonId, consistency};
use uuid::Uuid;

/// Who it is.
#[derive(Debug)]
pub enum Recognised {
    /// The person, and the credential that was used.
    Person {
        /// As on file after this login.
        person: Person,
        /// The credential.
        credential: Uuid,
    },
    /// The fiscal number is on file with another name or birth date: somebody has to look.
    Conflict {
        /// What the citizen can read out to the help desk.
        reference: String,
    },
    /// There is nothing in what was proved that would find the same person again.
    Unknown {
        /// What the citizen can read out to the help desk.
        reference: String,
    },
    /// The person is blocked.
    Blocked {
        /// What the citizen can read out to the help desk.
        reference: String,
    },
}

/// Finds or creates the person of `identity` by what it is known by (`Identity::anchor`).
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn recognise(deps: &Deps, identity: &Identity, now: DateTime<Utc>) -> Result<Recognised, FlowError> {
    match identity.anchor() {
        Some(Anchor::FiscalNumber(_)) => by_fiscal_number(deps, identity, now).await,
        Some(Anchor::Subject(subject)) => by_subject(deps, identity, subject, now).await,
        None => nobody(deps, now).await,
    }
}

/// The unique fiscal number decides, in one transaction.
async fn by_fiscal_number(deps: &Deps, identity: &Identity, now: DateTime<Utc>) -> Result<Recognised, FlowError> {
    let mut tx = deps.store.begin().await?;
    let newcomer = newcomer(deps, identity, now);
    let person = match tx.insert_person(&newcomer).await? {
        Inserted::New => created(deps, &mut tx, newcomer, now).await?,
        Inserted::Existing(person) => match confirm(deps, &mut tx, person, identity, now).await? {
            Ok(person) => person,
            Err(refused) => {
                tx.commit().await?;
                return Ok(refused);
            }
        },
    };
    let Some(credential) = used(deps, &mut tx, &person, identity, now).await? else {
        // The provider's own name for the person already stands for somebody else: nothing is changed.
        tx.rollback().await?;
        return conflict(deps, person.id, now).await;
    };
    tx.commit().await?;
    Ok(Recognised::Person { person, credential })
}

/// The unique credential decides, in one transaction. Of two first logins at once one makes the person;
/// the other finds, at its second try, whom the first one made.
async fn by_subject(
    deps: &Deps,
    identity: &Identity,
    subject: &str,
    now: DateTime<Utc>,
) -> Result<Recognised, FlowError> {
    let mut newcomer = newcomer(deps, identity, now);
    // Nobody proved that it is theirs.
    newcomer.fiscal_number = None;
    for _ in 0..2 {
        let mut tx = deps.store.begin().await?;
        let known = tx
            .person_of_credential(identity.method, &identity.issuer, subject)
            .await?;
        let person = match known {
            Some(person) => match confirm(deps, &mut tx, person, identity, now).await? {
                Ok(person) => person,
                Err(refused) => {
                    tx.commit().await?;
                    return Ok(refused);
                }
            },
            None => {
                tx.insert_person(&newcomer).await?;
                created(deps, &mut tx, newcomer.clone(), now).await?
            }
        };
        if let Some(credential) = used(deps, &mut tx, &person, identity, now).await? {
            tx.commit().await?;
            return Ok(Recognised::Person { person, credential });
        }
        tx.rollback().await?;
    }
    nobody(deps, now).await
}

/// Proved, but by nothing that would find them again.
async fn nobody(deps: &Deps, now: DateTime<Utc>) -> Result<Recognised, FlowError> {
    let reference = deps.random.reference();
    tracing::warn!(%reference, "identity without anything to be known by");
    let mut tx = deps.store.begin().await?;
    tx.record(&SecurityEvent {
        reference: Some(reference.clone()),
        ..deps.event(EventKind::IdentityRefused, now)
    })
    .await?;
    tx.commit().await?;
    Ok(Recognised::Unknown { reference })
}

fn newcomer(deps: &Deps, identity: &Identity, now: DateTime<Utc>) -> Person {
    Person {
        id: PersonId(deps.random.uuid(now)),
        fiscal_number: identity.fiscal_number.clone(),
        given_name: identity.given_name.clone(),
        family_name: identity.family_name.clone(),
        date_of_birth: identity.date_of_birth,
        created_at: now,
        verified_at: now,
        blocked: false,
    }
}

async fn created(deps: &Deps, tx: &mut Tx, newcomer: Person, now: DateTime<Utc>) -> Result<Person, FlowError> {
    tx.record(&event(deps, EventKind::PersonCreated, newcomer.id, None, now))
        .await?;
    Ok(newcomer)
}

/// Notes the use of the credential. `None`: the issuer's name for the person stands for somebody else.
async fn used(
    deps: &Deps,
    tx: &mut Tx,
    person: &Person,
    identity: &Identity,
    now: DateTime<Utc>,
) -> Result<Option<Uuid>, FlowError> {
    let credential = Credential {
        id: deps.random.uuid(now),
        person: person.id,
        method: identity.method,
        issuer: identity.issuer.clone(),
        subject: identity.subject.clone(),
        attributes: identity.attributes.clone(),
        level: identity.level,
        first_used_at: now,
        last_used_at: now,
    };
    Ok(tx.upsert_credential(&credential).await?)
}

async fn conflict(deps: &Deps, person: PersonId, now: DateTime<Utc>) -> Result<Recognised, FlowError> {
    let reference = deps.random.reference();
    tracing::warn!(%reference, "credential belongs to another person");
    let mut tx = deps.store.begin().await?;
    tx.record(&event(deps, EventKind::IdentityConflict, person, Some(&reference), now))
        .await?;
    tx.commit().await?;
    Ok(Recognised::Conflict { reference })
}

async fn confirm(
    deps: &Deps,
    tx: &mut Tx,
    mut person: Person,
    identity: &Identity,
    now: DateTime<Utc>,
) -> Result<Result<Person, Recognised>, FlowError> {
    if person.blocked {
        let reference = deps.random.reference();
        tracing::warn!(%reference, "person is blocked");
        tx.record(&event(
            deps,
            EventKind::IdentityRefused,
            person.id,
            Some(&reference),
            now,
        ))
        .await?;
        return Ok(Err(Recognised::Blocked { reference }));
    }
    if let Consistency::Conflict(what) = consistency(&person, identity) {
        let reference = deps.random.reference();
        tracing::warn!(%reference, ?what, "identity conflicts with the person on file");
        tx.record(&event(
            deps,
            EventKind::IdentityConflict,
            person.id,
            Some(&reference),
            now,
        ))
        .await?;
        return Ok(Err(Recognised::Conflict { reference }));
    }
    person.given_name = identity.given_name.clone();
    person.family_name = identity.family_name.clone();
    person.date_of_birth = identity.date_of_birth.or(person.date_of_birth);
    person.verified_at = now;
    tx.verify_person(&person).await?;
    Ok(Ok(person))
}

fn event(deps: &Deps, kind: EventKind, person: PersonId, reference: Option<&str>, now: DateTime<Utc>) -> SecurityEvent {
    SecurityEvent {
        person: Some(person),
        reference: reference.map(str::to_owned),
        ..deps.event(kind, now)
    }
}
