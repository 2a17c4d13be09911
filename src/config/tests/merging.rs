//! `varco demo --config FILE`: the file over the generated text.

use super::installation::Installation;
use crate::config::{Config, ManifestFile, Mistake, load_merged};
use chrono::TimeDelta;

/// What the demo generates, with files named by their whole path.
fn generated(installation: &Installation) -> String {
    let path = |name: &str| installation.path(name).display().to_string();
    super::installation::EXAMPLE
        .replace("\"keys/", &format!("\"{}/", path("keys")))
        .replace("\"secrets/", &format!("\"{}/", path("secrets")))
        .replace("\"spid-identity", &format!("\"{}", path("spid-identity")))
        .replace("\"cie-identity", &format!("\"{}", path("cie-identity")))
        .replace("\"eidas-node", &format!("\"{}", path("eidas-node")))
}

fn merged(file: &str) -> Result<Config, Vec<Mistake>> {
    let installation = Installation::new().file("mine.toml", file);
    load_merged(&generated(&installation), &[&installation.path("mine.toml")])
}

#[test]
fn without_a_file_the_generated_text_is_the_configuration() {
    let installation = Installation::new();
    let config = load_merged(&generated(&installation), &[]).unwrap();
    assert_eq!(config.clients.len(), 1);
}

#[test]
fn a_table_of_the_file_joins_that_of_the_text() {
    let config = merged("[branding]\nadministration = \"Provincia di Prova\"\n").unwrap();
    assert_eq!(config.branding.administration, "Provincia di Prova");
    assert_eq!(config.branding.parent.as_deref(), Some("Regione Esempio"));
}

#[test]
fn a_client_of_the_file_comes_after_the_others() {
    let client = "[[client]]\nclient_id = \"mio\"\nclient_name = \"Mio\"\nredirect_uris = [\"https://mio.example.it/cb\"]\n\
                  token_endpoint_auth_method = \"none\"\n";
    let config = merged(client).unwrap();
    let names: Vec<&str> = config.clients.iter().map(|client| client.id.as_str()).collect();
    assert_eq!(names, ["suap", "mio"]);
}

#[test]
fn a_client_with_the_same_name_replaces_the_other_as_a_whole() {
    let client = "[[client]]\nclient_id = \"suap\"\nclient_name = \"Mio\"\nredirect_uris = [\"https://mio.example.it/cb\"]\n\
                  token_endpoint_auth_method = \"none\"\n";
    let config = merged(client).unwrap();
    assert_eq!(config.clients.len(), 1);
    assert!(config.clients[0].roles.is_empty());
}

#[test]
fn a_mistake_in_the_file_is_told_with_the_line_of_the_file() {
    let mistakes = merged("# mine\n\n[session]\nidle_minutes = 0\n").unwrap_err();
    assert_eq!(mistakes.len(), 1);
    assert!(mistakes[0].file.ends_with("mine.toml"));
    assert_eq!(
        (mistakes[0].line, mistakes[0].setting.as_str()),
        (4, "session.idle_minutes")
    );
}

#[test]
fn a_client_of_the_file_finds_its_secret_beside_the_file() {
    let installation = Installation::new()
        .file(
            "mine.toml",
            "[[client]]\nclient_id = \"mio\"\nclient_name = \"Mio\"\nredirect_uris = [\"https://mio.example.it/cb\"]\n\
             secret_file = \"mio.secret\"\n",
        )
        .file("mio.secret", "0123456789abcdef0123456789abcdef");
    let config = load_merged(&generated(&installation), &[&installation.path("mine.toml")]).unwrap();
    assert_eq!(config.clients[1].secret_hashes.len(), 1);
}

#[test]
fn of_two_files_the_later_one_has_the_last_word() {
    let installation = Installation::new()
        .file(
            "clients.toml",
            "[[client]]\nclient_id = \"mio\"\nclient_name = \"Mio\"\nredirect_uris = [\"https://mio.example.it/cb\"]\n\
             token_endpoint_auth_method = \"none\"\n\n[session]\nidle_minutes = 10\n",
        )
        .file("mine.toml", "[session]\nidle_minutes = 20\n");
    let files = ["clients.toml", "mine.toml"].map(|name| installation.path(name));
    let config = load_merged(&generated(&installation), &[&files[0], &files[1]]).unwrap();
    assert_eq!(config.clients.len(), 2);
    assert_eq!(config.session.idle(), TimeDelta::minutes(20));
}

#[test]
fn a_fault_in_a_manifest_is_told_with_its_line() {
    let installation = Installation::new().file(
        "manifest.toml",
        "[[organisation]]\nalias = \"acme-srl\"\nname = \"ACME SRL\"\n\n[[organisation]]\nalias = \"Il Ponte\"\nname = \"Il Ponte\"\n",
    );
    let file = ManifestFile::load(&installation.path("manifest.toml")).unwrap();
    let faults = file.manifest.organisation[1].to_organisation().unwrap_err();
    let mistakes = file.mistakes("organisation[1]", &faults);
    assert_eq!(
        (mistakes[0].line, mistakes[0].setting.as_str()),
        (6, "organisation[1].alias")
    );
}

#[test]
fn an_unknown_name_in_a_manifest_is_told_with_its_line() {
    let installation = Installation::new().file("manifest.toml", "[[mandate]]\nperon = \"x\"\n");
    let mistakes = ManifestFile::load(&installation.path("manifest.toml")).err().unwrap();
    assert_eq!(mistakes[0].line, 2);
    assert_eq!(mistakes[0].message, "unknown setting; did you mean `person`?");
}
