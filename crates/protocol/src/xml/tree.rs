//! One parse, with limits.

use super::Element;
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
    /// Relative namespace names make some canonicalisers return nothing at all (CVE-2025-66568).
    #[error("relative namespace name")]
    RelativeNamespace,
}

/// A parsed document.
#[derive(Debug, Clone)]
pub struct Tree {
    document: Document<'static>,
    root: NodeId,
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
        let document = Parser::new()
            .with_forbid_dtd(true)
            .with_max_depth(bounds.depth)
            .with_max_entity_expansion(0)
            .parse(text)
            .map_err(|_| XmlError::NotWellFormed)?;
        let root = document.document_element().ok_or(XmlError::NotWellFormed)?;
        check_nodes(&document, root, bounds)?;
        Ok(Tree {
            document: document.into_static(),
            root,
        })
    }

    /// The document element.
    pub fn root(&self) -> Element<'_> {
        Element::new(&self.document, self.root)
    }

    /// The tree for the signature verifier, which must see this very one.
    pub(super) fn document(&self) -> &Document<'static> {
        &self.document
    }
}

fn check_nodes(document: &Document<'_>, root: NodeId, bounds: Bounds) -> Result<(), XmlError> {
    let mut nodes: usize = 0;
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
                check_namespaces(element)?;
                if let Some(id) = sole_id(element)?
                    && !ids.insert(id)
                {
                    return Err(XmlError::AmbiguousId);
                }
            }
            _ => {}
        }
        if nodes > bounds.nodes {
            return Err(XmlError::TooLarge);
        }
    }
    Ok(())
}

fn check_namespaces(element: &uppsala::Element<'_>) -> Result<(), XmlError> {
    let relative = |name: &str| !name.is_empty() && !name.contains(':');
    match element.namespace_declarations.iter().any(|(_, name)| relative(name)) {
        true => Err(XmlError::RelativeNamespace),
        false => Ok(()),
    }
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
