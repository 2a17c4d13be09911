//! The identity provider's key: XML signatures by samael (libxmlsec1), so that what Varco checks
//! with one library was made by another.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use protocol::keyring::{KeyError, RsaKey};
use samael::crypto::{Crypto, CryptoProvider as _};

/// Why the identity provider cannot start or answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignerError {
    /// The key is not a PKCS#8 PEM RSA key.
    #[error("demo identity provider: {0}")]
    Key(#[from] KeyError),
    /// The certificate is not one PEM block.
    #[error("demo identity provider: not a PEM certificate")]
    Certificate,
    /// libxmlsec1 refused.
    #[error("demo identity provider: signing failed: {0}")]
    Xml(String),
}

/// Signs what the identity provider says.
pub(super) struct Signer {
    queries: RsaKey,
    key: Vec<u8>,
    certificate: String,
}

impl Signer {
    /// From PEM: a PKCS#8 key and its certificate.
    pub fn new(key_pem: &str, certificate_pem: &str) -> Result<Signer, SignerError> {
        let certificate: String = certificate_pem
            .split_once("-----BEGIN CERTIFICATE-----")
            .and_then(|(_, rest)| rest.split_once("-----END CERTIFICATE-----"))
            .map(|(body, _)| body.chars().filter(|c| !c.is_whitespace()).collect())
            .ok_or(SignerError::Certificate)?;
        STANDARD.decode(&certificate).map_err(|_| SignerError::Certificate)?;
        let key = RsaKey::from_pem(key_pem)?;
        Ok(Signer {
            key: key.to_pkcs8()?,
            queries: key,
            certificate,
        })
    }

    /// The certificate, base64 of its DER.
    pub fn certificate(&self) -> &str {
        &self.certificate
    }

    /// The empty signature to put into the element `id`: rsa-sha256, SHA-256, exclusive C14N, as SPID wants.
    pub fn template(&self, id: &str) -> String {
        format!(
            r##"<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/><ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/><ds:Reference URI="#{id}"><ds:Transforms><ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/><ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue/></ds:Reference></ds:SignedInfo><ds:SignatureValue/><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>"##,
            self.certificate
        )
    }

    /// RSA-SHA256 over a query string (HTTP-Redirect binding).
    pub fn sign_query(&self, query: &str) -> Result<Vec<u8>, SignerError> {
        Ok(self.queries.sign_sha256(query.as_bytes())?)
    }

    /// Fills in the first [template](Signer::template) of `xml`. The result has no XML declaration,
    /// so that it can be put into another document.
    pub fn sign(&self, xml: &str) -> Result<String, SignerError> {
        let signed = Crypto::sign_xml(xml, &self.key).map_err(|error| SignerError::Xml(error.to_string()))?;
        let body = match signed.strip_prefix("<?xml") {
            Some(rest) => rest.split_once("?>").map_or(rest, |(_, body)| body),
            None => &signed,
        };
        Ok(body.trim().to_owned())
    }
}
