//! The cryptography behind [`SignatureVerifier`]: bergshamra, pinned, on our own tree.

use super::{Covered, SignatureVerifier};
use crate::x509::PublicKey;
use crate::xml::{Element, Tree};
use bergshamra::dsig::verify::{verify_all_document, verify_document};
use bergshamra::keys::loader::load_spki_der;
use bergshamra::{DsigContext, KeysManager, VerifyResult};

/// Verifies with the bergshamra crate. It works on the tree we parsed and names the nodes it
/// resolved; it has no list of allowed algorithms, which is what [`super::profile`] is for.
#[derive(Debug, Clone, Copy)]
pub struct Bergshamra;

impl SignatureVerifier for Bergshamra {
    fn verify<'t>(&self, tree: &'t Tree, keys: &[PublicKey]) -> Vec<Covered<'t>> {
        let Some(context) = context(keys) else {
            return Vec::new();
        };
        let results = verify_all_document(&context, tree.document()).unwrap_or_default();
        results.iter().filter_map(|result| covered(tree, result)).collect()
    }

    fn verify_first<'t>(&self, tree: &'t Tree, keys: &[PublicKey]) -> Option<Covered<'t>> {
        let result = verify_document(&context(keys)?, tree.document()).ok()?;
        let mut covered = covered(tree, &result)?;
        if covers_document(&result) {
            covered.element = Some(tree.root());
        }
        Some(covered)
    }
}

/// `None` without a single key: then nothing is ever good.
fn context(keys: &[PublicKey]) -> Option<DsigContext> {
    let mut manager = KeysManager::new();
    manager.add_keys(keys.iter().filter_map(|key| load_spki_der(key.spki()).ok()));
    // `new` is the strict one: trusted keys only, positions checked, every digest computed here.
    (!manager.is_empty()).then(|| DsigContext::new(manager))
}

/// One reference, to the whole document, for which the library names no element.
fn covers_document(result: &VerifyResult) -> bool {
    match result {
        VerifyResult::Valid { references, .. } => {
            matches!(references.as_slice(), [reference] if reference.digest_verified && reference.uri.is_empty())
        }
        VerifyResult::Invalid { .. } => false,
    }
}

impl Bergshamra {
    /// Whether the only signature of the document is valid under one of `keys`, and one of its references is by
    /// one of `names`. References into the Signature itself are not strict positions, so those are the caller's
    /// to judge ([`super::whole_document`]).
    pub(super) fn covers(self, tree: &Tree, keys: &[PublicKey], names: &[String]) -> bool {
        let mut manager = KeysManager::new();
        manager.add_keys(keys.iter().filter_map(|key| load_spki_der(key.spki()).ok()));
        if manager.is_empty() {
            return false;
        }
        let context = DsigContext::new(manager).with_strict_verification(false);
        let results = verify_all_document(&context, tree.document()).unwrap_or_default();
        let [VerifyResult::Valid { references, .. }] = results.as_slice() else {
            return false;
        };
        references.iter().all(|reference| reference.digest_verified)
            && references.iter().any(|reference| names.contains(&reference.uri))
    }
}

fn covered<'t>(tree: &'t Tree, result: &VerifyResult) -> Option<Covered<'t>> {
    let VerifyResult::Valid {
        signature_node,
        references,
        ..
    } = result
    else {
        return None;
    };
    let node = match references.as_slice() {
        [reference] if reference.digest_verified => reference.resolved_node,
        _ => None,
    };
    Some(Covered {
        signature: Element::new(tree.document(), *signature_node),
        element: node.map(|node| Element::new(tree.document(), node)),
    })
}

/// The bytes that a signature of `element` is about: what the tests hold against libxml2's.
#[cfg(test)]
pub(crate) fn canonical(tree: &Tree, element: Element<'_>, without: Option<Element<'_>>, prefixes: &[&str]) -> Vec<u8> {
    use bergshamra::c14n::{C14nMode, canonicalize_doc};
    use bergshamra::xml::nodeset::NodeSet;
    let document = tree.document();
    let mut nodes = NodeSet::tree_without_comments(element.node(), document);
    for node in without.iter().flat_map(|without| {
        let mut all = document.descendants(without.node());
        all.push(without.node());
        all
    }) {
        nodes.remove_id(node);
    }
    canonicalize_doc(document, C14nMode::Exclusive, Some(&nodes), prefixes).unwrap()
}

#[cfg(test)]
mod tests {
    use super::super::profile::{ENVELOPED, EXCLUSIVE_C14N, RSA_SHA256, SHA256};
    use super::*;
    use crate::keyring::RsaKey;
    use crate::keyring::data::sha256;
    use crate::x509::cie_certificate;
    use crate::xml::{Bounds, DSIG};
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use chrono::{TimeZone as _, Utc};

    fn parsed(text: &str) -> Tree {
        Tree::parse(text, Bounds::MESSAGE).unwrap()
    }

    /// `<a>` around a `<b>` that holds a signature by `key` with one reference to each of `uris`, each over `<b>`
    /// without the signature.
    fn signed(key: &RsaKey, uris: &[&str]) -> Tree {
        let bare = parsed(r#"<a ID="_a"><b ID="_b"></b></a>"#);
        let digest = STANDARD.encode(sha256(&canonical(&bare, bare.root().children()[0], None, &[])));
        let references: String = uris
            .iter()
            .map(|uri| format!(r#"<Reference URI="{uri}"><Transforms><Transform Algorithm="{ENVELOPED}"></Transform><Transform Algorithm="{EXCLUSIVE_C14N}"></Transform></Transforms><DigestMethod Algorithm="{SHA256}"></DigestMethod><DigestValue>{digest}</DigestValue></Reference>"#))
            .collect();
        let with = |value: &str| {
            parsed(&format!(
                r#"<a ID="_a"><b ID="_b"><Signature xmlns="{DSIG}"><SignedInfo><CanonicalizationMethod Algorithm="{EXCLUSIVE_C14N}"></CanonicalizationMethod><SignatureMethod Algorithm="{RSA_SHA256}"></SignatureMethod>{references}</SignedInfo><SignatureValue>{value}</SignatureValue></Signature></b></a>"#
            ))
        };
        let unsigned = with("");
        let info = unsigned.root().descendants_named(DSIG, "SignedInfo")[0];
        let octets = canonical(&unsigned, info, None, &[]);
        with(&STANDARD.encode(key.sign_sha256(&octets).unwrap()))
    }

    /// What this library would say of documents that the profile refuses before it is asked.
    #[test]
    fn attack_4_a_signature_covers_what_its_one_computed_digest_is_of_and_nothing_else() {
        let key = RsaKey::generate(2048).unwrap();
        let year = |year| Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0).unwrap();
        let certificate = cie_certificate(&key, "Ente", "Borgo Alto", (year(2026), year(2036)), [7; 16]).unwrap();
        let keys = [PublicKey::from_certificate(&certificate).unwrap()];
        let good = signed(&key, &["#_b"]);
        let (inside, covered) = (good.root().children()[0], Bergshamra.verify(&good, &keys));
        assert_eq!(
            covered.iter().map(|found| found.element).collect::<Vec<_>>(),
            [Some(inside)]
        );
        let first = Bergshamra.verify_first(&good, &keys).unwrap();
        assert_eq!(first.element, Some(inside), "and not the document around it");
        // The library calls a signature valid whose reference stands twice.
        let tree = signed(&key, &["#_b", "#_b"]);
        let covered = Bergshamra.verify(&tree, &keys);
        assert_eq!(covered.iter().map(|found| found.element).collect::<Vec<_>>(), [None]);
        assert_eq!(Bergshamra.verify_first(&tree, &keys).unwrap().element, None);
        // Of what lies outside the document it computes no digest; where positions are free it says so.
        let outside = signed(&key, &["cid:b", "#_b"]);
        assert_eq!(Bergshamra.verify(&outside, &keys).len(), 0);
        let names = ["#_b".to_owned()];
        assert!(Bergshamra.covers(&good, &keys, &names));
        assert!(!Bergshamra.covers(&good, &keys, &["#_a".to_owned()]));
        assert!(!Bergshamra.covers(&good, &[], &names));
        assert!(!Bergshamra.covers(&outside, &keys, &names));
    }
}
