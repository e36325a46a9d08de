//! Who is signed in: the local part of sign-in, lock and idle time (M23, M35). Signing in at the backend is in `net`,
//! which calls [`Desk::local_open`] and [`Desk::admit`].

use std::path::PathBuf;
use std::sync::{Arc, PoisonError};

use ventanilla_contract::event::EventBody;
use ventanilla_contract::staff::{Device, Role, Staff};
use ventanilla_domain::time::Millis;
use zeroize::Zeroizing;

use crate::desk::{Actor, Desk, held};
use crate::edge::bytes;
use crate::error::{DeskError, Own};
use crate::keys::{KeyRing, device};
use crate::store::{self, Db, DbDeps, meta, staff};
use crate::view::{Change, Phase, SessionView, StaffView, UiError};

/// The session of this window.
#[derive(Debug, Default)]
pub(crate) struct Session {
    staff: Option<Staff>,
    open: bool,
    offline: bool,
    /// Why it was closed, where nobody at this workstation closed it.
    closed_because: Option<Own>,
    touched_ms: u64,
}

/// What the workstation alone knows about somebody whose PIN opened the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalStaff {
    /// As the backend last named them.
    pub staff: Staff,
    /// The last sign-in at the backend.
    pub online_at: Millis,
    /// It is recent enough to work without the backend.
    pub may_work_offline: bool,
}

impl Desk {
    /// Where the session stands.
    ///
    /// # Errors
    /// The store.
    pub fn session(&self) -> Result<SessionView, DeskError> {
        self.lock_if_idle()?;
        let enrolled = device::exists(&self.config().data_dir);
        let (phase, staff, offline, closed_because) = {
            let session = held(&self.inner.session);
            let phase = match (&session.staff, session.open) {
                _ if !enrolled => Phase::NotEnrolled,
                (None, _) => Phase::SignedOut,
                (Some(_), false) => Phase::Locked,
                (Some(_), true) => Phase::SignedIn,
            };
            (phase, session.staff.clone(), session.offline, session.closed_because)
        };
        let device = if enrolled { self.device().ok() } else { None };
        Ok(SessionView {
            phase,
            training: self.config().training,
            center_name: device.as_ref().map(|d| d.center_name.clone()).unwrap_or_default(),
            utc_offset_minutes: device.as_ref().map_or(0, |d| d.utc_offset_minutes),
            counter: device.map(|d| d.counter).unwrap_or_default(),
            staff: staff.map(|s| StaffView { username: s.username, name: s.name, role: s.role }),
            passphrase_needed: self.inner.deps.secret.passphrase_needed(),
            training_staff: self.config().training_staff.clone(),
            offline,
            idle_lock_s: self.config().idle_lock_s,
            mailbox_url: self.config().mailbox_url.clone(),
            trouble: if enrolled { closed_because.map(|why| self.told(why.into())) } else { self.set_aside() },
        })
    }

    /// Why a workstation that worked is not enrolled: its store could not be read, and where it is now.
    fn set_aside(&self) -> Option<UiError> {
        let path = store::newest_set_aside(&self.config().data_dir)?.display().to_string();
        let shown = UiError::from(DeskError::from(Own::StoreCorrupt));
        let hint = ventanilla_words::es().with(ventanilla_words::Key::StoreSetAside, &[("path", &path)]);
        Some(UiError { hint, ..shown })
    }

    /// What enrolment gave this workstation.
    ///
    /// # Errors
    /// Not enrolled, or the machine gives no secret.
    pub fn device(&self) -> Result<Device, DeskError> {
        device::load(&self.config().data_dir, self.inner.deps.secret.as_ref())
    }

    /// Keeps what enrolment gave (`ventanilla enroll`, training).
    ///
    /// # Errors
    /// The machine gives no secret, or the file cannot be written.
    pub fn keep_device(&self, given: &Device) -> Result<(), DeskError> {
        let deps = &self.inner.deps;
        device::store(&self.config().data_dir, given, deps.secret.as_ref(), deps.random.as_ref())?;
        self.changed(Change::Session);
        Ok(())
    }

    /// Takes the machine's passphrase, where one is needed (M35).
    ///
    /// # Errors
    /// [`Own::PassphraseWrong`].
    pub fn give_passphrase(&self, passphrase: Option<&str>) -> Result<(), DeskError> {
        let secret = self.inner.deps.secret.as_ref();
        if !secret.passphrase_needed() {
            return Ok(());
        }
        secret.give_passphrase(passphrase.ok_or(Own::PassphraseWrong)?)
    }

    /// Opens the store with a clerk's PIN and says what it knows about them. Signs nobody in.
    ///
    /// # Errors
    /// [`Own::ClerkNotEnrolled`], [`Own::WrongPin`], [`Own::PinLocked`], [`Own::PinForm`]; what [`Db::open`] says, with a
    /// file that cannot be read set aside.
    pub fn local_open(&self, username: &str, pin: &str) -> Result<LocalStaff, DeskError> {
        let machine = self.inner.deps.secret.secret()?;
        let mut ring = KeyRing::load(&self.config().data_dir)?;
        let key = ring.open(username, pin, &machine, self.clock().now())?;
        let db = self.open_db(key)?;
        let known = db.read(|c| staff::get(c, username))?.ok_or(Own::ClerkNotEnrolled)?;
        let age = self.clock().now().since(known.online_at);
        let limit = i64::from(self.config().offline_hours) * 3_600_000;
        Ok(LocalStaff { staff: known.staff, online_at: known.online_at, may_work_offline: (0..=limit).contains(&age) })
    }

    /// Signs a clerk in. `online` means that the backend named them just now: then they are enrolled here if they
    /// were not, or if their PIN is another one (M35); else [`Desk::local_open`] must have let them in.
    ///
    /// # Errors
    /// [`Own::ClerkNotEnrolled`] when the store is closed and somebody else has its key, [`Own::OfflineTooLong`].
    pub fn admit(&self, who: &Staff, pin: &str, online: bool) -> Result<SessionView, DeskError> {
        let db = if online {
            self.enrol(who, pin)?
        } else {
            if !self.local_open(&who.username, pin)?.may_work_offline {
                return Err(Own::OfflineTooLong.into());
            }
            self.db()?
        };
        let actor = Actor::from(who);
        db.act(&actor, |act| {
            if online {
                staff::put(act, who, act.now())?;
            }
            act.record(None, EventBody::SignedIn { offline: !online })
        })?;
        *held(&self.inner.session) = Session {
            staff: Some(who.clone()),
            open: true,
            offline: !online,
            closed_because: None,
            touched_ms: self.clock().mono_ms(),
        };
        self.changed(Change::Session);
        self.session()
    }

    fn enrol(&self, who: &Staff, pin: &str) -> Result<Arc<Db>, DeskError> {
        let deps = &self.inner.deps;
        let machine = deps.secret.secret()?;
        let mut ring = KeyRing::load(&self.config().data_dir)?;
        let now = self.clock().now();
        let known = ring.has(&who.username) && !ring.is_locked(&who.username, now);
        if known && let Ok(key) = ring.open(&who.username, pin, &machine, now) {
            return self.open_db(key);
        }
        let open = held(&self.inner.db_key).clone();
        let key = match open {
            Some(key) => key,
            None if ring.is_empty() => Zeroizing::new(bytes::<32>(deps.random.as_ref())?),
            None if ring.has(&who.username) => {
                let locked = ring.locked_until(&who.username, now);
                return Err(locked.map_or(Own::WrongPin.into(), |until| DeskError::Until(Own::PinLocked, until)));
            }
            None => return Err(Own::ClerkNotEnrolled.into()),
        };
        ring.enrol(&who.username, pin, &key, &machine, self.config().kdf, deps.random.as_ref())?;
        self.open_db(key)
    }

    fn open_db(&self, key: Zeroizing<[u8; 32]>) -> Result<Arc<Db>, DeskError> {
        let mut place = self.inner.db.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(db) = place.as_ref() {
            return Ok(db.clone());
        }
        let given = self.device()?;
        let deps = DbDeps {
            clock: self.inner.deps.clock.clone(),
            random: self.inner.deps.random.clone(),
            changes: self.inner.changes.clone(),
        };
        let path = self.store_path();
        let db = match Db::open(&path, &key, deps) {
            Err(e) if e.is(Own::StoreDamaged) && path.exists() => {
                // A new store must not number its events anew under the old epoch: IT enrols the workstation again.
                let stamp = self.clock().now().local(given.utc_offset_minutes).format("%Y%m%dT%H%M%S").to_string();
                store::set_aside(&path, &stamp)?;
                store::set_aside(&device::path(&self.config().data_dir), &stamp)?;
                self.changed(Change::Session);
                return Err(Own::StoreCorrupt.into());
            }
            other => Arc::new(other?),
        };
        db.mirror(|act| meta::set_device(act, &given))?;
        *held(&self.inner.db_key) = Some(key);
        *place = Some(db.clone());
        Ok(db)
    }

    /// The file of the store.
    #[must_use]
    pub fn store_path(&self) -> PathBuf {
        self.config().data_dir.join("queue.db")
    }

    /// Locks the session; the same clerk's PIN opens it.
    ///
    /// # Errors
    /// The store.
    pub fn lock(&self) -> Result<SessionView, DeskError> {
        self.close_session(false, false)?;
        self.session()
    }

    /// Locks the session for a reason that the lock screen gives.
    pub(crate) fn lock_because(&self, why: Own) -> Result<(), DeskError> {
        held(&self.inner.session).closed_because = Some(why);
        self.close_session(false, false)
    }

    /// Whether somebody is at work whom only this workstation let in.
    pub(crate) fn is_offline_session(&self) -> bool {
        let session = held(&self.inner.session);
        session.open && session.offline
    }

    /// Signs out here; `net` ends the token.
    ///
    /// # Errors
    /// The store.
    pub fn sign_out_local(&self) -> Result<SessionView, DeskError> {
        self.close_session(false, true)?;
        self.session()
    }

    /// A key was pressed: the idle time begins anew. A session whose time is over locks instead.
    ///
    /// # Errors
    /// The store.
    pub fn touch(&self) -> Result<(), DeskError> {
        self.lock_if_idle()?;
        held(&self.inner.session).touched_ms = self.clock().mono_ms();
        Ok(())
    }

    fn lock_if_idle(&self) -> Result<(), DeskError> {
        let idle = {
            let session = held(&self.inner.session);
            let limit = u64::from(self.config().idle_lock_s) * 1000;
            session.open && self.clock().mono_ms().saturating_sub(session.touched_ms) >= limit
        };
        if idle { self.close_session(true, false) } else { Ok(()) }
    }

    fn close_session(&self, idle: bool, forget: bool) -> Result<(), DeskError> {
        let who = {
            let mut session = held(&self.inner.session);
            let was_open = std::mem::replace(&mut session.open, false);
            let who = session.staff.clone().filter(|_| was_open);
            if forget {
                session.staff = None;
                session.closed_because = None;
            }
            who
        };
        self.changed(Change::Session);
        let Some(who) = who else { return Ok(()) };
        self.db()?.act(&Actor::from(&who), |act| act.record(None, EventBody::SignedOut { idle }))
    }

    /// Who acts: the one who is signed in and not idle.
    ///
    /// # Errors
    /// [`Own::NotSignedIn`].
    pub fn actor(&self) -> Result<Actor, DeskError> {
        self.lock_if_idle()?;
        let session = held(&self.inner.session);
        session.staff.as_ref().filter(|_| session.open).map(Actor::from).ok_or_else(|| Own::NotSignedIn.into())
    }

    /// Who acts, if they have this role (M23). A supervisor may do what a clerk may.
    ///
    /// # Errors
    /// [`Own::NotSignedIn`], [`Own::Forbidden`].
    pub fn actor_as(&self, role: Role) -> Result<Actor, DeskError> {
        let actor = self.actor()?;
        match (role, actor.role) {
            (Role::Clerk, Some(Role::Clerk | Role::Supervisor)) | (Role::Supervisor, Some(Role::Supervisor)) => {
                Ok(actor)
            }
            (Role::Supervisor, Some(Role::Clerk)) | (Role::Clerk | Role::Supervisor, None) => {
                Err(Own::Forbidden.into())
            }
        }
    }
}
