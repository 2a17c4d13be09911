//! In which role a SPID service provider is registered: which contacts its metadata name, and which marks
//! they bear (Avviso 29 v3; aggregators and operators: Avviso 19 v4).

/// The role. Whoever the metadata's Organization names is described by the service provider record itself;
/// what the role adds is here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Role {
    /// A public body for itself.
    #[default]
    Public,
    /// A private body for itself.
    Private(Box<Billing>),
    /// A public body, through an aggregator. "Light" when there is a certificate by which the aggregator
    /// validates what the body signs, DER.
    PublicAggregator {
        /// Who aggregates.
        aggregator: Box<Party>,
        /// "Light": `spid:KeyDescriptor use="spid:validation"`.
        validation: Option<Vec<u8>>,
    },
    /// A private body, through an aggregator.
    PrivateAggregator {
        /// Who aggregates.
        aggregator: Box<Party>,
        /// "Light".
        validation: Option<Vec<u8>>,
        /// Who pays.
        billing: Box<Billing>,
    },
    /// A manager of public services, for itself ("full").
    PublicOperator,
    /// A manager of public services for a public body ("light").
    PublicOperatorLight {
        /// The public body.
        aggregated: Box<Party>,
        /// The operator's validation certificate, DER.
        validation: Vec<u8>,
    },
}

/// A body that a contact names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Full legal name.
    pub name: String,
    /// Code in the public bodies' register.
    pub ipa_code: Option<String>,
    /// With country prefix.
    pub vat_number: Option<String>,
    /// Fiscal code.
    pub fiscal_code: Option<String>,
    /// Institutional address; an aggregated body may have none.
    pub email: Option<String>,
    /// `+39…`, no spaces.
    pub telephone: Option<String>,
}

/// To whom the identity providers' invoices go (`fpa:CessionarioCommittente`, private bodies only).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Billing {
    /// Country and VAT number, which is the one or the other or both with the fiscal code.
    pub vat_number: Option<(String, String)>,
    /// Fiscal code.
    pub fiscal_code: Option<String>,
    /// Company name.
    pub name: String,
    /// Street and number, town, post code, province, country.
    pub seat: Seat,
    /// Where questions about invoices go.
    pub email: String,
    /// `+39…`, no spaces.
    pub telephone: Option<String>,
    /// Who issues the invoices in its place, if somebody does.
    pub intermediary: Option<String>,
}

/// `fpa:Sede`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// Street.
    pub street: String,
    /// Number in the street.
    pub number: Option<String>,
    /// Five digits.
    pub post_code: String,
    /// Town.
    pub town: String,
    /// Two capital letters.
    pub province: Option<String>,
    /// ISO 3166, two capital letters.
    pub country: String,
}

impl Role {
    /// The activity code that an entityID must contain (Avviso 19 v4); `None` for a body for itself.
    pub fn activity_code(&self) -> Option<&'static str> {
        let mode = |light: bool, full: &'static str, lite: &'static str| Some(if light { lite } else { full });
        match self {
            Role::Public | Role::Private(_) => None,
            Role::PublicAggregator { validation, .. } => mode(validation.is_some(), "pub-ag-full", "pub-ag-lite"),
            Role::PrivateAggregator { validation, .. } => mode(validation.is_some(), "pri-ag-full", "pri-ag-lite"),
            Role::PublicOperator => Some("pub-op-full"),
            Role::PublicOperatorLight { .. } => Some("pub-op-lite"),
        }
    }

    /// Whether the certificate follows the rules of the private sector.
    pub fn is_private(&self) -> bool {
        matches!(self, Role::Private(_) | Role::PrivateAggregator { .. })
    }
}
