//! Our private keys by purpose: load, sign, publish.

mod curve;
pub(crate) mod data;
mod oidc;
mod pem;
mod rsa;
mod sealing_key;
mod signing;
mod subject_key;

pub use curve::{EdKey, P256Key};
pub use data::{DataKey, DataKeyError, KeyBytes, MasterKey, NonceBytes, Place};
pub use oidc::{FileKeys, HeldKey, KeyKind, Next, OidcKeys, Rotation, chain};
pub use rsa::{KeyError, RsaKey};
pub use sealing_key::SealingKey;
pub use signing::SigningKey;
pub use subject_key::SubjectKey;

use crate::saml::Record;

/// The key and certificate of a SAML service provider record.
#[derive(Debug, Clone)]
pub struct SamlKey {
    /// Signs metadata and requests.
    pub key: RsaKey,
    /// Its certificate, DER, as registered with AgID or the Ministry.
    pub certificate: Vec<u8>,
}

/// Every private key of the installation.
#[derive(Debug, Clone)]
pub struct Keyring {
    /// ID tokens, as far as the operator keeps the keys himself.
    pub oidc: FileKeys,
    /// The SPID service provider record.
    pub spid: SamlKey,
    /// The CIE service provider record, when there is one.
    pub cie: Option<SamlKey>,
}

impl Keyring {
    /// The key that one of our records signs with; `None` when there is no such record.
    pub fn saml(&self, record: Record) -> Option<&SamlKey> {
        match record {
            Record::Spid => Some(&self.spid),
            Record::Cie => self.cie.as_ref(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ED25519, UnparsedPublicKey};

    #[test]
    fn each_record_signs_with_its_own_key_or_not_at_all() {
        let key = |name: &[u8]| SamlKey {
            key: RsaKey::generate(2048).unwrap(),
            certificate: name.to_vec(),
        };
        let mut keys = Keyring {
            oidc: FileKeys::default(),
            spid: key(b"spid"),
            cie: Some(key(b"cie")),
        };
        let of = |keys: &Keyring, record| keys.saml(record).map(|key| key.certificate.clone());
        assert_eq!(of(&keys, Record::Spid), Some(b"spid".to_vec()));
        assert_eq!(of(&keys, Record::Cie), Some(b"cie".to_vec()));
        keys.cie = None;
        assert_eq!(of(&keys, Record::Cie), None);
    }

    #[test]
    fn a_key_on_a_curve_is_the_same_when_it_is_read_again_and_signs() {
        let [p256, ed] = [
            SigningKey::P256(P256Key::generate().unwrap()),
            SigningKey::Ed25519(EdKey::generate().unwrap()),
        ];
        for (key, kind) in [(&p256, "EC"), (&ed, "OKP")] {
            let again = SigningKey::from_pem(&key.to_pem().unwrap()).unwrap();
            assert_eq!(again.public_jwk(), key.public_jwk());
            assert_eq!(key.public_jwk()["kty"], kind);
        }
        let (SigningKey::P256(p256), SigningKey::Ed25519(ed)) = (p256, ed) else {
            panic!("two kinds");
        };
        let point = UnparsedPublicKey::new(&ED25519, ed.public());
        point.verify(b"text", &ed.sign(b"text").unwrap()).unwrap();
        let (x, y) = p256.coordinates();
        let point = [&[4], x, y].concat();
        let point = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &point);
        point.verify(b"text", &p256.sign(b"text").unwrap()).unwrap();
    }

    #[test]
    fn rsa_keys_are_of_the_size_that_was_wished() {
        for bits in [2048, 3072, 4096] {
            let key = RsaKey::generate(bits).unwrap();
            assert_eq!(key.modulus().len(), usize::from(bits) / 8);
            let again = aws_lc_rs::rsa::KeyPair::from_pkcs8(&key.to_pkcs8().unwrap()).unwrap();
            assert_eq!(again.public_modulus_len(), key.modulus().len());
        }
        assert!(matches!(RsaKey::generate(1024), Err(KeyError::NotRsa)));
    }

    #[test]
    fn what_a_key_made_stands_beside_its_name() {
        let id = uuid::Uuid::from_u128(7);
        let secret = KeyBytes::new([1; 32]);
        assert_eq!(DataKey::new(id, &secret).unwrap().id(), id);
        assert_eq!(SealingKey::new(id, &secret).unwrap().id(), id);
    }
}
