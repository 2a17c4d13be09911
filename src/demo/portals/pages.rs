//! The pages of the demo portals.

use super::signed_in::SignedIn;
use super::{PORTALS, Portal};
use crate::demo::page::{Page, escape};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::DateTime;
use domain::person::Level;
use serde_json::Value;
use std::fmt::Write as _;

const BANNER: &str = "Portale di prova – TEST: nessun servizio vero, nessuna identità reale";

fn page(status: StatusCode, site: &str, home: &str, heading: &str, body: String) -> Response {
    let page = Page {
        site,
        home,
        banner: BANNER,
        heading,
        body,
        sends_itself: false,
    };
    page.respond(status, &[])
}

fn of(portal: &Portal, status: StatusCode, heading: &str, body: String) -> Response {
    page(status, portal.name, &format!("/{}/", portal.path), heading, body)
}

/// The three portals.
pub(super) fn index() -> Response {
    let mut body =
        String::from("<p class=\"lead\">Tre servizi finti che si affidano a Varco per sapere chi arriva.</p>\n");
    for portal in PORTALS {
        let _ = writeln!(
            body,
            "<div class=\"card\"><h2><a href=\"/{}/\">{}</a></h2><p>{}</p></div>",
            portal.path,
            escape(portal.name),
            escape(portal.about)
        );
    }
    page(StatusCode::OK, "Portali di prova", "/", "Portali di prova", body)
}

/// A portal before anybody signed in.
pub(super) fn welcome(portal: &Portal) -> Response {
    let body = format!(
        "<p class=\"lead\">{}</p>\n<p class=\"actions\"><a class=\"button\" href=\"/{path}/login\">Accedi</a></p>\n<p><a href=\"/\">Gli altri portali di prova</a></p>",
        escape(portal.about),
        path = portal.path
    );
    of(portal, StatusCode::OK, portal.name, body)
}

/// A portal that knows who came.
pub(super) fn signed_in(portal: &Portal, who: &SignedIn) -> Response {
    let mut body = String::from(
        "<p class=\"lead\">Ecco che cosa il portale sa di te, e come lo sa.</p>\n<div class=\"card\">\n<h2>Chi è arrivato</h2>\n<dl>\n",
    );
    let name = format!(
        "{} {}",
        who.text("given_name").unwrap_or("?"),
        who.text("family_name").unwrap_or("")
    );
    row(&mut body, "Persona", name.trim());
    if let Some(number) = who.fiscal_number() {
        row(&mut body, "Codice fiscale", number.as_str());
    }
    if let Some(email) = who.text("email") {
        row(&mut body, "E-mail", email);
    }
    row(&mut body, "Livello", &level(who.text("acr")));
    body.push_str("</dl>\n</div>\n<div class=\"card\">\n<h2>Per conto di chi</h2>\n<dl>\n");
    match who.organisation() {
        Some((_, organisation)) => describe(&mut body, organisation, who),
        None => row(&mut body, "Opera", "per sé"),
    }
    body.push_str("</dl>\n</div>\n<div class=\"card\">\n<h2>Verificato da me</h2>\n<ul class=\"checks\">\n");
    for check in &who.checks {
        let _ = writeln!(body, "<li>{}</li>", escape(check));
    }
    body.push_str("</ul>\n</div>\n<ul class=\"actions\">\n");
    if portal.takes_organisations() {
        let _ = writeln!(
            body,
            "<li><a class=\"button\" href=\"/{}/switch\">Opera per un'altra organizzazione</a></li>",
            portal.path
        );
    }
    let _ = writeln!(
        body,
        "<li><a class=\"button quiet\" href=\"/{path}/claims\">I dati in JSON</a></li>\n<li><a class=\"button quiet\" href=\"/{path}/logout\">Esci</a></li>\n</ul>",
        path = portal.path
    );
    body.push_str("<details><summary>Tutti i dati ricevuti</summary>\n");
    for (title, claims) in [("ID token", &who.id_claims), ("userinfo", &who.userinfo)] {
        let text = serde_json::to_string_pretty(claims).unwrap_or_default();
        let _ = writeln!(body, "<h2>{title}</h2>\n<pre>{}</pre>", escape(&text));
    }
    body.push_str("</details>");
    of(portal, StatusCode::OK, &format!("Benvenuto in {}", portal.name), body)
}

fn describe(body: &mut String, organisation: &Value, who: &SignedIn) {
    let text = |name: &str| organisation.get(name).and_then(Value::as_str);
    row(body, "Organizzazione", text("name").unwrap_or("?"));
    if let Some(unit) = organisation.pointer("/unit/name").and_then(Value::as_str) {
        row(body, "Ufficio", unit);
    }
    for identifier in organisation
        .get("identifiers")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let part = |name| identifier.get(name).and_then(Value::as_str).unwrap_or("?");
        row(body, scheme(part("scheme")), part("value"));
    }
    row(body, "In qualità di", capacity(text("mandate").unwrap_or("?")));
    let roles: Vec<&str> = who
        .claim("roles")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let roles = if roles.is_empty() {
        "nessuno".to_owned()
    } else {
        roles.join(", ")
    };
    row(body, "Ruoli in questo servizio", &roles);
    let until = organisation
        .get("valid_until")
        .and_then(Value::as_i64)
        .and_then(|at| DateTime::from_timestamp(at, 0));
    if let Some(until) = until {
        row(body, "Fino al", &until.format("%d/%m/%Y").to_string());
    }
}

fn row(body: &mut String, term: &str, text: &str) {
    let _ = writeln!(body, "<div><dt>{}</dt><dd>{}</dd></div>", escape(term), escape(text));
}

fn scheme(code: &str) -> &str {
    match code {
        "0201" => "Codice IPA",
        "0210" => "Codice fiscale dell'ente",
        "0211" => "Partita IVA",
        other => other,
    }
}

fn capacity(mandate: &str) -> &str {
    match mandate {
        "legal-representative" => "legale rappresentante",
        "administrator" => "amministratore",
        "delegate" => "delegato",
        "operator" => "operatore",
        other => other,
    }
}

fn level(acr: Option<&str>) -> String {
    let acr = acr.unwrap_or("non detto");
    match Level::from_spid_uri(acr) {
        Some(level) => format!("livello {} ({acr})", level.number()),
        None => acr.to_owned(),
    }
}

/// Something went wrong on the way; `words` are ours, never what a stranger sent.
pub(super) fn failed(portal: &Portal, status: StatusCode, words: &str, code: Option<&str>) -> Response {
    let code = code.map(|code| {
        format!(
            "\n<p>Codice dell'errore: <span class=\"mono\">{}</span></p>",
            escape(code)
        )
    });
    let body = format!(
        "<div class=\"card wrong\"><p class=\"lead\">{}</p>{}</div>\n<ul class=\"actions\"><li><a class=\"button\" href=\"/{path}/login\">Riprova</a></li><li><a class=\"button quiet\" href=\"/{path}/\">Torna all'inizio</a></li></ul>",
        escape(words),
        code.unwrap_or_default(),
        path = portal.path
    );
    of(portal, status, "Accesso non riuscito", body)
}

/// After signing out.
pub(super) fn signed_out(portal: &Portal, confirmed: bool) -> Response {
    let words = if confirmed {
        "Sei uscito da questo portale e dall'accesso unico."
    } else {
        "In questo portale non risulta un'uscita cominciata da questo browser. Se hai dubbi, chiudi il browser."
    };
    let body = format!(
        "<p class=\"lead\">{words}</p>\n<p class=\"actions\"><a class=\"button\" href=\"/{}/\">Torna all'inizio</a></p>",
        portal.path
    );
    of(
        portal,
        StatusCode::OK,
        if confirmed { "Sei uscito" } else { "Uscita" },
        body,
    )
}

/// No such portal.
pub(super) fn unknown() -> Response {
    let body =
        "<p class=\"lead\">Questo portale non esiste.</p>\n<p><a href=\"/\">I portali di prova</a></p>".to_owned();
    page(
        StatusCode::NOT_FOUND,
        "Portali di prova",
        "/",
        "Pagina non trovata",
        body,
    )
}
