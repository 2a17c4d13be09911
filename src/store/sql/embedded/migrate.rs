//! Migrations, in the table that sqlx keeps in every database.

use super::{EmbeddedConnection, error};
use futures_util::future::BoxFuture;
use sqlx::migrate::{AppliedMigration, Migrate, MigrateError, Migration};
use sqlx::{AssertSqlSafe, Executor as _};
use std::time::{Duration, Instant};

type Answer<'e, T> = BoxFuture<'e, Result<T, MigrateError>>;

/// The caller holds a transaction around all of it, which is the lock.
impl Migrate for EmbeddedConnection {
    fn create_schema_if_not_exists<'e>(&'e mut self, schema_name: &'e str) -> Answer<'e, ()> {
        let refused = MigrateError::CreateSchemasNotSupported(format!("a SQLite file has no schema {schema_name}"));
        Box::pin(async move { Err(refused) })
    }

    fn ensure_migrations_table<'e>(&'e mut self, table: &'e str) -> Answer<'e, ()> {
        Box::pin(async move {
            self.execute(AssertSqlSafe(format!(
                "CREATE TABLE IF NOT EXISTS {table} (version INTEGER NOT NULL PRIMARY KEY, description TEXT NOT NULL, \
                 installed_on TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP, success INTEGER NOT NULL, \
                 checksum BLOB NOT NULL, execution_time INTEGER NOT NULL) STRICT"
            )))
            .await?;
            Ok(())
        })
    }

    fn dirty_version<'e>(&'e mut self, table: &'e str) -> Answer<'e, Option<i64>> {
        Box::pin(async move {
            let sql = format!("SELECT version FROM {table} WHERE NOT success ORDER BY version LIMIT 1");
            Ok(sqlx::query_scalar(AssertSqlSafe(sql)).fetch_optional(self).await?)
        })
    }

    fn list_applied_migrations<'e>(&'e mut self, table: &'e str) -> Answer<'e, Vec<AppliedMigration>> {
        Box::pin(async move {
            let sql = format!("SELECT version, checksum FROM {table} ORDER BY version");
            let rows: Vec<(i64, Vec<u8>)> = sqlx::query_as(AssertSqlSafe(sql)).fetch_all(self).await?;
            let applied = rows.into_iter().map(|(version, checksum)| AppliedMigration {
                version,
                checksum: checksum.into(),
            });
            Ok(applied.collect())
        })
    }

    fn lock(&mut self) -> Answer<'_, ()> {
        Box::pin(async { Ok(()) })
    }

    fn unlock(&mut self) -> Answer<'_, ()> {
        Box::pin(async { Ok(()) })
    }

    fn apply<'e>(&'e mut self, table: &'e str, migration: &'e Migration) -> Answer<'e, Duration> {
        Box::pin(async move {
            let started = Instant::now();
            self.sqlite
                .execute_batch(migration.sql.as_str())
                .map_err(|error| MigrateError::ExecuteMigration(error::from(error), migration.version))?;
            let taken = started.elapsed();
            note(self, table, migration, taken).await?;
            Ok(taken)
        })
    }

    fn revert<'e>(&'e mut self, table: &'e str, migration: &'e Migration) -> Answer<'e, Duration> {
        Box::pin(async move {
            let started = Instant::now();
            self.sqlite
                .execute_batch(migration.sql.as_str())
                .map_err(|error| MigrateError::ExecuteMigration(error::from(error), migration.version))?;
            sqlx::query(AssertSqlSafe(format!("DELETE FROM {table} WHERE version = $1")))
                .bind(migration.version)
                .execute(self)
                .await?;
            Ok(started.elapsed())
        })
    }

    fn skip<'e>(&'e mut self, table: &'e str, migration: &'e Migration) -> Answer<'e, ()> {
        Box::pin(note(self, table, migration, Duration::ZERO))
    }
}

async fn note(
    connection: &mut EmbeddedConnection,
    table: &str,
    migration: &Migration,
    taken: Duration,
) -> Result<(), MigrateError> {
    let sql = format!(
        "INSERT INTO {table} (version, description, success, checksum, execution_time) VALUES ($1, $2, TRUE, $3, $4)"
    );
    sqlx::query(AssertSqlSafe(sql))
        .bind(migration.version)
        .bind(&*migration.description)
        .bind(&*migration.checksum)
        .bind(i64::try_from(taken.as_nanos()).unwrap_or(i64::MAX))
        .execute(connection)
        .await?;
    Ok(())
}
