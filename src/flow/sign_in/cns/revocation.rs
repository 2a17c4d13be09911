//! Was the card taken back? Asked only after the way to a trusted authority was found (attack 30), at the places
//! that the issuer wrote into its certificates, each answer bounded in time and size.

use super::{Cns, RevocationCheck, Unreachable};
use crate::flow::Deps;
use crate::outbound::{Answer, Call, OutboundError};
use chrono::{DateTime, TimeDelta, Utc};
use protocol::cns::revocation::{self, RevocationList, Status, Unchecked};
use protocol::cns::{ClientCertificate, Refusal};
use protocol::x509::TrustedPath;
use std::sync::{Arc, PoisonError};

/// Longest OCSP answer.
const ANSWER: usize = 64 * 1024;
/// Longest revocation list: those of large issuers have some megabytes.
const LIST: usize = 32 * 1024 * 1024;
/// Most places asked of one certificate, for each way.
const PLACES: usize = 2;
/// Most lists kept.
const LISTS: usize = 256;
/// A list is fetched again after this, though it may be good for longer: a card stolen today is on the next one.
const FRESH: TimeDelta = TimeDelta::hours(1);

/// Something fetched, and when.
#[derive(Debug)]
pub(super) struct Kept<T> {
    what: T,
    at: DateTime<Utc>,
}

/// How a card was found not to be revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Evidence {
    Ocsp,
    Crl,
    Unchecked,
}

impl Evidence {
    /// The word for the register.
    pub fn word(self) -> &'static str {
        match self {
            Evidence::Ocsp => "ocsp",
            Evidence::Crl => "crl",
            Evidence::Unchecked => "unchecked",
        }
    }
}

/// Whether `certificate` and every authority between it and the trusted one still count.
pub(super) async fn check(
    deps: &Deps,
    cns: &Cns,
    certificate: &ClientCertificate,
    path: &TrustedPath,
    now: DateTime<Utc>,
) -> Result<Evidence, Refusal> {
    let asked = tokio::time::timeout(cns.settings.within.saturating_mul(2), async {
        for (between, issuer) in path.between() {
            authority(deps, cns, between, issuer, now).await?;
        }
        ask(deps, cns, certificate, path.issuer(), now).await
    });
    let unchecked = match asked.await {
        Ok(Ok((Status::Good, evidence))) => return Ok(evidence),
        Ok(Ok((Status::Revoked, _))) => return Err(Refusal::Revoked),
        Ok(Err(Refusal::Unchecked(why))) => why,
        Ok(Err(refusal)) => return Err(refusal),
        Err(_) => Unchecked::Unreachable,
    };
    match cns.settings.unreachable {
        Unreachable::Refuse => Err(Refusal::Unchecked(unchecked)),
        Unreachable::Accept => {
            tracing::warn!(
                reason = unchecked.name(),
                issuer = certificate.issuer(),
                "card accepted without revocation check"
            );
            Ok(Evidence::Unchecked)
        }
    }
}

/// An authority that the card sent along. One that names no list is as good as its issuer's word.
async fn authority(deps: &Deps, cns: &Cns, between: &[u8], issuer: &[u8], now: DateTime<Utc>) -> Result<(), Refusal> {
    let certificate = ClientCertificate::parse(between)?;
    match by_list(deps, cns, &certificate, issuer, now).await {
        Ok(Status::Good) | Err(Unchecked::NoPlace) => Ok(()),
        Ok(Status::Revoked) => Err(Refusal::Path),
        Err(why) => Err(Refusal::Unchecked(why)),
    }
}

async fn ask(
    deps: &Deps,
    cns: &Cns,
    certificate: &ClientCertificate,
    issuer: &[u8],
    now: DateTime<Utc>,
) -> Result<(Status, Evidence), Refusal> {
    let mut why = Unchecked::NoPlace;
    for check in &cns.settings.checks {
        let (status, evidence) = match check {
            RevocationCheck::Ocsp => (by_answer(deps, cns, certificate, issuer, now).await, Evidence::Ocsp),
            RevocationCheck::Crl => (by_list(deps, cns, certificate, issuer, now).await, Evidence::Crl),
        };
        match status {
            Ok(status) => return Ok((status, evidence)),
            Err(Unchecked::NoPlace) => {}
            Err(other) => {
                tracing::info!(
                    reason = other.name(),
                    by = evidence.word(),
                    issuer = certificate.issuer(),
                    "revocation not found out"
                );
                why = other;
            }
        }
    }
    Err(Refusal::Unchecked(why))
}

async fn by_answer(
    deps: &Deps,
    cns: &Cns,
    certificate: &ClientCertificate,
    issuer: &[u8],
    now: DateTime<Utc>,
) -> Result<Status, Unchecked> {
    let mut why = Unchecked::NoPlace;
    for address in certificate.ocsp_addresses().iter().take(PLACES) {
        let request = revocation::request(certificate.der(), issuer)?;
        let call = Call::post(address, "application/ocsp-request", request)
            .within(cns.settings.within)
            .at_most(ANSWER);
        let answer = match fetched(deps.http.call(call).await) {
            Ok(body) => revocation::answer(&body, certificate.der(), issuer, now),
            Err(unreachable) => Err(unreachable),
        };
        match answer {
            Ok(answer) => return Ok(answer.status),
            Err(other) => why = other,
        }
    }
    Err(why)
}

async fn by_list(
    deps: &Deps,
    cns: &Cns,
    certificate: &ClientCertificate,
    issuer: &[u8],
    now: DateTime<Utc>,
) -> Result<Status, Unchecked> {
    let mut why = Unchecked::NoPlace;
    for address in certificate.crl_addresses().iter().take(PLACES) {
        let status = match list(deps, cns, address, now).await {
            Ok(list) => list.what.status(certificate.der(), issuer, now),
            Err(unreachable) => Err(unreachable),
        };
        match status {
            Ok(status) => return Ok(status),
            Err(other) => why = other,
        }
    }
    Err(why)
}

/// The list at `address`: a fresh copy at hand, a new one, or an older one that its issuer has not yet replaced.
async fn list(
    deps: &Deps,
    cns: &Cns,
    address: &str,
    now: DateTime<Utc>,
) -> Result<Arc<Kept<RevocationList>>, Unchecked> {
    let kept = cns
        .lists
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .get(address)
        .cloned();
    let valid = |kept: &Arc<Kept<RevocationList>>| kept.what.next_update().is_some_and(|next| now < next);
    if let Some(kept) = kept.as_ref().filter(|kept| valid(kept))
        && now.signed_duration_since(kept.at) < FRESH
    {
        return Ok(kept.clone());
    }
    let call = Call::get(address)
        .within(cns.settings.within)
        .at_most(LIST)
        .following(2);
    let fetched = fetched(deps.http.call(call).await).and_then(|body| RevocationList::parse(&body));
    match fetched {
        Ok(list) => {
            let new = Arc::new(Kept { what: list, at: now });
            let mut lists = cns.lists.lock().unwrap_or_else(PoisonError::into_inner);
            if lists.len() >= LISTS {
                lists.clear();
            }
            lists.insert(address.to_owned(), new.clone());
            Ok(new)
        }
        Err(why) => kept.filter(valid).ok_or(why),
    }
}

fn fetched(answer: Result<Answer, OutboundError>) -> Result<Vec<u8>, Unchecked> {
    answer.and_then(Answer::success).map_err(|_| Unchecked::Unreachable)
}
