//! Members of a claim set that came from somebody else, read without surprises: josekit's getters panic on
//! hostile numbers.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

/// A member that is there, but not what the RFC says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("malformed {0}")]
pub struct WrongMember(pub &'static str);

/// A `NumericDate` (RFC 7519 §2), fractions cut off; `None` when it is absent.
///
/// # Errors
/// Not a number, or a moment that no calendar has.
pub fn instant(claims: &Map<String, Value>, name: &'static str) -> Result<Option<DateTime<Utc>>, WrongMember> {
    let Some(value) = claims.get(name) else {
        return Ok(None);
    };
    let seconds = match (value.as_i64(), value.as_f64()) {
        (Some(seconds), _) => Some(seconds),
        #[expect(
            clippy::cast_possible_truncation,
            reason = "what does not fit becomes a moment that no calendar has"
        )]
        (None, Some(seconds)) => Some(seconds.floor() as i64),
        (None, None) => None,
    };
    seconds
        .and_then(|seconds| DateTime::from_timestamp(seconds, 0))
        .map(Some)
        .ok_or(WrongMember(name))
}

/// A non-empty text of at most `longest` bytes; `None` when it is absent.
///
/// # Errors
/// Not such a text.
pub fn text<'a>(
    claims: &'a Map<String, Value>,
    name: &'static str,
    longest: usize,
) -> Result<Option<&'a str>, WrongMember> {
    match claims.get(name) {
        None => Ok(None),
        Some(Value::String(text)) if !text.is_empty() && text.len() <= longest => Ok(Some(text)),
        Some(_) => Err(WrongMember(name)),
    }
}

/// `aud` (RFC 7519 §4.1.3): one text, or a list of texts; and whether it was one text.
///
/// # Errors
/// Neither of the two.
pub fn audience(claims: &Map<String, Value>) -> Result<(Vec<&str>, bool), WrongMember> {
    match claims.get("aud") {
        None => Ok((Vec::new(), false)),
        Some(Value::String(one)) => Ok((vec![one], true)),
        Some(Value::Array(several)) => several
            .iter()
            .map(|one| one.as_str().ok_or(WrongMember("aud")))
            .collect::<Result<Vec<&str>, WrongMember>>()
            .map(|several| (several, false)),
        Some(_) => Err(WrongMember("aud")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(value: Value) -> Result<Option<i64>, WrongMember> {
        let claims = json!({ "exp": value });
        instant(claims.as_object().unwrap(), "exp").map(|at| at.map(|at| at.timestamp()))
    }

    #[test]
    fn moments_are_whole_seconds_and_hostile_numbers_are_refused() {
        assert_eq!(read(json!(1_790_000_000)), Ok(Some(1_790_000_000)));
        assert_eq!(read(json!(1_790_000_000.9)), Ok(Some(1_790_000_000)));
        assert_eq!(instant(&Map::new(), "exp"), Ok(None));
        for hostile in [
            json!(1.5e300),
            json!(-1.5e300),
            json!(u64::MAX),
            json!(i64::MAX),
            json!(i64::MIN),
            json!("1790000000"),
            json!(null),
            json!([1]),
        ] {
            assert_eq!(read(hostile.clone()), Err(WrongMember("exp")), "{hostile}");
        }
    }

    #[test]
    fn a_text_is_there_and_no_longer_than_it_may() {
        let claims = json!({ "jti": "1234", "empty": "", "number": 7 });
        let claims = claims.as_object().unwrap();
        assert_eq!(text(claims, "jti", 4), Ok(Some("1234")));
        assert_eq!(text(claims, "nothing", 4), Ok(None));
        assert_eq!(text(claims, "jti", 3), Err(WrongMember("jti")));
        assert_eq!(text(claims, "empty", 4), Err(WrongMember("empty")));
        assert_eq!(text(claims, "number", 4), Err(WrongMember("number")));
    }

    #[test]
    fn an_audience_is_one_text_or_a_list_of_them() {
        let of = |aud: Value| json!({ "aud": aud }).as_object().unwrap().clone();
        assert_eq!(audience(&of(json!("a"))), Ok((vec!["a"], true)));
        assert_eq!(audience(&of(json!(["a", "b"]))), Ok((vec!["a", "b"], false)));
        assert_eq!(audience(&Map::new()), Ok((vec![], false)));
        for wrong in [json!(7), json!([7]), json!({}), json!(null)] {
            assert_eq!(audience(&of(wrong)), Err(WrongMember("aud")));
        }
    }
}
