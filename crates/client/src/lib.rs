//! The typed HTTP client of the contract: one method for each call of `/v1`, deadlines, and errors that tell what is
//! certain. It never sends anything twice on its own, keeps no state of the desk and decides nothing: what an answer
//! means is the caller's business.
//!
//! Each call opens a line of its own. A pooled line would spare a handshake, and a dead one would turn "nobody is
//! there, nothing left" into "no answer came, who knows"; for a reset the difference is what the clerk sees (M11).
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

mod calls;
mod dial;
mod error;
mod exchange;
mod watch;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use hyper::Uri;

pub use calls::{Called, GivenUp};
pub use dial::{BoxError, Dial, Dialing, Line, TlsDial};
pub use error::{ClientError, Outcome, SetupError};
pub use watch::{Bearer, Seen, Watch};

/// Answers larger than this are not read to their end.
pub const ANSWER_LIMIT: usize = 4 * 1024 * 1024;

/// Sent with every call as `X-Client-Version`, so that a backend can tell an old desk to upgrade (M34).
pub const CLIENT_VERSION: &str = env!("CARGO_PKG_VERSION");

/// How long the client waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadlines {
    /// From the dial to an open line, TLS included.
    pub connect: Duration,
    /// From the dial to the last byte of the answer.
    pub total: Duration,
    /// Silence on an event stream, comments included, after which it counts as cut.
    pub stream: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self { connect: Duration::from_secs(2), total: Duration::from_secs(5), stream: Duration::from_secs(25) }
    }
}

/// The workstation's credential, as `X-Device` carries it. `Debug` hides the secret.
#[derive(Clone, PartialEq, Eq)]
pub struct DeviceCredential(String);

impl DeviceCredential {
    /// Of an enrolled workstation.
    #[must_use]
    pub fn new(device_id: &str, secret: &str) -> Self {
        Self(format!("{device_id}.{secret}"))
    }

    pub(crate) fn header(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for DeviceCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DeviceCredential({}.…)", self.0.split('.').next().unwrap_or_default())
    }
}

/// A staff token. Lives in memory alone; `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// As the backend issued it.
    #[must_use]
    pub const fn new(token: String) -> Self {
        Self(token)
    }

    pub(crate) fn header(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// Where the backend is and how it is reached.
#[derive(Debug, Clone)]
pub struct ClientConfig {
    /// `https://host[:port]`, or plain `http` to a loopback address. No path.
    pub url: String,
    /// A PEM file with further certificate authorities.
    pub ca_file: Option<PathBuf>,
    /// How long to wait.
    pub deadlines: Deadlines,
}

impl ClientConfig {
    /// With the usual deadlines.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), ca_file: None, deadlines: Deadlines::default() }
    }
}

/// The client. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) base: Uri,
    pub(crate) dial: Arc<dyn Dial>,
    pub(crate) deadlines: Deadlines,
    pub(crate) device: Option<DeviceCredential>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base", &self.inner.base).field("device", &self.inner.device).finish()
    }
}

impl Client {
    /// Over TCP and TLS.
    ///
    /// # Errors
    /// [`SetupError`]: the address is none or is plain `http` to a foreign host, or the authorities cannot be read.
    pub fn new(config: &ClientConfig) -> Result<Self, SetupError> {
        let base = dial::base(&config.url)?;
        let dial = TlsDial::new(&base, config.ca_file.as_deref())?;
        Ok(Self::over(base, Arc::new(dial), config.deadlines))
    }

    /// Over lines that the caller opens: a simulated network, a proxy.
    ///
    /// # Errors
    /// [`SetupError::Address`].
    pub fn with_dial(url: &str, dial: Arc<dyn Dial>, deadlines: Deadlines) -> Result<Self, SetupError> {
        Ok(Self::over(dial::parse(url)?, dial, deadlines))
    }

    fn over(base: Uri, dial: Arc<dyn Dial>, deadlines: Deadlines) -> Self {
        Self { inner: Arc::new(Inner { base, dial, deadlines, device: None }) }
    }

    /// The same client as this workstation.
    #[must_use]
    pub fn with_device(&self, device: DeviceCredential) -> Self {
        let Inner { base, dial, deadlines, .. } = &*self.inner;
        Self {
            inner: Arc::new(Inner {
                base: base.clone(),
                dial: Arc::clone(dial),
                deadlines: *deadlines,
                device: Some(device),
            }),
        }
    }

    /// The address that it was set up with.
    #[must_use]
    pub fn url(&self) -> String {
        self.inner.base.to_string()
    }
}
