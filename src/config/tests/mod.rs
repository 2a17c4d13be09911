mod cie;
mod installation;
mod merging;
mod one_mistake;
mod spid;

use installation::Installation;

#[test]
fn the_example_that_is_shipped_is_a_configuration_that_works() {
    let config = Installation::whole().serve().unwrap();
    assert_eq!(config.issuer, "https://login.ente.example.it");
    assert_eq!(config.clients[0].id, "suap");
    assert_eq!(config.officials.len(), 1);
    assert_eq!(config.identity_providers[0].entity_id, "https://idp.example.it");
    assert_eq!(config.warnings(), Vec::<String>::new());
}

#[test]
fn an_operator_may_keep_the_keys_of_tokens_in_files_and_let_them_retire() {
    let kept = Installation::with_key_file().serve().unwrap().keyring.oidc;
    assert_eq!((kept.active.len(), kept.retiring.len()), (1, 0));
    let retiring = Installation::new().change("#   oidc_retiring = []", "oidc_retiring = [\"keys/oidc-2026.pem\"]");
    let retiring = retiring.serve().unwrap().keyring.oidc;
    assert_eq!((retiring.active.len(), retiring.retiring.len()), (0, 1));
}

#[test]
fn a_default_in_a_comment_of_the_example_is_the_default() {
    // Every commented-out setting with a value, taken in: the configuration must not change.
    let plain = Installation::whole().serve().unwrap();
    let mut spelled_out = Installation::whole();
    for line in installation::EXAMPLE.lines() {
        let setting = line.strip_prefix("# ").filter(|text| {
            let name = text.split(" = ").next().unwrap_or_default();
            text.contains(" = ") && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        });
        match setting {
            // Shown as a possibility, not as a default.
            Some(text)
                if [
                    "_file",
                    "min_age",
                    "vat_number",
                    "proxy",
                    "root_certificates",
                    "bundled",
                    "authorities",
                ]
                .iter()
                .any(|name| text.contains(name)) => {}
            Some(text) => spelled_out = spelled_out.change(&format!("{line}\n"), &format!("{text}\n")),
            None => {}
        }
    }
    let spelled_out = spelled_out.serve().unwrap();
    assert_eq!(spelled_out.listen, plain.listen);
    assert_eq!(spelled_out.session, plain.session);
    assert_eq!(spelled_out.login, plain.login);
    assert_eq!(spelled_out.spid, plain.spid);
    assert_eq!(spelled_out.cie, plain.cie);
    assert_eq!(spelled_out.eidas, plain.eidas);
    assert_eq!(spelled_out.log, plain.log);
    assert_eq!(spelled_out.register, plain.register);
    assert_eq!(spelled_out.outbound, plain.outbound);
    assert_eq!(spelled_out.registration, plain.registration);
    assert_eq!(spelled_out.cns, plain.cns);
    assert_eq!(spelled_out.mtls, plain.mtls);
    assert_eq!(spelled_out.keys, plain.keys);
    assert_eq!(spelled_out.clients, plain.clients);
}

#[test]
fn identity_providers_see_the_names_in_italian_first() {
    let config = Installation::new()
        .change("language = \"en\"", "language = \"de\"")
        .change("en = \"Online services\"", "de = \"Online-Dienste\"")
        .serve()
        .unwrap();
    let provider = config.spid.service_provider(&config.issuer);
    assert_eq!(provider.organisation[0].language, "it");
    assert_eq!(provider.service_names[0].0, "it");
    assert_eq!(provider.acs_url, "https://login.ente.example.it/saml/spid/acs");
}

#[test]
fn several_mistakes_in_one_file_are_all_told_in_its_order() {
    let installation = Installation::new()
        .change(
            "issuer = \"https://login.ente.example.it\"",
            "issuer = \"http://login.ente.example.it\"",
        )
        .change(
            "[session]",
            "[session]\nidle_minutes = \"half an hour\"\nabsolute_hours = 0",
        )
        .change("ipa_code = \"c_a123\"", "ipa_cod = \"c_a123\"")
        .change("format = \"json\"", "format = \"xml\"");
    let settings: Vec<String> = installation
        .serve()
        .unwrap_err()
        .into_iter()
        .map(|m| m.setting)
        .collect();
    assert_eq!(
        settings,
        [
            "issuer",
            "session.idle_minutes",
            "session.absolute_hours",
            "spid.ipa_code",
            "spid.ipa_cod",
            "log.format"
        ]
    );
}

#[test]
fn several_wrong_elements_of_one_list_are_all_told_with_their_numbers() {
    let installation = Installation::new().change(
        "redirect_uris = [\"https://suap.ente.example.it/callback\"]",
        "redirect_uris = [1, \"https://suap.ente.example.it/callback\", 2, \"http://suap.ente.example.it/\"]",
    );
    let settings: Vec<String> = installation
        .serve()
        .unwrap_err()
        .into_iter()
        .map(|m| m.setting)
        .collect();
    assert_eq!(
        settings,
        [
            "client[0].redirect_uris[0]",
            "client[0].redirect_uris[2]",
            "client[0].redirect_uris[3]"
        ]
    );
}

#[test]
fn what_is_no_toml_is_told_line_by_line() {
    let installation = Installation::new().change("[session]", "[session\nidle_minutes == 3\n");
    let lines: Vec<usize> = installation.serve().unwrap_err().iter().map(|m| m.line).collect();
    let first = installation.line_of("[session");
    assert!(lines.contains(&first) && lines.contains(&(first + 1)), "{lines:?}");
}

#[test]
fn an_empty_file_is_told_everything_that_is_missing() {
    let installation = Installation::whole().change(installation::EXAMPLE, "");
    let settings: Vec<String> = installation
        .serve()
        .unwrap_err()
        .into_iter()
        .map(|m| m.setting)
        .collect();
    assert_eq!(
        settings,
        [
            "branding.administration",
            "issuer",
            "keys.master_key_file",
            "spid.certificate",
            "spid.email",
            "spid.entity_id",
            "spid.ipa_code",
            "spid.key",
            "spid.organisation",
            "store.brief",
            "store.database",
        ]
    );
}

#[test]
fn a_configuration_that_cannot_be_read_is_a_mistake_too() {
    let mistakes = super::load(std::path::Path::new("nowhere/varco.toml"), false).unwrap_err();
    assert_eq!(mistakes.len(), 1);
    assert!(
        mistakes[0]
            .to_string()
            .starts_with("nowhere/varco.toml:1: cannot read the configuration: ")
    );
}

#[test]
fn what_is_legal_but_leaves_citizens_outside_is_a_warning() {
    let config = Installation::new()
        .change("idp_metadata = [\"spid-identity-providers.xml\"]", "idp_metadata = []")
        .change("signers = [\"keys/spid-registry.crt\"]", "signers = []")
        .change("privacy = \"https://www.ente.example.it/privacy\"\n", "")
        .serve()
        .unwrap();
    let warnings = config.warnings();
    assert_eq!(warnings.len(), 2);
    assert!(warnings[0].starts_with("spid.idp_metadata: no identity provider"));
    assert!(warnings[1].starts_with("branding.links.privacy: "));
}

#[test]
fn identity_providers_whose_keys_nobody_renews_are_a_warning() {
    let config = Installation::new()
        .change("signers = [\"keys/spid-registry.crt\"]", "signers = []")
        .serve()
        .unwrap();
    let warnings = config.warnings();
    assert_eq!(warnings.len(), 1);
    assert!(warnings[0].starts_with("spid.registry.signers: "), "{warnings:?}");
    assert!(!config.spid.registry.is_used());
}

#[test]
fn a_certificate_that_ends_soon_is_a_warning() {
    let config = Installation::new().serve().unwrap();
    // The certificates of these tests end on 1 January 2036.
    assert_eq!(
        config.endings("2035-11-30T00:00:00Z".parse().unwrap()),
        Vec::<String>::new()
    );
    let endings = config.endings("2035-12-10T00:00:00Z".parse().unwrap());
    assert_eq!(
        endings,
        [
            "identity provider https://idp.example.it: certificate ends 2036-01-01",
            "spid.registry.signers[0]: certificate ends 2036-01-01",
        ]
    );
}

#[test]
fn a_section_written_twice_does_not_hide_the_other_mistakes() {
    let installation = Installation::new().append("\n[login] # twice\nlifetime_minutes = 30\n\n[stor]\nx = 1\n");
    assert_eq!(
        installation.mistakes(),
        [
            format!("{}: login: duplicate key", installation.line_of("# twice")),
            format!(
                "{}: stor: unknown setting; did you mean `store`?",
                installation.line_of("[stor]")
            ),
        ]
    );
}
