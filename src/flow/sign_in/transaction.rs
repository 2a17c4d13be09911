//! What the transaction register keeps of an identity provider's answer: SPID wants the AuthnRequest and the whole
//! Response for 24 months (DPCM 24 October 2014, art. 13), refused ones too.

use crate::flow::Deps;
use crate::login::SamlRequest;
use crate::store::{Content, LeftOut, RefusedAnswer, SamlAnswer};
use aws_lc_rs::digest::{SHA256, digest};
use chrono::{DateTime, Utc};
use protocol::saml::response::{Accepted, Received};
use std::net::IpAddr;

/// Longest refused Response that is kept, bytes: four times what identity providers send. Of a longer one the length
/// and the hash are kept: whoever sends it must not fill the register.
const REFUSED_LIMIT: usize = 32 * 1024;

/// An answer to a request of ours, and where it came from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Came<'c> {
    /// The request that it names.
    pub pending: &'c SamlRequest,
    /// What came.
    pub received: &'c Received,
    /// From where.
    pub source: Option<IpAddr>,
}

/// The entry of an answer that passed every check.
pub(super) fn accepted(deps: &Deps, came: Came<'_>, accepted: Accepted, now: DateTime<Utc>) -> SamlAnswer {
    SamlAnswer {
        id: deps.random.uuid(now),
        request_id: came.pending.id.clone(),
        login: came.pending.login.clone(),
        client_id: came.pending.client_id.clone(),
        identity_provider: came.pending.identity_provider.clone(),
        request_issued_at: came.pending.issue_instant,
        response_id: accepted.response_id,
        response_issued_at: accepted.response_issue_instant,
        assertion_id: accepted.assertion_id,
        name_id: accepted.name_id,
        name_qualifier: accepted.name_qualifier,
        session_index: accepted.session_index,
        source_address: came.source.map(|source| source.to_string()),
        request_document: came.pending.document.clone(),
        response_document: came.received.document().to_owned(),
        identity: Some(accepted.identity),
        person: None,
        received_at: now,
        replay_until: accepted.replay_until,
    }
}

/// The entry of an answer that was refused.
pub(super) fn refused(deps: &Deps, came: Came<'_>, reason: &str, reference: &str, now: DateTime<Utc>) -> RefusedAnswer {
    let document = came.received.document();
    let (kept, left_out) = match document.len() <= REFUSED_LIMIT {
        true => (Some(document.to_owned()), None),
        false => (None, Some(left_out(document))),
    };
    RefusedAnswer {
        id: deps.random.uuid(now),
        request_id: came.pending.id.clone(),
        login: came.pending.login.clone(),
        client_id: came.pending.client_id.clone(),
        identity_provider: came.pending.identity_provider.clone(),
        request_issued_at: came.pending.issue_instant,
        outcome: reason.to_owned(),
        reference: reference.to_owned(),
        content: Content {
            request_document: came.pending.document.clone(),
            response_document: kept,
            left_out,
            name_id: None,
            session_index: None,
            source_address: came.source.map(|source| source.to_string()),
        },
        received_at: now,
    }
}

fn left_out(document: &str) -> LeftOut {
    let hash = digest(&SHA256, document.as_bytes());
    LeftOut {
        bytes: document.len(),
        sha256: hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect(),
    }
}
