//! The changes: each does one thing to a document, somewhere.

use super::document::{Attribute, Document, Element, Node, Path};
use rand::Rng as _;
use rand::seq::IndexedRandom as _;
use rand_chacha::ChaCha8Rng as Rng;

type Change = fn(&mut Document, &mut Rng);

/// Every kind of change, with its name.
pub const ALL: &[(&str, Change)] = &[
    ("element deleted", delete),
    ("element doubled", double),
    ("element copied elsewhere", copy),
    ("element moved", relocate),
    ("element renamed", rename),
    ("elements swapped", swap),
    ("element wrapped", wrap),
    ("element unwrapped", unwrap),
    ("element opened or closed", open),
    ("signed part wrapped, forgery in its place", forge_and_hide),
    ("signature moved into a forgery", forge_under_signature),
    ("attribute deleted", delete_attribute),
    ("attribute doubled", double_attribute),
    ("attribute added", add_attribute),
    ("attribute renamed", rename_attribute),
    ("attributes swapped", swap_attributes),
    ("attribute value exchanged", exchange_value),
    ("attribute value replaced", replace_value),
    ("attribute quoted otherwise", requote),
    ("blank before an attribute", space_attribute),
    ("blank inside an attribute value", blank_in_value),
    ("reference in an attribute value", reference_in_value),
    ("prefix renamed", rename_prefix),
    ("namespace changed", change_namespace),
    ("namespace declared", declare),
    ("namespace declaration moved up", move_declaration_up),
    ("namespace declaration deleted", delete_declaration),
    ("comment or instruction", comment),
    ("CDATA around text", cdata),
    ("CDATA in the middle of text", cdata_inside),
    ("reference in text", reference_in_text),
    ("blank around text", blank_around),
    ("blank inside text", blank_inside),
    ("strange character in text", strange_character),
    ("entity", entity),
    ("letter of a text changed", change_letter),
    ("text exchanged", exchange_text),
    ("texts of a signature swapped", swap_values),
    ("base64 with a blank", base64_blank),
    ("base64 edited", base64_edit),
    ("algorithm changed", change_algorithm),
    ("prefix list", prefix_list),
    ("key info changed", change_key_info),
    ("object in a signature", add_object),
    ("second reference", second_reference),
    ("transforms changed", change_transforms),
    ("before the document", before),
    ("after the document", after),
];

fn pick<'a, T>(from: &'a [T], rng: &mut Rng) -> &'a T {
    from.choose(rng).unwrap()
}

fn word(from: &[&'static str], rng: &mut Rng) -> &'static str {
    from.choose(rng).unwrap()
}

fn somewhere(document: &Document, rng: &mut Rng) -> Path {
    pick(&document.paths(), rng).clone()
}

/// An element that is not the document element.
fn inside(document: &Document, rng: &mut Rng) -> Option<(Path, usize)> {
    let paths = document.paths();
    let mut path = pick(paths.get(1..)?, rng).clone();
    let index = path.pop()?;
    Some((path, index))
}

/// An element with one of these names.
fn named(document: &Document, names: &[&str], rng: &mut Rng) -> Option<Path> {
    let mut paths = document.paths();
    paths.retain(|path| names.contains(&document.at(path).local()));
    paths.choose(rng).cloned()
}

/// An element with an attribute, and which.
fn attribute(document: &Document, rng: &mut Rng) -> Option<(Path, usize)> {
    let mut paths = document.paths();
    paths.retain(|path| !document.at(path).attributes.is_empty());
    let path = paths.choose(rng)?.clone();
    let index = rng.random_range(0..document.at(&path).attributes.len());
    Some((path, index))
}

/// An element with text, and which child it is.
fn text(document: &Document, rng: &mut Rng) -> Option<(Path, usize)> {
    let mut all = Vec::new();
    for path in document.paths() {
        for (index, child) in document.at(&path).children.iter().enumerate() {
            if matches!(child, Node::Raw(_)) {
                all.push((path.clone(), index));
            }
        }
    }
    all.choose(rng).cloned()
}

fn with_text(document: &mut Document, rng: &mut Rng, change: impl FnOnce(&mut String, &mut Rng)) {
    if let Some((path, index)) = text(document, rng)
        && let Some(Node::Raw(text)) = document.at_mut(&path).children.get_mut(index)
    {
        change(text, rng);
    }
}

fn with_attribute(document: &mut Document, rng: &mut Rng, change: impl FnOnce(&mut Attribute, &mut Rng)) {
    if let Some((path, index)) = attribute(document, rng) {
        change(&mut document.at_mut(&path).attributes[index], rng);
    }
}

/// A place between two letters.
fn gap(text: &str, rng: &mut Rng) -> usize {
    let gaps: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    *pick(&gaps, rng)
}

/// A place where a reference or a section may stand: not inside another one.
fn free_gap(text: &str, rng: &mut Rng) -> usize {
    let at = gap(text, rng);
    let before = &text[..at];
    match before.rfind('&') {
        Some(start) if !before[start..].contains(';') => start,
        _ => at,
    }
}

fn insert(element: &mut Element, child: Element, rng: &mut Rng) {
    let at = rng.random_range(0..=element.children.len());
    element.children.insert(at, Node::Element(child));
}

fn take(document: &mut Document, path: &[usize], index: usize) -> Element {
    match document.at_mut(path).children.remove(index) {
        Node::Element(element) => element,
        Node::Raw(_) => panic!("a path leads to an element"),
    }
}

fn child_of(document: &Document, path: &[usize], index: usize) -> Element {
    let mut path = path.to_vec();
    path.push(index);
    document.at(&path).clone()
}

fn delete(document: &mut Document, rng: &mut Rng) {
    if let Some((path, index)) = inside(document, rng) {
        take(document, &path, index);
    }
}

fn double(document: &mut Document, rng: &mut Rng) {
    if let Some((path, index)) = inside(document, rng) {
        let copy = child_of(document, &path, index);
        document.at_mut(&path).children.insert(index, Node::Element(copy));
    }
}

fn copy(document: &mut Document, rng: &mut Rng) {
    let copy = document.at(&somewhere(document, rng)).clone();
    let target = somewhere(document, rng);
    insert(document.at_mut(&target), copy, rng);
}

fn relocate(document: &mut Document, rng: &mut Rng) {
    if let Some((path, index)) = inside(document, rng) {
        let element = take(document, &path, index);
        let target = somewhere(document, rng);
        insert(document.at_mut(&target), element, rng);
    }
}

fn rename(document: &mut Document, rng: &mut Rng) {
    let names = [
        "saml:Assertion",
        "samlp:Response",
        "ds:Signature",
        "saml:NameID",
        "saml:EncryptedAssertion",
        "saml:Attribute",
        "saml:a:b",
        ":x",
        "x",
        "samlp:Extensions",
        "saml:Advice",
    ];
    let path = somewhere(document, rng);
    let other = document.at(&somewhere(document, rng)).name.clone();
    document.at_mut(&path).name = if rng.random() {
        other
    } else {
        word(&names, rng).to_owned()
    };
}

fn swap(document: &mut Document, rng: &mut Rng) {
    let path = somewhere(document, rng);
    let children = &mut document.at_mut(&path).children;
    if children.len() > 1 {
        let (one, other) = (rng.random_range(0..children.len()), rng.random_range(0..children.len()));
        children.swap(one, other);
    }
}

fn wrap(document: &mut Document, rng: &mut Rng) {
    let names = ["saml:Advice", "samlp:Extensions", "ds:Object", "x", "samlp:Response"];
    if let Some((path, index)) = inside(document, rng) {
        let element = take(document, &path, index);
        let wrapper = Element::new(word(&names, rng), Vec::new(), vec![Node::Element(element)]);
        document.at_mut(&path).children.insert(index, Node::Element(wrapper));
    }
}

fn unwrap(document: &mut Document, rng: &mut Rng) {
    if let Some((path, index)) = inside(document, rng) {
        let element = take(document, &path, index);
        document.at_mut(&path).children.splice(index..index, element.children);
    }
}

fn open(document: &mut Document, rng: &mut Rng) {
    let path = somewhere(document, rng);
    let element = document.at_mut(&path);
    element.open = !element.open;
}

/// XSW: what was signed goes to a quiet place, something like it takes its place.
fn forge_and_hide(document: &mut Document, rng: &mut Rng) {
    let Some(path) = named(document, &["Assertion", "Response"], rng) else {
        return;
    };
    let original = document.at(&path).clone();
    let mut forgery = original.clone();
    if rng.random() {
        forgery
            .children
            .retain(|child| !matches!(child, Node::Element(e) if e.local() == "Signature"));
    }
    match rng.random_range(0..4) {
        0 => forgery.attributes.retain(|attribute| attribute.name != "ID"),
        1 => {}
        _ => {
            for attribute in &mut forgery.attributes {
                if attribute.name == "ID" {
                    attribute.value = "_forged".into();
                }
            }
        }
    }
    let holder = word(
        &[
            "saml:Advice",
            "samlp:Extensions",
            "ds:Object",
            "samlp:StatusDetail",
            "x",
            "",
        ],
        rng,
    );
    let hidden = match holder {
        "" => original,
        _ => Element::new(holder, Vec::new(), vec![Node::Element(original)]),
    };
    *document.at_mut(&path) = forgery;
    let target = match rng.random_range(0..4) {
        0 => somewhere(document, rng),
        1 => Path::new(),
        2 => path,
        _ => named(document, &["Signature"], rng).unwrap_or_default(),
    };
    insert(document.at_mut(&target), hidden, rng);
}

/// The good signature in an element that says something else.
fn forge_under_signature(document: &mut Document, rng: &mut Rng) {
    let Some(path) = named(document, &["Assertion"], rng) else {
        return;
    };
    let mut forgery = document.at(&path).clone();
    for child in &mut forgery.children {
        if let Node::Element(element) = child
            && element.local() == "AttributeStatement"
        {
            element.children.truncate(rng.random_range(0..3));
        }
    }
    match rng.random_range(0..3) {
        0 => *document.at_mut(&path) = forgery,
        1 => document.root.children.push(Node::Element(forgery)),
        _ => document.root.children.insert(0, Node::Element(forgery)),
    }
}

fn delete_attribute(document: &mut Document, rng: &mut Rng) {
    if let Some((path, index)) = attribute(document, rng) {
        document.at_mut(&path).attributes.remove(index);
    }
}

fn double_attribute(document: &mut Document, rng: &mut Rng) {
    if let Some((path, index)) = attribute(document, rng) {
        let attributes = &mut document.at_mut(&path).attributes;
        let copy = attributes[index].clone();
        attributes.push(copy);
    }
}

fn add_attribute(document: &mut Document, rng: &mut Rng) {
    let names = [
        "ID",
        "Id",
        "id",
        "xml:id",
        "AssertionID",
        "x",
        "saml:ID",
        "ds:Algorithm",
        "Algorithm",
        "Format",
        "xml:lang",
        "xml:space",
        "xml:base",
        "URI",
        "Type",
        "saml:x",
        "a:b:c",
    ];
    let values = [
        "_assertion",
        "_response",
        "_other",
        "",
        "x",
        "#_assertion",
        "preserve",
        "it",
        "é",
    ];
    let attribute = Attribute::new(word(&names, rng), word(&values, rng));
    let path = somewhere(document, rng);
    document.at_mut(&path).attributes.push(attribute);
}

fn rename_attribute(document: &mut Document, rng: &mut Rng) {
    let names = [
        "ID",
        "Id",
        "xml:id",
        "id",
        "Algorithm",
        "x:ID",
        "saml:ID",
        "Value",
        "xmlns:q",
        "Format",
    ];
    with_attribute(document, rng, |attribute, rng| {
        attribute.name = word(&names, rng).to_owned()
    });
}

fn swap_attributes(document: &mut Document, rng: &mut Rng) {
    if let Some((path, index)) = attribute(document, rng) {
        let attributes = &mut document.at_mut(&path).attributes;
        let other = rng.random_range(0..attributes.len());
        attributes.swap(index, other);
    }
}

fn exchange_value(document: &mut Document, rng: &mut Rng) {
    if let (Some((from, a)), Some((to, b))) = (attribute(document, rng), attribute(document, rng)) {
        let Attribute { value, quote, .. } = document.at(&from).attributes[a].clone();
        let target = &mut document.at_mut(&to).attributes[b];
        (target.value, target.quote) = (value, quote);
    }
}

fn replace_value(document: &mut Document, rng: &mut Rng) {
    let values = [
        "",
        " ",
        "_assertion",
        "#_assertion",
        "#_response",
        "2.0",
        "urn:x",
        "relative",
        "urn:a b",
        "http://x:y/",
        "urn:%zz",
        "2026-11-22T09:59:50Z",
        "2026-11-22T09:59:50.5Z",
        "http://127.0.0.1:9/",
        "#xpointer(/)",
        "1.0",
        "&lt;",
        "é",
        "https://idp.example.it/metadata",
        "urn:oasis:names:tc:SAML:2.0:nameid-format:entity",
    ];
    with_attribute(document, rng, |attribute, rng| {
        attribute.value = word(&values, rng).to_owned()
    });
}

fn requote(document: &mut Document, rng: &mut Rng) {
    with_attribute(document, rng, |attribute, _| {
        attribute.value = attribute.value.replace('\'', "&apos;").replace('"', "&quot;");
        attribute.quote = if attribute.quote == '"' { '\'' } else { '"' };
    });
}

fn space_attribute(document: &mut Document, rng: &mut Rng) {
    let blanks = ["", "  ", "\n", "\t", "\r\n", " \r", "\u{a0}", "\u{85}"];
    with_attribute(document, rng, |attribute, rng| {
        attribute.before = word(&blanks, rng).to_owned()
    });
}

fn blank_in_value(document: &mut Document, rng: &mut Rng) {
    let blanks = [
        " ", "\n", "\t", "\r", "\r\n", "&#xA;", "&#9;", "&#13;", "&#32;", "\u{a0}", "\u{2028}", "\u{85}",
    ];
    with_attribute(document, rng, |attribute, rng| {
        let at = free_gap(&attribute.value, rng);
        attribute.value.insert_str(at, word(&blanks, rng));
    });
}

/// The same letter, written as a reference.
fn refer(text: &mut String, rng: &mut Rng) {
    let at = free_gap(text, rng);
    let Some(letter) = text[at..].chars().next().filter(|letter| *letter != '&') else {
        return;
    };
    let code = u32::from(letter);
    let reference = match rng.random_range(0..3) {
        0 => format!("&#{code};"),
        1 => format!("&#x{code:x};"),
        _ => format!("&#x000{code:X};"),
    };
    text.replace_range(at..at + letter.len_utf8(), &reference);
}

fn reference_in_value(document: &mut Document, rng: &mut Rng) {
    with_attribute(document, rng, |attribute, rng| refer(&mut attribute.value, rng));
}

fn reference_in_text(document: &mut Document, rng: &mut Rng) {
    with_text(document, rng, |text, rng| refer(text, rng));
}

fn rename_prefix(document: &mut Document, rng: &mut Rng) {
    let prefixes = ["q", "samlp", "saml", "xs", "x-y", "é", "XML", "xmlfoo"];
    let path = somewhere(document, rng);
    let new = word(&prefixes, rng).to_owned();
    let element = document.at_mut(&path);
    let old = element
        .name
        .split_once(':')
        .map(|(prefix, _)| prefix.to_owned())
        .unwrap_or_default();
    prefixed(element, &old, &new);
    let known = [
        ("saml", "urn:oasis:names:tc:SAML:2.0:assertion"),
        ("samlp", "urn:oasis:names:tc:SAML:2.0:protocol"),
        ("ds", "http://www.w3.org/2000/09/xmldsig#"),
        ("", "urn:oasis:names:tc:SAML:2.0:assertion"),
    ];
    if let Some((_, namespace)) = known.iter().find(|(prefix, _)| *prefix == old) {
        element
            .attributes
            .insert(0, Attribute::new(&format!("xmlns:{new}"), namespace));
    }
}

fn prefixed(element: &mut Element, old: &str, new: &str) {
    match element.name.split_once(':') {
        Some((prefix, local)) if prefix == old => element.name = format!("{new}:{local}"),
        None if old.is_empty() => element.name = format!("{new}:{}", element.name),
        _ => {}
    }
    for child in &mut element.children {
        if let Node::Element(child) = child {
            prefixed(child, old, new);
        }
    }
}

const NAMESPACES: [&str; 12] = [
    "urn:oasis:names:tc:SAML:2.0:assertion",
    "urn:oasis:names:tc:SAML:2.0:protocol",
    "http://www.w3.org/2000/09/xmldsig#",
    "http://www.w3.org/2001/10/xml-exc-c14n#",
    "http://www.w3.org/XML/1998/namespace",
    "http://www.w3.org/2000/xmlns/",
    "urn:evil",
    "",
    "relative",
    "urn:a b",
    "URN:oasis:names:tc:SAML:2.0:assertion",
    "urn:oasis:names:tc:SAML:2.0:assertion ",
];

fn declaration(document: &Document, rng: &mut Rng) -> Option<(Path, usize)> {
    let mut all = Vec::new();
    for path in document.paths() {
        for (index, attribute) in document.at(&path).attributes.iter().enumerate() {
            if attribute.name.starts_with("xmlns") {
                all.push((path.clone(), index));
            }
        }
    }
    all.choose(rng).cloned()
}

fn change_namespace(document: &mut Document, rng: &mut Rng) {
    if let Some((path, index)) = declaration(document, rng) {
        document.at_mut(&path).attributes[index].value = word(&NAMESPACES, rng).to_owned();
    }
}

fn declare(document: &mut Document, rng: &mut Rng) {
    let names = [
        "xmlns",
        "xmlns:saml",
        "xmlns:samlp",
        "xmlns:ds",
        "xmlns:q",
        "xmlns:xs",
        "xmlns:xml",
        "xmlns:xmlns",
    ];
    let attribute = Attribute::new(word(&names, rng), word(&NAMESPACES, rng));
    let path = somewhere(document, rng);
    document.at_mut(&path).attributes.push(attribute);
}

fn move_declaration_up(document: &mut Document, rng: &mut Rng) {
    if let Some((mut path, index)) = declaration(document, rng)
        && !path.is_empty()
    {
        let declaration = document.at_mut(&path).attributes.remove(index);
        path.pop();
        document.at_mut(&path).attributes.push(declaration);
    }
}

fn delete_declaration(document: &mut Document, rng: &mut Rng) {
    if let Some((path, index)) = declaration(document, rng) {
        document.at_mut(&path).attributes.remove(index);
    }
}

fn comment(document: &mut Document, rng: &mut Rng) {
    let pieces = [
        "<!---->",
        "<!-- <saml:Assertion> -->",
        "<?x?>",
        "<?x y='<'?>",
        "<!-- ' -->",
    ];
    let piece = word(&pieces, rng).to_owned();
    let path = somewhere(document, rng);
    let children = &mut document.at_mut(&path).children;
    let at = rng.random_range(0..=children.len());
    match children.get_mut(at) {
        Some(Node::Raw(text)) => {
            let gap = free_gap(text, rng);
            text.insert_str(gap, &piece);
        }
        _ => children.insert(at, Node::Raw(piece)),
    }
}

/// What references stand for, to be written in a section where they stand for nothing.
fn plain(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#xE0;", "à")
        .replace("&#9;", "\t")
        .replace("&amp;", "&")
}

fn cdata(document: &mut Document, rng: &mut Rng) {
    with_text(document, rng, |text, _| *text = format!("<![CDATA[{}]]>", plain(text)));
}

fn cdata_inside(document: &mut Document, rng: &mut Rng) {
    let pieces = [
        "<![CDATA[]]>",
        "<![CDATA[\r\n]]>",
        "<![CDATA[ ]]>",
        "<![CDATA[<x a='\n']]>",
        "<![CDATA[A]]>",
    ];
    with_text(document, rng, |text, rng| {
        let (start, end) = (free_gap(text, rng), free_gap(text, rng));
        match rng.random() {
            true => text.insert_str(start, word(&pieces, rng)),
            false => {
                let (start, end) = (start.min(end), start.max(end));
                let section = format!("<![CDATA[{}]]>", plain(&text[start..end]));
                text.replace_range(start..end, &section);
            }
        }
    });
}

const BLANKS: [&str; 12] = [
    " ", "\n", "\t", "\r", "\r\n", "&#13;", "&#x20;", "&#10;", "\u{a0}", "\u{85}", "\u{2028}", "\u{feff}",
];

fn blank_around(document: &mut Document, rng: &mut Rng) {
    with_text(document, rng, |text, rng| match rng.random() {
        true => text.insert_str(0, word(&BLANKS, rng)),
        false => text.push_str(word(&BLANKS, rng)),
    });
}

fn blank_inside(document: &mut Document, rng: &mut Rng) {
    with_text(document, rng, |text, rng| {
        let at = free_gap(text, rng);
        text.insert_str(at, word(&BLANKS, rng));
    });
}

fn strange_character(document: &mut Document, rng: &mut Rng) {
    let letters = [
        "\0",
        "\u{1}",
        "\u{b}",
        "\u{7f}",
        "\u{9f}",
        "\u{fffe}",
        "\u{ffff}",
        "\u{10ffff}",
        "&#0;",
        "&#x1;",
        "&#xD800;",
        "&#xFFFE;",
        "&#x110000;",
        "]]>",
        "&",
        "\u{202e}",
        "\u{301}",
        "&#x0;",
        "&#-1;",
        "&#x;",
    ];
    with_text(document, rng, |text, rng| {
        let at = free_gap(text, rng);
        text.insert_str(at, word(&letters, rng));
    });
}

fn entity(document: &mut Document, rng: &mut Rng) {
    let references = ["&x;", "&nbsp;", "&lt", "&LT;", "&amp;amp;", "&apos;", "&a:b;"];
    with_text(document, rng, |text, rng| {
        let at = free_gap(text, rng);
        text.insert_str(at, word(&references, rng));
    });
}

fn change_letter(document: &mut Document, rng: &mut Rng) {
    with_text(document, rng, |text, rng| {
        let at = free_gap(text, rng);
        if let Some(letter) = text[at..].chars().next().filter(|letter| *letter != '&') {
            text.replace_range(at..at + letter.len_utf8(), word(&["A", "a", "0", "é", "=", "+"], rng));
        }
    });
}

fn exchange_text(document: &mut Document, rng: &mut Rng) {
    if let (Some((from, a)), Some((to, b))) = (text(document, rng), text(document, rng)) {
        let copy = document.at(&from).children[a].clone();
        document.at_mut(&to).children[b] = copy;
    }
}

const VALUES: [&str; 3] = ["DigestValue", "SignatureValue", "X509Certificate"];

fn swap_values(document: &mut Document, rng: &mut Rng) {
    if let (Some(one), Some(other)) = (named(document, &VALUES, rng), named(document, &VALUES, rng)) {
        let text = document.at(&one).children.clone();
        let replaced = std::mem::replace(&mut document.at_mut(&other).children, text);
        document.at_mut(&one).children = replaced;
    }
}

fn with_base64(document: &mut Document, rng: &mut Rng, change: impl FnOnce(&mut String, &mut Rng)) {
    if let Some(path) = named(document, &VALUES, rng)
        && let Some(Node::Raw(text)) = document.at_mut(&path).children.first_mut()
    {
        change(text, rng);
    }
}

fn base64_blank(document: &mut Document, rng: &mut Rng) {
    with_base64(document, rng, |text, rng| {
        let at = free_gap(text, rng);
        text.insert_str(at, word(&BLANKS, rng));
    });
}

fn base64_edit(document: &mut Document, rng: &mut Rng) {
    with_base64(document, rng, |text, rng| {
        let at = free_gap(text, rng);
        match rng.random_range(0..6) {
            0 => text.insert_str(
                at,
                word(&["=", "-", "_", "A", "AAAA", "\0", "*", "<x/>", "&#x41;"], rng),
            ),
            1 => text.push_str(word(&["=", "==", "A", "AAAA", "\n=", "====", "QQ==", " x"], rng)),
            2 => drop(text.pop()),
            3 => *text = text.replace('+', "-").replace('/', "_"),
            4 => *text = text.trim_end_matches('=').to_owned(),
            // The last letter before the padding carries bits that decode to nothing.
            _ => {
                *text = text
                    .replace("A=", "B=")
                    .replace("E=", "F=")
                    .replace("0=", "1=")
                    .replace("k=", "l=")
            }
        }
    });
}

fn change_algorithm(document: &mut Document, rng: &mut Rng) {
    let algorithms = [
        "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
        "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
        "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1",
        "http://www.w3.org/2001/04/xmlenc#sha256",
        "http://www.w3.org/2001/04/xmlenc#sha512",
        "http://www.w3.org/2000/09/xmldsig#sha1",
        "http://www.w3.org/2001/10/xml-exc-c14n#",
        "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
        "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
        "http://www.w3.org/TR/1999/REC-xslt-19991116",
        "http://www.w3.org/TR/1999/REC-xpath-19991116",
        "http://www.w3.org/2000/09/xmldsig#base64",
    ];
    let methods = ["CanonicalizationMethod", "SignatureMethod", "DigestMethod", "Transform"];
    if let Some(path) = named(document, &methods, rng)
        && let Some(attribute) = document.at_mut(&path).attributes.first_mut()
    {
        attribute.value = word(&algorithms, rng).to_owned();
    }
}

fn prefix_list(document: &mut Document, rng: &mut Rng) {
    let lists = [
        "",
        "xs",
        "saml samlp",
        "#default",
        "xs #default",
        "xml",
        "xmlns",
        "ds saml xsi xs",
        "\t",
        "nobody",
        "é",
        "a:b",
    ];
    let Some(path) = named(
        document,
        &["Transform", "CanonicalizationMethod", "InclusiveNamespaces"],
        rng,
    ) else {
        return;
    };
    let attribute = Attribute::new("PrefixList", word(&lists, rng));
    let element = document.at_mut(&path);
    if element.local() == "InclusiveNamespaces" {
        element.attributes.retain(|attribute| attribute.name != "PrefixList");
        element.attributes.push(attribute);
    } else {
        let namespace = Attribute::new("xmlns:ec", "http://www.w3.org/2001/10/xml-exc-c14n#");
        let list = Element::new("ec:InclusiveNamespaces", vec![namespace, attribute], Vec::new());
        insert(element, list, rng);
    }
}

fn change_key_info(document: &mut Document, rng: &mut Rng) {
    let Some(path) = named(document, &["KeyInfo", "X509Data", "X509Certificate", "Signature"], rng) else {
        return;
    };
    let names = [
        "ds:KeyName",
        "ds:KeyValue",
        "ds:RetrievalMethod",
        "ds:KeyInfo",
        "ds:X509Data",
        "ds:MgmtData",
    ];
    let name = word(&names, rng);
    let element = document.at_mut(&path);
    if rng.random() {
        element.children.clear();
    }
    insert(
        element,
        Element::new(name, Vec::new(), vec![Node::Raw("x".into())]),
        rng,
    );
}

fn add_object(document: &mut Document, rng: &mut Rng) {
    if let Some(path) = named(document, &["Signature", "SignedInfo", "KeyInfo"], rng) {
        let name = word(&["ds:Object", "ds:Manifest", "ds:SignatureProperties"], rng);
        let content = document.at(&somewhere(document, rng)).clone();
        insert(
            document.at_mut(&path),
            Element::new(name, Vec::new(), vec![Node::Element(content)]),
            rng,
        );
    }
}

fn second_reference(document: &mut Document, rng: &mut Rng) {
    let Some(path) = named(document, &["SignedInfo"], rng) else {
        return;
    };
    let references = document.at(&path).children.clone();
    let copy = references
        .into_iter()
        .find(|child| matches!(child, Node::Element(e) if e.local() == "Reference"));
    if let Some(Node::Element(mut reference)) = copy {
        if let Some(uri) = reference.attributes.first_mut() {
            uri.value = word(&["", "#_response", "#_assertion", "http://127.0.0.1:9/", "cid:x"], rng).to_owned();
        }
        insert(document.at_mut(&path), reference, rng);
    }
}

fn change_transforms(document: &mut Document, rng: &mut Rng) {
    if let Some(path) = named(document, &["Transforms"], rng) {
        let children = &mut document.at_mut(&path).children;
        match rng.random_range(0..4) {
            0 => children.reverse(),
            1 => drop(children.pop()),
            2 => children.extend(children.first().cloned()),
            _ => children.clear(),
        }
    }
}

fn before(document: &mut Document, rng: &mut Rng) {
    let prologs = [
        "",
        "\u{feff}",
        " ",
        "\n",
        "x",
        "<!-- x -->",
        "<!-- <![CDATA[ -->",
        "<?x <!-- ?>",
        "<!DOCTYPE x>",
        "<?xml version=\"1.0\"?>",
        "<?xml version='1.0' encoding='utf-8' standalone='yes'?>",
        "<?xml version=\"1.1\"?>",
        "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>",
        "<?xml version=\"1.0\" encoding=\"UTF-16\"?>",
        "<?xml encoding=\"UTF-8\"?>",
        "<?xml version=\"1.0\" encoding=\"US-ASCII\"?>",
        "<?xml version=\"2.0\"?>",
        "<?XML version=\"1.0\"?>",
        " <?xml version=\"1.0\"?>",
        "<?xml\tversion = '1.0' ?>\n\n",
    ];
    document.prolog = word(&prologs, rng).to_owned();
}

fn after(document: &mut Document, rng: &mut Rng) {
    let epilogs = [
        "\n",
        " ",
        "<!-- x -->",
        "<?x?>",
        "x",
        "<x/>",
        "\0",
        "]]>",
        "&#32;",
        "<x",
        "</x>",
        "\u{a0}",
        "\r\n",
    ];
    document.epilog = word(&epilogs, rng).to_owned();
}
