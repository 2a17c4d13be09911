//! What portals see.

pub mod authorize;
mod call;
pub mod client;
pub mod exchange_code;
pub mod introspect;
pub mod issue;
pub mod logout;
pub mod refresh;
pub mod revoke;
pub mod token;
pub mod userinfo;

pub use call::{Call, proved_key};

use protocol::oidc::error::{Coded, ErrorCode};

/// Why a client does not get what it asked for: the RFC's word, and the reason for the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Outside.
    pub code: ErrorCode,
    /// Inside.
    pub reason: String,
}

impl Refused {
    fn because<R: Coded>(reason: &R) -> Refused {
        Refused {
            code: reason.code(),
            reason: reason.to_string(),
        }
    }
}
