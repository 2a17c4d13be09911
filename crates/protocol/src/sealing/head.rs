//! A head: what is taken out of the database, so that the end of the chain cannot be cut off unnoticed.

use super::{Hash, Stream};
use crate::keyring::SealingKey;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::fmt;
use uuid::Uuid;

const BEGINNING: &str = "varco-head-1:";

/// The name of a segment's whole past, signed. As text it is one word without blanks, which can stand in a log line:
/// `varco-head-1:security_event:42:<hash>:<key>:<signature>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Which chain.
    pub stream: Stream,
    /// Which segment.
    pub number: i64,
    /// Its hash.
    pub hash: Hash,
    /// Who signed.
    pub key: Uuid,
    /// By the sealing key.
    pub signature: Vec<u8>,
}

/// A word that begins like a head and is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a head")]
pub struct NotAHead;

impl Head {
    /// Every head in a text: a file of heads, or a log.
    pub fn all_in(text: &str) -> Vec<Result<Head, NotAHead>> {
        text.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ','))
            .filter_map(|word| word.find(BEGINNING).and_then(|at| word.get(at..)))
            .map(str::parse)
            .collect()
    }

    /// Whether one of these keys signed it.
    pub fn is_ours(&self, keys: &[SealingKey]) -> bool {
        let text = Head::signed_text(self.stream, self.number, &self.hash);
        keys.iter()
            .any(|key| key.id() == self.key && key.signed(&text, &self.signature))
    }

    pub(super) fn signed_text(stream: Stream, number: i64, hash: &Hash) -> Vec<u8> {
        let mut text = format!("varco head 1\n{stream}\n{number}\n").into_bytes();
        text.extend_from_slice(hash);
        text
    }
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{BEGINNING}{}:{}:{}:{}:{}",
            self.stream,
            self.number,
            URL_SAFE_NO_PAD.encode(self.hash),
            self.key.simple(),
            URL_SAFE_NO_PAD.encode(&self.signature)
        )
    }
}

impl std::str::FromStr for Head {
    type Err = NotAHead;

    fn from_str(word: &str) -> Result<Head, NotAHead> {
        let read = || {
            let mut parts = word.strip_prefix(BEGINNING)?.split(':');
            let head = Head {
                stream: Stream::from_word(parts.next()?)?,
                number: parts.next()?.parse().ok()?,
                hash: URL_SAFE_NO_PAD.decode(parts.next()?).ok()?.try_into().ok()?,
                key: Uuid::try_parse(parts.next()?).ok()?,
                signature: URL_SAFE_NO_PAD.decode(parts.next()?).ok()?,
            };
            parts.next().is_none().then_some(head)
        };
        read().ok_or(NotAHead)
    }
}
