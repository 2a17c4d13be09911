//! The page for everything that went wrong before there is anywhere to send somebody back to.

use crate::pages::Page;
use serde::Serialize;

/// What went wrong, in the citizen's terms. The reason behind it is in the log, under the reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorKind {
    /// The portal is not registered, or wants people back at an address that is not (400).
    UnknownService,
    /// The request cannot be read at all (400).
    BadRequest,
    /// The login expired, or this browser did not begin it (400).
    LoginExpired,
    /// The login was completed already: the back button, or a page sent twice (400).
    AlreadyFinished,
    /// The identity provider's answer was refused: forged, replayed, expired, for another request (403).
    ResponseRefused,
    /// A logout message of an identity provider was refused: forged, replayed, for nobody here (403).
    LogoutRefused,
    /// Proved, but not let in: what was proved contradicts the person on file, or the person is blocked (403).
    NotAdmitted,
    /// The choice is not one that was offered (403).
    ChoiceRefused,
    /// The page wants somebody who is signed in with level 2 or more (403).
    LevelTooLow,
    /// No such page (404).
    NotFound,
    /// Not this way (405).
    MethodNotAllowed,
    /// Too much was sent (413).
    TooLarge,
    /// The store does not answer, or there is too much to do (503).
    Unavailable,
    /// A mistake of ours (500).
    Internal,
}

impl ErrorKind {
    /// All of them.
    pub const ALL: [ErrorKind; 14] = [
        ErrorKind::UnknownService,
        ErrorKind::BadRequest,
        ErrorKind::LoginExpired,
        ErrorKind::AlreadyFinished,
        ErrorKind::ResponseRefused,
        ErrorKind::LogoutRefused,
        ErrorKind::NotAdmitted,
        ErrorKind::ChoiceRefused,
        ErrorKind::LevelTooLow,
        ErrorKind::NotFound,
        ErrorKind::MethodNotAllowed,
        ErrorKind::TooLarge,
        ErrorKind::Unavailable,
        ErrorKind::Internal,
    ];

    /// The HTTP status that goes with it.
    pub fn status(self) -> u16 {
        match self {
            ErrorKind::UnknownService
            | ErrorKind::BadRequest
            | ErrorKind::LoginExpired
            | ErrorKind::AlreadyFinished => 400,
            ErrorKind::ResponseRefused
            | ErrorKind::LogoutRefused
            | ErrorKind::NotAdmitted
            | ErrorKind::ChoiceRefused
            | ErrorKind::LevelTooLow => 403,
            ErrorKind::NotFound => 404,
            ErrorKind::MethodNotAllowed => 405,
            ErrorKind::TooLarge => 413,
            ErrorKind::Unavailable => 503,
            ErrorKind::Internal => 500,
        }
    }
}

/// An error page. It repeats nothing that a stranger sent.
#[derive(Debug, Clone, Serialize)]
pub struct ErrorPage {
    /// What went wrong.
    pub kind: ErrorKind,
    /// What somebody reads out to the help desk; also in the log.
    pub reference: Option<String>,
    /// Where the login can be started again.
    pub restart_href: Option<String>,
    /// Where what was begun goes on all the same.
    pub continue_href: Option<String>,
    /// The portal's own address, from its registration.
    pub service: Option<ServiceLink>,
}

/// A portal to go back to.
#[derive(Debug, Clone, Serialize)]
pub struct ServiceLink {
    /// Its name.
    pub name: String,
    /// Its address.
    pub href: String,
}

impl ErrorPage {
    /// A page with nothing but the kind and a reference.
    pub fn new(kind: ErrorKind, reference: Option<String>) -> ErrorPage {
        ErrorPage {
            kind,
            reference,
            restart_href: None,
            continue_href: None,
            service: None,
        }
    }
}

impl Page for ErrorPage {
    const TEMPLATE: &'static str = "sign_in/error.html";

    fn samples() -> Vec<(&'static str, ErrorPage)> {
        let full = |kind| ErrorPage {
            kind,
            reference: Some("7KQ2-M9XA".into()),
            restart_href: Some("/authorize?client_id=suap&state=1".into()),
            continue_href: None,
            service: Some(ServiceLink {
                name: "Sportello unico edilizia".into(),
                href: "https://portale.example.it/".into(),
            }),
        };
        let bare = |kind| ErrorPage::new(kind, Some("7KQ2-M9XA".into()));
        let going_on = ErrorPage {
            continue_href: Some("/logout/offer?logout=x7Jd".into()),
            ..bare(ErrorKind::LogoutRefused)
        };
        vec![
            ("unknown-service", bare(ErrorKind::UnknownService)),
            ("bad-request", bare(ErrorKind::BadRequest)),
            ("login-expired", full(ErrorKind::LoginExpired)),
            ("login-expired-bare", ErrorPage::new(ErrorKind::LoginExpired, None)),
            ("already-finished", full(ErrorKind::AlreadyFinished)),
            ("response-refused", full(ErrorKind::ResponseRefused)),
            ("logout-refused", bare(ErrorKind::LogoutRefused)),
            ("logout-refused-going-on", going_on),
            ("not-admitted", full(ErrorKind::NotAdmitted)),
            ("choice-refused", full(ErrorKind::ChoiceRefused)),
            ("level-too-low", full(ErrorKind::LevelTooLow)),
            ("not-found", ErrorPage::new(ErrorKind::NotFound, None)),
            ("method-not-allowed", ErrorPage::new(ErrorKind::MethodNotAllowed, None)),
            ("too-large", bare(ErrorKind::TooLarge)),
            ("unavailable", bare(ErrorKind::Unavailable)),
            ("internal", bare(ErrorKind::Internal)),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_sample_and_a_status_of_an_error() {
        let samples = ErrorPage::samples();
        for kind in ErrorKind::ALL {
            assert!(kind.status() >= 400);
            assert!(samples.iter().any(|(_, page)| page.kind == kind), "{kind:?}");
        }
    }
}
