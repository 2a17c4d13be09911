//! The durable store: one SQL text for both engines, one file per table (or per pair that is always read together).
//!
//! Reads are methods of [`Store`](super::Store), writes of [`Tx`]. The macros run the same statement on
//! whichever engine there is; nothing else knows which one it is.

/// Reads outside a transaction: `read!(store, "table", connection => statement)`.
macro_rules! read {
    ($store:expr, $table:expr, $connection:ident => $statement:expr) => {
        match &$store.pools {
            crate::store::sql::Pools::Sqlite(file) => match file.reader().await {
                Ok(mut reader) => {
                    let $connection = &mut *reader;
                    $statement.await
                }
                Err(error) => Err(error),
            },
            crate::store::sql::Pools::Postgres($connection) => $statement.await,
        }
        .map_err(|error| crate::store::StoreError::from_sql($table, error))
    };
}

/// Runs inside a transaction: `within!(tx, "table", connection => statement)`.
macro_rules! within {
    ($tx:expr, $table:expr, $connection:ident => $statement:expr) => {
        match &mut $tx.engine {
            crate::store::sql::Engine::Sqlite(tx) => {
                let $connection = tx.connection();
                $statement.await
            }
            crate::store::sql::Engine::Postgres(tx) => {
                let $connection = &mut **tx;
                $statement.await
            }
        }
        .map_err(|error| crate::store::StoreError::from_sql($table, error))
    };
}

/// How many rows a statement changed, inside a transaction: `changed!(tx, "table", statement)`.
macro_rules! changed {
    ($tx:expr, $table:expr, $statement:expr) => {
        match &mut $tx.engine {
            crate::store::sql::Engine::Sqlite(tx) => $statement
                .execute(tx.connection())
                .await
                .map(|done| done.rows_affected()),
            crate::store::sql::Engine::Postgres(tx) => {
                $statement.execute(&mut **tx).await.map(|done| done.rows_affected())
            }
        }
        .map_err(|error| crate::store::StoreError::from_sql($table, error))
    };
}

/// Whether a statement that ends in `RETURNING` changed a row, inside a transaction:
/// `returned!(tx, "table", "SQL", query => query.bind(…))`.
macro_rules! returned {
    ($tx:expr, $table:expr, $sql:literal, $query:ident => $bound:expr) => {
        match &mut $tx.engine {
            crate::store::sql::Engine::Sqlite(tx) => {
                let $query = sqlx::query($sql);
                $bound.fetch_all(tx.connection()).await.map(|rows| !rows.is_empty())
            }
            crate::store::sql::Engine::Postgres(tx) => {
                let $query = sqlx::query($sql);
                $bound.fetch_all(&mut **tx).await.map(|rows| !rows.is_empty())
            }
        }
        .map_err(|error| crate::store::StoreError::from_sql($table, error))
    };
}

/// A row as a statement gives it, each column by the name of its field: `row! { struct GrantRow { id: Uuid, … } }`.
///
/// What `#[derive(sqlx::FromRow)]` writes; that macro needs a second tokio, rustls and driver compiled for itself.
macro_rules! row {
    ($(#[$about:meta])* $visible:vis struct $name:ident { $($(#[$about_field:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$about])*
        $visible struct $name {
            $($(#[$about_field])* $field: $type,)*
        }

        impl<'r, R: sqlx::Row> sqlx::FromRow<'r, R> for $name
        where
            &'r str: sqlx::ColumnIndex<R>,
            $($type: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,)*
        {
            fn from_row(row: &'r R) -> Result<$name, sqlx::Error> {
                Ok($name { $($field: row.try_get(stringify!($field))?,)* })
            }
        }
    };
}

mod alarm;
mod card;
mod client;
mod client_secret;
mod column;
mod consent;
mod credential;
mod data_key;
pub(super) mod embedded;
mod event;
mod grant;
mod grant_attributes;
mod grant_end;
mod idp_registry;
mod logo;
mod logout_notice;
mod mandate;
mod migrations;
mod official;
mod oidc_key;
mod organisation;
mod person;
mod postgres;
mod refresh_token;
mod register;
mod register_content;
mod register_refused;
mod registration;
mod saml;
mod saml_logout;
mod saml_waiting;
mod seal;
mod sealed_row;
pub(super) mod sqlite;
mod trust_list;
mod turn;
mod upstream_session;
mod usual_choice;

pub use card::CardAnswer;
pub use consent::Consent;
pub use credential::Credential;
pub use data_key::{KeyPurpose, WrappedKey};
pub use idp_registry::{HeldRegistry, RegistryCopy};
pub use logo::ClientLogo;
pub use logout_notice::LogoutNotice;
pub use mandate::Watched;
pub use person::Inserted;
pub use register::{ACCEPTED, RegisterEntry, Span};
pub use register_content::{Content, LeftOut};
pub use register_refused::RefusedAnswer;
pub use registration::ClientRegistration;
pub use saml::SamlAnswer;
pub use seal::StoredSegment;
pub use sealed_row::Unsealed;
pub use sqlite::COMMITTING;

use super::StoreError;
use super::unlocked::Unlocked;
use sqlite::{SqliteFile, SqliteTx};
use sqlx::{PgPool, Postgres, Transaction};
use std::sync::Arc;

/// The connections of one engine.
#[derive(Debug, Clone)]
pub(super) enum Pools {
    Sqlite(SqliteFile),
    Postgres(PgPool),
}

/// A change of the durable store that was begun. Dropping it undoes it.
#[derive(Debug)]
pub struct Tx {
    engine: Engine,
    /// What encrypts, once the store was unlocked.
    keys: Option<Arc<Unlocked>>,
}

#[derive(Debug)]
enum Engine {
    Sqlite(SqliteTx),
    Postgres(Transaction<'static, Postgres>),
}

impl Pools {
    pub(super) async fn open(url: &str) -> Result<Pools, StoreError> {
        match url.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => sqlite::open_durable(url).await.map(Pools::Sqlite),
            Some("postgres" | "postgresql") => postgres::open(url).await,
            _ => Err(StoreError::Address {
                which: "database",
                reason: "begin it with sqlite: or postgres:",
            }),
        }
    }

    pub(super) async fn begin(&self, keys: Option<Arc<Unlocked>>) -> Result<Tx, StoreError> {
        let engine = match self {
            Pools::Sqlite(file) => file.begin().await.map(Engine::Sqlite),
            Pools::Postgres(pool) => pool.begin().await.map(Engine::Postgres),
        };
        let engine = engine.map_err(|error| StoreError::from_sql("(begin)", error))?;
        Ok(Tx { engine, keys })
    }

    pub(super) async fn ping(&self) -> Result<(), StoreError> {
        match self {
            Pools::Sqlite(file) => file.ping().await,
            Pools::Postgres(pool) => sqlx::query("SELECT 1").execute(pool).await.map(|_| ()),
        }
        .map_err(|error| StoreError::from_sql("(ping)", error))
    }

    pub(super) async fn close(&self) {
        match self {
            Pools::Sqlite(file) => file.close().await,
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    fn keys(&self) -> Result<Arc<Unlocked>, StoreError> {
        self.keys.clone().ok_or(StoreError::Locked)
    }

    /// Makes the change lasting: when this returns, it survives a power cut.
    ///
    /// # Errors
    /// When the engine could not write it; then nothing of it happened.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self.engine {
            Engine::Sqlite(tx) => tx.commit().await,
            Engine::Postgres(tx) => tx.commit().await,
        }
        .map_err(|error| StoreError::from_sql("(commit)", error))
    }

    /// Undoes the change now (dropping does it too, a moment later).
    ///
    /// # Errors
    /// When the engine does not answer; the change is undone all the same.
    pub async fn rollback(self) -> Result<(), StoreError> {
        match self.engine {
            Engine::Sqlite(tx) => tx.rollback().await,
            Engine::Postgres(tx) => tx.rollback().await,
        }
        .map_err(|error| StoreError::from_sql("(rollback)", error))
    }
}
