//! How a client proves who it is.

use super::{Client, ClientAuthMethod, Faults};
use protocol::jose::KeySet;
use protocol::oidc::client::CertificateSubject;
use protocol::oidc::client_auth::certificate::is_distinguished_name;
use std::net::IpAddr;

impl Client {
    /// Its keys, once. Exactly one name of its certificate, when that is how it is known.
    pub(super) fn check_keys(&self, faults: &mut Faults) {
        if self.jwks.is_some() && self.jwks_uri.is_some() {
            // RFC 7591 §2.
            faults.add("jwks_uri", "`jwks` is set as well; keep one of the two");
        }
        match self.jwks.as_ref().map(KeySet::from_json).transpose() {
            Ok(Some(keys)) if keys.is_empty() => faults.add("jwks", "has no RSA (2048 bits), P-256 or Ed25519 key"),
            Ok(_) => {}
            Err(error) => faults.add("jwks", format!("{error}; must be a JWK Set of public keys")),
        }
        let needs_keys = [
            (
                self.token_endpoint_auth_method == ClientAuthMethod::PrivateKeyJwt,
                "`private_key_jwt` is checked",
            ),
            (
                self.token_endpoint_auth_method == ClientAuthMethod::SelfSignedTlsClientAuth,
                "`self_signed_tls_client_auth` is checked",
            ),
            (
                self.id_token_encrypted_response_alg.is_some(),
                "ID tokens are encrypted",
            ),
            (self.userinfo_encrypted_response_alg.is_some(), "userinfo is encrypted"),
            (self.require_signed_request_object, "request objects are checked"),
        ];
        let what_for = needs_keys.into_iter().find(|(needed, _)| *needed);
        if let (Some((_, what_for)), None, None) = (what_for, &self.jwks, &self.jwks_uri) {
            faults.add(
                "jwks",
                format!("must be set (or `jwks_uri`): {what_for} with these keys"),
            );
        }
        if self.dpop_bound_access_tokens && self.tls_client_certificate_bound_access_tokens {
            faults.add(
                "tls_client_certificate_bound_access_tokens",
                "`dpop_bound_access_tokens` is set as well; a token is bound to one of the two",
            );
        }
        self.check_certificate(faults);
    }

    fn check_certificate(&self, faults: &mut Faults) {
        let subjects = self.certificate_subjects();
        let by_certificate = self.token_endpoint_auth_method == ClientAuthMethod::TlsClientAuth;
        match subjects.as_slice() {
            [] if by_certificate => faults.add(
                "tls_client_auth_subject_dn",
                "must be set (or one of `tls_client_auth_san_dns`, `_uri`, `_ip`, `_email`)",
            ),
            [(setting, _), ..] if !by_certificate => {
                faults.add(
                    *setting,
                    "is of use only with `token_endpoint_auth_method = \"tls_client_auth\"`",
                );
            }
            // RFC 8705 §2.1.2: exactly one.
            [(first, _), (second, _), ..] => {
                faults.add(*second, format!("`{first}` is set as well; keep one of the two"));
            }
            [(setting, subject)] if subject.value().trim().is_empty() => faults.add(*setting, "must not be empty"),
            [(setting, CertificateSubject::Dn(name))] if !is_distinguished_name(name) => faults.add(
                *setting,
                "must be a distinguished name as RFC 4514 writes it, like `CN=suap,O=Comune,C=IT` (no blanks after commas)",
            ),
            [(setting, CertificateSubject::Ip(address))] if address.parse::<IpAddr>().is_err() => {
                faults.add(*setting, "must be an IPv4 or IPv6 address");
            }
            _ => {}
        }
    }

    /// What is written of its certificate's subject.
    pub(super) fn certificate_subjects(&self) -> Vec<(&'static str, CertificateSubject)> {
        let written = |name: &Option<String>, kind: fn(String) -> CertificateSubject| name.clone().map(kind);
        [
            (
                "tls_client_auth_subject_dn",
                written(&self.tls_client_auth_subject_dn, CertificateSubject::Dn),
            ),
            (
                "tls_client_auth_san_dns",
                written(&self.tls_client_auth_san_dns, CertificateSubject::Dns),
            ),
            (
                "tls_client_auth_san_uri",
                written(&self.tls_client_auth_san_uri, CertificateSubject::Uri),
            ),
            (
                "tls_client_auth_san_ip",
                written(&self.tls_client_auth_san_ip, CertificateSubject::Ip),
            ),
            (
                "tls_client_auth_san_email",
                written(&self.tls_client_auth_san_email, CertificateSubject::Email),
            ),
        ]
        .into_iter()
        .filter_map(|(setting, subject)| Some((setting, subject?)))
        .collect()
    }
}
