//! The brief store in one SQLite file of its own.

use super::Kind;
use crate::store::StoreError;
use crate::store::sql::embedded::{Embedded, EmbeddedArguments, Synchronous};
use crate::store::sql::sqlite::SqliteFile;
use chrono::{DateTime, Utc};
use sqlx::query::Query;

/// How many expired rows go in one transaction: the writer is not kept from others for long.
const SWEPT_AT_ONCE: i64 = 500;

/// Its file.
#[derive(Debug, Clone)]
pub(super) struct SqliteBrief {
    file: SqliteFile,
}

impl SqliteBrief {
    pub(super) async fn open(url: &str) -> Result<SqliteBrief, StoreError> {
        // NORMAL: no wait for the disk. A process that is killed loses nothing; a power cut may cost a
        // few logins, and whatever decides a single use is in the durable store.
        let file = SqliteFile::open("brief", url, Synchronous::Normal).await?;
        let brief = SqliteBrief { file };
        // One table that is never altered: what it holds is gone in hours, so it needs no migrations.
        for statement in [
            "CREATE TABLE IF NOT EXISTS brief (kind TEXT NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL, \
             expires_at INTEGER NOT NULL, PRIMARY KEY (kind, key)) STRICT, WITHOUT ROWID",
            "CREATE INDEX IF NOT EXISTS brief_expiry ON brief (expires_at)",
        ] {
            brief.change(sqlx::query(statement)).await?;
        }
        Ok(brief)
    }

    pub(super) async fn ping(&self) -> Result<(), StoreError> {
        self.file.ping().await.map_err(failed)
    }

    pub(super) async fn close(&self) {
        self.file.close().await;
    }

    pub(super) async fn put(
        &self,
        kind: Kind,
        key: &[u8],
        value: &[u8],
        expires_at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let statement = sqlx::query(
            "INSERT INTO brief (kind, key, value, expires_at) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (kind, key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at",
        );
        self.change(
            statement
                .bind(kind.word())
                .bind(key)
                .bind(value)
                .bind(expires_at.timestamp_micros()),
        )
        .await
        .map(|_| ())
    }

    pub(super) async fn add(
        &self,
        kind: Kind,
        key: &[u8],
        value: &[u8],
        expires_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let statement = sqlx::query(
            "INSERT INTO brief (kind, key, value, expires_at) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (kind, key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at \
             WHERE brief.expires_at <= $5",
        );
        let rows = self
            .change(
                statement
                    .bind(kind.word())
                    .bind(key)
                    .bind(value)
                    .bind(expires_at.timestamp_micros())
                    .bind(now.timestamp_micros()),
            )
            .await?;
        Ok(rows > 0)
    }

    /// `false`: there is nothing to replace; nothing was written.
    pub(super) async fn replace(
        &self,
        kind: Kind,
        key: &[u8],
        value: &[u8],
        expires_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let statement = sqlx::query(
            "UPDATE brief SET value = $3, expires_at = $4 WHERE kind = $1 AND key = $2 AND expires_at > $5",
        );
        let rows = self
            .change(
                statement
                    .bind(kind.word())
                    .bind(key)
                    .bind(value)
                    .bind(expires_at.timestamp_micros())
                    .bind(now.timestamp_micros()),
            )
            .await?;
        Ok(rows > 0)
    }

    pub(super) async fn get(&self, kind: Kind, key: &[u8], now: DateTime<Utc>) -> Result<Option<Vec<u8>>, StoreError> {
        let mut reader = self.file.reader().await.map_err(failed)?;
        sqlx::query_scalar("SELECT value FROM brief WHERE kind = $1 AND key = $2 AND expires_at > $3")
            .bind(kind.word())
            .bind(key)
            .bind(now.timestamp_micros())
            .fetch_optional(&mut *reader)
            .await
            .map_err(failed)
    }

    pub(super) async fn remove(&self, kind: Kind, key: &[u8]) -> Result<(), StoreError> {
        let statement = sqlx::query("DELETE FROM brief WHERE kind = $1 AND key = $2");
        self.change(statement.bind(kind.word()).bind(key)).await.map(|_| ())
    }

    pub(super) async fn sweep(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        let mut swept: u64 = 0;
        loop {
            let statement = sqlx::query(
                "DELETE FROM brief WHERE (kind, key) IN \
                 (SELECT kind, key FROM brief WHERE expires_at <= $1 LIMIT $2)",
            );
            let rows = self
                .change(statement.bind(now.timestamp_micros()).bind(SWEPT_AT_ONCE))
                .await?;
            if rows == 0 {
                return Ok(swept);
            }
            swept = swept.saturating_add(rows);
        }
    }

    /// One statement that writes, and how many rows it changed.
    async fn change(&self, statement: Query<'_, Embedded, EmbeddedArguments>) -> Result<u64, StoreError> {
        let mut tx = self.file.begin().await.map_err(failed)?;
        let done = statement.execute(tx.connection()).await.map_err(failed)?;
        tx.commit().await.map_err(failed)?;
        Ok(done.rows_affected())
    }
}

fn failed(error: sqlx::Error) -> StoreError {
    StoreError::from_sql("brief", error)
}
