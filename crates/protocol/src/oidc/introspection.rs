//! A signed introspection answer (RFC 9701): proof of what was said about a token, and to whom.

use super::client::Client;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// Media type of a signed answer; without `application/` also the token's `typ` (RFC 9701 §5).
pub const MEDIA_TYPE: &str = "application/token-introspection+jwt";
/// `typ` of the token.
pub const TYP: &str = "token-introspection+jwt";

/// Whether somebody who sent this `Accept` asks for a signed answer (RFC 9701 §4).
pub fn is_asked_for(accept: &str) -> bool {
    accept.split(',').any(|range| {
        let mut parts = range.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(MEDIA_TYPE));
        let refused = |part: &str| {
            let weight = part.strip_prefix("q=").or(part.strip_prefix("Q="));
            weight.is_some_and(|weight| weight.parse::<f32>() == Ok(0.0))
        };
        named && !parts.any(refused)
    })
}

/// The claims of a signed `answer` for `client`, who asks. Neither `sub` nor `exp`, so that nobody takes it for an access
/// token (RFC 9701 §5, §8.1).
pub fn claims(issuer: &str, client: &Client, answer: Value, now: DateTime<Utc>) -> Value {
    json!({
        "iss": issuer,
        "aud": client.metadata.resource.as_deref().unwrap_or(&client.id),
        "iat": now.timestamp(),
        "token_introspection": answer,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oidc::samples::{ISSUER, client, now};

    #[test]
    fn only_who_names_the_media_type_asks_for_a_signed_answer() {
        for accept in [
            MEDIA_TYPE,
            "application/json;q=0.5, Application/Token-Introspection+JWT",
            "application/token-introspection+jwt;q=0.9",
        ] {
            assert!(is_asked_for(accept), "{accept}");
        }
        for accept in [
            "",
            "*/*",
            "application/json",
            "application/jwt",
            "application/token-introspection+jwt;q=0",
        ] {
            assert!(!is_asked_for(accept), "{accept}");
        }
    }

    #[test]
    fn rfc_9701_5_it_is_for_the_resource_that_asks_and_cannot_pass_for_an_access_token() {
        let mut client = client();
        let answer = json!({"active": false});
        let signed = claims(ISSUER, &client, answer.clone(), now());
        assert_eq!(
            signed,
            json!({"iss": ISSUER, "aud": "suap", "iat": now().timestamp(), "token_introspection": {"active": false}})
        );
        client.metadata.resource = Some("https://api.example.it".to_owned());
        assert_eq!(claims(ISSUER, &client, answer, now())["aud"], "https://api.example.it");
    }
}
