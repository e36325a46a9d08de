//! The day's extract: what the institute's systems hand to a centre before it opens. Training makes a fictional one;
//! production imports extracts of the same form. PINs and device secrets stand in clear in the file only.

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use ventanilla_contract::employer::{AccountState, EmployerKind, Representative, RucStatus};
use ventanilla_contract::staff::Role;

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
    /// A PIN could not be hashed.
    #[error("a PIN could not be hashed")]
    Hash,
    /// The store said no.
    #[error(transparent)]
    Store(#[from] crate::store::StoreError),
}

/// Hashes the secrets of an extract and brings the store up to date. `salts` gives 16 fresh random bytes per call.
///
/// # Errors
/// [`ImportError`].
pub async fn import(
    store: &dyn crate::store::ImportStore,
    day: DayFile,
    salts: &mut (dyn FnMut() -> [u8; 16] + Send),
) -> Result<(), ImportError> {
    Ok(store.import(hash(day, salts)?).await?)
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
