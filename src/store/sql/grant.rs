//! Table `login_grant`: what was authorised, with its code. How grants end is in [`super::grant_end`].

use super::Tx;
use super::column::{RowReader, json, micros};
use crate::login::LoginId;
use crate::store::{Store, StoreError};
use chrono::{DateTime, Utc};
use domain::mandate::MandateId;
use domain::person::PersonId;
use protocol::oidc::SecretHash;
use protocol::oidc::grant::{ActingContext, Code, Grant};
use uuid::Uuid;

const TABLE: &str = "login_grant";

row! {
    struct GrantRow {
        id: Uuid,
        client_id: String,
        person: Uuid,
        credential: Uuid,
        mandate: Option<Uuid>,
        scopes: String,
        acr: String,
        amr: String,
        auth_time: i64,
        nonce: Option<String>,
        asked: String,
        created_at: i64,
        ended_at: Option<i64>,
        code_hash: Vec<u8>,
        code_expires_at: i64,
        redeemed_at: Option<i64>,
        redirect_uri: String,
        challenge: Option<String>,
    }
}

macro_rules! grants {
    ($tail:literal) => {
        concat!(
            "SELECT id, client_id, person, credential, mandate, scopes, acr, amr, auth_time, nonce, asked, ",
            "created_at, ended_at, code_hash, code_expires_at, redeemed_at, redirect_uri, challenge FROM login_grant ",
            $tail
        )
    };
}

impl GrantRow {
    fn read(self) -> Result<Grant, StoreError> {
        let row = RowReader::new(TABLE, &self.id);
        Ok(Grant {
            id: self.id,
            client_id: self.client_id,
            person: PersonId(self.person),
            credential: self.credential,
            acting: acting(self.mandate),
            scopes: row.json("scopes", &self.scopes)?,
            acr: self.acr,
            amr: row.json("amr", &self.amr)?,
            auth_time: row.instant("auth_time", self.auth_time)?,
            nonce: self.nonce,
            asked: row.json("asked", &self.asked)?,
            created_at: row.instant("created_at", self.created_at)?,
            ended_at: row.instant_if("ended_at", self.ended_at)?,
            code: Code {
                hash: row.hash("code_hash", &self.code_hash)?,
                expires_at: row.instant("code_expires_at", self.code_expires_at)?,
                redeemed_at: row.instant_if("redeemed_at", self.redeemed_at)?,
                redirect_uri: self.redirect_uri,
                challenge: self.challenge,
            },
        })
    }
}

/// No mandate: the person for himself.
pub(super) fn acting(mandate: Option<Uuid>) -> ActingContext {
    mandate.map_or(ActingContext::Myself, |id| ActingContext::Mandate(MandateId(id)))
}

/// The reverse of [`acting`].
pub(super) fn mandate_of(acting: ActingContext) -> Option<Uuid> {
    match acting {
        ActingContext::Myself => None,
        ActingContext::Mandate(id) => Some(id.0),
    }
}

impl Store {
    /// The grant with this id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn grant(&self, id: Uuid) -> Result<Option<Grant>, StoreError> {
        let row: Option<GrantRow> = read!(self, TABLE, connection =>
            sqlx::query_as(grants!("WHERE id = $1")).bind(id).fetch_optional(connection))?;
        row.map(GrantRow::read).transpose()
    }

    /// The browser session in which a grant was given, by the hash of its cookie.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn session_of_grant(&self, id: Uuid) -> Result<Option<SecretHash>, StoreError> {
        let session: Option<Vec<u8>> = read!(self, TABLE, connection =>
            sqlx::query_scalar("SELECT session_hash FROM login_grant WHERE id = $1")
                .bind(id)
                .fetch_optional(connection))?;
        let reader = RowReader::new(TABLE, &id);
        session.map(|session| reader.hash("session_hash", &session)).transpose()
    }

    /// The grant whose code has this hash, redeemed or not.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn grant_by_code(&self, code: &SecretHash) -> Result<Option<Grant>, StoreError> {
        let row: Option<GrantRow> = read!(self, TABLE, connection =>
            sqlx::query_as(grants!("WHERE code_hash = $1")).bind(code.as_slice()).fetch_optional(connection))?;
        row.map(GrantRow::read).transpose()
    }

    /// For whom a person came to a client before, and when last: the newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn last_used(
        &self,
        person: PersonId,
        client: &str,
    ) -> Result<Vec<(ActingContext, DateTime<Utc>)>, StoreError> {
        let rows: Vec<(Option<Uuid>, i64)> = read!(self, TABLE, connection => sqlx::query_as(
            "SELECT mandate, MAX(created_at) FROM login_grant WHERE person = $1 AND client_id = $2 \
             GROUP BY mandate ORDER BY 2 DESC")
            .bind(person.0)
            .bind(client)
            .fetch_all(connection))?;
        let reader = RowReader::new(TABLE, &person.0);
        rows.into_iter()
            .map(|(mandate, at)| Ok((acting(mandate), reader.instant("created_at", at)?)))
            .collect()
    }
}

impl Tx {
    /// Stores the grant that `login` ended in, in the browser session with this hash.
    ///
    /// `false`: this login already finished, elsewhere; nothing was written.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when what it names does not exist, or the code is not new.
    pub async fn insert_grant(
        &mut self,
        grant: &Grant,
        login: &LoginId,
        session: &SecretHash,
    ) -> Result<bool, StoreError> {
        let scopes = json(&grant.scopes)?;
        let amr = json(&grant.amr)?;
        let asked = json(&grant.asked)?;
        returned!(
            self,
            TABLE,
            "INSERT INTO login_grant (id, login_id, session_hash, client_id, person, credential, mandate, \
                 scopes, acr, amr, auth_time, nonce, created_at, ended_at, code_hash, code_expires_at, \
                 redeemed_at, redirect_uri, challenge, asked) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20) \
                 ON CONFLICT (login_id) DO NOTHING RETURNING id",
            query => query.bind(grant.id)
            .bind(&login.0)
            .bind(session.as_slice())
            .bind(&grant.client_id)
            .bind(grant.person.0)
            .bind(grant.credential)
            .bind(mandate_of(grant.acting))
            .bind(&scopes)
            .bind(&grant.acr)
            .bind(&amr)
            .bind(micros(grant.auth_time))
            .bind(grant.nonce.as_deref())
            .bind(micros(grant.created_at))
            .bind(grant.ended_at.map(micros))
            .bind(grant.code.hash.as_slice())
            .bind(micros(grant.code.expires_at))
            .bind(grant.code.redeemed_at.map(micros))
            .bind(&grant.code.redirect_uri)
            .bind(grant.code.challenge.as_deref())
            .bind(&asked)
        )
    }

    /// Puts the code of `grant` in the place of one that nobody used yet: `login` ended in the same
    /// outcome a moment ago, and the browser dropped that answer (second click, reload, crash). Only one
    /// code is ever valid, and none longer than the first. The grant moves to the browser session with this
    /// hash.
    ///
    /// `false`: the first code was used, expired or ended, or was for something else; nothing was written.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the code is not new.
    pub async fn replace_code(
        &mut self,
        grant: &Grant,
        login: &LoginId,
        session: &SecretHash,
    ) -> Result<bool, StoreError> {
        let rows = changed!(
            self,
            TABLE,
            sqlx::query(
                "UPDATE login_grant SET code_hash = $2, session_hash = $3 \
                 WHERE login_id = $1 AND person = $4 AND mandate IS NOT DISTINCT FROM $5 \
                 AND redeemed_at IS NULL AND ended_at IS NULL AND code_expires_at > $6"
            )
            .bind(&login.0)
            .bind(grant.code.hash.as_slice())
            .bind(session.as_slice())
            .bind(grant.person.0)
            .bind(mandate_of(grant.acting))
            .bind(micros(grant.created_at))
        )?;
        Ok(rows > 0)
    }

    /// Marks the code as used. Of all who try, one is told `true`; never for a grant that ended.
    ///
    /// Expiry, client, redirect URI and PKCE were checked before, on the grant as read.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn redeem_code(&mut self, code: &SecretHash, now: DateTime<Utc>) -> Result<bool, StoreError> {
        returned!(
            self,
            TABLE,
            "UPDATE login_grant SET redeemed_at = $2 \
             WHERE code_hash = $1 AND redeemed_at IS NULL AND ended_at IS NULL RETURNING id",
            query => query.bind(code.as_slice()).bind(micros(now))
        )
    }

    /// Holds a grant as it is until the change is made: `false` when it ended.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn hold_grant(&mut self, id: Uuid) -> Result<bool, StoreError> {
        returned!(
            self,
            TABLE,
            "UPDATE login_grant SET ended_at = NULL WHERE id = $1 AND ended_at IS NULL RETURNING id",
            query => query.bind(id)
        )
    }

    /// Hands the grants that a person gave in one browser session over to the one that takes its place, and says how many.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn move_grants(
        &mut self,
        from: &SecretHash,
        to: &SecretHash,
        person: PersonId,
    ) -> Result<u64, StoreError> {
        changed!(
            self,
            TABLE,
            sqlx::query(
                "UPDATE login_grant SET session_hash = $2 WHERE session_hash = $1 AND person = $3 AND ended_at IS NULL"
            )
            .bind(from.as_slice())
            .bind(to.as_slice())
            .bind(person.0)
        )
    }
}
