//! `periods`: each state of a case as a timed period with clerk and counter (M6).

use rusqlite::{Connection, params};
use uuid::Uuid;
use ventanilla_domain::case::CaseState;
use ventanilla_domain::time::Millis;

use super::{Act, cases, unreadable};
use crate::error::DeskError;

pub(super) const V1: &str = "
CREATE TABLE periods (
    case_id BLOB NOT NULL REFERENCES cases(id), n INTEGER NOT NULL,
    state INTEGER NOT NULL, outcome INTEGER, hold_reason INTEGER, retry_at INTEGER,
    began_at INTEGER NOT NULL, ended_at INTEGER, clerk TEXT NOT NULL, counter TEXT NOT NULL,
    PRIMARY KEY (case_id, n)
) STRICT, WITHOUT ROWID;
";

/// A period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeriodRow {
    /// State.
    pub state: CaseState,
    /// Since when.
    pub began_at: Millis,
    /// Until when; `None` for the present one.
    pub ended_at: Option<Millis>,
    /// User name of who brought it about.
    pub clerk: String,
    /// At which counter.
    pub counter: String,
}

/// Ends the present period and begins the next.
///
/// # Errors
/// The store.
pub fn begin(act: &Act<'_>, case_id: Uuid, state: CaseState) -> Result<(), DeskError> {
    let place = act.place()?;
    act.prepare_cached("UPDATE periods SET ended_at = ?2 WHERE case_id = ?1 AND ended_at IS NULL")?
        .execute(params![case_id, act.now().0])?;
    let (code, outcome, hold, retry_at) = cases::state_columns(state);
    act.prepare_cached(
        "INSERT INTO periods SELECT ?1, coalesce(max(n), 0) + 1, ?2, ?3, ?4, ?5, ?6, NULL, ?7, ?8
         FROM periods WHERE case_id = ?1",
    )?
    .execute(params![case_id, code, outcome, hold, retry_at, act.now().0, act.actor().username, place.counter])?;
    Ok(())
}

/// Whether the case was closed before: it was returned and taken up again (M6).
///
/// # Errors
/// The store.
pub fn was_closed(conn: &Connection, case_id: Uuid) -> Result<bool, DeskError> {
    let closed = "SELECT 1 FROM periods WHERE case_id = ?1 AND outcome IS NOT NULL LIMIT 1";
    Ok(conn.prepare_cached(closed)?.exists([case_id])?)
}

/// The periods of a case, oldest first.
///
/// # Errors
/// The store.
pub fn of_case(conn: &Connection, case_id: Uuid) -> Result<Vec<PeriodRow>, DeskError> {
    let mut statement = conn.prepare_cached(
        "SELECT state, outcome, hold_reason, retry_at, began_at, ended_at, clerk, counter FROM periods
         WHERE case_id = ?1 ORDER BY n",
    )?;
    let mut rows = statement.query([case_id])?;
    let mut out = Vec::new();
    while let Some(r) = rows.next()? {
        out.push(PeriodRow {
            state: cases::to_state(r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)
                .ok_or_else(|| unreadable("periods", "state"))?,
            began_at: Millis(r.get(4)?),
            ended_at: r.get::<_, Option<i64>>(5)?.map(Millis),
            clerk: r.get(6)?,
            counter: r.get(7)?,
        });
    }
    Ok(out)
}
