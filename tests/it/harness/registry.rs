//! The registry of identity providers, as AgID would serve it: on this machine, and saying what the test wants.

use super::{FakeIdp, TestApp, certified};
use chrono::TimeDelta;
use protocol::keyring::SamlKey;
use protocol::x509::{PublicKey, Validity};
use protocol::xml::signature::{Placement, sign};
use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock, Mutex};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use varco::flow::{IdentityProviders, RegistrySource};
use varco::outbound::HttpClient;
use varco::outbound::http::OutboundSettings;

/// Whoever signs the registry.
pub static SIGNER: LazyLock<SamlKey> = LazyLock::new(|| certified("https://registry.example.org"));
/// Whoever would like to.
pub static FORGER: LazyLock<SamlKey> = LazyLock::new(|| certified("https://registry.example.com"));

/// A server on this machine that answers every request with what it was told last.
#[derive(Debug, Clone)]
pub struct Registry {
    port: u16,
    state: Arc<Mutex<(String, usize)>>,
}

impl Registry {
    pub async fn start() -> Registry {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(Mutex::new((String::new(), 0)));
        let shared = state.clone();
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let answer = {
                    let mut state = shared.lock().unwrap();
                    state.1 += 1;
                    state.0.clone()
                };
                tokio::spawn(async move {
                    let mut request = [0; 4096];
                    let _ = stream.read(&mut request).await;
                    let _ = stream.write_all(answer.as_bytes()).await;
                });
            }
        });
        let registry = Registry { port, state };
        registry.says("");
        registry
    }

    /// Answers with this document from now on.
    pub fn says(&self, document: &str) {
        let length = document.len();
        self.answers(&format!(
            "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/xml\r\nContent-Length: {length}\r\n\r\n{document}"
        ));
    }

    /// Answers with these bytes from now on.
    pub fn answers(&self, answer: &str) {
        self.state.lock().unwrap().0 = answer.to_owned();
    }

    /// How often it was asked.
    pub fn asked(&self) -> usize {
        self.state.lock().unwrap().1
    }

    /// The address of something it serves.
    pub fn address(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// As an operator describes it.
    pub fn source(&self) -> RegistrySource {
        RegistrySource {
            name: "spid",
            url: self.address("/spid-entities-idps.xml"),
            signers: vec![PublicKey::from_certificate(&SIGNER.certificate).unwrap()],
            signer_certificates: vec![Validity::of_certificate(&SIGNER.certificate).unwrap()],
            every: TimeDelta::hours(6),
            alarm_ahead: TimeDelta::days(30),
            bundled: None,
        }
    }

    /// A way out that may call this registry, and nothing else of this machine.
    pub fn way_there(&self) -> HttpClient {
        HttpClient::new(OutboundSettings {
            allow_hosts: [format!("127.0.0.1:{}", self.port)].into(),
            ..OutboundSettings::default()
        })
        .unwrap()
    }
}

/// A registry of these entities, unsigned.
pub fn aggregate(attributes: &str, entities: &[String]) -> String {
    format!(
        r#"<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" ID="_registry" Name="https://idps.example.org"{attributes}>{}</md:EntitiesDescriptor>"#,
        entities.concat()
    )
}

/// Signed by `key`.
pub fn signed(key: &SamlKey, document: &str) -> String {
    sign(document, Placement::First, key).unwrap()
}

/// A registry with these identity providers, as it should be.
pub fn registry_of(providers: &[&FakeIdp]) -> String {
    let entities: Vec<String> = providers.iter().map(|idp| idp.metadata()).collect();
    signed(&SIGNER, &aggregate("", &entities))
}

/// Another identity provider with the same key as `idp`.
pub fn named(idp: &FakeIdp, entity_id: &str) -> FakeIdp {
    let mut other = idp.clone();
    other.entity_id = entity_id.to_owned();
    other
}

impl TestApp {
    /// The same service with another way out.
    pub fn with_way(mut self, http: HttpClient) -> TestApp {
        self.change_deps(|deps| deps.http = http);
        self
    }

    /// The same service, with no identity provider but those of a registry.
    pub fn with_registry(self, registry: &Registry, source: RegistrySource) -> TestApp {
        self.with_registry_except(registry, source, &[])
    }

    /// The same, with some of them disabled by an administrator.
    pub fn with_registry_except(mut self, registry: &Registry, source: RegistrySource, disabled: &[&str]) -> TestApp {
        let disabled: BTreeSet<String> = disabled.iter().map(|id| (*id).to_owned()).collect();
        let deps = Arc::make_mut(&mut self.deps);
        deps.http = registry.way_there();
        deps.identity_providers = IdentityProviders::new(Vec::new(), disabled, Some(source));
        self.state.deps = self.deps.clone();
        self
    }
}
