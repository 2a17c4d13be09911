//! Our RSA keys as josekit's RS256 signers and verifiers: josekit would parse a key at each use.

use crate::keyring::RsaKey;
use aws_lc_rs::rsa::PublicKeyComponents;
use aws_lc_rs::signature::RSA_PKCS1_2048_8192_SHA256;
use josekit::JoseError;
use josekit::jws::alg::rsassa::RsassaJwsAlgorithm;
use josekit::jws::{JwsAlgorithm, JwsSigner, JwsVerifier};

impl JwsSigner for RsaKey {
    fn algorithm(&self) -> &dyn JwsAlgorithm {
        &RsassaJwsAlgorithm::Rs256
    }

    fn key_id(&self) -> Option<&str> {
        Some(self.kid())
    }

    fn signature_len(&self) -> usize {
        self.modulus().len()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, JoseError> {
        self.sign_sha256(message)
            .map_err(|error| JoseError::InvalidSignature(error.into()))
    }

    fn box_clone(&self) -> Box<dyn JwsSigner> {
        Box::new(self.clone())
    }
}

impl JwsVerifier for RsaKey {
    fn algorithm(&self) -> &dyn JwsAlgorithm {
        &RsassaJwsAlgorithm::Rs256
    }

    fn key_id(&self) -> Option<&str> {
        Some(self.kid())
    }

    fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), JoseError> {
        let public = PublicKeyComponents {
            n: self.modulus(),
            e: self.exponent(),
        };
        public
            .verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
            .map_err(|error| JoseError::InvalidSignature(error.into()))
    }

    fn box_clone(&self) -> Box<dyn JwsVerifier> {
        Box::new(self.clone())
    }
}
