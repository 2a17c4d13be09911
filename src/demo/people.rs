//! The people of the demo: fiscal codes with a right check character that were given to nobody.

use protocol::saml::Profile;
use protocol::saml::profile::CIE_ATTRIBUTES;

/// Somebody who can sign in at the test identity provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DemoPerson {
    /// Codice fiscale, without prefix.
    pub fiscal_number: &'static str,
    /// `name`.
    pub given_name: &'static str,
    /// `familyName`.
    pub family_name: &'static str,
    /// What this person is in the demo, for whoever chooses: Italian.
    pub role: &'static str,
    /// `spidCode`: four letters of the identity provider and ten characters.
    pub spid_code: &'static str,
    /// `dateOfBirth`, as in the fiscal code.
    pub date_of_birth: &'static str,
    /// `placeOfBirth`: Belfiore code, as in the fiscal code.
    pub place_of_birth: &'static str,
    /// `countyOfBirth`.
    pub county_of_birth: &'static str,
    /// `gender`.
    pub gender: &'static str,
    /// The part of the addresses before the `@`.
    mailbox: &'static str,
    mobile_phone: &'static str,
    street: &'static str,
    postal_code: &'static str,
    municipality: &'static str,
    id_card: &'static str,
}

/// Everybody.
pub const PEOPLE: [DemoPerson; 4] = [
    DemoPerson {
        fiscal_number: "PRVMRA80A15H501A",
        given_name: "Mario",
        family_name: "Provaldi",
        role: "amministratore di ACME SRL, operatore di un ufficio del Comune di Borgo Alto",
        spid_code: "VRCO0000000001",
        date_of_birth: "1980-01-15",
        place_of_birth: "H501",
        county_of_birth: "RM",
        gender: "M",
        mailbox: "mario.provaldi",
        mobile_phone: "+393200000001",
        street: "Via dell'Esempio 1",
        postal_code: "00100",
        municipality: "Roma",
        id_card: "cartaIdentita ZZ0000001 comuneRoma 2024-01-15 2034-01-15",
    },
    DemoPerson {
        fiscal_number: "CMPGLI92M71F205F",
        given_name: "Giulia",
        family_name: "Campionelli",
        role: "cittadina, non opera per nessuno",
        spid_code: "VRCO0000000002",
        date_of_birth: "1992-08-31",
        place_of_birth: "F205",
        county_of_birth: "MI",
        gender: "F",
        mailbox: "giulia.campionelli",
        mobile_phone: "+393200000002",
        street: "Via dell'Esempio 2",
        postal_code: "20100",
        municipality: "Milano",
        id_card: "cartaIdentita ZZ0000002 comuneMilano 2024-08-31 2034-08-31",
    },
    DemoPerson {
        fiscal_number: "FOXGUO55T01L219C",
        given_name: "Ugo",
        family_name: "Fo",
        role: "delegato della Cooperativa Il Ponte; una seconda delega è scaduta",
        spid_code: "VRCO0000000003",
        date_of_birth: "1955-12-01",
        place_of_birth: "L219",
        county_of_birth: "TO",
        gender: "M",
        mailbox: "ugo.fo",
        mobile_phone: "+393200000003",
        street: "Via dell'Esempio 3",
        postal_code: "10100",
        municipality: "Torino",
        id_card: "cartaIdentita ZZ0000003 comuneTorino 2023-12-01 2033-12-01",
    },
    DemoPerson {
        fiscal_number: "DSMMRP68S49F839E",
        given_name: "Maria Pia",
        family_name: "D'Esempio",
        role: "funzionaria dell'ente, consulta il registro",
        spid_code: "VRCO0000000004",
        date_of_birth: "1968-11-09",
        place_of_birth: "F839",
        county_of_birth: "NA",
        gender: "F",
        mailbox: "mariapia.desempio",
        mobile_phone: "+393200000004",
        street: "Via dell'Esempio 4",
        postal_code: "80100",
        municipality: "Napoli",
        id_card: "cartaIdentita ZZ0000004 comuneNapoli 2024-11-09 2034-11-09",
    },
];

impl DemoPerson {
    /// The SPID attribute `name`, and its XML type; `None` for one that a natural person's identity
    /// does not have (company attributes) or that SPID does not know.
    pub fn attribute(&self, name: &str) -> Option<(String, &'static str)> {
        let text = |value: &str| Some((value.to_owned(), "xs:string"));
        let date = |value: &str| Some((value.to_owned(), "xs:date"));
        match name {
            "spidCode" => text(self.spid_code),
            "name" => text(self.given_name),
            "familyName" => text(self.family_name),
            "placeOfBirth" => text(self.place_of_birth),
            "countyOfBirth" => text(self.county_of_birth),
            "dateOfBirth" => date(self.date_of_birth),
            "gender" => text(self.gender),
            "fiscalNumber" => text(&format!("TINIT-{}", self.fiscal_number)),
            "idCard" => text(self.id_card),
            "mobilePhone" => text(self.mobile_phone),
            "email" => text(&format!("{}@posta.example", self.mailbox)),
            "digitalAddress" => text(&format!("{}@pec.example", self.mailbox)),
            "expirationDate" => date("2033-12-31"),
            "address" => text(&format!(
                "{} {} {} {}",
                self.street, self.postal_code, self.municipality, self.county_of_birth
            )),
            "domicileStreetAddress" => text(self.street),
            "domicilePostalCode" => text(self.postal_code),
            "domicileMunicipality" => text(self.municipality),
            "domicileProvince" => text(self.county_of_birth),
            "domicileNation" => text("IT"),
            _ => None,
        }
    }
}

/// Somebody from another country, who comes through the eIDAS node: invented, like the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Foreigner {
    /// The identifier of the person's own country, as the node passes it on: country of the person, country
    /// that asks, and a name there.
    pub identifier: &'static str,
    /// `name`.
    pub given_name: &'static str,
    /// `familyName`.
    pub family_name: &'static str,
    /// What this person is in the demo, for whoever chooses: Italian.
    pub role: &'static str,
    /// `dateOfBirth`.
    pub date_of_birth: &'static str,
    place_of_birth: &'static str,
    gender: &'static str,
    address: &'static str,
}

/// Everybody from abroad. The second has the name and the birth date of Mario Provaldi, and is not he.
pub const FOREIGNERS: [Foreigner; 2] = [
    Foreigner {
        identifier: "DE/IT/PROVA-0001",
        given_name: "Greta",
        family_name: "Beispiel",
        role: "cittadina tedesca, senza codice fiscale italiano",
        date_of_birth: "1985-05-20",
        place_of_birth: "Musterstadt",
        gender: "F",
        address: "Beispielweg 1 00000 Musterstadt DE",
    },
    Foreigner {
        identifier: "FR/IT/PROVA-0002",
        given_name: "Mario",
        family_name: "Provaldi",
        role: "cittadino francese: stesso nome e stessa data di nascita di un altro, ma un’altra persona",
        date_of_birth: "1980-01-15",
        place_of_birth: "Exempleville",
        gender: "M",
        address: "Rue de l’Exemple 2 00000 Exempleville FR",
    },
];

impl Foreigner {
    /// The attribute `name`, and its XML type; `None` for one that the node does not have.
    pub fn attribute(&self, name: &str) -> Option<(String, &'static str)> {
        let text = |value: &str| Some((value.to_owned(), "xs:string"));
        match name {
            "spidCode" => text(self.identifier),
            "name" => text(self.given_name),
            "familyName" => text(self.family_name),
            "dateOfBirth" => Some((self.date_of_birth.to_owned(), "xs:date")),
            "placeOfBirth" => text(self.place_of_birth),
            "gender" => text(self.gender),
            "address" => text(self.address),
            _ => None,
        }
    }
}

/// Whoever can sign in at one of the test identity providers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resident {
    /// With an Italian identity: SPID or CIE.
    Italian(&'static DemoPerson, Profile),
    /// With that of another country.
    Foreign(&'static Foreigner),
}

impl Resident {
    /// Everybody who has an identity of this kind.
    pub fn all(profile: Profile) -> Vec<Resident> {
        match profile {
            Profile::Spid | Profile::Cie => PEOPLE.iter().map(|person| Resident::Italian(person, profile)).collect(),
            Profile::Eidas => FOREIGNERS.iter().map(Resident::Foreign).collect(),
        }
    }

    /// The one with this [`Resident::key`].
    pub fn find(profile: Profile, key: &str) -> Option<Resident> {
        Resident::all(profile).into_iter().find(|person| person.key() == key)
    }

    /// Fiscal code, or the identifier of the person's own country.
    pub fn key(&self) -> &'static str {
        match self {
            Resident::Italian(person, _) => person.fiscal_number,
            Resident::Foreign(person) => person.identifier,
        }
    }

    /// `name`.
    pub fn given_name(&self) -> &'static str {
        match self {
            Resident::Italian(person, _) => person.given_name,
            Resident::Foreign(person) => person.given_name,
        }
    }

    /// `familyName`.
    pub fn family_name(&self) -> &'static str {
        match self {
            Resident::Italian(person, _) => person.family_name,
            Resident::Foreign(person) => person.family_name,
        }
    }

    /// What the person is in the demo.
    pub fn role(&self) -> &'static str {
        match self {
            Resident::Italian(person, _) => person.role,
            Resident::Foreign(person) => person.role,
        }
    }

    /// The attribute `name` as this kind of identity has it, and its XML type.
    pub fn attribute(&self, name: &str) -> Option<(String, &'static str)> {
        match self {
            Resident::Italian(person, Profile::Cie) if CIE_ATTRIBUTES.contains(&name) => {
                // The Ministry writes the birth date as text.
                person.attribute(name).map(|(value, _)| (value, "xs:string"))
            }
            Resident::Italian(_, Profile::Cie) => None,
            Resident::Italian(person, _) => person.attribute(name),
            Resident::Foreign(person) => person.attribute(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// DM 13813/1976: two digits of the year, a letter for the month, the day (plus 40 for women), the place.
    #[test]
    fn what_the_identity_provider_says_agrees_with_the_fiscal_code() {
        for person in PEOPLE {
            let date: Vec<&str> = person.date_of_birth.split('-').collect();
            let [year, month, day] = date.as_slice() else {
                panic!("a date has three parts")
            };
            let year = year.strip_prefix("19").unwrap();
            let month = "_ABCDEHLMPRST".chars().nth(month.parse().unwrap()).unwrap();
            let day: u32 = day.parse().unwrap();
            let day = if person.gender == "F" { day.strict_add(40) } else { day };
            let expected = format!("{year}{month}{day:02}{}", person.place_of_birth);
            assert_eq!(person.fiscal_number.get(6..15), Some(expected.as_str()));
            assert!(domain::italy::FiscalNumber::parse(person.fiscal_number).is_ok());
        }
    }

    #[test]
    fn a_card_says_four_things_and_the_node_knows_no_fiscal_number() {
        let card = Resident::find(Profile::Cie, "PRVMRA80A15H501A").unwrap();
        assert_eq!(card.attribute("spidCode"), None);
        assert_eq!(card.attribute("dateOfBirth").unwrap().1, "xs:string");
        for person in Resident::all(Profile::Eidas) {
            assert_eq!(person.attribute("fiscalNumber"), None);
            assert!(person.attribute("spidCode").is_some());
        }
        assert_eq!(Resident::find(Profile::Eidas, "PRVMRA80A15H501A"), None);
    }

    #[test]
    fn a_natural_person_has_no_company_attributes() {
        assert_eq!(PEOPLE[0].attribute("companyName"), None);
        assert_eq!(
            PEOPLE[3].attribute("familyName"),
            Some(("D'Esempio".to_owned(), "xs:string"))
        );
    }
}
