//! `/device_authorization`: a device asks for the codes that it shows and keeps (RFC 8628 §3.1, §3.2).

use super::request::heed_hint;
use super::{Call, Refused, client};
use crate::flow::{Deps, FlowError};
use chrono::{DateTime, TimeDelta, Utc};
use protocol::oidc::authorize::{AuthorizationRequest, check_device};
use protocol::oidc::device::{INTERVAL, LIFETIME, UserCode, WaitingDevice};
use protocol::oidc::grant::{GrantType, Reason};
use protocol::oidc::hash_secret;
use protocol::oidc::parameters::Parameters;
use std::fmt;

/// How often a code is drawn before somebody is told to come back later: by then every second code would be in use.
const DRAWS: usize = 8;

/// What the device gets.
#[derive(Clone, PartialEq, Eq)]
pub struct DeviceCodes {
    /// What it comes back with.
    pub device_code: String,
    /// What it shows.
    pub user_code: UserCode,
    /// Where the citizen goes.
    pub verification_uri: String,
    /// The same, with the code: for a QR code.
    pub verification_uri_complete: String,
    /// How long it waits.
    pub expires_in: TimeDelta,
    /// How long between two questions.
    pub interval: TimeDelta,
}

impl fmt::Debug for DeviceCodes {
    /// Never the codes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceCodes").finish_non_exhaustive()
    }
}

/// Takes what a device asks for, and gives it its codes.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn device_authorization(deps: &Deps, call: &Call<'_>) -> Result<Result<DeviceCodes, Refused>, FlowError> {
    let now = deps.clock.now();
    let parameters = match Parameters::parse(call.form) {
        Ok(parameters) => parameters,
        Err(error) => return Ok(Err(Refused::because(&error))),
    };
    let client = match client::authenticate(deps, call, &parameters, now).await? {
        Ok(client) => client,
        Err(refused) => return Ok(Err(refused)),
    };
    if !client.metadata.grant_types.contains(&GrantType::DeviceCode) {
        return Ok(Err(Refused::because(&Reason::GrantTypeNotRegistered)));
    }
    let mut request = match check_device(&parameters, &client) {
        Ok(request) => request,
        Err(refused) => return Ok(Err(Refused::because(&refused.reason))),
    };
    heed_hint(deps, &client, &parameters, &mut request).await?;
    let device_code = deps.random.secret();
    let device = waiting(deps, &device_code, request, now).await?;
    let verification_uri = format!("{}/device", deps.settings.issuer);
    Ok(Ok(DeviceCodes {
        verification_uri_complete: format!("{verification_uri}?user_code={}", device.user_code),
        verification_uri,
        device_code,
        user_code: device.user_code,
        expires_in: LIFETIME,
        interval: INTERVAL,
    }))
}

/// The device, stored and to be found by a code that no other one shows.
async fn waiting(
    deps: &Deps,
    device_code: &str,
    request: AuthorizationRequest,
    now: DateTime<Utc>,
) -> Result<WaitingDevice, FlowError> {
    for _ in 0..DRAWS {
        let Some(user_code) = UserCode::draw(&deps.random.bytes::<32>()) else {
            continue;
        };
        let device = WaitingDevice {
            code: hash_secret(device_code),
            user_code,
            request: request.clone(),
            expires_at: now.checked_add_signed(LIFETIME).unwrap_or(now),
            refused: false,
        };
        if deps.store.brief.add_user_code(&device, now).await? {
            deps.store.brief.put_device(&device, now).await?;
            return Ok(device);
        }
    }
    Err(FlowError::Message("no free user code".to_owned()))
}
