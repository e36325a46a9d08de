//! `tallies`: how many cases of a day stand where, kept with every write of a case so that a page never counts rows.

use chrono::NaiveDate;
use rusqlite::{Connection, OptionalExtension};

use crate::error::DeskError;

pub(super) const V1: &str = "
CREATE TABLE tallies (day TEXT NOT NULL, what INTEGER NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (day, what)) STRICT, WITHOUT ROWID;
";

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tally {
    /// Turnos of the day whose person has not come.
    Upcoming,
    /// Waiting, to be called here.
    Waiting,
    /// Taken up at this counter.
    TakenUp,
    /// Closed at this counter after service.
    Served,
    /// Taken up here and with a waiting time.
    Waited,
    /// Closed at this counter with an outcome, by its code.
    Outcome(i64),
}

impl Tally {
    const fn code(self) -> i64 {
        match self {
            Self::Upcoming => 1,
            Self::Waiting => 2,
            Self::TakenUp => 3,
            Self::Served => 4,
            Self::Waited => 5,
            Self::Outcome(n) => 100 + n,
        }
    }
}

const GET: &str = "SELECT n FROM tallies WHERE day = ?1 AND what = ?2";

/// How many.
///
/// # Errors
/// The store.
pub fn get(conn: &Connection, day: NaiveDate, tally: Tally) -> Result<u32, DeskError> {
    Ok(conn.prepare_cached(GET)?.query_row((day.to_string(), tally.code()), |r| r.get(0)).optional()?.unwrap_or(0))
}

pub(super) fn add(conn: &Connection, day: NaiveDate, tally: Tally, by: i64) -> Result<(), DeskError> {
    conn.prepare_cached(
        "INSERT INTO tallies VALUES (?1, ?2, ?3) ON CONFLICT(day, what) DO UPDATE SET n = n + excluded.n",
    )?
    .execute((day.to_string(), tally.code(), by))?;
    Ok(())
}
