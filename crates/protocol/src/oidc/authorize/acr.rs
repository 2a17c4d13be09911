//! How strongly the person has to prove who they are: the client's policy, a wish, a demand.

use super::checks::words;
use super::{Reason, asked};
use crate::oidc::claims;
use crate::oidc::client::Client;
use crate::oidc::parameters::Parameters;
use domain::person::Level;
use std::collections::BTreeSet;

/// What a request needs of whoever answers it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Needed {
    /// At the least.
    pub level: Level,
    /// One of these `acr` values and no other; empty: any.
    pub acr: BTreeSet<String>,
}

/// The weakest level that answers the client's policy (`min_level`) and what the request asks.
///
/// `acr_values` is a voluntary wish, and so is an `acr` in `claims` that is not essential: unknown values, and values
/// below the policy, are ignored. An `acr` that `claims` calls essential must be met by one of its values or refused
/// (OpenID Connect Core §5.5.1.1). The level is a floor: somebody who proves more than was asked has proved what was
/// asked.
pub(super) fn needed(parameters: &Parameters, client: &Client) -> Result<Needed, Reason> {
    let claims = asked::claims(parameters)?;
    let (mut demanded, mut wished) = (Vec::new(), Vec::new());
    for wish in claims.wishes("acr") {
        // A value that is no text is no `acr` we know: it counts, and cannot be met.
        let values = wish.values.iter().map(|value| value.as_str().unwrap_or_default());
        match wish.essential {
            true => demanded.extend(values),
            false => wished.extend(values),
        }
    }
    wished.extend(words(parameters.get("acr_values")));
    if demanded.is_empty() && wished.is_empty() {
        // OpenID Connect Registration §2: what the request says goes before.
        wished.extend(client.metadata.default_acr_values.iter().map(String::as_str));
    }
    let answering = |values: &[&str]| -> Vec<(Level, String)> {
        let known = values
            .iter()
            .filter_map(|value| Some((claims::level_of(value)?, (*value).to_owned())));
        known.filter(|(level, _)| *level >= client.min_level).collect()
    };
    let weakest = |values: &[(Level, String)]| values.iter().map(|(level, _)| *level).min();
    if !demanded.is_empty() {
        let demanded = answering(&demanded);
        return Ok(Needed {
            level: weakest(&demanded).ok_or(Reason::EssentialAcrUnmet)?,
            acr: demanded.into_iter().map(|(_, value)| value).collect(),
        });
    }
    Ok(Needed {
        level: weakest(&answering(&wished)).unwrap_or(client.min_level),
        acr: BTreeSet::new(),
    })
}

/// Whom a `sub` among the claims of the ID token names (OpenID Connect Core §5.5.1): nobody else's answer would do.
pub(super) fn subject(parameters: &Parameters) -> Result<BTreeSet<String>, Reason> {
    let claims = asked::claims(parameters)?;
    let values = claims.id_token.get("sub").map_or(&[][..], |wish| &wish.values);
    values
        .iter()
        .map(|value| value.as_str().map(str::to_owned).ok_or(Reason::ClaimsMalformed))
        .collect()
}
