//! `grant_type=authorization_code` (RFC 6749 §4.1.3, RFC 7636 §4.6).

use super::{Grant, Reason, Refused};
use crate::oidc::client::Client;
use crate::oidc::parameters::Parameters;
use crate::oidc::pkce;
use chrono::{DateTime, Utc};

/// Everything that means something here; the client's own parameters belong to `client_auth`.
const KNOWN: &[&str] = &["grant_type", "code", "redirect_uri", "code_verifier"];

/// The code of a token request; its hash finds the grant.
///
/// # Errors
/// `invalid_request`: repeated parameters, no code.
pub fn code(parameters: &Parameters) -> Result<&str, Refused> {
    if let Some(name) = parameters.repeated(KNOWN) {
        return Err(Reason::RepeatedParameter(name).into());
    }
    parameters.get("code").ok_or_else(|| Reason::CodeMissing.into())
}

/// Whether `client`, already authenticated, may exchange the code of `grant` at `now`. The winner among
/// simultaneous callers is decided afterwards, by one conditional write.
///
/// # Errors
/// The first reason against, in this order. After [`Reason::Reused`] the caller ends the grant.
pub fn check(grant: &Grant, client: &Client, parameters: &Parameters, now: DateTime<Utc>) -> Result<(), Refused> {
    code(parameters)?;
    // RFC 6749 §4.1.3: "ensure that the authorization code was issued to the authenticated confidential
    // client". First of all: what another client does with a stolen code must not end the grant.
    if grant.client_id != client.id {
        return Err(Reason::OtherClient.into());
    }
    // RFC 6749 §4.1.2: "The client MUST NOT use the authorization code more than once." However late.
    if grant.code.redeemed_at.is_some() {
        return Err(Reason::Reused.into());
    }
    if grant.ended_at.is_some() {
        return Err(Reason::Ended.into());
    }
    // RFC 6749 §4.1.2: "The authorization code MUST expire shortly after it is issued".
    if now > grant.code.expires_at {
        return Err(Reason::Expired.into());
    }
    // RFC 6749 §4.1.3: "if the redirect_uri parameter was included in the initial authorization request
    // [always, here] ensure that their values are identical".
    match parameters.get("redirect_uri") {
        None => return Err(Reason::RedirectUriMissing.into()),
        Some(redirect_uri) if redirect_uri != grant.code.redirect_uri => return Err(Reason::OtherRedirectUri.into()),
        Some(_) => {}
    }
    match (grant.code.challenge.as_deref(), parameters.get("code_verifier")) {
        // RFC 7636 §4.6: "If the values are not equal, an error response indicating invalid_grant".
        (Some(challenge), Some(verifier)) if !pkce::is_verifier(verifier) || !pkce::answers(verifier, challenge) => {
            Err(Reason::WrongVerifier.into())
        }
        (Some(_), None) => Err(Reason::VerifierMissing.into()),
        // RFC 9700 §4.8.2: a verifier is accepted only if there was a challenge, else somebody stripped it.
        (None, Some(_)) => Err(Reason::VerifierWithoutChallenge.into()),
        (Some(_), Some(_)) | (None, None) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oidc::error::ErrorCode;
    use crate::oidc::samples;
    use chrono::TimeDelta;

    const RIGHT: &str = "grant_type=authorization_code&code=c&redirect_uri=https%3A%2F%2Fsuap.example.it%2Fcb&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    fn judge(grant: &Grant, form: &str, now: DateTime<Utc>) -> Result<(), Reason> {
        let form = Parameters::parse(form).unwrap();
        check(grant, &samples::client(), &form, now).map_err(|refused| refused.reason)
    }

    fn changed(change: impl FnOnce(&mut Grant)) -> Result<(), Reason> {
        let mut grant = samples::grant();
        change(&mut grant);
        judge(&grant, RIGHT, samples::now())
    }

    #[test]
    fn the_right_request_is_right_to_the_last_instant() {
        assert_eq!(changed(|_| {}), Ok(()));
        assert_eq!(
            judge(&samples::grant(), RIGHT, samples::grant().code.expires_at),
            Ok(())
        );
    }

    #[test]
    fn attack_34_each_way_to_misuse_a_code_has_its_reason() {
        assert_eq!(
            changed(|grant| grant.client_id = "other".into()),
            Err(Reason::OtherClient)
        );
        assert_eq!(
            changed(|grant| grant.code.redeemed_at = Some(samples::now())),
            Err(Reason::Reused)
        );
        assert_eq!(
            changed(|grant| grant.ended_at = Some(samples::now())),
            Err(Reason::Ended)
        );
        let late = samples::grant().code.expires_at + TimeDelta::microseconds(1);
        assert_eq!(judge(&samples::grant(), RIGHT, late), Err(Reason::Expired));
        assert_eq!(
            changed(|grant| grant.code.redirect_uri.push('/')),
            Err(Reason::OtherRedirectUri)
        );
    }

    #[test]
    fn attack_34_a_second_use_is_called_so_even_when_late_and_ended() {
        let mut grant = samples::grant();
        grant.code.redeemed_at = Some(samples::now());
        grant.ended_at = Some(samples::now());
        let late = samples::now() + TimeDelta::days(1);
        assert_eq!(judge(&grant, RIGHT, late), Err(Reason::Reused));
    }

    #[test]
    fn attack_34_a_second_use_by_another_client_does_not_count_as_reuse() {
        let reason = changed(|grant| {
            grant.client_id = "other".into();
            grant.code.redeemed_at = Some(samples::now());
        });
        assert_eq!(reason, Err(Reason::OtherClient));
    }

    #[test]
    fn attack_35_challenge_and_verifier_belong_together() {
        let without = RIGHT.split("&code_verifier").next().unwrap();
        let judge = |grant: &Grant, form: &str| judge(grant, form, samples::now());
        let with_challenge = samples::grant();
        let mut no_challenge = samples::grant();
        no_challenge.code.challenge = None;
        assert_eq!(judge(&with_challenge, without), Err(Reason::VerifierMissing));
        assert_eq!(judge(&no_challenge, RIGHT), Err(Reason::VerifierWithoutChallenge));
        assert_eq!(judge(&no_challenge, without), Ok(()));
        let other = RIGHT.replace("dBj", "dBk");
        assert_eq!(judge(&with_challenge, &other), Err(Reason::WrongVerifier));
        // `plain`: the challenge itself is no verifier.
        let plain = format!(
            "{without}&code_verifier={}",
            with_challenge.code.challenge.as_deref().unwrap()
        );
        assert_eq!(judge(&with_challenge, &plain), Err(Reason::WrongVerifier));
        // A verifier of 42 characters, though it answers.
        let short = "a".repeat(42);
        let mut weak = samples::grant();
        weak.code.challenge = Some(pkce::challenge(&short));
        assert_eq!(
            judge(&weak, &format!("{without}&code_verifier={short}")),
            Err(Reason::WrongVerifier)
        );
    }

    #[test]
    fn attack_35_the_code_of_a_device_is_none_that_came_through_a_browser() {
        let mut device = samples::grant();
        device.code.redirect_uri.clear();
        device.code.challenge = None;
        for (form, reason) in [
            ("code=c", Reason::RedirectUriMissing),
            ("code=c&redirect_uri=", Reason::RedirectUriMissing),
            (RIGHT, Reason::OtherRedirectUri),
        ] {
            assert_eq!(judge(&device, form, samples::now()), Err(reason), "{form}");
        }
    }

    #[test]
    fn what_is_missing_or_repeated_is_an_invalid_request() {
        let cases = [
            (RIGHT.replace("code=c&", ""), Reason::CodeMissing),
            (
                RIGHT.replace("redirect_uri=https%3A%2F%2Fsuap.example.it%2Fcb", ""),
                Reason::RedirectUriMissing,
            ),
            (format!("{RIGHT}&code=c"), Reason::RepeatedParameter("code")),
            (
                format!("{RIGHT}&code_verifier=x"),
                Reason::RepeatedParameter("code_verifier"),
            ),
        ];
        for (form, reason) in cases {
            assert_eq!(judge(&samples::grant(), &form, samples::now()), Err(reason), "{form}");
            assert_eq!(Refused::from(reason).code, ErrorCode::InvalidRequest);
        }
    }

    #[test]
    fn the_client_hears_invalid_grant_whatever_was_wrong_with_the_code() {
        for reason in [
            Reason::UnknownCode,
            Reason::OtherClient,
            Reason::Reused,
            Reason::Ended,
            Reason::Expired,
            Reason::OtherRedirectUri,
            Reason::VerifierMissing,
            Reason::VerifierWithoutChallenge,
            Reason::WrongVerifier,
            Reason::NotInForce,
        ] {
            assert_eq!(Refused::from(reason).code, ErrorCode::InvalidGrant, "{reason}");
        }
    }

    #[test]
    fn only_the_code_grant_is_offered() {
        let code = |form: &str| {
            crate::oidc::grant::grant_type(&Parameters::parse(form).unwrap()).map_err(|refused| refused.code)
        };
        assert!(code(RIGHT).is_ok());
        assert_eq!(code("grant_type=password"), Err(ErrorCode::UnsupportedGrantType));
        assert_eq!(code("code=c"), Err(ErrorCode::InvalidRequest));
        assert_eq!(
            code("grant_type=authorization_code&grant_type=authorization_code"),
            Err(ErrorCode::InvalidRequest)
        );
    }
}
