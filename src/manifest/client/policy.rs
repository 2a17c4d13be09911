//! What a client may do, and for whom.

use super::{Algorithm, Client, ClientAuthMethod, Faults, GrantType, Method, Profile, SubjectType};
use protocol::oidc::authorize::ResponseMode;
use std::collections::BTreeSet;
use url::Url;

/// Most contacts, and longest of them.
const MAX_CONTACTS: usize = 10;
const MAX_CONTACT: usize = 254;
/// Most levels that it wishes, and longest name of one.
const MAX_WISHES: usize = 10;
const MAX_WISH: usize = 200;

impl Client {
    /// Public clients MUST use PKCE (RFC 9700 §2.1.1), and so must those of FAPI 2.0 (§5.3.2.2).
    pub fn cannot_do_without_pkce(&self) -> bool {
        self.token_endpoint_auth_method == ClientAuthMethod::None || self.profile == Profile::Fapi2
    }

    pub(super) fn check_policy(&self, faults: &mut Faults) {
        let public = self.token_endpoint_auth_method == ClientAuthMethod::None;
        if public && !self.require_pkce {
            // RFC 9700 §2.1.1: public clients MUST use PKCE.
            faults.add("require_pkce", "a public client (`none`) cannot do without PKCE");
        }
        for grant in [GrantType::ClientCredentials, GrantType::TokenExchange] {
            if public && self.grant_types.contains(&grant) {
                // RFC 6749 §4.4.
                faults.add("grant_types", "a public client (`none`) cannot act in its own name");
            }
        }
        if self.grant_types == BTreeSet::from([GrantType::RefreshToken]) {
            faults.add("grant_types", "`refresh_token` is of use only beside another grant");
        }
        let signs_in = [GrantType::AuthorizationCode, GrantType::DeviceCode];
        if signs_in.iter().any(|grant| self.grant_types.contains(grant))
            && !self.scope.split_ascii_whitespace().any(|scope| scope == "openid")
        {
            faults.add("scope", "must contain `openid`");
        }
        self.check_people(faults);
        self.check_sector(faults);
        for (index, mode) in self.response_modes.iter().enumerate() {
            if ResponseMode::from_name(mode).is_none() {
                faults.add(format!("response_modes[{index}]"), "is not a response mode");
            }
        }
        let wishes = &self.default_acr_values;
        let is_name =
            |wish: &String| (1..=MAX_WISH).contains(&wish.len()) && wish.bytes().all(|byte| byte.is_ascii_graphic());
        if wishes.len() > MAX_WISHES || !wishes.iter().all(is_name) {
            faults.add(
                "default_acr_values",
                "must be ten names at most, of visible ASCII characters without blanks",
            );
        }
        if self.contacts.len() > MAX_CONTACTS {
            faults.add("contacts", "can be ten at most");
        }
        for (index, contact) in self.contacts.iter().enumerate().take(MAX_CONTACTS) {
            let parts = contact
                .split_once('@')
                .filter(|(name, host)| !name.is_empty() && !host.is_empty());
            if parts.is_none() || contact.len() > MAX_CONTACT || contact.chars().any(char::is_whitespace) {
                faults.add(format!("contacts[{index}]"), "must be an e-mail address");
            }
        }
    }

    fn check_people(&self, faults: &mut Faults) {
        if !self.spid_purposes.is_empty() && self.methods != BTreeSet::from([Method::Spid]) {
            faults.add(
                "spid_purposes",
                "needs `methods = [\"spid\"]`: no other way in knows kinds of identity",
            );
        }
        for (index, purpose) in self.spid_purposes.iter().enumerate() {
            if self.spid_purposes.iter().take(index).any(|before| before == purpose) {
                faults.add(format!("spid_purposes[{index}]"), "appears twice");
            }
        }
        for (index, role) in self.roles.iter().enumerate() {
            if role.is_empty() || !role.bytes().all(|byte| byte.is_ascii_graphic()) {
                faults.add(
                    format!("roles[{index}]"),
                    "must be visible ASCII characters without blanks",
                );
            }
        }
    }

    /// OpenID Connect Core §8.1: several hosts are one sector only if a document of theirs says so.
    fn check_sector(&self, faults: &mut Faults) {
        let hosts: BTreeSet<String> = self
            .redirect_uris
            .iter()
            .filter_map(|uri| Some(Url::parse(uri).ok()?.host_str()?.to_owned()))
            .collect();
        if self.subject_type == SubjectType::Pairwise && hosts.len() > 1 && self.sector_identifier_uri.is_none() {
            faults.add(
                "sector_identifier_uri",
                "must be set: `redirect_uris` have several hosts, and `subject_type` is `pairwise`",
            );
        }
    }

    /// What FAPI 2.0 Security Profile §5.3.2 and §5.4 demand of a client.
    pub(super) fn check_profile(&self, faults: &mut Faults) {
        if self.profile == Profile::Plain {
            return;
        }
        let method = self.token_endpoint_auth_method;
        let proves_a_key = [
            ClientAuthMethod::PrivateKeyJwt,
            ClientAuthMethod::TlsClientAuth,
            ClientAuthMethod::SelfSignedTlsClientAuth,
        ];
        if !proves_a_key.contains(&method) {
            faults.add(
                "token_endpoint_auth_method",
                "`profile = \"fapi2\"` wants `private_key_jwt`, `tls_client_auth` or `self_signed_tls_client_auth`",
            );
        }
        if !self.dpop_bound_access_tokens && !self.tls_client_certificate_bound_access_tokens {
            faults.add(
                "dpop_bound_access_tokens",
                "must be set (or `tls_client_certificate_bound_access_tokens`): `profile = \"fapi2\"` binds tokens",
            );
        }
        if !self.require_pkce {
            faults.add("require_pkce", "`profile = \"fapi2\"` cannot do without PKCE");
        }
        for (setting, algorithm) in [
            ("token_endpoint_auth_signing_alg", self.token_endpoint_auth_signing_alg),
            ("id_token_signed_response_alg", self.id_token_signed_response_alg),
            ("userinfo_signed_response_alg", self.userinfo_signed_response_alg),
            (
                "authorization_signed_response_alg",
                self.authorization_signed_response_alg,
            ),
            (
                "introspection_signed_response_alg",
                self.introspection_signed_response_alg,
            ),
            ("request_object_signing_alg", self.request_object_signing_alg),
        ] {
            if algorithm == Some(Algorithm::Rs256) {
                faults.add(setting, "`profile = \"fapi2\"` wants `PS256`, `ES256` or `EdDSA`");
            }
        }
    }
}
