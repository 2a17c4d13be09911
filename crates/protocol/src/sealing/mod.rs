//! How rows that nobody may change are sealed: each row has a digest, the rows of one batch a manifest, and each
//! batch (a *segment*) names the one before it. Whoever changes, removes or adds a row without the sealing key
//! leaves a contradiction; whoever removes the last segments too contradicts a head that was exported.
//!
//! ```text
//!   row ── digest ─┐
//!   row ── digest ─┴─ manifest ── segment n ── hash ── signature = head, exported
//!                                     └── previous: hash of segment n-1
//! ```

mod head;
mod manifest;
mod row;
mod segment;
#[cfg(test)]
mod tests;

pub use head::{Head, NotAHead};
pub use manifest::{Difference, Manifest};
pub use row::{RowDigest, RowSeal};
pub use segment::{Purged, Segment, Untrue};

/// A digest or hash of the chain: SHA-256.
pub type Hash = [u8; 32];

/// What is sealed: one chain each. The word is the table's name, and it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stream {
    /// The transaction register.
    Register,
    /// Security events.
    Events,
}

impl Stream {
    /// Both.
    pub const ALL: [Stream; 2] = [Stream::Register, Stream::Events];

    /// The table's name.
    pub fn word(self) -> &'static str {
        match self {
            Stream::Register => "saml_transaction",
            Stream::Events => "security_event",
        }
    }

    /// The stream of a table.
    pub fn from_word(word: &str) -> Option<Stream> {
        Stream::ALL.into_iter().find(|stream| stream.word() == word)
    }
}

impl std::fmt::Display for Stream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.word())
    }
}
