//! What portals see.

mod access_token;
mod answer;
pub mod authorize;
pub mod backchannel_logout;
mod call;
pub mod client;
mod client_credentials;
pub mod client_keys;
pub mod device_authorization;
pub mod exchange_code;
mod exchange_token;
pub mod introspect;
pub mod issue;
pub mod lapsed_mandates;
pub mod logo;
pub mod logout;
mod mtls;
pub mod origins;
pub mod par;
mod protect;
mod redeem_device;
pub mod refresh;
pub mod registration;
mod request;
pub mod revoke;
mod standing;
mod target;
pub mod token;
pub mod userinfo;

pub use answer::answer;
pub use call::{Call, proved_key};
pub use mtls::Mtls;

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
