//! The `claims` parameter (OpenID Connect Core §5.5): single claims that a client asks for, beside its scopes.

use super::authority::{AuthorityWish, VERIFIED_CLAIMS};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Most claims that are read in one half: more than there are.
const MAX_CLAIMS: usize = 64;

/// Not the JSON that OpenID Connect Core §5.5 describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("malformed claims")]
pub struct MalformedClaims;

/// How one claim is asked for (§5.5.1).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClaimWish {
    /// The client needs it for the task at hand.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub essential: bool,
    /// `value` or `values`: one of these and no other. Empty: whatever it is.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<Value>,
}

/// The claims asked for, by name, for each of the two places.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClaimsRequest {
    /// In the ID token.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub id_token: BTreeMap<String, ClaimWish>,
    /// In userinfo.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub userinfo: BTreeMap<String, ClaimWish>,
    /// On what ground the person acts, in the ID token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authority_in_id_token: Option<AuthorityWish>,
    /// And in userinfo.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authority_in_userinfo: Option<AuthorityWish>,
}

impl ClaimsRequest {
    /// Reads the parameter. Members that the specification does not know are ignored.
    ///
    /// # Errors
    /// [`MalformedClaims`].
    pub fn read(text: &str) -> Result<ClaimsRequest, MalformedClaims> {
        let claims: Map<String, Value> = serde_json::from_str(text).map_err(|_| MalformedClaims)?;
        Ok(ClaimsRequest {
            id_token: half(claims.get("id_token"))?,
            userinfo: half(claims.get("userinfo"))?,
            authority_in_id_token: authority(claims.get("id_token"))?,
            authority_in_userinfo: authority(claims.get("userinfo"))?,
        })
    }

    /// Every claim that is asked for, in either place.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let authority = self.authority_in_id_token.or(self.authority_in_userinfo);
        let single = self.id_token.keys().chain(self.userinfo.keys()).map(String::as_str);
        single.chain(authority.map(|_| VERIFIED_CLAIMS))
    }

    /// What is asked of one claim, in either place.
    pub fn wishes<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a ClaimWish> {
        self.id_token.get(name).into_iter().chain(self.userinfo.get(name))
    }

    /// Of it, the claims that `keep` names.
    #[must_use]
    pub fn only(mut self, keep: impl Fn(&str) -> bool) -> ClaimsRequest {
        self.id_token.retain(|name, _| keep(name));
        self.userinfo.retain(|name, _| keep(name));
        if !keep(VERIFIED_CLAIMS) {
            (self.authority_in_id_token, self.authority_in_userinfo) = (None, None);
        }
        self
    }
}

impl ClaimWish {
    /// Reads what is asked of one claim; `null` asks in the default manner.
    pub(super) fn read(asked: &Value) -> Result<ClaimWish, MalformedClaims> {
        let asked = match asked {
            Value::Null => return Ok(ClaimWish::default()),
            Value::Object(asked) => asked,
            _ => return Err(MalformedClaims),
        };
        let essential = match asked.get("essential") {
            None => false,
            Some(Value::Bool(essential)) => *essential,
            Some(_) => return Err(MalformedClaims),
        };
        let mut values = match asked.get("values") {
            None => Vec::new(),
            Some(Value::Array(values)) => values.clone(),
            Some(_) => return Err(MalformedClaims),
        };
        values.extend(asked.get("value").cloned());
        Ok(ClaimWish { essential, values })
    }

    /// Whether `value` is what was asked for.
    pub fn met_by(&self, value: &Value) -> bool {
        self.values.is_empty() || self.values.contains(value)
    }
}

fn half(half: Option<&Value>) -> Result<BTreeMap<String, ClaimWish>, MalformedClaims> {
    let asked = match half {
        None | Some(Value::Null) => return Ok(BTreeMap::new()),
        Some(Value::Object(asked)) if asked.len() <= MAX_CLAIMS => asked,
        Some(_) => return Err(MalformedClaims),
    };
    asked
        .iter()
        .filter(|(name, _)| *name != VERIFIED_CLAIMS)
        .map(|(name, asked)| Ok((name.clone(), ClaimWish::read(asked)?)))
        .collect()
}

fn authority(half: Option<&Value>) -> Result<Option<AuthorityWish>, MalformedClaims> {
    let asked = half.and_then(|half| half.get(VERIFIED_CLAIMS));
    Ok(asked.map(AuthorityWish::read).transpose()?.flatten())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_example_of_the_specification_is_read() {
        let text = r#"{"userinfo": {"given_name": {"essential": true}, "nickname": null},
            "id_token": {"auth_time": {"essential": true}, "acr": {"values": ["urn:mace:incommon:iap:silver"]},
                         "sub": {"value": "248289761001"}}, "other": 7}"#;
        let read = ClaimsRequest::read(text).unwrap();
        assert!(read.userinfo["given_name"].essential && !read.userinfo["nickname"].essential);
        assert_eq!(read.id_token["acr"].values, [json!("urn:mace:incommon:iap:silver")]);
        assert!(read.id_token["sub"].met_by(&json!("248289761001")));
        assert!(!read.id_token["sub"].met_by(&json!("248289761002")));
        assert!(read.id_token["auth_time"].met_by(&json!(7)));
        assert_eq!(read.names().count(), 5);
        assert_eq!(read.wishes("acr").count(), 1);
        assert_eq!(read.only(|name| name == "acr").names().collect::<Vec<_>>(), ["acr"]);
    }

    #[test]
    fn what_is_stored_is_read_back() {
        let text = r#"{"userinfo":{"email":{"essential":true,"values":["a",7]},"name":null}}"#;
        let read = ClaimsRequest::read(text).unwrap();
        let stored = serde_json::to_string(&read).unwrap();
        assert_eq!(serde_json::from_str::<ClaimsRequest>(&stored).unwrap(), read);
        assert_eq!(serde_json::to_string(&ClaimsRequest::default()).unwrap(), "{}");
    }

    #[test]
    fn authority_is_asked_for_in_its_own_way_and_is_one_of_the_claims() {
        let text = r#"{"userinfo":{"verified_claims":{"verification":{"trust_framework":null},"claims":{"authority":null}}},
            "id_token":{"verified_claims":[]}}"#;
        let read = ClaimsRequest::read(text).unwrap();
        assert_eq!(read.authority_in_userinfo, Some(AuthorityWish::default()));
        assert_eq!(read.authority_in_id_token, None);
        assert_eq!(read.names().collect::<Vec<_>>(), [VERIFIED_CLAIMS]);
        let stored = serde_json::to_string(&read).unwrap();
        assert_eq!(serde_json::from_str::<ClaimsRequest>(&stored).unwrap(), read);
        assert_eq!(read.only(|_| false), ClaimsRequest::default());
        assert_eq!(
            ClaimsRequest::read(r#"{"userinfo":{"verified_claims":{}}}"#),
            Err(MalformedClaims)
        );
    }

    #[test]
    fn what_is_no_such_json_is_refused() {
        let many: Map<String, Value> = (0..=MAX_CLAIMS).map(|n| (n.to_string(), Value::Null)).collect();
        for wrong in [
            "",
            "7",
            "[]",
            r#"{"id_token":7}"#,
            r#"{"id_token":{"acr":7}}"#,
            r#"{"userinfo":{"acr":{"essential":"yes"}}}"#,
            r#"{"userinfo":{"acr":{"values":"x"}}}"#,
            &json!({ "userinfo": many }).to_string(),
        ] {
            assert_eq!(ClaimsRequest::read(wrong), Err(MalformedClaims), "{wrong}");
        }
    }
}
