//! Taking a workstation's events: in order, each once, and none that cannot be read stops the counter.

use ventanilla_contract::error::ErrorCode;
use ventanilla_contract::event::{Event, EventBody};
use ventanilla_domain::time::Millis;

use super::centers::{self, Entry, What};
use super::engine::{Tx, UseCase, args, code};
use super::{Actor, Answer, Push, Refusal, StoreError, cases, devices, events};

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
        if ws != actor.device_id || devices::get(tx, ws).await?.epoch != epoch {
            return Err(ErrorCode::DeviceUnknown.into());
        }
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
        if events::keep_head(tx, (ws, epoch), &stream, (&push.audit_head, push.audit_len), now).await? {
            centers::record(tx, entry(What::AuditConflict)).await?;
        }
        let fresh: Vec<_> = numbered.into_iter().filter(|(seq, ..)| *seq > stream.high).collect();
        let Some(&(high, ..)) = fresh.last() else { return Ok(Pushed::High(stream.high)) };
        let count = u32::try_from(fresh.len()).unwrap_or(u32::MAX);
        // Rows of turnos and cases before the journal's head, which comes last of all locks.
        let mut flaws = Vec::with_capacity(fresh.len());
        for (seq, bytes, _) in &fresh {
            flaws.push(project(tx, (ws, epoch, *seq), bytes, &actor, now).await?);
        }
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

/// Carries an event over into what the backend must know. Answers the flaw of one that cannot be read or taken: it is
/// stored, the head advances, and somebody is told.
async fn project<T: Tx>(
    tx: &mut T,
    (ws, epoch, seq): (&str, u32, u32),
    bytes: &[u8],
    actor: &Actor,
    now: Millis,
) -> Answer<Option<String>> {
    let event: Event = match serde_json::from_slice(bytes) {
        Ok(event) => event,
        // The reason names a place and a field; never the event's own text.
        Err(e) => return Ok(Some(format!("unreadable at line {} column {}", e.line(), e.column()))),
    };
    if event.ws != ws || event.epoch != epoch || event.seq != seq {
        return Ok(Some("its own number is another".into()));
    }
    let Some(case_id) = event.case_id else { return Ok(None) };
    match event.body {
        EventBody::Closed { outcome } => {
            tx.run(cases::CLOSE, args![code(&outcome)?, case_id, &actor.device_id]).await?;
            tx.run(cases::PERIODS_END, args![now, case_id, &actor.device_id]).await?;
        }
        EventBody::Reopened => {
            tx.run(cases::REOPEN, args![case_id, &actor.device_id]).await?;
        }
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
        | EventBody::Looked { .. } => {}
    }
    Ok(None)
}
