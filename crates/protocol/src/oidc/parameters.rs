//! Request parameters, from a query or a form body: bounded, and decoded strictly.

use super::error::{Coded, ErrorCode};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;

/// Longest query or body, as it came.
pub const MAX_TOTAL: usize = 16 * 1024;
/// Most parameters, repeated ones counted each time.
pub const MAX_COUNT: usize = 64;
/// Longest name, decoded.
pub const MAX_NAME: usize = 128;
/// Longest value, decoded: an ID token as a hint fits.
pub const MAX_VALUE: usize = 8 * 1024;

/// Why parameters could not be read; the client is told `invalid_request`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParameterError {
    /// More than [`MAX_TOTAL`] bytes.
    #[error("parameters too large")]
    TooLarge,
    /// More than [`MAX_COUNT`].
    #[error("too many parameters")]
    TooMany,
    /// A name of more than [`MAX_NAME`] bytes.
    #[error("parameter name too long")]
    NameTooLong,
    /// A value of more than [`MAX_VALUE`] bytes.
    #[error("parameter value too long")]
    ValueTooLong,
    /// `%` without two hexadecimal digits.
    #[error("broken percent-encoding")]
    BrokenEncoding,
    /// Not UTF-8 once decoded.
    #[error("not UTF-8")]
    NotUtf8,
    /// A NUL character: no parameter needs one, and PostgreSQL cannot keep one.
    #[error("NUL character")]
    Nul,
}

impl Coded for ParameterError {
    fn code(&self) -> ErrorCode {
        ErrorCode::InvalidRequest
    }
}

/// The parameters of one request.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Parameters {
    values: BTreeMap<String, Vec<String>>,
}

impl fmt::Debug for Parameters {
    /// Names only: the values may be codes and secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.values.keys()).finish()
    }
}

impl Parameters {
    /// Reads `application/x-www-form-urlencoded` text (RFC 6749 appendix B): `+` is a blank.
    ///
    /// # Errors
    /// A bound is passed or the encoding is broken. Repeated parameters are no error here: which ones
    /// matter depends on the endpoint (unknown ones are ignored), see [`Parameters::repeated`].
    pub fn parse(raw: &str) -> Result<Parameters, ParameterError> {
        if raw.len() > MAX_TOTAL {
            return Err(ParameterError::TooLarge);
        }
        let mut parameters = Parameters::default();
        for (seen, pair) in raw.split('&').filter(|pair| !pair.is_empty()).enumerate() {
            if seen >= MAX_COUNT {
                return Err(ParameterError::TooMany);
            }
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            parameters.add(decode(name)?, decode(value)?)?;
        }
        Ok(parameters)
    }

    /// Reads the claims of a request object (RFC 9101 §4): a text as it is, a list as one parameter that came as often as
    /// it is long, anything else as its JSON text.
    ///
    /// # Errors
    /// As [`Parameters::parse`].
    pub fn from_claims(claims: impl IntoIterator<Item = (String, Value)>) -> Result<Parameters, ParameterError> {
        let mut parameters = Parameters::default();
        let mut seen: usize = 0;
        for (name, value) in claims {
            // `authorization_details` is a list of objects, and one value.
            let values = match value {
                Value::Array(values) if values.iter().all(Value::is_string) => values,
                value => vec![value],
            };
            for value in values {
                seen = seen.saturating_add(1);
                if seen > MAX_COUNT {
                    return Err(ParameterError::TooMany);
                }
                let value = match value {
                    Value::String(text) => text,
                    other => other.to_string(),
                };
                parameters.add(name.clone(), value)?;
            }
        }
        Ok(parameters)
    }

    fn add(&mut self, name: String, value: String) -> Result<(), ParameterError> {
        if name.len() > MAX_NAME {
            return Err(ParameterError::NameTooLong);
        }
        if value.len() > MAX_VALUE {
            return Err(ParameterError::ValueTooLong);
        }
        if name.contains('\0') || value.contains('\0') {
            return Err(ParameterError::Nul);
        }
        self.values.entry(name).or_default().push(value);
        Ok(())
    }

    /// The value of a parameter that came exactly once. One without a value counts as absent
    /// (RFC 6749 §3.1), and so does a repeated one: nobody can pick the wrong one of two.
    pub fn get(&self, name: &str) -> Option<&str> {
        match self.all(name) {
            [value] if !value.is_empty() => Some(value),
            _ => None,
        }
    }

    /// Every value of a parameter that may come more than once (`resource`, RFC 8707 §2).
    pub fn all(&self, name: &str) -> &[String] {
        self.values.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether this parameter came more than once.
    pub fn is_repeated(&self, name: &str) -> bool {
        self.all(name).len() > 1
    }

    /// The first of `known` that came more than once ("MUST NOT be included more than once", RFC 6749
    /// §3.1 and §3.2).
    pub fn repeated(&self, known: &[&'static str]) -> Option<&'static str> {
        known.iter().copied().find(|name| self.is_repeated(name))
    }
}

/// The words of a space-delimited parameter (RFC 6749 §3.3).
pub(crate) fn words(value: Option<&str>) -> impl Iterator<Item = &str> {
    value.unwrap_or_default().split(' ').filter(|word| !word.is_empty())
}

/// Form-decodes one name or value. The `url` crate repairs what is broken; here it is refused, so that
/// what is compared and stored is what was sent.
pub(crate) fn decode(text: &str) -> Result<String, ParameterError> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => {
                let high = hexadecimal(bytes.next())?;
                let low = hexadecimal(bytes.next())?;
                high.wrapping_mul(16).wrapping_add(low)
            }
            other => other,
        });
    }
    let decoded = String::from_utf8(decoded).map_err(|_| ParameterError::NotUtf8)?;
    if decoded.contains('\0') {
        return Err(ParameterError::Nul);
    }
    Ok(decoded)
}

fn hexadecimal(byte: Option<u8>) -> Result<u8, ParameterError> {
    byte.and_then(|byte| char::from(byte).to_digit(16))
        .and_then(|digit| u8::try_from(digit).ok())
        .ok_or(ParameterError::BrokenEncoding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn values_are_decoded_once_and_a_plus_is_a_blank() {
        let parameters = Parameters::parse("scope=openid+profile&state=%2B%2541%C3%A0&empty=&bare&&").unwrap();
        assert_eq!(parameters.get("scope"), Some("openid profile"));
        assert_eq!(parameters.get("state"), Some("+%41à"));
        assert_eq!(parameters.get("empty"), None);
        assert_eq!(parameters.get("bare"), None);
        assert_eq!(parameters.get("missing"), None);
    }

    #[test]
    fn a_repeated_parameter_has_no_value_and_is_remembered() {
        let parameters = Parameters::parse("a=1&b=2&a=1&c=&c=3").unwrap();
        assert_eq!(parameters.get("a"), None);
        assert_eq!(parameters.repeated(&["b", "c", "a"]), Some("c"));
        assert_eq!(parameters.repeated(&["b", "z"]), None);
        assert_eq!(parameters.all("a"), ["1", "1"]);
        assert!(parameters.all("z").is_empty());
        assert_eq!(
            Parameters::parse("st%61te=1&state=2").unwrap().repeated(&["state"]),
            Some("state")
        );
    }

    #[test]
    fn each_bound_and_each_broken_encoding_has_its_reason() {
        let reason = |raw: &str| Parameters::parse(raw).unwrap_err();
        assert_eq!(reason(&"&".repeat(MAX_TOTAL + 1)), ParameterError::TooLarge);
        assert!(Parameters::parse(&"&".repeat(MAX_TOTAL)).is_ok());
        assert!(Parameters::parse(&"a=1&".repeat(MAX_COUNT)).is_ok());
        assert_eq!(reason(&"a=1&".repeat(MAX_COUNT + 1)), ParameterError::TooMany);
        assert_eq!(reason(&"a".repeat(MAX_NAME + 1)), ParameterError::NameTooLong);
        assert!(Parameters::parse(&"a".repeat(MAX_NAME)).is_ok());
        assert!(Parameters::parse(&format!("a={}", "b".repeat(MAX_VALUE))).is_ok());
        assert_eq!(
            reason(&format!("a={}", "b".repeat(MAX_VALUE + 1))),
            ParameterError::ValueTooLong
        );
        for broken in ["a=%", "a=%4", "a=%zz", "%=1", "a=%+1", "a=%-1", "a=% 1", "a=%é"] {
            assert_eq!(reason(broken), ParameterError::BrokenEncoding, "{broken}");
        }
        for not_utf8 in ["a=%ff", "a=%C3", "%80=1", "a=%ED%A0%80"] {
            assert_eq!(reason(not_utf8), ParameterError::NotUtf8, "{not_utf8}");
        }
        assert_eq!(reason("a=b%00"), ParameterError::Nul);
    }

    #[test]
    fn claims_are_parameters_and_keep_the_same_bounds() {
        use serde_json::json;
        let read = |claims: Value| Parameters::from_claims(claims.as_object().unwrap().clone());
        let parameters = read(json!({"a": "x y", "b": 7, "c": ["1", "2"], "d": [{"e": 1}], "f": ""})).unwrap();
        assert_eq!(parameters.get("a"), Some("x y"));
        assert_eq!(parameters.get("b"), Some("7"));
        assert!(parameters.is_repeated("c") && parameters.all("c") == ["1", "2"]);
        assert_eq!(parameters.get("d"), Some(r#"[{"e":1}]"#));
        assert_eq!(parameters.get("f"), None);
        assert_eq!(read(json!({ "a": "x\0" })), Err(ParameterError::Nul));
        assert_eq!(
            read(json!({ "a": "x".repeat(MAX_VALUE + 1) })),
            Err(ParameterError::ValueTooLong)
        );
        assert_eq!(
            read(json!({ "a": vec!["x"; MAX_COUNT + 1] })),
            Err(ParameterError::TooMany)
        );
        assert_eq!(
            read(json!({ "a": vec!["x"; MAX_COUNT + 2] })),
            Err(ParameterError::TooMany)
        );
        assert!(read(json!({ "a": vec!["x"; MAX_COUNT] })).is_ok());
    }

    #[test]
    fn debugging_output_shows_no_values() {
        let parameters = Parameters::parse("client_secret=hush").unwrap();
        assert_eq!(format!("{parameters:?}"), r#"{"client_secret"}"#);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(raw in any::<String>()) {
            let _ = Parameters::parse(&raw);
        }

        #[test]
        fn any_ascii_soup_is_read_or_refused(raw in "[%&=+0-9a-fA-F]{0,80}") {
            let _ = Parameters::parse(&raw);
        }

        #[test]
        fn what_a_client_encodes_comes_back_unchanged(value in "[^\0]{1,200}") {
            let raw = url::form_urlencoded::Serializer::new(String::new()).append_pair("v", &value).finish();
            let parameters = Parameters::parse(&raw).unwrap();
            prop_assert_eq!(parameters.get("v"), Some(value.as_str()));
        }
    }
}
