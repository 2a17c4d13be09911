//! A relying party as its administrator writes it: RFC 7591 names, and what Varco adds to them.

use super::{Fault, Faults};
use domain::mandate::Evidence;
use domain::person::{Level, Method, Purpose};
use protocol::jose::Algorithm;
use protocol::oidc::client as registered;
use protocol::oidc::grant::GrantType;
use protocol::oidc::{SecretHash, hash_secret};
use registered::{ActingPolicy, ClientAuthMethod, ClientMetadata};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use url::{Host, Url};

/// Shortest secret accepted: it is stored as one SHA-256, which protects only what nobody can guess.
const SECRET_LENGTH: usize = 32;

/// `[[client]]`: one relying party.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Client {
    /// Its name at `/authorize` and `/token`: visible ASCII, no blanks. Required.
    pub client_id: String,
    /// What citizens read on the login page, in Italian. Required.
    pub client_name: String,
    /// The name in Italian, when `client_name` is in another language.
    #[serde(rename = "client_name#it")]
    pub client_name_it: Option<String>,
    /// The name in English.
    #[serde(rename = "client_name#en")]
    pub client_name_en: Option<String>,
    /// The name in German.
    #[serde(rename = "client_name#de")]
    pub client_name_de: Option<String>,
    /// The name in French.
    #[serde(rename = "client_name#fr")]
    pub client_name_fr: Option<String>,
    /// The name in Slovene.
    #[serde(rename = "client_name#sl")]
    pub client_name_sl: Option<String>,
    /// The service's home page, where a citizen whose login went wrong starts again.
    pub client_uri: Option<String>,
    /// Where answers may go, compared to the letter: https, or http to the machine itself. Required.
    pub redirect_uris: Vec<String>,
    /// Where a citizen may return after signing out, compared to the letter.
    pub post_logout_redirect_uris: Vec<String>,
    /// `client_secret_basic` (default), `client_secret_post`, `private_key_jwt` (it signs, see `jwks`), or `none` for
    /// a public client.
    pub token_endpoint_auth_method: ClientAuthMethod,
    /// The grants it may use: `authorization_code` (default), `refresh_token`.
    pub grant_types: BTreeSet<GrantType>,
    /// Its public keys, a JWK Set (RFC 7517), for `private_key_jwt`.
    pub jwks: Option<serde_json::Value>,
    /// The one algorithm of its assertions: `RS256`, `PS256`, `ES256` or `EdDSA`. Default: any of them.
    pub token_endpoint_auth_signing_alg: Option<Algorithm>,
    /// Scopes it may ask for, separated by blanks. Default: `openid profile organization`.
    pub scope: String,
    /// Its secret, at least 32 characters. Better in a file, or as a hash.
    pub client_secret: Option<String>,
    /// File whose only content is the secret.
    pub secret_file: Option<PathBuf>,
    /// SHA-256 of each secret it may use, 64 hexadecimal digits; two while one is being replaced.
    pub client_secret_sha256: Vec<String>,
    /// For whom people may come: `self`, `organisation`, or `either` (default: the request decides).
    pub acting: ActingPolicy,
    /// Weakest level accepted, 1 to 3. Default: 2.
    pub min_level: u8,
    /// Ways in that are accepted (`spid`, `cie`, …). Default: all that are configured.
    pub methods: BTreeSet<Method>,
    /// The roles it knows; a token never carries another.
    pub roles: Vec<String>,
    /// Youngest person accepted, years.
    pub min_age: Option<u8>,
    /// Kinds of SPID identity that it may ask for instead of a natural person's own: `P`, `LP`, `PG`, `PF`, `PX`
    /// (Avviso SPID 18); the first is asked when the request has no `spid_purpose`. Only with
    /// `methods = ["spid"]`: nothing else knows such kinds.
    pub spid_purposes: Vec<Purpose>,
    /// PKCE demanded. Default, and always for `none`: yes.
    pub require_pkce: bool,
    /// Weakest evidence accepted behind a mandate. Default: `import`, so that what people say of
    /// themselves is not enough.
    pub min_evidence: Evidence,
    /// Personal claims in ID tokens too. Default: no, they end up in logout URLs.
    pub claims_in_id_token: bool,
}

impl Default for Client {
    fn default() -> Client {
        Client {
            client_id: String::new(),
            client_name: String::new(),
            client_name_it: None,
            client_name_en: None,
            client_name_de: None,
            client_name_fr: None,
            client_name_sl: None,
            client_uri: None,
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            token_endpoint_auth_method: ClientAuthMethod::ClientSecretBasic,
            grant_types: BTreeSet::from([GrantType::AuthorizationCode]),
            jwks: None,
            token_endpoint_auth_signing_alg: None,
            scope: "openid profile organization".to_owned(),
            client_secret: None,
            secret_file: None,
            client_secret_sha256: Vec::new(),
            acting: ActingPolicy::Either,
            min_level: 2,
            methods: BTreeSet::new(),
            roles: Vec::new(),
            min_age: None,
            spid_purposes: Vec::new(),
            require_pkce: true,
            min_evidence: Evidence::Import,
            claims_in_id_token: false,
        }
    }
}

impl std::fmt::Debug for Client {
    /// Without the secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// The registered client. `secret_in_file` is what [`Client::secret_file`] holds, when it names a
    /// file (a line end after the secret is not part of it).
    ///
    /// # Errors
    /// Every fault.
    pub fn to_client(&self, secret_in_file: Option<&str>) -> Result<registered::Client, Vec<Fault>> {
        let mut faults = Faults::default();
        self.check_names(&mut faults);
        self.check_addresses(&mut faults);
        self.check_policy(&mut faults);
        self.check_grants_and_keys(&mut faults);
        let secret_hashes = self.secret_hashes(secret_in_file, &mut faults);
        let min_level = Level::from_number(self.min_level).unwrap_or_else(|| {
            faults.add("min_level", "must be 1, 2 or 3");
            Level::L3
        });
        faults.none_or(registered::Client {
            id: self.client_id.clone(),
            name: self.client_name.clone(),
            names: self.names(),
            uri: self.client_uri.clone(),
            redirect_uris: self.redirect_uris.iter().cloned().collect(),
            post_logout_redirect_uris: self.post_logout_redirect_uris.iter().cloned().collect(),
            auth_method: self.token_endpoint_auth_method,
            secret_hashes,
            shared_secrets: Vec::new(),
            require_pkce: self.require_pkce,
            scopes: self.scope.split_ascii_whitespace().map(str::to_owned).collect(),
            acting: self.acting,
            min_level,
            methods: self.methods.clone(),
            roles: self.roles.iter().cloned().collect(),
            min_evidence: self.min_evidence,
            min_age: self.min_age,
            spid_purposes: self.spid_purposes.clone(),
            claims_in_id_token: self.claims_in_id_token,
            metadata: self.metadata(),
            disabled: false,
        })
    }

    fn metadata(&self) -> ClientMetadata {
        ClientMetadata {
            grant_types: self.grant_types.clone(),
            jwks: self.jwks.clone(),
            token_endpoint_auth_signing_alg: self.token_endpoint_auth_signing_alg,
            ..ClientMetadata::default()
        }
    }

    fn check_grants_and_keys(&self, faults: &mut Faults) {
        if !self.grant_types.contains(&GrantType::AuthorizationCode) {
            faults.add("grant_types", "must contain `authorization_code`");
        }
        for later in [
            GrantType::ClientCredentials,
            GrantType::DeviceCode,
            GrantType::TokenExchange,
        ] {
            if self.grant_types.contains(&later) {
                faults.add("grant_types", "can be `authorization_code` and `refresh_token`");
            }
        }
        let signs = self.token_endpoint_auth_method == ClientAuthMethod::PrivateKeyJwt;
        match self.metadata().key_set() {
            Ok(None) if signs => faults.add("jwks", "must be set: `private_key_jwt` is checked with these keys"),
            Ok(Some(keys)) if keys.is_empty() => faults.add("jwks", "has no RSA (2048 bits), P-256 or Ed25519 key"),
            Ok(_) => {}
            Err(error) => faults.add("jwks", format!("{error}; must be a JWK Set of public keys")),
        }
        let certificate = [
            ClientAuthMethod::TlsClientAuth,
            ClientAuthMethod::SelfSignedTlsClientAuth,
        ];
        if certificate.contains(&self.token_endpoint_auth_method) {
            faults.add(
                "token_endpoint_auth_method",
                "can be `client_secret_basic`, `client_secret_post`, `private_key_jwt` or `none`",
            );
        }
    }

    /// Whether it proves who it is by a secret.
    fn has_secret(&self) -> bool {
        matches!(
            self.token_endpoint_auth_method,
            ClientAuthMethod::ClientSecretBasic | ClientAuthMethod::ClientSecretPost
        )
    }

    fn names(&self) -> BTreeMap<String, String> {
        [
            ("it", &self.client_name_it),
            ("en", &self.client_name_en),
            ("de", &self.client_name_de),
            ("fr", &self.client_name_fr),
            ("sl", &self.client_name_sl),
        ]
        .into_iter()
        .filter_map(|(language, name)| Some((language.to_owned(), name.clone()?)))
        .collect()
    }

    fn check_names(&self, faults: &mut Faults) {
        faults.must_be_set("client_id", &self.client_id);
        faults.must_be_set("client_name", &self.client_name);
        if self.client_id.len() > 255 || !self.client_id.bytes().all(|byte| byte.is_ascii_graphic()) {
            faults.add(
                "client_id",
                "must be at most 255 visible ASCII characters without blanks",
            );
        }
        for (language, name) in self.names() {
            faults.must_be_set(&format!("client_name#{language}"), &name);
        }
    }

    fn check_addresses(&self, faults: &mut Faults) {
        if self.redirect_uris.is_empty() {
            faults.add("redirect_uris", "must be set");
        }
        if let Some(reason) = self.client_uri.as_deref().and_then(|uri| check_address(uri).err()) {
            faults.add("client_uri", reason);
        }
        for (list, uris) in [
            ("redirect_uris", &self.redirect_uris),
            ("post_logout_redirect_uris", &self.post_logout_redirect_uris),
        ] {
            for (index, uri) in uris.iter().enumerate() {
                if let Err(reason) = check_address(uri) {
                    faults.add(format!("{list}[{index}]"), reason);
                }
            }
        }
    }

    fn check_policy(&self, faults: &mut Faults) {
        let public = self.token_endpoint_auth_method == ClientAuthMethod::None;
        if public && !self.require_pkce {
            // RFC 9700 §2.1.1: public clients MUST use PKCE.
            faults.add("require_pkce", "a public client (`none`) cannot do without PKCE");
        }
        if !self.scope.split_ascii_whitespace().any(|scope| scope == "openid") {
            faults.add("scope", "must contain `openid`");
        }
        if !self.spid_purposes.is_empty() && self.methods != BTreeSet::from([Method::Spid]) {
            faults.add(
                "spid_purposes",
                "needs `methods = [\"spid\"]`: no other way in knows kinds of identity",
            );
        }
        for (index, purpose) in self.spid_purposes.iter().enumerate() {
            if self.spid_purposes.iter().take(index).any(|before| before == purpose) {
                faults.add(format!("spid_purposes[{index}]"), "appears twice");
            }
        }
        for (index, role) in self.roles.iter().enumerate() {
            if role.is_empty() || !role.bytes().all(|byte| byte.is_ascii_graphic()) {
                faults.add(
                    format!("roles[{index}]"),
                    "must be visible ASCII characters without blanks",
                );
            }
        }
    }

    /// The secrets, as they are stored. Exactly one way of writing them, none for a public client.
    fn secret_hashes(&self, secret_in_file: Option<&str>, faults: &mut Faults) -> Vec<SecretHash> {
        let written: Vec<&str> = [
            ("client_secret", self.client_secret.is_some()),
            ("secret_file", self.secret_file.is_some()),
            ("client_secret_sha256", !self.client_secret_sha256.is_empty()),
        ]
        .into_iter()
        .filter_map(|(setting, present)| present.then_some(setting))
        .collect();
        match written.as_slice() {
            [] if !self.has_secret() => {}
            [] => faults.add(
                "client_secret",
                "must be set (or `secret_file`, or `client_secret_sha256`), unless `token_endpoint_auth_method` is `none`",
            ),
            [setting, ..] if self.token_endpoint_auth_method == ClientAuthMethod::None => {
                faults.add(*setting, "a public client (`none`) has no secret");
            }
            [setting, ..] if !self.has_secret() => {
                faults.add(*setting, "a client that signs (`private_key_jwt`) has no secret");
            }
            [_] => {}
            [first, second, ..] => faults.add(*second, format!("`{first}` is set as well; keep one of the two")),
        }
        let mut hashes = Vec::new();
        for (setting, secret) in [
            ("client_secret", self.client_secret.as_deref()),
            ("secret_file", secret_in_file),
        ] {
            let Some(secret) = secret.map(|secret| secret.trim_end_matches(['\r', '\n'])) else {
                continue;
            };
            if secret.chars().count() < SECRET_LENGTH {
                faults.add(
                    setting,
                    "the secret must have at least 32 characters; make one with `openssl rand -hex 32`",
                );
            }
            hashes.push(hash_secret(secret));
        }
        for (index, text) in self.client_secret_sha256.iter().enumerate() {
            match from_hex(text) {
                Some(hash) => hashes.push(hash),
                None => faults.add(
                    format!("client_secret_sha256[{index}]"),
                    "must be 64 hexadecimal digits",
                ),
            }
        }
        hashes
    }
}

/// An address to redirect to: absolute, without fragment (RFC 6749 §3.1.2), https unless it never
/// leaves the machine.
fn check_address(address: &str) -> Result<(), &'static str> {
    let Ok(url) = Url::parse(address) else {
        return Err("must be an absolute URL, like `https://portale.example.it/callback`");
    };
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => return Err("must be an absolute URL, like `https://portale.example.it/callback`"),
    };
    if url.fragment().is_some() {
        return Err("must not have a fragment (`#…`)");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not have a user name or password");
    }
    if address.contains('*') {
        return Err("must be complete: it is compared to the letter, there are no wildcards");
    }
    match url.scheme() {
        "https" => Ok(()),
        "http" if loopback => Ok(()),
        _ => Err("must be https (http only to `localhost` or 127.0.0.0/8)"),
    }
}

fn from_hex(text: &str) -> Option<SecretHash> {
    let mut hash = [0; 32];
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    for (index, byte) in hash.iter_mut().enumerate() {
        let start = index.checked_mul(2)?;
        *byte = u8::from_str_radix(text.get(start..start.checked_add(2)?)?, 16).ok()?;
    }
    Some(hash)
}

#[cfg(test)]
mod tests;
