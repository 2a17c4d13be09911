//! `varco keys accepted`: AgID accepted the metadata that this configuration makes. A file and not a row of the
//! database: it goes with the configuration to every machine, and `check-config` reads it where nothing runs
//! (decision 008).

use crate::config::{self, Accepted, Config, Registration};
use anyhow::{Context as _, bail};
use chrono::{DateTime, Utc};
use protocol::x509::fingerprint;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What is typed after `keys accepted`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The configuration whose metadata AgID accepted.
    #[arg(long, value_name = "FILE", default_value = "varco.toml")]
    config: PathBuf,
}

/// Adds one entry to the file that `spid.registration` names.
///
/// # Errors
/// When the configuration has mistakes or names no such file, or the file cannot be written.
pub(super) fn run(arguments: &Arguments, now: DateTime<Utc>, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let config = match config::load(&arguments.config, false) {
        Ok(config) => config,
        Err(mistakes) => {
            for mistake in &mistakes {
                writeln!(out, "{mistake}")?;
            }
            return Ok(ExitCode::FAILURE);
        }
    };
    let Some(file) = config.spid.registration_file() else {
        bail!("set `spid.registration` to the file in which acceptance is recorded");
    };
    let entry = entry(&config, now)?;
    let mut registration = config.spid.registered().clone();
    if registration
        .current()
        .is_some_and(|last| last.metadata == entry.metadata)
    {
        writeln!(out, "{}: these metadata are on record already", file.display())?;
        return Ok(ExitCode::SUCCESS);
    }
    writeln!(out, "{}: metadata {} accepted", file.display(), entry.metadata)?;
    registration.accepted.push(entry);
    write(file, &registration)?;
    Ok(ExitCode::SUCCESS)
}

fn entry(config: &Config, now: DateTime<Utc>) -> anyhow::Result<Accepted> {
    let provider = config.spid.service_provider(&config.issuer);
    let published = [
        Some(&config.keyring.spid.certificate),
        provider.second_certificate.as_ref(),
    ];
    Ok(Accepted {
        at: now,
        metadata: config
            .spid_metadata_digest()
            .context("the metadata cannot be written")?,
        certificates: published.into_iter().flatten().map(|der| fingerprint(der)).collect(),
    })
}

/// Whole or not at all: the configuration would not start with half a record.
fn write(file: &Path, registration: &Registration) -> anyhow::Result<()> {
    let text = format!(
        "# What AgID accepted, written by `varco keys accepted`; the last entry counts.\n{}",
        toml::to_string(registration)?
    );
    let draft = file.with_extension("new");
    let mut new = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .open(&draft)
        .with_context(|| format!("cannot make {}", draft.display()))?;
    new.write_all(text.as_bytes())
        .and_then(|()| new.sync_all())
        .and_then(|()| std::fs::rename(&draft, file))
        .with_context(|| format!("cannot write {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_recorded_can_be_read_again_and_the_last_entry_counts() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("registered.toml");
        let entry = |day: u32, metadata: &str| Accepted {
            at: format!("2026-11-{day:02}T10:00:00Z").parse().unwrap(),
            metadata: metadata.to_owned(),
            certificates: vec!["ab".repeat(32)],
        };
        let mut registration = Registration::default();
        for (day, metadata) in [(22, "first"), (23, "second")] {
            registration.accepted.push(entry(day, metadata));
            write(&file, &registration).unwrap();
            let read: Registration = toml::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
            assert_eq!(read, registration);
            assert_eq!(read.current().unwrap().metadata, metadata);
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "no draft is left");
    }

    #[test]
    fn a_configuration_with_mistakes_records_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("varco.toml");
        std::fs::write(&config, "[spid]\nregistration = \"registered.toml\"\n").unwrap();
        let mut out = Vec::new();
        let now = "2026-11-22T10:00:00Z".parse().unwrap();
        let code = run(&Arguments { config }, now, &mut out).unwrap();
        assert_eq!(code, ExitCode::FAILURE);
        assert!(String::from_utf8(out).unwrap().contains("spid.key: must be set"));
        assert!(!folder.path().join("registered.toml").exists());
    }
}
