//! Personal claims, scope by scope.

use super::{Subject, insert};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// What scope `spid` adds: the issuer's name for an attribute, and its Italian claim name (Linee guida
/// OpenID Connect in SPID), under `https://attributes.eid.gov.it/`. Values go on as they came. What has
/// a standard claim of its own (name, e-mail, fiscal number, …) is not repeated here.
pub(crate) const SPID: &[(&str, &str)] = &[
    ("spidCode", "https://attributes.eid.gov.it/spid_code"),
    ("placeOfBirth", "https://attributes.eid.gov.it/place_of_birth"),
    ("countyOfBirth", "https://attributes.eid.gov.it/county_of_birth"),
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

/// What scope `company` adds: what an identity provider says about the company of a professional or legal
/// person's identity (Avviso 18). Attributes and nothing more: they say nothing about who may act for it.
pub(crate) const COMPANY: &[(&str, &str)] = &[
    ("companyName", "https://attributes.eid.gov.it/company_name"),
    ("registeredOffice", "https://attributes.eid.gov.it/registered_office"),
    (
        "companyFiscalNumber",
        "https://attributes.eid.gov.it/company_fiscal_number",
    ),
    ("ivaCode", "https://attributes.eid.gov.it/vat_number"),
];

/// Without these a SPID identity is nobody.
const BASE: [&str; 3] = ["fiscalNumber", "name", "familyName"];

/// The attributes without which nobody is let in at a client with this minimum age.
pub fn needed_attributes(min_age: Option<u8>) -> Vec<&'static str> {
    let birth_date = min_age.map(|_| "dateOfBirth");
    BASE.into_iter().chain(birth_date).collect()
}

/// The attributes that these scopes promise to pass on when an identity provider gives them. `gender` is told
/// with `profile` when it is known, and not asked for its sake.
pub fn wished_attributes(scopes: &BTreeSet<String>) -> Vec<&'static str> {
    let table = |table: &[(&'static str, &str)]| table.iter().map(|(name, _)| *name).collect::<Vec<_>>();
    let promises = [
        ("profile", vec!["dateOfBirth"]),
        ("email", vec!["email"]),
        ("phone", vec!["mobilePhone"]),
        ("spid", table(SPID)),
        ("company", table(COMPANY)),
    ];
    let asked = promises.into_iter().filter(|(scope, _)| scopes.contains(*scope));
    asked.flat_map(|(_, names)| names).collect()
}

/// Of what an issuer said, what these scopes pass on: the rest is not kept with a grant.
pub fn released_attributes(
    attributes: &BTreeMap<String, String>,
    scopes: &BTreeSet<String>,
) -> BTreeMap<String, String> {
    let mut names = wished_attributes(scopes);
    if scopes.contains("profile") {
        names.push("gender");
    }
    let released = attributes.iter().filter(|(name, _)| names.contains(&name.as_str()));
    released.map(|(name, value)| (name.clone(), value.clone())).collect()
}

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
    for (scope, table) in [("spid", SPID), ("company", COMPANY)] {
        for (name, claim) in table.iter().filter(|_| scopes.contains(scope)) {
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
