//! "Ti stiamo riportando al servizio": the page that posts the answer to the portal (Form Post Response Mode).

use crate::pages::Page;
use serde::Serialize;

/// One hidden field.
#[derive(Debug, Clone, Serialize)]
pub struct HiddenField {
    /// `code`, `state`, `iss`, `error`, `response`.
    pub name: &'static str,
    /// What it carries.
    pub value: String,
}

/// One form with a visible button, that posts itself where scripts run.
#[derive(Debug, Clone, Serialize)]
pub struct AnswerFormPage {
    /// The portal.
    pub service_name: String,
    /// Its registered address. The response must not confine forms (`form-action`).
    pub action: String,
    /// The answer.
    pub fields: Vec<HiddenField>,
}

impl Page for AnswerFormPage {
    const TEMPLATE: &'static str = "provider/answer_form.html";

    fn samples() -> Vec<(&'static str, AnswerFormPage)> {
        let field = |name, value: &str| HiddenField {
            name,
            value: value.to_owned(),
        };
        let code = AnswerFormPage {
            service_name: "Sportello unico edilizia".into(),
            action: "https://portale.example.it/callback".into(),
            fields: vec![
                field("code", "abc"),
                field("state", "\"><script>alert(1)</script>"),
                field("iss", "https://login.example.it"),
            ],
        };
        let signed = AnswerFormPage {
            fields: vec![field("response", "e30.e30.c2ln")],
            ..code.clone()
        };
        vec![("code", code), ("signed", signed)]
    }
}
