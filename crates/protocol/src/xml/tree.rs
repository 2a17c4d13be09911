//! One parse, with limits.

use super::{Element, input};
use std::collections::BTreeSet;
use uppsala::{Document, NodeId, NodeKind, Parser};

/// How much of a stranger's XML we are willing to read.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Longest document, in bytes.
    pub bytes: usize,
    /// Deepest element.
    pub depth: u32,
    /// Elements, attributes, namespace declarations and text nodes together.
    pub nodes: usize,
    /// Whether comments may stand in it. They are no part of what a signature covers, and a text with
    /// one inside reads as empty ([`Element::text`]), so that nobody sees half of it.
    pub comments: bool,
}

impl Bounds {
    /// A protocol message: a SPID Response with two signatures is about 8 kB and 12 deep.
    pub const MESSAGE: Bounds = Bounds {
        bytes: 256 * 1024,
        depth: 40,
        nodes: 5_000,
        comments: false,
    };
    /// Metadata of a whole federation (the SPID aggregate is about 200 kB). AgID writes a comment before and
    /// after each entity.
    pub const METADATA: Bounds = Bounds {
        bytes: 8 * 1024 * 1024,
        depth: 60,
        nodes: 250_000,
        comments: true,
    };
}

/// Most `=` in one tag with the text after it: attributes and namespace declarations.
const ATTRIBUTES: usize = 100;

/// Why a text is not XML that we read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum XmlError {
    /// More bytes or nodes than [`Bounds`] allow, or a tag with a hundred attributes.
    #[error("document beyond the size limits")]
    TooLarge,
    /// Not well formed, a DTD, an undeclared prefix or entity, deeper than the bounds.
    #[error("not well-formed XML without a DTD")]
    NotWellFormed,
    /// A comment may cut a text in two for a careless reader (CVE-2017-11428).
    #[error("comment or processing instruction inside the document")]
    CommentOrInstruction,
    /// Two elements with one `ID`, or one element with two attributes that some reader takes for it.
    #[error("ambiguous ID")]
    AmbiguousId,
    /// Relative namespace names make some canonicalisers return nothing at all (CVE-2025-66568); so does
    /// whatever else is no plain absolute name.
    #[error("namespace name not absolute")]
    RelativeNamespace,
    /// An XML declaration that says anything but XML 1.0 in UTF-8, the way we read it: a reader that
    /// believed it would see another text.
    #[error("not declared as XML 1.0 in UTF-8")]
    Declaration,
}

/// A parsed document.
#[derive(Debug, Clone)]
pub struct Tree {
    document: Document<'static>,
    root: NodeId,
    odd_id: bool,
}

impl Tree {
    /// Parses `text`, refusing whatever two readers could understand differently.
    ///
    /// # Errors
    /// [`XmlError`], the first rule that is broken.
    pub fn parse(text: &str, bounds: Bounds) -> Result<Tree, XmlError> {
        if text.len() > bounds.bytes {
            return Err(XmlError::TooLarge);
        }
        // Before the tree costs memory: every node starts with '<', or stands between two of them.
        if text.bytes().filter(|byte| *byte == b'<').count() > bounds.nodes {
            return Err(XmlError::TooLarge);
        }
        // Parsers compare each attribute of a tag with all others of it. '<' cannot stand in an
        // attribute, so between two of them there is at most one tag.
        let crowded = |tag: &[u8]| tag.iter().filter(|byte| **byte == b'=').count() > ATTRIBUTES;
        if text.as_bytes().split(|byte| *byte == b'<').any(crowded) {
            return Err(XmlError::TooLarge);
        }
        let text = input::normalised(text);
        let document = Parser::new()
            .with_forbid_dtd(true)
            .with_max_depth(bounds.depth)
            .with_max_entity_expansion(0)
            .parse(&text)
            .map_err(|_| XmlError::NotWellFormed)?;
        check_declaration(&document)?;
        let root = document.document_element().ok_or(XmlError::NotWellFormed)?;
        let odd_id = check_nodes(&document, root, bounds)?;
        Ok(Tree {
            document: document.into_static(),
            root,
            odd_id,
        })
    }

    /// The document element.
    pub fn root(&self) -> Element<'_> {
        Element::new(&self.document, self.root)
    }

    /// Whether some `ID` is not a plain ASCII name: libraries differ over what such a one refers to.
    pub(super) fn has_odd_id(&self) -> bool {
        self.odd_id
    }

    /// The tree for the signature verifier, which must see this very one.
    pub(super) fn document(&self) -> &Document<'static> {
        &self.document
    }
}

fn check_declaration(document: &Document<'_>) -> Result<(), XmlError> {
    let Some(declaration) = &document.xml_declaration else {
        return Ok(());
    };
    let utf_8 = declaration
        .encoding
        .as_ref()
        .is_none_or(|encoding| encoding.eq_ignore_ascii_case("UTF-8"));
    match utf_8 && declaration.version == "1.0" {
        true => Ok(()),
        false => Err(XmlError::Declaration),
    }
}

/// Whether there is an odd `ID`, or the first rule that is broken.
fn check_nodes(document: &Document<'_>, root: NodeId, bounds: Bounds) -> Result<bool, XmlError> {
    let mut nodes: usize = 0;
    let mut odd_id = false;
    let mut ids = BTreeSet::new();
    for node in document.descendants(root).into_iter().chain([root]) {
        nodes = nodes.saturating_add(1);
        match document.node_kind(node) {
            Some(NodeKind::Comment(_)) if bounds.comments => {}
            Some(NodeKind::Comment(_) | NodeKind::ProcessingInstruction(_)) => {
                return Err(XmlError::CommentOrInstruction);
            }
            Some(NodeKind::Element(element)) => {
                nodes = nodes
                    .saturating_add(element.attributes.len())
                    .saturating_add(element.namespace_declarations.len());
                check_names(element)?;
                check_namespaces(element)?;
                if let Some(id) = sole_id(element)? {
                    odd_id |= !is_plain_name(id);
                    if !ids.insert(id) {
                        return Err(XmlError::AmbiguousId);
                    }
                }
            }
            _ => {}
        }
        if nodes > bounds.nodes {
            return Err(XmlError::TooLarge);
        }
    }
    Ok(odd_id)
}

/// A name in the sense of XML (NCName), of ASCII only.
fn is_plain_name(id: &str) -> bool {
    let start = id.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_');
    let rest = id
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
    start && rest
}

/// Namespaces in XML §3: a name has at most one colon, which our parser does not mind.
fn check_names(element: &uppsala::Element<'_>) -> Result<(), XmlError> {
    let mut names = element.attributes.iter().map(|attribute| &attribute.name);
    match element.name.local_name.contains(':') || names.any(|name| name.local_name.contains(':')) {
        true => Err(XmlError::NotWellFormed),
        false => Ok(()),
    }
}

/// Absolute names, and no prefix without one (`xmlns:p=""` is not allowed in XML 1.0).
fn check_namespaces(element: &uppsala::Element<'_>) -> Result<(), XmlError> {
    let good = |prefix: &str, name: &str| match name.is_empty() {
        true => prefix.is_empty(),
        false => is_absolute(name),
    };
    match element.namespace_declarations.iter().all(|(p, name)| good(p, name)) {
        true => Ok(()),
        false => Err(XmlError::RelativeNamespace),
    }
}

/// A URI that every reader takes for an absolute one (RFC 3986 §4.3, without escapes, IP literals and
/// ports, which no namespace of ours has): libxml2 canonicalises nothing under one that it cannot read.
fn is_absolute(name: &str) -> bool {
    let Some((scheme, rest)) = name.split_once(':') else {
        return false;
    };
    let scheme = scheme.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'));
    let (path, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let plain = |part: &str| {
        part.bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-._~/?:@!$&'()*+,;=".contains(&b))
    };
    let authority = path.strip_prefix("//").map(|path| path.split('/').next().unwrap_or(""));
    let host = authority.is_none_or(|host| !host.is_empty() && !host.contains([':', '@']));
    scheme && !rest.is_empty() && plain(path) && plain(fragment) && host
}

/// `ID`, `Id`, `id`, `xml:id`, `AssertionID`: whichever a reader or a signature library may take for
/// the identifier. An element has at most one of them.
fn sole_id<'t>(element: &'t uppsala::Element<'_>) -> Result<Option<&'t str>, XmlError> {
    let mut ids = element.attributes.iter().filter(|attribute| {
        attribute.name.local_name.eq_ignore_ascii_case("id") || attribute.name.local_name == "AssertionID"
    });
    let first = ids.next();
    match ids.next() {
        Some(_) => Err(XmlError::AmbiguousId),
        None => Ok(first.map(|attribute| attribute.value.as_ref())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Bounds = Bounds {
        bytes: 1_000,
        depth: 5,
        nodes: 3,
        comments: false,
    };

    fn refused(text: &str) -> Option<XmlError> {
        Tree::parse(text, BOUNDS).err()
    }

    #[test]
    fn a_document_may_be_as_large_as_its_bounds_and_no_larger() {
        let long = |bytes: usize| format!("<a>{}</a>", "x".repeat(bytes - 7));
        assert_eq!(refused(&long(1_000)), None);
        assert_eq!(refused(&long(1_001)), Some(XmlError::TooLarge));
        // An element, its attribute and its namespace are three nodes.
        assert_eq!(refused("<a b='' xmlns='urn:x'/>"), None);
        assert_eq!(refused("<a b='' xmlns='urn:x'>x</a>"), Some(XmlError::TooLarge));
        let crowded = |signs: usize| format!("<a>{}</a>", "=".repeat(signs));
        assert_eq!(refused(&crowded(100)), None);
        assert_eq!(refused(&crowded(101)), Some(XmlError::TooLarge));
    }

    #[test]
    fn attack_9_metadata_may_be_far_larger_than_todays_and_have_a_bound() {
        // The SPID aggregate is about 200 kB.
        let of = |bytes: usize| Tree::parse(&format!("<a>{}</a>", "x".repeat(bytes - 7)), Bounds::METADATA).err();
        assert_eq!(of(2 * 1024 * 1024), None);
        assert_eq!(of(8 * 1024 * 1024 + 1), Some(XmlError::TooLarge));
    }

    #[test]
    fn too_many_tags_are_counted_before_anything_is_parsed() {
        assert_eq!(refused("<<<"), Some(XmlError::NotWellFormed));
        assert_eq!(refused("<<<<"), Some(XmlError::TooLarge));
        assert_eq!(refused("<<<<<"), Some(XmlError::TooLarge));
    }
}
