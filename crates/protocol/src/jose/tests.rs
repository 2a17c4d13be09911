use super::*;
use crate::keyring::{KeyKind, OidcKeys, SigningKey};
use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use josekit::jwk::Jwk;
use josekit::jws::{ES256, EdDSA, HS256, JwsHeader, JwsVerifier, PS256, RS256, RS384};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::sync::OnceLock;

fn made() -> &'static [SigningKey] {
    static KEYS: OnceLock<Vec<SigningKey>> = OnceLock::new();
    KEYS.get_or_init(|| KeyKind::ALL.map(|kind| SigningKey::generate(kind).unwrap()).to_vec())
}

fn keys() -> OidcKeys {
    OidcKeys::of(made().to_vec())
}

fn rsa() -> &'static SigningKey {
    &made()[0]
}

fn sign(claims: &Value) -> String {
    keys().sign(Algorithm::Rs256, None, claims).unwrap()
}

#[test]
fn what_we_sign_a_foreign_verifier_accepts_with_the_published_key_whatever_the_algorithm() {
    let claims = json!({"iss": "https://login.example.it", "sub": "x"});
    let published = keys().published();
    for algorithm in Algorithm::ALL {
        let token = keys().sign(algorithm, Some("JWT"), &claims).unwrap();
        let header = josekit::jwt::decode_header(&token).unwrap();
        let kid = header.claim("kid").unwrap();
        let jwk = published["keys"]
            .as_array()
            .unwrap()
            .iter()
            .find(|key| key["kid"] == *kid)
            .unwrap();
        let jwk = Jwk::from_bytes(jwk.to_string()).unwrap();
        let verifier: Box<dyn JwsVerifier> = match algorithm {
            Algorithm::Rs256 => Box::new(RS256.verifier_from_jwk(&jwk).unwrap()),
            Algorithm::Ps256 => Box::new(PS256.verifier_from_jwk(&jwk).unwrap()),
            Algorithm::Es256 => Box::new(ES256.verifier_from_jwk(&jwk).unwrap()),
            Algorithm::EdDsa => Box::new(EdDSA.verifier_from_jwk(&jwk).unwrap()),
        };
        let (payload, header) = josekit::jws::deserialize_compact(&token, &*verifier).unwrap();
        assert_eq!(serde_json::from_slice::<Value>(&payload).unwrap(), claims);
        assert_eq!(
            Value::Object(header.claims_set().clone()),
            json!({"typ": "JWT", "alg": algorithm, "kid": kid})
        );
        assert_eq!(keys().verify(&token), Some(claims.clone()));
    }
}

#[test]
fn an_algorithm_without_a_key_is_not_signed_by_another() {
    let only_rsa = OidcKeys::of(vec![rsa().clone()]);
    assert!(only_rsa.sign(Algorithm::Ps256, None, &json!({})).is_ok());
    assert!(only_rsa.sign(Algorithm::Es256, None, &json!({})).is_err());
}

#[test]
fn our_own_token_is_known_again_even_when_expired() {
    let claims = json!({"sub": "x", "exp": 1});
    assert_eq!(keys().verify(&sign(&claims)), Some(claims));
}

#[test]
fn a_token_of_an_unknown_key_is_nothing() {
    let stranger = OidcKeys::of(vec![SigningKey::generate(KeyKind::P256).unwrap()]);
    let token = stranger.sign(Algorithm::Es256, None, &json!({})).unwrap();
    assert_eq!(keys().verify(&token), None);
}

#[test]
fn every_changed_character_spoils_a_token() {
    let token = sign(&json!({"sub": "x"}));
    // But for the last one, of which two bits mean nothing.
    for (at, old) in token.char_indices().take(token.len() - 1).step_by(7) {
        let new = if old == 'A' { "B" } else { "A" };
        let mut changed = token.clone();
        changed.replace_range(at..=at, new);
        assert_eq!(keys().verify(&changed), None, "position {at}");
    }
}

/// Attack 25 at our own door: algorithms that are not ours, with the right `kid`.
#[test]
fn attack_25_none_hmac_with_the_public_key_and_other_hashes_are_nothing() {
    let mut header = JwsHeader::new();
    header.set_key_id(rsa().kid());
    let none = format!(
        "{}.{}.",
        URL_SAFE_NO_PAD.encode(json!({"alg": "none", "kid": rsa().kid()}).to_string()),
        URL_SAFE_NO_PAD.encode("{}")
    );
    assert_eq!(keys().verify(&none), None);
    let modulus = rsa().public_jwk()["n"].as_str().unwrap().to_owned();
    let hmac = HS256
        .signer_from_bytes(URL_SAFE_NO_PAD.decode(modulus).unwrap())
        .unwrap();
    let hmac = josekit::jws::serialize_compact(b"{}", &header, &hmac).unwrap();
    assert_eq!(keys().verify(&hmac), None);
    let longer = RS384.signer_from_pem(rsa().to_pem().unwrap()).unwrap();
    let longer = josekit::jws::serialize_compact(b"{}", &header, &longer).unwrap();
    assert_eq!(keys().verify(&longer), None);
}

#[test]
fn attack_9_a_token_longer_than_ours_are_is_not_looked_at() {
    let padded = |padding: usize| sign(&json!({ "sub": "x".repeat(padding) }));
    // Three octets are four characters.
    let of_length = |length: usize| {
        let about = (length - padded(0).len()) * 3 / 4;
        (about - 3..).map(padded).find(|token| token.len() >= length).unwrap()
    };
    let longest = of_length(8 * 1024);
    assert_eq!(longest.len(), 8 * 1024);
    assert!(keys().verify(&longest).is_some());
    assert_eq!(keys().verify(&of_length(8 * 1024 + 1)), None);
}

#[test]
fn a_token_without_kid_is_nothing() {
    let signer = RS256.signer_from_pem(rsa().to_pem().unwrap()).unwrap();
    let token = josekit::jws::serialize_compact(b"{}", &JwsHeader::new(), &signer).unwrap();
    assert_eq!(keys().verify(&token), None);
}

#[test]
fn a_logout_token_of_ours_does_not_pass_for_an_id_token() {
    let token = keys()
        .sign(Algorithm::Rs256, Some("logout+jwt"), &json!({"sub": "x"}))
        .unwrap();
    assert_eq!(keys().verify(&token), None);
}

#[test]
fn critical_headers_other_payloads_and_rubbish_are_nothing() {
    for crit in [json!(["b64"]), json!(["exp"]), json!([]), json!("exp")] {
        let text = json!({"alg": "RS256", "kid": rsa().kid(), "crit": crit, "b64": false, "exp": 1}).to_string();
        let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(text), URL_SAFE_NO_PAD.encode("{}"));
        let signature = rsa().sign(Algorithm::Rs256, message.as_bytes()).unwrap();
        let token = format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature));
        assert_eq!(keys().verify(&token), None, "crit {crit}");
    }
    assert_eq!(keys().verify(&sign(&json!([1]))), None);
    for rubbish in ["", ".", "..", "a.b", "a.b.c", "a.b.c.d", "€.€.€"] {
        assert_eq!(keys().verify(rubbish), None);
    }
    assert_eq!(keys().verify(&sign(&json!({"x": "y".repeat(8 * 1024)}))), None);
}

#[test]
fn the_key_set_has_public_members_only_and_names_made_of_them() {
    let mut set = keys().published();
    for key in set["keys"].as_array_mut().unwrap() {
        let public = PublicJwk::from_json(key).unwrap();
        assert_eq!(key["kid"], public.thumbprint());
        for member in ["n", "x", "y", "kid"] {
            if let Some(value) = key.get_mut(member) {
                *value = json!(format!("[{} characters]", value.as_str().unwrap().len()));
            }
        }
    }
    insta::assert_json_snapshot!(set);
}

#[test]
fn a_name_is_the_thumbprint_of_rfc_7638() {
    let jwk = made()[2].public_jwk();
    let text = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":{}}}"#, jwk["x"]);
    let thumbprint = digest::digest(&digest::SHA256, text.as_bytes());
    assert_eq!(jwk["kid"], URL_SAFE_NO_PAD.encode(thumbprint));
}

proptest! {
    #[test]
    fn no_text_makes_verification_panic(header in any::<String>(), payload in any::<String>(), signature in any::<Vec<u8>>()) {
        let token = [header.as_bytes(), payload.as_bytes(), &signature].map(|part| URL_SAFE_NO_PAD.encode(part)).join(".");
        prop_assert_eq!(keys().verify(&token), None);
        prop_assert_eq!(keys().verify(&header), None);
    }
}
