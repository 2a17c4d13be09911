//! Ourselves, as identity providers know us.

use super::bindings::Binding;

/// One service provider record: one entityID, one metadata document. Its figures are registered with
/// AgID or the Ministry; changing one means registering again.
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
    /// Who answers for it. SPID and CIE know different kinds of contact, which exclude each other.
    pub contact: Contact,
}

/// Who answers for a record, in the words of its register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Contact {
    /// For AgID.
    Spid(SpidContact),
    /// For the Ministry.
    Cie(Box<CieContacts>),
}

/// The `other` contact of a public body (Avviso 29).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpidContact {
    /// Code in the public bodies' register.
    pub ipa_code: String,
    /// Institutional address.
    pub email: String,
    /// `+39…`, no spaces.
    pub telephone: Option<String>,
    /// With country prefix: `IT01234560587`.
    pub vat_number: Option<String>,
    /// Fiscal code of the body.
    pub fiscal_code: Option<String>,
}

/// `administrative`: the body itself. `technical`: its technology partner, if it has one (CIE, manuale
/// operativo, "ContactPerson").
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CieContacts {
    /// The body; its `Company` is the OrganizationName.
    pub administrative: CieContact,
    /// The partner.
    pub technical: Option<CieContact>,
}

/// One contact in CIE metadata.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CieContact {
    /// A public body or a private one.
    pub body: CieBody,
    /// Name of the partner; of the administrative contact the OrganizationName is taken.
    pub company: Option<String>,
    /// With country prefix: `IT01234560587`. Private bodies must have one.
    pub vat_number: Option<String>,
    /// Private bodies must have one.
    pub fiscal_code: Option<String>,
    /// Economic activities (NACE rev. 2: `J.62.01`, `62.01`). Private bodies must have one at least.
    pub nace2_codes: Vec<String>,
    /// Belfiore code of the municipality of the seat: `H501`.
    pub municipality: String,
    /// Two letters: `RM`.
    pub province: Option<String>,
    /// Two letters, of foreign bodies.
    pub country: Option<String>,
    /// Institutional address.
    pub email: String,
    /// `+39…`, no spaces.
    pub telephone: Option<String>,
}

/// What a body is to the Ministry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CieBody {
    /// In the public bodies' register.
    Public {
        /// Its code there.
        ipa_code: String,
        /// Its category there (`L6`), where the Ministry wants it.
        ipa_category: Option<String>,
    },
    /// Anybody else.
    Private,
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
