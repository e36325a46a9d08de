//! The employers of the day: each one is there for what it teaches.

use chrono::{Days, Months, NaiveDate};
use ventanilla_backend::import::DayEmployer;
use ventanilla_contract::employer::{AccountState, Appointment, EmployerKind, Registry, Representative, RucStatus};

use crate::numbers::{cedula, company_ruc, personal_ruc, public_ruc};

/// What a case of the day teaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lesson {
    /// Sociedad; everything in order.
    Company,
    /// Cooperativa with a joint representation: two signatures (M3).
    JointCooperative,
    /// Entidad pública.
    PublicEntity,
    /// Persona natural; preferential attention (M7).
    NaturalPerson,
    /// Patrono de hogar, identified by the cédula.
    Household,
    /// No registered e-mail (R29).
    NoEmail,
    /// Blocked account (R13).
    Blocked,
    /// RUC suspended (R1).
    Suspended,
    /// Nombramiento lapsed (R23).
    AppointmentLapsed,
    /// Tax registry and Registro Civil name different persons (R2).
    RegistriesDisagree,
    /// Fundación in arrears (R33).
    FoundationInArrears,
    /// A company whose RUC passes with a remark (M5).
    NumberRemark,
    /// "Error de Conexión con el Registro Civil" (R28).
    RegistroCivilDown,
    /// The cédula is past its date.
    CedulaExpired,
    /// A company that comes without a turno (M7).
    WalkInCompany,
    /// A person that comes without a turno (M7).
    WalkInPerson,
}

impl Lesson {
    /// Every lesson.
    pub const ALL: [Self; 16] = [
        Self::Company,
        Self::JointCooperative,
        Self::PublicEntity,
        Self::NaturalPerson,
        Self::Household,
        Self::NoEmail,
        Self::Blocked,
        Self::Suspended,
        Self::AppointmentLapsed,
        Self::RegistriesDisagree,
        Self::FoundationInArrears,
        Self::NumberRemark,
        Self::RegistroCivilDown,
        Self::CedulaExpired,
        Self::WalkInCompany,
        Self::WalkInPerson,
    ];

    /// Those that have a turno, in the order of their tickets from `A-001`.
    pub const WITH_TURNO: [Self; 14] = [
        Self::Company,
        Self::JointCooperative,
        Self::PublicEntity,
        Self::NaturalPerson,
        Self::Household,
        Self::NoEmail,
        Self::Blocked,
        Self::Suspended,
        Self::AppointmentLapsed,
        Self::RegistriesDisagree,
        Self::FoundationInArrears,
        Self::NumberRemark,
        Self::RegistroCivilDown,
        Self::CedulaExpired,
    ];

    /// The employer.
    #[must_use]
    pub fn employer(self, today: NaiveDate) -> DayEmployer {
        match self {
            Self::Company => {
                company("123456", "Panadería El Trigo S.A.S.", "1234567", "María Núñez Quishpe", "trigo", today)
            }
            Self::JointCooperative => DayEmployer {
                kind: EmployerKind::OtherOrganisation,
                representative: Representative {
                    appointment: Some(Appointment {
                        registry: Registry::Seps,
                        registered_on: ago(today, 14),
                        valid_until: Some(ahead(today, 34)),
                        second_signatory: Some("Rosa Elena Muñoz Ibáñez".to_owned()),
                    }),
                    ..represented("2345678", "Segundo Guamán Ñauñay", None, today)
                },
                ..employer(
                    company_ruc("234567"),
                    "Cooperativa de Ahorro Ñukanchik",
                    "gerencia@nukanchik.example",
                    today,
                )
            },
            Self::PublicEntity => DayEmployer {
                kind: EmployerKind::PublicEntity,
                representative: Representative {
                    appointment: Some(Appointment {
                        registry: Registry::PublicAct,
                        registered_on: ago(today, 18),
                        valid_until: None,
                        second_signatory: None,
                    }),
                    ..represented("3456789", "Inés Güiza Peñafiel", None, today)
                },
                ..employer(
                    public_ruc("00123"),
                    "Junta Parroquial de San Ramón",
                    "secretaria@junta.sanramon.example",
                    today,
                )
            },
            Self::NaturalPerson => person("4567890", "José Ángel Peña Ibáñez", "jose@taller.example", today),
            Self::Household => {
                let number = cedula("0567891");
                DayEmployer {
                    kind: EmployerKind::Household,
                    representative: represented("0567891", "Begoña Yépez Cañar", None, today),
                    ..employer(Some(number), "Begoña Yépez Cañar", "begona.yepez@hogar.example", today)
                }
            }
            Self::NoEmail => DayEmployer {
                email: None,
                ..company("345678", "Ferretería Cóndor Cía. Ltda.", "1357913", "Raúl Chicaíza Ortuño", "condor", today)
            },
            Self::Blocked => DayEmployer {
                account: AccountState::Blocked,
                ..company("456789", "Transportes Ñandú S.A.", "2468024", "Verónica Ordóñez Paucar", "nandu", today)
            },
            Self::Suspended => DayEmployer {
                ruc_status: RucStatus::Suspended,
                ..person("3579135", "Ramón Viñán Íñiguez", "ramon@imprenta.example", today)
            },
            Self::AppointmentLapsed => DayEmployer {
                representative: represented(
                    "4680246",
                    "Andrés Muñoz Cevallos",
                    Some(appointment(
                        Registry::RegistroMercantil,
                        ago(today, 25),
                        today.checked_sub_days(Days::new(12)),
                    )),
                    today,
                ),
                ..company("567890", "Textiles Añoranza S.A.", "4680246", "", "anoranza", today)
            },
            Self::RegistriesDisagree => {
                let mut employer =
                    company("678901", "Lácteos Páramo S.A.S.", "0791357", "Ángela Simbaña Núñez", "paramo", today);
                employer.representative.registries_agree = false;
                employer
            }
            Self::FoundationInArrears => DayEmployer {
                kind: EmployerKind::OtherOrganisation,
                in_arrears: true,
                representative: represented(
                    "1802468",
                    "Tomás Ibarra Güingla",
                    Some(appointment(Registry::Ministry, ago(today, 6), Some(ahead(today, 18)))),
                    today,
                ),
                ..employer(company_ruc("789012"), "Fundación Mañana Mejor", "direccion@manana.example", today)
            },
            Self::NumberRemark => {
                let mut employer = company(
                    "890123",
                    "Minera Río Cañaris S.A.S.",
                    "2913579",
                    "Álvaro Peñaherrera Solís",
                    "canaris",
                    today,
                );
                employer.number = off_by_one(&employer.number);
                employer
            }
            Self::RegistroCivilDown => DayEmployer {
                registro_civil_down: true,
                ..company(
                    "901234",
                    "Botica La Señora del Cisne S.A.",
                    "3024680",
                    "Cecilia Ñacato Ríos",
                    "botica",
                    today,
                )
            },
            Self::CedulaExpired => {
                let mut employer = person("4135791", "Óscar Quiñónez Bermúdez", "oscar@cerrajeria.example", today);
                employer.representative.cedula_expires = today.checked_sub_days(Days::new(40)).map(|d| d.to_string());
                employer
            }
            Self::WalkInCompany => {
                company("012345", "Café Montúfar S.A.S.", "0246802", "Sofía Montúfar Cañizares", "montufar", today)
            }
            Self::WalkInPerson => person("1357802", "Efraín Toaquiza Ñamiña", "efrain@carpinteria.example", today),
        }
    }
}

fn ago(today: NaiveDate, months: u32) -> String {
    today.checked_sub_months(Months::new(months)).unwrap_or(today).to_string()
}

fn ahead(today: NaiveDate, months: u32) -> String {
    today.checked_add_months(Months::new(months)).unwrap_or(today).to_string()
}

fn appointment(registry: Registry, registered_on: String, valid_until: Option<impl ToString>) -> Appointment {
    Appointment { registry, registered_on, valid_until: valid_until.map(|d| d.to_string()), second_signatory: None }
}

fn represented(seven: &str, name: &str, appointment: Option<Appointment>, today: NaiveDate) -> Representative {
    Representative {
        cedula: cedula(seven),
        name: name.to_owned(),
        cedula_expires: Some(ahead(today, 53)),
        registries_agree: true,
        appointment,
    }
}

/// In order in every way; the kinds differ by what the caller puts over it.
fn employer(number: Option<String>, name: &str, email: &str, today: NaiveDate) -> DayEmployer {
    DayEmployer {
        number: number.unwrap_or_default(),
        name: name.to_owned(),
        kind: EmployerKind::Company,
        ruc_status: RucStatus::Active,
        representative: represented("0000000", "", None, today),
        email: Some(email.to_owned()),
        account: AccountState::Active,
        in_arrears: false,
        registro_civil_down: false,
        open_sessions: 1,
    }
}

fn company(six: &str, name: &str, seven: &str, representative: &str, domain: &str, today: NaiveDate) -> DayEmployer {
    let registered = appointment(Registry::RegistroMercantil, ago(today, 9), Some(ahead(today, 27)));
    DayEmployer {
        representative: represented(seven, representative, Some(registered), today),
        ..employer(company_ruc(six), name, &format!("administracion@{domain}.example"), today)
    }
}

fn person(seven: &str, name: &str, email: &str, today: NaiveDate) -> DayEmployer {
    let cedula = cedula(seven);
    DayEmployer {
        kind: EmployerKind::NaturalPerson,
        representative: represented(seven, name, None, today),
        ..employer(Some(personal_ruc(&cedula)), name, email, today)
    }
}

/// The same number with another check digit: what the tax registry has among its active companies.
fn off_by_one(ruc: &str) -> String {
    ruc.chars()
        .enumerate()
        .map(|(i, c)| match (i, c.to_digit(10)) {
            (9, Some(digit)) => char::from_digit((digit + 1) % 10, 10).unwrap_or(c),
            _ => c,
        })
        .collect()
}
