//! What the registries and the account system say about an employer (R1, R2, R12, R13). Facts only: what follows from
//! them is in [`crate::dossier`] and [`crate::reset`].

use chrono::NaiveDate;

use crate::number::{Cedula, Ruc};

/// The kind of employer, as the registry knows it; no key press changes it (M1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EmployerKind {
    /// Sociedad: a company under the Superintendencia de Compañías.
    Company,
    /// Cooperativa, fundación, foreign branch.
    OtherOrganisation,
    /// Entidad pública.
    PublicEntity,
    /// RUC de persona natural.
    NaturalPerson,
    /// Patrono de hogar, identified by the cédula.
    Household,
}

impl EmployerKind {
    /// Every kind.
    pub const ALL: [Self; 5] =
        [Self::Company, Self::OtherOrganisation, Self::PublicEntity, Self::NaturalPerson, Self::Household];
}

/// By what number the institute knows the employer (M5).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum EmployerId {
    /// Everyone but a patrono de hogar.
    Ruc(Ruc),
    /// Patrono de hogar.
    Cedula(Cedula),
}

impl EmployerId {
    /// Reads thirteen digits as a RUC and anything else as a cédula.
    ///
    /// # Errors
    /// The flaw of a number that cannot exist.
    pub fn parse(typed: &str) -> Result<Self, crate::number::Flaw> {
        let digits = typed.chars().filter(char::is_ascii_digit).count();
        if digits == 10 { Cedula::parse(typed).map(Self::Cedula) } else { Ruc::parse(typed).map(Self::Ruc) }
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Ruc(ruc) => ruc.as_str(),
            Self::Cedula(cedula) => cedula.as_str(),
        }
    }

    /// As lists and paper show it (M20).
    #[must_use]
    pub fn masked(&self) -> String {
        match self {
            Self::Ruc(ruc) => crate::mask::ruc(ruc),
            Self::Cedula(cedula) => crate::mask::number(cedula.as_str()),
        }
    }
}

/// The tax registry's word about the RUC (R1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RucStatus {
    /// ACTIVA.
    Active,
    /// SUSPENDIDA: the holder stopped activities.
    Suspended,
    /// PASIVA or cancelled.
    Cancelled,
}

/// Where an appointment may be registered (R23). Which of them count for a kind is in the policy table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Registry {
    /// Superintendencia de Compañías, Valores y Seguros.
    Supercias,
    /// Registro Mercantil of the canton.
    RegistroMercantil,
    /// Superintendencia de Economía Popular y Solidaria (cooperativas, asociaciones).
    Seps,
    /// A ministry or secretariat that registers the directors of fundaciones.
    Ministry,
    /// Acción de personal, decree or credential of a public authority.
    PublicAct,
}

/// Whether one person signs or two must (M3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Representation {
    /// One signature.
    Individual,
    /// Two signatures; the second signatory's name.
    Joint(String),
}

/// A nombramiento as the registry knows it (R23, M3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appointment {
    /// Where it is registered.
    pub registry: Registry,
    /// When it was registered.
    pub registered_on: NaiveDate,
    /// Last day of its term; `None` where it has no end (some public acts).
    pub valid_until: Option<NaiveDate>,
    /// Individual or joint.
    pub representation: Representation,
}

/// The legal representative as the registries know them (R2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Representative {
    /// Their cédula, by the tax registry.
    pub cedula: Cedula,
    /// Their name, by the Registro Civil.
    pub name: String,
    /// Last day on which the cédula is valid; `None` where the Registro Civil gives none.
    pub cedula_expires: Option<NaiveDate>,
    /// Whether tax registry and Registro Civil name the same person (R2).
    pub registries_agree: bool,
    /// The appointment; a persona natural and a patrono de hogar have none.
    pub appointment: Option<Appointment>,
}

/// The employer's account at the institute (R12, R13).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AccountState {
    /// May be reset.
    Active,
    /// Too many failed log-ins: goes through "Desbloqueo de Clave".
    Blocked,
}

/// All that the registries and the account system say at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// RUC, or cédula of a patrono de hogar.
    pub id: EmployerId,
    /// Registered name.
    pub name: String,
    /// Kind by the registry.
    pub kind: EmployerKind,
    /// Tax registry; a patrono de hogar needs no RUC and counts as active.
    pub ruc_status: RucStatus,
    /// Who represents it.
    pub representative: Representative,
    /// Whether an e-mail address is registered (R29).
    pub has_email: bool,
    /// The account.
    pub account: AccountState,
    /// Contributions are overdue (R33): marks the case, changes no order.
    pub in_arrears: bool,
}
