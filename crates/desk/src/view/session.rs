//! Who is at work, the line to the backend, and what changed.

use serde::{Deserialize, Serialize};
use specta::Type;
use ventanilla_contract::staff::Role;

use super::UiError;

/// Where the session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// The workstation is not enrolled; IT staff run `ventanilla enroll`.
    NotEnrolled,
    /// Nobody is signed in.
    SignedOut,
    /// Locked by idle time or on purpose; the same clerk's PIN opens it.
    Locked,
    /// A clerk is at work.
    SignedIn,
}

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct StaffView {
    /// User name.
    pub username: String,
    /// Name.
    pub name: String,
    /// Role.
    pub role: Role,
}

/// A fictional clerk of training mode, shown on the sign-in screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TrainingStaff {
    /// User name.
    pub username: String,
    /// Name.
    pub name: String,
    /// The PIN of this training day, made at its first start.
    pub pin: String,
}

/// The session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SessionView {
    /// Where it stands.
    pub phase: Phase,
    /// Training mode (M30).
    pub training: bool,
    /// Centre name.
    pub center_name: String,
    /// Counter.
    pub counter: String,
    /// Who is, or was before the lock, signed in.
    pub staff: Option<StaffView>,
    /// The machine has no secret of its own: the passphrase is asked for (M35).
    pub passphrase_needed: bool,
    /// In training only.
    pub training_staff: Vec<TrainingStaff>,
    /// Signed in without the backend: dossier work only.
    pub offline: bool,
    /// Seconds without a key press after which the session locks.
    pub idle_lock_s: u32,
    /// Where the training mailbox is read; in training only.
    pub mailbox_url: Option<String>,
    /// The centre's minutes east of UTC; 0 where the workstation is not enrolled.
    pub utc_offset_minutes: i32,
    /// What the person must know before the PIN: the store was set aside, or why the session is locked
    /// (`line_is_back`, `session_ended`).
    pub trouble: Option<UiError>,
}

/// The line to the backend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Connection {
    /// The last call was answered.
    pub online: bool,
    /// Seconds since the last answer; absent before the first.
    pub last_contact_s: Option<u32>,
    /// Events that wait to be sent.
    pub unsent: u32,
    /// The backend takes no events of this workstation: they contradict what it sent before.
    pub quarantined: bool,
}

/// What changed: the window asks again for what it shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "topic", rename_all = "snake_case")]
pub enum Change {
    /// Sign-in, lock.
    Session,
    /// The queue or the day.
    Queue,
    /// A case.
    Case {
        /// Which.
        case_id: String,
    },
    /// The line to the backend.
    Connection,
}
