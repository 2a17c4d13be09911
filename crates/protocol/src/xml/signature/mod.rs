//! Enveloped XML signatures, in the one shape that SPID and CIE use.
//!
//! Two gates, in this order: [`profile`] refuses, without any cryptography, every signature that is
//! not exactly of that shape; then a [`SignatureVerifier`] computes digests and signature on the same
//! tree and says **which element** each one covers. Only those elements may be read as authentic.

mod bergshamra;
pub mod profile;
mod sign;
mod whole_document;

pub use self::bergshamra::Bergshamra;
#[cfg(test)]
pub(crate) use self::bergshamra::canonical;
pub use profile::ProfileError;
pub use sign::{Placement, SigningError, sign};
pub use whole_document::verify_whole;

use super::{Element, Tree};
use crate::x509::PublicKey;

/// Why a document's signatures are not good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// Not the shape we verify at all.
    #[error("signature outside the profile: {0}")]
    Profile(#[from] ProfileError),
    /// Digest or signature value do not verify with any of the keys.
    #[error("signature does not verify")]
    Invalid,
}

/// An element whose signature was verified: the proof is the type, only this module makes one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Verified<'t>(Element<'t>);

impl<'t> Verified<'t> {
    /// The element; what is inside it is what was signed.
    pub fn element(&self) -> Element<'t> {
        self.0
    }
}

/// What a library found out about one signature.
#[derive(Debug, Clone, Copy)]
pub struct Covered<'t> {
    /// The `ds:Signature` element.
    pub signature: Element<'t>,
    /// The element whose digest it holds; `None` when the signature is not valid.
    pub element: Option<Element<'t>>,
}

/// Verifies all signatures of a document whose shape [`profile`] has accepted.
pub trait SignatureVerifier {
    /// One entry per `ds:Signature`, in any order. Only `keys` count: whatever key or certificate the
    /// document carries is ignored.
    fn verify<'t>(&self, tree: &'t Tree, keys: &[PublicKey]) -> Vec<Covered<'t>>;

    /// The same for the first `ds:Signature` of a document whose shape [`profile::check_document_element`] has
    /// accepted. A reference to the whole document covers the document element.
    fn verify_first<'t>(&self, tree: &'t Tree, keys: &[PublicKey]) -> Option<Covered<'t>>;
}

/// Verifies the signature of the document element; `None` when it has none. Signatures further inside (in
/// SPID's registry each entity keeps its own) are content like any other: this one vouches for them.
///
/// # Errors
/// [`SignatureError`].
pub fn verify_document_element<'t>(
    verifier: &impl SignatureVerifier,
    tree: &'t Tree,
    keys: &[PublicKey],
) -> Result<Option<Verified<'t>>, SignatureError> {
    let Some(signature) = profile::check_document_element(tree)? else {
        return Ok(None);
    };
    let covered: Vec<Covered<'t>> = verifier.verify_first(tree, keys).into_iter().collect();
    covered_parent(signature, &covered).map(Some)
}

/// The element whose signature `signature` is.
///
/// # Errors
/// [`SignatureError::Invalid`] unless the verifier covered exactly the parent of the signature.
fn covered_parent<'t>(signature: Element<'t>, covered: &[Covered<'t>]) -> Result<Verified<'t>, SignatureError> {
    let mut found = covered.iter().filter(|entry| entry.signature == signature);
    match (found.next(), found.next()) {
        (Some(entry), None) => match (entry.element, signature.parent()) {
            (Some(element), Some(parent)) if element == parent => Ok(Verified(element)),
            _ => Err(SignatureError::Invalid),
        },
        _ => Err(SignatureError::Invalid),
    }
}

/// Verifies the signatures of exactly these elements; a signature anywhere else refuses the document.
/// An element without a signature is `None` in the answer, at the same place.
///
/// # Errors
/// The index of the element whose signature is bad (0 when the fault lies outside all of them), and
/// the [`SignatureError`].
pub fn verify<'t>(
    verifier: &impl SignatureVerifier,
    tree: &'t Tree,
    elements: &[Element<'t>],
    keys: &[PublicKey],
) -> Result<Vec<Option<Verified<'t>>>, (usize, SignatureError)> {
    let signatures = profile::check(tree, elements).map_err(|(index, error)| (index, error.into()))?;
    if signatures.iter().all(Option::is_none) {
        return Ok(vec![None; elements.len()]);
    }
    let covered = verifier.verify(tree, keys);
    let verified = signatures.iter().enumerate().map(|(index, signature)| match signature {
        None => Ok(None),
        Some(signature) => covered_parent(*signature, &covered)
            .map(Some)
            .map_err(|error| (index, error)),
    });
    verified.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::{Bounds, Tree};

    #[test]
    fn attack_3_a_library_that_covers_another_element_than_the_one_around_the_signature_is_not_believed() {
        let tree = Tree::parse("<a><b><s/></b><c><s/></c></a>", Bounds::MESSAGE).unwrap();
        let [inside, beside] = tree.root().children()[..] else {
            panic!("two elements");
        };
        let (signature, other) = (inside.children()[0], beside.children()[0]);
        let covered = |element| Covered { signature, element };
        assert_eq!(
            covered_parent(signature, &[covered(Some(inside))]),
            Ok(Verified(inside))
        );
        let lies = [Some(beside), Some(tree.root()), Some(signature), None];
        for lie in lies.map(covered) {
            assert_eq!(covered_parent(signature, &[lie]), Err(SignatureError::Invalid));
        }
        // Of another signature, or twice of this one.
        let good = covered(Some(inside));
        assert_eq!(covered_parent(other, &[good]), Err(SignatureError::Invalid));
        assert_eq!(covered_parent(signature, &[good, good]), Err(SignatureError::Invalid));
    }
}
