//! `meta`: the one row that says whose store this is and how far its numbers have come.

use rusqlite::{Connection, OptionalExtension, params};
use ventanilla_contract::staff::Device;

use crate::error::{DeskError, Own};

pub(super) const V1: &str = "
CREATE TABLE meta (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    ws TEXT NOT NULL, epoch INTEGER NOT NULL, center TEXT NOT NULL, center_name TEXT NOT NULL, counter TEXT NOT NULL,
    utc_offset INTEGER NOT NULL, seq INTEGER NOT NULL,
    audit_len INTEGER NOT NULL, audit_head BLOB NOT NULL,
    paper_year INTEGER NOT NULL, paper_seq INTEGER NOT NULL,
    archive_year INTEGER NOT NULL, archive_seq INTEGER NOT NULL,
    ticket_day TEXT NOT NULL, ticket_seq INTEGER NOT NULL
) STRICT;
";

/// Whose store this is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The workstation.
    pub ws: String,
    /// Its epoch.
    pub epoch: u32,
    /// Centre id.
    pub center: String,
    /// Centre name.
    pub center_name: String,
    /// Counter.
    pub counter: String,
    /// Minutes east of UTC.
    pub utc_offset: i32,
}

/// A sequence of numbers that people read. Each restarts where its period does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sequence {
    /// Papers, by year.
    Paper,
    /// Archived letters, by year.
    Archive,
    /// Walk-ins, by day.
    Ticket,
}

/// Whose store this is.
///
/// # Errors
/// [`Own::NotEnrolled`] before [`set_device`].
pub fn place(conn: &Connection) -> Result<Place, DeskError> {
    conn.prepare_cached("SELECT ws, epoch, center, center_name, counter, utc_offset FROM meta WHERE only = 1")?
        .query_row([], |r| {
            Ok(Place {
                ws: r.get(0)?,
                epoch: r.get(1)?,
                center: r.get(2)?,
                center_name: r.get(3)?,
                counter: r.get(4)?,
                utc_offset: r.get(5)?,
            })
        })
        .optional()?
        .ok_or_else(|| Own::NotEnrolled.into())
}

/// Takes over what the backend issued at enrolment. Another epoch begins its events at 1; audit chain and papers go on.
///
/// # Errors
/// The store.
pub fn set_device(conn: &Connection, d: &Device) -> Result<(), DeskError> {
    conn.execute(
        "INSERT INTO meta VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, 0, 0, zeroblob(32), 0, 0, 0, 0, '', 0)
         ON CONFLICT(only) DO UPDATE SET
             seq = CASE WHEN ws = excluded.ws AND epoch = excluded.epoch THEN seq ELSE 0 END,
             ws = excluded.ws, epoch = excluded.epoch, center = excluded.center, center_name = excluded.center_name,
             counter = excluded.counter, utc_offset = excluded.utc_offset",
        params![d.device_id, d.epoch, d.center, d.center_name, d.counter, d.utc_offset_minutes],
    )?;
    Ok(())
}

/// The next number of events; 1 is the first.
pub(super) fn next_seq(conn: &Connection) -> Result<u32, DeskError> {
    Ok(conn
        .prepare_cached("UPDATE meta SET seq = seq + 1 WHERE only = 1 RETURNING seq")?
        .query_row([], |r| r.get(0))?)
}

/// The next number of a sequence: 1 in a period that it has not seen. `period` is the year, or the day of tickets.
///
/// # Errors
/// The store.
pub fn next(conn: &Connection, sequence: Sequence, period: &str) -> Result<u32, DeskError> {
    let sql = match sequence {
        Sequence::Paper => {
            "UPDATE meta SET paper_seq = iif(paper_year = CAST(?1 AS INTEGER), paper_seq + 1, 1), paper_year = CAST(?1 AS INTEGER)
             WHERE only = 1 RETURNING paper_seq"
        }
        Sequence::Archive => {
            "UPDATE meta SET archive_seq = iif(archive_year = CAST(?1 AS INTEGER), archive_seq + 1, 1),
             archive_year = CAST(?1 AS INTEGER) WHERE only = 1 RETURNING archive_seq"
        }
        Sequence::Ticket => {
            "UPDATE meta SET ticket_seq = iif(ticket_day = ?1, ticket_seq + 1, 1), ticket_day = ?1
             WHERE only = 1 RETURNING ticket_seq"
        }
    };
    Ok(conn.prepare_cached(sql)?.query_row([period], |r| r.get(0))?)
}
