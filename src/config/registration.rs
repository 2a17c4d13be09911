//! `[registration]`: clients that register themselves (RFC 7591).

use super::check::Check;
use protocol::oidc::{SecretHash, hash_secret};
use serde::Deserialize;
use std::path::PathBuf;

/// Holds an initial access token where there is no file for it.
pub const INITIAL_ACCESS_TOKEN_VARIABLE: &str = "VARCO_INITIAL_ACCESS_TOKEN";

/// Shortest token accepted: only its SHA-256 is kept, which protects only what nobody can guess.
const TOKEN_LENGTH: usize = 32;
/// Most tokens at a time.
const TOKENS: usize = 20;

/// `[registration]`.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClientRegistration {
    /// Clients may register themselves at `/register`. Default: no.
    pub enabled: bool,
    /// File with the initial access tokens that you give to who may register, each on its line. Needed when `enabled`,
    /// unless the environment variable `VARCO_INITIAL_ACCESS_TOKEN` holds one.
    pub initial_access_token_file: Option<PathBuf>,
    /// PKCE demanded of who registers; of public clients and those of the FAPI profile always. Default: yes.
    pub require_pkce: bool,
    /// The initial access tokens.
    #[serde(skip)]
    pub tokens: Vec<SecretHash>,
}

impl std::fmt::Debug for ClientRegistration {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientRegistration")
            .field("enabled", &self.enabled)
            .field("require_pkce", &self.require_pkce)
            .field("tokens", &self.tokens.len())
            .finish_non_exhaustive()
    }
}

impl Default for ClientRegistration {
    fn default() -> ClientRegistration {
        ClientRegistration {
            enabled: false,
            initial_access_token_file: None,
            require_pkce: true,
            tokens: Vec::new(),
        }
    }
}

impl ClientRegistration {
    /// Checks, and reads the tokens, of which only hashes stay.
    pub(super) fn check(&mut self, check: &mut Check<'_>) {
        const SETTING: &str = "registration.initial_access_token_file";
        if !self.enabled {
            return;
        }
        let variable = std::env::var(INITIAL_ACCESS_TOKEN_VARIABLE).ok();
        let text = match (
            &self.initial_access_token_file,
            variable.filter(|text| !text.is_empty()),
        ) {
            (Some(_), Some(_)) => {
                let both = format!(
                    "the environment variable {INITIAL_ACCESS_TOKEN_VARIABLE} is set as well; keep one of the two"
                );
                return check.wrong(SETTING, both);
            }
            (Some(path), None) => match check.read(SETTING, path) {
                Some(text) => text,
                None => return,
            },
            (None, Some(text)) => text,
            (None, None) => {
                let missing = format!(
                    "must be set (or the environment variable {INITIAL_ACCESS_TOKEN_VARIABLE}): nobody registers without a token of yours"
                );
                return check.wrong(SETTING, missing);
            }
        };
        let tokens: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        if !(1..=TOKENS).contains(&tokens.len()) {
            check.wrong(SETTING, "must hold one token or more, twenty at most, each on its line");
        }
        if tokens.iter().any(|token| token.chars().count() < TOKEN_LENGTH) {
            check.wrong(
                SETTING,
                "each token must have at least 32 characters; make one with `varco keys client-secret`",
            );
        }
        self.tokens = tokens.into_iter().map(hash_secret).collect();
    }
}
