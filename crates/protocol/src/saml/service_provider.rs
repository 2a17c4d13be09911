//! Ourselves, as identity providers know us.

use super::bindings::Binding;
use super::{AttributeSet, Role};

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
    /// AttributeConsumingService index 0, names of the register's: what everybody is asked.
    pub attributes: Vec<String>,
    /// Further ones, for clients that need more. A Response without an attribute that was asked is refused.
    pub attribute_sets: Vec<AttributeSet>,
    /// (language, name of the service), Italian first.
    pub service_names: Vec<(String, String)>,
    /// One full triple for each language, Italian first.
    pub organisation: Vec<OrganisationName>,
    /// Published beside the certificate of the key that signs: the next one, until it takes over, or the last
    /// one after that. DER.
    pub second_certificate: Option<Vec<u8>>,
    /// Who answers for it. SPID and CIE know different kinds of contact, which exclude each other.
    pub contact: Contact,
}

/// Who answers for a record, in the words of its register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Contact {
    /// For AgID.
    Spid(Box<SpidContact>),
    /// For the Ministry.
    Cie(Box<CieContacts>),
}

/// Whom the `other` contact names (Avviso 29), and in which role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpidContact {
    /// In which role we are registered.
    pub role: Role,
    /// Code in the public bodies' register; empty for a private body.
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
