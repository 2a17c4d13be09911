//! The lists of `conformance/cns/make-trust-list`: signed by xmlsec1, not by us.

use super::*;
use crate::x509::pem_to_der;
use chrono::TimeZone as _;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

fn folder() -> &'static Path {
    static FOLDER: OnceLock<tempfile::TempDir> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        for script in ["make-pki", "make-trust-list"] {
            let path = Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("../../conformance/cns")
                .join(script);
            let made = Command::new(path).arg(folder.path()).output().unwrap();
            assert!(
                made.status.success(),
                "{script}: {}",
                String::from_utf8_lossy(&made.stderr)
            );
        }
        folder
    });
    folder.path()
}

fn document(name: &str) -> String {
    std::fs::read_to_string(folder().join(name)).unwrap()
}

fn key(name: &str) -> PublicKey {
    PublicKey::from_certificate(&certificate(name)).unwrap()
}

fn certificate(name: &str) -> Vec<u8> {
    pem_to_der(&document(&format!("{name}.pem"))).unwrap()
}

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 22, 12, 0, 0).unwrap()
}

fn read(name: &str) -> Result<TrustList, TrustListError> {
    TrustList::read(&document(name), &[key("tl-signer")])
}

#[test]
fn the_list_names_the_authorities_that_are_recognised_for_cards() {
    let list = read("trust-list.xml").unwrap();
    assert_eq!((list.sequence, list.services.len()), (141, 5));
    assert_eq!(list.admit(None, now()), Ok(()));
    let authorities: Vec<&[u8]> = list.card_authorities(now()).collect();
    // Not the ceased one, and not the one that is only for qualified signatures.
    assert_eq!(authorities, ["cns-sub", "cns-direct", "cie-sub"].map(certificate));
}

#[test]
fn a_list_without_the_pinned_signature_is_no_list() {
    assert_eq!(read("trust-list-unsigned.xml"), Err(TrustListError::Unsigned));
    assert_eq!(read("trust-list-tampered.xml"), Err(TrustListError::Signature));
    assert_eq!(read("trust-list-stranger.xml"), Err(TrustListError::Signature));
    assert_eq!(
        TrustList::read(&document("trust-list.xml"), &[]),
        Err(TrustListError::Signature)
    );
    assert_eq!(
        TrustList::read("<no/>", &[key("tl-signer")]),
        Err(TrustListError::Unsigned)
    );
    assert_eq!(TrustList::read("no", &[key("tl-signer")]), Err(TrustListError::NotXml));
    // Both signers are pinned while one replaces the other.
    let both = [key("tl-stranger"), key("tl-signer")];
    assert!(TrustList::read(&document("trust-list.xml"), &both).is_ok());
}

/// AgID's list is 2 MB today; one of a stranger's size is not read at all.
#[test]
fn attack_9_a_list_may_be_much_larger_than_todays_and_has_a_bound() {
    let of = |bytes: usize| {
        let list = format!("<list>{}</list>", "x".repeat(bytes - 13));
        TrustList::read(&list, &[key("tl-signer")])
    };
    assert_eq!(of(4 * 1024 * 1024), Err(TrustListError::Unsigned));
    assert_eq!(of(16 * 1024 * 1024 + 1), Err(TrustListError::NotXml));
}

#[test]
fn an_older_list_does_not_come_back_and_a_stale_one_is_not_used() {
    assert_eq!(
        read("trust-list-older.xml").unwrap().admit(Some(141), now()),
        Err(TrustListError::Older)
    );
    assert_eq!(read("trust-list.xml").unwrap().admit(Some(141), now()), Ok(()));
    assert_eq!(read("trust-list-newer.xml").unwrap().admit(Some(141), now()), Ok(()));
    assert_eq!(
        read("trust-list-stale.xml").unwrap().admit(None, now()),
        Err(TrustListError::Stale)
    );
    let list = read("trust-list.xml").unwrap();
    let next = list.next_update.unwrap();
    assert!(!list.in_force(next) && list.in_force(next - chrono::TimeDelta::seconds(1)));
}

#[test]
fn a_service_that_begins_tomorrow_does_not_count_today() {
    let list = read("trust-list.xml").unwrap();
    let before = Utc.with_ymd_and_hms(2023, 12, 31, 0, 0, 0).unwrap();
    assert_eq!(list.card_authorities(before).count(), 0);
}

#[test]
fn a_signature_over_less_than_the_document_is_refused_before_any_cryptography() {
    let good = document("trust-list.xml");
    let changes = [
        // The document's reference turned to what the signature itself holds.
        (r#"<ds:Reference URI="">"#, r##"<ds:Reference URI="#xades">"##),
        // A reference outside.
        (r##"URI="#xades""##, r#"URI="http://127.0.0.1:9/x""#),
        // One to an element of the list.
        (r##"URI="#xades""##, r##"URI="#elsewhere""##),
        ("xmldsig#enveloped-signature", "xmldsig#base64"),
        ("xmldsig-more#rsa-sha256", "xmldsig#rsa-sha1"),
        ("xmlenc#sha256", "xmldsig#sha1"),
    ];
    for (from, to) in changes {
        let changed = good.replacen(from, to, 1);
        assert_ne!(changed, good, "{from}");
        let refused = TrustList::read(&changed, &[key("tl-signer")]);
        assert_eq!(refused, Err(TrustListError::Signature), "{to}");
    }
    // The signature wrapped one element deeper.
    let wrapped = good
        .replace("<ds:Signature ", "<Wrap><ds:Signature ")
        .replace("</ds:Signature>", "</ds:Signature></Wrap>");
    assert_eq!(
        TrustList::read(&wrapped, &[key("tl-signer")]),
        Err(TrustListError::Signature)
    );
}

/// Operators search their logs by these words (docs/LOGGING.md).
#[test]
fn each_reason_has_a_word_of_its_own_in_the_log() {
    let words = [
        TrustListError::NotXml,
        TrustListError::Unsigned,
        TrustListError::Signature,
        TrustListError::Malformed("x"),
        TrustListError::Territory,
        TrustListError::Older,
        TrustListError::Stale,
    ]
    .map(TrustListError::name);
    let expected = [
        "not_xml",
        "unsigned",
        "signature",
        "malformed",
        "territory",
        "older",
        "stale",
    ];
    assert_eq!(words, expected.map(|word| format!("trust_list_{word}")));
}
