//! `grant_type=client_credentials` (RFC 6749 §4.4): a client on its own behalf, with nobody behind it.

use super::{GrantType, Reason, Refused};
use crate::oidc::authorize::SCOPES;
use crate::oidc::client::{Client, ClientAuthMethod};
use crate::oidc::parameters::{Parameters, words};
use std::collections::BTreeSet;

/// Everything that may stand once; `resource` may come more often.
const KNOWN: &[&str] = &["grant_type", "scope"];

/// The scopes of the token that `client`, already authenticated, gets.
///
/// # Errors
/// The first reason against, in this order.
pub fn check(client: &Client, parameters: &Parameters) -> Result<BTreeSet<String>, Refused> {
    if let Some(name) = parameters.repeated(KNOWN) {
        return Err(Reason::RepeatedParameter(name).into());
    }
    // RFC 6749 §4.4: "MUST only be used by confidential clients".
    let confidential = client.auth_method != ClientAuthMethod::None;
    if !confidential || !client.metadata.grant_types.contains(&GrantType::ClientCredentials) {
        return Err(Reason::GrantTypeNotRegistered.into());
    }
    let own = own_scopes(client);
    let Some(scope) = parameters.get("scope") else {
        // RFC 6749 §3.3: "process the request using a pre-defined default value".
        return Ok(own);
    };
    let asked: BTreeSet<String> = words(Some(scope)).map(str::to_owned).collect();
    if !asked.is_subset(&own) {
        return Err(Reason::WiderScope.into());
    }
    Ok(asked)
}

/// Scopes that mean something when nobody signed in: none of ours does.
fn own_scopes(client: &Client) -> BTreeSet<String> {
    let ours = |scope: &&String| SCOPES.contains(&scope.as_str());
    client.scopes.iter().filter(|scope| !ours(scope)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oidc::error::ErrorCode;
    use crate::oidc::samples;

    fn machine() -> Client {
        let mut client = samples::client();
        client.metadata.grant_types = BTreeSet::from([GrantType::ClientCredentials]);
        client.scopes = ["openid", "profile", "invoices:read", "invoices:write"]
            .map(str::to_owned)
            .into();
        client
    }

    fn scopes(client: &Client, form: &str) -> Result<Vec<String>, Reason> {
        check(client, &Parameters::parse(form).unwrap())
            .map(|scopes| scopes.into_iter().collect())
            .map_err(|refused| refused.reason)
    }

    #[test]
    fn a_machine_gets_what_it_registered_or_less_and_nothing_about_people() {
        assert_eq!(scopes(&machine(), "").unwrap(), ["invoices:read", "invoices:write"]);
        assert_eq!(scopes(&machine(), "scope=invoices:read").unwrap(), ["invoices:read"]);
        for wider in ["openid", "profile+invoices:read", "invoices:delete"] {
            assert_eq!(
                scopes(&machine(), &format!("scope={wider}")),
                Err(Reason::WiderScope),
                "{wider}"
            );
        }
    }

    #[test]
    fn a_public_client_or_one_that_did_not_register_the_grant_gets_nothing() {
        let mut public = machine();
        public.auth_method = ClientAuthMethod::None;
        assert_eq!(scopes(&public, ""), Err(Reason::GrantTypeNotRegistered));
        assert_eq!(scopes(&samples::client(), ""), Err(Reason::GrantTypeNotRegistered));
        assert_eq!(
            Refused::from(Reason::GrantTypeNotRegistered).code,
            ErrorCode::UnauthorizedClient
        );
        assert_eq!(
            scopes(&machine(), "scope=a&scope=b"),
            Err(Reason::RepeatedParameter("scope"))
        );
    }
}
