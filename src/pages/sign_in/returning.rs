//! "Ti stiamo riportando al servizio": the 200 that ends a form post.

use crate::pages::Page;
use serde::Serialize;

/// Leads the browser on without a redirect: `form-action 'self'` blocks every redirect that follows a form
/// post, silently. A meta refresh and a visible link do it instead.
#[derive(Debug, Clone, Serialize)]
pub struct ReturningPage {
    /// Where to: the portal's redirect URI with its parameters.
    pub target: String,
    /// The service.
    pub service_name: String,
    /// Somebody signed out, and not in.
    pub signed_out: bool,
}

impl Page for ReturningPage {
    const TEMPLATE: &'static str = "sign_in/returning.html";

    fn samples() -> Vec<(&'static str, ReturningPage)> {
        let signed_in = ReturningPage {
            target: "https://portale.example.it/callback?code=abc&state=1&iss=https%3A%2F%2Flogin.example.it".into(),
            service_name: "Sportello unico edilizia".into(),
            signed_out: false,
        };
        let signed_out = ReturningPage {
            target: "https://portale.example.it/bye?state=1".into(),
            signed_out: true,
            ..signed_in.clone()
        };
        vec![("returning", signed_in), ("returning-signed-out", signed_out)]
    }
}
