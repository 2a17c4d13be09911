//! What a token is bound to (RFC 7800 `cnf`): worth nothing without the key of who got it.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

/// The one member of a `cnf`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Confirmation {
    /// Thumbprint of the key that signs DPoP proofs (RFC 9449 §6).
    #[serde(rename = "jkt")]
    Jkt(String),
    /// Thumbprint of the client's TLS certificate (RFC 8705 §3.1).
    #[serde(rename = "x5t#S256")]
    Certificate(String),
}

impl Confirmation {
    /// A certificate, DER, as what a token is bound to.
    pub fn of_certificate(der: &[u8]) -> Confirmation {
        Confirmation::Certificate(URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, der)))
    }

    /// `token_type` of a token bound to this, or to nothing (RFC 9449 §5, RFC 8705 §3).
    pub fn token_type(bound_to: Option<&Confirmation>) -> &'static str {
        match bound_to {
            Some(Confirmation::Jkt(_)) => "DPoP",
            Some(Confirmation::Certificate(_)) | None => "Bearer",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn it_is_written_as_rfc_7800_has_it_and_read_back() {
        for (bound_to, cnf, token_type) in [
            (Confirmation::Jkt("a".to_owned()), json!({"jkt": "a"}), "DPoP"),
            (
                Confirmation::Certificate("b".to_owned()),
                json!({"x5t#S256": "b"}),
                "Bearer",
            ),
        ] {
            assert_eq!(serde_json::to_value(&bound_to).unwrap(), cnf);
            assert_eq!(Confirmation::token_type(Some(&bound_to)), token_type);
            assert_eq!(serde_json::from_value::<Confirmation>(cnf).unwrap(), bound_to);
        }
        assert_eq!(Confirmation::token_type(None), "Bearer");
    }

    #[test]
    fn a_certificate_is_named_by_the_sha_256_of_its_der() {
        // RFC 4648 alphabet of `printf abc | sha256sum`.
        assert_eq!(
            Confirmation::of_certificate(b"abc"),
            Confirmation::Certificate("ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0".to_owned())
        );
    }
}
