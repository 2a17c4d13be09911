//! Forms and queries as text: what a stranger sent, decoded once, never trusted.

use super::State;
use super::language::Speaks;
use super::respond::unreadable_page;
use axum::extract::{FromRequest, FromRequestParts as _, Request};
use axum::http::header::{CONTENT_TYPE, HeaderMap};
use axum::response::Response;
use url::form_urlencoded;

/// The body of a form that a browser sends; one that is too long or no text gets a page.
pub(super) struct Body(pub String);

impl FromRequest<State> for Body {
    type Rejection = Response;

    async fn from_request(request: Request, state: &State) -> Result<Body, Response> {
        let (mut parts, body) = request.into_parts();
        let Ok(speaks) = Speaks::from_request_parts(&mut parts, state).await;
        String::from_request(Request::from_parts(parts, body), state)
            .await
            .map(Body)
            .map_err(|rejection| unreadable_page(state, &speaks, rejection.status()))
    }
}

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
