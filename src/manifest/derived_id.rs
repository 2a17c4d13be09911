//! Ids that follow from what names a thing, so that applying the same file twice changes nothing.

use aws_lc_rs::digest::{SHA256, digest};
use uuid::{Builder, Uuid};

/// A UUIDv8 (RFC 9562 §5.8) from the SHA-256 of the parts. Not for people: whoever knows a fiscal
/// number could compute the `sub`.
pub(super) fn derived_id(parts: &[&str]) -> Uuid {
    // A length before each part: ("ab", "c") is not ("a", "bc").
    let text: String = parts.iter().map(|part| format!("{}:{part}", part.len())).collect();
    let mut bytes = [0; 16];
    for (byte, hashed) in bytes.iter_mut().zip(digest(&SHA256, text.as_bytes()).as_ref()) {
        *byte = *hashed;
    }
    Builder::from_custom_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_words_give_the_same_id_and_others_another() {
        assert_eq!(derived_id(&["unit", "acme"]), derived_id(&["unit", "acme"]));
        assert_ne!(derived_id(&["ab", "c"]), derived_id(&["a", "bc"]));
    }
}
