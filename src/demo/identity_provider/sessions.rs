//! The sessions of level 1: the only thing that this identity provider remembers, and only while it runs.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// More browsers than ever play with one demo at a time.
const MOST: usize = 200;

/// One service of a session, by the name under which it knows the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// entityID of the service provider.
    pub provider: String,
    /// What the citizen reads.
    pub name: String,
    /// NameID in its assertion.
    pub name_id: String,
}

/// Somebody signed in at level 1 in one browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Session {
    /// The browser's cookie.
    pub cookie: String,
    /// SessionIndex, the same for every service.
    pub index: String,
    /// Who: the key of the person.
    pub person: String,
    pub places: Vec<Place>,
}

/// A logout on its way from service to service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Leaving {
    /// The session, without the services that know already.
    pub session: Session,
    /// The service that was asked last.
    pub asked: Place,
    /// All that were asked before said yes.
    pub complete: bool,
}

#[derive(Default)]
struct Held {
    sessions: VecDeque<Session>,
    /// By the `ID` of the LogoutRequest that was sent last.
    leaving: BTreeMap<String, Leaving>,
}

#[derive(Default)]
pub(super) struct Sessions(Mutex<Held>);

impl Sessions {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `person` signs in at `place`: the session of this browser goes on if it is the same person's, else
    /// `fresh` takes its place. The session's cookie and index.
    pub fn join(&self, cookie: Option<&str>, person: &str, place: Place, fresh: Session) -> (String, String) {
        let mut held = self.held();
        let before = held
            .sessions
            .iter_mut()
            .find(|session| Some(session.cookie.as_str()) == cookie && session.person == person);
        if let Some(session) = before {
            session.places.push(place);
            return (session.cookie.clone(), session.index.clone());
        }
        held.sessions.retain(|session| Some(session.cookie.as_str()) != cookie);
        if held.sessions.len() >= MOST {
            held.sessions.pop_front();
        }
        let (cookie, index) = (fresh.cookie.clone(), fresh.index.clone());
        held.sessions.push_back(Session {
            places: vec![place],
            ..fresh
        });
        (cookie, index)
    }

    /// Whoever is signed in in this browser.
    pub fn of(&self, cookie: &str) -> Option<Session> {
        self.held()
            .sessions
            .iter()
            .find(|session| session.cookie == cookie)
            .cloned()
    }

    /// Ends the session in which `provider` knows somebody by this name.
    pub fn end_named(&self, provider: &str, name_id: &str) -> Option<Session> {
        let known = |place: &Place| place.provider == provider && place.name_id == name_id;
        self.take(|session| session.places.iter().any(known))
    }

    /// Ends the session of this browser.
    pub fn end_of(&self, cookie: &str) -> Option<Session> {
        self.take(|session| session.cookie == cookie)
    }

    fn take(&self, which: impl Fn(&Session) -> bool) -> Option<Session> {
        let mut held = self.held();
        let at = held.sessions.iter().position(which)?;
        held.sessions.remove(at)
    }

    /// Waits for the answer to the LogoutRequest `id`.
    pub fn wait(&self, id: &str, leaving: Leaving) {
        let mut held = self.held();
        if held.leaving.len() >= MOST {
            held.leaving.pop_first();
        }
        held.leaving.insert(id.to_owned(), leaving);
    }

    /// The logout that the answer to `id` belongs to.
    pub fn answered(&self, id: &str) -> Option<Leaving> {
        self.held().leaving.remove(id)
    }
}
