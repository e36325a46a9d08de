//! Commands that read case data: after a staff sign-in, which is an entry of the audit chain (M29).

use std::path::Path;

use ventanilla_desk::store::audit::{self, Report};
use ventanilla_desk::{Desk, DeskError, Own};

/// Walks the audit chain.
///
/// # Errors
/// Nobody signed in, or the store.
pub fn verify(desk: &Desk) -> Result<Report, DeskError> {
    desk.actor()?;
    desk.db()?.read(|store| audit::verify(store, &[]))
}

/// Writes the newest document of a case to `path`; the act is logged. `case` is a case id or what a search finds once.
///
/// # Errors
/// [`Own::CaseUnknown`] where the case is unknown, ambiguous or has no document.
pub fn receipt(desk: &Desk, case: &str, path: &Path) -> Result<(), DeskError> {
    let case_id = match uuid::Uuid::try_parse(case) {
        Ok(_) => case.to_owned(),
        Err(_) => match desk.search(case.to_owned())?.as_slice() {
            [only] => only.case_id.clone(),
            several => several
                .iter()
                .find(|row| row.ticket.eq_ignore_ascii_case(case))
                .map(|row| row.case_id.clone())
                .ok_or(Own::CaseUnknown)?,
        },
    };
    let paper = desk.open_case(case_id)?.paper;
    let newest = paper.first().ok_or(Own::CaseUnknown)?;
    desk.save_paper(newest.job_id.clone(), path.display().to_string())?;
    Ok(())
}
