//! What goes into the store and what comes out of it. No SQL.

use uuid::Uuid;
use ventanilla_contract::error::ErrorCode;
use ventanilla_contract::reset::{Reset, ResetRequest};
use ventanilla_contract::staff::{Role, Staff};
use ventanilla_domain::reset::LinkRefusal;
use ventanilla_domain::time::Millis;

/// A refusal by the rules: nothing is broken, nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("refused: {}", code.as_str())]
pub struct Refusal {
    /// The stable code.
    pub code: ErrorCode,
    /// When trying again makes sense.
    pub retry_at: Option<Millis>,
    /// With `event_gap`: the sequence number expected next.
    pub expected: Option<u32>,
}

/// Why a use case did not happen.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Disk full, no connection, deadline before the commit was sent: nothing was done.
    #[error("the store is unavailable: {0}")]
    Unavailable(String),
    /// The commit failed, or the connection was lost while it was under way: done or not, only asking again tells.
    #[error("the outcome of the commit is unknown")]
    Unknown,
    /// The file was written by a newer release (M34); it is left as it is.
    #[error("schema {found} is newer than {known}")]
    Newer {
        /// Of the file.
        found: i64,
        /// Of this program.
        known: i64,
    },
    /// The file is damaged. It was renamed to `set_aside`, never deleted.
    #[error("the database was damaged and set aside as {}", set_aside.display())]
    Corrupt {
        /// Where it lies now.
        set_aside: std::path::PathBuf,
    },
    /// The file was not opened; nothing was done to it.
    #[error(transparent)]
    Unopened(#[from] Unopened),
    /// A defect.
    #[error("store defect: {0}")]
    Defect(String),
}

/// Why a SQLite file is not opened, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum Unopened {
    /// Another process owns it.
    #[error("{} is held by another process, a backend or one of its commands: end that one first", path.display())]
    InUse {
        /// The file.
        path: std::path::PathBuf,
    },
    /// It holds personal data, and others may read it.
    #[error("{} can be read by others, and that cannot be changed from here: chmod 600 it as its owner", path.display())]
    Readable {
        /// The file.
        path: std::path::PathBuf,
    },
    /// It was damaged and set aside, and nothing took its place.
    #[error(
        "{} was damaged and set aside as {}: restore it from the backup, or serve with --new-store, which begins with an \
         empty store: keys, tombstones, resets and enrolments of the old one are gone then",
        path.display(),
        set_aside.display()
    )]
    SetAside {
        /// Where a file belongs.
        path: std::path::PathBuf,
        /// Where the damaged one lies.
        set_aside: std::path::PathBuf,
    },
    /// An older release serves it; its schema stays as it is.
    #[error("{} has schema {found} and this program needs {known}: restart the backend with this release first", path.display())]
    Older {
        /// The file.
        path: std::path::PathBuf,
        /// Of the file.
        found: i64,
        /// Of this program.
        known: i64,
    },
}

impl StoreError {
    /// The code that goes on the wire.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::Refused(refusal) => refusal.code,
            Self::Unavailable(_) => ErrorCode::StoreUnavailable,
            Self::Unknown => ErrorCode::OutcomeUnknown,
            Self::Newer { .. } | Self::Corrupt { .. } | Self::Unopened(_) | Self::Defect(_) => ErrorCode::Internal,
        }
    }
}

impl From<ErrorCode> for StoreError {
    fn from(code: ErrorCode) -> Self {
        Self::Refused(Refusal { code, retry_at: None, expected: None })
    }
}

/// What a use case answers.
pub type Answer<T> = Result<T, StoreError>;

/// Who acts, and where: from the token and the device credential only (M23).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// User name, from the token.
    pub username: String,
    /// Role, from the token.
    pub role: Role,
    /// Centre of the device.
    pub center: String,
    /// The workstation.
    pub device_id: String,
    /// Its counter.
    pub counter: String,
}

/// A workstation as the store knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceRow {
    /// `<center>-<counter>`; `ws` of its events.
    pub device_id: String,
    /// Grows with each enrolment.
    pub epoch: u32,
    /// Centre id.
    pub center: String,
    /// Centre name.
    pub center_name: String,
    /// Minutes east of UTC.
    pub utc_offset_minutes: i32,
    /// Counter.
    pub counter: String,
}

/// Ids and hashes of a link that is about to be issued. The token is HMAC-SHA-256(key `kid`, purpose ‖ `id`); only its
/// SHA-256 comes here.
#[derive(Clone)]
pub struct NewLink {
    /// Id of the link.
    pub id: Uuid,
    /// Which HMAC key made its token.
    pub kid: String,
    /// SHA-256 of the token.
    pub token_hash: [u8; 32],
    /// Id of the outbox row that mails it.
    pub mail_id: Uuid,
}

/// Asks for a reset (R24, M31).
#[derive(Clone)]
pub struct AcceptReset {
    /// `Idempotency-Key`.
    pub key: Uuid,
    /// The body.
    pub request: ResetRequest,
    /// Who asks.
    pub actor: Actor,
    /// Id of the reset, if it is accepted.
    pub reset_id: Uuid,
    /// Its first link.
    pub link: NewLink,
}

/// Asks for another link (M15).
#[derive(Clone)]
pub struct Reissue {
    /// `Idempotency-Key`; also what makes the replay.
    pub key: Uuid,
    /// The reset.
    pub reset_id: Uuid,
    /// Who asks.
    pub actor: Actor,
    /// The link.
    pub link: NewLink,
}

/// An accepted reset or re-issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// As it is now.
    pub reset: Reset,
    /// The key was known: 200 instead of 201.
    pub replayed: bool,
}

/// What became of giving a key up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Abandoned {
    /// A tombstone stands: a late original gets 410.
    Tombstone,
    /// The original had been accepted before: this is its reset, which the desk adopts.
    WasAccepted(Reset),
}

/// What a mail says. The words are made when it is sent; no body is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Template {
    /// The link (R10).
    Link,
    /// To the owner: a new key was set (M18).
    KeyWasSet,
}

/// A mail that is due. It carries nothing secret; the token is computed from `link_id` and `kid`.
#[derive(Debug, Clone)]
pub struct DueMail {
    /// Outbox id; also the local part of the Message-ID, so that a second sending is the same mail.
    pub id: Uuid,
    /// What it says.
    pub template: Template,
    /// The link, for [`Template::Link`].
    pub link: Option<DueLink>,
    /// To whom.
    pub to: ventanilla_domain::email::Email,
    /// The employer's registered name.
    pub employer_name: String,
    /// The employer's number.
    pub number: String,
    /// The representative's name.
    pub representative_name: String,
    /// Who asked for the reset.
    pub asked: AskedAt,
    /// How many times it was tried before.
    pub attempts: u32,
    /// When the mail was put into the outbox.
    pub created_at: Millis,
}

/// The link of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueLink {
    /// Link id.
    pub id: Uuid,
    /// Which HMAC key.
    pub kid: String,
}

/// Whether a link mail may go out now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mailing {
    /// The expiry is committed; SMTP DATA may follow. A second start keeps the first expiry.
    Go {
        /// First instant at which the link is no longer valid.
        expires_at: Millis,
        /// Milliseconds that are left by the store's clock.
        remaining_ms: i64,
    },
    /// Expired, superseded, used or cancelled: the mail is dropped from the outbox and never sent (M14).
    TooLate,
}

/// What the mail server said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailOutcome {
    /// 250.
    Taken {
        /// The server's words, its queue id among them.
        queue_id: String,
    },
    /// 4xx or no connection.
    Deferred {
        /// The server's words, without addresses.
        reason: String,
        /// Milliseconds from now until the next try.
        retry_in_ms: i64,
    },
    /// 5xx.
    Refused {
        /// The server's words, without addresses.
        reason: String,
    },
}

/// What the employer's page needs to know about a link.
#[derive(Debug, Clone)]
pub struct LinkPage {
    /// Link id.
    pub link_id: Uuid,
    /// The reset.
    pub reset_id: Uuid,
    /// Milliseconds that are left, or why the link is over.
    pub standing: Result<i64, LinkRefusal>,
    /// The employer's number, for the rules of the key (R27).
    pub number: String,
    /// The employer's name.
    pub employer_name: String,
    /// The representative's name.
    pub representative_name: String,
    /// Who asked for the link.
    pub asked: AskedAt,
}

/// Where and when a link was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedAt {
    /// Name of the centre.
    pub center_name: String,
    /// Its counter.
    pub counter: String,
    /// When the link was issued.
    pub at: Millis,
    /// Minutes east of UTC at the centre.
    pub utc_offset_minutes: i32,
}

/// What a person or a mail filter did at the employer's page. Each is one light of the telltale (M14) and changes no
/// link (M10).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageEvent {
    /// GET or HEAD: may be a mail filter. Recorded once per link.
    Fetched,
    /// The person's first POST. Recorded once per link.
    PersonOnPage,
    /// A key that breaks the rules; the link stays valid (M36).
    KeyRefused,
}

/// A link that set a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySet {
    /// The reset.
    pub reset_id: Uuid,
    /// Sessions of the employer that were ended.
    pub sessions_ended: u32,
}

/// A staff account, at the moment of a sign-in.
#[derive(Clone)]
pub struct SignInTry {
    /// Who.
    pub staff: Staff,
    /// argon2id PHC string of the PIN.
    pub pin_hash: String,
}

/// Wrong PINs in a row after which a person waits.
pub const PIN_TRIES: i64 = 5;
/// How long, milliseconds.
pub const PIN_LOCK_MS: i64 = 900_000;

/// Events of a workstation, in order.
#[derive(Clone)]
pub struct Push {
    /// The workstation.
    pub ws: String,
    /// Its epoch.
    pub epoch: u32,
    /// Number of the first event.
    pub from: u32,
    /// Each event's bytes exactly as they were sent: the hash is over them. (Read the body with
    /// `serde_json::value::RawValue`; what does not parse is stored as quarantined and stops nothing.)
    pub events: Vec<Vec<u8>>,
    /// Head of the workstation's audit chain (M21).
    pub audit_head: String,
    /// Its length.
    pub audit_len: u32,
}

/// Head of a workstation's audit chain.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Head {
    /// Entries; 0 where nothing was kept.
    pub len: u32,
    /// Hex; empty where nothing was kept.
    pub head: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unknown_is_not_told_as_not_done() {
        assert_eq!(StoreError::Unknown.code(), ErrorCode::OutcomeUnknown);
        assert_eq!(StoreError::Unavailable(String::new()).code(), ErrorCode::StoreUnavailable);
    }
}
