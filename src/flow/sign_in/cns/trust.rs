//! Whom we trust: the last good trusted list, fetched again and again, or a folder of certificates.

use super::{CnsSettings, TrustSource};
use crate::flow::{Deps, FlowError};
use crate::outbound::{Call, OutboundError};
use chrono::{DateTime, Utc};
use protocol::cns::revocation::Unchecked;
use protocol::trust_list::{TrustList, TrustListError};
use protocol::x509::Authorities;
use protocol::x509::PublicKey;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

/// Longest wait for the list (AgID's is 2 MB).
const WITHIN: Duration = Duration::from_secs(60);
/// Longest list.
const AT_MOST: usize = 16 * 1024 * 1024;

/// Whom we trust at the moment.
#[derive(Debug)]
pub struct Trust(RwLock<State>);

#[derive(Debug, Clone)]
enum State {
    /// No list yet.
    Nothing,
    /// A list, with what it says of itself.
    List(Arc<TrustList>),
    /// A folder: in force as long as each certificate is.
    Certificates(Authorities),
}

/// Why a new list did not take the place of the old one.
#[derive(Debug, thiserror::Error)]
pub enum NotRefreshed {
    /// It could not be fetched.
    #[error("trust_list_unreachable: {0}")]
    Unreachable(#[from] OutboundError),
    /// It is not to be used.
    #[error("{reason}: {0}", reason = .0.name())]
    Refused(#[from] TrustListError),
    /// Our store.
    #[error(transparent)]
    Flow(#[from] FlowError),
}

impl Trust {
    pub(super) fn new(source: &TrustSource) -> Trust {
        let state = match source {
            TrustSource::List { .. } => State::Nothing,
            TrustSource::Certificates(certificates) => State::Certificates(Authorities::new(certificates.clone())),
        };
        Trust(RwLock::new(state))
    }

    /// The authorities that may issue cards at `now`.
    ///
    /// # Errors
    /// [`Unchecked::NoTrustedList`] when no list was ever accepted, or the one at hand promised another one by now.
    pub fn authorities(&self, now: DateTime<Utc>) -> Result<Authorities, Unchecked> {
        let state = self.0.read().unwrap_or_else(PoisonError::into_inner).clone();
        match state {
            State::Certificates(authorities) => Ok(authorities),
            State::List(list) if list.in_force(now) => {
                Ok(Authorities::new(list.card_authorities(now).map(<[u8]>::to_vec)))
            }
            State::List(_) | State::Nothing => Err(Unchecked::NoTrustedList),
        }
    }

    fn put(&self, list: TrustList) {
        let mut state = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let newer = match &*state {
            State::List(held) => list.sequence >= held.sequence,
            State::Nothing => true,
            State::Certificates(_) => false,
        };
        if newer {
            *state = State::List(Arc::new(list));
        }
    }
}

/// Takes the copy of the store, which another process may have renewed. Its signature counts there too.
///
/// # Errors
/// [`FlowError`] when the store fails.
pub async fn load(deps: &Deps) -> Result<(), FlowError> {
    let Some(cns) = &deps.cns else { return Ok(()) };
    if let TrustSource::List { address, signers } = &cns.settings.source
        && let Some(list) = held(deps, address, signers).await?
    {
        cns.trust.put(list);
    }
    Ok(())
}

async fn held(deps: &Deps, address: &str, signers: &[PublicKey]) -> Result<Option<TrustList>, FlowError> {
    let Some(document) = deps.store.trust_list(address).await? else {
        return Ok(None);
    };
    match TrustList::read(&document, signers) {
        Ok(list) => Ok(Some(list)),
        Err(error) => {
            // The pinned signer was replaced, or somebody wrote to the table.
            tracing::warn!(reason = error.name(), "trusted list of the store not used");
            Ok(None)
        }
    }
}

/// Fetches the list, and keeps it when it is better than the one at hand.
///
/// # Errors
/// [`NotRefreshed`]; the list at hand stays until it ends.
pub async fn refresh(deps: &Deps) -> Result<(), NotRefreshed> {
    let Some(cns) = &deps.cns else { return Ok(()) };
    let TrustSource::List { address, signers } = &cns.settings.source else {
        return Ok(());
    };
    let now = deps.clock.now();
    let held = held(deps, address, signers).await?;
    let sequence = held.as_ref().map(|list| list.sequence);
    if let Some(held) = held {
        cns.trust.put(held);
    }
    let call = Call::get(address).within(WITHIN).at_most(AT_MOST).following(3);
    let body = deps.http.call(call).await?.success()?;
    let document = String::from_utf8(body).map_err(|_| TrustListError::NotXml)?;
    let list = TrustList::read(&document, signers)?;
    list.admit(sequence, now)?;
    let mut tx = deps.store.begin().await.map_err(FlowError::from)?;
    let kept = tx.keep_trust_list(address, list.sequence, &document, now).await;
    if !kept.map_err(FlowError::from)? {
        return Err(TrustListError::Older.into());
    }
    tx.commit().await.map_err(FlowError::from)?;
    let authorities = Authorities::new(list.card_authorities(now).map(<[u8]>::to_vec)).in_force(now);
    tracing::info!(sequence = list.sequence, authorities, "trusted list accepted");
    cns.trust.put(list);
    Ok(())
}

/// How often [`refresh`] is due.
pub fn period(settings: &CnsSettings) -> Duration {
    settings.refresh
}
