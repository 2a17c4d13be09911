//! The secrets of a client, as they are stored.

use super::{Client, ClientAuthMethod, Faults};
use protocol::oidc::{SecretHash, hash_secret};

/// Shortest secret accepted: it is stored as one SHA-256, which protects only what nobody can guess.
const SECRET_LENGTH: usize = 32;

impl Client {
    /// Whether it proves who it is by a secret.
    fn has_secret(&self) -> bool {
        matches!(
            self.token_endpoint_auth_method,
            ClientAuthMethod::ClientSecretBasic | ClientAuthMethod::ClientSecretPost
        )
    }

    /// The secrets, as they are stored. Exactly one way of writing them, none for a public client.
    pub(super) fn secret_hashes(&self, secret_in_file: Option<&str>, faults: &mut Faults) -> Vec<SecretHash> {
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
