//! Reading one element: namespaces always count, missing and empty are different things.

use super::trim;
use uppsala::{Document, NodeId, NodeKind};

/// One element of a [`super::Tree`].
#[derive(Clone, Copy)]
pub struct Element<'t> {
    document: &'t Document<'t>,
    node: NodeId,
}

/// An element that may stand once stands twice: two readers could read different ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("element repeated")]
pub struct Repeated;

impl std::fmt::Debug for Element<'_> {
    /// The name only: contents may be personal data.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "<{}>", self.local_name())
    }
}

impl PartialEq for Element<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.node == other.node && std::ptr::eq(self.document, other.document)
    }
}

impl<'t> Element<'t> {
    pub(super) fn new(document: &'t Document<'t>, node: NodeId) -> Element<'t> {
        Element { document, node }
    }

    /// Its place in the document, for the tests that canonicalise it themselves.
    #[cfg(test)]
    pub(super) fn node(&self) -> NodeId {
        self.node
    }

    /// The name without its prefix.
    pub fn local_name(&self) -> &'t str {
        self.document
            .element(self.node)
            .map_or("", |e| e.name.local_name.as_ref())
    }

    /// Whether this is the element `local` of `namespace`.
    pub fn is(&self, namespace: &str, local: &str) -> bool {
        self.document
            .element(self.node)
            .is_some_and(|element| element.name.matches(Some(namespace), local))
    }

    /// The value of an attribute without a namespace; `None` when it is missing, `Some("")` when empty.
    pub fn attribute(&self, local: &str) -> Option<&'t str> {
        self.attribute_of(None, local)
    }

    /// The value of an attribute of `namespace`.
    pub fn attribute_ns(&self, namespace: &str, local: &str) -> Option<&'t str> {
        self.attribute_of(Some(namespace), local)
    }

    fn attribute_of(&self, namespace: Option<&str>, local: &str) -> Option<&'t str> {
        let element = self.document.element(self.node)?;
        element
            .attributes
            .iter()
            .find(|attribute| attribute.name.matches(namespace, local))
            .map(|attribute| attribute.value.as_ref())
    }

    /// The names of its attributes (namespace declarations are not attributes).
    pub fn attribute_names(&self) -> Vec<&'t str> {
        let Some(element) = self.document.element(self.node) else {
            return Vec::new();
        };
        element.attributes.iter().map(|a| a.name.local_name.as_ref()).collect()
    }

    /// The element around this one.
    pub fn parent(&self) -> Option<Element<'t>> {
        let parent = self.document.parent(self.node)?;
        self.document.element(parent)?;
        Some(Element::new(self.document, parent))
    }

    /// Child elements, in order.
    pub fn children(&self) -> Vec<Element<'t>> {
        self.document
            .children_iter(self.node)
            .filter(|child| self.document.element(*child).is_some())
            .map(|child| Element::new(self.document, child))
            .collect()
    }

    /// Child elements with this name, in order.
    pub fn children_named(&self, namespace: &str, local: &str) -> Vec<Element<'t>> {
        let mut children = self.children();
        children.retain(|child| child.is(namespace, local));
        children
    }

    /// The child with this name, if any.
    ///
    /// # Errors
    /// [`Repeated`] when there are several.
    pub fn child(&self, namespace: &str, local: &str) -> Result<Option<Element<'t>>, Repeated> {
        match self.children_named(namespace, local).as_slice() {
            [] => Ok(None),
            [child] => Ok(Some(*child)),
            _ => Err(Repeated),
        }
    }

    /// All elements below this one, in document order, with this name.
    pub fn descendants_named(&self, namespace: &str, local: &str) -> Vec<Element<'t>> {
        self.document
            .descendants(self.node)
            .into_iter()
            .filter(|node| *node != self.node)
            .map(|node| Element::new(self.document, node))
            .filter(|element| element.is(namespace, local))
            .collect()
    }

    /// Whether this element or one below it has the identifier `id` (`Id`, `ID`: see [`super::Tree::parse`]).
    pub fn holds_id(&self, id: &str) -> bool {
        let below = self.document.descendants(self.node).into_iter().chain([self.node]);
        below.filter_map(|node| self.document.element(node)).any(|element| {
            let mut attributes = element.attributes.iter();
            attributes.any(|a| a.name.local_name.eq_ignore_ascii_case("id") && a.value.as_ref() == id)
        })
    }

    /// The whole text, without the blanks around it (real messages indent their values).
    /// An element that has elements inside has no text of its own: empty, which every rule refuses.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for child in self.document.children_iter(self.node) {
            match self.document.node_kind(child) {
                Some(NodeKind::Text(part) | NodeKind::CData(part)) => text.push_str(part),
                _ => return String::new(),
            }
        }
        trim(&text).to_owned()
    }

    /// The text as it stands, of an element that has one run of text inside and nothing else: `None` with a
    /// CDATA section, of which some readers see the first piece only, or without any text.
    pub fn sole_text(&self) -> Option<&'t str> {
        let mut children = self.document.children_iter(self.node);
        match (
            children.next().map(|child| self.document.node_kind(child)),
            children.next(),
        ) {
            (Some(Some(NodeKind::Text(text))), None) => Some(text.as_ref()),
            _ => None,
        }
    }

    /// Whether nothing stands inside, blanks excepted.
    pub fn is_empty(&self) -> bool {
        self.children().is_empty() && !self.has_loose_text()
    }

    /// Whether there is text beside the child elements, where only elements belong.
    pub fn has_loose_text(&self) -> bool {
        self.document
            .children_iter(self.node)
            .any(|child| match self.document.node_kind(child) {
                Some(NodeKind::Text(part)) => !trim(part).is_empty(),
                Some(NodeKind::CData(_)) => true,
                _ => false,
            })
    }
}

#[cfg(test)]
mod tests {
    use crate::xml::{Bounds, Tree};

    fn read(text: &str) -> Tree {
        Tree::parse(text, Bounds::MESSAGE).unwrap()
    }

    #[test]
    fn text_beside_elements_is_loose_in_a_cdata_section_too() {
        for (text, loose) in [
            ("<a> \n<b>x</b></a>", false),
            ("<a>x<b/></a>", true),
            ("<a><b/><![CDATA[x]]></a>", true),
            ("<a><b/>\u{a0}</a>", true),
        ] {
            assert_eq!(read(text).root().has_loose_text(), loose, "{text}");
        }
    }

    #[test]
    fn an_identifier_is_held_by_an_element_or_by_what_is_inside() {
        let tree = read("<a Id='one' name='two'><b><c ID='three'/></b></a>");
        let root = tree.root();
        for (id, held) in [
            ("one", true),
            ("three", true),
            ("two", false),
            ("four", false),
            ("", false),
        ] {
            assert_eq!(root.holds_id(id), held, "{id}");
        }
        let inside = root.children()[0];
        assert!(!inside.holds_id("one"), "that is of the element around it");
    }
}
