//! Ourselves, as identity providers know us.

use super::bindings::Binding;

/// One service provider record: one entityID, one metadata document. Its figures are registered with
/// AgID; changing one means registering again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceProvider {
    /// The entityID, also `uri` in the certificate and Audience of every assertion.
    pub entity_id: String,
    /// Where Responses are posted (AssertionConsumerService index 0).
    pub acs_url: String,
    /// How AuthnRequests travel to an identity provider that takes both.
    pub binding: Binding,
    /// Where logout messages come.
    pub slo_url: String,
    /// What is asked (AttributeConsumingService index 0), SPID names. A Response without one of them
    /// is refused.
    pub attributes: Vec<String>,
    /// (language, name of the service), Italian first.
    pub service_names: Vec<(String, String)>,
    /// One full triple for each language, Italian first.
    pub organisation: Vec<OrganisationName>,
    /// Code in the public bodies' register.
    pub ipa_code: String,
    /// Institutional address of the `other` contact (Avviso 29).
    pub email: String,
    /// `+39…`, no spaces.
    pub telephone: Option<String>,
    /// With country prefix: `IT01234560587`.
    pub vat_number: Option<String>,
    /// Fiscal code of the body.
    pub fiscal_code: Option<String>,
}

/// The organisation in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganisationName {
    /// `xml:lang`.
    pub language: String,
    /// Full legal name, the same as `O` in the certificate.
    pub name: String,
    /// What the identity provider shows the citizen.
    pub display_name: String,
    /// Home page.
    pub url: String,
}
