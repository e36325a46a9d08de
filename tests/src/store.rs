//! A workstation's store under a key that the tests know.

use std::path::Path;
use std::sync::Arc;

use ventanilla_contract::staff::Device;
use ventanilla_desk::DeskError;
use ventanilla_desk::edge::{SystemClock, SystemRandom};
use ventanilla_desk::store::{Db, DbDeps};

/// The key.
pub const KEY: [u8; 32] = *b"a key that the tests know, only.";

/// Opens it.
///
/// # Errors
/// What the store says.
pub fn open(file: &Path) -> Result<Db, DeskError> {
    let (changes, _) = tokio::sync::broadcast::channel(8);
    Db::open(file, &KEY, DbDeps { clock: Arc::new(SystemClock::default()), random: Arc::new(SystemRandom), changes })
}

/// Whose it is.
#[must_use]
pub fn device() -> Device {
    Device {
        device_id: "QS-3".to_owned(),
        secret: String::new(),
        epoch: 1,
        center: "QS".to_owned(),
        center_name: "Centro de Atención Universal Quito Sur".to_owned(),
        utc_offset_minutes: -300,
        counter: "3".to_owned(),
    }
}
