//! The secrets of a client, as they are stored.

use super::{Client, ClientAuthMethod, Faults};
use protocol::oidc::client::SharedSecret;
use protocol::oidc::{SecretHash, hash_secret};

/// Shortest secret accepted: it is stored as one SHA-256, which protects only what nobody can guess.
const SECRET_LENGTH: usize = 32;
/// Most secrets of one client: the next one, and the one that it replaces.
const SECRETS: usize = 2;

/// What is kept of a client's secrets.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// Of each.
    pub hashes: Vec<SecretHash>,
    /// The secrets themselves, where a hash is not enough.
    pub shared: Vec<SharedSecret>,
}

impl Client {
    /// Whether it proves who it is by a secret.
    pub fn has_secret(&self) -> bool {
        matches!(
            self.token_endpoint_auth_method,
            ClientAuthMethod::ClientSecretBasic
                | ClientAuthMethod::ClientSecretPost
                | ClientAuthMethod::ClientSecretJwt
        )
    }

    /// The secrets, as they are stored. Exactly one way of writing them, none for a public client.
    pub(super) fn secrets(&self, secret_in_file: Option<&str>, faults: &mut Faults) -> Kept {
        self.check_writing(faults);
        let mut kept = Kept::default();
        let written = self.client_secret.iter().map(String::as_str);
        let written = written.map(|secret| ("client_secret", secret.trim_end_matches(['\r', '\n'])));
        let in_file = secret_in_file.unwrap_or_default().lines().map(str::trim_end);
        let in_file: Vec<&str> = in_file.filter(|line| !line.is_empty()).collect();
        if secret_in_file.is_some() && !(1..=SECRETS).contains(&in_file.len()) {
            faults.add(
                "secret_file",
                "must hold one secret, or two while one replaces the other, each on its line",
            );
        }
        for (setting, secret) in written.chain(in_file.into_iter().map(|secret| ("secret_file", secret))) {
            if secret.chars().count() < SECRET_LENGTH {
                faults.add(
                    setting,
                    "the secret must have at least 32 characters; make one with `varco keys client-secret`",
                );
            }
            kept.hashes.push(hash_secret(secret));
            if self.token_endpoint_auth_method == ClientAuthMethod::ClientSecretJwt {
                kept.shared.push(SharedSecret::new(secret));
            }
        }
        for (index, text) in self.client_secret_sha256.iter().enumerate() {
            let setting = format!("client_secret_sha256[{index}]");
            match from_hex(text) {
                _ if index >= SECRETS => faults.add(setting, "must not be there: a client has two secrets at most"),
                Some(hash) => kept.hashes.push(hash),
                None => faults.add(setting, "must be 64 hexadecimal digits"),
            }
        }
        kept
    }

    fn check_writing(&self, faults: &mut Faults) {
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
                "must be set (or `secret_file`, or `client_secret_sha256`), unless `token_endpoint_auth_method` is one without a secret",
            ),
            [setting, ..] if self.token_endpoint_auth_method == ClientAuthMethod::None => {
                faults.add(*setting, "a public client (`none`) has no secret");
            }
            [setting, ..] if !self.has_secret() => {
                faults.add(*setting, "a client that signs or shows a certificate has no secret");
            }
            ["client_secret_sha256"] if self.token_endpoint_auth_method == ClientAuthMethod::ClientSecretJwt => {
                faults.add(
                    "client_secret_sha256",
                    "`client_secret_jwt` needs the secret itself: `client_secret` or `secret_file`",
                );
            }
            [_] => {}
            [first, second, ..] => faults.add(*second, format!("`{first}` is set as well; keep one of the two")),
        }
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
