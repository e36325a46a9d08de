//! `events`: the outbox. An event is stored as the exact bytes that are sent, numbered without a gap within its epoch.

use rusqlite::{Connection, params};
use uuid::Uuid;
use ventanilla_contract::event::Event;

use crate::error::DeskError;

pub(super) const V1: &str = "
CREATE TABLE events (
    epoch INTEGER NOT NULL, seq INTEGER NOT NULL, audit_no INTEGER NOT NULL UNIQUE, case_id BLOB, at INTEGER NOT NULL,
    bytes BLOB NOT NULL, pushed INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (epoch, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX events_unsent ON events(pushed, epoch, seq) WHERE pushed = 0;
CREATE INDEX events_case ON events(case_id, audit_no) WHERE case_id IS NOT NULL;
";

/// At most this many events go in one push.
pub const PUSH_EVENTS: usize = 500;
/// At most this many bytes of events go in one push.
pub const PUSH_BYTES: usize = 256 * 1024;

/// Events that wait, of one epoch, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Their epoch.
    pub epoch: u32,
    /// Number of the first one.
    pub from: u32,
    /// The stored bytes of each.
    pub events: Vec<Vec<u8>>,
}

pub(super) fn insert(conn: &Connection, event: &Event, audit_no: u32, stored: &[u8]) -> Result<(), DeskError> {
    conn.prepare_cached(
        "INSERT INTO events (epoch, seq, audit_no, case_id, at, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![event.epoch, event.seq, audit_no, event.case_id, event.at, stored])?;
    Ok(())
}

const UNSENT: &str = "SELECT epoch, seq, bytes FROM events WHERE pushed = 0 ORDER BY epoch, seq LIMIT ?1";

/// The oldest events that wait, at most [`PUSH_EVENTS`] and [`PUSH_BYTES`] (one event always fits).
///
/// # Errors
/// The store.
pub fn unsent(conn: &Connection) -> Result<Option<Batch>, DeskError> {
    let mut statement = conn.prepare_cached(UNSENT)?;
    let mut rows = statement.query([i64::try_from(PUSH_EVENTS).unwrap_or(500)])?;
    let mut batch: Option<Batch> = None;
    let mut size = 0;
    while let Some(r) = rows.next()? {
        let (epoch, seq, bytes): (u32, u32, Vec<u8>) = (r.get(0)?, r.get(1)?, r.get(2)?);
        let b = batch.get_or_insert_with(|| Batch { epoch, from: seq, events: Vec::new() });
        size += bytes.len() + 1;
        if b.epoch != epoch || (size > PUSH_BYTES && !b.events.is_empty()) {
            break;
        }
        b.events.push(bytes);
    }
    Ok(batch)
}

const UNSENT_COUNT: &str = "SELECT 1 FROM events WHERE pushed = 0 LIMIT 9999";

/// How many wait; counts to 9,999.
///
/// # Errors
/// The store.
pub fn unsent_count(conn: &Connection) -> Result<u32, DeskError> {
    let mut statement = conn.prepare_cached(UNSENT_COUNT)?;
    let mut rows = statement.query([])?;
    let mut n = 0;
    while rows.next()?.is_some() {
        n += 1;
    }
    Ok(n)
}

/// The backend holds every event of this epoch up to `high`.
///
/// # Errors
/// The store.
pub fn mark_pushed(conn: &Connection, epoch: u32, high: u32) -> Result<(), DeskError> {
    conn.prepare_cached("UPDATE events SET pushed = 1 WHERE pushed = 0 AND epoch = ?1 AND seq <= ?2")?
        .execute([epoch, high])?;
    Ok(())
}

/// The backend expects `expected` (409 `event_gap`): everything from there on goes out again.
///
/// # Errors
/// The store.
pub fn rewind(conn: &Connection, epoch: u32, expected: u32) -> Result<(), DeskError> {
    conn.prepare_cached("UPDATE events SET pushed = 0 WHERE epoch = ?1 AND seq >= ?2")?.execute([epoch, expected])?;
    Ok(())
}

/// Whether an event of the case has not been handed over yet.
///
/// # Errors
/// The store.
pub fn has_unsent(conn: &Connection, case_id: Uuid) -> Result<bool, DeskError> {
    let unsent = "SELECT 1 FROM events WHERE case_id = ?1 AND pushed = 0 LIMIT 1";
    Ok(conn.prepare_cached(unsent)?.exists([case_id])?)
}

const OF_CASE: &str = "SELECT bytes FROM events WHERE case_id = ?1 ORDER BY audit_no LIMIT 500";

/// What happened to a case, oldest first, at most 500.
///
/// # Errors
/// The store.
pub fn of_case(conn: &Connection, case_id: Uuid) -> Result<Vec<Event>, DeskError> {
    let mut statement = conn.prepare_cached(OF_CASE)?;
    let stored = statement.query_map([case_id], |r| r.get::<_, Vec<u8>>(0))?.collect::<Result<Vec<_>, _>>()?;
    stored.iter().map(|bytes| Ok(serde_json::from_slice(bytes)?)).collect()
}
