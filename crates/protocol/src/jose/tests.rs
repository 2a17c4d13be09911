use super::*;
use josekit::jwk::Jwk;
use josekit::jws::{HS256, RS256, RS384};
use proptest::prelude::*;
use std::sync::OnceLock;

fn key() -> &'static RsaKey {
    static KEY: OnceLock<RsaKey> = OnceLock::new();
    KEY.get_or_init(|| RsaKey::generate(2048).unwrap())
}

fn jwk() -> Jwk {
    let set = key_set(std::slice::from_ref(key()));
    Jwk::from_bytes(serde_json::to_vec(&set["keys"][0]).unwrap()).unwrap()
}

fn private_pem() -> String {
    key().to_pem().unwrap()
}

#[test]
fn what_we_sign_a_foreign_verifier_accepts_with_the_published_key() {
    let claims = json!({"iss": "https://login.example.it", "sub": "x"});
    let token = sign(key(), Some("JWT"), &claims).unwrap();
    let verifier = RS256.verifier_from_jwk(&jwk()).unwrap();
    let (payload, header) = josekit::jws::deserialize_compact(&token, &verifier).unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&payload).unwrap(), claims);
    assert_eq!(
        Value::Object(header.claims_set().clone()),
        json!({"typ": "JWT", "alg": "RS256", "kid": key().kid()})
    );
}

#[test]
fn our_own_token_is_known_again_even_when_expired() {
    let claims = json!({"sub": "x", "exp": 1});
    assert_eq!(
        verify(std::slice::from_ref(key()), &sign(key(), None, &claims).unwrap()),
        Some(claims)
    );
}

#[test]
fn the_second_key_of_the_ring_is_found_by_its_name() {
    let keys = [RsaKey::generate(2048).unwrap(), key().clone()];
    assert!(verify(&keys, &sign(key(), None, &json!({})).unwrap()).is_some());
}

#[test]
fn a_token_of_an_unknown_key_is_nothing() {
    let stranger = RsaKey::generate(2048).unwrap();
    assert_eq!(
        verify(std::slice::from_ref(key()), &sign(&stranger, None, &json!({})).unwrap()),
        None
    );
}

#[test]
fn every_changed_character_spoils_a_token() {
    let token = sign(key(), None, &json!({"sub": "x"})).unwrap();
    // But for the last one, of which two bits mean nothing.
    for (at, old) in token.char_indices().take(token.len() - 1).step_by(7) {
        let new = if old == 'A' { "B" } else { "A" };
        let mut changed = token.clone();
        changed.replace_range(at..=at, new);
        assert_eq!(verify(std::slice::from_ref(key()), &changed), None, "position {at}");
    }
}

/// Attack 25 at our own door: algorithms that are not ours, with the right `kid`.
#[test]
fn attack_25_none_hmac_with_the_public_key_and_other_hashes_are_nothing() {
    let keys = std::slice::from_ref(key());
    let mut header = JwsHeader::new();
    header.set_key_id(key().kid());
    let none = format!(
        "{}.{}.",
        URL_SAFE_NO_PAD.encode(json!({"alg": "none", "kid": key().kid()}).to_string()),
        URL_SAFE_NO_PAD.encode("{}")
    );
    assert_eq!(verify(keys, &none), None);
    let hmac = HS256.signer_from_bytes(key().modulus()).unwrap();
    let hmac = josekit::jws::serialize_compact(b"{}", &header, &hmac).unwrap();
    assert_eq!(verify(keys, &hmac), None);
    let longer = RS384.signer_from_pem(private_pem()).unwrap();
    let longer = josekit::jws::serialize_compact(b"{}", &header, &longer).unwrap();
    assert_eq!(verify(keys, &longer), None);
}

#[test]
fn a_token_without_kid_is_nothing() {
    let signer = RS256.signer_from_pem(private_pem()).unwrap();
    let token = josekit::jws::serialize_compact(b"{}", &JwsHeader::new(), &signer).unwrap();
    assert_eq!(verify(std::slice::from_ref(key()), &token), None);
}

#[test]
fn a_logout_token_of_ours_does_not_pass_for_an_id_token() {
    let token = sign(key(), Some("logout+jwt"), &json!({"sub": "x"})).unwrap();
    assert_eq!(verify(std::slice::from_ref(key()), &token), None);
}

#[test]
fn critical_headers_other_payloads_and_rubbish_are_nothing() {
    let keys = std::slice::from_ref(key());
    for crit in [json!(["b64"]), json!(["exp"]), json!([]), json!("exp")] {
        let text = json!({"alg": "RS256", "kid": key().kid(), "crit": crit, "b64": false, "exp": 1}).to_string();
        let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(text), URL_SAFE_NO_PAD.encode("{}"));
        let signature = URL_SAFE_NO_PAD.encode(key().sign_sha256(message.as_bytes()).unwrap());
        assert_eq!(verify(keys, &format!("{message}.{signature}")), None, "crit {crit}");
    }
    assert_eq!(verify(keys, &sign(key(), None, &json!([1])).unwrap()), None);
    for rubbish in ["", ".", "..", "a.b", "a.b.c", "a.b.c.d", "€.€.€"] {
        assert_eq!(verify(keys, rubbish), None);
    }
    let long = json!({"x": "y".repeat(MAX_TOKEN)});
    assert_eq!(verify(keys, &sign(key(), None, &long).unwrap()), None);
}

#[test]
fn the_key_set_has_public_members_only() {
    let mut set = key_set(std::slice::from_ref(key()));
    assert_eq!(set["keys"][0]["n"].as_str().unwrap().len(), 342);
    set["keys"][0]["n"] = json!("[modulus]");
    set["keys"][0]["kid"] = json!("[thumbprint]");
    insta::assert_json_snapshot!(set);
}

proptest! {
    #[test]
    fn no_text_makes_verification_panic(header in any::<String>(), payload in any::<String>(), signature in any::<Vec<u8>>()) {
        let token = [header.as_bytes(), payload.as_bytes(), &signature].map(|part| URL_SAFE_NO_PAD.encode(part)).join(".");
        prop_assert_eq!(verify(std::slice::from_ref(key()), &token), None);
        prop_assert_eq!(verify(std::slice::from_ref(key()), &header), None);
    }
}
