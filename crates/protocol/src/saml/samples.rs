//! One request, one identity provider, one service provider: what the tests and the fuzzers hold a Response
//! against.

use super::bindings::Binding;
use super::response::Pending;
use super::{Contact, IdentityProvider, OrganisationName, Profile, Role, ServiceProvider, SpidContact};
use crate::x509::PublicKey;
use chrono::{DateTime, TimeDelta, TimeZone as _, Timelike as _, Utc};
use domain::person::Level;

pub(crate) const IDP: &str = "https://idp.example.it/metadata";
pub(crate) const ACS: &str = "https://login.example.it/saml/spid/acs";
pub(crate) const SP: &str = "https://login.example.it";
pub(crate) const REQUEST: &str = "_a0c1f2e3d4b5a6978897a6b5c4d3e2f1";

pub(crate) fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 22, 10, 0, 0).unwrap()
}

pub(crate) fn skew() -> TimeDelta {
    TimeDelta::seconds(60)
}

pub(crate) fn service_provider() -> ServiceProvider {
    let organisation = |language: &str, name: &str| OrganisationName {
        language: language.into(),
        name: name.into(),
        display_name: "Borgo Alto & dintorni".into(),
        url: "https://www.example.it".into(),
    };
    ServiceProvider {
        entity_id: SP.into(),
        acs_url: ACS.into(),
        binding: Binding::Redirect,
        slo_url: "https://login.example.it/saml/spid/slo".into(),
        attributes: asked(),
        attribute_sets: Vec::new(),
        second_certificate: None,
        service_names: vec![
            ("it".into(), "Servizi in rete".into()),
            ("en".into(), "Online services".into()),
        ],
        organisation: vec![
            organisation("it", "Comune di Borgo Alto"),
            organisation("en", "Municipality of Borgo Alto"),
        ],
        contact: Contact::Spid(Box::new(contact())),
    }
}

pub(crate) fn asked() -> Vec<String> {
    ["spidCode", "name", "familyName", "fiscalNumber", "dateOfBirth"]
        .map(String::from)
        .to_vec()
}

/// Who we are for AgID.
pub(crate) fn contact() -> SpidContact {
    SpidContact {
        role: Role::Public,
        ipa_code: "c_h501".into(),
        email: "spid@example.it".into(),
        telephone: Some("+390612345678".into()),
        vat_number: None,
        fiscal_code: Some("01234560587".into()),
    }
}

pub(crate) fn identity_provider(signing_keys: Vec<PublicKey>) -> IdentityProvider {
    IdentityProvider {
        entity_id: IDP.into(),
        name: "Prova".into(),
        sso_redirect: Some("https://idp.example.it/sso".into()),
        sso_post: None,
        slo_redirect: None,
        slo_redirect_response: None,
        slo_post: None,
        slo_post_response: None,
        signing_keys,
        certificates: Vec::new(),
        valid_until: None,
    }
}

pub(crate) fn pending() -> Pending {
    Pending {
        request_id: REQUEST.into(),
        // Stored more precisely than sent, as a clock gives it.
        issue_instant: Utc
            .with_ymd_and_hms(2026, 11, 22, 9, 59, 40)
            .unwrap()
            .with_nanosecond(123_456_000)
            .unwrap(),
        identity_provider: IDP.into(),
        level: Level::L2,
        profile: Profile::Spid,
        attributes: asked(),
    }
}
