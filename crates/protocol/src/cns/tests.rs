//! Every card of the invented PKI (`conformance/cns/make-pki`, made once with openssl for all tests here).

use super::revocation::{self, RevocationList, Status, Unchecked};
use super::*;
use crate::x509::{Authorities, PathError, forwarded, pem_to_der};
use chrono::{DateTime, TimeZone as _, Utc};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

const RULES: Rules = Rules {
    cns_like: true,
    cie: true,
};

fn pki() -> &'static Path {
    static PKI: OnceLock<tempfile::TempDir> = OnceLock::new();
    let folder = PKI.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../conformance/cns/make-pki");
        let made = Command::new(script).arg(folder.path()).output().unwrap();
        assert!(
            made.status.success(),
            "make-pki: {}",
            String::from_utf8_lossy(&made.stderr)
        );
        folder
    });
    folder.path()
}

fn file(name: &str) -> PathBuf {
    pki().join(name)
}

fn der(name: &str) -> Vec<u8> {
    let pem = std::fs::read_to_string(file(&format!("{name}.pem"))).unwrap();
    pem_to_der(&pem).unwrap()
}

fn certificate(name: &str) -> ClientCertificate {
    ClientCertificate::parse(&der(name)).unwrap()
}

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 22, 12, 0, 0).unwrap()
}

/// The issuing authorities, as the trusted list has them.
fn authorities() -> Authorities {
    Authorities::new(["cns-sub", "cns-direct", "cie-sub"].map(der))
}

/// Everything that is decided without asking anybody.
fn judge(name: &str) -> Result<Card, Refusal> {
    let certificate = certificate(name);
    let card = RULES.card(&certificate, now())?;
    authorities().path(certificate.der(), &[], now())?;
    Ok(card)
}

#[test]
fn the_cards_that_people_hold_say_whose_they_are() {
    for (name, fiscal_number, kind) in [
        ("card-ok", "PRVMRA80A15H501A", CardKind::Cns),
        ("card-ok-female", "CMPGLI92M71F205F", CardKind::Cns),
        ("card-omocode", "PRVMRA80A15H50MS", CardKind::Cns),
        ("card-minor", "PRVLCU12P15A944P", CardKind::Cns),
        ("card-direct", "PRVMRA80A15H501A", CardKind::Cns),
        ("card-cnslike", "PRVMRA80A15H501A", CardKind::CnsLike),
        ("cie-ok", "PRVMRA80A15H501A", CardKind::Cie),
    ] {
        let card = judge(name).unwrap();
        assert_eq!(
            (card.fiscal_number.as_str(), card.kind),
            (fiscal_number, kind),
            "{name}"
        );
    }
    let card = judge("card-ok-female").unwrap();
    assert_eq!(card.number, "6120000000000002");
    assert_eq!(card.given_name.as_deref(), Some("GIULIA"));
    assert_eq!(card.family_name.as_deref(), Some("CAMPIONELLI"));
    let card = judge("card-nonames").unwrap();
    assert_eq!((card.given_name, card.family_name), (None, None));
}

#[test]
fn attack_30_what_only_looks_like_a_card_is_refused_with_its_reason() {
    for (name, refusal) in [
        ("card-expired", Refusal::Expired),
        ("card-future", Refusal::NotYetValid),
        ("card-wrongca", Refusal::UnknownIssuer),
        ("card-wrongeku", Refusal::ExtendedKeyUsage),
        ("card-nopolicy", Refusal::Policy),
        ("card-signcert", Refusal::KeyUsage),
        ("card-badcf", Refusal::FiscalNumber),
        ("card-nocf", Refusal::CommonName),
        ("card-twocn", Refusal::CommonNames),
        ("card-sha1", Refusal::Weak),
        ("card-selfsigned", Refusal::UnknownIssuer),
        ("card-constrained", Refusal::UnknownIssuer),
        ("card-ca", Refusal::Path),
        ("card-lookalike", Refusal::CommonName),
        ("card-oddplace", Refusal::CommonName),
        ("card-lowercase", Refusal::FiscalNumber),
        ("server", Refusal::ExtendedKeyUsage),
    ] {
        assert_eq!(judge(name).unwrap_err(), refusal, "{name}");
    }
}

#[test]
fn the_first_and_the_last_second_of_a_card_are_its_own() {
    let card = certificate("card-ok");
    let second = chrono::TimeDelta::seconds(1);
    let (first, last) = (card.not_before, card.not_after);
    assert!(RULES.card(&card, first).is_ok());
    assert_eq!(RULES.card(&card, first - second).unwrap_err(), Refusal::NotYetValid);
    assert!(RULES.card(&card, last).is_ok());
    assert_eq!(RULES.card(&card, last + second).unwrap_err(), Refusal::Expired);
}

#[test]
fn attack_30_one_flaw_in_its_key_usage_is_enough() {
    for flaw in [
        |card: &mut ClientCertificate| card.key_usage.as_mut().unwrap().critical = false,
        |card: &mut ClientCertificate| card.key_usage.as_mut().unwrap().digital_signature = false,
        |card: &mut ClientCertificate| card.key_usage.as_mut().unwrap().non_repudiation = true,
        |card: &mut ClientCertificate| card.key_usage = None,
    ] {
        let mut card = certificate("card-ok");
        flaw(&mut card);
        assert_eq!(RULES.card(&card, now()).unwrap_err(), Refusal::KeyUsage);
    }
}

#[test]
fn attack_30_an_authority_under_name_constraints_issues_only_what_they_allow() {
    let card = certificate("card-constrained");
    let roots = Authorities::new([der("cns-root")]);
    let refused = roots.path(card.der(), &[der("constrained")], now());
    assert_eq!(refused.unwrap_err(), PathError::Path);
    // The same as an anchor of its own.
    let anchor = Authorities::new([der("constrained")]);
    assert_eq!(anchor.path(card.der(), &[], now()).unwrap_err(), PathError::Path);
}

#[test]
fn an_authority_that_the_card_sends_along_is_trusted_through_its_root() {
    let roots = Authorities::new([der("cns-root")]);
    let card = certificate("card-ok");
    assert_eq!(
        roots.path(card.der(), &[], now()).unwrap_err(),
        PathError::UnknownIssuer
    );
    let path = roots.path(card.der(), &[der("cns-sub")], now()).unwrap();
    assert_eq!(path.issuer(), der("cns-sub"));
    assert_eq!(
        path.between().collect::<Vec<_>>(),
        [(der("cns-sub").as_slice(), der("cns-root").as_slice())]
    );
}

#[test]
fn an_authority_past_its_own_dates_vouches_for_nobody() {
    // The card was valid then, its issuer was not yet.
    let before = Utc.with_ymd_and_hms(2022, 6, 1, 0, 0, 0).unwrap();
    let authorities = authorities();
    assert_eq!(authorities.in_force(now()), 3);
    assert_eq!(authorities.in_force(before), 0);
    let refused = authorities.path(certificate("card-expired").der(), &[], before);
    assert_eq!(refused.unwrap_err(), PathError::UnknownIssuer);
}

#[test]
fn what_the_operator_does_not_accept_is_refused() {
    let strict = Rules {
        cns_like: false,
        cie: false,
    };
    let judge = |name| strict.card(&certificate(name), now()).map(|card| card.kind);
    assert_eq!(judge("card-ok"), Ok(CardKind::Cns));
    assert_eq!(judge("card-cnslike"), Err(Refusal::KindNotAccepted));
    assert_eq!(judge("cie-ok"), Err(Refusal::KindNotAccepted));
}

#[test]
fn attack_31_a_nul_in_the_common_name_is_no_letter() {
    // `PRVMRA80A15H501A/6…` with one octet turned into NUL; the signature does not matter to what is read.
    let mut der = der("card-ok");
    let at = der.windows(17).position(|w| w == b"PRVMRA80A15H501A/").unwrap();
    der[at + 3] = 0;
    let certificate = ClientCertificate::parse(&der).unwrap();
    assert_eq!(RULES.card(&certificate, now()).unwrap_err(), Refusal::CommonName);
}

#[test]
fn bytes_after_the_certificate_are_no_certificate() {
    let mut der = der("card-ok");
    der.push(0);
    assert_eq!(ClientCertificate::parse(&der).unwrap_err(), Refusal::Malformed);
    assert_eq!(ClientCertificate::parse(&[]).unwrap_err(), Refusal::Malformed);
}

#[test]
fn a_card_says_where_to_ask_and_nothing_prints_whose_it_is() {
    let card = certificate("card-ok");
    assert_eq!(card.crl_addresses(), ["http://127.0.0.1:9888/crl"]);
    assert_eq!(card.ocsp_addresses(), ["http://127.0.0.1:9888/ocsp"]);
    assert_eq!(card.issuer(), "Regione Prova - CA Cittadini");
    let printed = format!("{card:?} {:?}", RULES.card(&card, now()).unwrap());
    assert!(!printed.contains("PRVMRA") && !printed.contains("MARIO"), "{printed}");
    assert_ne!(card.fingerprint(), certificate("card-direct").fingerprint());
}

fn list(name: &str) -> RevocationList {
    RevocationList::parse(&std::fs::read(file(name)).unwrap()).unwrap()
}

#[test]
fn a_revocation_list_of_the_issuer_tells_who_was_revoked() {
    let issuer = der("cns-sub");
    let list = list("cns-sub.crl");
    assert_eq!(list.status(&der("card-ok"), &issuer, now()), Ok(Status::Good));
    assert_eq!(list.status(&der("card-revoked"), &issuer, now()), Ok(Status::Revoked));
    assert_eq!(list.next_update().unwrap().to_rfc3339(), "2049-12-31T23:59:59+00:00");
    // As some certifiers serve it.
    let pem = std::fs::read(file("cns-sub.crl.pem")).unwrap();
    let list = RevocationList::parse(&pem).unwrap();
    assert_eq!(list.status(&der("card-revoked"), &issuer, now()), Ok(Status::Revoked));
}

#[test]
fn attack_30_a_list_that_is_old_or_of_somebody_else_tells_nothing() {
    let status = |name: &str| list(name).status(&der("card-revoked"), &der("cns-sub"), now());
    assert_eq!(status("cns-sub-stale.crl"), Err(Unchecked::Stale));
    assert_eq!(status("cns-sub-rogue.crl"), Err(Unchecked::NotOfIssuer));
    assert_eq!(status("cns-direct.crl"), Err(Unchecked::Silent));
    assert_eq!(RevocationList::parse(b"<html>").unwrap_err(), Unchecked::Malformed);
}

fn ocsp(answer: &str, card: &str, at: DateTime<Utc>) -> Result<Status, Unchecked> {
    let answer = std::fs::read(file(&format!("{answer}.ocsp"))).unwrap();
    revocation::answer(&answer, &der(card), &der("cns-sub"), at).map(|answer| answer.status)
}

/// openssl dates its answers itself.
#[expect(clippy::disallowed_methods, reason = "another program's clock is the system's")]
fn now_of_openssl() -> DateTime<Utc> {
    Utc::now()
}

#[test]
fn the_responder_that_the_issuer_appointed_tells_who_was_revoked() {
    let now = now_of_openssl();
    assert_eq!(ocsp("card-ok", "card-ok", now), Ok(Status::Good));
    assert_eq!(ocsp("card-ok-by-issuer", "card-ok", now), Ok(Status::Good));
    assert_eq!(ocsp("card-revoked", "card-revoked", now), Ok(Status::Revoked));
}

#[test]
fn attack_30_an_answer_of_somebody_else_or_about_somebody_else_tells_nothing() {
    let now = now_of_openssl();
    assert_eq!(ocsp("card-ok-by-card", "card-ok", now), Err(Unchecked::NotOfIssuer));
    assert_eq!(ocsp("card-ok-by-other", "card-ok", now), Err(Unchecked::NotOfIssuer));
    assert_eq!(ocsp("card-ok", "card-revoked", now), Err(Unchecked::Silent));
    assert_eq!(
        ocsp("card-ok", "card-ok", now - chrono::TimeDelta::days(1)),
        Err(Unchecked::Stale)
    );
    assert_eq!(
        ocsp("card-ok", "card-ok", now + chrono::TimeDelta::days(3651)),
        Err(Unchecked::Stale)
    );
    // Signed with SHA-256 and said to be signed with SHA-384, sha384WithRSAEncryption.
    let mut answer = std::fs::read(file("card-ok-by-issuer.ocsp")).unwrap();
    let algorithm = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b";
    let at = answer.windows(9).position(|octets| octets == algorithm).unwrap();
    answer[at + 8] = 0x0c;
    let renamed = revocation::answer(&answer, &der("card-ok"), &der("cns-sub"), now);
    assert_eq!(renamed, Err(Unchecked::NotOfIssuer));
    let garbage = revocation::answer(b"no", &der("card-ok"), &der("cns-sub"), now);
    assert_eq!(garbage.unwrap_err(), Unchecked::Malformed);
    // One bit of the signed data.
    let mut answer = std::fs::read(file("card-revoked.ocsp")).unwrap();
    let at = answer.len() / 4;
    answer[at] ^= 1;
    let changed = revocation::answer(&answer, &der("card-revoked"), &der("cns-sub"), now);
    assert!(changed.is_err(), "{changed:?}");
}

#[test]
fn openssl_reads_the_request_that_we_write() {
    let request = revocation::request(&der("card-ok"), &der("cns-sub")).unwrap();
    let path = file("ours.request");
    std::fs::write(&path, request).unwrap();
    let read = Command::new("openssl")
        .args(["ocsp", "-req_text", "-reqin"])
        .arg(&path)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&read.stdout);
    let serial = Command::new("openssl")
        .args(["x509", "-noout", "-serial", "-in"])
        .arg(file("card-ok.pem"))
        .output();
    let serial = String::from_utf8(serial.unwrap().stdout).unwrap();
    let serial = serial.trim().trim_start_matches("serial=");
    assert!(text.contains(&format!("Serial Number: {serial}")), "{text}");
}

#[test]
fn a_proxy_hands_on_the_same_certificate_in_either_form() {
    use base64::Engine as _;
    let binary = format!(":{}:", base64::engine::general_purpose::STANDARD.encode(der("card-ok")));
    assert_eq!(
        forwarded::certificate(&binary, forwarded::Encoding::Rfc9440),
        Ok(der("card-ok"))
    );
    let pem = std::fs::read_to_string(file("card-ok.pem")).unwrap();
    let escaped: String = url::form_urlencoded::byte_serialize(pem.as_bytes()).collect();
    let escaped = escaped.replace('+', "%20");
    assert_eq!(
        forwarded::certificate(&escaped, forwarded::Encoding::EscapedPem),
        Ok(der("card-ok"))
    );
}
