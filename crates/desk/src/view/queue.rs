//! The queue: who is here and who is next (M6, M7).

use serde::{Deserialize, Serialize};
use specta::Type;
use ventanilla_contract::event::{HoldReason, Outcome};

use super::Connection;

/// Where a case stands, for the eye.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // The variants are those of `domain::case::CaseState`.
pub enum CaseStateView {
    Scheduled,
    Waiting,
    Called,
    InService,
    OnHold,
    Closed,
}

/// One line of the queue, the search and the day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Row {
    /// The case; one per turno until a visit holds several.
    pub case_id: String,
    /// `A-014`.
    pub ticket: String,
    /// Who is expected.
    pub person: String,
    /// The employer.
    pub employer: String,
    /// Number as lists may show it (M20).
    pub number: String,
    /// State.
    pub state: CaseStateView,
    /// Outcome of a closed case.
    pub outcome: Option<Outcome>,
    /// Preferential attention.
    pub preferential: bool,
    /// Issued at the desk.
    pub walk_in: bool,
    /// Seconds of waiting until called, or until now.
    pub waited_s: Option<u32>,
    /// Seconds of service until closed, or until now.
    pub served_s: Option<u32>,
    /// `11:00`; absent for a walk-in.
    pub appointed: Option<String>,
    /// `10:42`, when it was closed.
    pub closed_at: Option<String>,
    /// Why it rests.
    pub hold: Option<HoldReason>,
    /// `11:52`, from when trying again makes sense.
    pub retry_at: Option<String>,
    /// It rests, and that time has come.
    pub retry_due: bool,
    /// Name of the clerk who served it last.
    pub clerk: Option<String>,
    /// Called or served at another counter.
    pub elsewhere: Option<String>,
}

/// The queue of the day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct QueueView {
    /// Called, in service, on hold at this counter.
    pub serving: Vec<Row>,
    /// Waiting, in the order of *call next*; at most 100.
    pub waiting: Vec<Row>,
    /// How many wait in all.
    pub waiting_total: u32,
    /// Appointments of the day whose person has not come; at most 100, by time.
    pub upcoming: Vec<Row>,
    /// How many in all.
    pub upcoming_total: u32,
    /// Cases closed here today whose newest sheet did not come out, newest first; at most 20.
    pub unprinted: Vec<Row>,
    /// Cases closed here today after service.
    pub served_today: u32,
    /// Waiting time that nine of ten did not exceed today, minutes.
    pub wait_p90_min: Option<u32>,
    /// The line to the backend.
    pub connection: Connection,
}

/// A walk-in as typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct WalkInForm {
    /// RUC, or cédula of a patrono de hogar.
    pub number: String,
    /// Who stands there.
    pub person: String,
    /// Preferential attention.
    pub preferential: bool,
}
