//! `[outbound]`: what Varco itself may call – registries, portals, revocation lists.

use super::check::Check;
use super::secret::{Secret, written_or_in_file};
use serde::Deserialize;
use std::path::PathBuf;
use url::Url;

/// `[outbound]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Outbound {
    /// Hosts that may be called although their address is not public: `host` or `host:port`. Default: none.
    pub allow_hosts: Vec<String>,
    /// `http://proxy.example.it:3128`, for everything but the hosts above. Default: none.
    pub proxy: Option<Secret>,
    /// File with the proxy's URL, when that holds a password.
    pub proxy_file: Option<PathBuf>,
    /// Certificates of authorities that are trusted beside the system's, PEM. Default: none.
    pub root_certificates: Option<PathBuf>,
    /// Longest wait for a connection, seconds, 1 to 60. Default: 5.
    pub connect_timeout_seconds: u32,
    /// Longest whole exchange, seconds, 1 to 120. Default: 15.
    pub timeout_seconds: u32,
    /// What the file of `root_certificates` holds.
    #[serde(skip)]
    pub root_certificates_pem: Option<String>,
}

impl Default for Outbound {
    fn default() -> Outbound {
        Outbound {
            allow_hosts: Vec::new(),
            proxy: None,
            proxy_file: None,
            root_certificates: None,
            connect_timeout_seconds: 5,
            timeout_seconds: 15,
            root_certificates_pem: None,
        }
    }
}

impl Outbound {
    /// Checks, and fetches what stands in files.
    pub(super) fn check(&mut self, check: &mut Check<'_>) {
        for (index, host) in self.allow_hosts.iter_mut().enumerate() {
            match normal(host) {
                Some(written) => *host = written,
                None => check.wrong(
                    &format!("outbound.allow_hosts[{index}]"),
                    "must be a host name or address, with or without `:port`, and nothing else",
                ),
            }
        }
        let file = self.proxy_file.take();
        self.proxy = written_or_in_file(check, "outbound.proxy", self.proxy.as_ref(), file.as_ref());
        if let Some(proxy) = &self.proxy
            && !Url::parse(proxy.reveal()).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
        {
            let setting = file.map_or("outbound.proxy", |_| "outbound.proxy_file");
            check.wrong(setting, "must be an http or https URL");
        }
        if let Some(path) = &self.root_certificates {
            self.root_certificates_pem = check.read("outbound.root_certificates", path);
            if let Some(pem) = &self.root_certificates_pem
                && !pem.contains("-----BEGIN CERTIFICATE-----")
            {
                check.wrong("outbound.root_certificates", "holds no PEM certificate");
            }
        }
        if !(1..=60).contains(&self.connect_timeout_seconds) {
            check.wrong("outbound.connect_timeout_seconds", "must be between 1 and 60");
        }
        if !(1..=120).contains(&self.timeout_seconds) {
            check.wrong("outbound.timeout_seconds", "must be between 1 and 120");
        }
    }
}

/// A host as URLs have it: lower case, without trailing blanks; `None` if it is more than a host and a port.
fn normal(host: &str) -> Option<String> {
    let url = Url::parse(&format!("http://{host}/")).ok()?;
    let plain = url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    let name = url
        .host_str()
        .filter(|_| plain && !host.contains(['/', '@', '?', '#']))?;
    // The parser leaves out port 80, which may have been meant.
    match host.strip_suffix(":80").is_some() {
        true => Some(format!("{name}:80")),
        false => Some(
            url.port()
                .map_or_else(|| name.to_owned(), |port| format!("{name}:{port}")),
        ),
    }
}
