//! What an official looks for in the register, and why.

use chrono::{DateTime, Days, NaiveDate, Utc};
use domain::italy::{FiscalNumber, midnight_in_italy};
use domain::person::PersonId;
use std::fmt;
use uuid::Uuid;

/// Shortest reason, characters: a word is none.
const REASON_FROM: usize = 10;
/// Longest reason, characters.
const REASON_TO: usize = 300;

/// Why somebody looks: a sentence of their own, kept with the look-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason(String);

impl Reason {
    /// The reason as it was typed, blanks made single; `None` when it is too short or too long.
    pub fn read(text: &str) -> Option<Reason> {
        let words: Vec<&str> = text
            .split(|c: char| c.is_whitespace() || c.is_control())
            .filter(|word| !word.is_empty())
            .collect();
        let reason = words.join(" ");
        let length = reason.chars().count();
        (REASON_FROM..=REASON_TO).contains(&length).then_some(Reason(reason))
    }

    /// As it is kept.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Somebody, by the name that is at hand.
#[derive(Clone, PartialEq, Eq)]
pub enum Who {
    /// By fiscal number.
    FiscalNumber(FiscalNumber),
    /// By `sub`.
    Person(PersonId),
}

impl fmt::Debug for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Who::FiscalNumber(_) => f.write_str("FiscalNumber"),
            Who::Person(id) => f.debug_tuple("Person").field(id).finish(),
        }
    }
}

impl Who {
    /// A fiscal number, or the UUID that portals know as `sub`.
    pub fn read(text: &str) -> Option<Who> {
        let text = text.trim();
        if let Ok(id) = Uuid::try_parse(text) {
            return Some(Who::Person(PersonId(id)));
        }
        FiscalNumber::parse(&text.to_ascii_uppercase())
            .ok()
            .map(Who::FiscalNumber)
    }
}

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// One person.
    Who(Who),
    /// What a citizen read on an error page.
    Reference(String),
    /// `AuthnRequest/@ID`.
    Request(String),
    /// `NameID`.
    NameId(String),
    /// Whatever came in a time.
    Time,
}

impl By {
    /// The word that is kept with the look-up.
    pub fn word(&self) -> &'static str {
        match self {
            By::Who(_) => "person",
            By::Reference(_) => "reference",
            By::Request(_) => "request",
            By::NameId(_) => "name-id",
            By::Time => "time",
        }
    }
}

/// A question that can be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// For what.
    pub by: By,
    /// First instant.
    pub from: DateTime<Utc>,
    /// First instant after it.
    pub until: DateTime<Utc>,
}

/// A question as it was typed; empty fields do not count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    /// Fiscal number or `sub`.
    pub person: String,
    /// Reference of an error page.
    pub reference: String,
    /// `AuthnRequest/@ID`.
    pub request: String,
    /// `NameID`.
    pub name_id: String,
    /// First day, `YYYY-MM-DD`, in Italy.
    pub from: String,
    /// Last day.
    pub to: String,
}

/// What is wrong with a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unclear {
    /// Nothing is looked for.
    #[error("say what to look for")]
    Nothing,
    /// More than one thing is looked for.
    #[error("look for one thing at a time")]
    TooMuch,
    /// Neither a fiscal number nor a UUID.
    #[error("neither a fiscal number nor the id of a person")]
    NoPerson,
    /// Not a day, or the first one is after the last.
    #[error("days are written YYYY-MM-DD, the first one first")]
    NoTime,
}

impl Typed {
    /// The question.
    ///
    /// # Errors
    /// [`Unclear`].
    pub fn read(&self) -> Result<Question, Unclear> {
        let text = |field: &str| Some(field.trim().to_owned()).filter(|text| !text.is_empty());
        let person = match text(&self.person) {
            Some(person) => Some(By::Who(Who::read(&person).ok_or(Unclear::NoPerson)?)),
            None => None,
        };
        let asked: Vec<By> = [
            person,
            text(&self.reference).map(|reference| By::Reference(reference.to_ascii_uppercase())),
            text(&self.request).map(By::Request),
            text(&self.name_id).map(By::NameId),
        ]
        .into_iter()
        .flatten()
        .collect();
        let (from, to) = (text(&self.from), text(&self.to));
        let timed = from.is_some() || to.is_some();
        let by = match asked.as_slice() {
            [] if timed => By::Time,
            [] => return Err(Unclear::Nothing),
            [one] => one.clone(),
            _ => return Err(Unclear::TooMuch),
        };
        let from = match from {
            Some(day) => midnight(&day, 0)?,
            None => DateTime::UNIX_EPOCH,
        };
        let until = match to {
            Some(day) => midnight(&day, 1)?,
            None => midnight("9000-01-01", 0)?,
        };
        if until <= from {
            return Err(Unclear::NoTime);
        }
        Ok(Question { by, from, until })
    }
}

/// When the `after`th day after `day` begins.
fn midnight(day: &str, after: u64) -> Result<DateTime<Utc>, Unclear> {
    let exact = day.len() == 10;
    NaiveDate::parse_from_str(day, "%Y-%m-%d")
        .ok()
        .filter(|_| exact)
        .and_then(|day| day.checked_add_days(Days::new(after)))
        .and_then(midnight_in_italy)
        .ok_or(Unclear::NoTime)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(change: fn(&mut Typed)) -> Result<Question, Unclear> {
        let mut typed = Typed::default();
        change(&mut typed);
        typed.read()
    }

    #[test]
    fn one_thing_is_looked_for_at_a_time() {
        assert_eq!(typed(|_| {}), Err(Unclear::Nothing));
        assert_eq!(
            typed(|t| {
                t.person = "PRVMRA80A15H501A".into();
                t.request = "_x".into();
            }),
            Err(Unclear::TooMuch)
        );
        let person = typed(|t| t.person = " prvmra80a15h501a ".into()).unwrap();
        assert_eq!(person.by.word(), "person");
        assert_eq!(typed(|t| t.person = "PRVMRA80A15H501X".into()), Err(Unclear::NoPerson));
        assert_eq!(
            typed(|t| t.reference = "7kq2-m9xa".into()).unwrap().by,
            By::Reference("7KQ2-M9XA".into())
        );
    }

    #[test]
    fn days_are_whole_days_in_italy() {
        let one = typed(|t| {
            t.from = "2026-11-22".into();
            t.to = "2026-11-22".into();
        })
        .unwrap();
        assert_eq!(one.by, By::Time);
        assert_eq!(one.from.to_rfc3339(), "2026-11-21T23:00:00+00:00");
        assert_eq!(one.until.to_rfc3339(), "2026-11-22T23:00:00+00:00");
        for wrong in ["22/11/2026", "2026-11-31", "2026-11-2", "yesterday"] {
            let typed = Typed {
                from: wrong.into(),
                ..Typed::default()
            };
            assert_eq!(typed.read(), Err(Unclear::NoTime), "{wrong}");
        }
        let backwards = Typed {
            from: "2026-11-23".into(),
            to: "2026-11-22".into(),
            ..Typed::default()
        };
        assert_eq!(backwards.read(), Err(Unclear::NoTime));
    }

    #[test]
    fn a_reason_is_a_sentence_on_one_line() {
        assert_eq!(
            Reason::read("  Richiesta\n dell'interessato "),
            Some(Reason("Richiesta dell'interessato".into()))
        );
        assert_eq!(Reason::read("perché"), None);
        assert_eq!(Reason::read("          .          "), None);
        assert_eq!(Reason::read(&"a".repeat(301)), None);
    }
}
