//! The reset and its link (M11–M15).

use serde::{Deserialize, Serialize};
use specta::Type;
use ventanilla_contract::reset::Step;

use super::UiError;

/// One light of the telltale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Light {
    /// What happened.
    pub step: Step,
    /// `10:48:02`.
    pub at: String,
    /// The mail server's words.
    pub reason: Option<String>,
}

/// The countdown of a link (M13).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum LinkClock {
    /// The mail is not under way, or the link is over.
    NotStarted,
    /// Counted so that it never shows too much.
    Running {
        /// Milliseconds that remain.
        ms: u32,
    },
    /// Another run of the program got the word and no fresh one is there yet.
    Unknown,
}

/// Where the newest link stands, for the eye.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct LinkView {
    /// The countdown.
    pub clock: LinkClock,
    /// Masked address.
    pub email_masked: String,
    /// Lights, oldest first.
    pub telltale: Vec<Light>,
    /// Milliseconds until another link may go out.
    pub reissue_in_ms: u32,
    /// Links of today.
    pub links_today: u32,
    /// Links that a clerk may issue.
    pub links_per_day: u32,
    /// Whether news come as they happen (SSE) or by asking every few seconds.
    pub live: bool,
}

/// Why the key is not enabled yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Obstacle {
    /// Documents are missing; how many stands in the case.
    DossierIncomplete,
    /// R1.
    RucNotActive,
    /// R29.
    NoRegisteredEmail,
    /// R13.
    AccountBlocked,
    /// The registries have not been asked.
    RegistryUnknown,
    /// The backend cannot be reached: a reset is never kept for later (M12).
    Offline,
    /// The case is not in service.
    NotInService,
}

/// The reset, for the eye.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ResetView {
    /// Not yet; says why, in place.
    NotYet {
        /// The first obstacle.
        obstacle: Obstacle,
    },
    /// The person names the address, the clerk types it (M14).
    CompareAddress {
        /// Masked.
        email_masked: String,
        /// Comparisons left; 0 means none.
        tries_left: u32,
        /// The last one did not match.
        mismatch: bool,
    },
    /// One key press sends the link.
    Ready {
        /// Masked.
        email_masked: String,
    },
    /// On its way to the backend.
    Sending,
    /// No answer came; the desk asks by itself, it does not send again.
    Unknown,
    /// The backend does not know the request: resend (same key) or abandon.
    NotFound,
    /// A link lives.
    Live {
        /// It.
        link: LinkView,
    },
    /// The link expired, or bounced and expired: another one with one key press.
    Expired {
        /// It.
        link: LinkView,
    },
    /// The backend says that the key is set.
    KeySet {
        /// `10:50`.
        at: String,
        /// Lights of the link that did it.
        link: LinkView,
    },
    /// The backend refused.
    Refused {
        /// Its words.
        error: UiError,
        /// It makes sense to try again.
        retry: bool,
    },
}
