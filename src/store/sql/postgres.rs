//! PostgreSQL: how it is opened.

use super::{Pools, migrations};
use crate::store::StoreError;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions as _, Connection as _};
use std::time::Duration;

const CONNECTIONS: u32 = 16;
const PATIENCE: Duration = Duration::from_secs(5);
/// A connection that rested longer than this is tried before it is used: the server may have gone meanwhile.
const RESTED: Duration = Duration::from_secs(2);

pub(super) async fn open(url: &str) -> Result<Pools, StoreError> {
    let options: PgConnectOptions = url.parse().map_err(|_| StoreError::Address {
        which: "database",
        reason: "write postgres://user:password@host:port/database",
    })?;
    let options = options
        .application_name("varco")
        // Nothing here takes seconds; what does is stuck, and must not hold a lock for ever.
        .options([
            ("statement_timeout", "15s"),
            ("lock_timeout", "5s"),
            ("idle_in_transaction_session_timeout", "30s"),
        ])
        .disable_statement_logging();
    let pool = PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(PATIENCE)
        .test_before_acquire(false)
        .before_acquire(|connection, meta| {
            Box::pin(async move {
                if meta.idle_for > RESTED {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .connect_with(options)
        .await
        .map_err(|error| StoreError::from_sql("(open)", error))?;
    migrations::of_postgres()
        .run(&pool)
        .await
        .map_err(StoreError::unavailable)?;
    Ok(Pools::Postgres(pool))
}
