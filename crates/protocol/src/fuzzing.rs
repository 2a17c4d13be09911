//! What `make fuzz` throws bytes at (`fuzz/targets`), and the tests throw again what was found (`fuzz/corpus`).
//! Each takes whatever comes: no panic, bounded time, and something that stays true.

use crate::oidc::authorize::{Arrival, check, destination};
use crate::oidc::client::Client;
use crate::oidc::parameters::Parameters;
use crate::saml::bindings::Message;
use crate::saml::logout::{self, Expected, Sent};
use crate::saml::metadata::identity_providers;
use crate::saml::response::{Accepted, Received, Rejection};
use crate::saml::{IdentityProvider, ServiceProvider, samples};
use crate::x509::PublicKey;
use crate::xml::{Bounds, Element, Tree};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use std::io::Write as _;
use std::sync::LazyLock;
use url::form_urlencoded::Serializer;

/// Of the provider who signed `fuzz/corpus/response/signed-*`; its key was thrown away.
static CERTIFICATE: &[u8] = include_bytes!("../../../fuzz/data/idp.der");
/// Of the citizen of whom it spoke.
const FISCAL_NUMBER: &str = "PRVMRA80A15H501A";

static PARTIES: LazyLock<(IdentityProvider, ServiceProvider)> = LazyLock::new(|| {
    let keys = PublicKey::from_certificate(CERTIFICATE).into_iter().collect();
    (samples::identity_provider(keys), samples::service_provider())
});
static CLIENT: LazyLock<Client> = LazyLock::new(crate::oidc::samples::client);

/// From the form field, or from the XML inside it, to the identity: never another person than the one whose
/// Assertion the provider signed.
pub fn response(data: &[u8]) {
    let form_value = match data.first() {
        Some(b'<' | 0xef) => STANDARD.encode(data),
        _ => String::from_utf8_lossy(data).into_owned(),
    };
    if let Ok(accepted) = receive(&form_value) {
        let number = accepted.identity.fiscal_number;
        assert_eq!(number.as_ref().map(|number| number.as_str()), Some(FISCAL_NUMBER));
    }
}

fn receive(form_value: &str) -> Result<Accepted, Rejection> {
    let (identity_provider, service_provider) = &*PARTIES;
    let received = Received::decode(form_value)?;
    received.verify(
        &samples::pending(),
        identity_provider,
        service_provider,
        samples::skew(),
        samples::now(),
    )
}

/// A logout message by either binding, or the XML inside the query: nobody signed one, so nothing is done.
pub fn logout(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let query = match text.starts_with('<') {
        true => compressed(text),
        false => text.to_owned(),
    };
    let (identity_provider, service_provider) = &*PARTIES;
    let expected = Expected {
        identity_provider,
        service_provider,
        clock_skew: samples::skew(),
        now: samples::now(),
    };
    for read in [logout::Received::by_redirect, logout::Received::by_post] {
        let Ok(received) = read(&query) else {
            continue;
        };
        let sent = Sent {
            request_id: received.in_response_to().unwrap_or_default().to_owned(),
            issue_instant: samples::now(),
        };
        match received.kind() {
            Message::Request => assert!(received.asked(&expected).is_err()),
            Message::Response => assert!(received.answered(&sent, &expected).is_err()),
        }
    }
}

/// The query that carries `xml`, with a signature that nobody made.
fn compressed(xml: &str) -> String {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    let deflated = encoder.write_all(xml.as_bytes()).and_then(|()| encoder.finish());
    let name = match xml.contains("LogoutResponse") {
        true => "SAMLResponse",
        false => "SAMLRequest",
    };
    Serializer::new(String::new())
        .append_pair(name, &STANDARD.encode(deflated.unwrap_or_default()))
        .append_pair("SigAlg", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256")
        .append_pair("Signature", &STANDARD.encode([7; 256]))
        .finish()
}

/// Metadata of identity providers: nobody without a key and an address.
pub fn metadata(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    for provider in identity_providers(text).unwrap_or_default() {
        assert!(!provider.entity_id.is_empty() && !provider.signing_keys.is_empty());
        assert!(provider.sso_redirect.is_some() || provider.sso_post.is_some());
    }
}

/// The tree that everything else is read from: within its bounds, and no name with a colon in it.
pub fn xml(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    for bounds in [Bounds::MESSAGE, Bounds::METADATA] {
        if let Ok(tree) = Tree::parse(text, bounds) {
            assert!(walk(tree.root(), bounds.depth) <= bounds.nodes);
        }
    }
}

/// How many elements there are.
fn walk(element: Element<'_>, depth: u32) -> usize {
    assert!(!element.local_name().is_empty() && !element.local_name().contains(':'));
    assert!(element.attribute_names().iter().all(|name| !name.contains(':')));
    assert!(element.sole_text().is_none_or(|text| !text.is_empty()));
    let _ = (element.text(), element.has_loose_text(), element.is_empty());
    let below = depth.checked_sub(1).expect("deeper than the bounds");
    let mut elements: usize = 1;
    for child in element.children() {
        assert!(child.parent() == Some(element));
        elements = elements.saturating_add(walk(child, below));
    }
    elements
}

/// The query of an authorisation request: never a redirect that was not registered to the letter.
pub fn authorize(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let Ok(parameters) = Parameters::parse(text) else {
        return;
    };
    if let Ok(destination) = destination(&parameters, Some(&CLIENT)) {
        assert!(CLIENT.redirect_uris.contains(destination.redirect_uri()));
        let _ = check(&parameters, &CLIENT, &destination, Arrival::default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::Path;

    /// Every input that was kept for a target, with its name.
    fn kept(target: &str) -> Vec<(String, Vec<u8>)> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../fuzz/corpus")
            .join(target);
        let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<_> = files
            .map(|path| (path.display().to_string(), fs::read(&path).unwrap()))
            .collect();
        files.sort();
        files
    }

    #[test]
    fn what_the_fuzzers_were_given_and_found_is_met_well() {
        type Target = fn(&[u8]);
        let targets: [(&str, Target); 5] = [
            ("response", response),
            ("logout", logout),
            ("metadata", metadata),
            ("xml", xml),
            ("authorize", authorize),
        ];
        for (target, run) in targets {
            let kept = kept(target);
            assert!(!kept.is_empty(), "no seed for {target}");
            for (_, input) in kept {
                run(&input);
            }
        }
    }

    #[test]
    fn the_signed_seeds_are_accepted_so_that_fuzzing_gets_beyond_the_door() {
        let signed: Vec<_> = kept("response")
            .into_iter()
            .filter(|(name, _)| name.contains("signed-"))
            .collect();
        assert!(signed.len() >= 3, "{}", signed.len());
        for (name, xml) in signed {
            assert!(receive(&STANDARD.encode(xml)).is_ok(), "{name}");
        }
    }
}
