//! `[listen]`: where the server listens.

use serde::Deserialize;
use std::net::{Ipv4Addr, SocketAddr};

/// `[listen]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Listen {
    /// Address and port for the reverse proxy that holds the TLS certificate. Default: `127.0.0.1:8080`.
    pub address: SocketAddr,
}

impl Default for Listen {
    fn default() -> Listen {
        Listen {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
        }
    }
}
