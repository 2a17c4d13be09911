//! How the answer of an authorisation request travels (OAuth 2.0 Multiple Response Types §2.1, Form Post Response Mode,
//! JARM).

use super::append_query;
use crate::oidc::client::Client;
use crate::oidc::error::ErrorCode;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::fmt;
use url::form_urlencoded::Serializer;

/// How long a signed answer is good (JARM §2.1: "A maximum JWT lifetime of 10 minutes is RECOMMENDED").
const LIFETIME: TimeDelta = TimeDelta::minutes(5);

/// What carries the parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Carrier {
    #[default]
    Query,
    Fragment,
    FormPost,
}

/// `response_mode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ResponseMode {
    carrier: Carrier,
    signed: bool,
}

impl ResponseMode {
    /// Every mode, as discovery names it.
    pub const NAMES: [&'static str; 7] = [
        "query",
        "fragment",
        "form_post",
        "jwt",
        "query.jwt",
        "fragment.jwt",
        "form_post.jwt",
    ];

    /// The mode of this name; `None` when there is none such.
    pub fn from_name(name: &str) -> Option<ResponseMode> {
        let (carrier, signed) = match name {
            // JARM §2.3.4: for a code the query.
            "jwt" => ("query", true),
            name => name
                .strip_suffix(".jwt")
                .map_or((name, false), |carrier| (carrier, true)),
        };
        let carrier = match carrier {
            "query" => Carrier::Query,
            "fragment" => Carrier::Fragment,
            "form_post" => Carrier::FormPost,
            _ => return None,
        };
        Some(ResponseMode { carrier, signed })
    }

    /// The mode of this name, if `client` may have its answers so. What stands in a fragment is read by every script of the
    /// page that it leads to (RFC 9700 §4.1.2 and the attacks named after it): only for who registered it.
    pub fn registered(name: &str, client: &Client) -> Option<ResponseMode> {
        let registered = &client.metadata.response_modes;
        let mode = ResponseMode::from_name(name)?;
        let allowed = match registered.is_empty() {
            true => mode.carrier != Carrier::Fragment,
            false => registered.contains(name),
        };
        allowed.then_some(mode)
    }

    /// Whether it can reach `redirect_uri`: an application is handed an address by the browser, and no form.
    pub fn reaches(self, redirect_uri: &str) -> bool {
        let web = ["https:", "http:"]
            .iter()
            .any(|scheme| redirect_uri.starts_with(scheme));
        web || self.carrier != Carrier::FormPost
    }

    /// Whether the answer is a token that we sign.
    pub fn is_signed(self) -> bool {
        self.signed
    }
}

/// What is answered.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Outcome<'a> {
    /// An authorisation code.
    Code(&'a str),
    /// The RFC's word. No description: the reason stays inside.
    Error(ErrorCode),
}

/// A form that the browser posts to the portal.
#[derive(Clone, PartialEq, Eq)]
pub struct AnswerForm {
    /// The registered redirect URI.
    pub action: String,
    /// Names and values.
    pub fields: Vec<(&'static str, String)>,
}

/// The answer, ready to go.
#[derive(Clone, PartialEq, Eq)]
pub enum Answer {
    /// The browser is sent to this address.
    Link(String),
    /// The browser posts this form.
    Form(Box<AnswerForm>),
}

impl fmt::Debug for Answer {
    /// Without what it carries: it may be a code.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Answer::Link(_) => "Link",
            Answer::Form(_) => "Form",
        })
    }
}

/// The parameters of an answer: `code` or `error`, then `state` and `iss` (RFC 6749 §4.1.2, RFC 9207).
pub(super) fn parameters(outcome: Outcome<'_>, state: Option<&str>, issuer: &str) -> Vec<(&'static str, String)> {
    let first = match outcome {
        Outcome::Code(code) => ("code", code.to_owned()),
        Outcome::Error(code) => ("error", code.as_str().to_owned()),
    };
    let state = state.map(|state| ("state", state.to_owned()));
    [Some(first), state, Some(("iss", issuer.to_owned()))]
        .into_iter()
        .flatten()
        .collect()
}

/// The same as the claims of a signed answer (JARM §2.1).
pub(super) fn claims(parameters: Vec<(&'static str, String)>, client_id: &str, now: DateTime<Utc>) -> Value {
    let mut claims: Map<String, Value> = parameters
        .into_iter()
        .map(|(name, value)| (name.to_owned(), Value::String(value)))
        .collect();
    claims.insert("aud".to_owned(), client_id.into());
    let end = now.checked_add_signed(LIFETIME).unwrap_or(now);
    claims.insert("exp".to_owned(), end.timestamp().into());
    Value::Object(claims)
}

/// Has `redirect_uri` carry the parameters. To the letter but for what is added (RFC 6749 §3.1.2).
pub(super) fn carry(mode: ResponseMode, redirect_uri: &str, parameters: Vec<(&'static str, String)>) -> Answer {
    let encoded = || Serializer::new(String::new()).extend_pairs(&parameters).finish();
    match mode.carrier {
        Carrier::Query => Answer::Link(append_query(redirect_uri, &encoded())),
        // No registered address has a fragment of its own.
        Carrier::Fragment => Answer::Link(format!("{redirect_uri}#{}", encoded())),
        Carrier::FormPost => Answer::Form(Box::new(AnswerForm {
            action: redirect_uri.to_owned(),
            fields: parameters,
        })),
    }
}
