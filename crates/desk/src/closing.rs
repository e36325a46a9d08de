//! How a case ends (M6, M8, M15): what may be chosen, what the facts suggest, and the act, which commits its paper in
//! the same transaction and prints afterwards (M19).

use rusqlite::Connection;
use ventanilla_contract::event::{EventBody, Outcome as Wire};
use ventanilla_contract::staff::Role;
use ventanilla_domain::case::{CaseEvent, CaseState, Closing, Diversion, HoldReason, Outcome, step};
use ventanilla_domain::reset::Ask;
use ventanilla_domain::time::Millis;

use crate::case_view::diversion;
use crate::desk::{Actor, Desk};
use crate::dossier::{Judged, judge};
use crate::error::{DeskError, Own};
use crate::queue::{NOTHING, parse_id};
use crate::store::cases::{self, CaseRow};
use crate::store::resets::{self, ResetRow};
use crate::store::{periods, reissues};
use crate::view::{CaseView, Change, OutcomeChoice};

/// Every outcome, in the order of the list.
const ALL: [Outcome; 12] = [
    Outcome::KeyRestored,
    Outcome::LinkNotCompleted,
    Outcome::Returned,
    Outcome::Diverted(Diversion::NoRegisteredEmail),
    Outcome::Diverted(Diversion::AccountBlocked),
    Outcome::Diverted(Diversion::RucNotActive),
    Outcome::Diverted(Diversion::AppointmentLapsed),
    Outcome::Diverted(Diversion::StaleEmail),
    Outcome::Diverted(Diversion::RegistryDown),
    Outcome::NoShow,
    Outcome::Left,
    Outcome::Cancelled,
];

impl Desk {
    /// Ends a case. Its paper is committed with it; printing begins after the commit.
    ///
    /// # Errors
    /// What `domain::case::step` refuses, [`Own::DoesNotFit`] for an outcome that the facts do not bear out, or the
    /// store.
    pub fn close(&self, case_id: String, outcome: Wire) -> Result<CaseView, DeskError> {
        self.close_with(&case_id, outcome.into())?;
        self.open_case(case_id)
    }

    fn close_with(&self, case_id: &str, outcome: Outcome) -> Result<(), DeskError> {
        let actor = self.actor_as(Role::Clerk)?;
        let id = parse_id(case_id)?;
        let job = self.db()?.act(&actor, |act| {
            let mut case = cases::need(act, id)?;
            let place = act.place()?;
            let judged = judge(act, self.policy(), &case, &place, act.now())?;
            let latest = resets::latest(act, id)?;
            let event = CaseEvent::Close(outcome);
            let known = Known::of(act, &case, judged.as_ref(), latest.as_ref())?;
            let next = step(case.state, event, known.closing, self.policy().reopen_days)?;
            if !is_borne_out(outcome, &case, &known, &actor) {
                return Err(Own::DoesNotFit.into());
            }
            case.state = next;
            case.closed_at = Some(act.now());
            case.worked_day = Some(act.now().day(place.utc_offset));
            case.service = None;
            case.clerk = case.clerk.take().or_else(|| Some(actor.username.clone()));
            cases::put(act, &case)?;
            periods::begin(act, id, case.state)?;
            act.record(Some(id), EventBody::Closed { outcome: outcome.into() })?;
            act.changed(Change::Queue);
            crate::paper::commit_closing(self, act, &case, outcome.into())
        })?;
        if let Some(job) = job {
            crate::paper::start(self, job);
        }
        Ok(())
    }

    pub(crate) fn outcome_choices(&self, case: &CaseRow, known: &Known<'_>, actor: &Actor) -> Vec<OutcomeChoice> {
        let suggested = suggestion(case, known);
        ALL.into_iter()
            .filter(|&o| step(case.state, CaseEvent::Close(o), known.closing, self.policy().reopen_days).is_ok())
            .filter(|&o| is_borne_out(o, case, known, actor))
            .map(|o| OutcomeChoice { outcome: o.into(), suggested: suggested == Some(o) })
            .collect()
    }

    pub(crate) fn is_reopenable(&self, case: &CaseRow, now: Millis, utc_offset: i32) -> bool {
        case.closed_at.is_some_and(|closed_at| {
            let event = CaseEvent::Reopen { days_since: days_between(closed_at, now, utc_offset) };
            step(case.state, event, NOTHING, self.policy().reopen_days).is_ok()
        })
    }
}

/// Days of the calendar from one moment to another, at the centre: the slip prints a last day, and that day counts whole.
pub(crate) fn days_between(from: Millis, to: Millis, utc_offset: i32) -> i64 {
    to.day(utc_offset).signed_duration_since(from.day(utc_offset)).num_days()
}

/// What is known when a case is to be closed.
pub(crate) struct Known<'a> {
    judged: Option<&'a Judged>,
    latest: Option<&'a ResetRow>,
    closing: Closing,
}

impl<'a> Known<'a> {
    pub(crate) fn of(
        c: &Connection,
        case: &CaseRow,
        judged: Option<&'a Judged>,
        latest: Option<&'a ResetRow>,
    ) -> Result<Self, DeskError> {
        let closing = Closing {
            key_set: latest.is_some_and(ResetRow::key_set),
            // A further link whose answer never came may live, whatever the one before says.
            reset_open: latest.is_some_and(ResetRow::is_open) || reissues::open(c, case.id)?.is_some(),
            dossier_faulty: judged.is_some_and(Judged::is_faulty),
        };
        Ok(Self { judged, latest, closing })
    }
}

/// What the facts suggest: the backend's word first, then another way, then what is missing.
fn suggestion(case: &CaseRow, known: &Known<'_>) -> Option<Outcome> {
    let Known { judged, latest, closing } = *known;
    if closing.key_set {
        return Some(Outcome::KeyRestored);
    }
    if let Some(way) = judged.and_then(diversion) {
        return Some(Outcome::Diverted(way));
    }
    if is_stale(case) {
        return Some(Outcome::Diverted(Diversion::StaleEmail));
    }
    if closing.dossier_faulty {
        return Some(Outcome::Returned);
    }
    latest.filter(|r| r.ask == Ask::Accepted).map(|_| Outcome::LinkNotCompleted)
}

/// The address that the person named is not the registered one (R12).
fn is_stale(case: &CaseRow) -> bool {
    case.email_matches == Some(false)
}

fn is_exhausted(case: &CaseRow) -> bool {
    case.email_tries_left == Some(0) && case.email_matches != Some(true)
}

/// Whether the facts bear an outcome out: nobody is sent elsewhere for a reason that the registries do not give.
fn is_borne_out(outcome: Outcome, case: &CaseRow, known: &Known<'_>, actor: &Actor) -> bool {
    match outcome {
        Outcome::Diverted(Diversion::RegistryDown) => {
            // The day close diverts what an outage left behind (M6); until then a supervisor does.
            let down = matches!(case.state, CaseState::OnHold { reason: HoldReason::RegistroCivilDown, .. });
            down && actor.role == Some(Role::Supervisor)
        }
        Outcome::Diverted(
            way @ (Diversion::NoRegisteredEmail
            | Diversion::AccountBlocked
            | Diversion::RucNotActive
            | Diversion::AppointmentLapsed),
        ) => known.judged.and_then(diversion) == Some(way),
        // Where nothing more is compared, this is the way on, though nobody says that the address is wrong.
        Outcome::Diverted(Diversion::StaleEmail) => is_stale(case) || is_exhausted(case),
        Outcome::LinkNotCompleted => known.latest.is_some_and(|r| r.ask == Ask::Accepted),
        Outcome::KeyRestored | Outcome::Returned | Outcome::NoShow | Outcome::Cancelled | Outcome::Left => true,
    }
}
