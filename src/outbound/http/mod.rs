//! The only HTTP client. Everything it does is bounded: time, size, redirects (none unless asked), and
//! where to: only public addresses, unless the operator names the host in `outbound.allow_hosts`.
//!
//! The addresses that a name resolves to are looked at by the resolver that the connection itself uses,
//! so there is no second look-up whose answer could differ (DNS rebinding). Addresses written in the
//! URL, and every hop of a redirect, are looked at too. Proxies of the environment are not used.

mod address;
mod call;
mod error;
mod resolver;
#[cfg(test)]
mod tests;

pub use call::{Answer, Call};
pub use error::OutboundError;

use self::address::is_public;
use self::resolver::PublicOnly;
use http::StatusCode;
use http::header::{HeaderMap, LOCATION};
use reqwest::Certificate;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;
use url::{Host, Url};

/// Who is asking, in every request.
const USER_AGENT: &str = concat!("Varco/", env!("CARGO_PKG_VERSION"));

/// What the operator decided about ways out.
#[derive(Clone, PartialEq, Eq)]
pub struct OutboundSettings {
    /// Hosts that may have addresses that are not public: `host` (any port) or `host:port`, in lower
    /// case; an IPv6 address in brackets. They are reached directly, never through the proxy.
    pub allow_hosts: BTreeSet<String>,
    /// Proxy for everything else, `http://…`; may hold a password. Names are then resolved by the proxy,
    /// and it is the proxy that keeps callers out of private networks.
    pub proxy: Option<String>,
    /// Certificates of authorities trusted beside the system's, PEM.
    pub root_certificates: Option<String>,
    /// Longest wait for a connection.
    pub connect_timeout: Duration,
    /// Longest whole exchange, redirects and body included, unless a call asks for another.
    pub timeout: Duration,
}

impl Default for OutboundSettings {
    fn default() -> OutboundSettings {
        OutboundSettings {
            allow_hosts: BTreeSet::new(),
            proxy: None,
            root_certificates: None,
            connect_timeout: Duration::from_secs(5),
            timeout: Duration::from_secs(15),
        }
    }
}

impl std::fmt::Debug for OutboundSettings {
    /// Without the proxy's address, which may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OutboundSettings")
            .field("allow_hosts", &self.allow_hosts)
            .field("proxy", &self.proxy.is_some())
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// An HTTP client with bounds. Cheap to clone.
#[derive(Debug, Clone)]
pub struct HttpClient(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    settings: OutboundSettings,
    /// Resolves to public addresses only, or goes through the proxy.
    guarded: reqwest::Client,
    /// For the hosts that the operator named.
    direct: reqwest::Client,
}

impl HttpClient {
    /// A client that keeps to `settings`.
    ///
    /// # Errors
    /// [`OutboundError::Setup`] when TLS cannot be set up, or proxy or certificates make no sense.
    pub fn new(settings: OutboundSettings) -> Result<HttpClient, OutboundError> {
        let mut guarded = builder(&settings)?;
        guarded = match &settings.proxy {
            Some(proxy) => guarded.proxy(reqwest::Proxy::all(proxy.as_str()).map_err(OutboundError::setup)?),
            None => guarded.dns_resolver(PublicOnly),
        };
        Ok(HttpClient(Arc::new(Inner {
            guarded: guarded.build().map_err(OutboundError::setup)?,
            direct: builder(&settings)?.build().map_err(OutboundError::setup)?,
            settings,
        })))
    }

    /// Makes the call and reads the whole answer, whatever its status is.
    ///
    /// # Errors
    /// [`OutboundError`]; [`OutboundError::Redirect`] only when the call follows redirects: otherwise a
    /// redirect is an answer like any other.
    pub async fn call(&self, call: Call) -> Result<Answer, OutboundError> {
        let within = call.within.unwrap_or(self.0.settings.timeout);
        timeout(within, self.follow(call))
            .await
            .unwrap_or(Err(OutboundError::TimedOut))
    }

    /// Sends `request` as it is, with the bounds of [`Call`] (for libraries that bring requests of their own).
    ///
    /// # Errors
    /// [`OutboundError`].
    pub async fn send(&self, request: http::Request<Vec<u8>>) -> Result<http::Response<Vec<u8>>, OutboundError> {
        let (head, body) = request.into_parts();
        let call = Call {
            method: head.method,
            headers: head.headers,
            body,
            ..Call::get(&head.uri.to_string())
        };
        let answer = self.call(call).await?;
        let mut response = http::Response::new(answer.body);
        *response.status_mut() = answer.status;
        *response.headers_mut() = answer.headers;
        Ok(response)
    }

    async fn follow(&self, call: Call) -> Result<Answer, OutboundError> {
        let mut url = Url::parse(&call.url).map_err(|_| OutboundError::Url)?;
        let mut left = call.redirects;
        loop {
            let answer = self.once(&url, &call).await?;
            let Some(next) = call.follows().then(|| redirect(&answer, &url)).flatten() else {
                return Ok(answer);
            };
            left = left.checked_sub(1).ok_or(OutboundError::Redirect)?;
            let next = next.map_err(|()| OutboundError::Redirect)?;
            if url.scheme() == "https" && next.scheme() != "https" {
                return Err(OutboundError::Redirect);
            }
            url = next;
        }
    }

    async fn once(&self, url: &Url, call: &Call) -> Result<Answer, OutboundError> {
        let client = self.way_to(url)?;
        let request = client
            .request(call.method.clone(), url.clone())
            .headers(call.headers.clone())
            .body(call.body.clone());
        let mut answer = request.send().await.map_err(OutboundError::exchange)?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(OutboundError::exchange)? {
            if body.len().saturating_add(chunk.len()) > call.at_most {
                return Err(OutboundError::TooLong);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, headers, body })
    }

    /// The client for this URL, or why there is none.
    fn way_to(&self, url: &Url) -> Result<&reqwest::Client, OutboundError> {
        if !matches!(url.scheme(), "https" | "http") || !url.username().is_empty() || url.password().is_some() {
            return Err(OutboundError::Url);
        }
        let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
            return Err(OutboundError::Url);
        };
        let name = host.to_string();
        let allowed = &self.0.settings.allow_hosts;
        if allowed.contains(&name) || allowed.contains(&format!("{name}:{port}")) {
            return Ok(&self.0.direct);
        }
        let public = match host {
            Host::Ipv4(address) => is_public(address.into()),
            Host::Ipv6(address) => is_public(address.into()),
            // The resolver looks, when the connection is made.
            Host::Domain(_) => true,
        };
        match public {
            true => Ok(&self.0.guarded),
            false => Err(OutboundError::NotPublic),
        }
    }
}

fn builder(settings: &OutboundSettings) -> Result<reqwest::ClientBuilder, OutboundError> {
    let roots = match &settings.root_certificates {
        Some(pem) => Certificate::from_pem_bundle(pem.as_bytes()).map_err(OutboundError::setup)?,
        None => Vec::new(),
    };
    Ok(reqwest::Client::builder()
        .user_agent(USER_AGENT)
        .connect_timeout(settings.connect_timeout)
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .tls_certs_merge(roots))
}

/// Where an answer sends us, if it does; `Err` when that is no URL.
fn redirect(answer: &Answer, from: &Url) -> Option<Result<Url, ()>> {
    let location = match answer.status {
        StatusCode::MOVED_PERMANENTLY
        | StatusCode::FOUND
        | StatusCode::SEE_OTHER
        | StatusCode::TEMPORARY_REDIRECT
        | StatusCode::PERMANENT_REDIRECT => answer.headers.get(LOCATION)?,
        _ => return None,
    };
    Some(
        location
            .to_str()
            .map_err(|_| ())
            .and_then(|to| from.join(to).map_err(|_| ())),
    )
}

/// No fields beside what the client itself sends.
fn no_headers() -> HeaderMap {
    HeaderMap::new()
}
