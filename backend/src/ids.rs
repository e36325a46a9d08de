//! Ids in order of time, from the backend's clock and the machine's random bytes.

use std::sync::Arc;

use uuid::Uuid;

use crate::clock::Clock;
use crate::secrets::{SecretsError, random};

/// Makes UUIDv7s.
#[derive(Clone)]
pub struct Ids(Arc<dyn Clock>);

impl Ids {
    /// Ids by this clock.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self(clock)
    }

    /// A fresh id.
    ///
    /// # Errors
    /// [`SecretsError::Random`].
    pub fn next(&self) -> Result<Uuid, SecretsError> {
        let millis = u64::try_from(self.0.now().0).unwrap_or(0);
        Ok(uuid::Builder::from_unix_timestamp_millis(millis, &random()?).into_uuid())
    }
}
