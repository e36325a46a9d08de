//! The machine's half of the key (M35): a PIN alone falls to a stolen disk.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::wrap::{self, KdfParams, hexed};
use crate::desk::held;
use crate::edge::{Random, bytes};
use crate::error::{DeskError, Own};

/// Answers "is this the machine it should be?" with 32 bytes that leave it in no file of the store.
pub trait MachineSecret: Send + Sync {
    /// Somebody must give the passphrase first.
    fn passphrase_needed(&self) -> bool;
    /// Takes the passphrase. The first one ever given is the one from then on.
    ///
    /// # Errors
    /// [`Own::PassphraseWrong`].
    fn give_passphrase(&self, passphrase: &str) -> Result<(), DeskError>;
    /// The secret.
    ///
    /// # Errors
    /// [`Own::MachineSecretMissing`], or [`Own::PassphraseWrong`] before the passphrase was given.
    fn secret(&self) -> Result<Zeroizing<[u8; 32]>, DeskError>;
}

/// A secret that systemd decrypts for the service alone (`systemd-creds`, bound to TPM or host key). Any 16 bytes or
/// more, hashed to 32.
#[derive(Debug, Clone)]
pub struct CredentialFile {
    path: PathBuf,
}

impl CredentialFile {
    /// The name of the credential in `$CREDENTIALS_DIRECTORY`.
    pub const NAME: &'static str = "ventanilla-machine-secret";

    /// The credential in the directory that systemd named.
    #[must_use]
    pub fn new(credentials_directory: &Path) -> Self {
        Self { path: credentials_directory.join(Self::NAME) }
    }
}

impl MachineSecret for CredentialFile {
    fn passphrase_needed(&self) -> bool {
        false
    }

    fn give_passphrase(&self, _: &str) -> Result<(), DeskError> {
        Ok(())
    }

    fn secret(&self) -> Result<Zeroizing<[u8; 32]>, DeskError> {
        let found = Zeroizing::new(fs::read(&self.path).map_err(|_| Own::MachineSecretMissing)?);
        if found.len() < 16 {
            return Err(Own::MachineSecretMissing.into());
        }
        wrap::mac(&[0; 32], &[&found, b"ventanilla machine secret"])
    }
}

/// A secret made of a passphrase that is given at each start, where the machine has no key store.
pub struct Passphrase {
    file: PathBuf,
    kdf: KdfParams,
    random: Arc<dyn Random>,
    given: Mutex<Option<Zeroizing<[u8; 32]>>>,
}

#[derive(Serialize, Deserialize)]
struct PassphraseFile {
    kdf: KdfParams,
    #[serde(with = "hexed")]
    salt: Vec<u8>,
    /// Tells a wrong passphrase from a wrong PIN; a guess costs as much as one at the key itself.
    #[serde(with = "hexed")]
    check: Vec<u8>,
}

impl Passphrase {
    /// Over `machine.json` in the data folder, which holds salt and cost, not the passphrase.
    #[must_use]
    pub fn new(data_dir: &Path, kdf: KdfParams, random: Arc<dyn Random>) -> Self {
        Self { file: data_dir.join("machine.json"), kdf, random, given: Mutex::new(None) }
    }
}

impl MachineSecret for Passphrase {
    fn passphrase_needed(&self) -> bool {
        held(&self.given).is_none()
    }

    fn give_passphrase(&self, passphrase: &str) -> Result<(), DeskError> {
        const CHECK: &[u8] = b"ventanilla passphrase check";
        if passphrase.chars().count() < 8 {
            return Err(Own::PassphraseWrong.into());
        }
        let key = match fs::read(&self.file) {
            Ok(found) => {
                let file: PassphraseFile = serde_json::from_slice(&found).map_err(|_| Own::KeysUnreadable)?;
                let key = wrap::stretch(passphrase.as_bytes(), &file.salt, file.kdf)?;
                if !bool::from(wrap::mac(&key, &[CHECK])?.as_slice().ct_eq(&file.check)) {
                    return Err(Own::PassphraseWrong.into());
                }
                key
            }
            Err(e) if e.kind() == ErrorKind::NotFound => {
                let salt = bytes::<16>(self.random.as_ref())?.to_vec();
                let key = wrap::stretch(passphrase.as_bytes(), &salt, self.kdf)?;
                let check = wrap::mac(&key, &[CHECK])?.to_vec();
                super::replace(&self.file, &serde_json::to_vec(&PassphraseFile { kdf: self.kdf, salt, check })?)?;
                key
            }
            Err(e) => return Err(e.into()),
        };
        *held(&self.given) = Some(key);
        Ok(())
    }

    fn secret(&self) -> Result<Zeroizing<[u8; 32]>, DeskError> {
        held(&self.given).clone().ok_or_else(|| Own::PassphraseWrong.into())
    }
}

/// The secret of a training folder: random at its first start and kept beside the data. It protects nothing against
/// who has the folder, and need not: the data are fictional (M30). Never used where a real store lives.
pub struct TrainingSecret {
    file: PathBuf,
    random: Arc<dyn Random>,
}

impl TrainingSecret {
    /// Over `training-secret` in the training folder.
    #[must_use]
    pub fn new(training_dir: &Path, random: Arc<dyn Random>) -> Self {
        Self { file: training_dir.join("training-secret"), random }
    }
}

impl MachineSecret for TrainingSecret {
    fn passphrase_needed(&self) -> bool {
        false
    }

    fn give_passphrase(&self, _: &str) -> Result<(), DeskError> {
        Ok(())
    }

    fn secret(&self) -> Result<Zeroizing<[u8; 32]>, DeskError> {
        match fs::read(&self.file) {
            Ok(found) => {
                let found = Zeroizing::new(found);
                Ok(Zeroizing::new(found.as_slice().try_into().map_err(|_| Own::MachineSecretMissing)?))
            }
            Err(e) if e.kind() == ErrorKind::NotFound => {
                let made = Zeroizing::new(bytes::<32>(self.random.as_ref())?);
                super::replace(&self.file, made.as_slice())?;
                Ok(made)
            }
            Err(e) => Err(e.into()),
        }
    }
}
