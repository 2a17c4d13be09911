//! What a client registers of the protocol.

use super::{Client, ContentEncryption, Faults, KeyManagement};
use protocol::oidc::client::{ClientMetadata, Protection};

impl Client {
    pub(super) fn metadata(&self, faults: &mut Faults) -> ClientMetadata {
        let id_token = Protection {
            signed: self.id_token_signed_response_alg,
            encrypted: encryption(
                "id_token",
                self.id_token_encrypted_response_alg,
                self.id_token_encrypted_response_enc,
                faults,
            ),
        };
        let userinfo = Protection {
            signed: self.userinfo_signed_response_alg,
            encrypted: encryption(
                "userinfo",
                self.userinfo_encrypted_response_alg,
                self.userinfo_encrypted_response_enc,
                faults,
            ),
        };
        ClientMetadata {
            application_type: self.application_type,
            grant_types: self.grant_types.clone(),
            jwks: self.jwks.clone(),
            jwks_uri: self.jwks_uri.clone(),
            token_endpoint_auth_signing_alg: self.token_endpoint_auth_signing_alg,
            tls_client_auth: self.certificate_subjects().pop().map(|(_, subject)| subject),
            id_token,
            userinfo,
            authorization_signed_response_alg: self.authorization_signed_response_alg,
            introspection_signed_response_alg: self.introspection_signed_response_alg,
            request_object_signing_alg: self.request_object_signing_alg,
            require_signed_request_object: self.require_signed_request_object,
            response_modes: self.response_modes.iter().cloned().collect(),
            request_uris: self.request_uris.iter().cloned().collect(),
            require_pushed_authorization_requests: self.require_pushed_authorization_requests,
            dpop_bound_access_tokens: self.dpop_bound_access_tokens,
            tls_client_certificate_bound_access_tokens: self.tls_client_certificate_bound_access_tokens,
            subject_type: self.subject_type,
            sector_identifier_uri: self.sector_identifier_uri.clone(),
            default_max_age: self.default_max_age,
            default_acr_values: self.default_acr_values.clone(),
            require_auth_time: self.require_auth_time,
            initiate_login_uri: self.initiate_login_uri.clone(),
            backchannel_logout_uri: self.backchannel_logout_uri.clone(),
            backchannel_logout_session_required: self.backchannel_logout_session_required,
            logo_uri: self.logo_uri.clone(),
            policy_uri: self.policy_uri.clone(),
            tos_uri: self.tos_uri.clone(),
            contacts: self.contacts.clone(),
            profile: self.profile,
            consent: self.consent,
            resources: self.resources.iter().cloned().collect(),
            resource: self.resource.clone(),
            may_act: self.may_act.clone(),
        }
    }
}

/// OpenID Connect Registration §2: `…_enc` has a default, and means nothing without `…_alg`.
fn encryption(
    what: &str,
    alg: Option<KeyManagement>,
    enc: Option<ContentEncryption>,
    faults: &mut Faults,
) -> Option<(KeyManagement, ContentEncryption)> {
    if alg.is_none() && enc.is_some() {
        faults.add(
            format!("{what}_encrypted_response_enc"),
            format!("needs `{what}_encrypted_response_alg`"),
        );
    }
    alg.map(|alg| (alg, enc.unwrap_or_default()))
}
