//! What a token is bound to (RFC 7800 `cnf`): worth nothing without the key of who got it.

use super::bearer::Scheme;
use super::client::{Client, ClientAuthMethod, Profile};
use super::error::{Coded, ErrorCode};
use super::{bearer, dpop};
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

/// What a caller proved to have, beside who it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Held {
    /// The key that signed its DPoP proof, as a token bound to it says.
    pub key: Option<Confirmation>,
    /// The certificate of its TLS handshake, as a token bound to it says.
    pub certificate: Option<Confirmation>,
}

impl Held {
    /// From the thumbprint of the proved key, and the certificate (DER).
    pub fn new(thumbprint: Option<String>, certificate: Option<&[u8]>) -> Held {
        Held {
            key: thumbprint.map(Confirmation::Jkt),
            certificate: certificate.map(Confirmation::of_certificate),
        }
    }

    /// What of this kind it has.
    fn like(&self, bound_to: &Confirmation) -> Option<&Confirmation> {
        match bound_to {
            Confirmation::Jkt(_) => self.key.as_ref(),
            Confirmation::Certificate(_) => self.certificate.as_ref(),
        }
    }
}

/// Why a caller gets no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// A proof that is missing, or of another key.
    #[error("DPoP: {0}")]
    Proof(#[from] dpop::Reason),
    /// Its tokens are bound to its certificate, and it shows none.
    #[error("client certificate missing")]
    CertificateMissing,
    /// Not the certificate to which the refresh token is bound.
    #[error("another certificate than the bound one")]
    OtherCertificate,
    /// A proof from a client whose tokens are bound to its certificate: one of the two would bind nothing.
    #[error("DPoP proof from a client that is bound by its certificate")]
    ProofBesideCertificate,
    /// A FAPI client that shows neither.
    #[error("neither DPoP proof nor client certificate")]
    Unbound,
}

impl Coded for Reason {
    fn code(&self) -> ErrorCode {
        match self {
            // RFC 9449 §5 has a word for a proof that is not valid. One that is not there is a part missing of the request, and
            // the Foundation's refresh modules take no other word for that.
            Reason::Proof(dpop::Reason::Missing) => ErrorCode::InvalidRequest,
            Reason::Proof(reason) => reason.code(),
            Reason::OtherCertificate => ErrorCode::InvalidGrant,
            Reason::CertificateMissing | Reason::ProofBesideCertificate | Reason::Unbound => ErrorCode::InvalidRequest,
        }
    }
}

/// What the tokens of `client` are bound to, whatever the grant, when it comes with `held`.
///
/// # Errors
/// The first reason against.
pub fn bind(client: &Client, held: &Held) -> Result<Option<Confirmation>, Reason> {
    let metadata = &client.metadata;
    if metadata.tls_client_certificate_bound_access_tokens {
        // RFC 9449 §5: whoever sends a proof discards an answer whose token_type is not DPoP.
        if held.key.is_some() {
            return Err(Reason::ProofBesideCertificate);
        }
        // RFC 8705 §3.4: "intention to use mutual-TLS client certificate-bound access tokens".
        return held.certificate.clone().map(Some).ok_or(Reason::CertificateMissing);
    }
    // RFC 9449 §5: a proof binds, registered or not.
    if let Some(key) = &held.key {
        return Ok(Some(key.clone()));
    }
    // RFC 9449 §5.2: "the authorization server MUST reject token requests […] that do not contain the DPoP header".
    if metadata.dpop_bound_access_tokens {
        return Err(dpop::Reason::Missing.into());
    }
    // FAPI 2 Security Profile §5.3.2.1: "shall only issue sender-constrained access tokens".
    match (metadata.profile, &held.certificate) {
        (Profile::Fapi2, Some(certificate)) => Ok(Some(certificate.clone())),
        (Profile::Fapi2, None) => Err(Reason::Unbound),
        (Profile::Plain, _) => Ok(None),
    }
}

/// What the refresh token of `client` is bound to. Who proves to be the client at each refresh may change its key
/// (RFC 9449 §5, RFC 8705 §4); of a public client, the key is all there is.
pub fn of_refresh_token(client: &Client, bound_to: Option<&Confirmation>) -> Option<Confirmation> {
    match client.auth_method {
        ClientAuthMethod::None => bound_to.cloned(),
        _ => None,
    }
}

/// Whether a caller with `held` may use the refresh token that is bound to `bound_to`.
///
/// # Errors
/// It has nothing of the kind, or another one.
pub fn check_refresh(bound_to: Option<&Confirmation>, held: &Held) -> Result<(), Reason> {
    let Some(bound_to) = bound_to else { return Ok(()) };
    match (bound_to, held.like(bound_to)) {
        (_, Some(had)) if had == bound_to => Ok(()),
        (Confirmation::Jkt(_), None) => Err(dpop::Reason::Missing.into()),
        (Confirmation::Jkt(_), Some(_)) => Err(dpop::Reason::OtherKey.into()),
        (Confirmation::Certificate(_), None) => Err(Reason::CertificateMissing),
        (Confirmation::Certificate(_), Some(_)) => Err(Reason::OtherCertificate),
    }
}

/// Whether a caller with `held` may redeem a code that was asked for with this `dpop_jkt` (RFC 9449 §10).
///
/// # Errors
/// No proof, or one by another key.
pub fn check_code(dpop_jkt: Option<&str>, held: &Held) -> Result<(), Reason> {
    let bound_to = dpop_jkt.map(|thumbprint| Confirmation::Jkt(thumbprint.to_owned()));
    check_refresh(bound_to.as_ref(), held)
}

/// Whether a caller with `held` may use an access token that is bound to `bound_to` and came by `scheme`.
///
/// # Errors
/// The first reason against.
pub fn check_use(bound_to: Option<&Confirmation>, scheme: Scheme, held: &Held) -> Result<(), bearer::Reason> {
    match (scheme, bound_to) {
        // RFC 9449 §7.2: "MUST NOT […] accept a DPoP-bound access token" as a bearer token.
        (Scheme::Bearer, Some(Confirmation::Jkt(_))) => Err(bearer::Reason::NotByBearer),
        // RFC 8705 §3: the certificate of this connection "matches the certificate associated with the access token".
        (Scheme::Bearer, Some(certificate)) if held.certificate.as_ref() != Some(certificate) => {
            Err(bearer::Reason::OtherCertificate)
        }
        (Scheme::Bearer, _) => Ok(()),
        // RFC 9449 §7.1: a token that is bound to no key proves nothing here.
        (Scheme::Dpop, None | Some(Confirmation::Certificate(_))) => Err(bearer::Reason::NotBound),
        // RFC 9449 §4.3, 12: "the public key to which the access token is bound matches".
        (Scheme::Dpop, Some(key)) => match &held.key {
            None => Err(dpop::Reason::Missing.into()),
            Some(had) if had != key => Err(dpop::Reason::OtherKey.into()),
            Some(_) => Ok(()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oidc::samples;
    use serde_json::json;

    fn held(key: Option<&str>, certificate: Option<&[u8]>) -> Held {
        Held::new(key.map(str::to_owned), certificate)
    }

    fn jkt(thumbprint: &str) -> Confirmation {
        Confirmation::Jkt(thumbprint.to_owned())
    }

    fn client(change: impl FnOnce(&mut Client)) -> Client {
        let mut client = samples::client();
        change(&mut client);
        client
    }

    #[test]
    fn a_plain_client_is_bound_by_the_proof_it_sends_and_by_nothing_else() {
        let plain = client(|_| {});
        assert_eq!(bind(&plain, &Held::default()), Ok(None));
        assert_eq!(bind(&plain, &held(None, Some(b"c"))), Ok(None));
        assert_eq!(bind(&plain, &held(Some("k"), Some(b"c"))), Ok(Some(jkt("k"))));
    }

    #[test]
    fn rfc_9449_5_2_a_client_that_registered_bound_tokens_gets_no_others() {
        let bound = client(|client| client.metadata.dpop_bound_access_tokens = true);
        let missing = Err(Reason::Proof(dpop::Reason::Missing));
        assert_eq!(bind(&bound, &held(None, Some(b"c"))), missing);
        assert_eq!(bind(&bound, &held(Some("k"), None)), Ok(Some(jkt("k"))));
    }

    #[test]
    fn rfc_8705_3_4_a_client_that_registered_its_certificate_is_bound_by_it_alone() {
        let bound = client(|client| client.metadata.tls_client_certificate_bound_access_tokens = true);
        assert_eq!(bind(&bound, &Held::default()), Err(Reason::CertificateMissing));
        let both = held(Some("k"), Some(b"c"));
        assert_eq!(bind(&bound, &both), Err(Reason::ProofBesideCertificate));
        assert_eq!(
            bind(&bound, &held(None, Some(b"c"))),
            Ok(Some(Confirmation::of_certificate(b"c")))
        );
    }

    #[test]
    fn fapi2_security_profile_final_ensure_holder_of_key_required() {
        let fapi = client(|client| client.metadata.profile = Profile::Fapi2);
        assert_eq!(bind(&fapi, &Held::default()), Err(Reason::Unbound));
        assert_eq!(bind(&fapi, &held(Some("k"), Some(b"c"))), Ok(Some(jkt("k"))));
        assert_eq!(
            bind(&fapi, &held(None, Some(b"c"))),
            Ok(Some(Confirmation::of_certificate(b"c")))
        );
    }

    #[test]
    fn only_the_refresh_token_of_a_public_client_is_bound() {
        let key = jkt("k");
        let public = client(|client| client.auth_method = ClientAuthMethod::None);
        assert_eq!(of_refresh_token(&public, Some(&key)), Some(key.clone()));
        assert_eq!(of_refresh_token(&public, None), None);
        assert_eq!(of_refresh_token(&client(|_| {}), Some(&key)), None);
    }

    #[test]
    fn attack_39_another_key_or_certificate_does_not_refresh() {
        let (key, certificate) = (jkt("k"), Confirmation::of_certificate(b"c"));
        let both = held(Some("k"), Some(b"c"));
        assert_eq!(check_refresh(None, &Held::default()), Ok(()));
        assert_eq!(check_refresh(Some(&key), &both), Ok(()));
        assert_eq!(check_refresh(Some(&certificate), &both), Ok(()));
        let other = held(Some("x"), Some(b"x"));
        for (bound_to, held, reason) in [
            (&key, &other, Reason::Proof(dpop::Reason::OtherKey)),
            (&key, &Held::default(), Reason::Proof(dpop::Reason::Missing)),
            (&certificate, &other, Reason::OtherCertificate),
            (&certificate, &Held::default(), Reason::CertificateMissing),
        ] {
            assert_eq!(check_refresh(Some(bound_to), held), Err(reason));
        }
    }

    #[test]
    fn rfc_9449_10_a_code_that_was_asked_for_one_key_is_redeemed_by_that_key() {
        assert_eq!(check_code(None, &Held::default()), Ok(()));
        assert_eq!(check_code(Some("k"), &held(Some("k"), None)), Ok(()));
        let mismatched = Err(Reason::Proof(dpop::Reason::OtherKey));
        assert_eq!(check_code(Some("k"), &held(Some("x"), None)), mismatched);
        let missing = Err(Reason::Proof(dpop::Reason::Missing));
        assert_eq!(check_code(Some("k"), &held(None, Some(b"c"))), missing);
    }

    #[test]
    fn attack_39_a_bound_token_is_good_with_its_key_and_by_its_scheme_only() {
        let (key, certificate) = (jkt("k"), Confirmation::of_certificate(b"c"));
        let (has_key, has_certificate) = (held(Some("k"), None), held(None, Some(b"c")));
        for (bound_to, scheme, held, outcome) in [
            (None, Scheme::Bearer, &Held::default(), Ok(())),
            (Some(&key), Scheme::Dpop, &has_key, Ok(())),
            (Some(&certificate), Scheme::Bearer, &has_certificate, Ok(())),
            (Some(&key), Scheme::Bearer, &has_key, Err(bearer::Reason::NotByBearer)),
            (None, Scheme::Dpop, &has_key, Err(bearer::Reason::NotBound)),
            (
                Some(&certificate),
                Scheme::Dpop,
                &held(Some("k"), Some(b"c")),
                Err(bearer::Reason::NotBound),
            ),
            (
                Some(&key),
                Scheme::Dpop,
                &has_certificate,
                Err(dpop::Reason::Missing.into()),
            ),
            (
                Some(&key),
                Scheme::Dpop,
                &held(Some("x"), None),
                Err(dpop::Reason::OtherKey.into()),
            ),
            (
                Some(&certificate),
                Scheme::Bearer,
                &has_key,
                Err(bearer::Reason::OtherCertificate),
            ),
            (
                Some(&certificate),
                Scheme::Bearer,
                &held(None, Some(b"x")),
                Err(bearer::Reason::OtherCertificate),
            ),
        ] {
            assert_eq!(check_use(bound_to, scheme, held), outcome, "{bound_to:?} {scheme:?}");
        }
    }

    #[test]
    fn the_stranger_hears_the_words_of_the_rfcs() {
        assert_eq!(
            Reason::Proof(dpop::Reason::OtherKey).code(),
            ErrorCode::InvalidDpopProof
        );
        assert_eq!(Reason::Proof(dpop::Reason::Missing).code(), ErrorCode::InvalidRequest);
        assert_eq!(Reason::CertificateMissing.code(), ErrorCode::InvalidRequest);
        assert_eq!(Reason::OtherCertificate.code(), ErrorCode::InvalidGrant);
    }

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
