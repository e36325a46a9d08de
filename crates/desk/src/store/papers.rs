//! `papers`: what was committed for paper, as the content that makes the same bytes again (M19). What it says is
//! composed in `crate::paper`.

use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;
use ventanilla_contract::event::EventBody;
use ventanilla_domain::time::Millis;
use ventanilla_receipt::Document;

use super::meta::{self, Sequence};
use super::{Act, codes, unreadable};
use crate::error::DeskError;
use crate::view::PaperKind;

pub(super) const V1: &str = "
CREATE TABLE papers (
    n INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, case_id BLOB REFERENCES cases(id), kind INTEGER NOT NULL, number TEXT NOT NULL UNIQUE,
    content TEXT NOT NULL, at INTEGER NOT NULL, by TEXT NOT NULL
) STRICT;
CREATE INDEX papers_case ON papers(case_id, n);
";

/// A paper.
#[derive(Debug, Clone, PartialEq)]
pub struct PaperRow {
    /// Id.
    pub id: Uuid,
    /// Its case.
    pub case_id: Option<Uuid>,
    /// What it is.
    pub kind: PaperKind,
    /// `QS-3-2026-000814`, or the archive number of a label.
    pub number: String,
    /// Its content.
    pub content: Document,
    /// When it was committed.
    pub at: Millis,
}

/// The next number of a paper of this workstation: centre, counter, year, six digits; `E-` before it in training.
///
/// # Errors
/// The store.
pub fn next_number(act: &Act<'_>, training: bool) -> Result<String, DeskError> {
    let place = act.place()?;
    let year = act.now().day(place.utc_offset).format("%Y").to_string();
    let n = meta::next(act, Sequence::Paper, &year)?;
    let prefix = if training { "E-" } else { "" };
    Ok(format!("{prefix}{}-{}-{year}-{n:06}", place.center, place.counter))
}

/// Commits a paper and journals it. Printing comes after the commit (M19).
///
/// # Errors
/// The number is taken, or the store.
pub fn commit(
    act: &mut Act<'_>,
    case_id: Option<Uuid>,
    kind: PaperKind,
    content: &Document,
) -> Result<PaperRow, DeskError> {
    let row = PaperRow {
        id: act.new_id()?,
        case_id,
        kind,
        number: content.number.clone(),
        content: content.clone(),
        at: act.now(),
    };
    act.execute(
        "INSERT INTO papers VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            row.id,
            case_id,
            codes::paper_kind(kind),
            row.number,
            serde_json::to_string(content)?,
            row.at.0,
            act.actor().username,
        ],
    )?;
    act.record(case_id, EventBody::PaperCommitted { number: row.number.clone() })?;
    Ok(row)
}

const COLUMNS: &str = "id, case_id, kind, number, content, at";

/// The papers of a case, newest first.
///
/// # Errors
/// The store.
pub fn of_case(conn: &Connection, case_id: Uuid) -> Result<Vec<PaperRow>, DeskError> {
    let mut statement =
        conn.prepare_cached(&format!("SELECT {COLUMNS} FROM papers WHERE case_id = ?1 ORDER BY n DESC LIMIT 50"))?;
    let found = statement.query_map([case_id], |r| Ok(row(r)))?.collect::<Result<Vec<_>, _>>()?;
    found.into_iter().collect()
}

/// The case of the paper with this number.
///
/// # Errors
/// The store.
pub fn case_of_number(conn: &Connection, number: &str) -> Result<Option<Uuid>, DeskError> {
    let found: Option<Option<Uuid>> = conn
        .prepare_cached("SELECT case_id FROM papers WHERE number = ?1")?
        .query_row([number], |r| r.get(0))
        .optional()?;
    Ok(found.flatten())
}

/// A paper.
///
/// # Errors
/// The store.
pub fn get(conn: &Connection, id: Uuid) -> Result<Option<PaperRow>, DeskError> {
    conn.prepare_cached(&format!("SELECT {COLUMNS} FROM papers WHERE id = ?1"))?
        .query_row([id], |r| Ok(row(r)))
        .optional()?
        .transpose()
}

fn row(r: &Row<'_>) -> Result<PaperRow, DeskError> {
    Ok(PaperRow {
        id: r.get(0)?,
        case_id: r.get(1)?,
        kind: codes::to_paper_kind(r.get(2)?).ok_or_else(|| unreadable("papers", "kind"))?,
        number: r.get(3)?,
        content: serde_json::from_str(&r.get::<_, String>(4)?)?,
        at: Millis(r.get(5)?),
    })
}
