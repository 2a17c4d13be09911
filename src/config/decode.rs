//! From the tree to the sections: every wrong type and unknown name is told, not only the first.

use super::Mistake;
use super::source::{Sources, Step, Tree, write_way};
use serde::de::DeserializeOwned;
use std::borrow::Cow;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

/// How many mistakes are worth reading.
const ENOUGH: usize = 200;

/// Decodes as long as it takes: each error is reported, what caused it is taken out, and the rest is
/// tried again. With `serde(default)` everywhere nothing is ever missing, so what is taken out is not
/// reported twice. `None` only when nothing can be decoded at all.
pub(super) fn decode<T: DeserializeOwned>(
    sources: &Sources,
    tree: &Tree<'_>,
    mistakes: &mut Vec<Mistake>,
) -> Option<T> {
    let mut rest = tree.clone();
    for _ in 0..ENOUGH {
        let value = Spanned::new(0..0, DeValue::Table(rest.table.clone()));
        let error = match T::deserialize(ValueDeserializer::from(value)) {
            Ok(decoded) => return Some(decoded),
            Err(error) => error,
        };
        let span = error.span().unwrap_or(0..0);
        let way = tree.way_to(&span);
        let setting = write_way(&way);
        if !mistakes.iter().any(|mistake| mistake.setting == setting) {
            let message = in_plain_words(error.message(), &way);
            mistakes.push(sources.mistake(span.start, setting, message));
        }
        // Looked up anew: elements that were taken out before moved the others.
        let way = rest.way_to(&span);
        if !take_out(&mut rest.table, &way) {
            return None;
        }
    }
    None
}

/// Takes a key out of its table. In a list, an empty text stands in for the element first, so that the
/// others keep their numbers; if that is not accepted either, the element goes.
fn take_out(table: &mut DeTable<'_>, way: &[Step]) -> bool {
    let [Step::Key(key), rest @ ..] = way else {
        return false;
    };
    if rest.is_empty() {
        return table.remove(key.as_str()).is_some();
    }
    table
        .get_mut(key.as_str())
        .is_some_and(|value| take_out_of(value, rest))
}

fn take_out_of(value: &mut Spanned<DeValue<'_>>, way: &[Step]) -> bool {
    match (value.get_mut(), way) {
        (DeValue::Table(table), _) => take_out(table, way),
        (DeValue::Array(array), [Step::Index(index)]) => {
            let Some(element) = array.get_mut(*index) else {
                return false;
            };
            if element.get_ref().is_str() {
                let kept = array.clone().into_iter().enumerate();
                *array = kept.filter(|(at, _)| at != index).map(|(_, element)| element).collect();
            } else {
                *element.get_mut() = DeValue::String(Cow::Borrowed(""));
            }
            true
        }
        (DeValue::Array(array), [Step::Index(index), rest @ ..]) => {
            array.get_mut(*index).is_some_and(|element| take_out_of(element, rest))
        }
        _ => false,
    }
}

/// serde's message in the words of somebody who edits a file. What was written under the name of a
/// secret is not repeated.
fn in_plain_words(message: &str, way: &[Step]) -> String {
    let named = quoted(message);
    if message.starts_with("unknown field") {
        let Some((written, known)) = named.split_first() else {
            return "unknown setting".to_owned();
        };
        return format!("unknown setting{}", suggestion(written, known));
    }
    if message.starts_with("unknown variant") {
        let Some((written, known)) = named.split_first() else {
            return "unknown value".to_owned();
        };
        let known: Vec<String> = known.iter().map(|value| format!("`{value}`")).collect();
        return format!("unknown value `{written}`; it can be {}", known.join(", "));
    }
    if message.contains("socket address") {
        return "must be an address and a port, like `127.0.0.1:8080`".to_owned();
    }
    let Some((found, expected)) = message.split_once(", expected ") else {
        return message.to_owned();
    };
    let expected = match expected {
        "a sequence" => "a list",
        "a map" => "a table",
        "u8" | "u16" | "u32" => "a whole number",
        text if text.starts_with("struct") => "a table",
        text => text,
    };
    let found = found
        .trim_start_matches("invalid type: ")
        .trim_start_matches("invalid value: ");
    if is_secret(way) {
        return format!("must be {expected}");
    }
    format!("must be {expected}, not {found}")
}

fn is_secret(way: &[Step]) -> bool {
    way.iter().any(|step| match step {
        Step::Key(key) => ["secret", "password", "database", "brief"]
            .iter()
            .any(|word| key.contains(word)),
        Step::Index(_) => false,
    })
}

/// What stands between backticks.
fn quoted(message: &str) -> Vec<&str> {
    message.split('`').skip(1).step_by(2).collect()
}

fn suggestion(written: &str, known: &[&str]) -> String {
    let near = known
        .iter()
        .map(|name| (strsim::damerau_levenshtein(written, name), name))
        .min()
        .filter(|(distance, name)| *distance <= name.len().div_ceil(3));
    near.map(|(_, name)| format!("; did you mean `{name}`?"))
        .unwrap_or_default()
}
