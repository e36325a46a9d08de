//! Paper: what it says and its print jobs. To be written over the store's typed functions.

use uuid::Uuid;
use ventanilla_contract::event::Outcome;

use crate::desk::{Desk, DeskConfig};
use crate::error::DeskError;
use crate::store::Act;
use crate::store::cases::CaseRow;

/// Where paper goes.
#[derive(Debug, Clone, Default)]
pub struct PaperConfig {}

/// What printing keeps in memory.
pub(crate) struct Printing {}

impl Printing {
    pub(crate) fn new(_: &DeskConfig) -> Self {
        Self {}
    }
}

/// Commits the paper of a case that is being closed, in the closing's own transaction; `case` is closed already. The
/// answer is the print job to start after the commit.
pub(crate) fn commit_closing(
    _: &Desk,
    _: &mut Act<'_>,
    _: &CaseRow,
    _: Outcome,
) -> Result<Option<Uuid>, DeskError> {
    Ok(None)
}

/// Sends a committed job on its way, without waiting for the printer.
pub(crate) fn start(_: &Desk, _job: Uuid) {}
