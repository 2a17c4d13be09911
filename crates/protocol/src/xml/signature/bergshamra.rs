//! The cryptography behind [`SignatureVerifier`]: bergshamra, pinned, on our own tree.

use super::{Covered, SignatureVerifier};
use crate::x509::PublicKey;
use crate::xml::{Element, Tree};
use bergshamra::dsig::verify::verify_all_document;
use bergshamra::keys::loader::load_spki_der;
use bergshamra::{DsigContext, KeysManager, VerifyResult};

/// Verifies with the bergshamra crate. It works on the tree we parsed and names the nodes it
/// resolved; it has no list of allowed algorithms, which is what [`super::profile`] is for.
#[derive(Debug, Clone, Copy)]
pub struct Bergshamra;

impl SignatureVerifier for Bergshamra {
    fn verify<'t>(&self, tree: &'t Tree, keys: &[PublicKey]) -> Vec<Covered<'t>> {
        let mut manager = KeysManager::new();
        manager.add_keys(keys.iter().filter_map(|key| load_spki_der(key.spki()).ok()));
        if manager.is_empty() {
            return Vec::new();
        }
        // `new` is the strict one: trusted keys only, positions checked, every digest computed here.
        let context = DsigContext::new(manager);
        let results = verify_all_document(&context, tree.document()).unwrap_or_default();
        results.iter().filter_map(|result| covered(tree, result)).collect()
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
