//! Proof Key for Code Exchange (RFC 7636), S256 only.

use aws_lc_rs::{constant_time, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Whether a text can be an S256 challenge: 43 characters, the base64url form of 32 bytes (§4.2).
pub fn is_challenge(text: &str) -> bool {
    text.len() == 43 && URL_SAFE_NO_PAD.decode(text).is_ok_and(|hash| hash.len() == 32)
}

/// Whether a text can be a verifier: 43 to 128 unreserved characters (§4.1).
pub fn is_verifier(text: &str) -> bool {
    (43..=128).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}

/// The S256 challenge of a verifier: `BASE64URL(SHA256(verifier))`.
pub fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()))
}

/// Whether `verifier` answers `expected`, in constant time (§4.6).
pub fn answers(verifier: &str, expected: &str) -> bool {
    constant_time::verify_slices_are_equal(challenge(verifier).as_bytes(), expected.as_bytes()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_example_of_rfc_7636_appendix_b() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let expected = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert_eq!(challenge(verifier), expected);
        assert!(answers(verifier, expected));
        assert!(is_challenge(expected) && is_verifier(verifier));
    }

    #[test]
    fn only_43_characters_of_base64url_are_a_challenge() {
        let good = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        let changed = [
            good.replace('-', "+"),
            good.replace('-', "="),
            good.replace('-', "é"),
            format!("{good}A"),
            good.chars().skip(1).collect(),
            // The last character carries only four bits of the hash: `N` sets one of the two that must be zero.
            good.replace("-cM", "-cN"),
            String::new(),
        ];
        for bad in changed {
            assert!(!is_challenge(&bad), "{bad}");
        }
    }

    #[test]
    fn only_43_to_128_unreserved_characters_are_a_verifier() {
        assert!(is_verifier(&"~".repeat(43)) && is_verifier(&"~".repeat(128)));
        assert!(!is_verifier(&"~".repeat(42)) && !is_verifier(&"~".repeat(129)));
        assert!(!is_verifier(&"+".repeat(43)) && !is_verifier(&"é".repeat(30)));
    }

    proptest! {
        #[test]
        fn a_challenge_is_answered_by_its_verifier_and_no_other(a in "[A-Za-z0-9._~-]{43,128}", b in "[A-Za-z0-9._~-]{43,128}") {
            let expected = challenge(&a);
            prop_assert!(is_challenge(&expected));
            prop_assert!(answers(&a, &expected));
            prop_assert_eq!(answers(&b, &expected), a == b);
        }

        #[test]
        fn shapes_never_panic(text in any::<String>()) {
            let _ = (is_challenge(&text), is_verifier(&text), answers(&text, &text));
        }
    }
}
