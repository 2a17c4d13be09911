//! What a client is told about the person and the organisation: the only place that decides it.
//!
//! `sub` is always the person. A token speaks for at most one organisation: `organization` has exactly
//! one member, `org_id` repeats its immutable id, `roles` are those the client registered. For oneself
//! the three are absent.

mod access_token;
mod authentication;
mod authority;
mod personal;
mod request;

pub use access_token::{Behind, Issued, access_token, introspection};
pub use authentication::{CNS, acr_among, amr, can_answer, level_of};
pub use authority::{AuthorityWish, VERIFIED_CLAIMS};
pub(crate) use authority::{EVIDENCE, TRUST_FRAMEWORK};
pub(crate) use personal::{COMPANY, FISCAL_NUMBER, SPID};
pub use personal::{needed_attributes, released_attributes, scope_of, wished_attributes};
pub use request::{ClaimWish, ClaimsRequest, MalformedClaims};

use super::authorize::ALL_ORGANISATIONS;
use super::client::Client;
use super::grant::{ActingContext, Grant};
use super::subject::{Provider, subject};
use super::tokens::{ID_TOKEN_LIFETIME, at_hash, expiry};
use chrono::{DateTime, Utc};
use domain::mandate::Holding;
use domain::person::{Person, PersonId};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Whom the claims are about: the person, and what the credential's issuer said about them.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The person of the grant.
    pub person: &'a Person,
    /// What came in the grant's authentication and its scopes pass on, by the issuer's name (`mobilePhone`, `placeOfBirth`, …).
    pub attributes: &'a BTreeMap<String, String>,
}

/// The person or the mandate is not the grant's: nothing is said rather than something wrong. A grant
/// for an organisation whose mandate is missing must not look like one for oneself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("person or mandate is not the grant's")]
pub struct NotOfThisGrant;

/// The claims of an ID token (OpenID Connect Core §2), issued at `now` together with `access_token`.
/// `holding` is the mandate of the grant, `None` when the person acts for themselves.
///
/// It ends ten minutes after `now`, and never after the mandate. Personal claims only if the client's
/// registration wants them here, or the request asked for them one by one.
///
/// # Errors
/// [`NotOfThisGrant`].
pub fn id_token(
    us: Provider<'_>,
    subject: Subject<'_>,
    holding: Option<&Holding>,
    client: &Client,
    grant: &Grant,
    access_token: &str,
    now: DateTime<Utc>,
) -> Result<Value, NotOfThisGrant> {
    let mut claims = authorised(us, subject.person.id, holding, client, grant)?;
    insert(&mut claims, "iat", now.timestamp());
    insert(&mut claims, "exp", expiry(now, ID_TOKEN_LIFETIME, holding).timestamp());
    let algorithm = client.metadata.signing_algorithm(client.metadata.id_token.signed);
    insert(&mut claims, "at_hash", at_hash(access_token, algorithm));
    let scopes = match client.claims_in_id_token {
        true => grant.scopes.clone(),
        false => BTreeSet::new(),
    };
    claims.extend(personal::claims(subject, &scopes, &grant.asked.claims.id_token));
    ground(
        &mut claims,
        grant.asked.claims.authority_in_id_token,
        holding,
        client,
        grant,
    );
    Ok(Value::Object(claims))
}

/// What userinfo answers (OpenID Connect Core §5.3.2): everything that was authorised. `all`: every mandate of the person
/// that they could use at the client now; told where [`ALL_ORGANISATIONS`] was granted.
///
/// # Errors
/// [`NotOfThisGrant`].
pub fn userinfo(
    us: Provider<'_>,
    subject: Subject<'_>,
    holding: Option<&Holding>,
    all: &[Holding],
    client: &Client,
    grant: &Grant,
) -> Result<Value, NotOfThisGrant> {
    let mut claims = authorised(us, subject.person.id, holding, client, grant)?;
    claims.extend(personal::claims(subject, &grant.scopes, &grant.asked.claims.userinfo));
    ground(
        &mut claims,
        grant.asked.claims.authority_in_userinfo,
        holding,
        client,
        grant,
    );
    if grant.scopes.contains(ALL_ORGANISATIONS) {
        let all: Vec<Value> = all
            .iter()
            .filter(|holding| holding.mandate.person == grant.person)
            .map(|holding| organizations_member(holding, client))
            .collect();
        insert(&mut claims, "organizations", all);
    }
    Ok(Value::Object(claims))
}

/// Scopes as the wire writes them (RFC 6749 §3.3).
pub fn scope(scopes: &BTreeSet<String>) -> String {
    scopes.iter().map(String::as_str).collect::<Vec<&str>>().join(" ")
}

/// What both say: who, for whom, for which client, how proved.
fn authorised(
    us: Provider<'_>,
    person: PersonId,
    holding: Option<&Holding>,
    client: &Client,
    grant: &Grant,
) -> Result<Map<String, Value>, NotOfThisGrant> {
    belong(grant, person, holding)?;
    if client.id != grant.client_id {
        return Err(NotOfThisGrant);
    }
    let mut claims = Map::new();
    insert(&mut claims, "iss", us.issuer);
    insert(&mut claims, "sub", subject(us.subjects, client, person));
    insert(&mut claims, "aud", client.id.as_str());
    if let Some(nonce) = &grant.nonce {
        insert(&mut claims, "nonce", nonce.as_str());
    }
    insert(&mut claims, "sid", grant.id.to_string());
    proved(&mut claims, grant);
    if let Some(holding) = holding {
        acting(&mut claims, holding, &roles(holding, client, grant));
    }
    Ok(claims)
}

/// Whether person and mandate are the grant's.
fn belong(grant: &Grant, person: PersonId, holding: Option<&Holding>) -> Result<(), NotOfThisGrant> {
    let of_this_grant = match (grant.acting, holding) {
        (ActingContext::Myself, None) => true,
        (ActingContext::Mandate(id), Some(holding)) => holding.mandate.id == id && holding.mandate.person == person,
        _ => false,
    };
    if of_this_grant && person == grant.person {
        Ok(())
    } else {
        Err(NotOfThisGrant)
    }
}

/// How the person proved who they are.
fn proved(claims: &mut Map<String, Value>, grant: &Grant) {
    insert(claims, "auth_time", grant.auth_time.timestamp());
    insert(claims, "acr", grant.acr.as_str());
    insert(claims, "amr", grant.amr.as_slice());
}

/// For whom the person acts.
fn acting(claims: &mut Map<String, Value>, holding: &Holding, roles: &BTreeSet<String>) {
    let roles = json!(roles);
    let mut one = Map::new();
    one.insert(holding.organisation.alias.clone(), organization(holding, &roles));
    insert(claims, "organization", one);
    insert(claims, "org_id", holding.organisation.id.0.to_string());
    insert(claims, "roles", roles);
}

/// The roles that `holding` gives at `client`, of those that it registered and, if the grant is its own and it named
/// some, asked for. A resource server has role names of its own.
pub fn roles(holding: &Holding, client: &Client, grant: &Grant) -> BTreeSet<String> {
    let roles = holding.roles_at(&client.id, &client.roles);
    match &grant.asked.authorization_details {
        Some(asked) if client.id == grant.client_id => asked.narrow(roles),
        _ => roles,
    }
}

/// On what ground the person acts, for whoever asked.
fn ground(
    claims: &mut Map<String, Value>,
    wish: Option<AuthorityWish>,
    holding: Option<&Holding>,
    client: &Client,
    grant: &Grant,
) {
    if let (Some(wish), Some(holding)) = (wish, holding) {
        let verified = authority::verified_claims(wish, holding, &client.id, &roles(holding, client, grant));
        insert(claims, VERIFIED_CLAIMS, verified);
    }
}

/// One member of `organizations`: that of `organization`, and the alias, which there is the key. A list, for somebody may hold
/// a mandate for each of two units.
fn organizations_member(holding: &Holding, client: &Client) -> Value {
    let roles = json!(holding.roles_at(&client.id, &client.roles));
    let mut member = organization(holding, &roles);
    if let Some(member) = member.as_object_mut() {
        insert(member, "alias", holding.organisation.alias.as_str());
    }
    member
}

/// The one member of `organization`.
fn organization(holding: &Holding, roles: &Value) -> Value {
    let mut member = Map::new();
    insert(&mut member, "id", holding.organisation.id.0.to_string());
    insert(&mut member, "name", holding.organisation.name.as_str());
    insert(&mut member, "type", json!(holding.organisation.kind));
    insert(&mut member, "identifiers", json!(holding.organisation.identifiers));
    insert(&mut member, "mandate", json!(holding.mandate.kind));
    insert(&mut member, "roles", roles.clone());
    if let Some(unit) = &holding.unit {
        insert(
            &mut member,
            "unit",
            json!({ "id": unit.id.0.to_string(), "name": unit.name }),
        );
    }
    insert(&mut member, "valid_until", holding.valid_until().timestamp());
    insert(&mut member, "evidence", json!(holding.mandate.evidence));
    Value::Object(member)
}

fn insert(claims: &mut Map<String, Value>, name: &str, value: impl Into<Value>) {
    claims.insert(name.to_owned(), value.into());
}

#[cfg(test)]
mod tests;
