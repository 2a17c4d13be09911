//! What a client registers of the protocol (RFC 7591 §2 and the RFCs that add to it), under the RFCs' names.
//! Nothing written means what the RFC says for it.

use crate::jose::{Algorithm, ContentEncryption, JwkError, KeyManagement, KeySet};
use crate::oidc::grant::GrantType;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;

/// Whether `sub` is the same for every client (OpenID Connect Core §8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SubjectType {
    /// The same for all.
    #[default]
    Public,
    /// Another one for each sector, so that two portals cannot compare notes.
    Pairwise,
}

/// Where a client runs (OpenID Connect Registration §2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ApplicationType {
    /// On a server, or in a browser.
    #[default]
    Web,
    /// On the citizen's own machine, where answers come by a scheme of the application or over the loopback interface.
    Native,
}

/// Which rules of conduct a client keeps beyond the RFCs'.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// OAuth 2.0 with its best current practice (RFC 9700).
    #[default]
    Plain,
    /// FAPI 2.0 Security Profile: pushed requests, bound tokens, PS256/ES256/EdDSA, codes of a minute.
    Fapi2,
}

/// How an answer to a client is signed and encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Protection {
    /// Signed by this algorithm; `None`: the endpoint's own default.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub signed: Option<Algorithm>,
    /// Encrypted to the client, once signed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub encrypted: Option<(KeyManagement, ContentEncryption)>,
}

/// Whose certificate a client shows at the mTLS endpoints (RFC 8705 §2.1.2): exactly one of these.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CertificateSubject {
    /// Distinguished name, as RFC 4514 writes it.
    Dn(String),
    /// `dNSName` of the subject's alternative names.
    Dns(String),
    /// `uniformResourceIdentifier`.
    Uri(String),
    /// `iPAddress`.
    Ip(String),
    /// `rfc822Name`.
    Email(String),
}

impl CertificateSubject {
    /// The name, of whatever kind.
    pub fn value(&self) -> &str {
        match self {
            CertificateSubject::Dn(value)
            | CertificateSubject::Dns(value)
            | CertificateSubject::Uri(value)
            | CertificateSubject::Ip(value)
            | CertificateSubject::Email(value) => value,
        }
    }
}

/// Everything a client registers beyond its names, addresses and policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClientMetadata {
    /// `application_type`.
    pub application_type: ApplicationType,
    /// The grants it may use (`grant_types`). Default: `authorization_code`.
    pub grant_types: BTreeSet<GrantType>,
    /// Its public keys by value (`jwks`).
    pub jwks: Option<Value>,
    /// Where its public keys are (`jwks_uri`); never beside `jwks`.
    pub jwks_uri: Option<String>,
    /// The algorithm of its assertions (`token_endpoint_auth_signing_alg`); `None`: any that is spoken.
    pub token_endpoint_auth_signing_alg: Option<Algorithm>,
    /// Its certificate's subject, for `tls_client_auth`.
    pub tls_client_auth: Option<CertificateSubject>,
    /// ID tokens (`id_token_signed_response_alg`, `id_token_encrypted_response_…`).
    pub id_token: Protection,
    /// Userinfo (`userinfo_signed_response_alg`, …); neither: plain JSON.
    pub userinfo: Protection,
    /// JARM (`authorization_signed_response_alg`).
    pub authorization_signed_response_alg: Option<Algorithm>,
    /// RFC 9701 (`introspection_signed_response_alg`).
    pub introspection_signed_response_alg: Option<Algorithm>,
    /// The algorithm of its request objects (`request_object_signing_alg`); `None`: any that is spoken.
    pub request_object_signing_alg: Option<Algorithm>,
    /// Requests outside a signed request object are refused (RFC 9101 §10.5).
    pub require_signed_request_object: bool,
    /// The ways in which it may have its answers (`response_mode`); none: all but the fragment.
    pub response_modes: BTreeSet<String>,
    /// Addresses from which its request objects may be fetched, to the letter (`request_uris`).
    pub request_uris: BTreeSet<String>,
    /// Requests that were not pushed are refused (RFC 9126 §6).
    pub require_pushed_authorization_requests: bool,
    /// Its access tokens are bound to a key of its own (RFC 9449 §5.2).
    pub dpop_bound_access_tokens: bool,
    /// Its access tokens are bound to its certificate (RFC 8705 §3.4).
    pub tls_client_certificate_bound_access_tokens: bool,
    /// `subject_type`.
    pub subject_type: SubjectType,
    /// Several hosts that share pairwise subjects (`sector_identifier_uri`).
    pub sector_identifier_uri: Option<String>,
    /// `default_max_age`, seconds.
    pub default_max_age: Option<u32>,
    /// The `acr_values` of a request that has none, the most wished first.
    pub default_acr_values: Vec<String>,
    /// ID tokens have to carry `auth_time`; ours always do.
    pub require_auth_time: bool,
    /// Where a login that begins elsewhere goes (`initiate_login_uri`, https).
    pub initiate_login_uri: Option<String>,
    /// Where it is told that somebody signed out (`backchannel_logout_uri`).
    pub backchannel_logout_uri: Option<String>,
    /// The logout token has to carry `sid`; ours always does.
    pub backchannel_logout_session_required: bool,
    /// Shown on the consent page, fetched and served by us.
    pub logo_uri: Option<String>,
    /// Shown on the consent page.
    pub policy_uri: Option<String>,
    /// Shown on the consent page.
    pub tos_uri: Option<String>,
    /// E-mail addresses of who keeps it, for the administrators.
    pub contacts: Vec<String>,
    /// Which rules it keeps.
    pub profile: Profile,
    /// Whether the citizen is asked before anything is released. Public bodies rest on law, others may need it.
    pub consent: bool,
    /// The resources (RFC 8707) it may ask tokens for, absolute URIs to the letter.
    pub resources: BTreeSet<String>,
    /// The resource that it is itself: the identifier under which others ask tokens for its interfaces.
    pub resource: Option<String>,
    /// The clients that may act with tokens given to this one (RFC 8693 §4.4); `None`: itself, and whoever they are for.
    pub may_act: Option<BTreeSet<String>>,
}

impl Default for ClientMetadata {
    fn default() -> ClientMetadata {
        ClientMetadata {
            application_type: ApplicationType::Web,
            grant_types: BTreeSet::from([GrantType::AuthorizationCode]),
            jwks: None,
            jwks_uri: None,
            token_endpoint_auth_signing_alg: None,
            tls_client_auth: None,
            id_token: Protection::default(),
            userinfo: Protection::default(),
            authorization_signed_response_alg: None,
            introspection_signed_response_alg: None,
            request_object_signing_alg: None,
            require_signed_request_object: false,
            response_modes: BTreeSet::new(),
            request_uris: BTreeSet::new(),
            require_pushed_authorization_requests: false,
            dpop_bound_access_tokens: false,
            tls_client_certificate_bound_access_tokens: false,
            subject_type: SubjectType::Public,
            sector_identifier_uri: None,
            default_max_age: None,
            default_acr_values: Vec::new(),
            require_auth_time: false,
            initiate_login_uri: None,
            backchannel_logout_uri: None,
            backchannel_logout_session_required: false,
            logo_uri: None,
            policy_uri: None,
            tos_uri: None,
            contacts: Vec::new(),
            profile: Profile::Plain,
            consent: false,
            resources: BTreeSet::new(),
            resource: None,
            may_act: None,
        }
    }
}

impl ClientMetadata {
    /// The keys registered by value; `None` when there are none (they may be at `jwks_uri`).
    ///
    /// # Errors
    /// [`JwkError`].
    pub fn key_set(&self) -> Result<Option<KeySet>, JwkError> {
        self.jwks.as_ref().map(KeySet::from_json).transpose()
    }

    /// Whether a request object may be fetched from `uri`: registered to the letter, but for the fragment, which is never
    /// part of a call (OpenID Connect Core §6.2 lets it be a hash of the content, for who keeps copies; we keep none).
    pub fn registered_request_uri(&self, uri: &str) -> bool {
        let called = |uri: &str| uri.split('#').next().map(str::to_owned);
        self.request_uris
            .iter()
            .any(|registered| called(registered) == called(uri))
    }

    /// How what we issue to it is signed, when it `registered` one algorithm or none: RS256 (OpenID Connect
    /// Registration §2), which FAPI 2.0 §5.4.1 does not allow.
    pub fn signing_algorithm(&self, registered: Option<Algorithm>) -> Algorithm {
        registered.unwrap_or(match self.profile {
            Profile::Plain => Algorithm::Rs256,
            Profile::Fapi2 => Algorithm::Ps256,
        })
    }

    /// The algorithms that its tokens may be signed by, of which `registered` may have singled out one.
    pub fn allowed(&self, registered: Option<Algorithm>) -> &'static [Algorithm] {
        match (registered, self.profile) {
            (Some(Algorithm::Rs256), Profile::Plain) => &[Algorithm::Rs256],
            (Some(Algorithm::Ps256), _) => &[Algorithm::Ps256],
            (Some(Algorithm::Es256), _) => &[Algorithm::Es256],
            (Some(Algorithm::EdDsa), _) => &[Algorithm::EdDsa],
            (None, Profile::Plain) => &Algorithm::ALL,
            (None, Profile::Fapi2) => &Algorithm::FAPI,
            (Some(Algorithm::Rs256), Profile::Fapi2) => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn nothing_registered_means_what_the_rfcs_say() {
        let nothing: ClientMetadata = serde_json::from_value(json!({})).unwrap();
        assert_eq!(nothing, ClientMetadata::default());
        assert_eq!(nothing.grant_types, BTreeSet::from([GrantType::AuthorizationCode]));
        assert_eq!(nothing.allowed(None), &Algorithm::ALL);
    }

    #[test]
    fn the_fragment_of_a_request_uri_is_part_of_no_call() {
        let metadata = ClientMetadata {
            request_uris: ["https://a.example/1#hash", "https://a.example/2"]
                .map(str::to_owned)
                .into(),
            ..ClientMetadata::default()
        };
        for uri in [
            "https://a.example/1",
            "https://a.example/1#other",
            "https://a.example/2#hash",
        ] {
            assert!(metadata.registered_request_uri(uri), "{uri}");
        }
        for uri in [
            "https://a.example/",
            "https://a.example/1?",
            "https://a.example/3",
            "#hash",
            "",
        ] {
            assert!(!metadata.registered_request_uri(uri), "{uri}");
        }
    }

    #[test]
    fn a_certificates_name_is_what_was_registered_whatever_its_kind() {
        for kind in [
            CertificateSubject::Dn,
            CertificateSubject::Dns,
            CertificateSubject::Uri,
            CertificateSubject::Ip,
            CertificateSubject::Email,
        ] {
            assert_eq!(kind("rp.example.it".to_owned()).value(), "rp.example.it");
        }
    }

    #[test]
    fn what_is_stored_is_read_back() {
        let metadata = ClientMetadata {
            grant_types: BTreeSet::from([GrantType::AuthorizationCode, GrantType::RefreshToken]),
            id_token: Protection {
                signed: Some(Algorithm::Es256),
                encrypted: Some((KeyManagement::RsaOaep256, ContentEncryption::A256Gcm)),
            },
            tls_client_auth: Some(CertificateSubject::Dns("rp.example.it".to_owned())),
            profile: Profile::Fapi2,
            ..ClientMetadata::default()
        };
        let text = serde_json::to_string(&metadata).unwrap();
        assert_eq!(serde_json::from_str::<ClientMetadata>(&text).unwrap(), metadata);
    }

    #[test]
    fn a_fapi_client_never_signs_by_rs256() {
        let fapi = ClientMetadata {
            profile: Profile::Fapi2,
            ..ClientMetadata::default()
        };
        assert_eq!(fapi.allowed(None), &Algorithm::FAPI);
        assert_eq!(fapi.signing_algorithm(None), Algorithm::Ps256);
        assert_eq!(ClientMetadata::default().signing_algorithm(None), Algorithm::Rs256);
        assert_eq!(fapi.signing_algorithm(Some(Algorithm::EdDsa)), Algorithm::EdDsa);
        assert!(fapi.allowed(Some(Algorithm::Rs256)).is_empty());
    }
}
