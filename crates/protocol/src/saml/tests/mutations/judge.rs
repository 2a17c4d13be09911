//! Somebody else's reading of what we accepted: libxml2 parses, libxmlsec1 verifies, XPath reads.

use super::super::*;
use crate::xml::signature::canonical;
use crate::xml::{Bounds, DSIG, Element, Tree};
use libxml::parser::{Parser, ParserOptions};
use libxml::xpath::Context;
use samael::crypto::{AllowedSignatureAlgorithm as Algorithm, CertificateDer, Crypto, CryptoProvider as _, ReduceMode};

const ALGORITHMS: [Algorithm; 3] = [Algorithm::RsaSha256, Algorithm::RsaSha384, Algorithm::RsaSha512];

/// Holds what we made of `xml` against what they make of it.
pub fn judge(xml: &str, accepted: &Accepted) -> Result<(), String> {
    let strict = ParserOptions {
        recover: false,
        no_net: true,
        ..ParserOptions::default()
    };
    let document = Parser::default()
        .parse_string_with_options(xml, strict)
        .map_err(|_| "libxml2 does not parse it")?;
    let certificates = [CertificateDer::from(IDP_KEY.certificate.clone())];
    let theirs = Crypto::reduce_xml_to_signed_with_allowed_algorithms(
        xml,
        &certificates,
        ReduceMode::PreDigest,
        Some(&ALGORITHMS),
    )
    .map_err(|error| format!("libxmlsec1 does not verify it: {error}"))?;
    let ours = our_canonical_bytes(xml);
    if ours != theirs.as_bytes() {
        return Err(format!(
            "canonical bytes:\n{}\n{theirs}",
            String::from_utf8_lossy(&ours)
        ));
    }
    let (ours, theirs) = (our_fields(accepted), their_fields(&document)?);
    match ours == theirs {
        true => Ok(()),
        false => Err(format!("fields:\n{ours:?}\n{theirs:?}")),
    }
}

/// Of the Response when it is signed, else of the Assertion: what libxmlsec1 gives back. With two signatures the
/// bytes of the inner one are the same too, since both libraries found them to have the one digest.
fn our_canonical_bytes(xml: &str) -> Vec<u8> {
    let tree = Tree::parse(xml, Bounds::MESSAGE).unwrap();
    let root = tree.root();
    let assertion = root.child(crate::saml::names::SAML, "Assertion").unwrap().unwrap();
    let signed = |element: Element<'_>| !element.children_named(DSIG, "Signature").is_empty();
    let element = if signed(root) { root } else { assertion };
    let signature = element.child(DSIG, "Signature").unwrap().unwrap();
    let transforms = signature.descendants_named(DSIG, "Transform");
    let list = transforms.last().unwrap().children();
    let prefixes: Vec<&str> = list
        .first()
        .and_then(|list| list.attribute("PrefixList"))
        .map(|list| list.split(' ').filter(|prefix| !prefix.is_empty()).collect())
        .unwrap_or_default();
    canonical(&tree, element, Some(signature), &prefixes)
}

const BLANK: [char; 4] = [' ', '\t', '\r', '\n'];

fn our_fields(accepted: &Accepted) -> Vec<String> {
    let identity = &accepted.identity;
    let instant = |at: DateTime<Utc>| at.to_rfc3339();
    let mut fields = vec![
        identity.issuer.clone(),
        identity.subject.clone().unwrap(),
        identity.fiscal_number.as_ref().unwrap().with_tinit(),
        identity.given_name.clone(),
        identity.family_name.clone(),
        identity.date_of_birth.unwrap().to_string(),
        identity.level.spid_uri().to_owned(),
        instant(identity.authenticated_at),
        accepted.response_id.clone(),
        instant(accepted.response_issue_instant),
        accepted.assertion_id.clone(),
        instant(accepted.assertion_issue_instant),
        instant(accepted.replay_until - skew()),
        accepted.name_id.clone(),
        accepted.name_qualifier.clone(),
        accepted.session_index.clone().unwrap_or_default(),
    ];
    fields.extend(
        identity
            .attributes
            .iter()
            .map(|(name, value)| format!("{name}={value}")),
    );
    fields
}

fn their_fields(document: &libxml::tree::Document) -> Result<Vec<String>, String> {
    let mut context = Context::new(document).map_err(|()| "no context")?;
    for (prefix, namespace) in [("p", crate::saml::names::SAMLP), ("a", crate::saml::names::SAML)] {
        context
            .register_namespace(prefix, namespace)
            .map_err(|()| "no namespace")?;
    }
    let mut read = |path: &str| {
        let value = context.findvalue(path, None).map_err(|()| format!("no {path}"))?;
        Ok::<String, String>(value.trim_matches(BLANK).to_owned())
    };
    let attribute = |name: &str| {
        format!(
            "string(/p:Response/a:Assertion/a:AttributeStatement/a:Attribute[normalize-space(@Name)='{name}']/a:AttributeValue)"
        )
    };
    let instant = |text: String| {
        let instant = DateTime::parse_from_rfc3339(&text).map_err(|error| format!("{text}: {error}"))?;
        Ok::<DateTime<Utc>, String>(instant.to_utc())
    };
    let subject = "/p:Response/a:Assertion/a:Subject";
    let statement = "/p:Response/a:Assertion/a:AuthnStatement";
    let ends = [
        read(&format!(
            "string({subject}/a:SubjectConfirmation/a:SubjectConfirmationData/@NotOnOrAfter)"
        ))?,
        read("string(/p:Response/a:Assertion/a:Conditions/@NotOnOrAfter)")?,
    ];
    let [confirmation, conditions] = ends.map(instant);
    let mut fields = vec![
        read("string(/p:Response/a:Assertion/a:Issuer)")?,
        read(&attribute("spidCode"))?,
        read(&attribute("fiscalNumber"))?.to_ascii_uppercase(),
        read(&attribute("name"))?,
        read(&attribute("familyName"))?,
        read(&attribute("dateOfBirth"))?,
        read(&format!("string({statement}/a:AuthnContext/a:AuthnContextClassRef)"))?,
        instant(read(&format!("string({statement}/@AuthnInstant)"))?)?.to_rfc3339(),
        read("string(/p:Response/@ID)")?,
        instant(read("string(/p:Response/@IssueInstant)")?)?.to_rfc3339(),
        read("string(/p:Response/a:Assertion/@ID)")?,
        instant(read("string(/p:Response/a:Assertion/@IssueInstant)")?)?.to_rfc3339(),
        confirmation?.max(conditions?).to_rfc3339(),
        read(&format!("string({subject}/a:NameID)"))?,
        read(&format!("string({subject}/a:NameID/@NameQualifier)"))?,
        read(&format!("string({statement}/@SessionIndex)"))?,
    ];
    let mut wanted = service_provider().attributes;
    wanted.sort();
    for name in wanted {
        fields.push(format!("{name}={}", read(&attribute(&name))?));
    }
    Ok(fields)
}
