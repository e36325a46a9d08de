//! `search_terms`: the words by which a case is found: ticket, RUC, cédula, names. Folded: lower case, no accents.

use std::collections::BTreeSet;

use rusqlite::{Connection, params};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use uuid::Uuid;

use super::Act;
use crate::error::DeskError;

pub(super) const V1: &str = "
CREATE TABLE search_terms (term TEXT NOT NULL, case_id BLOB NOT NULL, PRIMARY KEY (term, case_id)) STRICT, WITHOUT ROWID;
CREATE INDEX search_terms_case ON search_terms(case_id, term);
";

/// Terms that are looked at for one search.
const CANDIDATES: i64 = 1_000;
/// Cases that one search answers.
const ANSWERS: usize = 100;

/// Lower case, without accents (ñ becomes n: nobody should need the right keyboard), letters and digits only.
fn fold(word: &str) -> String {
    word.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric()).collect()
}

/// The terms of some texts: each word as a whole, and its parts where it has a hyphen or a point.
#[must_use]
pub fn terms(texts: &[&str]) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for word in texts.iter().flat_map(|t| t.split_whitespace()) {
        out.insert(fold(word));
        out.extend(word.split(|c: char| !c.is_alphanumeric()).map(fold).filter(|part| part.chars().count() > 1));
    }
    out.remove("");
    out
}

/// Adds terms by which a case is found. None is taken away: whoever looks for an earlier ticket finds the case too.
///
/// # Errors
/// The store.
pub fn add(act: &Act<'_>, case_id: Uuid, terms: &BTreeSet<String>) -> Result<(), DeskError> {
    let mut statement = act.prepare_cached("INSERT OR IGNORE INTO search_terms VALUES (?1, ?2)")?;
    for term in terms {
        statement.execute(params![term, case_id])?;
    }
    Ok(())
}

const HITS: &str = "SELECT case_id FROM search_terms WHERE term >= ?1 AND term < ?2 LIMIT ?3";
const HAS: &str = "SELECT 1 FROM search_terms WHERE case_id = ?1 AND term >= ?2 AND term < ?3 LIMIT 1";

/// Cases that have, for each word of `text`, a term that begins with it. The rarest word leads the search; of a word
/// that more than 1,000 terms begin with, only those are looked at, and the person adds a word. Newest first, at most 100.
///
/// # Errors
/// The store.
pub fn find(conn: &Connection, text: &str) -> Result<Vec<Uuid>, DeskError> {
    let mut words: Vec<(String, String)> = text
        .split_whitespace()
        .take(8)
        .map(fold)
        .filter(|w| !w.is_empty())
        .map(|w| (w.clone(), format!("{w}\u{10FFFF}")))
        .collect();
    if words.len() > 1 {
        let mut hits = conn.prepare_cached(HITS)?;
        let mut counted = Vec::with_capacity(words.len());
        for (from, to) in words {
            let mut rows = hits.query(params![from, to, CANDIDATES])?;
            let mut n = 0;
            while rows.next()?.is_some() {
                n += 1;
            }
            drop(rows);
            counted.push((n, (from, to)));
        }
        counted.sort_by_key(|(n, _)| *n);
        words = counted.into_iter().map(|(_, w)| w).collect();
    }
    let Some(((from, to), others)) = words.split_first() else { return Ok(Vec::new()) };
    let mut hits = conn.prepare_cached(HITS)?;
    let found =
        hits.query_map(params![from, to, CANDIDATES], |r| r.get::<_, Uuid>(0))?.collect::<Result<BTreeSet<_>, _>>()?;
    let mut has = conn.prepare_cached(HAS)?;
    let mut out = Vec::new();
    'cases: for id in found.into_iter().rev() {
        for (from, to) in others {
            if !has.exists(params![id, from, to])? {
                continue 'cases;
            }
        }
        out.push(id);
        if out.len() == ANSWERS {
            break;
        }
    }
    Ok(out)
}
