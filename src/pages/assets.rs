//! The files that pages load: style sheets, scripts, fonts, icons. Embedded in the binary.

use super::RenderError;
use flate2::Compression;
use flate2::write::GzEncoder;
use rust_embed::RustEmbed;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::OnceLock;

#[derive(RustEmbed)]
#[folder = "assets"]
struct Embedded;

/// One file.
#[derive(Debug, Clone)]
pub struct Asset {
    /// Its bytes.
    pub bytes: Cow<'static, [u8]>,
    /// Its `Content-Type`, with the charset where it is text.
    pub mime: &'static str,
    gzip: OnceLock<Option<Vec<u8>>>,
}

impl Asset {
    fn new(bytes: Cow<'static, [u8]>, mime: &'static str) -> Asset {
        Asset {
            bytes,
            mime,
            gzip: OnceLock::new(),
        }
    }

    /// Its bytes for `Content-Encoding: gzip`; `None` where that would save nothing (fonts).
    /// Made when first asked for: a start need not wait for it.
    pub fn gzip(&self) -> Option<&[u8]> {
        let compress = || {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
            encoder.write_all(&self.bytes).ok()?;
            encoder
                .finish()
                .ok()
                .filter(|compressed| compressed.len() < self.bytes.len())
        };
        if self.mime == WOFF2 {
            return None;
        }
        self.gzip.get_or_init(compress).as_deref()
    }
}

/// Fonts in this format are compressed already.
const WOFF2: &str = "font/woff2";
const SVG: &str = "image/svg+xml";

/// FNV-1a: a name for a version of all files, not a proof of anything.
struct Version(u64);

impl Version {
    fn new() -> Version {
        Version(0xcbf2_9ce4_8422_2325)
    }

    fn add(&mut self, bytes: impl Iterator<Item = u8>) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn name(&self) -> String {
        format!("{:016x}", self.0)
    }
}

/// Every file that may be served, and the hash of them all.
///
/// The address of a file is `/assets/{hash}/{path}`. The hash is of the whole folder and not of the one file,
/// so that relative addresses inside a style sheet lead to the right place.
#[derive(Debug)]
pub struct Assets {
    hash: String,
    files: BTreeMap<String, Asset>,
}

impl Assets {
    /// `brought`: drawings that are not in the program (SVG), by their path.
    pub(super) fn load(brought: Vec<(String, String)>) -> Result<Assets, RenderError> {
        let mut files = BTreeMap::new();
        let mut version = Version::new();
        let mut paths: Vec<String> = Embedded::iter().map(Cow::into_owned).collect();
        paths.sort();
        for path in paths {
            let Some(mime) = mime(&path) else { continue };
            let file = Embedded::get(&path).ok_or_else(|| RenderError::Missing(path.clone()))?;
            version.add(path.bytes().chain(file.metadata.sha256_hash()));
            files.insert(path, Asset::new(file.data, mime));
        }
        for (path, drawing) in brought {
            version.add(path.bytes().chain(drawing.bytes()));
            files.insert(path, Asset::new(Cow::Owned(drawing.into_bytes()), SVG));
        }
        Ok(Assets {
            hash: version.name(),
            files,
        })
    }

    /// Names this version of all files: sixteen hexadecimal digits.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The file at a path below `assets/`, e.g. `varco.css`. Only what pages load: no licence, no source.
    pub fn find(&self, path: &str) -> Option<&Asset> {
        self.files.get(path)
    }

    /// The address of a file, for a page. `None` for a file that is not there.
    pub fn url(&self, path: &str) -> Option<String> {
        self.files
            .contains_key(path)
            .then(|| format!("/assets/{}/{path}", self.hash))
    }

    /// Every path, in order.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }
}

/// The type of a file that a browser loads; `None` for anything else in the folder.
fn mime(path: &str) -> Option<&'static str> {
    if path.starts_with("source/") {
        return None;
    }
    match path.rsplit('.').next()? {
        "css" => Some("text/css; charset=utf-8"),
        "js" => Some("text/javascript; charset=utf-8"),
        "svg" => Some(SVG),
        "woff2" => Some(WOFF2),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_gets_an_address_that_changes_with_the_content() {
        let assets = Assets::load(Vec::new()).unwrap();
        assert_eq!(assets.hash().len(), 16);
        assert_eq!(
            assets.url("varco.css").unwrap(),
            format!("/assets/{}/varco.css", assets.hash())
        );
        assert!(assets.url("nothing.css").is_none());
    }

    #[test]
    fn only_what_a_page_loads_is_served() {
        let assets = Assets::load(Vec::new()).unwrap();
        assert!(assets.find("README.md").is_none());
        assert!(assets.find("source/bi-subset-entry.js").is_none());
        assert_eq!(assets.find("favicon.svg").unwrap().mime, "image/svg+xml");
        assert!(assets.paths().count() > 8);
    }

    #[test]
    fn a_style_sheet_travels_compressed_and_a_font_as_it_is() {
        let assets = Assets::load(Vec::new()).unwrap();
        let sheet = assets.find("varco.css").unwrap();
        let mut plain = Vec::new();
        let mut decoder = flate2::read::GzDecoder::new(sheet.gzip().unwrap());
        std::io::Read::read_to_end(&mut decoder, &mut plain).unwrap();
        assert!(plain == *sheet.bytes && sheet.gzip().unwrap().len() < plain.len() / 2);
        let font = assets.paths().find(|path| path.ends_with(".woff2")).unwrap();
        assert!(assets.find(font).unwrap().gzip().is_none());
    }

    #[test]
    fn every_address_inside_the_style_sheets_leads_to_a_file_of_ours() {
        let assets = Assets::load(Vec::new()).unwrap();
        for sheet in assets.paths().filter(|path| path.ends_with(".css")) {
            let css = String::from_utf8(assets.find(sheet).unwrap().bytes.to_vec()).unwrap();
            for url in css.split("url(").skip(1).map(|rest| rest.split(')').next().unwrap()) {
                let url = url.trim_matches(['"', '\'']);
                assert!(
                    url.starts_with("data:image/") || assets.find(url).is_some(),
                    "{sheet}: {url:.80}"
                );
            }
        }
    }

    #[test]
    fn the_vendored_files_are_those_of_their_list() {
        let folder = "vendor/bootstrap-italia-2.18.3";
        let sums = Embedded::get(&format!("{folder}/SHA256SUMS")).unwrap();
        let mut listed: Vec<String> = Vec::new();
        for line in std::str::from_utf8(&sums.data).unwrap().lines() {
            let (sum, path) = line.split_once("  ").unwrap();
            let file = Embedded::get(&format!("{folder}/{path}")).unwrap();
            let found: String = file.metadata.sha256_hash().iter().map(|b| format!("{b:02x}")).collect();
            assert_eq!(found, sum, "{path}");
            listed.push(format!("{folder}/{path}"));
        }
        listed.push(format!("{folder}/SHA256SUMS"));
        for path in Embedded::iter().filter(|path| path.starts_with(folder)) {
            assert!(listed.iter().any(|l| *l == path), "{path} is not on the list");
        }
    }
}
