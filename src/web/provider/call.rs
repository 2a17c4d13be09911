//! What a client sends to an endpoint for machines: one form, and at most one `Authorization` header.

use crate::flow::provider::Refused;
use crate::web::State;
use crate::web::form::is_form;
use crate::web::respond::oauth_error;
use axum::extract::{FromRequest, Request};
use axum::http::header::{AUTHORIZATION, HeaderMap};
use axum::response::Response;
use protocol::oidc::error::ErrorCode;

/// A form that was posted by a machine.
pub(crate) struct Call {
    authorization: Option<String>,
    form: String,
}

impl Call {
    /// The `Authorization` header.
    pub(super) fn authorization(&self) -> Option<&str> {
        self.authorization.as_deref()
    }

    /// The body, still encoded.
    pub(super) fn form(&self) -> &str {
        &self.form
    }
}

impl FromRequest<State> for Call {
    type Rejection = Response;

    async fn from_request(request: Request, state: &State) -> Result<Call, Response> {
        if !is_form(request.headers()) {
            return Err(invalid_request("content type"));
        }
        let authorization = authorization(request.headers()).map_err(|refused| oauth_error(&refused))?;
        let form = String::from_request(request, state)
            .await
            .map_err(|_| invalid_request("body too long or no text"))?;
        Ok(Call { authorization, form })
    }
}

/// One header or none: two would be two identities.
fn authorization(headers: &HeaderMap) -> Result<Option<String>, Refused> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value
            .to_str()
            .map(|value| Some(value.to_owned()))
            .map_err(|_| refused(ErrorCode::InvalidClient, "authorization header")),
        _ => Err(refused(ErrorCode::InvalidRequest, "two authorization headers")),
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
