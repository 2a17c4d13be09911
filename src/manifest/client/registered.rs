//! A client that registers itself (RFC 7591, OpenID Connect Dynamic Client Registration 1.0): what a stranger may say of
//! it, and what it is told of itself. The rules for each setting are those for an administrator's `[[client]]`; here is
//! only what a stranger may not have.

use super::{ActingPolicy, ApplicationType, Client, ClientAuthMethod, Fault, Faults, GrantType, KeyManagement};
use protocol::oidc::client::{self, CertificateSubject, ContentEncryption, Protection};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use url::Url;

/// What a stranger may say. Everything else is an administrator's to give – the organisations and roles a portal is told
/// of, the resource it is, who may exchange its tokens, that nobody is asked – or unknown, and is ignored (RFC 7591 §2).
const NAMES: [&str; 49] = [
    "application_type",
    "authorization_signed_response_alg",
    "backchannel_logout_session_required",
    "backchannel_logout_uri",
    "client_name",
    "client_name#de",
    "client_name#en",
    "client_name#fr",
    "client_name#it",
    "client_name#sl",
    "client_uri",
    "contacts",
    "default_acr_values",
    "default_max_age",
    "dpop_bound_access_tokens",
    "grant_types",
    "id_token_encrypted_response_alg",
    "id_token_encrypted_response_enc",
    "id_token_signed_response_alg",
    "initiate_login_uri",
    "introspection_signed_response_alg",
    "jwks",
    "jwks_uri",
    "logo_uri",
    "policy_uri",
    "post_logout_redirect_uris",
    "profile",
    "redirect_uris",
    OBJECTS,
    "request_uris",
    "require_auth_time",
    "require_pushed_authorization_requests",
    "require_signed_request_object",
    "response_modes",
    "scope",
    "sector_identifier_uri",
    "subject_type",
    "tls_client_auth_san_dns",
    "tls_client_auth_san_email",
    "tls_client_auth_san_ip",
    "tls_client_auth_san_uri",
    "tls_client_auth_subject_dn",
    "tls_client_certificate_bound_access_tokens",
    "token_endpoint_auth_method",
    SIGNING_ALGORITHM,
    "tos_uri",
    "userinfo_encrypted_response_alg",
    "userinfo_encrypted_response_enc",
    "userinfo_signed_response_alg",
];
const OBJECTS: &str = "request_object_signing_alg";
const SIGNING_ALGORITHM: &str = "token_endpoint_auth_signing_alg";
/// The scopes of OpenID Connect itself. Fiscal numbers, companies and organisations are not told to whoever asks.
const SCOPES: [&str; 5] = ["openid", "profile", "email", "phone", "offline_access"];
/// Never tokens in its own name, nor those of others; nor codes of devices, which a citizen confirms without seeing where
/// they go.
const GRANTS: [GrantType; 2] = [GrantType::AuthorizationCode, GrantType::RefreshToken];
/// Longest name that a citizen reads.
const MAX_NAME: usize = 100;

impl Client {
    /// As a stranger describes it. What only we say (`client_id`, its secret, whether PKCE is demanded) is still missing;
    /// [`Client::to_client`] judges the whole.
    ///
    /// # Errors
    /// Every member of the wrong kind, and what a stranger may not have.
    pub fn of_registration(sent: &Map<String, Value>) -> Result<Client, Vec<Fault>> {
        let mut faults = Faults::default();
        let known = known(sent, &mut faults);
        let mut client: Client = serde_json::from_value(Value::Object(known)).unwrap_or_default();
        // Nobody vetted it, so the citizen is asked, and comes for himself.
        client.consent = true;
        client.acting = ActingPolicy::Myself;
        client.scope = scopes(sent.get("scope").and_then(Value::as_str));
        if client.client_name.trim().is_empty() {
            client.client_name = client.redirect_uris.first().map(|uri| place(uri)).unwrap_or_default();
        }
        client.check_response_types(sent.get("response_types"), &mut faults);
        client.check_stranger(&mut faults);
        faults.none_or(client)
    }

    /// What a client is told of its registration (RFC 7591 §3.2.1): the members that it may say itself, as they are.
    pub fn told(client: &client::Client) -> Map<String, Value> {
        let Ok(Value::Object(mut all)) = serde_json::to_value(Client::written(client)) else {
            return Map::new();
        };
        let mut told: Map<String, Value> = NAMES
            .iter()
            .filter_map(|name| Some(((*name).to_owned(), all.remove(*name)?)))
            .filter(|(_, value)| !value.is_null() && value.as_array().is_none_or(|list| !list.is_empty()))
            .collect();
        let code = client.metadata.grant_types.contains(&GrantType::AuthorizationCode);
        told.insert(
            "response_types".to_owned(),
            json!(if code { vec!["code"] } else { Vec::new() }),
        );
        told
    }

    /// RFC 7591 §2.1: a grant and the response type that leads to it come together.
    fn check_response_types(&self, sent: Option<&Value>, faults: &mut Faults) {
        let code = self.grant_types.contains(&GrantType::AuthorizationCode);
        let right = match sent {
            None | Some(Value::Null) => true,
            Some(Value::Array(types)) => types.len() == usize::from(code) && types.iter().all(|one| one == "code"),
            Some(_) => false,
        };
        if !right {
            faults.add(
                "response_types",
                "must be `code` with the grant `authorization_code`, and nothing without",
            );
        }
    }

    fn check_stranger(&self, faults: &mut Faults) {
        if self.grant_types.is_empty() || !self.grant_types.iter().all(|grant| GRANTS.contains(grant)) {
            faults.add(
                "grant_types",
                "may be `authorization_code` and `refresh_token` for a client that registers itself",
            );
        }
        for (index, uri) in self.redirect_uris.iter().enumerate() {
            // OpenID Connect Registration §2, `application_type`.
            if self.application_type == ApplicationType::Web && !uri.starts_with("https://") {
                faults.add(
                    format!("redirect_uris[{index}]"),
                    "must be https (http to the machine itself, and schemes of one's own, only with `application_type` `native`)",
                );
            }
        }
        let names = self.names();
        let named = std::iter::once(("client_name".to_owned(), &self.client_name));
        let tagged = names.iter().map(|(tag, name)| (format!("client_name#{tag}"), name));
        for (setting, name) in named.chain(tagged) {
            if name.chars().count() > MAX_NAME || name.chars().any(|c| c.is_control() || turns_text(c)) {
                faults.add(setting, "must be 100 characters at most, none of them invisible");
            }
        }
    }

    /// As an administrator would have written what is stored of a client. Secrets are not among it.
    fn written(client: &client::Client) -> Client {
        let metadata = client.metadata.clone();
        let name = |tag: &str| client.names.get(tag).cloned();
        let subject = |kind: fn(&CertificateSubject) -> bool| {
            let found = metadata.tls_client_auth.as_ref().filter(|subject| kind(subject));
            found.map(|subject| subject.value().to_owned())
        };
        Client {
            client_id: client.id.clone(),
            client_name: client.name.clone(),
            client_name_it: name("it"),
            client_name_en: name("en"),
            client_name_de: name("de"),
            client_name_fr: name("fr"),
            client_name_sl: name("sl"),
            client_uri: client.uri.clone(),
            application_type: metadata.application_type,
            redirect_uris: list(&client.redirect_uris),
            post_logout_redirect_uris: list(&client.post_logout_redirect_uris),
            token_endpoint_auth_method: client.auth_method,
            tls_client_auth_subject_dn: subject(|subject| matches!(subject, CertificateSubject::Dn(_))),
            tls_client_auth_san_dns: subject(|subject| matches!(subject, CertificateSubject::Dns(_))),
            tls_client_auth_san_uri: subject(|subject| matches!(subject, CertificateSubject::Uri(_))),
            tls_client_auth_san_ip: subject(|subject| matches!(subject, CertificateSubject::Ip(_))),
            tls_client_auth_san_email: subject(|subject| matches!(subject, CertificateSubject::Email(_))),
            grant_types: metadata.grant_types,
            jwks: metadata.jwks,
            jwks_uri: metadata.jwks_uri,
            token_endpoint_auth_signing_alg: metadata.token_endpoint_auth_signing_alg,
            id_token_signed_response_alg: metadata.id_token.signed,
            id_token_encrypted_response_alg: key_management(metadata.id_token),
            id_token_encrypted_response_enc: content_encryption(metadata.id_token),
            userinfo_signed_response_alg: metadata.userinfo.signed,
            userinfo_encrypted_response_alg: key_management(metadata.userinfo),
            userinfo_encrypted_response_enc: content_encryption(metadata.userinfo),
            authorization_signed_response_alg: metadata.authorization_signed_response_alg,
            introspection_signed_response_alg: metadata.introspection_signed_response_alg,
            request_object_signing_alg: metadata.request_object_signing_alg,
            require_signed_request_object: metadata.require_signed_request_object,
            request_uris: list(&metadata.request_uris),
            response_modes: list(&metadata.response_modes),
            require_pushed_authorization_requests: metadata.require_pushed_authorization_requests,
            dpop_bound_access_tokens: metadata.dpop_bound_access_tokens,
            tls_client_certificate_bound_access_tokens: metadata.tls_client_certificate_bound_access_tokens,
            subject_type: metadata.subject_type,
            sector_identifier_uri: metadata.sector_identifier_uri,
            default_max_age: metadata.default_max_age,
            default_acr_values: metadata.default_acr_values,
            require_auth_time: metadata.require_auth_time,
            initiate_login_uri: metadata.initiate_login_uri,
            backchannel_logout_uri: metadata.backchannel_logout_uri,
            backchannel_logout_session_required: metadata.backchannel_logout_session_required,
            logo_uri: metadata.logo_uri,
            policy_uri: metadata.policy_uri,
            tos_uri: metadata.tos_uri,
            contacts: metadata.contacts,
            profile: metadata.profile,
            scope: list(&client.scopes).join(" "),
            ..Client::default()
        }
    }
}

/// The members that a stranger may say and that are of the right kind.
fn known(sent: &Map<String, Value>, faults: &mut Faults) -> Map<String, Value> {
    let by_secret = sent.get("token_endpoint_auth_method") == Some(&json!(ClientAuthMethod::ClientSecretJwt));
    let mut known = Map::new();
    for name in NAMES {
        let Some(value) = sent.get(name).filter(|value| !value.is_null()) else {
            continue;
        };
        // The first is said with the method already. The second is what nothing means: unsigned only from an address of its
        // own over TLS.
        if (name == SIGNING_ALGORITHM && by_secret && value == "HS256") || (name == OBJECTS && value == "none") {
            continue;
        }
        let alone = Map::from_iter([(name.to_owned(), value.clone())]);
        match serde_json::from_value::<Client>(Value::Object(alone)) {
            Ok(_) => drop(known.insert(name.to_owned(), value.clone())),
            Err(_) => faults.add(name, "is of the wrong kind, or says something that is not supported"),
        }
    }
    known
}

/// Those that may be had, of those that are asked for.
fn scopes(sent: Option<&str>) -> String {
    let had = SCOPES
        .into_iter()
        .filter(|scope| sent.is_none_or(|sent| sent.split_ascii_whitespace().any(|one| one == *scope)));
    had.collect::<Vec<_>>().join(" ")
}

/// Where an address leads, for somebody who has no other name.
fn place(uri: &str) -> String {
    let url = Url::parse(uri).ok();
    let host = url.as_ref().and_then(|url| Some(url.host_str()?.to_owned()));
    host.or(url.map(|url| url.scheme().to_owned())).unwrap_or_default()
}

/// Characters that make a text read otherwise than it is written (UAX #9).
fn turns_text(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn list(set: &BTreeSet<String>) -> Vec<String> {
    set.iter().cloned().collect()
}

fn key_management(protection: Protection) -> Option<KeyManagement> {
    protection.encrypted.map(|(alg, _)| alg)
}

fn content_encryption(protection: Protection) -> Option<ContentEncryption> {
    protection.encrypted.map(|(_, enc)| enc)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(value: Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap_or_default()
    }

    fn read(more: Value) -> Result<Client, Vec<String>> {
        let mut sent = object(json!({"redirect_uris": ["https://portale.example.it/callback"]}));
        sent.extend(object(more));
        Client::of_registration(&sent).map_err(|faults| faults.into_iter().map(|fault| fault.setting).collect())
    }

    #[test]
    fn the_least_is_enough_and_means_what_the_rfc_says() {
        let client = read(json!({})).unwrap();
        assert_eq!(client.client_name, "portale.example.it");
        assert_eq!(client.token_endpoint_auth_method, ClientAuthMethod::ClientSecretBasic);
        assert_eq!(client.grant_types, BTreeSet::from([GrantType::AuthorizationCode]));
        assert_eq!(client.scope, "openid profile email phone offline_access");
        assert!(client.consent);
        assert_eq!(client.acting, ActingPolicy::Myself);
    }

    #[test]
    fn what_an_administrator_gives_nobody_takes_46() {
        let client = read(
            json!({"resource": "https://api.example.it", "resources": ["https://api.example.it"],
            "may_act": ["suap"], "consent": false, "acting": "organisation", "roles": ["admin"], "min_level": 1,
            "min_evidence": "self-declared", "claims_in_id_token": true, "require_pkce": false,
            "client_id": "suap", "client_secret": "mine", "secret_file": "/etc/passwd",
            "scope": "openid fiscal_number organization my-own"}),
        )
        .unwrap();
        let plain = read(json!({"scope": "openid"})).unwrap();
        assert!(client == plain, "nothing of it counts");
    }

    #[test]
    fn wrong_kinds_are_named_each_46() {
        let faults = read(
            json!({"grant_types": "authorization_code", "jwks_uri": 7, "subject_type": "mine",
            "id_token_signed_response_alg": "none", "contacts": null, "something": {"else": 1}}),
        );
        assert_eq!(
            faults.err().unwrap(),
            [
                "grant_types",
                "id_token_signed_response_alg",
                "jwks_uri",
                "subject_type"
            ]
        );
    }

    #[test]
    fn nobody_registers_for_tokens_without_a_citizen() {
        for grants in [
            json!(["client_credentials"]),
            json!([]),
            json!(["authorization_code", "urn:ietf:params:oauth:grant-type:token-exchange"]),
        ] {
            let faults = read(json!({"grant_types": grants})).err().unwrap();
            assert!(faults.contains(&"grant_types".to_owned()), "{faults:?}");
        }
    }

    #[test]
    fn what_says_no_more_than_nothing_does_is_accepted() {
        let objects = read(json!({"request_object_signing_alg": "none"})).unwrap();
        assert_eq!(objects.request_object_signing_alg, None);
        let secret =
            json!({"token_endpoint_auth_method": "client_secret_jwt", "token_endpoint_auth_signing_alg": "HS256"});
        assert!(read(secret).is_ok());
        let key = json!({"token_endpoint_auth_method": "private_key_jwt", "token_endpoint_auth_signing_alg": "HS256"});
        assert_eq!(read(key).err().unwrap(), ["token_endpoint_auth_signing_alg"]);
    }

    #[test]
    fn response_types_go_with_the_grants() {
        assert!(read(json!({"response_types": ["code"]})).is_ok());
        for wrong in [json!(["code", "token"]), json!(["id_token"]), json!([]), json!("code")] {
            assert_eq!(
                read(json!({ "response_types": wrong })).err().unwrap(),
                ["response_types"]
            );
        }
    }

    #[test]
    fn http_and_schemes_of_ones_own_are_for_native_applications() {
        for uri in ["http://127.0.0.1:1234/cb", "http://localhost/cb", "it.comune.app:/cb"] {
            let of = |kind: &str| read(json!({"redirect_uris": [uri], "application_type": kind}));
            assert_eq!(of("web").err().unwrap(), ["redirect_uris[0]"]);
            let mut native = of("native").unwrap();
            native.client_id = "n".to_owned();
            native.client_secret = Some("0123456789abcdef0123456789abcdef".to_owned());
            assert!(native.to_client(None).is_ok(), "{uri}");
        }
    }

    #[test]
    fn a_name_that_is_long_or_reads_backwards_is_none_49() {
        for name in ["x".repeat(101), "Comune\u{202e}".to_owned(), "a\nb".to_owned()] {
            assert_eq!(
                read(json!({ "client_name#en": name })).err().unwrap(),
                ["client_name#en"]
            );
        }
    }

    #[test]
    fn what_is_told_registers_the_same_again() {
        let mut client = read(json!({"client_name": "Portale", "client_name#de": "Portal", "subject_type": "pairwise",
            "id_token_signed_response_alg": "ES256", "userinfo_encrypted_response_alg": "RSA-OAEP-256",
            "jwks_uri": "https://portale.example.it/jwks", "grant_types": ["refresh_token", "authorization_code"],
            "token_endpoint_auth_method": "tls_client_auth", "tls_client_auth_san_dns": "portale.example.it",
            "default_max_age": 60, "default_acr_values": ["https://www.spid.gov.it/SpidL2"], "require_auth_time": true}))
        .unwrap();
        client.client_id = "made".to_owned();
        let stored = client.to_client(None).unwrap();
        let told = Client::told(&stored);
        assert_eq!(told["response_types"], json!(["code"]));
        assert_eq!(told["userinfo_encrypted_response_enc"], "A128CBC-HS256");
        assert_eq!(told["client_name#de"], "Portal");
        let mut again = Client::of_registration(&told).map_err(|_| ()).unwrap();
        again.client_id = "made".to_owned();
        assert_eq!(again.to_client(None).unwrap(), stored);
    }
}
