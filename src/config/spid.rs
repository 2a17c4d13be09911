//! `[spid]`: we as SPID service provider (regole tecniche SPID; Avviso 29 for public bodies).

use super::check::Check;
use super::keys::load_key;
use chrono::TimeDelta;
use domain::italy::{FiscalNumber, VatNumber};
use protocol::keyring::SamlKey;
use protocol::saml::metadata::identity_providers;
use protocol::saml::{self, IdentityProvider, ServiceProvider, bindings};
use protocol::x509::{PublicKey, pem_to_der};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use url::Url;

/// What the metadata of a demo identity provider contains somewhere; `serve` refuses it.
pub const DEMO_METADATA_MARK: &str = "varco-demo";

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
    /// entityID: https without port, and the `uri` of the certificate. Required.
    pub entity_id: String,
    /// `[[spid.organisation]]`: the legal name, in Italian first. Required.
    pub organisation: Vec<OrganisationName>,
    /// `[spid.service_names]`: what identity providers call the service, by language. Default: the
    /// organisation's display names.
    pub service_names: BTreeMap<String, String>,
    /// Code in the register of public bodies (IPA). Required.
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
    /// What is asked of identity providers. Default: `spidCode`, `name`, `familyName`, `fiscalNumber`,
    /// `dateOfBirth`.
    pub attributes: Vec<String>,
    /// How requests travel: `redirect` (default) or `post`. An identity provider that takes only one gets that one.
    pub binding: Binding,
    /// How far an identity provider's clock may be off, seconds, at most 120. Default: 60.
    pub clock_skew_seconds: u32,
}

/// `spid.binding`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Binding {
    /// HTTP-Redirect.
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

/// `[[spid.organisation]]`: the administration's name in one language.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OrganisationName {
    /// `it`, `en`, …
    pub language: String,
    /// Full legal name, as in the certificate.
    pub name: String,
    /// What citizens read at the identity provider.
    pub display_name: String,
    /// Home page.
    pub url: String,
}

impl Default for Spid {
    fn default() -> Spid {
        let attributes = ["spidCode", "name", "familyName", "fiscalNumber", "dateOfBirth"];
        Spid {
            key: PathBuf::new(),
            certificate: PathBuf::new(),
            entity_id: String::new(),
            organisation: Vec::new(),
            service_names: BTreeMap::new(),
            ipa_code: String::new(),
            email: String::new(),
            telephone: None,
            vat_number: None,
            fiscal_code: None,
            idp_metadata: Vec::new(),
            attributes: attributes.map(str::to_owned).to_vec(),
            binding: Binding::Redirect,
            clock_skew_seconds: 60,
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
        let organisation: Vec<saml::OrganisationName> = italian_first(&self.organisation, |name| &name.language)
            .map(|name| saml::OrganisationName {
                language: name.language.clone(),
                name: name.name.clone(),
                display_name: name.display_name.clone(),
                url: name.url.clone(),
            })
            .collect();
        let service_names = if self.service_names.is_empty() {
            let shown = organisation.iter();
            shown
                .map(|name| (name.language.clone(), name.display_name.clone()))
                .collect()
        } else {
            let names: Vec<(String, String)> = self.service_names.clone().into_iter().collect();
            italian_first(&names, |(language, _)| language).cloned().collect()
        };
        ServiceProvider {
            entity_id: self.entity_id.clone(),
            acs_url: format!("{issuer}/saml/spid/acs"),
            binding: self.binding.into(),
            slo_url: format!("{issuer}/saml/spid/slo"),
            attributes: self.attributes.clone(),
            service_names,
            organisation,
            ipa_code: self.ipa_code.clone(),
            email: self.email.clone(),
            telephone: self.telephone.clone(),
            vat_number: self.vat_number.clone(),
            fiscal_code: self.fiscal_code.clone(),
        }
    }

    pub(super) fn check(&self, check: &mut Check<'_>) {
        self.check_entity_id(check);
        self.check_organisation(check);
        self.check_contact(check);
        self.check_attributes(check);
        if self.clock_skew_seconds > 120 {
            check.wrong("spid.clock_skew_seconds", "must be at most 120");
        }
    }

    /// Reads key and certificate.
    pub(super) fn load_key(&self, check: &mut Check<'_>) -> Option<SamlKey> {
        let key = load_key(check, "spid.key", &self.key);
        let pem = check.read("spid.certificate", &self.certificate)?;
        let Ok(certificate) = pem_to_der(&pem) else {
            check.wrong("spid.certificate", "is not a PEM certificate");
            return None;
        };
        let key = key?;
        if !PublicKey::from_certificate(&certificate).is_ok_and(|public| public.belongs_to(&key)) {
            check.wrong("spid.certificate", "is not the certificate of `spid.key`");
            return None;
        }
        Some(SamlKey { key, certificate })
    }

    /// Reads the identity providers' metadata.
    pub(super) fn load_metadata(&self, check: &mut Check<'_>) -> Vec<IdentityProvider> {
        let mut providers: Vec<IdentityProvider> = Vec::new();
        for (index, path) in self.idp_metadata.iter().enumerate() {
            let setting = format!("spid.idp_metadata[{index}]");
            let Some(xml) = check.read(&setting, path) else {
                continue;
            };
            if !check.allow_demo && xml.contains(DEMO_METADATA_MARK) {
                check.wrong(
                    &setting,
                    "is the identity provider of `varco demo`, which lets anybody be anybody",
                );
                continue;
            }
            match identity_providers(&xml) {
                Ok(read) => {
                    for provider in read {
                        if providers.iter().any(|known| known.entity_id == provider.entity_id) {
                            check.wrong(&setting, format!("`{}` is in another file too", provider.entity_id));
                        } else {
                            providers.push(provider);
                        }
                    }
                }
                Err(reason) => check.wrong(&setting, format!("cannot be used: {reason}")),
            }
        }
        providers
    }

    fn check_entity_id(&self, check: &mut Check<'_>) {
        if !check.must_be_set("spid.entity_id", &self.entity_id) {
            return;
        }
        match Url::parse(&self.entity_id) {
            Ok(url) if url.scheme() == "https" && url.port().is_none() && self.entity_id.len() <= 1024 => {}
            Ok(url) if check.allow_demo && url.scheme() == "http" => {}
            _ => check.wrong(
                "spid.entity_id",
                "must be an https URL without port (SPID metadata rules)",
            ),
        }
    }

    fn check_organisation(&self, check: &mut Check<'_>) {
        if self.organisation.is_empty() {
            check.wrong(
                "spid.organisation",
                "must be set: one `[[spid.organisation]]` at least, in Italian",
            );
            return;
        }
        let mut languages = BTreeSet::new();
        for (index, name) in self.organisation.iter().enumerate() {
            for (setting, value) in [
                ("language", &name.language),
                ("name", &name.name),
                ("display_name", &name.display_name),
                ("url", &name.url),
            ] {
                check.must_be_set(&format!("spid.organisation[{index}].{setting}"), value);
            }
            if !languages.insert(name.language.as_str()) {
                check.wrong(&format!("spid.organisation[{index}].language"), "appears twice");
            }
        }
        if !languages.contains("it") {
            check.wrong("spid.organisation", "must have a name in Italian (`language = \"it\"`)");
        }
        if !self.service_names.is_empty() && !self.service_names.contains_key("it") {
            check.wrong("spid.service_names", "must have a name in Italian (`it`)");
        }
    }

    fn check_contact(&self, check: &mut Check<'_>) {
        check.must_be_set("spid.ipa_code", &self.ipa_code);
        if check.must_be_set("spid.email", &self.email) && !self.email.contains('@') {
            check.wrong("spid.email", "must be an e-mail address");
        }
        let international = |number: &String| {
            number
                .strip_prefix('+')
                .is_some_and(|digits| digits.len() > 5 && digits.bytes().all(|byte| byte.is_ascii_digit()))
        };
        if self.telephone.as_ref().is_some_and(|number| !international(number)) {
            check.wrong("spid.telephone", "must be like `+390600000000`, without blanks");
        }
        let vat = |number: &String| {
            number
                .strip_prefix("IT")
                .is_some_and(|digits| VatNumber::parse(digits).is_ok())
        };
        if self.vat_number.as_ref().is_some_and(|number| !vat(number)) {
            check.wrong("spid.vat_number", "must be `IT` and a valid VAT number");
        }
        if self
            .fiscal_code
            .as_ref()
            .is_some_and(|code| FiscalNumber::parse(code).is_err())
        {
            check.wrong("spid.fiscal_code", "is not a valid fiscal code");
        }
    }

    fn check_attributes(&self, check: &mut Check<'_>) {
        let mut seen = BTreeSet::new();
        for (index, attribute) in self.attributes.iter().enumerate() {
            let setting = format!("spid.attributes[{index}]");
            if !ATTRIBUTES.contains(&attribute.as_str()) {
                check.wrong(&setting, "is no SPID attribute (names are case sensitive)");
            } else if !seen.insert(attribute) {
                check.wrong(&setting, "appears twice");
            }
        }
        for needed in NEEDED {
            if !self.attributes.iter().any(|attribute| attribute == needed) {
                check.wrong(
                    "spid.attributes",
                    format!("must contain `{needed}`: people are known by it"),
                );
            }
        }
    }
}

/// Italian is mandatory, and what is first is what most readers take.
fn italian_first<T>(items: &[T], language: impl Fn(&T) -> &String) -> impl Iterator<Item = &T> {
    let mut items: Vec<&T> = items.iter().collect();
    items.sort_by_key(|item| language(item) != "it");
    items.into_iter()
}
