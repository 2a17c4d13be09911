//! The access token of a userinfo request (RFC 6750 §2, RFC 9449 §7).

use super::dpop;
use super::error::{self, Coded, ErrorCode};
use super::parameters::Parameters;

/// Why a request is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// No token at all: the challenge names no error (RFC 6750 §3.1).
    #[error("access token missing")]
    Missing,
    /// In the header and in the body, or twice in the body.
    #[error("more than one access token")]
    MoreThanOne,
    /// Unknown, expired, of an ended grant, or no longer in force.
    #[error("access token not valid")]
    NotValid,
    /// Bound to a key, and shown as if it were not.
    #[error("bound access token as a bearer token")]
    NotByBearer,
    /// Bound to no key, and shown as if it were.
    #[error("access token is bound to no key")]
    NotBound,
    /// Bound to a certificate that this connection did not show.
    #[error("access token is bound to another certificate")]
    OtherCertificate,
    /// Bound to a key whose proof is missing or worth nothing.
    #[error("DPoP: {0}")]
    Proof(#[from] dpop::Reason),
}

/// Why, with the RFC's word.
pub type Refused = error::Refused<Reason>;

impl Coded for Reason {
    fn code(&self) -> ErrorCode {
        match self {
            Reason::MoreThanOne => ErrorCode::InvalidRequest,
            Reason::Proof(reason) => reason.code(),
            Reason::Missing | Reason::NotValid | Reason::NotByBearer | Reason::NotBound | Reason::OtherCertificate => {
                ErrorCode::InvalidToken
            }
        }
    }
}

/// How a token was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// As good in anybody's hands (RFC 6750 §2.1, §2.2).
    Bearer,
    /// With a proof of the key to which it is bound (RFC 9449 §7.1).
    Dpop,
}

/// The token of a request and how it was shown: from `Authorization`, whose scheme is compared in any case
/// (RFC 9110 §11.1), or `access_token` of a form body. Never pass a query as `form`: tokens in URLs end up in logs
/// (RFC 9700 §4.3.2).
///
/// # Errors
/// [`Reason::Missing`], [`Reason::MoreThanOne`].
pub fn access_token<'a>(
    authorization_header: Option<&'a str>,
    form: Option<&'a Parameters>,
) -> Result<(&'a str, Scheme), Refused> {
    if form.is_some_and(|form| form.is_repeated("access_token")) {
        return Err(Reason::MoreThanOne.into());
    }
    let in_header = authorization_header
        .and_then(|header| header.split_once(' '))
        .and_then(|(scheme, token)| Some((token.trim_matches(' '), Scheme::named(scheme)?)))
        .filter(|(token, _)| !token.is_empty());
    let in_body = form
        .and_then(|form| form.get("access_token"))
        .map(|token| (token, Scheme::Bearer));
    match (in_header, in_body) {
        (Some(_), Some(_)) => Err(Reason::MoreThanOne.into()),
        (Some(token), None) | (None, Some(token)) => Ok(token),
        (None, None) => Err(Reason::Missing.into()),
    }
}

impl Scheme {
    fn named(scheme: &str) -> Option<Scheme> {
        match scheme {
            _ if scheme.eq_ignore_ascii_case("bearer") => Some(Scheme::Bearer),
            _ if scheme.eq_ignore_ascii_case("dpop") => Some(Scheme::Dpop),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_comes_in_the_header_or_in_the_body() {
        let body = Parameters::parse("access_token=b").unwrap();
        for (header, body, token, scheme) in [
            (Some("Bearer h"), None, "h", Scheme::Bearer),
            (Some("bEARER  h "), None, "h", Scheme::Bearer),
            (Some("DPoP h"), None, "h", Scheme::Dpop),
            (Some("dpop h"), None, "h", Scheme::Dpop),
            (None, Some(&body), "b", Scheme::Bearer),
        ] {
            assert_eq!(access_token(header, body).unwrap(), (token, scheme), "{header:?}");
        }
    }

    #[test]
    fn attack_45_no_token_or_two_are_refused() {
        let body = Parameters::parse("access_token=b").unwrap();
        let twice = Parameters::parse("access_token=b&access_token=b").unwrap();
        let reason = |header, form| access_token(header, form).unwrap_err().reason;
        assert_eq!(reason(None, None), Reason::Missing);
        assert_eq!(reason(Some("Basic h"), None), Reason::Missing);
        assert_eq!(reason(Some("Bearer "), None), Reason::Missing);
        assert_eq!(reason(Some("Bearer h"), Some(&body)), Reason::MoreThanOne);
        assert_eq!(reason(None, Some(&twice)), Reason::MoreThanOne);
        assert_eq!(Refused::from(Reason::NotValid).code.status(), 401);
    }
}
