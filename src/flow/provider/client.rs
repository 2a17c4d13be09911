//! Who calls a machine endpoint: the client, authenticated.

use super::client_keys::judge_by_keys;
use super::{Call, Refused};
use crate::flow::{Deps, FlowError};
use chrono::{DateTime, Utc};
use protocol::jose::KeySet;
use protocol::oidc::client::{Client, ClientAuthMethod};
use protocol::oidc::client_auth::assertion::Asserted;
use protocol::oidc::client_auth::certificate::Shown;
use protocol::oidc::client_auth::{self, Presented, Reason, Setting};
use protocol::oidc::hash_secret;
use protocol::oidc::parameters::Parameters;
use protocol::x509::Authorities;

/// The endpoints whose address a client may write as the audience of its assertion, beside the issuer.
const ENDPOINTS: [&str; 5] = ["/token", "/par", "/introspect", "/revoke", "/device_authorization"];

/// The client that sent this request, once it proved to be it by the method it registered.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn authenticate(
    deps: &Deps,
    call: &Call<'_>,
    parameters: &Parameters,
    now: DateTime<Utc>,
) -> Result<Result<Client, Refused>, FlowError> {
    let presented = match Presented::read(call.authorization, parameters) {
        Ok(presented) => presented,
        Err(refused) => return Ok(Err(Refused::because(&refused.reason))),
    };
    let Some(client) = deps.store.client(presented.client_id()).await? else {
        return Ok(Err(Refused::because(&Reason::UnknownClient)));
    };
    let mtls = deps.mtls.as_deref();
    let nobody = Authorities::default();
    let origins = [Some(deps.settings.issuer.as_str()), mtls.map(|mtls| mtls.url.as_str())];
    let endpoints: Vec<String> = origins
        .into_iter()
        .flatten()
        .flat_map(|origin| ENDPOINTS.map(|path| format!("{origin}{path}")))
        .collect();
    let judge = |keys: &KeySet| {
        let setting = Setting {
            issuer: &deps.settings.issuer,
            endpoints: &endpoints,
            keys,
            shown: Shown {
                certificates: call.certificates,
                authorities: mtls.map_or(&nobody, |mtls| &mtls.authorities),
            },
            now,
        };
        client_auth::verify(&presented, &client, setting)
    };
    let verdict = match by_its_keys(&client) {
        false => judge(&KeySet::default()),
        true => match judge_by_keys(deps, &client, now, judge, |refused| refused.reason.is_about_keys()).await {
            Ok(verdict) => verdict,
            Err(error) => {
                tracing::error!(client = %client.id, %error, "a client cannot be judged by its keys");
                return Ok(Err(Refused::because(&Reason::UnknownClient)));
            }
        },
    };
    match verdict {
        Ok(None) => Ok(Ok(client)),
        Ok(Some(asserted)) if use_up(deps, &client, &asserted, now).await? => Ok(Ok(client)),
        Ok(Some(_)) => Ok(Err(Refused::because(&Reason::AssertionUsed))),
        Err(refused) => Ok(Err(Refused::because(&refused.reason))),
    }
}

/// Whether it proves who it is by keys that it registered.
fn by_its_keys(client: &Client) -> bool {
    matches!(
        client.auth_method,
        ClientAuthMethod::PrivateKeyJwt | ClientAuthMethod::SelfSignedTlsClientAuth
    )
}

/// An assertion is good once. One that was made before the brief store began may have been used in what it forgot.
async fn use_up(deps: &Deps, client: &Client, asserted: &Asserted, now: DateTime<Utc>) -> Result<bool, FlowError> {
    let brief = &deps.store.brief;
    if asserted.issued_at < brief.remembers_since(now).await? {
        return Ok(false);
    }
    let name = hash_secret(&format!("assertion {} {}", client.id, asserted.jti));
    Ok(brief.use_once(&name, asserted.expires_at, now).await?)
}
