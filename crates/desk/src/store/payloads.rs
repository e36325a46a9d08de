//! `payloads`: salt and personal data that an audit entry commits to. Deleting the row (with its event) is the purge
//! (M24): without the salt the commitment says nothing about anybody.

use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};

use crate::error::DeskError;

pub(super) const V1: &str = "
CREATE TABLE payloads (audit_no INTEGER PRIMARY KEY, salt BLOB NOT NULL, personal BLOB NOT NULL) STRICT;
";

/// SHA-256(salt ‖ event bytes ‖ personal data), hex. The salt has 32 bytes.
#[must_use]
pub fn commitment(salt: &[u8; 32], event: &[u8], personal: &[u8]) -> String {
    let mut hash = Sha256::new();
    hash.update(salt);
    hash.update(event);
    hash.update(personal);
    super::audit::hex(&hash.finalize())
}

pub(super) fn insert(conn: &Connection, audit_no: u32, salt: &[u8; 32], personal: &[u8]) -> Result<(), DeskError> {
    conn.prepare_cached("INSERT INTO payloads VALUES (?1, ?2, ?3)")?.execute(params![
        audit_no,
        salt.as_slice(),
        personal
    ])?;
    Ok(())
}
