//! How enums stand in columns: small numbers, each written once and never given to anything else.

use ventanilla_contract::event::{HoldReason, Outcome, RefusalReason};
use ventanilla_contract::reset::{Document, Seen};
use ventanilla_domain::reset::Ask;

use crate::view::{PaperKind, PaperState};

macro_rules! coded {
    ($($to:ident / $from:ident : $ty:ty { $($variant:path = $n:literal),* $(,)? })*) => { $(
        pub(crate) const fn $to(x: $ty) -> i64 { match x { $($variant => $n,)* } }
        pub(crate) const fn $from(n: i64) -> Option<$ty> { match n { $($n => Some($variant),)* _ => None } }
    )* };
}

coded! {
    outcome / to_outcome: Outcome {
        Outcome::KeyRestored = 1, Outcome::LinkNotCompleted = 2, Outcome::Returned = 3, Outcome::DivertedNoEmail = 4,
        Outcome::DivertedAccountBlocked = 5, Outcome::DivertedRucNotActive = 6, Outcome::DivertedAppointmentLapsed = 7,
        Outcome::DivertedRegistryDown = 8, Outcome::NoShow = 9, Outcome::Cancelled = 10, Outcome::Left = 11,
        Outcome::DivertedStaleEmail = 12,
    }
    hold_reason / to_hold_reason: HoldReason {
        HoldReason::RegistroCivilDown = 1, HoldReason::BackendUnreachable = 2, HoldReason::AtTheCounter = 3,
    }
    document / to_document: Document {
        Document::Cedula = 1, Document::RucPrintout = 2, Document::Turno = 3, Document::RequestLetter = 4,
        Document::Appointment = 5,
    }
    seen / to_seen: Seen { Seen::Original = 1, Seen::ConsultedOnline = 2 }
    reason / to_reason: RefusalReason {
        RefusalReason::Missing = 1, RefusalReason::Illegible = 2, RefusalReason::WrongPerson = 3,
        RefusalReason::Expired = 4, RefusalReason::NotSigned = 5, RefusalReason::NotOriginal = 6,
        RefusalReason::Contradicts = 7,
    }
    ask / to_ask: Ask {
        Ask::Intent = 1, Ask::Unknown = 2, Ask::NotFound = 3, Ask::Accepted = 4, Ask::Refused = 5, Ask::Abandoned = 6,
    }
    paper_kind / to_paper_kind: PaperKind {
        PaperKind::Receipt = 1, PaperKind::NotCompleted = 2, PaperKind::ReturnSlip = 3, PaperKind::DiversionSlip = 4,
        PaperKind::ArchiveLabel = 5,
    }
    paper_state / to_paper_state: PaperState {
        PaperState::Committed = 0, PaperState::Sent = 1, PaperState::OutOfPaper = 2, PaperState::Printed = 3,
        PaperState::Failed = 4, PaperState::Gone = 5, PaperState::NoPrinter = 6,
    }
}
