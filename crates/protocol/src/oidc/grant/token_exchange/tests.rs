use super::*;
use crate::oidc::samples;

const API: &str = "https://api.ente.example.it";
const ARCHIVE: &str = "https://archive.ente.example.it";
const FORM: &str = "subject_token=s&subject_token_type=urn:ietf:params:oauth:token-type:access_token";

fn set(words: &[&str]) -> BTreeSet<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// The service at [`API`], which may call [`ARCHIVE`].
fn service() -> Client {
    let mut client = samples::client();
    client.id = "api".to_owned();
    client.metadata.resource = Some(API.to_owned());
    client.metadata.resources = set(&[ARCHIVE]);
    client.metadata.grant_types.insert(GrantType::TokenExchange);
    client
}

/// A token that the portal `suap` got for [`API`].
fn subject() -> AccessToken {
    AccessToken {
        client_id: "suap".to_owned(),
        grant: Some(samples::grant().id),
        scopes: set(&["openid", "profile"]),
        audience: set(&[API]),
        actor: None,
        confirmation: None,
        issued_at: samples::now(),
        expires_at: samples::after(300),
    }
}

struct Case {
    client: Client,
    subject: AccessToken,
    owner: Client,
    actor: Option<AccessToken>,
    form: String,
    named: BTreeSet<String>,
    granted: BTreeSet<String>,
}

fn judged(change: impl FnOnce(&mut Case)) -> Result<Exchanged, Reason> {
    let mut case = Case {
        client: service(),
        subject: subject(),
        owner: samples::client(),
        actor: None,
        form: FORM.to_owned(),
        named: set(&[ARCHIVE]),
        granted: BTreeSet::new(),
    };
    change(&mut case);
    let form = Parameters::parse(&case.form).unwrap();
    let asked = read(&form, &case.client)?;
    let shown = Shown {
        subject: &case.subject,
        owner: &case.owner,
        actor: case.actor.as_ref(),
        granted: &case.granted,
    };
    check(shown, &case.client, &asked, case.named, &form, samples::ISSUER)
}

#[test]
fn a_service_gets_a_token_for_the_next_one_and_says_that_it_acts() {
    let exchanged = judged(|_| {}).unwrap();
    assert_eq!(exchanged.resources, set(&[ARCHIVE]));
    assert_eq!(exchanged.scopes, set(&["openid", "profile"]));
    assert_eq!(
        serde_json::to_value(exchanged.actor).unwrap(),
        serde_json::json!({"sub": "api"})
    );
    let less = judged(|case| case.form.push_str("&scope=profile")).unwrap();
    assert_eq!(less.scopes, set(&["profile"]));
}

#[test]
fn whoever_acted_before_stays_in_the_chain_and_the_chain_ends_somewhere() {
    let before = |depth: usize| {
        (0..depth).fold(None, |act: Option<Actor>, n| {
            Some(Actor {
                sub: format!("service-{n}"),
                act: act.map(Box::new),
            })
        })
    };
    let exchanged = judged(|case| case.subject.actor = before(2)).unwrap();
    let chain: Vec<&str> = exchanged.actor.chain().map(|actor| actor.sub.as_str()).collect();
    assert_eq!(chain, ["api", "service-1", "service-0"]);
    assert!(judged(|case| case.subject.actor = before(MAX_ACTORS - 1)).is_ok());
    assert_eq!(
        judged(|case| case.subject.actor = before(MAX_ACTORS)),
        Err(Reason::ChainTooLong)
    );
}

#[test]
fn attack_66_a_token_of_somebody_else_is_not_exchanged() {
    assert_eq!(
        judged(|case| case.subject.audience = set(&[ARCHIVE])),
        Err(Reason::OtherClient)
    );
    assert_eq!(
        judged(|case| case.client.metadata.resource = None),
        Err(Reason::OtherClient)
    );
    // Its own, for whatever resource.
    assert!(
        judged(|case| {
            case.subject.client_id = "api".to_owned();
            case.subject.audience = set(&[ARCHIVE]);
        })
        .is_ok()
    );
    assert_eq!(judged(|case| case.subject.grant = None), Err(Reason::SubjectToken));
}

#[test]
fn attack_66_may_act_counts_with_and_without_an_actor_token() {
    let only = |who: &str| Some(set(&[who]));
    assert!(judged(|case| case.owner.metadata.may_act = only("api")).is_ok());
    for actor in [None, Some(own_token())] {
        assert_eq!(
            judged(|case| {
                case.owner.metadata.may_act = only("other");
                case.actor = actor;
            }),
            Err(Reason::MayNotAct)
        );
    }
    assert_eq!(
        judged(|case| case.owner.metadata.may_act = Some(BTreeSet::new())),
        Err(Reason::MayNotAct)
    );
}

/// A token that the service got for itself.
fn own_token() -> AccessToken {
    AccessToken {
        client_id: "api".to_owned(),
        grant: None,
        ..subject()
    }
}

#[test]
fn attack_66_nobody_acts_in_anothers_name() {
    assert!(judged(|case| case.actor = Some(own_token())).is_ok());
    let others = AccessToken {
        client_id: "other".to_owned(),
        ..own_token()
    };
    assert_eq!(judged(|case| case.actor = Some(others)), Err(Reason::ActorToken));
    let persons = AccessToken {
        client_id: "api".to_owned(),
        ..subject()
    };
    assert_eq!(judged(|case| case.actor = Some(persons)), Err(Reason::ActorToken));
}

#[test]
fn attack_66_neither_scope_nor_target_gets_wider() {
    for scope in ["openid email", "organization", "offline_access"] {
        let form = format!("{FORM}&scope={}", scope.replace(' ', "+"));
        assert_eq!(judged(|case| case.form = form), Err(Reason::WiderScope), "{scope}");
    }
    assert_eq!(
        judged(|case| case.named = set(&["https://other.example.it"])),
        Err(Reason::Target(resource::Reason::NotRegistered))
    );
    // Userinfo would tell the service what the portal may know.
    assert_eq!(
        judged(|case| case.named = set(&[samples::ISSUER])),
        Err(Reason::NotForUserinfo)
    );
    // Nothing named: what it was for, which the service did not register to ask for.
    assert_eq!(
        judged(|case| case.named.clear()),
        Err(Reason::Target(resource::Reason::NotRegistered))
    );
    for reason in [Reason::NotForUserinfo, Reason::Target(resource::Reason::NotRegistered)] {
        assert_eq!(reason.code(), ErrorCode::InvalidTarget);
    }
}

#[test]
fn its_own_token_for_userinfo_may_become_a_narrower_one() {
    let own = |case: &mut Case| {
        case.subject.client_id = "api".to_owned();
        case.subject.audience.clear();
        case.named.clear();
    };
    assert!(judged(own).unwrap().resources.is_empty());
    assert_eq!(
        judged(|case| {
            own(case);
            case.form
                .push_str("&requested_token_type=urn:ietf:params:oauth:token-type:jwt");
        }),
        Err(Reason::NotForUserinfo)
    );
}

#[test]
fn what_is_missing_repeated_or_not_supported_is_an_invalid_request() {
    let cases = [
        ("subject_token=s".to_owned(), Reason::SubjectTokenMissing),
        (
            "subject_token_type=urn:ietf:params:oauth:token-type:access_token".to_owned(),
            Reason::SubjectTokenMissing,
        ),
        (FORM.replace("access_token", "saml2"), Reason::TokenType),
        (FORM.replace("access_token", "refresh_token"), Reason::TokenType),
        (format!("{FORM}&actor_token=a"), Reason::ActorTokenIncomplete),
        (format!("{FORM}&actor_token_type=a"), Reason::ActorTokenIncomplete),
        (
            format!("{FORM}&actor_token=a&actor_token_type=urn:ietf:params:oauth:token-type:saml2"),
            Reason::TokenType,
        ),
        (
            format!("{FORM}&requested_token_type=urn:ietf:params:oauth:token-type:refresh_token"),
            Reason::TokenType,
        ),
        (format!("{FORM}&scope=a&scope=b"), Reason::RepeatedParameter("scope")),
    ];
    for (form, reason) in cases {
        assert_eq!(judged(|case| case.form = form), Err(reason), "{reason}");
        assert_eq!(reason.code(), ErrorCode::InvalidRequest);
    }
}

#[test]
fn only_a_client_that_registered_it_and_proves_itself_exchanges() {
    assert_eq!(
        judged(|case| case.client.auth_method = ClientAuthMethod::None),
        Err(Reason::NotRegistered)
    );
    assert_eq!(
        judged(|case| case.client.metadata.grant_types.clear()),
        Err(Reason::NotRegistered)
    );
    assert_eq!(Reason::NotRegistered.code(), ErrorCode::UnauthorizedClient);
}

#[test]
fn an_actor_token_comes_with_its_type() {
    let form = format!("{FORM}&actor_token=a&actor_token_type=urn:ietf:params:oauth:token-type:access_token");
    let form = Parameters::parse(&form).unwrap();
    assert_eq!(read(&form, &service()).unwrap().actor_token, Some("a"));
    assert_eq!(
        read(&Parameters::parse(FORM).unwrap(), &service()).unwrap().actor_token,
        None
    );
}

#[test]
fn rfc_8693_2_2_2_what_is_too_much_has_its_own_word() {
    assert_eq!(Reason::WiderScope.code(), ErrorCode::InvalidScope);
    assert_eq!(Reason::NotForUserinfo.code(), ErrorCode::InvalidTarget);
}
