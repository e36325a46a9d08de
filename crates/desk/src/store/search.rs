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

/// Terms that are looked at for one word, exact and longer ones each.
const CANDIDATES: i64 = 500;
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

const EXACT: &str = "SELECT case_id FROM search_terms WHERE term = ?1 ORDER BY case_id DESC LIMIT ?2";
const HITS: &str = "SELECT case_id FROM search_terms WHERE term > ?1 AND term < ?2 LIMIT ?3";
const HAS: &str = "SELECT 1 FROM search_terms WHERE case_id = ?1 AND term >= ?2 AND term < ?3 LIMIT 1";

/// Cases whose term is exactly this word, newest first, at most 500 (ids are made in the order of time).
///
/// # Errors
/// The store.
pub fn exact(conn: &Connection, word: &str) -> Result<Vec<Uuid>, DeskError> {
    let mut statement = conn.prepare_cached(EXACT)?;
    Ok(statement.query_map(params![fold(word), CANDIDATES], |r| r.get(0))?.collect::<Result<Vec<_>, _>>()?)
}

/// Cases that have, for each word of `text`, a term that begins with it: first those of `near` (the open ones and those of
/// today), then the newest whose term is the rarest word itself, then some of those whose term begins with it. Of a word
/// that more than 500 older terms begin with only those are looked at, and the person adds a word. At most 100.
///
/// # Errors
/// The store.
pub fn find(
    conn: &Connection,
    text: &str,
    near: impl FnOnce() -> Result<Vec<Uuid>, DeskError>,
) -> Result<Vec<Uuid>, DeskError> {
    let mut words: Vec<String> = text.split_whitespace().take(8).map(fold).filter(|w| !w.is_empty()).collect();
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let until = |word: &str| format!("{word}\u{10FFFF}");
    let beginning = |word: &str| -> Result<Vec<Uuid>, DeskError> {
        let mut hits = conn.prepare_cached(HITS)?;
        let found = hits.query_map(params![word, until(word), CANDIDATES], |r| r.get(0))?;
        Ok(found.collect::<Result<Vec<_>, _>>()?)
    };
    let mut led: Vec<Vec<Uuid>> = Vec::with_capacity(words.len());
    for word in &words {
        let mut hits = exact(conn, word)?;
        hits.extend(beginning(word)?);
        led.push(hits);
    }
    // The rarest word leads; the others are looked up for each of its cases.
    let rarest = (0..led.len()).min_by_key(|&n| led.get(n).map_or(usize::MAX, Vec::len)).unwrap_or(0);
    let leads = if rarest < led.len() { led.swap_remove(rarest) } else { Vec::new() };
    words.sort();
    words.dedup();
    let mut has = conn.prepare_cached(HAS)?;
    let (mut seen, mut out) = (BTreeSet::new(), Vec::new());
    'cases: for id in near()?.into_iter().chain(leads) {
        if !seen.insert(id) {
            continue;
        }
        for word in &words {
            if !has.exists(params![id, word, until(word)])? {
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
