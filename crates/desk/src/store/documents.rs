//! `documents`: the clerk's word about each document of a case (M2).

use rusqlite::{Connection, params};
use uuid::Uuid;
use ventanilla_contract::event::RefusalReason;
use ventanilla_contract::reset::{Attestation, Document, Seen};
use ventanilla_domain::dossier::Entry;
use ventanilla_domain::time::Millis;

use super::{Act, codes, unreadable};
use crate::error::DeskError;

pub(super) const V1: &str = "
CREATE TABLE documents (
    case_id BLOB NOT NULL REFERENCES cases(id), document INTEGER NOT NULL,
    seen INTEGER, dated TEXT, second_signature INTEGER NOT NULL, reason INTEGER,
    at INTEGER NOT NULL, by TEXT NOT NULL, earlier INTEGER NOT NULL,
    PRIMARY KEY (case_id, document), CHECK ((seen IS NULL) <> (reason IS NULL))
) STRICT, WITHOUT ROWID;
";

/// A word about a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentRow {
    /// Which.
    pub document: Document,
    /// Accepted or refused.
    pub word: Word,
    /// When.
    pub at: Millis,
    /// User name.
    pub by: String,
    /// Of an attendance before the case was reopened: shown, and to be seen again (M6).
    pub earlier: bool,
}

/// What was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// It conforms.
    Accepted {
        /// How it was seen.
        seen: Seen,
        /// ISO 8601 date on it.
        dated: Option<String>,
        /// The second signature was seen.
        second_signature: bool,
    },
    /// Refused.
    Refused(RefusalReason),
}

impl DocumentRow {
    /// The entry that the domain judges; an earlier word is none.
    #[must_use]
    pub fn entry(&self) -> Option<Entry> {
        match &self.word {
            _ if self.earlier => None,
            Word::Refused(reason) => Some(Entry::Refused((*reason).into())),
            Word::Accepted { seen, dated, second_signature } => Some(Entry::Accepted {
                seen: (*seen).into(),
                dated: dated.as_deref().and_then(|d| d.parse().ok()),
                second_signature: *second_signature,
            }),
        }
    }

    /// What a reset request says about it.
    #[must_use]
    pub fn attestation(&self) -> Option<Attestation> {
        match &self.word {
            Word::Accepted { seen, dated, second_signature } if !self.earlier => Some(Attestation {
                document: self.document,
                seen: *seen,
                dated: dated.clone(),
                second_signature: *second_signature,
            }),
            Word::Accepted { .. } | Word::Refused(_) => None,
        }
    }
}

/// Puts a word down in place of the one before.
///
/// # Errors
/// The store.
pub fn put(act: &Act<'_>, case_id: Uuid, document: Document, word: &Word) -> Result<(), DeskError> {
    let (seen, dated, second, reason) = match word {
        Word::Accepted { seen, dated, second_signature } => {
            (Some(codes::seen(*seen)), dated.as_deref(), *second_signature, None)
        }
        Word::Refused(reason) => (None, None, false, Some(codes::reason(*reason))),
    };
    act.prepare_cached("INSERT OR REPLACE INTO documents VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0)")?.execute(
        params![case_id, codes::document(document), seen, dated, second, reason, act.now().0, act.actor().username],
    )?;
    Ok(())
}

/// Takes a word back. Returns whether there was one.
///
/// # Errors
/// The store.
pub fn delete(act: &Act<'_>, case_id: Uuid, document: Document) -> Result<bool, DeskError> {
    let n = act
        .prepare_cached("DELETE FROM documents WHERE case_id = ?1 AND document = ?2")?
        .execute(params![case_id, codes::document(document)])?;
    Ok(n > 0)
}

/// Everything said so far is of an earlier attendance.
///
/// # Errors
/// The store.
pub fn set_earlier(act: &Act<'_>, case_id: Uuid) -> Result<(), DeskError> {
    act.execute("UPDATE documents SET earlier = 1 WHERE case_id = ?1", [case_id])?;
    Ok(())
}

const OF_CASE: &str = "SELECT document, seen, dated, second_signature, reason, at, by, earlier FROM documents
    WHERE case_id = ?1 ORDER BY document";

/// The words about a case's documents.
///
/// # Errors
/// The store.
pub fn of_case(conn: &Connection, case_id: Uuid) -> Result<Vec<DocumentRow>, DeskError> {
    let mut statement = conn.prepare_cached(OF_CASE)?;
    let mut rows = statement.query([case_id])?;
    let mut out = Vec::new();
    while let Some(r) = rows.next()? {
        let seen = r.get::<_, Option<i64>>(1)?.and_then(codes::to_seen);
        let reason = r.get::<_, Option<i64>>(4)?.and_then(codes::to_reason);
        let word = match (seen, reason) {
            (Some(seen), None) => Word::Accepted { seen, dated: r.get(2)?, second_signature: r.get(3)? },
            (None, Some(reason)) => Word::Refused(reason),
            _ => return Err(unreadable("documents", "seen")),
        };
        out.push(DocumentRow {
            document: codes::to_document(r.get(0)?).ok_or_else(|| unreadable("documents", "document"))?,
            word,
            at: Millis(r.get(5)?),
            by: r.get(6)?,
            earlier: r.get(7)?,
        });
    }
    Ok(out)
}
