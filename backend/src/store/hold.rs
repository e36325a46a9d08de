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
        let lock = beside(path, ".lock");
        let broken = |e: io::Error| StoreError::Unavailable(format!("{}: {e}", lock.display()));
        let file = private(OpenOptions::new().create(true).truncate(false)).open(&lock).map_err(broken)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: file }),
            Err(TryLockError::WouldBlock) => Err(Unopened::InUse { path: path.to_owned() }.into()),
            Err(TryLockError::Error(e)) => Err(broken(e)),
        }
    }

    /// The file.
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
            Ok(_) => Ok(()),
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

/// Refuses a file that others can read. SQLite gives its companions the mode of the file.
pub(super) fn only_ours(path: &Path) -> Answer<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let found = std::fs::metadata(path).map_err(|e| StoreError::Unavailable(format!("{}: {e}", path.display())))?;
        if found.permissions().mode() & 0o077 != 0 {
            return Err(Unopened::Readable { path: path.to_owned() }.into());
        }
    }
    Ok(())
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn newest_damaged(path: &Path) -> Option<PathBuf> {
    let start = format!("{}{DAMAGED}", path.file_name()?.to_string_lossy());
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let names = std::fs::read_dir(folder).ok()?.filter_map(Result::ok).map(|e| e.path());
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
