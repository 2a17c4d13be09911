//! SQLite files: how they are made, opened and shared.
//!
//! Not with sqlx's pool: it asks every connection that comes back whether it is still there, which for a file
//! doubles the cost of a read. A file does not hang up.

use crate::store::StoreError;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _};
use std::fs::{DirBuilder, OpenOptions};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{Mutex, OwnedMappedMutexGuard, OwnedMutexGuard};

const READERS: usize = 4;
/// How long a caller waits for the writer, in this process or in another one.
const PATIENCE: Duration = Duration::from_secs(5);

/// How often a file that another process is making is tried again, and after which pause.
const OPENING_ATTEMPTS: u32 = 100;
const OPENING_PAUSE: Duration = Duration::from_millis(100);

/// A place for one connection; empty once it was closed.
type Seat = Arc<Mutex<Option<SqliteConnection>>>;

/// A connection that nobody else uses meanwhile.
pub(in crate::store) type Held = OwnedMappedMutexGuard<Option<SqliteConnection>, SqliteConnection>;

/// One file, with one connection that writes (SQLite has one writer anyway, and a queue here is fair where its
/// lock is not) and some that read: they see the last commit and never wait for the writer (WAL).
#[derive(Debug, Clone)]
pub(in crate::store) struct SqliteFile {
    writer: Seat,
    readers: Arc<[Seat]>,
    next: Arc<AtomicUsize>,
}

/// A transaction on the writer, undone when it is dropped.
///
/// A statement costs a wake-up of the connection's thread and one of the caller, more than most statements cost
/// themselves. So BEGIN travels with the first statement and COMMIT with the last, where these are ready for it.
#[derive(Debug)]
pub(super) struct SqliteTx {
    writer: Option<Held>,
    begun: bool,
}

/// Opens the durable store: FULL, so that a commit that was answered survives a power cut.
pub(super) async fn open_durable(url: &str) -> Result<SqliteFile, StoreError> {
    let file = SqliteFile::open("database", url, SqliteSynchronous::Full).await?;
    migrate(&file).await?;
    Ok(file)
}

/// In one transaction, which keeps out another process that starts on the same file at the same time.
async fn migrate(file: &SqliteFile) -> Result<(), StoreError> {
    let failed = |error| StoreError::from_sql("(migrate)", error);
    let mut writer = file.writer().await.map_err(failed)?;
    let mut tx = writer.begin_with("BEGIN IMMEDIATE").await.map_err(failed)?;
    sqlx::migrate!("migrations/sqlite")
        .run_direct(None, &mut *tx, false)
        .await
        .map_err(StoreError::unavailable)?;
    tx.commit().await.map_err(failed)
}

impl SqliteFile {
    /// Makes the folder (0700) and the file (0600) when they are missing, and opens it.
    pub(in crate::store) async fn open(
        which: &'static str,
        url: &str,
        synchronous: SqliteSynchronous,
    ) -> Result<SqliteFile, StoreError> {
        let options = options(which, url)?.synchronous(synchronous);
        let writer = seat(&options).await?;
        let reading = options.read_only(true).pragma("cache_size", "-1024");
        let mut readers = Vec::with_capacity(READERS);
        for _ in 0..READERS {
            readers.push(seat(&reading).await?);
        }
        Ok(SqliteFile {
            writer,
            readers: readers.into(),
            next: Arc::default(),
        })
    }

    /// The connection that writes, when it is free.
    pub(in crate::store) async fn writer(&self) -> Result<Held, sqlx::Error> {
        held(wait_for(&self.writer).await?)
    }

    /// A connection that reads: the first that is free (its cache is warm), or a place in a queue.
    pub(in crate::store) async fn reader(&self) -> Result<Held, sqlx::Error> {
        for seat in self.readers.iter() {
            if let Ok(guard) = Arc::clone(seat).try_lock_owned() {
                return held(guard);
            }
        }
        let turn = self.next.fetch_add(1, Ordering::Relaxed);
        match self.readers.get(turn.checked_rem(READERS).unwrap_or(0)) {
            Some(seat) => held(wait_for(seat).await?),
            None => Err(sqlx::Error::PoolClosed),
        }
    }

    /// Whether it can be read and its writer is alive.
    pub(in crate::store) async fn ping(&self) -> Result<(), sqlx::Error> {
        self.reader().await?.ping().await?;
        // A writer that is busy is alive.
        match Arc::clone(&self.writer).try_lock_owned() {
            Ok(guard) => held(guard)?.ping().await,
            Err(_) => Ok(()),
        }
    }

    /// Closes every connection, the writer last: it folds the log into the file.
    pub(in crate::store) async fn close(&self) {
        for seat in self.readers.iter().chain([&self.writer]) {
            let connection = seat.lock().await.take();
            if let Some(connection) = connection
                && let Err(error) = connection.close().await
            {
                tracing::warn!(%error, "a SQLite file was not closed in order");
            }
        }
    }

    /// Keeps every other writer of this process out; BEGIN is sent with the first statement.
    pub(super) async fn begin(&self) -> Result<SqliteTx, sqlx::Error> {
        Ok(SqliteTx {
            writer: Some(self.writer().await?),
            begun: false,
        })
    }
}

impl SqliteTx {
    /// For a statement that needs a transaction around it.
    pub(super) async fn connection(&mut self) -> Result<&mut SqliteConnection, sqlx::Error> {
        let (connection, fresh) = self.opening()?;
        if fresh {
            // IMMEDIATE: a transaction that begins by reading could not become the writer later.
            run(connection, "BEGIN IMMEDIATE").await?;
        }
        Ok(connection)
    }

    /// For a statement that brings its own BEGIN when it is the first (`true`).
    pub(super) fn opening(&mut self) -> Result<(&mut SqliteConnection, bool), sqlx::Error> {
        // Remembered before BEGIN is sent: should the caller be gone before the answer, dropping undoes it.
        let fresh = !std::mem::replace(&mut self.begun, true);
        let connection = self.writer.as_deref_mut().ok_or(sqlx::Error::PoolClosed)?;
        Ok((connection, fresh))
    }

    /// The last statement brought its own COMMIT.
    pub(super) fn committed(mut self) {
        self.writer = None;
    }

    pub(super) async fn commit(mut self) -> Result<(), sqlx::Error> {
        self.end("COMMIT").await
    }

    pub(super) async fn rollback(mut self) -> Result<(), sqlx::Error> {
        self.end("ROLLBACK").await
    }

    async fn end(&mut self, statement: &'static str) -> Result<(), sqlx::Error> {
        if self.begun {
            run(self.opening()?.0, statement).await?;
        }
        self.writer = None;
        Ok(())
    }
}

impl Drop for SqliteTx {
    fn drop(&mut self) {
        // The next writer gets the connection when this is done. Without a runtime the process is ending, the
        // connection closes, and SQLite undoes the transaction by itself.
        let writer = self.writer.take().filter(|_| self.begun);
        if let (Some(mut writer), Ok(runtime)) = (writer, tokio::runtime::Handle::try_current()) {
            runtime.spawn(async move {
                // Refused when there is nothing to undo: the BEGIN failed, or the COMMIT had arrived.
                let _undone = run(&mut writer, "ROLLBACK").await;
            });
        }
    }
}

/// As a prepared statement, which the connection keeps.
async fn run(connection: &mut SqliteConnection, statement: &'static str) -> Result<(), sqlx::Error> {
    sqlx::query(statement).execute(connection).await.map(|_| ())
}

async fn wait_for(seat: &Seat) -> Result<OwnedMutexGuard<Option<SqliteConnection>>, sqlx::Error> {
    tokio::time::timeout(PATIENCE, Arc::clone(seat).lock_owned())
        .await
        .map_err(|_| sqlx::Error::PoolTimedOut)
}

fn held(guard: OwnedMutexGuard<Option<SqliteConnection>>) -> Result<Held, sqlx::Error> {
    OwnedMutexGuard::try_map(guard, Option::as_mut).map_err(|_| sqlx::Error::PoolClosed)
}

async fn seat(options: &SqliteConnectOptions) -> Result<Seat, StoreError> {
    let mut attempts = OPENING_ATTEMPTS;
    loop {
        match options.connect().await {
            Ok(connection) => return Ok(Arc::new(Mutex::new(Some(connection)))),
            // Turning a new file to WAL needs it alone, and SQLite does not wait for that as it waits for a
            // writer: of several processes that start at once, some are told "locked".
            Err(error) if attempts > 0 && is_locked(&error) => {
                attempts = attempts.saturating_sub(1);
                tokio::time::sleep(OPENING_PAUSE).await;
            }
            Err(error) => return Err(StoreError::from_sql("(open)", error)),
        }
    }
}

/// SQLITE_BUSY, with its extended codes.
fn is_locked(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    code.and_then(|code| code.parse::<u32>().ok())
        .is_some_and(|code| code & 0xff == 5)
}

fn options(which: &'static str, url: &str) -> Result<SqliteConnectOptions, StoreError> {
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
