//! What a machine sends to one of our endpoints, and the key that it proves to have.

use super::Refused;
use crate::flow::{Deps, FlowError};
use chrono::{DateTime, Utc};
use protocol::oidc::confirmation::Held;
use protocol::oidc::dpop::{self, Proof, Reason};
use std::fmt;

/// One request of a client's server (or of whoever pretends to be it).
#[derive(Clone, Copy)]
pub struct Call<'a> {
    /// `GET`, `POST`.
    pub method: &'a str,
    /// The address of the endpoint, as the client sees it: without query, at the mTLS listener with that one's origin.
    pub url: &'a str,
    /// The `Authorization` header.
    pub authorization: Option<&'a str>,
    /// The body, still encoded; empty when there is none.
    pub form: &'a str,
    /// The `DPoP` header, of which there may be one.
    pub dpop: Result<Option<&'a str>, Reason>,
    /// The certificates of its TLS handshake, DER, its own first: it has that one's key. Whether anybody should trust
    /// it is another matter.
    pub certificates: &'a [Vec<u8>],
}

impl fmt::Debug for Call<'_> {
    /// Where to, and nothing that lets somebody in.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("method", &self.method)
            .field("url", &self.url)
            .field("certificates", &self.certificates.len())
            .finish_non_exhaustive()
    }
}

impl<'a> Call<'a> {
    /// Its own certificate, DER.
    pub fn certificate(&self) -> Option<&'a [u8]> {
        self.certificates.first().map(Vec::as_slice)
    }
}

/// The thumbprint of the key that signed the call's DPoP proof, `None` when it has none. A proof is good once.
///
/// # Errors
/// [`FlowError`] when a store fails; inside, `invalid_dpop_proof`.
pub async fn proved_key(
    deps: &Deps,
    call: &Call<'_>,
    now: DateTime<Utc>,
) -> Result<Result<Option<String>, Refused>, FlowError> {
    let proved = proved(deps, call, None, now).await?;
    Ok(proved.map_err(|reason| Refused::because(&reason)))
}

/// What the caller proved to have: the key of its DPoP proof, the certificate of its handshake. `access_token` is the
/// token that the proof has to be for, at a resource.
pub(super) async fn held(
    deps: &Deps,
    call: &Call<'_>,
    access_token: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Result<Held, Reason>, FlowError> {
    let proved = proved(deps, call, access_token, now).await?;
    Ok(proved.map(|thumbprint| Held::new(thumbprint, call.certificate())))
}

async fn proved(
    deps: &Deps,
    call: &Call<'_>,
    access_token: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Result<Option<String>, Reason>, FlowError> {
    let header = match call.dpop {
        Ok(None) => return Ok(Ok(None)),
        Ok(Some(header)) => header,
        Err(reason) => return Ok(Err(reason)),
    };
    let request = dpop::Request {
        method: call.method,
        url: call.url,
        access_token,
    };
    match dpop::check(header, request, now) {
        Ok(proof) if use_up(deps, &proof, now).await? => Ok(Ok(Some(proof.thumbprint))),
        Ok(_) => Ok(Err(Reason::Replayed)),
        Err(reason) => Ok(Err(reason)),
    }
}

/// RFC 9449 §11.1. A proof that was made before the brief store began may have been used in what it forgot.
async fn use_up(deps: &Deps, proof: &Proof, now: DateTime<Utc>) -> Result<bool, FlowError> {
    let brief = &deps.store.brief;
    if proof.made_at < brief.remembers_since(now).await? {
        return Ok(false);
    }
    Ok(brief.use_once(&proof.once, proof.remember_until, now).await?)
}
