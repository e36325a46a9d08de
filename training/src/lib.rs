//! The fictional day of training mode (M30): one employer of every kind and one of every way in which a case does not
//! end with a new key, their registries, turnos and staff. Plain data in the form of a day's extract; what a desk or a
//! backend does with it is not decided here. Persons, employers and addresses are invented; every address lies in a
//! domain that cannot exist, so that no mail of training reaches anybody.

mod numbers;
mod people;

use chrono::{NaiveDate, NaiveTime};
use uuid::Uuid;
use ventanilla_backend::import::{DayCenter, DayDevice, DayFile, DayStaff, DayTurno};
use ventanilla_contract::staff::Role;

pub use people::Lesson;

/// The centre's id, in every key.
pub const CENTER: &str = "QS";
/// The counter where training happens.
pub const COUNTER: &str = "3";
/// Minutes east of UTC at the centre.
pub const UTC_OFFSET_MINUTES: i32 = -300;
/// The staff: two clerks and a supervisor, in the order of [`Secrets::pins`].
pub const STAFF: [(&str, &str, Role); 3] = [
    ("landrade", "Lucía Andrade", Role::Clerk),
    ("jnono", "Julián Ñoño", Role::Clerk),
    ("mguerron", "Mónica Guerrón", Role::Supervisor),
];

/// What the caller makes anew for each training folder: no default PIN or secret exists (M30).
#[derive(Clone)]
pub struct Secrets {
    /// PINs of [`STAFF`].
    pub pins: [String; 3],
    /// Secret of the workstation at [`COUNTER`], where it is enrolled at once.
    pub device_secret: Option<String>,
    /// One-time code of the workstation at [`COUNTER`], where it is enrolled by hand.
    pub enrollment_code: Option<String>,
}

/// The fictional day for `today` at the centre. The same day and secrets give the same extract.
#[must_use]
pub fn fictional_day(today: NaiveDate, secrets: &Secrets) -> DayFile {
    let staff = STAFF.iter().zip(&secrets.pins).map(|((username, name, role), pin)| DayStaff {
        username: (*username).to_owned(),
        name: (*name).to_owned(),
        role: *role,
        center: CENTER.to_owned(),
        pin: pin.clone(),
    });
    let turnos = Lesson::WITH_TURNO.iter().zip(0_u8..).map(|(lesson, index)| {
        let employer = lesson.employer(today);
        DayTurno {
            id: turno_id(today, index),
            center: CENTER.to_owned(),
            day: today.to_string(),
            ticket: format!("A-{:03}", index + 1),
            number: employer.number,
            person_name: employer.representative.name,
            appointed_at: Some(appointed(today, index)),
            preferential: *lesson == Lesson::NaturalPerson,
        }
    });
    DayFile {
        centers: vec![DayCenter {
            id: CENTER.to_owned(),
            name: "Centro de Atención Universal Quito Sur".to_owned(),
            utc_offset_minutes: UTC_OFFSET_MINUTES,
        }],
        devices: vec![DayDevice {
            center: CENTER.to_owned(),
            counter: COUNTER.to_owned(),
            secret: secrets.device_secret.clone(),
            enrollment_code: secrets.enrollment_code.clone(),
        }],
        staff: staff.collect(),
        employers: Lesson::ALL.iter().map(|lesson| lesson.employer(today)).collect(),
        turnos: turnos.collect(),
    }
}

/// One id per day and turno, so that a second start of the same day brings no second turno.
fn turno_id(today: NaiveDate, index: u8) -> Uuid {
    let days = today.to_epoch_days().to_be_bytes();
    let mut bytes = *b"ventan\0\0\0\0\0\0\0\0\0\0";
    for (to, from) in bytes.iter_mut().skip(10).zip(days) {
        *to = from;
    }
    if let Some(last) = bytes.last_mut() {
        *last = index;
    }
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// Every twenty minutes from 08:00 at the centre, milliseconds since 1970 UTC.
fn appointed(today: NaiveDate, index: u8) -> i64 {
    let minutes = i64::from(index) * 20 + 8 * 60 - i64::from(UTC_OFFSET_MINUTES);
    today.and_time(NaiveTime::MIN).and_utc().timestamp_millis() + minutes * 60_000
}

#[cfg(test)]
mod tests;
