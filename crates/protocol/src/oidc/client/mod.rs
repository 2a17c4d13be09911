//! A relying party as it registered itself.

mod metadata;
mod shared_secret;

pub use crate::jose::{ContentEncryption, KeyManagement};
pub use metadata::{ApplicationType, CertificateSubject, ClientMetadata, Profile, Protection, SubjectType};
pub use shared_secret::SharedSecret;

use super::SecretHash;
use super::authorize::append_query;
use domain::mandate::Evidence;
use domain::person::{Level, Method, Purpose};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use url::form_urlencoded::Serializer;

/// For whom people may come to a relying party.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ActingPolicy {
    /// For themselves only.
    #[serde(rename = "self")]
    Myself,
    /// Only for an organisation.
    Organisation,
    /// Either.
    Either,
}

/// RFC 7591 `token_endpoint_auth_method`, of those that are supported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the RFC's")]
pub enum ClientAuthMethod {
    ClientSecretBasic,
    ClientSecretPost,
    ClientSecretJwt,
    PrivateKeyJwt,
    TlsClientAuth,
    SelfSignedTlsClientAuth,
    None,
}

/// A relying party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// `client_id`.
    pub id: String,
    /// What the citizen reads: `client_name`, in Italian, and by BCP 47 tag (`client_name#en`).
    pub name: String,
    /// Names in other languages.
    pub names: BTreeMap<String, String>,
    /// `client_uri`: the service's home, where a citizen whose login went wrong starts again.
    #[serde(default)]
    pub uri: Option<String>,
    /// Compared to the letter (RFC 9700 §2.1), but for one thing: [`Client::is_redirected_to`].
    pub redirect_uris: BTreeSet<String>,
    /// Compared to the letter.
    pub post_logout_redirect_uris: BTreeSet<String>,
    /// How it authenticates at `/token`.
    pub auth_method: ClientAuthMethod,
    /// Hashes of the secrets it may use; two while one is being replaced.
    pub secret_hashes: Vec<SecretHash>,
    /// The secrets themselves, of a client that signs with them (`client_secret_jwt`) and of no other.
    #[serde(skip)]
    pub shared_secrets: Vec<SharedSecret>,
    /// PKCE demanded (always for `none`).
    pub require_pkce: bool,
    /// Scopes it may ask for; others are dropped.
    pub scopes: BTreeSet<String>,
    /// For whom people may come.
    pub acting: ActingPolicy,
    /// Weakest level accepted.
    pub min_level: Level,
    /// Methods accepted; empty means all that are configured.
    pub methods: BTreeSet<Method>,
    /// Roles this relying party knows; a token never carries another.
    pub roles: BTreeSet<String>,
    /// Weakest evidence accepted behind a mandate.
    pub min_evidence: Evidence,
    /// Youngest person accepted, years.
    pub min_age: Option<u8>,
    /// The kinds of SPID identity it may ask for (Avviso 18), the one to ask first; none: a natural person's.
    #[serde(default)]
    pub spid_purposes: Vec<Purpose>,
    /// Personal claims in ID tokens too (they end up in logout URLs: off unless a portal cannot do without).
    pub claims_in_id_token: bool,
    /// What it registered of the protocol.
    #[serde(default)]
    pub metadata: ClientMetadata,
    /// Nobody signs in at a disabled client, and its grants are dead.
    pub disabled: bool,
}

impl Client {
    /// Where it begins a login that it is asked for (OpenID Connect Core §4), when it registered that: at `issuer`.
    pub fn login_initiation(&self, issuer: &str) -> Option<String> {
        let address = self.metadata.initiate_login_uri.as_deref()?;
        let query = Serializer::new(String::new()).append_pair("iss", issuer).finish();
        Some(append_query(address, &query))
    }

    /// Whether answers may go to `redirect_uri`: it is registered to the letter, or, for an application, the port that it found
    /// free on its own machine stands in a registered address of the loopback interface (RFC 8252 §7.3, RFC 9700 §4.1.3).
    pub fn is_redirected_to(&self, redirect_uri: &str) -> bool {
        let own_port = || {
            let wanted = without_port(redirect_uri)?;
            let mut registered = self.redirect_uris.iter().filter_map(|uri| without_port(uri));
            Some(registered.any(|registered| registered == wanted))
        };
        let native = self.metadata.application_type == ApplicationType::Native;
        self.redirect_uris.contains(redirect_uri) || (native && own_port().unwrap_or(false))
    }

    /// Whether somebody who signs in by `method` is accepted; no list means any.
    pub fn accepts(&self, method: Method) -> bool {
        self.methods.is_empty() || self.methods.contains(&method)
    }
}

/// Host and path of an address of the loopback interface, written as an IP literal, whatever its port.
fn without_port(uri: &str) -> Option<(&'static str, &str)> {
    let hosts = ["http://127.0.0.1", "http://[::1]"];
    let (host, rest) = hosts
        .into_iter()
        .find_map(|host| Some((host, uri.strip_prefix(host)?)))?;
    let path = match rest.strip_prefix(':') {
        None => rest,
        Some(rest) => {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let (port, path) = rest.split_at_checked(digits)?;
            port.parse::<u16>().ok().filter(|port| *port > 0)?;
            path
        }
    };
    (path.is_empty() || path.starts_with(['/', '?'])).then_some((host, path))
}

#[cfg(test)]
mod tests {
    use crate::oidc::client::{ApplicationType, Client};
    use crate::oidc::samples;

    #[test]
    fn attack_33_only_an_application_may_change_only_the_port_of_its_own_machine() {
        let mut native = samples::client();
        native.metadata.application_type = ApplicationType::Native;
        native.redirect_uris = [
            "http://127.0.0.1/cb",
            "http://[::1]:80/cb?a=1",
            "http://localhost:81/cb",
            "https://app.example.it/cb",
        ]
        .map(str::to_owned)
        .into();
        for right in [
            "http://127.0.0.1/cb",
            "http://127.0.0.1:51004/cb",
            "http://[::1]:51004/cb?a=1",
            "http://[::1]/cb?a=1",
            "http://localhost:81/cb",
        ] {
            assert!(native.is_redirected_to(right), "{right}");
        }
        for wrong in [
            "http://127.0.0.1:51004/",
            "http://127.0.0.1:51004/cb?x",
            "http://127.0.0.1:0/cb",
            "http://127.0.0.1:65536/cb",
            "http://127.0.0.1:/cb",
            "http://127.0.0.1:80@evil.example/cb",
            "http://127.0.0.1.evil.example/cb",
            "http://127.0.0.1:80.evil.example/cb",
            "http://127.0.0.2:51004/cb",
            "http://localhost:51004/cb",
            "https://127.0.0.1:51004/cb",
            "https://app.example.it:51004/cb",
            "http://[::1]:51004/cb",
        ] {
            assert!(!native.is_redirected_to(wrong), "{wrong}");
        }
        let mut web = native;
        web.metadata.application_type = ApplicationType::Web;
        assert!(web.is_redirected_to("http://127.0.0.1/cb") && !web.is_redirected_to("http://127.0.0.1:51004/cb"));
    }
    use domain::person::Method;

    #[test]
    fn a_login_begins_where_the_client_registered_and_says_who_asks() {
        let mut client = samples::client();
        assert_eq!(client.login_initiation(samples::ISSUER), None);
        client.metadata.initiate_login_uri = Some("https://suap.example.it/login?tenant=1".to_owned());
        assert_eq!(
            client.login_initiation(samples::ISSUER).as_deref(),
            Some("https://suap.example.it/login?tenant=1&iss=https%3A%2F%2Flogin.ente.example.it")
        );
    }

    #[test]
    fn no_list_of_methods_means_any_and_a_list_means_those_on_it() {
        let any = samples::client();
        let cards = Client {
            methods: [Method::Cns].into(),
            ..samples::client()
        };
        for (method, listed) in [(Method::Spid, false), (Method::Cns, true)] {
            assert!(any.accepts(method), "{method:?}");
            assert_eq!(cards.accepts(method), listed, "{method:?}");
        }
    }
}
