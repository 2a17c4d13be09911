//! Where a request comes from: the other end of the connection, or, behind a reverse proxy that we trust, what it
//! says (`X-Forwarded-For`). For the register, and to slow down who guesses codes of devices; nobody is let in by it.

use super::State;
use axum::extract::FromRequestParts;
use axum::http::header::HeaderMap;
use axum::http::request::Parts;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

/// The other end of the connection; the listener puts it on each request.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

/// Where a request comes from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source {
    /// `None`: not known.
    pub address: Option<IpAddr>,
}

impl FromRequestParts<State> for Source {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<Peer>();
        let trusted = &state.deps.settings.trusted_proxies;
        Ok(Source {
            address: peer.map(|peer| source(peer.0.ip(), &parts.headers, trusted)),
        })
    }
}

/// From the nearest hop outwards: the first one that is not a proxy of ours. What stands further out, anybody may
/// have written.
fn source(peer: IpAddr, headers: &HeaderMap, trusted: &[(IpAddr, u8)]) -> IpAddr {
    let mut address = peer.to_canonical();
    let values = headers.get_all("x-forwarded-for");
    let text: Vec<&str> = values.iter().filter_map(|value| value.to_str().ok()).collect();
    for hop in text.iter().flat_map(|value| value.split(',')).rev() {
        if !trusted.iter().any(|network| within(address, *network)) {
            break;
        }
        let hop = hop.trim();
        let read = hop
            .parse::<IpAddr>()
            .or_else(|_| hop.parse::<SocketAddr>().map(|socket| socket.ip()));
        let Ok(read) = read else { break };
        address = read.to_canonical();
    }
    address
}

fn within(address: IpAddr, (network, prefix): (IpAddr, u8)) -> bool {
    let bits = |address: IpAddr| match address {
        IpAddr::V4(v4) => (u128::from(v4.to_bits()), 32_u8),
        IpAddr::V6(v6) => (v6.to_bits(), 128),
    };
    let ((address, width), (network, other)) = (bits(address), bits(network));
    let shift = u32::from(width.saturating_sub(prefix));
    width == other && address.checked_shr(shift).unwrap_or(0) == network.checked_shr(shift).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(peer: &str, forwarded: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        let trusted = [("127.0.0.0".parse().unwrap(), 8), ("fd00::".parse().unwrap(), 16)];
        source(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn a_stranger_is_whoever_is_at_the_other_end_whatever_they_write() {
        assert_eq!(from("203.0.113.7", &["198.51.100.1"]), "203.0.113.7");
        assert_eq!(from("203.0.113.7", &[]), "203.0.113.7");
    }

    #[test]
    fn a_proxy_of_ours_says_who_asked_it_and_no_more() {
        assert_eq!(from("127.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(from("127.0.0.1", &["10.9.9.9, 198.51.100.1"]), "198.51.100.1");
        assert_eq!(from("127.0.0.1", &["198.51.100.1", "127.3.3.3"]), "198.51.100.1");
        assert_eq!(from("::ffff:127.0.0.1", &["2001:db8::7"]), "2001:db8::7");
        assert_eq!(from("fd00::1", &["[2001:db8::7]:443"]), "2001:db8::7");
    }

    #[test]
    fn what_is_no_address_ends_the_search() {
        assert_eq!(from("127.0.0.1", &["198.51.100.1, unknown"]), "127.0.0.1");
    }
}
