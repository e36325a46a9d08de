//! The key of the store (M35): random, wrapped for each clerk under a key from PIN *and* machine secret. Nothing here
//! lies in plain text on disk, and nothing here knows what the store holds.

pub mod device;
mod ring;
mod secret;
mod wrap;

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::Path;

pub use ring::{KeyRing, MAX_TRIES, PIN_LOCK_MS};
pub use secret::{CredentialFile, MachineSecret, Passphrase, TrainingSecret};
pub use wrap::KdfParams;

use crate::error::DeskError;

/// Makes a folder that only its owner reads.
///
/// # Errors
/// The folder cannot be made.
pub fn private_dir(dir: &Path) -> Result<(), DeskError> {
    fs::create_dir_all(dir)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(dir, fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

/// Puts a whole file in the place of the one before, durably: a cut in between leaves the old or the new one.
fn replace(path: &Path, bytes: &[u8]) -> Result<(), DeskError> {
    let fresh = path.with_extension("new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options.open(&fresh)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&fresh, path)?;
    #[cfg(unix)]
    if let Some(dir) = path.parent() {
        File::open(dir)?.sync_all()?;
    }
    Ok(())
}
