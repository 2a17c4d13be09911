//! `varco keys` and `varco audit`, as an operator types them.

use crate::harness::stores::{behind_its_back, fresh};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const WHY: &str = "Verifica periodica del registro";

/// A folder with a configuration that works: the shipped example, over stores of this test.
struct Installation {
    folder: tempfile::TempDir,
    _stores: crate::harness::stores::Stores,
    database: String,
}

/// A configuration without these sections: they name files of their own, and have nothing to do with the register.
fn without(config: &str, sections: &[&str]) -> String {
    let mut kept = String::new();
    let mut keeping = true;
    for line in config.lines() {
        if let Some(name) = line.strip_prefix('[') {
            let name = name.trim_start_matches('[').split([']', '.']).next().unwrap();
            keeping = !sections.contains(&name);
        }
        if keeping {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

impl Installation {
    async fn new() -> Installation {
        let (stores, database, brief) = fresh().await;
        let folder = tempfile::tempdir().unwrap();
        for name in ["keys", "secrets"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
        }
        let installation = Installation {
            folder,
            _stores: stores,
            database,
        };
        installation.ok(&["keys", "oidc", "--out", "keys/oidc-2026.pem"]);
        installation.ok(&["keys", "master", "--out", "keys/master.key"]);
        installation.ok(&[
            "keys",
            "spid",
            "--key",
            "keys/spid.pem",
            "--certificate",
            "keys/spid.crt",
            "--bits",
            "2048",
            "--entity-id",
            "https://login.ente.example.it",
            "--organisation",
            "Comune di Borgo Alto",
            "--display-name",
            "Borgo Alto",
            "--ipa-code",
            "c_a123",
            "--locality",
            "Borgo Alto",
        ]);
        installation.write("secrets/suap", "0123456789abcdef0123456789abcdef");
        let example = include_str!("../../../docs/varco.example.toml");
        let config = without(example, &["cns", "cie", "eidas", "mtls"])
            .replace("signers = [\"keys/spid-registry.crt\"]", "signers = []")
            .replace("sqlite:/var/lib/varco/varco.sqlite", &installation.database)
            .replace("sqlite:/var/lib/varco/brief.sqlite", &brief)
            .replace("idp_metadata = [\"spid-identity-providers.xml\"]", "idp_metadata = []")
            .replace("format = \"json\"", "format = \"text\"");
        installation.write("varco.toml", &config);
        installation
    }

    fn write(&self, name: &str, content: &str) {
        std::fs::write(self.path(name), content).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, arguments: &[&str]) -> Output {
        varco(self.folder.path(), arguments, &[])
    }

    fn ok(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let text = said(&output);
        assert!(output.status.success(), "{arguments:?}: {text}");
        text
    }

    fn fails(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {}", said(&output));
        said(&output)
    }
}

fn varco(folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_varco"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("VARCO_MASTER_KEY")
        .envs(environment.iter().copied())
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

#[tokio::test]
async fn an_operator_verifies_searches_and_exports_and_the_official_is_named() {
    let installation = Installation::new().await;
    installation.write("people.toml", "");
    assert_eq!(
        installation.ok(&["apply", "people.toml"]),
        "0 organisations, 0 people, 0 mandates, 0 officials\n"
    );
    let verified = installation.ok(&["audit", "verify"]);
    assert_eq!(verified, "0 rows in 0 segments, 0 exported heads: ok\n");
    let official = ["--official", "DSMMRP68S49F839E", "--reason", WHY];
    let search = [&["audit", "search", "--from", "2026-01-01"], &official[..]].concat();
    assert_eq!(installation.ok(&search), "0 entries\n");
    let nothing = [&["audit", "export", "--case", "_x", "--out", "case.zip"], &official[..]].concat();
    assert!(
        installation
            .fails(&nothing)
            .contains("the register knows nothing of it")
    );
    assert!(!installation.path("case.zip").exists());
    let person = [
        &["audit", "export", "--person", "DSMMRP68S49F839E", "--out", "person.zip"],
        &official[..],
    ]
    .concat();
    installation.ok(&person);
    let archive = std::fs::read(installation.path("person.zip")).unwrap();
    assert!(!super::register::file_of(&archive, "persona.json").is_empty());

    for wrong in [
        vec![
            "audit",
            "search",
            "--from",
            "2026-01-01",
            "--official",
            "PRVMRA80A15H501A",
            "--reason",
            WHY,
        ],
        vec![
            "audit",
            "search",
            "--from",
            "2026-01-01",
            "--official",
            "DSMMRP68S49F839E",
            "--reason",
            "boh",
        ],
        vec!["audit", "search", "--official", "DSMMRP68S49F839E", "--reason", WHY],
    ] {
        installation.fails(&wrong);
    }
    let recorded = behind_its_back(
        &installation.database,
        &format!("SELECT COUNT(*) FROM security_event WHERE actor IS NOT NULL AND detail LIKE 'command %: {WHY}'"),
    )
    .await
    .unwrap();
    assert_eq!(recorded, [3], "what found nothing too");
}

#[tokio::test]
async fn verify_says_what_is_wrong_and_ends_with_1() {
    let installation = Installation::new().await;
    installation.write("people.toml", "");
    installation.ok(&["apply", "people.toml"]);
    let forged = match installation.database.starts_with("sqlite:") {
        true => "X'11111111111111111111111111111111'",
        false => "'11111111111111111111111111111111'::uuid",
    };
    let sql = format!("INSERT INTO security_event (id, at, kind, segment) VALUES ({forged}, 1, 'person_created', 5)");
    behind_its_back(&installation.database, &sql).await.unwrap();
    assert_eq!(
        installation.fails(&["audit", "verify"]),
        "security_event 11111111-1111-1111-1111-111111111111: added (to a segment that there is not)\n\
         0 rows in 0 segments, 0 exported heads: 1 finding\n"
    );
    installation.write("heads", "head=varco-head-1:security_event:1:AAAA:x:y\n");
    assert!(
        installation
            .fails(&["audit", "verify", "--heads", "heads"])
            .contains("a head cannot be read")
    );
}

#[tokio::test]
async fn the_master_key_is_changed_and_may_stand_in_the_environment() {
    let installation = Installation::new().await;
    installation.ok(&["audit", "verify"]);
    installation.ok(&["keys", "data"]);
    installation.ok(&["keys", "master", "--out", "keys/next.key"]);
    let told = installation.ok(&["keys", "rewrap", "--to", "keys/next.key"]);
    assert!(told.starts_with("6 keys wrapped with master key "), "{told}");
    let refused = installation.fails(&["audit", "verify"]);
    assert!(refused.contains("the data keys are wrapped by master key"), "{refused}");

    let config = std::fs::read_to_string(installation.path("varco.toml")).unwrap();
    installation.write("varco.toml", &config.replace("keys/master.key", "keys/next.key"));
    installation.ok(&["audit", "verify"]);

    let key = std::fs::read_to_string(installation.path("keys/next.key")).unwrap();
    installation.write(
        "varco.toml",
        &config.replace("master_key_file = \"keys/master.key\"\n", ""),
    );
    assert!(
        installation
            .fails(&["audit", "verify"])
            .contains("keys.master_key_file: must be set")
    );
    let folder = installation.folder.path();
    let output = varco(folder, &["audit", "verify"], &[("VARCO_MASTER_KEY", &key)]);
    assert!(output.status.success(), "{}", said(&output));
    installation.write("varco.toml", &config);
    let output = varco(folder, &["audit", "verify"], &[("VARCO_MASTER_KEY", &key)]);
    assert!(
        said(&output).contains("VARCO_MASTER_KEY is set as well"),
        "{}",
        said(&output)
    );
}
