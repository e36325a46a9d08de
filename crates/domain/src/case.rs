//! The life of a case (M6): one employer's matter within a person's visit.

use crate::time::Millis;

/// How a case ended. The words are the institute's; the codes never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The backend said that the new key is set (M8).
    KeyRestored,
    /// A link went out and the person could not finish (M15).
    LinkNotCompleted,
    /// Documents are missing or wrong; a return slip says which (M2).
    Returned,
    /// Another way leads on; a diversion slip says which.
    Diverted(Diversion),
    /// Called and not there.
    NoShow,
    /// Taken back by mistake or annulled.
    Cancelled,
    /// The person went away while waiting.
    Left,
}

/// Where a diverted case goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Diversion {
    /// "Usuario no tiene correo registrado": contact update (R29, R12).
    NoRegisteredEmail,
    /// "Desbloqueo de Clave" (R13).
    AccountBlocked,
    /// The tax registry does not list the RUC as active (R1).
    RucNotActive,
    /// The appointment is past its term (R23).
    AppointmentLapsed,
    /// The Registro Civil stayed down until the day closed (R28).
    RegistryDown,
    /// The registered address is not the one in use: contact update (R12).
    StaleEmail,
}

/// Why a case rests (M6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HoldReason {
    /// "Error de Conexión con el Registro Civil" (R28).
    RegistroCivilDown,
    /// The backend cannot be reached (M12).
    BackendUnreachable,
    /// The clerk or the person needs a moment.
    AtTheCounter,
}

/// Where a case stands. Each is a timed period with clerk and counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CaseState {
    /// Has a turno and has not come yet.
    Scheduled,
    /// Is here and waits.
    Waiting,
    /// Was called to a counter.
    Called,
    /// Is being served.
    InService,
    /// Rests; from `retry_at` on, where one is set, trying again makes sense. Keeps its place in the queue.
    OnHold {
        /// Why.
        reason: HoldReason,
        /// The time shown to clerk and person.
        retry_at: Option<Millis>,
    },
    /// Is over.
    Closed(Outcome),
}

/// What happens to a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseEvent {
    /// The person is here.
    CheckIn,
    /// A clerk calls.
    Call,
    /// The person stands at the counter.
    Serve,
    /// The case rests.
    Hold {
        /// Why.
        reason: HoldReason,
        /// Until when it makes no sense to try again.
        retry_at: Option<Millis>,
    },
    /// A clerk takes it up again.
    Resume,
    /// Another clerk of the same counter goes on with it.
    TakeOver,
    /// The case ends.
    Close(Outcome),
    /// A returned case is taken up again (M6).
    Reopen {
        /// Days of the calendar at the centre since it was closed: the last day counts whole.
        days_since: i64,
    },
}

/// What the machine knows when a case is to be closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closing {
    /// The backend has said that the key is set (M8).
    pub key_set: bool,
    /// A link is live or its fate is unknown: closing it otherwise must cancel it first (M15).
    pub reset_open: bool,
    /// A document is refused or stopped, so that there is something to return for.
    pub dossier_faulty: bool,
}

/// Why an event does not fit. Each has words and a stable code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CaseRefusal {
    /// The event does not fit the state.
    #[error("the event does not fit the state of the case")]
    DoesNotFit,
    /// "Key restored" is the backend's word (M8).
    #[error("the backend has not said that the key is set")]
    KeyNotConfirmed,
    /// The key is set: no other outcome is true.
    #[error("the key is already set")]
    KeyIsSet,
    /// A reset is under way.
    #[error("a link is live or unresolved")]
    ResetOpen,
    /// Nothing is wrong with the dossier.
    #[error("no document is refused")]
    NothingToReturn,
    /// Too long ago.
    #[error("the time to complete a returned case is over")]
    ReopenExpired,
}

/// The next state of a case, or why there is none.
///
/// # Errors
/// [`CaseRefusal`]; the state is unchanged.
pub fn step(state: CaseState, event: CaseEvent, closing: Closing, reopen_days: i64) -> Result<CaseState, CaseRefusal> {
    use CaseEvent::{Call, CheckIn, Close, Hold, Reopen, Resume, Serve, TakeOver};
    use CaseState::{Called, Closed, InService, OnHold, Scheduled, Waiting};
    match event {
        CheckIn => match state {
            Scheduled => Ok(Waiting),
            Waiting | Called | InService | OnHold { .. } | Closed(_) => Err(CaseRefusal::DoesNotFit),
        },
        Call => match state {
            Waiting => Ok(Called),
            Scheduled | Called | InService | OnHold { .. } | Closed(_) => Err(CaseRefusal::DoesNotFit),
        },
        Serve => match state {
            Called => Ok(InService),
            Scheduled | Waiting | InService | OnHold { .. } | Closed(_) => Err(CaseRefusal::DoesNotFit),
        },
        Hold { reason, retry_at } => match state {
            InService | Called => Ok(OnHold { reason, retry_at }),
            Scheduled | Waiting | OnHold { .. } | Closed(_) => Err(CaseRefusal::DoesNotFit),
        },
        Resume => match state {
            OnHold { .. } => Ok(InService),
            Scheduled | Waiting | Called | InService | Closed(_) => Err(CaseRefusal::DoesNotFit),
        },
        TakeOver => match state {
            Called => Ok(Called),
            InService | OnHold { .. } => Ok(InService),
            Scheduled | Waiting | Closed(_) => Err(CaseRefusal::DoesNotFit),
        },
        Close(outcome) => close(state, outcome, closing).map(|()| Closed(outcome)),
        Reopen { days_since } => match state {
            Closed(Outcome::Returned) if days_since <= reopen_days => Ok(Waiting),
            Closed(Outcome::Returned) => Err(CaseRefusal::ReopenExpired),
            Closed(_) | Scheduled | Waiting | Called | InService | OnHold { .. } => Err(CaseRefusal::DoesNotFit),
        },
    }
}

fn close(state: CaseState, outcome: Outcome, closing: Closing) -> Result<(), CaseRefusal> {
    use CaseState::{Called, Closed, InService, OnHold, Scheduled, Waiting};
    let here = match state {
        Called | InService | OnHold { .. } => true,
        Scheduled | Waiting => false,
        Closed(_) => return Err(CaseRefusal::DoesNotFit),
    };
    let served = here && state != Called;
    match outcome {
        Outcome::KeyRestored if !served => Err(CaseRefusal::DoesNotFit),
        Outcome::KeyRestored if !closing.key_set => Err(CaseRefusal::KeyNotConfirmed),
        Outcome::KeyRestored => Ok(()),
        _ if closing.key_set => Err(CaseRefusal::KeyIsSet),
        _ if closing.reset_open => Err(CaseRefusal::ResetOpen),
        Outcome::Returned if served && !closing.dossier_faulty => Err(CaseRefusal::NothingToReturn),
        Outcome::Returned | Outcome::LinkNotCompleted | Outcome::Diverted(_) => fits(served),
        Outcome::NoShow => fits(state == Called),
        Outcome::Left => fits(state == Waiting || here),
        Outcome::Cancelled => Ok(()),
    }
}

fn fits(fits: bool) -> Result<(), CaseRefusal> {
    if fits { Ok(()) } else { Err(CaseRefusal::DoesNotFit) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: Closing = Closing { key_set: false, reset_open: false, dossier_faulty: false };
    const NOW: Millis = Millis(1_795_500_000_000);

    fn go(state: CaseState, event: CaseEvent, closing: Closing) -> Result<CaseState, CaseRefusal> {
        step(state, event, closing, 10)
    }

    #[test]
    fn the_ordinary_day_goes_from_scheduled_to_restored() {
        let mut state = CaseState::Scheduled;
        for event in [CaseEvent::CheckIn, CaseEvent::Call, CaseEvent::Serve] {
            state = go(state, event, NOTHING).unwrap();
        }
        let end = go(state, CaseEvent::Close(Outcome::KeyRestored), Closing { key_set: true, ..NOTHING });
        assert_eq!(end, Ok(CaseState::Closed(Outcome::KeyRestored)));
    }

    #[test]
    fn key_restored_is_the_backends_word_alone() {
        let close = CaseEvent::Close(Outcome::KeyRestored);
        assert_eq!(go(CaseState::InService, close, NOTHING), Err(CaseRefusal::KeyNotConfirmed));
    }

    #[test]
    fn once_the_key_is_set_no_other_outcome_is_true() {
        let set = Closing { key_set: true, reset_open: false, dossier_faulty: true };
        for outcome in [Outcome::Returned, Outcome::LinkNotCompleted, Outcome::Left, Outcome::Cancelled] {
            assert_eq!(go(CaseState::InService, CaseEvent::Close(outcome), set), Err(CaseRefusal::KeyIsSet));
        }
    }

    #[test]
    fn a_live_link_holds_the_case_open() {
        let open = Closing { reset_open: true, ..NOTHING };
        let close = CaseEvent::Close(Outcome::LinkNotCompleted);
        assert_eq!(go(CaseState::InService, close, open), Err(CaseRefusal::ResetOpen));
    }

    #[test]
    fn a_closed_case_takes_no_event_but_reopen() {
        let closed = CaseState::Closed(Outcome::Returned);
        for event in [
            CaseEvent::CheckIn,
            CaseEvent::Call,
            CaseEvent::Serve,
            CaseEvent::Resume,
            CaseEvent::TakeOver,
            CaseEvent::Close(Outcome::Returned),
        ] {
            assert_eq!(go(closed, event, NOTHING), Err(CaseRefusal::DoesNotFit), "{event:?}");
        }
        let reopen = |days_since| CaseEvent::Reopen { days_since };
        assert_eq!(go(closed, reopen(10), NOTHING), Ok(CaseState::Waiting));
        assert_eq!(go(closed, reopen(11), NOTHING), Err(CaseRefusal::ReopenExpired));
    }

    #[test]
    fn a_no_show_was_called_and_one_who_left_had_come() {
        assert!(go(CaseState::Called, CaseEvent::Close(Outcome::NoShow), NOTHING).is_ok());
        assert!(go(CaseState::InService, CaseEvent::Close(Outcome::NoShow), NOTHING).is_err());
        assert!(go(CaseState::Waiting, CaseEvent::Close(Outcome::Left), NOTHING).is_ok());
        assert!(go(CaseState::Scheduled, CaseEvent::Close(Outcome::Left), NOTHING).is_err());
    }

    #[test]
    fn an_outage_rests_the_case_and_it_resumes() {
        let hold = CaseEvent::Hold { reason: HoldReason::RegistroCivilDown, retry_at: Some(NOW.plus(3_600_000)) };
        let held = go(CaseState::InService, hold, NOTHING).unwrap();
        assert_eq!(go(held, CaseEvent::Resume, NOTHING), Ok(CaseState::InService));
        assert_eq!(go(held, hold, NOTHING), Err(CaseRefusal::DoesNotFit));
    }

    #[test]
    fn a_colleague_goes_on_with_what_is_at_the_counter_and_with_nothing_else() {
        let rests = CaseState::OnHold { reason: HoldReason::AtTheCounter, retry_at: None };
        assert_eq!(go(CaseState::Called, CaseEvent::TakeOver, NOTHING), Ok(CaseState::Called));
        for state in [CaseState::InService, rests] {
            assert_eq!(go(state, CaseEvent::TakeOver, NOTHING), Ok(CaseState::InService));
        }
        for state in [CaseState::Scheduled, CaseState::Waiting, CaseState::Closed(Outcome::Left)] {
            assert_eq!(go(state, CaseEvent::TakeOver, NOTHING), Err(CaseRefusal::DoesNotFit));
        }
    }

    #[test]
    fn a_case_is_returned_only_for_a_fault() {
        let close = CaseEvent::Close(Outcome::Returned);
        assert_eq!(go(CaseState::InService, close, NOTHING), Err(CaseRefusal::NothingToReturn));
        let faulty = Closing { dossier_faulty: true, ..NOTHING };
        assert!(go(CaseState::InService, close, faulty).is_ok());
    }
}
