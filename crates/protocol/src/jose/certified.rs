//! The key that a certificate is about, as a JWK would have it.

use super::material::Material;
use x509_parser::der_parser::oid::Oid;
use x509_parser::oid_registry::{OID_EC_P256, OID_KEY_TYPE_EC_PUBLIC_KEY, OID_PKCS1_RSAENCRYPTION, OID_SIG_ED25519};
use x509_parser::prelude::{FromDer as _, X509Certificate};
use x509_parser::public_key::PublicKey;

impl Material {
    /// The key of a certificate (DER); `None` for a kind that is not spoken.
    pub(super) fn of_certificate(der: &[u8]) -> Option<Material> {
        let (rest, certificate) = X509Certificate::from_der(der).ok()?;
        let info = certificate.public_key();
        let algorithm = &info.algorithm;
        let is = |known: &Oid<'_>| rest.is_empty() && algorithm.algorithm == *known;
        if is(&OID_PKCS1_RSAENCRYPTION) {
            let Ok(PublicKey::RSA(key)) = info.parsed() else {
                return None;
            };
            let number = |bytes: &[u8]| bytes.iter().copied().skip_while(|byte| *byte == 0).collect();
            return Some(Material::Rsa {
                modulus: number(key.modulus),
                exponent: number(key.exponent),
            });
        }
        let bits = info.subject_public_key.data.to_vec();
        if is(&OID_KEY_TYPE_EC_PUBLIC_KEY) {
            let curve = algorithm.parameters.as_ref()?.as_oid().ok()?;
            return (curve == OID_EC_P256).then_some(Material::P256(bits));
        }
        is(&OID_SIG_ED25519).then_some(Material::Ed25519(bits))
    }
}
