//! Choosers to look at: the people and organisations of an invented valley.

use super::*;

pub fn all() -> Vec<(&'static str, ChooserPage)> {
    let many = many();
    let few = ChooserPage {
        options: many.options.iter().take(2).cloned().collect(),
        unusable: Vec::new(),
        search: None,
        total: 2,
        ..many.clone()
    };
    let mut organisations_only = ChooserPage {
        myself: false,
        problem: Some(ChooserProblem::NothingChosen),
        ..few.clone()
    };
    organisations_only
        .options
        .iter_mut()
        .for_each(|option| option.selected = false);
    let usual_is_oneself = ChooserPage {
        myself_selected: true,
        problem: Some(ChooserProblem::NotOffered),
        options: organisations_only.options.clone(),
        ..few.clone()
    };
    vec![
        ("nothing-found", nothing_found(&many)),
        ("nothing-usable", nothing_usable(&many)),
        ("many", many),
        ("few", few),
        ("organisations-only", organisations_only),
        ("usual-is-oneself", usual_is_oneself),
    ]
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap_or_default()
}

fn organisation(name: &str, unit: Option<&str>, identifiers: &[(&str, &str)]) -> OrganisationView {
    OrganisationView {
        name: name.into(),
        unit: unit.map(Into::into),
        identifiers: identifiers
            .iter()
            .map(|(scheme, value)| Identifier {
                scheme: (*scheme).into(),
                value: (*value).into(),
            })
            .collect(),
    }
}

fn option(value: &str, kind: MandateKind, organisation: OrganisationView, last_used: Option<i64>) -> OptionView {
    OptionView {
        value: value.into(),
        organisation,
        kind,
        until: None,
        roles: Vec::new(),
        last_used: last_used.map(at),
        selected: false,
    }
}

/// The people and organisations of `ui/02`. 22 November 2026, 17:00 in Italy.
fn many() -> ChooserPage {
    const NOW: i64 = 1_795_363_200;
    let town = [("0201", "c_x000"), ("0210", "80000000000")];
    let mut options = vec![
        option(
            "0198f3c2-0000-7000-8000-000000000001",
            MandateKind::Administrator,
            organisation(
                "Studio Tecnico Verdi Associati",
                Some("Ufficio pratiche edilizie"),
                &[("0211", "01234567890")],
            ),
            Some(1_795_275_600),
        ),
        option(
            "0198f3c2-0000-7000-8000-000000000002",
            MandateKind::Operator,
            organisation(
                "Comune di Borgo Alto",
                Some("Area tecnica, Servizio urbanistica"),
                &town,
            ),
            Some(1_794_650_400),
        ),
        option(
            "0198f3c2-0000-7000-8000-000000000003",
            MandateKind::Operator,
            organisation("Comune di Borgo Alto", Some("Area affari generali, Protocollo"), &town),
            None,
        ),
        option(
            "0198f3c2-0000-7000-8000-000000000004",
            MandateKind::Delegate,
            organisation("Condominio Le Querce", None, &[("0210", "90011122233")]),
            Some(1_758_000_000),
        ),
        option(
            "0198f3c2-0000-7000-8000-000000000005",
            MandateKind::LegalRepresentative,
            organisation(
                "Impresa Edile Bianchi S.r.l.",
                Some("Ufficio tecnico"),
                &[("0088", "8032089000000")],
            ),
            Some(1_795_341_600),
        ),
    ];
    if let Some(first) = options.first_mut() {
        first.selected = true;
        first.roles = vec!["invoice-submitter".into(), "reader".into()];
    }
    if let Some(delegate) = options.get_mut(3) {
        delegate.until = Some(at(1_798_758_000));
    }
    ChooserPage {
        action: "/login/choose".into(),
        login: "x7Jd".into(),
        service_name: "Sportello unico edilizia".into(),
        person: ChooserPerson {
            name: "Giulia Bianchi".into(),
            fiscal_code: Some("BNCGLI80A41X000X".into()),
        },
        myself: true,
        myself_selected: false,
        total: 12,
        unusable: unusable(),
        options,
        search: Some(Search {
            action: "/login/choose".into(),
            login: "x7Jd".into(),
            clear_href: "/login/choose?login=x7Jd".into(),
            query: String::new(),
            role: None,
            roles: vec![MandateKind::Administrator, MandateKind::Operator, MandateKind::Delegate],
            filtered: false,
        }),
        problem: None,
        leave_href: None,
        now: at(NOW),
    }
}

fn unusable() -> Vec<UnusableView> {
    [
        UnusableReason::NoRole,
        UnusableReason::Expired,
        UnusableReason::NotYetValid,
        UnusableReason::Suspended,
        UnusableReason::UnitClosed,
        UnusableReason::OrganisationNotActive,
        UnusableReason::EvidenceTooWeak,
    ]
    .into_iter()
    .map(|reason| UnusableView {
        organisation: organisation(
            "Cooperativa Sociale Il Ponte",
            Some("Sede di Valle Serena"),
            &[("0211", "09876543210")],
        ),
        kind: MandateKind::Delegate,
        reason,
    })
    .collect()
}

fn nothing_found(all: &ChooserPage) -> ChooserPage {
    ChooserPage {
        options: Vec::new(),
        unusable: Vec::new(),
        search: all.search.clone().map(|search| Search {
            query: "condominio".into(),
            role: Some(MandateKind::Operator),
            filtered: true,
            ..search
        }),
        ..all.clone()
    }
}

fn nothing_usable(all: &ChooserPage) -> ChooserPage {
    ChooserPage {
        myself: false,
        options: Vec::new(),
        search: None,
        total: all.unusable.len(),
        leave_href: Some("https://portale.example.it/callback?error=access_denied".into()),
        ..all.clone()
    }
}
