//! Cards: CNS, TS-CNS and the certificate of a CIE, shown to a listener of its own in a TLS handshake.
//!
//! 1. [`start`] — from the main host to the card listener, with a one-time handle
//! 2. [`receive`] — the card is judged there; accepted or refused, the browser goes back to the main host
//! 3. [`resume`] — in the browser that began: the person is known
//! 4. [`refused`] — or it reads what was wrong
//!
//! The card listener is another host: no cookie of ours comes there. What the browser takes back is a secret
//! that only the browser with the card got, and it is worth something only in the browser whose login it is. Of
//! two browsers that share a login's handle neither gets in with the other's card.

pub mod receive;
pub mod refused;
pub mod resume;
mod revocation;
mod settings;
pub mod start;
pub mod trust;

pub use settings::{CnsSettings, RevocationCheck, TrustSource, Unreachable};

use protocol::cns::revocation::RevocationList;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use trust::Trust;

/// What sign-in by card needs: what the operator decided, whom we trust, and lists fetched a while ago.
#[derive(Debug)]
pub struct Cns {
    /// What the operator decided.
    pub settings: CnsSettings,
    /// Whom we trust at the moment.
    pub trust: Trust,
    /// Revocation lists by address. Each process keeps its own: they are copies of what others publish.
    lists: Mutex<BTreeMap<String, Arc<revocation::Kept<RevocationList>>>>,
}

impl Cns {
    /// Before the first trusted list was read.
    pub fn new(settings: CnsSettings) -> Cns {
        Cns {
            trust: Trust::new(&settings.source),
            settings,
            lists: Mutex::default(),
        }
    }
}
