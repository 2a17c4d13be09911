//! How a message of ours leaves with the browser.

use super::pages;
use crate::demo::identity_provider::IdentityProvider;
use crate::demo::identity_provider::answer::{NAMESPACES, instant};
use crate::demo::identity_provider::service_provider::Way;
use crate::demo::page::escape;
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use std::io::Write as _;
use url::form_urlencoded::Serializer;

const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";

impl IdentityProvider {
    pub(super) fn message(
        &self,
        element: &str,
        id: &str,
        destination: &str,
        more: &str,
        body: &str,
        way: Way,
    ) -> String {
        let entity_id = escape(&self.entity_id);
        let signature = match way {
            Way::Redirect => String::new(),
            Way::Post => self.signer.template(id),
        };
        format!(
            r#"<samlp:{element} {NAMESPACES} ID="{id}" Version="2.0" IssueInstant="{}" Destination="{}"{more}><saml:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity" NameQualifier="{entity_id}">{entity_id}</saml:Issuer>{signature}{body}</samlp:{element}>"#,
            instant(self.clock.now()),
            escape(destination),
        )
    }

    /// Signs a message and sends the browser off with it.
    pub(super) fn carry(
        &self,
        parameter: &str,
        message: &str,
        way: Way,
        destination: &str,
        relay_state: Option<&str>,
        id: &str,
    ) -> Response {
        let sent = match way {
            Way::Redirect => self.redirected(parameter, message, destination, relay_state),
            Way::Post => self.signer.sign(message).ok().and_then(|signed| {
                let why = "Se la pagina non cambia da sola, premi Continua.";
                pages::send(destination, parameter, &STANDARD.encode(signed), relay_state, why)
            }),
        };
        sent.unwrap_or_else(|| {
            tracing::error!(id, "demo identity provider cannot send");
            pages::broken()
        })
    }

    fn redirected(&self, parameter: &str, xml: &str, destination: &str, relay_state: Option<&str>) -> Option<Response> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(xml.as_bytes()).ok()?;
        let packed = STANDARD.encode(encoder.finish().ok()?);
        let mut query = Serializer::new(String::new());
        query.append_pair(parameter, &packed);
        if let Some(relay_state) = relay_state {
            query.append_pair("RelayState", relay_state);
        }
        let signed = query.append_pair("SigAlg", RSA_SHA256).finish();
        let signature = STANDARD.encode(self.signer.sign_query(&signed).ok()?);
        let signature = Serializer::new(String::new())
            .append_pair("Signature", &signature)
            .finish();
        let separator = if destination.contains('?') { '&' } else { '?' };
        let location = HeaderValue::from_str(&format!("{destination}{separator}{signed}&{signature}")).ok()?;
        Some((StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response())
    }
}
