//! Where the demo's mail and SMS will be seen.

use super::page::{self, Page};
use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;

/// The outbox: one page.
pub fn router() -> Router {
    Router::new()
        .route("/", get(|| async { empty() }))
        .merge(page::assets())
}

fn empty() -> axum::response::Response {
    let page = Page {
        site: "Posta in uscita di prova",
        home: "/",
        banner: "Ambiente di prova – TEST: qui non parte nessun messaggio vero",
        heading: "Messaggi inviati",
        body: "<div class=\"card\"><p class=\"lead\">Nessun messaggio.</p>\n<p>Le e-mail e gli SMS che Varco manderebbe alle persone della dimostrazione compaiono qui.</p></div>".to_owned(),
        sends_itself: false,
    };
    page.respond(StatusCode::OK, &[])
}
