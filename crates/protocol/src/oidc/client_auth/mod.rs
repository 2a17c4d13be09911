//! Client authentication at the machine endpoints (RFC 6749 §2.3, OpenID Connect Core §9, RFC 8705 §2).

pub mod assertion;
pub mod certificate;

use self::assertion::{Asserted, Audience};
use self::certificate::Shown;
use super::client::{Client, ClientAuthMethod, Profile};
use super::error::{self, Coded, ErrorCode};
use super::parameters::{Parameters, decode};
use super::{hash_secret, secrets_match};
use crate::jose::{KeySet, SignedError};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use std::fmt;

/// Why a client is not who it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// A parameter that names or proves the client came twice.
    #[error("repeated parameter: {0}")]
    RepeatedParameter(&'static str),
    /// "The client MUST NOT use more than one authentication method in each request."
    #[error("more than one authentication method")]
    MoreThanOneMethod,
    /// `client_id` beside a header that names another one.
    #[error("two different client_id")]
    ClientIdMismatch,
    /// Neither a header nor a `client_id`.
    #[error("no client named")]
    NoClient,
    /// An `Authorization` header that is not Basic.
    #[error("unsupported authorization scheme")]
    SchemeNotSupported,
    /// A Basic header that is not the base64 of two form-encoded halves.
    #[error("malformed basic credentials")]
    BasicMalformed,
    /// An assertion without its type, or of another type than a JWT (RFC 7523 §2.2).
    #[error("client_assertion_type missing or unknown")]
    AssertionType,
    /// An assertion that does not prove the client.
    #[error("client assertion: {0}")]
    Assertion(#[from] assertion::Reason),
    /// The same assertion came before (RFC 7523 §3, 7), or it is older than our memory of assertions.
    #[error("client assertion used before")]
    AssertionUsed,
    /// A certificate that does not prove the client.
    #[error("client certificate: {0}")]
    Certificate(#[from] certificate::Reason),
    /// A FAPI client that registered a method which the profile does not know (FAPI 2 Security Profile §5.3.2.1).
    #[error("method not allowed by the FAPI 2 profile")]
    NotFapi,
    /// Nobody registered under this `client_id`.
    #[error("unknown client")]
    UnknownClient,
    /// The client was switched off.
    #[error("disabled client")]
    DisabledClient,
    /// Not the method it registered.
    #[error("not the registered authentication method")]
    WrongMethod,
    /// Not one of its secrets.
    #[error("wrong secret")]
    WrongSecret,
}

impl Reason {
    /// Whether it could be otherwise with other keys: the client may have changed them.
    pub fn is_about_keys(&self) -> bool {
        matches!(
            self,
            Reason::Assertion(assertion::Reason::Token(SignedError::Signature))
                | Reason::Certificate(certificate::Reason::NotAmongKeys)
        )
    }
}

impl Coded for Reason {
    fn code(&self) -> ErrorCode {
        match self {
            Reason::RepeatedParameter(_) | Reason::MoreThanOneMethod | Reason::ClientIdMismatch => {
                ErrorCode::InvalidRequest
            }
            _ => ErrorCode::InvalidClient,
        }
    }
}

/// Why, with the RFC's word.
pub type Refused = error::Refused<Reason>;

enum Proof {
    Basic(String),
    Post(String),
    Assertion(String),
    Nothing,
}

/// What a client presented: a name, and at most one proof.
pub struct Presented {
    client_id: String,
    proof: Proof,
}

impl fmt::Debug for Presented {
    /// Never the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Presented")
            .field("client_id", &self.client_id)
            .field("method", &self.method())
            .finish()
    }
}

impl Presented {
    /// Reads the `Authorization` header and the form of a token request.
    ///
    /// # Errors
    /// The request is contradictory (`invalid_request`) or names nobody (`invalid_client`).
    pub fn read(authorization_header: Option<&str>, form: &Parameters) -> Result<Presented, Refused> {
        const KNOWN: &[&str] = &[
            "client_id",
            "client_secret",
            "client_assertion",
            "client_assertion_type",
        ];
        if let Some(name) = form.repeated(KNOWN) {
            return Err(Reason::RepeatedParameter(name).into());
        }
        let assertion = form.get("client_assertion").or(form.get("client_assertion_type"));
        let secret = form.get("client_secret");
        let methods = [authorization_header.is_some(), secret.is_some(), assertion.is_some()];
        if methods.into_iter().filter(|used| *used).count() > 1 {
            return Err(Reason::MoreThanOneMethod.into());
        }
        let named = form.get("client_id");
        if assertion.is_some() {
            return Presented::by_assertion(named, form);
        }
        if let Some(header) = authorization_header {
            let (client_id, secret) = basic(header)?;
            if named.is_some_and(|named| named != client_id) {
                return Err(Reason::ClientIdMismatch.into());
            }
            return Ok(Presented {
                client_id,
                proof: Proof::Basic(secret),
            });
        }
        Ok(Presented {
            client_id: named.ok_or(Reason::NoClient)?.to_owned(),
            proof: secret.map_or(Proof::Nothing, |secret| Proof::Post(secret.to_owned())),
        })
    }

    /// `client_id` may be left out: the assertion says it too (RFC 7521 §4.2).
    fn by_assertion(named: Option<&str>, form: &Parameters) -> Result<Presented, Refused> {
        let (Some(assertion), Some(assertion::TYPE)) =
            (form.get("client_assertion"), form.get("client_assertion_type"))
        else {
            return Err(Reason::AssertionType.into());
        };
        let client_id = match (named, assertion::subject(assertion)) {
            (Some(named), Some(subject)) if named != subject => return Err(Reason::ClientIdMismatch.into()),
            (Some(named), _) => named.to_owned(),
            (None, subject) => subject.ok_or(Reason::NoClient)?,
        };
        Ok(Presented {
            client_id,
            proof: Proof::Assertion(assertion.to_owned()),
        })
    }

    /// Who it says it is; not yet believed.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// How it wants to prove it. Whoever sends no proof may still have shown a certificate in the handshake.
    pub fn method(&self) -> ClientAuthMethod {
        match &self.proof {
            Proof::Basic(_) => ClientAuthMethod::ClientSecretBasic,
            Proof::Post(_) => ClientAuthMethod::ClientSecretPost,
            Proof::Assertion(assertion) if assertion::is_by_secret(assertion) => ClientAuthMethod::ClientSecretJwt,
            Proof::Assertion(_) => ClientAuthMethod::PrivateKeyJwt,
            Proof::Nothing => ClientAuthMethod::None,
        }
    }
}

/// RFC 6749 §2.3.1: both halves are form-encoded before they are joined and encoded in base64.
fn basic(header: &str) -> Result<(String, String), Reason> {
    let (scheme, credentials) = header.split_once(' ').ok_or(Reason::SchemeNotSupported)?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(Reason::SchemeNotSupported);
    }
    let credentials = STANDARD
        .decode(credentials.trim_matches(' '))
        .map_err(|_| Reason::BasicMalformed)?;
    let credentials = String::from_utf8(credentials).map_err(|_| Reason::BasicMalformed)?;
    let (id, secret) = credentials.split_once(':').ok_or(Reason::BasicMalformed)?;
    let half = |text| decode(text).map_err(|_| Reason::BasicMalformed);
    match (half(id)?, half(secret)?) {
        (id, _) if id.is_empty() => Err(Reason::BasicMalformed),
        halves => Ok(halves),
    }
}

/// Where and when a proof is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// Our issuer.
    pub issuer: &'a str,
    /// Addresses of ours that an assertion may be meant for as well.
    pub endpoints: &'a [String],
    /// The client's keys, when it has any.
    pub keys: &'a KeySet,
    /// The certificates of the connection, and who may issue them.
    pub shown: Shown<'a>,
    /// Now.
    pub now: DateTime<Utc>,
}

/// Whether `presented` proves to be `client`, by the one method it registered. An assertion is then still to be
/// used up by who called: its `jti` is good once.
///
/// # Errors
/// `invalid_client` for every reason: a stranger learns nothing.
pub fn verify(presented: &Presented, client: &Client, setting: Setting<'_>) -> Result<Option<Asserted>, Refused> {
    if presented.client_id != client.id {
        return Err(Reason::UnknownClient.into());
    }
    if client.disabled {
        return Err(Reason::DisabledClient.into());
    }
    let registered = client.auth_method;
    let by_certificate = matches!(
        registered,
        ClientAuthMethod::TlsClientAuth | ClientAuthMethod::SelfSignedTlsClientAuth
    );
    // FAPI 2 Security Profile §5.3.2.1: "shall authenticate clients using" mTLS or private_key_jwt, and so confidential
    // clients only.
    let fapi = client.metadata.profile == Profile::Fapi2;
    if fapi && !by_certificate && registered != ClientAuthMethod::PrivateKeyJwt {
        return Err(Reason::NotFapi.into());
    }
    match (&presented.proof, registered) {
        (Proof::Nothing, ClientAuthMethod::TlsClientAuth) => {
            let subject = client.metadata.tls_client_auth.as_ref();
            certificate::check_issued(setting.shown, subject, setting.now)
                .map(|()| None)
                .map_err(|reason| Reason::Certificate(reason).into())
        }
        (Proof::Nothing, ClientAuthMethod::SelfSignedTlsClientAuth) => {
            certificate::check_registered(setting.shown, setting.keys)
                .map(|()| None)
                .map_err(|reason| Reason::Certificate(reason).into())
        }
        _ if presented.method() != registered => Err(Reason::WrongMethod.into()),
        (Proof::Nothing, _) => Ok(None),
        (Proof::Basic(secret) | Proof::Post(secret), _) => knows(client, secret).map(|()| None),
        (Proof::Assertion(assertion), _) => asserts(assertion, client, setting).map(Some),
    }
}

fn asserts(assertion: &str, client: &Client, setting: Setting<'_>) -> Result<Asserted, Refused> {
    let metadata = &client.metadata;
    let fapi = metadata.profile == Profile::Fapi2;
    let meant = Audience {
        issuer: setting.issuer,
        endpoints: if fapi { &[] } else { setting.endpoints },
        issuer_only: fapi,
    };
    let proof = match client.auth_method {
        ClientAuthMethod::ClientSecretJwt => assertion::Proof::Secrets(&client.shared_secrets),
        _ => assertion::Proof::Keys(setting.keys, metadata.allowed(metadata.token_endpoint_auth_signing_alg)),
    };
    assertion::check(assertion, &client.id, proof, meant, setting.now)
        .map_err(|reason| Reason::Assertion(reason).into())
}

fn knows(client: &Client, secret: &str) -> Result<(), Refused> {
    let presented = hash_secret(secret);
    // All are compared, so that the time does not tell which of two it was.
    let matching = client
        .secret_hashes
        .iter()
        .filter(|hash| secrets_match(hash, &presented))
        .count();
    if matching == 0 {
        return Err(Reason::WrongSecret.into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jose::{Algorithm, SignedError, sign_by};
    use crate::keyring::{P256Key, SigningKey};
    use crate::oidc::client::{CertificateSubject, SharedSecret};
    use crate::oidc::samples;
    use crate::x509::{Authorities, PathError};
    use aws_lc_rs::hmac;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::{Value, json};
    use url::form_urlencoded::Serializer;

    fn read(header: Option<&str>, form: &str) -> Result<Presented, Reason> {
        Presented::read(header, &Parameters::parse(form).unwrap()).map_err(|refused| refused.reason)
    }

    fn basic(halves: &str) -> String {
        format!("Basic {}", STANDARD.encode(halves))
    }

    fn judge(header: Option<&str>, form: &str, client: &Client) -> Result<(), Reason> {
        judge_shown(&[], header, form, client)
    }

    fn judge_shown(certificates: &[Vec<u8>], header: Option<&str>, form: &str, client: &Client) -> Result<(), Reason> {
        let presented = read(header, form)?;
        let setting = Setting {
            issuer: samples::ISSUER,
            endpoints: &[],
            keys: &client.metadata.key_set().unwrap().unwrap_or_default(),
            shown: Shown {
                certificates,
                authorities: &Authorities::default(),
            },
            now: samples::now(),
        };
        verify(&presented, client, setting)
            .map(|_| ())
            .map_err(|refused| refused.reason)
    }

    fn client(method: ClientAuthMethod, secrets: &[&str]) -> Client {
        Client {
            auth_method: method,
            shared_secrets: secrets.iter().copied().map(SharedSecret::new).collect(),
            secret_hashes: secrets.iter().map(|secret| hash_secret(secret)).collect(),
            ..samples::client()
        }
    }

    #[test]
    fn each_method_lets_its_client_in_and_no_other_method_does() {
        let by_header = basic("suap:right");
        let attempts = [
            (ClientAuthMethod::ClientSecretBasic, Some(by_header.as_str()), ""),
            (
                ClientAuthMethod::ClientSecretPost,
                None,
                "client_id=suap&client_secret=right",
            ),
            (ClientAuthMethod::None, None, "client_id=suap"),
        ];
        for (registered, _, _) in attempts {
            let client = client(registered, &["right"]);
            for (used, header, form) in attempts {
                let expected = if used == registered {
                    Ok(())
                } else {
                    Err(Reason::WrongMethod)
                };
                assert_eq!(
                    judge(header, form, &client),
                    expected,
                    "{used:?} at a client of {registered:?}"
                );
            }
        }
    }

    #[test]
    fn who_it_says_it_is_is_read_from_wherever_it_is_said() {
        assert_eq!(read(Some(&basic("suap:right")), "").unwrap().client_id(), "suap");
        assert_eq!(read(None, "client_id=app").unwrap().client_id(), "app");
    }

    #[test]
    fn only_a_wrong_signature_or_an_unknown_certificate_could_be_otherwise_with_newer_keys() {
        for reason in [
            Reason::Assertion(assertion::Reason::Token(SignedError::Signature)),
            Reason::Certificate(certificate::Reason::NotAmongKeys),
        ] {
            assert!(reason.is_about_keys(), "{reason}");
        }
        for reason in [
            Reason::WrongSecret,
            Reason::UnknownClient,
            Reason::AssertionUsed,
            Reason::Assertion(assertion::Reason::Token(SignedError::Malformed)),
        ] {
            assert!(!reason.is_about_keys(), "{reason}");
        }
    }

    #[test]
    fn a_request_that_contradicts_itself_is_invalid_request_and_a_client_that_is_not_proved_invalid_client() {
        for reason in [Reason::MoreThanOneMethod, Reason::ClientIdMismatch] {
            assert_eq!(reason.code(), ErrorCode::InvalidRequest, "{reason}");
        }
        for reason in [Reason::WrongSecret, Reason::UnknownClient, Reason::NoClient] {
            assert_eq!(reason.code(), ErrorCode::InvalidClient, "{reason}");
        }
    }

    #[test]
    fn either_secret_is_right_while_one_is_being_replaced() {
        let client = client(ClientAuthMethod::ClientSecretBasic, &["old", "new"]);
        assert_eq!(judge(Some(&basic("suap:old")), "", &client), Ok(()));
        assert_eq!(judge(Some(&basic("suap:new")), "", &client), Ok(()));
        for wrong in ["suap:", "suap:ol", "suap:old ", "suap:OLD"] {
            assert_eq!(
                judge(Some(&basic(wrong)), "", &client),
                Err(Reason::WrongSecret),
                "{wrong}"
            );
        }
    }

    #[test]
    fn a_client_without_secrets_is_let_in_with_none() {
        let client = client(ClientAuthMethod::ClientSecretBasic, &[]);
        assert_eq!(judge(Some(&basic("suap:")), "", &client), Err(Reason::WrongSecret));
    }

    #[test]
    fn both_halves_are_form_decoded() {
        let mut client = client(ClientAuthMethod::ClientSecretBasic, &["a:b c%+é"]);
        client.id = "https://rp.example.it/x".to_owned();
        let header = basic("https%3A%2F%2Frp.example.it%2Fx:a%3Ab+c%25%2B%C3%A9");
        assert_eq!(judge(Some(&header), "", &client), Ok(()));
    }

    #[test]
    fn what_contradicts_itself_or_names_nobody_is_refused_for_its_reason() {
        let good = basic("suap:right");
        let cases = [
            (Some(good.as_str()), "client_secret=right", Reason::MoreThanOneMethod),
            (Some(good.as_str()), "client_assertion=x", Reason::MoreThanOneMethod),
            (
                None,
                "client_id=suap&client_secret=x&client_assertion_type=y",
                Reason::MoreThanOneMethod,
            ),
            (None, "client_assertion=x", Reason::AssertionType),
            (None, "client_id=suap&client_assertion_type=x", Reason::AssertionType),
            (
                None,
                "client_assertion=x&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer",
                Reason::NoClient,
            ),
            (Some(good.as_str()), "client_id=other", Reason::ClientIdMismatch),
            (
                None,
                "client_id=suap&client_id=suap",
                Reason::RepeatedParameter("client_id"),
            ),
            (
                None,
                "client_id=suap&client_secret=a&client_secret=b",
                Reason::RepeatedParameter("client_secret"),
            ),
            (None, "", Reason::NoClient),
            (None, "client_secret=right", Reason::NoClient),
            (Some("Bearer x"), "client_id=suap", Reason::SchemeNotSupported),
            (Some("Basic"), "", Reason::SchemeNotSupported),
            (Some("Basic ***"), "", Reason::BasicMalformed),
        ];
        for (header, form, reason) in cases {
            assert_eq!(read(header, form).unwrap_err(), reason, "{header:?} {form}");
        }
        for malformed in ["suap", ":right", "su%ap:right", "suap:%ff"] {
            assert_eq!(
                read(Some(&basic(malformed)), "").unwrap_err(),
                Reason::BasicMalformed,
                "{malformed}"
            );
        }
        assert!(read(Some(&good), "client_id=suap").is_ok());
    }

    fn claims() -> Value {
        json!({"iss": "suap", "sub": "suap", "aud": samples::ISSUER, "jti": "1",
            "exp": samples::after(60).timestamp()})
    }

    fn assertion_form(token: &str) -> String {
        Serializer::new(String::new())
            .append_pair("client_assertion_type", assertion::TYPE)
            .append_pair("client_assertion", token)
            .finish()
    }

    fn signed(key: &SigningKey) -> String {
        assertion_form(&sign_by(key, Algorithm::Es256, None, &claims()).unwrap())
    }

    fn tagged(secret: &[u8]) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(&json!({"alg": "HS256"})), part(&claims()));
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), message.as_bytes());
        assertion_form(&format!("{message}.{}", URL_SAFE_NO_PAD.encode(tag)))
    }

    fn signing_client(key: &SigningKey) -> Client {
        let mut client = client(ClientAuthMethod::PrivateKeyJwt, &["right"]);
        client.metadata.jwks = Some(json!({"keys": [key.public_jwk()]}));
        client
    }

    #[test]
    fn an_assertion_lets_its_client_in_with_or_without_client_id_and_no_other_method_does() {
        let key = SigningKey::P256(P256Key::generate().unwrap());
        let mut client = signing_client(&key);
        let form = signed(&key);
        assert_eq!(judge(None, &form, &client), Ok(()));
        assert_eq!(judge(None, &format!("{form}&client_id=suap"), &client), Ok(()));
        assert_eq!(
            judge(None, &format!("{form}&client_id=other"), &client),
            Err(Reason::ClientIdMismatch)
        );
        assert_eq!(judge(Some(&basic("suap:right")), "", &client), Err(Reason::WrongMethod));
        client.metadata.jwks = None;
        assert_eq!(
            judge(None, &form, &client),
            Err(Reason::Assertion(assertion::Reason::Token(SignedError::Signature)))
        );
        client.auth_method = ClientAuthMethod::ClientSecretBasic;
        assert_eq!(judge(None, &form, &client), Err(Reason::WrongMethod));
    }

    #[test]
    fn fapi_2_5_3_2_1_only_a_fapi_client_has_to_name_the_issuer_alone_as_a_string() {
        let key = SigningKey::P256(P256Key::generate().unwrap());
        let mut listed = claims();
        listed["aud"] = json!([samples::ISSUER]);
        let listed = assertion_form(&sign_by(&key, Algorithm::Es256, None, &listed).unwrap());
        let mut client = signing_client(&key);
        assert_eq!(judge(None, &listed, &client), Ok(()));
        client.metadata.profile = Profile::Fapi2;
        assert_eq!(
            judge(None, &listed, &client),
            Err(Reason::Assertion(assertion::Reason::NotTheIssuerAlone))
        );
        assert_eq!(judge(None, &signed(&key), &client), Ok(()));
    }

    #[test]
    fn a_client_that_signs_with_its_secret_may_use_either_of_two_and_nothing_else() {
        let client = client(ClientAuthMethod::ClientSecretJwt, &["old", "new"]);
        for secret in ["old", "new"] {
            assert_eq!(judge(None, &tagged(secret.as_bytes()), &client), Ok(()));
        }
        let wrong = Err(Reason::Assertion(assertion::Reason::Token(SignedError::Signature)));
        assert_eq!(judge(None, &tagged(b"other"), &client), wrong);
        assert_eq!(judge(Some(&basic("suap:new")), "", &client), Err(Reason::WrongMethod));
        let key = SigningKey::P256(P256Key::generate().unwrap());
        assert_eq!(judge(None, &signed(&key), &client), Err(Reason::WrongMethod));
    }

    #[test]
    fn attack_37_a_public_key_is_no_secret() {
        let key = SigningKey::P256(P256Key::generate().unwrap());
        let client = signing_client(&key);
        let public = key.public_jwk().to_string();
        assert_eq!(
            judge(None, &tagged(public.as_bytes()), &client),
            Err(Reason::WrongMethod)
        );
    }

    #[test]
    fn a_certificate_proves_only_who_registered_that_and_disturbs_nobody_else() {
        let rubbish = [b"rubbish".to_vec()];
        let form = "client_id=suap";
        let mut by_certificate = client(ClientAuthMethod::SelfSignedTlsClientAuth, &["right"]);
        assert_eq!(
            judge(None, form, &by_certificate),
            Err(Reason::Certificate(certificate::Reason::Missing))
        );
        assert_eq!(
            judge_shown(&rubbish, None, form, &by_certificate),
            Err(Reason::Certificate(certificate::Reason::NotAmongKeys))
        );
        assert_eq!(
            judge_shown(&rubbish, Some(&basic("suap:right")), "", &by_certificate),
            Err(Reason::WrongMethod)
        );
        by_certificate.auth_method = ClientAuthMethod::TlsClientAuth;
        by_certificate.metadata.tls_client_auth = Some(CertificateSubject::Dns("suap.example.it".to_owned()));
        assert_eq!(
            judge_shown(&rubbish, None, form, &by_certificate),
            Err(Reason::Certificate(certificate::Reason::Path(PathError::Malformed)))
        );
        let by_secret = client(ClientAuthMethod::ClientSecretBasic, &["right"]);
        assert_eq!(
            judge_shown(&rubbish, Some(&basic("suap:right")), "", &by_secret),
            Ok(())
        );
        assert_eq!(judge_shown(&rubbish, None, form, &by_secret), Err(Reason::WrongMethod));
    }

    #[test]
    fn fapi_2_5_3_2_1_a_fapi_client_signs_or_shows_a_certificate() {
        let key = SigningKey::P256(P256Key::generate().unwrap());
        let mut fapi = signing_client(&key);
        fapi.metadata.profile = Profile::Fapi2;
        assert_eq!(judge(None, &signed(&key), &fapi), Ok(()));
        for (method, header, form) in [
            (
                ClientAuthMethod::ClientSecretBasic,
                Some(basic("suap:right")),
                String::new(),
            ),
            (
                ClientAuthMethod::ClientSecretPost,
                None,
                "client_id=suap&client_secret=right".to_owned(),
            ),
            (ClientAuthMethod::ClientSecretJwt, None, tagged(b"right")),
            (ClientAuthMethod::None, None, "client_id=suap".to_owned()),
        ] {
            fapi.auth_method = method;
            assert_eq!(
                judge(header.as_deref(), &form, &fapi),
                Err(Reason::NotFapi),
                "{method:?}"
            );
        }
    }

    #[test]
    fn attack_47_a_disabled_client_and_another_client_are_not_let_in() {
        let header = basic("suap:right");
        let mut client = client(ClientAuthMethod::ClientSecretBasic, &["right"]);
        client.disabled = true;
        assert_eq!(judge(Some(&header), "", &client), Err(Reason::DisabledClient));
        client.id = "other".to_owned();
        assert_eq!(judge(Some(&header), "", &client), Err(Reason::UnknownClient));
    }

    #[test]
    fn the_stranger_hears_invalid_client_and_debugging_output_hides_the_secret() {
        assert_eq!(Refused::from(Reason::WrongSecret).code, ErrorCode::InvalidClient);
        assert_eq!(Refused::from(Reason::UnknownClient).code, ErrorCode::InvalidClient);
        assert_eq!(Refused::from(Reason::MoreThanOneMethod).code, ErrorCode::InvalidRequest);
        let presented = read(None, "client_id=suap&client_secret=hush").unwrap();
        assert!(!format!("{presented:?}").contains("hush"));
    }
}
