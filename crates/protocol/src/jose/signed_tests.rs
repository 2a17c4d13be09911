use super::*;
use crate::keyring::{EdKey, P256Key, RsaKey, SigningKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use josekit::jwk::Jwk;
use josekit::jws::{ES256, EdDSA, HS256, JwsHeader, JwsVerifier, PS256, RS256};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::sync::OnceLock;

/// One key of each kind with each algorithm it speaks.
fn keys() -> &'static [(SigningKey, Algorithm); 4] {
    static KEYS: OnceLock<[(SigningKey, Algorithm); 4]> = OnceLock::new();
    KEYS.get_or_init(|| {
        let rsa = RsaKey::generate(2048).unwrap();
        [
            (SigningKey::Rsa(rsa.clone()), Algorithm::Rs256),
            (SigningKey::Rsa(rsa), Algorithm::Ps256),
            (SigningKey::P256(P256Key::generate().unwrap()), Algorithm::Es256),
            (SigningKey::Ed25519(EdKey::generate().unwrap()), Algorithm::EdDsa),
        ]
    })
}

fn set(keys: &[&SigningKey]) -> KeySet {
    let keys: Vec<Value> = keys.iter().map(|key| key.public_jwk()).collect();
    KeySet::from_json(&json!({ "keys": keys })).unwrap()
}

fn judged(token: &str, keys: &KeySet) -> Result<Value, SignedError> {
    Signed::read(token, &Algorithm::ALL)?.verify(keys).map(Value::Object)
}

#[test]
fn what_each_key_signs_josekit_accepts_and_what_josekit_signs_we_accept() {
    for (key, algorithm) in keys() {
        let claims = json!({"sub": "x"});
        let token = sign_by(key, *algorithm, Some("JWT"), &claims).unwrap();
        let jwk = Jwk::from_bytes(key.public_jwk().to_string()).unwrap();
        let verifier: Box<dyn JwsVerifier> = match algorithm {
            Algorithm::Rs256 => Box::new(RS256.verifier_from_jwk(&jwk).unwrap()),
            Algorithm::Ps256 => Box::new(PS256.verifier_from_jwk(&jwk).unwrap()),
            Algorithm::Es256 => Box::new(ES256.verifier_from_jwk(&jwk).unwrap()),
            Algorithm::EdDsa => Box::new(EdDSA.verifier_from_jwk(&jwk).unwrap()),
        };
        let (payload, header) = josekit::jws::deserialize_compact(&token, verifier.as_ref()).unwrap();
        assert_eq!(
            serde_json::from_slice::<Value>(&payload).unwrap(),
            claims,
            "{algorithm}"
        );
        assert_eq!(header.key_id(), Some(key.kid().as_str()));

        let pem = key.to_pem().unwrap();
        let signer: Box<dyn josekit::jws::JwsSigner> = match algorithm {
            Algorithm::Rs256 => Box::new(RS256.signer_from_pem(&pem).unwrap()),
            // josekit wants a key that says in its file that it is for PSS only.
            Algorithm::Ps256 => continue,
            Algorithm::Es256 => Box::new(ES256.signer_from_pem(&pem).unwrap()),
            Algorithm::EdDsa => Box::new(EdDSA.signer_from_pem(&pem).unwrap()),
        };
        let theirs = josekit::jws::serialize_compact(b"{\"a\":1}", &JwsHeader::new(), signer.as_ref()).unwrap();
        assert_eq!(judged(&theirs, &set(&[key])), Ok(json!({"a": 1})), "{algorithm}");
    }
}

#[test]
fn what_josekit_signs_by_ps256_with_a_key_of_its_own_we_accept() {
    let pair = PS256.generate_key_pair(2048).unwrap();
    let signer = PS256.signer_from_der(pair.to_der_private_key()).unwrap();
    let token = josekit::jws::serialize_compact(b"{\"a\":1}", &JwsHeader::new(), &signer).unwrap();
    let jwk: Value = serde_json::from_str(&pair.to_jwk_public_key().to_string()).unwrap();
    let keys = KeySet::from_json(&json!({"keys": [jwk]})).unwrap();
    assert_eq!(judged(&token, &keys), Ok(json!({"a": 1})));
}

#[test]
fn a_key_keeps_its_name_through_its_file_and_its_public_half() {
    for (key, _) in keys() {
        let again = SigningKey::from_pem(&key.to_pem().unwrap()).unwrap();
        assert_eq!(again.public_jwk(), key.public_jwk());
        assert_eq!(PublicJwk::from_json(&key.public_jwk()).unwrap().thumbprint(), key.kid());
    }
}

#[test]
fn thumbprints_of_the_rfcs() {
    // RFC 7638 §3.1 and RFC 8037 appendix A.3.
    let rsa = json!({"kty": "RSA", "e": "AQAB", "alg": "RS256", "kid": "2011-04-29",
        "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"});
    let rsa = PublicJwk::from_json(&rsa).unwrap();
    assert_eq!(rsa.thumbprint(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    assert!(!rsa.fits(Algorithm::Ps256), "a key for RS256 only");
    let ed = json!({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"});
    assert_eq!(
        PublicJwk::from_json(&ed).unwrap().thumbprint(),
        "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
    );
}

#[test]
fn attack_37_none_hmac_and_algorithms_that_are_not_allowed_here_are_refused() {
    let (key, _) = &keys()[0];
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    for alg in [
        json!("none"),
        json!("None"),
        json!("HS256"),
        json!("RS1"),
        json!(["RS256"]),
        Value::Null,
    ] {
        let token = format!("{}.{}.", part(json!({ "alg": alg })), part(json!({})));
        assert_eq!(judged(&token, &set(&[key])), Err(SignedError::Algorithm), "{alg}");
    }
    let SigningKey::Rsa(rsa) = key else { unreachable!() };
    let hmac = HS256.signer_from_bytes(rsa.modulus()).unwrap();
    let hmac = josekit::jws::serialize_compact(b"{}", &JwsHeader::new(), &hmac).unwrap();
    assert_eq!(judged(&hmac, &set(&[key])), Err(SignedError::Algorithm));
    let rs256 = sign_by(key, Algorithm::Rs256, None, &json!({})).unwrap();
    assert_eq!(
        Signed::read(&rs256, &Algorithm::FAPI).unwrap_err(),
        SignedError::Algorithm,
        "FAPI 2 has no RS256"
    );
}

#[test]
fn a_key_of_another_owner_kind_or_name_does_not_do() {
    let [(rsa, _), _, (p256, _), (ed, _)] = keys();
    let token = sign_by(p256, Algorithm::Es256, None, &json!({})).unwrap();
    let stranger = SigningKey::P256(P256Key::generate().unwrap());
    assert!(judged(&token, &set(&[rsa, ed, p256])).is_ok());
    for others in [set(&[]), set(&[rsa, ed]), set(&[&stranger])] {
        assert_eq!(judged(&token, &others), Err(SignedError::Signature));
    }
    let mut renamed = p256.public_jwk();
    renamed["kid"] = json!("another");
    let renamed = KeySet::from_json(&json!({"keys": [renamed]})).unwrap();
    assert_eq!(judged(&token, &renamed), Err(SignedError::Signature));
    let mut encryption = p256.public_jwk();
    encryption["use"] = json!("enc");
    let encryption = KeySet::from_json(&json!({"keys": [encryption]})).unwrap();
    assert_eq!(judged(&token, &encryption), Err(SignedError::Signature));
}

#[test]
fn every_changed_character_spoils_a_token_of_each_kind() {
    for (key, algorithm) in keys() {
        let token = sign_by(key, *algorithm, None, &json!({"sub": "x"})).unwrap();
        for (at, old) in token.char_indices().take(token.len() - 1).step_by(11) {
            let mut changed = token.clone();
            changed.replace_range(at..=at, if old == 'A' { "B" } else { "A" });
            assert!(judged(&changed, &set(&[key])).is_err(), "{algorithm} position {at}");
        }
    }
}

#[test]
fn private_malformed_weak_and_too_many_keys() {
    let (_, _) = &keys()[0];
    let good = keys()[2].0.public_jwk();
    let with = |member: &str, value: Value| {
        let mut jwk = good.clone();
        jwk[member] = value;
        KeySet::from_json(&json!({ "keys": [jwk] }))
    };
    assert_eq!(with("d", json!("AA")), Err(JwkError::Private));
    assert_eq!(with("x", json!("AA")), Err(JwkError::Malformed));
    assert_eq!(with("x", json!(7)), Err(JwkError::Malformed));
    assert!(with("crv", json!("P-521")).unwrap().is_empty(), "left out");
    assert_eq!(KeySet::from_json(&json!([])), Err(JwkError::NotASet));
    assert_eq!(
        KeySet::from_json(&json!({"keys": vec![good.clone(); 33]})),
        Err(JwkError::TooMany)
    );
    let weak = json!({"kty": "RSA", "e": "AQAB", "n": URL_SAFE_NO_PAD.encode([255; 128])});
    assert_eq!(PublicJwk::from_json(&weak), Err(JwkError::Unsupported));
    let symmetric = json!({"kty": "oct", "k": "AAAA"});
    assert_eq!(PublicJwk::from_json(&symmetric), Err(JwkError::Private));
}

#[test]
fn attack_9_the_longest_token_that_is_looked_at() {
    let (key, algorithm) = &keys()[2];
    let token = sign_by(key, *algorithm, None, &json!({})).unwrap();
    let padded = |length: usize| format!("{token}{}", "A".repeat(length - token.len()));
    assert!(Signed::read(&padded(32 * 1024), &Algorithm::ALL).is_ok());
    assert_eq!(
        Signed::read(&padded(32 * 1024 + 1), &Algorithm::ALL).unwrap_err(),
        SignedError::Malformed
    );
}

/// A certificate of this key (DER), for `host`.
fn certified(key: &RsaKey, host: &str) -> Vec<u8> {
    let pair = rcgen::KeyPair::from_pem(&key.to_pem().unwrap()).unwrap();
    let params = rcgen::CertificateParams::new([host.to_owned()]).unwrap();
    params.self_signed(&pair).unwrap().der().to_vec()
}

#[test]
fn a_certificate_is_of_a_key_when_both_name_the_same_numbers() {
    let (ours, other) = (RsaKey::generate(2048).unwrap(), RsaKey::generate(2048).unwrap());
    let set = set(&[&SigningKey::Rsa(ours.clone())]);
    assert!(set.holds(&certified(&ours, "a.example")));
    assert!(!set.holds(&certified(&other, "a.example")));
}

/// RFC 7517 §4.7: "the key in the first certificate MUST match".
#[test]
fn a_key_brings_its_own_certificate_or_is_no_key() {
    let (ours, other) = (RsaKey::generate(2048).unwrap(), RsaKey::generate(2048).unwrap());
    let bringing = |certificate: &[u8]| {
        let mut jwk = SigningKey::Rsa(ours.clone()).public_jwk();
        jwk["x5c"] = json!([base64::engine::general_purpose::STANDARD.encode(certificate)]);
        KeySet::from_json(&json!({ "keys": [jwk] }))
    };
    let certificate = certified(&ours, "a.example");
    let set = bringing(&certificate).unwrap();
    assert!(set.holds(&certificate));
    // Another one of the same key is not the one it brought.
    assert!(!set.holds(&certified(&ours, "b.example")));
    assert_eq!(bringing(&certified(&other, "a.example")), Err(JwkError::Malformed));
}

#[test]
fn an_exponent_is_a_number_of_at_most_eight_bytes() {
    let with = |exponent: &[u8]| {
        let mut jwk = keys()[0].0.public_jwk();
        jwk["e"] = json!(URL_SAFE_NO_PAD.encode(exponent));
        KeySet::from_json(&json!({ "keys": [jwk] })).map(|set| set.is_empty())
    };
    assert_eq!(with(&[1, 0, 1]), Ok(false));
    assert_eq!(with(&[1; 8]), Ok(false));
    for wrong in [&[][..], &[0], &[1; 9], &[1; 10]] {
        assert_eq!(with(wrong), Err(JwkError::Malformed));
    }
}

#[test]
fn a_set_of_32_keys_is_read_and_an_empty_one_is_empty() {
    let jwk = keys()[2].0.public_jwk();
    let of = |count: usize| KeySet::from_json(&json!({ "keys": vec![jwk.clone(); count] }));
    assert!(!of(32).unwrap().is_empty());
    assert_eq!(of(33), Err(JwkError::TooMany));
    assert!(of(0).unwrap().is_empty());
}

#[test]
fn a_key_that_is_for_encryption_only_is_taken_before_one_that_also_signs() {
    let (both, only) = (P256Key::generate().unwrap(), P256Key::generate().unwrap());
    let jwk = |key: P256Key, purpose: Option<&str>| {
        let mut jwk = SigningKey::P256(key).public_jwk();
        let members = jwk.as_object_mut().unwrap();
        members.remove("alg");
        members.remove("use");
        members.extend(purpose.map(|purpose| ("use".to_owned(), json!(purpose))));
        jwk
    };
    let (first, second) = (jwk(both, None), jwk(only, Some("enc")));
    let set = KeySet::from_json(&json!({ "keys": [first, second] })).unwrap();
    let taken = set.recipient(KeyManagement::EcdhEs).unwrap();
    assert_eq!(json!(taken.public_members())["x"], second["x"]);
}

#[test]
fn an_algorithm_is_shown_by_its_name() {
    assert_eq!(
        Algorithm::ALL.map(|algorithm| algorithm.to_string()),
        Algorithm::ALL.map(Algorithm::as_str)
    );
}

#[test]
fn critical_headers_and_rubbish() {
    let (key, algorithm) = &keys()[2];
    for (name, value) in [("crit", json!(["exp"])), ("b64", json!(false))] {
        let header = json!({"alg": "ES256", name: value});
        let message = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header.to_string()),
            URL_SAFE_NO_PAD.encode("{}")
        );
        let signature = URL_SAFE_NO_PAD.encode(key.sign(*algorithm, message.as_bytes()).unwrap());
        assert_eq!(
            judged(&format!("{message}.{signature}"), &set(&[key])),
            Err(SignedError::Critical)
        );
    }
    for rubbish in ["", ".", "..", "a.b.c", "a.b.c.d", "€.€.€"] {
        assert_eq!(judged(rubbish, &set(&[key])), Err(SignedError::Malformed));
    }
    let long = sign_by(key, *algorithm, None, &json!({"x": "y".repeat(33 * 1024)})).unwrap();
    assert_eq!(judged(&long, &set(&[key])), Err(SignedError::Malformed));
}

#[test]
fn a_key_does_not_sign_by_an_algorithm_that_is_not_its_own() {
    let [(rsa, _), _, (p256, _), (ed, _)] = keys();
    for (key, algorithm) in [
        (rsa, Algorithm::Es256),
        (p256, Algorithm::Rs256),
        (ed, Algorithm::Ps256),
    ] {
        assert!(!key.signs(algorithm));
        assert!(sign_by(key, algorithm, None, &json!({})).is_err());
    }
}

proptest! {
    #[test]
    fn no_text_makes_reading_panic(header in any::<String>(), payload in any::<String>(), signature in any::<Vec<u8>>()) {
        let token = [header.as_bytes(), payload.as_bytes(), &signature].map(|part| URL_SAFE_NO_PAD.encode(part)).join(".");
        prop_assert!(judged(&token, &set(&[&keys()[0].0])).is_err());
        prop_assert!(judged(&header, &set(&[&keys()[0].0])).is_err());
    }
}
