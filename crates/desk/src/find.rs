//! Finding cases: by what people say, and by what a document names.

use rusqlite::{Connection, params};
use uuid::Uuid;
use ventanilla_domain::case::CaseState;
use ventanilla_domain::time::Millis;

use crate::desk::Desk;
use crate::error::{DeskError, Own};
use crate::queue::{DUE, EARLY, PREFERENTIAL, SERVING, UPCOMING, WALK_INS, WORKED};
use crate::show;
use crate::store::cases::{self, CaseRow};
use crate::store::meta::{self, Place};
use crate::store::{papers, search};
use crate::view::Row;

/// Waiting cases of each rank that a search looks at by themselves.
const WAITING: i64 = 200;

impl Desk {
    /// Cases by ticket, number or name, at most 50: those that are open first, then the newest.
    ///
    /// # Errors
    /// Not signed in, or the store.
    pub fn search(&self, text: String) -> Result<Vec<Row>, DeskError> {
        self.actor()?;
        let now = self.clock().now();
        self.db()?.read(|c| {
            let place = meta::place(c)?;
            let mut found = Vec::new();
            for id in search::find(c, &text, || near(c, &place, now))? {
                found.extend(cases::get(c, id)?);
            }
            found.sort_by_key(|case| (matches!(case.state, CaseState::Closed(_)), std::cmp::Reverse(case.day)));
            found.iter().take(50).map(|case| show::row(c, case, &place, now)).collect()
        })
    }

    /// The case that a case id, a ticket or the number of a document names. Of a ticket that came on several days, the
    /// newest.
    ///
    /// # Errors
    /// [`Own::CaseUnknown`], [`Own::CaseAmbiguous`] for a ticket that several cases had on that day, not signed in, or
    /// the store.
    pub fn case_named(&self, name: &str) -> Result<String, DeskError> {
        self.actor()?;
        let name = name.trim();
        self.db()?.read(|c| {
            if let Ok(id) = Uuid::try_parse(name) {
                return Ok(cases::need(c, id)?.id.to_string());
            }
            if let Some(id) = papers::case_of_number(c, name)? {
                return Ok(id.to_string());
            }
            let mut having: Vec<CaseRow> = Vec::new();
            for id in search::exact(c, name)? {
                having.extend(cases::get(c, id)?.filter(|case| case.ticket.eq_ignore_ascii_case(name)));
            }
            let newest = having.iter().map(|case| case.day).max().ok_or(Own::CaseUnknown)?;
            let mut of_that_day = having.iter().filter(|case| case.day == newest);
            match (of_that_day.next(), of_that_day.next()) {
                (Some(only), None) => Ok(only.id.to_string()),
                (Some(_), Some(_)) => Err(Own::CaseAmbiguous.into()),
                (None, _) => Err(Own::CaseUnknown.into()),
            }
        })
    }
}

/// Whoever is at the counter, waits, is expected or was here today.
fn near(c: &Connection, place: &Place, now: Millis) -> Result<Vec<Uuid>, DeskError> {
    let today = now.day(place.utc_offset).to_string();
    let mut found = cases::ids(c, SERVING, [])?;
    for rank in [PREFERENTIAL, WALK_INS] {
        found.extend(cases::ids(c, rank, params![today, WAITING])?);
    }
    for rank in [DUE, EARLY] {
        found.extend(cases::ids(c, rank, params![today, WAITING, now.0])?);
    }
    found.extend(cases::ids(c, WORKED, [&today])?);
    found.extend(cases::ids(c, UPCOMING, [&today])?);
    Ok(found)
}
