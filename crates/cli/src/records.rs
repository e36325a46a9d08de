//! Commands that read case data: after a staff sign-in, which is an entry of the audit chain (M29).

use std::path::Path;

use ventanilla_desk::store::audit::{self, Fault, Head, Report};
use ventanilla_desk::{Desk, DeskError, Own};
use ventanilla_words::{Key, Words};

/// Walks the audit chain. `kept` is the head that the backend keeps: its length and its hex hash.
///
/// # Errors
/// Nobody signed in, the file is damaged, or the store.
pub fn verify(desk: &Desk, kept: Option<(u32, String)>) -> Result<Report, DeskError> {
    desk.actor()?;
    let kept: Vec<Head> = kept.into_iter().map(|(len, hash)| Head { len, hash }).collect();
    desk.db()?.read(|store| {
        let found: String = store.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        if found != "ok" {
            tracing::error!(found, "the store is damaged");
            return Err(Own::StoreDamaged.into());
        }
        audit::verify(store, &kept)
    })
}

/// What is wrong with a chain, in words.
#[must_use]
pub fn fault(fault: Fault, words: &Words) -> String {
    let (key, entry) = match fault {
        Fault::Missing(n) => (Key::CliFaultMissing, n),
        Fault::Edited(n) => (Key::CliFaultEdited, n),
        Fault::OutOfOrder(n) => (Key::CliFaultOutOfOrder, n),
        Fault::PayloadEdited(n) => (Key::CliFaultPayloadEdited, n),
        Fault::PayloadMissing(n) => (Key::CliFaultPayloadMissing, n),
        Fault::Cut(n) => (Key::CliFaultCut, n),
        Fault::ShorterThanKept(n) => (Key::CliFaultShorterThanKept, n),
        Fault::EventWithoutEntry(n) => (Key::CliFaultEventWithoutEntry, n),
    };
    words.with(key, &[("entry", &entry.to_string())])
}

/// Writes the newest document of a case to `path`; the act is logged. `case` is a case id, a ticket or the number of a
/// document.
///
/// # Errors
/// [`Own::CaseUnknown`] where the case is unknown or has no document, [`Own::CaseAmbiguous`], [`Own::PathNotWritable`].
pub fn receipt(desk: &Desk, case: &str, path: &Path) -> Result<(), DeskError> {
    let paper = desk.open_case(desk.case_named(case)?)?.paper;
    let named = paper.iter().find(|sheet| sheet.number.eq_ignore_ascii_case(case.trim()));
    let sheet = named.or(paper.first()).ok_or(Own::CaseUnknown)?;
    let path = std::path::absolute(path).map_err(|_| Own::PathNotWritable)?;
    desk.save_paper(sheet.job_id.clone(), path.display().to_string())?;
    Ok(())
}

#[cfg(test)]
mod tests;
