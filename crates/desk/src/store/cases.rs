//! `cases`: one employer's matter within a visit (M6). Besides the state the row holds, denormalised, what the queue
//! orders by and shows, so that a page is one search of an index.

use chrono::NaiveDate;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use ventanilla_contract::error::ErrorBody;
use ventanilla_contract::event::Outcome;
use ventanilla_domain::case::CaseState;
use ventanilla_domain::queue::InLine;
use ventanilla_domain::time::Millis;

use super::tallies::{self, Tally};
use super::visits::VisitRow;
use super::{Act, codes, json, search, unreadable};
use crate::desk::Actor;
use crate::error::{DeskError, Own};

pub(super) const V1: &str = "
CREATE TABLE cases (
    id BLOB PRIMARY KEY, turno_id BLOB NOT NULL REFERENCES visits(turno_id),
    state INTEGER NOT NULL, outcome INTEGER, hold_reason INTEGER, retry_at INTEGER,
    slot INTEGER NOT NULL, day TEXT NOT NULL, ticket TEXT NOT NULL, person TEXT NOT NULL, employer TEXT NOT NULL,
    number TEXT NOT NULL, appointed_at INTEGER, preferential INTEGER NOT NULL, walk_in INTEGER NOT NULL,
    waiting_since INTEGER, waited_ms INTEGER, called_at INTEGER, began_at INTEGER, closed_at INTEGER,
    worked_day TEXT, clerk TEXT, counter TEXT, elsewhere TEXT,
    service_period BLOB, service_until INTEGER, service_process BLOB, fence INTEGER,
    cedula_shown TEXT, archive_number TEXT,
    stated_email TEXT, email_matches INTEGER, email_tries_left INTEGER,
    registry_error TEXT, looked INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX cases_turno ON cases(turno_id);
CREATE INDEX cases_line ON cases(day, slot, waiting_since, appointed_at) WHERE state = 1;
CREATE INDEX cases_upcoming ON cases(day, slot, appointed_at) WHERE state = 0;
CREATE INDEX cases_serving ON cases(slot, called_at) WHERE slot = 5;
CREATE INDEX cases_worked ON cases(worked_day, called_at) WHERE worked_day IS NOT NULL;
CREATE INDEX cases_waited ON cases(worked_day, waited_ms) WHERE worked_day IS NOT NULL AND waited_ms IS NOT NULL;
CREATE INDEX cases_closed ON cases(closed_at) WHERE closed_at IS NOT NULL;
";

/// A case.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)] // Each group says what it is.
pub struct CaseRow {
    /// Id.
    pub id: Uuid,
    /// The visit, by its turno.
    pub turno_id: Uuid,
    /// State (domain).
    pub state: CaseState,
    // What lists show.
    pub day: NaiveDate,
    pub ticket: String,
    pub person: String,
    pub employer: String,
    pub number: String,
    // What the order of the queue looks at.
    pub appointed_at: Option<Millis>,
    pub preferential: bool,
    pub walk_in: bool,
    pub waiting_since: Option<Millis>,
    /// From check-in to the call, milliseconds.
    pub waited_ms: Option<i64>,
    // Times of the newest attendance.
    pub called_at: Option<Millis>,
    pub began_at: Option<Millis>,
    pub closed_at: Option<Millis>,
    /// The day on which it was last taken up here.
    pub worked_day: Option<NaiveDate>,
    /// User name of who served it last.
    pub clerk: Option<String>,
    /// The counter that took it up here.
    pub counter: Option<String>,
    /// Another counter that has it (M7).
    pub elsewhere: Option<String>,
    /// The service period that the backend issued (M11).
    pub service: Option<Service>,
    /// The cédula that lay on the counter, where it was typed or scanned.
    pub cedula_shown: Option<String>,
    /// Archive number of the request letter (M4).
    pub archive_number: Option<String>,
    /// The address as the person named it (M14).
    pub stated_email: Option<String>,
    /// Whether the backend found it to be the registered one.
    pub email_matches: Option<bool>,
    /// Comparisons left, by the backend.
    pub email_tries_left: Option<u32>,
    /// Why the registries gave no answer.
    pub registry_error: Option<NoAnswer>,
    /// Personal data was shown in full in the present period (M24).
    pub looked: bool,
}

/// Why the registries gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum NoAnswer {
    /// The backend said why.
    Refused(ErrorBody),
    /// The question did not reach it, or its answer did not come.
    Line(Silence),
}

/// The line carried no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Silence {
    /// [`Own::BackendUnreachable`].
    BackendUnreachable,
}

impl From<NoAnswer> for DeskError {
    fn from(reason: NoAnswer) -> Self {
        match reason {
            NoAnswer::Refused(body) => Self::Backend(Box::new(body)),
            NoAnswer::Line(Silence::BackendUnreachable) => Own::BackendUnreachable.into(),
        }
    }
}

/// A service period, valid in the run of the program that got it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Service {
    /// Id at the backend.
    pub id: Uuid,
    /// Until when, by [`Act::mono_ms`], counted from before the call.
    pub until_mono_ms: u64,
    /// The run of the program that this instant belongs to.
    pub process: Uuid,
}

/// Places in the indexes of the queue; follows from the other columns and is computed in one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i64)]
pub(crate) enum Slot {
    Upcoming = 0,
    Preferential = 1,
    Appointed = 2,
    WalkIn = 3,
    Elsewhere = 4,
    Serving = 5,
    Over = 6,
}

impl CaseRow {
    /// The case of a turno whose person has not come.
    #[must_use]
    pub fn scheduled(id: Uuid, visit: &VisitRow) -> Self {
        Self {
            id,
            turno_id: visit.turno_id,
            state: CaseState::Scheduled,
            day: visit.day,
            ticket: visit.ticket.clone(),
            person: visit.person.clone(),
            employer: visit.employer.clone(),
            number: visit.number.clone(),
            appointed_at: visit.appointed_at,
            preferential: visit.preferential,
            walk_in: visit.walk_in,
            waiting_since: None,
            waited_ms: None,
            called_at: None,
            began_at: None,
            closed_at: None,
            worked_day: None,
            clerk: None,
            counter: None,
            elsewhere: None,
            service: None,
            cedula_shown: None,
            archive_number: None,
            stated_email: None,
            email_matches: None,
            email_tries_left: None,
            registry_error: None,
            looked: false,
        }
    }

    /// What the order of *call next* looks at; a person who does not wait stands at the beginning of time.
    #[must_use]
    pub fn in_line(&self) -> InLine {
        InLine {
            preferential: self.preferential,
            appointed: self.appointed_at.filter(|_| !self.walk_in),
            waiting_since: self.waiting_since.unwrap_or(Millis(0)),
        }
    }

    /// Whether a clerk of this counter has the person: called, in service or at rest.
    #[must_use]
    pub fn is_at_the_counter(&self) -> bool {
        self.slot() == Slot::Serving
    }

    /// Whether this clerk has the person.
    #[must_use]
    pub fn is_with(&self, actor: &Actor) -> bool {
        self.is_at_the_counter() && self.clerk.as_ref() == Some(&actor.username)
    }

    /// Whether this clerk serves the case now: work on it is theirs alone.
    #[must_use]
    pub fn is_served_by(&self, actor: &Actor) -> bool {
        self.state == CaseState::InService && self.is_with(actor)
    }

    pub(crate) fn slot(&self) -> Slot {
        match self.state {
            CaseState::Scheduled | CaseState::Waiting if self.elsewhere.is_some() => Slot::Elsewhere,
            CaseState::Scheduled => Slot::Upcoming,
            CaseState::Waiting if self.preferential => Slot::Preferential,
            CaseState::Waiting if self.in_line().appointed.is_some() => Slot::Appointed,
            CaseState::Waiting => Slot::WalkIn,
            CaseState::Called | CaseState::InService | CaseState::OnHold { .. } => Slot::Serving,
            CaseState::Closed(_) => Slot::Over,
        }
    }

    fn tallies(&self) -> Vec<(NaiveDate, Tally)> {
        let mut out = Vec::new();
        match self.slot() {
            Slot::Upcoming => out.push((self.day, Tally::Upcoming)),
            Slot::Preferential | Slot::Appointed | Slot::WalkIn => out.push((self.day, Tally::Waiting)),
            Slot::Elsewhere | Slot::Serving | Slot::Over => {}
        }
        if let Some(day) = self.worked_day {
            out.push((day, Tally::TakenUp));
            if self.waited_ms.is_some() {
                out.push((day, Tally::Waited));
            }
            if let CaseState::Closed(outcome) = self.state {
                out.push((day, Tally::Outcome(codes::outcome(outcome.into()))));
                if self.began_at.is_some() {
                    out.push((day, Tally::Served));
                }
            }
        }
        out
    }
}

const COLUMNS: &str = "id, turno_id, state, outcome, hold_reason, retry_at, day, ticket, person, employer, number,
    appointed_at, preferential, walk_in, waiting_since, waited_ms, called_at, began_at, closed_at, worked_day, clerk, counter,
    elsewhere, service_period, service_until, service_process, cedula_shown, archive_number, stated_email, email_matches,
    email_tries_left, registry_error, looked";

/// Writes a case with its tallies and search terms, where it is not as it stands already. The one way in.
///
/// # Errors
/// The store.
pub fn put(act: &Act<'_>, c: &CaseRow) -> Result<(), DeskError> {
    let before = get(act, c.id)?;
    // A tick changes a document and seldom the case.
    if before.as_ref() == Some(c) {
        return Ok(());
    }
    for (day, tally) in before.as_ref().map(CaseRow::tallies).unwrap_or_default() {
        tallies::add(act, day, tally, -1)?;
    }
    for (day, tally) in c.tallies() {
        tallies::add(act, day, tally, 1)?;
    }
    let (state, outcome, hold, retry_at) = state_columns(c.state);
    act.prepare_cached(
        "INSERT INTO cases (id, turno_id, state, outcome, hold_reason, retry_at, day, ticket, person, employer, number,
             appointed_at, preferential, walk_in, waiting_since, waited_ms, called_at, began_at, closed_at, worked_day,
             clerk, counter, elsewhere, service_period, service_until, service_process, cedula_shown, archive_number,
             stated_email, email_matches, email_tries_left, registry_error, looked, slot)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22,
             ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34)
         ON CONFLICT(id) DO UPDATE SET turno_id = excluded.turno_id, state = excluded.state, outcome = excluded.outcome,
             hold_reason = excluded.hold_reason, retry_at = excluded.retry_at, day = excluded.day,
             ticket = excluded.ticket, person = excluded.person, employer = excluded.employer, number = excluded.number,
             appointed_at = excluded.appointed_at, preferential = excluded.preferential, walk_in = excluded.walk_in,
             waiting_since = excluded.waiting_since, waited_ms = excluded.waited_ms, called_at = excluded.called_at,
             began_at = excluded.began_at, closed_at = excluded.closed_at, worked_day = excluded.worked_day,
             clerk = excluded.clerk, counter = excluded.counter, elsewhere = excluded.elsewhere,
             service_period = excluded.service_period, service_until = excluded.service_until,
             service_process = excluded.service_process, cedula_shown = excluded.cedula_shown,
             archive_number = excluded.archive_number, stated_email = excluded.stated_email,
             email_matches = excluded.email_matches, email_tries_left = excluded.email_tries_left,
             registry_error = excluded.registry_error, looked = excluded.looked, slot = excluded.slot",
    )?
    .execute(params![
        c.id,
        c.turno_id,
        state,
        outcome,
        hold,
        retry_at,
        c.day.to_string(),
        c.ticket,
        c.person,
        c.employer,
        c.number,
        c.appointed_at.map(|t| t.0),
        c.preferential,
        c.walk_in,
        c.waiting_since.map(|t| t.0),
        c.waited_ms,
        c.called_at.map(|t| t.0),
        c.began_at.map(|t| t.0),
        c.closed_at.map(|t| t.0),
        c.worked_day.map(|d| d.to_string()),
        c.clerk,
        c.counter,
        c.elsewhere,
        c.service.map(|s| s.id),
        c.service.map(|s| i64::try_from(s.until_mono_ms).unwrap_or(i64::MAX)),
        c.service.map(|s| s.process),
        c.cedula_shown,
        c.archive_number,
        c.stated_email,
        c.email_matches,
        c.email_tries_left,
        c.registry_error.as_ref().map(serde_json::to_string).transpose()?,
        c.looked,
        c.slot() as i64,
    ])?;
    let terms = |c: &CaseRow| search::terms(&[&c.ticket, &c.number, &c.person, &c.employer]);
    let wanted = terms(c);
    if before.as_ref().map(terms).as_ref() != Some(&wanted) {
        search::add(act, c.id, &wanted)?;
    }
    Ok(())
}

/// A case.
///
/// # Errors
/// The store.
pub fn get(conn: &Connection, id: Uuid) -> Result<Option<CaseRow>, DeskError> {
    conn.prepare_cached(&format!("SELECT {COLUMNS} FROM cases WHERE id = ?1"))?
        .query_row([id], |r| Ok(row(r)))
        .optional()?
        .transpose()
}

/// A case that must be there.
///
/// # Errors
/// [`Own::CaseUnknown`], or the store.
pub fn need(conn: &Connection, id: Uuid) -> Result<CaseRow, DeskError> {
    get(conn, id)?.ok_or_else(|| Own::CaseUnknown.into())
}

/// The case of a turno; a reopened case belongs to its newest one.
///
/// # Errors
/// The store.
pub fn of_turno(conn: &Connection, turno_id: Uuid) -> Result<Option<CaseRow>, DeskError> {
    conn.prepare_cached(&format!("SELECT {COLUMNS} FROM cases WHERE turno_id = ?1 LIMIT 1"))?
        .query_row([turno_id], |r| Ok(row(r)))
        .optional()?
        .transpose()
}

/// Several cases, by what follows `WHERE`.
pub(crate) fn list(conn: &Connection, which: &str, params: impl rusqlite::Params) -> Result<Vec<CaseRow>, DeskError> {
    let mut statement = conn.prepare_cached(&format!("SELECT {COLUMNS} FROM cases WHERE {which}"))?;
    let found = statement.query_map(params, |r| Ok(row(r)))?.collect::<Result<Vec<_>, _>>()?;
    found.into_iter().collect()
}

/// The ids of several cases, by what follows `WHERE`.
pub(crate) fn ids(conn: &Connection, which: &str, params: impl rusqlite::Params) -> Result<Vec<Uuid>, DeskError> {
    let mut statement = conn.prepare_cached(&format!("SELECT id FROM cases WHERE {which}"))?;
    Ok(statement.query_map(params, |r| r.get(0))?.collect::<Result<Vec<_>, _>>()?)
}

pub(super) fn state_columns(state: CaseState) -> (i64, Option<i64>, Option<i64>, Option<i64>) {
    match state {
        CaseState::Scheduled => (0, None, None, None),
        CaseState::Waiting => (1, None, None, None),
        CaseState::Called => (2, None, None, None),
        CaseState::InService => (3, None, None, None),
        CaseState::OnHold { reason, retry_at } => {
            (4, None, Some(codes::hold_reason(reason.into())), retry_at.map(|t| t.0))
        }
        CaseState::Closed(outcome) => (5, Some(codes::outcome(outcome.into())), None, None),
    }
}

pub(super) fn to_state(
    state: i64,
    outcome: Option<i64>,
    hold: Option<i64>,
    retry_at: Option<i64>,
) -> Option<CaseState> {
    Some(match state {
        0 => CaseState::Scheduled,
        1 => CaseState::Waiting,
        2 => CaseState::Called,
        3 => CaseState::InService,
        4 => CaseState::OnHold { reason: codes::to_hold_reason(hold?)?.into(), retry_at: retry_at.map(Millis) },
        5 => CaseState::Closed(outcome.and_then(codes::to_outcome).map(|o: Outcome| o.into())?),
        _ => return None,
    })
}

fn row(r: &Row<'_>) -> Result<CaseRow, DeskError> {
    let day = |i: usize| -> Result<Option<NaiveDate>, DeskError> {
        r.get::<_, Option<String>>(i)?.map(|t| t.parse().map_err(|_| unreadable("cases", "day"))).transpose()
    };
    let time = |i: usize| -> Result<Option<Millis>, DeskError> { Ok(r.get::<_, Option<i64>>(i)?.map(Millis)) };
    let service = match (r.get(23)?, r.get::<_, Option<i64>>(24)?, r.get(25)?) {
        (Some(id), Some(until), Some(process)) => {
            Some(Service { id, until_mono_ms: u64::try_from(until).unwrap_or(0), process })
        }
        _ => None,
    };
    Ok(CaseRow {
        id: r.get(0)?,
        turno_id: r.get(1)?,
        state: to_state(r.get(2)?, r.get(3)?, r.get(4)?, r.get(5)?).ok_or_else(|| unreadable("cases", "state"))?,
        day: day(6)?.ok_or_else(|| unreadable("cases", "day"))?,
        ticket: r.get(7)?,
        person: r.get(8)?,
        employer: r.get(9)?,
        number: r.get(10)?,
        appointed_at: time(11)?,
        preferential: r.get(12)?,
        walk_in: r.get(13)?,
        waiting_since: time(14)?,
        waited_ms: r.get(15)?,
        called_at: time(16)?,
        began_at: time(17)?,
        closed_at: time(18)?,
        worked_day: day(19)?,
        clerk: r.get(20)?,
        counter: r.get(21)?,
        elsewhere: r.get(22)?,
        service,
        cedula_shown: r.get(26)?,
        archive_number: r.get(27)?,
        stated_email: r.get(28)?,
        email_matches: r.get(29)?,
        email_tries_left: r.get(30)?,
        registry_error: json(r.get(31)?)?,
        looked: r.get(32)?,
    })
}
