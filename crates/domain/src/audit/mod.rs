//! Security events: what an auditor reads. No secret, token or SAML body is ever part of one.

use crate::mandate::MandateId;
use crate::organisation::OrganisationId;
use crate::person::PersonId;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What happened. The name is stored; it never changes meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each name says what happened")]
pub enum EventKind {
    IdentityProved,
    IdentityRefused,
    IdentityConflict,
    PersonCreated,
    SessionStarted,
    SessionEnded,
    ActingChosen,
    ActingRefused,
    ConsentGiven,
    ConsentRevoked,
    CodeIssued,
    CodeReplaced,
    CodeRedeemed,
    CodeReused,
    GrantsEnded,
    TokenRefreshed,
    TokenExchanged,
    RefreshTokenReused,
    TokenRevoked,
    ConfigurationApplied,
    IdentityProvidersRenewed,
    IdentityProvidersRefused,
    ExpiryNear,
    RegisterSearched,
    RegisterOpened,
    RegisterExported,
    OfficeRefused,
    RowsPurged,
    DataKeyChanged,
    SigningKeyMade,
    SigningKeyRemoved,
    SigningKeyWithdrawn,
    ClientRegistered,
    ClientChanged,
    ClientRemoved,
}

impl EventKind {
    /// The name as it is stored and searched: `identity_proved`.
    pub fn name(self) -> &'static str {
        match self {
            EventKind::IdentityProved => "identity_proved",
            EventKind::IdentityRefused => "identity_refused",
            EventKind::IdentityConflict => "identity_conflict",
            EventKind::PersonCreated => "person_created",
            EventKind::SessionStarted => "session_started",
            EventKind::SessionEnded => "session_ended",
            EventKind::ActingChosen => "acting_chosen",
            EventKind::ActingRefused => "acting_refused",
            EventKind::ConsentGiven => "consent_given",
            EventKind::ConsentRevoked => "consent_revoked",
            EventKind::CodeIssued => "code_issued",
            EventKind::CodeReplaced => "code_replaced",
            EventKind::CodeRedeemed => "code_redeemed",
            EventKind::CodeReused => "code_reused",
            EventKind::GrantsEnded => "grants_ended",
            EventKind::TokenRefreshed => "token_refreshed",
            EventKind::TokenExchanged => "token_exchanged",
            EventKind::RefreshTokenReused => "refresh_token_reused",
            EventKind::TokenRevoked => "token_revoked",
            EventKind::ConfigurationApplied => "configuration_applied",
            EventKind::IdentityProvidersRenewed => "identity_providers_renewed",
            EventKind::IdentityProvidersRefused => "identity_providers_refused",
            EventKind::ExpiryNear => "expiry_near",
            EventKind::RegisterSearched => "register_searched",
            EventKind::RegisterOpened => "register_opened",
            EventKind::RegisterExported => "register_exported",
            EventKind::OfficeRefused => "office_refused",
            EventKind::RowsPurged => "rows_purged",
            EventKind::DataKeyChanged => "data_key_changed",
            EventKind::SigningKeyMade => "signing_key_made",
            EventKind::SigningKeyRemoved => "signing_key_removed",
            EventKind::SigningKeyWithdrawn => "signing_key_withdrawn",
            EventKind::ClientRegistered => "client_registered",
            EventKind::ClientChanged => "client_changed",
            EventKind::ClientRemoved => "client_removed",
        }
    }
}

/// One security event, append only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityEvent {
    /// UUIDv7: sorts by time.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub kind: EventKind,
    /// Whom it concerns.
    pub person: Option<PersonId>,
    /// At which relying party.
    pub client: Option<String>,
    /// On behalf of whom.
    pub organisation: Option<OrganisationId>,
    /// Under which mandate.
    pub mandate: Option<MandateId>,
    /// Who did it, when it is not the person it concerns: an official.
    pub actor: Option<PersonId>,
    /// Why, or other words of ours: a reason's name, a SAML request id; for a look-up in the register also the
    /// reason that the official gave. Never what a stranger wrote.
    pub detail: Option<String>,
    /// Reference shown to the citizen on an error page, when one was.
    pub reference: Option<String>,
}

impl SecurityEvent {
    /// An event that so far concerns nobody.
    pub fn new(kind: EventKind, id: Uuid, at: DateTime<Utc>) -> SecurityEvent {
        SecurityEvent {
            id,
            at,
            kind,
            person: None,
            client: None,
            organisation: None,
            mandate: None,
            actor: None,
            detail: None,
            reference: None,
        }
    }
}
