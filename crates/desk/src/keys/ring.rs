//! `keys.json`: the store's key, wrapped once for each clerk, with the count of wrong PINs.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use ventanilla_domain::time::Millis;
use zeroize::Zeroizing;

use super::wrap::{self, KdfParams, Sealed, hexed};
use crate::edge::{Random, bytes};
use crate::error::{DeskError, Own};

/// Wrong PINs before the lock.
pub const MAX_TRIES: u32 = 5;
/// How long the lock lasts, milliseconds.
pub const PIN_LOCK_MS: i64 = 15 * 60 * 1000;

/// The file of wrapped keys.
#[derive(Debug)]
pub struct KeyRing {
    path: PathBuf,
    file: RingFile,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct RingFile {
    version: u32,
    clerks: BTreeMap<String, Wrap>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Wrap {
    kdf: KdfParams,
    #[serde(with = "hexed")]
    salt: Vec<u8>,
    key: Sealed,
    tries: u32,
    locked_until: i64,
}

impl KeyRing {
    /// The ring in a data folder; an empty one where there is no file.
    ///
    /// # Errors
    /// [`Own::KeysUnreadable`] for a file that is damaged or of a later version; it is left alone.
    pub fn load(data_dir: &Path) -> Result<Self, DeskError> {
        let path = data_dir.join("keys.json");
        let file = match fs::read(&path) {
            Ok(found) => serde_json::from_slice::<RingFile>(&found).map_err(|_| Own::KeysUnreadable)?,
            Err(e) if e.kind() == ErrorKind::NotFound => RingFile { version: 1, clerks: BTreeMap::new() },
            Err(e) => return Err(e.into()),
        };
        if file.version != 1 {
            return Err(Own::KeysUnreadable.into());
        }
        Ok(Self { path, file })
    }

    /// Nobody is enrolled: the key is still to be made.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.file.clerks.is_empty()
    }

    /// Whether the clerk can open the store.
    #[must_use]
    pub fn has(&self, username: &str) -> bool {
        self.file.clerks.contains_key(username)
    }

    /// Wraps the key for a clerk, in place of an earlier wrap.
    ///
    /// # Errors
    /// [`Own::PinForm`], or the file.
    pub fn enrol(
        &mut self,
        username: &str,
        pin: &str,
        db_key: &[u8; 32],
        machine: &[u8; 32],
        kdf: KdfParams,
        random: &dyn Random,
    ) -> Result<(), DeskError> {
        check_pin(pin)?;
        let salt = bytes::<16>(random)?.to_vec();
        let key = wrap::combine(machine, wrap::stretch(pin.as_bytes(), &salt, kdf)?.as_slice(), PURPOSE)?;
        let key = wrap::seal(&key, username, db_key, random)?;
        self.file.clerks.insert(username.to_owned(), Wrap { kdf, salt, key, tries: 0, locked_until: 0 });
        self.save()
    }

    /// The store's key, by a clerk's PIN. The try is counted on disk before it is made: pulling the plug wins none.
    ///
    /// # Errors
    /// [`Own::PinForm`], [`Own::ClerkNotEnrolled`], [`Own::PinLocked`], [`Own::WrongPin`], or the file.
    pub fn open(
        &mut self,
        username: &str,
        pin: &str,
        machine: &[u8; 32],
        now: Millis,
    ) -> Result<Zeroizing<[u8; 32]>, DeskError> {
        check_pin(pin)?;
        let wrap = self.file.clerks.get_mut(username).ok_or(Own::ClerkNotEnrolled)?;
        if now.0 < wrap.locked_until {
            return Err(DeskError::Until(Own::PinLocked, Millis(wrap.locked_until)));
        }
        if wrap.tries >= MAX_TRIES {
            wrap.tries = 0;
        }
        wrap.tries += 1;
        if wrap.tries >= MAX_TRIES {
            wrap.locked_until = now.plus(PIN_LOCK_MS).0;
        }
        let (tries, until) = (wrap.tries, Millis(wrap.locked_until));
        let (salt, kdf, sealed) = (wrap.salt.clone(), wrap.kdf, wrap.key.clone());
        self.save()?;
        let key = wrap::combine(machine, wrap::stretch(pin.as_bytes(), &salt, kdf)?.as_slice(), PURPOSE)?;
        let Some(opened) = wrap::open(&key, username, &sealed) else {
            let locked = tries >= MAX_TRIES;
            return Err(if locked { DeskError::Until(Own::PinLocked, until) } else { Own::WrongPin.into() });
        };
        let db_key = Zeroizing::new(<[u8; 32]>::try_from(opened.as_slice()).map_err(|_| Own::KeysUnreadable)?);
        if let Some(wrap) = self.file.clerks.get_mut(username) {
            wrap.tries = 0;
            wrap.locked_until = 0;
        }
        self.save()?;
        Ok(db_key)
    }

    /// Whether the PIN is locked now.
    #[must_use]
    pub fn is_locked(&self, username: &str, now: Millis) -> bool {
        self.locked_until(username, now).is_some()
    }

    /// Until when the PIN is locked, where it is.
    #[must_use]
    pub fn locked_until(&self, username: &str, now: Millis) -> Option<Millis> {
        self.file.clerks.get(username).map(|w| Millis(w.locked_until)).filter(|until| now < *until)
    }

    fn save(&self) -> Result<(), DeskError> {
        super::replace(&self.path, &serde_json::to_vec_pretty(&self.file)?)
    }
}

const PURPOSE: &str = "ventanilla store key";

fn check_pin(pin: &str) -> Result<(), DeskError> {
    let sound = (4..=12).contains(&pin.len()) && pin.bytes().all(|b| b.is_ascii_digit());
    if sound { Ok(()) } else { Err(Own::PinForm.into()) }
}
