//! The frame of every demo page, and the headers it goes out with.

use axum::Router;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::fmt::Write as _;

/// One page. Every text but `body` is escaped here; `body` was built with [`escape`].
pub(super) struct Page<'a> {
    /// Name of the site, in its header and in the title.
    pub site: &'a str,
    /// Where the site's name leads.
    pub home: &'a str,
    /// The sentence nobody may miss.
    pub banner: &'a str,
    /// The only `h1`, and the title.
    pub heading: &'a str,
    /// What follows the heading: HTML.
    pub body: String,
    /// Whether the page's form sends itself when there is JavaScript.
    pub sends_itself: bool,
}

impl Page<'_> {
    /// The page as an answer. `form_action` are the origins its forms may be sent to beside its own.
    pub fn respond(&self, status: StatusCode, form_action: &[&str]) -> Response {
        let policy = form_action
            .iter()
            .fold(String::from("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"), |policy, origin| policy + " " + origin);
        let Ok(policy) = HeaderValue::from_str(&policy) else {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        let headers = [
            (
                header::CONTENT_TYPE,
                HeaderValue::from_static("text/html; charset=utf-8"),
            ),
            (header::CONTENT_SECURITY_POLICY, policy),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
            (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        ];
        (status, headers, self.html()).into_response()
    }

    fn html(&self) -> String {
        let mut html = String::from("<!doctype html>\n<html lang=\"it\">\n<head>\n<meta charset=\"utf-8\">\n");
        html.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        let _ = writeln!(
            html,
            "<title>{} – {}</title>\n<link rel=\"icon\" href=\"/assets/icon.svg\">\n<link rel=\"stylesheet\" href=\"/assets/demo.css\">",
            escape(self.heading),
            escape(self.site)
        );
        if self.sends_itself {
            html.push_str("<script src=\"/assets/send.js\" defer></script>\n");
        }
        let _ = writeln!(
            html,
            "</head>\n<body>\n<a class=\"skip\" href=\"#main\">Vai al contenuto</a>\n<header>\n<p class=\"banner\">{}</p>\n<p class=\"site\"><a href=\"{}\">{}</a></p>\n</header>",
            escape(self.banner),
            escape(self.home),
            escape(self.site)
        );
        let _ = writeln!(
            html,
            "<main id=\"main\" tabindex=\"-1\">\n<h1>{}</h1>\n{}\n</main>\n<footer><p>Dimostrazione di Varco. Persone, enti e dati sono inventati.</p></footer>\n</body>\n</html>",
            escape(self.heading),
            self.body
        );
        html
    }
}

/// Text as HTML text or as an attribute value between double quotes. XML too.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// A hidden form field.
pub(super) fn hidden(name: &str, value: &str) -> String {
    format!(
        "<input type=\"hidden\" name=\"{}\" value=\"{}\">\n",
        escape(name),
        escape(value)
    )
}

/// The static files that all demo pages share.
pub(super) fn assets<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route(
            "/assets/demo.css",
            get(|| file("text/css; charset=utf-8", include_str!("assets/demo.css"))),
        )
        .route(
            "/assets/send.js",
            get(|| file("text/javascript; charset=utf-8", include_str!("assets/send.js"))),
        )
        .route(
            "/assets/icon.svg",
            get(|| file("image/svg+xml", include_str!("assets/icon.svg"))),
        )
}

async fn file(content_type: &'static str, body: &'static str) -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, content_type),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_text_stays_a_text() {
        assert_eq!(
            escape(r#"</script><img src=x onerror="alert('1')">&"#),
            "&lt;/script&gt;&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;"
        );
    }
}
