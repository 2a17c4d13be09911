//! A pinned organisation.

use domain::organisation::Organisation;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Longest pin: an id has 36 characters.
const MAX_PIN: usize = 64;

/// The organisation that a request names by its id or alias, as written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin(pub String);

impl Pin {
    /// Reads a name; `None` when it can be neither id nor alias (`*` can be neither).
    pub fn read(name: &str) -> Option<Pin> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let possible = !name.is_empty() && name.len() <= MAX_PIN && name.bytes().all(allowed);
        possible.then(|| Pin(name.to_owned()))
    }

    /// Whether it names `organisation`. An alias is never shaped like an id.
    pub fn names(&self, organisation: &Organisation) -> bool {
        match Uuid::try_parse(&self.0) {
            Ok(id) => organisation.id.0 == id,
            Err(_) => organisation.alias == self.0,
        }
    }
}
