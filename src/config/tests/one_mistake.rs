//! One mistake at a time: the file, the line, the setting, and what the operator reads.

use super::installation::{Installation, certificate, key, metadata};
use crate::config::{DEMO_KEY_MARK, DEMO_METADATA_MARK};
use protocol::x509::der_to_pem;

const ISSUER: &str = "issuer = \"https://login.ente.example.it\"";

fn with_issuer(issuer: &str) -> Installation {
    Installation::new().change(ISSUER, &format!("issuer = \"{issuer}\""))
}

#[test]
fn a_mistyped_setting_is_unknown_and_the_right_name_is_suggested() {
    let installation = Installation::new().change(
        "redirect_uris = [\"https://suap.ente.example.it/callback",
        "redirect_urls = [\"https://suap.ente.example.it/callback",
    );
    let line = installation.line_of("redirect_urls");
    assert_eq!(
        installation.mistakes(),
        [
            format!(
                "{}: client[0].redirect_uris: must be set",
                installation.line_of("[[client]]")
            ),
            format!("{line}: client[0].redirect_urls: unknown setting; did you mean `redirect_uris`?"),
        ]
    );
}

#[test]
fn the_register_is_kept_for_24_months_at_least() {
    let installation = Installation::new().change("# keep_months = 24", "keep_months = 23");
    installation.has_one_mistake(
        "keep_months",
        "register.keep_months",
        "must be between 24 (DPCM 24 October 2014, art. 13) and 240",
    );
}

#[test]
fn a_file_without_a_master_key_in_it() {
    let installation = Installation::new().file("keys/master.key", "c2hvcnQ=\n");
    installation.has_one_mistake(
        "master_key_file",
        "keys.master_key_file",
        "holds no usable key: not a master key: one line of 32 bytes in base64 is expected",
    );
}

#[test]
fn the_demos_master_key_is_refused() {
    let text = format!("{DEMO_KEY_MARK}\n{}", super::installation::master_key());
    let installation = Installation::new().file("keys/master.key", &text);
    installation.has_one_mistake(
        "master_key_file",
        "keys.master_key_file",
        "is a key of `varco demo`: anybody may have it; make one with `varco keys`",
    );
    assert!(installation.demo().is_ok());
}

#[test]
fn no_master_key_at_all() {
    let installation = Installation::new().change("master_key_file = \"keys/master.key\"\n", "");
    let mistakes = installation.mistakes();
    assert_eq!(mistakes.len(), 1);
    assert!(
        mistakes[0].contains("keys.master_key_file: must be set (or the environment variable VARCO_MASTER_KEY)"),
        "{mistakes:?}"
    );
}

#[test]
fn a_proxy_that_is_no_address() {
    let installation = Installation::new().change(
        "# trusted_proxies = [\"127.0.0.0/8\", \"::1\"]",
        "trusted_proxies = [\"10.0.0.0/33\"]",
    );
    installation.has_one_mistake(
        "trusted_proxies",
        "listen.trusted_proxies[0]",
        "must be an address or a network, like `10.1.0.0/16`",
    );
}

#[test]
fn an_official_with_a_wrong_fiscal_number_or_an_unknown_duty() {
    let installation = Installation::new().change("person = \"DSMMRP68S49F839E\"", "person = \"DSMMRP68S49F839X\"");
    installation.has_one_mistake(
        "DSMMRP68S49F839X",
        "official[0].person",
        "is not a valid fiscal number: wrong check character",
    );
    let installation = Installation::new().change("duties = [\"auditor\"]", "duties = [\"king\"]");
    assert!(
        installation.mistakes()[0].contains("official[0].duties"),
        "{:?}",
        installation.mistakes()
    );
}

#[test]
fn a_setting_that_resembles_nothing_is_unknown() {
    let installation = Installation::new().change("[listen]", "[listen]\nfavourite_colour = \"blue\"");
    installation.has_one_mistake("favourite_colour", "listen.favourite_colour", "unknown setting");
}

#[test]
fn a_mistyped_section_is_unknown() {
    let installation = Installation::new().append("\n[sesion]\nidle_minutes = 5\n");
    installation.has_one_mistake("[sesion]", "sesion", "unknown setting; did you mean `session`?");
}

#[test]
fn a_text_where_a_number_belongs() {
    let installation = Installation::new().change("# idle_minutes = 30", "idle_minutes = \"30\"");
    installation.has_one_mistake(
        "idle_minutes",
        "session.idle_minutes",
        "must be a whole number, not string \"30\"",
    );
}

#[test]
fn a_text_where_a_list_belongs() {
    let installation = Installation::new().change("methods = [\"spid\"]", "methods = \"spid\"");
    installation.has_one_mistake("methods", "client[0].methods", "must be a list, not string \"spid\"");
}

#[test]
fn a_value_that_is_not_one_of_those_that_exist() {
    let installation = Installation::new().change("acting = \"organisation\"", "acting = \"company\"");
    installation.has_one_mistake(
        "acting = ",
        "client[0].acting",
        "unknown value `company`; it can be `self`, `organisation`, `either`",
    );
}

#[test]
fn a_number_under_the_name_of_a_secret_is_not_repeated() {
    let installation = Installation::new().change("secret_file = \"secrets/suap\"", "client_secret = 123456789");
    let told = installation.mistakes();
    assert_eq!(
        told[0],
        format!(
            "{}: client[0].client_secret: must be a string",
            installation.line_of("client_secret = 1")
        )
    );
    assert!(!told.concat().contains("123456789"));
}

#[test]
fn serve_refuses_an_issuer_over_http() {
    with_issuer("http://login.ente.example.it").has_one_mistake("issuer =", "issuer", "must be https");
}

#[test]
fn serve_refuses_http_on_the_machine_itself_and_the_demo_does_not() {
    let installation = with_issuer("http://localhost:8080");
    installation.has_one_mistake(
        "issuer =",
        "issuer",
        "must be https; http on the machine itself is for `varco demo`",
    );
    assert_eq!(installation.demo().unwrap().issuer, "http://localhost:8080");
}

#[test]
fn the_demo_too_refuses_http_between_machines() {
    let mistakes = with_issuer("http://login.ente.example.it").demo().unwrap_err();
    assert_eq!(mistakes[0].message, "must be https");
}

#[test]
fn an_issuer_ends_with_its_host() {
    for issuer in [
        "https://login.ente.example.it/",
        "https://login.ente.example.it/sso",
        "https://LOGIN.ente.example.it",
        "https://login.ente.example.it?x=1",
        "https://login.ente.example.it:443",
    ] {
        with_issuer(issuer).has_one_mistake(
            "issuer =",
            "issuer",
            "must be scheme, host and port only, in lower case, without a slash at the end",
        );
    }
}

#[test]
fn serve_refuses_a_demo_key_and_the_demo_does_not() {
    let demo_key = format!("{DEMO_KEY_MARK}\n{}", key(0));
    let installation = Installation::with_key_file().file("keys/oidc-2026.pem", &demo_key);
    installation.has_one_mistake(
        "oidc = [",
        "keys.oidc[0]",
        "is a key of `varco demo`: anybody may have it; make one with `varco keys`",
    );
    assert!(installation.demo().is_ok());
}

#[test]
fn serve_refuses_a_demo_key_for_spid() {
    let installation = Installation::new().file("keys/spid.pem", &format!("{DEMO_KEY_MARK}\n{}", key(1)));
    installation.has_one_mistake(
        "key = \"keys/spid.pem\"",
        "spid.key",
        "is a key of `varco demo`: anybody may have it; make one with `varco keys`",
    );
}

#[test]
fn serve_refuses_the_demo_identity_provider_and_the_demo_does_not() {
    let metadata = metadata("http://127.0.0.2:8082", &format!("<!-- {DEMO_METADATA_MARK} -->"));
    let installation = Installation::new().file("spid-identity-providers.xml", &metadata);
    installation.has_one_mistake(
        "idp_metadata = ",
        "spid.idp_metadata[0]",
        "is the identity provider of `varco demo`, which lets anybody be anybody",
    );
    assert!(installation.demo().is_ok());
}

#[test]
fn a_key_file_that_is_not_there() {
    let installation = Installation::with_key_file().change("\"keys/oidc-2026.pem\"]", "\"keys/oidc-2025.pem\"]");
    let path = installation.path("keys/oidc-2025.pem");
    installation.has_one_mistake(
        "oidc = [",
        "keys.oidc[0]",
        &format!("cannot read {}: No such file or directory (os error 2)", path.display()),
    );
}

#[test]
fn a_key_file_without_a_key() {
    let installation = Installation::new().file("keys/spid.pem", "no key");
    installation.has_one_mistake(
        "key = \"keys/spid.pem\"",
        "spid.key",
        "holds no usable key: not a PKCS#8 PEM private key",
    );
}

#[test]
fn the_same_key_twice() {
    let installation = Installation::with_key_file().change(
        "oidc = [\"keys/oidc-2026.pem\"]",
        "oidc = [\n  \"keys/oidc-2026.pem\",\n  \"./keys/oidc-2026.pem\",\n]",
    );
    installation.has_one_mistake(
        "./keys/oidc-2026.pem",
        "keys.oidc[1]",
        "is the same key as one before it",
    );
    let both =
        Installation::with_key_file().change("#   oidc_retiring = []", "oidc_retiring = [\"keys/oidc-2026.pem\"]");
    both.has_one_mistake(
        "oidc_retiring",
        "keys.oidc_retiring[0]",
        "is the same key as one before it",
    );
}

#[test]
fn a_signing_key_that_changes_too_often_or_hardly_ever() {
    for days in ["6", "731"] {
        let installation =
            Installation::new().change("# oidc_rotation_days = 90", &format!("oidc_rotation_days = {days}"));
        installation.has_one_mistake(
            "oidc_rotation_days =",
            "keys.oidc_rotation_days",
            "must be between 7 and 730",
        );
    }
}

#[test]
fn a_certificate_that_is_none() {
    let installation = Installation::new().file("keys/spid.crt", "no certificate");
    installation.has_one_mistake("certificate = ", "spid.certificate", "is not a PEM certificate");
}

#[test]
fn a_missing_setting_is_told_at_the_table_it_is_missing_from() {
    let installation = Installation::new().change("ipa_code = \"c_a123\"\n", "");
    installation.has_one_mistake("[spid]", "spid.ipa_code", "must be set");
}

#[test]
fn an_entity_id_with_a_port() {
    let installation = Installation::new().change(
        "entity_id = \"https://login.ente.example.it\"",
        "entity_id = \"https://login.ente.example.it:8443\"",
    );
    installation.has_one_mistake(
        "entity_id",
        "spid.entity_id",
        "must be an https URL without port (SPID metadata rules)",
    );
}

#[test]
fn an_administration_without_a_name_in_italian() {
    let installation = Installation::new().change("language = \"it\"", "language = \"de\"");
    installation.has_one_mistake(
        "[[spid.organisation]]",
        "spid.organisation",
        "must have a name in Italian (`language = \"it\"`)",
    );
}

#[test]
fn the_second_language_without_a_home_page() {
    let installation = Installation::new().change("url = \"https://www.ente.example.it/en\"\n", "");
    let told = installation.mistakes();
    assert_eq!(told.len(), 1);
    assert!(told[0].ends_with(": spid.organisation[1].url: must be set"), "{told:?}");
}

#[test]
fn an_attribute_that_spid_does_not_have() {
    let installation = Installation::new().change(
        "# attributes = [\"spidCode\", \"name\", \"familyName\", \"fiscalNumber\", \"dateOfBirth\"]",
        "attributes = [\"name\", \"familyName\", \"fiscalNumber\", \"birthDate\"]",
    );
    installation.has_one_mistake(
        "birthDate",
        "spid.attributes[3]",
        "is no SPID attribute (names are case sensitive)",
    );
}

#[test]
fn a_client_for_adults_when_nobody_tells_the_birth_date() {
    let installation = Installation::new()
        .without_sets()
        .change(
            "# attributes = [\"spidCode\", \"name\", \"familyName\", \"fiscalNumber\", \"dateOfBirth\"]",
            "attributes = [\"name\", \"familyName\", \"fiscalNumber\"]",
        )
        .change("# min_age = 18", "min_age = 18");
    installation.has_one_mistake(
        "min_age",
        "client[0].min_age",
        "needs `dateOfBirth` in a set of attributes, else nobody is old enough",
    );
}

#[test]
fn a_clock_that_may_be_off_by_more_than_two_minutes() {
    let installation = Installation::new().change("# clock_skew_seconds = 60", "clock_skew_seconds = 121");
    installation.has_one_mistake("clock_skew_seconds", "spid.clock_skew_seconds", "must be at most 120");
}

#[test]
fn a_telephone_with_blanks() {
    let installation = Installation::new().change("telephone = \"+390600000000\"", "telephone = \"+39 06 00000000\"");
    installation.has_one_mistake(
        "telephone",
        "spid.telephone",
        "must be like `+390600000000`, without blanks",
    );
}

#[test]
fn a_session_that_idles_longer_than_it_lasts() {
    let installation = Installation::new().change("# idle_minutes = 30", "idle_minutes = 500");
    installation.has_one_mistake(
        "idle_minutes",
        "session.idle_minutes",
        "must be at least 1 and no longer than `absolute_hours`",
    );
}

#[test]
fn a_database_of_another_make() {
    let installation = Installation::new().change("sqlite:/var/lib/varco/varco.sqlite", "mysql://varco@db/varco");
    installation.has_one_mistake(
        "mysql:",
        "store.database",
        "must begin with `sqlite:` or `postgres://` or `postgresql://`",
    );
}

#[test]
fn one_file_for_what_lasts_and_what_expires() {
    let installation = Installation::new().change("brief.sqlite", "varco.sqlite");
    installation.has_one_mistake(
        "brief =",
        "store.brief",
        "must be another file than that of `store.database`",
    );
}

#[test]
fn a_database_written_here_and_in_a_file() {
    let installation = Installation::new()
        .file("database", "postgres://varco:hunter2@db/varco\n")
        .change(
            "# database_file = \"/run/secrets/varco-database\"",
            "database_file = \"database\"",
        );
    let told = installation.mistakes();
    assert!(
        told[0].ends_with("store.database_file: `store.database` is set as well; keep one of the two"),
        "{told:?}"
    );
}

#[test]
fn a_database_url_comes_from_its_file_and_is_never_printed() {
    let config = Installation::new()
        .file("database", "postgres://varco:hunter2@db/varco\n")
        .change("database = \"sqlite:/var/lib/varco/varco.sqlite\"\n", "")
        .change(
            "# database_file = \"/run/secrets/varco-database\"",
            "database_file = \"database\"",
        )
        .serve()
        .unwrap();
    assert_eq!(config.store.database(), "postgres://varco:hunter2@db/varco");
    assert!(!format!("{config:?}").contains("hunter2"));
}

#[test]
fn a_redirect_uri_over_http() {
    let installation = Installation::new().change(
        "https://suap.ente.example.it/callback",
        "http://suap.ente.example.it/callback",
    );
    installation.has_one_mistake(
        "redirect_uris = [\"http://",
        "client[0].redirect_uris[0]",
        "must be https (http only to `localhost` or 127.0.0.0/8)",
    );
}

#[test]
fn a_secret_file_that_is_not_there() {
    let installation = Installation::new().change("secrets/suap", "secrets/suapp");
    let path = installation.path("secrets/suapp");
    installation.has_one_mistake(
        "secret_file = \"secrets/suapp",
        "client[0].secret_file",
        &format!("cannot read {}: No such file or directory (os error 2)", path.display()),
    );
}

#[test]
fn two_clients_of_one_name() {
    let installation = Installation::new().append(
        "\n[[client]]\nclient_id = \"suap\" # again\nclient_name = \"Altro\"\n\
         redirect_uris = [\"https://altro.example.it/cb\"]\ntoken_endpoint_auth_method = \"none\"\n",
    );
    installation.has_one_mistake("# again", "client[1].client_id", "another client has this name");
}

#[test]
fn a_footer_link_that_is_no_address() {
    let installation = Installation::new().change("https://www.ente.example.it/privacy", "privacy.html");
    installation.has_one_mistake(
        "privacy = ",
        "branding.links.privacy",
        "must be an absolute web address",
    );
}

#[test]
fn an_address_without_a_port() {
    let installation = Installation::new().change("# address = \"127.0.0.1:8080\"", "address = \"127.0.0.1\"");
    installation.has_one_mistake(
        "address = \"127",
        "listen.address",
        "must be an address and a port, like `127.0.0.1:8080`",
    );
}

#[test]
fn the_certificate_of_another_key() {
    let installation = Installation::new().file("keys/spid.crt", &der_to_pem(&certificate(0)));
    installation.has_one_mistake(
        "certificate = ",
        "spid.certificate",
        "is not the certificate of `spid.key`",
    );
}

#[test]
fn metadata_without_an_identity_provider() {
    let empty = r#"<EntitiesDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata"/>"#;
    let installation = Installation::new().file("spid-identity-providers.xml", empty);
    installation.has_one_mistake(
        "idp_metadata = ",
        "spid.idp_metadata[0]",
        "cannot be used: no identity provider in the metadata",
    );
}

#[test]
fn the_same_identity_provider_in_two_files() {
    let installation = Installation::new()
        .file("more.xml", &metadata("https://idp.example.it", ""))
        .change(
            "idp_metadata = [\"spid-identity-providers.xml\"]",
            "idp_metadata = [\"spid-identity-providers.xml\", \"more.xml\"]",
        );
    installation.has_one_mistake(
        "idp_metadata = ",
        "spid.idp_metadata[1]",
        "`https://idp.example.it` is in another file too",
    );
}

#[test]
fn a_host_to_call_that_is_an_address_of_a_page() {
    let installation = Installation::new().change(
        "# allow_hosts = []",
        "allow_hosts = [\"suap.interno.example.it:8443\", \"https://suap.interno.example.it/\"]",
    );
    installation.has_one_mistake(
        "allow_hosts",
        "outbound.allow_hosts[1]",
        "must be a host name or address, with or without `:port`, and nothing else",
    );
}

#[test]
fn a_proxy_that_is_no_url() {
    let installation = Installation::new().change(
        "# proxy = \"http://proxy.ente.example.it:3128\"",
        "proxy = \"proxy.ente.example.it:3128\"",
    );
    installation.has_one_mistake("proxy = \"proxy", "outbound.proxy", "must be an http or https URL");
}

#[test]
fn root_certificates_that_are_none() {
    let installation = Installation::new().change(
        "# root_certificates = \"keys/authorities.pem\"",
        "root_certificates = \"keys/oidc-2026.pem\"",
    );
    installation.has_one_mistake(
        "root_certificates",
        "outbound.root_certificates",
        "holds no PEM certificate",
    );
}

#[test]
fn a_time_that_nobody_would_wait() {
    let installation = Installation::new().change("# timeout_seconds = 15", "timeout_seconds = 0");
    installation.has_one_mistake(
        "timeout_seconds = 0",
        "outbound.timeout_seconds",
        "must be between 1 and 120",
    );
}

#[test]
fn a_signer_of_the_registry_that_is_no_certificate() {
    let installation = Installation::new().file("keys/spid-registry.crt", "rubbish");
    installation.has_one_mistake("signers = ", "spid.registry.signers[0]", "is not a PEM certificate");
}

#[test]
fn a_registry_over_http() {
    let installation = Installation::new().change(
        "# url = \"https://registry.spid.gov.it",
        "url = \"http://registry.spid.gov.it",
    );
    installation.has_one_mistake("url = \"http://registry", "spid.registry.url", "must be an https URL");
}

#[test]
fn a_bundled_registry_that_nobody_could_check() {
    let installation = Installation::new()
        .file("copy.xml", "<x/>")
        .change("signers = [\"keys/spid-registry.crt\"]", "bundled = \"copy.xml\"");
    installation.has_one_mistake(
        "bundled = \"copy.xml\"",
        "spid.registry.bundled",
        "needs `signers`: nobody could tell whether it is genuine",
    );
}

#[test]
fn a_registry_that_is_never_fetched() {
    let installation = Installation::new().change("# fetch_hours = 6", "fetch_hours = 0");
    installation.has_one_mistake(
        "fetch_hours = 0",
        "spid.registry.fetch_hours",
        "must be between 1 and 168",
    );
}

#[test]
fn cards_on_the_host_of_everything_else() {
    let installation = Installation::new().change(
        "url = \"https://cns.ente.example.it\"",
        "url = \"https://login.ente.example.it\"",
    );
    installation.has_one_mistake(
        "url = \"https://login.",
        "cns.url",
        "must be another host or port than `issuer`: the card is asked for there and nowhere else",
    );
}

#[test]
fn a_section_for_cards_without_an_address() {
    let installation = Installation::new().change("url = \"https://cns.ente.example.it\"\n", "");
    installation.has_one_mistake("[cns]", "cns.url", "must be set, else there is no sign-in by card");
}

#[test]
fn a_trusted_list_that_anybody_may_sign() {
    let installation = Installation::new().change("[\"keys/trust-list-signer.pem\"]", "[]");
    installation.has_one_mistake(
        "trust_list_signers",
        "cns.trust_list_signers",
        "must name who signs the list: without it anybody's list would do",
    );
}

#[test]
fn a_list_and_a_folder_of_authorities() {
    let installation = Installation::new().change("# authorities = ", "authorities = ");
    installation.has_one_mistake(
        "authorities = ",
        "cns.authorities",
        "`trust_list` is set as well; keep one of the two",
    );
}

#[test]
fn attack_29_a_proxy_that_proves_nothing() {
    let installation = Installation::new().change(
        "# proxy = { addresses = [\"10.0.0.5\"], header = \"X-SSL-Client-Cert\", secret_header = \"X-Varco-Proxy\", secret_file = \"/run/secrets/cns-proxy\" }",
        "proxy = { addresses = [\"10.0.0.5\"], header = \"X-SSL-Client-Cert\" }",
    );
    installation.has_one_mistake(
        "proxy = { addresses",
        "cns.proxy.secret",
        "must be set (or `secret_file`, or `certificate`): an address alone is easily borrowed",
    );
}

#[test]
fn certificates_asked_for_where_browsers_come() {
    let installation = Installation::new().change(
        "url = \"https://mtls.ente.example.it\"",
        "url = \"https://login.ente.example.it\"",
    );
    installation.has_one_mistake(
        "url = \"https://login.",
        "mtls.url",
        "must be another host or port than `issuer`: browsers would ask people for a certificate",
    );
}

#[test]
fn a_section_for_certificates_without_an_address() {
    let installation = Installation::new().change("url = \"https://mtls.ente.example.it\"\n", "");
    installation.has_one_mistake(
        "[mtls]",
        "mtls.url",
        "must be set, else no client certificate is asked for",
    );
}

#[test]
fn nobody_registers_without_a_token_of_the_operators() {
    let installation = Installation::new().change("# enabled = false", "enabled = true");
    installation.has_one_mistake(
        "[registration]",
        "registration.initial_access_token_file",
        "must be set (or the environment variable VARCO_INITIAL_ACCESS_TOKEN): nobody registers without a token of yours",
    );
}

#[test]
fn an_initial_access_token_that_can_be_guessed_is_none() {
    let open = |tokens: &str| {
        Installation::new()
            .change("# enabled = false", "enabled = true")
            .change(
                "#   initial_access_token_file = \"/run/secrets/varco-registration\"",
                "initial_access_token_file = \"tokens\"",
            )
            .file("tokens", tokens)
    };
    let good = "0123456789abcdef0123456789abcdef";
    assert_eq!(
        open(&format!("{good}\n{good}2\n"))
            .serve()
            .unwrap()
            .registration
            .tokens
            .len(),
        2
    );
    for (tokens, message) in [
        (
            format!("{good}\nshort\n"),
            "each token must have at least 32 characters; make one with `varco keys client-secret`",
        ),
        (
            "\n\n".to_owned(),
            "must hold one token or more, twenty at most, each on its line",
        ),
    ] {
        open(&tokens).has_one_mistake(
            "initial_access_token_file = \"tokens\"",
            "registration.initial_access_token_file",
            message,
        );
    }
}
