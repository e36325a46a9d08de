//! Times, numbers and codes as the window shows them; one line of the queue. Decides nothing.

use chrono::{Datelike, NaiveDate};
use rusqlite::Connection;
use serde::Serialize;
use ventanilla_contract::event::Outcome;
use ventanilla_domain::case::CaseState;
use ventanilla_domain::dossier::Check;
use ventanilla_domain::employer::EmployerId;
use ventanilla_domain::mask;
use ventanilla_domain::policy::Severity;
use ventanilla_domain::time::Millis;
use ventanilla_words::{Key, es};

use crate::error::DeskError;
use crate::store::cases::CaseRow;
use crate::store::meta::Place;
use crate::store::staff;
use crate::view::{CaseStateView, FindingSeverity, Row};

/// `10:42` at the centre.
pub(crate) fn minute(at: Millis, place: &Place) -> String {
    at.local(place.utc_offset).format("%H:%M").to_string()
}

/// `10:42:07` at the centre.
pub(crate) fn second(at: Millis, place: &Place) -> String {
    at.local(place.utc_offset).format("%H:%M:%S").to_string()
}

/// `10:42` at the centre; with the day in front if that is not today's.
pub(crate) fn moment(at: Millis, now: Millis, utc_offset: i32) -> String {
    let time = at.local(utc_offset).format("%H:%M").to_string();
    let on = at.day(utc_offset);
    if on == now.day(utc_offset) { time } else { format!("{} {time}", day(on)) }
}

/// `lunes 23 nov 2026`.
pub(crate) fn day(day: NaiveDate) -> String {
    es().with(
        Key::CalendarDay,
        &[
            ("weekday", &format!("d{}", day.weekday().number_from_monday())),
            ("day", &day.day().to_string()),
            ("month", &format!("m{:02}", day.month())),
            ("year", &day.year().to_string()),
        ],
    )
}

/// A number as lists show it (M20).
pub(crate) fn masked_number(number: &str) -> String {
    EmployerId::parse(number).map_or_else(|_| mask::number(number), |id| id.masked())
}

/// The wire's code of a value without fields.
pub(crate) fn code<T: Serialize>(value: T) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

fn seconds(ms: i64) -> u32 {
    u32::try_from(ms.max(0) / 1000).unwrap_or(u32::MAX)
}

/// One line of the queue, the search and the day.
pub(crate) fn row(conn: &Connection, c: &CaseRow, place: &Place, now: Millis) -> Result<Row, DeskError> {
    let (state, outcome, hold, retry_at): (_, Option<Outcome>, _, _) = match c.state {
        CaseState::Scheduled => (CaseStateView::Scheduled, None, None, None),
        CaseState::Waiting => (CaseStateView::Waiting, None, None, None),
        CaseState::Called => (CaseStateView::Called, None, None, None),
        CaseState::InService => (CaseStateView::InService, None, None, None),
        CaseState::OnHold { reason, retry_at } => (CaseStateView::OnHold, None, Some(reason.into()), retry_at),
        CaseState::Closed(outcome) => (CaseStateView::Closed, Some(outcome.into()), None, None),
    };
    let waits = (c.state == CaseState::Waiting).then_some(c.waiting_since).flatten();
    Ok(Row {
        case_id: c.id.to_string(),
        ticket: c.ticket.clone(),
        person: c.person.clone(),
        employer: c.employer.clone(),
        number: masked_number(&c.number),
        state,
        outcome,
        preferential: c.preferential,
        walk_in: c.walk_in,
        waited_s: waits.map(|since| now.since(since)).or(c.waited_ms).map(seconds),
        served_s: c.began_at.map(|began| seconds(c.closed_at.unwrap_or(now).since(began))),
        appointed: c.appointed_at.filter(|_| !c.walk_in).map(|at| minute(at, place)),
        closed_at: c.closed_at.map(|at| minute(at, place)),
        hold,
        retry_at: retry_at.map(|at| moment(at, now, place.utc_offset)),
        retry_due: retry_at.is_some_and(|at| now >= at),
        clerk: c.clerk.as_deref().map(|username| staff::name(conn, username)).transpose()?,
        elsewhere: c.elsewhere.clone(),
    })
}

/// Why a sheet does not come out, in words; a code without words is shown as it is.
pub(crate) fn print_reason(code: &str) -> String {
    es().find(&format!("print-reason-{}", code.replace('_', "-"))).unwrap_or_else(|| code.to_owned())
}

/// The code of a check.
pub(crate) const fn check(check: Check) -> &'static str {
    match check {
        Check::CedulaIsTheRepresentatives => "cedula_is_the_representatives",
        Check::CedulaIsInForce => "cedula_is_in_force",
        Check::RegistriesAgree => "registries_agree",
        Check::RucIsActive => "ruc_is_active",
        Check::RucDigitsFit => "ruc_digits_fit",
        Check::PrintoutIsRecent => "printout_is_recent",
        Check::TurnoIsOfToday => "turno_is_of_today",
        Check::TurnoIsOfThisCentre => "turno_is_of_this_centre",
        Check::TurnoIsOfThisEmployer => "turno_is_of_this_employer",
        Check::LetterIsRecent => "letter_is_recent",
        Check::LetterIsNotFromTheFuture => "letter_is_not_from_the_future",
        Check::AppointmentExists => "appointment_exists",
        Check::AppointmentRegistryCounts => "appointment_registry_counts",
        Check::AppointmentIsInForce => "appointment_is_in_force",
        Check::AppointmentTermIsPlausible => "appointment_term_is_plausible",
        Check::SecondSignatorySigned => "second_signatory_signed",
    }
}

/// What a failure means.
pub(crate) const fn severity(severity: Severity) -> FindingSeverity {
    match severity {
        Severity::Remark => FindingSeverity::Remark,
        Severity::Overridable => FindingSeverity::Overridable,
        Severity::Refusal => FindingSeverity::Refusal,
    }
}

/// An archive or similar number by its format (M4): `{center}`, `{counter}`, `{year}`, `{seq}` or `{seq:05}`. A brace
/// that is none of them stays as it is.
pub(crate) fn numbered(format: &str, place: &Place, year: &str, seq: u32) -> String {
    let mut out = String::new();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((field, tail)) = after.split_once('}') else {
            rest = after;
            out.push('{');
            continue;
        };
        match field {
            "center" => out.push_str(&place.center),
            "counter" => out.push_str(&place.counter),
            "year" => out.push_str(year),
            "seq" => out.push_str(&seq.to_string()),
            other => match other.strip_prefix("seq:0").and_then(|n| n.parse::<usize>().ok()) {
                Some(width) => out.push_str(&format!("{seq:0width$}", width = width.min(12))),
                None => {
                    out.push('{');
                    out.push_str(other);
                    out.push('}');
                }
            },
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}
