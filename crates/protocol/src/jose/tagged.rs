//! A compact JWS under a secret that both sides know (HS256, RFC 7518 §3.2): a client's assertion, and nothing else. A
//! kind of its own, so that no public key is ever taken for a secret (RFC 8725 §2.1).

use super::signed::{MAX_TOKEN, SignedError, object, typ};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

/// A token as it came: its claims must not be believed before [`Tagged::verify`].
#[derive(Clone)]
pub struct Tagged<'a> {
    message: &'a str,
    tag: Vec<u8>,
    header: Map<String, Value>,
    claims: Map<String, Value>,
}

impl std::fmt::Debug for Tagged<'_> {
    /// Never the token: it lets its holder in.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tagged").finish_non_exhaustive()
    }
}

impl<'a> Tagged<'a> {
    /// Reads header and claims.
    ///
    /// # Errors
    /// [`SignedError`], but for `Signature`.
    pub fn read(token: &'a str) -> Result<Tagged<'a>, SignedError> {
        if token.len() > MAX_TOKEN {
            return Err(SignedError::Malformed);
        }
        let (message, tag) = token.rsplit_once('.').ok_or(SignedError::Malformed)?;
        let (header, claims) = message.split_once('.').ok_or(SignedError::Malformed)?;
        let (header, claims) = (object(header)?, object(claims)?);
        if header.get("alg").and_then(Value::as_str) != Some("HS256") {
            return Err(SignedError::Algorithm);
        }
        if header.contains_key("crit") || header.contains_key("b64") {
            return Err(SignedError::Critical);
        }
        Ok(Tagged {
            message,
            tag: URL_SAFE_NO_PAD.decode(tag).map_err(|_| SignedError::Malformed)?,
            header,
            claims,
        })
    }

    /// `typ`, without the `application/` that may stand before it (RFC 7515 §4.1.9), in lower case.
    pub fn typ(&self) -> Option<String> {
        typ(&self.header)
    }

    /// What it says; to find out whose secrets to try, and nothing else.
    pub fn unverified(&self) -> &Map<String, Value> {
        &self.claims
    }

    /// What it says, once one of `secrets` is found to have made its tag.
    ///
    /// # Errors
    /// [`SignedError::Signature`].
    pub fn verify<'s>(self, secrets: impl Iterator<Item = &'s str>) -> Result<Map<String, Value>, SignedError> {
        let message = self.message.as_bytes();
        let made_by = |secret: &str| {
            let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
            hmac::verify(&key, message, &self.tag).is_ok()
        };
        // All are tried, so that the time does not tell which of two it was.
        let matching = secrets.filter(|secret| made_by(secret)).count();
        match matching {
            0 => Err(SignedError::Signature),
            _ => Ok(self.claims),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(alg: &str, secret: &str) -> String {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let message = format!(
            "{}.{}",
            part(&format!(r#"{{"alg":"{alg}"}}"#)),
            part(r#"{"sub":"suap"}"#)
        );
        let tag = hmac::sign(
            &hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()),
            message.as_bytes(),
        );
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(tag))
    }

    fn under(header: &str) -> String {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        format!("{}.{}.AAAA", part(header), part("{}"))
    }

    #[test]
    fn what_is_critical_too_long_or_of_another_algorithm_is_not_read() {
        let plain = under(r#"{"alg":"HS256","typ":"application/JWT"}"#);
        assert_eq!(Tagged::read(&plain).unwrap().typ().as_deref(), Some("jwt"));
        for critical in [r#"{"alg":"HS256","crit":["x"]}"#, r#"{"alg":"HS256","b64":false}"#] {
            assert_eq!(Tagged::read(&under(critical)).unwrap_err(), SignedError::Critical);
        }
        let padded = |length: usize| format!("{plain}{}", "A".repeat(length - plain.len()));
        assert!(Tagged::read(&padded(MAX_TOKEN)).is_ok());
        assert_eq!(
            Tagged::read(&padded(MAX_TOKEN + 4)).unwrap_err(),
            SignedError::Malformed
        );
    }

    fn judge(token: &str, secrets: &[&str]) -> Result<Map<String, Value>, SignedError> {
        Tagged::read(token)?.verify(secrets.iter().copied())
    }

    #[test]
    fn whoever_knows_one_of_the_secrets_made_it() {
        let token = token("HS256", "new");
        assert_eq!(judge(&token, &["old", "new"]).unwrap()["sub"], "suap");
        assert_eq!(judge(&token, &["old"]), Err(SignedError::Signature));
        assert_eq!(judge(&token, &[]), Err(SignedError::Signature));
    }

    #[test]
    fn josekit_reads_it_as_we_do() {
        let secret = "0123456789abcdef0123456789abcdef";
        let token = token("HS256", secret);
        let verifier = josekit::jws::HS256.verifier_from_bytes(secret).unwrap();
        let (claims, _) = josekit::jws::deserialize_compact(&token, &verifier).unwrap();
        assert_eq!(claims, br#"{"sub":"suap"}"#);
    }

    #[test]
    fn attack_37_nothing_but_hs256_and_nothing_that_is_changed() {
        for alg in ["none", "HS512", "RS256", "hs256", ""] {
            assert_eq!(
                judge(&token(alg, "new"), &["new"]),
                Err(SignedError::Algorithm),
                "{alg}"
            );
        }
        let good = token("HS256", "new");
        let (message, _) = good.rsplit_once('.').unwrap();
        assert_eq!(judge(&format!("{message}."), &["new"]), Err(SignedError::Signature));
        assert_eq!(judge(message, &["new"]), Err(SignedError::Malformed));
        assert_eq!(judge("", &["new"]), Err(SignedError::Malformed));
        assert_eq!(judge(&format!("{good}.x"), &["new"]), Err(SignedError::Malformed));
    }
}
