//! The queue: who is here, who is next, and the way of a case to the counter and away from it (M6, M7). The order is
//! `domain::queue`'s, the steps are `domain::case`'s; claims at the backend are made by `net` before it calls in here.

use rusqlite::{Connection, params};
use uuid::Uuid;
use ventanilla_contract::error::{ErrorBody, ErrorCode};
use ventanilla_contract::event::EventBody;
use ventanilla_contract::staff::Role;
use ventanilla_domain::case::{CaseEvent, CaseState, Closing, HoldReason, step};
use ventanilla_domain::employer::EmployerId;
use ventanilla_domain::queue::call_order;
use ventanilla_domain::time::Millis;

use crate::closing::days_between;
use crate::desk::Desk;
use crate::error::{DeskError, Own};
use crate::show;
use crate::store::cases::{self, CaseRow, NoAnswer, Service, Silence};
use crate::store::meta::{self, Place, Sequence};
use crate::store::tallies::{self, Tally};
use crate::store::visits::{self, VisitRow};
use crate::store::{Act, documents, periods, print_jobs};
use crate::view::{CaseView, Change, QueueView, Row, WalkInForm};

/// Lines of one list.
const PAGE: usize = 100;
/// Cases whose sheet is missing that the queue shows.
const UNPRINTED: usize = 20;

// Each list is one search of an index.
pub(crate) const PREFERENTIAL: &str = "state = 1 AND day = ?1 AND slot = 1 ORDER BY waiting_since LIMIT ?2";
pub(crate) const DUE: &str =
    "state = 1 AND day = ?1 AND slot = 2 AND appointed_at <= ?3 ORDER BY waiting_since LIMIT ?2";
pub(crate) const WALK_INS: &str = "state = 1 AND day = ?1 AND slot = 3 ORDER BY waiting_since LIMIT ?2";
pub(crate) const EARLY: &str =
    "state = 1 AND day = ?1 AND slot = 2 AND appointed_at > ?3 ORDER BY waiting_since LIMIT ?2";
pub(crate) const UPCOMING: &str = "state = 0 AND day = ?1 AND slot = 0 ORDER BY appointed_at LIMIT 100";
pub(crate) const SERVING: &str = "slot = 5 ORDER BY called_at LIMIT 100";
pub(crate) const WORKED: &str = "worked_day = ?1 ORDER BY called_at DESC LIMIT 500";
const WAITED: &str = "SELECT waited_ms FROM cases WHERE worked_day = ?1 AND waited_ms IS NOT NULL
    ORDER BY waited_ms DESC LIMIT 1 OFFSET ?2";

impl Desk {
    /// The queue of the day.
    ///
    /// # Errors
    /// Not signed in, or the store.
    pub fn queue(&self) -> Result<QueueView, DeskError> {
        self.actor()?;
        let now = self.clock().now();
        let mut view = self.db()?.read(|c| {
            let mut view = queue_view(c, now)?;
            view.unprinted = self.unprinted(c, now)?;
            Ok(view)
        })?;
        view.connection = self.connection()?;
        Ok(view)
    }

    /// Cases closed here today with a sheet that did not come out. One that is just being handed over is no news.
    fn unprinted(&self, c: &Connection, now: Millis) -> Result<Vec<Row>, DeskError> {
        let place = meta::place(c)?;
        let today = now.day(place.utc_offset);
        let mut cases: Vec<CaseRow> = Vec::new();
        for (job, state, case_id) in print_jobs::stuck(c, now.start_of_day(place.utc_offset))? {
            if cases.len() == UNPRINTED {
                break;
            }
            if cases.iter().any(|case| case.id == case_id) || self.inner.paper.is_under_way(job, state) {
                continue;
            }
            let case = cases::need(c, case_id)?;
            if matches!(case.state, CaseState::Closed(_)) && case.worked_day == Some(today) {
                cases.push(case);
            }
        }
        cases.iter().map(|case| show::row(c, case, &place, now)).collect()
    }

    /// The person of a turno is here.
    ///
    /// # Errors
    /// [`Own::DoesNotFit`] unless scheduled, [`Own::TurnoCalledElsewhere`], or the store.
    pub fn check_in(&self, case_id: String, preferential: bool) -> Result<QueueView, DeskError> {
        self.step_case(&case_id, CaseEvent::CheckIn, |act, case| {
            if case.elsewhere.is_some() {
                return Err(Own::TurnoCalledElsewhere.into());
            }
            case.preferential |= preferential;
            case.waiting_since = Some(act.now());
            Ok(EventBody::CheckedIn { turno_id: case.turno_id })
        })?;
        self.queue()
    }

    /// A person without a turno gets one here, which satisfies R21 (M7). Works during a cut; `net` makes it known.
    ///
    /// # Errors
    /// The flaw of the number, [`Own::PersonMissing`], or the store.
    pub fn walk_in_local(&self, form: &WalkInForm) -> Result<Row, DeskError> {
        let actor = self.actor_as(Role::Clerk)?;
        let number = EmployerId::parse(form.number.trim())?;
        let person = form.person.trim();
        if person.is_empty() || person.chars().count() > 120 || person.chars().any(char::is_control) {
            return Err(Own::PersonMissing.into());
        }
        self.db()?.act(&actor, |act| {
            let visit = issue_turno(act, number.as_str(), "", person, form.preferential)?;
            let mut case = CaseRow::scheduled(act.new_id()?, &visit);
            case.state = step(case.state, CaseEvent::CheckIn, NOTHING, self.policy().reopen_days)?;
            case.waiting_since = Some(act.now());
            cases::put(act, &case)?;
            periods::begin(act, case.id, case.state)?;
            act.record(Some(case.id), walked_in(&visit))?;
            act.changed(Change::Queue);
            show::row(act, &case, &act.place()?, act.now())
        })
    }

    /// Who is next by the order of the queue, passing over `except` (whom the backend gave to another counter).
    ///
    /// # Errors
    /// [`Own::EmptyQueue`], not signed in, or the store.
    pub fn next_in_line(&self, except: &[Uuid]) -> Result<Uuid, DeskError> {
        self.actor_as(Role::Clerk)?;
        let now = self.clock().now();
        let line = self.db()?.read(|c| in_line(c, &meta::place(c)?, now, PAGE + except.len()))?;
        line.iter().map(|c| c.id).find(|id| !except.contains(id)).ok_or_else(|| Own::EmptyQueue.into())
    }

    /// Refuses a clerk who has somebody called or at the counter: that person would stand there forgotten.
    pub(crate) fn need_free_hands(&self) -> Result<(), DeskError> {
        let actor = self.actor_as(Role::Clerk)?;
        let serving = self.db()?.read(|c| cases::list(c, SERVING, []))?;
        let busy = serving.iter().filter(|case| case.is_with(&actor)).any(|case| match case.state {
            CaseState::Called | CaseState::InService => true,
            CaseState::Scheduled | CaseState::Waiting | CaseState::OnHold { .. } | CaseState::Closed(_) => false,
        });
        if busy { Err(Own::AlreadyServing.into()) } else { Ok(()) }
    }

    /// The backend gave the person to this counter: the case is called, with its service period where one was issued.
    ///
    /// # Errors
    /// [`Own::DoesNotFit`] unless waiting, [`Own::TurnoCalledElsewhere`], or the store.
    pub fn mark_called(&self, case_id: Uuid, service: Option<(Uuid, u64)>) -> Result<(), DeskError> {
        self.step_case(&case_id.to_string(), CaseEvent::Call, |act, case| {
            if case.elsewhere.is_some() {
                return Err(Own::TurnoCalledElsewhere.into());
            }
            let place = act.place()?;
            let now = act.now();
            case.called_at = Some(now);
            case.waited_ms = case.waiting_since.map(|since| now.since(since).max(0));
            case.worked_day = Some(now.day(place.utc_offset));
            case.clerk = Some(act.actor().username.clone());
            case.service = service.map(|(id, until_mono_ms)| Service { id, until_mono_ms, process: act.process() });
            case.counter = Some(place.counter.clone());
            Ok(EventBody::Called { turno_id: case.turno_id, counter: place.counter })
        })
        .map(|_| ())
    }

    /// The backend issued or renewed the service period of a case (M11); `until_mono_ms` counts from before the call.
    ///
    /// # Errors
    /// The case is unknown, or the store.
    pub fn set_service_period(&self, case_id: Uuid, id: Uuid, until_mono_ms: u64) -> Result<(), DeskError> {
        self.db()?.mirror(|act| {
            let mut case = cases::need(act, case_id)?;
            case.service = Some(Service { id, until_mono_ms, process: act.process() });
            cases::put(act, &case)
        })
    }

    /// The backend says that the service period is over, whatever this clock says: the next press gets another.
    ///
    /// # Errors
    /// The case is unknown, or the store.
    pub fn forget_service_period(&self, case_id: Uuid) -> Result<(), DeskError> {
        self.db()?.mirror(|act| {
            let mut case = cases::need(act, case_id)?;
            case.service = None;
            cases::put(act, &case)
        })
    }

    /// Another counter has the person (409, M7): the line leaves this queue.
    ///
    /// # Errors
    /// The case is unknown, or the store.
    pub fn mark_elsewhere(&self, case_id: Uuid, counter: Option<&str>) -> Result<(), DeskError> {
        self.db()?.mirror(|act| {
            let mut case = cases::need(act, case_id)?;
            case.elsewhere = Some(counter.unwrap_or("?").to_owned());
            cases::put(act, &case)?;
            act.changed(Change::Queue);
            Ok(())
        })
    }

    /// The person stands at the counter.
    ///
    /// # Errors
    /// [`Own::DoesNotFit`] unless called, or the store.
    pub fn serve_local(&self, case_id: &str) -> Result<CaseView, DeskError> {
        self.step_case(case_id, CaseEvent::Serve, |act, case| {
            case.began_at = Some(act.now());
            case.clerk = Some(act.actor().username.clone());
            Ok(EventBody::ServiceBegan)
        })?;
        self.open_case(case_id.to_owned())
    }

    /// The clerk or the person needs a moment (F4).
    ///
    /// # Errors
    /// [`Own::DoesNotFit`], or the store.
    pub fn hold(&self, case_id: String) -> Result<CaseView, DeskError> {
        self.hold_for(&case_id, HoldReason::AtTheCounter, None)?;
        self.open_case(case_id)
    }

    /// The case rests; it keeps its place (M6).
    ///
    /// # Errors
    /// [`Own::DoesNotFit`], or the store.
    pub fn hold_for(&self, case_id: &str, reason: HoldReason, retry_at: Option<Millis>) -> Result<(), DeskError> {
        self.step_case(case_id, CaseEvent::Hold { reason, retry_at }, |_, _| {
            Ok(EventBody::PutOnHold { reason: reason.into(), retry_at: retry_at.map(|t| t.0) })
        })
        .map(|_| ())
    }

    /// The registries gave no answer. "Error de Conexión con el Registro Civil" (R28) rests the case until trying again
    /// makes sense; the reason stands in the case either way.
    ///
    /// # Errors
    /// The case is unknown, or the store.
    pub fn registry_failed(&self, case_id: Uuid, error: &ErrorBody) -> Result<(), DeskError> {
        let down = error.code == ErrorCode::RegistroCivilUnavailable;
        let state = self.db()?.mirror(|act| {
            let mut case = cases::need(act, case_id)?;
            case.registry_error = Some(NoAnswer::Refused(error.clone()));
            cases::put(act, &case)?;
            act.changed(Change::Case { case_id: case_id.to_string() });
            Ok(case.state)
        })?;
        if down && matches!(state, CaseState::InService | CaseState::Called) {
            let retry_at = error.retry_at.map(Millis);
            let retry_at = retry_at.unwrap_or_else(|| self.clock().now().plus(self.policy().registry_retry_ms));
            self.hold_for(&case_id.to_string(), HoldReason::RegistroCivilDown, Some(retry_at))?;
        }
        Ok(())
    }

    /// The question to the registries did not come through: the case says so.
    pub(crate) fn registry_silent(&self, case_id: Uuid) -> Result<(), DeskError> {
        self.db()?.mirror(|act| {
            let mut case = cases::need(act, case_id)?;
            case.registry_error = Some(NoAnswer::Line(Silence::BackendUnreachable));
            cases::put(act, &case)?;
            act.changed(Change::Case { case_id: case_id.to_string() });
            Ok(())
        })
    }

    /// A resting case is taken up again.
    ///
    /// # Errors
    /// [`Own::DoesNotFit`] unless on hold, or the store.
    pub fn resume_local(&self, case_id: &str) -> Result<CaseView, DeskError> {
        self.step_case(case_id, CaseEvent::Resume, |act, case| {
            case.began_at = case.began_at.or(Some(act.now()));
            hand_to_actor(act, case);
            Ok(EventBody::Resumed)
        })?;
        self.open_case(case_id.to_owned())
    }

    /// A case that a colleague left at this counter passes to the present clerk. Its service period was the colleague's:
    /// `net` asks for another one before anything else is asked for it.
    pub(crate) fn take_over_local(&self, case_id: &str) -> Result<CaseView, DeskError> {
        self.step_case(case_id, CaseEvent::TakeOver, |act, case| {
            if case.clerk.as_ref() == Some(&act.actor().username) {
                return Err(Own::DoesNotFit.into());
            }
            hand_to_actor(act, case);
            Ok(EventBody::Resumed)
        })?;
        self.open_case(case_id.to_owned())
    }

    /// A returned case is taken up again within its days: a turno of today, and the originals are seen again (M6).
    ///
    /// # Errors
    /// [`Own::ReopenExpired`], [`Own::DoesNotFit`], or the store.
    pub fn reopen(&self, case_id: String) -> Result<CaseView, DeskError> {
        let id = parse_id(&case_id)?;
        let (case, place) = self.db()?.read(|c| Ok((cases::need(c, id)?, meta::place(c)?)))?;
        let closed_at = case.closed_at.ok_or(Own::DoesNotFit)?;
        let days_since = days_between(closed_at, self.clock().now(), place.utc_offset);
        self.step_case(&case_id, CaseEvent::Reopen { days_since }, |act, case| {
            let visit = issue_turno(act, &case.number, &case.employer, &case.person, case.preferential)?;
            act.record(Some(case.id), walked_in(&visit))?;
            documents::set_earlier(act, case.id)?;
            let fresh = CaseRow::scheduled(case.id, &visit);
            *case = CaseRow {
                state: case.state,
                waiting_since: Some(act.now()),
                archive_number: case.archive_number.clone(),
                ..fresh
            };
            Ok(EventBody::Reopened)
        })?;
        self.open_case(case_id)
    }

    /// One step of a case by a clerk: the domain says what follows, `change` fills in what the step brings and names
    /// the event.
    pub(crate) fn step_case(
        &self,
        case_id: &str,
        event: CaseEvent,
        change: impl FnOnce(&mut Act<'_>, &mut CaseRow) -> Result<EventBody, DeskError>,
    ) -> Result<CaseRow, DeskError> {
        let actor = self.actor_as(Role::Clerk)?;
        let case_id = parse_id(case_id)?;
        let reopen_days = self.policy().reopen_days;
        self.db()?.act(&actor, |act| {
            let mut case = cases::need(act, case_id)?;
            case.state = step(case.state, event, NOTHING, reopen_days)?;
            case.looked = false;
            let body = change(act, &mut case)?;
            cases::put(act, &case)?;
            periods::begin(act, case.id, case.state)?;
            act.record(Some(case.id), body)?;
            act.changed(Change::Queue);
            Ok(case)
        })
    }
}

/// The present clerk goes on with a case. A colleague's service period is of no use: `net` asks for another one.
fn hand_to_actor(act: &Act<'_>, case: &mut CaseRow) {
    let clerk = Some(act.actor().username.clone());
    if case.clerk != clerk {
        case.clerk = clerk;
        case.service = None;
    }
}

/// For steps that close nothing.
pub(crate) const NOTHING: Closing = Closing { key_set: false, reset_open: false, dossier_faulty: false };

/// Reads an id that came from the window.
pub(crate) fn parse_id(text: &str) -> Result<Uuid, DeskError> {
    text.parse().map_err(|_| Own::CaseUnknown.into())
}

fn walked_in(visit: &VisitRow) -> EventBody {
    EventBody::WalkedIn {
        turno_id: visit.turno_id,
        ticket: visit.ticket.clone(),
        number: visit.number.clone(),
        person_name: visit.person.clone(),
        preferential: visit.preferential,
    }
}

/// A turno of today, made here: `S3-001` is the first of counter 3.
fn issue_turno(
    act: &mut Act<'_>,
    number: &str,
    employer: &str,
    person: &str,
    preferential: bool,
) -> Result<VisitRow, DeskError> {
    let place = act.place()?;
    let day = act.now().day(place.utc_offset);
    let n = meta::next(act, Sequence::Ticket, &day.to_string())?;
    let visit = VisitRow {
        turno_id: act.new_id()?,
        ticket: format!("S{}-{n:03}", place.counter),
        center: place.center,
        day,
        appointed_at: None,
        number: number.to_owned(),
        employer: employer.to_owned(),
        person: person.to_owned(),
        preferential,
        walk_in: true,
        called_by: None,
        registered: false,
    };
    visits::put(act, &visit)?;
    Ok(visit)
}

/// The first of the line, in order. Each rank of the order is one search of an index; the order itself is the domain's.
fn in_line(c: &Connection, place: &Place, now: Millis, limit: usize) -> Result<Vec<CaseRow>, DeskError> {
    let day = now.day(place.utc_offset).to_string();
    let n = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut line = cases::list(c, PREFERENTIAL, params![day, n])?;
    if line.len() < limit {
        line.extend(cases::list(c, DUE, params![day, n, now.0])?);
    }
    if line.len() < limit {
        line.extend(cases::list(c, WALK_INS, params![day, n])?);
    }
    if line.len() < limit {
        line.extend(cases::list(c, EARLY, params![day, n, now.0])?);
    }
    line.sort_by(|a, b| call_order(&a.in_line(), &b.in_line(), now));
    line.truncate(limit);
    Ok(line)
}

fn queue_view(c: &Connection, now: Millis) -> Result<QueueView, DeskError> {
    let place = meta::place(c)?;
    let today = now.day(place.utc_offset);
    let rows = |cases: Vec<CaseRow>| cases.iter().map(|case| show::row(c, case, &place, now)).collect::<Result<_, _>>();
    Ok(QueueView {
        serving: rows(cases::list(c, SERVING, [])?)?,
        waiting: rows(in_line(c, &place, now, PAGE)?)?,
        waiting_total: tallies::get(c, today, Tally::Waiting)?,
        upcoming: rows(cases::list(c, UPCOMING, [today.to_string()])?)?,
        upcoming_total: tallies::get(c, today, Tally::Upcoming)?,
        unprinted: Vec::new(),
        served_today: tallies::get(c, today, Tally::Served)?,
        wait_p90_min: wait_p90(c, today)?,
        connection: crate::view::Connection { online: false, last_contact_s: None, unsent: 0, quarantined: false },
    })
}

/// Nearest rank: the waiting time that nine of ten did not exceed, in minutes begun. Walks at most a tenth of the day.
fn wait_p90(c: &Connection, today: chrono::NaiveDate) -> Result<Option<u32>, DeskError> {
    use rusqlite::OptionalExtension as _;
    let n = i64::from(tallies::get(c, today, Tally::Waited)?);
    let above = n - (n * 9 + 9) / 10;
    let ms: Option<i64> =
        c.prepare_cached(WAITED)?.query_row(params![today.to_string(), above], |r| r.get(0)).optional()?;
    Ok(ms.map(|ms| u32::try_from((ms + 59_999) / 60_000).unwrap_or(u32::MAX)))
}
