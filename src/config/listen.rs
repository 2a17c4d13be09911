//! `[listen]`: where the server listens, and which proxies in front of it are believed.

use super::check::Check;
use serde::Deserialize;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// `[listen]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Listen {
    /// Address and port for the reverse proxy that holds the TLS certificate. Default: `127.0.0.1:8080`.
    pub address: SocketAddr,
    /// Reverse proxies whose `X-Forwarded-For` is believed, addresses or networks (`10.1.0.0/16`): the register keeps
    /// where an answer came from, and guesses of a device's code are counted by it. Default: the machine itself.
    pub trusted_proxies: Vec<String>,
}

impl Default for Listen {
    fn default() -> Listen {
        Listen {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            trusted_proxies: vec!["127.0.0.0/8".to_owned(), "::1".to_owned()],
        }
    }
}

impl Listen {
    /// The trusted networks: address and length of the prefix.
    pub fn proxies(&self) -> Vec<(IpAddr, u8)> {
        self.trusted_proxies.iter().filter_map(|text| network(text)).collect()
    }

    pub(super) fn check(&self, check: &mut Check<'_>) {
        for (index, text) in self.trusted_proxies.iter().enumerate() {
            if network(text).is_none() {
                check.wrong(
                    &format!("listen.trusted_proxies[{index}]"),
                    "must be an address or a network, like `10.1.0.0/16`",
                );
            }
        }
    }
}

fn network(text: &str) -> Option<(IpAddr, u8)> {
    let (address, prefix) = match text.split_once('/') {
        Some((address, prefix)) => (address, Some(prefix)),
        None => (text, None),
    };
    let address: IpAddr = address.parse().ok()?;
    let longest = if address.is_ipv4() { 32 } else { 128 };
    let prefix = match prefix {
        Some(prefix) => prefix.parse().ok().filter(|prefix| *prefix <= longest)?,
        None => longest,
    };
    Some((address, prefix))
}
