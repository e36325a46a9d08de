//! What every handler holds. Made once by [`crate::start`].

use std::sync::Arc;

use tokio::sync::{Semaphore, watch};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::auth::{DeviceVerifier, StaffVerifier, Tokens};
use crate::ids::Ids;
use crate::import::{ImportError, hash_secret};
use crate::secrets::{self, Secrets, SecretsError};
use crate::store::{NewLink, Store};

/// Hashes that run at once. Each takes 19 MiB and tens of milliseconds of a core.
const HASHES: usize = 2;

/// The state of the HTTP side.
pub struct App {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) ids: Ids,
    pub(crate) secrets: Arc<Secrets>,
    pub(crate) tokens: Arc<Tokens>,
    pub(crate) staff: Arc<dyn StaffVerifier>,
    pub(crate) devices: Arc<dyn DeviceVerifier>,
    pub(crate) hashes: Semaphore,
    /// Compared when nobody has the user name, so that the answer takes as long.
    pub(crate) nobody: String,
    /// Release of this backend, as desks are measured by it.
    pub(crate) release: &'static str,
    pub(crate) training: bool,
    pub(crate) tls: bool,
    /// Turns true when the backend ends: streams end with it.
    pub(crate) ending: watch::Receiver<bool>,
}

/// No hash was made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HashError {
    #[error(transparent)]
    Random(#[from] SecretsError),
    #[error(transparent)]
    Hash(#[from] ImportError),
    #[error("the hashing thread ended")]
    Ended,
}

impl App {
    pub(crate) fn permits() -> Semaphore {
        Semaphore::new(HASHES)
    }

    /// Ids and token hash of a link that is about to be issued. The token itself is computed again when it is mailed.
    pub(crate) fn new_link(&self) -> Result<NewLink, SecretsError> {
        let id = self.ids.next()?;
        let kid = self.secrets.current().to_owned();
        let token = self.secrets.link_token(&kid, id).unwrap_or_default();
        Ok(NewLink { id, kid, token_hash: secrets::hash(&token), mail_id: self.ids.next()? })
    }

    pub(crate) fn id(&self) -> Result<Uuid, SecretsError> {
        self.ids.next()
    }

    /// The argon2id hash of a key.
    pub(crate) async fn hash_key(&self, key: Zeroizing<String>) -> Result<String, HashError> {
        let salt = secrets::random()?;
        let _place = self.hashes.acquire().await.map_err(|_| HashError::Ended)?;
        let hashed = tokio::task::spawn_blocking(move || hash_secret(key.as_bytes(), salt));
        Ok(hashed.await.map_err(|_| HashError::Ended)??)
    }

    /// Whether a PIN is the one of this hash.
    pub(crate) async fn pin_fits(&self, pin: Zeroizing<String>, phc: String) -> Result<bool, HashError> {
        use argon2::password_hash::{PasswordHash, PasswordVerifier};
        let _place = self.hashes.acquire().await.map_err(|_| HashError::Ended)?;
        let fits = tokio::task::spawn_blocking(move || {
            PasswordHash::new(&phc)
                .is_ok_and(|hash| crate::import::argon().verify_password(pin.as_bytes(), &hash).is_ok())
        });
        fits.await.map_err(|_| HashError::Ended)
    }
}
