//! One request and what came back.

use super::{OutboundError, no_headers};
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use http::{Method, StatusCode};
use std::time::Duration;

/// Largest answer that is read unless a call asks for another bound, bytes.
const ANSWER_LIMIT: usize = 1024 * 1024;

/// A request, with its bounds.
#[derive(Clone)]
pub struct Call {
    pub(super) method: Method,
    pub(super) url: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
    pub(super) within: Option<Duration>,
    pub(super) at_most: usize,
    pub(super) redirects: u8,
}

impl Call {
    /// `GET url`, which is http or https, absolute, without user name.
    pub fn get(url: &str) -> Call {
        Call {
            method: Method::GET,
            url: url.to_owned(),
            headers: no_headers(),
            body: Vec::new(),
            within: None,
            at_most: ANSWER_LIMIT,
            redirects: 0,
        }
    }

    /// `POST url` with a body. Redirects of a POST are never followed.
    pub fn post(url: &str, content_type: &'static str, body: Vec<u8>) -> Call {
        Call {
            method: Method::POST,
            body,
            ..Call::get(url)
        }
        .header(CONTENT_TYPE, HeaderValue::from_static(content_type))
    }

    /// With one more header field; replaces one of the same name.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Call {
        self.headers.insert(name, value);
        self
    }

    /// The whole exchange, redirects and body included, takes no longer. Default: `outbound.timeout_seconds`.
    #[must_use]
    pub fn within(mut self, within: Duration) -> Call {
        self.within = Some(within);
        self
    }

    /// Reads no longer body than this, bytes. Default: 1 MiB.
    #[must_use]
    pub fn at_most(mut self, bytes: usize) -> Call {
        self.at_most = bytes;
        self
    }

    /// Follows up to so many redirects of a GET, each address checked like the first; never from https to
    /// http. Give it no secret in a header field: it goes to every hop.
    #[must_use]
    pub fn following(mut self, redirects: u8) -> Call {
        self.redirects = redirects;
        self
    }

    pub(super) fn follows(&self) -> bool {
        self.redirects > 0 && self.method == Method::GET
    }
}

impl std::fmt::Debug for Call {
    /// Method only: the address, fields and body may hold secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Call")
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}

/// What came back, whole.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status, whatever it is.
    pub status: StatusCode,
    /// The header fields.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body of an answer that is a success (2xx).
    ///
    /// # Errors
    /// [`OutboundError::Status`] for any other status.
    pub fn success(self) -> Result<Vec<u8>, OutboundError> {
        match self.status.is_success() {
            true => Ok(self.body),
            false => Err(OutboundError::Status(self.status.as_u16())),
        }
    }
}

impl std::fmt::Debug for Answer {
    /// Status and length only: the body may be about people.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.status)
            .field("length", &self.body.len())
            .finish_non_exhaustive()
    }
}
