//! The signature of a trusted list (ETSI TS 119 612 §5.7: an enveloped XAdES signature over the whole document),
//! decided by reading before any cryptography, as [`super::profile`] does for messages.
//!
//! It differs from a message's in two ways: the reference to the document may be `URI=""`, and further
//! references point at what XAdES puts inside the Signature itself (SignedProperties).

use super::profile::{
    DIGEST_METHODS, ENVELOPED, ProfileError, SIGNATURE_METHODS, check_key_info, is_bare_algorithm, is_exclusive,
};
use super::{Bergshamra, SignatureError, Verified};
use crate::x509::PublicKey;
use crate::xml::{DSIG, Element, Tree};

/// Most references: the document, SignedProperties, and one more.
const REFERENCES: usize = 3;

/// Verifies that one of `keys` signed the whole document; `None` when it carries no signature.
///
/// # Errors
/// [`SignatureError`]: another shape, or no key that fits.
pub fn verify_whole<'t>(tree: &'t Tree, keys: &[PublicKey]) -> Result<Option<Verified<'t>>, SignatureError> {
    let root = tree.root();
    let signature = match root.descendants_named(DSIG, "Signature").as_slice() {
        [] => return Ok(None),
        [signature] if signature.parent() == Some(root) => *signature,
        _ => return Err(ProfileError::Place.into()),
    };
    check(signature, root)?;
    let names = [String::new(), format!("#{}", root_id(root))];
    match Bergshamra.covers(tree, keys, &names) {
        true => Ok(Some(Verified(root))),
        false => Err(SignatureError::Invalid),
    }
}

fn root_id(root: Element<'_>) -> &str {
    root.attribute("Id").unwrap_or_default()
}

fn check(signature: Element<'_>, root: Element<'_>) -> Result<(), ProfileError> {
    let children = signature.children();
    let [signed_info, value, rest @ ..] = children.as_slice() else {
        return Err(ProfileError::Structure);
    };
    if !signed_info.is(DSIG, "SignedInfo") || !value.is(DSIG, "SignatureValue") || signature.has_loose_text() {
        return Err(ProfileError::Structure);
    }
    for (index, child) in rest.iter().enumerate() {
        match child.local_name() {
            "KeyInfo" if index == 0 => check_key_info(*child)?,
            "Object" if child.is(DSIG, "Object") => {}
            _ => return Err(ProfileError::Structure),
        }
    }
    let children = signed_info.children();
    let [canonicalisation, method, references @ ..] = children.as_slice() else {
        return Err(ProfileError::Structure);
    };
    if !canonicalisation.is(DSIG, "CanonicalizationMethod") || !is_exclusive(*canonicalisation) {
        return Err(ProfileError::Canonicalisation);
    }
    if !method.is(DSIG, "SignatureMethod") || !is_bare_algorithm(*method, &SIGNATURE_METHODS) {
        return Err(ProfileError::Algorithm);
    }
    check_references(references, signature, root)
}

fn check_references(references: &[Element<'_>], signature: Element<'_>, root: Element<'_>) -> Result<(), ProfileError> {
    if references.len() > REFERENCES {
        return Err(ProfileError::Reference);
    }
    let mut whole = 0_usize;
    for reference in references {
        if !reference.is(DSIG, "Reference") {
            return Err(ProfileError::Structure);
        }
        let uri = reference.attribute("URI").ok_or(ProfileError::Reference)?;
        let of_root = uri.is_empty()
            || uri
                .strip_prefix('#')
                .is_some_and(|id| !id.is_empty() && id == root_id(root));
        if of_root {
            whole = whole.saturating_add(1);
        } else if !uri.strip_prefix('#').is_some_and(|id| is_inside(signature, id)) {
            return Err(ProfileError::Reference);
        }
        check_reference(*reference, of_root)?;
    }
    match whole {
        1 => Ok(()),
        _ => Err(ProfileError::Reference),
    }
}

/// Whether the Signature's own objects hold an element with this Id.
fn is_inside(signature: Element<'_>, id: &str) -> bool {
    let plain = !id.is_empty()
        && id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
    let objects = signature.children_named(DSIG, "Object");
    plain && objects.iter().any(|object| object.holds_id(id))
}

fn check_reference(reference: Element<'_>, of_root: bool) -> Result<(), ProfileError> {
    let children = reference.children();
    let (transforms, method, value) = match children.as_slice() {
        [transforms, method, value] if transforms.is(DSIG, "Transforms") => (transforms.children(), method, value),
        [method, value] => (Vec::new(), method, value),
        _ => return Err(ProfileError::Structure),
    };
    if !method.is(DSIG, "DigestMethod") || !value.is(DSIG, "DigestValue") || value.text().is_empty() {
        return Err(ProfileError::Structure);
    }
    if !DIGEST_METHODS
        .iter()
        .any(|(name, _)| is_bare_algorithm(*method, &[name]))
    {
        return Err(ProfileError::Algorithm);
    }
    let named = transforms.iter().all(|transform| transform.is(DSIG, "Transform"));
    let allowed = match transforms.as_slice() {
        [first, second] if of_root => is_bare_algorithm(*first, &[ENVELOPED]) && is_exclusive(*second),
        [] => !of_root,
        [only] => !of_root && is_exclusive(*only),
        _ => false,
    };
    match named && allowed {
        true => Ok(()),
        false => Err(ProfileError::Transforms),
    }
}
