//! The workstation's encrypted store: one SQLCipher file, one file of code per table. A table's file holds its
//! migration, its row type and its reads and writes; what the rows mean is decided by the use cases and the domain.

pub mod act;
pub mod audit;
pub mod cases;
pub(crate) mod codes;
pub mod documents;
pub mod employers;
pub mod events;
mod later;
pub mod meta;
mod migrate;
pub mod papers;
pub mod payloads;
pub mod periods;
pub mod print_jobs;
pub mod reissues;
pub mod resets;
pub mod search;
pub mod staff;
pub mod tallies;
pub mod visits;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::broadcast;
use uuid::Uuid;
use zeroize::Zeroizing;

pub use act::{Act, Origin};

use crate::desk::{Actor, held};
use crate::edge::{Clock, Random, new_id};
use crate::error::{DeskError, Own};
use crate::view::Change;

/// The open store. Writers take turns; one reader works beside them (WAL).
pub struct Db {
    writer: Mutex<Connection>,
    reader: Mutex<Connection>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    changes: broadcast::Sender<Change>,
    /// This run of the program: monotonic instants mean nothing to another one.
    process: Uuid,
}

/// What [`Db::open`] is given besides file and key.
#[derive(Clone)]
pub struct DbDeps {
    /// Time of the entries.
    pub clock: Arc<dyn Clock>,
    /// Ids and salts.
    pub random: Arc<dyn Random>,
    /// Who is told after a commit.
    pub changes: broadcast::Sender<Change>,
}

/// A file that could not be read was set aside here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAside {
    /// Its new name; its `-wal` and `-shm` stand beside it.
    pub path: PathBuf,
}

impl Db {
    /// Opens the file with its raw key, makes it if it is not there, and brings its schema up to date.
    ///
    /// # Errors
    /// [`Own::StoreNewer`] for a later schema (nothing is changed), [`Own::StoreDamaged`] when file and key do not
    /// fit (nothing is changed: see [`set_aside`]), [`Own::StoreFull`].
    pub fn open(path: &Path, key: &[u8; 32], deps: DbDeps) -> Result<Self, DeskError> {
        crate::keys::admit_group(path)?;
        let mut writer = connect(path, key)?;
        migrate::up(&mut writer)?;
        let reader = connect(path, key)?;
        reader.pragma_update(None, "query_only", true)?;
        let process = new_id(deps.clock.as_ref(), deps.random.as_ref())?;
        let DbDeps { clock, random, changes } = deps;
        Ok(Self { writer: Mutex::new(writer), reader: Mutex::new(reader), clock, random, changes, process })
    }

    /// Reads one consistent state.
    ///
    /// # Errors
    /// What `f` says.
    pub fn read<T>(&self, f: impl FnOnce(&Connection) -> Result<T, DeskError>) -> Result<T, DeskError> {
        let conn = held(&self.reader);
        let snapshot = conn.unchecked_transaction()?;
        f(&snapshot)
    }

    /// One act of a person or of the system: `BEGIN IMMEDIATE`, `f`, commit (M21, M25). `f` must journal what it did
    /// with [`Act::record`]; an act that wrote and recorded nothing is a defect and is rolled back.
    ///
    /// # Errors
    /// What `f` says, or the store; then nothing is done.
    pub fn act<T>(&self, actor: &Actor, f: impl FnOnce(&mut Act<'_>) -> Result<T, DeskError>) -> Result<T, DeskError> {
        self.write(actor, true, f)
    }

    /// Mirrors somebody else's word (a turno pulled, events acknowledged, a printer's report): no act of this
    /// workstation, so that nothing need be journaled.
    ///
    /// # Errors
    /// What `f` says, or the store; then nothing is done.
    pub fn mirror<T>(&self, f: impl FnOnce(&mut Act<'_>) -> Result<T, DeskError>) -> Result<T, DeskError> {
        self.write(&Actor::system(), false, f)
    }

    fn write<T>(
        &self,
        actor: &Actor,
        must_record: bool,
        f: impl FnOnce(&mut Act<'_>) -> Result<T, DeskError>,
    ) -> Result<T, DeskError> {
        let mut conn = held(&self.writer);
        let before = conn.total_changes();
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut act = Act::new(tx, actor.clone(), self.clock.as_ref(), self.random.as_ref(), self.process);
        let answer = f(&mut act)?;
        if must_record && !act.has_recorded() && act.total_changes() != before {
            return Err(DeskError::defect("an act wrote and recorded nothing"));
        }
        let changes = act.commit()?;
        drop(conn);
        for change in changes {
            let _ = self.changes.send(change);
        }
        Ok(answer)
    }

    /// This run of the program.
    #[must_use]
    pub fn process(&self) -> Uuid {
        self.process
    }

    /// Runs `f` on the writing connection, outside any act. For tests and the doctor: pragmas, checks.
    ///
    /// # Errors
    /// What `f` says.
    pub fn inspect<T>(&self, f: impl FnOnce(&Connection) -> Result<T, DeskError>) -> Result<T, DeskError> {
        f(&held(&self.writer))
    }
}

fn connect(path: &Path, key: &[u8; 32]) -> Result<Connection, DeskError> {
    #[allow(unused_mut)] // for the tests
    let mut conn = Connection::open(path)?;
    #[cfg(test)]
    crate::tests::plans::listen(&mut conn);
    // What is wrong with a file is an error of ours, not a line on standard error.
    conn.execute_batch("PRAGMA cipher_log_level = NONE")?;
    let hex = Zeroizing::new(key.iter().map(|b| format!("{b:02x}")).collect::<String>());
    // A raw key: random already, so that no key derivation costs time at each opening.
    conn.pragma_update(None, "key", &*Zeroizing::new(format!("x'{}'", *hex)))?;
    // Wiping every allocation of SQLite costs more than deciphering; SQLCipher wipes its keys in any case.
    conn.pragma_update(None, "cipher_memory_security", false)?;
    // The first read tells whether key and file fit.
    conn.query_row("SELECT count(*) FROM sqlite_schema", [], |r| r.get::<_, i64>(0))?;
    conn.query_row("PRAGMA journal_mode = WAL", [], |r| r.get::<_, String>(0))?;
    conn.pragma_update(None, "synchronous", "FULL")?;
    conn.pragma_update(None, "foreign_keys", true)?;
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    conn.pragma_update(None, "trusted_schema", false)?;
    conn.pragma_update(None, "secure_delete", true)?;
    // KiB; decrypted pages are kept, or every look at the queue deciphers them again.
    conn.pragma_update(None, "cache_size", -65_536)?;
    conn.busy_timeout(std::time::Duration::from_secs(5))?;
    conn.set_prepared_statement_cache_capacity(128);
    Ok(conn)
}

/// Moves a file that cannot be read out of the way, with its companions, under a name that says when. Nothing is
/// deleted (M25).
///
/// # Errors
/// The file cannot be renamed.
pub fn set_aside(path: &Path, stamp: &str) -> Result<SetAside, DeskError> {
    let with = |p: &Path, suffix: &str| {
        let mut name = p.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    };
    let mut to = with(path, &format!(".set-aside-{stamp}"));
    let mut n = 1;
    while to.exists() {
        n += 1;
        to = with(path, &format!(".set-aside-{stamp}-{n}"));
    }
    std::fs::rename(path, &to)?;
    for companion in ["-wal", "-shm"] {
        let from = with(path, companion);
        if from.exists() {
            std::fs::rename(from, with(&to, companion))?;
        }
    }
    tracing::error!(file = %to.display(), "the store could not be read and was set aside");
    Ok(SetAside { path: to })
}

/// The store that was set aside last, in a folder.
#[must_use]
pub fn newest_set_aside(data_dir: &Path) -> Option<PathBuf> {
    let entries = std::fs::read_dir(data_dir).ok()?;
    let aside = entries.filter_map(|e| e.ok().map(|e| e.path())).filter(|path| {
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        name.starts_with("queue.db.set-aside-") && !name.ends_with("-wal") && !name.ends_with("-shm")
    });
    aside.max()
}

/// A value that the store should not hold.
pub(crate) fn unreadable(table: &'static str, column: &'static str) -> DeskError {
    tracing::error!(table, column, "a row holds a value that no version wrote");
    Own::StoreDamaged.into()
}

/// Reads a JSON column.
pub(crate) fn json<T: serde::de::DeserializeOwned>(text: Option<String>) -> Result<Option<T>, DeskError> {
    text.map(|t| serde_json::from_str(&t)).transpose().map_err(DeskError::from)
}

#[cfg(test)]
pub(crate) use migrate::{
    up as bring_up_for_tests, up_to as migrate_for_tests, up_to_first as first_version_for_tests,
};
