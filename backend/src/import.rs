//! The day's extract: what the institute's systems hand to a centre before it opens. Training makes a fictional one;
//! production imports extracts of the same form. PINs and device secrets stand in clear in the file only.

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use ventanilla_contract::employer::{AccountState, EmployerKind, Representative, RucStatus};
use ventanilla_contract::error::ErrorCode;
use ventanilla_contract::staff::Role;
use ventanilla_domain::email::Email;
use ventanilla_domain::employer::EmployerId;
use ventanilla_domain::number::Cedula;

/// A whole extract. Every list may be empty; what is there is inserted or brought up to date (idempotent).
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DayFile {
    /// Centres.
    pub centers: Vec<DayCenter>,
    /// Workstations.
    pub devices: Vec<DayDevice>,
    /// Staff.
    pub staff: Vec<DayStaff>,
    /// Employers with the registries' word about them.
    pub employers: Vec<DayEmployer>,
    /// Turnos.
    pub turnos: Vec<DayTurno>,
}

/// A service centre.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DayCenter {
    /// Short id without `.` or `/`, such as `QS`.
    pub id: String,
    /// As it stands on paper.
    pub name: String,
    /// Minutes east of UTC (−300 mainland, −360 Galápagos).
    pub utc_offset_minutes: i32,
}

/// A workstation. With `secret` it is enrolled at once (training); with `enrollment_code` it may enrol once.
#[derive(Clone, Serialize, Deserialize)]
pub struct DayDevice {
    /// Its centre.
    pub center: String,
    /// Its counter, such as `3`. Its id is `<center>-<counter>`, its epoch starts at 1.
    pub counter: String,
    /// The device secret in clear.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// A one-time code in clear, good for 24 h from the import.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enrollment_code: Option<String>,
}

/// A member of staff.
#[derive(Clone, Serialize, Deserialize)]
pub struct DayStaff {
    /// User name; the actor in every record.
    pub username: String,
    /// As it stands on paper.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Centre.
    pub center: String,
    /// In clear here only; the store keeps its argon2id hash.
    pub pin: String,
}

/// An employer as the registries and the account system know it.
#[derive(Clone, Serialize, Deserialize)]
pub struct DayEmployer {
    /// RUC (13 digits) or cédula of a patrono de hogar (10 digits).
    pub number: String,
    /// Registered name.
    pub name: String,
    /// Kind.
    pub kind: EmployerKind,
    /// The tax registry's word (R1).
    pub ruc_status: RucStatus,
    /// The representative and the appointment (R2, R23).
    pub representative: Representative,
    /// The registered address in full; absent where there is none (R29).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The account (R13).
    pub account: AccountState,
    /// Mora patronal (R33).
    #[serde(default)]
    pub in_arrears: bool,
    /// Looking this employer up meets "Error de Conexión con el Registro Civil" (R28); for training and tests.
    #[serde(default)]
    pub registro_civil_down: bool,
    /// How many sessions of the employer are open at the portal; a new key ends them (M10).
    #[serde(default)]
    pub open_sessions: u32,
}

/// A turno obtained on the website.
#[derive(Clone, Serialize, Deserialize)]
pub struct DayTurno {
    /// Id.
    pub id: Uuid,
    /// Centre.
    pub center: String,
    /// ISO 8601 date at the centre.
    pub day: String,
    /// As the person reads it: `A-014`.
    pub ticket: String,
    /// The employer's number.
    pub number: String,
    /// Who is expected.
    pub person_name: String,
    /// Milliseconds since 1970 UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appointed_at: Option<i64>,
    /// Preferential attention (M7).
    #[serde(default)]
    pub preferential: bool,
}

/// SHA-256 of a workstation's secret and of its enrolment code.
type DeviceDigests = (Option<[u8; 32]>, Option<[u8; 32]>);

/// An extract whose secrets are hashed: what a store takes.
#[derive(Clone)]
pub struct Hashed {
    /// The extract; `pin`, `secret` and `enrollment_code` are empty or absent in it.
    pub(crate) day: DayFile,
    /// argon2id PHC string per member of staff, in the order of `day.staff`.
    pub(crate) pins: Vec<String>,
    /// SHA-256 of secret and of enrolment code per device, in the order of `day.devices`.
    pub(crate) devices: Vec<DeviceDigests>,
}

/// An extract that cannot be imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A row that cannot be: nothing of the extract was taken.
    #[error("{}: {list}, row {row}: {field}", code.as_str())]
    Row {
        /// `number_invalid` or `body_invalid`.
        code: ErrorCode,
        /// Which list.
        list: &'static str,
        /// Which row of it, counted from 1.
        row: usize,
        /// Which field; its value may be a secret.
        field: &'static str,
    },
    /// A PIN could not be hashed.
    #[error("a PIN could not be hashed")]
    Hash,
    /// The store said no.
    #[error(transparent)]
    Store(#[from] crate::store::StoreError),
}

/// Reads an extract, hashes its secrets and brings the store up to date. `salts` gives 16 fresh random bytes per call.
///
/// # Errors
/// [`ImportError`].
pub async fn import(
    store: &dyn crate::store::ImportStore,
    day: DayFile,
    salts: &mut (dyn FnMut() -> [u8; 16] + Send),
) -> Result<(), ImportError> {
    Ok(store.import(hash(sound(day)?, salts)?).await?)
}

/// The argon2id settings of PINs and employer keys: 19 MiB, two passes, one lane (OWASP's first choice).
#[must_use]
pub fn argon() -> argon2::Argon2<'static> {
    argon2::Argon2::default()
}

/// The argon2id PHC string of a PIN or key. Takes tens of milliseconds: not on an async thread.
///
/// # Errors
/// [`ImportError::Hash`].
pub fn hash_secret(secret: &[u8], salt: [u8; 16]) -> Result<String, ImportError> {
    use argon2::password_hash::{PasswordHasher, SaltString};
    let salt = SaltString::encode_b64(&salt).map_err(|_| ImportError::Hash)?;
    Ok(argon().hash_password(secret, &salt).map_err(|_| ImportError::Hash)?.to_string())
}

/// Whether a text can be the id of a centre or counter: it stands in paths, in credentials and on paper.
pub(crate) fn is_id(text: &str) -> bool {
    !text.is_empty() && text.len() <= 16 && text.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
}

/// The extract with every number and date as this program writes it, or the first row that cannot be.
fn sound(mut day: DayFile) -> Result<DayFile, ImportError> {
    let at = |list: &'static str, row: usize| {
        move |code: ErrorCode, field: &'static str| ImportError::Row { code, list, row: row + 1, field }
    };
    for (row, center) in day.centers.iter().enumerate() {
        if !is_id(&center.id) {
            return Err(at("centers", row)(ErrorCode::BodyInvalid, "id"));
        }
    }
    for (row, device) in day.devices.iter().enumerate() {
        if !is_id(&device.counter) {
            return Err(at("devices", row)(ErrorCode::BodyInvalid, "counter"));
        }
    }
    for (row, person) in day.staff.iter().enumerate() {
        if person.pin.is_empty() {
            return Err(at("staff", row)(ErrorCode::BodyInvalid, "pin"));
        }
    }
    for (row, employer) in day.employers.iter_mut().enumerate() {
        let wrong = at("employers", row);
        number(&mut employer.number).ok_or_else(|| wrong(ErrorCode::NumberInvalid, "number"))?;
        let who = &mut employer.representative;
        let cedula =
            Cedula::parse(&who.cedula).map_err(|_| wrong(ErrorCode::NumberInvalid, "representative.cedula"))?;
        who.cedula = cedula.as_str().to_owned();
        date(who.cedula_expires.as_mut())
            .ok_or_else(|| wrong(ErrorCode::BodyInvalid, "representative.cedula_expires"))?;
        if let Some(post) = &mut who.appointment {
            date(Some(&mut post.registered_on))
                .ok_or_else(|| wrong(ErrorCode::BodyInvalid, "appointment.registered_on"))?;
            date(post.valid_until.as_mut()).ok_or_else(|| wrong(ErrorCode::BodyInvalid, "appointment.valid_until"))?;
        }
        if employer.email.as_deref().is_some_and(|e| Email::parse(e).is_err()) {
            return Err(wrong(ErrorCode::BodyInvalid, "email"));
        }
    }
    for (row, turno) in day.turnos.iter_mut().enumerate() {
        let wrong = at("turnos", row);
        number(&mut turno.number).ok_or_else(|| wrong(ErrorCode::NumberInvalid, "number"))?;
        date(Some(&mut turno.day)).ok_or_else(|| wrong(ErrorCode::BodyInvalid, "day"))?;
    }
    Ok(day)
}

fn number(text: &mut String) -> Option<()> {
    *text = EmployerId::parse(text).ok()?.as_str().to_owned();
    Some(())
}

fn date(text: Option<&mut String>) -> Option<()> {
    let Some(text) = text else { return Some(()) };
    *text = text.trim().parse::<chrono::NaiveDate>().ok()?.to_string();
    Some(())
}

fn hash(mut day: DayFile, salts: &mut (dyn FnMut() -> [u8; 16] + Send)) -> Result<Hashed, ImportError> {
    use sha2::{Digest, Sha256};
    let mut pins = Vec::with_capacity(day.staff.len());
    for person in &mut day.staff {
        pins.push(hash_secret(std::mem::take(&mut person.pin).as_bytes(), salts())?);
    }
    let digest = |text: Option<String>| text.map(|t| <[u8; 32]>::from(Sha256::digest(t.as_bytes())));
    let devices = day.devices.iter_mut().map(|d| (digest(d.secret.take()), digest(d.enrollment_code.take()))).collect();
    Ok(Hashed { day, pins, devices })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::conformance_hashed;

    fn refused(change: impl FnOnce(&mut DayFile)) -> String {
        let mut day = conformance_hashed().day;
        for person in &mut day.staff {
            person.pin = "1234".into();
        }
        assert!(sound(day.clone()).is_ok());
        change(&mut day);
        sound(day).map(|_| ()).unwrap_err().to_string()
    }

    #[test]
    fn a_row_that_cannot_be_is_named_and_its_value_is_not_quoted() {
        assert_eq!(refused(|d| d.employers[1].number = "17".into()), "number_invalid: employers, row 2: number");
        assert_eq!(refused(|d| d.turnos[2].number = "x".into()), "number_invalid: turnos, row 3: number");
        assert_eq!(refused(|d| d.turnos[0].day = "24/11/2026".into()), "body_invalid: turnos, row 1: day");
        assert_eq!(refused(|d| d.staff[0].pin.clear()), "body_invalid: staff, row 1: pin");
        for bad in ["", "1.2", "1/2"] {
            assert_eq!(
                refused(|d| d.devices[0].counter = bad.into()),
                "body_invalid: devices, row 1: counter",
                "{bad}"
            );
            assert_eq!(refused(|d| d.centers[0].id = bad.into()), "body_invalid: centers, row 1: id", "{bad}");
        }
        let cedula = refused(|d| d.employers[0].representative.cedula = "123".into());
        assert_eq!(cedula, "number_invalid: employers, row 1: representative.cedula");
        let term = refused(|d| {
            let post = d.employers[0].representative.appointment.as_mut();
            post.unwrap().valid_until = Some("mañana".into());
        });
        assert_eq!(term, "body_invalid: employers, row 1: appointment.valid_until");
    }

    #[test]
    fn numbers_and_dates_are_kept_as_this_program_writes_them() {
        let mut day = conformance_hashed().day;
        for person in &mut day.staff {
            person.pin = "1234".into();
        }
        let plain = day.employers[0].number.clone();
        day.employers[0].number = format!(" {plain} ");
        day.turnos[0].day = " 2026-11-24".into();
        let read = sound(day).unwrap();
        assert_eq!((read.employers[0].number.as_str(), read.turnos[0].day.as_str()), (plain.as_str(), "2026-11-24"));
    }
}
