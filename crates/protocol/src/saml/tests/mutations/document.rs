//! A message as a tree that can be changed and written again, faithful to the letter: prefixes, quotes,
//! blanks and references stay as they are. It reads our own corpus only, so it trusts what it reads.

/// What stands in a document.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    Element(Element),
    /// Text, CDATA sections, comments: whatever stands between tags, as written.
    Raw(String),
}

/// One element, as written.
#[derive(Debug, Clone, PartialEq)]
pub struct Element {
    pub name: String,
    pub attributes: Vec<Attribute>,
    pub children: Vec<Node>,
    /// `<a></a>` where it could be `<a/>`.
    pub open: bool,
}

/// One attribute or namespace declaration, as written.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    pub before: String,
    pub name: String,
    pub value: String,
    pub quote: char,
}

/// A whole document.
#[derive(Debug, Clone)]
pub struct Document {
    pub prolog: String,
    pub root: Element,
    pub epilog: String,
}

/// Where an element stands: which child of which child of the document element.
pub type Path = Vec<usize>;

impl Attribute {
    pub fn new(name: &str, value: &str) -> Attribute {
        Attribute {
            before: " ".into(),
            name: name.into(),
            value: value.into(),
            quote: '"',
        }
    }
}

impl Element {
    pub fn new(name: &str, attributes: Vec<Attribute>, children: Vec<Node>) -> Element {
        Element {
            name: name.into(),
            attributes,
            children,
            open: false,
        }
    }

    /// The name without its prefix.
    pub fn local(&self) -> &str {
        self.name.split_once(':').map_or(self.name.as_str(), |(_, local)| local)
    }

    fn write(&self, out: &mut String) {
        out.push('<');
        out.push_str(&self.name);
        for attribute in &self.attributes {
            out.push_str(&attribute.before);
            out.push_str(&attribute.name);
            out.push('=');
            out.push(attribute.quote);
            out.push_str(&attribute.value);
            out.push(attribute.quote);
        }
        if self.children.is_empty() && !self.open {
            out.push_str("/>");
            return;
        }
        out.push('>');
        for child in &self.children {
            match child {
                Node::Element(element) => element.write(out),
                Node::Raw(text) => out.push_str(text),
            }
        }
        out.push_str(&format!("</{}>", self.name));
    }

    fn paths_below(&self, path: &mut Path, all: &mut Vec<Path>) {
        for (index, child) in self.children.iter().enumerate() {
            if let Node::Element(element) = child {
                path.push(index);
                all.push(path.clone());
                element.paths_below(path, all);
                path.pop();
            }
        }
    }
}

impl Document {
    pub fn parse(text: &str) -> Document {
        let start = text
            .match_indices('<')
            .find(|(at, _)| !text[at + 1..].starts_with(['?', '!']));
        let (prolog, mut rest) = text.split_at(start.unwrap().0);
        let mut open: Vec<Element> = Vec::new();
        loop {
            if let Some(after) = rest.strip_prefix("</") {
                let element = open.pop().unwrap();
                rest = after.split_once('>').unwrap().1;
                match open.last_mut() {
                    Some(parent) => parent.children.push(Node::Element(element)),
                    None => return Document::of(prolog, element, rest),
                }
            } else if rest.starts_with('<') {
                let (element, closed, after) = start_tag(rest);
                rest = after;
                match open.last_mut() {
                    Some(parent) if closed => parent.children.push(Node::Element(element)),
                    None if closed => return Document::of(prolog, element, rest),
                    _ => open.push(element),
                }
            } else {
                let (text, _) = rest.split_at(rest.find('<').unwrap());
                rest = &rest[text.len()..];
                open.last_mut().unwrap().children.push(Node::Raw(text.to_owned()));
            }
        }
    }

    fn of(prolog: &str, root: Element, epilog: &str) -> Document {
        Document {
            prolog: prolog.into(),
            root,
            epilog: epilog.into(),
        }
    }

    pub fn write(&self) -> String {
        let mut out = self.prolog.clone();
        self.root.write(&mut out);
        out.push_str(&self.epilog);
        out
    }

    /// All elements; the empty path is the document element.
    pub fn paths(&self) -> Vec<Path> {
        let mut all = vec![Path::new()];
        self.root.paths_below(&mut Path::new(), &mut all);
        all
    }

    pub fn at(&self, path: &[usize]) -> &Element {
        path.iter()
            .fold(&self.root, |element, index| match &element.children[*index] {
                Node::Element(child) => child,
                Node::Raw(_) => panic!("a path leads to an element"),
            })
    }

    pub fn at_mut(&mut self, path: &[usize]) -> &mut Element {
        path.iter()
            .fold(&mut self.root, |element, index| match &mut element.children[*index] {
                Node::Element(child) => child,
                Node::Raw(_) => panic!("a path leads to an element"),
            })
    }
}

/// A start tag, whether it is closed too, and what follows.
fn start_tag(text: &str) -> (Element, bool, &str) {
    let end = text.find(|c: char| c.is_whitespace() || c == '>' || c == '/').unwrap();
    let mut element = Element::new(&text[1..end], Vec::new(), Vec::new());
    let mut rest = &text[end..];
    loop {
        let name = rest.trim_start();
        if let Some(after) = name.strip_prefix("/>") {
            return (element, true, after);
        }
        if let Some(after) = name.strip_prefix('>') {
            element.open = true;
            return (element, false, after);
        }
        let before = &rest[..rest.len() - name.len()];
        let (name, after) = name.split_once('=').unwrap();
        let quote = after.chars().next().unwrap();
        let (value, after) = after[1..].split_once(quote).unwrap();
        element.attributes.push(Attribute {
            before: before.into(),
            name: name.into(),
            value: value.into(),
            quote,
        });
        rest = after;
    }
}

#[test]
fn a_document_is_written_as_it_was_read() {
    let text = "<?xml version=\"1.0\"?>\n<a:b  x='1'\n y=\"&lt;>\"><c/> <d></d>t&amp;</a:b>\n";
    assert_eq!(Document::parse(text).write(), text);
}
