//! A citizen who signs in once through the demo's identity provider, at level 2.

use crate::http::Connection;
use crate::operation::Portal;
use crate::server::Server;
use anyhow::{Context as _, ensure};
use std::net::{Ipv4Addr, SocketAddr};
use url::Url;
use url::form_urlencoded::Serializer;

/// Mario Provaldi, administrator of ACME SRL.
const FISCAL_NUMBER: &str = "PRVMRA80A15H501A";

/// A citizen whom the identity provider has answered, on the way back to Varco.
#[derive(Debug)]
pub struct Answered {
    /// Of the browser, so far.
    cookies: Vec<String>,
    /// Where the identity provider's page posts.
    acs: String,
    /// What it posts.
    form: String,
}

/// Signs in, and gives back the `Cookie` header line of the browser that did.
///
/// # Errors
/// When a page is not as it should be.
pub fn sign_in(server: &Server, portal: &Portal) -> anyhow::Result<String> {
    let answered = answered(server, portal)?;
    Ok(cookie_line(&come_back(&mut server.connect()?, &answered)?))
}

/// From the portal to the identity provider's answer, which nobody has posted yet.
///
/// # Errors
/// When a page is not as it should be.
pub fn answered(server: &Server, portal: &Portal) -> anyhow::Result<Answered> {
    let mut varco = server.connect()?;
    let answer = varco.get(&portal.authorize("first"), "")?;
    let cookies = answer.cookies.clone();
    let login_page = path_of(answer.redirect()?)?;
    let answer = varco.get(&login_page, &cookie_line(&cookies))?;
    let page = answer.text()?;
    let way_in = attribute_with(page, "href", "idp=").context("no identity provider on the login page")?;
    let answer = varco.get(&path_of(&way_in)?, &cookie_line(&cookies))?;

    let provider: Url = answer.redirect()?.parse()?;
    let mut idp = identity_provider(&provider)?;
    let answer = idp.get(&path_and_query(&provider), "")?;
    let page = answer.text()?;
    let form = Form::read(page)?.with("level", "2").with("person", FISCAL_NUMBER);
    let answer = idp.post(&path_of(&form.action)?, "", &form.encode())?;
    let form = Form::read(answer.text()?)?;
    Ok(Answered {
        cookies,
        acs: path_of(&form.action)?,
        form: form.encode(),
    })
}

/// Posts the answer and goes on to the session; gives back the cookies of the browser, one of them the session's.
///
/// # Errors
/// When nobody is signed in.
pub fn come_back(varco: &mut Connection, answered: &Answered) -> anyhow::Result<Vec<String>> {
    let mut cookies = answered.cookies.clone();
    let answer = varco.post(&answered.acs, "", &answered.form)?;
    let answer = varco.get(&path_of(answer.redirect()?)?, &cookie_line(&cookies))?;
    cookies.extend(answer.cookies);
    ensure!(
        cookies.iter().any(|cookie| cookie.starts_with("varco_session=")),
        "signed in, and no session"
    );
    Ok(cookies)
}

fn identity_provider(address: &Url) -> anyhow::Result<Connection> {
    let host: Ipv4Addr = address.host_str().context("no host")?.parse()?;
    let port = address.port().context("no port")?;
    Connection::open(SocketAddr::from((host, port)), &format!("{host}:{port}"))
}

fn cookie_line(cookies: &[String]) -> String {
    format!("Cookie: {}\r\n", cookies.join("; "))
}

/// A form as a browser would send it.
struct Form {
    action: String,
    fields: Vec<(String, String)>,
}

impl Form {
    /// The first form of a page, with its hidden fields.
    fn read(page: &str) -> anyhow::Result<Form> {
        let (_, rest) = page.split_once("<form").context("no form")?;
        let (form, _) = rest.split_once("</form>").context("no end of the form")?;
        let action = attribute(form, "action").context("no action")?;
        let hidden = form.split("<input").filter(|input| input.contains("type=\"hidden\""));
        let fields = hidden
            .filter_map(|input| Some((attribute(input, "name")?, attribute(input, "value")?)))
            .collect();
        Ok(Form { action, fields })
    }

    fn with(mut self, name: &str, value: &str) -> Form {
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    fn encode(&self) -> String {
        Serializer::new(String::new()).extend_pairs(&self.fields).finish()
    }
}

/// The value of the first attribute of this name.
fn attribute(html: &str, name: &str) -> Option<String> {
    let (_, rest) = html.split_once(&format!("{name}=\""))?;
    let (value, _) = rest.split_once('"')?;
    Some(unescape(value))
}

/// The first attribute of this name whose value contains `part`.
fn attribute_with(html: &str, name: &str, part: &str) -> Option<String> {
    html.split(&format!("{name}=\""))
        .skip(1)
        .filter_map(|rest| rest.split_once('"'))
        .map(|(value, _)| unescape(value))
        .find(|value| value.contains(part))
}

fn unescape(text: &str) -> String {
    text.replace("&quot;", "\"")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&#x27;", "'")
        .replace("&#x2F;", "/")
        .replace("&#x2f;", "/")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

/// Path and query of an address that may be complete or begin with a slash.
fn path_of(address: &str) -> anyhow::Result<String> {
    if address.starts_with('/') {
        return Ok(address.to_owned());
    }
    Ok(path_and_query(&address.parse()?))
}

fn path_and_query(address: &Url) -> String {
    match address.query() {
        Some(query) => format!("{}?{query}", address.path()),
        None => address.path().to_owned(),
    }
}
