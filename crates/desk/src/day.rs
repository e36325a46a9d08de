//! The day of this workstation and the history of a case, as the window shows them.

use rusqlite::Connection;
use ventanilla_contract::event::{Event, EventBody, Outcome};

use crate::desk::Desk;
use crate::error::DeskError;
use crate::queue::{WORKED, parse_id};
use crate::show;
use crate::store::meta::Place;
use crate::store::tallies::{self, Tally};
use crate::store::{cases, codes, events, meta, staff};
use crate::view::{DayView, HistoryEntry, OutcomeCount};

impl Desk {
    /// What was taken up here today.
    ///
    /// # Errors
    /// Not signed in, or the store.
    pub fn day(&self) -> Result<DayView, DeskError> {
        self.actor()?;
        let now = self.clock().now();
        self.db()?.read(|c| {
            let place = meta::place(c)?;
            let today = now.day(place.utc_offset);
            let rows = cases::list(c, WORKED, [today.to_string()])?;
            let mut outcomes = Vec::new();
            for outcome in (1..).map_while(codes::to_outcome) {
                let count = tallies::get(c, today, Tally::Outcome(codes::outcome(outcome)))?;
                if count > 0 {
                    outcomes.push(OutcomeCount { outcome, count });
                }
            }
            Ok(DayView {
                day: show::day(today),
                rows: rows.iter().map(|case| show::row(c, case, &place, now)).collect::<Result<_, _>>()?,
                total: tallies::get(c, today, Tally::TakenUp)?,
                outcomes,
            })
        })
    }

    /// What happened to a case, oldest first.
    ///
    /// # Errors
    /// Not signed in, the case is unknown, or the store.
    pub fn history(&self, case_id: String) -> Result<Vec<HistoryEntry>, DeskError> {
        self.actor()?;
        let id = parse_id(&case_id)?;
        self.db()?.read(|c| {
            cases::need(c, id)?;
            let place = meta::place(c)?;
            events::of_case(c, id)?.iter().map(|e| entry(c, e, &place)).collect()
        })
    }
}

fn entry(c: &Connection, e: &Event, place: &Place) -> Result<HistoryEntry, DeskError> {
    let (codes, values) = details(&e.body, place);
    Ok(HistoryEntry {
        at: show::second(ventanilla_domain::time::Millis(e.at), place),
        actor: staff::name(c, &e.actor)?,
        kind: crate::store::audit::kind(&e.body),
        codes,
        values,
    })
}

/// Codes to be worded and free values of an event. Numbers of persons and addresses are not among them.
fn details(body: &EventBody, place: &Place) -> (Vec<String>, Vec<String>) {
    use EventBody as E;
    let none = Vec::new;
    match body {
        E::SignedIn { .. }
        | E::SignedOut { .. }
        | E::CheckedIn { .. }
        | E::ServiceBegan
        | E::Resumed
        | E::ResetIntended { .. }
        | E::ResetResent { .. }
        | E::ResetAccepted { .. }
        | E::ResetAbandoned { .. }
        | E::ReissueIntended { .. }
        | E::ResetCancelled { .. }
        | E::KeySet { .. }
        | E::Reopened => (none(), none()),
        E::WalkedIn { ticket, .. } => (none(), vec![ticket.clone()]),
        E::Called { counter, .. } => (none(), vec![counter.clone()]),
        E::RegistryConsulted { employer_kind } => (vec![show::code(employer_kind)], none()),
        E::DocumentAccepted { document, seen, dated, .. } => {
            (vec![show::code(document), show::code(seen)], dated.iter().cloned().collect())
        }
        E::DocumentRefused { document, reason } => (vec![show::code(document), show::code(reason)], none()),
        E::DocumentReopened { document } => (vec![show::code(document)], none()),
        E::EmailCompared { matches } => (vec![if *matches { "matches" } else { "differs" }.to_owned()], none()),
        E::PutOnHold { reason, retry_at } => {
            let at = retry_at.map(|at| show::minute(ventanilla_domain::time::Millis(at), place));
            (vec![show::code(reason)], at.into_iter().collect())
        }
        E::ResetRefused { code, .. } => (vec![code.clone()], none()),
        E::Closed { outcome } => (vec![show::code::<Outcome>(*outcome)], none()),
        E::PaperCommitted { number } | E::Printed { number } | E::SavedToFile { number } => {
            (none(), vec![number.clone()])
        }
        E::PrintRequested { number, duplicate } => {
            (if *duplicate { vec!["duplicate".to_owned()] } else { none() }, vec![number.clone()])
        }
        E::Looked { field } => (vec![field.clone()], none()),
    }
}
