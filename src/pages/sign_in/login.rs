//! "Accedi ai servizi": by which method?

use super::in_the_program;
use crate::pages::Page;
use serde::Serialize;

/// The methods that one login accepts. One that is `None` is not shown.
#[derive(Debug, Clone, Default, Serialize)]
pub struct LoginPage {
    /// The service somebody is on the way to; `None` on the way to their own account.
    pub service_name: Option<String>,
    /// The level asked for: 1, 2 or 3.
    pub level: u8,
    /// What happened before, when something did.
    pub notice: Option<LoginNotice>,
    /// The SPID identity providers, already in random order (AgID: none is favoured).
    pub spid: Option<Vec<IdentityProviderLink>>,
    /// Where "Entra con CIE" leads.
    pub cie_href: Option<String>,
    /// Where "Entra con CNS" leads.
    pub cns_href: Option<String>,
    /// Where "Login with eIDAS" leads.
    pub eidas_href: Option<String>,
    /// The form for e-mail address and password.
    pub local: Option<LocalAccount>,
}

/// One identity provider in the menu. A link and not a button: a form's redirect to it would break the
/// page's `form-action 'self'`.
#[derive(Debug, Clone, Serialize)]
pub struct IdentityProviderLink {
    /// Its name, as its metadata displays it.
    pub name: String,
    /// Its logo, a path below `assets/`; without one it is shown by its name.
    pub logo: Option<String>,
    /// Starts a login there.
    pub href: String,
}

/// Sign-in with e-mail address and password.
#[derive(Debug, Clone, Serialize)]
pub struct LocalAccount {
    /// Where the form is posted (`username`, `password`).
    pub action: String,
    /// "Hai dimenticato la password?"
    pub recover_href: Option<String>,
    /// "Non hai un account? Registrati"
    pub enrol_href: Option<String>,
}

/// Why the page is shown (again).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LoginNotice {
    /// The session ended by itself.
    SessionEnded,
    /// Somebody is signed in, but the service wants more: a higher level, or proof that is newer.
    Again,
}

impl Page for LoginPage {
    const TEMPLATE: &'static str = "sign_in/login.html";

    fn samples() -> Vec<(&'static str, LoginPage)> {
        let provider = |name: &str, id: &str| IdentityProviderLink {
            name: name.into(),
            logo: None,
            href: format!("/login/spid?login=x7Jd&idp=https%3A%2F%2F{id}.example%2Fidp"),
        };
        let spid = LoginPage {
            service_name: Some("Sportello unico edilizia".into()),
            level: 2,
            spid: Some(vec![
                provider("Identità di prova Uno S.p.A.", "uno"),
                provider("Gestore Due", "due"),
                provider("Terzo Gestore di Identità Digitale S.C.p.A.", "terzo"),
                provider("Quattro ID", "quattro"),
            ]),
            ..LoginPage::default()
        };
        let everything = LoginPage {
            cie_href: Some("/login/cie?login=x7Jd".into()),
            cns_href: Some("/login/cns?login=x7Jd".into()),
            eidas_href: Some("/login/eidas?login=x7Jd".into()),
            local: Some(LocalAccount {
                action: "/login/local".into(),
                recover_href: Some("/recover".into()),
                enrol_href: Some("/enrol".into()),
            }),
            ..spid.clone()
        };
        let again = LoginPage {
            notice: Some(LoginNotice::Again),
            cie_href: Some("/login/cie?login=x7Jd".into()),
            ..spid.clone()
        };
        let own_account = LoginPage {
            service_name: None,
            level: 1,
            notice: Some(LoginNotice::SessionEnded),
            ..spid.clone()
        };
        // Wide, narrow and tall ones, and providers without any.
        let logos = [
            "https://loginspid.aruba.it",
            "https://posteid.poste.it",
            "https://idp.namirialtsp.com/idp",
            "https://spid.register.it",
            "https://login.id.tim.it/affwebservices/public/saml2sso",
            "https://spid.teamsystem.com/idp",
        ];
        let many = LoginPage {
            spid: Some(
                (1..=12)
                    .map(|n| provider(&format!("Gestore di Identità {n} S.p.A."), "tanti"))
                    .enumerate()
                    .map(|(n, link)| IdentityProviderLink {
                        logo: logos.get(n).copied().and_then(in_the_program).map(str::to_owned),
                        ..link
                    })
                    .collect(),
            ),
            ..spid.clone()
        };
        vec![
            ("many-providers", many),
            ("spid", spid),
            ("everything", everything),
            ("again", again),
            ("own-account", own_account),
        ]
    }
}
