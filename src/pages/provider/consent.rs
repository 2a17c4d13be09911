//! "Confermi i dati da condividere?": what a portal will know, before it does.

use crate::pages::Page;
use protocol::oidc::authorize::ALL_ORGANISATIONS;
use protocol::oidc::claims::VERIFIED_CLAIMS;
use serde::Serialize;

/// The question.
#[derive(Debug, Clone, Serialize)]
pub struct ConsentPage {
    /// Where the answer is posted.
    pub action: String,
    /// The login it belongs to.
    pub login: String,
    /// Proves which question is answered.
    pub token: String,
    /// The portal.
    pub service_name: String,
    /// Who is asked.
    pub name: String,
    /// The organisation they act for.
    pub acting_for: Option<String>,
    /// What the portal will know: ends of names of texts (`scope-email`).
    pub released: Vec<String>,
    /// The portal's privacy notice.
    pub policy_href: Option<String>,
    /// The portal's terms.
    pub terms_href: Option<String>,
    /// Its logo, which we serve.
    pub logo_href: Option<String>,
    /// Nobody vetted it; where the data go.
    pub unvetted: Option<String>,
}

/// The end of the name of the text that tells what a scope releases.
pub fn scope_text(scope: &str) -> Option<String> {
    if scope == ALL_ORGANISATIONS {
        return Some("scope-organizations".to_owned());
    }
    const TOLD: [&str; 8] = [
        "profile",
        "email",
        "phone",
        "fiscal_number",
        "spid",
        "company",
        "organization",
        "offline_access",
    ];
    TOLD.contains(&scope)
        .then(|| format!("scope-{}", scope.replace('_', "-")))
}

/// The end of the name of the text that tells of one claim: its own, or that of the scope which releases it.
pub fn claim_text(claim: &str, scope: &str) -> Option<String> {
    const TOLD: [&str; 5] = ["name", "given_name", "family_name", "birthdate", "gender"];
    match TOLD.contains(&claim) {
        true => Some(format!("claim-{}", claim.replace('_', "-"))),
        false if claim == VERIFIED_CLAIMS => Some("claim-authority".to_owned()),
        false => scope_text(scope),
    }
}

impl Page for ConsentPage {
    const TEMPLATE: &'static str = "provider/consent.html";

    fn samples() -> Vec<(&'static str, ConsentPage)> {
        let scopes = [
            "profile",
            "email",
            "phone",
            "fiscal_number",
            "spid",
            "company",
            "organization",
            ALL_ORGANISATIONS,
            "offline_access",
        ];
        let organisation = ConsentPage {
            action: "/login/consent".into(),
            login: "x7Jd".into(),
            token: "5a0c".into(),
            service_name: "Sportello unico edilizia".into(),
            name: "Giulia Bianchi".into(),
            acting_for: Some("Studio Tecnico Verdi Associati".into()),
            released: scopes.into_iter().filter_map(scope_text).collect(),
            policy_href: Some("https://portale.example.it/privacy".into()),
            terms_href: Some("https://portale.example.it/condizioni".into()),
            logo_href: Some("/logos/5f2c.png".into()),
            unvetted: None,
        };
        let oneself = ConsentPage {
            acting_for: None,
            released: vec!["scope-profile".into(), "scope-email".into()],
            policy_href: None,
            terms_href: None,
            logo_href: None,
            ..organisation.clone()
        };
        let claims = [
            "name",
            "given_name",
            "family_name",
            "birthdate",
            "gender",
            VERIFIED_CLAIMS,
        ];
        let single = ConsentPage {
            released: claims
                .into_iter()
                .filter_map(|claim| claim_text(claim, "profile"))
                .collect(),
            ..oneself.clone()
        };
        let nothing = ConsentPage {
            released: Vec::new(),
            ..oneself.clone()
        };
        let unvetted = ConsentPage {
            unvetted: Some("portale.example.it".into()),
            ..organisation.clone()
        };
        vec![
            ("unvetted", unvetted),
            ("organisation", organisation),
            ("oneself", oneself),
            ("single", single),
            ("nothing", nothing),
        ]
    }
}
