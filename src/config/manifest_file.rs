//! A file for `varco apply`: what administrators write, and where in the file it stands.

use super::source::Sources;
use super::{Mistake, add_file, decode};
use crate::manifest::{Fault, Manifest};
use std::path::Path;

/// A manifest and the file it came from.
pub struct ManifestFile {
    /// What was written. Names and types are right; what the parts mean, each tells itself
    /// (`Client::to_client` and its like).
    pub manifest: Manifest,
    sources: Sources,
}

impl ManifestFile {
    /// Reads a manifest.
    ///
    /// # Errors
    /// Every unknown name and wrong type.
    pub fn load(path: &Path) -> Result<ManifestFile, Vec<Mistake>> {
        let mut sources = Sources::new();
        add_file(&mut sources, path)?;
        let (tree, mut mistakes) = sources.parse();
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let manifest = decode::decode(&sources, &tree, &mut mistakes);
        match manifest {
            Some(manifest) if mistakes.is_empty() => Ok(ManifestFile { manifest, sources }),
            _ => Err(mistakes),
        }
    }

    /// The faults of one part (`mandate[3]`), with the lines they stand in.
    pub fn mistakes(&self, part: &str, faults: &[Fault]) -> Vec<Mistake> {
        let (tree, _) = self.sources.parse();
        let mistake = |fault: &Fault| {
            let setting = format!("{part}.{}", fault.setting);
            let at = tree.position(&setting).unwrap_or_default();
            self.sources.mistake(at, setting, fault.message.clone())
        };
        faults.iter().map(mistake).collect()
    }

    /// A file that a part names, as it is found beside this file.
    pub fn resolve(&self, path: &Path) -> std::path::PathBuf {
        self.sources.folder_at(0).join(path)
    }
}
