//! The pages of the test identity provider. Each says that it is a test.

use super::answer::{ERRORS, TECHNICAL};
use super::metadata::name;
use super::request::{Arrival, Fault, Request};
use super::service_provider::{ServiceProvider, Way};
use super::sessions::Session;
use crate::demo::page::{Page, escape, hidden};
use crate::demo::people::Resident;
use axum::http::StatusCode;
use axum::response::Response;
use domain::person::Level;
use protocol::saml::Profile;
use std::fmt::Write as _;
use url::Url;

const BANNER: &str = "Ambiente di prova – TEST, nessuna identità reale";
const SITE: &str = "Identità di prova";

fn page(status: StatusCode, heading: &str, body: String) -> Response {
    let page = Page {
        site: SITE,
        home: "/",
        banner: BANNER,
        heading,
        body,
        sends_itself: false,
    };
    page.respond(status, &[])
}

/// What this place is, and who lives here.
pub(super) fn home(profile: Profile, session: Option<&Session>) -> Response {
    let mut body = format!(
        "<p class=\"lead\">Questo gestore di identità è finto: non chiede password e chiunque può entrare come chiunque. \
         Si arriva qui da un servizio, scegliendo <em>{}</em>.</p>\n<h2>Persone della dimostrazione</h2>\n<ul>\n",
        button(profile)
    );
    for person in Resident::all(profile) {
        let _ = writeln!(
            body,
            "<li>{} {}, <span class=\"mono\">{}</span>: {}</li>",
            escape(person.given_name()),
            escape(person.family_name()),
            escape(person.key()),
            escape(person.role())
        );
    }
    let _ = write!(
        body,
        "</ul>\n<p><a href=\"{}/metadata\">Metadati SAML di questo gestore</a></p>",
        path(profile)
    );
    if let Some(session) = session {
        body.push_str(&open_session(profile, session));
    }
    page(StatusCode::OK, name(profile), body)
}

/// Who is signed in at level 1 in this browser, and the way out of every service.
fn open_session(profile: Profile, session: &Session) -> String {
    let mut body = format!(
        "<section class=\"card\"><h2>Sessione aperta (livello 1)</h2>\n<p><span class=\"mono\">{}</span>, conosciuta da:</p>\n<ul>\n",
        escape(&session.person)
    );
    for place in &session.places {
        let _ = writeln!(body, "<li>{}</li>", escape(&place.name));
    }
    let _ = write!(
        body,
        "</ul>\n<ul class=\"actions\">\n<li><a href=\"{0}/slo/begin\">Esci da tutti i servizi</a></li>\n<li><a href=\"{0}/slo/begin?by_post=true\">Esci da tutti i servizi (HTTP-POST)</a></li>\n</ul></section>",
        path(profile)
    );
    body
}

/// A service asks to end the session here.
pub(super) fn leave(profile: Profile, service: &ServiceProvider, arrival: &Arrival) -> Response {
    let body = format!(
        "<p class=\"lead\">Il servizio <strong>{}</strong> chiede di uscire anche da qui.</p>\n<form method=\"post\" action=\"{}/slo/answer\">\n{}<ul class=\"actions\">\n<li><button type=\"submit\" name=\"verdict\" value=\"complete\">Esci</button></li>\n<li><button class=\"quiet\" type=\"submit\" name=\"verdict\" value=\"partial\">Rispondi: logout parziale</button></li>\n<li><button class=\"quiet\" type=\"submit\" name=\"verdict\" value=\"silent\">Esci senza rispondere al servizio</button></li>\n</ul>\n</form>",
        escape(&service.name),
        path(profile),
        carried(arrival)
    );
    // The answer is a redirect that follows a form, which `form-action` governs too.
    let origin = service
        .logout_answers(Way::Redirect)
        .and_then(|(_, address)| Some(Url::parse(address).ok()?.origin().ascii_serialization()));
    let page = Page {
        site: SITE,
        home: "/",
        banner: BANNER,
        heading: "Vuoi uscire?",
        body,
        sends_itself: false,
    };
    page.respond(StatusCode::OK, &origin.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Every service was told.
pub(super) fn everywhere(complete: bool) -> Response {
    let told = if complete {
        "Tutti i servizi hanno confermato l'uscita."
    } else {
        "Qualche servizio non ha confermato l'uscita."
    };
    page(
        StatusCode::OK,
        "Sei uscito da tutti i servizi",
        format!("<p class=\"lead\">{told}</p>"),
    )
}

/// "Accedi come".
pub(super) fn choose(profile: Profile, request: &Request, arrival: &Arrival) -> Response {
    let mut body = format!(
        "<p class=\"lead\">Il servizio <strong>{}</strong> chiede di accedere al livello {}. Scegli chi vuoi essere: non serve nessuna password.</p>\n<form method=\"post\" action=\"{}/answer\">\n{}",
        escape(&request.provider.name),
        request.level.number(),
        path(profile),
        carried(arrival)
    );
    body.push_str("<fieldset>\n<legend>Livello con cui rispondere</legend>\n");
    for level in [Level::L1, Level::L2, Level::L3] {
        let number = level.number();
        let checked = if level == request.level { " checked" } else { "" };
        let asked = if level == request.level { " (richiesto)" } else { "" };
        let _ = writeln!(
            body,
            "<label class=\"choice\" for=\"level-{number}\"><input type=\"radio\" id=\"level-{number}\" name=\"level\" value=\"{number}\"{checked}> Livello {number}{asked}</label>"
        );
    }
    body.push_str("</fieldset>\n<h2>Accedi come</h2>\n<ul class=\"people\">\n");
    for person in Resident::all(profile) {
        let _ = writeln!(
            body,
            "<li><button id=\"person-{code}\" type=\"submit\" name=\"person\" value=\"{code}\">{} {}<small class=\"mono\">{code}</small><small>{}</small></button></li>",
            escape(person.given_name()),
            escape(person.family_name()),
            escape(person.role()),
            code = escape(person.key()),
        );
    }
    body.push_str(
        "</ul>\n<h2>Rispondi con un errore</h2>\n<p>Il servizio riceve l'errore SPID e lo spiega alla persona.</p>\n",
    );
    let errors: Vec<(u8, &str)> = match profile {
        // 19, 20 and 24 are reserved there, 30 is SPID's alone.
        Profile::Cie => ERRORS.into_iter().filter(|(code, _)| (21..30).contains(code)).collect(),
        Profile::Spid | Profile::Eidas => ERRORS.to_vec(),
    };
    error_buttons(&mut body, &errors);
    body.push_str("<details><summary>Errori tecnici, di chi gestisce il servizio</summary>\n");
    error_buttons(&mut body, &TECHNICAL);
    body.push_str("</details>\n</form>\n<details><summary>Che cosa riceverà il servizio</summary>\n<ul>\n");
    for name in &request.attributes {
        let _ = writeln!(body, "<li class=\"mono\">{}</li>", escape(name));
    }
    body.push_str("</ul></details>");
    page(StatusCode::OK, "Chi vuoi essere?", body)
}

/// What one presses to come here.
fn button(profile: Profile) -> &'static str {
    match profile {
        Profile::Spid => "Entra con SPID",
        Profile::Cie => "Entra con CIE",
        Profile::Eidas => "Login with eIDAS",
    }
}

/// Where this identity provider's pages begin.
pub(super) fn path(profile: Profile) -> &'static str {
    match profile {
        Profile::Spid => "",
        Profile::Cie => "/cie",
        Profile::Eidas => "/eidas",
    }
}

fn error_buttons(body: &mut String, errors: &[(u8, &str)]) {
    body.push_str("<ul class=\"actions\">\n");
    for (code, meaning) in errors {
        let _ = writeln!(
            body,
            "<li><button class=\"quiet\" type=\"submit\" name=\"error\" value=\"{code}\">nr{code}: {}</button></li>",
            escape(meaning)
        );
    }
    body.push_str("</ul>\n");
}

/// The request, carried in the page: this identity provider remembers nothing.
fn carried(arrival: &Arrival) -> String {
    match arrival {
        Arrival::Redirect(query) => hidden("query", query),
        Arrival::Post { request, relay_state } => {
            let relay_state = relay_state.as_deref().map(|text| hidden("RelayState", text));
            hidden("SAMLRequest", request) + &relay_state.unwrap_or_default()
        }
    }
}

/// The answer on its way to `destination` (HTTP-POST binding). `None` if that is no address.
pub(super) fn send(
    destination: &str,
    field: &str,
    message: &str,
    relay_state: Option<&str>,
    why: &str,
) -> Option<Response> {
    let url = Url::parse(destination)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let origin = url.origin().ascii_serialization();
    let body = format!(
        "<p class=\"lead\">{}</p>\n<form id=\"answer\" method=\"post\" action=\"{}\">\n{}{}<button type=\"submit\">Continua</button>\n</form>",
        escape(why),
        escape(destination),
        hidden(field, message),
        relay_state.map(|text| hidden("RelayState", text)).unwrap_or_default()
    );
    let page = Page {
        site: SITE,
        home: "/",
        banner: BANNER,
        heading: "Torna al servizio",
        body,
        sends_itself: true,
    };
    Some(page.respond(StatusCode::OK, &[&origin]))
}

/// A request that cannot be answered: whoever runs the service provider reads why.
pub(super) fn refused(fault: Fault) -> Response {
    let body = format!(
        "<div class=\"card wrong\"><p class=\"lead\">Il servizio da cui arrivi ha mandato una richiesta che questo gestore di prova non può accettare.</p>\n<p>Errore SPID nr{}: {}.</p></div>\n<p>Torna al servizio e riprova. Chi gestisce il servizio trova il significato del numero nella tabella degli errori SPID.</p>",
        fault.code,
        escape(fault.why)
    );
    page(StatusCode::FORBIDDEN, "Richiesta non accettata", body)
}

/// Signed out here, and nobody is told.
pub(super) fn signed_out(ended: bool) -> Response {
    let told = if ended {
        "La sessione presso questo gestore di prova è chiusa."
    } else {
        "Presso questo gestore di prova non c'era nessuna sessione da chiudere."
    };
    page(StatusCode::OK, "Sei uscito", format!("<p class=\"lead\">{told}</p>"))
}

/// Our own fault.
pub(super) fn broken() -> Response {
    let body = "<div class=\"card wrong\"><p class=\"lead\">Il gestore di prova non riesce a rispondere. Il motivo è nel registro.</p></div>".to_owned();
    page(StatusCode::INTERNAL_SERVER_ERROR, "Qualcosa non funziona", body)
}
