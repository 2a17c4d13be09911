//! What a client sends to an endpoint for machines: one form, and at most one header of each kind that proves
//! something.

use crate::flow::provider::{self, Refused};
use crate::web::State;
use crate::web::certificate::{TlsPeer, presented};
use crate::web::form::is_form;
use crate::web::respond::oauth_error;
use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use axum::response::Response;
use protocol::oidc::dpop;
use protocol::oidc::error::ErrorCode;

/// What came, as it came.
pub(crate) struct Call {
    method: String,
    url: String,
    authorization: Option<String>,
    dpop: Result<Option<String>, dpop::Reason>,
    certificates: Vec<Vec<u8>>,
    form: String,
}

impl Call {
    /// It, as the stories read it.
    pub(super) fn received(&self) -> provider::Call<'_> {
        provider::Call {
            method: &self.method,
            url: &self.url,
            authorization: self.authorization.as_deref(),
            form: &self.form,
            dpop: match &self.dpop {
                Ok(proof) => Ok(proof.as_deref()),
                Err(reason) => Err(*reason),
            },
            certificates: &self.certificates,
        }
    }
}

impl Call {
    /// At a resource, a form is one of the ways to bring a token; whatever else comes as body says nothing.
    pub(super) async fn at_resource(request: Request, state: &State) -> Result<Call, Refused> {
        match is_form(request.headers()) {
            true => Call::read(request, state).await,
            false => Call::read(request.map(|_| Body::empty()), state).await,
        }
    }

    async fn read(request: Request, state: &State) -> Result<Call, Refused> {
        let authorization = authorization(request.headers())?;
        let dpop = proof(request.headers());
        let method = request.method().as_str().to_owned();
        let (origin, certificates) = connection(&request, state)?;
        let url = format!("{origin}{}", request.uri().path());
        let form = String::from_request(request, state)
            .await
            .map_err(|_| refused(ErrorCode::InvalidRequest, "body too long or no text"))?;
        Ok(Call {
            method,
            url,
            authorization,
            dpop,
            certificates,
            form,
        })
    }
}

impl FromRequest<State> for Call {
    type Rejection = Response;

    async fn from_request(request: Request, state: &State) -> Result<Call, Response> {
        let read = match is_form(request.headers()) {
            true => Call::read(request, state).await,
            false => Err(refused(ErrorCode::InvalidRequest, "content type")),
        };
        read.map_err(|refused| oauth_error(&refused))
    }
}

/// The origin that the client called, and its certificates. Only the listener that asks for them names a peer; what
/// stands in the headers of the other one is nobody's certificate (attack 29).
fn connection<'s>(request: &Request, state: &'s State) -> Result<(&'s str, Vec<Vec<u8>>), Refused> {
    match (request.extensions().get::<TlsPeer>(), &state.deps.mtls) {
        (Some(peer), Some(mtls)) => {
            let certificates = presented(mtls.proxy.as_ref(), peer, request.headers())
                .map_err(|fault| refused(ErrorCode::InvalidRequest, fault.name()))?;
            Ok((&mtls.url, certificates))
        }
        _ => Ok((&state.deps.settings.issuer, Vec::new())),
    }
}

/// One header or none: two would be two identities.
fn authorization(headers: &HeaderMap) -> Result<Option<String>, Refused> {
    match only(headers, AUTHORIZATION.as_str()) {
        Ok(None) => Ok(None),
        Ok(Some(value)) => value
            .to_str()
            .map(|value| Some(value.to_owned()))
            .map_err(|_| refused(ErrorCode::InvalidClient, "authorization header")),
        Err(Twice) => Err(refused(ErrorCode::InvalidRequest, "two authorization headers")),
    }
}

/// RFC 9449 §4.3, 1: "There is not more than one DPoP HTTP request header field."
fn proof(headers: &HeaderMap) -> Result<Option<String>, dpop::Reason> {
    let value = only(headers, "dpop").map_err(|Twice| dpop::Reason::Repeated)?;
    // What is no text is no token either, and is refused as one.
    Ok(value.map(|value| value.to_str().unwrap_or_default().to_owned()))
}

/// The header stands there more than once.
struct Twice;

fn only<'h>(headers: &'h HeaderMap, name: &str) -> Result<Option<&'h HeaderValue>, Twice> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (value, None) => Ok(value),
        _ => Err(Twice),
    }
}

fn refused(code: ErrorCode, reason: &str) -> Refused {
    Refused {
        code,
        reason: reason.to_owned(),
    }
}
