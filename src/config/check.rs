//! What the sections' own checks write to: mistakes by setting, and the files that settings name.

use super::Mistake;
use super::source::{Sources, Tree};
use std::path::{Path, PathBuf};

/// One check of a whole configuration.
pub(super) struct Check<'s> {
    sources: &'s Sources,
    tree: &'s Tree<'s>,
    mistakes: Vec<Mistake>,
    /// The demo world is welcome: http on the machine itself, demo keys, the demo identity provider.
    pub(super) allow_demo: bool,
}

impl<'s> Check<'s> {
    pub(super) fn new(sources: &'s Sources, tree: &'s Tree<'s>, mistakes: Vec<Mistake>, allow_demo: bool) -> Check<'s> {
        Check {
            sources,
            tree,
            mistakes,
            allow_demo,
        }
    }

    /// Something is wrong with a setting. A setting that could not be decoded is not told twice.
    pub(super) fn wrong(&mut self, setting: &str, message: impl Into<String>) {
        let told = |mistake: &Mistake| {
            let (long, short) = match mistake.setting.len() > setting.len() {
                true => (mistake.setting.as_str(), setting),
                false => (setting, mistake.setting.as_str()),
            };
            !short.is_empty()
                && long
                    .strip_prefix(short)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        if self.mistakes.iter().any(told) {
            return;
        }
        let at = self.position(setting);
        self.mistakes
            .push(self.sources.mistake(at, setting.to_owned(), message.into()));
    }

    /// For a setting without default.
    pub(super) fn must_be_set(&mut self, setting: &str, value: &str) -> bool {
        let set = !value.trim().is_empty();
        if !set {
            self.wrong(setting, "must be set");
        }
        set
    }

    /// The text of a file that a setting names; a relative name is looked for beside the
    /// configuration that names it.
    pub(super) fn read(&mut self, setting: &str, path: &Path) -> Option<String> {
        if path.as_os_str().is_empty() {
            self.wrong(setting, "must be set");
            return None;
        }
        let path = self.place(setting, path);
        match std::fs::read_to_string(&path) {
            Ok(text) => Some(text),
            Err(error) => {
                self.wrong(setting, format!("cannot read {}: {error}", path.display()));
                None
            }
        }
    }

    /// Name and text of each file that ends in `.extension` in a folder that a setting names, in the order of names.
    pub(super) fn folder(&mut self, setting: &str, path: &Path, extension: &str) -> Vec<(String, String)> {
        let path = self.sources.folder_at(self.position(setting)).join(path);
        let listed = std::fs::read_dir(&path).and_then(|entries| entries.collect::<Result<Vec<_>, _>>());
        let entries = match listed {
            Ok(entries) => entries,
            Err(error) => {
                self.wrong(setting, format!("cannot read {}: {error}", path.display()));
                return Vec::new();
            }
        };
        let mut paths: Vec<_> = entries.into_iter().map(|entry| entry.path()).collect();
        paths.retain(|path| path.extension().is_some_and(|found| found == extension));
        paths.sort();
        let read = paths.iter().filter_map(|path| {
            let text = self.read(setting, path)?;
            Some((path.display().to_string(), text))
        });
        read.collect()
    }

    /// Where a file is that a setting names, there or not.
    pub(super) fn place(&self, setting: &str, path: &Path) -> PathBuf {
        self.sources.folder_at(self.position(setting)).join(path)
    }

    pub(super) fn into_mistakes(self) -> Vec<Mistake> {
        self.mistakes
    }

    fn position(&self, setting: &str) -> usize {
        self.tree.position(setting).unwrap_or_else(|| self.sources.last_begin())
    }
}
