//! Taking a workstation's events: in order, each once, and none that cannot be read stops the counter.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;
use ventanilla_contract::error::ErrorCode;
use ventanilla_contract::event::{Event, EventBody, Outcome};
use ventanilla_contract::reset::Step;
use ventanilla_domain::employer::EmployerId;
use ventanilla_domain::reset::{LinkEvent, LinkRefusal, LinkState};
use ventanilla_domain::time::Millis;

use super::centers::{self, Entry, What};
use super::engine::{Tx, UseCase, args, code, decode, one};
use super::events::With;
use super::{
    Actor, Answer, Head, Push, Refusal, StoreError, cases, devices, employers, events, links, outbox, resets, staff,
};

/// Who acts when nobody pressed anything.
const SYSTEM: &str = "system";

/// What became of a push. Each is committed: a quarantine must outlive its refusal.
pub(crate) enum Pushed {
    High(u32),
    Gap(u32),
    Quarantined,
}

impl Pushed {
    /// As the trait answers it.
    pub(crate) fn answer(self) -> Answer<u32> {
        let refuse = |code, expected| Err(StoreError::Refused(Refusal { code, retry_at: None, expected }));
        match self {
            Self::High(high) => Ok(high),
            Self::Gap(expected) => refuse(ErrorCode::EventGap, Some(expected)),
            Self::Quarantined => refuse(ErrorCode::WorkstationQuarantined, None),
        }
    }
}

/// Takes events.
pub(crate) struct PushEvents {
    pub(crate) push: Push,
    pub(crate) actor: Actor,
}

impl UseCase for PushEvents {
    type Out = Pushed;

    async fn run<T: Tx>(self, tx: &mut T) -> Answer<Pushed> {
        let Self { push, actor } = self;
        let (ws, epoch) = (push.ws.as_str(), push.epoch);
        // What an earlier epoch left unsent still comes, each epoch in a stream of its own.
        if ws != actor.device_id || epoch == 0 || devices::get(tx, ws).await?.epoch < epoch {
            return Err(ErrorCode::DeviceUnknown.into());
        }
        take_employers(tx, &push.events).await?;
        let stream = events::take(tx, ws, epoch).await?;
        if stream.quarantined {
            return Ok(Pushed::Quarantined);
        }
        let expected = stream.high.saturating_add(1);
        if push.from > expected || push.from == 0 {
            return Ok(Pushed::Gap(expected));
        }
        let now = tx.now().await?;
        let entry = |what| Entry { center: &actor.center, at: now, actor: &actor.username, what, subject: None };
        let numbered: Vec<(u32, &Vec<u8>, String)> =
            (push.from..).zip(&push.events).map(|(seq, bytes)| (seq, bytes, Event::hash(bytes))).collect();
        if contradicts(tx, (ws, epoch), stream.high, &numbered).await? {
            tx.run(events::STREAM_QUARANTINE, args![now, ws, epoch]).await?;
            centers::record(tx, entry(What::WorkstationQuarantined)).await?;
            return Ok(Pushed::Quarantined);
        }
        let fresh: Vec<_> = numbered.into_iter().filter(|(seq, ..)| *seq > stream.high).collect();
        let with = if fresh.is_empty() { With::Other } else { With::Push };
        let head = (with, push.audit_head.as_str(), push.audit_len);
        let conflict = events::keep_head(tx, (ws, epoch), &stream, head, now).await?;
        // Rows of turnos and cases before the journal's head, which comes last of all locks.
        let mut projection = Projection { actor: &actor, now, staff: BTreeMap::new(), given_up: Vec::new() };
        let mut flaws = Vec::with_capacity(fresh.len());
        for (seq, bytes, _) in &fresh {
            flaws.push(projection.project(tx, (ws, epoch, *seq), bytes).await?);
        }
        projection.cancel_links(tx).await?;
        if conflict {
            centers::record(tx, entry(What::AuditConflict)).await?;
        }
        let Some(&(high, ..)) = fresh.last() else { return Ok(Pushed::High(stream.high)) };
        let count = u32::try_from(fresh.len()).unwrap_or(u32::MAX);
        let first = centers::reserve(tx, entry(What::EventsTaken), count).await?;
        for (pos, ((seq, bytes, hash), flaw)) in (first..).zip(fresh.into_iter().zip(flaws)) {
            if let Some(flaw) = &flaw {
                tracing::warn!(ws, epoch, seq, flaw, "an event is kept in quarantine");
            }
            let args = args![&actor.center, pos, ws, epoch, seq, hash, bytes.clone(), now, flaw];
            tx.run(events::ADD, args).await?;
        }
        tx.run(events::STREAM_HIGH, args![high, ws, epoch]).await?;
        Ok(Pushed::High(high))
    }
}

/// Closing a case may give its link up, and whoever changes a reset holds its employer first; of several employers the
/// one with the lower number.
async fn take_employers<T: Tx>(tx: &mut T, events: &[Vec<u8>]) -> Answer<()> {
    let mut numbers = BTreeSet::new();
    for bytes in events {
        let Ok(Event { case_id: Some(id), body: EventBody::Closed { .. }, .. }) = serde_json::from_slice(bytes) else {
            continue;
        };
        let number = one(tx, cases::NUMBER, args![id]).await?.map(|row| row.text(0)).transpose()?;
        numbers.extend(number.and_then(|n| EmployerId::parse(&n).ok()).map(|n| n.as_str().to_owned()));
    }
    for number in numbers {
        // A walk-in's employer may be unknown: then it has no reset either.
        employers::take(tx, &number).await?;
    }
    Ok(())
}

/// Whether a number that is known comes with other bytes.
async fn contradicts<T: Tx>(
    tx: &mut T,
    (ws, epoch): (&str, u32),
    high: u32,
    numbered: &[(u32, &Vec<u8>, String)],
) -> Answer<bool> {
    let (Some(first), Some(last)) = (numbered.first(), numbered.last()) else { return Ok(false) };
    if first.0 > high {
        return Ok(false);
    }
    let known = tx.rows(events::HASHES, args![ws, epoch, first.0, last.0.min(high)]).await?;
    for (row, (seq, _, hash)) in known.iter().zip(numbered) {
        if row.u32(0)? != *seq || row.text(1)? != *hash {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Events on their way into what the backend must know.
struct Projection<'a> {
    actor: &'a Actor,
    now: Millis,
    /// Whether each actor of the push may be one.
    staff: BTreeMap<String, bool>,
    /// Links of cases that were closed.
    given_up: Vec<Uuid>,
}

impl Projection<'_> {
    /// Carries an event over. Answers the flaw of one that cannot be read or believed: it is stored, the head advances,
    /// and somebody is told.
    async fn project<T: Tx>(
        &mut self,
        tx: &mut T,
        (ws, epoch, seq): (&str, u32, u32),
        bytes: &[u8],
    ) -> Answer<Option<String>> {
        let event: Event = match serde_json::from_slice(bytes) {
            Ok(event) => event,
            // The reason names a place and a field; never the event's own text.
            Err(e) => return Ok(Some(format!("unreadable at line {} column {}", e.line(), e.column()))),
        };
        if event.ws != ws || event.epoch != epoch || event.seq != seq {
            return Ok(Some("its own number is another".into()));
        }
        if !self.is_of_the_centre(tx, event.actor).await? {
            return Ok(Some("its actor is no staff of this centre".into()));
        }
        let Some(case_id) = event.case_id else { return Ok(None) };
        let flaw = match event.body {
            EventBody::Closed { outcome } => self.close(tx, case_id, outcome).await?,
            EventBody::Reopened => self.reopen(tx, case_id).await?,
            // Calls are claimed at the turno when they happen; nothing else of the desk binds the backend.
            EventBody::SignedIn { .. }
            | EventBody::SignedOut { .. }
            | EventBody::CheckedIn { .. }
            | EventBody::WalkedIn { .. }
            | EventBody::Called { .. }
            | EventBody::ServiceBegan
            | EventBody::RegistryConsulted { .. }
            | EventBody::DocumentAccepted { .. }
            | EventBody::DocumentRefused { .. }
            | EventBody::DocumentReopened { .. }
            | EventBody::EmailCompared { .. }
            | EventBody::PutOnHold { .. }
            | EventBody::Resumed
            | EventBody::ResetIntended { .. }
            | EventBody::ResetResent { .. }
            | EventBody::ResetAccepted { .. }
            | EventBody::ResetRefused { .. }
            | EventBody::ResetAbandoned { .. }
            | EventBody::ReissueIntended { .. }
            | EventBody::ResetCancelled { .. }
            | EventBody::KeySet { .. }
            | EventBody::PaperCommitted { .. }
            | EventBody::PrintRequested { .. }
            | EventBody::Printed { .. }
            | EventBody::SavedToFile { .. }
            | EventBody::Looked { .. } => None,
        };
        Ok(flaw.map(str::to_owned))
    }

    async fn is_of_the_centre<T: Tx>(&mut self, tx: &mut T, actor: String) -> Answer<bool> {
        if actor == SYSTEM {
            return Ok(true);
        }
        if let Some(known) = self.staff.get(&actor) {
            return Ok(*known);
        }
        let here = staff::center_of(tx, &actor).await?.is_some_and(|center| center == self.actor.center);
        self.staff.insert(actor, here);
        Ok(here)
    }

    /// A case ends; a link of it that still runs is given up with it.
    async fn close<T: Tx>(&mut self, tx: &mut T, id: Uuid, outcome: Outcome) -> Answer<Option<&'static str>> {
        let row = one(tx, cases::STANDING, args![id]).await?;
        if outcome == Outcome::KeyRestored {
            // The key is the backend's word alone (M8).
            let used = args![id, links::state_code(LinkState::Used)];
            if row.is_none() || one(tx, links::USED_OF_CASE, used).await?.is_none() {
                return Ok(Some("no link of the case set a key"));
            }
        }
        // A person who left before being called: the backend has no case.
        let Some(row) = row else { return Ok(None) };
        if row.text(0)? != self.actor.device_id {
            return Ok(Some("the case is another workstation's"));
        }
        if row.opt_text(1)?.is_some() {
            return Ok(Some("the case is closed already"));
        }
        tx.run(cases::CLOSE, args![code(&outcome)?, self.now, id]).await?;
        tx.run(cases::PERIODS_END, args![self.now, id]).await?;
        for link in tx.rows(links::LIVE_OF_CASE, args![id]).await? {
            self.given_up.push(link.uuid(0)?);
        }
        Ok(None)
    }

    /// A returned case comes back within its days (M6).
    async fn reopen<T: Tx>(&self, tx: &mut T, id: Uuid) -> Answer<Option<&'static str>> {
        let Some(row) = one(tx, cases::STANDING, args![id]).await? else { return Ok(None) };
        if row.text(0)? != self.actor.device_id {
            return Ok(Some("the case is another workstation's"));
        }
        // Open already: its next turno was called before the event came.
        let Some(outcome) = row.opt_text(1)? else { return Ok(None) };
        let ended = (decode(outcome)?, row.millis(2)?);
        if !cases::may_reopen(tx, &self.actor.center, ended, self.now).await? {
            return Ok(Some("the case may not be reopened"));
        }
        tx.run(cases::REOPEN, args![id]).await?;
        Ok(None)
    }

    async fn cancel_links<T: Tx>(&mut self, tx: &mut T) -> Answer<()> {
        for id in std::mem::take(&mut self.given_up) {
            let Some(mut held) = resets::of_link(tx, id).await? else { continue };
            match resets::happen(tx, &mut held, LinkEvent::Cancel, self.now).await? {
                Ok(_) => {
                    outbox::link_over(tx, id, self.now).await?;
                    let lights = (What::ResetCancelled, Some(Step::Cancelled));
                    resets::tell(tx, &mut held, lights, (&self.actor.username, None), self.now).await?;
                }
                // Over meanwhile: nothing is left to give up.
                Err(LinkRefusal::Used | LinkRefusal::Expired | LinkRefusal::Withdrawn | LinkRefusal::DoesNotFit) => {
                    outbox::link_over(tx, id, self.now).await?;
                }
            }
        }
        Ok(())
    }
}

/// The newest head of a workstation's audit chain, for the workstation itself to compare with (M21).
pub(crate) struct KeptHead {
    pub(crate) ws: String,
    pub(crate) epoch: u32,
    pub(crate) actor: Actor,
}

impl UseCase for KeptHead {
    type Out = Head;

    async fn run<T: Tx>(self, tx: &mut T) -> Answer<Head> {
        if self.ws != self.actor.device_id || devices::get(tx, &self.ws).await?.epoch < self.epoch {
            return Err(ErrorCode::DeviceUnknown.into());
        }
        let row = one(tx, events::STREAM_HEAD, args![self.ws, self.epoch]).await?;
        row.map_or_else(|| Ok(Head::default()), |row| Ok(Head { len: row.u32(0)?, head: row.text(1)? }))
    }
}

/// Lets a workstation's events in again.
pub(crate) struct LiftQuarantine {
    pub(crate) device_id: String,
}

impl UseCase for LiftQuarantine {
    type Out = ();

    async fn run<T: Tx>(self, tx: &mut T) -> Answer<()> {
        let device = devices::get(tx, &self.device_id).await?;
        if tx.run(events::STREAM_LIFT, args![self.device_id]).await? == 0 {
            return Err(ErrorCode::NotFound.into());
        }
        let (now, what) = (tx.now().await?, What::QuarantineLifted);
        centers::record(tx, Entry { center: &device.center, at: now, actor: SYSTEM, what, subject: None }).await
    }
}
