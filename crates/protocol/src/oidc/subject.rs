//! `sub`: how a client knows a person (OpenID Connect Core §8).

use super::client::{Client, SubjectType};
use crate::keyring::SubjectKey;
use domain::person::PersonId;
use std::collections::BTreeSet;
use url::Url;

/// Who speaks: the issuer, and what makes its pairwise subjects.
#[derive(Debug, Clone, Copy)]
pub struct Provider<'a> {
    /// Issuer identifier.
    pub issuer: &'a str,
    /// The secret behind pairwise subjects.
    pub subjects: &'a SubjectKey,
}

/// How `client` knows `person`: by the same name as everybody, or by one of its sector's own.
pub fn subject(key: &SubjectKey, client: &Client, person: PersonId) -> String {
    match (client.metadata.subject_type, sector(client)) {
        (SubjectType::Public, _) => person.0.to_string(),
        (SubjectType::Pairwise, sector) => key.pseudonym(&sector, person.0.as_bytes()),
    }
}

/// The sector (§8.1): the host of `sector_identifier_uri`, else of the redirect URIs, which then have one host only and are all
/// https: an application's own scheme proves nothing about the host behind it. Else the client is a sector of its own.
fn sector(client: &Client) -> String {
    let host = |uri: &String| {
        let url = Url::parse(uri).ok().filter(|url| url.scheme() == "https")?;
        Some(url.host_str()?.to_owned())
    };
    let named = client.metadata.sector_identifier_uri.as_ref().and_then(host);
    let hosts: Option<BTreeSet<String>> = client.redirect_uris.iter().map(host).collect();
    let only = hosts
        .filter(|hosts| hosts.len() == 1)
        .and_then(|hosts| hosts.into_iter().next());
    named.or(only).unwrap_or_else(|| format!("client {}", client.id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyring::KeyBytes;
    use crate::oidc::samples;

    fn key(byte: u8) -> SubjectKey {
        SubjectKey::new(&KeyBytes::new([byte; 32])).unwrap()
    }

    fn pairwise(id: &str, redirect_uris: &[&str], sector: Option<&str>) -> Client {
        let mut client = samples::client();
        client.id = id.to_owned();
        client.redirect_uris = redirect_uris.iter().map(|uri| (*uri).to_owned()).collect();
        client.metadata.subject_type = SubjectType::Pairwise;
        client.metadata.sector_identifier_uri = sector.map(str::to_owned);
        client
    }

    #[test]
    fn a_sector_knows_a_person_by_one_name_and_another_sector_by_another() {
        let person = samples::person().id;
        let told = |client: &Client| subject(&key(1), client, person);
        let a = pairwise("a", &["https://a.example.it/cb", "https://a.example.it/2"], None);
        let same_host = pairwise("b", &["https://a.example.it/other"], None);
        let other = pairwise("c", &["https://c.example.it/cb"], None);
        assert_eq!(told(&a), told(&same_host));
        assert_ne!(told(&a), told(&other));
        assert_eq!(told(&a).len(), 43);
        assert!(!told(&a).contains(&person.0.to_string()));
        let shared = Some("https://shared.example.it/sector.json");
        let (one, two) = (
            pairwise("d", &["https://d.example.it/cb"], shared),
            pairwise("e", &["https://e.example.it/cb", "https://f.example.it/cb"], shared),
        );
        assert_eq!(told(&one), told(&two));
        assert_ne!(told(&one), told(&a));
        // Nobody can make it without the key, nor for somebody else.
        assert_ne!(told(&a), subject(&key(2), &a, person));
        assert_ne!(told(&a), subject(&key(1), &a, PersonId(uuid::Uuid::from_u128(1))));
        assert_eq!(subject(&key(1), &samples::client(), person), person.0.to_string());
    }

    #[test]
    fn an_applications_own_scheme_takes_no_hosts_sector_46() {
        let person = samples::person().id;
        let told = |client: &Client| subject(&key(1), client, person);
        let portal = pairwise("portal", &["https://portale.example.it/cb"], None);
        for redirect_uris in [
            &["it.example.app://portale.example.it/cb"][..],
            &[
                "https://portale.example.it/cb",
                "it.example.app://portale.example.it/cb",
            ],
        ] {
            let app = pairwise("app", redirect_uris, None);
            assert_ne!(told(&app), told(&portal), "{redirect_uris:?}");
        }
    }

    #[test]
    fn several_hosts_without_a_sector_share_it_with_nobody() {
        let person = samples::person().id;
        let hosts = ["https://a.example.it/cb", "https://b.example.it/cb"];
        let (one, two) = (pairwise("a", &hosts, None), pairwise("b", &hosts, None));
        assert_ne!(subject(&key(1), &one, person), subject(&key(1), &two, person));
    }
}
