//! Why a logout message is not acted upon: for the log and the tests.

use crate::saml::response::{self, Fault, Reason, Refused};
use crate::xml::{Repeated, XmlError};

/// Why a message cannot be read: answer 400.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// Neither or both of SAMLRequest and SAMLResponse, a parameter that came twice, an unknown encoding, a
    /// RelayState that is far too long.
    #[error("parameters missing or ambiguous")]
    Parameters,
    /// Longer than any logout message, packed or unpacked.
    #[error("too large")]
    TooLarge,
    /// Not base64.
    #[error("not base64")]
    NotBase64,
    /// Not DEFLATE, or not UTF-8.
    #[error("not a compressed text")]
    NotText,
    /// Not XML that we read.
    #[error("{0}")]
    Xml(XmlError),
    /// The document element is not the LogoutRequest or LogoutResponse that the parameter promises.
    #[error("not a logout message")]
    NotALogoutMessage,
    /// An element that stands twice, or has no place there.
    #[error("{0}")]
    Shape(#[from] response::Malformed),
}

impl From<Repeated> for Malformed {
    fn from(repeated: Repeated) -> Malformed {
        Malformed::Shape(repeated.into())
    }
}

/// Why nothing is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// Nobody's message: answer 400.
    #[error("malformed: {0}")]
    Malformed(#[from] Malformed),
    /// One that must not be believed: answer 403.
    #[error(transparent)]
    Refused(#[from] Refused),
}

impl From<response::Malformed> for Rejection {
    fn from(malformed: response::Malformed) -> Rejection {
        Rejection::Malformed(malformed.into())
    }
}

/// Broken rules of logout have no AgID number.
pub(super) fn refused(at: &'static str, fault: Fault) -> Refused {
    Refused {
        case: "own",
        reason: Reason { at, fault },
    }
}

pub(super) fn missing(at: &'static str) -> Refused {
    refused(at, Fault::Missing)
}
