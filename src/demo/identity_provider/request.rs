//! An AuthnRequest as it arrives: who signed it, and whether it keeps SPID's rules.

use super::service_provider::{ServiceProvider, Way};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use domain::person::Level;
use protocol::saml::Profile;
use samael::schema::{AuthnContextComparison, AuthnRequest};
use samael::signature::Signature;
use std::io::Read as _;

const ENTITY: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity";
const TRANSIENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";
const POST: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";
const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
/// Largest request, inflated: a real one is 2 kB.
const LARGEST: u64 = 64 * 1024;
/// How far two clocks may be apart.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(5);

/// What the browser brought. The pages of the identity provider keep nothing but this.
#[derive(Debug, Clone)]
pub(super) enum Arrival {
    /// HTTP-Redirect: the query string, as it came.
    Redirect(String),
    /// HTTP-POST: the two form fields.
    Post {
        request: String,
        relay_state: Option<String>,
    },
}

/// A rule that the request broke: SPID's number for it (`ErrorCode nrNN`) and what is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fault {
    pub code: u8,
    pub why: &'static str,
}

/// A request whose sender is known, not yet whether it keeps the rules.
#[derive(Debug)]
pub(super) struct Opened {
    pub message: AuthnRequest,
    pub relay_state: Option<String>,
    pub provider: ServiceProvider,
}

/// A request that can be answered.
#[derive(Debug)]
pub(super) struct Request {
    pub id: String,
    pub issue_instant: DateTime<Utc>,
    pub provider: ServiceProvider,
    pub consumer: String,
    pub relay_state: Option<String>,
    pub level: Level,
    pub attributes: Vec<String>,
}

impl Arrival {
    /// By which binding it came.
    pub fn way(&self) -> Way {
        match self {
            Arrival::Redirect(_) => Way::Redirect,
            Arrival::Post { .. } => Way::Post,
        }
    }

    /// The XML and the RelayState it carries (nr4 when there is none); `message` is the parameter, `SAMLRequest`
    /// or `SAMLResponse`.
    pub fn decode(&self, message: &str) -> Result<(String, Option<String>), Fault> {
        let malformed = Fault {
            code: 4,
            why: "il messaggio SAML manca o non è codificato come vuole il binding",
        };
        let (encoded, relay_state) = match self {
            Arrival::Redirect(query) => (
                parameter(query, message).map(|(_, value)| value),
                parameter(query, "RelayState").map(|(_, value)| value),
            ),
            Arrival::Post { request, relay_state } => (Some(request.clone()), relay_state.clone()),
        };
        let bytes = encoded
            .and_then(|text| STANDARD.decode(text.split_whitespace().collect::<String>()).ok())
            .ok_or(malformed)?;
        let mut xml = String::new();
        let read = match self {
            Arrival::Redirect(_) => flate2::read::DeflateDecoder::new(bytes.as_slice())
                .take(LARGEST)
                .read_to_string(&mut xml),
            Arrival::Post { .. } => bytes.as_slice().take(LARGEST).read_to_string(&mut xml),
        };
        read.map_err(|_| malformed)?;
        if xml.is_empty() || xml.contains("<!DOCTYPE") {
            return Err(malformed);
        }
        Ok((xml, relay_state))
    }

    /// Whether `provider` signed it: nr5 for Redirect, nr7 for POST.
    pub fn verify(
        &self,
        message: &str,
        xml: &str,
        id: &str,
        signature: Option<&Signature>,
        provider: &ServiceProvider,
    ) -> Result<(), Fault> {
        match self {
            Arrival::Redirect(query) => {
                let signed = signed_query(query, message)
                    .is_some_and(|(text, signature)| provider.signed(text.as_bytes(), &signature));
                signed.then_some(()).ok_or(Fault {
                    code: 5,
                    why: "la firma della richiesta (HTTP-Redirect) non è del fornitore di servizi",
                })
            }
            Arrival::Post { .. } => (narrow(xml, id, signature) && provider.signed_document(xml))
                .then_some(())
                .ok_or(Fault {
                    code: 7,
                    why: "la firma della richiesta (HTTP-POST) non è del fornitore di servizi",
                }),
        }
    }
}

/// One parameter of a query: its text as it came, and its value.
fn parameter(query: &str, name: &str) -> Option<(String, String)> {
    query.split('&').find_map(|pair| {
        let (key, value) = url::form_urlencoded::parse(pair.as_bytes()).next()?;
        (key == name).then(|| (pair.to_owned(), value.into_owned()))
    })
}

/// The octets that an HTTP-Redirect signature covers (SAML bindings §3.4.4.1), and the signature.
fn signed_query(query: &str, message: &str) -> Option<(String, Vec<u8>)> {
    let (request, _) = parameter(query, message)?;
    let (algorithm, value) = parameter(query, "SigAlg")?;
    if value != RSA_SHA256 {
        return None;
    }
    let text = match parameter(query, "RelayState") {
        Some((relay_state, _)) => format!("{request}&{relay_state}&{algorithm}"),
        None => format!("{request}&{algorithm}"),
    };
    let (_, signature) = parameter(query, "Signature")?;
    Some((text, STANDARD.decode(signature).ok()?))
}

/// libxmlsec1 fetches whatever a reference names before it checks anything, so it sees only a
/// document with one reference, to the request itself, under SPID's algorithms.
fn narrow(xml: &str, id: &str, signature: Option<&Signature>) -> bool {
    let Some(signed) = signature.map(|signature| &signature.signed_info) else {
        return false;
    };
    let [reference] = signed.reference.as_slice() else {
        return false;
    };
    let transforms: Vec<&str> = reference
        .transforms
        .iter()
        .flat_map(|transforms| &transforms.transforms)
        .map(|transform| transform.algorithm.as_str())
        .collect();
    let uris = xml
        .split(|c: char| c.is_ascii_whitespace())
        .filter(|word| word.starts_with("URI"))
        .count();
    uris == 1
        && xml.matches("SignedInfo").count() == 2
        && reference.uri.as_deref() == Some(format!("#{id}").as_str())
        && transforms == [ENVELOPED, EXCLUSIVE]
        && signed.canonicalization_method.algorithm == EXCLUSIVE
        && signed.signature_method.algorithm == samael::signature::SignatureAlgorithm::RsaSha256
        && reference.digest_method.algorithm == samael::signature::DigestAlgorithm::Sha256
}

impl Opened {
    /// SPID's rules for a request, in the order of its error table; `sso` is where it arrived, `age`
    /// how old it may be by now.
    pub fn check(
        self,
        profile: Profile,
        sso: &str,
        age: TimeDelta,
        now: DateTime<Utc>,
    ) -> Result<Request, (Fault, Box<Opened>)> {
        match rules(&self, profile, sso, age, now) {
            Ok((consumer, level, attributes)) => Ok(Request {
                id: self.message.id,
                issue_instant: self.message.issue_instant,
                provider: self.provider,
                consumer,
                relay_state: self.relay_state,
                level,
                attributes,
            }),
            Err(fault) => Err((fault, Box::new(self))),
        }
    }
}

fn rules(
    opened: &Opened,
    profile: Profile,
    sso: &str,
    age: TimeDelta,
    now: DateTime<Utc>,
) -> Result<(String, Level, Vec<String>), Fault> {
    let (message, provider) = (&opened.message, &opened.provider);
    let fault = |code, why| Err(Fault { code, why });
    let issuer = message.issuer.as_ref();
    if message.version != "2.0" {
        return fault(9, "Version non è 2.0");
    }
    if issuer.and_then(|i| i.format.as_deref()) != Some(ENTITY)
        || issuer.is_none_or(|i| i.name_qualifier.as_deref().unwrap_or_default().is_empty())
    {
        return fault(8, "Issuer senza Format entity o senza NameQualifier");
    }
    if message.id.is_empty() {
        return fault(11, "ID manca");
    }
    let level = level(message)?;
    let old = now.signed_duration_since(message.issue_instant);
    if old > age || old < -CLOCKS_DIFFER {
        return fault(13, "IssueInstant lontano da adesso: controlla gli orologi");
    }
    if message.destination.as_deref() != Some(sso) {
        return fault(14, "Destination non è questo indirizzo");
    }
    if message.is_passive.is_some() {
        return fault(15, "IsPassive non è ammesso");
    }
    if level >= profile.rules().force_authn_from && message.force_authn != Some(true) {
        return fault(8, "ForceAuthn è obbligatorio: per SPID dal livello 2, per CIE sempre");
    }
    if profile == Profile::Cie && !comparison_for_cie(message) {
        return fault(12, "Comparison può essere solo exact o minimum");
    }
    let consumer = consumer(message, provider)?;
    let policy = message.name_id_policy.as_ref();
    if policy.is_none_or(|p| p.format.as_deref() != Some(TRANSIENT) || p.allow_create.is_some()) {
        return fault(17, "NameIDPolicy non è transient, o ha AllowCreate");
    }
    let attributes = message
        .attribute_consuming_service_index
        .and_then(|index| provider.attributes(index))
        .ok_or(Fault {
            code: 18,
            why: "AttributeConsumingServiceIndex non è nei metadati",
        })?;
    Ok((consumer, level, attributes.to_vec()))
}

fn level(message: &AuthnRequest) -> Result<Level, Fault> {
    let classes = message
        .requested_authn_context
        .as_ref()
        .and_then(|context| context.authn_context_class_refs.as_deref());
    match classes {
        Some([class]) => class.value.as_deref().and_then(Level::from_spid_uri),
        _ => None,
    }
    .ok_or(Fault {
        code: 12,
        why: "RequestedAuthnContext non nomina un solo livello SPID",
    })
}

/// The Ministry takes only these two.
fn comparison_for_cie(message: &AuthnRequest) -> bool {
    let context = message.requested_authn_context.as_ref();
    context.is_some_and(|context| {
        matches!(
            context.comparison,
            Some(AuthnContextComparison::Exact | AuthnContextComparison::Minimum)
        )
    })
}

/// By index, or by address together with the binding; never both, never half (nr16).
fn consumer(message: &AuthnRequest, provider: &ServiceProvider) -> Result<String, Fault> {
    let by_index = message.assertion_consumer_service_index;
    let by_address = message.assertion_consumer_service_url.as_deref();
    match (by_index, by_address, message.protocol_binding.as_deref()) {
        (Some(index), None, None) => provider.consumer(index).map(str::to_owned),
        (None, Some(url), Some(POST)) => provider.consumes_at(url).then(|| url.to_owned()),
        _ => None,
    }
    .ok_or(Fault {
        code: 16,
        why: "AssertionConsumerService non è nei metadati, o è indicato in due modi",
    })
}
