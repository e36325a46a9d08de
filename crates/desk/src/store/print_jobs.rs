//! `print_jobs`: each time that a paper was to be printed, and what the printer reported (M19).

use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;
use ventanilla_contract::event::EventBody;
use ventanilla_domain::time::Millis;

use super::papers::PaperRow;
use super::{Act, codes, unreadable};
use crate::error::{DeskError, Own};
use crate::view::{Change, PaperState};

pub(super) const V1: &str = "
CREATE TABLE print_jobs (
    n INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, paper_id BLOB NOT NULL REFERENCES papers(id), duplicate INTEGER NOT NULL,
    state INTEGER NOT NULL, reason TEXT, printer_job TEXT, at INTEGER NOT NULL, by TEXT NOT NULL
) STRICT;
CREATE INDEX print_jobs_paper ON print_jobs(paper_id, n);
CREATE INDEX print_jobs_state ON print_jobs(state, at) WHERE state IN (0, 1, 2);
";

/// Sheets that did not come out, to be found without reading the others.
pub(super) const V2: &str = "CREATE INDEX print_jobs_stuck ON print_jobs(at) WHERE state IN (0, 4, 5);";

/// A print job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRow {
    /// Id.
    pub id: Uuid,
    /// What is printed.
    pub paper_id: Uuid,
    /// Says DUPLICATA.
    pub duplicate: bool,
    /// What the printer reported.
    pub state: PaperState,
    /// Its words.
    pub reason: Option<String>,
    /// The printer's own reference, to ask it again after a restart.
    pub printer_job: Option<String>,
    /// When it was asked for.
    pub at: Millis,
}

/// Puts a job down, to be printed after the commit, and journals it.
///
/// # Errors
/// The store.
pub fn add(act: &mut Act<'_>, paper: &PaperRow, duplicate: bool, state: PaperState) -> Result<JobRow, DeskError> {
    let row = JobRow {
        id: act.new_id()?,
        paper_id: paper.id,
        duplicate,
        state,
        reason: None,
        printer_job: None,
        at: act.now(),
    };
    act.execute(
        "INSERT INTO print_jobs VALUES (NULL, ?1, ?2, ?3, ?4, NULL, NULL, ?5, ?6)",
        params![row.id, row.paper_id, duplicate, codes::paper_state(state), row.at.0, act.actor().username],
    )?;
    act.record(paper.case_id, EventBody::PrintRequested { number: paper.number.clone(), duplicate })?;
    Ok(row)
}

/// The printer's report. The first report of "printed" is journaled.
///
/// # Errors
/// The job is unknown, or the store.
pub fn report(
    act: &mut Act<'_>,
    id: Uuid,
    state: PaperState,
    reason: Option<&str>,
    printer_job: Option<&str>,
) -> Result<(), DeskError> {
    let (before, paper) = with_paper(act, id)?;
    if before.state == state && before.reason.as_deref() == reason && printer_job.is_none() {
        return Ok(());
    }
    act.execute(
        "UPDATE print_jobs SET state = ?2, reason = ?3, printer_job = coalesce(?4, printer_job) WHERE id = ?1",
        params![id, codes::paper_state(state), reason, printer_job],
    )?;
    if state == PaperState::Printed && before.state != PaperState::Printed {
        act.record(paper.case_id, EventBody::Printed { number: paper.number })?;
    }
    if let Some(case_id) = paper.case_id {
        act.changed(Change::Case { case_id: case_id.to_string() });
        if before.state != state {
            act.changed(Change::Queue);
        }
    }
    Ok(())
}

const STUCK: &str = "SELECT j.id, j.state, p.case_id FROM print_jobs j JOIN papers p ON p.id = j.paper_id
    WHERE j.state IN (0, 4, 5) AND j.at >= ?1 AND p.case_id IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM print_jobs later WHERE later.paper_id = j.paper_id AND later.n > j.n)
    ORDER BY j.at DESC LIMIT 100";

/// The newest jobs of papers that did not come out since `at`, with their cases, newest first; at most 100.
///
/// # Errors
/// The store.
pub fn stuck(conn: &Connection, at: Millis) -> Result<Vec<(Uuid, PaperState, Uuid)>, DeskError> {
    let mut statement = conn.prepare_cached(STUCK)?;
    let found = statement.query_map([at.0], |r| Ok((r.get(0)?, r.get::<_, i64>(1)?, r.get(2)?)))?;
    let mut out = Vec::new();
    for row in found {
        let (job, state, case) = row?;
        out.push((job, codes::to_paper_state(state).ok_or_else(|| unreadable("print_jobs", "state"))?, case));
    }
    Ok(out)
}

/// A job with its paper.
///
/// # Errors
/// [`Own::NotPrintedYet`] where there is no such job, or the store.
pub fn with_paper(conn: &Connection, id: Uuid) -> Result<(JobRow, PaperRow), DeskError> {
    let job = conn
        .prepare_cached(&format!("SELECT {COLUMNS} FROM print_jobs WHERE id = ?1"))?
        .query_row([id], |r| Ok(row(r)))
        .optional()?
        .transpose()?
        .ok_or(Own::NotPrintedYet)?;
    let paper = super::papers::get(conn, job.paper_id)?.ok_or(Own::NotPrintedYet)?;
    Ok((job, paper))
}

const COLUMNS: &str = "id, paper_id, duplicate, state, reason, printer_job, at";
pub(crate) const OPEN: &str = "SELECT id, paper_id, duplicate, state, reason, printer_job, at FROM print_jobs
    WHERE state IN (0, 1, 2) ORDER BY n LIMIT 100";

/// Jobs that the printer has not finished, oldest first, at most 100: to be taken up again after a restart.
///
/// # Errors
/// The store.
pub fn open(conn: &Connection) -> Result<Vec<JobRow>, DeskError> {
    let mut statement = conn.prepare_cached(OPEN)?;
    let found = statement.query_map([], |r| Ok(row(r)))?.collect::<Result<Vec<_>, _>>()?;
    found.into_iter().collect()
}

/// The jobs of a paper, newest first.
///
/// # Errors
/// The store.
pub fn of_paper(conn: &Connection, paper_id: Uuid) -> Result<Vec<JobRow>, DeskError> {
    let mut statement =
        conn.prepare_cached(&format!("SELECT {COLUMNS} FROM print_jobs WHERE paper_id = ?1 ORDER BY n DESC LIMIT 50"))?;
    let found = statement.query_map([paper_id], |r| Ok(row(r)))?.collect::<Result<Vec<_>, _>>()?;
    found.into_iter().collect()
}

fn row(r: &Row<'_>) -> Result<JobRow, DeskError> {
    Ok(JobRow {
        id: r.get(0)?,
        paper_id: r.get(1)?,
        duplicate: r.get(2)?,
        state: codes::to_paper_state(r.get(3)?).ok_or_else(|| unreadable("print_jobs", "state"))?,
        reason: r.get(4)?,
        printer_job: r.get(5)?,
        at: Millis(r.get(6)?),
    })
}
