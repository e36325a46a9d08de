//! Versions of the schema: append-only, each in one transaction with its number. A later schema is refused (M34).

use rusqlite::{Connection, TransactionBehavior};

use crate::error::{DeskError, Own};

/// Version n is the n-th list; a list that was released never changes.
const VERSIONS: &[&[&str]] = &[
    &[
        super::meta::V1,
        super::staff::V1,
        super::visits::V1,
        super::cases::V1,
        super::tallies::V1,
        super::periods::V1,
        super::documents::V1,
        super::employers::V1,
        super::resets::V1,
        super::reissues::V1,
        super::papers::V1,
        super::print_jobs::V1,
        super::events::V1,
        super::payloads::V1,
        super::audit::V1,
        super::search::V1,
        super::later::V1,
    ],
    &[super::print_jobs::V2, super::reissues::V2, super::later::V2],
];

/// Brings the schema up to date.
pub(crate) fn up(conn: &mut Connection) -> Result<(), DeskError> {
    up_to(conn, VERSIONS)
}

#[cfg(test)]
pub(crate) fn up_to_first(conn: &mut Connection) -> Result<(), DeskError> {
    up_to(conn, &VERSIONS[..1])
}

pub(crate) fn up_to(conn: &mut Connection, versions: &[&[&str]]) -> Result<(), DeskError> {
    let version = |c: &Connection| {
        c.query_row("PRAGMA user_version", [], |r| r.get::<_, u32>(0)).map(|n| usize::try_from(n).unwrap_or(usize::MAX))
    };
    if version(conn)? > versions.len() {
        return Err(Own::StoreNewer.into());
    }
    for n in version(conn)?..versions.len() {
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Another process may have been faster.
        if version(&tx)? == n {
            for sql in versions.get(n).copied().unwrap_or_default() {
                tx.execute_batch(sql)?;
            }
            tx.pragma_update(None, "user_version", i64::try_from(n + 1).unwrap_or(i64::MAX))?;
        }
        tx.commit()?;
    }
    Ok(())
}
