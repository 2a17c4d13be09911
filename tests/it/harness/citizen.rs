//! A citizen with a browser: cookies by site, SameSite as browsers keep it, redirects followed.
//! Everything that is not Varco is another site; what it answers is up to the test.

use super::TestApp;
use axum::body::Body;
use http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use http::{HeaderMap, Method, Request, StatusCode};
use std::collections::BTreeMap;
use tower::ServiceExt as _;
use url::Url;

/// One browser profile.
#[derive(Debug, Clone, Default)]
pub struct Citizen {
    /// Varco's cookies: name → (value, attributes).
    cookies: BTreeMap<String, (String, String)>,
    /// Every address of Varco that was opened, the last one at the end.
    history: Vec<Url>,
    /// `Accept-Language`.
    pub languages: Option<String>,
    /// Where the citizen is; a reverse proxy on the machine says so.
    pub address: Option<&'static str>,
}

/// Where a navigation ended.
#[derive(Debug, Clone)]
pub struct Page {
    /// The address in the bar.
    pub url: Url,
    /// Status; 200 for pages of other sites.
    pub status: StatusCode,
    /// Headers of the last answer.
    pub headers: HeaderMap,
    /// What it shows.
    pub body: String,
    /// The same, when it is a file.
    pub bytes: Vec<u8>,
}

impl Page {
    /// The address of the first link whose text or attributes contain `text`.
    pub fn link(&self, text: &str) -> Option<String> {
        self.body.split("<a ").skip(1).find_map(|rest| {
            let element = rest.split("</a>").next()?;
            let href = attribute(element, "href")?;
            element.contains(text).then_some(href)
        })
    }

    /// The login that the page is of: its form sends a proof after it.
    pub fn login(&self) -> String {
        let sealed = self.field("login").unwrap_or_else(|| panic!("no login: {}", self.url));
        sealed.split('.').next().unwrap_or_default().to_owned()
    }

    /// The value of the hidden field `name`.
    pub fn field(&self, name: &str) -> Option<String> {
        self.body
            .split("<input ")
            .skip(1)
            .filter_map(|rest| rest.split('>').next())
            .find(|element| attribute(element, "name").as_deref() == Some(name))
            .and_then(|element| attribute(element, "value"))
    }

    /// The value of the radio button whose label says `text`.
    pub fn option_before(&self, text: &str) -> Option<String> {
        let at = self.body.find(text)?;
        let before = &self.body[..at];
        let radio = before.rfind("type=\"radio\"")?;
        let start = before[..radio].rfind("<input ")?;
        attribute(self.body[start..].split('>').next()?, "value")
    }

    /// A query parameter of the address.
    pub fn parameter(&self, name: &str) -> Option<String> {
        self.url
            .query_pairs()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    /// Whether the citizen is at another site now.
    pub fn elsewhere(&self, app: &TestApp) -> bool {
        !app.is_ours(&self.url)
    }
}

/// The value of an attribute in the text of a start tag.
pub fn attribute(element: &str, name: &str) -> Option<String> {
    let from = element.find(&format!("{name}=\""))? + name.len() + 2;
    let value = element[from..].split('"').next()?;
    Some(
        value
            .replace("&amp;", "&")
            .replace("&quot;", "\"")
            .replace("&#x2F;", "/")
            .replace("&#x27;", "'")
            .replace("&#39;", "'"),
    )
}

impl Citizen {
    /// A new profile without cookies.
    pub fn new() -> Citizen {
        Citizen::default()
    }

    /// Types an address, or follows a link of a page on the same site.
    pub async fn open(&mut self, app: &TestApp, address: &str) -> Page {
        self.navigate(app, app.absolute(address), Method::GET, None, false)
            .await
    }

    /// Submits a form of a page of Varco.
    pub async fn submit(&mut self, app: &TestApp, address: &str, fields: &[(&str, &str)]) -> Page {
        self.navigate(app, app.absolute(address), Method::POST, Some(encode(fields)), false)
            .await
    }

    /// Is made to submit a form by a page of another site: Lax cookies stay home.
    pub async fn submit_from_elsewhere(&mut self, app: &TestApp, address: &str, fields: &[(&str, &str)]) -> Page {
        self.navigate(app, app.absolute(address), Method::POST, Some(encode(fields)), true)
            .await
    }

    /// The address under which `path` was opened last.
    pub fn last_at(&self, path: &str) -> Option<&Url> {
        self.history.iter().rev().find(|url| url.path() == path)
    }

    /// The citizen's cookie `name`, whatever its prefix.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies
            .iter()
            .find(|(key, _)| key.ends_with(name))
            .map(|(_, (value, _))| value.as_str())
    }

    /// The `Set-Cookie` attributes of cookie `name`.
    pub fn cookie_attributes(&self, name: &str) -> Option<&str> {
        self.cookies
            .iter()
            .find(|(key, _)| key.ends_with(name))
            .map(|(_, (_, attributes))| attributes.as_str())
    }

    async fn navigate(
        &mut self,
        app: &TestApp,
        mut url: Url,
        mut method: Method,
        mut body: Option<String>,
        cross_site: bool,
    ) -> Page {
        for _ in 0..20 {
            if !app.is_ours(&url) {
                return Page {
                    url,
                    status: StatusCode::OK,
                    headers: HeaderMap::new(),
                    body: String::new(),
                    bytes: Vec::new(),
                };
            }
            self.history.push(url.clone());
            let send_cookies = !cross_site || method == Method::GET;
            let answer = app
                .router()
                .oneshot(self.request(&url, &method, body.take(), send_cookies))
                .await
                .unwrap();
            self.keep_cookies(answer.headers());
            let status = answer.status();
            if let Some(location) = answer.headers().get(LOCATION).filter(|_| status.is_redirection()) {
                url = url.join(location.to_str().unwrap()).unwrap();
                method = Method::GET;
                continue;
            }
            let headers = answer.headers().clone();
            let bytes = axum::body::to_bytes(answer.into_body(), 4 << 20).await.unwrap();
            let page = Page {
                url,
                status,
                headers,
                body: String::from_utf8_lossy(&bytes).into_owned(),
                bytes: bytes.to_vec(),
            };
            match refresh(&page.body) {
                Some(target) => {
                    url = page.url.join(&target).unwrap();
                    method = Method::GET;
                }
                None => return page,
            }
        }
        panic!("twenty redirects in a row");
    }

    fn request(&self, url: &Url, method: &Method, body: Option<String>, send_cookies: bool) -> Request<Body> {
        let path = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        let mut request = Request::builder().method(method).uri(path);
        if send_cookies && !self.cookies.is_empty() {
            let header: Vec<String> = self
                .cookies
                .iter()
                .map(|(name, (value, _))| format!("{name}={value}"))
                .collect();
            request = request.header(COOKIE, header.join("; "));
        }
        if let Some(languages) = &self.languages {
            request = request.header(http::header::ACCEPT_LANGUAGE, languages);
        }
        if let Some(address) = self.address {
            request = request
                .header("x-forwarded-for", address)
                .extension(varco::web::Peer(([127, 0, 0, 1], 40_000).into()));
        }
        if body.is_some() {
            request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        request.body(Body::from(body.unwrap_or_default())).unwrap()
    }

    fn keep_cookies(&mut self, headers: &HeaderMap) {
        for value in headers.get_all(SET_COOKIE) {
            let text = value.to_str().unwrap();
            let (pair, attributes) = text.split_once(';').unwrap_or((text, ""));
            let (name, value) = pair.split_once('=').unwrap();
            if value.is_empty() || attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies
                    .insert(name.to_owned(), (value.to_owned(), attributes.to_owned()));
            }
        }
    }
}

/// A browser follows `<meta http-equiv="refresh" content="0; url=…">`.
fn refresh(body: &str) -> Option<String> {
    let element = body
        .split("<meta ")
        .skip(1)
        .find(|e| e.contains("http-equiv=\"refresh\""))?;
    let content = attribute(element, "content")?;
    content.split_once("url=").map(|(_, url)| url.to_owned())
}

pub fn encode(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}
