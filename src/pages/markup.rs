//! What templates may call.
//!
//! | call | gives |
//! |---|---|
//! | `t(key="…", name=value)` | a text in the page's language |
//! | `rich(key="…", name=value)` | the same, for a text of ours that carries markup: each argument is escaped |
//! | `asset(path="…")` | the address of a file |
//! | `date(at=…)`, `moment(at=…)` | `21 novembre 2026`; with the time |
//! | `last_day(until=…)` | `31/12/2026` for something that ends with that day |
//! | `last_used(at=…, now=…)` | `usato ieri alle 16:40` |
//! | `… \| href` | the address, unless it could run a script |

use super::dates::{Past, in_italy, past};
use super::texts::Texts;
use super::{Assets, Language};
use chrono::{DateTime, Datelike as _, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike as _, Utc};
use fluent_bundle::{FluentArgs, FluentValue};
use std::sync::Arc;
use tera::{Error, Kwargs, State, Tera, TeraResult, Value};

pub fn register(tera: &mut Tera, texts: &Arc<Texts>, assets: &Arc<Assets>) {
    let all = Arc::clone(texts);
    tera.register_function("t", move |kwargs: Kwargs, state: &State<'_>| {
        text(&all, &kwargs, state, |plain| Ok(plain.to_owned()))
    });
    let all = Arc::clone(texts);
    tera.register_function("rich", move |kwargs: Kwargs, state: &State<'_>| -> TeraResult<Value> {
        Ok(Value::safe_string(&text(&all, &kwargs, state, |plain| {
            state.escape(plain)
        })?))
    });
    let assets = Arc::clone(assets);
    tera.register_function("asset", move |kwargs: Kwargs, _: &State<'_>| {
        let path = kwargs.must_get::<&str>("path")?;
        assets
            .url(path)
            .ok_or_else(|| Error::message(format!("no asset {path:?}")))
    });
    let all = Arc::clone(texts);
    tera.register_function("date", move |kwargs: Kwargs, state: &State<'_>| {
        let at = kwargs.must_get::<&str>("at")?;
        let wall = match at.parse::<NaiveDate>() {
            Ok(date) => date.and_time(NaiveTime::MIN),
            Err(_) => in_italy(instant(&kwargs, "at")?),
        };
        spoken(&all, language(state)?, "date-long", wall)
    });
    let all = Arc::clone(texts);
    tera.register_function("moment", move |kwargs: Kwargs, state: &State<'_>| {
        spoken(
            &all,
            language(state)?,
            "date-and-time",
            in_italy(instant(&kwargs, "at")?),
        )
    });
    let all = Arc::clone(texts);
    tera.register_function("last_day", move |kwargs: Kwargs, state: &State<'_>| {
        // Ends are the first instant outside: midnight belongs to the day that is no longer in force.
        let end = instant(&kwargs, "until")?;
        let last = end.checked_sub_signed(TimeDelta::seconds(1)).unwrap_or(end);
        spoken(&all, language(state)?, "date-short", in_italy(last))
    });
    let all = Arc::clone(texts);
    tera.register_function("last_used", move |kwargs: Kwargs, state: &State<'_>| {
        let at = instant(&kwargs, "at")?;
        let key = match past(at, instant(&kwargs, "now")?) {
            Past::Today => "used-today",
            Past::Yesterday => "used-yesterday",
            Past::ThisYear => "used-this-year",
            Past::Other => "used-earlier",
        };
        spoken(&all, language(state)?, key, in_italy(at))
    });
    tera.register_filter("href", |address: &str, _: Kwargs, _: &State<'_>| href(address));
}

fn language(state: &State<'_>) -> TeraResult<Language> {
    state
        .get::<String>("language")?
        .and_then(|tag| Language::from_tag(&tag))
        .ok_or_else(|| Error::message("a text without a language"))
}

/// The text of a call's `key`, its string arguments passed through `escape` first.
fn text(
    texts: &Texts,
    kwargs: &Kwargs,
    state: &State<'_>,
    escape: impl Fn(&str) -> TeraResult<String>,
) -> TeraResult<String> {
    let mut args = FluentArgs::new();
    for (name, value) in kwargs.iter() {
        let Some(name) = name.as_str().filter(|name| *name != "key") else {
            continue;
        };
        let value = match (value.as_i64(), value.as_str()) {
            (Some(number), _) => FluentValue::from(number),
            (None, Some(text)) => FluentValue::from(escape(text)?),
            (None, None) => return Err(Error::message(format!("argument {name:?} is neither text nor number"))),
        };
        args.set(name.to_owned(), value);
    }
    texts
        .format(language(state)?, kwargs.must_get::<&str>("key")?, &args)
        .map_err(Error::message)
}

/// A text with the parts of a date and time, as they stand on the wall.
fn spoken(texts: &Texts, language: Language, key: &str, wall: NaiveDateTime) -> TeraResult<String> {
    let mut args = FluentArgs::new();
    args.set("day", wall.day());
    args.set("month", wall.month());
    args.set("dd", format!("{:02}", wall.day()));
    args.set("mm", format!("{:02}", wall.month()));
    args.set("year", wall.year());
    args.set("time", format!("{:02}:{:02}", wall.hour(), wall.minute()));
    texts.format(language, key, &args).map_err(Error::message)
}

/// An instant as serde wrote it.
fn instant(kwargs: &Kwargs, name: &str) -> TeraResult<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(kwargs.must_get::<&str>(name)?)
        .map(|at| at.to_utc())
        .map_err(|_| Error::message(format!("argument {name:?} is no instant")))
}

/// Passes every address but those that run something in the page: portals' own schemes are addresses too.
fn href(address: &str) -> TeraResult<String> {
    // A browser drops these characters before it looks at the scheme (URL Standard §4.4).
    let bare: String = address
        .chars()
        .filter(|c| !c.is_ascii_control() && *c != ' ')
        .collect::<String>()
        .to_ascii_lowercase();
    if ["javascript:", "data:", "vbscript:", "blob:"]
        .iter()
        .any(|scheme| bare.starts_with(scheme))
    {
        return Err(Error::message("an address that could run a script"));
    }
    Ok(address.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_runs_a_script_is_refused() {
        for address in [
            "javascript:alert(1)",
            " JavaScript:alert(1)",
            "java\nscript:x",
            "data:text/html,x",
        ] {
            assert!(href(address).is_err(), "{address:?}");
        }
    }

    #[test]
    fn ordinary_addresses_pass_untouched() {
        for address in [
            "/login?x=1&y=2",
            "?lang=it",
            "https://x.example/?javascript:",
            "it.ente.app:/back",
        ] {
            assert_eq!(href(address).unwrap(), address);
        }
    }
}
