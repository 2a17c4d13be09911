//! What administrators write becomes what the service works with: all of it or nothing.

use crate::flow::{Deps, FlowError};
use crate::manifest::{Fault, Manifest, Official};
use crate::store::{Inserted, Tx};
use chrono::{DateTime, Utc};
use domain::audit::{EventKind, SecurityEvent};
use domain::italy::FiscalNumber;
use domain::organisation::{Organisation, Unit};
use domain::person::{Duty, Person, PersonId};
use protocol::oidc::client::Client;
use std::collections::BTreeMap;

/// The part of a manifest that is wrong (`mandate[3]`), and why.
#[derive(Debug, PartialEq, Eq)]
pub struct WrongPart {
    /// Which.
    pub part: String,
    /// Why.
    pub faults: Vec<Fault>,
}

/// How much was stored.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Applied {
    /// Organisations.
    pub organisations: usize,
    /// People.
    pub people: usize,
    /// Mandates.
    pub mandates: usize,
    /// Officials.
    pub officials: usize,
}

/// Stores the clients of the configuration; others that an earlier configuration named are disabled. Those that registered
/// themselves stay, unless the configuration names them: then they are its own.
///
/// # Errors
/// [`FlowError`] when a store fails; then nothing was changed.
pub async fn apply_clients(deps: &Deps, clients: &[Client]) -> Result<(), FlowError> {
    let now = deps.clock.now();
    let mut back: Vec<String> = Vec::new();
    for client in clients {
        let known = deps.store.client(&client.id).await?;
        back.extend(known.filter(|known| known.disabled).map(|known| known.id));
    }
    let mut tx = deps.store.begin().await?;
    // First, for a new client may take the place of one that goes.
    let ids: Vec<&str> = clients.iter().map(|client| client.id.as_str()).collect();
    for gone in tx.disable_clients_except(&ids).await? {
        // What it holds must not live again when its name comes back: perhaps that is why it went (attack 47).
        let ended = tx.end_grants_of_client(&gone, now).await?;
        if ended == 0 {
            continue;
        }
        tx.record(&SecurityEvent {
            client: Some(gone),
            detail: Some(format!("client disabled, {ended} grants")),
            ..deps.event(EventKind::GrantsEnded, now)
        })
        .await?;
    }
    for client in clients {
        if back.contains(&client.id) {
            // It may have left under another version, or while another node was still answering; and it may be somebody else's now.
            tx.end_grants_of_client(&client.id, now).await?;
            tx.remove_consents_at(&client.id).await?;
        }
        tx.upsert_client(client).await?;
        tx.adopt_client(&client.id).await?;
    }
    tx.record(&event(deps, now, format!("{} clients", clients.len())))
        .await?;
    tx.commit().await?;
    Ok(())
}

/// Stores the duties of officials that the configuration names; those that an earlier configuration gave are taken
/// away.
///
/// # Errors
/// [`FlowError`] when a store fails; then nothing was changed.
pub async fn apply_officials(deps: &Deps, officials: &[Official]) -> Result<(), FlowError> {
    let now = deps.clock.now();
    let mut tx = deps.store.begin().await?;
    let mut kept = Vec::new();
    for written in officials {
        // Whatever is wrong with it, the configuration's own checks told.
        let Ok(number) = written.read() else { continue };
        let person = known_or_awaited(deps, &mut tx, number, now).await?;
        for held in written.duties_of(person) {
            tx.upsert_duty(&held, true).await?;
            kept.push((held.person, held.duty));
        }
    }
    tx.remove_configured_duties_except(&kept).await?;
    if !officials.is_empty() {
        tx.record(&event(deps, now, format!("{} officials", officials.len())))
            .await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Whoever is not known yet is known by the fiscal number alone until the first login.
async fn known_or_awaited(
    deps: &Deps,
    tx: &mut Tx,
    number: FiscalNumber,
    now: DateTime<Utc>,
) -> Result<PersonId, FlowError> {
    let stranger = Person::awaited(PersonId(deps.random.uuid(now)), number, now);
    Ok(match tx.insert_person(&stranger).await? {
        Inserted::New => stranger.id,
        Inserted::Existing(person) => person.id,
    })
}

async fn give_duties(
    deps: &Deps,
    tx: &mut Tx,
    written: &Official,
    now: DateTime<Utc>,
) -> Result<Vec<Fault>, FlowError> {
    let number = match written.read() {
        Ok(number) => number,
        Err(faults) => return Ok(faults),
    };
    let person = known_or_awaited(deps, tx, number, now).await?;
    let duties = written.duties_of(person);
    for held in &duties {
        tx.upsert_duty(held, false).await?;
    }
    let kept: Vec<Duty> = duties.iter().map(|held| held.duty).collect();
    tx.remove_duties_except(person, &kept).await?;
    Ok(Vec::new())
}

/// Stores organisations, units, people, mandates and officials. Clients are managed by the configuration and
/// not touched.
///
/// # Errors
/// [`FlowError`] when a store fails; inside, every part that is wrong. Then nothing was changed.
pub async fn apply_manifest(deps: &Deps, manifest: &Manifest) -> Result<Result<Applied, Vec<WrongPart>>, FlowError> {
    let now = deps.clock.now();
    let mut wrong = Vec::new();
    let mut tx = deps.store.begin().await?;
    let mut organisations: BTreeMap<String, (Organisation, Vec<Unit>)> = BTreeMap::new();
    for (index, written) in manifest.organisation.iter().enumerate() {
        match written.to_organisation() {
            Ok((organisation, units)) => {
                tx.upsert_organisation(&organisation).await?;
                for unit in &units {
                    tx.upsert_unit(unit).await?;
                }
                organisations.insert(organisation.alias.clone(), (organisation, units));
            }
            Err(faults) => wrong.push(WrongPart {
                part: format!("organisation[{index}]"),
                faults,
            }),
        }
    }
    for (index, written) in manifest.person.iter().enumerate() {
        match written.to_person(PersonId(deps.random.uuid(now)), now) {
            Ok(person) => drop(tx.insert_person(&person).await?),
            Err(faults) => wrong.push(WrongPart {
                part: format!("person[{index}]"),
                faults,
            }),
        }
    }
    for (index, written) in manifest.mandate.iter().enumerate() {
        let mut refuse = |faults| {
            wrong.push(WrongPart {
                part: format!("mandate[{index}]"),
                faults,
            })
        };
        let number = match written.fiscal_number() {
            Ok(number) => number,
            Err(faults) => {
                refuse(faults);
                continue;
            }
        };
        let holder = known_or_awaited(deps, &mut tx, number, now).await?;
        let Some((organisation, units)) = organisations.get(&written.organisation) else {
            refuse(vec![Fault {
                setting: "organisation".to_owned(),
                message: "is not an organisation of this file".to_owned(),
            }]);
            continue;
        };
        match written.to_mandate(holder, organisation, units) {
            Ok(mandate) => tx.upsert_mandate(&mandate).await?,
            Err(faults) => refuse(faults),
        }
    }
    for (index, written) in manifest.official.iter().enumerate() {
        let faults = give_duties(deps, &mut tx, written, now).await?;
        if !faults.is_empty() {
            wrong.push(WrongPart {
                part: format!("official[{index}]"),
                faults,
            });
        }
    }
    if !wrong.is_empty() {
        tx.rollback().await?;
        return Ok(Err(wrong));
    }
    let applied = Applied {
        organisations: manifest.organisation.len(),
        people: manifest.person.len(),
        mandates: manifest.mandate.len(),
        officials: manifest.official.len(),
    };
    tx.record(&event(deps, now, format!("{applied:?}"))).await?;
    tx.commit().await?;
    Ok(Ok(applied))
}

fn event(deps: &Deps, now: DateTime<Utc>, detail: String) -> SecurityEvent {
    SecurityEvent {
        detail: Some(detail),
        ..deps.event(EventKind::ConfigurationApplied, now)
    }
}
