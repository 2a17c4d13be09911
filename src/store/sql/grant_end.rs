//! How grants of table `login_grant` end, whatever the cause: of a client that registered a `backchannel_logout_uri`,
//! `logout_notice` has a row from then on.

use super::Tx;
use super::column::micros;
use crate::store::StoreError;
use chrono::{DateTime, Utc};
use domain::mandate::Mandate;
use domain::person::PersonId;
use protocol::oidc::SecretHash;
use uuid::Uuid;

const TABLE: &str = "login_grant";
const NOTICES: &str = "logout_notice";

/// Before the grants end: a notice for each that does. `$1` is the end.
macro_rules! notices {
    ($which:literal) => {
        concat!(
            "INSERT INTO logout_notice (grant_id, next_try_at, tries) SELECT g.id, $1, 0 ",
            "FROM login_grant g JOIN client c ON c.id = g.client_id WHERE ",
            $which,
            " AND g.ended_at IS NULL AND c.backchannel_logout_uri IS NOT NULL ON CONFLICT DO NOTHING"
        )
    };
}

impl Tx {
    /// Ends a grant: its code, tokens and refreshes are dead. `false` when it was already.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_grant(&mut self, id: Uuid, now: DateTime<Utc>) -> Result<bool, StoreError> {
        changed!(
            self,
            NOTICES,
            sqlx::query(notices!("g.id = $2")).bind(micros(now)).bind(id)
        )?;
        let rows = changed!(
            self,
            TABLE,
            sqlx::query("UPDATE login_grant SET ended_at = $1 WHERE id = $2 AND ended_at IS NULL")
                .bind(micros(now))
                .bind(id)
        )?;
        Ok(rows > 0)
    }

    /// Ends every grant that a person gave at a client, and says how many.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_grants_at(
        &mut self,
        person: PersonId,
        client: &str,
        now: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        changed!(
            self,
            NOTICES,
            sqlx::query(notices!("g.person = $2 AND g.client_id = $3"))
                .bind(micros(now))
                .bind(person.0)
                .bind(client)
        )?;
        changed!(
            self,
            TABLE,
            sqlx::query(
                "UPDATE login_grant SET ended_at = $1 WHERE person = $2 AND client_id = $3 AND ended_at IS NULL"
            )
            .bind(micros(now))
            .bind(person.0)
            .bind(client)
        )
    }

    /// Ends every grant that a person gave under a mandate, and says how many.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_grants_under(&mut self, mandate: &Mandate, now: DateTime<Utc>) -> Result<u64, StoreError> {
        changed!(
            self,
            NOTICES,
            sqlx::query(notices!("g.person = $2 AND g.mandate = $3"))
                .bind(micros(now))
                .bind(mandate.person.0)
                .bind(mandate.id.0)
        )?;
        changed!(
            self,
            TABLE,
            sqlx::query("UPDATE login_grant SET ended_at = $1 WHERE person = $2 AND mandate = $3 AND ended_at IS NULL")
                .bind(micros(now))
                .bind(mandate.person.0)
                .bind(mandate.id.0)
        )
    }

    /// Ends every grant that was given to a client, and says how many.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_grants_of_client(&mut self, client: &str, now: DateTime<Utc>) -> Result<u64, StoreError> {
        changed!(
            self,
            NOTICES,
            sqlx::query(notices!("g.client_id = $2")).bind(micros(now)).bind(client)
        )?;
        changed!(
            self,
            TABLE,
            sqlx::query("UPDATE login_grant SET ended_at = $1 WHERE client_id = $2 AND ended_at IS NULL")
                .bind(micros(now))
                .bind(client)
        )
    }

    /// Ends every grant that was given in a browser session, and says how many.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_grants_of_session(&mut self, session: &SecretHash, now: DateTime<Utc>) -> Result<u64, StoreError> {
        changed!(
            self,
            NOTICES,
            sqlx::query(notices!("g.session_hash = $2"))
                .bind(micros(now))
                .bind(session.as_slice())
        )?;
        changed!(
            self,
            TABLE,
            sqlx::query("UPDATE login_grant SET ended_at = $1 WHERE session_hash = $2 AND ended_at IS NULL")
                .bind(micros(now))
                .bind(session.as_slice())
        )
    }

    /// Removes grants that were given before `before`, the oldest first, as long as nothing hangs on them: refresh tokens, a
    /// notice, attributes. Of the `at_most` oldest says how many.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn remove_old_grants(&mut self, before: DateTime<Utc>, at_most: i64) -> Result<u64, StoreError> {
        // Ids begin with their time: whoever looks at the oldest need not look at all.
        changed!(
            self,
            TABLE,
            sqlx::query(
                "DELETE FROM login_grant WHERE id IN (SELECT o.id FROM \
                 (SELECT id, created_at FROM login_grant ORDER BY id LIMIT $2) o WHERE o.created_at < $1 \
                 AND NOT EXISTS (SELECT 1 FROM refresh_token r WHERE r.grant_id = o.id) \
                 AND NOT EXISTS (SELECT 1 FROM logout_notice n WHERE n.grant_id = o.id) \
                 AND NOT EXISTS (SELECT 1 FROM grant_attributes a WHERE a.grant_id = o.id))"
            )
            .bind(micros(before))
            .bind(at_most)
        )
    }
}
