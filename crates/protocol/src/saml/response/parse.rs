//! Reading the message into what the checks look at. Missing and empty stay different (`None`,
//! `Some("")`), nothing is interpreted, a repeated or misplaced element refuses the message.

use super::Malformed;
use crate::saml::names::{SAML, SAMLP};
use crate::xml::signature::Verified;
use crate::xml::{DSIG, Element};

/// `samlp:Response`, of which only the Assertion need be signed.
#[derive(Debug)]
pub struct Response<'t> {
    pub(super) id: Option<&'t str>,
    pub(super) version: Option<&'t str>,
    pub(super) issue_instant: Option<&'t str>,
    pub(super) in_response_to: Option<&'t str>,
    pub(super) destination: Option<&'t str>,
    pub(super) issuer: Option<Issuer<'t>>,
    pub(super) status: Option<Status<'t>>,
    pub(super) assertion: Option<Element<'t>>,
}

#[derive(Debug)]
pub(in crate::saml) struct Issuer<'t> {
    pub(in crate::saml) format: Option<&'t str>,
    pub(in crate::saml) name_qualifier: Option<&'t str>,
    pub(in crate::saml) value: String,
}

#[derive(Debug)]
pub(super) struct Status<'t> {
    pub(super) code: Option<StatusCode<'t>>,
    pub(super) message: Option<String>,
}

#[derive(Debug)]
pub(super) struct StatusCode<'t> {
    pub(super) value: Option<&'t str>,
}

/// `saml:Assertion`, read from the element whose signature was verified.
#[derive(Debug)]
pub struct Assertion<'t> {
    pub(super) id: Option<&'t str>,
    pub(super) version: Option<&'t str>,
    pub(super) issue_instant: Option<&'t str>,
    pub(super) issuer: Option<Issuer<'t>>,
    pub(super) subject: Option<Subject<'t>>,
    pub(super) conditions: Option<Conditions<'t>>,
    pub(super) authn_statement: Option<AuthnStatement<'t>>,
    pub(super) attribute_statement: Option<AttributeStatement<'t>>,
}

#[derive(Debug)]
pub(super) struct Subject<'t> {
    pub(super) name_id: Option<NameId<'t>>,
    pub(super) confirmation: Option<Confirmation<'t>>,
}

#[derive(Debug)]
pub(in crate::saml) struct NameId<'t> {
    pub(in crate::saml) format: Option<&'t str>,
    pub(in crate::saml) name_qualifier: Option<&'t str>,
    pub(in crate::saml) value: String,
}

#[derive(Debug)]
pub(super) struct Confirmation<'t> {
    pub(super) method: Option<&'t str>,
    pub(super) data: Option<ConfirmationData<'t>>,
}

#[derive(Debug)]
pub(super) struct ConfirmationData<'t> {
    pub(super) recipient: Option<&'t str>,
    pub(super) in_response_to: Option<&'t str>,
    pub(super) not_on_or_after: Option<&'t str>,
}

#[derive(Debug)]
pub(super) struct Conditions<'t> {
    pub(super) empty: bool,
    pub(super) not_before: Option<&'t str>,
    pub(super) not_on_or_after: Option<&'t str>,
    pub(super) audience_restriction: Option<AudienceRestriction>,
}

#[derive(Debug)]
pub(super) struct AudienceRestriction {
    pub(super) audience: Option<String>,
}

#[derive(Debug)]
pub(super) struct AuthnStatement<'t> {
    pub(super) authn_instant: Option<&'t str>,
    pub(super) session_index: Option<&'t str>,
    pub(super) context: Option<AuthnContext>,
}

#[derive(Debug)]
pub(super) struct AuthnContext {
    pub(super) class_ref: Option<String>,
}

#[derive(Debug)]
pub(super) struct AttributeStatement<'t> {
    pub(super) attributes: Vec<Attribute<'t>>,
}

#[derive(Debug)]
pub(super) struct Attribute<'t> {
    pub(super) name: Option<&'t str>,
    pub(super) values: Vec<String>,
}

/// Reads the Response.
pub(super) fn response(root: Element<'_>) -> Result<Response<'_>, Malformed> {
    let status = root.child(SAMLP, "Status")?.map(status).transpose()?;
    only(
        root,
        &[
            (SAML, "Issuer"),
            (DSIG, "Signature"),
            (SAMLP, "Extensions"),
            (SAMLP, "Status"),
            (SAML, "Assertion"),
        ],
    )?;
    Ok(Response {
        id: root.attribute("ID"),
        version: root.attribute("Version"),
        issue_instant: root.attribute("IssueInstant"),
        in_response_to: root.attribute("InResponseTo"),
        destination: root.attribute("Destination"),
        issuer: issuer(root)?,
        status,
        assertion: root.child(SAML, "Assertion")?,
    })
}

/// Reads the Assertion; the argument's type says that its signature was verified.
pub(super) fn assertion(verified: Verified<'_>) -> Result<Assertion<'_>, Malformed> {
    let element = verified.element();
    only(
        element,
        &[
            (SAML, "Issuer"),
            (DSIG, "Signature"),
            (SAML, "Subject"),
            (SAML, "Conditions"),
            (SAML, "Advice"),
            (SAML, "AuthnStatement"),
            (SAML, "AttributeStatement"),
        ],
    )?;
    Ok(Assertion {
        id: element.attribute("ID"),
        version: element.attribute("Version"),
        issue_instant: element.attribute("IssueInstant"),
        issuer: issuer(element)?,
        subject: element.child(SAML, "Subject")?.map(subject).transpose()?,
        conditions: element.child(SAML, "Conditions")?.map(conditions).transpose()?,
        authn_statement: element
            .child(SAML, "AuthnStatement")?
            .map(authn_statement)
            .transpose()?,
        attribute_statement: element.child(SAML, "AttributeStatement")?.map(attribute_statement),
    })
}

/// Only these children, and no text between them.
pub(in crate::saml) fn only(element: Element<'_>, allowed: &[(&str, &str)]) -> Result<(), Malformed> {
    let known = |child: &Element<'_>| allowed.iter().any(|(namespace, local)| child.is(namespace, local));
    match element.children().iter().all(known) && !element.has_loose_text() {
        true => Ok(()),
        false => Err(Malformed::Unexpected),
    }
}

pub(in crate::saml) fn issuer(parent: Element<'_>) -> Result<Option<Issuer<'_>>, Malformed> {
    let issuer = parent.child(SAML, "Issuer")?;
    Ok(issuer.map(|element| Issuer {
        format: element.attribute("Format"),
        name_qualifier: element.attribute("NameQualifier"),
        value: element.text(),
    }))
}

fn status(element: Element<'_>) -> Result<Status<'_>, Malformed> {
    let code = element.child(SAMLP, "StatusCode")?;
    let message = element.child(SAMLP, "StatusMessage")?;
    Ok(Status {
        code: code.map(|code| StatusCode {
            value: code.attribute("Value"),
        }),
        message: message.map(|message| message.text()),
    })
}

fn subject(element: Element<'_>) -> Result<Subject<'_>, Malformed> {
    let name_id = name_id(element)?;
    let confirmation = element.child(SAML, "SubjectConfirmation")?;
    let confirmation = confirmation.map(|confirmation| {
        let data = confirmation.child(SAML, "SubjectConfirmationData")?;
        Ok::<_, Malformed>(Confirmation {
            method: confirmation.attribute("Method"),
            data: data.map(|data| ConfirmationData {
                recipient: data.attribute("Recipient"),
                in_response_to: data.attribute("InResponseTo"),
                not_on_or_after: data.attribute("NotOnOrAfter"),
            }),
        })
    });
    Ok(Subject {
        name_id,
        confirmation: confirmation.transpose()?,
    })
}

/// The NameID of a Subject or of a LogoutRequest.
pub(in crate::saml) fn name_id(parent: Element<'_>) -> Result<Option<NameId<'_>>, Malformed> {
    let name_id = parent.child(SAML, "NameID")?;
    Ok(name_id.map(|element| NameId {
        format: element.attribute("Format"),
        name_qualifier: element.attribute("NameQualifier"),
        value: element.text(),
    }))
}

fn conditions(element: Element<'_>) -> Result<Conditions<'_>, Malformed> {
    let restriction = element.child(SAML, "AudienceRestriction")?;
    let restriction = restriction.map(|restriction| {
        let audience = restriction.child(SAML, "Audience")?;
        Ok::<_, Malformed>(AudienceRestriction {
            audience: audience.map(|audience| audience.text()),
        })
    });
    Ok(Conditions {
        empty: element.children().is_empty(),
        not_before: element.attribute("NotBefore"),
        not_on_or_after: element.attribute("NotOnOrAfter"),
        audience_restriction: restriction.transpose()?,
    })
}

fn authn_statement(element: Element<'_>) -> Result<AuthnStatement<'_>, Malformed> {
    let context = element.child(SAML, "AuthnContext")?;
    let context = context.map(|context| {
        let class_ref = context.child(SAML, "AuthnContextClassRef")?;
        Ok::<_, Malformed>(AuthnContext {
            class_ref: class_ref.map(|class_ref| class_ref.text()),
        })
    });
    Ok(AuthnStatement {
        authn_instant: element.attribute("AuthnInstant"),
        session_index: element.attribute("SessionIndex"),
        context: context.transpose()?,
    })
}

fn attribute_statement(element: Element<'_>) -> AttributeStatement<'_> {
    let attributes = element.children_named(SAML, "Attribute").into_iter();
    AttributeStatement {
        attributes: attributes
            .map(|attribute| Attribute {
                name: attribute.attribute("Name"),
                values: attribute
                    .children_named(SAML, "AttributeValue")
                    .iter()
                    .map(Element::text)
                    .collect(),
            })
            .collect(),
    }
}
