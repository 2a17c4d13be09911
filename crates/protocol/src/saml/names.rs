//! Names of the SAML 2.0 standard, of SPID and of CIE.

/// Metadata namespace.
pub const MD: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
/// Protocol namespace.
pub const SAMLP: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
/// Assertion namespace.
pub const SAML: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
/// SPID extensions of the metadata (Avviso 29).
pub const SPID: &str = "https://spid.gov.it/saml-extensions";
/// CIE extensions of the metadata.
pub const CIE: &str = "https://www.cartaidentita.interno.gov.it/saml-extensions";
/// `xml:` attributes.
pub const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// NameID format: a new name at each authentication.
pub const TRANSIENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";
/// Issuer format.
pub const ENTITY: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity";
/// Subject confirmation: whoever brings it.
pub const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
/// Attribute name format.
pub const BASIC: &str = "urn:oasis:names:tc:SAML:2.0:attrname-format:basic";

/// HTTP-Redirect binding.
pub const REDIRECT: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";
/// HTTP-POST binding.
pub const POST: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";

/// Status: it worked.
pub const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";
/// Second-level status of a logout: somewhere a session may go on.
pub const PARTIAL_LOGOUT: &str = "urn:oasis:names:tc:SAML:2.0:status:PartialLogout";
