//! `[spid.billing]`: who pays the identity providers.

use crate::config::check::Check;
use crate::config::contact;
use protocol::saml::{self, Seat};
use serde::Deserialize;

/// `[spid.billing]`: to whom identity providers send their invoices; private bodies only.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Billing {
    /// Company name, at most 80 characters.
    pub name: String,
    /// With country prefix: `IT01234560587`. This or the fiscal code, or both.
    pub vat_number: Option<String>,
    /// Fiscal code.
    pub fiscal_code: Option<String>,
    /// Street, at most 60 characters.
    pub street: String,
    /// Number in the street.
    pub number: Option<String>,
    /// Five digits.
    pub post_code: String,
    /// Town.
    pub town: String,
    /// Two capital letters.
    pub province: Option<String>,
    /// ISO 3166, two capital letters. Default: `IT`.
    pub country: Option<String>,
    /// Where questions about invoices go.
    pub email: String,
    /// With international prefix, no blanks.
    pub telephone: Option<String>,
    /// Who issues invoices in its place, if somebody does.
    pub intermediary: Option<String>,
}

/// As the metadata have it.
pub(super) fn party(written: Option<&Billing>) -> saml::Billing {
    let written = written.cloned().unwrap_or_default();
    let split = |number: String| {
        let (country, digits) = number.split_at_checked(2)?;
        Some((country.to_owned(), digits.to_owned()))
    };
    saml::Billing {
        vat_number: written.vat_number.and_then(split),
        fiscal_code: written.fiscal_code,
        name: written.name,
        seat: Seat {
            street: written.street,
            number: written.number,
            post_code: written.post_code,
            town: written.town,
            province: written.province,
            country: written.country.unwrap_or_else(|| "IT".to_owned()),
        },
        email: written.email,
        telephone: written.telephone,
        intermediary: written.intermediary,
    }
}

/// What the metadata's schema and the identity providers demand (Avviso SPID 29).
pub(super) fn check(check: &mut Check<'_>, billing: &Billing) {
    for (name, value, longest) in [
        ("name", &billing.name, 80),
        ("street", &billing.street, 60),
        ("town", &billing.town, 60),
    ] {
        let setting = format!("spid.billing.{name}");
        let latin = |c: char| u32::from(c) <= 0xff;
        if check.must_be_set(&setting, value) && (value.chars().count() > longest || !value.chars().all(latin)) {
            check.wrong(&setting, format!("must be at most {longest} Latin-1 characters"));
        }
    }
    let digits = |text: &str| text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(&billing.post_code) {
        check.wrong("spid.billing.post_code", "must be five digits");
    }
    let capitals = |text: &String| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase());
    for (name, value) in [("province", &billing.province), ("country", &billing.country)] {
        if value.as_ref().is_some_and(|value| !capitals(value)) {
            check.wrong(&format!("spid.billing.{name}"), "must be two capital letters");
        }
    }
    let short = |number: &String| !number.is_empty() && number.len() <= 8 && number.is_ascii();
    if billing.number.as_ref().is_some_and(|number| !short(number)) {
        check.wrong("spid.billing.number", "must be 1 to 8 ASCII characters");
    }
    if billing.vat_number.is_none() && billing.fiscal_code.is_none() {
        check.wrong("spid.billing.vat_number", "must be set, or `fiscal_code`");
    }
    contact::vat_number(check, "spid.billing.vat_number", billing.vat_number.as_ref());
    contact::fiscal_code(check, "spid.billing.fiscal_code", billing.fiscal_code.as_ref());
    contact::email(check, "spid.billing.email", &billing.email);
    contact::telephone(check, "spid.billing.telephone", billing.telephone.as_ref());
    if billing.intermediary.as_ref().is_some_and(|name| name.trim().is_empty()) {
        check.wrong("spid.billing.intermediary", "must not be empty");
    }
}
