//! Centres. The row is the head of a centre's journal: its events are numbered without gaps in commit order, its audit
//! chain has one newest entry. Whoever writes to the journal waits for this row, last of all locks.

use chrono::NaiveDate;
use uuid::Uuid;
use ventanilla_contract::error::ErrorCode;
use ventanilla_domain::time::Millis;

use super::engine::{Tx, args, one, queries, the};
use super::{Answer, audit, events};

pub(crate) const DDL: &str = "
CREATE TABLE centers (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    utc_offset BIGINT NOT NULL,
    pos BIGINT NOT NULL DEFAULT 0,
    audit_len BIGINT NOT NULL DEFAULT 0,
    audit_hash TEXT NOT NULL DEFAULT ''
);
";

queries! {
    MAKE = "INSERT INTO centers (id, name, utc_offset) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING";
    PUT = "UPDATE centers SET name = $1, utc_offset = $2 WHERE id = $3";
    GET = "SELECT utc_offset, audit_len, audit_hash FROM centers WHERE id = $1";
    MOVE = "UPDATE centers SET pos = pos + $1, audit_len = audit_len + 1 WHERE id = $2
        RETURNING pos, audit_len, audit_hash";
    SEAL = "UPDATE centers SET audit_hash = $1 WHERE id = $2";
}

/// A centre.
#[derive(Debug, Clone)]
pub(crate) struct Center {
    pub(crate) utc_offset_minutes: i32,
    pub(crate) audit_len: u32,
    pub(crate) audit_hash: String,
}

impl Center {
    /// Today at the centre.
    pub(crate) fn today(&self, now: Millis) -> NaiveDate {
        now.day(self.utc_offset_minutes)
    }
}

pub(crate) async fn get<T: Tx>(tx: &mut T, id: &str) -> Answer<Center> {
    let row = one(tx, GET, args![id]).await?.ok_or(ErrorCode::NotFound)?;
    Ok(Center {
        utc_offset_minutes: i32::try_from(row.int(0)?).unwrap_or(0),
        audit_len: row.u32(1)?,
        audit_hash: row.text(2)?,
    })
}

/// What goes into the journal with a change.
pub(crate) struct Entry<'a> {
    pub(crate) center: &'a str,
    pub(crate) at: Millis,
    /// User name, `employer` or `system`.
    pub(crate) actor: &'a str,
    pub(crate) what: What,
    pub(crate) subject: Option<Uuid>,
}

/// Every kind of change that the backend keeps a record of. No personal data stands beside it (M21).
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum What {
    Imported,
    EnrollmentCodeMade,
    DeviceEnrolled,
    DeviceRevoked,
    SignedIn,
    SignInFailed,
    SignedOut,
    WalkInIssued,
    TurnoCalled,
    CaseTakenUp,
    PeriodRenewed,
    EmployerLookedAt,
    EmailCompared,
    ResetAccepted,
    ResetReissued,
    ResetAbandoned,
    ResetCancelled,
    LinkMailing,
    LinkHandedOver,
    LinkDeferred,
    LinkRefused,
    LinkBounced,
    LinkExpired,
    PageFetched,
    PersonOnPage,
    KeyRefused,
    KeySet,
    NoticeSent,
    NoticeRefused,
    NoticeGivenUp,
    EventsTaken,
    WorkstationQuarantined,
    QuarantineLifted,
    AuditConflict,
    StaffRevoked,
}

/// Whether others than the auditor want to know: those are events of the centre too.
const fn is_event(what: What) -> bool {
    match what {
        What::ResetAccepted
        | What::ResetReissued
        | What::ResetAbandoned
        | What::ResetCancelled
        | What::LinkHandedOver
        | What::LinkRefused
        | What::LinkBounced
        | What::LinkExpired
        | What::KeySet
        | What::TurnoCalled
        | What::WorkstationQuarantined
        | What::QuarantineLifted
        | What::AuditConflict => true,
        What::Imported
        | What::EnrollmentCodeMade
        | What::DeviceEnrolled
        | What::DeviceRevoked
        | What::SignedIn
        | What::SignInFailed
        | What::SignedOut
        | What::WalkInIssued
        | What::CaseTakenUp
        | What::PeriodRenewed
        | What::EmployerLookedAt
        | What::EmailCompared
        | What::LinkMailing
        | What::LinkDeferred
        | What::PageFetched
        | What::PersonOnPage
        | What::KeyRefused
        | What::NoticeSent
        | What::NoticeRefused
        | What::NoticeGivenUp
        | What::EventsTaken
        | What::StaffRevoked => false,
    }
}

/// Writes the audit entry, and the centre's event where there is one, in the transaction of the change.
pub(crate) async fn record<T: Tx>(tx: &mut T, entry: Entry<'_>) -> Answer<()> {
    let tells = is_event(entry.what);
    let head = the(tx, MOVE, args![i64::from(tells), entry.center]).await?;
    let hash = audit::append(tx, &entry, head.int(1)?, &head.text(2)?).await?;
    if tells {
        events::of_backend(tx, &entry, head.int(0)?).await?;
    }
    tx.run(SEAL, args![hash, entry.center]).await?;
    Ok(())
}

/// Numbers `n` events of a workstation; answers the first number.
pub(crate) async fn reserve<T: Tx>(tx: &mut T, entry: Entry<'_>, n: u32) -> Answer<i64> {
    let head = the(tx, MOVE, args![n, entry.center]).await?;
    let hash = audit::append(tx, &entry, head.int(1)?, &head.text(2)?).await?;
    tx.run(SEAL, args![hash, entry.center]).await?;
    Ok(head.int(0)? - i64::from(n) + 1)
}
