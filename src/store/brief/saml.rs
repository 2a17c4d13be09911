//! AuthnRequests that wait for an answer, and answers that wait for the browser that brought them.

use super::{Brief, Kind};
use crate::login::SamlRequest;
use crate::store::StoreError;
use chrono::{DateTime, Utc};
use protocol::oidc::SecretHash;

impl Brief {
    /// Stores an AuthnRequest that was sent, until its `expires_at`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_saml_request(&self, request: &SamlRequest, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.put(
            Kind::SamlRequest,
            request.id.as_bytes(),
            request,
            request.expires_at,
            now,
        )
        .await
    }

    /// The AuthnRequest with this id, unless it expired. Looking it up uses nothing up.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn saml_request(&self, id: &str, now: DateTime<Utc>) -> Result<Option<SamlRequest>, StoreError> {
        self.get(Kind::SamlRequest, id.as_bytes(), now).await
    }

    /// Stores which request the answer with this handle's hash is to, until `until`. The handle goes to the browser that
    /// brought the answer and to nobody else: whoever began the login knows the request's own id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_saml_answer(
        &self,
        handle: &SecretHash,
        request_id: &str,
        until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.put(Kind::SamlAnswer, handle, &request_id, until, now).await
    }

    /// The id of the request to which the answer with this handle's hash is.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn saml_answer(&self, handle: &SecretHash, now: DateTime<Utc>) -> Result<Option<String>, StoreError> {
        self.get(Kind::SamlAnswer, handle, now).await
    }
}
