//! SQLite files: how they are made, opened and shared.
//!
//! A statement runs on the thread of its caller ([`embedded`](super::embedded)): it takes microseconds, less than
//! a way to another thread and back. What may take longer keeps nobody else waiting: the queue for the one writer
//! and the wait for another process are tasks that sleep. A commit waits for the disk on its thread: of each file one
//! at a time does, and the runtime has that many threads more than processors ([`COMMITTING`]).

use super::embedded::{EmbeddedConnection, EmbeddedOptions, EmbeddedTransactions, Synchronous, is_busy};
use super::migrations;
use crate::store::StoreError;
use sqlx::{ConnectOptions as _, Connection as _};
use sqlx_core::transaction::TransactionManager as _;
use std::fs::{DirBuilder, OpenOptions};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{Mutex, OwnedMappedMutexGuard, OwnedMutexGuard};

/// How many threads may wait for a disk at once: one for each file.
pub const COMMITTING: usize = 2;

const READERS: usize = 4;
/// How long a caller waits for the writer, in this process or in another one.
const PATIENCE: Duration = Duration::from_secs(5);
/// Pages that the writer keeps in memory; nearly every read is answered from there.
const CACHE_KIB: u32 = 4096;
const READERS_CACHE_KIB: u32 = 1024;

/// How often a file that another process is making is tried again, and after which pause.
const OPENING_ATTEMPTS: u32 = 100;
const OPENING_PAUSE: Duration = Duration::from_millis(100);

/// A place for one connection; empty once it was closed.
type Seat = Arc<Mutex<Option<EmbeddedConnection>>>;

/// A connection that nobody else uses meanwhile.
pub(in crate::store) type Held = OwnedMappedMutexGuard<Option<EmbeddedConnection>, EmbeddedConnection>;

/// One file, with one connection that writes (SQLite has one writer anyway, and a queue here is fair where its
/// lock is not) and some that read: they see the last commit and never wait for the writer (WAL).
#[derive(Debug, Clone)]
pub(in crate::store) struct SqliteFile {
    writer: Seat,
    readers: Arc<[Seat]>,
    next: Arc<AtomicUsize>,
}

/// A transaction on the writer, undone when it is dropped.
#[derive(Debug)]
pub(in crate::store) struct SqliteTx {
    writer: Held,
}

/// Opens the durable store: FULL, so that a commit that was answered survives a power cut.
pub(super) async fn open_durable(url: &str) -> Result<SqliteFile, StoreError> {
    let file = SqliteFile::open("database", url, Synchronous::Full).await?;
    migrate(&file).await?;
    Ok(file)
}

/// In one transaction, which keeps out another process that starts on the same file at the same time.
async fn migrate(file: &SqliteFile) -> Result<(), StoreError> {
    let failed = |error| StoreError::from_sql("(migrate)", error);
    let mut tx = file.begin().await.map_err(failed)?;
    migrations::of_sqlite()
        .run_direct(None, tx.connection(), false)
        .await
        .map_err(StoreError::unavailable)?;
    tx.commit().await.map_err(failed)
}

impl SqliteFile {
    /// Makes the folder (0700) and the file (0600) when they are missing, and opens it.
    pub(in crate::store) async fn open(
        which: &'static str,
        url: &str,
        synchronous: Synchronous,
    ) -> Result<SqliteFile, StoreError> {
        let options: EmbeddedOptions = url.parse().map_err(|_| StoreError::Address {
            which,
            reason: "write sqlite:/path/to/file; a database in memory would lose everything at a restart",
        })?;
        make(options.file()).map_err(StoreError::unavailable)?;
        let writer = seat(&options.clone().synchronous(synchronous).cache_kib(CACHE_KIB)).await?;
        let reading = options.read_only().cache_kib(READERS_CACHE_KIB).busy(PATIENCE);
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

    /// A connection that reads, or a place in a queue. First the one that writes, unless it does: its pages stay
    /// in memory, while every commit makes the others forget theirs.
    pub(in crate::store) async fn reader(&self) -> Result<Held, sqlx::Error> {
        for seat in [&self.writer].into_iter().chain(self.readers.iter()) {
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

    /// Keeps every other writer out, those of other processes too.
    pub(in crate::store) async fn begin(&self) -> Result<SqliteTx, sqlx::Error> {
        let mut writer = held(wait_for(&self.writer).await?)?;
        EmbeddedTransactions::begin(&mut writer, None).await?;
        Ok(SqliteTx { writer })
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
}

impl SqliteTx {
    /// For the statements of the transaction.
    pub(in crate::store) fn connection(&mut self) -> &mut EmbeddedConnection {
        &mut self.writer
    }

    /// When this returns, the change is on the disk (FULL).
    pub(in crate::store) async fn commit(mut self) -> Result<(), sqlx::Error> {
        self.writer.commit()
    }

    pub(in crate::store) async fn rollback(mut self) -> Result<(), sqlx::Error> {
        EmbeddedTransactions::rollback(&mut self.writer).await
    }
}

impl Drop for SqliteTx {
    fn drop(&mut self) {
        self.writer.undo();
    }
}

async fn wait_for(seat: &Seat) -> Result<OwnedMutexGuard<Option<EmbeddedConnection>>, sqlx::Error> {
    tokio::time::timeout(PATIENCE, Arc::clone(seat).lock_owned())
        .await
        .map_err(|_| sqlx::Error::PoolTimedOut)
}

fn held(guard: OwnedMutexGuard<Option<EmbeddedConnection>>) -> Result<Held, sqlx::Error> {
    OwnedMutexGuard::try_map(guard, Option::as_mut).map_err(|_| sqlx::Error::PoolClosed)
}

async fn seat(options: &EmbeddedOptions) -> Result<Seat, StoreError> {
    let mut attempts = OPENING_ATTEMPTS;
    loop {
        match options.connect().await {
            Ok(connection) => return Ok(Arc::new(Mutex::new(Some(connection)))),
            // Turning a new file to WAL needs it alone, and SQLite does not wait for that as it waits for a
            // writer: of several processes that start at once, some are told "locked".
            Err(error) if attempts > 0 && is_busy(&error) => {
                attempts = attempts.saturating_sub(1);
                tokio::time::sleep(OPENING_PAUSE).await;
            }
            Err(error) => return Err(StoreError::from_sql("(open)", error)),
        }
    }
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
