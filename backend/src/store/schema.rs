//! The schema, one text for both engines (SQLite reads BIGINT, UUID and BYTEA as it reads INTEGER and BLOB). Migrations
//! are append-only and atomic; a newer schema is refused.

use super::{Answer, StoreError};
use super::{audit, cases, centers, devices, employers, events, keys, links, outbox, resets, settings, staff, turnos};

/// Each migration is a list of texts; its number is its place, counted from 1.
pub(crate) const MIGRATIONS: &[&[&str]] = &[FIRST, SECOND, THIRD];

const FIRST: &[&str] = &[
    centers::DDL,
    devices::DDL,
    staff::DDL,
    employers::DDL,
    turnos::DDL,
    cases::DDL,
    keys::DDL,
    resets::DDL,
    links::DDL,
    outbox::DDL,
    events::DDL,
    audit::DDL,
    settings::DDL,
];

/// When a case ended; the day's misses per employer; the head of a push apart from that of a request.
const SECOND: &[&str] = &[cases::SECOND, employers::SECOND, events::SECOND, staff::SECOND];

/// Which case has named the registered address.
const THIRD: &[&str] = &[cases::THIRD];

/// The newest schema that this program knows.
pub(crate) fn known() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// The texts that lead from schema `found` to the newest, with the number that each ends at.
pub(crate) fn pending(found: i64) -> Answer<impl Iterator<Item = (i64, String)>> {
    if found > known() {
        return Err(StoreError::Newer { found, known: known() });
    }
    Ok((1..).zip(MIGRATIONS).filter(move |(n, _)| *n > found).map(|(n, texts)| (n, texts.concat())))
}

/// Whether a SQLite file is of this release, for those who may not change it.
pub(crate) fn is_newest_sqlite(conn: &rusqlite::Connection, path: &std::path::Path) -> Answer<()> {
    let found = conn.query_row("PRAGMA user_version", [], |r| r.get(0)).map_err(super::sqlite::failure)?;
    let waits = pending(found)?.count() > 0;
    if waits { Err(super::Unopened::Older { path: path.to_owned(), found, known: known() }.into()) } else { Ok(()) }
}

/// Brings a SQLite file up to date; each step is one transaction with its number.
pub(crate) fn migrate_sqlite(conn: &mut rusqlite::Connection) -> Answer<()> {
    use super::sqlite::failure;
    let found = conn.query_row("PRAGMA user_version", [], |r| r.get(0)).map_err(failure)?;
    for (number, text) in pending(found)? {
        let tx = conn.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).map_err(failure)?;
        tx.execute_batch(&text).map_err(failure)?;
        tx.pragma_update(None, "user_version", number).map_err(failure)?;
        tx.commit().map_err(failure)?;
    }
    Ok(())
}
