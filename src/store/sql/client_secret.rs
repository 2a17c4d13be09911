//! Table `client_secret`: the secrets of clients that sign with them, encrypted.

use super::Tx;
use super::column::RowReader;
use crate::store::unlocked::Unlocked;
use crate::store::{Store, StoreError};
use protocol::keyring::Place;
use protocol::oidc::client::SharedSecret;
use protocol::oidc::hash_secret;
use uuid::Uuid;

const TABLE: &str = "client_secret";

row! {
    struct SecretRow {
        data_key: Uuid,
        secret: Vec<u8>,
    }
}

impl SecretRow {
    fn read(self, keys: &Unlocked, client: &str) -> Result<SharedSecret, StoreError> {
        let row = RowReader::new(TABLE, &client);
        let key = keys.clients_key(self.data_key).ok_or_else(|| row.wrong("data_key"))?;
        let plain = key.decrypt(place(client), &self.secret).ok();
        let secret = plain.and_then(|plain| String::from_utf8(plain).ok());
        secret.map(SharedSecret::new).ok_or_else(|| row.wrong("secret"))
    }
}

/// Encrypted for one client, so that nobody can lend it another one's by moving a row.
fn place(client: &str) -> Place<'static> {
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, ..] = hash_secret(client);
    Place {
        table: TABLE,
        row: Uuid::from_bytes([a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p]),
        column: "secret",
    }
}

impl Store {
    /// The secrets of a client, the newest first.
    pub(super) async fn shared_secrets(&self, client: &str) -> Result<Vec<SharedSecret>, StoreError> {
        let keys = self.unlocked()?;
        let rows: Vec<SecretRow> = read!(self, TABLE, connection =>
            sqlx::query_as("SELECT data_key, secret FROM client_secret WHERE client_id = $1 ORDER BY position")
                .bind(client)
                .fetch_all(connection))?;
        rows.into_iter().map(|row| row.read(&keys, client)).collect()
    }
}

impl Tx {
    /// Replaces the secrets of a client.
    pub(super) async fn replace_shared_secrets(
        &mut self,
        client: &str,
        secrets: &[SharedSecret],
    ) -> Result<(), StoreError> {
        changed!(
            self,
            TABLE,
            sqlx::query("DELETE FROM client_secret WHERE client_id = $1").bind(client)
        )?;
        for (position, secret) in (0_i16..).zip(secrets) {
            let keys = self.keys()?;
            let key = keys.active_clients()?;
            let sealed = key.encrypt(place(client), keys.random.bytes(), secret.reveal().as_bytes())?;
            changed!(
                self,
                TABLE,
                sqlx::query(
                    "INSERT INTO client_secret (client_id, position, data_key, secret) VALUES ($1, $2, $3, $4)"
                )
                .bind(client)
                .bind(position)
                .bind(key.id())
                .bind(&sealed)
            )?;
        }
        Ok(())
    }
}
