//! What can become of a call. The difference between "it never left" and "nobody knows" decides what a desk may do next.

use ventanilla_contract::error::{ErrorBody, ErrorCode};

/// Why a client cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// Not `https://host[:port]`.
    #[error("not the address of a backend: {0}")]
    Address(String),
    /// Plain `http` to a host that is not this machine.
    #[error("plain http is for loopback only: {0}")]
    Plain(String),
    /// The file of certificate authorities.
    #[error("certificate authorities: {0}")]
    Authorities(String),
}

/// Why a call brought no answer that can be used. Inner detail is for the log.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// No line was opened: not one byte of the call has left.
    #[error("nothing was sent: {0}")]
    Unreachable(String),
    /// The call may have arrived and no whole answer came.
    #[error("no answer: {0}")]
    Silent(String),
    /// The backend says no.
    #[error("refused with {status}: {}", .body.code.as_str())]
    Refused {
        /// Its words.
        body: Box<ErrorBody>,
        /// HTTP status.
        status: u16,
    },
    /// An answer came that is none of the contract's. The call may have been carried out.
    #[error("garbled answer, status {status}: {what}")]
    Garbled {
        /// HTTP status, 0 where not even that was readable.
        status: u16,
        /// What was wrong.
        what: String,
    },
}

/// What is certain about the thing that was asked for, when the call failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The call did not leave.
    NotSent,
    /// The backend read it and did nothing.
    NotDone,
    /// It may have been carried out.
    Unknown,
}

impl ClientError {
    /// What is certain. An answer of the 500s is no refusal: a commit that was cut off may still have happened.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::Unreachable(_) => Outcome::NotSent,
            Self::Silent(_) | Self::Garbled { .. } => Outcome::Unknown,
            // The registry was asked before anything was done. `store_unavailable` says no such thing: it also stands for
            // a commit whose answer did not come.
            Self::Refused { body, .. } if body.code == ErrorCode::RegistroCivilUnavailable => Outcome::NotDone,
            Self::Refused { status, .. } if *status >= 500 => Outcome::Unknown,
            Self::Refused { .. } => Outcome::NotDone,
        }
    }

    /// Whether anybody answered at all.
    #[must_use]
    pub const fn answered(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::Silent(_) => false,
            Self::Refused { .. } | Self::Garbled { .. } => true,
        }
    }

    /// The backend's words, where it refused.
    #[must_use]
    pub fn refusal(&self) -> Option<&ErrorBody> {
        match self {
            Self::Refused { body, .. } => Some(body),
            Self::Unreachable(_) | Self::Silent(_) | Self::Garbled { .. } => None,
        }
    }
}
