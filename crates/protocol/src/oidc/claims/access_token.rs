//! What an access token says of itself (RFC 9068), and what is said about one (RFC 7662).

use super::{NotOfThisGrant, acting, belong, insert, proved, roles, scope};
use crate::oidc::access_token::{AccessToken, Actor};
use crate::oidc::authorization_details::ActingAs;
use crate::oidc::client::Client;
use crate::oidc::confirmation::Confirmation;
use crate::oidc::grant::Grant;
use crate::oidc::grant::refresh_token::RefreshToken;
use crate::oidc::subject::{Provider, subject};
use chrono::{DateTime, Utc};
use domain::mandate::Holding;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Who stands behind a token: the grant's person, and for whom they act. A client alone has nobody behind it.
#[derive(Debug, Clone, Copy)]
pub struct Behind<'a> {
    /// The grant.
    pub grant: &'a Grant,
    /// Its mandate, `None` when the person acts for themselves.
    pub holding: Option<&'a Holding>,
}

/// The claims of a JWT access token (RFC 9068 §2.2) for `resources`, of which there is at least one, and which know the
/// person by one name ([`check`](crate::oidc::resource::check)). Roles are those of the resource; where there are
/// several, those that the person has at each, because none can tell which of them is meant.
///
/// # Errors
/// [`NotOfThisGrant`], also without a resource.
pub fn access_token(
    us: Provider<'_>,
    token: &AccessToken,
    jti: &str,
    behind: Option<Behind<'_>>,
    resources: &[Client],
) -> Result<Value, NotOfThisGrant> {
    let (first, others) = resources.split_first().ok_or(NotOfThisGrant)?;
    let mut claims = Map::new();
    insert(&mut claims, "iss", us.issuer);
    insert(&mut claims, "jti", jti);
    match behind {
        None => insert(&mut claims, "sub", token.client_id.as_str()),
        Some(Behind { grant, holding }) => {
            belong(grant, grant.person, holding)?;
            insert(&mut claims, "sub", subject(us.subjects, first, grant.person));
            proved(&mut claims, grant);
            if let Some(holding) = holding {
                let everywhere = others.iter().fold(roles(holding, first, grant), |roles_so_far, other| {
                    let its = roles(holding, other, grant);
                    roles_so_far.intersection(&its).cloned().collect()
                });
                acting(&mut claims, holding, &everywhere);
                detail(&mut claims, grant, holding, &everywhere);
            }
        }
    }
    about(&mut claims, &Issued::of(token));
    Ok(Value::Object(claims))
}

/// What is known of a token itself, beside who stands behind it.
#[derive(Debug, Clone, Copy)]
pub struct Issued<'a> {
    /// Whom it was given to.
    pub client_id: &'a str,
    /// What it is good for.
    pub scopes: &'a BTreeSet<String>,
    /// The resources it is for.
    pub audience: Option<&'a BTreeSet<String>>,
    /// `token_type`; `None` for a refresh token.
    pub token_type: Option<&'a str>,
    /// What it is bound to.
    pub confirmation: Option<&'a Confirmation>,
    /// Who acts with it on the person's behalf.
    pub actor: Option<&'a Actor>,
    /// Since when.
    pub at: DateTime<Utc>,
    /// Until when.
    pub until: DateTime<Utc>,
}

impl<'a> Issued<'a> {
    /// An access token.
    pub fn of(token: &'a AccessToken) -> Issued<'a> {
        Issued {
            client_id: &token.client_id,
            scopes: &token.scopes,
            audience: Some(&token.audience).filter(|audience| !audience.is_empty()),
            token_type: Some(Confirmation::token_type(token.confirmation.as_ref())),
            confirmation: token.confirmation.as_ref(),
            actor: token.actor.as_ref(),
            at: token.issued_at,
            until: token.expires_at,
        }
    }

    /// A refresh token of `grant`.
    pub fn of_refresh(token: &'a RefreshToken, grant: &'a Grant) -> Issued<'a> {
        Issued {
            client_id: &grant.client_id,
            scopes: &grant.scopes,
            audience: None,
            token_type: None,
            confirmation: None,
            actor: None,
            at: token.created_at,
            until: token.expires_at,
        }
    }
}

/// What introspection answers about a token that is good (RFC 7662 §2.2): who, for whom, what for, how long. No
/// personal claims: those are for userinfo. The person is called as the asking client knows them, and roles are those
/// that it registered.
///
/// # Errors
/// [`NotOfThisGrant`].
pub fn introspection(
    us: Provider<'_>,
    asking: &Client,
    behind: Option<Behind<'_>>,
    token: Issued<'_>,
) -> Result<Value, NotOfThisGrant> {
    let mut claims = Map::new();
    insert(&mut claims, "active", true);
    insert(&mut claims, "iss", us.issuer);
    match behind {
        None => insert(&mut claims, "sub", token.client_id),
        Some(Behind { grant, holding }) => {
            belong(grant, grant.person, holding)?;
            insert(&mut claims, "sub", subject(us.subjects, asking, grant.person));
            if asking.id == grant.client_id {
                insert(&mut claims, "sid", grant.id.to_string());
            }
            proved(&mut claims, grant);
            if let Some(holding) = holding {
                let roles = roles(holding, asking, grant);
                acting(&mut claims, holding, &roles);
                detail(&mut claims, grant, holding, &roles);
            }
        }
    }
    if let Some(token_type) = token.token_type {
        insert(&mut claims, "token_type", token_type);
    }
    about(&mut claims, &token);
    Ok(Value::Object(claims))
}

/// What was granted of the authorisation details that were asked for (RFC 9396 §9).
fn detail(claims: &mut Map<String, Value>, grant: &Grant, holding: &Holding, roles: &BTreeSet<String>) {
    if grant.asked.authorization_details.is_some() {
        insert(claims, "authorization_details", ActingAs::granted(holding, roles));
    }
}

/// What a token says of itself and what introspection says of it alike.
fn about(claims: &mut Map<String, Value>, token: &Issued<'_>) {
    insert(claims, "client_id", token.client_id);
    // RFC 7519 §4.1.3: one audience is a text.
    let audience = match token.audience.map(Vec::from_iter).as_deref() {
        None => json!(token.client_id),
        Some([one]) => json!(one),
        Some(several) => json!(several),
    };
    insert(claims, "aud", audience);
    insert(claims, "iat", token.at.timestamp());
    insert(claims, "exp", token.until.timestamp());
    if !token.scopes.is_empty() {
        insert(claims, "scope", scope(token.scopes));
    }
    if let Some(confirmation) = token.confirmation {
        insert(claims, "cnf", json!(confirmation));
    }
    if let Some(actor) = token.actor {
        insert(claims, "act", json!(actor));
    }
}
