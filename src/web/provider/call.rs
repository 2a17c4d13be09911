//! What a client sends to an endpoint for machines: one form, and at most one header of each kind that proves
//! something.

use crate::flow::provider::{self, Refused};
use crate::web::State;
use crate::web::form::is_form;
use crate::web::respond::oauth_error;
use axum::extract::{FromRequest, Request};
use axum::http::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use axum::response::Response;
use protocol::oidc::dpop;
use protocol::oidc::error::ErrorCode;

/// A form that was posted by a machine.
pub(crate) struct Call {
    method: String,
    url: String,
    authorization: Option<String>,
    dpop: Result<Option<String>, dpop::Reason>,
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
            certificates: &[],
        }
    }
}

impl FromRequest<State> for Call {
    type Rejection = Response;

    async fn from_request(request: Request, state: &State) -> Result<Call, Response> {
        if !is_form(request.headers()) {
            return Err(invalid_request("content type"));
        }
        let authorization = authorization(request.headers()).map_err(|refused| oauth_error(&refused))?;
        let dpop = proof(request.headers());
        let method = request.method().as_str().to_owned();
        let url = format!("{}{}", state.deps.settings.issuer, request.uri().path());
        let form = String::from_request(request, state)
            .await
            .map_err(|_| invalid_request("body too long or no text"))?;
        Ok(Call {
            method,
            url,
            authorization,
            dpop,
            form,
        })
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

fn invalid_request(reason: &str) -> Response {
    oauth_error(&refused(ErrorCode::InvalidRequest, reason))
}

fn refused(code: ErrorCode, reason: &str) -> Refused {
    Refused {
        code,
        reason: reason.to_owned(),
    }
}
