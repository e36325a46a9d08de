//! What went wrong, as the window shows it.

use serde::{Deserialize, Serialize};
use specta::Type;

/// An answer that is not a success, as the window shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct UiError {
    /// Stable code: the backend's, or one of the desk's own.
    pub code: String,
    /// What happened, in Spanish.
    pub message: String,
    /// What to do next, in Spanish.
    pub hint: String,
    /// A refusal looks different from a breakdown.
    pub severity: UiSeverity,
    /// `11:52` at the centre, with the day in front if it is not today: from when trying again makes sense.
    pub until: Option<String>,
}

/// How an error looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum UiSeverity {
    /// A rule says no.
    Refusal,
    /// Something is broken or away.
    Breakdown,
}
