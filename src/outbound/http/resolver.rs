//! Names to addresses, public ones only.

use super::address::is_public;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::SocketAddr;

/// Every address of a name is private, or its own machine's.
#[derive(Debug, thiserror::Error)]
#[error("no public address")]
pub(super) struct NotPublicAddress;

/// The system's resolver, with every address that is not public left out. The connection is made to
/// what comes out of here and to nothing else.
#[derive(Debug)]
pub(super) struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            Ok(Box::new(public_of(found)?.into_iter()) as Addrs)
        })
    }
}

/// The public ones among the addresses of a name.
pub(super) fn public_of(found: impl Iterator<Item = SocketAddr>) -> Result<Vec<SocketAddr>, NotPublicAddress> {
    let public: Vec<SocketAddr> = found.filter(|address| is_public(address.ip())).collect();
    match public.is_empty() {
        true => Err(NotPublicAddress),
        false => Ok(public),
    }
}
