//! `/token`: an authenticated client, and the grant type that says the rest.

use super::client_credentials::client_credentials;
use super::exchange_code::exchange_code;
use super::exchange_token::exchange_token;
use super::issue::Tokens;
use super::redeem_device::redeem_device;
use super::refresh::refresh;
use super::{Call, Refused, call, client};
use crate::flow::{Deps, FlowError};
use protocol::oidc::client::Client;
use protocol::oidc::confirmation::{Confirmation, Held, bind};
use protocol::oidc::grant::{self, GrantType};
use protocol::oidc::parameters::Parameters;

/// Who asks for tokens.
pub(super) struct Caller<'a> {
    /// Authenticated.
    pub(super) client: &'a Client,
    /// What it proved to have.
    pub(super) held: &'a Held,
    /// What its access tokens are bound to, whatever the grant.
    pub(super) confirmation: Option<Confirmation>,
}

/// Answers a token request.
///
/// # Errors
/// [`FlowError`] when a store fails or a key does not sign.
pub async fn token(deps: &Deps, call: &Call<'_>) -> Result<Result<Tokens, Refused>, FlowError> {
    let now = deps.clock.now();
    let parameters = match Parameters::parse(call.form) {
        Ok(parameters) => parameters,
        Err(error) => return Ok(Err(Refused::because(&error))),
    };
    let client = match client::authenticate(deps, call, &parameters, now).await? {
        Ok(client) => client,
        Err(refused) => return Ok(Err(refused)),
    };
    let held = match call::held(deps, call, None, now).await? {
        Ok(held) => held,
        Err(reason) => return Ok(Err(Refused::because(&reason))),
    };
    let caller = match bind(&client, &held) {
        Ok(confirmation) => Caller {
            client: &client,
            held: &held,
            confirmation,
        },
        Err(reason) => return Ok(Err(Refused::because(&reason))),
    };
    match grant::grant_type(&parameters) {
        Ok(GrantType::AuthorizationCode) => exchange_code(deps, &caller, &parameters, now).await,
        Ok(GrantType::RefreshToken) => refresh(deps, &caller, &parameters, now).await,
        Ok(GrantType::ClientCredentials) => client_credentials(deps, &caller, &parameters, now).await,
        Ok(GrantType::TokenExchange) => exchange_token(deps, &caller, &parameters, now).await,
        Ok(GrantType::DeviceCode) => redeem_device(deps, &caller, &parameters, now).await,
        Err(refused) => Ok(Err(Refused::because(&refused.reason))),
    }
}
