//! `[cie]`: we as CIE service provider (Ministero dell'Interno, manuale operativo "Entra con CIE").

use super::check::Check;
use super::organisation::{self, OrganisationName};
use super::spid::registration::pair;
use super::spid::{Binding, Spid, check_entity_id};
use super::{contact, idp_metadata};
use protocol::keyring::SamlKey;
use protocol::saml::profile::CIE_ATTRIBUTES;
use protocol::saml::{CieBody, CieContact, CieContacts, Contact, IdentityProvider, ServiceProvider};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use uuid::Uuid;

/// `[cie]`. Without it there is no "Entra con CIE".
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Cie {
    /// Private key file. Default: that of `[spid]`.
    pub key: Option<PathBuf>,
    /// Its certificate, PEM, as registered with the Ministry. Default: that of `[spid]`.
    pub certificate: Option<PathBuf>,
    /// entityID: https without port, another one than `spid.entity_id`. Required.
    pub entity_id: String,
    /// `[[cie.organisation]]`. Default: `[[spid.organisation]]`.
    pub organisation: Vec<OrganisationName>,
    /// `[cie.service_names]`: the class of services by language. Default: the display names.
    pub service_names: BTreeMap<String, String>,
    /// How requests travel. Default: `redirect`.
    pub binding: Binding,
    /// In place of names: a UUID, version 4, given by the Ministry.
    pub service_uuid: Option<String>,
    /// `[cie.administrative]`: the body itself. Codes and addresses that are not set are those of `[spid]`.
    pub administrative: ContactSettings,
    /// `[cie.technical]`: the technology partner, if there is one.
    pub technical: Option<ContactSettings>,
    /// Metadata files of the Ministry's identity provider, XML. "Entra con CIE" leads to the first.
    pub idp_metadata: Vec<PathBuf>,
}

/// `[cie.administrative]` and `[cie.technical]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ContactSettings {
    /// `public` (default) or `private`.
    pub body: BodyKind,
    /// Name of the partner. The body itself is called as in `organisation`.
    pub company: Option<String>,
    /// Code in the register of public bodies (IPA). Required of a public body.
    pub ipa_code: Option<String>,
    /// Category in that register (`L6`).
    pub ipa_category: Option<String>,
    /// VAT number with country prefix: `IT01234560587`. Required of a private body.
    pub vat_number: Option<String>,
    /// Fiscal code. Required of a private body.
    pub fiscal_code: Option<String>,
    /// Economic activities (NACE rev. 2, `J.62.01`). Required of a private body.
    pub nace2_codes: Vec<String>,
    /// Belfiore code of the municipality of the seat (`H501`). Required.
    pub municipality: String,
    /// Two letters.
    pub province: Option<String>,
    /// Two letters; of foreign bodies only.
    pub country: Option<String>,
    /// Institutional address. Required.
    pub email: String,
    /// With international prefix, no blanks: `+390600000000`.
    pub telephone: Option<String>,
}

/// What a body is to the Ministry.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BodyKind {
    /// In the register of public bodies.
    #[default]
    Public,
    /// Anybody else.
    Private,
}

impl Cie {
    /// We as the Ministry knows us, at the paths where `issuer` serves CIE.
    pub fn service_provider(&self, issuer: &str, spid: &Spid) -> ServiceProvider {
        let organisation = organisation::names(self.organisation(spid));
        let service_names = match &self.service_uuid {
            Some(uuid) => vec![(String::new(), format!("urn:uuid:{uuid}"))],
            None => organisation::service_names(&self.service_names, &organisation),
        };
        ServiceProvider {
            entity_id: self.entity_id.clone(),
            acs_url: format!("{issuer}/saml/cie/acs"),
            binding: self.binding.into(),
            slo_url: format!("{issuer}/saml/cie/slo"),
            attributes: CIE_ATTRIBUTES.map(str::to_owned).to_vec(),
            attribute_sets: Vec::new(),
            service_names,
            organisation,
            second_certificate: None,
            contact: Contact::Cie(Box::new(CieContacts {
                administrative: self.administrative(spid).contact(),
                technical: self.technical.as_ref().map(ContactSettings::contact),
            })),
        }
    }

    /// The body is the one that `[spid]` describes, unless it says otherwise here.
    fn administrative(&self, spid: &Spid) -> ContactSettings {
        let mut contact = self.administrative.clone();
        if contact.body == BodyKind::Public && contact.ipa_code.is_none() && !spid.ipa_code.is_empty() {
            contact.ipa_code = Some(spid.ipa_code.clone());
        }
        if contact.email.is_empty() {
            contact.email = spid.email.clone();
        }
        contact.vat_number = contact.vat_number.or_else(|| spid.vat_number.clone());
        contact.fiscal_code = contact.fiscal_code.or_else(|| spid.fiscal_code.clone());
        contact.telephone = contact.telephone.or_else(|| spid.telephone.clone());
        contact
    }

    fn organisation<'c>(&'c self, spid: &'c Spid) -> &'c [OrganisationName] {
        match self.organisation.is_empty() {
            true => &spid.organisation,
            false => &self.organisation,
        }
    }

    pub(super) fn check(&self, check: &mut Check<'_>, spid: &Spid) {
        check_entity_id(check, "cie.entity_id", &self.entity_id);
        if !self.entity_id.is_empty() && self.entity_id == spid.entity_id {
            check.wrong(
                "cie.entity_id",
                "is `spid.entity_id`: SPID and CIE cannot share metadata, so they need a name each",
            );
        }
        if !self.organisation.is_empty() {
            organisation::check(check, "cie.organisation", &self.organisation);
        }
        if !self.service_names.is_empty() && !self.service_names.contains_key("it") {
            check.wrong("cie.service_names", "must have a name in Italian (`it`)");
        }
        if let Some(uuid) = &self.service_uuid
            && !Uuid::parse_str(uuid).is_ok_and(|uuid| uuid.get_version_num() == 4)
        {
            check.wrong("cie.service_uuid", "must be a UUID, version 4");
        }
        self.administrative(spid).check(check, "cie.administrative");
        if self.administrative.company.is_some() {
            check.wrong(
                "cie.administrative.company",
                "must not be set: the body is called as in its `organisation`",
            );
        }
        if let Some(technical) = &self.technical {
            technical.check(check, "cie.technical");
            check.must_be_set(
                "cie.technical.company",
                technical.company.as_deref().unwrap_or_default(),
            );
        }
    }

    /// Reads key and certificate, or takes those of `[spid]`: one pair may serve both records.
    pub(super) fn load_key(&self, check: &mut Check<'_>, spid: Option<&SamlKey>) -> Option<SamlKey> {
        match (&self.key, &self.certificate) {
            (Some(key), Some(certificate)) => pair(check, ("cie.key", key), ("cie.certificate", certificate)),
            (None, None) => spid.cloned(),
            (Some(_), None) => {
                check.wrong("cie.key", "needs `cie.certificate` beside it");
                None
            }
            (None, Some(_)) => {
                check.wrong("cie.certificate", "needs `cie.key` beside it");
                None
            }
        }
    }

    /// Reads the identity provider's metadata.
    pub(super) fn load_metadata(&self, check: &mut Check<'_>) -> Vec<IdentityProvider> {
        idp_metadata::load(check, "cie.idp_metadata", &self.idp_metadata)
    }
}

impl ContactSettings {
    fn contact(&self) -> CieContact {
        CieContact {
            body: match self.body {
                BodyKind::Public => CieBody::Public {
                    ipa_code: self.ipa_code.clone().unwrap_or_default(),
                    ipa_category: self.ipa_category.clone(),
                },
                BodyKind::Private => CieBody::Private,
            },
            company: self.company.clone(),
            vat_number: self.vat_number.clone(),
            fiscal_code: self.fiscal_code.clone(),
            nace2_codes: self.nace2_codes.clone(),
            municipality: self.municipality.clone(),
            province: self.province.clone(),
            country: self.country.clone(),
            email: self.email.clone(),
            telephone: self.telephone.clone(),
        }
    }

    fn check(&self, check: &mut Check<'_>, section: &str) {
        let setting = |name: &str| format!("{section}.{name}");
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        match self.body {
            BodyKind::Public => {
                check.must_be_set(&setting("ipa_code"), &text(&self.ipa_code));
            }
            BodyKind::Private => {
                check.must_be_set(&setting("vat_number"), &text(&self.vat_number));
                check.must_be_set(&setting("fiscal_code"), &text(&self.fiscal_code));
                if self.nace2_codes.is_empty() {
                    check.wrong(&setting("nace2_codes"), "must be set");
                }
                for (name, value) in [("ipa_code", &self.ipa_code), ("ipa_category", &self.ipa_category)] {
                    if value.as_ref().is_some_and(|value| !value.is_empty()) {
                        check.wrong(&setting(name), "must not be set: it is of public bodies only");
                    }
                }
            }
        }
        contact::vat_number(check, &setting("vat_number"), self.vat_number.as_ref());
        contact::fiscal_code(check, &setting("fiscal_code"), self.fiscal_code.as_ref());
        for (index, code) in self.nace2_codes.iter().enumerate() {
            if !is_nace2(code) {
                let setting = format!("{section}.nace2_codes[{index}]");
                check.wrong(&setting, "must be a NACE rev. 2 code, like `J.62.01`");
            }
        }
        if check.must_be_set(&setting("municipality"), &self.municipality) && !is_belfiore_code(&self.municipality) {
            check.wrong(
                &setting("municipality"),
                "must be the Belfiore code of the municipality, like `H501`",
            );
        }
        for (name, value) in [("province", &self.province), ("country", &self.country)] {
            let two_capitals = |text: &String| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase());
            if value.as_ref().is_some_and(|text| !two_capitals(text)) {
                check.wrong(&setting(name), "must be two capital letters");
            }
        }
        contact::email(check, &setting("email"), &self.email);
        contact::telephone(check, &setting("telephone"), self.telephone.as_ref());
    }
}

/// A letter and three digits.
fn is_belfiore_code(code: &str) -> bool {
    match code.as_bytes() {
        [letter, digits @ ..] => {
            letter.is_ascii_uppercase() && digits.len() == 3 && digits.iter().all(u8::is_ascii_digit)
        }
        [] => false,
    }
}

/// `J`, `J.62`, `J.62.01`, or the same without the letter.
fn is_nace2(code: &str) -> bool {
    let mut parts: Vec<&str> = code.split('.').collect();
    let section = |part: &&str| part.len() == 1 && part.bytes().all(|byte| byte.is_ascii_uppercase());
    let lettered = parts.first().is_some_and(section);
    if lettered {
        parts.remove(0);
    }
    let digits = |part: &&str| (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    parts.len() <= 3 && (lettered || !parts.is_empty()) && parts.iter().all(digits)
}
