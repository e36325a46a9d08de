//! Staff, their PIN hashes with the count of wrong tries, and their sessions.

use ventanilla_contract::staff::Staff;

use super::Answer;
use super::engine::{Row, Tx, args, decode, one, queries};

pub(crate) const DDL: &str = "
CREATE TABLE staff (
    username TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    center TEXT NOT NULL REFERENCES centers (id),
    pin_hash TEXT NOT NULL,
    tries BIGINT NOT NULL DEFAULT 0,
    locked_until BIGINT NOT NULL DEFAULT 0,
    revoked_at BIGINT
);
CREATE TABLE staff_sessions (
    sid UUID PRIMARY KEY NOT NULL,
    username TEXT NOT NULL,
    device_id TEXT NOT NULL REFERENCES devices (id),
    opened_at BIGINT NOT NULL,
    ended_at BIGINT
);
";

/// For ending all sessions of a person.
pub(crate) const SECOND: &str = "
CREATE INDEX staff_sessions_open ON staff_sessions (username) WHERE ended_at IS NULL;
";

queries! {
    PUT = "INSERT INTO staff (username, name, role, center, pin_hash) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (username) DO UPDATE SET name = excluded.name, role = excluded.role, center = excluded.center,
        pin_hash = excluded.pin_hash";
    /// Counts the try before the PIN is compared; the row's lock makes parallel guesses queue up.
    TRY = "UPDATE staff SET tries = tries + 1 WHERE username = $1 AND revoked_at IS NULL
        RETURNING username, name, role, center, pin_hash, tries, locked_until";
    LOCK = "UPDATE staff SET tries = 0, locked_until = $1 WHERE username = $2";
    LOCKED = "UPDATE staff SET tries = tries - 1 WHERE username = $1";
    RIGHT = "UPDATE staff SET tries = 0, locked_until = 0 WHERE username = $1 AND revoked_at IS NULL
        RETURNING username, name, role, center";
    CENTER = "SELECT center FROM staff WHERE username = $1";
    OPEN = "INSERT INTO staff_sessions (sid, username, device_id, opened_at) VALUES ($1, $2, $3, $4)";
    REVOKE = "UPDATE staff SET revoked_at = $1 WHERE username = $2 AND revoked_at IS NULL RETURNING center";
    END_ALL = "UPDATE staff_sessions SET ended_at = $1 WHERE username = $2 AND ended_at IS NULL";
    END = "UPDATE staff_sessions SET ended_at = $1 WHERE sid = $2 AND ended_at IS NULL RETURNING username, device_id";
}

pub(crate) fn read(row: &Row) -> Answer<Staff> {
    Ok(Staff { username: row.text(0)?, name: row.text(1)?, role: decode(row.text(2)?)?, center: row.text(3)? })
}

/// Where a person works or worked; `None`: nobody has this user name.
pub(crate) async fn center_of<T: Tx>(tx: &mut T, username: &str) -> Answer<Option<String>> {
    one(tx, CENTER, args![username]).await?.map(|row| row.text(0)).transpose()
}
