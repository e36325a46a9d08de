//! Workstations and the one-time codes by which they become known.

use ventanilla_contract::error::ErrorCode;

use super::engine::{Row, Tx, args, one, queries};
use super::{Answer, DeviceRow};

pub(crate) const DDL: &str = "
CREATE TABLE devices (
    id TEXT PRIMARY KEY NOT NULL,
    center TEXT NOT NULL REFERENCES centers (id),
    counter TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    secret_hash BYTEA NOT NULL,
    revoked_at BIGINT
);
CREATE TABLE enrollment_codes (
    hash BYTEA PRIMARY KEY NOT NULL,
    center TEXT NOT NULL REFERENCES centers (id),
    counter TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
";

queries! {
    CODE_PUT = "INSERT INTO enrollment_codes (hash, center, counter, expires_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (hash) DO NOTHING";
    CODE_USE = "UPDATE enrollment_codes SET used_at = $1 WHERE hash = $2 AND used_at IS NULL AND expires_at > $3
        RETURNING center, counter";
    ENROLL = "INSERT INTO devices (id, center, counter, epoch, secret_hash) VALUES ($1, $2, $3, 1, $4)
        ON CONFLICT (id) DO UPDATE SET epoch = devices.epoch + 1, secret_hash = excluded.secret_hash, revoked_at = NULL";
    /// The extract of a day brings the same secret again: no new epoch.
    IMPORT = "INSERT INTO devices (id, center, counter, epoch, secret_hash) VALUES ($1, $2, $3, 1, $4)
        ON CONFLICT (id) DO UPDATE SET epoch = devices.epoch + 1, secret_hash = excluded.secret_hash, revoked_at = NULL
        WHERE devices.secret_hash <> excluded.secret_hash";
    GET = "SELECT d.id, d.epoch, d.center, c.name, c.utc_offset, d.counter FROM devices d
        JOIN centers c ON c.id = d.center WHERE d.id = $1 AND d.revoked_at IS NULL";
    BY_SECRET = "SELECT d.id, d.epoch, d.center, c.name, c.utc_offset, d.counter FROM devices d
        JOIN centers c ON c.id = d.center WHERE d.id = $1 AND d.secret_hash = $2 AND d.revoked_at IS NULL";
    REVOKE = "UPDATE devices SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL RETURNING center";
    /// Device credential and open session in one question.
    ACTOR = "SELECT s.username, s.role, d.center, d.counter, s.center, o.sid FROM devices d
        LEFT JOIN staff_sessions o ON o.sid = $1 AND o.device_id = d.id AND o.ended_at IS NULL
        LEFT JOIN staff s ON s.username = o.username AND s.revoked_at IS NULL
        WHERE d.id = $2 AND d.secret_hash = $3 AND d.revoked_at IS NULL";
}

fn read(row: &Row) -> Answer<DeviceRow> {
    Ok(DeviceRow {
        device_id: row.text(0)?,
        epoch: row.u32(1)?,
        center: row.text(2)?,
        center_name: row.text(3)?,
        utc_offset_minutes: i32::try_from(row.int(4)?).unwrap_or(0),
        counter: row.text(5)?,
    })
}

/// The id of the workstation at a counter.
#[must_use]
pub fn id_of(center: &str, counter: &str) -> String {
    format!("{center}-{counter}")
}

pub(crate) async fn get<T: Tx>(tx: &mut T, id: &str) -> Answer<DeviceRow> {
    read(&one(tx, GET, args![id]).await?.ok_or(ErrorCode::DeviceUnknown)?)
}

pub(crate) async fn by_secret<T: Tx>(tx: &mut T, id: &str, secret_hash: [u8; 32]) -> Answer<DeviceRow> {
    read(&one(tx, BY_SECRET, args![id, secret_hash]).await?.ok_or(ErrorCode::DeviceUnknown)?)
}
