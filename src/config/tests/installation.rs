//! An installation as an operator finds it: the shipped example, with the files it names beside it.

use crate::config::{self, Config, Mistake};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use protocol::keyring::{MasterKey, RsaKey};
use protocol::x509::{Subject, der_to_pem, spid_certificate};
use std::path::PathBuf;
use std::sync::OnceLock;
use tempfile::TempDir;

pub(super) const EXAMPLE: &str = include_str!("../../../docs/varco.example.toml");

/// A folder with `varco.toml` and everything it names.
pub(super) struct Installation {
    folder: TempDir,
    text: String,
}

impl Installation {
    /// With SPID alone: most tests are of one section.
    pub(super) fn new() -> Installation {
        let mut installation = Installation::whole();
        let (before, rest) = installation.text.split_once("# \"Entra con CIE\"").unwrap();
        let (_, after) = rest.split_once("[branding]").unwrap();
        installation.text = format!("{before}[branding]{after}");
        installation
    }

    /// The operator keeps an RSA key of tokens himself.
    pub(super) fn with_key_file() -> Installation {
        Installation::new().change("#   oidc = [", "oidc = [")
    }

    /// As it is shipped, with CIE and the eIDAS node too.
    pub(super) fn whole() -> Installation {
        let folder = tempfile::tempdir().unwrap();
        for name in ["keys", "keys/client-authorities", "secrets"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
        }
        let installation = Installation {
            folder,
            text: EXAMPLE.to_owned(),
        };
        installation
            .file("keys/oidc-2026.pem", &key(0))
            .file("keys/master.key", &master_key())
            .file("keys/spid.pem", &key(1))
            .file("keys/spid.crt", &der_to_pem(&certificate(1)))
            .file("keys/spid-registry.crt", &der_to_pem(&certificate(0)))
            .file("keys/cns.key", &key(1))
            .file("keys/cns.crt", &der_to_pem(&certificate(1)))
            .file("keys/mtls.key", &key(1))
            .file("keys/mtls.crt", &der_to_pem(&certificate(1)))
            .file("keys/client-authorities/one.pem", &der_to_pem(&certificate(0)))
            .file("keys/trust-list-signer.pem", &der_to_pem(&certificate(0)))
            .file("secrets/suap", "0123456789abcdef0123456789abcdef\n")
            .file("spid-identity-providers.xml", &metadata("https://idp.example.it", ""))
            .file("cie-identity-provider.xml", &metadata("https://cie.example.it", ""))
            .file("eidas-node.xml", &metadata("https://eidas.example.it", ""))
    }

    /// Writes a file.
    pub(super) fn file(self, name: &str, content: &str) -> Installation {
        std::fs::write(self.path(name), content).unwrap();
        self
    }

    /// Changes one thing in the configuration.
    pub(super) fn change(mut self, from: &str, to: &str) -> Installation {
        assert_eq!(self.text.matches(from).count(), 1, "{from}");
        self.text = self.text.replace(from, to);
        self
    }

    /// Takes the further sets of attributes out of the example.
    pub(super) fn without_sets(mut self) -> Installation {
        let (before, rest) = self.text.split_once("[[spid.attribute_set]]").unwrap();
        let (_, after) = rest.split_once("# The administration, once").unwrap();
        self.text = format!("{before}# The administration, once{after}");
        self
    }

    /// Writes something at the end.
    pub(super) fn append(mut self, text: &str) -> Installation {
        self.text.push_str(text);
        self
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The line on which a text stands.
    pub(super) fn line_of(&self, text: &str) -> usize {
        let line = self.text.lines().position(|line| line.contains(text));
        line.unwrap_or_else(|| panic!("{text}")).saturating_add(1)
    }

    pub(super) fn serve(&self) -> Result<Config, Vec<Mistake>> {
        std::fs::write(self.path("varco.toml"), &self.text).unwrap();
        config::load(&self.path("varco.toml"), false)
    }

    /// The demo over a generated text.
    pub(super) fn demo(&self) -> Result<Config, Vec<Mistake>> {
        std::fs::write(self.path("varco.toml"), &self.text).unwrap();
        config::load(&self.path("varco.toml"), true)
    }

    /// `line: setting: message` of each mistake.
    pub(super) fn mistakes(&self) -> Vec<String> {
        let mistakes = self.serve().unwrap_err();
        let told = |mistake: Mistake| {
            assert_eq!(mistake.file, self.path("varco.toml").display().to_string());
            format!("{}: {}: {}", mistake.line, mistake.setting, mistake.message)
        };
        mistakes.into_iter().map(told).collect()
    }

    /// The only mistake is this one, on the line where `text` stands.
    #[track_caller]
    pub(super) fn has_one_mistake(&self, text: &str, setting: &str, message: &str) {
        assert_eq!(
            self.mistakes(),
            [format!("{}: {setting}: {message}", self.line_of(text))]
        );
    }
}

/// Three keys, made once: making them is slow.
pub(super) fn key(number: usize) -> String {
    static KEYS: OnceLock<[String; 3]> = OnceLock::new();
    let keys = KEYS.get_or_init(|| [(); 3].map(|()| RsaKey::generate(2048).unwrap().to_pem().unwrap()));
    keys[number].clone()
}

/// A master key, as `varco keys master` writes it.
pub(super) fn master_key() -> String {
    format!("# a comment\n{}\n", MasterKey::new([7; 32]).unwrap().to_text())
}

/// The certificate of a key.
pub(super) fn certificate(number: usize) -> Vec<u8> {
    let subject = Subject {
        organization: "Comune di Borgo Alto".to_owned(),
        common_name: "Borgo Alto".to_owned(),
        entity_id: "https://login.ente.example.it".to_owned(),
        ipa_code: "c_a123".to_owned(),
        locality: "Borgo Alto".to_owned(),
    };
    let (from, until) = ("2026-01-01T00:00:00Z", "2036-01-01T00:00:00Z");
    let key = RsaKey::from_pem(&key(number)).unwrap();
    spid_certificate(&key, &subject, from.parse().unwrap(), until.parse().unwrap(), [7; 16]).unwrap()
}

/// The metadata of an identity provider, with something before it.
pub(super) fn metadata(entity_id: &str, before: &str) -> String {
    let certificate = STANDARD.encode(certificate(0));
    format!(
        r#"{before}<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{entity_id}">
<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
<KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data>
<X509Certificate>{certificate}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>
<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="{entity_id}/sso"/>
</IDPSSODescriptor></EntityDescriptor>"#
    )
}
