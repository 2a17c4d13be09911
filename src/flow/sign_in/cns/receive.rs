//! A card is shown to the card listener.

use super::{Cns, revocation};
use crate::flow::{Deps, FlowError};
use crate::login::{CardAttempt, CardProblem, RefusedCard};
use crate::store::CardAnswer;
use chrono::{DateTime, Utc};
use domain::audit::{EventKind, SecurityEvent};
use domain::person::{Identity, Level, Method};
use protocol::cns::{Card, ClientCertificate, Problem, Refusal};
use protocol::oidc::{SecretHash, hash_secret};
use std::collections::BTreeMap;

/// What came in the handshake, DER: the client's certificate, and those sent with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Presented {
    /// The certificate whose key the client has.
    pub certificate: Vec<u8>,
    /// Others that it sent along.
    pub others: Vec<Vec<u8>>,
}

/// Where the browser goes: always back to the main host.
#[derive(Debug, PartialEq, Eq)]
pub enum Shown {
    /// The card was accepted: to `/login/continue` with this secret.
    Continue(String),
    /// It was not: to the page that says why, with this handle.
    Refused(String),
    /// No attempt of ours.
    Unknown,
}

/// Why a card signed nobody in.
enum Why {
    NoCertificate,
    Refused(Refusal),
    Used,
}

impl Why {
    fn name(&self) -> &'static str {
        match self {
            Why::NoCertificate => "no_certificate",
            Why::Refused(refusal) => refusal.name(),
            Why::Used => "attempt_used",
        }
    }

    fn problem(&self) -> CardProblem {
        match self {
            Why::NoCertificate => CardProblem::NoCertificate,
            Why::Used => CardProblem::Used,
            Why::Refused(refusal) => match refusal.problem() {
                Problem::Expired => CardProblem::Expired,
                Problem::NotYetValid => CardProblem::NotYetValid,
                Problem::Revoked => CardProblem::Revoked,
                Problem::NotCns => CardProblem::NotCns,
                Problem::UnknownIssuer => CardProblem::UnknownIssuer,
                Problem::TooOld => CardProblem::TooOld,
                Problem::NotCheckable => CardProblem::NotCheckable,
            },
        }
    }
}

/// Judges what was presented for the attempt of `handle`.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn receive(deps: &Deps, handle: &str, presented: Option<&Presented>) -> Result<Shown, FlowError> {
    let now = deps.clock.now();
    let Some(cns) = &deps.cns else {
        return Ok(Shown::Unknown);
    };
    let hash = hash_secret(handle);
    // Nothing is used up yet: a card that is refused burns nothing.
    let Some(attempt) = deps.store.brief.card_attempt(&hash, now).await? else {
        tracing::info!(reason = "attempt_unknown", "card not looked at");
        return Ok(Shown::Unknown);
    };
    let Some(presented) = presented else {
        return refuse(deps, &attempt, &Why::NoCertificate, now).await;
    };
    match judge(deps, cns, presented, now).await {
        Ok(judged) => accept(deps, hash, &attempt, judged, now).await,
        Err(refusal) => refuse(deps, &attempt, &Why::Refused(refusal), now).await,
    }
}

/// A card that passed every check.
struct Judged {
    certificate: ClientCertificate,
    card: Card,
    revocation: revocation::Evidence,
}

/// The checks of a card, in order. Only the last one asks anybody.
async fn judge(deps: &Deps, cns: &Cns, presented: &Presented, now: DateTime<Utc>) -> Result<Judged, Refusal> {
    let certificate = ClientCertificate::parse(&presented.certificate)?;
    let card = cns.settings.rules.card(&certificate, now)?;
    let authorities = cns.trust.authorities(now).map_err(Refusal::Unchecked)?;
    let path = authorities.path(certificate.der(), &presented.others, now)?;
    let revocation = revocation::check(deps, cns, &certificate, &path, now).await?;
    Ok(Judged {
        certificate,
        card,
        revocation,
    })
}

/// One conditional write uses up the attempt and keeps who it was. A second card for it finds it done.
async fn accept(
    deps: &Deps,
    hash: SecretHash,
    attempt: &CardAttempt,
    judged: Judged,
    now: DateTime<Utc>,
) -> Result<Shown, FlowError> {
    let secret = deps.random.secret();
    let answer = CardAnswer {
        id: deps.random.uuid(now),
        attempt: hash,
        answer: hash_secret(&secret),
        login: attempt.login.clone(),
        issuer: judged.certificate.issuer().to_owned(),
        certificate: judged.certificate.fingerprint(),
        revocation: judged.revocation.word().to_owned(),
        identity: Some(identity(&judged, now)),
        received_at: now,
    };
    let mut tx = deps.store.begin().await?;
    if !tx.consume_card(&answer).await? {
        tx.rollback().await?;
        return refuse(deps, attempt, &Why::Used, now).await;
    }
    tx.record(&SecurityEvent {
        detail: Some(answer.id.to_string()),
        ..deps.event(EventKind::IdentityProved, now)
    })
    .await?;
    tx.commit().await?;
    Ok(Shown::Continue(secret))
}

/// What the card proves. Level 3 in rank, by a name of its own (`urn:varco:acr:cns`).
fn identity(judged: &Judged, now: DateTime<Utc>) -> Identity {
    let card = &judged.card;
    let given_name = card.given_name.clone().unwrap_or_default();
    let family_name = card.family_name.clone().unwrap_or_default();
    let attributes = [
        ("name", given_name.clone()),
        ("familyName", family_name.clone()),
        ("fiscalNumber", card.fiscal_number.with_tinit()),
        ("cardNumber", card.number.clone()),
    ];
    Identity {
        method: Method::Cns,
        issuer: judged.certificate.issuer().to_owned(),
        subject: None,
        fiscal_number: Some(card.fiscal_number.clone()),
        given_name,
        family_name,
        // Not on the card: what the fiscal code says of it.
        date_of_birth: card.fiscal_number.date_of_birth(now.date_naive()),
        attributes: attributes
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (name.to_owned(), value))
            .collect::<BTreeMap<_, _>>(),
        level: Level::L3,
        authenticated_at: now,
    }
}

async fn refuse(deps: &Deps, attempt: &CardAttempt, why: &Why, now: DateTime<Utc>) -> Result<Shown, FlowError> {
    let reference = deps.random.reference();
    let reason = why.name();
    tracing::warn!(reason, %reference, login = %attempt.login.0, "card refused");
    let mut tx = deps.store.begin().await?;
    tx.record(&SecurityEvent {
        detail: Some(reason.to_owned()),
        reference: Some(reference.clone()),
        ..deps.event(EventKind::IdentityRefused, now)
    })
    .await?;
    tx.commit().await?;
    let handle = deps.random.secret();
    let refused = RefusedCard {
        login: attempt.login.clone(),
        problem: why.problem(),
        reference,
        at: now,
        expires_at: attempt.expires_at,
    };
    deps.store
        .brief
        .put_refused_card(&hash_secret(&handle), &refused, now)
        .await?;
    Ok(Shown::Refused(handle))
}
