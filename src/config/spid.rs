//! `[spid]`: we as SPID service provider (regole tecniche SPID; Avviso 29, for aggregators and operators
//! Avviso 19).

mod attribute_set;
mod billing;
pub(super) mod certificate;
mod logo;
pub(super) mod registration;
mod role;

pub use attribute_set::AttributeSet;
pub use billing::Billing;
pub use logo::Logo;
pub use registration::{Accepted, Registration, SignWith};
pub use role::{OtherParty, Role};

use super::check::Check;
use super::organisation::{self, OrganisationName};
use super::registry::Registry;
use super::{contact, idp_metadata};
use chrono::TimeDelta;
use protocol::saml::{Contact, IdentityProvider, ServiceProvider, SpidContact, bindings};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use url::Url;

/// The attributes that SPID knows.
const ATTRIBUTES: [&str; 23] = [
    "spidCode",
    "name",
    "familyName",
    "placeOfBirth",
    "countyOfBirth",
    "dateOfBirth",
    "gender",
    "companyName",
    "registeredOffice",
    "fiscalNumber",
    "companyFiscalNumber",
    "ivaCode",
    "idCard",
    "mobilePhone",
    "email",
    "digitalAddress",
    "expirationDate",
    "address",
    "domicileStreetAddress",
    "domicilePostalCode",
    "domicileMunicipality",
    "domicileProvince",
    "domicileNation",
];

/// Without these nobody can be told from anybody else.
const NEEDED: [&str; 3] = ["fiscalNumber", "name", "familyName"];

/// `[spid]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Spid {
    /// Private key file. Required.
    pub key: PathBuf,
    /// Its certificate, PEM, as registered with AgID. Required.
    pub certificate: PathBuf,
    /// The next key, published beside the one that signs.
    pub staged_key: Option<PathBuf>,
    /// Its certificate, PEM.
    pub staged_certificate: Option<PathBuf>,
    /// Which of the two signs: `key` (default), or `staged` once AgID accepted it.
    pub sign_with: SignWith,
    /// File in which `varco keys accepted` records what AgID accepted.
    pub registration: Option<PathBuf>,
    /// In which role AgID knows us. Default: `public`.
    pub role: Role,
    /// `[spid.aggregator]`: for the roles of an aggregator.
    pub aggregator: Option<OtherParty>,
    /// `[spid.aggregated]`: the public body behind a light operator.
    pub aggregated: Option<OtherParty>,
    /// `[spid.billing]`: for private bodies.
    pub billing: Option<Billing>,
    /// By which an aggregator or operator validates, PEM; light roles only.
    pub validation_certificate: Option<PathBuf>,
    /// entityID: https without port, and the `uri` of the certificate. Required.
    pub entity_id: String,
    /// `[[spid.organisation]]`: the legal name, in Italian first. Required.
    pub organisation: Vec<OrganisationName>,
    /// `[spid.service_names]`: what identity providers call the service, by language. Default: the
    /// organisation's display names.
    pub service_names: BTreeMap<String, String>,
    /// Code in the register of public bodies (IPA). Required of public bodies.
    pub ipa_code: String,
    /// Institutional address for AgID and identity providers. Required.
    pub email: String,
    /// With international prefix, no blanks: `+390600000000`.
    pub telephone: Option<String>,
    /// VAT number with country prefix: `IT01234560587`.
    pub vat_number: Option<String>,
    /// Fiscal code of the body.
    pub fiscal_code: Option<String>,
    /// Metadata files of the identity providers, XML.
    pub idp_metadata: Vec<PathBuf>,
    /// `[spid.registry]`.
    pub registry: Registry,
    /// `[[spid.logo]]`: logos that the button shows in the place of a name, or of the logo in the program.
    pub logo: Vec<Logo>,
    /// What everybody is asked, under index 0. Default: `spidCode`, `name`, `familyName`, `fiscalNumber`,
    /// `dateOfBirth`.
    pub attributes: Vec<String>,
    /// `[[spid.attribute_set]]`: further sets. Each client gets the smallest that gives its claims.
    pub attribute_set: Vec<AttributeSet>,
    /// How requests travel: `redirect` (default) or `post`. An identity provider that takes only one gets that one.
    pub binding: Binding,
    /// How far an identity provider's clock may be off, seconds, at most 120. Default: 60.
    pub clock_skew_seconds: u32,
    #[serde(skip)]
    eidas: bool,
    #[serde(skip)]
    validation: Vec<u8>,
    #[serde(skip)]
    second_certificate: Option<Vec<u8>>,
    #[serde(skip)]
    registered: Registration,
    #[serde(skip)]
    registration_file: Option<PathBuf>,
}

/// `spid.binding`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Binding {
    /// HTTP-Redirect.
    #[default]
    Redirect,
    /// HTTP-POST.
    Post,
}

impl From<Binding> for bindings::Binding {
    fn from(binding: Binding) -> bindings::Binding {
        match binding {
            Binding::Redirect => bindings::Binding::Redirect,
            Binding::Post => bindings::Binding::Post,
        }
    }
}

impl Default for Spid {
    fn default() -> Spid {
        let attributes = ["spidCode", "name", "familyName", "fiscalNumber", "dateOfBirth"];
        Spid {
            key: PathBuf::new(),
            certificate: PathBuf::new(),
            staged_key: None,
            staged_certificate: None,
            sign_with: SignWith::Key,
            registration: None,
            role: Role::Public,
            aggregator: None,
            aggregated: None,
            billing: None,
            validation_certificate: None,
            entity_id: String::new(),
            organisation: Vec::new(),
            service_names: BTreeMap::new(),
            ipa_code: String::new(),
            email: String::new(),
            telephone: None,
            vat_number: None,
            fiscal_code: None,
            idp_metadata: Vec::new(),
            registry: Registry::default(),
            logo: Vec::new(),
            attributes: attributes.map(str::to_owned).to_vec(),
            binding: Binding::Redirect,
            attribute_set: Vec::new(),
            clock_skew_seconds: 60,
            eidas: false,
            validation: Vec::new(),
            second_certificate: None,
            registered: Registration::default(),
            registration_file: None,
        }
    }
}

impl Spid {
    /// How far an identity provider's clock may be off.
    pub fn clock_skew(&self) -> TimeDelta {
        TimeDelta::seconds(i64::from(self.clock_skew_seconds))
    }

    /// We as identity providers know us, at the paths where `issuer` serves SPID.
    pub fn service_provider(&self, issuer: &str) -> ServiceProvider {
        let organisation = organisation::names(&self.organisation);
        let service_names = organisation::service_names(&self.service_names, &organisation);
        ServiceProvider {
            entity_id: self.entity_id.clone(),
            acs_url: format!("{issuer}/saml/spid/acs"),
            binding: self.binding.into(),
            slo_url: format!("{issuer}/saml/spid/slo"),
            attributes: self.attributes.clone(),
            attribute_sets: attribute_set::sets(self, &service_names),
            service_names,
            organisation,
            second_certificate: self.second_certificate.clone(),
            contact: Contact::Spid(Box::new(SpidContact {
                role: role::role(self),
                ipa_code: self.ipa_code.clone(),
                email: self.email.clone(),
                telephone: self.telephone.clone(),
                vat_number: self.vat_number.clone(),
                fiscal_code: self.fiscal_code.clone(),
            })),
        }
    }

    /// Whether the metadata have the two sets of the eIDAS node.
    pub(super) fn ask_eidas_node(&mut self, configured: bool) {
        self.eidas = configured;
    }

    pub(super) fn check(&self, check: &mut Check<'_>) {
        check_entity_id(check, "spid.entity_id", &self.entity_id);
        self.check_organisation(check);
        self.check_contact(check);
        role::check(self, check);
        attribute_set::check(self, check);
        if self.clock_skew_seconds > 120 {
            check.wrong("spid.clock_skew_seconds", "must be at most 120");
        }
    }

    /// Reads the files of a role, and the logos.
    pub(super) fn load_files(&mut self, check: &mut Check<'_>) {
        role::load_validation(self, check);
        logo::load(&mut self.logo, check);
    }

    /// Reads the identity providers' metadata.
    pub(super) fn load_metadata(&self, check: &mut Check<'_>) -> Vec<IdentityProvider> {
        idp_metadata::load(check, "spid.idp_metadata", &self.idp_metadata)
    }

    fn check_organisation(&self, check: &mut Check<'_>) {
        organisation::check(check, "spid.organisation", &self.organisation);
        if !self.service_names.is_empty() && !self.service_names.contains_key("it") {
            check.wrong("spid.service_names", "must have a name in Italian (`it`)");
        }
    }

    fn check_contact(&self, check: &mut Check<'_>) {
        contact::email(check, "spid.email", &self.email);
        contact::telephone(check, "spid.telephone", self.telephone.as_ref());
        contact::vat_number(check, "spid.vat_number", self.vat_number.as_ref());
        contact::fiscal_code(check, "spid.fiscal_code", self.fiscal_code.as_ref());
    }
}

/// The name of a service provider record: an https URL without port.
pub(super) fn check_entity_id(check: &mut Check<'_>, setting: &str, entity_id: &str) {
    if !check.must_be_set(setting, entity_id) {
        return;
    }
    match Url::parse(entity_id) {
        Ok(url) if url.scheme() == "https" && url.port().is_none() && entity_id.len() <= 1024 => {}
        Ok(url) if check.allow_demo && url.scheme() == "http" => {}
        _ => check.wrong(setting, "must be an https URL without port (SPID metadata rules)"),
    }
}
