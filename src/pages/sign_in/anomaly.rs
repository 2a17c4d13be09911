//! The page for an identity provider that answers "no": one courtesy text per error code of SPID and of CIE,
//! which uses the same numbers for fewer things.

use crate::pages::Page;
use chrono::{DateTime, Utc};
use protocol::saml::Profile;
use serde::Serialize;

/// What the identity provider said (`ErrorCode nrNN` of its status message; regole tecniche SPID,
/// tabella dei messaggi di anomalia).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Anomaly {
    /// 19: wrong credentials too many times.
    TooManyAttempts,
    /// 20: no credentials for the level asked.
    LevelNotReached,
    /// 21: the person took too long.
    TimedOut,
    /// 22: consent refused.
    ConsentRefused,
    /// 23: identity suspended, revoked or blocked.
    Blocked,
    /// 25: cancelled by the person.
    Cancelled,
    /// 30: another type of identity is wanted.
    WrongIdentityType,
    /// 8, 9, 11 to 18: what we sent was wrong. Nothing that a citizen can put right.
    Technical,
    /// CIE 21: the person took too long.
    CardTimedOut,
    /// CIE 22: consent refused.
    CardConsentRefused,
    /// CIE 23: the card expired or was revoked.
    CardBlocked,
    /// CIE 25: cancelled by the person.
    CardCancelled,
    /// Anything else.
    Other,
}

impl Anomaly {
    /// The text that goes with a code of this kind of identity provider. What is reserved (24; of CIE 19 and
    /// 20, too) gets the general one, and so does what speaks of SPID when it was none.
    pub fn told_by(profile: Profile, code: u16) -> Anomaly {
        match (profile, Anomaly::from_code(code)) {
            (Profile::Spid, anomaly) | (_, anomaly @ Anomaly::Technical) => anomaly,
            (Profile::Cie, Anomaly::TimedOut) => Anomaly::CardTimedOut,
            (Profile::Cie, Anomaly::ConsentRefused) => Anomaly::CardConsentRefused,
            (Profile::Cie, Anomaly::Blocked) => Anomaly::CardBlocked,
            (Profile::Cie, Anomaly::Cancelled) => Anomaly::CardCancelled,
            (Profile::Eidas, anomaly @ (Anomaly::TimedOut | Anomaly::ConsentRefused | Anomaly::Cancelled)) => anomaly,
            (Profile::Cie | Profile::Eidas, _) => Anomaly::Other,
        }
    }

    fn from_code(code: u16) -> Anomaly {
        match code {
            19 => Anomaly::TooManyAttempts,
            20 => Anomaly::LevelNotReached,
            21 => Anomaly::TimedOut,
            22 => Anomaly::ConsentRefused,
            23 => Anomaly::Blocked,
            25 => Anomaly::Cancelled,
            30 => Anomaly::WrongIdentityType,
            8 | 9 | 11..=18 => Anomaly::Technical,
            _ => Anomaly::Other,
        }
    }
}

/// A login that the identity provider did not complete.
#[derive(Debug, Clone, Serialize)]
pub struct AnomalyPage {
    /// What happened.
    pub anomaly: Anomaly,
    /// What the citizen chose to come with.
    pub way: Profile,
    /// The code, when one was read; shown among the details.
    pub code: Option<u16>,
    /// The service somebody was on the way to.
    pub service_name: Option<String>,
    /// The level that was asked for.
    pub level: u8,
    /// CIE is among the methods of this login: it is recommended where it helps.
    pub cie: bool,
    /// Name of the identity provider.
    pub identity_provider: String,
    /// When the answer came.
    pub time: DateTime<Utc>,
    /// What somebody reads out to the help desk; also in the log.
    pub reference: String,
    /// The same identity provider again.
    pub retry_href: String,
    /// The login page.
    pub other_method_href: String,
    /// The portal.
    pub back_to_service_href: Option<String>,
}

impl Page for AnomalyPage {
    const TEMPLATE: &'static str = "sign_in/spid_anomaly.html";

    fn samples() -> Vec<(&'static str, AnomalyPage)> {
        let page = |code: u16| AnomalyPage {
            anomaly: Anomaly::from_code(code),
            way: Profile::Spid,
            code: Some(code),
            service_name: Some("Sportello unico edilizia".into()),
            level: 2,
            cie: true,
            identity_provider: "Gestore Due".into(),
            // 21 November 2026, 22:10 in Italy.
            time: DateTime::from_timestamp(1_795_295_400, 0).unwrap_or_default(),
            reference: "7F3A-21C9".into(),
            retry_href: "/login/spid?login=x7Jd&idp=https%3A%2F%2Fdue.example%2Fidp".into(),
            other_method_href: "/login?login=x7Jd".into(),
            back_to_service_href: Some("https://portale.example.it/".into()),
        };
        let without_code = AnomalyPage {
            code: None,
            service_name: None,
            back_to_service_href: None,
            cie: false,
            ..page(1)
        };
        let spid_only = AnomalyPage { cie: false, ..page(20) };
        let blocked_spid_only = AnomalyPage { cie: false, ..page(23) };
        let card = |code: u16| AnomalyPage {
            anomaly: Anomaly::told_by(Profile::Cie, code),
            way: Profile::Cie,
            identity_provider: "Ministero dell’Interno".into(),
            cie: false,
            ..page(code)
        };
        let eidas = AnomalyPage {
            way: Profile::Eidas,
            anomaly: Anomaly::told_by(Profile::Eidas, 20),
            ..page(20)
        };
        vec![
            ("cie-nr20", card(20)),
            ("cie-nr21", card(21)),
            ("cie-nr22", card(22)),
            ("cie-nr23", card(23)),
            ("cie-nr25", card(25)),
            ("eidas-nr20", eidas),
            ("nr14", page(14)),
            ("nr19", page(19)),
            ("nr20", page(20)),
            ("nr20-spid-only", spid_only),
            ("nr21", page(21)),
            ("nr22", page(22)),
            ("nr23", page(23)),
            ("nr23-spid-only", blocked_spid_only),
            ("nr24", page(24)),
            ("nr25", page(25)),
            ("nr30", page(30)),
            ("without-code", without_code),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reserved_code_24_and_unknown_ones_get_the_general_text() {
        assert_eq!(Anomaly::from_code(24), Anomaly::Other);
        assert_eq!(Anomaly::from_code(1000), Anomaly::Other);
        assert_eq!(Anomaly::from_code(8), Anomaly::Technical);
        assert_eq!(Anomaly::from_code(10), Anomaly::Other);
        assert_eq!(Anomaly::from_code(22), Anomaly::ConsentRefused);
        assert_eq!(Anomaly::told_by(Profile::Spid, 19), Anomaly::TooManyAttempts);
    }

    #[test]
    fn of_cie_19_20_and_30_mean_nothing_and_23_is_about_the_card() {
        for code in [19, 20, 24, 30] {
            assert_eq!(Anomaly::told_by(Profile::Cie, code), Anomaly::Other);
        }
        assert_eq!(Anomaly::told_by(Profile::Cie, 23), Anomaly::CardBlocked);
        assert_eq!(Anomaly::told_by(Profile::Cie, 14), Anomaly::Technical);
        assert_eq!(Anomaly::told_by(Profile::Eidas, 23), Anomaly::Other);
        assert_eq!(Anomaly::told_by(Profile::Eidas, 25), Anomaly::Cancelled);
    }
}
