//! `varco keys`: makes the keys that a configuration names. Never over a file that is there.

mod accepted;
mod cie;
mod client_secret;
mod signing;

pub use accepted::Arguments as AcceptedArguments;
pub use cie::Arguments as CieArguments;
pub use client_secret::Arguments as ClientSecretArguments;
pub use signing::{Arguments as SigningArguments, WithdrawArguments};

use super::serve::tell;
use crate::app::App;
use crate::app::runtime::runtime;
use crate::clock::Clock;
use crate::config;
use crate::flow::administration::purge::rotate_data_key;
use crate::random::Random;
use anyhow::{Context as _, ensure};
use chrono::{DateTime, Months, Utc};
use protocol::keyring::{MasterKey, RsaKey};
use protocol::x509::{PrivateBody, Subject, der_to_pem, private_spid_certificate, spid_certificate};
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What is typed after `keys`.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Show the keys that tokens are signed with.
    List(SigningArguments),
    /// Make the next key of each kind now, instead of in its time: it signs two days later.
    Rotate(SigningArguments),
    /// Destroy a key that somebody else may have; its successor signs at once.
    Withdraw(WithdrawArguments),
    /// An RSA key for tokens in a file of yours (`keys.oidc`); without one Varco makes its own.
    Oidc(OidcArguments),
    /// The key and certificate of a SPID service provider (`spid.key`, `spid.certificate`; or the staged ones).
    Spid(SpidArguments),
    /// The key and certificate of a CIE service provider (`cie.key`, `cie.certificate`).
    Cie(CieArguments),
    /// The master key, which wraps the keys of what is encrypted in the database (`keys.master_key_file`).
    Master(MasterArguments),
    /// Wrap the keys in the database with another master key; then configure that one.
    Rewrap(RewrapArguments),
    /// Make a new data key now, instead of in its time: what is written from now on is encrypted with it.
    Data(DataArguments),
    /// A client's secret, or the next one beside it (`secret_file` of its entry).
    ClientSecret(ClientSecretArguments),
    /// Records that AgID accepted the metadata that a configuration makes (`spid.registration`).
    Accepted(AcceptedArguments),
}

/// What is typed after `keys master`.
#[derive(Debug, clap::Args)]
pub struct MasterArguments {
    /// Where the key goes; only its owner may read it.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// What is typed after `keys rewrap`.
#[derive(Debug, clap::Args)]
pub struct RewrapArguments {
    /// The configuration file, with the master key of now.
    #[arg(long, value_name = "FILE", default_value = "varco.toml")]
    config: PathBuf,
    /// The file of the new master key.
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
}

/// What is typed after `keys data`.
#[derive(Debug, clap::Args)]
pub struct DataArguments {
    /// The configuration file.
    #[arg(long, value_name = "FILE", default_value = "varco.toml")]
    config: PathBuf,
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

/// What is typed after `keys spid`.
#[derive(Debug, clap::Args)]
pub struct SpidArguments {
    /// Where the private key goes; only its owner may read it.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Where the certificate goes.
    #[arg(long, value_name = "FILE")]
    certificate: PathBuf,
    /// The entityID, as in `spid.entity_id`.
    #[arg(long, value_name = "URL")]
    entity_id: String,
    /// Full legal name, as in `[[spid.organisation]]`.
    #[arg(long, value_name = "NAME")]
    organisation: String,
    /// What citizens read at the identity provider.
    #[arg(long, value_name = "NAME")]
    display_name: String,
    /// Code in the register of public bodies (IPA).
    #[arg(long, value_name = "CODE", required_unless_present_any = ["vat_number", "fiscal_code"], conflicts_with_all = ["vat_number", "fiscal_code"])]
    ipa_code: Option<String>,
    /// Of a private body: its Italian VAT number. AgID issues the certificate that counts in production.
    #[arg(long, value_name = "NUMBER", conflicts_with = "fiscal_code")]
    vat_number: Option<String>,
    /// Of a private body without VAT number: the fiscal code of sixteen characters.
    #[arg(long, value_name = "CODE")]
    fiscal_code: Option<String>,
    /// Town of the seat.
    #[arg(long, value_name = "TOWN")]
    locality: String,
    /// How long the certificate is valid.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=30))]
    years: u32,
    /// 2048, 3072 or 4096.
    #[arg(long, default_value_t = 3072)]
    bits: u16,
}

/// Makes the keys and says their names.
///
/// # Errors
/// When the key cannot be made or written.
pub(super) fn run(command: &Command, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    match command {
        Command::Oidc(arguments) => {
            let key = generate(arguments.bits)?;
            write_private(&arguments.out, &key.to_pem()?)?;
            writeln!(out, "{}: key {}", arguments.out.display(), key.kid())?;
        }
        Command::Spid(arguments) => {
            make_spid(arguments, Clock::System.now(), &Random::System)?;
            if arguments.ipa_code.is_none() {
                writeln!(
                    out,
                    "for tests: AgID issues the certificates of private bodies; bring that one, for this key"
                )?;
            }
            writeln!(
                out,
                "{}, {}: register the metadata with AgID before you use them",
                arguments.key.display(),
                arguments.certificate.display()
            )?;
        }
        Command::Cie(arguments) => {
            cie::make(arguments, Clock::System.now(), &Random::System)?;
            writeln!(
                out,
                "{}, {}: register the metadata with the Ministry before you use them",
                arguments.key.display(),
                arguments.certificate.display()
            )?;
        }
        Command::Master(arguments) => {
            let key = MasterKey::new(Random::System.bytes())?;
            write_private(&arguments.out, &format!("{}\n", key.to_text()))?;
            writeln!(
                out,
                "{}: master key {}; keep a copy where the database's backup is not",
                arguments.out.display(),
                key.id()
            )?;
        }
        Command::List(arguments) => return signing::list(arguments, out),
        Command::Rotate(arguments) => return signing::rotate(arguments, out),
        Command::Withdraw(arguments) => return signing::withdraw(arguments, out),
        Command::Rewrap(arguments) => return rewrap(arguments, out),
        Command::Data(arguments) => return new_data_key(arguments, out),
        Command::ClientSecret(arguments) => client_secret::run(arguments, &Random::System, out)?,
        Command::Accepted(arguments) => return accepted::run(arguments, Clock::System.now(), out),
    }
    Ok(ExitCode::SUCCESS)
}

fn rewrap(arguments: &RewrapArguments, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let config = match config::load(&arguments.config, true) {
        Ok(config) => config,
        Err(mistakes) => return tell(&mistakes, out),
    };
    let text =
        std::fs::read_to_string(&arguments.to).with_context(|| format!("cannot read {}", arguments.to.display()))?;
    let to = MasterKey::parse(&text).with_context(|| format!("{}", arguments.to.display()))?;
    let from = config.master_key.clone();
    runtime()?.block_on(async {
        let changed = App::rewrap_keys(&config, &from, &to, &Random::System).await?;
        writeln!(
            out,
            "{changed} keys wrapped with master key {}; configure it before the next start",
            to.id()
        )?;
        Ok(ExitCode::SUCCESS)
    })
}

fn new_data_key(arguments: &DataArguments, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let config = match config::load(&arguments.config, true) {
        Ok(config) => config,
        Err(mistakes) => return tell(&mistakes, out),
    };
    runtime()?.block_on(async {
        let app = App::attach(config, Clock::System, Random::System).await?;
        rotate_data_key(&app.state.deps, true).await?;
        writeln!(out, "a new data key; every process uses it within a minute")?;
        Ok(ExitCode::SUCCESS)
    })
}

fn make_spid(arguments: &SpidArguments, now: DateTime<Utc>, random: &Random) -> anyhow::Result<()> {
    let subject = Subject {
        organization: arguments.organisation.clone(),
        common_name: arguments.display_name.clone(),
        entity_id: arguments.entity_id.clone(),
        ipa_code: arguments.ipa_code.clone().unwrap_or_default(),
        locality: arguments.locality.clone(),
    };
    let months = Months::new(arguments.years.saturating_mul(12));
    let until = now.checked_add_months(months).context("--years is too long")?;
    let key = generate(arguments.bits)?;
    let serial = random.bytes::<16>();
    let private = [
        arguments.vat_number.as_deref().map(PrivateBody::VatNumber),
        arguments.fiscal_code.as_deref().map(PrivateBody::FiscalCode),
    ];
    let certificate = match private.into_iter().flatten().next() {
        Some(body) => private_spid_certificate(&key, &subject, body, now, until, serial),
        None => spid_certificate(&key, &subject, now, until, serial),
    }?;
    // A certificate without its key is of no use, so the key goes first.
    write_private(&arguments.key, &key.to_pem()?)?;
    write_new(&arguments.certificate, der_to_pem(&certificate).as_bytes(), 0o644)
}

fn generate(bits: u16) -> anyhow::Result<RsaKey> {
    ensure!([2048, 3072, 4096].contains(&bits), "--bits must be 2048, 3072 or 4096");
    Ok(RsaKey::generate(bits)?)
}

/// A new file that only its owner reads.
pub(super) fn write_private(path: &Path, content: &str) -> anyhow::Result<()> {
    write_private_bytes(path, content.as_bytes())
}

/// The same in the place of whatever is there. All or nothing: who reads it meanwhile reads the file as it was, or as it is.
pub(super) fn replace_private(path: &Path, content: &str) -> anyhow::Result<()> {
    let mut draft = path.as_os_str().to_owned();
    draft.push(".new");
    let draft = PathBuf::from(draft);
    write_private(&draft, content)?;
    std::fs::rename(&draft, path).with_context(|| format!("cannot write {}", path.display()))
}

/// As [`write_private`], for what is no text.
pub(super) fn write_private_bytes(path: &Path, content: &[u8]) -> anyhow::Result<()> {
    write_new(path, content, 0o600)
}

fn write_new(path: &Path, content: &[u8], mode: u32) -> anyhow::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(path)
        .with_context(|| format!("cannot make {}", path.display()))?;
    file.write_all(content)
        .and_then(|()| file.sync_all())
        .with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::x509::{PublicKey, pem_to_der};
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
    fn a_spid_key_comes_with_its_own_certificate() {
        let folder = tempfile::tempdir().unwrap();
        let arguments = SpidArguments {
            key: folder.path().join("spid.pem"),
            certificate: folder.path().join("spid.crt"),
            entity_id: "https://login.ente.example.it".to_owned(),
            organisation: "Comune di Borgo Alto".to_owned(),
            display_name: "Borgo Alto".to_owned(),
            ipa_code: Some("c_a123".to_owned()),
            vat_number: None,
            fiscal_code: None,
            locality: "Borgo Alto".to_owned(),
            years: 10,
            bits: 2048,
        };
        make_spid(&arguments, "2026-11-22T10:00:00Z".parse().unwrap(), &Random::seeded(1)).unwrap();
        let key = RsaKey::from_pem(&std::fs::read_to_string(&arguments.key).unwrap()).unwrap();
        let certificate = pem_to_der(&std::fs::read_to_string(&arguments.certificate).unwrap()).unwrap();
        let public = PublicKey::from_certificate(&certificate).unwrap();
        assert!(public.belongs_to(&key));
        assert!(!public.belongs_to(&RsaKey::generate(2048).unwrap()));
    }

    #[test]
    fn a_short_key_is_not_made() {
        let folder = tempfile::tempdir().unwrap();
        assert!(make(&folder.path().join("oidc.pem"), 1024).is_err());
    }
}
