//! How strongly the person has to prove who they are: the client's policy, a wish, a demand.

use super::Reason;
use super::checks::words;
use crate::oidc::client::Client;
use crate::oidc::parameters::Parameters;
use domain::person::Level;
use serde_json::Value;

/// The weakest level that answers the client's policy (`min_level`) and what the request asks.
///
/// `acr_values` is a voluntary wish: unknown values, and values below the policy, are ignored. An `acr`
/// that the `claims` parameter calls essential must be met by one of its values or refused. The answer is a
/// floor: somebody who proves more than was asked has proved what was asked.
pub(super) fn level(parameters: &Parameters, client: &Client) -> Result<Level, Reason> {
    let weakest = |values: &[&str]| {
        values
            .iter()
            .filter_map(|value| Level::from_spid_uri(value))
            .filter(|level| *level >= client.min_level)
            .min()
    };
    let demanded = essential_acr(parameters.get("claims"))?;
    if !demanded.is_empty() {
        let demanded: Vec<&str> = demanded.iter().map(String::as_str).collect();
        return weakest(&demanded).ok_or(Reason::EssentialAcrUnmet);
    }
    let wished: Vec<&str> = words(parameters.get("acr_values")).collect();
    Ok(weakest(&wished).unwrap_or(client.min_level))
}

/// The values of an essential `acr` (OpenID Connect Core §5.5.1): `value` or `values`, in the ID token's
/// half or userinfo's. Empty when none is essential, or when any would do.
fn essential_acr(claims: Option<&str>) -> Result<Vec<String>, Reason> {
    let Some(claims) = claims else {
        return Ok(Vec::new());
    };
    let claims: Value = serde_json::from_str(claims).map_err(|_| Reason::ClaimsMalformed)?;
    let claims = claims.as_object().ok_or(Reason::ClaimsMalformed)?;
    let mut demanded = Vec::new();
    for half in ["id_token", "userinfo"] {
        let requests = match claims.get(half) {
            None | Some(Value::Null) => continue,
            Some(Value::Object(requests)) => requests,
            Some(_) => return Err(Reason::ClaimsMalformed),
        };
        for (name, request) in requests {
            let values = essential_values(request)?;
            if name == "acr" {
                demanded.extend(values);
            }
        }
    }
    Ok(demanded)
}

/// The values one claim's request insists on. `null` asks in the default manner; members that the
/// specification does not know are ignored.
fn essential_values(request: &Value) -> Result<Vec<String>, Reason> {
    let request = match request {
        Value::Null => return Ok(Vec::new()),
        Value::Object(request) => request,
        _ => return Err(Reason::ClaimsMalformed),
    };
    let essential = match request.get("essential") {
        None => false,
        Some(Value::Bool(essential)) => *essential,
        Some(_) => return Err(Reason::ClaimsMalformed),
    };
    let values = match request.get("values") {
        None => Vec::new(),
        Some(Value::Array(values)) => values.clone(),
        Some(_) => return Err(Reason::ClaimsMalformed),
    };
    if !essential {
        return Ok(Vec::new());
    }
    // A value that is no text is no level we know: it counts, and cannot be met.
    Ok(values
        .iter()
        .chain(request.get("value"))
        .map(|value| value.as_str().unwrap_or_default().to_owned())
        .collect())
}
