//! A portal's own web server, over TLS: what the portal publishes is fetched from here.

use rcgen::{CertificateParams, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use varco::outbound::HttpClient;
use varco::outbound::http::OutboundSettings;

/// Answers by path with what was published there, and counts.
#[derive(Clone)]
pub struct Publisher {
    port: u16,
    authority: String,
    documents: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
    asked: Arc<Mutex<usize>>,
}

impl Publisher {
    pub async fn open() -> Publisher {
        let pair = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let certificate = params.self_signed(&pair).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(pair.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let publisher = Publisher {
            port: listener.local_addr().unwrap().port(),
            authority: certificate.pem(),
            documents: Arc::default(),
            asked: Arc::default(),
        };
        let (at_work, acceptor) = (publisher.clone(), TlsAcceptor::from(Arc::new(config)));
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (publisher, acceptor) = (at_work.clone(), acceptor.clone());
                tokio::spawn(async move {
                    let Ok(mut stream) = acceptor.accept(stream).await else {
                        return;
                    };
                    let mut request = [0; 4096];
                    let length = stream.read(&mut request).await.unwrap_or(0);
                    let _ = stream.write_all(&publisher.answer(&request[..length])).await;
                    let _ = stream.shutdown().await;
                });
            }
        });
        publisher
    }

    fn answer(&self, request: &[u8]) -> Vec<u8> {
        *self.asked.lock().unwrap() += 1;
        let head = String::from_utf8_lossy(request);
        let path = head.split(' ').nth(1).unwrap_or_default();
        let documents = self.documents.lock().unwrap();
        let (status, body) = match documents.get(path) {
            Some(body) => ("200 OK", body.as_slice()),
            None => ("404 Not Found", &[][..]),
        };
        let head = format!(
            "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        [head.as_bytes(), body].concat()
    }

    /// Puts a document at a path, and tells its address.
    pub fn publish(&self, path: &str, body: impl Into<Vec<u8>>) -> String {
        self.documents.lock().unwrap().insert(path.to_owned(), body.into());
        self.address(path)
    }

    pub fn address(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.port)
    }

    /// How often it was asked.
    pub fn asked(&self) -> usize {
        *self.asked.lock().unwrap()
    }

    /// A way out that may call it, and nothing else of this machine.
    pub fn way_there(&self) -> HttpClient {
        self.way(&[format!("localhost:{}", self.port)])
    }

    /// A way out to the public Internet only; its certificate would be trusted.
    pub fn way_to_the_public(&self) -> HttpClient {
        self.way(&[])
    }

    fn way(&self, allowed: &[String]) -> HttpClient {
        HttpClient::new(OutboundSettings {
            allow_hosts: allowed.iter().cloned().collect(),
            root_certificates: Some(self.authority.clone()),
            ..OutboundSettings::default()
        })
        .unwrap()
    }
}
