//! Cards of the invented PKI (`conformance/cns/make-pki`), and the card listener without its TLS.

use super::TestApp;
use axum::body::Body;
use axum::extract::Extension;
use http::header::LOCATION;
use http::{Request, StatusCode};
use protocol::cns::Rules;
use protocol::x509::pem_to_der;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;
use tower::ServiceExt as _;
use url::Url;
use varco::flow::sign_in::cns::{CnsSettings, RevocationCheck, TrustSource, Unreachable};
use varco::web::TlsPeer;

pub const CARDS: &str = "https://cns.ente.example.it";

/// The DER of a certificate of the PKI, which openssl makes once for all tests.
pub fn der(name: &str) -> Vec<u8> {
    static PKI: OnceLock<tempfile::TempDir> = OnceLock::new();
    let folder = PKI.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance/cns/make-pki");
        // Nobody listens on port 1: whoever asks there gets no answer.
        let made = Command::new(script)
            .arg(folder.path())
            .arg("http://127.0.0.1:1")
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        folder
    });
    pem_to_der(&std::fs::read_to_string(folder.path().join(format!("{name}.pem"))).unwrap()).unwrap()
}

pub fn settings(unreachable: Unreachable) -> CnsSettings {
    CnsSettings {
        url: CARDS.to_owned(),
        rules: Rules {
            cns_like: true,
            cie: true,
        },
        source: TrustSource::Certificates(["cns-sub", "cns-direct", "cie-sub"].map(der).to_vec()),
        refresh: Duration::from_secs(3600),
        checks: vec![RevocationCheck::Ocsp, RevocationCheck::Crl],
        unreachable,
        within: Duration::from_secs(2),
        proxy: None,
    }
}

impl TestApp {
    /// A card is shown at the address that the main host gave; where the browser goes then.
    pub async fn show_card(&self, address: &Url, card: Option<&str>) -> (StatusCode, String) {
        assert!(address.as_str().starts_with(CARDS), "{address}");
        let peer = TlsPeer {
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
            certificates: card.map(der).into_iter().collect(),
            fingerprint: None,
        };
        let request = Request::get(format!("{}?{}", address.path(), address.query().unwrap_or_default()));
        let request = request.body(Body::empty()).unwrap();
        let router = self.card_router().layer(Extension(peer));
        let answer = router.oneshot(request).await.unwrap();
        let location = answer
            .headers()
            .get(LOCATION)
            .map(|value| value.to_str().unwrap().to_owned());
        (answer.status(), location.unwrap_or_default())
    }
}
