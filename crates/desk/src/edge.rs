//! The edges of the desk: clock and randomness, as traits with their real implementations. No other module of this
//! crate asks the operating system for either.

use std::time::Instant;

use uuid::Uuid;
use ventanilla_domain::time::Millis;

/// Answers "what time is it?".
pub trait Clock: Send + Sync {
    /// The clock on the wall, which anybody may set wrongly.
    fn now(&self) -> Millis;
    /// Milliseconds of a clock that only runs forward; its zero means nothing. Countdowns use it (M13).
    fn mono_ms(&self) -> u64;
}

/// Answers "which bytes can nobody guess?".
pub trait Random: Send + Sync {
    /// Fills the whole slice.
    ///
    /// # Errors
    /// The system has no randomness to give.
    fn fill(&self, out: &mut [u8]) -> Result<(), NoRandomness>;
}

/// The system gave no random bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the system gave no random bytes")]
pub struct NoRandomness;

/// The clocks of the machine.
#[derive(Debug)]
pub struct SystemClock {
    start: Instant,
}

impl Default for SystemClock {
    fn default() -> Self {
        Self { start: Instant::now() }
    }
}

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods)] // The edge where time comes in.
    fn now(&self) -> Millis {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    fn mono_ms(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// The randomness of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, out: &mut [u8]) -> Result<(), NoRandomness> {
        getrandom::fill(out).map_err(|_| NoRandomness)
    }
}

/// A new UUIDv7: ids sort by the time of their making.
///
/// # Errors
/// [`NoRandomness`].
pub fn new_id(clock: &dyn Clock, random: &dyn Random) -> Result<Uuid, NoRandomness> {
    let mut bytes = [0u8; 10];
    random.fill(&mut bytes)?;
    let millis = u64::try_from(clock.now().0).unwrap_or(0);
    Ok(uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid())
}

/// `N` random bytes.
///
/// # Errors
/// [`NoRandomness`].
pub fn bytes<const N: usize>(random: &dyn Random) -> Result<[u8; N], NoRandomness> {
    let mut out = [0u8; N];
    random.fill(&mut out)?;
    Ok(out)
}
