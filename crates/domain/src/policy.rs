//! The settings of the rulebook in one table (M1): which documents a kind of employer shows, where its appointment may
//! be registered, and what the failure of a check means.

use crate::dossier::{Check, Document};
use crate::employer::{EmployerKind, Registry};

/// What the failure of a check means (M1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Severity {
    /// Shown and recorded; stops nothing.
    Remark,
    /// Stops, unless a supervisor overrides with a reason (M16).
    Overridable,
    /// Stops.
    Refusal,
}

/// The rules that an institute may set. [`Policy::default`] is the published state of 2026.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// How old a RUC printout may be, days (R20).
    pub printout_max_age_days: i64,
    /// How old a request letter may be, days (R22).
    pub letter_max_age_days: i64,
    /// Longest term of an appointment, years (M3).
    pub appointment_max_years: i32,
    /// Whether a turno issued at the desk satisfies R21 (M7).
    pub walk_in_counts: bool,
    /// Days within which a returned case reopens (M6).
    pub reopen_days: i64,
    /// Life of a link, milliseconds (R10). The figure is exact.
    pub link_ms: i64,
    /// Pause between two links of a case, milliseconds (M15).
    pub reissue_cooldown_ms: i64,
    /// Links per case and day without a supervisor (M15).
    pub links_per_day: u32,
    /// Wait after "Error de Conexión con el Registro Civil", milliseconds (R28).
    pub registry_retry_ms: i64,
    /// Life of a service period, milliseconds (M11).
    pub service_period_ms: i64,
    /// Times that a case may compare the stated address (M14): the desk is no oracle for addresses.
    pub email_tries: u32,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            printout_max_age_days: 30,
            letter_max_age_days: 30,
            appointment_max_years: 5,
            walk_in_counts: true,
            reopen_days: 10,
            link_ms: 180_000,
            reissue_cooldown_ms: 30_000,
            links_per_day: 3,
            registry_retry_ms: 3_600_000,
            service_period_ms: 600_000,
            email_tries: 5,
        }
    }
}

impl Policy {
    /// The documents that a kind of employer shows, in the order of the checklist (R19–R23, M1).
    #[must_use]
    pub const fn documents(kind: EmployerKind) -> &'static [Document] {
        use Document::{Appointment, Cedula, RequestLetter, RucPrintout, Turno};
        match kind {
            EmployerKind::Company | EmployerKind::OtherOrganisation | EmployerKind::PublicEntity => {
                &[Cedula, RucPrintout, Turno, RequestLetter, Appointment]
            }
            EmployerKind::NaturalPerson => &[Cedula, RucPrintout, Turno, RequestLetter],
            EmployerKind::Household => &[Cedula, Turno, RequestLetter],
        }
    }

    /// Where the appointment of a kind may be registered (R23, M1).
    #[must_use]
    pub const fn registries(kind: EmployerKind) -> &'static [Registry] {
        match kind {
            EmployerKind::Company => &[Registry::Supercias, Registry::RegistroMercantil],
            EmployerKind::OtherOrganisation => {
                &[Registry::Seps, Registry::Ministry, Registry::Supercias, Registry::RegistroMercantil]
            }
            EmployerKind::PublicEntity => &[Registry::PublicAct],
            EmployerKind::NaturalPerson | EmployerKind::Household => &[],
        }
    }

    /// What the failure of a check means. One table for desk and backend.
    #[must_use]
    pub const fn severity(check: Check) -> Severity {
        match check {
            Check::CedulaIsTheRepresentatives
            | Check::RegistriesAgree
            | Check::RucIsActive
            | Check::TurnoIsOfToday
            | Check::TurnoIsOfThisCentre
            | Check::TurnoIsOfThisEmployer
            | Check::LetterIsNotFromTheFuture
            | Check::AppointmentExists
            | Check::AppointmentRegistryCounts
            | Check::AppointmentIsInForce
            | Check::SecondSignatorySigned => Severity::Refusal,
            Check::CedulaIsInForce
            | Check::PrintoutIsRecent
            | Check::LetterIsRecent
            | Check::AppointmentTermIsPlausible => Severity::Overridable,
            Check::RucDigitsFit => Severity::Remark,
        }
    }
}
