//! "Il mio account".

use crate::pages::Page;
use chrono::{DateTime, NaiveDate, Utc};
use domain::person::Method;
use serde::Serialize;

/// What is known of somebody who is signed in, to themselves.
#[derive(Debug, Clone, Serialize)]
pub struct AccountPage {
    /// Given and family name.
    pub name: String,
    /// Codice fiscale, when one was proved.
    pub fiscal_code: Option<String>,
    /// Birth date, when known.
    pub date_of_birth: Option<NaiveDate>,
    /// When a digital identity last proved these data.
    pub verified_at: DateTime<Utc>,
    /// How this session was opened.
    pub method: Method,
    /// With which level: 1, 2 or 3.
    pub level: u8,
    /// Who vouched: the name of the identity provider.
    pub identity_provider: String,
    /// Since when.
    pub since: DateTime<Utc>,
    /// What portals may know.
    pub consents: Vec<ConsentLine>,
    /// Where a consent is taken back.
    pub consents_action: String,
    /// Proves that the form is ours.
    pub token: String,
    /// The transaction register, for officials who may look into it.
    pub office_href: Option<String>,
    /// "Esci".
    pub logout_href: String,
}

/// One portal that may know something.
#[derive(Debug, Clone, Serialize)]
pub struct ConsentLine {
    /// Its id.
    pub client: String,
    /// Its name.
    pub service_name: String,
    /// Where a login there begins.
    pub service_href: Option<String>,
    /// What it may know, as on the page that asked.
    pub released: Vec<String>,
    /// Since when.
    pub since: DateTime<Utc>,
}

impl Page for AccountPage {
    const TEMPLATE: &'static str = "account/account.html";

    fn samples() -> Vec<(&'static str, AccountPage)> {
        let spid = AccountPage {
            name: "Giulia Bianchi".into(),
            fiscal_code: Some("BNCGLI80A41X000X".into()),
            date_of_birth: NaiveDate::from_ymd_opt(1980, 1, 1),
            verified_at: DateTime::from_timestamp(1_795_295_400, 0).unwrap_or_default(),
            method: Method::Spid,
            level: 2,
            identity_provider: "Gestore Due".into(),
            since: DateTime::from_timestamp(1_795_295_400, 0).unwrap_or_default(),
            consents: vec![
                ConsentLine {
                    client: "suap".into(),
                    service_name: "Sportello unico edilizia".into(),
                    service_href: Some("https://portale.example.it/entra?iss=https%3A%2F%2Flogin.example.it".into()),
                    released: vec!["scope-profile".into(), "scope-email".into()],
                    since: DateTime::from_timestamp(1_795_295_400, 0).unwrap_or_default(),
                },
                ConsentLine {
                    client: "biblioteca".into(),
                    service_name: "Biblioteca".into(),
                    service_href: None,
                    released: Vec::new(),
                    since: DateTime::from_timestamp(1_795_295_400, 0).unwrap_or_default(),
                },
            ],
            consents_action: "/account/consents".into(),
            token: "5f2c".into(),
            office_href: Some("/office/register".into()),
            logout_href: "/logout".into(),
        };
        let of = |method| AccountPage {
            method,
            consents: Vec::new(),
            office_href: None,
            ..spid.clone()
        };
        let foreigner = AccountPage {
            fiscal_code: None,
            date_of_birth: None,
            ..of(Method::Eidas)
        };
        vec![
            ("cie", of(Method::Cie)),
            ("cns", of(Method::Cns)),
            ("local", of(Method::Local)),
            ("eidas", foreigner),
            ("spid", spid),
        ]
    }
}
