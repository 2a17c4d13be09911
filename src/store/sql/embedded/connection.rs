//! One connection to a file, and how it is opened.

use super::row::EmbeddedColumn;
use super::{Embedded, error};
use rusqlite::{Connection as Sqlite, OpenFlags};
use sqlx::{ConnectOptions, Connection, Error, Executor as _, Transaction};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// Pages in the log before they are put in their places, 16 MiB: most are written again before, and go there once.
const FRAMES: u32 = 4096;
/// Prepared statements that a connection keeps: more than this program has.
const STATEMENTS: usize = 512;

/// One connection; it belongs to whoever runs a statement on it, until the statement is done.
#[derive(Debug)]
pub(in crate::store) struct EmbeddedConnection {
    pub(super) sqlite: Sqlite,
    /// What each statement gives, by its text.
    pub(super) columns: HashMap<String, Arc<[EmbeddedColumn]>>,
}

/// What a commit waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Synchronous {
    /// The disk: what was answered survives a power cut.
    Full,
    /// Nothing: it survives the end of the process.
    Normal,
}

/// How a file is opened.
#[derive(Debug, Clone)]
pub(in crate::store) struct EmbeddedOptions {
    file: PathBuf,
    synchronous: Synchronous,
    read_only: bool,
    busy: Duration,
    cache_kib: u32,
}

impl EmbeddedOptions {
    /// A file that is there.
    pub(in crate::store) fn new(file: &Path) -> EmbeddedOptions {
        EmbeddedOptions {
            file: file.to_owned(),
            synchronous: Synchronous::Full,
            read_only: false,
            busy: Duration::ZERO,
            cache_kib: 2048,
        }
    }

    pub(in crate::store) fn file(&self) -> &Path {
        &self.file
    }

    pub(in crate::store) fn synchronous(self, synchronous: Synchronous) -> EmbeddedOptions {
        EmbeddedOptions { synchronous, ..self }
    }

    pub(in crate::store) fn read_only(self) -> EmbeddedOptions {
        EmbeddedOptions {
            read_only: true,
            ..self
        }
    }

    /// Pages that stay in memory, at most.
    pub(in crate::store) fn cache_kib(self, cache_kib: u32) -> EmbeddedOptions {
        EmbeddedOptions { cache_kib, ..self }
    }

    /// How long the *thread* waits for another process that has the file.
    pub(in crate::store) fn busy(self, busy: Duration) -> EmbeddedOptions {
        EmbeddedOptions { busy, ..self }
    }

    fn open(&self) -> rusqlite::Result<Sqlite> {
        let access = match self.read_only {
            true => OpenFlags::SQLITE_OPEN_READ_ONLY,
            false => OpenFlags::SQLITE_OPEN_READ_WRITE,
        };
        // Rust sees to it that one thread at a time uses it.
        let sqlite = Sqlite::open_with_flags(&self.file, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        sqlite.set_prepared_statement_cache_capacity(STATEMENTS);
        sqlite.busy_timeout(self.busy)?;
        if !self.read_only {
            sqlite.pragma_update(None, "journal_mode", "WAL")?;
            sqlite.pragma_update(None, "wal_autocheckpoint", FRAMES)?;
        }
        let synchronous = match self.synchronous {
            Synchronous::Full => "FULL",
            Synchronous::Normal => "NORMAL",
        };
        sqlite.pragma_update(None, "synchronous", synchronous)?;
        sqlite.pragma_update(None, "cache_size", i64::from(self.cache_kib).saturating_neg())?;
        sqlite.pragma_update(None, "foreign_keys", true)?;
        sqlite.pragma_update(None, "trusted_schema", false)?;
        Ok(sqlite)
    }
}

impl FromStr for EmbeddedOptions {
    type Err = Error;

    /// `sqlite:/path/to/file`. No other database answers to it, and none in memory.
    fn from_str(url: &str) -> Result<EmbeddedOptions, Error> {
        let refused = |why: &str| Error::Configuration(why.into());
        let rest = url.strip_prefix("sqlite:").ok_or_else(|| refused("not sqlite:"))?;
        let file = rest.strip_prefix("//").unwrap_or(rest);
        if file.is_empty() || file.starts_with(':') || file.contains('?') {
            return Err(refused("not the path of a file"));
        }
        Ok(EmbeddedOptions::new(Path::new(file)))
    }
}

impl ConnectOptions for EmbeddedOptions {
    type Connection = EmbeddedConnection;

    fn from_url(url: &Url) -> Result<EmbeddedOptions, Error> {
        url.as_str().parse()
    }

    async fn connect(&self) -> Result<EmbeddedConnection, Error> {
        Ok(EmbeddedConnection {
            sqlite: self.open().map_err(error::from)?,
            columns: HashMap::new(),
        })
    }

    /// Statements are never logged.
    fn log_statements(self, _level: log::LevelFilter) -> EmbeddedOptions {
        self
    }

    fn log_slow_statements(self, _level: log::LevelFilter, _after: Duration) -> EmbeddedOptions {
        self
    }
}

impl EmbeddedConnection {
    /// Whether a transaction is open.
    pub(in crate::store) fn in_transaction(&self) -> bool {
        !self.sqlite.is_autocommit()
    }

    /// Makes the open transaction lasting.
    pub(in crate::store) fn commit(&mut self) -> Result<(), Error> {
        let commit = self.sqlite.prepare_cached("COMMIT");
        let done = commit.and_then(|mut commit| commit.raw_execute());
        done.map(|_| ()).map_err(error::from)
    }

    /// Undoes the open transaction, if there is one.
    pub(in crate::store) fn undo(&mut self) {
        if self.in_transaction()
            && let Err(error) = self.sqlite.execute_batch("ROLLBACK")
        {
            tracing::warn!(%error, "a SQLite transaction was not undone in order");
        }
    }
}

impl Connection for EmbeddedConnection {
    type Database = Embedded;
    type Options = EmbeddedOptions;

    async fn close(self) -> Result<(), Error> {
        self.sqlite.close().map_err(|(_, error)| error::from(error))
    }

    async fn close_hard(self) -> Result<(), Error> {
        self.close().await
    }

    async fn ping(&mut self) -> Result<(), Error> {
        self.execute("SELECT 1").await.map(|_| ())
    }

    async fn begin(&mut self) -> Result<Transaction<'_, Embedded>, Error> {
        Transaction::begin(self, None).await
    }

    fn shrink_buffers(&mut self) {
        self.sqlite.flush_prepared_statement_cache();
        self.columns.clear();
    }

    async fn flush(&mut self) -> Result<(), Error> {
        Ok(())
    }

    fn should_flush(&self) -> bool {
        false
    }
}
