//! The configuration that the demo generates.

use super::Arguments;
use super::files::Files;
use crate::demo::world::World;
use anyhow::Context as _;
use std::path::{Path, PathBuf};

/// The demo's own file first, then those that were named.
fn with_more(own: &Path, named: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = vec![own.to_owned()];
    for path in named {
        let found = path.canonicalize();
        files.push(found.with_context(|| format!("cannot find {}", path.display()))?);
    }
    Ok(files)
}

/// The configuration that `varco serve` would be given, as text.
pub(super) fn configuration(arguments: &Arguments, world: &World, files: &Files) -> anyhow::Result<String> {
    let data = arguments.data.canonicalize()?;
    let sqlite = |name: &str| format!("sqlite:{}", data.join(name).display());
    let database = arguments.database.clone().unwrap_or_else(|| sqlite("varco.sqlite"));
    let brief = arguments.brief.clone().unwrap_or_else(|| sqlite("brief.sqlite"));
    let metadata = with_more(&files.idp_metadata, &arguments.spid_idp_metadata)?;
    let cie_metadata = with_more(&files.cie_idp_metadata, &arguments.cie_idp_metadata)?;
    let text = |value: &str| toml::Value::String(value.to_owned()).to_string();
    let paths = |paths: &[PathBuf]| {
        toml::Value::Array(
            paths
                .iter()
                .map(|p| toml::Value::String(p.display().to_string()))
                .collect(),
        )
        .to_string()
    };
    // The portals call Varco from within, and trust what its proxy shows.
    let trusted = match arguments.tls {
        true => format!(
            "root_certificates = {}\n",
            text(&files.tls.authority.display().to_string())
        ),
        false => String::new(),
    };
    Ok(format!(
        r#"issuer = {issuer}
[listen]
address = "{address}"
[store]
database = {database}
brief = {brief}
[keys]
oidc = {oidc}
master_key_file = {master_key}
[outbound]
allow_hosts = ["localhost", "127.0.0.1", "127.0.0.2"]
{trusted}[spid]
key = {spid_key}
certificate = {spid_certificate}
entity_id = {spid_entity_id}
ipa_code = "c_x000"
email = "protocollo@comune.example.it"
telephone = "+390000000000"
idp_metadata = {metadata}
[[spid.attribute_set]]
index = 1
attributes = ["spidCode", "name", "familyName", "fiscalNumber", "dateOfBirth", "placeOfBirth", "gender", "email"]
[[spid.attribute_set]]
index = 2
attributes = ["spidCode", "name", "familyName", "fiscalNumber", "dateOfBirth", "companyName", "companyFiscalNumber", "ivaCode", "registeredOffice"]
[[spid.attribute_set]]
index = 3
attributes = ["spidCode", "name", "familyName", "fiscalNumber", "dateOfBirth", "placeOfBirth", "gender", "email", "mobilePhone", "address"]
[[spid.organisation]]
language = "it"
name = "Comune di Prova"
display_name = "Comune di Prova"
url = "https://www.comune.example.it"
[[spid.organisation]]
language = "en"
name = "Municipality of Prova"
display_name = "Municipality of Prova"
url = "https://www.comune.example.it/en"
[spid.service_names]
it = "Servizi online"
en = "Online services"
[cns]
url = {cards_url}
address = "127.0.0.1:{cards_port}"
certificate = {cards_certificate}
key = {cards_key}
authorities = {cards_authorities}
[mtls]
url = {mtls_url}
address = "127.0.0.1:{mtls_port}"
certificate = {mtls_certificate}
key = {mtls_key}
[cie]
key = {cie_key}
certificate = {cie_certificate}
entity_id = {cie_entity_id}
idp_metadata = {cie_metadata}
[cie.administrative]
ipa_code = "c_x000"
municipality = "H501"
province = "RM"
email = "protocollo@comune.example.it"
telephone = "+390000000000"
[eidas]
idp_metadata = {eidas_metadata}
[branding]
administration = "Comune di Prova"
tagline = "Accesso unico ai servizi digitali"
parent = "Ambiente dimostrativo"
address = "Piazza del Municipio 1, 00000 Borgo Alto · dati inventati"
[branding.links]
help = "https://www.comune.example.it/assistenza"
privacy = "https://www.comune.example.it/privacy"
legal_notes = "https://www.comune.example.it/note-legali"
accessibility_statement = "https://form.agid.gov.it/view/esempio"
accessibility_feedback = "https://www.comune.example.it/segnala"
{clients}"#,
        issuer = text(&world.issuer),
        spid_entity_id = text(&world.spid_entity_id),
        address = arguments.listens_on()?,
        database = text(&database),
        brief = text(&brief),
        oidc = paths(std::slice::from_ref(&files.oidc_key)),
        master_key = text(&files.master_key.display().to_string()),
        spid_key = text(&files.spid_key.display().to_string()),
        spid_certificate = text(&files.spid_certificate.display().to_string()),
        metadata = paths(&metadata),
        cards_url = text(&world.cards_base),
        cards_port = arguments.port_base.checked_add(4).context("no port for cards")?,
        cards_certificate = text(&files.cards.join("listener.crt").display().to_string()),
        cards_key = text(&files.cards.join("listener.key").display().to_string()),
        cards_authorities = text(&files.cards.join("authorities").display().to_string()),
        mtls_url = text(&world.mtls_base),
        mtls_port = arguments
            .port_base
            .checked_add(6)
            .context("no port for client certificates")?,
        mtls_certificate = text(&files.tls.certificate.display().to_string()),
        mtls_key = text(&files.tls.key.display().to_string()),
        cie_key = text(&files.cie_key.display().to_string()),
        cie_certificate = text(&files.cie_certificate.display().to_string()),
        cie_entity_id = text(&world.cie_entity_id()),
        cie_metadata = paths(&cie_metadata),
        eidas_metadata = text(&files.eidas_metadata.display().to_string()),
        clients = world.clients(&files.secrets),
    ))
}
