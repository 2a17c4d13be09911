//! The provider's metadata (OpenID Connect Discovery 1.0 §3, RFC 8414): nothing here that is not true.

use super::authorization_details::ACTING_AS;
use super::authorize::{ResponseMode, SCOPES};
use super::claims::{CNS, COMPANY, FISCAL_NUMBER, SPID};
use super::dpop;
use crate::jose::{Algorithm, ContentEncryption, KeyManagement};
use domain::person::Level;
use serde_json::{Value, json};

/// How clients prove who they are (RFC 7591 §2).
const METHODS: [&str; 4] = ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"];
/// The same, without those that prove nothing.
const CONFIDENTIAL: [&str; 3] = ["client_secret_basic", "client_secret_post", "private_key_jwt"];

/// What `/.well-known/openid-configuration` answers for `issuer` (no slash at its end); `cards`: people can sign in by card.
pub fn metadata(issuer: &str, cards: bool) -> Value {
    let mut metadata = endpoints(issuer);
    if let (Value::Object(all), Value::Object(more)) = (&mut metadata, authorization(issuer, cards)) {
        all.extend(more);
    }
    metadata
}

/// Where things are, and how clients prove who they are there.
fn endpoints(issuer: &str) -> Value {
    let at = |path: &str| format!("{}{path}", issuer.trim_end_matches('/'));
    json!({
        "issuer": issuer,
        "authorization_endpoint": at("/authorize"),
        "token_endpoint": at("/token"),
        "userinfo_endpoint": at("/userinfo"),
        "jwks_uri": at("/jwks"),
        "end_session_endpoint": at("/logout"),
        "revocation_endpoint": at("/revoke"),
        "introspection_endpoint": at("/introspect"),
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_methods_supported": METHODS,
        "token_endpoint_auth_signing_alg_values_supported": Algorithm::ALL,
        "revocation_endpoint_auth_methods_supported": METHODS,
        "revocation_endpoint_auth_signing_alg_values_supported": Algorithm::ALL,
        // A public client could only guess here.
        "introspection_endpoint_auth_methods_supported": CONFIDENTIAL,
        "introspection_endpoint_auth_signing_alg_values_supported": Algorithm::ALL,
        "dpop_signing_alg_values_supported": dpop::ALGORITHMS,
    })
}

/// What `/authorize` and `/par` understand, and what comes of it.
fn authorization(issuer: &str, cards: bool) -> Value {
    let levels = [Level::L1, Level::L2, Level::L3].map(Level::spid_uri);
    let card = cards.then_some(CNS);
    let acr: Vec<&str> = levels.into_iter().chain(card).collect();
    // Unsigned only where we fetched it from a registered address ourselves.
    let mut request_objects = Algorithm::ALL.map(Algorithm::as_str).to_vec();
    request_objects.push("none");
    json!({
        "pushed_authorization_request_endpoint": format!("{}/par", issuer.trim_end_matches('/')),
        "require_pushed_authorization_requests": false,
        "response_types_supported": ["code"],
        "response_modes_supported": ResponseMode::NAMES,
        "code_challenge_methods_supported": ["S256"],
        "authorization_signing_alg_values_supported": Algorithm::ALL,
        "authorization_response_iss_parameter_supported": true,
        "authorization_details_types_supported": [ACTING_AS],
        "subject_types_supported": ["public", "pairwise"],
        "id_token_signing_alg_values_supported": Algorithm::ALL,
        "id_token_encryption_alg_values_supported": KeyManagement::ALL,
        "id_token_encryption_enc_values_supported": ContentEncryption::ALL,
        "userinfo_signing_alg_values_supported": Algorithm::ALL,
        "userinfo_encryption_alg_values_supported": KeyManagement::ALL,
        "userinfo_encryption_enc_values_supported": ContentEncryption::ALL,
        "scopes_supported": SCOPES,
        "claims_supported": claims(),
        "claim_types_supported": ["normal"],
        "claims_parameter_supported": true,
        "acr_values_supported": acr,
        "prompt_values_supported": ["none", "login", "consent", "select_account", "create"],
        "ui_locales_supported": ["it", "en", "de"],
        "request_parameter_supported": true,
        "request_uri_parameter_supported": true,
        "require_request_uri_registration": true,
        "request_object_signing_alg_values_supported": request_objects,
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
        insta::assert_json_snapshot!(metadata("https://login.ente.example.it", true));
    }

    #[test]
    fn every_endpoint_lies_under_the_issuer() {
        let metadata = metadata("http://localhost:8080", false);
        for (name, value) in metadata.as_object().unwrap() {
            if name.ends_with("_endpoint") || name == "jwks_uri" {
                assert!(value.as_str().unwrap().starts_with("http://localhost:8080/"), "{name}");
            }
        }
    }
}
