//! The logout token (OpenID Connect Back-Channel Logout 1.0 §2.4).

use crate::oidc::client::Client;
use crate::oidc::grant::Grant;
use crate::oidc::subject::{Provider, subject};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

/// Its `typ`: no other token of ours passes for it, nor it for another.
pub const LOGOUT_JWT: &str = "logout+jwt";

/// §4: two minutes at most, so that a captured one is soon worth nothing.
const LIFETIME: TimeDelta = TimeDelta::minutes(2);

/// The claims by which `client` learns at `now` that what was given under `grant` ended: the person and the `sid` that
/// its ID tokens had. Each try has a `jti` of its own, since a client may refuse one that it saw.
pub fn logout_token(us: Provider<'_>, client: &Client, grant: &Grant, jti: &str, now: DateTime<Utc>) -> Value {
    json!({
        "iss": us.issuer,
        "sub": subject(us.subjects, client, grant.person),
        "aud": client.id,
        "iat": now.timestamp(),
        "exp": now.checked_add_signed(LIFETIME).unwrap_or(now).timestamp(),
        "jti": jti,
        "sid": grant.id.to_string(),
        "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oidc::client::SubjectType;
    use crate::oidc::samples;

    #[test]
    fn backchannel_2_4_it_says_who_and_which_session_and_nothing_else() {
        let (client, grant) = (samples::client(), samples::grant());
        let claims = logout_token(samples::provider(), &client, &grant, "j1", samples::now());
        let expected = json!({
            "iss": samples::ISSUER,
            "sub": samples::person().id.0.to_string(),
            "aud": "suap",
            "iat": 1_790_000_000,
            "exp": 1_790_000_120,
            "jti": "j1",
            "sid": grant.id.to_string(),
            "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
        });
        assert_eq!(claims, expected, "no nonce, nothing personal");
    }

    #[test]
    fn a_pairwise_client_reads_the_name_that_it_knows() {
        let (mut client, grant) = (samples::client(), samples::grant());
        client.metadata.subject_type = SubjectType::Pairwise;
        let claims = logout_token(samples::provider(), &client, &grant, "j1", samples::now());
        assert_eq!(claims["sub"], subject(samples::subjects(), &client, grant.person));
        assert_ne!(claims["sub"], grant.person.0.to_string());
    }
}
