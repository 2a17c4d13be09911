use super::*;
use crate::oidc::client::{ActingPolicy, ClientAuthMethod, Profile};
use crate::oidc::error::ErrorCode;
use crate::oidc::samples::{self, ISSUER};
use proptest::prelude::*;
use std::collections::BTreeMap;
use url::Url;
use url::form_urlencoded::Serializer;

const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const L1: &str = "https://www.spid.gov.it/SpidL1";
const L2: &str = "https://www.spid.gov.it/SpidL2";
const L3: &str = "https://www.spid.gov.it/SpidL3";

/// The right request; each test changes one thing.
fn right() -> BTreeMap<String, String> {
    [
        ("client_id", "suap"),
        ("redirect_uri", "https://suap.example.it/cb"),
        ("response_type", "code"),
        ("scope", "openid profile"),
        ("state", "s t&te=1"),
        ("nonce", "n-0S6_WzA2Mj"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect()
}

fn parameters(pairs: impl IntoIterator<Item = (String, String)>) -> Parameters {
    Parameters::parse(&Serializer::new(String::new()).extend_pairs(pairs).finish()).unwrap()
}

/// The right request with `name` set to `value`; an empty value leaves it out.
fn with(name: &str, value: &str) -> Parameters {
    let mut pairs = right();
    pairs.insert(name.to_owned(), value.to_owned());
    parameters(pairs)
}

/// The right request with `name` twice.
fn twice(name: &str) -> Parameters {
    let again = right().get(name).cloned().unwrap_or_else(|| "x".to_owned());
    let first = again.clone();
    parameters(
        right()
            .into_iter()
            .filter(|(other, _)| other != name)
            .chain([(name.to_owned(), first), (name.to_owned(), again)]),
    )
}

fn ask(parameters: &Parameters, client: &Client) -> Result<AuthorizationRequest, Reason> {
    let destination = destination(parameters, Some(client)).unwrap();
    check(parameters, client, &destination, Arrival::default()).map_err(|refused| refused.reason)
}

fn asked(name: &str, value: &str) -> Result<AuthorizationRequest, Reason> {
    ask(&with(name, value), &samples::client())
}

fn untrusted(parameters: &Parameters) -> Untrusted {
    destination(parameters, Some(&samples::client())).unwrap_err()
}

fn link(answer: Answer) -> String {
    match answer {
        Answer::Link(url) => url,
        Answer::Form(form) => panic!("a form to {}", form.action),
    }
}

fn code(destination: &Destination, code: &str) -> String {
    link(destination.answer(ISSUER, Outcome::Code(code)))
}

fn error(destination: &Destination, code: ErrorCode) -> String {
    link(destination.answer(ISSUER, Outcome::Error(code)))
}

#[test]
fn the_right_request_passes_whole() {
    let request = ask(&parameters(right()), &samples::client()).unwrap();
    assert_eq!(request.client_id, "suap");
    assert_eq!(
        request.destination.as_ref().unwrap().redirect_uri(),
        "https://suap.example.it/cb"
    );
    assert_eq!(request.destination.as_ref().unwrap().state(), Some("s t&te=1"));
    assert_eq!(request.nonce.as_deref(), Some("n-0S6_WzA2Mj"));
    assert_eq!(request.code_challenge.as_deref(), Some(CHALLENGE));
    assert_eq!(request.level, Level::L1);
    assert!(request.prompt.is_empty() && request.max_age.is_none() && request.pin.is_none());
    let kept: AuthorizationRequest = serde_json::from_value(serde_json::to_value(&request).unwrap()).unwrap();
    assert_eq!(kept, request);
}

#[test]
fn who_asks_and_where_to_are_settled_before_anything_is_sent_back() {
    assert_eq!(untrusted(&with("client_id", "")), Untrusted::ClientIdMissing);
    assert_eq!(untrusted(&with("client_id", "SUAP")), Untrusted::UnknownClient);
    assert_eq!(untrusted(&with("redirect_uri", "")), Untrusted::RedirectUriMissing);
    for name in ["client_id", "redirect_uri"] {
        assert_eq!(untrusted(&twice(name)), Untrusted::RepeatedParameter(name));
    }
    let right = parameters(right());
    assert_eq!(destination(&right, None).unwrap_err(), Untrusted::UnknownClient);
    let disabled = Client {
        disabled: true,
        ..samples::client()
    };
    assert_eq!(
        destination(&right, Some(&disabled)).unwrap_err(),
        Untrusted::DisabledClient
    );
}

#[test]
fn attack_33_only_the_registered_redirect_uri_to_the_letter() {
    for evil in [
        "https://suap.example.it/cb/",
        "https://suap.example.it/c",
        "https://suap.example.it/cb/..;/evil",
        "https://suap.example.it/x/../cb",
        "https://suap.example.it//evil.example/cb",
        "https://evil.suap.example.it/cb",
        "https://suap.example.it.evil.example/cb",
        "https://*.example.it/cb",
        "https://suap.example.it@evil.example/cb",
        "https://a@b@suap.example.it/cb",
        "https://suap.example.it\\@evil.example/cb",
        "https://suap.example.it/cb#fragment",
        "https://suap.example.it/cb#",
        "https://suap.example.it/cb?",
        "https://suap.example.it/cb?added=1",
        "https://suap.example.it/cb?tenant=1&added=1",
        "https://suap.example.it/cb?tenant=2",
        "https://suap.example.it:443/cb",
        "https://suap.example.it:8443/cb",
        "http://suap.example.it/cb",
        "HTTPS://suap.example.it/cb",
        "https://SUAP.example.it/cb",
        "https://suap.example.it/%63b",
        "https://suap.example.it/cb%00",
        "https://suap.example.it./cb",
        "https://xn--sup-0na.example.it/cb",
        "https://suáp.example.it/cb",
        "http://localhost/cb",
        "http://127.0.0.1/cb",
        "//suap.example.it/cb",
        "/cb",
        " https://suap.example.it/cb",
        "https://suap.example.it/cb ",
        "https://suap.example.it/cb\r\nSet-Cookie: a=b",
        "javascript:alert(1)",
        "DATA:text/html,x",
    ] {
        assert_eq!(
            untrusted(&with("redirect_uri", evil)),
            Untrusted::RedirectUriNotRegistered,
            "{evil}"
        );
    }
}

#[test]
fn attack_33_not_even_registered_can_a_dangerous_redirect_uri_be_used() {
    for unusable in [
        "javascript:alert(1)",
        "DATA:text/html,x",
        "vbscript:x",
        "https://suap.example.it/cb#fragment",
        "https://suap.example.it/cb#",
        "https://user@suap.example.it/cb",
        "https://suap.example.it\\@evil.example/cb",
        "https://suap.example.it/cb\nx",
        "/cb",
    ] {
        let mut client = samples::client();
        client.redirect_uris.insert(unusable.to_owned());
        assert_eq!(
            destination(&with("redirect_uri", unusable), Some(&client)).unwrap_err(),
            Untrusted::RedirectUriUnusable,
            "{unusable}"
        );
    }
    let mut client = samples::client();
    client.redirect_uris.insert("it.example.app:/cb".to_owned());
    assert!(destination(&with("redirect_uri", "it.example.app:/cb"), Some(&client)).is_ok());
}

#[test]
fn each_changed_parameter_is_refused_for_its_reason_and_in_the_rfc_s_word() {
    use ErrorCode as E;
    let long = "x".repeat(2049);
    let table: &[(&str, &str, Reason, ErrorCode)] = &[
        ("state", &long, Reason::StateUnusable, E::InvalidRequest),
        ("state", "a\u{7}b", Reason::StateUnusable, E::InvalidRequest),
        ("request", "e30.e30.", Reason::RequestInside, E::InvalidRequest),
        ("request_uri", "urn:x", Reason::RequestInside, E::InvalidRequest),
        (
            "registration",
            "{}",
            Reason::RegistrationInRequest,
            E::RegistrationNotSupported,
        ),
        ("response_type", "", Reason::ResponseTypeMissing, E::InvalidRequest),
        (
            "response_type",
            "token",
            Reason::ResponseTypeNotSupported,
            E::UnsupportedResponseType,
        ),
        (
            "response_type",
            "code id_token",
            Reason::ResponseTypeNotSupported,
            E::UnsupportedResponseType,
        ),
        (
            "response_mode",
            "web_message",
            Reason::ResponseModeNotSupported,
            E::InvalidRequest,
        ),
        (
            "response_mode",
            "jwt.jwt",
            Reason::ResponseModeNotSupported,
            E::InvalidRequest,
        ),
        ("scope", "", Reason::ScopeWithoutOpenid, E::InvalidScope),
        ("scope", "profile", Reason::ScopeWithoutOpenid, E::InvalidScope),
        ("scope", "OPENID", Reason::ScopeWithoutOpenid, E::InvalidScope),
        ("scope", "openid \"x\"", Reason::ScopeMalformed, E::InvalidScope),
        ("scope", "openid\tprofile", Reason::ScopeMalformed, E::InvalidScope),
        ("scope", "openid organization:*", Reason::PinMalformed, E::InvalidScope),
        ("scope", "openid organization:", Reason::PinMalformed, E::InvalidScope),
        (
            "scope",
            "openid organization:a/b",
            Reason::PinMalformed,
            E::InvalidScope,
        ),
        (
            "scope",
            "openid organization:a organization:b",
            Reason::PinRepeated,
            E::InvalidScope,
        ),
        (
            "code_challenge_method",
            "plain",
            Reason::ChallengeMethodNotSupported,
            E::InvalidRequest,
        ),
        (
            "code_challenge_method",
            "",
            Reason::ChallengeMethodNotSupported,
            E::InvalidRequest,
        ),
        ("code_challenge", "", Reason::MethodWithoutChallenge, E::InvalidRequest),
        ("code_challenge", "short", Reason::ChallengeMalformed, E::InvalidRequest),
        ("nonce", &long, Reason::NonceUnusable, E::InvalidRequest),
        ("nonce", "a\nb", Reason::NonceUnusable, E::InvalidRequest),
        ("prompt", "register", Reason::PromptUnknown, E::InvalidRequest),
        ("prompt", "none login", Reason::PromptNoneWithOthers, E::InvalidRequest),
        ("max_age", "-1", Reason::MaxAgeMalformed, E::InvalidRequest),
        ("max_age", "1.5", Reason::MaxAgeMalformed, E::InvalidRequest),
        ("max_age", "+1", Reason::MaxAgeMalformed, E::InvalidRequest),
        ("claims", "{", Reason::ClaimsMalformed, E::InvalidRequest),
        ("claims", "[]", Reason::ClaimsMalformed, E::InvalidRequest),
        (
            "claims",
            r#"{"id_token":1}"#,
            Reason::ClaimsMalformed,
            E::InvalidRequest,
        ),
        (
            "claims",
            r#"{"id_token":{"acr":1}}"#,
            Reason::ClaimsMalformed,
            E::InvalidRequest,
        ),
        (
            "claims",
            r#"{"id_token":{"acr":{"essential":"yes"}}}"#,
            Reason::ClaimsMalformed,
            E::InvalidRequest,
        ),
        (
            "claims",
            r#"{"id_token":{"acr":{"values":"x"}}}"#,
            Reason::ClaimsMalformed,
            E::InvalidRequest,
        ),
    ];
    for (name, value, reason, code) in table {
        assert_eq!(asked(name, value).unwrap_err(), *reason, "{name}={value}");
        assert_eq!(Refused::from(*reason).code, *code, "{name}={value}");
    }
}

#[test]
fn a_known_parameter_twice_is_refused_and_an_unknown_one_ignored() {
    for name in [
        "response_type",
        "scope",
        "state",
        "nonce",
        "prompt",
        "claims",
        "code_challenge",
        "display",
    ] {
        assert_eq!(
            ask(&twice(name), &samples::client()).unwrap_err(),
            Reason::RepeatedParameter(name)
        );
    }
    assert!(ask(&twice("favourite_colour"), &samples::client()).is_ok());
    assert!(asked("favourite_colour", "red").is_ok());
}

#[test]
fn the_first_check_in_the_list_gives_the_answer() {
    let mut pairs = right();
    pairs.insert("response_type".into(), "token".into());
    pairs.insert("scope".into(), "profile".into());
    pairs.insert("request".into(), "x".into());
    assert_eq!(
        ask(&parameters(pairs), &samples::client()).unwrap_err(),
        Reason::RequestInside
    );
}

#[test]
fn attack_35_pkce_cannot_be_left_out_where_it_is_required() {
    let mut pairs = right();
    pairs.remove("code_challenge");
    pairs.remove("code_challenge_method");
    let without = parameters(pairs);
    let client = |require_pkce, auth_method| Client {
        require_pkce,
        auth_method,
        ..samples::client()
    };
    let confidential = ClientAuthMethod::ClientSecretBasic;
    assert_eq!(
        ask(&without, &client(true, confidential)).unwrap_err(),
        Reason::ChallengeMissing
    );
    assert_eq!(
        ask(&without, &client(false, ClientAuthMethod::None)).unwrap_err(),
        Reason::ChallengeMissing
    );
    assert_eq!(
        ask(&without, &client(false, confidential)).unwrap().code_challenge,
        None
    );
    // Where it may be left out, a wrong one is still wrong.
    assert_eq!(
        ask(&with("code_challenge_method", "plain"), &client(false, confidential)).unwrap_err(),
        Reason::ChallengeMethodNotSupported
    );
}

#[test]
fn unknown_scopes_and_scopes_of_others_are_dropped() {
    let client = Client {
        scopes: ["profile".to_owned()].into(),
        ..samples::client()
    };
    let request = ask(
        &with("scope", "openid  profile email offline_access organization"),
        &client,
    )
    .unwrap();
    assert_eq!(request.scopes, ["openid".to_owned(), "profile".to_owned()].into());
}

#[test]
fn a_pin_is_kept_apart_from_the_scopes() {
    let request = asked("scope", "openid organization:acme-srl").unwrap();
    assert_eq!(request.pin, Some(Pin("acme-srl".to_owned())));
    assert_eq!(request.scopes, ["openid".to_owned()].into());
    assert_eq!(asked("scope", "openid organization").unwrap().pin, None);
    assert!(asked("scope", &format!("openid organization:{}", "a".repeat(64))).is_ok());
    assert_eq!(
        asked("scope", &format!("openid organization:{}", "a".repeat(65))).unwrap_err(),
        Reason::PinMalformed
    );
}

#[test]
fn all_organisations_are_a_scope_where_registered_and_no_pin() {
    let mut client = samples::client();
    let ask = |scope: &str, client: &Client| ask(&with("scope", scope), client).map(|request| request.pin);
    assert_eq!(ask("openid organization:*", &client), Err(Reason::PinMalformed));
    client.scopes.insert(ALL_ORGANISATIONS.to_owned());
    assert_eq!(ask("openid organization:*", &client), Ok(None));
    let both = ask("openid organization:* organization:acme-srl", &client);
    assert_eq!(both, Ok(Some(Pin("acme-srl".to_owned()))));
}

#[test]
fn an_address_is_named_by_its_host_and_an_applications_by_its_scheme() {
    let mut client = samples::client();
    client.redirect_uris.insert("it.example.app:/cb".to_owned());
    let at = |redirect_uri: &str| destination(&with("redirect_uri", redirect_uri), Some(&client)).unwrap();
    assert_eq!(at("https://suap.example.it/cb?tenant=1").place(), "suap.example.it");
    assert_eq!(at("it.example.app:/cb").place(), "it.example.app");
    assert!(at("it.example.app:/cb").is_registered_by(&client));
    assert!(!at("it.example.app:/cb").is_registered_by(&samples::client()));
}

#[test]
fn an_application_is_sent_an_address_and_no_form() {
    let mut client = samples::client();
    client.redirect_uris.insert("it.example.app:/cb".to_owned());
    for (redirect_uri, mode, told) in [
        ("it.example.app:/cb", "form_post", Err(Reason::ResponseModeNotSupported)),
        (
            "it.example.app:/cb",
            "form_post.jwt",
            Err(Reason::ResponseModeNotSupported),
        ),
        ("it.example.app:/cb", "query.jwt", Ok(())),
        ("https://suap.example.it/cb", "form_post", Ok(())),
    ] {
        let mut pairs = right();
        pairs.insert("redirect_uri".to_owned(), redirect_uri.to_owned());
        pairs.insert("response_mode".to_owned(), mode.to_owned());
        let wish = parameters(pairs);
        assert_eq!(ask(&wish, &client).map(|_| ()), told, "{redirect_uri} {mode}");
        let there = destination(&wish, Some(&client)).unwrap();
        if told.is_err() {
            assert!(error(&there, ErrorCode::InvalidRequest).starts_with("it.example.app:/cb?error="));
        }
    }
}

#[test]
fn attack_56_a_pin_at_a_client_for_oneself_only_is_denied() {
    let client = Client {
        acting: ActingPolicy::Myself,
        ..samples::client()
    };
    let reason = ask(&with("scope", "openid organization:acme-srl"), &client).unwrap_err();
    assert_eq!(reason, Reason::PinForSelfOnlyClient);
    assert_eq!(Refused::from(reason).code, ErrorCode::AccessDenied);
}

#[test]
fn attack_44_acr_values_are_a_wish_that_never_goes_below_the_policy() {
    let level = |min_level, acr_values: &str| {
        let client = Client {
            min_level,
            ..samples::client()
        };
        ask(&with("acr_values", acr_values), &client).unwrap().level
    };
    assert_eq!(level(Level::L1, ""), Level::L1);
    assert_eq!(level(Level::L1, L2), Level::L2);
    assert_eq!(level(Level::L1, &format!("{L3} {L2}")), Level::L2);
    assert_eq!(level(Level::L2, L1), Level::L2);
    assert_eq!(level(Level::L2, &format!("{L1} {L3}")), Level::L3);
    assert_eq!(level(Level::L2, "urn:example:unknown 4"), Level::L2);
    assert_eq!(level(Level::L1, &format!("urn:example:unknown {L3}")), Level::L3);
}

#[test]
fn attack_44_the_levels_that_a_client_registered_are_wished_when_its_request_wishes_none() {
    let mut client = samples::client();
    client.min_level = Level::L1;
    client.metadata.default_acr_values = vec![L2.to_owned()];
    let level = |parameters: &Parameters| ask(parameters, &client).unwrap().level;
    assert_eq!(level(&with("state", "s")), Level::L2);
    assert_eq!(level(&with("acr_values", L1)), Level::L1);
    assert_eq!(level(&with("acr_values", L3)), Level::L3);
}

#[test]
fn attack_44_an_essential_acr_is_met_or_the_request_fails() {
    let level = |min_level, acr: &str| {
        let client = Client {
            min_level,
            ..samples::client()
        };
        let mut pairs = right();
        pairs.insert("acr_values".into(), L1.into());
        pairs.insert("claims".into(), format!(r#"{{"id_token":{{"acr":{acr}}}}}"#));
        ask(&parameters(pairs), &client).map(|request| request.level)
    };
    let unmet = Err(Reason::EssentialAcrUnmet);
    let values = |values: &str| format!(r#"{{"essential":true,"values":[{values}]}}"#);
    assert_eq!(level(Level::L1, &values(&format!(r#""{L3}""#))), Ok(Level::L3));
    assert_eq!(level(Level::L1, &values(&format!(r#""{L3}","{L2}""#))), Ok(Level::L2));
    assert_eq!(level(Level::L1, &values(&format!(r#""urn:x","{L2}""#))), Ok(Level::L2));
    assert_eq!(level(Level::L1, &values(r#""urn:x""#)), unmet);
    assert_eq!(level(Level::L1, &values("3")), unmet);
    assert_eq!(level(Level::L3, &values(&format!(r#""{L2}""#))), unmet);
    assert_eq!(
        level(Level::L1, &format!(r#"{{"essential":true,"value":"{L2}"}}"#)),
        Ok(Level::L2)
    );
    // Essential without values, or asked in the default manner: nothing is demanded. Voluntary: a wish like acr_values.
    assert_eq!(level(Level::L2, r#"{"essential":true}"#), Ok(Level::L2));
    assert_eq!(level(Level::L2, r#"{"values":["urn:x"]}"#), Ok(Level::L2));
    assert_eq!(level(Level::L2, &format!(r#"{{"values":["{L3}"]}}"#)), Ok(Level::L3));
    assert_eq!(level(Level::L2, "null"), Ok(Level::L2));
    assert_eq!(
        Refused::from(Reason::EssentialAcrUnmet).code.as_str(),
        "unmet_authentication_requirements"
    );
}

#[test]
fn attack_44_what_is_demanded_is_kept_to_the_letter() {
    let demanded = |min_level, values: &str| {
        let client = Client {
            min_level,
            ..samples::client()
        };
        let claims = format!(r#"{{"id_token":{{"acr":{{"essential":true,"values":[{values}]}}}}}}"#);
        ask(&with("claims", &claims), &client).map(|request| (request.level, request.acr))
    };
    let set = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
    let cns = "urn:varco:acr:cns";
    assert_eq!(
        demanded(Level::L1, &format!(r#""{cns}""#)),
        Ok((Level::L3, set(&[cns])))
    );
    assert_eq!(
        demanded(Level::L2, &format!(r#""{cns}","{L2}","{L1}","urn:x""#)),
        Ok((Level::L2, set(&[cns, L2])))
    );
    assert!(
        asked("acr_values", cns).unwrap().acr.is_empty(),
        "a wish demands nothing"
    );
}

#[test]
fn single_claims_are_those_that_the_clients_scopes_may_release() {
    let claims = r#"{"userinfo":{"email":{"essential":true},"https://attributes.eid.gov.it/company_name":null,
        "nickname":null},"id_token":{"given_name":null,"acr":null,"phone_number":{"value":"+39"}}}"#;
    let kept = asked("claims", claims).unwrap().asked.claims;
    assert_eq!(kept.userinfo.keys().collect::<Vec<_>>(), ["email"]);
    assert_eq!(kept.id_token.keys().collect::<Vec<_>>(), ["given_name", "phone_number"]);
}

#[test]
fn rfc_8707_resources_may_be_several_and_each_is_registered() {
    let mut client = samples::client();
    client.metadata.resources = [
        "https://api.example.it/a".to_owned(),
        "https://api.example.it/b".to_owned(),
    ]
    .into();
    let ask = |resources: &[&str]| {
        let resources = resources.iter().map(|uri| ("resource".to_owned(), (*uri).to_owned()));
        ask(&parameters(right().into_iter().chain(resources)), &client).map(|request| request.asked.resources)
    };
    assert_eq!(ask(&[]), Ok(BTreeSet::new()));
    assert_eq!(
        ask(&["https://api.example.it/b", "https://api.example.it/a"])
            .unwrap()
            .len(),
        2
    );
    let many: Vec<&str> = std::iter::repeat_n("https://api.example.it/a", 8).collect();
    assert_eq!(ask(&many).unwrap().len(), 1);
    for too_many in [9, 10] {
        let more: Vec<&str> = std::iter::repeat_n("https://api.example.it/a", too_many).collect();
        assert_eq!(ask(&more), Err(Reason::ResourceNotRegistered), "{too_many}");
    }
    for wrong in ["https://api.example.it/a/", "https://api.example.it/c", "api", ""] {
        assert_eq!(
            ask(&["https://api.example.it/a", wrong]),
            Err(Reason::ResourceNotRegistered),
            "{wrong}"
        );
    }
    assert_eq!(
        Refused::from(Reason::ResourceNotRegistered).code.as_str(),
        "invalid_target"
    );
}

#[test]
fn rfc_9449_10_a_key_of_the_code_is_a_thumbprint() {
    assert_eq!(
        asked("dpop_jkt", CHALLENGE).unwrap().asked.dpop_jkt.as_deref(),
        Some(CHALLENGE)
    );
    assert_eq!(asked("dpop_jkt", "x"), Err(Reason::DpopJktMalformed));
}

#[test]
fn rfc_9396_authorization_details_are_granted_or_refused_whole() {
    let details = |text: &str| asked("authorization_details", text).map(|request| request.asked.authorization_details);
    let asked = details(r#"[{"type":"urn:varco:acting-as","organization":"acme-srl"}]"#).unwrap();
    assert!(asked.unwrap().organization.is_some());
    assert!(matches!(
        details(r#"[{"type":"x"}]"#),
        Err(Reason::AuthorizationDetails(_))
    ));
    let client = Client {
        acting: ActingPolicy::Myself,
        ..samples::client()
    };
    let own = with("authorization_details", r#"[{"type":"urn:varco:acting-as"}]"#);
    assert!(matches!(ask(&own, &client), Err(Reason::AuthorizationDetails(_))));
}

#[test]
fn other_claims_requests_are_read_and_do_no_harm() {
    for claims in [
        "{}",
        r#"{"userinfo":null,"id_token":{"auth_time":{"essential":true},"name":null},"other":[]}"#,
        r#"{"userinfo":{"https://attributes.eid.gov.it/fiscal_number":null}}"#,
    ] {
        assert_eq!(asked("claims", claims).unwrap().level, Level::L1, "{claims}");
    }
    let deep = format!(r#"{{"id_token":{}{}}}"#, "[".repeat(2000), "]".repeat(2000));
    assert_eq!(asked("claims", &deep).unwrap_err(), Reason::ClaimsMalformed);
}

#[test]
fn prompt_max_age_and_languages_are_kept() {
    let prompts = asked("prompt", "login select_account consent login").unwrap().prompt;
    assert_eq!(prompts, [Prompt::Login, Prompt::Consent, Prompt::SelectAccount].into());
    assert_eq!(asked("prompt", "create").unwrap().prompt, [Prompt::Create].into());
    assert_eq!(asked("prompt", "none").unwrap().prompt, [Prompt::None].into());
    assert_eq!(asked("max_age", "0").unwrap().max_age, Some(0));
    assert_eq!(asked("max_age", "10000").unwrap().max_age, Some(10000));
    assert_eq!(asked("max_age", "99999999999").unwrap().max_age, Some(u32::MAX));
    assert_eq!(asked("max_age", &"9".repeat(20)).unwrap().max_age, Some(u32::MAX));
    for endless in [21, 22] {
        assert_eq!(
            asked("max_age", &"9".repeat(endless)),
            Err(Reason::MaxAgeMalformed),
            "{endless}"
        );
    }
    let longest = "x".repeat(512);
    assert_eq!(asked("nonce", &longest).unwrap().nonce, Some(longest));
    assert_eq!(asked("nonce", &"x".repeat(513)), Err(Reason::NonceUnusable));
    let locales = asked("ui_locales", "de-AT <script> it ../x").unwrap().ui_locales;
    assert_eq!(locales, ["de-AT", "it"]);
    assert_eq!(asked("ui_locales", &"it ".repeat(100)).unwrap().ui_locales.len(), 8);
}

#[test]
fn the_answer_goes_where_it_should_with_state_and_iss() {
    let there =
        |redirect_uri: &str| destination(&with("redirect_uri", redirect_uri), Some(&samples::client())).unwrap();
    let iss = "iss=https%3A%2F%2Flogin.ente.example.it";
    assert_eq!(
        code(&there("https://suap.example.it/cb"), "c+/="),
        format!("https://suap.example.it/cb?code=c%2B%2F%3D&state=s+t%26te%3D1&{iss}")
    );
    assert_eq!(
        error(&there("https://suap.example.it/cb?tenant=1"), ErrorCode::AccessDenied),
        format!("https://suap.example.it/cb?tenant=1&error=access_denied&state=s+t%26te%3D1&{iss}")
    );
    let without_state = destination(&with("state", ""), Some(&samples::client())).unwrap();
    assert_eq!(
        error(&without_state, ErrorCode::LoginRequired),
        format!("https://suap.example.it/cb?error=login_required&{iss}")
    );
    assert_eq!(append_query("https://x.example/?", "a=1"), "https://x.example/?a=1");
    assert_eq!(append_query("https://x.example/?b&", "a=1"), "https://x.example/?b&a=1");
}

/// A client that may have its answers by `mode`.
fn registered(mode: &str) -> Client {
    let mut client = samples::client();
    if mode.starts_with("fragment") {
        client.metadata.response_modes = [mode.to_owned()].into();
    }
    client
}

#[test]
fn rfc_9700_4_1_the_fragment_is_only_for_who_registered_it() {
    for mode in ["fragment", "fragment.jwt"] {
        assert_eq!(asked("response_mode", mode), Err(Reason::ResponseModeNotSupported));
        let destination = destination(&with("response_mode", mode), Some(&samples::client())).unwrap();
        assert!(
            error(&destination, ErrorCode::InvalidRequest).contains("?error="),
            "told by the query"
        );
        assert!(ask(&with("response_mode", mode), &registered(mode)).is_ok());
    }
    assert_eq!(
        ask(&with("response_mode", "form_post"), &registered("fragment")),
        Err(Reason::ResponseModeNotSupported),
        "a list is the whole list"
    );
}

/// Where the answer to the right request goes when `mode` is wished.
fn carried(mode: &str, outcome: Outcome<'_>) -> Answer {
    let destination = destination(&with("response_mode", mode), Some(&registered(mode))).unwrap();
    match destination.mode().is_signed() {
        false => destination.answer(ISSUER, outcome),
        true => {
            let claims = destination.claims(ISSUER, "suap", outcome, samples::now());
            assert_eq!(
                (claims["iss"].as_str(), claims["aud"].as_str()),
                (Some(ISSUER), Some("suap"))
            );
            assert_eq!(claims["state"], "s t&te=1");
            assert_eq!(claims["exp"], samples::after(300).timestamp());
            assert!(claims["code"] == "c" || claims["error"] == "access_denied");
            destination.signed_answer("e30.e30.c2ln".to_owned())
        }
    }
}

#[test]
fn each_response_mode_carries_codes_and_errors_in_its_own_way() {
    let (code, denied) = (Outcome::Code("c"), Outcome::Error(ErrorCode::AccessDenied));
    let cb = "https://suap.example.it/cb";
    let iss = "iss=https%3A%2F%2Flogin.ente.example.it";
    for (mode, mark) in [("", '?'), ("query", '?'), ("fragment", '#')] {
        assert_eq!(
            link(carried(mode, code)),
            format!("{cb}{mark}code=c&state=s+t%26te%3D1&{iss}")
        );
        let error = link(carried(mode, denied));
        assert_eq!(error, format!("{cb}{mark}error=access_denied&state=s+t%26te%3D1&{iss}"));
    }
    for (mode, mark) in [("jwt", '?'), ("query.jwt", '?'), ("fragment.jwt", '#')] {
        assert_eq!(
            link(carried(mode, code)),
            format!("{cb}{mark}response=e30.e30.c2ln"),
            "{mode}"
        );
        link(carried(mode, denied));
    }
    for (mode, fields) in [("form_post", 3), ("form_post.jwt", 1)] {
        let Answer::Form(form) = carried(mode, code) else {
            panic!("{mode}")
        };
        assert_eq!((form.action.as_str(), form.fields.len()), (cb, fields));
    }
    for name in ResponseMode::NAMES {
        assert!(ask(&with("response_mode", name), &registered(name)).is_ok(), "{name}");
    }
}

#[test]
fn a_client_that_pushes_or_signs_its_requests_does_so_always() {
    let ask = |client: &Client, pushed, signed| {
        let parameters = parameters(right());
        let destination = destination(&parameters, Some(client)).unwrap();
        check(&parameters, client, &destination, Arrival { pushed, signed })
            .map(|request| request.client_id)
            .map_err(|refused| refused.reason)
    };
    let mut pushes = samples::client();
    pushes.metadata.require_pushed_authorization_requests = true;
    assert_eq!(ask(&pushes, false, true), Err(Reason::NotPushed));
    assert!(ask(&pushes, true, false).is_ok());
    let mut signs = samples::client();
    signs.metadata.require_signed_request_object = true;
    assert_eq!(ask(&signs, true, false), Err(Reason::NotSigned));
    assert!(ask(&signs, false, true).is_ok());
    let mut fapi = samples::client();
    fapi.metadata.profile = Profile::Fapi2;
    assert_eq!(ask(&fapi, false, false), Err(Reason::NotPushed));
    assert!(ask(&fapi, true, false).is_ok());
}

#[test]
fn fapi_2_a_challenge_is_demanded_whatever_was_registered() {
    let mut fapi = samples::client();
    fapi.metadata.profile = Profile::Fapi2;
    fapi.require_pkce = false;
    let mut pairs = right();
    pairs.retain(|name, _| !name.starts_with("code_challenge"));
    let parameters = parameters(pairs);
    let destination = destination(&parameters, Some(&fapi)).unwrap();
    let arrival = Arrival {
        pushed: true,
        signed: false,
    };
    let reason = check(&parameters, &fapi, &destination, arrival).unwrap_err().reason;
    assert_eq!(reason, Reason::ChallengeMissing);
}

#[test]
fn what_is_registered_stands_in_for_a_max_age_that_is_not_asked() {
    let mut client = samples::client();
    client.metadata.default_max_age = Some(300);
    assert_eq!(ask(&parameters(right()), &client).unwrap().max_age, Some(300));
    assert_eq!(ask(&with("max_age", "7"), &client).unwrap().max_age, Some(7));
}

#[test]
fn a_sub_among_the_claims_names_the_person() {
    let hinted = |claims: &str| asked("claims", claims).map(|request| request.hinted);
    assert_eq!(
        hinted(r#"{"id_token":{"sub":{"value":"abc"}}}"#),
        Ok(["abc".to_owned()].into())
    );
    assert_eq!(hinted(r#"{"id_token":{"sub":null}}"#), Ok(BTreeSet::new()));
    assert_eq!(
        hinted(r#"{"id_token":{"sub":{"value":7}}}"#),
        Err(Reason::ClaimsMalformed)
    );
}

#[test]
fn attack_49_a_state_cannot_split_the_response_nor_add_a_parameter() {
    for state in ["x&code=stolen", "x#y", "\"><script>", "x y", "è", "a%0d%0ab"] {
        let destination = destination(&with("state", state), Some(&samples::client())).unwrap();
        let url = error(&destination, ErrorCode::InvalidRequest);
        assert!(url.bytes().all(|byte| byte.is_ascii_graphic()), "{url}");
        let pairs: Vec<(String, String)> = Url::parse(&url).unwrap().query_pairs().into_owned().collect();
        assert_eq!(
            pairs,
            [("error", "invalid_request"), ("state", state), ("iss", ISSUER)]
                .map(|(n, v)| (n.to_owned(), v.to_owned()))
        );
    }
    for unusable in ["a\r\nSet-Cookie: b=c", "\u{9b}x"] {
        let parameters = with("state", unusable);
        let destination = destination(&parameters, Some(&samples::client())).unwrap();
        assert_eq!(destination.state(), None);
        assert_eq!(
            check(&parameters, &samples::client(), &destination, Arrival::default())
                .unwrap_err()
                .reason,
            Reason::StateUnusable
        );
    }
}

#[test]
fn a_state_that_came_twice_is_not_sent_back() {
    let destination = destination(&twice("state"), Some(&samples::client())).unwrap();
    assert_eq!(destination.state(), None);
}

proptest! {
    #[test]
    fn attack_33_no_other_text_than_the_registered_one_is_trusted(text in ".{0,60}", at in 0usize..26, new in any::<char>()) {
        let registered = "https://suap.example.it/cb";
        let client = Client { redirect_uris: [registered.to_owned()].into(), ..samples::client() };
        let mut changed: Vec<char> = registered.chars().collect();
        changed[at] = new;
        let changed: String = changed.into_iter().collect();
        for candidate in [text.clone(), changed, format!("{registered}{text}"), format!("{text}{registered}")] {
            if candidate.contains('\0') {
                continue;
            }
            let trusted = destination(&with("redirect_uri", &candidate), Some(&client)).is_ok();
            prop_assert_eq!(trusted, candidate == registered, "{:?}", candidate);
        }
    }

    #[test]
    fn any_value_of_any_parameter_is_judged_without_panic(name in "[a-z_]{1,12}|state|scope|prompt|max_age|claims|acr_values|ui_locales|code_challenge", value in "[^\0]{0,80}") {
        let parameters = with(&name, &value);
        if let Ok(destination) = destination(&parameters, Some(&samples::client())) {
            let _ = check(&parameters, &samples::client(), &destination, Arrival::default());
        }
    }

    #[test]
    fn whatever_the_state_the_redirect_goes_to_the_registered_place(state in "[^\0]{0,80}") {
        let url = code(&destination(&with("state", &state), Some(&samples::client())).unwrap(), "c");
        prop_assert!(url.starts_with("https://suap.example.it/cb?code=c&"));
        prop_assert!(url.bytes().all(|byte| byte.is_ascii_graphic()));
    }
}

#[test]
fn a_kind_of_spid_identity_is_one_that_the_client_registered_the_first_without_a_wish() {
    let client = |purposes: &[Purpose]| Client {
        spid_purposes: purposes.to_vec(),
        ..samples::client()
    };
    let asked = |purposes: &[Purpose], value: &str| {
        ask(&with("spid_purpose", value), &client(purposes)).map(|request| request.spid_purpose)
    };
    let both = [Purpose::PG, Purpose::PF];
    assert_eq!(asked(&[], ""), Ok(None));
    assert_eq!(asked(&both, ""), Ok(Some(Purpose::PG)));
    assert_eq!(asked(&both, "PF"), Ok(Some(Purpose::PF)));
    for unregistered in ["LP", "pg", "PG PF", "*"] {
        assert_eq!(
            asked(&both, unregistered),
            Err(Reason::SpidPurposeNotRegistered),
            "{unregistered}"
        );
    }
    assert_eq!(asked(&[], "PG"), Err(Reason::SpidPurposeNotRegistered));
}
