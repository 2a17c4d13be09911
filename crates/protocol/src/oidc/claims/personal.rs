//! Personal claims, scope by scope.

use super::{Subject, insert};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// What scope `spid` adds: the issuer's name for an attribute, and its Italian claim name (Linee guida
/// OpenID Connect in SPID), under `https://attributes.eid.gov.it/`. Values go on as they came. What has
/// a standard claim of its own (name, e-mail, fiscal number, …) is not repeated here.
pub(crate) const SPID: &[(&str, &str)] = &[
    ("spidCode", "https://attributes.eid.gov.it/spid_code"),
    ("placeOfBirth", "https://attributes.eid.gov.it/place_of_birth"),
    ("countyOfBirth", "https://attributes.eid.gov.it/county_of_birth"),
    ("companyName", "https://attributes.eid.gov.it/company_name"),
    ("registeredOffice", "https://attributes.eid.gov.it/registered_office"),
    (
        "companyFiscalNumber",
        "https://attributes.eid.gov.it/company_fiscal_number",
    ),
    ("ivaCode", "https://attributes.eid.gov.it/vat_number"),
    ("idCard", "https://attributes.eid.gov.it/id_card"),
    ("digitalAddress", "https://attributes.eid.gov.it/e_delivery_service"),
    ("expirationDate", "https://attributes.eid.gov.it/eid_exp_date"),
    ("address", "https://attributes.eid.gov.it/address"),
    (
        "domicileStreetAddress",
        "https://attributes.eid.gov.it/domicile_street_address",
    ),
    (
        "domicilePostalCode",
        "https://attributes.eid.gov.it/domicile_postal_code",
    ),
    (
        "domicileMunicipality",
        "https://attributes.eid.gov.it/domicile_municipality",
    ),
    ("domicileProvince", "https://attributes.eid.gov.it/domicile_province"),
    ("domicileNation", "https://attributes.eid.gov.it/domicile_nation"),
];

/// The claim of scope `fiscal_number`.
pub(crate) const FISCAL_NUMBER: &str = "https://attributes.eid.gov.it/fiscal_number";

/// The personal claims that `scopes` release. What is not known is absent, never empty.
pub(super) fn claims(subject: Subject<'_>, scopes: &BTreeSet<String>) -> Map<String, Value> {
    let mut claims = Map::new();
    let attribute = |name: &str| subject.attributes.get(name).filter(|value| !value.is_empty());
    if scopes.contains("profile") {
        profile(&mut claims, subject);
    }
    if scopes.contains("email")
        && let Some(email) = attribute("email")
    {
        // No email_verified: the identity provider may have verified it, we did not.
        insert(&mut claims, "email", email.as_str());
    }
    if scopes.contains("phone")
        && let Some(phone) = attribute("mobilePhone")
    {
        insert(&mut claims, "phone_number", phone.as_str());
    }
    if scopes.contains("fiscal_number")
        && let Some(number) = &subject.person.fiscal_number
    {
        insert(&mut claims, FISCAL_NUMBER, format!("TINIT-{}", number.as_str()));
    }
    if scopes.contains("spid") {
        for (name, claim) in SPID {
            if let Some(value) = attribute(name) {
                insert(&mut claims, claim, value.as_str());
            }
        }
    }
    claims
}

fn profile(claims: &mut Map<String, Value>, subject: Subject<'_>) {
    let person = subject.person;
    insert(claims, "name", format!("{} {}", person.given_name, person.family_name));
    insert(claims, "given_name", person.given_name.as_str());
    insert(claims, "family_name", person.family_name.as_str());
    if let Some(date) = person.date_of_birth {
        insert(claims, "birthdate", date.format("%Y-%m-%d").to_string());
    }
    // SPID says M or F, OpenID Connect Core §5.1 says male or female.
    let gender = match subject.attributes.get("gender").map(String::as_str) {
        Some("M") => "male",
        Some("F") => "female",
        _ => return,
    };
    insert(claims, "gender", gender);
}
