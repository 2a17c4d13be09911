//! `spid.role`, and who else a role names: `[spid.aggregator]`, `[spid.aggregated]`; who pays is in [`billing`].

use super::Spid;
use super::billing;
use crate::config::check::Check;
use crate::config::contact;
use protocol::saml::{self, Party};
use protocol::x509::pem_to_der;
use serde::Deserialize;

/// In which role we are registered with AgID.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// A public body for itself.
    #[default]
    Public,
    /// A private body for itself.
    Private,
    /// A public body, through an aggregator.
    PublicAggregatorFull,
    /// The same, "light".
    PublicAggregatorLight,
    /// A private body, through an aggregator.
    PrivateAggregatorFull,
    /// The same, "light".
    PrivateAggregatorLight,
    /// A manager of public services, for itself.
    PublicOperatorFull,
    /// A manager of public services, for a public body.
    PublicOperatorLight,
}

impl Role {
    fn is_light(self) -> bool {
        use Role::{PrivateAggregatorLight, PublicAggregatorLight, PublicOperatorLight};
        matches!(
            self,
            PublicAggregatorLight | PrivateAggregatorLight | PublicOperatorLight
        )
    }

    fn has_aggregator(self) -> bool {
        use Role::{PrivateAggregatorFull, PrivateAggregatorLight, PublicAggregatorFull, PublicAggregatorLight};
        matches!(
            self,
            PublicAggregatorFull | PublicAggregatorLight | PrivateAggregatorFull | PrivateAggregatorLight
        )
    }

    fn has_billing(self) -> bool {
        matches!(
            self,
            Role::Private | Role::PrivateAggregatorFull | Role::PrivateAggregatorLight
        )
    }
}

/// `[spid.aggregator]`, `[spid.aggregated]`: another body that the metadata name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OtherParty {
    /// Full legal name.
    pub name: String,
    /// Code in the register of public bodies.
    pub ipa_code: Option<String>,
    /// With country prefix: `IT01234560587`.
    pub vat_number: Option<String>,
    /// Fiscal code.
    pub fiscal_code: Option<String>,
    /// Institutional address. Required of an aggregator.
    pub email: Option<String>,
    /// With international prefix, no blanks.
    pub telephone: Option<String>,
}

/// The role as the metadata have it, with the validation certificate that [`load_validation`] read.
pub(super) fn role(spid: &Spid) -> saml::Role {
    let aggregator = Box::new(party(spid.aggregator.as_ref()));
    let validation = spid.role.is_light().then(|| spid.validation.clone());
    let paid_by = || Box::new(billing::party(spid.billing.as_ref()));
    match spid.role {
        Role::Public => saml::Role::Public,
        Role::Private => saml::Role::Private(paid_by()),
        Role::PublicAggregatorFull | Role::PublicAggregatorLight => {
            saml::Role::PublicAggregator { aggregator, validation }
        }
        Role::PrivateAggregatorFull | Role::PrivateAggregatorLight => saml::Role::PrivateAggregator {
            aggregator,
            validation,
            billing: paid_by(),
        },
        Role::PublicOperatorFull => saml::Role::PublicOperator,
        Role::PublicOperatorLight => saml::Role::PublicOperatorLight {
            aggregated: Box::new(party(spid.aggregated.as_ref())),
            validation: spid.validation.clone(),
        },
    }
}

fn party(written: Option<&OtherParty>) -> Party {
    let written = written.cloned().unwrap_or_default();
    Party {
        name: written.name,
        ipa_code: written.ipa_code,
        vat_number: written.vat_number,
        fiscal_code: written.fiscal_code,
        email: written.email,
        telephone: written.telephone,
    }
}

/// The certificate by which an aggregator or operator validates ("light" only).
pub(super) fn load_validation(spid: &mut Spid, check: &mut Check<'_>) {
    let setting = "spid.validation_certificate";
    match (&spid.validation_certificate, spid.role.is_light()) {
        (Some(path), true) => {
            let Some(pem) = check.read(setting, path) else { return };
            match pem_to_der(&pem) {
                Ok(der) => spid.validation = der,
                Err(_) => check.wrong(setting, "is not a PEM certificate"),
            }
        }
        (None, true) => check.wrong(setting, "must be set: the role is a light one (Avviso SPID 19)"),
        (Some(_), false) => check.wrong(setting, "belongs to the light roles only (Avviso SPID 19)"),
        (None, false) => {}
    }
}

/// What the role demands of the contacts and of the entityID.
pub(super) fn check(spid: &Spid, check: &mut Check<'_>) {
    check_ourselves(spid, check);
    for (setting, party, wanted) in [
        ("spid.aggregator", &spid.aggregator, spid.role.has_aggregator()),
        (
            "spid.aggregated",
            &spid.aggregated,
            spid.role == Role::PublicOperatorLight,
        ),
    ] {
        match (party, wanted) {
            (Some(party), true) => check_party(check, setting, party),
            (None, true) => check.wrong(setting, format!("must be set: the role names it (`[{setting}]`)")),
            (Some(_), false) => check.wrong(setting, "belongs to another role"),
            (None, false) => {}
        }
    }
    match (&spid.billing, spid.role.has_billing()) {
        (Some(billing), true) => billing::check(check, billing),
        (None, true) => check.wrong("spid.billing", "must be set: private bodies pay (`[spid.billing]`)"),
        (Some(_), false) => check.wrong("spid.billing", "belongs to private bodies only"),
        (None, false) => {}
    }
    check_activity_code(spid, check);
}

/// Whoever `[[spid.organisation]]` names (Avviso 29 v3).
fn check_ourselves(spid: &Spid, check: &mut Check<'_>) {
    let private = role(spid).is_private();
    if private && !spid.ipa_code.is_empty() {
        check.wrong("spid.ipa_code", "must not be set: private bodies have none");
    }
    let operator = matches!(spid.role, Role::PublicOperatorFull | Role::PublicOperatorLight);
    if !private && !operator {
        check.must_be_set("spid.ipa_code", &spid.ipa_code);
    }
    if private && spid.vat_number.is_none() && spid.fiscal_code.is_none() {
        check.wrong(
            "spid.vat_number",
            "must be set, or `spid.fiscal_code` where there is none",
        );
    }
    if operator {
        for (setting, value) in [
            ("spid.vat_number", &spid.vat_number),
            ("spid.fiscal_code", &spid.fiscal_code),
        ] {
            if value.is_none() {
                check.wrong(setting, "must be set: a manager of public services has both numbers");
            }
        }
    }
}

fn check_party(check: &mut Check<'_>, setting: &str, party: &OtherParty) {
    check.must_be_set(&format!("{setting}.name"), &party.name);
    if setting == "spid.aggregated" {
        check.must_be_set(
            &format!("{setting}.ipa_code"),
            party.ipa_code.as_deref().unwrap_or_default(),
        );
    }
    let email = format!("{setting}.email");
    match &party.email {
        Some(address) => contact::email(check, &email, address),
        None if setting == "spid.aggregator" => check.wrong(&email, "must be set"),
        None => {}
    }
    contact::telephone(check, &format!("{setting}.telephone"), party.telephone.as_ref());
    contact::vat_number(check, &format!("{setting}.vat_number"), party.vat_number.as_ref());
    contact::fiscal_code(check, &format!("{setting}.fiscal_code"), party.fiscal_code.as_ref());
}

/// Avviso 19 v4: an aggregator's or operator's entityID has no query and contains the activity code.
fn check_activity_code(spid: &Spid, check: &mut Check<'_>) {
    let Some(code) = role(spid).activity_code() else { return };
    if spid.entity_id.contains('?') || !spid.entity_id.contains(code) {
        check.wrong(
            "spid.entity_id",
            format!("must contain `{code}` and no query: the role wants it (Avviso SPID 19)"),
        );
    }
}
