//! The pages around a card: help before it is shown, what was wrong with it, the names that it lacks.

use crate::pages::Page;
use chrono::{DateTime, Utc};
use serde::Serialize;

/// Reader, middleware, browser, PIN: what somebody needs to know before the card is asked for.
#[derive(Debug, Clone, Serialize)]
pub struct CardHelpPage {
    /// The service somebody is on the way to.
    pub service_name: Option<String>,
    /// Where the card is asked for.
    pub card_href: String,
    /// The login page.
    pub other_method_href: String,
    /// A CIE in a reader is accepted too.
    pub cie: bool,
}

/// What was wrong, in the citizen's terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CardProblem {
    /// No certificate came.
    NoCertificate,
    /// Out of date.
    Expired,
    /// Not valid yet.
    NotYetValid,
    /// Revoked.
    Revoked,
    /// Not a card that opens this door.
    NotCns,
    /// Issued by nobody that we trust.
    UnknownIssuer,
    /// Signed in a way that nobody accepts any more.
    TooOld,
    /// Whether it is still good could not be found out.
    NotCheckable,
    /// The page was used before.
    Used,
}

impl From<crate::login::CardProblem> for CardProblem {
    fn from(problem: crate::login::CardProblem) -> CardProblem {
        use crate::login::CardProblem as Of;
        match problem {
            Of::NoCertificate => CardProblem::NoCertificate,
            Of::Expired => CardProblem::Expired,
            Of::NotYetValid => CardProblem::NotYetValid,
            Of::Revoked => CardProblem::Revoked,
            Of::NotCns => CardProblem::NotCns,
            Of::UnknownIssuer => CardProblem::UnknownIssuer,
            Of::TooOld => CardProblem::TooOld,
            Of::NotCheckable => CardProblem::NotCheckable,
            Of::Used => CardProblem::Used,
        }
    }
}

/// A card that signed nobody in.
#[derive(Debug, Clone, Serialize)]
pub struct RefusedCardPage {
    /// What was wrong.
    #[serde(rename = "kind")]
    pub problem: CardProblem,
    /// The service somebody was on the way to.
    pub service_name: Option<String>,
    /// When the card was shown.
    pub time: DateTime<Utc>,
    /// What somebody reads out to the help desk; also in the log.
    pub reference: String,
    /// The card again.
    pub retry_href: String,
    /// What is needed.
    pub help_href: String,
    /// The login page.
    pub other_method_href: String,
    /// The portal.
    pub back_to_service_href: Option<String>,
}

/// "Come ti chiami?": asked once, of somebody whose card carries no names.
#[derive(Debug, Clone, Serialize)]
pub struct CardNamesPage {
    /// Where the form is posted (`answer`, `given_name`, `family_name`).
    pub action: String,
    /// Names the card that was accepted.
    pub answer: String,
    /// The service somebody is on the way to.
    pub service_name: Option<String>,
    /// `not-those`: what was typed does not fit the fiscal code.
    pub problem: Option<&'static str>,
}

impl Page for CardHelpPage {
    const TEMPLATE: &'static str = "sign_in/card_help.html";

    fn samples() -> Vec<(&'static str, CardHelpPage)> {
        let page = CardHelpPage {
            service_name: Some("Sportello unico edilizia".into()),
            card_href: "/login/cns/card?login=x7Jd".into(),
            other_method_href: "/login?login=x7Jd".into(),
            cie: true,
        };
        let own_account = CardHelpPage {
            service_name: None,
            cie: false,
            card_href: "/login/cns/card".into(),
            other_method_href: "/login".into(),
        };
        vec![("service", page), ("own-account", own_account)]
    }
}

impl Page for RefusedCardPage {
    const TEMPLATE: &'static str = "sign_in/card_refused.html";

    fn samples() -> Vec<(&'static str, RefusedCardPage)> {
        let page = |problem| RefusedCardPage {
            problem,
            service_name: Some("Sportello unico edilizia".into()),
            // 21 November 2026, 22:10 in Italy.
            time: DateTime::from_timestamp(1_795_295_400, 0).unwrap_or_default(),
            reference: "7F3A-21C9".into(),
            retry_href: "/login/cns/card?login=x7Jd".into(),
            help_href: "/login/cns?login=x7Jd".into(),
            other_method_href: "/login?login=x7Jd".into(),
            back_to_service_href: Some("https://portale.example.it/".into()),
        };
        let bare = RefusedCardPage {
            service_name: None,
            back_to_service_href: None,
            ..page(CardProblem::NoCertificate)
        };
        vec![
            ("no-certificate", page(CardProblem::NoCertificate)),
            ("no-certificate-bare", bare),
            ("expired", page(CardProblem::Expired)),
            ("not-yet-valid", page(CardProblem::NotYetValid)),
            ("revoked", page(CardProblem::Revoked)),
            ("not-cns", page(CardProblem::NotCns)),
            ("unknown-issuer", page(CardProblem::UnknownIssuer)),
            ("too-old", page(CardProblem::TooOld)),
            ("not-checkable", page(CardProblem::NotCheckable)),
            ("used", page(CardProblem::Used)),
        ]
    }
}

impl Page for CardNamesPage {
    const TEMPLATE: &'static str = "sign_in/card_names.html";

    fn samples() -> Vec<(&'static str, CardNamesPage)> {
        let page = |problem| CardNamesPage {
            action: "/login/cns/names".into(),
            answer: "k2J9".into(),
            service_name: Some("Sportello unico edilizia".into()),
            problem,
        };
        vec![("asked", page(None)), ("not-those", page(Some("not-those")))]
    }
}
