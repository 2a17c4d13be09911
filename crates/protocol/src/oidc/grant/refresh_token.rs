//! `grant_type=refresh_token` (RFC 6749 §6): rotation, and what a reuse means (RFC 9700 §4.14).

use super::{Grant, GrantType, Reason, Refused};
use crate::oidc::SecretHash;
use crate::oidc::client::{Client, Profile};
use crate::oidc::confirmation::Confirmation;
use crate::oidc::parameters::{Parameters, words};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Everything that means something here; the client's own parameters belong to `client_auth`.
const KNOWN: &[&str] = &["grant_type", "refresh_token", "scope"];

/// One refresh token; only its hash is known. Those of one grant are its family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefreshToken {
    /// SHA-256 of the token.
    pub hash: SecretHash,
    /// The grant it refreshes.
    pub grant: Uuid,
    /// When it was given.
    pub created_at: DateTime<Utc>,
    /// Last instant at which it may be used; the whole family shares it.
    pub expires_at: DateTime<Utc>,
    /// When another took its place.
    pub used_at: Option<DateTime<Utc>>,
    /// The key or certificate that whoever brings it has to have; none when the client proves who it is.
    pub confirmation: Option<Confirmation>,
}

/// What is asked: less than was granted, at most the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The scopes of the new access token.
    pub scopes: BTreeSet<String>,
}

/// The token of a request; its hash finds the row.
///
/// # Errors
/// `invalid_request`: repeated parameters, no token.
pub fn token(parameters: &Parameters) -> Result<&str, Refused> {
    if let Some(name) = parameters.repeated(KNOWN) {
        return Err(Reason::RepeatedParameter(name).into());
    }
    parameters
        .get("refresh_token")
        .ok_or_else(|| Reason::RefreshTokenMissing.into())
}

/// Whether a client that was given `scopes` gets a refresh token with them.
pub fn is_due(client: &Client) -> bool {
    client.metadata.grant_types.contains(&GrantType::RefreshToken)
}

/// Whether each use puts another token in its place. FAPI 2 Security Profile §5.3.2.1 forbids it: a lost answer would
/// end the family, and the tokens of such a client are bound to its key anyway.
pub fn rotates(client: &Client) -> bool {
    client.metadata.profile != Profile::Fapi2
}

/// Whether `client`, already authenticated, may refresh `grant` by `token` at `now`. The winner among simultaneous
/// callers is decided afterwards, by one conditional write.
///
/// # Errors
/// The first reason against, in this order. After [`Reason::RefreshTokenReused`] the caller ends the grant.
pub fn check(
    token: &RefreshToken,
    grant: &Grant,
    client: &Client,
    parameters: &Parameters,
    now: DateTime<Utc>,
) -> Result<Asked, Refused> {
    self::token(parameters)?;
    // First of all: what another client does with a stolen token must not end the grant.
    if grant.client_id != client.id || token.grant != grant.id {
        return Err(Reason::OtherClient.into());
    }
    // RFC 9700 §4.14.2: a token that was rotated away comes again: one of the two who had it is a thief.
    if token.used_at.is_some() {
        return Err(Reason::RefreshTokenReused.into());
    }
    if grant.ended_at.is_some() {
        return Err(Reason::Ended.into());
    }
    if now > token.expires_at {
        return Err(Reason::Expired.into());
    }
    if !is_due(client) {
        return Err(Reason::GrantTypeNotRegistered.into());
    }
    // RFC 6749 §6: "MUST NOT include any scope not originally granted".
    let asked: BTreeSet<String> = parameters
        .get("scope")
        .map(|scope| words(Some(scope)).map(str::to_owned).collect())
        .unwrap_or_else(|| grant.scopes.clone());
    if asked.is_empty() || !asked.is_subset(&grant.scopes) {
        return Err(Reason::WiderScope.into());
    }
    Ok(Asked { scopes: asked })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oidc::error::ErrorCode;
    use crate::oidc::samples;

    fn client() -> Client {
        let mut client = samples::client();
        client.metadata.grant_types.insert(GrantType::RefreshToken);
        client
    }

    fn refresh_token() -> RefreshToken {
        RefreshToken {
            hash: [1; 32],
            grant: samples::grant().id,
            created_at: samples::now(),
            expires_at: samples::after(3600),
            used_at: None,
            confirmation: None,
        }
    }

    fn judge(token: &RefreshToken, grant: &Grant, client: &Client, form: &str) -> Result<Asked, Reason> {
        let form = Parameters::parse(&format!("grant_type=refresh_token&refresh_token=r{form}")).unwrap();
        check(token, grant, client, &form, samples::now()).map_err(|refused| refused.reason)
    }

    #[test]
    fn without_a_scope_everything_granted_is_meant_and_less_may_be_asked() {
        let grant = samples::grant();
        let all = judge(&refresh_token(), &grant, &client(), "").unwrap();
        assert_eq!(all.scopes, grant.scopes);
        let less = judge(&refresh_token(), &grant, &client(), "&scope=openid").unwrap();
        assert_eq!(less.scopes, BTreeSet::from(["openid".to_owned()]));
    }

    #[test]
    fn attack_36_a_wider_scope_or_a_sneaked_in_offline_access_is_invalid_scope() {
        for scope in ["openid+phone+fiscal_number+spid+x", "openid+offline_access", "+"] {
            let reason = judge(
                &refresh_token(),
                &samples::grant(),
                &client(),
                &format!("&scope={scope}"),
            );
            if scope == "+" {
                // Blanks only: nothing asked is no scope at all.
                assert_eq!(reason, Err(Reason::WiderScope));
            } else {
                assert_eq!(reason, Err(Reason::WiderScope), "{scope}");
            }
        }
        assert_eq!(Refused::from(Reason::WiderScope).code, ErrorCode::InvalidScope);
    }

    #[test]
    fn attack_36_each_misuse_has_its_reason_and_another_client_does_not_end_the_family() {
        let mut used = refresh_token();
        used.used_at = Some(samples::now());
        assert_eq!(
            judge(&used, &samples::grant(), &client(), ""),
            Err(Reason::RefreshTokenReused)
        );
        let mut other = client();
        other.id = "other".to_owned();
        assert_eq!(judge(&used, &samples::grant(), &other, ""), Err(Reason::OtherClient));
        let mut ended = samples::grant();
        ended.ended_at = Some(samples::now());
        assert_eq!(judge(&refresh_token(), &ended, &client(), ""), Err(Reason::Ended));
        let mut last = refresh_token();
        last.expires_at = samples::now();
        assert!(
            judge(&last, &samples::grant(), &client(), "").is_ok(),
            "the last instant"
        );
        let mut late = refresh_token();
        late.expires_at = samples::after(-1);
        assert_eq!(judge(&late, &samples::grant(), &client(), ""), Err(Reason::Expired));
        assert_eq!(
            judge(&refresh_token(), &samples::grant(), &samples::client(), ""),
            Err(Reason::GrantTypeNotRegistered)
        );
    }

    #[test]
    fn what_is_missing_or_repeated_is_an_invalid_request() {
        let read = |form: &str| {
            token(&Parameters::parse(form).unwrap())
                .map(str::to_owned)
                .map_err(|r| r.code)
        };
        assert_eq!(read("refresh_token=r"), Ok("r".to_owned()));
        assert_eq!(read("grant_type=refresh_token"), Err(ErrorCode::InvalidRequest));
        assert_eq!(read("refresh_token=r&refresh_token=r"), Err(ErrorCode::InvalidRequest));
        assert_eq!(read("refresh_token=r&scope=a&scope=b"), Err(ErrorCode::InvalidRequest));
    }

    #[test]
    fn fapi_clients_keep_their_refresh_token() {
        let mut fapi = client();
        fapi.metadata.profile = Profile::Fapi2;
        assert!(!rotates(&fapi));
        assert!(rotates(&client()));
    }
}
