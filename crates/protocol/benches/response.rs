//! What a Response costs: from the bytes of the form field to the identity, told in raw RSA-2048 signatures of
//! the same library on the same thread, in turns, so that both meet the same neighbours on the machine.
//!
//! The message is about 8 kB with two signatures (Response and Assertion), the heaviest that SPID sends. The
//! store is not in it. Aim: at most 0.9 of a signature; nothing is asserted, the machine is whatever it is.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "days and years around now: no calendar ends there"
)]

use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::{rand, signature};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use domain::person::Level;
use protocol::keyring::{RsaKey, SamlKey};
use protocol::saml::bindings::Binding;
use protocol::saml::response::{Pending, Received};
use protocol::saml::{Contact, IdentityProvider, Profile, Role, ServiceProvider, SpidContact};
use protocol::x509::{PublicKey, Subject, spid_certificate};
use protocol::xml::signature::{Placement, sign};
use std::error::Error;
use std::io::{Write as _, stdout};

const AIM: f64 = 0.9;
const ROUNDS: usize = 15;
/// Of each kind, in each round.
const TIMES: u32 = 400;
const IDP: &str = "https://idp.example.it/metadata";
const ACS: &str = "https://login.example.it/saml/spid/acs";
const SP: &str = "https://login.example.it";
const REQUEST: &str = "_a0c1f2e3d4b5a6978897a6b5c4d3e2f1";
/// What a portal asks for: with two signatures and their certificates the message has the 8 kB of a real one.
const ATTRIBUTES: [(&str, &str); 7] = [
    ("spidCode", "AGID-0001234567"),
    ("name", "Mario"),
    ("familyName", "Provaldi"),
    ("dateOfBirth", "1980-01-15"),
    ("fiscalNumber", "TINIT-PRVMRA80A15H501A"),
    ("email", "mario.provaldi@example.it"),
    ("mobilePhone", "+393331234567"),
];

fn main() -> Result<(), Box<dyn Error>> {
    let setting = Setting::new()?;
    let key = KeyPair::generate(KeySize::Rsa2048)?;
    let random = rand::SystemRandom::new();
    let mut out = vec![0; key.public_modulus_len()];
    let mut rounds = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let signed = spent(|| {
            key.sign(&signature::RSA_PKCS1_SHA256, &random, &[b'x'; 700], &mut out)
                .map_err(|_| "no signature".into())
        })?;
        let received = spent(|| setting.receive())?;
        rounds.push((received / signed, received, signed));
    }
    rounds.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (ratio, received, signed) = *rounds.get(ROUNDS / 2).ok_or("no round")?;
    let mut screen = stdout().lock();
    writeln!(
        screen,
        "From bytes to identity, a Response of {} bytes with two signatures:",
        setting.size
    )?;
    writeln!(screen, "  one Response            {received:>8.1} µs of processor")?;
    writeln!(screen, "  one RSA-2048 signature  {signed:>8.1} µs of processor")?;
    writeln!(
        screen,
        "  ratio (median of {ROUNDS})    {ratio:>8.2}      aim ≤ {AIM}: {}",
        if ratio <= AIM { "met" } else { "NOT met" }
    )?;
    Ok(())
}

/// Microseconds of processor for each of [`TIMES`].
fn spent(mut once: impl FnMut() -> Result<(), Box<dyn Error>>) -> Result<f64, Box<dyn Error>> {
    let before = processor_nanoseconds()?;
    for _ in 0..TIMES {
        once()?;
    }
    let after = processor_nanoseconds()?;
    Ok((after - before) / f64::from(TIMES) / 1_000.0)
}

/// What this thread has had of a processor (Linux: first number of `schedstat`).
fn processor_nanoseconds() -> Result<f64, Box<dyn Error>> {
    let line = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    Ok(line.split_whitespace().next().ok_or("no time")?.parse()?)
}

/// One answer and everything it is held against.
struct Setting {
    form_value: String,
    size: usize,
    now: DateTime<Utc>,
    pending: Pending,
    identity_provider: IdentityProvider,
    service_provider: ServiceProvider,
}

impl Setting {
    fn new() -> Result<Setting, Box<dyn Error>> {
        let now: DateTime<Utc> = "2026-11-22T10:00:00Z".parse()?;
        let key = RsaKey::generate(2048)?;
        let certificate = spid_certificate(&key, &subject(), now, now + TimeDelta::days(365), [7; 16])?;
        let public = PublicKey::from_certificate(&certificate)?;
        let key = SamlKey { key, certificate };
        let response = response(&sign(&assertion(), Placement::AfterIssuer, &key)?);
        let xml = sign(&response, Placement::AfterIssuer, &key)?;
        let setting = Setting {
            form_value: STANDARD.encode(&xml),
            size: xml.len(),
            now,
            pending: Pending {
                request_id: REQUEST.into(),
                issue_instant: now - TimeDelta::seconds(20),
                identity_provider: IDP.into(),
                level: Level::L2,
                profile: Profile::Spid,
                attributes: attributes(),
            },
            identity_provider: identity_provider(public),
            service_provider: service_provider(),
        };
        setting.receive()?;
        Ok(setting)
    }

    fn receive(&self) -> Result<(), Box<dyn Error>> {
        let skew = TimeDelta::seconds(60);
        let accepted = Received::decode(&self.form_value)?.verify(
            &self.pending,
            &self.identity_provider,
            &self.service_provider,
            skew,
            self.now,
        )?;
        match accepted.identity.given_name == "Mario" {
            true => Ok(()),
            false => Err("another identity".into()),
        }
    }
}

fn subject() -> Subject {
    Subject {
        organization: "Comune di Borgo Alto".into(),
        common_name: "Borgo Alto".into(),
        entity_id: SP.into(),
        ipa_code: "c_h501".into(),
        locality: "Borgo Alto".into(),
    }
}

fn identity_provider(key: PublicKey) -> IdentityProvider {
    IdentityProvider {
        entity_id: IDP.into(),
        name: "Prova".into(),
        sso_redirect: Some("https://idp.example.it/sso".into()),
        sso_post: None,
        slo_redirect: None,
        slo_redirect_response: None,
        slo_post: None,
        signing_keys: vec![key],
        slo_post_response: None,
        certificates: Vec::new(),
        valid_until: None,
    }
}

fn service_provider() -> ServiceProvider {
    ServiceProvider {
        entity_id: SP.into(),
        acs_url: ACS.into(),
        binding: Binding::Redirect,
        slo_url: format!("{SP}/saml/spid/slo"),
        attributes: attributes(),
        attribute_sets: Vec::new(),
        second_certificate: None,
        service_names: Vec::new(),
        organisation: Vec::new(),
        contact: Contact::Spid(Box::new(SpidContact {
            role: Role::Public,
            ipa_code: "c_h501".into(),
            email: "spid@example.it".into(),
            telephone: None,
            vat_number: None,
            fiscal_code: None,
        })),
    }
}

fn attributes() -> Vec<String> {
    ATTRIBUTES.map(|(name, _)| name.to_owned()).to_vec()
}

fn assertion() -> String {
    let attributes: String = ATTRIBUTES
        .iter()
        .map(|(name, value)| {
            format!(
                r#"<saml:Attribute Name="{name}" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:basic"><saml:AttributeValue xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string">{value}</saml:AttributeValue></saml:Attribute>"#
            )
        })
        .collect();
    format!(
        r#"<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:xs="http://www.w3.org/2001/XMLSchema" ID="_assertion" Version="2.0" IssueInstant="2026-11-22T09:59:50Z"><saml:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity">{IDP}</saml:Issuer><saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient" NameQualifier="{IDP}">_transient-name</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData Recipient="{ACS}" InResponseTo="{REQUEST}" NotOnOrAfter="2026-11-22T10:04:50Z"/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="2026-11-22T09:59:49Z" NotOnOrAfter="2026-11-22T10:04:51Z"><saml:AudienceRestriction><saml:Audience>{SP}</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="2026-11-22T09:59:48Z" SessionIndex="_session"><saml:AuthnContext><saml:AuthnContextClassRef>https://www.spid.gov.it/SpidL2</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement>{attributes}</saml:AttributeStatement></saml:Assertion>"#
    )
}

fn response(assertion: &str) -> String {
    format!(
        r#"<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_response" Version="2.0" IssueInstant="2026-11-22T09:59:51Z" InResponseTo="{REQUEST}" Destination="{ACS}"><saml:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity">{IDP}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>{assertion}</samlp:Response>"#
    )
}
