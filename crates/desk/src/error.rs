//! Why the desk says no. Every error has a stable code; its words stand in `assets/words` under `error-<code>`. Inner
//! detail goes to the log and never to the screen.

use ventanilla_contract::error::ErrorBody;
use ventanilla_domain::case::CaseRefusal;
use ventanilla_domain::number::Flaw;
use ventanilla_domain::reset::{AskRefusal, ResetRefusal};
use ventanilla_domain::time::Millis;

use crate::edge::NoRandomness;
use crate::view::{UiError, UiSeverity};

macro_rules! own {
    ($($(#[$doc:meta])* $variant:ident = $code:literal, $severity:ident;)*) => {
        /// A code of the desk's own.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Own { $($(#[$doc])* $variant,)* }
        impl Own {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];
            /// The stable code.
            #[must_use]
            pub const fn as_str(self) -> &'static str { match self { $(Self::$variant => $code,)* } }
            /// Whether a rule says no or something is broken.
            #[must_use]
            pub const fn severity(self) -> UiSeverity { match self { $(Self::$variant => UiSeverity::$severity,)* } }
        }
    };
}

own! {
    /// Nobody is signed in, or the session is locked (M23).
    NotSignedIn = "not_signed_in", Refusal;
    /// The role may not do this (M23).
    Forbidden = "forbidden", Refusal;
    /// The workstation is not enrolled.
    NotEnrolled = "not_enrolled", Refusal;
    /// The clerk was never admitted at this workstation and its store is closed (M35).
    ClerkNotEnrolled = "clerk_not_enrolled", Refusal;
    /// The last sign-in at the backend is too long ago to work without it.
    OfflineTooLong = "offline_too_long", Refusal;
    /// The PIN does not open the store.
    WrongPin = "wrong_pin", Refusal;
    /// Five wrong PINs: wait (M35).
    PinLocked = "pin_locked", Refusal;
    /// Not four to twelve digits.
    PinForm = "pin_form", Refusal;
    /// The machine's passphrase is wrong or was not given (M35).
    PassphraseWrong = "passphrase_wrong", Refusal;
    /// The machine gives no secret (M35).
    MachineSecretMissing = "machine_secret_missing", Breakdown;
    /// The file of wrapped keys cannot be read.
    KeysUnreadable = "keys_unreadable", Breakdown;
    /// The disk is full; nothing was done (M25).
    StoreFull = "store_full", Breakdown;
    /// The store was written by a later version (M34).
    StoreNewer = "store_newer", Breakdown;
    /// The store cannot be read; it was set aside, not deleted.
    StoreCorrupt = "store_corrupt", Breakdown;
    /// Something in the store cannot be read; it stands where it stood.
    StoreDamaged = "store_damaged", Breakdown;
    /// Everybody at this machine may enter the folder of the data, and this user may not close it.
    FolderOpen = "folder_open", Refusal;
    /// The store did not do what it was asked.
    StoreBroken = "store_broken", Breakdown;
    /// The backend cannot be reached.
    BackendUnreachable = "backend_unreachable", Breakdown;
    /// Something other than digits (M5).
    NumberNotDigits = "number_not_digits", Refusal;
    /// Ten digits or thirteen (M5).
    NumberLength = "number_length", Refusal;
    /// No such province (M5).
    NumberProvince = "number_province", Refusal;
    /// The third digit names no kind of holder (M5).
    NumberThirdDigit = "number_third_digit", Refusal;
    /// Modulus 10 (M5).
    NumberCheckDigit = "number_check_digit", Refusal;
    /// Establishment 000 (M5).
    NumberEstablishment = "number_establishment", Refusal;
    /// A walk-in needs a name.
    PersonMissing = "person_missing", Refusal;
    /// No address.
    EmailForm = "email_form", Refusal;
    /// No date.
    DateForm = "date_form", Refusal;
    /// This document is seen in the original (M4).
    OnlineNotAllowed = "online_not_allowed", Refusal;
    /// The document does not belong to this dossier (M1).
    DocumentNotAsked = "document_not_asked", Refusal;
    /// The reason does not fit the document (M2).
    ReasonDoesNotFit = "reason_does_not_fit", Refusal;
    /// The registries have not been asked.
    RegistryUnknown = "registry_unknown", Refusal;
    /// No such case here.
    CaseUnknown = "case_unknown", Refusal;
    /// Several cases have this ticket on the same day.
    CaseAmbiguous = "case_ambiguous", Refusal;
    /// The act does not fit the state of the case.
    DoesNotFit = "does_not_fit", Refusal;
    /// Another counter has the person (M7).
    TurnoCalledElsewhere = "turno_called_elsewhere", Refusal;
    /// M8.
    KeyNotConfirmed = "key_not_confirmed", Refusal;
    /// The key is set: no other outcome is true.
    KeyIsSet = "key_is_set", Refusal;
    /// A link is live or its fate is unknown (M15).
    ResetOpen = "reset_open", Refusal;
    /// No document is refused.
    NothingToReturn = "nothing_to_return", Refusal;
    /// The time to complete a returned case is over (M6).
    ReopenExpired = "reopen_expired", Refusal;
    /// The clerk has a person called or at the counter already.
    AlreadyServing = "already_serving", Refusal;
    /// The backend answers again: who signed in without it signs in there.
    LineIsBack = "line_is_back", Refusal;
    /// The backend takes this session's token no more.
    SessionEnded = "session_ended", Refusal;
    /// Nobody waits.
    EmptyQueue = "empty_queue", Refusal;
    /// The printer is off or unreachable.
    PrinterGone = "printer_gone", Breakdown;
    /// The printer took the job and says nothing.
    PrinterSilent = "printer_silent", Breakdown;
    /// Nothing was printed yet that could be repeated.
    NotPrintedYet = "not_printed_yet", Refusal;
    /// A sheet is on its way to the printer or in it.
    AlreadyPrinting = "already_printing", Refusal;
    /// The file cannot be written there.
    PathNotWritable = "path_not_writable", Breakdown;
    /// A defect; the log has the detail.
    Internal = "internal", Breakdown;
}

/// Whatever the desk could not do.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// A code of its own.
    #[error("{}", .0.as_str())]
    Own(Own),
    /// A code of its own that holds until a moment.
    #[error("{} until {}", .0.as_str(), .1.0)]
    Until(Own, Millis),
    /// What the backend answered.
    #[error("the backend answered {}", .0.code.as_str())]
    Backend(Box<ErrorBody>),
    /// The dossier or the account does not admit a reset.
    #[error(transparent)]
    Reset(#[from] ResetRefusal),
    /// SQLite.
    #[error("store: {0}")]
    Store(rusqlite::Error),
    /// A file.
    #[error("file: {0}")]
    File(#[from] std::io::Error),
    /// Something that cannot be, unless there is a defect; the text is for the log.
    #[error("defect: {0}")]
    Defect(String),
}

impl DeskError {
    /// A defect, for the log.
    pub fn defect(what: impl std::fmt::Display) -> Self {
        Self::Defect(what.to_string())
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Own(own) | Self::Until(own, _) => own.as_str(),
            Self::Backend(body) => body.code.as_str(),
            Self::Reset(refusal) => ventanilla_contract::error::ErrorCode::from(*refusal).as_str(),
            Self::Store(_) => Own::StoreBroken.as_str(),
            Self::File(e) if e.kind() == std::io::ErrorKind::StorageFull => Own::StoreFull.as_str(),
            Self::File(_) | Self::Defect(_) => Own::Internal.as_str(),
        }
    }

    fn severity(&self) -> UiSeverity {
        match self {
            Self::Own(own) | Self::Until(own, _) => own.severity(),
            Self::Backend(body) if body.code.status() >= 500 => UiSeverity::Breakdown,
            Self::Backend(_) | Self::Reset(_) => UiSeverity::Refusal,
            Self::Store(_) | Self::File(_) | Self::Defect(_) => UiSeverity::Breakdown,
        }
    }

    /// From when trying again makes sense: the backend's word, or the end of a lock of the desk's own.
    #[must_use]
    pub fn until(&self) -> Option<Millis> {
        match self {
            Self::Until(_, at) => Some(*at),
            Self::Backend(body) => body.retry_at.map(Millis),
            Self::Own(_) | Self::Reset(_) | Self::Store(_) | Self::File(_) | Self::Defect(_) => None,
        }
    }

    /// For the window of a centre: with the time until when it holds.
    pub(crate) fn told_at(self, now: Millis, utc_offset: i32) -> UiError {
        let until = self.until().map(|at| crate::show::moment(at, now, utc_offset));
        UiError { until, ..UiError::from(self) }
    }

    /// Whether this is the given code.
    #[must_use]
    pub fn is(&self, own: Own) -> bool {
        self.code() == own.as_str()
    }
}

impl From<Own> for DeskError {
    fn from(own: Own) -> Self {
        Self::Own(own)
    }
}

impl From<rusqlite::Error> for DeskError {
    fn from(e: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as C;
        match e.sqlite_error_code() {
            Some(C::DiskFull) => Self::Own(Own::StoreFull),
            Some(C::NotADatabase | C::DatabaseCorrupt) => Self::Own(Own::StoreDamaged),
            _ => Self::Store(e),
        }
    }
}

impl From<serde_json::Error> for DeskError {
    fn from(e: serde_json::Error) -> Self {
        Self::defect(format_args!("JSON: {e}"))
    }
}

impl From<NoRandomness> for DeskError {
    fn from(e: NoRandomness) -> Self {
        Self::defect(e)
    }
}

impl From<AskRefusal> for DeskError {
    fn from(_: AskRefusal) -> Self {
        Self::Own(Own::DoesNotFit)
    }
}

impl From<CaseRefusal> for DeskError {
    fn from(refusal: CaseRefusal) -> Self {
        Self::Own(match refusal {
            CaseRefusal::DoesNotFit => Own::DoesNotFit,
            CaseRefusal::KeyNotConfirmed => Own::KeyNotConfirmed,
            CaseRefusal::KeyIsSet => Own::KeyIsSet,
            CaseRefusal::ResetOpen => Own::ResetOpen,
            CaseRefusal::NothingToReturn => Own::NothingToReturn,
            CaseRefusal::ReopenExpired => Own::ReopenExpired,
        })
    }
}

impl From<Flaw> for DeskError {
    fn from(flaw: Flaw) -> Self {
        Self::Own(match flaw {
            Flaw::NotDigits => Own::NumberNotDigits,
            Flaw::Length => Own::NumberLength,
            Flaw::Province => Own::NumberProvince,
            Flaw::ThirdDigit => Own::NumberThirdDigit,
            Flaw::CheckDigit => Own::NumberCheckDigit,
            Flaw::Establishment => Own::NumberEstablishment,
        })
    }
}

impl From<DeskError> for UiError {
    fn from(e: DeskError) -> Self {
        let severity = e.severity();
        let code = e.code();
        if severity == UiSeverity::Breakdown {
            tracing::error!(code, error = %e, "the desk broke down");
        }
        let until = None;
        if let DeskError::Backend(body) = e {
            return Self { code: code.to_owned(), message: body.message, hint: body.hint, severity, until };
        }
        let id = format!("error-{}", code.replace('_', "-"));
        let words = ventanilla_words::es();
        Self {
            code: code.to_owned(),
            // Without words the code itself is shown: it can be read out to whoever helps.
            message: words.find(&id).unwrap_or_else(|| code.to_owned()),
            hint: words.find(&format!("{id}-hint")).unwrap_or_default(),
            severity,
            until,
        }
    }
}
