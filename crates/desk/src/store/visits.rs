//! `visits`: a person with a turno (M6). The visit is known by its turno; a walk-in's turno is made here and becomes
//! known to the backend when it can be reached (`registered`).

use chrono::NaiveDate;
use rusqlite::{OptionalExtension, Row, params};
use uuid::Uuid;
use ventanilla_contract::turno::Turno;
use ventanilla_domain::case::CaseState;
use ventanilla_domain::time::Millis;

use super::cases::{self, CaseRow};
use super::{Act, unreadable};
use crate::error::DeskError;
use crate::view::Change;

pub(super) const V1: &str = "
CREATE TABLE visits (
    turno_id BLOB PRIMARY KEY, ticket TEXT NOT NULL, center TEXT NOT NULL, day TEXT NOT NULL, appointed_at INTEGER,
    number TEXT NOT NULL, employer TEXT NOT NULL, person TEXT NOT NULL, preferential INTEGER NOT NULL,
    walk_in INTEGER NOT NULL, called_by TEXT, registered INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX visits_unregistered ON visits(registered, turno_id) WHERE registered = 0;
";

/// A visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitRow {
    /// The turno.
    pub turno_id: Uuid,
    /// `A-014`.
    pub ticket: String,
    /// Centre id.
    pub center: String,
    /// Its day.
    pub day: NaiveDate,
    /// Appointed time; `None` for a walk-in.
    pub appointed_at: Option<Millis>,
    /// The employer's number as the turno names it.
    pub number: String,
    /// The employer's name as the turno names it.
    pub employer: String,
    /// Who is expected.
    pub person: String,
    /// Preferential attention.
    pub preferential: bool,
    /// Made at a desk.
    pub walk_in: bool,
    /// The counter that called it, by the backend.
    pub called_by: Option<String>,
    /// The backend knows it.
    pub registered: bool,
}

impl VisitRow {
    /// A turno as the backend told it.
    ///
    /// # Errors
    /// A day that is none.
    pub fn from_turno(t: &Turno) -> Result<Self, DeskError> {
        Ok(Self {
            turno_id: t.id,
            ticket: t.ticket.clone(),
            center: t.center.clone(),
            day: t.day.parse().map_err(|_| DeskError::defect("a turno's day is no date"))?,
            appointed_at: t.appointed_at.map(Millis),
            number: t.number.clone(),
            employer: t.employer_name.clone(),
            person: t.person_name.clone(),
            preferential: t.preferential,
            walk_in: t.walk_in,
            called_by: t.called_by.clone(),
            registered: true,
        })
    }
}

/// Takes over a turno that was pulled: makes its visit and its scheduled case, or brings both up to date. What
/// happened here since (preferential, a name heard at the counter) stays. Returns the case; a visit whose case was
/// reopened with a newer turno has none any more.
///
/// # Errors
/// A turno that cannot be read, or the store.
pub fn upsert_turno(act: &mut Act<'_>, turno: &Turno) -> Result<Option<Uuid>, DeskError> {
    let visit = VisitRow::from_turno(turno)?;
    let place = act.place()?;
    // Called here is not elsewhere.
    let elsewhere = visit.called_by.clone().filter(|c| *c != place.counter);
    let before = get(act, turno.id)?;
    let Some(mut case) = cases::of_turno(act, turno.id)? else {
        if before.as_ref() != Some(&visit) {
            put(act, &visit)?;
        }
        if before.is_some() {
            return Ok(None);
        }
        let case = CaseRow { elsewhere, ..CaseRow::scheduled(act.new_id()?, &visit) };
        cases::put(act, &case)?;
        act.changed(Change::Queue);
        return Ok(Some(case.id));
    };
    if before.as_ref() == Some(&visit) && case.elsewhere == elsewhere {
        return Ok(Some(case.id));
    }
    put(act, &visit)?;
    case.elsewhere = elsewhere;
    if case.state == CaseState::Scheduled {
        case.day = visit.day;
        case.appointed_at = visit.appointed_at;
        case.preferential = visit.preferential;
        case.ticket.clone_from(&visit.ticket);
        case.number.clone_from(&visit.number);
        case.employer.clone_from(&visit.employer);
        case.person.clone_from(&visit.person);
    }
    cases::put(act, &case)?;
    act.changed(Change::Queue);
    Ok(Some(case.id))
}

/// Writes a visit.
///
/// # Errors
/// The store.
pub fn put(act: &Act<'_>, v: &VisitRow) -> Result<(), DeskError> {
    act.prepare_cached(
        "INSERT INTO visits VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) ON CONFLICT(turno_id) DO UPDATE SET
         ticket = excluded.ticket, center = excluded.center, day = excluded.day, appointed_at = excluded.appointed_at,
         number = excluded.number, employer = excluded.employer, person = excluded.person,
         preferential = excluded.preferential, walk_in = excluded.walk_in, called_by = excluded.called_by,
         registered = max(registered, excluded.registered)",
    )?
    .execute(params![
        v.turno_id,
        v.ticket,
        v.center,
        v.day.to_string(),
        v.appointed_at.map(|t| t.0),
        v.number,
        v.employer,
        v.person,
        v.preferential,
        v.walk_in,
        v.called_by,
        v.registered,
    ])?;
    Ok(())
}

const COLUMNS: &str = "turno_id, ticket, center, day, appointed_at, number, employer, person, preferential, walk_in, called_by, registered";

/// A visit by its turno.
///
/// # Errors
/// The store.
pub fn get(conn: &rusqlite::Connection, turno_id: Uuid) -> Result<Option<VisitRow>, DeskError> {
    conn.prepare_cached(&format!("SELECT {COLUMNS} FROM visits WHERE turno_id = ?1"))?
        .query_row([turno_id], |r| Ok(row(r)))
        .optional()?
        .transpose()
}

/// Walk-ins of this desk that the backend does not know yet, oldest first, at most 100.
///
/// # Errors
/// The store.
pub fn unregistered(conn: &rusqlite::Connection) -> Result<Vec<VisitRow>, DeskError> {
    let mut statement =
        conn.prepare_cached(&format!("SELECT {COLUMNS} FROM visits WHERE registered = 0 ORDER BY turno_id LIMIT 100"))?;
    let found = statement.query_map([], |r| Ok(row(r)))?.collect::<Result<Vec<_>, _>>()?;
    found.into_iter().collect()
}

/// The backend knows the walk-in, perhaps with the employer's registered name.
///
/// # Errors
/// The store.
pub fn set_registered(act: &mut Act<'_>, turno: &Turno) -> Result<(), DeskError> {
    act.execute("UPDATE visits SET registered = 1 WHERE turno_id = ?1", [turno.id])?;
    if let Some(mut case) = cases::of_turno(act, turno.id)?
        && case.employer.is_empty()
        && !turno.employer_name.is_empty()
    {
        case.employer.clone_from(&turno.employer_name);
        cases::put(act, &case)?;
        act.changed(Change::Queue);
    }
    Ok(())
}

fn row(r: &Row<'_>) -> Result<VisitRow, DeskError> {
    Ok(VisitRow {
        turno_id: r.get(0)?,
        ticket: r.get(1)?,
        center: r.get(2)?,
        day: r.get::<_, String>(3)?.parse().map_err(|_| unreadable("visits", "day"))?,
        appointed_at: r.get::<_, Option<i64>>(4)?.map(Millis),
        number: r.get(5)?,
        employer: r.get(6)?,
        person: r.get(7)?,
        preferential: r.get(8)?,
        walk_in: r.get(9)?,
        called_by: r.get(10)?,
        registered: r.get(11)?,
    })
}
