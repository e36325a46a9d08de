//! `employers`: the registries' word about a case's employer, as it was at one moment. Not a directory of employers.

use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;
use ventanilla_contract::employer::Employer;
use ventanilla_contract::event::EventBody;
use ventanilla_domain::time::Millis;

use super::{Act, cases, search};
use crate::error::DeskError;
use crate::view::Change;

pub(super) const V1: &str = "
CREATE TABLE employers (case_id BLOB PRIMARY KEY REFERENCES cases(id), word TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
";

/// A snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmployerRow {
    /// The registries' word.
    pub employer: Employer,
    /// When it came, by the workstation's clock.
    pub at: Millis,
}

/// Keeps a snapshot in place of the one before and journals that the registries were asked; the snapshot is the
/// entry's personal data. The case takes the registered name and forgets why there was no answer.
///
/// # Errors
/// The case is unknown, or the store.
pub fn put(act: &mut Act<'_>, case_id: Uuid, employer: &Employer) -> Result<(), DeskError> {
    let mut case = cases::need(act, case_id)?;
    let word = serde_json::to_string(employer)?;
    act.prepare_cached(
        "INSERT INTO employers VALUES (?1, ?2, ?3) ON CONFLICT(case_id) DO UPDATE SET word = excluded.word, at = excluded.at",
    )?
    .execute(params![case_id, word, act.now().0])?;
    case.employer.clone_from(&employer.name);
    case.registry_error = None;
    cases::put(act, &case)?;
    let rep = &employer.representative;
    search::add(act, case_id, &search::terms(&[&employer.number, &employer.name, &rep.name, &rep.cedula]))?;
    act.record_with(Some(case_id), EventBody::RegistryConsulted { employer_kind: employer.kind }, word.as_bytes())?;
    act.changed(Change::Queue);
    Ok(())
}

/// The snapshot of a case.
///
/// # Errors
/// The store.
pub fn get(conn: &Connection, case_id: Uuid) -> Result<Option<EmployerRow>, DeskError> {
    let found = conn
        .prepare_cached("SELECT word, at FROM employers WHERE case_id = ?1")?
        .query_row([case_id], |r| Ok((r.get::<_, String>(0)?, r.get::<_, i64>(1)?)))
        .optional()?;
    found.map(|(word, at)| Ok(EmployerRow { employer: serde_json::from_str(&word)?, at: Millis(at) })).transpose()
}
