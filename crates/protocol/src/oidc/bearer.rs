//! The access token of a userinfo request (RFC 6750 §2).

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
}

/// Why, with the RFC's word.
pub type Refused = error::Refused<Reason>;

impl Coded for Reason {
    fn code(&self) -> ErrorCode {
        match self {
            Reason::MoreThanOne => ErrorCode::InvalidRequest,
            Reason::Missing | Reason::NotValid => ErrorCode::InvalidToken,
        }
    }
}

/// The token of a request: from `Authorization: Bearer`, or `access_token` of a form body. Never pass a
/// query as `form`: tokens in URLs end up in logs (RFC 9700 §4.3.2).
///
/// # Errors
/// [`Reason::Missing`], [`Reason::MoreThanOne`].
pub fn access_token<'a>(
    authorization_header: Option<&'a str>,
    form: Option<&'a Parameters>,
) -> Result<&'a str, Refused> {
    if form.is_some_and(|form| form.is_repeated("access_token")) {
        return Err(Reason::MoreThanOne.into());
    }
    let in_header = authorization_header
        .and_then(|header| header.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim_matches(' '))
        .filter(|token| !token.is_empty());
    let in_body = form.and_then(|form| form.get("access_token"));
    match (in_header, in_body) {
        (Some(_), Some(_)) => Err(Reason::MoreThanOne.into()),
        (Some(token), None) | (None, Some(token)) => Ok(token),
        (None, None) => Err(Reason::Missing.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_comes_in_the_header_or_in_the_body() {
        let body = Parameters::parse("access_token=b").unwrap();
        assert_eq!(access_token(Some("Bearer h"), None).unwrap(), "h");
        assert_eq!(access_token(Some("bEARER  h "), None).unwrap(), "h");
        assert_eq!(access_token(None, Some(&body)).unwrap(), "b");
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
