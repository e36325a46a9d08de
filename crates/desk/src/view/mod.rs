//! What the window shows: plain data, ready for the eye. Words stay with the window, which has one for each code; dates,
//! times and masked numbers are formatted here, once. No 64-bit integer crosses to the web view.

mod day;
mod dossier;
mod error;
mod paper;
mod queue;
mod reset;
mod session;

pub use day::{DayView, HistoryEntry, OutcomeCount};
pub use dossier::{
    AcceptForm, CaseView, EmployerView, Fact, FactLabel, FindingSeverity, FindingView, LineView, StandingView,
};
pub use error::{UiError, UiSeverity};
pub use paper::{OutcomeChoice, PaperKind, PaperState, PaperView};
pub use queue::{CaseStateView, QueueView, Row, WalkInForm};
pub use reset::{Light, LinkClock, LinkView, Obstacle, ResetView};
pub use session::{Change, Connection, Phase, SessionView, StaffView, TrainingStaff};
