//! How a case may be closed, and its paper (M19).

use serde::{Deserialize, Serialize};
use specta::Type;
use ventanilla_contract::event::Outcome;

/// What may be closed, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct OutcomeChoice {
    /// The outcome.
    pub outcome: Outcome,
    /// What the facts suggest.
    pub suggested: bool,
}

/// A printed thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PaperView {
    /// Id of the print job.
    pub job_id: String,
    /// `QS-3-2026-000814`.
    pub number: String,
    /// What it is.
    pub kind: PaperKind,
    /// Says DUPLICATA.
    pub duplicate: bool,
    /// What the printer reported.
    pub state: PaperState,
    /// Why it does not come out, in Spanish, where the printer gave a reason.
    pub reason: Option<String>,
}

/// What is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum PaperKind {
    /// COMPROBANTE of a restored key.
    Receipt,
    /// What to do after a link that was not completed.
    NotCompleted,
    /// What is missing.
    ReturnSlip,
    /// Where it goes on.
    DiversionSlip,
    /// Archive number of the request letter (M4).
    ArchiveLabel,
}

/// State of a print job (M19): *printed* is only what the printer reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum PaperState {
    /// Committed, not sent.
    Committed,
    /// Taken by the printer or spooler.
    Sent,
    /// On paper, by the printer's word.
    Printed,
    /// No paper; goes on by itself when there is.
    OutOfPaper,
    /// The printer stopped or dropped the job.
    Failed,
    /// No printer answers.
    Gone,
    /// No printer is set up.
    NoPrinter,
}
