//! "Ti stiamo portando da …": the page that posts a message of ours to an identity provider.

use crate::pages::Page;
use serde::Serialize;

/// One form with a visible button, that posts itself where scripts run. For every message that travels by
/// HTTP-POST: AuthnRequest, LogoutRequest, LogoutResponse.
#[derive(Debug, Clone, Serialize)]
pub struct ToProviderPage {
    /// The identity provider, as citizens know it.
    pub provider: String,
    /// Its address. The response must not confine forms (`form-action`).
    pub action: String,
    /// `SAMLRequest` or `SAMLResponse`.
    pub parameter: &'static str,
    /// The message in base64.
    pub value: String,
    /// `RelayState`.
    pub relay_state: Option<String>,
}

impl Page for ToProviderPage {
    const TEMPLATE: &'static str = "sign_in/to_provider.html";

    fn samples() -> Vec<(&'static str, ToProviderPage)> {
        let request = ToProviderPage {
            provider: "Prova ID".into(),
            action: "https://idp.example.it/sso/post".into(),
            parameter: "SAMLRequest",
            value: "PHNhbWxwOkF1dGhuUmVxdWVzdC8+".into(),
            relay_state: Some("x7Jd-0".into()),
        };
        let response = ToProviderPage {
            parameter: "SAMLResponse",
            relay_state: None,
            ..request.clone()
        };
        vec![("request", request), ("response", response)]
    }
}
