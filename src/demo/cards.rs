//! Cards of the demo: an authority that exists nowhere else, a card for each person, and the list of those it took back.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "days and years around now: no calendar ends there"
)]

use super::people::{DemoPerson, PEOPLE};
use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use protocol::keyring::{KeyError, RsaKey};
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, CertificateRevocationListParams, CrlDistributionPoint,
    CustomExtension, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyIdMethod, KeyPair,
    KeyUsagePurpose, RevokedCertParams, SerialNumber, date_time_ymd,
};
use std::sync::Arc;
use std::time::Duration;

/// The password of the PKCS#12 files.
pub const PASSWORD: &str = "demo";
/// Where the authority publishes what it took back, below the address of the identity provider.
pub const LIST_PATH: &str = "/cards/crl";

/// `certificatePolicies` with 1.3.76.16.2.1, AgID's policy of the CNS.
const POLICIES: [u8; 11] = [0x30, 0x09, 0x30, 0x07, 0x06, 0x05, 0x2b, 0x4c, 0x10, 0x02, 0x01];
const REVOKED: u8 = 0x7f;
const EXPIRED: u8 = 0x7e;

/// Why the cards could not be made.
#[derive(Debug, thiserror::Error)]
pub enum CardError {
    /// The authority's key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A certificate.
    #[error("a certificate could not be made: {0}")]
    Certificate(#[from] rcgen::Error),
    /// A PKCS#12 file.
    #[error("a PKCS#12 file could not be made: {0}")]
    Pkcs12(#[from] openssl::error::ErrorStack),
    /// The clock is far off.
    #[error("the clock is far off")]
    Clock,
}

/// One card, as files.
#[derive(Debug)]
pub struct CardFiles {
    /// Name of its files, without ending.
    pub name: String,
    /// Certificate and key, PEM.
    pub pem: String,
    /// The same for a browser, under [`PASSWORD`].
    pub pkcs12: Vec<u8>,
}

/// Who issues the cards of the demo.
#[derive(Debug)]
pub struct CardAuthority {
    issuer: Issuer<'static, KeyPair>,
    certificate: String,
    /// Where its list is.
    list: String,
}

impl CardAuthority {
    /// The authority of `key`; its list is at `base` and [`LIST_PATH`].
    ///
    /// # Errors
    /// [`CardError`].
    pub fn new(key: &RsaKey, base: &str) -> Result<CardAuthority, CardError> {
        let mut params = CertificateParams::default();
        params.distinguished_name = name(&[
            (DnType::CountryName, "IT"),
            (DnType::OrganizationName, "Varco demo"),
            (DnType::CommonName, "Carte di prova"),
        ]);
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        // The same certificate at each start.
        params.not_before = date_time_ymd(2026, 1, 1);
        params.not_after = date_time_ymd(2046, 1, 1);
        params.serial_number = Some(SerialNumber::from_slice(&[1]));
        let key = KeyPair::from_pem(&key.to_pem()?)?;
        Ok(CardAuthority {
            certificate: params.self_signed(&key)?.pem(),
            issuer: Issuer::new(params, key),
            list: format!("{base}{LIST_PATH}"),
        })
    }

    /// Its certificate, PEM.
    pub fn certificate(&self) -> &str {
        &self.certificate
    }

    /// A good card for everybody, and one of Mario's that expired, and one that was taken back.
    ///
    /// # Errors
    /// [`CardError`].
    pub fn cards(&self, now: DateTime<Utc>) -> Result<Vec<CardFiles>, CardError> {
        let mut cards = Vec::new();
        // One for all: making keys takes time, and nobody's card is secret here.
        let key = RsaKey::generate(2048)?.to_pem()?;
        let good = (now - TimeDelta::days(1), now + TimeDelta::days(6 * 365));
        for (serial, person) in (0x10..).zip(&PEOPLE) {
            let name = format!("{}-{}", person.given_name, person.family_name);
            cards.push(self.card(&file_name(&name), person, serial, good, &key)?);
        }
        if let Some(person) = PEOPLE.first() {
            let past = (now - TimeDelta::days(7 * 365), now - TimeDelta::days(365));
            cards.push(self.card("expired", person, EXPIRED, past, &key)?);
            cards.push(self.card("revoked", person, REVOKED, good, &key)?);
        }
        Ok(cards)
    }

    fn card(
        &self,
        file: &str,
        person: &DemoPerson,
        serial: u8,
        (from, until): (DateTime<Utc>, DateTime<Utc>),
        key: &str,
    ) -> Result<CardFiles, CardError> {
        let (given_name, family_name) = (person.given_name.to_uppercase(), person.family_name.to_uppercase());
        let personal_data = format!("{given_name}{family_name}");
        let hash = STANDARD.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, personal_data.as_bytes()));
        let common_name = format!("{}/6120000000000{serial:03}.{hash}", person.fiscal_number);
        let mut params = CertificateParams::default();
        params.distinguished_name = name(&[
            (DnType::CountryName, "IT"),
            (DnType::OrganizationName, "Varco demo"),
            (DnType::OrganizationalUnitName, "Regione di prova"),
            (DnType::CustomDnType(vec![2, 5, 4, 42]), &given_name),
            (DnType::CustomDnType(vec![2, 5, 4, 4]), &family_name),
            (DnType::CommonName, &common_name),
        ]);
        set_validity(&mut params, from, until)?;
        params.serial_number = Some(SerialNumber::from_slice(&[serial]));
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyEncipherment];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        params.crl_distribution_points = vec![CrlDistributionPoint {
            uris: vec![self.list.clone()],
        }];
        params.custom_extensions = vec![CustomExtension::from_oid_content(&[2, 5, 29, 32], POLICIES.to_vec())];
        params.use_authority_key_identifier_extension = true;
        let certificate = params.signed_by(&KeyPair::from_pem(key)?, &self.issuer)?;
        Ok(CardFiles {
            name: file.to_owned(),
            pem: format!("{}{key}", certificate.pem()),
            pkcs12: pkcs12(&certificate, key, &self.certificate, &format!("CNS di prova: {file}"))?,
        })
    }

    /// What it took back, DER, as it says at `now`.
    fn list(&self, now: DateTime<Utc>) -> Result<Vec<u8>, CardError> {
        let mut validity = CertificateParams::default();
        set_validity(&mut validity, now - TimeDelta::hours(1), now + TimeDelta::days(7))?;
        let at = validity.not_before;
        let params = CertificateRevocationListParams {
            this_update: at,
            next_update: validity.not_after,
            crl_number: SerialNumber::from(u64::try_from(now.timestamp()).map_err(|_| CardError::Clock)?),
            issuing_distribution_point: None,
            revoked_certs: vec![RevokedCertParams {
                serial_number: SerialNumber::from_slice(&[REVOKED]),
                revocation_time: at,
                reason_code: None,
                invalidity_date: None,
            }],
            key_identifier_method: KeyIdMethod::Sha256,
        };
        Ok(params.signed_by(&self.issuer)?.der().to_vec())
    }

    /// Serves the list.
    pub fn router(self: Arc<Self>, now: impl Fn() -> DateTime<Utc> + Clone + Send + Sync + 'static) -> Router {
        Router::new().route(
            LIST_PATH,
            get(move || {
                let list = self.list(now()).unwrap_or_default();
                async move { ([(CONTENT_TYPE, "application/pkix-crl")], list) }
            }),
        )
    }
}

/// Certificate and key of the card listener, PEM: nobody signed it but itself.
///
/// # Errors
/// [`CardError`].
pub fn listener_certificate() -> Result<(String, String), CardError> {
    let mut params = CertificateParams::new(vec!["localhost".to_owned(), "127.0.0.1".to_owned()])?;
    params.distinguished_name = name(&[
        (DnType::OrganizationName, "Varco demo"),
        (DnType::CommonName, "localhost"),
    ]);
    params.not_before = date_time_ymd(2026, 1, 1);
    params.not_after = date_time_ymd(2046, 1, 1);
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let key = KeyPair::generate()?;
    Ok((params.self_signed(&key)?.pem(), key.serialize_pem()))
}

fn name(parts: &[(DnType, &str)]) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    for (kind, value) in parts {
        name.push(kind.clone(), *value);
    }
    name
}

fn file_name(name: &str) -> String {
    let plain = name.to_lowercase();
    plain
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' })
        .collect()
}

/// Validity as rcgen wants it.
fn set_validity(params: &mut CertificateParams, from: DateTime<Utc>, until: DateTime<Utc>) -> Result<(), CardError> {
    let epoch = date_time_ymd(1970, 1, 1);
    params.not_before = epoch
        .checked_add(since_epoch(from)?.try_into().map_err(|_| CardError::Clock)?)
        .ok_or(CardError::Clock)?;
    params.not_after = epoch
        .checked_add(since_epoch(until)?.try_into().map_err(|_| CardError::Clock)?)
        .ok_or(CardError::Clock)?;
    Ok(())
}

fn since_epoch(at: DateTime<Utc>) -> Result<Duration, CardError> {
    u64::try_from(at.timestamp())
        .map(Duration::from_secs)
        .map_err(|_| CardError::Clock)
}

fn pkcs12(certificate: &Certificate, key: &str, authority: &str, shown: &str) -> Result<Vec<u8>, CardError> {
    use openssl::{pkcs12::Pkcs12, pkey::PKey, stack::Stack, x509::X509};
    let mut chain = Stack::new()?;
    chain.push(X509::from_pem(authority.as_bytes())?)?;
    let file = Pkcs12::builder()
        .name(shown)
        .pkey(PKey::private_key_from_pem(key.as_bytes())?.as_ref())
        .cert(X509::from_der(certificate.der())?.as_ref())
        .ca(chain)
        .build2(PASSWORD)?;
    Ok(file.to_der()?)
}
