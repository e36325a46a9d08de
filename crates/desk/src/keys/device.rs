//! `device.json`: what the backend gave this workstation at enrolment, sealed under the machine secret. It must be
//! readable before any clerk signs in, so that it cannot lie in the store.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use ventanilla_contract::staff::Device;

use super::wrap::{self, Sealed};
use super::{MachineSecret, private_dir, replace};
use crate::edge::Random;
use crate::error::{DeskError, Own};

const PURPOSE: &str = "ventanilla device";

/// The file in a data folder.
#[must_use]
pub fn path(data_dir: &Path) -> PathBuf {
    data_dir.join("device.json")
}

/// Whether the workstation is enrolled; asks for no secret.
#[must_use]
pub fn exists(data_dir: &Path) -> bool {
    path(data_dir).is_file()
}

/// Keeps what enrolment gave, in place of an earlier one.
///
/// # Errors
/// The machine gives no secret, or the file cannot be written.
pub fn store(
    data_dir: &Path,
    device: &Device,
    secret: &dyn MachineSecret,
    random: &dyn Random,
) -> Result<(), DeskError> {
    private_dir(data_dir)?;
    let key = wrap::combine(&*secret.secret()?, &[], PURPOSE)?;
    let plain = zeroize::Zeroizing::new(serde_json::to_vec(device)?);
    replace(&path(data_dir), &serde_json::to_vec(&wrap::seal(&key, PURPOSE, &plain, random)?)?)
}

/// What enrolment gave.
///
/// # Errors
/// [`Own::NotEnrolled`] where there is none, [`Own::KeysUnreadable`] where machine and file do not fit.
pub fn load(data_dir: &Path, secret: &dyn MachineSecret) -> Result<Device, DeskError> {
    let found = match fs::read(path(data_dir)) {
        Ok(found) => found,
        Err(e) if e.kind() == ErrorKind::NotFound => return Err(Own::NotEnrolled.into()),
        Err(e) => return Err(e.into()),
    };
    let sealed: Sealed = serde_json::from_slice(&found).map_err(|_| Own::KeysUnreadable)?;
    let key = wrap::combine(&*secret.secret()?, &[], PURPOSE)?;
    let plain = wrap::open(&key, PURPOSE, &sealed).ok_or(Own::KeysUnreadable)?;
    serde_json::from_slice(&plain).map_err(|_| Own::KeysUnreadable.into())
}
