//! The reverse proxy that every installation has in front of it, as the demo has it: it ends TLS, under an authority
//! that exists nowhere else, and hands each connection on as it is.

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

/// Most connections at one time.
const CONNECTIONS: usize = 512;
/// Longest handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// Names of this machine.
const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "127.0.0.2"];

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A certificate could not be made.
    #[error("a certificate could not be made: {0}")]
    Certificate(#[from] rcgen::Error),
    /// A certificate or key cannot be read.
    #[error("a certificate cannot be read: {0}")]
    Pem(#[from] rustls::pki_types::pem::Error),
    /// Certificate and key do not serve.
    #[error(transparent)]
    Tls(#[from] rustls::Error),
}

/// PEM files of the proxy.
#[derive(Debug)]
pub struct TlsFiles {
    /// The authority, for whoever wants to trust the demo. Its key is not kept: it never signs anything else.
    pub authority: String,
    /// The proxy's certificate.
    pub certificate: String,
    /// Its key.
    pub key: String,
}

impl TlsFiles {
    /// A new authority, and what it signs.
    ///
    /// # Errors
    /// [`TlsError::Certificate`].
    pub fn make() -> Result<TlsFiles, TlsError> {
        let mut params = CertificateParams::default();
        params.distinguished_name = name("Autorità di prova");
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        set_validity(&mut params);
        let key = KeyPair::generate()?;
        let authority = params.self_signed(&key)?.pem();
        let issuer = Issuer::new(params, key);

        let mut params = CertificateParams::new(NAMES.map(str::to_owned))?;
        params.distinguished_name = name("localhost");
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        set_validity(&mut params);
        let key = KeyPair::generate()?;
        Ok(TlsFiles {
            authority,
            certificate: params.signed_by(&key, &issuer)?.pem(),
            key: key.serialize_pem(),
        })
    }
}

fn name(common_name: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::OrganizationName, "Varco demo");
    name.push(DnType::CommonName, common_name);
    name
}

fn set_validity(params: &mut CertificateParams) {
    params.not_before = date_time_ymd(2026, 1, 1);
    params.not_after = date_time_ymd(2046, 1, 1);
}

/// The proxy.
pub struct Proxy {
    acceptor: TlsAcceptor,
    behind: SocketAddr,
}

impl std::fmt::Debug for Proxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Proxy")
            .field("behind", &self.behind)
            .finish_non_exhaustive()
    }
}

impl Proxy {
    /// With PEM of a certificate and its key, in front of `behind`.
    ///
    /// # Errors
    /// [`TlsError`].
    pub fn new(certificate: &str, key: &str, behind: SocketAddr) -> Result<Proxy, TlsError> {
        let chain = CertificateDer::pem_slice_iter(certificate.as_bytes()).collect::<Result<Vec<_>, _>>()?;
        let key = PrivateKeyDer::from_pem_slice(key.as_bytes())?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(rustls::DEFAULT_VERSIONS)?
            .with_no_client_auth()
            .with_single_cert(chain, key)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Proxy {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            behind,
        })
    }

    /// Hands connections on until `stop` is done.
    pub async fn serve(self, listener: TcpListener, stop: impl Future<Output = ()>) {
        let places = Arc::new(Semaphore::new(CONNECTIONS));
        let mut stop = pin!(stop);
        loop {
            let accepted = tokio::select! {
                () = &mut stop => return,
                accepted = listener.accept() => accepted,
            };
            let (Ok((stream, _)), Ok(place)) = (accepted, places.clone().acquire_owned().await) else {
                continue;
            };
            let (acceptor, behind) = (self.acceptor.clone(), self.behind);
            tokio::spawn(async move {
                // Who goes away in the middle, goes: either end sees it.
                let _ = hand_on(&acceptor, stream, behind).await;
                drop(place);
            });
        }
    }
}

async fn hand_on(acceptor: &TlsAcceptor, stream: TcpStream, behind: SocketAddr) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut outside = timeout(HANDSHAKE, acceptor.accept(stream)).await??;
    let mut inside = TcpStream::connect(behind).await?;
    inside.set_nodelay(true)?;
    copy_bidirectional(&mut outside, &mut inside).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustls::pki_types::ServerName;
    use rustls::{ClientConfig, RootCertStore};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio_rustls::TlsConnector;

    #[tokio::test]
    async fn whoever_trusts_the_authority_reaches_what_is_behind() {
        let files = TlsFiles::make().unwrap();
        let behind = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let front = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, inner) = (front.local_addr().unwrap(), behind.local_addr().unwrap());
        let proxy = Proxy::new(&files.certificate, &files.key, inner).unwrap();
        tokio::spawn(proxy.serve(front, std::future::pending()));
        tokio::spawn(async move {
            let (mut stream, _) = behind.accept().await.unwrap();
            let mut asked = [0; 5];
            stream.read_exact(&mut asked).await.unwrap();
            stream.write_all(&asked).await.unwrap();
        });

        let mut roots = RootCertStore::empty();
        roots
            .add(CertificateDer::from_pem_slice(files.authority.as_bytes()).unwrap())
            .unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let stream = TcpStream::connect(address).await.unwrap();
        let mut stream = TlsConnector::from(Arc::new(config))
            .connect(ServerName::try_from("localhost").unwrap(), stream)
            .await
            .unwrap();
        stream.write_all(b"varco").await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap_or_default();
        assert_eq!(answer, "varco");
    }
}
