//! `staff`: who was seen at this workstation, to name them in histories and to work without the backend.

use rusqlite::{Connection, OptionalExtension, Row, params};
use ventanilla_contract::staff::{Role, Staff};
use ventanilla_domain::time::Millis;

use super::unreadable;
use crate::error::DeskError;

pub(super) const V1: &str = "
CREATE TABLE staff (
    username TEXT PRIMARY KEY, name TEXT NOT NULL, role INTEGER NOT NULL, center TEXT NOT NULL, online_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
";

/// A member of staff as the backend last named them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffRow {
    /// User name, name, role, centre.
    pub staff: Staff,
    /// The last sign-in at the backend.
    pub online_at: Millis,
}

/// Who has this user name.
///
/// # Errors
/// The store.
pub fn get(conn: &Connection, username: &str) -> Result<Option<StaffRow>, DeskError> {
    let found = conn
        .prepare_cached("SELECT username, name, role, center, online_at FROM staff WHERE username = ?1")?
        .query_row([username], row)
        .optional()?;
    found.transpose()
}

/// Keeps what the backend said about somebody who signed in there.
///
/// # Errors
/// The store.
pub fn put(conn: &Connection, staff: &Staff, online_at: Millis) -> Result<(), DeskError> {
    conn.execute(
        "INSERT INTO staff VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT(username) DO UPDATE SET
         name = excluded.name, role = excluded.role, center = excluded.center, online_at = excluded.online_at",
        params![staff.username, staff.name, role_code(staff.role), staff.center, online_at.0],
    )?;
    Ok(())
}

/// The name of somebody, or the user name where it is not known here.
///
/// # Errors
/// The store.
pub fn name(conn: &Connection, username: &str) -> Result<String, DeskError> {
    Ok(get(conn, username)?.map_or_else(|| username.to_owned(), |s| s.staff.name))
}

fn row(r: &Row<'_>) -> rusqlite::Result<Result<StaffRow, DeskError>> {
    let role = match r.get::<_, i64>(2)? {
        0 => Role::Clerk,
        1 => Role::Supervisor,
        _ => return Ok(Err(unreadable("staff", "role"))),
    };
    let staff = Staff { username: r.get(0)?, name: r.get(1)?, role, center: r.get(3)? };
    Ok(Ok(StaffRow { staff, online_at: Millis(r.get(4)?) }))
}

const fn role_code(role: Role) -> i64 {
    match role {
        Role::Clerk => 0,
        Role::Supervisor => 1,
    }
}
