//! The only Signature we look at: enveloped, one same-document Reference to its own parent,
//! exclusive canonicalisation, RSA with SHA-2. Decided by reading, before any cryptography, so that
//! no library ever fetches a URI, runs a stylesheet or canonicalises what a stranger chose.

use crate::xml::{DSIG, Element, Tree};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Enveloped-signature transform (XML-DSig §6.6.4).
pub const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
/// Exclusive canonicalisation without comments.
pub const EXCLUSIVE_C14N: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
/// RSASSA-PKCS1-v1_5 with SHA-256: what we produce.
pub const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
/// What we produce.
pub const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";

/// RSASSA-PKCS1-v1_5 with SHA-256, 384, 512. No SHA-1, no HMAC, no ECDSA (the SPID registry has none).
pub(super) const SIGNATURE_METHODS: [&str; 3] = [
    RSA_SHA256,
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
];

/// SHA-256, 384, 512, with the length of their digests in bytes.
pub(super) const DIGEST_METHODS: [(&str, usize); 3] = [
    (SHA256, 32),
    ("http://www.w3.org/2001/04/xmldsig-more#sha384", 48),
    ("http://www.w3.org/2001/04/xmlenc#sha512", 64),
];

/// Shortest SignatureValue, in bytes: RSA-2048.
const SHORTEST_SIGNATURE: usize = 256;
/// Longest InclusiveNamespaces list, in bytes. Signers write one or two prefixes (`xs`). A library looks
/// each of them up at each element, before it knows whether anybody signed that.
const LONGEST_PREFIX_LIST: usize = 64;

/// Why a signature is outside the profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    /// A Signature that is not a direct child of an element that may be signed, or a second one there.
    #[error("signature in the wrong place")]
    Place,
    /// Children other than SignedInfo, SignatureValue and a plain KeyInfo (so no Object, no Manifest).
    #[error("unexpected structure")]
    Structure,
    /// Not exactly one Reference to `#ID` of the parent.
    #[error("reference is not to the signed element")]
    Reference,
    /// Transforms other than enveloped-signature then exclusive canonicalisation.
    #[error("transforms not allowed")]
    Transforms,
    /// Canonicalisation other than the exclusive one.
    #[error("canonicalisation not allowed")]
    Canonicalisation,
    /// SHA-1, HMAC or anything else that is not RSA with SHA-2.
    #[error("algorithm not allowed")]
    Algorithm,
    /// DigestValue or SignatureValue that is not plain base64 of the right length.
    #[error("digest or signature value malformed")]
    Value,
}

/// Finds the Signature of each of `elements` and checks its shape.
///
/// # Errors
/// The index of the element (0 for a Signature that belongs to none) and what is wrong.
pub fn check<'t>(tree: &'t Tree, elements: &[Element<'t>]) -> Result<Vec<Option<Element<'t>>>, (usize, ProfileError)> {
    if tree.has_odd_id() {
        return Err((0, ProfileError::Reference));
    }
    let all = tree.root().descendants_named(DSIG, "Signature");
    if all
        .iter()
        .any(|signature| signature.parent().is_none_or(|parent| !elements.contains(&parent)))
    {
        return Err((0, ProfileError::Place));
    }
    let mut found = Vec::with_capacity(elements.len());
    for (index, element) in elements.iter().enumerate() {
        let signature = element
            .child(DSIG, "Signature")
            .map_err(|_| (index, ProfileError::Place))?;
        if let Some(signature) = signature {
            check_signature(signature, Target::Id(*element)).map_err(|error| (index, error))?;
        }
        found.push(signature);
    }
    Ok(found)
}

/// Finds the Signature of a document's own element, which must be its first child (where the metadata
/// schema has it), and checks its shape. Signatures of elements inside are not looked at.
///
/// One thing differs from a message: the reference may be empty, which is how AgID signs its registry. It
/// means the whole document, so nothing stands in the document that it does not cover.
///
/// # Errors
/// [`ProfileError`].
pub fn check_document_element(tree: &Tree) -> Result<Option<Element<'_>>, ProfileError> {
    let root = tree.root();
    let own = root.child(DSIG, "Signature").map_err(|_| ProfileError::Place)?;
    let Some(signature) = own else {
        return Ok(None);
    };
    if root.children().first() != Some(&signature) {
        return Err(ProfileError::Place);
    }
    check_signature(signature, Target::IdOrDocument(root))?;
    Ok(Some(signature))
}

/// What the one Reference may name.
#[derive(Clone, Copy)]
enum Target<'t> {
    /// The element, by its `ID`.
    Id(Element<'t>),
    /// The document element, by its `ID` or as the whole document (`URI=""`).
    IdOrDocument(Element<'t>),
}

fn check_signature(signature: Element<'_>, signed: Target<'_>) -> Result<(), ProfileError> {
    let children = signature.children();
    let (signed_info, value, key_info) = match children.as_slice() {
        [info, value] => (info, value, None),
        [info, value, key_info] => (info, value, Some(key_info)),
        _ => return Err(ProfileError::Structure),
    };
    let named = signed_info.is(DSIG, "SignedInfo") && value.is(DSIG, "SignatureValue");
    let bare = [&signature, signed_info, value].iter().all(|part| has_id_only(**part));
    if !named || !bare || signature.has_loose_text() {
        return Err(ProfileError::Structure);
    }
    if let Some(key_info) = key_info {
        check_key_info(*key_info)?;
    }
    check_signed_info(*signed_info, signed)?;
    match base64_length(*value) {
        Some(length) if length >= SHORTEST_SIGNATURE => Ok(()),
        _ => Err(ProfileError::Value),
    }
}

/// No attribute but the `Id` that pysaml2 writes, which nothing refers to.
fn has_id_only(element: Element<'_>) -> bool {
    matches!(element.attribute_names().as_slice(), [] | ["Id"])
}

/// How many bytes an element's base64 stands for. Blanks may stand anywhere (signers break lines); the rest
/// must be the standard alphabet with its padding, in one run of text.
fn base64_length(element: Element<'_>) -> Option<usize> {
    let text = element.sole_text().filter(|_| has_id_only(element))?;
    let base64: Vec<u8> = text
        .bytes()
        .filter(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
        .collect();
    STANDARD.decode(base64).ok().map(|bytes| bytes.len())
}

/// KeyInfo is not read, but it must not send a library looking elsewhere (RetrievalMethod and kin).
pub(super) fn check_key_info(key_info: Element<'_>) -> Result<(), ProfileError> {
    let plain = |child: &Element<'_>| {
        ["X509Data", "KeyName", "KeyValue"]
            .iter()
            .any(|name| child.is(DSIG, name))
    };
    match key_info.is(DSIG, "KeyInfo") && key_info.children().iter().all(plain) {
        true => Ok(()),
        false => Err(ProfileError::Structure),
    }
}

fn check_signed_info(signed_info: Element<'_>, signed: Target<'_>) -> Result<(), ProfileError> {
    let children = signed_info.children();
    let [canonicalisation, method, reference] = children.as_slice() else {
        return Err(ProfileError::Structure);
    };
    let named = canonicalisation.is(DSIG, "CanonicalizationMethod")
        && method.is(DSIG, "SignatureMethod")
        && reference.is(DSIG, "Reference");
    if !named || signed_info.has_loose_text() {
        return Err(ProfileError::Structure);
    }
    if !is_exclusive(*canonicalisation) {
        return Err(ProfileError::Canonicalisation);
    }
    if !is_bare_algorithm(*method, &SIGNATURE_METHODS) {
        return Err(ProfileError::Algorithm);
    }
    check_reference(*reference, signed)
}

fn check_reference(reference: Element<'_>, signed: Target<'_>) -> Result<(), ProfileError> {
    let children = reference.children();
    let [transforms, method, value] = children.as_slice() else {
        return Err(ProfileError::Structure);
    };
    let named = transforms.is(DSIG, "Transforms") && method.is(DSIG, "DigestMethod") && value.is(DSIG, "DigestValue");
    let loose = reference.has_loose_text() || transforms.has_loose_text();
    if !named || loose || !transforms.attribute_names().is_empty() {
        return Err(ProfileError::Structure);
    }
    if reference.attribute_names() != ["URI"] || !names(reference.attribute("URI").unwrap_or("#"), signed) {
        return Err(ProfileError::Reference);
    }
    let digest = DIGEST_METHODS
        .iter()
        .find(|(name, _)| is_bare_algorithm(*method, &[name]));
    let Some((_, length)) = digest else {
        return Err(ProfileError::Algorithm);
    };
    if base64_length(*value) != Some(*length) {
        return Err(ProfileError::Value);
    }
    match transforms.children().as_slice() {
        [first, second]
            if first.is(DSIG, "Transform")
                && second.is(DSIG, "Transform")
                && is_bare_algorithm(*first, &[ENVELOPED])
                && is_exclusive(*second) =>
        {
            Ok(())
        }
        _ => Err(ProfileError::Transforms),
    }
}

fn names(uri: &str, signed: Target<'_>) -> bool {
    let (element, whole_document) = match signed {
        Target::Id(element) => (element, false),
        Target::IdOrDocument(element) => (element, true),
    };
    let id = element.attribute("ID").unwrap_or("");
    // Only letters that need no escaping: `#xpointer(…)` is a query, not a name.
    let plain = !id.is_empty()
        && id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
    (plain && uri.strip_prefix('#') == Some(id)) || (whole_document && uri.is_empty())
}

/// The algorithm an element names. `Algorithm` must be its only attribute: a library that ignores
/// namespaces would take `x:Algorithm` for it, and run that.
fn algorithm<'t>(method: Element<'t>) -> Option<&'t str> {
    match method.attribute_names().as_slice() {
        ["Algorithm"] => method.attribute("Algorithm"),
        _ => None,
    }
}

pub(super) fn is_bare_algorithm(method: Element<'_>, allowed: &[&str]) -> bool {
    method.is_empty() && algorithm(method).is_some_and(|name| allowed.contains(&name))
}

/// Exclusive canonicalisation, with at most the InclusiveNamespaces list that OpenSAML and
/// Shibboleth (CIE) write; the list is itself under the signature.
pub(super) fn is_exclusive(method: Element<'_>) -> bool {
    let children = method.children();
    let list_only = match children.as_slice() {
        [] => method.is_empty(),
        [list] => {
            list.is(EXCLUSIVE_C14N, "InclusiveNamespaces")
                && list.is_empty()
                && !method.has_loose_text()
                && list.attribute_names() == ["PrefixList"]
                && list.attribute("PrefixList").is_some_and(is_prefix_list)
        }
        _ => false,
    };
    list_only && algorithm(method) == Some(EXCLUSIVE_C14N)
}

/// A few plain prefixes. `xml` and `xmlns` are not declared by anybody, and canonicalisers differ over them.
fn is_prefix_list(list: &str) -> bool {
    let plain = |prefix: &str| {
        let start = prefix.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_');
        let rest = prefix
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
        start && rest && !prefix.to_ascii_lowercase().starts_with("xml")
    };
    let mut prefixes = list.split(' ').filter(|prefix| !prefix.is_empty());
    list.len() <= LONGEST_PREFIX_LIST && prefixes.all(|prefix| prefix == "#default" || plain(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::Bounds;

    fn canonicalisation(inside: &str) -> bool {
        let text = format!("<m Algorithm='{EXCLUSIVE_C14N}' xmlns:c='{EXCLUSIVE_C14N}'>{inside}</m>");
        is_exclusive(Tree::parse(&text, Bounds::MESSAGE).unwrap().root())
    }

    #[test]
    fn attack_7_canonicalisation_takes_a_list_of_prefixes_and_nothing_else() {
        assert!(canonicalisation(""));
        assert!(canonicalisation("<c:InclusiveNamespaces PrefixList='xs #default'/>"));
        for inside in [
            "x",
            "<c:Other PrefixList='xs'/>",
            "<InclusiveNamespaces PrefixList='xs'/>",
            "<c:InclusiveNamespaces/>",
            "<c:InclusiveNamespaces PrefixList='xs' other=''/>",
            "<c:InclusiveNamespaces PrefixList='xml'/>",
            "<c:InclusiveNamespaces PrefixList='xs'>x</c:InclusiveNamespaces>",
            "<c:InclusiveNamespaces PrefixList='xs'><c:x/></c:InclusiveNamespaces>",
            "x<c:InclusiveNamespaces PrefixList='xs'/>",
            "<c:InclusiveNamespaces PrefixList='xs'/><c:InclusiveNamespaces PrefixList='xs'/>",
        ] {
            assert!(!canonicalisation(inside), "{inside}");
        }
    }

    #[test]
    fn attack_4_a_reference_names_a_plain_identifier_or_the_whole_document() {
        let named = |id: &str, uri: &str| {
            let tree = Tree::parse(&format!("<a ID='{id}'/>"), Bounds::MESSAGE).unwrap();
            [Target::Id(tree.root()), Target::IdOrDocument(tree.root())].map(|signed| names(uri, signed))
        };
        assert_eq!(named("_a", "#_a"), [true, true]);
        assert_eq!(named("_a", ""), [false, true]);
        for (id, uri) in [
            ("_a", "_a"),
            ("_a", "#_b"),
            ("_a", "#"),
            ("", "#"),
            ("a b", "#a b"),
            ("xpointer(/)", "#xpointer(/)"),
        ] {
            assert_eq!(named(id, uri), [false, false], "{id} {uri}");
        }
    }
}
