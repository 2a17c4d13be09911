//! A logout message as a browser brings it: taken apart once, its signature with it.

use super::reason::{Malformed, missing, refused};
use crate::saml::bindings::{Binding, Message};
use crate::saml::names;
use crate::saml::response::{Fault, Refused};
use crate::x509::{PublicKey, Sha2};
use crate::xml::signature::{Bergshamra, SignatureError, profile, verify};
use crate::xml::{Bounds, Element, Tree};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::DeflateDecoder;
use std::io::Read as _;
use url::form_urlencoded;

/// Longest RelayState that we give back. The standard says 80 bytes (SAML bindings §3.4.3); not everybody keeps it.
const RELAY_STATE_LIMIT: usize = 1024;
/// The only encoding of HTTP-Redirect (SAML bindings §3.4.4.1), and what stands for it when nothing does.
const DEFLATE: &str = "urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE";

/// RSA with SHA-2, as for documents; the names are the same (SAML bindings §3.4.4.1).
const QUERY_ALGORITHMS: [(&str, Sha2); 3] = [
    (profile::RSA_SHA256, Sha2::Sha256),
    ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha384", Sha2::Sha384),
    ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha512", Sha2::Sha512),
];

#[derive(Clone)]
pub(super) struct Arrival {
    pub(super) kind: Message,
    pub(super) relay_state: Option<String>,
    tree: Tree,
    signature: Carried,
}

/// Where the signature is.
#[derive(Clone)]
enum Carried {
    /// Over these octets of the query, exactly as they came: whoever decodes and encodes again may write others.
    Query {
        octets: String,
        algorithm: Option<String>,
        signature: Option<String>,
    },
    /// In the document.
    Document,
}

impl Arrival {
    pub(super) fn by_redirect(query: &str) -> Result<Arrival, Malformed> {
        if query.len() > Bounds::MESSAGE.bytes {
            return Err(Malformed::TooLarge);
        }
        let parameters = Parameters(query);
        let (kind, message) = parameters.message()?;
        if parameters
            .one("SAMLEncoding")?
            .is_some_and(|name| name.value != DEFLATE)
        {
            return Err(Malformed::Parameters);
        }
        let relay_state = parameters.one("RelayState")?;
        let algorithm = parameters.one("SigAlg")?;
        let octets = [Some(&message), relay_state.as_ref(), algorithm.as_ref()];
        let octets: Vec<&str> = octets.into_iter().flatten().map(|parameter| parameter.raw).collect();
        let signature = Carried::Query {
            octets: octets.join("&"),
            algorithm: algorithm.map(|parameter| parameter.value),
            signature: parameters.one("Signature")?.map(|parameter| parameter.value),
        };
        let document = inflate(&base64(&message.value)?)?;
        Arrival::read(kind, &document, relay_state, signature)
    }

    pub(super) fn by_post(body: &str) -> Result<Arrival, Malformed> {
        let parameters = Parameters(body);
        let (kind, message) = parameters.message()?;
        let relay_state = parameters.one("RelayState")?;
        // Base64 with line breaks is at most a third and some blanks longer than what it carries.
        if message.value.len() > Bounds::MESSAGE.bytes.saturating_mul(3).div_euclid(2) {
            return Err(Malformed::TooLarge);
        }
        let document = String::from_utf8(base64(&message.value)?).map_err(|_| Malformed::NotText)?;
        Arrival::read(kind, &document, relay_state, Carried::Document)
    }

    fn read(
        kind: Message,
        document: &str,
        relay_state: Option<Parameter<'_>>,
        signature: Carried,
    ) -> Result<Arrival, Malformed> {
        let relay_state = relay_state.map(|parameter| parameter.value);
        if relay_state.as_ref().is_some_and(|text| text.len() > RELAY_STATE_LIMIT) {
            return Err(Malformed::Parameters);
        }
        let tree = Tree::parse(document, Bounds::MESSAGE).map_err(Malformed::Xml)?;
        let element = match kind {
            Message::Request => "LogoutRequest",
            Message::Response => "LogoutResponse",
        };
        match tree.root().is(names::SAMLP, element) {
            true => Ok(Arrival {
                kind,
                relay_state,
                tree,
                signature,
            }),
            false => Err(Malformed::NotALogoutMessage),
        }
    }

    pub(super) fn binding(&self) -> Binding {
        match self.signature {
            Carried::Query { .. } => Binding::Redirect,
            Carried::Document => Binding::Post,
        }
    }

    pub(super) fn issuer(&self) -> Option<String> {
        let issuer = self.tree.root().child(names::SAML, "Issuer").ok().flatten()?;
        Some(issuer.text()).filter(|text| !text.is_empty())
    }

    pub(super) fn in_response_to(&self) -> Option<&str> {
        self.tree.root().attribute("InResponseTo").filter(|id| !id.is_empty())
    }

    /// The message, once one of `keys` is known to have signed it.
    pub(super) fn verified(&self, keys: &[PublicKey]) -> Result<Element<'_>, Refused> {
        match &self.signature {
            Carried::Query {
                octets,
                algorithm,
                signature,
            } => self.verified_query(octets, algorithm.as_deref(), signature.as_deref(), keys),
            Carried::Document => self.verified_document(keys),
        }
    }

    fn verified_query(
        &self,
        octets: &str,
        algorithm: Option<&str>,
        signature: Option<&str>,
        keys: &[PublicKey],
    ) -> Result<Element<'_>, Refused> {
        let algorithm = algorithm.ok_or_else(|| missing("SigAlg"))?;
        let signature = signature.ok_or_else(|| missing("Signature"))?;
        let known = QUERY_ALGORITHMS.iter().find(|(name, _)| *name == algorithm);
        let (_, hash) = known.ok_or_else(|| refused("SigAlg", Fault::Mismatch))?;
        let signature = base64(signature).map_err(|_| refused("Signature", Fault::Format))?;
        if !keys
            .iter()
            .any(|key| key.verifies(*hash, octets.as_bytes(), &signature))
        {
            return Err(refused("Signature", Fault::Signature(SignatureError::Invalid)));
        }
        // The query is what is signed; a second signature inside must have been removed (§3.4.4.1).
        verify(&Bergshamra, &self.tree, &[], keys)
            .map_err(|(_, error)| refused("LogoutMessage/Signature", Fault::Signature(error)))?;
        Ok(self.tree.root())
    }

    fn verified_document(&self, keys: &[PublicKey]) -> Result<Element<'_>, Refused> {
        let at = "LogoutMessage/Signature";
        let verified = verify(&Bergshamra, &self.tree, &[self.tree.root()], keys)
            .map_err(|(_, error)| refused(at, Fault::Signature(error)))?;
        match verified.as_slice() {
            [Some(message)] => Ok(message.element()),
            _ => Err(missing(at)),
        }
    }
}

/// A query or a form, of which names are looked for as they are written.
#[derive(Clone, Copy)]
struct Parameters<'q>(&'q str);

struct Parameter<'q> {
    /// `name=value`, as it came.
    raw: &'q str,
    value: String,
}

impl<'q> Parameters<'q> {
    /// The parameter `name`, which may come once.
    fn one(self, name: &str) -> Result<Option<Parameter<'q>>, Malformed> {
        let mut found = self.0.split('&').filter(|pair| {
            let key = pair.split_once('=').map_or(*pair, |(key, _)| key);
            key == name
        });
        match (found.next(), found.next()) {
            (None, _) => Ok(None),
            (Some(raw), None) => {
                let value = form_urlencoded::parse(raw.as_bytes()).next();
                Ok(value.map(|(_, value)| Parameter {
                    raw,
                    value: value.into_owned(),
                }))
            }
            (Some(_), Some(_)) => Err(Malformed::Parameters),
        }
    }

    /// The one message.
    fn message(self) -> Result<(Message, Parameter<'q>), Malformed> {
        let [request, response] = [Message::Request, Message::Response].map(|kind| self.one(kind.parameter()));
        match (request?, response?) {
            (Some(request), None) => Ok((Message::Request, request)),
            (None, Some(response)) => Ok((Message::Response, response)),
            _ => Err(Malformed::Parameters),
        }
    }
}

/// A `+` that somebody forgot to escape was read as a blank, which base64 does not have.
fn base64(text: &str) -> Result<Vec<u8>, Malformed> {
    let base64: Vec<u8> = text
        .bytes()
        .map(|byte| if byte == b' ' { b'+' } else { byte })
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    STANDARD.decode(base64).map_err(|_| Malformed::NotBase64)
}

/// Raw DEFLATE, no further than a message may go (attack 9: a bomb costs its first 256 kB).
fn inflate(packed: &[u8]) -> Result<String, Malformed> {
    let limit = Bounds::MESSAGE.bytes;
    let mut bytes = Vec::new();
    DeflateDecoder::new(packed)
        .take(u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|_| Malformed::NotText)?;
    if bytes.len() > limit {
        return Err(Malformed::TooLarge);
    }
    String::from_utf8(bytes).map_err(|_| Malformed::NotText)
}
