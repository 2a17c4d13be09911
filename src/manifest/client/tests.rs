use super::address::check_address;
use super::*;
use protocol::oidc::client::{CertificateSubject, Protection, SharedSecret};
use protocol::oidc::hash_secret;
use serde_json::json;

fn portal() -> Client {
    Client {
        client_id: "suap".to_owned(),
        client_name: "Sportello unico".to_owned(),
        redirect_uris: vec!["https://suap.example.it/callback".to_owned()],
        client_secret: Some("0123456789abcdef0123456789abcdef".to_owned()),
        ..Client::default()
    }
}

fn faults(client: &Client) -> Vec<String> {
    let faults = client.to_client(None).unwrap_err();
    faults.iter().map(Fault::to_string).collect()
}

#[test]
fn a_portal_written_with_the_least_gets_the_careful_defaults() {
    let client = portal().to_client(None).unwrap();
    assert!(client.require_pkce);
    assert!(!client.claims_in_id_token);
    assert_eq!(client.min_level, Level::L2);
    assert_eq!(client.min_evidence, Evidence::Import);
    assert_eq!(client.acting, ActingPolicy::Either);
}

#[test]
fn a_redirect_uri_over_http_is_refused() {
    let client = Client {
        redirect_uris: vec!["http://suap.example.it/callback".to_owned()],
        ..portal()
    };
    assert_eq!(
        faults(&client),
        ["redirect_uris[0]: must be https (http only to `localhost` or 127.0.0.0/8)"]
    );
}

#[test]
fn http_that_never_leaves_the_machine_is_accepted() {
    for uri in [
        "http://localhost:8081/cb",
        "http://127.0.0.1:8081/cb",
        "http://[::1]/cb",
    ] {
        let client = Client {
            redirect_uris: vec![uri.to_owned()],
            ..portal()
        };
        assert!(client.to_client(None).is_ok(), "{uri}");
    }
}

#[test]
fn a_host_that_only_begins_like_localhost_is_not_the_machine_itself() {
    for uri in ["http://localhost.example.it/cb", "http://127.0.0.1.example.it/cb"] {
        let client = Client {
            redirect_uris: vec![uri.to_owned()],
            ..portal()
        };
        assert_eq!(faults(&client).len(), 1, "{uri}");
    }
}

#[test]
fn a_fragment_a_wildcard_a_password_or_a_path_alone_is_refused() {
    for (uri, reason) in [
        ("https://suap.example.it/#cb", "must not have a fragment (`#…`)"),
        (
            "https://*.example.it/cb",
            "must be complete: it is compared to the letter, there are no wildcards",
        ),
        (
            "https://me:you@suap.example.it/cb",
            "must not have a user name or password",
        ),
        (
            "/callback",
            "must be an absolute URL, like `https://portale.example.it/callback`",
        ),
    ] {
        assert_eq!(check_address(uri), Err(reason), "{uri}");
    }
}

#[test]
fn where_to_return_after_signing_out_follows_the_same_rules() {
    let client = Client {
        post_logout_redirect_uris: vec!["https://suap.example.it/".to_owned(), "suap".to_owned()],
        ..portal()
    };
    assert!(faults(&client)[0].starts_with("post_logout_redirect_uris[1]: must be an absolute URL"));
}

#[test]
fn a_public_client_cannot_do_without_pkce_and_has_no_secret() {
    let client = Client {
        token_endpoint_auth_method: ClientAuthMethod::None,
        require_pkce: false,
        ..portal()
    };
    assert_eq!(
        faults(&client),
        [
            "require_pkce: a public client (`none`) cannot do without PKCE",
            "client_secret: a public client (`none`) has no secret"
        ]
    );
}

#[test]
fn a_confidential_client_has_a_secret() {
    let client = Client {
        client_secret: None,
        ..portal()
    };
    assert!(faults(&client)[0].starts_with("client_secret: must be set"));
}

#[test]
fn a_secret_is_written_in_one_way_only() {
    let client = Client {
        secret_file: Some("suap.secret".into()),
        ..portal()
    };
    assert_eq!(
        faults(&client),
        ["secret_file: `client_secret` is set as well; keep one of the two"]
    );
}

#[test]
fn a_short_secret_is_refused_and_not_repeated() {
    let client = Client {
        client_secret: Some("hunter2".to_owned()),
        ..portal()
    };
    assert!(faults(&client)[0].starts_with("client_secret: the secret must have at least 32 characters"));
    assert!(!faults(&client)[0].contains("hunter2"));
    assert!(!format!("{client:?}").contains("hunter2"));
}

#[test]
fn a_secret_a_file_with_it_and_its_hash_are_the_same_secret() {
    let written = portal().to_client(None).unwrap().secret_hashes;
    let in_file = Client {
        client_secret: None,
        secret_file: Some("suap.secret".into()),
        ..portal()
    };
    let in_file = in_file.to_client(Some("0123456789abcdef0123456789abcdef\n")).unwrap();
    let hashed = Client {
        client_secret: None,
        // printf 0123456789abcdef0123456789abcdef | sha256sum
        client_secret_sha256: vec!["3eb1bd439947eb762998e566ccc2e099c791118b2f40579cc4f7da2b5061b7f9".to_owned()],
        ..portal()
    };
    let hashed = hashed.to_client(None).unwrap();
    assert_eq!(in_file.secret_hashes, written);
    assert_eq!(hashed.secret_hashes, written);
}

fn with_file(method: ClientAuthMethod) -> Client {
    Client {
        client_secret: None,
        secret_file: Some("suap.secret".into()),
        token_endpoint_auth_method: method,
        ..portal()
    }
}

#[test]
fn a_file_holds_one_secret_or_two_while_one_replaces_the_other() {
    let (next, former) = ("n".repeat(32), "f".repeat(32));
    let client = with_file(ClientAuthMethod::ClientSecretBasic);
    let both = client.to_client(Some(&format!("{next}\r\n{former}\n\n"))).unwrap();
    assert_eq!(both.secret_hashes, [hash_secret(&next), hash_secret(&former)]);
    assert!(both.shared_secrets.is_empty(), "a hash is enough");
    for wrong in ["", "\n", &format!("{next}\n{former}\n{next}\n")] {
        let faults = client.to_client(Some(wrong)).unwrap_err();
        assert_eq!(
            faults.iter().map(Fault::to_string).collect::<Vec<_>>(),
            ["secret_file: must hold one secret, or two while one replaces the other, each on its line"]
        );
    }
}

#[test]
fn a_client_that_signs_with_its_secret_needs_the_secret_itself() {
    let signs = with_file(ClientAuthMethod::ClientSecretJwt);
    let secret = "0123456789abcdef0123456789abcdef";
    let client = signs.to_client(Some(secret)).unwrap();
    assert_eq!(client.shared_secrets, [SharedSecret::new(secret)]);
    let hashed = Client {
        secret_file: None,
        client_secret_sha256: vec!["ab".repeat(32)],
        ..signs
    };
    assert_eq!(
        faults(&hashed),
        ["client_secret_sha256: `client_secret_jwt` needs the secret itself: `client_secret` or `secret_file`"]
    );
}

#[test]
fn a_token_is_bound_to_a_key_or_to_a_certificate() {
    let client = Client {
        dpop_bound_access_tokens: true,
        tls_client_certificate_bound_access_tokens: true,
        ..portal()
    };
    assert_eq!(
        faults(&client),
        [
            "tls_client_certificate_bound_access_tokens: `dpop_bound_access_tokens` is set as well; a token is bound to one of the two"
        ]
    );
}

#[test]
fn a_hash_that_is_none_is_refused() {
    let client = Client {
        client_secret: None,
        client_secret_sha256: vec!["abc".to_owned()],
        ..portal()
    };
    assert_eq!(
        faults(&client),
        ["client_secret_sha256[0]: must be 64 hexadecimal digits"]
    );
}

#[test]
fn every_fault_of_a_client_is_told_at_once() {
    let client = Client {
        client_id: "s u a p".to_owned(),
        client_name: String::new(),
        scope: "profile".to_owned(),
        min_level: 4,
        roles: vec!["invoice submitter".to_owned()],
        ..portal()
    };
    let settings: Vec<String> = client
        .to_client(None)
        .unwrap_err()
        .into_iter()
        .map(|fault| fault.setting)
        .collect();
    assert_eq!(settings, ["client_name", "client_id", "scope", "roles[0]", "min_level"]);
}

#[test]
fn the_names_in_other_languages_bear_rfc_7591_tags() {
    let client: Client = serde_json::from_str(
        r#"{ "client_id": "suap", "client_name": "Sportello", "client_name#en": "One-stop shop" }"#,
    )
    .unwrap();
    assert_eq!(client.names().get("en").unwrap(), "One-stop shop");
}

#[test]
fn a_client_that_signs_has_keys_and_no_secret() {
    let jwks = serde_json::json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]});
    let signing = Client {
        token_endpoint_auth_method: ClientAuthMethod::PrivateKeyJwt,
        client_secret: None,
        jwks: Some(jwks.clone()),
        ..portal()
    };
    assert_eq!(signing.to_client(None).unwrap().metadata.jwks, Some(jwks.clone()));
    let without = Client {
        jwks: None,
        ..signing.clone()
    };
    assert_eq!(
        faults(&without),
        ["jwks: must be set (or `jwks_uri`): `private_key_jwt` is checked with these keys"]
    );
    let with_secret = Client {
        client_secret: portal().client_secret,
        ..signing.clone()
    };
    assert_eq!(
        faults(&with_secret),
        ["client_secret: a client that signs or shows a certificate has no secret"]
    );
    let mut private = jwks;
    private["keys"][0]["d"] = "AA".into();
    let private = Client {
        jwks: Some(private),
        ..signing
    };
    assert_eq!(
        faults(&private),
        ["jwks: private key among public ones; must be a JWK Set of public keys"]
    );
}

#[test]
fn a_client_registers_the_grants_it_uses() {
    let with = |grants: &[GrantType]| Client {
        grant_types: grants.iter().copied().collect(),
        ..portal()
    };
    assert!(
        with(&[GrantType::AuthorizationCode, GrantType::RefreshToken])
            .to_client(None)
            .is_ok()
    );
    let machine = Client {
        redirect_uris: Vec::new(),
        ..with(&[GrantType::ClientCredentials])
    };
    assert!(machine.to_client(None).is_ok());
    let resource = Client {
        redirect_uris: Vec::new(),
        ..with(&[])
    };
    assert!(resource.to_client(None).is_ok());
    let device = Client {
        redirect_uris: Vec::new(),
        ..with(&[GrantType::DeviceCode])
    };
    assert!(device.to_client(None).is_ok());
    let of_nobody = Client {
        scope: "profile".to_owned(),
        ..device
    };
    assert_eq!(faults(&of_nobody), ["scope: must contain `openid`"]);
    assert_eq!(
        faults(&with(&[GrantType::ClientCredentials])),
        ["redirect_uris: are of use only with the grant `authorization_code`"]
    );
    let refreshes_what = Client {
        redirect_uris: Vec::new(),
        ..with(&[GrantType::RefreshToken])
    };
    assert_eq!(
        faults(&refreshes_what),
        ["grant_types: `refresh_token` is of use only beside another grant"]
    );
    let nobody = Client {
        token_endpoint_auth_method: ClientAuthMethod::None,
        client_secret: None,
        ..with(&[GrantType::AuthorizationCode, GrantType::ClientCredentials])
    };
    assert_eq!(
        faults(&nobody),
        ["grant_types: a public client (`none`) cannot act in its own name"]
    );
}

#[test]
fn a_client_of_certificates_says_exactly_one_name_of_its_own() {
    let tls = Client {
        token_endpoint_auth_method: ClientAuthMethod::TlsClientAuth,
        client_secret: None,
        tls_client_auth_san_dns: Some("rp.example.it".to_owned()),
        ..portal()
    };
    assert_eq!(
        tls.to_client(None).unwrap().metadata.tls_client_auth,
        Some(CertificateSubject::Dns("rp.example.it".to_owned()))
    );
    let two = Client {
        tls_client_auth_subject_dn: Some("CN=rp".to_owned()),
        ..tls.clone()
    };
    assert_eq!(
        faults(&two),
        ["tls_client_auth_san_dns: `tls_client_auth_subject_dn` is set as well; keep one of the two"]
    );
    let none = Client {
        tls_client_auth_san_dns: None,
        ..tls.clone()
    };
    assert!(faults(&none)[0].starts_with("tls_client_auth_subject_dn: must be set"));
    let of_no_use = Client {
        tls_client_auth_san_ip: Some("192.0.2.1".to_owned()),
        ..portal()
    };
    assert!(faults(&of_no_use)[0].starts_with("tls_client_auth_san_ip: is of use only with"));
}

#[test]
fn keys_are_by_value_or_at_an_address_and_whatever_needs_them_says_so() {
    let at = Some("https://suap.example.it/jwks".to_owned());
    let signing = Client {
        token_endpoint_auth_method: ClientAuthMethod::PrivateKeyJwt,
        client_secret: None,
        jwks_uri: at.clone(),
        ..portal()
    };
    assert_eq!(signing.to_client(None).unwrap().metadata.jwks_uri, at);
    let both = Client {
        jwks: Some(
            json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}),
        ),
        ..signing
    };
    assert_eq!(faults(&both), ["jwks_uri: `jwks` is set as well; keep one of the two"]);
    let encrypted = Client {
        userinfo_encrypted_response_alg: Some(KeyManagement::RsaOaep256),
        ..portal()
    };
    assert_eq!(
        faults(&encrypted),
        ["jwks: must be set (or `jwks_uri`): userinfo is encrypted with these keys"]
    );
}

#[test]
fn what_is_encrypted_says_how_the_key_travels() {
    let encrypted = Client {
        jwks_uri: Some("https://suap.example.it/jwks".to_owned()),
        id_token_encrypted_response_alg: Some(KeyManagement::EcdhEs),
        ..portal()
    };
    assert_eq!(
        encrypted.to_client(None).unwrap().metadata.id_token,
        Protection {
            signed: None,
            encrypted: Some((KeyManagement::EcdhEs, ContentEncryption::A128CbcHs256)),
        }
    );
    let content_only = Client {
        id_token_encrypted_response_enc: Some(ContentEncryption::A256Gcm),
        ..portal()
    };
    assert_eq!(
        faults(&content_only),
        ["id_token_encrypted_response_enc: needs `id_token_encrypted_response_alg`"]
    );
}

#[test]
fn a_fapi_client_keeps_all_of_its_profile() {
    let fapi = Client {
        profile: Profile::Fapi2,
        token_endpoint_auth_method: ClientAuthMethod::PrivateKeyJwt,
        client_secret: None,
        jwks_uri: Some("https://suap.example.it/jwks".to_owned()),
        dpop_bound_access_tokens: true,
        ..portal()
    };
    assert!(fapi.to_client(None).is_ok());
    let lax = Client {
        token_endpoint_auth_method: ClientAuthMethod::ClientSecretBasic,
        client_secret: portal().client_secret,
        dpop_bound_access_tokens: false,
        require_pkce: false,
        id_token_signed_response_alg: Some(Algorithm::Rs256),
        ..fapi
    };
    let settings: Vec<String> = lax
        .to_client(None)
        .unwrap_err()
        .into_iter()
        .map(|fault| fault.setting)
        .collect();
    assert_eq!(
        settings,
        [
            "token_endpoint_auth_method",
            "dpop_bound_access_tokens",
            "require_pkce",
            "id_token_signed_response_alg"
        ]
    );
}

/// `oidcc-3rd_party-init-login-nohttps`.
#[test]
fn where_a_login_begins_is_https_even_on_the_machine_itself() {
    let client = Client {
        initiate_login_uri: Some("http://localhost:8081/login".to_owned()),
        ..portal()
    };
    assert_eq!(faults(&client), ["initiate_login_uri: must be https"]);
}

#[test]
fn attack_46_no_address_is_of_another_scheme() {
    for uri in [
        "javascript:alert(1)",
        "data:image/png;base64,AA",
        "ftp://suap.example.it/logo",
        "//suap.example.it",
    ] {
        let client = Client {
            logo_uri: Some(uri.to_owned()),
            policy_uri: Some(uri.to_owned()),
            tos_uri: Some(uri.to_owned()),
            jwks_uri: Some(uri.to_owned()),
            backchannel_logout_uri: Some(uri.to_owned()),
            request_uris: vec![uri.to_owned()],
            ..portal()
        };
        assert_eq!(faults(&client).len(), 6, "{uri}");
    }
}

#[test]
fn several_hosts_are_one_sector_only_by_their_own_word() {
    let several = Client {
        subject_type: SubjectType::Pairwise,
        redirect_uris: vec![
            "https://a.example.it/cb".to_owned(),
            "https://b.example.it/cb".to_owned(),
        ],
        ..portal()
    };
    assert!(faults(&several)[0].starts_with("sector_identifier_uri: must be set"));
    let said = Client {
        sector_identifier_uri: Some("https://a.example.it/sector".to_owned()),
        ..several.clone()
    };
    assert!(said.to_client(None).is_ok());
    let public = Client {
        subject_type: SubjectType::Public,
        ..several
    };
    assert!(public.to_client(None).is_ok());
}

#[test]
fn contacts_are_addresses_and_resources_are_absolute() {
    let client = Client {
        contacts: vec!["it@suap.example.it".to_owned(), "call me".to_owned()],
        resources: vec![
            "https://api.example.it/v1".to_owned(),
            "urn:example:api".to_owned(),
            "api".to_owned(),
        ],
        ..portal()
    };
    let settings: Vec<String> = client
        .to_client(None)
        .unwrap_err()
        .into_iter()
        .map(|fault| fault.setting)
        .collect();
    assert_eq!(settings, ["resources[2]", "contacts[1]"]);
}

#[test]
fn kinds_of_spid_identity_need_spid_as_the_only_way_in_and_stand_once() {
    let professional = |methods: &[Method], purposes: &[Purpose]| Client {
        methods: methods.iter().copied().collect(),
        spid_purposes: purposes.to_vec(),
        ..portal()
    };
    let client = professional(&[Method::Spid], &[Purpose::PG, Purpose::PF]);
    assert_eq!(
        client.to_client(None).unwrap().spid_purposes,
        [Purpose::PG, Purpose::PF]
    );
    for methods in [&[][..], &[Method::Spid, Method::Cie]] {
        let told = faults(&professional(methods, &[Purpose::PG]));
        assert_eq!(
            told,
            ["spid_purposes: needs `methods = [\"spid\"]`: no other way in knows kinds of identity"]
        );
    }
    let twice = faults(&professional(&[Method::Spid], &[Purpose::PG, Purpose::PG]));
    assert_eq!(twice, ["spid_purposes[1]: appears twice"]);
}
