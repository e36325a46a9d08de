//! Who owns a SQLite file: the one process that holds its lock. Only the owner makes the file, brings its schema up to
//! date, sets it aside when it is damaged, and takes over what the process before it had under way. An operator's command
//! beside a backend that serves reads and writes as any other connection does.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use ventanilla_domain::time::Millis;

use super::{Answer, StoreError, Unopened};

/// What a file that was set aside is called after its own name.
const DAMAGED: &str = ".damaged-";

/// The lock of a file; whoever lets go of it lets the file go.
#[derive(Debug)]
pub struct Hold {
    path: PathBuf,
    /// Locked while it is open; the system lets go of it when the process ends, however it ends.
    _lock: File,
}

impl Hold {
    /// Takes the file for this process, there or not.
    ///
    /// # Errors
    /// [`Unopened::InUse`] while another process has it.
    pub fn take(path: &Path) -> Answer<Self> {
        let path = real(path);
        let lock = beside(&path, ".lock");
        let broken = |e: io::Error| StoreError::Unavailable(format!("{}: {e}", lock.display()));
        let file = open_lock(&lock, &path).map_err(broken)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { path, _lock: file }),
            Err(TryLockError::WouldBlock) => Err(Unopened::InUse { path }.into()),
            Err(TryLockError::Error(e)) => Err(broken(e)),
        }
    }

    /// The file, links followed.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Makes the file, for its owner's eyes alone, if it is not there. Where one was set aside, only `anew` makes another:
    /// keys, tombstones and resets of the damaged one would be gone without a word.
    pub(super) fn make(&self, anew: bool) -> Answer<()> {
        if !anew
            && !self.path.exists()
            && let Some(set_aside) = newest_damaged(&self.path)
        {
            return Err(Unopened::SetAside { path: self.path.clone(), set_aside }.into());
        }
        match private(OpenOptions::new().create_new(true)).open(&self.path) {
            Ok(made) => {
                give(&made, &self.path);
                Ok(())
            }
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => only_ours(&self.path),
            Err(e) => Err(StoreError::Unavailable(format!("{}: {e}", self.path.display()))),
        }
    }

    /// Renames the file with its companions; nothing is deleted.
    pub(super) fn set_aside(&self, now: Millis) -> StoreError {
        let mark = format!("{DAMAGED}{}", now.0);
        for part in ["", "-wal", "-shm"] {
            let from = beside(&self.path, part);
            if from.exists()
                && let Err(e) = std::fs::rename(&from, beside(&self.path, &format!("{mark}{part}")))
            {
                return StoreError::Unavailable(format!("the damaged database could not be set aside: {e}"));
            }
        }
        StoreError::Corrupt { set_aside: beside(&self.path, &mark) }
    }
}

/// A path and a link to it are one file with one lock. Of a file that is not there yet, its folder's path counts.
pub(super) fn real(path: &Path) -> PathBuf {
    let beneath_its_folder = || Some(folder_of(path).canonicalize().ok()?.join(path.file_name()?));
    path.canonicalize().ok().or_else(beneath_its_folder).unwrap_or_else(|| path.to_owned())
}

/// The lock of a file, made if it is not there. To hold it, to read it is enough.
fn open_lock(lock: &Path, path: &Path) -> io::Result<File> {
    match private(OpenOptions::new().create_new(true)).open(lock) {
        Ok(made) => {
            give(&made, path);
            Ok(made)
        }
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => match OpenOptions::new().write(true).open(lock) {
            Err(e) if e.kind() == io::ErrorKind::PermissionDenied => File::open(lock),
            opened => opened,
        },
        Err(e) => Err(e),
    }
}

/// Gives what was just made to the owner of the database, or of its folder where there is none yet: what root makes by an
/// operator's command must not lock the service out. Nobody else may give files away, nor needs to.
fn give(made: &File, path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let ours = made.metadata().ok();
        let before = std::fs::metadata(path).ok().filter(|m| ours.as_ref().is_none_or(|o| o.ino() != m.ino()));
        if let (Some(ours), Some(theirs)) = (ours, before.or_else(|| std::fs::metadata(folder_of(path)).ok()))
            && ours.uid() == 0
            && theirs.uid() != 0
            && let Err(error) = std::os::unix::fs::fchown(made, Some(theirs.uid()), Some(theirs.gid()))
        {
            tracing::warn!(path = %path.display(), %error, "made by root, and its owner cannot be set");
        }
    }
}

/// Takes from others what a file and its companions let them do: an earlier release made them as it came. Refuses where it
/// cannot.
pub(super) fn only_ours(path: &Path) -> Answer<()> {
    #[cfg(unix)]
    for part in ["", "-wal", "-shm"] {
        use std::os::unix::fs::PermissionsExt as _;
        let file = beside(path, part);
        let mode = match std::fs::metadata(&file) {
            Ok(found) => found.permissions().mode(),
            Err(e) if e.kind() == io::ErrorKind::NotFound && !part.is_empty() => continue,
            Err(e) => return Err(StoreError::Unavailable(format!("{}: {e}", file.display()))),
        };
        if mode & 0o077 == 0 {
            continue;
        }
        let ours = std::fs::Permissions::from_mode(mode & 0o700);
        std::fs::set_permissions(&file, ours).map_err(|_| Unopened::Readable { path: file.clone() })?;
        tracing::warn!(path = %file.display(), "could be read by others, and is its owner's alone now");
    }
    Ok(())
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn newest_damaged(path: &Path) -> Option<PathBuf> {
    let start = format!("{}{DAMAGED}", path.file_name()?.to_string_lossy());
    let names = std::fs::read_dir(folder_of(path)).ok()?.filter_map(Result::ok).map(|e| e.path());
    let ours = |p: &PathBuf| {
        p.file_name().is_some_and(|n| {
            let name = n.to_string_lossy();
            name.starts_with(&start) && !name.ends_with("-wal") && !name.ends_with("-shm")
        })
    };
    names.filter(ours).max()
}

fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options.write(true)
}
