//! `urn:ietf:params:oauth:grant-type:device_code` (RFC 8628 §3.4): a device asks whether its citizen is done.
//!
//! The device code is the code of the grant that the citizen's login ends in, so that it is redeemed like any other. Before
//! that there is no grant, and only the device that waits.

use super::{Grant, GrantType, Reason, Refused};
use crate::oidc::client::Client;
use crate::oidc::device::WaitingDevice;
use crate::oidc::parameters::Parameters;
use chrono::{DateTime, Utc};

/// Everything that may stand once; `resource` may come more often.
const KNOWN: &[&str] = &["grant_type", "device_code"];

/// The device code of a request of `client`, already authenticated.
///
/// # Errors
/// `invalid_request`, or `unauthorized_client` when it did not register the grant.
pub fn code<'a>(parameters: &'a Parameters, client: &Client) -> Result<&'a str, Refused> {
    if let Some(name) = parameters.repeated(KNOWN) {
        return Err(Reason::RepeatedParameter(name).into());
    }
    if !client.metadata.grant_types.contains(&GrantType::DeviceCode) {
        return Err(Reason::GrantTypeNotRegistered.into());
    }
    parameters
        .get("device_code")
        .ok_or_else(|| Reason::DeviceCodeMissing.into())
}

/// Whether `client` may redeem the code of `grant` as that of a device.
///
/// # Errors
/// The first reason against, in this order. After [`Reason::Reused`] the caller ends the grant.
pub fn check(grant: &Grant, client: &Client, now: DateTime<Utc>) -> Result<(), Refused> {
    if grant.client_id != client.id {
        return Err(Reason::OtherClient.into());
    }
    // A code that went through a browser is exchanged with its redirect URI and its verifier.
    if !grant.code.redirect_uri.is_empty() {
        return Err(Reason::UnknownCode.into());
    }
    if grant.code.redeemed_at.is_some() {
        return Err(Reason::Reused.into());
    }
    if grant.ended_at.is_some() {
        return Err(Reason::Ended.into());
    }
    if now > grant.code.expires_at {
        return Err(Reason::DeviceExpired.into());
    }
    Ok(())
}

/// Why a device gets nothing yet, or nothing at all; `soon`: it asks more often than it was told.
pub fn waits(device: Option<&WaitingDevice>, client: &Client, soon: bool, now: DateTime<Utc>) -> Reason {
    match device {
        None => Reason::UnknownCode,
        Some(device) if device.request.client_id != client.id => Reason::OtherClient,
        Some(device) if device.refused => Reason::DeviceRefused,
        Some(device) if now >= device.expires_at => Reason::DeviceExpired,
        Some(_) if soon => Reason::AskedTooSoon,
        Some(_) => Reason::DeviceWaits,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oidc::device::UserCode;
    use crate::oidc::error::ErrorCode;
    use crate::oidc::samples;

    fn client() -> Client {
        let mut client = samples::client();
        client.metadata.grant_types.insert(GrantType::DeviceCode);
        client
    }

    fn grant() -> Grant {
        let mut grant = samples::grant();
        grant.code.redirect_uri.clear();
        grant.code.challenge = None;
        grant
    }

    fn changed(change: impl FnOnce(&mut Grant)) -> Result<(), Reason> {
        let mut grant = grant();
        change(&mut grant);
        check(&grant, &client(), samples::now()).map_err(|refused| refused.reason)
    }

    #[test]
    fn the_code_of_a_device_is_redeemed_once_in_time_by_its_client() {
        assert_eq!(changed(|_| {}), Ok(()));
        assert_eq!(
            changed(|grant| grant.client_id = "other".to_owned()),
            Err(Reason::OtherClient)
        );
        assert_eq!(
            changed(|grant| grant.code.redeemed_at = Some(samples::now())),
            Err(Reason::Reused)
        );
        assert_eq!(
            changed(|grant| grant.ended_at = Some(samples::now())),
            Err(Reason::Ended)
        );
        assert_eq!(
            changed(|grant| grant.code.expires_at = samples::now()),
            Ok(()),
            "the last instant"
        );
        assert_eq!(
            changed(|grant| grant.code.expires_at = samples::after(-1)),
            Err(Reason::DeviceExpired)
        );
    }

    #[test]
    fn attack_35_a_code_that_went_through_a_browser_is_no_device_code() {
        let by_browser = changed(|grant| grant.code.redirect_uri = "https://suap.example.it/cb".to_owned());
        assert_eq!(by_browser, Err(Reason::UnknownCode));
    }

    #[test]
    fn a_device_that_waits_is_told_what_rfc_8628_says() {
        let device = |refused, expires_at| WaitingDevice {
            code: [1; 32],
            user_code: UserCode::read("WDJBMJHT").unwrap(),
            request: samples::device_request(),
            expires_at,
            refused,
        };
        let (waiting, late) = (device(false, samples::after(1)), device(false, samples::now()));
        let refused = device(true, samples::after(1));
        let mut other = client();
        other.id = "other".to_owned();
        let word = |device, client: &Client, soon| Refused::from(waits(device, client, soon, samples::now())).code;
        assert_eq!(word(Some(&waiting), &client(), false), ErrorCode::AuthorizationPending);
        assert_eq!(word(Some(&waiting), &client(), true), ErrorCode::SlowDown);
        assert_eq!(word(Some(&late), &client(), false), ErrorCode::ExpiredToken);
        assert_eq!(word(Some(&refused), &client(), true), ErrorCode::AccessDenied);
        assert_eq!(word(Some(&waiting), &other, false), ErrorCode::InvalidGrant);
        assert_eq!(word(None, &client(), false), ErrorCode::InvalidGrant);
    }

    #[test]
    fn who_did_not_register_it_or_names_no_code_is_told_so() {
        let read = |client: &Client, form: &str| {
            code(&Parameters::parse(form).unwrap(), client)
                .map(str::to_owned)
                .map_err(|refused| refused.code)
        };
        assert_eq!(read(&client(), "device_code=d"), Ok("d".to_owned()));
        assert_eq!(read(&client(), ""), Err(ErrorCode::InvalidRequest));
        assert_eq!(
            read(&client(), "device_code=d&device_code=d"),
            Err(ErrorCode::InvalidRequest)
        );
        assert_eq!(
            read(&samples::client(), "device_code=d"),
            Err(ErrorCode::UnauthorizedClient)
        );
    }
}
