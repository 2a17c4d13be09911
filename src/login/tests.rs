//! The step that comes next, in the citizen's words; each test changes one thing.

use super::*;
use chrono::{TimeDelta, TimeZone as _};
use domain::mandate::{Evidence, Holding, Mandate, MandateId, MandateKind, MandateState};
use domain::organisation::{Organisation, OrganisationId, OrganisationKind, OrganisationState};
use protocol::keyring::{KeyBytes, SubjectKey};
use protocol::oidc::authorize::{Destination, Pin, Prompt};
use protocol::oidc::client::{ActingPolicy, Client, ClientAuthMethod};
use protocol::oidc::consent::Agreed;
use protocol::oidc::device::{UserCode, WaitingDevice};
use protocol::oidc::grant::Asked;
use protocol::oidc::parameters::Parameters;
use std::sync::LazyLock;

const RULES: SessionRules<'_> = SessionRules {
    limits: SessionLimits {
        idle: TimeDelta::minutes(30),
        absolute: TimeDelta::hours(8),
    },
    service_provider: "https://login.ente.example.it",
    attributes: &[],
};

static NOTHING: LazyLock<Agreed> = LazyLock::new(Agreed::default);
static SUBJECTS: LazyLock<SubjectKey> = LazyLock::new(|| SubjectKey::new(&KeyBytes::new([7; 32])).unwrap());

/// Nobody signed in, nothing looked up.
fn known<'k>(client: &'k Client, rules: SessionRules<'k>) -> Known<'k> {
    Known {
        client: Some(client),
        session: None,
        rules,
        subjects: &SUBJECTS,
        options: None,
        consent: None,
    }
}

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 21, 10, 0, 0).unwrap()
}

fn client(acting: ActingPolicy) -> Client {
    Client {
        id: "suap".into(),
        name: "Sportello".into(),
        names: BTreeMap::new(),
        uri: None,
        redirect_uris: BTreeSet::from(["https://portale.example.com/cb".to_owned()]),
        post_logout_redirect_uris: BTreeSet::new(),
        auth_method: ClientAuthMethod::None,
        secret_hashes: Vec::new(),
        require_pkce: true,
        scopes: BTreeSet::new(),
        acting,
        min_level: Level::L2,
        methods: BTreeSet::new(),
        roles: BTreeSet::from(["clerk".to_owned()]),
        min_evidence: Evidence::Import,
        min_age: None,
        spid_purposes: Vec::new(),
        claims_in_id_token: false,
        shared_secrets: Vec::new(),
        metadata: Default::default(),
        disabled: false,
    }
}

fn request() -> AuthorizationRequest {
    AuthorizationRequest {
        client_id: "suap".into(),
        destination: Some(destination()),
        scopes: BTreeSet::from(["openid".to_owned(), "organization".to_owned()]),
        pin: None,
        nonce: None,
        code_challenge: None,
        prompt: BTreeSet::new(),
        max_age: None,
        level: Level::L2,
        ui_locales: Vec::new(),
        hinted: BTreeSet::new(),
        acted: None,
        pushed: None,
        spid_purpose: None,
        acr: BTreeSet::new(),
        asked: Asked::default(),
    }
}

/// Only the check of a request makes one.
fn destination() -> Destination {
    let query = "client_id=suap&redirect_uri=https%3A%2F%2Fportale.example.com%2Fcb";
    let parameters = Parameters::parse(query).unwrap();
    protocol::oidc::authorize::destination(&parameters, Some(&client(ActingPolicy::Either))).unwrap()
}

fn login(request: AuthorizationRequest) -> Login {
    Login {
        id: LoginId("l".into()),
        browser: Some([1; 32]),
        purpose: Purpose::Portal(Box::new(request)),
        created_at: now(),
        expires_at: now() + TimeDelta::minutes(30),
        finished: false,
        authenticated: None,
        acting: None,
        consented: None,
    }
}

fn authenticated(level: Level) -> Authenticated {
    Authenticated {
        person: PersonId(Uuid::from_u128(1)),
        credential: Uuid::from_u128(2),
        method: Method::Spid,
        issuer: "https://idp.example.org".into(),
        level,
        auth_time: now() - TimeDelta::minutes(10),
        register_entry: "_r".into(),
        session: [2; 32],
        reused: false,
        display_name: "Mario Provaldi".into(),
        date_of_birth: NaiveDate::from_ymd_opt(1980, 1, 15),
        attributes: BTreeMap::new(),
        spid_purpose: None,
        known_at: now(),
    }
}

fn session(level: Level) -> Session {
    Session {
        id: [2; 32],
        authenticated: authenticated(level),
        service_provider: "https://login.ente.example.it".into(),
        released: BTreeSet::from(["fiscalNumber".to_owned()]),
        upstream: None,
        since: now() - TimeDelta::minutes(10),
        created_at: now() - TimeDelta::minutes(10),
        last_used_at: now() - TimeDelta::minutes(5),
    }
}

fn holding(n: u128) -> Holding {
    let organisation = OrganisationId(Uuid::from_u128(n));
    Holding {
        mandate: Mandate {
            id: MandateId(Uuid::from_u128(100 + n)),
            person: PersonId(Uuid::from_u128(1)),
            organisation,
            unit: None,
            kind: MandateKind::Delegate,
            roles: BTreeMap::from([(
                "suap".to_owned(),
                BTreeSet::from(["clerk".to_owned(), "spy".to_owned()]),
            )]),
            evidence: Evidence::Official,
            state: MandateState::Approved,
            valid_from: now() - TimeDelta::days(1),
            valid_until: now() + TimeDelta::days(1),
        },
        organisation: Organisation {
            id: organisation,
            alias: format!("org-{n}"),
            name: format!("Organizzazione {n}"),
            kind: OrganisationKind::Company,
            identifiers: Vec::new(),
            state: OrganisationState::Active,
        },
        unit: None,
    }
}

fn step(login: &Login, client: &Client, session: Option<&Session>, options: Option<&ActingOptions>) -> Step {
    let known = Known {
        session,
        options,
        consent: Some(&NOTHING),
        ..known(client, RULES)
    };
    next_step(login, known, now())
}

#[test]
fn a_stranger_chooses_a_method() {
    assert_eq!(
        step(&login(request()), &client(ActingPolicy::Either), None, None),
        Step::ChooseMethod
    );
}

#[test]
fn nobody_signs_in_for_a_device_before_saying_that_it_is_theirs_40() {
    let waiting = WaitingDevice {
        code: [3; 32],
        user_code: UserCode::read("WDJB-MJHT").unwrap(),
        request: AuthorizationRequest {
            destination: None,
            ..request()
        },
        expires_at: now() + TimeDelta::minutes(10),
        refused: false,
    };
    let mut device = DeviceLogin::of(waiting);
    let (client, session) = (client(ActingPolicy::Either), session(Level::L2));
    let login = |device: &DeviceLogin| Login {
        purpose: Purpose::Device(Box::new(device.clone())),
        ..login(request())
    };
    let asked = login(&device);
    assert_eq!(step(&asked, &client, None, None), Step::ConfirmDevice);
    assert_eq!(step(&asked, &client, Some(&session), None), Step::ConfirmDevice);
    assert!(!asked.answered_by(Method::Spid, Some(&client)));
    device.confirmed = true;
    let confirmed = login(&device);
    assert_eq!(step(&confirmed, &client, None, None), Step::ChooseMethod);
    assert_eq!(step(&confirmed, &client, Some(&session), None), Step::ReuseSession);
    assert!(confirmed.answered_by(Method::Spid, Some(&client)));
}

#[test]
fn somebody_signed_in_at_level_2_need_not_do_it_again() {
    let session = session(Level::L2);
    assert_eq!(
        step(&login(request()), &client(ActingPolicy::Either), Some(&session), None),
        Step::ReuseSession
    );
}

#[test]
fn level_3_is_never_reused() {
    let session = session(Level::L3);
    assert_eq!(
        step(&login(request()), &client(ActingPolicy::Either), Some(&session), None),
        Step::ChooseMethod
    );
}

#[test]
fn level_2_is_reused_only_for_the_record_it_was_proved_to() {
    for (level, wanted) in [(Level::L1, Step::ReuseSession), (Level::L2, Step::ChooseMethod)] {
        let mut request = request();
        request.level = Level::L1;
        let mut session = session(level);
        session.service_provider = "https://another.ente.example.it".into();
        let got = step(&login(request), &client(ActingPolicy::Either), Some(&session), None);
        assert_eq!(got, wanted, "{level:?}");
    }
}

#[test]
fn a_session_below_the_wanted_level_does_not_answer() {
    let session = session(Level::L1);
    assert_eq!(
        step(&login(request()), &client(ActingPolicy::Either), Some(&session), None),
        Step::ChooseMethod
    );
}

#[test]
fn only_attributes_that_were_released_then_are_released_again() {
    let client = client(ActingPolicy::Either);
    for (level, asked, wanted) in [
        (Level::L2, vec!["fiscalNumber"], Step::ReuseSession),
        (Level::L2, vec!["fiscalNumber", "email"], Step::ChooseMethod),
        (Level::L1, vec!["fiscalNumber"], Step::ReuseSession),
        (Level::L1, vec!["fiscalNumber", "email"], Step::ChooseMethod),
    ] {
        let mut request = request();
        request.level = Level::L1;
        let login = login(request);
        let attributes: Vec<String> = asked.into_iter().map(str::to_owned).collect();
        let rules = SessionRules {
            attributes: &attributes,
            ..RULES
        };
        let known = Known {
            session: Some(&session(level)),
            ..known(&client, rules)
        };
        let got = next_step(&login, known, now());
        assert_eq!(got, wanted, "{attributes:?}");
    }
}

#[test]
fn a_session_answers_only_for_the_kind_of_spid_identity_it_was_proved_with() {
    use domain::person::Purpose::{PF, PG};
    for (proved, wished, wanted) in [
        (None, None, Step::ReuseSession),
        (Some(PG), Some(PG), Step::ReuseSession),
        (None, Some(PG), Step::ChooseMethod),
        (Some(PG), None, Step::ChooseMethod),
        (Some(PG), Some(PF), Step::ChooseMethod),
    ] {
        let mut request = request();
        request.spid_purpose = wished;
        let mut session = session(Level::L2);
        session.authenticated.spid_purpose = proved;
        let got = step(&login(request), &client(ActingPolicy::Either), Some(&session), None);
        assert_eq!(got, wanted, "{proved:?} {wished:?}");
    }
}

#[test]
fn prompt_login_forces_a_new_authentication_43() {
    let mut request = request();
    request.prompt.insert(Prompt::Login);
    assert_eq!(
        step(
            &login(request),
            &client(ActingPolicy::Either),
            Some(&session(Level::L2)),
            None
        ),
        Step::ChooseMethod
    );
}

#[test]
fn max_age_forces_a_new_authentication_on_the_far_side_of_the_edge_43() {
    for (seconds, wanted) in [
        (600, Step::ReuseSession),
        (599, Step::ChooseMethod),
        (0, Step::ChooseMethod),
    ] {
        let mut request = request();
        request.max_age = Some(seconds);
        let got = step(
            &login(request),
            &client(ActingPolicy::Either),
            Some(&session(Level::L2)),
            None,
        );
        assert_eq!(got, wanted, "max_age {seconds}");
    }
}

#[test]
fn max_age_0_forces_a_new_authentication_even_from_a_clock_that_is_ahead_43() {
    let mut request = request();
    request.max_age = Some(0);
    for ahead in [0, 30] {
        let mut session = session(Level::L2);
        session.authenticated.auth_time = now() + TimeDelta::seconds(ahead);
        let got = step(
            &login(request.clone()),
            &client(ActingPolicy::Either),
            Some(&session),
            None,
        );
        assert_eq!(got, Step::ChooseMethod, "{ahead}");
    }
}

#[test]
fn an_idle_or_old_session_does_not_answer() {
    let mut idle = session(Level::L2);
    idle.last_used_at = now() - TimeDelta::minutes(30);
    let mut old = session(Level::L2);
    old.created_at = now() - TimeDelta::hours(8);
    for session in [idle, old] {
        assert_eq!(
            step(&login(request()), &client(ActingPolicy::Either), Some(&session), None),
            Step::ChooseMethod
        );
    }
}

#[test]
fn a_method_the_client_does_not_accept_does_not_answer() {
    let mut client = client(ActingPolicy::Either);
    client.methods.insert(Method::Cie);
    assert_eq!(
        step(&login(request()), &client, Some(&session(Level::L2)), None),
        Step::ChooseMethod
    );
}

#[test]
fn a_method_the_client_does_not_accept_is_no_proof_for_it() {
    let mut client = client(ActingPolicy::Myself);
    client.methods.insert(Method::Cie);
    let mut login = login(request());
    login.authenticated = Some(authenticated(Level::L3));
    assert_eq!(step(&login, &client, None, None), Step::ChooseMethod);
}

#[test]
fn prompt_none_never_shows_a_page_43() {
    let mut request = request();
    request.prompt.insert(Prompt::None);
    let client = client(ActingPolicy::Either);
    let mut login = login(request);
    assert_eq!(step(&login, &client, None, None), Step::Refuse(Refusal::LoginRequired));
    login.authenticated = Some(authenticated(Level::L2));
    let options = ActingOptions::compute(&client, login.request().unwrap(), vec![holding(1), holding(2)], now());
    assert_eq!(
        step(&login, &client, None, Some(&options)),
        Step::Refuse(Refusal::InteractionRequired)
    );
}

#[test]
fn prompt_none_goes_on_for_whom_the_hint_says_as_long_as_that_is_offered() {
    let client = client(ActingPolicy::Either);
    let before = |number: u128| Some(ActingContext::Mandate(MandateId(Uuid::from_u128(number))));
    let silently = |acted: Option<ActingContext>| {
        let mut request = request();
        request.prompt.insert(Prompt::None);
        request.acted = acted;
        with_options(&client, request, vec![holding(1), holding(2)])
    };
    assert_eq!(silently(before(102)), Step::Finish(before(102).unwrap()));
    assert_eq!(
        silently(Some(ActingContext::Myself)),
        Step::Finish(ActingContext::Myself)
    );
    assert_eq!(silently(before(103)), Step::Refuse(Refusal::InteractionRequired));
    let asked = AuthorizationRequest {
        acted: before(102),
        ..request()
    };
    let step = with_options(&client, asked, vec![holding(1), holding(2)]);
    assert_eq!(step, Step::ChooseActing, "who can be asked is asked");
}

fn with_options(client: &Client, request: AuthorizationRequest, holdings: Vec<Holding>) -> Step {
    let mut login = login(request);
    login.authenticated = Some(authenticated(Level::L2));
    let options = ActingOptions::compute(client, login.request().unwrap(), holdings, now());
    step(&login, client, None, Some(&options))
}

#[test]
fn one_usable_profile_skips_the_chooser_and_two_do_not() {
    let organisation = client(ActingPolicy::Organisation);
    let only = ActingContext::Mandate(MandateId(Uuid::from_u128(101)));
    assert_eq!(
        with_options(&organisation, request(), vec![holding(1)]),
        Step::Finish(only)
    );
    assert_eq!(
        with_options(&organisation, request(), vec![holding(1), holding(2)]),
        Step::ChooseActing
    );
    assert_eq!(
        with_options(&client(ActingPolicy::Either), request(), vec![holding(1)]),
        Step::ChooseActing
    );
    assert_eq!(
        with_options(&client(ActingPolicy::Either), request(), vec![]),
        Step::Finish(ActingContext::Myself)
    );
}

#[test]
fn select_account_shows_the_chooser_even_for_one() {
    let mut request = request();
    request.prompt.insert(Prompt::SelectAccount);
    assert_eq!(
        with_options(&client(ActingPolicy::Organisation), request, vec![holding(1)]),
        Step::ChooseActing
    );
}

#[test]
fn nobody_to_act_for_is_told_to_the_portal() {
    let organisation = client(ActingPolicy::Organisation);
    assert_eq!(
        with_options(&organisation, request(), vec![]),
        Step::Refuse(Refusal::NobodyToActFor)
    );
}

#[test]
fn somebody_whose_mandates_all_ended_reads_why_unless_the_portal_wants_silence_or_pins() {
    let organisation = client(ActingPolicy::Organisation);
    let mut expired = holding(1);
    expired.mandate.valid_until = now();
    assert_eq!(
        with_options(&organisation, request(), vec![expired.clone()]),
        Step::ChooseActing
    );
    let mut silent = request();
    silent.prompt.insert(Prompt::None);
    let mut pinned = request();
    pinned.pin = Some(Pin("org-1".to_owned()));
    for request in [silent, pinned] {
        let step = with_options(&organisation, request, vec![expired.clone()]);
        assert_eq!(step, Step::Refuse(Refusal::NobodyToActFor));
    }
}

#[test]
fn a_pin_of_an_organisation_that_is_not_mine_looks_like_an_unknown_one_56() {
    let organisation = client(ActingPolicy::Organisation);
    for pin in ["org-2", "nowhere", "00000000-0000-0000-0000-000000000002"] {
        let mut request = request();
        request.pin = Some(Pin(pin.to_owned()));
        assert_eq!(
            with_options(&organisation, request, vec![holding(1)]),
            Step::Refuse(Refusal::NobodyToActFor),
            "{pin}"
        );
    }
}

#[test]
fn a_pin_by_alias_or_id_picks_that_organisation() {
    let either = client(ActingPolicy::Either);
    for pin in ["org-1", "00000000-0000-0000-0000-000000000001"] {
        let mut request = request();
        request.pin = Some(Pin(pin.to_owned()));
        let only = ActingContext::Mandate(MandateId(Uuid::from_u128(101)));
        assert_eq!(
            with_options(&either, request, vec![holding(1), holding(2)]),
            Step::Finish(only),
            "{pin}"
        );
    }
}

#[test]
fn mandates_that_cannot_be_used_say_why() {
    let client = client(ActingPolicy::Organisation);
    let mut expired = holding(1);
    expired.mandate.valid_until = now();
    let mut weak = holding(2);
    weak.mandate.evidence = Evidence::SelfDeclared;
    let mut no_role = holding(3);
    no_role.mandate.roles.clear();
    let mut draft = holding(4);
    draft.mandate.state = MandateState::Draft;
    let options = ActingOptions::compute(&client, &request(), vec![expired, weak, no_role, draft], now());
    let reasons: Vec<_> = options.unusable.iter().map(|(_, reason)| *reason).collect();
    assert_eq!(
        reasons,
        [
            Unusable::NotInForce(domain::mandate::NotInForce::Expired),
            Unusable::EvidenceTooWeak,
            Unusable::NoRole
        ]
    );
    assert_eq!(options.count(), 0);
}

#[test]
fn roles_of_others_are_filtered_62() {
    let client = client(ActingPolicy::Organisation);
    let options = ActingOptions::compute(&client, &request(), vec![holding(1)], now());
    assert_eq!(options.usable[0].roles, BTreeSet::from(["clerk".to_owned()]));
}

#[test]
fn only_what_is_offered_can_be_picked_56() {
    let client = client(ActingPolicy::Organisation);
    let options = ActingOptions::compute(&client, &request(), vec![holding(1)], now());
    assert!(options.pick(&ActingChoice(Uuid::from_u128(101).to_string())).is_some());
    for choice in ["self", "", "rubbish", &Uuid::from_u128(102).to_string()] {
        assert_eq!(options.pick(&ActingChoice(choice.to_owned())), None, "{choice}");
    }
}

#[test]
fn a_choice_that_ended_while_the_page_was_open_is_asked_again() {
    let client = client(ActingPolicy::Organisation);
    let mut login = login(request());
    login.authenticated = Some(authenticated(Level::L2));
    login.acting = Some(ActingContext::Mandate(MandateId(Uuid::from_u128(103))));
    let options = ActingOptions::compute(&client, login.request().unwrap(), vec![holding(1), holding(2)], now());
    assert_eq!(step(&login, &client, None, Some(&options)), Step::ChooseActing);
}

#[test]
fn too_young_or_of_unknown_age_is_told_to_the_portal() {
    let mut client = client(ActingPolicy::Myself);
    client.min_age = Some(18);
    for (birth, refused) in [
        (NaiveDate::from_ymd_opt(2008, 11, 21), false),
        (NaiveDate::from_ymd_opt(2008, 11, 22), true),
        (None, true),
    ] {
        let mut login = login(request());
        let mut authenticated = authenticated(Level::L2);
        authenticated.date_of_birth = birth;
        login.authenticated = Some(authenticated);
        let got = step(&login, &client, None, None);
        assert_eq!(got == Step::Refuse(Refusal::TooYoung), refused, "{birth:?}");
    }
}

#[test]
fn a_login_admits_only_its_own_browser_in_time_and_once_14_40() {
    let open = login(request());
    assert_eq!(open.admit(Some([1; 32]), now()), Ok(()));
    assert_eq!(open.admit(Some([9; 32]), now()), Err(NotYours::OtherBrowser));
    assert_eq!(open.admit(None, now()), Err(NotYours::OtherBrowser));
    assert_eq!(open.admit(Some([1; 32]), open.expires_at), Err(NotYours::Expired));
    let finished = Login {
        finished: true,
        ..open.clone()
    };
    assert_eq!(finished.admit(Some([1; 32]), now()), Err(NotYours::Finished));
    assert_eq!(finished.admit(Some([9; 32]), now()), Err(NotYours::OtherBrowser));
    let unbound = Login { browser: None, ..open };
    assert_eq!(unbound.admit(Some([1; 32]), now()), Err(NotYours::OtherBrowser));
}

/// Whatever happens in whatever order, nobody finishes without having been identified at the wanted
/// level, nor for somebody who was not offered.
#[test]
fn no_sequence_of_events_finishes_without_identity_and_choice() {
    let client = client(ActingPolicy::Either);
    let levels = [None, Some(Level::L1), Some(Level::L2), Some(Level::L3)];
    let choices = [
        None,
        Some(ActingContext::Myself),
        Some(ActingContext::Mandate(MandateId(Uuid::from_u128(101)))),
        Some(ActingContext::Mandate(MandateId(Uuid::from_u128(999)))),
    ];
    for proved in levels {
        for signed_in in levels {
            for chosen in choices {
                for count in 0..3u128 {
                    let mut login = login(request());
                    login.authenticated = proved.map(authenticated);
                    login.acting = chosen;
                    let options = ActingOptions::compute(
                        &client,
                        login.request().unwrap(),
                        (1..=count).map(holding).collect(),
                        now(),
                    );
                    let session = signed_in.map(session);
                    if let Step::Finish(acting) = step(&login, &client, session.as_ref(), Some(&options)) {
                        assert!(proved.is_some_and(|level| level >= Level::L2));
                        assert!(options.offers(acting));
                    }
                }
            }
        }
    }
}
