//! The only SQL, Redis and document storage.
//!
//! Two stores, two engines each, one behaviour:
//!
//! | store | holds | engines |
//! |---|---|---|
//! | durable ([`Store`], [`Tx`]) | what must survive, and what decides a single use | SQLite, PostgreSQL |
//! | brief ([`Brief`]) | what expires: logins, sessions, SAML requests, access tokens | a second SQLite file, Redis |
//!
//! What is encrypted at rest (the transaction register) can be written and read once [`Store::unlock`] was given the
//! master key. Nothing needs a transaction over both. Losing the brief store may cost a login, never a second use.

mod brief;
mod error;
mod heads;
mod keys;
mod sql;
mod unlocked;

pub use brief::{Brief, PushedRequest};
pub use error::StoreError;
pub use heads::append_heads;
pub use sql::{
    ACCEPTED, COMMITTING, CardAnswer, ClientLogo, ClientRegistration, Consent, Content, Credential, HeldRegistry,
    Inserted, KeyPurpose, LeftOut, LogoutNotice, RefusedAnswer, RegisterEntry, RegistryCopy, SamlAnswer, Span,
    StoredSegment, Tx, Unsealed, Watched, WrappedKey,
};

use keys::Keys;
use sql::Pools;

/// Both stores. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    /// What expires.
    pub brief: Brief,
    pools: Pools,
    keys: Keys,
}

impl Store {
    /// Opens both stores, makes what is missing (files, tables) and applies the migrations.
    ///
    /// `database_url`: `sqlite:/path` or `postgres://…`. `brief_url`: `sqlite:/path` or
    /// `redis://…` (`?prefix=name` keeps two installations on one Redis apart).
    ///
    /// # Errors
    /// [`StoreError::Address`] for an address that is not understood, [`StoreError::Unavailable`] when
    /// an engine does not answer or its tables are not ours.
    pub async fn open(database_url: &str, brief_url: &str) -> Result<Store, StoreError> {
        Ok(Store {
            pools: Pools::open(database_url).await?,
            brief: Brief::open(brief_url).await?,
            keys: Keys::default(),
        })
    }

    /// Whether both stores answer.
    ///
    /// # Errors
    /// The first that does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.pools.ping().await?;
        self.brief.ping().await
    }

    /// Begins a change of the durable store; nothing of it is seen before [`Tx::commit`], and dropping it undoes it.
    ///
    /// SQLite has one writer: read what the change needs *before* beginning it, and hold it briefly.
    ///
    /// # Errors
    /// When no connection becomes free in five seconds.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        self.pools.begin(self.keys.now()).await
    }

    /// Closes every connection; what was committed is on disk.
    pub async fn close(&self) {
        self.pools.close().await;
        self.brief.close().await;
    }
}
