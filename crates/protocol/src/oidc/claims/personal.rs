//! Personal claims, scope by scope or one by one.

use super::{ClaimWish, ClaimsRequest, Subject, VERIFIED_CLAIMS, insert};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The claims with names of OpenID Connect Core §5.1 and ours: the scope that releases each, and the issuer's name for
/// the attribute that it is made of, where it is one that can be asked for.
const STANDARD: &[(&str, &str, Option<&str>)] = &[
    ("profile", "name", None),
    ("profile", "given_name", None),
    ("profile", "family_name", None),
    ("profile", "birthdate", Some("dateOfBirth")),
    // Told when it is known, and not asked for its sake.
    ("profile", "gender", None),
    ("email", "email", Some("email")),
    ("phone", "phone_number", Some("mobilePhone")),
    ("fiscal_number", FISCAL_NUMBER, None),
];

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

/// Every claim with its scope, and the attribute it is made of.
fn known() -> impl Iterator<Item = (&'static str, &'static str, Option<&'static str>)> {
    let named = |scope: &'static str, table: &'static [(&str, &str)]| {
        table
            .iter()
            .map(move |(attribute, claim)| (scope, *claim, Some(*attribute)))
    };
    STANDARD
        .iter()
        .copied()
        .chain(named("spid", SPID))
        .chain(named("company", COMPANY))
}

/// The scope that releases a personal claim, or the ground on which a person acts; `None` for what is no personal claim, or unknown.
pub fn scope_of(claim: &str) -> Option<&'static str> {
    if claim == VERIFIED_CLAIMS {
        return Some("organization");
    }
    known().find(|(_, known, _)| *known == claim).map(|(scope, ..)| scope)
}

/// The attributes that these scopes, and these single claims, promise to pass on when an identity provider gives them.
pub fn wished_attributes(scopes: &BTreeSet<String>, asked: &ClaimsRequest) -> Vec<&'static str> {
    known()
        .filter(|(scope, claim, _)| scopes.contains(*scope) || asked.names().any(|name| name == *claim))
        .filter_map(|(_, _, attribute)| attribute)
        .collect()
}

/// Of what an issuer said, what these scopes and these single claims pass on: the rest is not kept with a grant.
pub fn released_attributes(
    attributes: &BTreeMap<String, String>,
    scopes: &BTreeSet<String>,
    asked: &ClaimsRequest,
) -> BTreeMap<String, String> {
    let mut names = wished_attributes(scopes, asked);
    if scopes.contains("profile") || asked.names().any(|name| name == "gender") {
        names.push("gender");
    }
    let released = attributes.iter().filter(|(name, _)| names.contains(&name.as_str()));
    released.map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// The claim of scope `fiscal_number`.
pub(crate) const FISCAL_NUMBER: &str = "https://attributes.eid.gov.it/fiscal_number";

/// The personal claims that `scopes` release, and those of `single` that are as the client wants them. What is not
/// known is absent, never empty, and never an error (OpenID Connect Core §5.5.1).
pub(super) fn claims(
    subject: Subject<'_>,
    scopes: &BTreeSet<String>,
    single: &BTreeMap<String, ClaimWish>,
) -> Map<String, Value> {
    let mut claims = everything(subject);
    claims.retain(|claim, value| {
        let by_scope = scope_of(claim).is_some_and(|scope| scopes.contains(scope));
        by_scope || single.get(claim).is_some_and(|wish| wish.met_by(value))
    });
    claims
}

/// All that is known, to be chosen from.
fn everything(subject: Subject<'_>) -> Map<String, Value> {
    let person = subject.person;
    let mut claims = Map::new();
    insert(
        &mut claims,
        "name",
        format!("{} {}", person.given_name, person.family_name),
    );
    insert(&mut claims, "given_name", person.given_name.as_str());
    insert(&mut claims, "family_name", person.family_name.as_str());
    if let Some(date) = person.date_of_birth {
        insert(&mut claims, "birthdate", date.format("%Y-%m-%d").to_string());
    }
    // SPID says M or F, OpenID Connect Core §5.1 says male or female.
    match subject.attributes.get("gender").map(String::as_str) {
        Some("M") => insert(&mut claims, "gender", "male"),
        Some("F") => insert(&mut claims, "gender", "female"),
        _ => {}
    }
    // No email_verified: the identity provider may have verified it, we did not.
    pass_on(
        &mut claims,
        subject,
        &[("email", "email"), ("mobilePhone", "phone_number")],
    );
    if let Some(number) = &person.fiscal_number {
        insert(&mut claims, FISCAL_NUMBER, format!("TINIT-{}", number.as_str()));
    }
    pass_on(&mut claims, subject, SPID);
    pass_on(&mut claims, subject, COMPANY);
    claims
}

/// Attributes that go on as they came, under another name.
fn pass_on(claims: &mut Map<String, Value>, subject: Subject<'_>, table: &[(&str, &str)]) {
    for (name, claim) in table {
        if let Some(value) = subject.attributes.get(*name).filter(|value| !value.is_empty()) {
            insert(claims, claim, value.as_str());
        }
    }
}
