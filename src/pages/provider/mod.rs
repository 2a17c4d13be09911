//! The pages of a portal's requests: logout.

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

/// "Sei uscito".
#[derive(Debug, Clone, Serialize)]
pub struct SignedOutPage {
    /// The portal to go back to.
    pub service: Option<ServiceLink>,
    /// Name of the identity provider whose own session may go on.
    pub identity_provider: Option<String>,
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
            identity_provider: Some("Gestore Due".into()),
        };
        let bare = SignedOutPage {
            service: None,
            identity_provider: None,
        };
        vec![("signed-out-of-portal", portal), ("signed-out", bare)]
    }
}
