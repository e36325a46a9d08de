//! The desk itself: what it is made of and who acts. What it does stands in one file per screen.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use tokio::sync::broadcast;
use ventanilla_contract::staff::{Role, Staff};
use ventanilla_domain::policy::Policy;
use zeroize::Zeroizing;

use crate::edge::{Clock, Random};
use crate::error::{DeskError, Own};
use crate::keys::{KdfParams, MachineSecret};
use crate::session::Session;
use crate::store::Db;
use crate::view::{Change, Connection, TrainingStaff, UiError};

/// What the desk is set up with. Settings are read by the binary; a library gets values.
#[derive(Debug, Clone)]
pub struct DeskConfig {
    /// Where `queue.db`, `keys.json` and `device.json` live. Belongs to the workstation, not to one OS user (M35).
    pub data_dir: PathBuf,
    /// Training (M30): own data, own numbers.
    pub training: bool,
    /// Rules.
    pub policy: Policy,
    /// Format of archive numbers (M4): `{center}`, `{year}` and `{seq:05}` are replaced.
    pub archive_format: String,
    /// Seconds without a key press after which the session locks.
    pub idle_lock_s: u32,
    /// Hours of work without the backend after the last sign-in there.
    pub offline_hours: u32,
    /// Cost of the PIN's key.
    pub kdf: KdfParams,
    /// The fictional clerks, in training only.
    pub training_staff: Vec<TrainingStaff>,
    /// The training mailbox, in training only.
    pub mailbox_url: Option<String>,
    /// Reaching the backend.
    pub net: crate::net::NetConfig,
    /// Paper.
    pub paper: crate::paper::PaperConfig,
}

impl DeskConfig {
    /// The published state of 2026, in this folder.
    #[must_use]
    pub fn new(data_dir: PathBuf) -> Self {
        Self {
            data_dir,
            training: false,
            policy: Policy::default(),
            archive_format: "CAU-{center}-{year}-{seq:05}".to_owned(),
            idle_lock_s: 300,
            offline_hours: 12,
            kdf: KdfParams::default(),
            training_staff: Vec::new(),
            mailbox_url: None,
            net: crate::net::NetConfig::default(),
            paper: crate::paper::PaperConfig::default(),
        }
    }
}

/// The outside that the desk is given.
#[derive(Clone)]
pub struct Deps {
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Ids and salts.
    pub random: Arc<dyn Random>,
    /// The machine's half of the store's key (M35).
    pub secret: Arc<dyn MachineSecret>,
}

/// Who acts. Comes from the session alone, never from a caller's argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// User name; `system` for what nobody pressed.
    pub username: String,
    /// Role; absent for the system.
    pub role: Option<Role>,
}

impl Actor {
    /// What nobody pressed.
    #[must_use]
    pub fn system() -> Self {
        Self { username: "system".to_owned(), role: None }
    }
}

impl From<&Staff> for Actor {
    fn from(staff: &Staff) -> Self {
        Self { username: staff.username.clone(), role: Some(staff.role) }
    }
}

/// The desk. Cheap to clone: all clones are the same desk.
#[derive(Clone)]
pub struct Desk {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) config: DeskConfig,
    pub(crate) deps: Deps,
    pub(crate) changes: broadcast::Sender<Change>,
    pub(crate) session: Mutex<Session>,
    /// Open from the first clerk's sign-in to the end of the process; a lock of the session does not close it.
    pub(crate) db: RwLock<Option<Arc<Db>>>,
    /// The key of the open store, to admit further clerks (M35).
    pub(crate) db_key: Mutex<Option<Zeroizing<[u8; 32]>>>,
    pub(crate) connection: Mutex<Connection>,
    pub(crate) net: crate::net::Net,
    pub(crate) paper: crate::paper::Printing,
}

impl Desk {
    /// A desk over its folder. Opens nothing: the store opens with the first clerk's PIN.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub fn new(config: DeskConfig, deps: Deps) -> Result<Self, DeskError> {
        crate::keys::private_dir(&config.data_dir)?;
        let (changes, _) = broadcast::channel(256);
        let (net, paper) = (crate::net::Net::new(&config), crate::paper::Printing::new(&config));
        Ok(Self {
            inner: Arc::new(Inner {
                session: Mutex::new(Session::default()),
                db: RwLock::new(None),
                db_key: Mutex::new(None),
                connection: Mutex::new(Connection {
                    online: false,
                    last_contact_s: None,
                    unsent: 0,
                    quarantined: false,
                }),
                config,
                deps,
                changes,
                net,
                paper,
            }),
        })
    }

    /// An error as the window shows it, with the time at the centre until when it holds.
    #[must_use]
    pub fn told(&self, error: DeskError) -> UiError {
        let offset = match error.until() {
            Some(_) => self.device().map_or(0, |d| d.utc_offset_minutes),
            None => 0,
        };
        error.told_at(self.clock().now(), offset)
    }

    /// What changes, as it changes.
    #[must_use]
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.inner.changes.subscribe()
    }

    /// Tells the window. Nobody listening is no error.
    pub(crate) fn changed(&self, change: Change) {
        let _ = self.inner.changes.send(change);
    }

    /// The configuration.
    #[must_use]
    pub fn config(&self) -> &DeskConfig {
        &self.inner.config
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        self.inner.deps.clock.as_ref()
    }

    pub(crate) fn policy(&self) -> &Policy {
        &self.inner.config.policy
    }

    /// The open store.
    ///
    /// # Errors
    /// [`Own::NotSignedIn`] before the first sign-in.
    pub fn db(&self) -> Result<Arc<Db>, DeskError> {
        let db = self.inner.db.read().unwrap_or_else(PoisonError::into_inner);
        db.clone().ok_or_else(|| Own::NotSignedIn.into())
    }

    /// The line to the backend, as `net` keeps it; the number of unsent events is the store's.
    ///
    /// # Errors
    /// None; a store that is closed or broken counts nothing.
    pub fn connection(&self) -> Result<Connection, DeskError> {
        let mut line = *held(&self.inner.connection);
        if let Ok(db) = self.db() {
            line.unsent = db.read(crate::store::events::unsent_count).unwrap_or(line.unsent);
        }
        line.quarantined = self.is_quarantined();
        crate::net::freshen(self, &mut line);
        Ok(line)
    }

    /// Sets whether the last call was answered; tells the window when that changes.
    pub(crate) fn set_online(&self, online: bool) {
        let before = std::mem::replace(&mut held(&self.inner.connection).online, online);
        if before != online {
            self.changed(Change::Connection);
        }
    }

    pub(crate) fn is_online(&self) -> bool {
        held(&self.inner.connection).online
    }
}

/// The value behind a lock. A poisoned one is still whole: every holder only replaces values.
pub(crate) fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
