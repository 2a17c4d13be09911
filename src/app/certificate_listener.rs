//! Listeners that ask for a client certificate: one for cards, one for the servers of clients. No other does.
//!
//! Whether a certificate is any good is judged later, where somebody can be told; in the handshake the client proves
//! that it has the key. No session is resumed, so that each connection proves it anew.
//!
//! Cards speak TLS 1.2 only: many cards and their programs sign PKCS#1 v1.5 and nothing else, and under TLS 1.3 such a
//! card silently sends no certificate. For the same reason RSA-PSS is not offered. No connection serves a second
//! request, so each login asks the card anew (attack 32).

use super::StartError;
use super::listener::{self, Patience};
use crate::config;
use crate::flow::CertificateProxy;
use crate::web::TlsPeer;
use protocol::cns::fingerprint;
use protocol::oidc::hash_secret;
use protocol::x509::forwarded::Encoding;
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::server::NoServerSessionStorage;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{
    DigitallySignedStruct, DistinguishedName, ServerConfig, SignatureScheme, SupportedProtocolVersion, version,
};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_rustls::LazyConfigAcceptor;

/// Longest wait for the client's first message.
const HELLO: Duration = Duration::from_secs(5);
/// Most certificates that are taken over from a handshake.
const CHAIN: usize = 8;

/// How a listener speaks.
#[derive(Debug)]
pub(super) struct Manner {
    /// Its name in the log.
    name: &'static str,
    versions: &'static [&'static SupportedProtocolVersion],
    /// Whether RSA-PSS is offered.
    pss: bool,
    /// Longest handshake.
    handshake: Duration,
    /// Whether a connection serves more than one request.
    keep_alive: bool,
}

/// Within the handshake somebody chooses a certificate and types a PIN.
pub(super) const CARDS: Manner = Manner {
    name: "card",
    versions: &[&version::TLS12],
    pss: false,
    handshake: Duration::from_secs(180),
    keep_alive: false,
};

/// Everybody at the other end is a program.
pub(super) const MACHINES: Manner = Manner {
    name: "mtls",
    versions: &[&version::TLS13, &version::TLS12],
    pss: true,
    handshake: Duration::from_secs(15),
    keep_alive: true,
};

/// A listener, ready to listen.
pub(super) struct CertificateListener {
    manner: &'static Manner,
    address: SocketAddr,
    /// `None`: a reverse proxy ends TLS.
    tls: Option<Arc<ServerConfig>>,
}

impl std::fmt::Debug for CertificateListener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CertificateListener")
            .field("name", &self.manner.name)
            .field("address", &self.address)
            .field("tls", &self.tls.is_some())
            .finish()
    }
}

impl CertificateListener {
    /// With the PEM of certificate chain and key, or behind a proxy that ends TLS.
    ///
    /// # Errors
    /// Why the two cannot be used.
    pub(super) fn new(
        manner: &'static Manner,
        address: SocketAddr,
        files: Option<(&str, &str)>,
    ) -> Result<CertificateListener, String> {
        let tls = files.map(|(certificate, key)| server_config(manner, certificate, key).map(Arc::new));
        Ok(CertificateListener {
            manner,
            address,
            tls: tls.transpose()?,
        })
    }

    /// Takes the address; what it returns serves `router` until `stop` is closed.
    pub(super) async fn serve(
        self,
        router: axum::Router,
        mut stop: watch::Receiver<()>,
    ) -> Result<impl Future<Output = ()> + Send + 'static, StartError> {
        let listener = super::listen(self.address).await?;
        tracing::info!(name = self.manner.name, address = %self.address, tls = self.tls.is_some(), "certificate listener ready");
        let patience = Patience::default();
        let router = listener::timed(router, patience);
        Ok(async move {
            let stopped = async move {
                let _ = stop.changed().await;
            };
            listener::serve_each(listener, patience, stopped, move |stream, address, stopped| {
                let tls = self.tls.clone();
                connection(self.manner, stream, address, tls, router.clone(), stopped)
            })
            .await;
        })
    }
}

async fn connection(
    manner: &'static Manner,
    stream: TcpStream,
    address: SocketAddr,
    tls: Option<Arc<ServerConfig>>,
    router: axum::Router,
    stopped: watch::Receiver<()>,
) {
    let patience = Patience::default();
    let mut peer = TlsPeer {
        address: address.ip(),
        certificates: Vec::new(),
        fingerprint: None,
    };
    let Some(config) = tls else {
        listener::connection(stream, router, peer, patience, manner.keep_alive, stopped).await;
        return;
    };
    // A handshake that fails has no page to tell it on: a line in the log, without who it was.
    let Some(stream) = handshake(manner, stream, config).await else {
        return;
    };
    let sent = stream.get_ref().1.peer_certificates().unwrap_or_default();
    peer.certificates = sent.iter().take(CHAIN).map(|der| der.to_vec()).collect();
    peer.fingerprint = peer.certificates.first().map(|der| fingerprint(der));
    listener::connection(stream, router, peer, patience, manner.keep_alive, stopped).await;
}

async fn handshake<S: AsyncRead + AsyncWrite + Unpin>(
    manner: &Manner,
    stream: S,
    config: Arc<ServerConfig>,
) -> Option<tokio_rustls::server::TlsStream<S>> {
    let hello = LazyConfigAcceptor::new(rustls::server::Acceptor::default(), stream);
    let start = match timeout(HELLO, hello).await {
        Ok(Ok(start)) => start,
        Ok(Err(error)) => {
            tracing::debug!(name = manner.name, %error, "handshake not begun");
            return None;
        }
        Err(_) => return None,
    };
    match timeout(manner.handshake, start.into_stream(config)).await {
        Ok(Ok(stream)) => Some(stream),
        Ok(Err(error)) => {
            tracing::info!(name = manner.name, reason = "handshake_failed", %error, "handshake failed");
            None
        }
        Err(_) => {
            tracing::info!(name = manner.name, reason = "handshake_too_long", "handshake failed");
            None
        }
    }
}

fn server_config(manner: &Manner, certificate: &str, key: &str) -> Result<ServerConfig, String> {
    let chain = CertificateDer::pem_slice_iter(certificate.as_bytes())
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| error.to_string())?;
    let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).map_err(|error| error.to_string())?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider.clone())
        .with_protocol_versions(manner.versions)
        .map_err(|error| error.to_string())?
        .with_client_cert_verifier(Arc::new(PossessionOnly {
            provider,
            pss: manner.pss,
        }))
        .with_single_cert(chain, key)
        .map_err(|error| error.to_string())?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    Ok(config)
}

/// The proxy that may hand certificates on in place of the handshake.
pub(super) fn proxy(written: &config::CertificateProxy) -> CertificateProxy {
    let header = written.header.to_ascii_lowercase();
    let secret = written.secret_header.as_ref().zip(written.secret.as_ref());
    CertificateProxy {
        addresses: written.addresses.clone(),
        encoding: if header == "client-cert" {
            Encoding::Rfc9440
        } else {
            Encoding::EscapedPem
        },
        header,
        // Only its hash is kept.
        secret: secret.map(|(name, secret)| (name.to_ascii_lowercase(), hash_secret(secret.reveal()))),
        certificate: written.certificate_der.as_deref().map(fingerprint),
    }
}

/// Asks for a certificate and takes any, or none; that the client has its key is checked.
#[derive(Debug)]
struct PossessionOnly {
    provider: Arc<CryptoProvider>,
    pss: bool,
}

impl ClientCertVerifier for PossessionOnly {
    fn offer_client_auth(&self) -> bool {
        true
    }

    fn client_auth_mandatory(&self) -> bool {
        false
    }

    /// None named: whoever comes offers what it has, and a wrong one is told so.
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let pss = [
            SignatureScheme::RSA_PSS_SHA256,
            SignatureScheme::RSA_PSS_SHA384,
            SignatureScheme::RSA_PSS_SHA512,
        ];
        let mut schemes = self.provider.signature_verification_algorithms.supported_schemes();
        schemes.retain(|scheme| self.pss || !pss.contains(scheme));
        schemes
    }
}
