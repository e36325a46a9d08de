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

use crate::error::{DeskError, Own};

/// Makes a folder that only its owner enters. One that exists keeps its mode, so that a group of OS users may share the
/// workstation (M35); what it gives to everybody is taken away.
///
/// # Errors
/// The folder cannot be made; [`Own::FolderOpen`] for one that everybody may enter and this user may not close.
pub fn private_dir(dir: &Path) -> Result<(), DeskError> {
    let made = !dir.exists();
    fs::create_dir_all(dir)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(dir)?.permissions().mode();
        if made {
            fs::set_permissions(dir, fs::Permissions::from_mode(0o700))?;
        } else if mode & 0o007 != 0 {
            let closed = fs::Permissions::from_mode(mode & 0o7770);
            fs::set_permissions(dir, closed).map_err(|_| Own::FolderOpen)?;
        }
    }
    Ok(())
}

/// Gives a file to its owner and to whom its folder lets in as a group; makes an empty one where there is none. One that
/// belongs to somebody else stays as they gave it.
pub(crate) fn admit_group(path: &Path) -> Result<(), DeskError> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
        let made = OpenOptions::new().write(true).create_new(true).open(path).is_ok();
        let mode = file_mode(path)?;
        if made || fs::metadata(path)?.mode() & 0o777 != mode {
            let _ = fs::set_permissions(path, fs::Permissions::from_mode(mode));
        }
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

/// Read and write for the owner, and for the group as far as the folder has it.
#[cfg(unix)]
fn file_mode(path: &Path) -> Result<u32, DeskError> {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok(0o600 | fs::metadata(folder)?.permissions().mode() & 0o060)
}

/// Puts a whole file in the place of the one before, durably: a cut in between leaves the old or the new one.
fn replace(path: &Path, bytes: &[u8]) -> Result<(), DeskError> {
    let fresh = path.with_extension("new");
    // What a cut left behind may be somebody else's.
    let _ = fs::remove_file(&fresh);
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options.open(&fresh)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // The umask has no say in what the group may.
        file.set_permissions(fs::Permissions::from_mode(file_mode(path)?))?;
    }
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
