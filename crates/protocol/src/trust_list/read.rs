//! From verified XML to data.

use super::{NAMESPACE, Service, TrustList, TrustListError};
use crate::xml::Element;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};

/// The list in its signed document element.
pub(super) fn list(root: Element<'_>) -> Result<TrustList, TrustListError> {
    if !root.is(NAMESPACE, "TrustServiceStatusList") {
        return Err(TrustListError::Malformed("document element"));
    }
    let scheme = needed(root, "SchemeInformation")?;
    if needed(scheme, "SchemeTerritory")?.text() != "IT" {
        return Err(TrustListError::Territory);
    }
    let sequence = needed(scheme, "TSLSequenceNumber")?.text();
    Ok(TrustList {
        sequence: sequence
            .parse()
            .map_err(|_| TrustListError::Malformed("TSLSequenceNumber"))?,
        issued_at: instant(needed(scheme, "ListIssueDateTime")?, "ListIssueDateTime")?,
        next_update: optional(needed(scheme, "NextUpdate")?, "dateTime")?
            .map(|at| instant(at, "NextUpdate"))
            .transpose()?,
        services: services(root)?,
    })
}

fn services(root: Element<'_>) -> Result<Vec<Service>, TrustListError> {
    let Some(providers) = optional(root, "TrustServiceProviderList")? else {
        return Ok(Vec::new());
    };
    let mut services = Vec::new();
    for provider in providers.children_named(NAMESPACE, "TrustServiceProvider") {
        let listed = needed(provider, "TSPServices")?;
        for listed in listed.children_named(NAMESPACE, "TSPService") {
            services.push(service(needed(listed, "ServiceInformation")?)?);
        }
    }
    Ok(services)
}

fn service(information: Element<'_>) -> Result<Service, TrustListError> {
    let text = |name| needed(information, name).map(|element| element.text());
    let names = needed(information, "ServiceName")?.children_named(NAMESPACE, "Name");
    let since = needed(information, "StatusStartingTime")?;
    Ok(Service {
        kind: text("ServiceTypeIdentifier")?,
        status: text("ServiceStatus")?,
        since: instant(since, "StatusStartingTime")?,
        name: names.first().map(Element::text).unwrap_or_default(),
        certificates: certificates(needed(information, "ServiceDigitalIdentity")?)?,
    })
}

fn certificates(identity: Element<'_>) -> Result<Vec<Vec<u8>>, TrustListError> {
    let mut certificates = Vec::new();
    for digital in identity.children_named(NAMESPACE, "DigitalId") {
        if let Some(certificate) = optional(digital, "X509Certificate")? {
            let base64: String = certificate
                .text()
                .chars()
                .filter(|c| !c.is_ascii_whitespace())
                .collect();
            let der = STANDARD
                .decode(base64)
                .map_err(|_| TrustListError::Malformed("X509Certificate"))?;
            certificates.push(der);
        }
    }
    Ok(certificates)
}

fn optional<'t>(parent: Element<'t>, name: &'static str) -> Result<Option<Element<'t>>, TrustListError> {
    parent
        .child(NAMESPACE, name)
        .map_err(|_| TrustListError::Malformed(name))
}

fn needed<'t>(parent: Element<'t>, name: &'static str) -> Result<Element<'t>, TrustListError> {
    optional(parent, name)?.ok_or(TrustListError::Malformed(name))
}

fn instant(element: Element<'_>, name: &'static str) -> Result<DateTime<Utc>, TrustListError> {
    let at = DateTime::parse_from_rfc3339(&element.text()).map_err(|_| TrustListError::Malformed(name))?;
    Ok(at.with_timezone(&Utc))
}
