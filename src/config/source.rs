//! The text of a configuration: where each setting stands, and one file laid over another.

use super::Mistake;
use std::ops::Range;
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// One text and its name.
struct Text {
    name: String,
    /// Files that it names are looked for from here.
    folder: PathBuf,
    /// Byte at which it begins in the numbering that all texts share.
    begin: usize,
    content: String,
}

/// All texts of one configuration, numbered through: a position says in which text it lies.
pub(super) struct Sources(Vec<Text>);

impl Sources {
    pub(super) fn new() -> Sources {
        Sources(Vec::new())
    }

    /// Adds a text after the others, moved behind them with as many line ends as they are long: so
    /// the parser counts its positions on from theirs.
    pub(super) fn add(&mut self, name: &str, folder: &Path, content: &str) {
        let begin = self.0.last().map_or(0, |last| last.content.len().saturating_add(1));
        let mut padded = "\n".repeat(begin);
        padded.push_str(content);
        self.0.push(Text {
            name: name.to_owned(),
            folder: folder.to_owned(),
            begin,
            content: padded,
        });
    }

    /// The tree of all texts, later ones over earlier ones, and what is no TOML.
    pub(super) fn parse(&self) -> (Tree<'_>, Vec<Mistake>) {
        let mut mistakes = Vec::new();
        let mut tree: Option<Spanned<DeTable<'_>>> = None;
        for text in &self.0 {
            let (parsed, errors) = DeTable::parse_recoverable(&text.content);
            for error in errors {
                let span = error.span().unwrap_or(text.begin..text.begin);
                let written = text.content.get(span.clone()).unwrap_or_default();
                let setting = match error.message() {
                    "duplicate key" => written.to_owned(),
                    _ => String::new(),
                };
                mistakes.push(self.mistake(span.start, setting, error.message().to_owned()));
            }
            tree = Some(match tree {
                None => parsed,
                Some(mut base) => {
                    lay_over(base.get_mut(), parsed.into_inner());
                    base
                }
            });
        }
        let table = tree.map(Spanned::into_inner).unwrap_or_default();
        (Tree { table }, mistakes)
    }

    /// A mistake at a position.
    pub(super) fn mistake(&self, at: usize, setting: String, message: String) -> Mistake {
        let (file, line) = self.text_at(at).map_or((String::new(), 1), |text| {
            let lines = |range: Range<usize>| {
                let bytes = text.content.as_bytes().get(range).unwrap_or_default();
                bytes.iter().filter(|byte| **byte == b'\n').count()
            };
            let end = at.min(text.content.len());
            (text.name.clone(), lines(text.begin..end).saturating_add(1))
        });
        Mistake {
            file,
            line,
            setting,
            message,
        }
    }

    /// The folder from which a file named at this position is looked for.
    pub(super) fn folder_at(&self, at: usize) -> PathBuf {
        self.text_at(at).map(|text| text.folder.clone()).unwrap_or_default()
    }

    /// Where the last text begins: what is missing altogether is missing there.
    pub(super) fn last_begin(&self) -> usize {
        self.0.last().map_or(0, |text| text.begin)
    }

    fn text_at(&self, at: usize) -> Option<&Text> {
        self.0.iter().rev().find(|text| text.begin <= at)
    }
}

/// A parsed configuration that still knows where everything stands.
#[derive(Clone)]
pub(super) struct Tree<'t> {
    pub(super) table: DeTable<'t>,
}

/// One step of the way to a setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Key(String),
    Index(usize),
}

/// The way to a setting, from the top.
pub(super) type Way = Vec<Step>;

/// `client[2].redirect_uris[0]`.
pub(super) fn write_way(way: &[Step]) -> String {
    let mut text = String::new();
    for step in way {
        match step {
            Step::Key(key) if text.is_empty() => text.push_str(key),
            Step::Key(key) => text.push_str(&format!(".{key}")),
            Step::Index(index) => text.push_str(&format!("[{index}]")),
        }
    }
    text
}

impl Tree<'_> {
    /// The way to what stands at `span`: the very key or value, else the smallest value around it.
    pub(super) fn way_to(&self, span: &Range<usize>) -> Way {
        let mut best = (Way::new(), usize::MAX);
        search(&self.table, &Way::new(), span, &mut best);
        best.0
    }

    /// Where a setting stands; for one that is not there, where the table is that should have it.
    /// `None` when not even that is there.
    pub(super) fn position(&self, setting: &str) -> Option<usize> {
        let mut position = None;
        let mut table = Some(&self.table);
        let mut value: Option<&DeValue<'_>> = None;
        for piece in setting.split(['.', '[']) {
            let next = match piece.strip_suffix(']') {
                Some(index) => {
                    let index: usize = index.parse().ok()?;
                    let element = value.and_then(DeValue::as_array).and_then(|array| array.get(index));
                    element.map(|element| (element.span().start, element.get_ref()))
                }
                None => table
                    .and_then(|table| table.get_key_value(piece))
                    // The header of a table says more than the key inside it.
                    .map(|(key, value)| (key.span().start, value.get_ref())),
            };
            let Some((at, found)) = next else { break };
            position = Some(at);
            value = Some(found);
            table = found.as_table();
        }
        position
    }
}

fn search(table: &DeTable<'_>, way: &Way, span: &Range<usize>, best: &mut (Way, usize)) {
    for (key, value) in table {
        let mut here = way.clone();
        here.push(Step::Key(key.get_ref().to_string()));
        consider(&key.span(), &here, span, best);
        search_value(value, here, span, best);
    }
}

fn search_value(value: &Spanned<DeValue<'_>>, here: Way, span: &Range<usize>, best: &mut (Way, usize)) {
    consider(&value.span(), &here, span, best);
    match value.get_ref() {
        DeValue::Table(table) => search(table, &here, span, best),
        DeValue::Array(array) => {
            for (index, element) in array.iter().enumerate() {
                let mut here = here.clone();
                here.push(Step::Index(index));
                search_value(element, here, span, best);
            }
        }
        _ => {}
    }
}

fn consider(found: &Range<usize>, here: &Way, wanted: &Range<usize>, best: &mut (Way, usize)) {
    if found.start <= wanted.start && wanted.end <= found.end && found.len() <= best.1 {
        *best = (here.clone(), found.len());
    }
}

/// Lays `over` over `base`: tables join, a client replaces the one with the same `client_id` or
/// comes after the others, everything else replaces.
fn lay_over<'t>(base: &mut DeTable<'t>, over: DeTable<'t>) {
    for (key, value) in over {
        let old = base.remove(key.get_ref().as_ref());
        let span = value.span();
        let merged = match (old.map(Spanned::into_inner), value.into_inner()) {
            (Some(DeValue::Table(mut old)), DeValue::Table(new)) => {
                lay_over(&mut old, new);
                DeValue::Table(old)
            }
            (Some(DeValue::Array(mut old)), DeValue::Array(new)) if key.get_ref() == "client" => {
                for client in new {
                    match old.iter_mut().find(|known| same_client(known, &client)) {
                        Some(known) => *known = client,
                        None => old.push(client),
                    }
                }
                DeValue::Array(old)
            }
            (_, new) => new,
        };
        base.insert(key, Spanned::new(span, merged));
    }
}

fn same_client(one: &Spanned<DeValue<'_>>, other: &Spanned<DeValue<'_>>) -> bool {
    let id = |client: &Spanned<DeValue<'_>>| -> Option<String> {
        let id = client.get_ref().as_table()?.get("client_id")?;
        id.get_ref().as_str().map(str::to_owned)
    };
    id(one).is_some_and(|id_of_one| Some(id_of_one) == id(other))
}
