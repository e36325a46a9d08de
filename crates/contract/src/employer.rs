//! The employer as the registries and the account system know it at one moment.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Kind of employer (M1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // The variants are those of `domain::employer::EmployerKind`.
pub enum EmployerKind {
    Company,
    OtherOrganisation,
    PublicEntity,
    NaturalPerson,
    Household,
}

/// The tax registry's word (R1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // The variants are those of `domain::employer::RucStatus`.
pub enum RucStatus {
    Active,
    Suspended,
    Cancelled,
}

/// Where an appointment is registered (R23).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // The variants are those of `domain::employer::Registry`.
pub enum Registry {
    Supercias,
    RegistroMercantil,
    Seps,
    Ministry,
    PublicAct,
}

/// The account (R13).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // The variants are those of `domain::employer::AccountState`.
pub enum AccountState {
    Active,
    Blocked,
}

/// A nombramiento (R23, M3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Appointment {
    /// Where it is registered.
    pub registry: Registry,
    /// ISO 8601 date.
    pub registered_on: String,
    /// ISO 8601 date; absent where it has no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<String>,
    /// The second signatory of a joint representation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_signatory: Option<String>,
}

/// The legal representative (R2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Representative {
    /// Ten digits.
    pub cedula: String,
    /// By the Registro Civil.
    pub name: String,
    /// ISO 8601 date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cedula_expires: Option<String>,
    /// Whether both registries name the same person.
    pub registries_agree: bool,
    /// Absent for a persona natural and a patrono de hogar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appointment: Option<Appointment>,
}

/// All that the registries and the account system say at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Employer {
    /// RUC (13 digits) or cédula of a patrono de hogar (10 digits).
    pub number: String,
    /// Registered name.
    pub name: String,
    /// By the registry.
    pub kind: EmployerKind,
    /// Tax registry.
    pub ruc_status: RucStatus,
    /// Who represents it.
    pub representative: Representative,
    /// The registered address, masked; absent where none is registered (R29). The whole address never leaves the
    /// backend: the stated one is compared there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_masked: Option<String>,
    /// The account.
    pub account: AccountState,
    /// Contributions are overdue (R33).
    pub in_arrears: bool,
    /// When this was looked up, milliseconds since 1970 UTC by the backend's clock.
    pub as_of: i64,
}

/// The address that the person named, to be compared (M14).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EmailCheck {
    /// The employer's number.
    pub number: String,
    /// As the person said it.
    pub stated: String,
}

/// Whether the stated address is the registered one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EmailCheckResult {
    /// The same box.
    pub matches: bool,
    /// Comparisons that this case still has.
    pub tries_left: u32,
}
