//! What administrators write becomes what the service works with, in one transaction.

use crate::flow::{Deps, FlowError};
use domain::audit::{EventKind, SecurityEvent};
use domain::mandate::Mandate;
use domain::organisation::{Organisation, Unit};
use domain::person::Person;
use protocol::oidc::client::Client;

/// Checked records, ready to be stored.
#[derive(Debug, Default)]
pub struct Records {
    /// Organisations.
    pub organisations: Vec<Organisation>,
    /// Their units.
    pub units: Vec<Unit>,
    /// People who need not have signed in yet.
    pub people: Vec<Person>,
    /// Who may act for which organisation.
    pub mandates: Vec<Mandate>,
}

/// Stores the clients of the configuration; others that an earlier configuration named are disabled.
///
/// # Errors
/// [`FlowError`] when a store fails; then nothing was changed.
pub async fn apply_clients(deps: &Deps, clients: &[Client]) -> Result<(), FlowError> {
    let now = deps.clock.now();
    let mut tx = deps.store.begin().await?;
    for client in clients {
        tx.upsert_client(client).await?;
    }
    let ids: Vec<&str> = clients.iter().map(|client| client.id.as_str()).collect();
    tx.disable_clients_except(&ids).await?;
    tx.record(&applied(deps, now, format!("{} clients", clients.len()))).await?;
    tx.commit().await?;
    Ok(())
}

/// Stores organisations, units, people and mandates.
///
/// # Errors
/// [`FlowError`] when a store fails; then nothing was changed.
pub async fn apply_records(deps: &Deps, records: &Records) -> Result<(), FlowError> {
    let now = deps.clock.now();
    let mut tx = deps.store.begin().await?;
    for organisation in &records.organisations {
        tx.upsert_organisation(organisation).await?;
    }
    for unit in &records.units {
        tx.upsert_unit(unit).await?;
    }
    for person in &records.people {
        tx.upsert_person(person).await?;
    }
    for mandate in &records.mandates {
        tx.upsert_mandate(mandate).await?;
    }
    let detail = format!(
        "{} organisations, {} people, {} mandates",
        records.organisations.len(),
        records.people.len(),
        records.mandates.len()
    );
    tx.record(&applied(deps, now, detail)).await?;
    tx.commit().await?;
    Ok(())
}

fn applied(deps: &Deps, now: chrono::DateTime<chrono::Utc>, detail: String) -> SecurityEvent {
    SecurityEvent {
        id: deps.random.uuid(now),
        at: now,
        kind: EventKind::ConfigurationApplied,
        person: None,
        client: None,
        organisation: None,
        mandate: None,
        detail: Some(detail),
        reference: None,
    }
}
