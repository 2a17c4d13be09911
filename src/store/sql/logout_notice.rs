//! Table `logout_notice`: ended grants whose client is still to be told.

use super::Tx;
use super::column::micros;
use crate::store::{Store, StoreError};
use chrono::{DateTime, Utc};
use uuid::Uuid;

const TABLE: &str = "logout_notice";

/// A grant that ended, and how often its client was told so in vain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogoutNotice {
    /// The grant.
    pub grant: Uuid,
    /// Whom to tell.
    pub client: String,
    /// Tries so far.
    pub tries: i16,
}

impl Store {
    /// The notices whose turn it is, the longest overdue first, at most `at_most`, and of one client at most `of_one`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn due_logout_notices(
        &self,
        now: DateTime<Utc>,
        at_most: usize,
        of_one: usize,
    ) -> Result<Vec<LogoutNotice>, StoreError> {
        let rows: Vec<(Uuid, String, i16)> = read!(self, TABLE, connection => sqlx::query_as(
            "SELECT grant_id, client_id, tries FROM (SELECT n.grant_id, g.client_id, n.tries, n.next_try_at, \
             ROW_NUMBER() OVER (PARTITION BY g.client_id ORDER BY n.next_try_at, n.grant_id) AS place \
             FROM logout_notice n JOIN login_grant g ON g.id = n.grant_id WHERE n.next_try_at <= $1) AS due \
             WHERE place <= $3 ORDER BY next_try_at, grant_id LIMIT $2")
            .bind(micros(now))
            .bind(i64::try_from(at_most).unwrap_or(i64::MAX))
            .bind(i64::try_from(of_one).unwrap_or(i64::MAX))
            .fetch_all(connection))?;
        let notice = |(grant, client, tries)| LogoutNotice { grant, client, tries };
        Ok(rows.into_iter().map(notice).collect())
    }
}

impl Tx {
    /// Takes the next try of a notice, which comes again at `again`, or (`None`: it is the last try) never. Of all who
    /// read the same notice, one is told `true`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn claim_logout_notice(
        &mut self,
        notice: &LogoutNotice,
        again: Option<DateTime<Utc>>,
    ) -> Result<bool, StoreError> {
        let rows = match again {
            Some(again) => changed!(
                self,
                TABLE,
                sqlx::query(
                    "UPDATE logout_notice SET tries = tries + 1, next_try_at = $3 WHERE grant_id = $1 AND tries = $2"
                )
                .bind(notice.grant)
                .bind(notice.tries)
                .bind(micros(again))
            ),
            None => changed!(
                self,
                TABLE,
                sqlx::query("DELETE FROM logout_notice WHERE grant_id = $1 AND tries = $2")
                    .bind(notice.grant)
                    .bind(notice.tries)
            ),
        }?;
        Ok(rows > 0)
    }

    /// Forgets a notice: its client was told, or has nothing to be told any more.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn remove_logout_notice(&mut self, grant: Uuid) -> Result<(), StoreError> {
        changed!(
            self,
            TABLE,
            sqlx::query("DELETE FROM logout_notice WHERE grant_id = $1").bind(grant)
        )
        .map(|_| ())
    }
}
