//! Where the demo stands, and who lives there: organisations, mandates and clients in the shape of
//! the manifest (`[[organisation]]`, `[[person]]`, `[[mandate]]`, `[[client]]`).

use super::people::PEOPLE;
use super::portals::{PORTALS, Portal};
use chrono::{DateTime, Datelike as _, Utc};
use protocol::oidc::client::ActingPolicy;
use std::fmt::Write as _;
use toml::Value;

/// The addresses of the demo, none with a final slash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct World {
    /// Varco.
    pub issuer: String,
    /// The name of its SPID record. A name and no address: TLS does not change it, nor the certificate that holds it.
    pub spid_entity_id: String,
    /// The three portals.
    pub portals_base: String,
    /// The identity provider: its address and its entityID.
    pub idp_base: String,
    /// The outbox.
    pub outbox_base: String,
    /// Where cards are shown.
    pub cards_base: String,
    /// Where clients show certificates.
    pub mtls_base: String,
}

impl World {
    /// On ports `port_base` and the six after it. The parts stand on different sites on purpose, as
    /// in life: `SameSite` ignores ports. `None` when there are not enough ports after `port_base`.
    pub fn on_ports(port_base: u16) -> Option<World> {
        Some(World {
            issuer: format!("http://localhost:{port_base}"),
            spid_entity_id: format!("http://localhost:{port_base}"),
            portals_base: format!("http://127.0.0.1:{}", port_base.checked_add(1)?),
            idp_base: format!("http://127.0.0.2:{}", port_base.checked_add(2)?),
            outbox_base: format!("http://127.0.0.1:{}", port_base.checked_add(3)?),
            cards_base: format!("https://localhost:{}", port_base.checked_add(4)?),
            mtls_base: format!("https://localhost:{}", port_base.checked_add(6)?),
        })
    }

    /// The same with Varco behind TLS. The other parts stay as they are.
    #[must_use]
    pub fn with_tls(self) -> World {
        World {
            issuer: self.issuer.replacen("http://", "https://", 1),
            ..self
        }
    }

    /// The name of Varco's CIE record.
    pub fn cie_entity_id(&self) -> String {
        format!("{}/cie", self.spid_entity_id)
    }

    /// Its CIE part: address and entityID.
    pub fn cie_base(&self) -> String {
        format!("{}/cie", self.idp_base)
    }

    /// Its eIDAS part: address and entityID.
    pub fn eidas_base(&self) -> String {
        format!("{}/eidas", self.idp_base)
    }

    /// `[[client]]` for the three portals, with the secrets that the portals will use.
    pub fn clients(&self, secrets: &Secrets) -> String {
        PORTALS.iter().map(|portal| self.client(portal, secrets)).collect()
    }

    fn client(&self, portal: &Portal, secrets: &Secrets) -> String {
        let mut text = String::from("[[client]]\n");
        line(&mut text, "client_id", portal.client_id);
        line(&mut text, "client_name", portal.name);
        for (language, name) in portal.names {
            line(&mut text, &format!("\"client_name#{language}\""), name);
        }
        line(
            &mut text,
            "client_uri",
            &format!("{}/{}/", self.portals_base, portal.path),
        );
        line(&mut text, "client_secret", secrets.of(portal.client_id));
        list(&mut text, "redirect_uris", &[&portal.redirect_uri(&self.portals_base)]);
        list(
            &mut text,
            "post_logout_redirect_uris",
            &[&portal.post_logout_redirect_uri(&self.portals_base)],
        );
        line(&mut text, "scope", &format!("openid {}", portal.scopes.join(" ")));
        let acting = match portal.acting {
            ActingPolicy::Myself => "self",
            ActingPolicy::Organisation => "organisation",
            ActingPolicy::Either => "either",
        };
        line(&mut text, "acting", acting);
        text.push_str("min_level = 2\n");
        list(&mut text, "roles", portal.roles);
        text.push('\n');
        text
    }
}

/// The client secrets of the portals, drawn by whoever starts the demo.
#[derive(Clone)]
pub struct Secrets {
    /// Of `fatture`.
    pub organisation: String,
    /// Of `edilizia`.
    pub either: String,
    /// Of `anagrafe`.
    pub citizen: String,
}

impl Secrets {
    /// The secret of a client; empty for one that is no portal.
    pub(super) fn of(&self, client_id: &str) -> &str {
        match client_id {
            "fatture" => &self.organisation,
            "edilizia" => &self.either,
            "anagrafe" => &self.citizen,
            _ => "",
        }
    }
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Secrets").finish_non_exhaustive()
    }
}

const ORGANISATIONS: &str = r#"[[organisation]]
alias = "acme-srl"
name = "ACME SRL"
kind = "company"
identifiers = [{ scheme = "0210", value = "01234560587" }, { scheme = "0211", value = "01234560587" }]

[[organisation]]
alias = "comune-di-borgo-alto"
name = "Comune di Borgo Alto"
kind = "public-body"
identifiers = [{ scheme = "0201", value = "c_x000" }, { scheme = "0210", value = "80012340586" }]

[[organisation.unit]]
name = "Ufficio gare"

[[organisation.unit]]
name = "Servizio urbanistica"

[[organisation]]
alias = "cooperativa-il-ponte"
name = "Cooperativa Il Ponte"
kind = "company"
identifiers = [{ scheme = "0210", value = "07654320105" }, { scheme = "0211", value = "07654320105" }]

"#;

/// Organisations, people and mandates of the demo, in the manifest's shape. What ends, ends relative
/// to `now`; what begins has a fixed date, because a mandate's identity follows from its beginning
/// and the demo may be started again over the same data.
pub fn manifest(now: DateTime<Utc>) -> String {
    let mut text = String::from(ORGANISATIONS);
    for person in PEOPLE {
        text.push_str("[[person]]\n");
        line(&mut text, "fiscal_number", person.fiscal_number);
        line(&mut text, "given_name", person.given_name);
        line(&mut text, "family_name", person.family_name);
        line(&mut text, "date_of_birth", person.date_of_birth);
        text.push('\n');
    }
    text.push_str("[[official]]\nperson = \"DSMMRP68S49F839E\"\nduties = [\"auditor\"]\n\n");
    let next_year = end_of_year(now.year().saturating_add(1));
    let last_year = end_of_year(now.year().saturating_sub(1));
    let mandates = [
        Mandate {
            person: "PRVMRA80A15H501A",
            organisation: "acme-srl",
            unit: None,
            kind: "administrator",
            evidence: "register",
            valid_from: "2024-01-01T00:00:00Z",
            valid_until: &end_of_year(now.year().saturating_add(3)),
            roles: &[
                ("fatture", &["invoice-submitter", "invoice-viewer"]),
                ("edilizia", &["applicant"]),
            ],
        },
        Mandate {
            person: "PRVMRA80A15H501A",
            organisation: "comune-di-borgo-alto",
            unit: Some("Ufficio gare"),
            kind: "operator",
            evidence: "official",
            valid_from: "2024-03-01T00:00:00Z",
            valid_until: &next_year,
            roles: &[("fatture", &["invoice-viewer"]), ("edilizia", &["clerk"])],
        },
        Mandate {
            person: "FOXGUO55T01L219C",
            organisation: "cooperativa-il-ponte",
            unit: None,
            kind: "delegate",
            evidence: "official",
            valid_from: "2024-06-01T00:00:00Z",
            valid_until: &next_year,
            roles: &[("fatture", &["invoice-submitter"]), ("edilizia", &["applicant"])],
        },
        Mandate {
            person: "FOXGUO55T01L219C",
            organisation: "acme-srl",
            unit: None,
            kind: "delegate",
            evidence: "signed-file",
            valid_from: "2020-01-01T00:00:00Z",
            valid_until: &last_year,
            roles: &[("fatture", &["invoice-submitter"]), ("edilizia", &["applicant"])],
        },
    ];
    for mandate in &mandates {
        mandate.write(&mut text);
    }
    text
}

struct Mandate<'a> {
    person: &'a str,
    organisation: &'a str,
    unit: Option<&'a str>,
    kind: &'a str,
    evidence: &'a str,
    valid_from: &'a str,
    valid_until: &'a str,
    roles: &'a [(&'a str, &'a [&'a str])],
}

impl Mandate<'_> {
    fn write(&self, text: &mut String) {
        text.push_str("[[mandate]]\n");
        line(text, "person", self.person);
        line(text, "organisation", self.organisation);
        if let Some(unit) = self.unit {
            line(text, "unit", unit);
        }
        line(text, "kind", self.kind);
        line(text, "evidence", self.evidence);
        line(text, "valid_from", self.valid_from);
        line(text, "valid_until", self.valid_until);
        for (client_id, roles) in self.roles {
            list(text, &format!("roles.{client_id}"), roles);
        }
        text.push('\n');
    }
}

/// The first instant after a year, by the clocks of Rome (CET in winter).
fn end_of_year(year: i32) -> String {
    format!("{year}-12-31T23:00:00Z")
}

fn line(text: &mut String, key: &str, value: &str) {
    let _ = writeln!(text, "{key} = {}", Value::from(value));
}

fn list(text: &mut String, key: &str, values: &[&str]) {
    let values: Vec<String> = values.iter().map(|value| Value::from(*value).to_string()).collect();
    let _ = writeln!(text, "{key} = [{}]", values.join(", "));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> toml::Table {
        text.parse().expect("TOML")
    }

    fn secrets() -> Secrets {
        Secrets {
            organisation: "uno".to_owned(),
            either: "due\"#".to_owned(),
            citizen: "tre".to_owned(),
        }
    }

    #[test]
    fn each_part_of_the_demo_has_its_own_port() {
        let world = World::on_ports(8080).unwrap();
        assert_eq!(world.issuer, "http://localhost:8080");
        assert_eq!(world.portals_base, "http://127.0.0.1:8081");
        assert_eq!(world.idp_base, "http://127.0.0.2:8082");
        assert_eq!(world.outbox_base, "http://127.0.0.1:8083");
        assert_eq!(World::on_ports(u16::MAX - 1), None);
        let behind_tls = world.clone().with_tls();
        assert_eq!(behind_tls.issuer, "https://localhost:8080");
        assert_eq!(
            World {
                issuer: world.issuer.clone(),
                ..behind_tls
            },
            world
        );
    }

    #[test]
    fn every_portal_is_registered_with_its_exact_addresses_and_secret() {
        let world = World::on_ports(8080).unwrap();
        let table = read(&world.clients(&secrets()));
        let clients = table["client"].as_array().unwrap();
        let ids: Vec<_> = clients
            .iter()
            .map(|client| client["client_id"].as_str().unwrap())
            .collect();
        assert_eq!(ids, ["fatture", "edilizia", "anagrafe"]);
        let acting: Vec<_> = clients
            .iter()
            .map(|client| client["acting"].as_str().unwrap())
            .collect();
        assert_eq!(acting, ["organisation", "either", "self"]);
        assert_eq!(
            clients[0]["redirect_uris"][0].as_str(),
            Some("http://127.0.0.1:8081/organisation/callback")
        );
        assert_eq!(clients[1]["client_secret"].as_str(), Some("due\"#"));
        assert!(!clients[2]["scope"].as_str().unwrap().contains("organization"));
    }

    #[test]
    fn fo_has_one_mandate_to_the_end_of_next_year_and_one_that_ended() {
        let now: DateTime<Utc> = "2026-11-22T10:00:00Z".parse().unwrap();
        let table = read(&manifest(now));
        let ends: Vec<DateTime<Utc>> = table["mandate"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|mandate| mandate["person"].as_str() == Some("FOXGUO55T01L219C"))
            .map(|mandate| mandate["valid_until"].as_str().unwrap().parse().unwrap())
            .collect();
        assert_eq!(ends[0].to_rfc3339(), "2027-12-31T23:00:00+00:00");
        assert!(ends[1] < now);
    }

    #[test]
    fn every_mandate_names_people_organisations_units_and_roles_that_exist() {
        let table = read(&manifest("2026-11-22T10:00:00Z".parse().unwrap()));
        let organisations = table["organisation"].as_array().unwrap();
        let people: Vec<_> = table["person"]
            .as_array()
            .unwrap()
            .iter()
            .map(|p| &p["fiscal_number"])
            .collect();
        assert_eq!(people.len(), 4);
        for mandate in table["mandate"].as_array().unwrap() {
            assert!(people.contains(&&mandate["person"]));
            let organisation = organisations
                .iter()
                .find(|o| o["alias"] == mandate["organisation"])
                .unwrap();
            if let Some(unit) = mandate.get("unit") {
                assert!(
                    organisation["unit"]
                        .as_array()
                        .unwrap()
                        .iter()
                        .any(|u| &u["name"] == unit)
                );
            }
            for (client_id, roles) in mandate["roles"].as_table().unwrap() {
                let portal = PORTALS.iter().find(|portal| portal.client_id == client_id).unwrap();
                for role in roles.as_array().unwrap() {
                    assert!(portal.roles.contains(&role.as_str().unwrap()));
                }
            }
        }
    }
}
