//! Who is signed in at a portal, by browser. In memory: it is a demo, and a restart may forget.

use super::signed_in::SignedIn;
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Browsers that a portal remembers; the one unseen for longest goes first.
const MOST_SESSIONS: usize = 500;
/// Logins in flight that a browser may have (tabs).
const MOST_PENDING: usize = 8;

/// A login that was sent to the provider and did not come back yet.
#[derive(Debug, Clone)]
pub(super) struct Pending {
    pub state: String,
    pub nonce: String,
    pub code_verifier: String,
}

/// One browser at one portal.
#[derive(Debug, Clone, Default)]
struct Session {
    seen: DateTime<Utc>,
    pending: Vec<Pending>,
    signed_in: Option<SignedIn>,
    leaving: Option<String>,
}

/// All browsers of one portal, by the value of their cookie.
#[derive(Debug, Default)]
pub(super) struct Sessions(Mutex<BTreeMap<String, Session>>);

impl Sessions {
    fn with<T>(&self, id: &str, now: DateTime<Utc>, change: impl FnOnce(&mut Session) -> T) -> T {
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !sessions.contains_key(id) && sessions.len() >= MOST_SESSIONS {
            let oldest = sessions
                .iter()
                .min_by_key(|(_, session)| session.seen)
                .map(|(id, _)| id.clone());
            oldest.map(|oldest| sessions.remove(&oldest));
        }
        let session = sessions.entry(id.to_owned()).or_default();
        session.seen = now;
        change(session)
    }

    /// A look that remembers nobody new.
    fn read<T>(&self, id: Option<&str>, look: impl FnOnce(&mut Session) -> Option<T>) -> Option<T> {
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.get_mut(id?).and_then(look)
    }

    /// Remembers a login that leaves now.
    pub fn send_away(&self, id: &str, pending: Pending, now: DateTime<Utc>) {
        self.with(id, now, |session| {
            if session.pending.len() >= MOST_PENDING {
                session.pending.remove(0);
            }
            session.pending.push(pending);
        });
    }

    /// The login that comes back with `state`, which nobody can bring back twice.
    pub fn take_pending(&self, id: Option<&str>, state: &str) -> Option<Pending> {
        self.read(id, |session| {
            let at = session.pending.iter().position(|pending| pending.state == state)?;
            Some(session.pending.remove(at))
        })
    }

    /// Signs in under the new cookie value `new`: the old one may have been planted.
    pub fn sign_in(&self, old: Option<&str>, new: &str, signed_in: SignedIn, now: DateTime<Utc>) {
        let pending = self.read(old, |session| Some(std::mem::take(&mut session.pending)));
        if let Some(old) = old {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(old);
        }
        self.with(new, now, |session| {
            session.pending = pending.unwrap_or_default();
            session.signed_in = Some(signed_in);
        });
    }

    /// Who is signed in.
    pub fn signed_in(&self, id: Option<&str>) -> Option<SignedIn> {
        self.read(id, |session| session.signed_in.clone())
    }

    /// Ends the session here and remembers the `state` with which the provider sends the person back.
    pub fn sign_out(&self, id: &str, state: &str, now: DateTime<Utc>) -> Option<SignedIn> {
        self.with(id, now, |session| {
            session.leaving = Some(state.to_owned());
            session.signed_in.take()
        })
    }

    /// Whether this browser left with `state`; asked once.
    pub fn came_back(&self, id: Option<&str>, state: Option<&str>) -> bool {
        let leaving = self.read(id, |session| session.leaving.take());
        leaving.is_some() && leaving.as_deref() == state
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pending(state: &str) -> Pending {
        Pending {
            state: state.to_owned(),
            nonce: String::new(),
            code_verifier: String::new(),
        }
    }

    #[test]
    fn a_state_comes_back_once_and_to_its_own_browser_only() {
        let sessions = Sessions::default();
        sessions.send_away("a", pending("s"), DateTime::UNIX_EPOCH);
        assert!(sessions.take_pending(Some("b"), "s").is_none());
        assert!(sessions.take_pending(None, "s").is_none());
        assert!(sessions.take_pending(Some("a"), "s").is_some());
        assert!(sessions.take_pending(Some("a"), "s").is_none());
    }

    #[test]
    fn memory_is_bounded_and_the_oldest_browser_goes_first() {
        let sessions = Sessions::default();
        for n in 0..=MOST_SESSIONS {
            let at = DateTime::from_timestamp(i64::try_from(n).unwrap(), 0).unwrap();
            sessions.send_away(&format!("{n:04}"), pending("s"), at);
        }
        assert_eq!(sessions.0.lock().unwrap().len(), MOST_SESSIONS);
        assert!(sessions.take_pending(Some("0000"), "s").is_none());
        assert!(sessions.take_pending(Some("0001"), "s").is_some());
    }

    #[test]
    fn a_browser_with_many_tabs_forgets_the_first() {
        let sessions = Sessions::default();
        for n in 0..=MOST_PENDING {
            sessions.send_away("a", pending(&n.to_string()), DateTime::UNIX_EPOCH);
        }
        assert!(sessions.take_pending(Some("a"), "0").is_none());
        assert!(sessions.take_pending(Some("a"), "1").is_some());
    }
}
