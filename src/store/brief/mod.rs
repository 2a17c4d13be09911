//! The brief store: what expires by itself. A second SQLite file, or Redis.
//!
//! Each entry is one kind, one key, one JSON document and the instant it ends; no operation touches two keys.
//! Keys are opaque names or hashes, never personal data and never a secret itself.

mod card;
mod device;
mod pushed;
mod redis;
mod sqlite;

pub use pushed::PushedRequest;

use super::StoreError;
use crate::login::{Login, LoginId, PendingLogout, SamlRequest, Session};
use chrono::{DateTime, SubsecRound as _, TimeDelta, Utc};
use protocol::oidc::SecretHash;
use protocol::oidc::access_token::AccessToken;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// How long a login is remembered after nobody may go on with it.
const LATECOMERS: TimeDelta = TimeDelta::days(1);
/// Longer than any installation lives.
const FOR_EVER: TimeDelta = TimeDelta::days(36_500);

/// The brief store. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Brief {
    engine: Engine,
}

/// Sentinel and Cluster would be further engines: nothing outside this folder would change.
#[derive(Debug, Clone)]
enum Engine {
    Sqlite(sqlite::SqliteBrief),
    Redis(redis::RedisBrief),
}

/// What an entry is. The word is stored.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Login,
    Session,
    SamlRequest,
    SamlAnswer,
    AccessToken,
    Logout,
    CardAttempt,
    RefusedCard,
    UsedOnce,
    PushedRequest,
    UsedRequest,
    Device,
    UserCode,
    Patience,
    Beginning,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Kind::Login => "login",
            Kind::Session => "session",
            Kind::SamlRequest => "saml_request",
            Kind::SamlAnswer => "saml_answer",
            Kind::AccessToken => "access_token",
            Kind::Logout => "logout",
            Kind::CardAttempt => "card_attempt",
            Kind::RefusedCard => "refused_card",
            Kind::UsedOnce => "used_once",
            Kind::PushedRequest => "pushed_request",
            Kind::UsedRequest => "used_request",
            Kind::Device => "device",
            Kind::UserCode => "user_code",
            Kind::Patience => "patience",
            Kind::Beginning => "beginning",
        }
    }
}

impl Brief {
    pub(super) async fn open(url: &str) -> Result<Brief, StoreError> {
        let engine = match url.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => Engine::Sqlite(sqlite::SqliteBrief::open(url).await?),
            Some("redis" | "rediss") => Engine::Redis(redis::RedisBrief::open(url).await?),
            _ => {
                return Err(StoreError::Address {
                    which: "brief",
                    reason: "begin it with sqlite:, redis: or rediss:",
                });
            }
        };
        Ok(Brief { engine })
    }

    /// Whether it answers.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn ping(&self) -> Result<(), StoreError> {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.ping().await,
            Engine::Redis(redis) => redis.ping().await,
        }
    }

    pub(super) async fn close(&self) {
        if let Engine::Sqlite(sqlite) = &self.engine {
            sqlite.close().await;
        }
    }

    /// Removes what expired before `now` and says how much; a job's work. Redis does it by itself.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn sweep(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.sweep(now).await,
            Engine::Redis(_) => Ok(0),
        }
    }

    /// Stores a login in flight, new or changed, until a day after its `expires_at`: whoever comes late
    /// is told which service to start again from ([`Login::admit`] judges the time).
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_login(&self, login: &Login, now: DateTime<Utc>) -> Result<(), StoreError> {
        let until = login
            .expires_at
            .checked_add_signed(LATECOMERS)
            .unwrap_or(login.expires_at);
        self.put(Kind::Login, login.id.0.as_bytes(), login, until, now).await
    }

    /// The login of this name, unless it is forgotten.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn login(&self, id: &LoginId, now: DateTime<Utc>) -> Result<Option<Login>, StoreError> {
        self.get(Kind::Login, id.0.as_bytes(), now).await
    }

    /// Forgets a login.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn remove_login(&self, id: &LoginId) -> Result<(), StoreError> {
        self.remove(Kind::Login, id.0.as_bytes()).await
    }

    /// Stores a browser session until `expires_at`, new or changed.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_session(
        &self,
        session: &Session,
        expires_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.put(Kind::Session, &session.id, session, expires_at, now).await
    }

    /// Changes a session that is still there. `false`: it ended meanwhile (a logout in another tab, or at the
    /// identity provider), and is not brought back.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn renew_session(
        &self,
        session: &Session,
        expires_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let value = serde_json::to_vec(session).map_err(StoreError::Unwritable)?;
        match &self.engine {
            Engine::Sqlite(sqlite) => {
                sqlite
                    .replace(Kind::Session, &session.id, &value, expires_at, now)
                    .await
            }
            Engine::Redis(redis) => redis.replace(Kind::Session, &session.id, &value, expires_at, now).await,
        }
    }

    /// The session of the cookie with this hash, unless it expired.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn session(&self, id: &SecretHash, now: DateTime<Utc>) -> Result<Option<Session>, StoreError> {
        self.get(Kind::Session, id, now).await
    }

    /// Ends a session.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn remove_session(&self, id: &SecretHash) -> Result<(), StoreError> {
        self.remove(Kind::Session, id).await
    }

    /// Stores an AuthnRequest that was sent, until its `expires_at`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_saml_request(&self, request: &SamlRequest, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.put(
            Kind::SamlRequest,
            request.id.as_bytes(),
            request,
            request.expires_at,
            now,
        )
        .await
    }

    /// The AuthnRequest with this id, unless it expired. Looking it up uses nothing up.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn saml_request(&self, id: &str, now: DateTime<Utc>) -> Result<Option<SamlRequest>, StoreError> {
        self.get(Kind::SamlRequest, id.as_bytes(), now).await
    }

    /// Stores which request the answer with this handle's hash is to, until `until`. The handle goes to the browser that
    /// brought the answer and to nobody else: whoever began the login knows the request's own id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_saml_answer(
        &self,
        handle: &SecretHash,
        request_id: &str,
        until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.put(Kind::SamlAnswer, handle, &request_id, until, now).await
    }

    /// The id of the request to which the answer with this handle's hash is.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn saml_answer(&self, handle: &SecretHash, now: DateTime<Utc>) -> Result<Option<String>, StoreError> {
        self.get(Kind::SamlAnswer, handle, now).await
    }

    /// Stores what the access token with this hash stands for.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_access_token(
        &self,
        hash: &SecretHash,
        token: &AccessToken,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.put(Kind::AccessToken, hash, token, token.expires_at, now).await
    }

    /// What the access token with this hash stands for, unless it expired.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn access_token(&self, hash: &SecretHash, now: DateTime<Utc>) -> Result<Option<AccessToken>, StoreError> {
        self.get(Kind::AccessToken, hash, now).await
    }

    /// Stores a logout that may go on at the identity provider, new or changed, until its `expires_at`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_logout(&self, logout: &PendingLogout, now: DateTime<Utc>) -> Result<(), StoreError> {
        let key = logout.handle.as_bytes();
        self.put(Kind::Logout, key, logout, logout.expires_at, now).await
    }

    /// The logout with this handle, unless it expired.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn logout(&self, handle: &str, now: DateTime<Utc>) -> Result<Option<PendingLogout>, StoreError> {
        self.get(Kind::Logout, handle.as_bytes(), now).await
    }

    /// Forgets a logout that was answered.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn remove_logout(&self, handle: &str) -> Result<(), StoreError> {
        self.remove(Kind::Logout, handle.as_bytes()).await
    }

    /// Uses up something that is good once (a `jti`), known by a hash and remembered until `until`. Of all who try,
    /// one is told `true`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn use_once(
        &self,
        name: &SecretHash,
        until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        self.add(Kind::UsedOnce, name, &(), until, now).await
    }

    /// Since when this store remembers everything: before that, something may have been used that it forgot. Asked
    /// for the first time, it begins now, to the second: `iat` (RFC 7519 §4.1.6) is told no finer.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn remembers_since(&self, now: DateTime<Utc>) -> Result<DateTime<Utc>, StoreError> {
        let key = b"store";
        if let Some(beginning) = self.get(Kind::Beginning, key, now).await? {
            return Ok(beginning);
        }
        let beginning = now.trunc_subsecs(0);
        let for_ever = now.checked_add_signed(FOR_EVER).unwrap_or(now);
        self.add(Kind::Beginning, key, &beginning, for_ever, now).await?;
        Ok(self.get(Kind::Beginning, key, now).await?.unwrap_or(beginning))
    }

    /// Stores what nobody stored before, or what expired. Of all who try, one is told `true`.
    async fn add(
        &self,
        kind: Kind,
        key: &[u8],
        value: &impl Serialize,
        expires_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        if expires_at <= now {
            return Ok(false);
        }
        let value = serde_json::to_vec(value).map_err(StoreError::Unwritable)?;
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.add(kind, key, &value, expires_at, now).await,
            Engine::Redis(redis) => redis.add(kind, key, &value, expires_at, now).await,
        }
    }

    /// Forgets an access token.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn remove_access_token(&self, hash: &SecretHash) -> Result<(), StoreError> {
        self.remove(Kind::AccessToken, hash).await
    }

    async fn put(
        &self,
        kind: Kind,
        key: &[u8],
        value: &impl Serialize,
        expires_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        if expires_at <= now {
            // It is over already; what the key held before must not live on.
            return self.remove(kind, key).await;
        }
        let value = serde_json::to_vec(value).map_err(StoreError::Unwritable)?;
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.put(kind, key, &value, expires_at).await,
            Engine::Redis(redis) => redis.put(kind, key, &value, expires_at, now).await,
        }
    }

    async fn get<T: DeserializeOwned>(
        &self,
        kind: Kind,
        key: &[u8],
        now: DateTime<Utc>,
    ) -> Result<Option<T>, StoreError> {
        let value = match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.get(kind, key, now).await?,
            Engine::Redis(redis) => redis.get(kind, key, now).await?,
        };
        value
            .map(|value| serde_json::from_slice(&value).map_err(|_| inconsistent(kind)))
            .transpose()
    }

    async fn remove(&self, kind: Kind, key: &[u8]) -> Result<(), StoreError> {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.remove(kind, key).await,
            Engine::Redis(redis) => redis.remove(kind, key).await,
        }
    }
}

/// An entry that cannot be read. Its key may be the hash of a live secret and is not told.
fn inconsistent(kind: Kind) -> StoreError {
    StoreError::Inconsistent {
        table: kind.word(),
        column: "value".to_owned(),
        row: "(not told)".to_owned(),
    }
}
