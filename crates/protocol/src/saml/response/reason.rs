//! Why a Response is not accepted: for the log and the tests. The citizen reads something else.

use crate::saml::anomalies::Anomaly;
use crate::xml::signature::SignatureError;
use crate::xml::{Repeated, XmlError};
use std::fmt;

/// Why there is no identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// Nobody's Response: answer 400.
    #[error("malformed: {0}")]
    Malformed(#[from] Malformed),
    /// The identity provider says it did not work: a page in the citizen's words.
    #[error("identity provider answered with an error, code {:?}", .0.code)]
    Anomaly(Anomaly),
    /// A Response that must not be believed: answer 403.
    #[error(transparent)]
    Refused(#[from] Refused),
}

/// Why a message cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// Longer than any Response.
    #[error("too large")]
    TooLarge,
    /// Not base64.
    #[error("not base64")]
    NotBase64,
    /// Not UTF-8.
    #[error("not UTF-8")]
    NotUtf8,
    /// Not XML that we read.
    #[error("{0}")]
    Xml(XmlError),
    /// The document element is not samlp:Response.
    #[error("not a Response")]
    NotAResponse,
    /// More than one Assertion, or one that is not a child of the Response.
    #[error("more than one assertion, or one in the wrong place")]
    Assertions,
    /// SPID and CIE encrypt nothing; an encrypted assertion cannot be checked before it is opened.
    #[error("encrypted assertion")]
    Encrypted,
    /// An element that may stand once stands twice.
    #[error("element repeated")]
    Repeated,
    /// An element that has no place there.
    #[error("unexpected element")]
    Unexpected,
}

impl From<Repeated> for Malformed {
    fn from(_: Repeated) -> Malformed {
        Malformed::Repeated
    }
}

/// One broken rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("case {case}: {reason}")]
pub struct Refused {
    /// AgID's test number (`"66"`; several when one document is the example of several cases), or
    /// `"own"` for a rule that AgID does not number.
    pub case: &'static str,
    /// What is wrong where.
    pub reason: Reason,
}

/// What is wrong where; says nothing of the contents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reason {
    /// Path of the element or attribute.
    pub at: &'static str,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong with a part of the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Not there.
    Missing,
    /// There, without content.
    Empty,
    /// Not written as it must be.
    Format,
    /// Another value than the only right one.
    Mismatch,
    /// Before the request, or not valid yet.
    TooEarly,
    /// In the future, or not valid any more.
    TooLate,
    /// A weaker level than was asked.
    TooWeak,
    /// More than once.
    Repeated,
    /// The signature.
    Signature(SignatureError),
}

impl Reason {
    /// A word or two for the log: `Assertion/Conditions/@NotBefore too-early`.
    pub fn name(&self) -> String {
        self.to_string()
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.at, self.fault)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Missing => f.write_str("missing"),
            Fault::Empty => f.write_str("empty"),
            Fault::Format => f.write_str("format"),
            Fault::Mismatch => f.write_str("mismatch"),
            Fault::TooEarly => f.write_str("too-early"),
            Fault::TooLate => f.write_str("too-late"),
            Fault::TooWeak => f.write_str("too-weak"),
            Fault::Repeated => f.write_str("repeated"),
            Fault::Signature(error) => write!(f, "{error}"),
        }
    }
}

impl Rejection {
    /// A word or two for the log, whatever the kind; holds nothing of the message.
    pub fn name(&self) -> String {
        self.to_string()
    }
}
