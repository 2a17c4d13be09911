//! Forms and queries as text: what a stranger sent, decoded once, never trusted.

use axum::http::header::{CONTENT_TYPE, HeaderMap};
use url::form_urlencoded;

/// Whether a body says it is a form.
pub(super) fn is_form(headers: &HeaderMap) -> bool {
    let value = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let mime = value.split(';').next().unwrap_or_default().trim();
    mime.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// The value of a field that must come once; `None` when it is missing or comes twice.
pub(super) fn field(body: &str, name: &str) -> Option<String> {
    let mut values = form_urlencoded::parse(body.as_bytes()).filter(|(key, _)| key == name);
    match (values.next(), values.next()) {
        (Some((_, value)), None) => Some(value.into_owned()),
        _ => None,
    }
}

/// A query string of these pairs.
pub(super) fn query(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_that_comes_twice_is_as_good_as_missing() {
        assert_eq!(field("a=1&b=2", "a").as_deref(), Some("1"));
        assert_eq!(field("a=1&a=2", "a"), None);
        assert_eq!(field("", "a"), None);
    }

    #[test]
    fn a_query_is_encoded() {
        assert_eq!(query(&[("idp", "https://x/?a&b")]), "idp=https%3A%2F%2Fx%2F%3Fa%26b");
    }
}
