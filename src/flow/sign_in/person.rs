//! From a proved identity to a person: found by fiscal number, or created. Never by e-mail or name.

use crate::flow::{Deps, FlowError};
use crate::store::{Credential, Inserted, Tx};
use chrono::{DateTime, Utc};
use domain::audit::{EventKind, SecurityEvent};
use domain::person::{Consistency, Identity, Person, PersonId, consistency};
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
    /// The person is blocked.
    Blocked {
        /// What the citizen can read out to the help desk.
        reference: String,
    },
}

/// Finds or creates the person of `identity`, in one transaction.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn recognise(deps: &Deps, identity: &Identity, now: DateTime<Utc>) -> Result<Recognised, FlowError> {
    let mut tx = deps.store.begin().await?;
    let newcomer = Person {
        id: PersonId(deps.random.uuid(now)),
        fiscal_number: identity.fiscal_number.clone(),
        given_name: identity.given_name.clone(),
        family_name: identity.family_name.clone(),
        date_of_birth: identity.date_of_birth,
        created_at: now,
        verified_at: now,
        blocked: false,
    };
    let person = match tx.insert_person(&newcomer).await? {
        Inserted::New => {
            tx.record(&event(deps, EventKind::PersonCreated, newcomer.id, None, now))
                .await?;
            newcomer
        }
        Inserted::Existing(person) => match confirm(deps, &mut tx, person, identity, now).await? {
            Ok(person) => person,
            Err(refused) => {
                tx.commit().await?;
                return Ok(refused);
            }
        },
    };
    let credential = tx
        .upsert_credential(&Credential {
            id: deps.random.uuid(now),
            person: person.id,
            method: identity.method,
            issuer: identity.issuer.clone(),
            subject: identity.subject.clone(),
            attributes: identity.attributes.clone(),
            level: identity.level,
            first_used_at: now,
            last_used_at: now,
        })
        .await?;
    let Some(credential) = credential else {
        // The provider's own name for the person already stands for somebody else: nothing is changed.
        tx.rollback().await?;
        return conflict(deps, person.id, now).await;
    };
    tx.commit().await?;
    Ok(Recognised::Person { person, credential })
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
