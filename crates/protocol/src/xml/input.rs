//! What XML 1.0 wants done to a text before its attributes are read, and our parser does not do.
//!
//! Two readers that disagree about a blank disagree about what was signed: libxml2 turns a line break
//! inside an attribute value into a space and canonicalises a space, uppsala keeps the line break and
//! canonicalises `&#xA;`. So it is done here, once, before the only parse.

use std::borrow::Cow;

/// `text` with line ends as one line feed (XML 1.0 §2.11) and with spaces for the line feeds and tabs
/// that stand literally in attribute values (§3.3.3). Character references are left as they are: those
/// were meant.
pub(super) fn normalised(text: &str) -> Cow<'_, str> {
    let text = match text.contains('\r') {
        true => Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")),
        false => Cow::Borrowed(text),
    };
    let blank = pieces(&text).any(|(piece, is_tag)| is_tag && has_blank_in_value(piece));
    match blank {
        true => Cow::Owned(with_spaces(&text)),
        false => text,
    }
}

/// The stretches between two `<`, each with whether it begins with a tag. `<` cannot stand in an attribute
/// value; where it can stand (CDATA section, comment, processing instruction) nothing is a tag until the end.
fn pieces(text: &str) -> impl Iterator<Item = (&str, bool)> {
    let mut end: Option<&str> = None;
    text.split('<').enumerate().map(move |(index, piece)| {
        if index == 0 {
            return (piece, false);
        }
        let opened = || {
            let sections = [("![CDATA[", "]]>"), ("!--", "-->"), ("?", "?>")];
            let mut found = sections.iter().filter(|(start, _)| piece.starts_with(start));
            found.next().map(|(_, end)| *end)
        };
        end = end.or_else(opened);
        let is_tag = end.is_none();
        end = end.filter(|end| !piece.contains(end));
        (piece, is_tag)
    })
}

/// Where a reader stands inside a tag.
#[derive(Clone, Copy)]
enum Place {
    Tag,
    Value(char),
    After,
}

impl Place {
    fn next(self, letter: char) -> Place {
        match (self, letter) {
            (Place::Tag, '>') => Place::After,
            (Place::Tag, '"' | '\'') => Place::Value(letter),
            (Place::Value(quote), _) if quote == letter => Place::Tag,
            _ => self,
        }
    }
}

fn has_blank_in_value(piece: &str) -> bool {
    // Most tags have none at all, and looking for a byte is much cheaper than reading.
    if !piece.bytes().any(|byte| matches!(byte, b'\n' | b'\t')) {
        return false;
    }
    let mut place = Place::Tag;
    for letter in piece.chars() {
        place = place.next(letter);
        match (place, letter) {
            (Place::Value(_), '\n' | '\t') => return true,
            (Place::After, _) => return false,
            _ => {}
        }
    }
    false
}

fn with_spaces(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (index, (piece, is_tag)) in pieces(text).enumerate() {
        if index > 0 {
            out.push('<');
        }
        let mut place = if is_tag { Place::Tag } else { Place::After };
        out.extend(piece.chars().map(|letter| {
            place = place.next(letter);
            match (place, letter) {
                (Place::Value(_), '\n' | '\t') => ' ',
                _ => letter,
            }
        }));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_without_such_blanks_is_not_copied() {
        let plain = "<a b='1'>\n\t<c d=\"x>y\"/>\n</a>";
        assert!(matches!(normalised(plain), Cow::Borrowed(text) if text == plain));
    }

    #[test]
    fn blanks_in_attribute_values_become_spaces_and_others_stay() {
        assert_eq!(
            normalised("<a b='1\n2'\tc=\"\t'\n\">\n\t'\n'</a>"),
            "<a b='1 2'\tc=\" ' \">\n\t'\n'</a>"
        );
        assert_eq!(normalised("<a b='&#xA;'/>"), "<a b='&#xA;'/>");
    }

    #[test]
    fn line_ends_are_one_line_feed() {
        assert_eq!(normalised("<a b='1\r\n2'>\r\n\r</a>"), "<a b='1 2'>\n\n</a>");
        assert_eq!(normalised("<a><![CDATA[\r]]></a>"), "<a><![CDATA[\n]]></a>");
    }

    #[test]
    fn what_looks_like_a_tag_where_there_is_none_changes_nothing_and_hides_nothing() {
        let quiet = "<?p <x y='\n'?><!-- <x y='\n' --><a><![CDATA[<b c='\n'>]]></a>";
        assert_eq!(normalised(quiet), quiet);
        for front in ["<!-- <![CDATA[ -->", "<?p <!-- ?>", "<!-- ' -->"] {
            let hidden = format!("{front}<a b='\n'/>");
            assert_eq!(normalised(&hidden), format!("{front}<a b=' '/>"));
        }
        assert_eq!(
            normalised("<a><![CDATA[<!--]]><b c='\n'/></a>"),
            "<a><![CDATA[<!--]]><b c=' '/></a>"
        );
    }
}
