//! What an authorisation request asked for beyond its scopes, kept with the grant.

use crate::oidc::authorization_details::ActingAs;
use crate::oidc::claims::ClaimsRequest;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Nothing in it widens what the client may have: it was checked against the registration when it was asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Single claims (OpenID Connect Core §5.5), of those that the client's scopes may release.
    pub claims: ClaimsRequest,
    /// Resources that its access tokens are for (RFC 8707 §2), of those that the client registered.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub resources: BTreeSet<String>,
    /// For whom the person was to act (RFC 9396).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization_details: Option<ActingAs>,
    /// Thumbprint of the key to which the code is bound (RFC 9449 §10).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dpop_jkt: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_from_before_asked_for_nothing() {
        assert_eq!(serde_json::from_str::<Asked>("{}").unwrap(), Asked::default());
    }
}
