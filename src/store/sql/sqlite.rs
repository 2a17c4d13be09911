//! SQLite files: how they are made and opened.

use super::Pools;
use crate::store::StoreError;
use sqlx::ConnectOptions as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use std::fs::{DirBuilder, OpenOptions};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::time::Duration;

const READERS: u32 = 4;
/// How long a caller waits for the writer, in this process or in another one.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) async fn open_durable(url: &str) -> Result<Pools, StoreError> {
    // FULL: a commit that was answered survives a power cut.
    let options = options("database", url)?.synchronous(SqliteSynchronous::Full);
    let write = writer(&options).await?;
    sqlx::migrate!("migrations/sqlite")
        .run(&write)
        .await
        .map_err(StoreError::unavailable)?;
    Ok(Pools::Sqlite {
        read: readers(&options),
        write,
    })
}

/// The options both SQLite stores share. Makes the folder (0700) and the file (0600) when they are missing.
pub(in crate::store) fn options(which: &'static str, url: &str) -> Result<SqliteConnectOptions, StoreError> {
    let options: SqliteConnectOptions = url.parse().map_err(|_| StoreError::Address {
        which,
        reason: "write sqlite:/path/to/file",
    })?;
    let file = options.get_filename();
    if url.contains(":memory:") || url.contains("mode=memory") || file.as_os_str().is_empty() {
        return Err(StoreError::Address {
            which,
            reason: "a database in memory loses everything at a restart; name a file",
        });
    }
    make(file).map_err(StoreError::unavailable)?;
    Ok(options
        .journal_mode(SqliteJournalMode::Wal)
        .foreign_keys(true)
        .busy_timeout(PATIENCE)
        .pragma("trusted_schema", "OFF")
        .disable_statement_logging())
}

fn make(file: &Path) -> std::io::Result<()> {
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    // SQLite gives its -wal and -shm files the rights of this one.
    OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(file)
        .map(|_| ())
}

/// The one connection that writes: SQLite has one writer anyway, and a queue here is fair where its lock is not.
pub(in crate::store) async fn writer(options: &SqliteConnectOptions) -> Result<SqlitePool, StoreError> {
    pool_options(1)
        .min_connections(1)
        .connect_with(options.clone())
        .await
        .map_err(|error| StoreError::from_sql("(open)", error))
}

/// Readers see the last commit and never wait for the writer (WAL).
pub(in crate::store) fn readers(options: &SqliteConnectOptions) -> SqlitePool {
    pool_options(READERS).connect_lazy_with(options.clone().read_only(true).pragma("cache_size", "-1024"))
}

fn pool_options(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(PATIENCE)
        // A file does not hang up: testing each connection, and replacing it by age, would cost time for nothing.
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
}
