//! The pages of a portal's requests: consent, the answer by form, logout.

mod answer_form;
mod consent;
mod device;

pub use answer_form::{AnswerFormPage, HiddenField};
pub use consent::{ConsentPage, claim_text, scope_text};
pub use device::{DeviceCodePage, DeviceConfirmPage, DeviceDonePage, DeviceProblem};

use crate::pages::Page;
use serde::Serialize;

use crate::pages::ServiceLink;

/// "Vuoi uscire?": asked when a logout request does not prove that it comes from the portal
/// (OIDC RP-Initiated Logout §2).
#[derive(Debug, Clone, Serialize)]
pub struct LogoutConfirmPage {
    /// Where the answer is posted.
    pub action: String,
    /// Travels in the field `request`; ties the answer to the question.
    pub request: String,
    /// The portal that asks, when known.
    pub service_name: Option<String>,
    /// Who is signed in.
    pub name: String,
    /// Where "Resta collegato" leads.
    pub stay_href: String,
}

/// "Hai terminato l'accesso".
#[derive(Debug, Clone, Serialize)]
pub struct SignedOutPage {
    /// The portal to go back to.
    pub service: Option<ServiceLink>,
    /// Name of the identity provider that was asked to end its session, too.
    pub identity_provider: Option<String>,
    /// It did; otherwise it said that somewhere a session may go on.
    pub upstream_ended: bool,
}

/// "Hai terminato l'accesso": here, and the citizen is offered to end the identity provider's session as well
/// (regole tecniche SPID: an individual logout and a single one).
#[derive(Debug, Clone, Serialize)]
pub struct LogoutOfferPage {
    /// Name of the identity provider.
    pub identity_provider: String,
    /// The way to its logout.
    pub upstream_href: String,
    /// The portal to go back to.
    pub service: Option<ServiceLink>,
    /// It sends people back afterwards. One that does not is opened beside this page.
    pub answers: bool,
}

impl Page for LogoutConfirmPage {
    const TEMPLATE: &'static str = "provider/logout_confirm.html";

    fn samples() -> Vec<(&'static str, LogoutConfirmPage)> {
        let portal = LogoutConfirmPage {
            action: "/logout".into(),
            request: "q8Zt".into(),
            service_name: Some("Sportello unico edilizia".into()),
            name: "Giulia Bianchi".into(),
            stay_href: "/account".into(),
        };
        let nobody = LogoutConfirmPage {
            service_name: None,
            ..portal.clone()
        };
        vec![("logout-of-portal", portal), ("logout", nobody)]
    }
}

impl Page for SignedOutPage {
    const TEMPLATE: &'static str = "provider/signed_out.html";

    fn samples() -> Vec<(&'static str, SignedOutPage)> {
        let portal = SignedOutPage {
            service: Some(ServiceLink {
                name: "Sportello unico edilizia".into(),
                href: "https://portale.example.it/".into(),
            }),
            identity_provider: None,
            upstream_ended: false,
        };
        let everywhere = SignedOutPage {
            identity_provider: Some("Gestore Due".into()),
            upstream_ended: true,
            ..portal.clone()
        };
        let partly = SignedOutPage {
            upstream_ended: false,
            ..everywhere.clone()
        };
        let bare = SignedOutPage {
            service: None,
            ..portal.clone()
        };
        vec![
            ("signed-out-of-portal", portal),
            ("signed-out", bare),
            ("signed-out-everywhere", everywhere),
            ("signed-out-partly", partly),
        ]
    }
}

impl Page for LogoutOfferPage {
    const TEMPLATE: &'static str = "provider/logout_offer.html";

    fn samples() -> Vec<(&'static str, LogoutOfferPage)> {
        let portal = LogoutOfferPage {
            identity_provider: "Gestore Due".into(),
            upstream_href: "/logout/upstream?logout=x7Jd".into(),
            service: Some(ServiceLink {
                name: "Sportello unico edilizia".into(),
                href: "https://portale.example.it/bye?state=1".into(),
            }),
            answers: true,
        };
        let bare = LogoutOfferPage {
            service: None,
            ..portal.clone()
        };
        let silent = LogoutOfferPage {
            answers: false,
            ..portal.clone()
        };
        vec![("of-portal", portal), ("of-nobody", bare), ("silent", silent)]
    }
}
