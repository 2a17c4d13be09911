//! `varco keys client-secret`: a client's secret, and how another one takes its place without a moment in which neither
//! is right.

use super::{Random, replace_private};
use anyhow::{Context as _, bail};
use protocol::oidc::hash_secret;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::PathBuf;

/// What is typed after `keys client-secret`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The `secret_file` of the client's entry. One that is there gets the new secret as its first line; the former one
    /// stays good.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Takes the former secret out, once the client uses the new one.
    #[arg(long)]
    retire: bool,
}

/// Writes the file anew, and says what it holds by hash.
///
/// # Errors
/// When the file cannot be read or written, or holds something else than this step needs.
pub(super) fn run(arguments: &Arguments, random: &Random, out: &mut impl Write) -> anyhow::Result<()> {
    let path = &arguments.out;
    let text = match fs::read_to_string(path) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
    };
    let lines = text.as_deref().unwrap_or_default().lines().map(str::trim);
    let held: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    let file = path.display();
    let (secrets, next) = match (arguments.retire, held.as_slice()) {
        (true, [new, _]) => (
            vec![(*new).to_owned()],
            "restart, and the former secret is worth nothing",
        ),
        (true, _) => bail!("{file} does not hold two secrets"),
        (false, []) => (
            vec![random.secret()],
            "name it as `secret_file` of the client, and give the client the secret",
        ),
        (false, [former]) => (
            vec![random.secret(), (*former).to_owned()],
            "restart, give the client the first line; when it uses that, repeat with --retire",
        ),
        (false, _) => bail!("{file} holds two secrets already; first take the former one out with --retire"),
    };
    replace_private(path, &format!("{}\n", secrets.join("\n")))?;
    for secret in &secrets {
        let hash: String = hash_secret(secret).iter().map(|byte| format!("{byte:02x}")).collect();
        writeln!(out, "{file}: SHA-256 {hash}")?;
    }
    writeln!(out, "{next}")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_new_secret_stands_beside_the_former_one_until_that_is_retired() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("suap");
        let step = |retire| {
            let arguments = Arguments {
                out: path.clone(),
                retire,
            };
            let mut told = Vec::new();
            run(&arguments, &Random::System, &mut told).map(|()| {
                let held = fs::read_to_string(&path).unwrap();
                let told = String::from_utf8(told).unwrap();
                assert!(
                    held.lines().all(|secret| !told.contains(secret)),
                    "only hashes are told"
                );
                held
            })
        };
        let first = step(false).unwrap();
        assert!(step(true).is_err(), "there is nothing to retire");
        let both = step(false).unwrap();
        assert!(both.ends_with(&first) && both.lines().count() == 2, "{both}");
        assert!(step(false).is_err(), "a third one would end the first without a word");
        let next = step(true).unwrap();
        assert_eq!(both.lines().next(), next.lines().next());
        assert_eq!(next.lines().count(), 1);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
