//! Reading a message into what the checks look at. Missing and empty stay different, nothing is
//! interpreted, a repeated or misplaced element refuses the message.

use super::reason::Malformed;
use crate::saml::names::{SAML, SAMLP};
use crate::saml::response::parse::{Issuer, NameId, issuer, name_id, only};
use crate::xml::{DSIG, Element};

/// What both messages begin with.
#[derive(Debug)]
pub struct Head<'t> {
    pub(super) id: Option<&'t str>,
    pub(super) version: Option<&'t str>,
    pub(super) issue_instant: Option<&'t str>,
    pub(super) destination: Option<&'t str>,
    pub(super) issuer: Option<Issuer<'t>>,
}

/// `samlp:LogoutRequest`.
#[derive(Debug)]
pub struct Request<'t> {
    pub(super) head: Head<'t>,
    pub(super) not_on_or_after: Option<&'t str>,
    pub(super) name_id: Option<NameId<'t>>,
    pub(super) session_indexes: Vec<String>,
}

/// `samlp:LogoutResponse`.
#[derive(Debug)]
pub struct Response<'t> {
    pub(super) head: Head<'t>,
    pub(super) in_response_to: Option<&'t str>,
    /// Every StatusCode, the top one first.
    pub(super) status: Vec<&'t str>,
}

fn head(root: Element<'_>) -> Result<Head<'_>, Malformed> {
    Ok(Head {
        id: root.attribute("ID"),
        version: root.attribute("Version"),
        issue_instant: root.attribute("IssueInstant"),
        destination: root.attribute("Destination"),
        issuer: issuer(root)?,
    })
}

pub(super) fn request(root: Element<'_>) -> Result<Request<'_>, Malformed> {
    only(
        root,
        &[
            (SAML, "Issuer"),
            (DSIG, "Signature"),
            (SAMLP, "Extensions"),
            (SAML, "NameID"),
            (SAMLP, "SessionIndex"),
        ],
    )?;
    let indexes = root.children_named(SAMLP, "SessionIndex");
    Ok(Request {
        head: head(root)?,
        not_on_or_after: root.attribute("NotOnOrAfter"),
        name_id: name_id(root)?,
        session_indexes: indexes.iter().map(Element::text).collect(),
    })
}

pub(super) fn response(root: Element<'_>) -> Result<Response<'_>, Malformed> {
    only(
        root,
        &[
            (SAML, "Issuer"),
            (DSIG, "Signature"),
            (SAMLP, "Extensions"),
            (SAMLP, "Status"),
        ],
    )?;
    let mut status = Vec::new();
    let mut outer = root.child(SAMLP, "Status")?;
    while let Some(element) = outer {
        outer = element.child(SAMLP, "StatusCode")?;
        status.extend(outer.and_then(|code| code.attribute("Value")).map(str::trim));
    }
    Ok(Response {
        head: head(root)?,
        in_response_to: root.attribute("InResponseTo"),
        status,
    })
}
