//! `reissues`: further links that were asked for (M15). Each has its own key, durable before the call, so that a lost
//! answer is asked for and not sent again.

use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;
use ventanilla_contract::event::EventBody;

use super::Act;
use crate::error::DeskError;

pub(super) const V1: &str = "
CREATE TABLE reissues (
    key BLOB PRIMARY KEY, case_id BLOB NOT NULL REFERENCES cases(id), reset_id BLOB NOT NULL, at INTEGER NOT NULL,
    by TEXT NOT NULL, settled INTEGER NOT NULL
) STRICT;
CREATE INDEX reissues_open ON reissues(settled, case_id) WHERE settled = 0;
";

pub(super) const V2: &str = "CREATE INDEX reissues_case ON reissues(case_id);";

/// Makes the intent of another link durable. An intent that is still open is used again, with its key.
///
/// # Errors
/// The store.
pub fn intend(act: &mut Act<'_>, case_id: Uuid, reset_id: Uuid) -> Result<Uuid, DeskError> {
    if let Some(key) = open(act, case_id)? {
        return Ok(key);
    }
    let key = act.new_id()?;
    act.execute(
        "INSERT INTO reissues VALUES (?1, ?2, ?3, ?4, ?5, 0)",
        params![key, case_id, reset_id, act.now().0, act.actor().username],
    )?;
    act.record(Some(case_id), EventBody::ReissueIntended { key })?;
    Ok(key)
}

/// The re-issue of a case whose answer did not come.
///
/// # Errors
/// The store.
pub fn open(conn: &Connection, case_id: Uuid) -> Result<Option<Uuid>, DeskError> {
    Ok(conn
        .prepare_cached("SELECT key FROM reissues WHERE settled = 0 AND case_id = ?1 LIMIT 1")?
        .query_row([case_id], |r| r.get(0))
        .optional()?)
}

/// Every re-issue whose answer did not come, with its case; at most 100.
///
/// # Errors
/// The store.
pub fn all_open(conn: &Connection) -> Result<Vec<(Uuid, Uuid)>, DeskError> {
    let mut statement = conn.prepare_cached("SELECT case_id, key FROM reissues WHERE settled = 0 LIMIT 100")?;
    Ok(statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?.collect::<Result<Vec<_>, _>>()?)
}

/// The backend answered, with a link or a refusal.
///
/// # Errors
/// The store.
pub fn settle(act: &Act<'_>, key: Uuid) -> Result<(), DeskError> {
    act.execute("UPDATE reissues SET settled = 1 WHERE key = ?1", [key])?;
    Ok(())
}
