//! The file of signed heads: only ever appended to.

use super::StoreError;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// Appends lines to the file of heads, and waits until they are on the disk.
///
/// # Errors
/// [`StoreError::Unavailable`] when it cannot be written.
pub fn append_heads(path: &Path, lines: &[String]) -> Result<(), StoreError> {
    let mut text = lines.join("\n");
    text.push('\n');
    OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o640)
        .open(path)
        .and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_data()
        })
        .map_err(StoreError::unavailable)
}
