//! Table `card_answer`: cards that were accepted, and the single use of each attempt.

use super::Tx;
use super::column::{RowReader, json, micros};
use crate::login::LoginId;
use crate::store::{Store, StoreError};
use chrono::{DateTime, Utc};
use domain::person::Identity;
use protocol::oidc::SecretHash;
use std::fmt;
use uuid::Uuid;

const TABLE: &str = "card_answer";

/// A card that passed every check.
#[derive(Clone, PartialEq, Eq)]
pub struct CardAnswer {
    /// Names the entry.
    pub id: Uuid,
    /// Hash of the handle that it uses up.
    pub attempt: SecretHash,
    /// Hash of the secret that the browser comes back with.
    pub answer: SecretHash,
    /// The login it was shown for.
    pub login: LoginId,
    /// Who issued the card.
    pub issuer: String,
    /// SHA-256 of the certificate.
    pub certificate: [u8; 32],
    /// `crl`, `ocsp` or `unchecked`.
    pub revocation: String,
    /// Who it was, until the login takes it.
    pub identity: Option<Identity>,
    /// When it was shown.
    pub received_at: DateTime<Utc>,
}

impl fmt::Debug for CardAnswer {
    /// Whose card it was stays out of log lines.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CardAnswer")
            .field("id", &self.id)
            .field("login", &self.login)
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}

row! {
    struct CardRow {
        id: Uuid,
        attempt: Vec<u8>,
        answer: Vec<u8>,
        login_id: String,
        issuer: String,
        certificate: Vec<u8>,
        revocation: String,
        identity: Option<String>,
        received_at: i64,
    }
}

impl CardRow {
    fn read(self) -> Result<CardAnswer, StoreError> {
        let row = RowReader::new(TABLE, &self.id);
        let octets = |column, bytes: Vec<u8>| <[u8; 32]>::try_from(bytes).map_err(|_| row.wrong(column));
        Ok(CardAnswer {
            attempt: octets("attempt", self.attempt)?,
            answer: octets("answer", self.answer)?,
            login: LoginId(self.login_id),
            issuer: self.issuer,
            certificate: octets("certificate", self.certificate)?,
            revocation: self.revocation,
            identity: self.identity.map(|text| row.json("identity", &text)).transpose()?,
            received_at: row.instant("received_at", self.received_at)?,
            id: self.id,
        })
    }
}

impl Store {
    /// The card whose browser comes back with the secret of this hash.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn card_answer(&self, answer: &SecretHash) -> Result<Option<CardAnswer>, StoreError> {
        let row: Option<CardRow> = read!(self, TABLE, connection =>
            sqlx::query_as(
                "SELECT id, attempt, answer, login_id, issuer, certificate, revocation, identity, received_at \
                 FROM card_answer WHERE answer = $1"
            )
            .bind(answer.as_slice())
            .fetch_optional(connection))?;
        row.map(CardRow::read).transpose()
    }
}

impl Tx {
    /// Uses up the attempt, in one conditional write: of all who try, one is told `true`.
    ///
    /// `false`: a card was accepted for it before. Nothing was written.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn consume_card(&mut self, card: &CardAnswer) -> Result<bool, StoreError> {
        let identity = card.identity.as_ref().map(json).transpose()?;
        let rows = changed!(
            self,
            TABLE,
            sqlx::query(
                "INSERT INTO card_answer (id, attempt, answer, login_id, issuer, certificate, revocation, identity, \
                 received_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING"
            )
            .bind(card.id)
            .bind(card.attempt.as_slice())
            .bind(card.answer.as_slice())
            .bind(&card.login.0)
            .bind(&card.issuer)
            .bind(card.certificate.as_slice())
            .bind(&card.revocation)
            .bind(identity.as_deref())
            .bind(micros(card.received_at))
        )?;
        Ok(rows > 0)
    }

    /// Forgets what nobody came for: whoever comes after `before` finds an expired login. Says how many.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn forget_card_identities(&mut self, before: DateTime<Utc>) -> Result<u64, StoreError> {
        changed!(
            self,
            TABLE,
            sqlx::query("UPDATE card_answer SET identity = NULL WHERE identity IS NOT NULL AND received_at < $1")
                .bind(micros(before))
        )
    }

    /// Forgets who it was once it is on the login. Of all who try, one is told `true`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn take_card_identity(&mut self, id: Uuid) -> Result<bool, StoreError> {
        let rows = changed!(
            self,
            TABLE,
            sqlx::query("UPDATE card_answer SET identity = NULL WHERE id = $1 AND identity IS NOT NULL").bind(id)
        )?;
        Ok(rows > 0)
    }
}
