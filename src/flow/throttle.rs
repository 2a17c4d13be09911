//! How often a stranger may do something: counted by what they come by, in the brief store, so that all nodes count together.

use super::{Deps, FlowError};
use chrono::{DateTime, TimeDelta, Utc};
use protocol::oidc::hash_secret;
use std::net::{IpAddr, Ipv6Addr};

/// Who has one IPv6 address has all of its network: 64 bits.
pub(super) fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 64)).into(),
    }
}

/// Whether something may happen once more; of all who ask, `most` are told so within `spell`. Each time is a thing that is
/// used once, so that nobody counts past another.
///
/// # Errors
/// [`FlowError`] when the brief store fails.
pub(super) async fn is_allowed(
    deps: &Deps,
    what: &str,
    most: u32,
    spell: TimeDelta,
    now: DateTime<Utc>,
) -> Result<bool, FlowError> {
    let until = now.checked_add_signed(spell).unwrap_or(now);
    for time in 0..most {
        let name = hash_secret(&format!("{what} {time}"));
        if deps.store.brief.use_once(&name, until, now).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether we may be made to call others once more from `address`; unknown ones are not counted.
///
/// # Errors
/// [`FlowError`] when the brief store fails.
pub(super) async fn may_make_us_call(
    deps: &Deps,
    address: Option<IpAddr>,
    now: DateTime<Utc>,
) -> Result<bool, FlowError> {
    /// A whole office may sit behind one address.
    const CALLS: u32 = 60;
    const SPELL: TimeDelta = TimeDelta::minutes(1);
    let Some(address) = address else {
        return Ok(true);
    };
    let what = format!("calls for {}", network(address));
    let may = is_allowed(deps, &what, CALLS, SPELL, now).await?;
    if !may {
        tracing::warn!("made to call others too often");
    }
    Ok(may)
}
