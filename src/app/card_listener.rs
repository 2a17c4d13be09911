//! Where cards are shown: the only place that asks for a client certificate.
//!
//! TLS 1.2 only: many cards and their programs sign PKCS#1 v1.5 and nothing else, and under TLS 1.3 such a card
//! silently sends no certificate. For the same reason RSA-PSS is not offered. Whether a certificate is any good is
//! judged later, where a citizen can be told; in the handshake the client proves that it has the key. No session is
//! resumed and no connection serves a second request, so each login asks the card anew (attack 32).

use super::StartError;
use super::listener::{self, Patience};
use crate::web::{CardPeer, State, card_router};
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::server::NoServerSessionStorage;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{DigitallySignedStruct, DistinguishedName, ServerConfig, SignatureScheme, version};
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
/// Longest handshake: within it somebody chooses a certificate and types a PIN.
const HANDSHAKE: Duration = Duration::from_secs(180);
/// Most certificates that are taken over from a handshake.
const CHAIN: usize = 8;

/// The card listener, ready to listen.
pub(super) struct CardListener {
    address: SocketAddr,
    /// `None`: a reverse proxy ends TLS.
    tls: Option<Arc<ServerConfig>>,
}

impl std::fmt::Debug for CardListener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CardListener")
            .field("address", &self.address)
            .field("tls", &self.tls.is_some())
            .finish()
    }
}

impl CardListener {
    /// With the PEM of certificate chain and key, or behind a proxy that ends TLS.
    pub(super) fn new(address: SocketAddr, files: Option<(&str, &str)>) -> Result<CardListener, StartError> {
        let tls = files.map(|(certificate, key)| server_config(certificate, key).map(Arc::new));
        Ok(CardListener {
            address,
            tls: tls.transpose().map_err(StartError::CardCertificate)?,
        })
    }

    /// Takes the address; what it returns serves until `stop` is closed.
    pub(super) async fn serve(
        self,
        state: State,
        mut stop: watch::Receiver<()>,
    ) -> Result<impl Future<Output = ()> + Send + 'static, StartError> {
        let listener = super::listen(self.address).await?;
        let url = state.deps.cns.as_ref().map(|cns| cns.settings.url.clone());
        tracing::info!(address = %self.address, url, tls = self.tls.is_some(), "card listener ready");
        let patience = Patience::default();
        let router = listener::timed(card_router(state), patience);
        Ok(async move {
            let stopped = async move {
                let _ = stop.changed().await;
            };
            listener::serve_each(listener, patience, stopped, move |stream, address, stopped| {
                connection(stream, address, self.tls.clone(), router.clone(), patience, stopped)
            })
            .await;
        })
    }
}

async fn connection(
    stream: TcpStream,
    address: SocketAddr,
    tls: Option<Arc<ServerConfig>>,
    router: axum::Router,
    patience: Patience,
    stopped: watch::Receiver<()>,
) {
    let mut peer = CardPeer {
        address: address.ip(),
        certificates: Vec::new(),
        fingerprint: None,
    };
    let Some(config) = tls else {
        listener::connection(stream, router, peer, patience, false, stopped).await;
        return;
    };
    // A handshake that fails has no page to tell it on: a line in the log, without who it was.
    let Some(stream) = handshake(stream, config).await else {
        return;
    };
    let sent = stream.get_ref().1.peer_certificates().unwrap_or_default();
    peer.certificates = sent.iter().take(CHAIN).map(|der| der.to_vec()).collect();
    peer.fingerprint = peer.certificates.first().map(|der| protocol::cns::fingerprint(der));
    listener::connection(stream, router, peer, patience, false, stopped).await;
}

async fn handshake<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    config: Arc<ServerConfig>,
) -> Option<tokio_rustls::server::TlsStream<S>> {
    let hello = LazyConfigAcceptor::new(rustls::server::Acceptor::default(), stream);
    let start = match timeout(HELLO, hello).await {
        Ok(Ok(start)) => start,
        Ok(Err(error)) => {
            tracing::debug!(%error, "card handshake not begun");
            return None;
        }
        Err(_) => return None,
    };
    match timeout(HANDSHAKE, start.into_stream(config)).await {
        Ok(Ok(stream)) => Some(stream),
        Ok(Err(error)) => {
            tracing::info!(reason = "handshake_failed", %error, "card handshake failed");
            None
        }
        Err(_) => {
            tracing::info!(reason = "handshake_too_long", "card handshake failed");
            None
        }
    }
}

fn server_config(certificate: &str, key: &str) -> Result<ServerConfig, String> {
    let chain = CertificateDer::pem_slice_iter(certificate.as_bytes())
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| error.to_string())?;
    let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).map_err(|error| error.to_string())?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider.clone())
        .with_protocol_versions(&[&version::TLS12])
        .map_err(|error| error.to_string())?
        .with_client_cert_verifier(Arc::new(PossessionOnly(provider)))
        .with_single_cert(chain, key)
        .map_err(|error| error.to_string())?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    Ok(config)
}

/// Asks for a certificate and takes any, or none; that the client has its key is checked.
#[derive(Debug)]
struct PossessionOnly(Arc<CryptoProvider>);

impl ClientCertVerifier for PossessionOnly {
    fn offer_client_auth(&self) -> bool {
        true
    }

    fn client_auth_mandatory(&self) -> bool {
        false
    }

    /// None named: the browser offers every certificate, and a wrong one gets a page that says so.
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
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(rustls::Error::General("TLS 1.3 is not spoken here".to_owned()))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let pss = [
            SignatureScheme::RSA_PSS_SHA256,
            SignatureScheme::RSA_PSS_SHA384,
            SignatureScheme::RSA_PSS_SHA512,
        ];
        let mut schemes = self.0.signature_verification_algorithms.supported_schemes();
        schemes.retain(|scheme| !pss.contains(scheme));
        schemes
    }
}
