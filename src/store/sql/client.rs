//! Table `client`.

use super::Tx;
use super::column::{RowReader, json, level, word};
use crate::store::{Store, StoreError};
use protocol::oidc::SecretHash;
use protocol::oidc::client::{Client, ClientAuthMethod};
use std::collections::BTreeSet;

const TABLE: &str = "client";

macro_rules! clients {
    ($tail:literal) => {
        concat!(
            "SELECT id, name, names, uri, redirect_uris, post_logout_redirect_uris, auth_method, secret_hashes, ",
            "require_pkce, scopes, acting, min_level, methods, roles, min_evidence, min_age, ",
            "claims_in_id_token, disabled, metadata, spid_purposes FROM client ",
            $tail
        )
    };
}

row! {
    struct ClientRow {
        id: String,
        name: String,
        names: String,
        uri: Option<String>,
        redirect_uris: String,
        post_logout_redirect_uris: String,
        auth_method: String,
        secret_hashes: String,
        require_pkce: bool,
        scopes: String,
        acting: String,
        min_level: i16,
        methods: String,
        roles: String,
        min_evidence: String,
        min_age: Option<i16>,
        claims_in_id_token: bool,
        disabled: bool,
        metadata: String,
        spid_purposes: String,
    }
}

impl ClientRow {
    fn read(self) -> Result<Client, StoreError> {
        let row = RowReader::new(TABLE, &self.id);
        Ok(Client {
            name: self.name,
            names: row.json("names", &self.names)?,
            uri: self.uri,
            redirect_uris: row.json("redirect_uris", &self.redirect_uris)?,
            post_logout_redirect_uris: row.json("post_logout_redirect_uris", &self.post_logout_redirect_uris)?,
            auth_method: row.word("auth_method", &self.auth_method)?,
            secret_hashes: read_hashes(&row, &self.secret_hashes)?,
            shared_secrets: Vec::new(),
            require_pkce: self.require_pkce,
            scopes: row.json("scopes", &self.scopes)?,
            acting: row.word("acting", &self.acting)?,
            min_level: row.level("min_level", self.min_level)?,
            methods: row.json("methods", &self.methods)?,
            roles: row.json("roles", &self.roles)?,
            min_evidence: row.word("min_evidence", &self.min_evidence)?,
            min_age: self
                .min_age
                .map(|years| u8::try_from(years).map_err(|_| row.wrong("min_age")))
                .transpose()?,
            claims_in_id_token: self.claims_in_id_token,
            disabled: self.disabled,
            metadata: row.json("metadata", &self.metadata)?,
            spid_purposes: row.json("spid_purposes", &self.spid_purposes)?,
            id: self.id,
        })
    }
}

fn read_hashes(row: &RowReader<'_>, text: &str) -> Result<Vec<SecretHash>, StoreError> {
    let column = "secret_hashes";
    let hashes: Vec<String> = row.json(column, text)?;
    hashes
        .iter()
        .map(|hash| unhex(hash).ok_or_else(|| row.wrong(column)))
        .collect()
}

fn hex(hash: &SecretHash) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<SecretHash> {
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
        return None;
    };
    let bytes: Option<Vec<u8>> = pairs
        .iter()
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect();
    bytes?.try_into().ok()
}

impl Store {
    /// The client with this `client_id`, disabled or not.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn client(&self, id: &str) -> Result<Option<Client>, StoreError> {
        let row: Option<ClientRow> = read!(self, TABLE, connection =>
            sqlx::query_as(clients!("WHERE id = $1")).bind(id).fetch_optional(connection))?;
        match row.map(ClientRow::read).transpose()? {
            Some(client) => self.with_shared_secrets(client).await.map(Some),
            None => Ok(None),
        }
    }

    /// The client that is the resource server of this identifier (RFC 8707), unless it is disabled.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn resource_server(&self, resource: &str) -> Result<Option<Client>, StoreError> {
        let row: Option<ClientRow> = read!(self, TABLE, connection =>
            sqlx::query_as(clients!("WHERE resource = $1 AND NOT disabled"))
                .bind(resource)
                .fetch_optional(connection))?;
        row.map(ClientRow::read).transpose()
    }

    /// The redirect addresses of every client that is not disabled.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn redirect_uris(&self) -> Result<Vec<String>, StoreError> {
        let rows: Vec<(String, String)> = read!(self, TABLE, connection =>
            sqlx::query_as("SELECT id, redirect_uris FROM client WHERE NOT disabled").fetch_all(connection))?;
        let mut all = Vec::new();
        for (id, uris) in rows {
            all.extend(RowReader::new(TABLE, &id).json::<Vec<String>>("redirect_uris", &uris)?);
        }
        Ok(all)
    }

    /// Every client, disabled ones too, by `client_id`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn clients(&self) -> Result<Vec<Client>, StoreError> {
        let rows: Vec<ClientRow> = read!(self, TABLE, connection =>
            sqlx::query_as(clients!("ORDER BY id")).fetch_all(connection))?;
        let mut clients = Vec::new();
        for row in rows {
            clients.push(self.with_shared_secrets(row.read()?).await?);
        }
        Ok(clients)
    }

    async fn with_shared_secrets(&self, client: Client) -> Result<Client, StoreError> {
        match client.auth_method {
            ClientAuthMethod::ClientSecretJwt => Ok(Client {
                shared_secrets: self.shared_secrets(&client.id).await?,
                ..client
            }),
            _ => Ok(client),
        }
    }
}

impl Tx {
    /// Registers a client, or replaces what it registered.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn upsert_client(&mut self, client: &Client) -> Result<(), StoreError> {
        let names = json(&client.names)?;
        let redirect_uris = json(&client.redirect_uris)?;
        let post_logout_redirect_uris = json(&client.post_logout_redirect_uris)?;
        let auth_method = word(&client.auth_method)?;
        let secret_hashes = json(&client.secret_hashes.iter().map(hex).collect::<Vec<_>>())?;
        let scopes = json(&client.scopes)?;
        let acting = word(&client.acting)?;
        let methods = json(&client.methods)?;
        let roles = json(&client.roles)?;
        let min_evidence = word(&client.min_evidence)?;
        let metadata = json(&client.metadata)?;
        let spid_purposes = json(&client.spid_purposes)?;
        changed!(
            self,
            TABLE,
            sqlx::query(
                "INSERT INTO client (id, name, names, redirect_uris, post_logout_redirect_uris, auth_method, \
                 secret_hashes, require_pkce, scopes, acting, min_level, methods, roles, min_evidence, min_age, \
                 claims_in_id_token, disabled, uri, metadata, spid_purposes, resource, \
                 backchannel_logout_uri) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, \
                 $22) \
                 ON CONFLICT (id) DO UPDATE SET name = excluded.name, names = excluded.names, \
                 redirect_uris = excluded.redirect_uris, \
                 post_logout_redirect_uris = excluded.post_logout_redirect_uris, \
                 auth_method = excluded.auth_method, secret_hashes = excluded.secret_hashes, \
                 require_pkce = excluded.require_pkce, scopes = excluded.scopes, acting = excluded.acting, \
                 min_level = excluded.min_level, methods = excluded.methods, roles = excluded.roles, \
                 min_evidence = excluded.min_evidence, min_age = excluded.min_age, \
                 claims_in_id_token = excluded.claims_in_id_token, disabled = excluded.disabled, \
                 uri = excluded.uri, metadata = excluded.metadata, spid_purposes = excluded.spid_purposes, \
                 resource = excluded.resource, backchannel_logout_uri = excluded.backchannel_logout_uri"
            )
            .bind(&client.id)
            .bind(&client.name)
            .bind(&names)
            .bind(&redirect_uris)
            .bind(&post_logout_redirect_uris)
            .bind(&auth_method)
            .bind(&secret_hashes)
            .bind(client.require_pkce)
            .bind(&scopes)
            .bind(&acting)
            .bind(level(client.min_level))
            .bind(&methods)
            .bind(&roles)
            .bind(&min_evidence)
            .bind(client.min_age.map(i16::from))
            .bind(client.claims_in_id_token)
            .bind(client.disabled)
            .bind(client.uri.as_deref())
            .bind(&metadata)
            .bind(&spid_purposes)
            .bind(client.metadata.resource.as_deref())
            .bind(client.metadata.backchannel_logout_uri.as_deref())
        )?;
        self.replace_shared_secrets(&client.id, &client.shared_secrets).await
    }

    /// Disables every client that is not named, but those that registered themselves, and says which were enabled.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn disable_clients_except(&mut self, ids: &[&str]) -> Result<Vec<String>, StoreError> {
        let kept: BTreeSet<&str> = ids.iter().copied().collect();
        let enabled: Vec<String> = within!(self, TABLE, connection =>
            sqlx::query_scalar("SELECT id FROM client WHERE NOT disabled \
                                AND NOT EXISTS (SELECT 1 FROM client_registration r WHERE r.client_id = client.id)")
                .fetch_all(connection))?;
        let gone: Vec<String> = enabled.into_iter().filter(|id| !kept.contains(id.as_str())).collect();
        for id in &gone {
            self.disable_client(id).await?;
        }
        Ok(gone)
    }

    /// Disables a client, and says whether (1) there is one.
    pub(super) async fn disable_client(&mut self, id: &str) -> Result<u64, StoreError> {
        changed!(
            self,
            TABLE,
            sqlx::query("UPDATE client SET disabled = $2 WHERE id = $1")
                .bind(id)
                .bind(true)
        )
    }
}
