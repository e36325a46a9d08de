//! The day of this workstation and the history of a case.

use serde::{Deserialize, Serialize};
use specta::Type;
use ventanilla_contract::event::Outcome;

use super::Row;

/// One entry of a case's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct HistoryEntry {
    /// `10:42:07`.
    pub at: String,
    /// Name of who acted.
    pub actor: String,
    /// Kind of `contract::event::EventBody`, such as `document_accepted`.
    pub kind: String,
    /// Codes that belong to it (document, reason, outcome …), to be worded.
    pub codes: Vec<String>,
    /// Free values (numbers of papers, tickets).
    pub values: Vec<String>,
}

/// The day of this workstation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct DayView {
    /// `lunes 23 nov 2026`.
    pub day: String,
    /// Every case that was taken up here, newest first; at most 500.
    pub rows: Vec<Row>,
    /// How many in all.
    pub total: u32,
    /// Outcomes with their numbers.
    pub outcomes: Vec<OutcomeCount>,
}

/// How often an outcome came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct OutcomeCount {
    /// The outcome.
    pub outcome: Outcome,
    /// How often.
    pub count: u32,
}
