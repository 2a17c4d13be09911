//! A login for a device that has no browser of its own.

use chrono::{DateTime, Utc};
use protocol::oidc::SecretHash;
use protocol::oidc::authorize::AuthorizationRequest;
use protocol::oidc::device::{UserCode, WaitingDevice};
use protocol::oidc::grant::Code;
use serde::{Deserialize, Serialize};

/// What is connected, once its citizen signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceLogin {
    /// SHA-256 of the device code: the code of the grant that this login ends in.
    pub code: SecretHash,
    /// What the device shows.
    pub user_code: UserCode,
    /// What its client asks for.
    pub request: AuthorizationRequest,
    /// First instant at which it waits in vain.
    pub expires_at: DateTime<Utc>,
    /// The citizen said that it is theirs. Nobody signs in for a device before (RFC 8628 §5.4).
    pub confirmed: bool,
}

impl DeviceLogin {
    /// For a device that waits.
    pub fn of(device: WaitingDevice) -> DeviceLogin {
        DeviceLogin {
            code: device.code,
            user_code: device.user_code,
            request: device.request,
            expires_at: device.expires_at,
            confirmed: false,
        }
    }

    /// The code of the grant. The device may come for it at least until `least`, though its citizen was done in the last
    /// moment.
    pub fn code(&self, least: DateTime<Utc>) -> Code {
        Code {
            hash: self.code,
            expires_at: self.expires_at.max(least),
            redeemed_at: None,
            redirect_uri: String::new(),
            challenge: None,
        }
    }
}
