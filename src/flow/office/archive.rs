//! What is handed out of the register: a ZIP file with the documents to the byte, so that their signatures can be
//! verified by anybody.

use super::register::Opened;
use aws_lc_rs::digest::{SHA256, digest};
use chrono::{DateTime, SecondsFormat, Utc};
use domain::audit::SecurityEvent;
use domain::person::Person;
use serde_json::{Value, json};
use std::io::{Cursor, Write as _};
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// What goes into it.
pub(super) struct Handed<'h> {
    pub(super) entries: &'h [Opened],
    pub(super) events: &'h [SecurityEvent],
    /// The person whose data all of it is.
    pub(super) person: Option<&'h Person>,
    pub(super) issuer: &'h str,
    pub(super) at: DateTime<Utc>,
}

const README: &str = "\
Estratto del registro delle transazioni
=======================================

registro.json   una voce per ogni risposta di un gestore di identità (indici, esito, SHA-256 dei documenti)
eventi.json     gli eventi di sicurezza collegati
persona.json    i dati anagrafici conservati (solo per l'estratto di una persona)
documenti/      AuthnRequest e Response di ogni voce, byte per byte come sono passate

La firma di una Response si verifica con il certificato del gestore di identità, per esempio:

    xmlsec1 --verify --pubkey-cert-pem gestore.pem \\
        --id-attr:ID urn:oasis:names:tc:SAML:2.0:assertion:Assertion \\
        --id-attr:ID urn:oasis:names:tc:SAML:2.0:protocol:Response documenti/0001-response.xml

Contiene dati personali: va conservato e distrutto come tale.

---

An extract of the transaction register: an entry for each answer of an identity provider (registro.json), the related
security events (eventi.json), the person's data on file (persona.json, only for the extract of a person), and the
documents to the byte (documenti/), whose signatures can be verified as shown above. It holds personal data.
";

/// Writes the file.
///
/// # Errors
/// When a part cannot be written.
pub(super) fn write(handed: &Handed<'_>) -> Result<Vec<u8>, ZipError> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    add(&mut zip, "LEGGIMI.txt", README.as_bytes())?;
    let mut listed = Vec::new();
    for (opened, number) in handed.entries.iter().zip(1_u32..) {
        let (request, response) = (
            format!("documenti/{number:04}-request.xml"),
            format!("documenti/{number:04}-response.xml"),
        );
        if let Some(content) = &opened.content {
            add(&mut zip, &request, content.request_document.as_bytes())?;
            if let Some(document) = &content.response_document {
                add(&mut zip, &response, document.as_bytes())?;
            }
        }
        listed.push(entry(opened, &request, &response));
    }
    let register = json!({
        "issuer": handed.issuer,
        "exported_at": instant(handed.at),
        "entries": listed,
    });
    add_json(&mut zip, "registro.json", &register)?;
    add_json(&mut zip, "eventi.json", &json!(handed.events))?;
    if let Some(person) = handed.person {
        add_json(&mut zip, "persona.json", &json!(person))?;
    }
    Ok(zip.finish()?.into_inner())
}

fn entry(opened: &Opened, request: &str, response: &str) -> Value {
    let (entry, content) = (&opened.entry, opened.content.as_ref());
    let document = |file: &str, text: &str| json!({ "file": file, "bytes": text.len(), "sha256": sha256(text) });
    json!({
        "id": entry.id,
        "request_id": entry.request_id,
        "request_issued_at": instant(entry.request_issued_at),
        "response_id": entry.response_id,
        "response_issued_at": entry.response_issued_at.map(instant),
        "response_issuer": entry.identity_provider,
        "assertion_id": entry.assertion_id,
        "subject": content.and_then(|content| content.name_id.clone()),
        "subject_name_qualifier": entry.name_qualifier,
        "session_index": content.and_then(|content| content.session_index.clone()),
        "client_id": entry.client_id,
        "sub": entry.person,
        "outcome": entry.outcome,
        "reference": entry.reference,
        "source_address": content.and_then(|content| content.source_address.clone()),
        "received_at": instant(entry.received_at),
        "segment": entry.segment,
        "request": content.map(|content| document(request, &content.request_document)),
        "response": content
            .and_then(|content| content.response_document.as_deref())
            .map(|text| document(response, text)),
        "response_left_out": content.and_then(|content| content.left_out.clone()),
        "readable": content.is_some(),
    })
}

fn add(zip: &mut ZipWriter<Cursor<Vec<u8>>>, name: &str, bytes: &[u8]) -> Result<(), ZipError> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    zip.start_file(name, options)?;
    zip.write_all(bytes)?;
    Ok(())
}

fn add_json(zip: &mut ZipWriter<Cursor<Vec<u8>>>, name: &str, value: &Value) -> Result<(), ZipError> {
    add(zip, name, format!("{value:#}\n").as_bytes())
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

fn sha256(text: &str) -> String {
    let hash = digest(&SHA256, text.as_bytes());
    hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
