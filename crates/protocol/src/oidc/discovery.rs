//! The provider's metadata (OpenID Connect Discovery 1.0 §3, RFC 8414): nothing here that is not true.

use super::authorize::SCOPES;
use super::claims::{COMPANY, FISCAL_NUMBER, SPID};
use super::dpop;
use crate::jose::Algorithm;
use domain::person::Level;
use serde_json::{Value, json};

/// How clients prove who they are (RFC 7591 §2).
const METHODS: [&str; 4] = ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"];
/// The same, without those that prove nothing.
const CONFIDENTIAL: [&str; 3] = ["client_secret_basic", "client_secret_post", "private_key_jwt"];

/// What `/.well-known/openid-configuration` answers for `issuer` (no slash at its end).
pub fn metadata(issuer: &str) -> Value {
    let at = |path: &str| format!("{}{path}", issuer.trim_end_matches('/'));
    let levels = [Level::L1, Level::L2, Level::L3].map(Level::spid_uri);
    json!({
        "issuer": issuer,
        "authorization_endpoint": at("/authorize"),
        "token_endpoint": at("/token"),
        "userinfo_endpoint": at("/userinfo"),
        "jwks_uri": at("/jwks"),
        "end_session_endpoint": at("/logout"),
        "revocation_endpoint": at("/revoke"),
        "introspection_endpoint": at("/introspect"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": METHODS,
        "token_endpoint_auth_signing_alg_values_supported": Algorithm::ALL,
        "revocation_endpoint_auth_methods_supported": METHODS,
        "revocation_endpoint_auth_signing_alg_values_supported": Algorithm::ALL,
        // A public client could only guess here.
        "introspection_endpoint_auth_methods_supported": CONFIDENTIAL,
        "introspection_endpoint_auth_signing_alg_values_supported": Algorithm::ALL,
        "dpop_signing_alg_values_supported": dpop::ALGORITHMS,
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": Algorithm::ALL,
        "scopes_supported": SCOPES,
        "claims_supported": claims(),
        "claim_types_supported": ["normal"],
        "acr_values_supported": levels,
        // `consent` is read, but nobody is asked: what a public body releases rests on law, not on consent.
        "prompt_values_supported": ["none", "login", "select_account"],
        "ui_locales_supported": ["it", "en", "de"],
        "authorization_response_iss_parameter_supported": true,
        // An essential acr is honoured; single claims are not released one by one, scopes decide.
        "claims_parameter_supported": false,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
    })
}

fn claims() -> Vec<&'static str> {
    const ALWAYS: &[&str] = &[
        "iss",
        "sub",
        "aud",
        "exp",
        "iat",
        "auth_time",
        "nonce",
        "sid",
        "acr",
        "amr",
        "at_hash",
        "organization",
        "org_id",
        "roles",
        "name",
        "given_name",
        "family_name",
        "birthdate",
        "gender",
        "email",
        "phone_number",
        FISCAL_NUMBER,
    ];
    ALWAYS
        .iter()
        .chain(SPID.iter().chain(COMPANY).map(|(_, claim)| claim))
        .copied()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_metadata_of_this_slice() {
        insta::assert_json_snapshot!(metadata("https://login.ente.example.it"));
    }

    #[test]
    fn every_endpoint_lies_under_the_issuer() {
        let metadata = metadata("http://localhost:8080");
        for (name, value) in metadata.as_object().unwrap() {
            if name.ends_with("_endpoint") || name == "jwks_uri" {
                assert!(value.as_str().unwrap().starts_with("http://localhost:8080/"), "{name}");
            }
        }
    }
}
