//! `varco keys`: makes the keys that a configuration names. Never over a file that is there.

use anyhow::{Context as _, ensure};
use protocol::keyring::RsaKey;
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What is typed after `keys`.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// A key for ID tokens (`keys.oidc`).
    Oidc(OidcArguments),
}

/// What is typed after `keys oidc`.
#[derive(Debug, clap::Args)]
pub struct OidcArguments {
    /// Where the key goes; only its owner may read it.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// 2048, 3072 or 4096. Longer ones sign slower, and each token is signed.
    #[arg(long, default_value_t = 2048)]
    bits: u16,
}

/// Makes the key and says its name.
///
/// # Errors
/// When the key cannot be made or written.
pub(super) fn run(command: &Command, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    match command {
        Command::Oidc(arguments) => {
            ensure!(
                [2048, 3072, 4096].contains(&arguments.bits),
                "--bits must be 2048, 3072 or 4096"
            );
            let key = RsaKey::generate(arguments.bits)?;
            write_private(&arguments.out, &key.to_pem()?)?;
            writeln!(out, "{}: key {}", arguments.out.display(), key.kid())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A new file that only its owner reads.
pub(super) fn write_private(path: &Path, content: &str) -> anyhow::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("cannot make {}", path.display()))?;
    file.write_all(content.as_bytes())
        .and_then(|()| file.sync_all())
        .with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    fn make(path: &Path, bits: u16) -> anyhow::Result<ExitCode> {
        let arguments = OidcArguments {
            out: path.to_owned(),
            bits,
        };
        run(&Command::Oidc(arguments), &mut Vec::new())
    }

    #[test]
    fn a_key_is_made_that_can_be_used_and_only_its_owner_reads() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("oidc.pem");
        make(&path, 2048).unwrap();
        assert!(RsaKey::from_pem(&std::fs::read_to_string(&path).unwrap()).is_ok());
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_key_that_is_there_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("oidc.pem");
        std::fs::write(&path, "precious").unwrap();
        let error = make(&path, 2048).unwrap_err();
        assert!(format!("{error:#}").starts_with("cannot make "));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "precious");
    }

    #[test]
    fn a_short_key_is_not_made() {
        let folder = tempfile::tempdir().unwrap();
        assert!(make(&folder.path().join("oidc.pem"), 1024).is_err());
    }
}
