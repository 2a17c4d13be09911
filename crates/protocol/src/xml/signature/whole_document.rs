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

#[cfg(test)]
mod tests {
    use super::super::profile::{EXCLUSIVE_C14N, RSA_SHA256, SHA256};
    use super::*;
    use crate::xml::Bounds;

    const PROPERTIES: &str = r#"<Object><x xmlns="urn:x" Id="_x"/></Object>"#;

    fn transforms(algorithms: &[&str]) -> String {
        let transform = |algorithm: &&str| format!(r#"<Transform Algorithm="{algorithm}"/>"#);
        let inside: String = algorithms.iter().map(transform).collect();
        format!("<Transforms>{inside}</Transforms>")
    }

    fn reference(uri: &str, transforms: &str) -> String {
        format!(
            r#"<Reference URI="{uri}">{transforms}<DigestMethod Algorithm="{SHA256}"/><DigestValue>AA==</DigestValue></Reference>"#
        )
    }

    fn of_whole(uri: &str) -> String {
        reference(uri, &transforms(&[ENVELOPED, EXCLUSIVE_C14N]))
    }

    fn of_properties() -> String {
        reference("#_x", &transforms(&[EXCLUSIVE_C14N]))
    }

    /// A document with this signature, whose values are those of nobody.
    fn list(references: &str, after_value: &str) -> String {
        format!(
            r#"<list Id="_list"><y Id="_y"/><Signature xmlns="{DSIG}"><SignedInfo><CanonicalizationMethod Algorithm="{EXCLUSIVE_C14N}"/><SignatureMethod Algorithm="{RSA_SHA256}"/>{references}</SignedInfo><SignatureValue>AA==</SignatureValue>{after_value}</Signature></list>"#
        )
    }

    fn as_signed() -> String {
        let after = format!("<KeyInfo><X509Data/></KeyInfo>{PROPERTIES}");
        list(&(of_whole("") + &of_properties()), &after)
    }

    /// What is wrong with its shape; `None` when only the keys are wanting.
    fn fault(xml: &str) -> Option<ProfileError> {
        let tree = Tree::parse(xml, Bounds::METADATA).unwrap();
        match verify_whole(&tree, &[]) {
            Err(SignatureError::Invalid) => None,
            Err(SignatureError::Profile(error)) => Some(error),
            Ok(found) => panic!("verified without keys: {found:?}"),
        }
    }

    #[test]
    fn a_signature_of_the_whole_may_cover_its_own_properties_too() {
        for good in [
            as_signed(),
            list(&of_whole(""), ""),
            list(&of_whole("#_list"), ""),
            list(&of_whole(""), "<KeyInfo><X509Data/></KeyInfo>"),
            list(&(of_properties() + &of_whole("")), PROPERTIES),
            list(&(of_whole("") + &reference("#_x", "")), PROPERTIES),
            list(&(of_whole("") + &of_properties() + &of_properties()), PROPERTIES),
        ] {
            assert_eq!(fault(&good), None, "{good}");
        }
    }

    #[test]
    fn attack_3_a_signature_that_stands_deeper_is_not_that_of_the_whole() {
        let deeper = as_signed()
            .replace("<Signature ", "<z><Signature ")
            .replace("</Signature>", "</Signature></z>");
        assert_eq!(fault(&deeper), Some(ProfileError::Place));
        let two = as_signed().replace("</list>", &format!("<Signature xmlns='{DSIG}'/></list>"));
        assert_eq!(fault(&two), Some(ProfileError::Place));
    }

    #[test]
    fn attack_4_a_reference_is_to_the_whole_document_once_or_to_what_the_signature_holds() {
        for references in [
            String::new(),
            of_properties(),
            of_whole("") + &of_whole("#_list"),
            of_whole("") + &of_properties() + &of_properties() + &of_properties(),
            of_whole("#"),
            of_whole("#_other"),
            of_whole("_list"),
            of_whole("http://127.0.0.1:9/list"),
            of_whole("").replace(r#" URI="""#, ""),
            of_whole("") + &reference("#_y", ""),
            of_whole("") + &reference("#", ""),
            of_whole("") + &reference("_x", ""),
            of_whole("") + &reference("#xpointer(/)", ""),
        ] {
            assert_eq!(
                fault(&list(&references, PROPERTIES)),
                Some(ProfileError::Reference),
                "{references}"
            );
        }
        // A document without an Id is not named by an empty one, nor an element of the signature by an odd one.
        let nameless = list(&of_whole("#"), "").replace(r#" Id="_list""#, "");
        assert_eq!(fault(&nameless), Some(ProfileError::Reference));
        let odd = list(
            &(of_whole("") + &reference("#x(y)", "")),
            &PROPERTIES.replace("_x", "x(y)"),
        );
        assert_eq!(fault(&odd), Some(ProfileError::Reference));
    }

    #[test]
    fn attack_7_transforms_are_the_two_of_an_enveloped_signature_or_one_of_its_properties() {
        let other = "http://www.w3.org/TR/1999/REC-xslt-19991116";
        for algorithms in [
            &[][..],
            &[EXCLUSIVE_C14N],
            &[ENVELOPED],
            &[EXCLUSIVE_C14N, ENVELOPED],
            &[ENVELOPED, other],
            &[other, EXCLUSIVE_C14N],
            &[ENVELOPED, EXCLUSIVE_C14N, EXCLUSIVE_C14N],
        ] {
            let whole = list(&reference("", &transforms(algorithms)), "");
            assert_eq!(fault(&whole), Some(ProfileError::Transforms), "{algorithms:?}");
        }
        assert_eq!(fault(&list(&reference("", ""), "")), Some(ProfileError::Transforms));
        for algorithms in [
            &[other][..],
            &[ENVELOPED, EXCLUSIVE_C14N],
            &[EXCLUSIVE_C14N, EXCLUSIVE_C14N],
        ] {
            let inside = of_whole("") + &reference("#_x", &transforms(algorithms));
            let inside = list(&inside, PROPERTIES);
            assert_eq!(fault(&inside), Some(ProfileError::Transforms), "{algorithms:?}");
        }
        let renamed = as_signed().replacen("<Transform ", "<Other ", 1);
        assert_eq!(fault(&renamed), Some(ProfileError::Transforms));
    }

    #[test]
    fn attack_7_every_part_has_its_own_name_place_and_algorithm() {
        let properties_first = list(&of_whole(""), &format!("{PROPERTIES}<KeyInfo><X509Data/></KeyInfo>"));
        assert_eq!(fault(&properties_first), Some(ProfileError::Structure));
        for (from, to, error) in [
            ("SignedInfo>", "Other>", ProfileError::Structure),
            ("SignatureValue>", "Other>", ProfileError::Structure),
            ("KeyInfo>", "Other>", ProfileError::Structure),
            ("<KeyInfo>", "<KeyInfo xmlns=\"urn:x\">", ProfileError::Structure),
            ("<X509Data/>", "<RetrievalMethod/>", ProfileError::Structure),
            ("Object>", "Other>", ProfileError::Structure),
            ("<Object>", "<Object xmlns=\"urn:x\">", ProfileError::Structure),
            ("</Signature>", "x</Signature>", ProfileError::Structure),
            ("<CanonicalizationMethod ", "<Other ", ProfileError::Canonicalisation),
            ("<SignatureMethod ", "<Other ", ProfileError::Algorithm),
            (
                RSA_SHA256,
                "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
                ProfileError::Algorithm,
            ),
            (
                SHA256,
                "http://www.w3.org/2000/09/xmldsig#sha1",
                ProfileError::Algorithm,
            ),
            ("Reference>", "Other>", ProfileError::Structure),
            ("Transforms>", "Other>", ProfileError::Structure),
            ("<DigestMethod ", "<Other ", ProfileError::Structure),
            ("DigestValue>", "Other>", ProfileError::Structure),
            (
                "<DigestValue>AA==</DigestValue>",
                "<DigestValue/>",
                ProfileError::Structure,
            ),
            ("<DigestValue>AA==</DigestValue>", "", ProfileError::Structure),
        ] {
            let other = as_signed().replace(from, to).replace(
                "<Reference ",
                match to {
                    "Other>" if from == "Reference>" => "<Other ",
                    _ => "<Reference ",
                },
            );
            assert_ne!(other, as_signed(), "{from}");
            assert_eq!(fault(&other), Some(error), "{from}");
        }
        let inclusive = as_signed().replacen(EXCLUSIVE_C14N, "http://www.w3.org/TR/2001/REC-xml-c14n-20010315", 1);
        assert_eq!(fault(&inclusive), Some(ProfileError::Canonicalisation));
        let empty = format!("<list><Signature xmlns='{DSIG}'/></list>");
        assert_eq!(fault(&empty), Some(ProfileError::Structure));
        let nothing_signed = list("", "")
            .replace("<CanonicalizationMethod ", "<!-- --><x ")
            .replace(&format!(r#"<SignatureMethod Algorithm="{RSA_SHA256}"/>"#), "");
        assert_eq!(fault(&nothing_signed), Some(ProfileError::Structure));
    }
}
