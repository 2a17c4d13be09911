//! Transactions that write from the beginning.

use super::{Embedded, EmbeddedConnection, error};
use sqlx::{Error, Executor as _, SqlStr};
use sqlx_core::transaction::TransactionManager;
use std::time::Duration;

/// Between two tries while another process writes.
const PAUSE: Duration = Duration::from_millis(5);
/// How often it is tried: five seconds.
const ATTEMPTS: u32 = 1000;

/// `BEGIN IMMEDIATE`, `COMMIT`, `ROLLBACK`. There is one level: SQLite refuses a second.
#[derive(Debug)]
pub(in crate::store) struct EmbeddedTransactions;

impl TransactionManager for EmbeddedTransactions {
    type Database = Embedded;

    /// IMMEDIATE: a transaction that begins by reading could not become the writer later. The thread does not
    /// wait while another process writes; the task does.
    async fn begin(connection: &mut EmbeddedConnection, statement: Option<SqlStr>) -> Result<(), Error> {
        let statement = statement.unwrap_or(SqlStr::from_static("BEGIN IMMEDIATE"));
        let mut attempts = ATTEMPTS;
        loop {
            match connection.execute(statement.clone()).await {
                Err(error) if attempts > 0 && error::is_busy(&error) => {
                    attempts = attempts.saturating_sub(1);
                    tokio::time::sleep(PAUSE).await;
                }
                begun => return begun.map(|_| ()),
            }
        }
    }

    async fn commit(connection: &mut EmbeddedConnection) -> Result<(), Error> {
        connection.commit()
    }

    async fn rollback(connection: &mut EmbeddedConnection) -> Result<(), Error> {
        connection.execute("ROLLBACK").await.map(|_| ())
    }

    fn start_rollback(connection: &mut EmbeddedConnection) {
        connection.undo();
    }

    fn get_transaction_depth(connection: &EmbeddedConnection) -> usize {
        usize::from(connection.in_transaction())
    }
}
