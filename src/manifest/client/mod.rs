//! A relying party as its administrator writes it, or registers itself: RFC 7591 names, and what Varco adds to them.

mod address;
mod keys;
mod metadata;
mod names;
mod policy;
mod registered;
mod secret;

use super::{Fault, Faults};
use domain::mandate::Evidence;
use domain::person::{Level, Method, Purpose};
use protocol::jose::Algorithm;
use protocol::oidc::client::{
    ActingPolicy, ApplicationType, ClientAuthMethod, ContentEncryption, KeyManagement, Profile, SubjectType,
};
use protocol::oidc::grant::GrantType;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::path::PathBuf;

/// `[[client]]`: one relying party.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Client {
    /// Its name at `/authorize` and `/token`: visible ASCII, no blanks. Required.
    pub client_id: String,
    /// What citizens read on the login page, in Italian. Required.
    pub client_name: String,
    /// The name in Italian, when `client_name` is in another language.
    #[serde(rename = "client_name#it")]
    pub client_name_it: Option<String>,
    /// The name in English.
    #[serde(rename = "client_name#en")]
    pub client_name_en: Option<String>,
    /// The name in German.
    #[serde(rename = "client_name#de")]
    pub client_name_de: Option<String>,
    /// The name in French.
    #[serde(rename = "client_name#fr")]
    pub client_name_fr: Option<String>,
    /// The name in Slovene.
    #[serde(rename = "client_name#sl")]
    pub client_name_sl: Option<String>,
    /// The service's home page, where a citizen whose login went wrong starts again.
    pub client_uri: Option<String>,
    /// `web` (default), or `native`: answers may also go to a scheme of the application's own.
    pub application_type: ApplicationType,
    /// Where answers may go, compared to the letter: https, or http to the machine itself. Required.
    pub redirect_uris: Vec<String>,
    /// Where a citizen may return after signing out, compared to the letter.
    pub post_logout_redirect_uris: Vec<String>,
    /// `client_secret_basic` (default), `client_secret_post`, `private_key_jwt` (it signs, see `jwks`),
    /// `tls_client_auth` or `self_signed_tls_client_auth` (it shows a certificate), or `none` for a public client.
    pub token_endpoint_auth_method: ClientAuthMethod,
    /// The grants it may use. Default: `authorization_code`. None at all: a resource that only asks `/introspect`.
    pub grant_types: BTreeSet<GrantType>,
    /// Its public keys, a JWK Set (RFC 7517).
    pub jwks: Option<serde_json::Value>,
    /// Where its public keys are, instead of `jwks`: fetched when they are needed.
    pub jwks_uri: Option<String>,
    /// The one algorithm of its assertions: `RS256`, `PS256`, `ES256` or `EdDSA`. Default: any of them.
    pub token_endpoint_auth_signing_alg: Option<Algorithm>,
    /// For `tls_client_auth`, one of these five: the certificate's subject as RFC 4514 writes it,
    pub tls_client_auth_subject_dn: Option<String>,
    /// or one of its alternative names: a host,
    pub tls_client_auth_san_dns: Option<String>,
    /// a URI,
    pub tls_client_auth_san_uri: Option<String>,
    /// an address,
    pub tls_client_auth_san_ip: Option<String>,
    /// an e-mail address.
    pub tls_client_auth_san_email: Option<String>,
    /// How its ID tokens are signed. Default: `RS256`; of the FAPI profile: `PS256`.
    pub id_token_signed_response_alg: Option<Algorithm>,
    /// How the key of its encrypted ID tokens travels: `RSA-OAEP-256`, `RSA-OAEP`, `ECDH-ES`. Default: not encrypted.
    pub id_token_encrypted_response_alg: Option<KeyManagement>,
    /// How their content is encrypted: `A256GCM`, … Default: `A128CBC-HS256`.
    pub id_token_encrypted_response_enc: Option<ContentEncryption>,
    /// Userinfo as a JWT, signed so. Default: plain JSON.
    pub userinfo_signed_response_alg: Option<Algorithm>,
    /// As for ID tokens.
    pub userinfo_encrypted_response_alg: Option<KeyManagement>,
    /// As for ID tokens.
    pub userinfo_encrypted_response_enc: Option<ContentEncryption>,
    /// How answers of `response_mode=jwt` are signed (JARM). Defaults as of ID tokens.
    pub authorization_signed_response_alg: Option<Algorithm>,
    /// How signed answers of `/introspect` are signed (RFC 9701). Defaults as of ID tokens.
    pub introspection_signed_response_alg: Option<Algorithm>,
    /// The one algorithm of its request objects. Default: any.
    pub request_object_signing_alg: Option<Algorithm>,
    /// Requests outside a signed request object are refused (RFC 9101). Default: no.
    pub require_signed_request_object: bool,
    /// Where its request objects may be fetched, compared to the letter. Default: nowhere.
    pub request_uris: Vec<String>,
    /// How it may have its answers; none: all ways but the fragment.
    pub response_modes: Vec<String>,
    /// Requests that were not pushed to `/par` are refused (RFC 9126). Default: no; of the FAPI profile always.
    pub require_pushed_authorization_requests: bool,
    /// Its access tokens are bound to a key of its own (DPoP, RFC 9449). Default: when it sends a proof.
    pub dpop_bound_access_tokens: bool,
    /// Its access tokens are bound to its certificate (RFC 8705). Default: no.
    pub tls_client_certificate_bound_access_tokens: bool,
    /// `public` (default): everybody has one `sub` for all portals; `pairwise`: another one for each.
    pub subject_type: SubjectType,
    /// Where the list of redirect addresses is that share pairwise subjects.
    pub sector_identifier_uri: Option<String>,
    /// How old an authentication may be when the request says nothing, seconds. Default: as old as the session.
    pub default_max_age: Option<u32>,
    /// The levels it wishes when the request names none (`acr_values`).
    pub default_acr_values: Vec<String>,
    /// ID tokens must carry `auth_time`; ours always do.
    pub require_auth_time: bool,
    /// Where the portal begins a login (https): the link back to it from our pages.
    pub initiate_login_uri: Option<String>,
    /// Where the portal is told that somebody signed out (Back-Channel Logout).
    pub backchannel_logout_uri: Option<String>,
    /// The logout token must name the grant (`sid`); ours always do.
    pub backchannel_logout_session_required: bool,
    /// Its logo, fetched and shown by us on the consent page.
    pub logo_uri: Option<String>,
    /// Its privacy notice, shown on the consent page.
    pub policy_uri: Option<String>,
    /// Its terms of service, shown on the consent page.
    pub tos_uri: Option<String>,
    /// E-mail addresses of who keeps it.
    pub contacts: Vec<String>,
    /// `plain` (default), or `fapi2`: the FAPI 2.0 Security Profile.
    pub profile: Profile,
    /// The citizen is asked before anything is released. Default: no, a public body's data rest on law.
    pub consent: bool,
    /// The resources (RFC 8707) it may ask access tokens for, compared to the letter.
    pub resources: Vec<String>,
    /// The resource that it is itself, an absolute URI: access tokens for it are JWTs with its own `roles`, and
    /// `/introspect` tells it about them. No two clients have the same.
    pub resource: Option<String>,
    /// The clients that may exchange access tokens given to this one (RFC 8693). Default: itself, and whoever such a
    /// token is for.
    pub may_act: Option<BTreeSet<String>>,
    /// Scopes it may ask for, separated by blanks. Default: `openid profile organization`.
    pub scope: String,
    /// Its secret, at least 32 characters. Better in a file, or as a hash.
    pub client_secret: Option<String>,
    /// File with the secret, or with two while one replaces the other, each on its line.
    pub secret_file: Option<PathBuf>,
    /// SHA-256 of each secret it may use, 64 hexadecimal digits; two while one is being replaced.
    pub client_secret_sha256: Vec<String>,
    /// For whom people may come: `self`, `organisation`, or `either` (default: the request decides).
    pub acting: ActingPolicy,
    /// Weakest level accepted, 1 to 3. Default: 2.
    pub min_level: u8,
    /// Ways in that are accepted (`spid`, `cie`, …). Default: all that are configured.
    pub methods: BTreeSet<Method>,
    /// The roles it knows; a token never carries another.
    pub roles: Vec<String>,
    /// Youngest person accepted, years.
    pub min_age: Option<u8>,
    /// Kinds of SPID identity that it may ask for instead of a natural person's own: `P`, `LP`, `PG`, `PF`, `PX`
    /// (Avviso SPID 18); the first is asked when the request has no `spid_purpose`. Only with
    /// `methods = ["spid"]`: nothing else knows such kinds.
    pub spid_purposes: Vec<Purpose>,
    /// PKCE demanded. Default, and always for `none`: yes.
    pub require_pkce: bool,
    /// Weakest evidence accepted behind a mandate. Default: `import`, so that what people say of
    /// themselves is not enough.
    pub min_evidence: Evidence,
    /// Personal claims in ID tokens too. Default: no, they end up in logout URLs.
    pub claims_in_id_token: bool,
}

impl Default for Client {
    fn default() -> Client {
        Client {
            client_id: String::new(),
            client_name: String::new(),
            client_name_it: None,
            client_name_en: None,
            client_name_de: None,
            client_name_fr: None,
            client_name_sl: None,
            client_uri: None,
            application_type: ApplicationType::Web,
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            token_endpoint_auth_method: ClientAuthMethod::ClientSecretBasic,
            grant_types: BTreeSet::from([GrantType::AuthorizationCode]),
            jwks: None,
            jwks_uri: None,
            token_endpoint_auth_signing_alg: None,
            tls_client_auth_subject_dn: None,
            tls_client_auth_san_dns: None,
            tls_client_auth_san_uri: None,
            tls_client_auth_san_ip: None,
            tls_client_auth_san_email: None,
            id_token_signed_response_alg: None,
            id_token_encrypted_response_alg: None,
            id_token_encrypted_response_enc: None,
            userinfo_signed_response_alg: None,
            userinfo_encrypted_response_alg: None,
            userinfo_encrypted_response_enc: None,
            authorization_signed_response_alg: None,
            introspection_signed_response_alg: None,
            request_object_signing_alg: None,
            require_signed_request_object: false,
            request_uris: Vec::new(),
            response_modes: Vec::new(),
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
            resources: Vec::new(),
            resource: None,
            may_act: None,
            scope: "openid profile organization".to_owned(),
            client_secret: None,
            secret_file: None,
            client_secret_sha256: Vec::new(),
            acting: ActingPolicy::Either,
            min_level: 2,
            methods: BTreeSet::new(),
            roles: Vec::new(),
            min_age: None,
            spid_purposes: Vec::new(),
            require_pkce: true,
            min_evidence: Evidence::Import,
            claims_in_id_token: false,
        }
    }
}

impl std::fmt::Debug for Client {
    /// Without the secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// The registered client. `secret_in_file` is what [`Client::secret_file`] holds, when it names a
    /// file (a line end after the secret is not part of it).
    ///
    /// # Errors
    /// Every fault.
    pub fn to_client(&self, secret_in_file: Option<&str>) -> Result<protocol::oidc::client::Client, Vec<Fault>> {
        let mut faults = Faults::default();
        self.check_names(&mut faults);
        self.check_addresses(&mut faults);
        self.check_policy(&mut faults);
        self.check_keys(&mut faults);
        self.check_profile(&mut faults);
        let metadata = self.metadata(&mut faults);
        let secrets = self.secrets(secret_in_file, &mut faults);
        let min_level = Level::from_number(self.min_level).unwrap_or_else(|| {
            faults.add("min_level", "must be 1, 2 or 3");
            Level::L3
        });
        faults.none_or(protocol::oidc::client::Client {
            id: self.client_id.clone(),
            name: self.client_name.clone(),
            names: self.names(),
            uri: self.client_uri.clone(),
            redirect_uris: self.redirect_uris.iter().cloned().collect(),
            post_logout_redirect_uris: self.post_logout_redirect_uris.iter().cloned().collect(),
            auth_method: self.token_endpoint_auth_method,
            secret_hashes: secrets.hashes,
            shared_secrets: secrets.shared,
            require_pkce: self.require_pkce,
            scopes: self.scope.split_ascii_whitespace().map(str::to_owned).collect(),
            acting: self.acting,
            min_level,
            methods: self.methods.clone(),
            roles: self.roles.iter().cloned().collect(),
            min_evidence: self.min_evidence,
            min_age: self.min_age,
            spid_purposes: self.spid_purposes.clone(),
            claims_in_id_token: self.claims_in_id_token,
            metadata,
            disabled: false,
        })
    }
}

#[cfg(test)]
mod tests;
