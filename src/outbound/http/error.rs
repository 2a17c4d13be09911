//! Why nothing came back.

use super::resolver::NotPublicAddress;
use std::error::Error;

/// Why nothing came back. Never holds the address that was called, which may be personal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutboundError {
    /// TLS, proxy or root certificates cannot be set up.
    #[error("HTTP client cannot be set up: {0}")]
    Setup(String),
    /// No absolute http(s) URL, or one with a user name.
    #[error("not an address that may be called")]
    Url,
    /// The host has no public address, and `outbound.allow_hosts` does not name it (SSRF).
    #[error("host is not public and not in outbound.allow_hosts")]
    NotPublic,
    /// No connection: name not found, refused, certificate not trusted.
    #[error("no connection: {0}")]
    NoConnection(String),
    /// Not answered to the end in time.
    #[error("no answer in time")]
    TimedOut,
    /// The body is longer than the call's bound.
    #[error("answer too long")]
    TooLong,
    /// Too many redirects, one from https to http, or one to nowhere.
    #[error("redirected where the call does not follow")]
    Redirect,
    /// Another status than a success.
    #[error("answered with status {0}")]
    Status(u16),
    /// The connection broke, or what came is not HTTP.
    #[error("answer broken: {0}")]
    Broken(String),
}

impl OutboundError {
    pub(super) fn setup(error: reqwest::Error) -> OutboundError {
        OutboundError::Setup(cause(&error.without_url()))
    }

    pub(super) fn exchange(error: reqwest::Error) -> OutboundError {
        let error = error.without_url();
        if causes(&error).any(|cause| cause.is::<NotPublicAddress>()) {
            OutboundError::NotPublic
        } else if error.is_timeout() {
            OutboundError::TimedOut
        } else if error.is_connect() {
            OutboundError::NoConnection(cause(&error))
        } else {
            OutboundError::Broken(cause(&error))
        }
    }
}

fn causes<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

/// What was at the bottom of it, in the words of who noticed.
fn cause(error: &(dyn Error + 'static)) -> String {
    causes(error).last().map(ToString::to_string).unwrap_or_default()
}
