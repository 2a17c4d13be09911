//! The provider's metadata (OpenID Connect Discovery 1.0 §3, RFC 8414): nothing here that is not true.

use super::authorization_details::ACTING_AS;
use super::authorize::{ResponseMode, SCOPES};
use super::claims::{CNS, COMPANY, EVIDENCE, FISCAL_NUMBER, SPID, TRUST_FRAMEWORK, VERIFIED_CLAIMS};
use super::dpop;
use super::grant::GrantType;
use crate::jose::{Algorithm, ContentEncryption, KeyManagement};
use domain::mandate::Evidence;
use domain::person::Level;
use serde_json::{Map, Value, json};

/// What `/token` gives tokens for.
const GRANT_TYPES: [GrantType; 5] = [
    GrantType::AuthorizationCode,
    GrantType::RefreshToken,
    GrantType::ClientCredentials,
    GrantType::DeviceCode,
    GrantType::TokenExchange,
];
/// How clients prove who they are (RFC 7591 §2).
const METHODS: [&str; 4] = [
    "client_secret_basic",
    "client_secret_post",
    "client_secret_jwt",
    "private_key_jwt",
];
/// The endpoints that the listener for clients with certificates serves as well (RFC 8705 §5).
const ALIASES: [&str; 6] = [
    "token_endpoint",
    "userinfo_endpoint",
    "revocation_endpoint",
    "introspection_endpoint",
    "pushed_authorization_request_endpoint",
    "device_authorization_endpoint",
];

/// Where clients may show certificates.
#[derive(Debug, Clone, Copy)]
pub struct Certificates<'a> {
    /// The listener that asks for them (no slash at its end).
    pub url: &'a str,
    /// Whether the operator trusts somebody to issue them.
    pub issued: bool,
}

/// What an installation offers beside what all do.
#[derive(Debug, Clone, Copy, Default)]
pub struct Offered<'a> {
    /// Where clients may show certificates.
    pub certificates: Option<Certificates<'a>>,
    /// People can sign in by card.
    pub cards: bool,
    /// Clients may register themselves.
    pub registration: bool,
}

/// What `/.well-known/openid-configuration` answers for `issuer` (no slash at its end).
pub fn metadata(issuer: &str, offered: Offered<'_>) -> Value {
    let mut metadata = endpoints(issuer, &authentication_methods(offered.certificates));
    if let (Value::Object(all), Value::Object(more)) = (&mut metadata, authorization(issuer, offered.cards)) {
        all.extend(more);
    }
    if let Some(metadata) = metadata.as_object_mut().filter(|_| offered.registration) {
        metadata.insert("registration_endpoint".to_owned(), at(issuer, "/register").into());
    }
    let Some(certificates) = offered.certificates else {
        return metadata;
    };
    let aliases: Map<String, Value> = ALIASES
        .iter()
        .filter_map(|name| {
            let path = metadata.get(name)?.as_str()?.strip_prefix(issuer)?;
            Some(((*name).to_owned(), format!("{}{path}", certificates.url).into()))
        })
        .collect();
    if let Some(metadata) = metadata.as_object_mut() {
        metadata.insert("mtls_endpoint_aliases".to_owned(), aliases.into());
        metadata.insert("tls_client_certificate_bound_access_tokens".to_owned(), true.into());
    }
    metadata
}

/// How a client can prove who it is, by a certificate only where one can be shown.
pub fn authentication_methods(certificates: Option<Certificates<'_>>) -> Vec<&'static str> {
    let issued = certificates.filter(|certificates| certificates.issued);
    METHODS
        .into_iter()
        .chain(issued.map(|_| "tls_client_auth"))
        .chain(certificates.map(|_| "self_signed_tls_client_auth"))
        .collect()
}

fn at(issuer: &str, path: &str) -> String {
    format!("{}{path}", issuer.trim_end_matches('/'))
}

/// Where things are, and how clients prove who they are there.
fn endpoints(issuer: &str, confidential: &[&str]) -> Value {
    let all: Vec<&str> = confidential.iter().copied().chain(["none"]).collect();
    // HS256 is for client_secret_jwt alone.
    let signing: Vec<&str> = Algorithm::ALL
        .map(Algorithm::as_str)
        .into_iter()
        .chain(["HS256"])
        .collect();
    let at = |path: &str| at(issuer, path);
    json!({
        "issuer": issuer,
        "authorization_endpoint": at("/authorize"),
        "token_endpoint": at("/token"),
        "userinfo_endpoint": at("/userinfo"),
        "jwks_uri": at("/jwks"),
        "end_session_endpoint": at("/logout"),
        "backchannel_logout_supported": true,
        "backchannel_logout_session_supported": true,
        "revocation_endpoint": at("/revoke"),
        "introspection_endpoint": at("/introspect"),
        "device_authorization_endpoint": at("/device_authorization"),
        "grant_types_supported": GRANT_TYPES,
        "token_endpoint_auth_methods_supported": all,
        "token_endpoint_auth_signing_alg_values_supported": signing,
        "revocation_endpoint_auth_methods_supported": all,
        "revocation_endpoint_auth_signing_alg_values_supported": signing,
        // A public client could only guess here.
        "introspection_endpoint_auth_methods_supported": confidential,
        "introspection_endpoint_auth_signing_alg_values_supported": signing,
        // RFC 9701 §7.
        "introspection_signing_alg_values_supported": Algorithm::ALL,
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
        "pushed_authorization_request_endpoint": at(issuer, "/par"),
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
        "verified_claims_supported": true,
        "trust_frameworks_supported": [TRUST_FRAMEWORK],
        "evidence_supported": [EVIDENCE],
        "electronic_records_supported": Evidence::ALL,
        "claims_in_verified_claims_supported": ["authority"],
        "authority_claims_supported": ["applies_to", "permission", "granted_by"],
        "authority_permissions_supported": ["role", "function", "audience", "validity"],
        "authority_granted_methods_supported": ["appointed", "delegated", "self asserted"],
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
        "organizations",
        VERIFIED_CLAIMS,
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

    fn cards() -> Offered<'static> {
        Offered {
            cards: true,
            ..Offered::default()
        }
    }

    #[test]
    fn clients_register_themselves_only_where_the_operator_lets_them() {
        let issuer = "https://login.ente.example.it";
        assert_eq!(metadata(issuer, cards()).get("registration_endpoint"), None);
        let registration = Offered {
            registration: true,
            ..cards()
        };
        assert_eq!(
            metadata(issuer, registration)["registration_endpoint"],
            format!("{issuer}/register")
        );
    }

    #[test]
    fn the_metadata_of_this_slice() {
        insta::assert_json_snapshot!(metadata("https://login.ente.example.it", cards()));
    }

    #[test]
    fn every_endpoint_lies_under_the_issuer() {
        let metadata = metadata("http://localhost:8080", Offered::default());
        for (name, value) in metadata.as_object().unwrap() {
            if name.ends_with("_endpoint") || name == "jwks_uri" {
                assert!(value.as_str().unwrap().starts_with("http://localhost:8080/"), "{name}");
            }
        }
    }

    #[test]
    fn rfc_8705_5_every_endpoint_for_clients_has_an_alias_where_certificates_are_shown() {
        let (issuer, url) = ("https://login.ente.example.it", "https://mtls.ente.example.it");
        let certificates = Certificates { url, issued: false };
        let without = metadata(issuer, cards());
        let with = metadata(
            issuer,
            Offered {
                certificates: Some(certificates),
                ..cards()
            },
        );
        assert_eq!(without.get("mtls_endpoint_aliases"), None);
        assert_eq!(with["tls_client_certificate_bound_access_tokens"], true);
        for (name, alias) in with["mtls_endpoint_aliases"].as_object().unwrap() {
            let alias = alias.as_str().unwrap();
            assert_eq!(with[name], alias.replace(url, issuer), "{name}");
        }
        assert_eq!(with["mtls_endpoint_aliases"]["token_endpoint"], format!("{url}/token"));
        let methods = |metadata: &Value| metadata["token_endpoint_auth_methods_supported"].to_string();
        assert!(!methods(&without).contains("tls_client_auth"));
        assert!(methods(&with).contains("\"self_signed_tls_client_auth\""));
        assert!(
            !methods(&with).contains("\"tls_client_auth\""),
            "nobody is trusted to issue"
        );
        let issued = Certificates {
            issued: true,
            ..certificates
        };
        assert!(
            methods(&metadata(
                issuer,
                Offered {
                    certificates: Some(issued),
                    ..cards()
                }
            ))
            .contains("\"tls_client_auth\"")
        );
    }
}
