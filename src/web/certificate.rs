//! Whose certificate it is: that of the TLS handshake, or the one that a reverse proxy hands on – and never what
//! somebody else writes into a header (attack 29).

use crate::flow::CertificateProxy;
use axum::http::header::{HeaderMap, HeaderName};
use protocol::oidc::{hash_secret, secrets_match};
use protocol::x509::forwarded::{self, Encoding};
use std::net::IpAddr;

/// Who is at the other end of a connection to a listener that asks for certificates.
#[derive(Debug, Clone)]
pub struct TlsPeer {
    /// From where.
    pub address: IpAddr,
    /// The certificates of its handshake, its own first, DER. None when there was none, or no TLS.
    pub certificates: Vec<Vec<u8>>,
    /// SHA-256 of its own.
    pub fingerprint: Option<[u8; 32]>,
}

/// Why a request is not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// A header that hands on certificates, from somebody who is no proxy, twice, or under a name that a careless
    /// reader would take for it.
    Header,
    /// Not the proxy that everybody has to come through.
    NotTheProxy,
    /// The proxy's header cannot be read.
    Unreadable,
}

impl Fault {
    /// The word for the log.
    pub fn name(self) -> &'static str {
        match self {
            Fault::Header => "certificate_header_forged",
            Fault::NotTheProxy => "not_the_proxy",
            Fault::Unreadable => "certificate_header_unreadable",
        }
    }
}

/// RFC 9440, its chain.
const CHAIN: &str = "client-cert-chain";
/// Names under which proxies are known to hand certificates on, with hyphens.
const KNOWN: [&str; 7] = [
    "client-cert",
    CHAIN,
    "x-client-cert",
    "x-ssl-client-cert",
    "x-ssl-cert",
    "ssl-client-cert",
    "x-forwarded-client-cert",
];

/// The certificates that were presented at the other end, DER, its own first; none: nobody presented any.
pub(super) fn presented(
    proxy: Option<&CertificateProxy>,
    peer: &TlsPeer,
    headers: &HeaderMap,
) -> Result<Vec<Vec<u8>>, Fault> {
    let Some(proxy) = proxy else {
        if headers.keys().any(|name| is_known(name, None)) {
            return Err(Fault::Header);
        }
        return Ok(peer.certificates.clone());
    };
    is_the_proxy(proxy, peer, headers)?;
    let chain_allowed = proxy.encoding == Encoding::Rfc9440;
    let expected = |name: &HeaderName| name.as_str() == proxy.header || (chain_allowed && name.as_str() == CHAIN);
    // Underscores: what some servers make of hyphens, and hyphens of them.
    if headers
        .keys()
        .any(|name| is_known(name, Some(proxy)) && !expected(name))
    {
        return Err(Fault::Header);
    }
    let Some(value) = only(headers, &proxy.header)? else {
        return Ok(Vec::new());
    };
    let others = match only(headers, CHAIN)?.filter(|_| chain_allowed) {
        Some(value) => forwarded::chain(value).map_err(|_| Fault::Unreadable)?,
        None => Vec::new(),
    };
    let certificate = forwarded::certificate(value, proxy.encoding).map_err(|_| Fault::Unreadable)?;
    Ok([vec![certificate], others].concat())
}

/// By address, and by what nobody else can show: a secret, or a certificate of its own.
fn is_the_proxy(proxy: &CertificateProxy, peer: &TlsPeer, headers: &HeaderMap) -> Result<(), Fault> {
    let address = proxy.addresses.contains(&peer.address.to_canonical());
    let certificate = proxy.certificate.is_none_or(|pinned| peer.fingerprint == Some(pinned));
    let secret = match &proxy.secret {
        None => true,
        Some((name, hash)) => only(headers, name)
            .ok()
            .flatten()
            .is_some_and(|value| secrets_match(&hash_secret(value), hash)),
    };
    match address && certificate && secret && (proxy.certificate.is_some() || proxy.secret.is_some()) {
        true => Ok(()),
        false => Err(Fault::NotTheProxy),
    }
}

fn is_known(name: &HeaderName, proxy: Option<&CertificateProxy>) -> bool {
    // Names are in lower case already.
    let plain = name.as_str().replace('_', "-");
    KNOWN.contains(&plain.as_str()) || proxy.is_some_and(|proxy| proxy.header.replace('_', "-") == plain)
}

/// The only value of a header; an empty one is none, and so is what Apache writes for a missing variable.
fn only<'h>(headers: &'h HeaderMap, name: &str) -> Result<Option<&'h str>, Fault> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(Fault::Header);
    }
    let value = value.to_str().map_err(|_| Fault::Unreadable)?;
    Ok(Some(value).filter(|value| !value.is_empty() && *value != "(null)"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::header::HeaderValue;

    const SECRET: &str = "0123456789abcdef0123456789abcdef";

    fn proxy() -> CertificateProxy {
        CertificateProxy {
            addresses: vec!["10.0.0.1".parse().unwrap()],
            header: "client-cert".into(),
            encoding: Encoding::Rfc9440,
            secret: Some(("x-varco-proxy".into(), hash_secret(SECRET))),
            certificate: None,
        }
    }

    fn peer(address: &str) -> TlsPeer {
        TlsPeer {
            address: address.parse().unwrap(),
            certificates: vec![vec![1], vec![2]],
            fingerprint: Some([7; 32]),
        }
    }

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pairs = pairs.iter();
        pairs
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    const GOOD: [(&str, &str); 2] = [("client-cert", ":AQID:"), ("x-varco-proxy", SECRET)];

    #[test]
    fn without_a_proxy_the_handshake_alone_counts() {
        let found = presented(None, &peer("192.0.2.1"), &HeaderMap::new()).unwrap();
        assert_eq!(found, [[1], [2]]);
    }

    #[test]
    fn attack_29_without_a_proxy_nobody_hands_on_certificates() {
        for name in [
            "client-cert",
            "client_cert",
            "client-cert-chain",
            "x-ssl-client-cert",
            "x_ssl_client_cert",
            "x-forwarded-client-cert",
            "ssl_client_cert",
        ] {
            let forged = presented(None, &peer("10.0.0.1"), &headers(&[(name, ":AQID:")]));
            assert_eq!(forged, Err(Fault::Header), "{name}");
        }
    }

    #[test]
    fn the_proxy_hands_on_a_certificate_or_none() {
        let found = presented(Some(&proxy()), &peer("10.0.0.1"), &headers(&GOOD)).unwrap();
        assert_eq!(found, [[1, 2, 3]]);
        // The same address as IPv6 writes it.
        assert!(presented(Some(&proxy()), &peer("::ffff:10.0.0.1"), &headers(&GOOD)).is_ok());
        let none = presented(
            Some(&proxy()),
            &peer("10.0.0.1"),
            &headers(&[("x-varco-proxy", SECRET)]),
        );
        assert_eq!(none, Ok(Vec::new()));
    }

    #[test]
    fn attack_29_whoever_is_not_the_proxy_is_refused() {
        let elsewhere = presented(Some(&proxy()), &peer("10.0.0.2"), &headers(&GOOD));
        assert_eq!(elsewhere, Err(Fault::NotTheProxy));
        for secret in [
            &[][..],
            &[("x-varco-proxy", "guess")],
            &[("x-varco-proxy", SECRET), ("x-varco-proxy", SECRET)],
        ] {
            let mut headers = headers(&[("client-cert", ":AQID:")]);
            for (name, value) in secret {
                headers.append(*name, HeaderValue::from_static(value));
            }
            let refused = presented(Some(&proxy()), &peer("10.0.0.1"), &headers);
            assert_eq!(refused, Err(Fault::NotTheProxy), "{secret:?}");
        }
        let unproved = CertificateProxy {
            secret: None,
            ..proxy()
        };
        assert_eq!(
            presented(Some(&unproved), &peer("10.0.0.1"), &headers(&GOOD)),
            Err(Fault::NotTheProxy)
        );
        let pinned = |certificate| CertificateProxy {
            secret: None,
            certificate: Some(certificate),
            ..proxy()
        };
        assert!(presented(Some(&pinned([7; 32])), &peer("10.0.0.1"), &headers(&GOOD[..1])).is_ok());
        let other = presented(Some(&pinned([8; 32])), &peer("10.0.0.1"), &headers(&GOOD[..1]));
        assert_eq!(other, Err(Fault::NotTheProxy));
    }

    #[test]
    fn attack_29_a_second_header_or_one_that_looks_like_it_is_refused() {
        let mut doubled = headers(&GOOD);
        doubled.append("client-cert", HeaderValue::from_static(":BAUG:"));
        assert_eq!(
            presented(Some(&proxy()), &peer("10.0.0.1"), &doubled),
            Err(Fault::Header)
        );
        for name in ["client_cert", "x-ssl-client-cert", "x-forwarded-client-cert"] {
            let mut more = headers(&GOOD);
            more.append(name, HeaderValue::from_static(":BAUG:"));
            assert_eq!(
                presented(Some(&proxy()), &peer("10.0.0.1"), &more),
                Err(Fault::Header),
                "{name}"
            );
        }
        let mut rubbish = headers(&GOOD);
        rubbish.insert("client-cert", HeaderValue::from_static("AQID"));
        assert_eq!(
            presented(Some(&proxy()), &peer("10.0.0.1"), &rubbish),
            Err(Fault::Unreadable)
        );
    }
}
