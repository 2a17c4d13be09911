//! `issuer`: the address under which everybody knows this installation.

use super::check::Check;
use url::{Host, Url};

/// https, and nothing behind the host: paths, endpoints and entity ids are built on it to the letter
/// (OpenID Connect Discovery §3).
pub(super) fn check_issuer(check: &mut Check<'_>, issuer: &str) {
    if !check.must_be_set("issuer", issuer) {
        return;
    }
    let Ok(url) = Url::parse(issuer) else {
        check.wrong("issuer", "must be a URL, like `https://login.ente.example.it`");
        return;
    };
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    match url.scheme() {
        "https" => {}
        "http" if loopback && check.allow_demo => {}
        "http" if loopback => check.wrong(
            "issuer",
            "must be https; http on the machine itself is for `varco demo`",
        ),
        _ => check.wrong("issuer", "must be https"),
    }
    if url.origin().ascii_serialization() != issuer {
        check.wrong(
            "issuer",
            "must be scheme, host and port only, in lower case, without a slash at the end",
        );
    }
}
