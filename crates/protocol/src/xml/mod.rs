//! XML trees and signatures; the only place that parses what a stranger sends as XML.
//!
//! A message is parsed **once** ([`Tree::parse`]: no DTD, bounded size, depth and number of nodes,
//! no comments in a message, no processing instructions, no ambiguous `ID`, XML 1.0 in UTF-8), signatures are verified on that same
//! tree ([`signature`]), and data are read from the elements that verification returns. There is
//! never a second parser that could see another document (CVE-2025-25291, CVE-2024-45409).

mod element;
mod input;
pub mod signature;
mod tree;

pub use element::{Element, Repeated};
pub use tree::{Bounds, Tree, XmlError};

use quick_xml::Writer;
use quick_xml::events::BytesText;
use std::io;

/// `http://www.w3.org/2000/09/xmldsig#`
pub const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";

/// `text` without the blanks around it: those of XML 1.0 §2.3 and no others. A no-break space is a character
/// like any other, and a name with one is another name.
pub fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\r', '\n'])
}

/// Writes one XML document. Text and attribute values are escaped, and nothing is indented: blanks
/// inside a text node would become part of the value.
///
/// # Errors
/// What `content` returns; writing to memory does not fail by itself.
pub fn write(content: impl FnOnce(&mut Writer<Vec<u8>>) -> io::Result<()>) -> io::Result<String> {
    let mut writer = Writer::new(Vec::new());
    content(&mut writer)?;
    String::from_utf8(writer.into_inner()).map_err(io::Error::other)
}

/// Writes `<name>text</name>` with attributes.
///
/// # Errors
/// As [`write()`].
pub fn write_text(writer: &mut Writer<Vec<u8>>, name: &str, attributes: &[(&str, &str)], text: &str) -> io::Result<()> {
    writer
        .create_element(name)
        .with_attributes(attributes.iter().copied())
        .write_text_content(BytesText::new(text))?;
    Ok(())
}

/// Writes `<name/>` with attributes.
///
/// # Errors
/// As [`write()`].
pub fn write_empty(writer: &mut Writer<Vec<u8>>, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
    writer
        .create_element(name)
        .with_attributes(attributes.iter().copied())
        .write_empty()?;
    Ok(())
}

/// Writes `<name>…</name>` with attributes and what `content` writes inside.
///
/// # Errors
/// What `content` returns.
pub fn write_parent(
    writer: &mut Writer<Vec<u8>>,
    name: &str,
    attributes: &[(&str, &str)],
    content: impl FnOnce(&mut Writer<Vec<u8>>) -> io::Result<()>,
) -> io::Result<()> {
    writer
        .create_element(name)
        .with_attributes(attributes.iter().copied())
        .write_inner_content(content)?;
    Ok(())
}
