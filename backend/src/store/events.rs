//! The events of a centre, gapless and in commit order: those of its workstations as they were sent, and the backend's.
//! Also how far each workstation's stream has come.

use super::centers::Entry;
use super::engine::{Tx, args, code, one, queries};
use super::{Answer, StoreError};

pub(crate) const DDL: &str = "
CREATE TABLE events (
    center TEXT NOT NULL REFERENCES centers (id),
    pos BIGINT NOT NULL,
    ws TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL,
    bytes BYTEA NOT NULL,
    received_at BIGINT NOT NULL,
    flaw TEXT,
    PRIMARY KEY (center, pos)
);
CREATE UNIQUE INDEX events_of_ws ON events (ws, epoch, seq);
CREATE TABLE streams (
    ws TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    high BIGINT NOT NULL DEFAULT 0,
    audit_len BIGINT NOT NULL DEFAULT 0,
    audit_head TEXT NOT NULL DEFAULT '',
    audit_conflict_at BIGINT,
    quarantined_at BIGINT,
    PRIMARY KEY (ws, epoch)
);
";

/// The head that came with the newest push: a push is never overtaken by another one, so this length only grows.
pub(crate) const SECOND: &str = "
ALTER TABLE streams ADD COLUMN pushed_len BIGINT NOT NULL DEFAULT 0;
ALTER TABLE streams ADD COLUMN pushed_head TEXT NOT NULL DEFAULT '';
";

queries! {
    ADD = "INSERT INTO events (center, pos, ws, epoch, seq, hash, bytes, received_at, flaw)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    HASHES = "SELECT seq, hash FROM events WHERE ws = $1 AND epoch = $2 AND seq >= $3 AND seq <= $4 ORDER BY seq";
    STREAM_MAKE = "INSERT INTO streams (ws, epoch) VALUES ($1, $2) ON CONFLICT (ws, epoch) DO NOTHING";
    /// Takes the row: pushes of one workstation come one after the other.
    STREAM_TAKE = "UPDATE streams SET high = high + 0 WHERE ws = $1 AND epoch = $2
        RETURNING high, audit_len, audit_head, quarantined_at, pushed_len, pushed_head";
    STREAM_HIGH = "UPDATE streams SET high = $1 WHERE ws = $2 AND epoch = $3";
    STREAM_QUARANTINE = "UPDATE streams SET quarantined_at = $1 WHERE ws = $2 AND epoch = $3";
    STREAM_LIFT = "UPDATE streams SET quarantined_at = NULL WHERE ws = $1 AND quarantined_at IS NOT NULL";
    STREAM_HEAD = "SELECT audit_len, audit_head FROM streams WHERE ws = $1 AND epoch = $2";
    STREAM_PUSHED = "UPDATE streams SET pushed_len = $1, pushed_head = $2 WHERE ws = $3 AND epoch = $4";
    STREAM_AUDIT = "UPDATE streams SET audit_len = $1, audit_head = $2 WHERE ws = $3 AND epoch = $4";
    STREAM_CONFLICT = "UPDATE streams SET audit_conflict_at = $1 WHERE ws = $2 AND epoch = $3";
}

/// A workstation's stream, taken.
pub(crate) struct Stream {
    pub(crate) high: u32,
    pub(crate) audit_len: u32,
    pub(crate) audit_head: String,
    pub(crate) quarantined: bool,
    pushed_len: u32,
    pushed_head: String,
}

pub(crate) async fn take<T: Tx>(tx: &mut T, ws: &str, epoch: u32) -> Answer<Stream> {
    let row = match one(tx, STREAM_TAKE, args![ws, epoch]).await? {
        Some(row) => row,
        None => {
            tx.run(STREAM_MAKE, args![ws, epoch]).await?;
            super::engine::the(tx, STREAM_TAKE, args![ws, epoch]).await?
        }
    };
    Ok(Stream {
        high: row.u32(0)?,
        audit_len: row.u32(1)?,
        audit_head: row.text(2)?,
        quarantined: row.opt_int(3)?.is_some(),
        pushed_len: row.u32(4)?,
        pushed_head: row.text(5)?,
    })
}

/// With what a head came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum With {
    /// A push of events that nobody had yet. Pushes of one workstation come one after the other.
    Push,
    /// A request, or a push that brought nothing new: either may be overtaken by something younger.
    Other,
}

/// Keeps the newest head of a workstation's audit chain (M21). Answers whether it contradicts an earlier one: the same
/// length with another head, so that a chain that was cut and grown again shows; or a push that is shorter than the push
/// before it, so that one that was only cut shows as well.
pub(crate) async fn keep_head<T: Tx>(
    tx: &mut T,
    (ws, epoch): (&str, u32),
    stream: &Stream,
    (with, head, len): (With, &str, u32),
    now: ventanilla_domain::time::Millis,
) -> Answer<bool> {
    let mut conflict = len == stream.audit_len && head != stream.audit_head;
    if with == With::Push {
        conflict |= len < stream.pushed_len || (len == stream.pushed_len && head != stream.pushed_head);
        tx.run(STREAM_PUSHED, args![len, head, ws, epoch]).await?;
    }
    if len > stream.audit_len {
        tx.run(STREAM_AUDIT, args![len, head, ws, epoch]).await?;
    }
    if conflict {
        tx.run(STREAM_CONFLICT, args![now, ws, epoch]).await?;
    }
    Ok(conflict)
}

#[derive(serde::Serialize)]
struct OfBackend<'a> {
    at: i64,
    actor: &'a str,
    what: String,
    subject: Option<uuid::Uuid>,
}

/// The backend's own event: stream `backend/<centre>`, epoch 0, numbered by its position.
pub(crate) async fn of_backend<T: Tx>(tx: &mut T, entry: &Entry<'_>, pos: i64) -> Answer<()> {
    let event = OfBackend { at: entry.at.0, actor: entry.actor, what: code(&entry.what)?, subject: entry.subject };
    let bytes = serde_json::to_vec(&event).map_err(|e| StoreError::Defect(e.to_string()))?;
    let hash = ventanilla_contract::event::Event::hash(&bytes);
    let ws = format!("backend/{}", entry.center);
    tx.run(ADD, args![entry.center, pos, ws, 0_i64, pos, hash, bytes, entry.at, None::<String>]).await?;
    Ok(())
}
