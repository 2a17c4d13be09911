//! `id_token_hint`: an ID token of ours that comes back, to say about whom a request is.

use crate::keyring::OidcKeys;
use serde_json::Value;
use uuid::Uuid;

/// What an ID token tells that was given as a hint, once its signature and issuer are ours. It may be
/// expired: "The OP SHOULD accept ID Tokens when the RP […] has a current session or had a recent
/// session at the OP, even when the exp time has passed" (OpenID Connect Core §3.1.2.2, RP-Initiated
/// Logout 1.0 §2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// `aud`: the client it was issued to.
    pub client_id: String,
    /// `sub`: the person, as that client knows them.
    pub subject: String,
    /// `sid`: the grant.
    pub sid: Uuid,
}

impl Hint {
    /// Reads a hint; `None` unless one of `keys` signed it and `issuer` issued it.
    pub fn read(token: &str, keys: &OidcKeys, issuer: &str) -> Option<Hint> {
        let claims = keys.verify(token)?;
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        if text("iss") != Some(issuer) {
            return None;
        }
        Some(Hint {
            client_id: text("aud")?.to_owned(),
            subject: text("sub")?.to_owned(),
            sid: Uuid::try_parse(text("sid")?).ok()?,
        })
    }
}
