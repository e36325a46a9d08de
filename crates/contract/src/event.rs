//! Events of a workstation. An event has one form, stored and sent.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::employer::EmployerKind;
use crate::reset::{Document, Seen};

/// An event: who did what to which case, when. Ordered by `(epoch, seq)`, never by a device clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Event {
    /// UUIDv7 made at the workstation.
    pub id: Uuid,
    /// The workstation.
    pub ws: String,
    /// Its epoch.
    pub epoch: u32,
    /// 1, 2, 3 … without a gap within the epoch.
    pub seq: u32,
    /// Milliseconds since 1970 UTC by the workstation's clock.
    pub at: i64,
    /// User name of who acted; `system` for what nobody pressed.
    pub actor: String,
    /// The case, where the event is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case_id: Option<Uuid>,
    /// What happened.
    pub body: EventBody,
}

impl Event {
    /// Hex SHA-256 over the bytes as stored and sent.
    #[must_use]
    pub fn hash(bytes: &[u8]) -> String {
        Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
    }
}

/// How a case ended; the codes never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // The variants are those of `domain::case::Outcome` and `domain::case::Diversion`.
pub enum Outcome {
    KeyRestored,
    LinkNotCompleted,
    Returned,
    DivertedNoEmail,
    DivertedAccountBlocked,
    DivertedRucNotActive,
    DivertedAppointmentLapsed,
    DivertedRegistryDown,
    NoShow,
    Cancelled,
    Left,
    DivertedStaleEmail,
}

/// Why a case rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // The variants are those of `domain::case::HoldReason`.
pub enum HoldReason {
    RegistroCivilDown,
    BackendUnreachable,
    AtTheCounter,
}

/// Why a document was refused (M2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // The variants are those of `domain::dossier::RefusalReason`.
pub enum RefusalReason {
    Missing,
    Illegible,
    WrongPerson,
    Expired,
    NotSigned,
    NotOriginal,
    Contradicts,
}

/// What happened. New kinds are added at the end of the list; none is renamed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EventBody {
    /// Somebody signed in; `offline` when only the workstation knew them.
    SignedIn {
        /// Without the backend.
        offline: bool,
    },
    /// Signed out or locked by the idle time.
    SignedOut {
        /// By the idle time.
        idle: bool,
    },
    /// The person of a turno is here.
    CheckedIn {
        /// The turno.
        turno_id: Uuid,
    },
    /// A walk-in got a turno at the desk.
    WalkedIn {
        /// The turno.
        turno_id: Uuid,
        /// Its ticket.
        ticket: String,
        /// The employer's number.
        number: String,
        /// Who stands there.
        person_name: String,
        /// Preferential attention.
        preferential: bool,
    },
    /// Called to a counter.
    Called {
        /// The turno.
        turno_id: Uuid,
        /// The counter.
        counter: String,
    },
    /// Service began.
    ServiceBegan,
    /// The registries were asked.
    RegistryConsulted {
        /// The registry's kind.
        employer_kind: EmployerKind,
    },
    /// A document was accepted.
    DocumentAccepted {
        /// Which.
        document: Document,
        /// How seen.
        seen: Seen,
        /// ISO 8601 date on it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        dated: Option<String>,
        /// The second signatory signed too.
        #[serde(default)]
        second_signature: bool,
    },
    /// A document was refused.
    DocumentRefused {
        /// Which.
        document: Document,
        /// Why.
        reason: RefusalReason,
    },
    /// A word about a document was taken back.
    DocumentReopened {
        /// Which.
        document: Document,
    },
    /// The stated address was compared.
    EmailCompared {
        /// Whether it matched.
        matches: bool,
    },
    /// The case rests.
    PutOnHold {
        /// Why.
        reason: HoldReason,
        /// Milliseconds since 1970 UTC.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_at: Option<i64>,
    },
    /// Taken up again.
    Resumed,
    /// A reset is intended; nothing has left yet.
    ResetIntended {
        /// The idempotency key.
        key: Uuid,
        /// Hash of the body.
        body_hash: String,
    },
    /// The clerk sent the same request again after "no such key".
    ResetResent {
        /// The idempotency key.
        key: Uuid,
    },
    /// The backend accepted it.
    ResetAccepted {
        /// The idempotency key.
        key: Uuid,
        /// The reset.
        reset_id: Uuid,
    },
    /// The backend refused it.
    ResetRefused {
        /// The idempotency key.
        key: Uuid,
        /// The error code.
        code: String,
    },
    /// A clerk gave up a reset whose fate was unknown.
    ResetAbandoned {
        /// The idempotency key.
        key: Uuid,
    },
    /// Another link was intended.
    ReissueIntended {
        /// The idempotency key of the re-issue.
        key: Uuid,
    },
    /// The live link was cancelled.
    ResetCancelled {
        /// The reset.
        reset_id: Uuid,
    },
    /// The backend said that the key is set.
    KeySet {
        /// The reset.
        reset_id: Uuid,
    },
    /// The case ended.
    Closed {
        /// How.
        outcome: Outcome,
    },
    /// A returned case was taken up again.
    Reopened,
    /// A document was committed for paper.
    PaperCommitted {
        /// Its number.
        number: String,
    },
    /// Paper was asked for.
    PrintRequested {
        /// The document's number.
        number: String,
        /// Whether it says DUPLICATA.
        duplicate: bool,
    },
    /// The printer reported it printed.
    Printed {
        /// The document's number.
        number: String,
    },
    /// The PDF was saved to a file.
    SavedToFile {
        /// The document's number.
        number: String,
    },
    /// Personal data was shown in full (M24).
    Looked {
        /// Which field.
        field: String,
    },
}

/// Up to 500 events or 256 KiB, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EventPush {
    /// The events; the first one has the number `from` of the query.
    pub events: Vec<Event>,
    /// Hex head of the audit chain (M21).
    pub audit_head: String,
    /// Its length.
    pub audit_len: u32,
}

/// How far the backend has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EventsAccepted {
    /// The highest number stored without a gap.
    pub high: u32,
}

/// The newest head of the workstation's audit chain that came to the backend (M21).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct KeptHead {
    /// Entries; 0 where none came yet.
    pub len: u32,
    /// Hex; empty where none came yet.
    pub head: String,
}
