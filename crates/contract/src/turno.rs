//! Turnos and service periods.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A turno of a day at a centre.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Turno {
    /// Id; a walk-in's is made at the desk (UUIDv7).
    pub id: Uuid,
    /// As the person reads it on the paper: `A-014`.
    pub ticket: String,
    /// The centre.
    pub center: String,
    /// ISO 8601 date at the centre.
    pub day: String,
    /// Appointed time, milliseconds since 1970 UTC; absent for a walk-in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appointed_at: Option<i64>,
    /// The employer's number; a walk-in's is as typed.
    pub number: String,
    /// The employer's registered name; empty where the backend does not know the number.
    pub employer_name: String,
    /// Who is expected.
    pub person_name: String,
    /// Preferential attention, without any reason (M7).
    pub preferential: bool,
    /// Whether it was issued at the desk.
    pub walk_in: bool,
    /// The counter that called it, if one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub called_by: Option<String>,
}

/// A walk-in that gets its turno at the desk. The answer is the [`Turno`]; sent again it is the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WalkIn {
    /// The employer's number.
    pub number: String,
    /// The ticket that the desk printed or said.
    pub ticket: String,
    /// Who stands there, as they say.
    pub person_name: String,
    /// Preferential attention.
    pub preferential: bool,
}

/// Asks for the person: two counters can never serve the same one (M7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Call {
    /// The case that is opened for it.
    pub case_id: Uuid,
}

/// The time in which requests for a case are taken (M11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ServicePeriod {
    /// Id; each reset request names it.
    pub id: Uuid,
    /// Milliseconds that it still runs, at most ten minutes.
    pub expires_in_ms: u32,
}
