//! Table `usual_choice` (scelta abituale).

use super::Tx;
use super::column::micros;
use super::grant::{acting, mandate_of};
use crate::store::{Store, StoreError};
use chrono::{DateTime, Utc};
use domain::person::PersonId;
use protocol::oidc::grant::ActingContext;
use uuid::Uuid;

const TABLE: &str = "usual_choice";

impl Store {
    /// For whom this person asked to be proposed first at this client.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn usual_choice(&self, person: PersonId, client: &str) -> Result<Option<ActingContext>, StoreError> {
        let mandate: Option<Option<Uuid>> = read!(self, TABLE, connection =>
            sqlx::query_scalar("SELECT mandate FROM usual_choice WHERE person = $1 AND client_id = $2")
                .bind(person.0)
                .bind(client)
                .fetch_optional(connection))?;
        Ok(mandate.map(acting))
    }
}

impl Tx {
    /// Sets it, or forgets it (`None`).
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when what it names does not exist.
    pub async fn set_usual_choice(
        &mut self,
        person: PersonId,
        client: &str,
        choice: Option<ActingContext>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        match choice {
            Some(choice) => changed!(
                self,
                TABLE,
                sqlx::query(
                    "INSERT INTO usual_choice (person, client_id, mandate, chosen_at) VALUES ($1, $2, $3, $4) \
                     ON CONFLICT (person, client_id) DO UPDATE SET mandate = excluded.mandate, \
                     chosen_at = excluded.chosen_at"
                )
                .bind(person.0)
                .bind(client)
                .bind(mandate_of(choice))
                .bind(micros(now))
            ),
            None => changed!(
                self,
                TABLE,
                sqlx::query("DELETE FROM usual_choice WHERE person = $1 AND client_id = $2")
                    .bind(person.0)
                    .bind(client)
            ),
        }
        .map(|_| ())
    }
}
