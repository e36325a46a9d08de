//! Handing over events, in order and as the bytes that are stored; the head of the audit chain goes along (M21).

use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::time::Duration;

use ventanilla_client::ClientError;
use ventanilla_contract::error::ErrorCode;

use super::{alive, failed};
use crate::desk::{Desk, Inner};
use crate::edge::bytes;
use crate::error::DeskError;
use crate::store::{audit, events, meta};

/// How a push ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pushed {
    /// Nothing waits, or nobody is signed in.
    Nothing,
    /// The backend holds more than before.
    Some,
    /// Try again after a pause.
    Failed,
}

impl Desk {
    /// The head of this workstation's audit chain that the backend keeps: length and hex hash; length 0 where it keeps
    /// none (M21).
    ///
    /// # Errors
    /// [`crate::Own::BackendUnreachable`], the backend's refusal, or the store.
    pub async fn kept_head(&self) -> Result<(u32, String), DeskError> {
        let (line, token) = self.signed_line()?;
        let place = self.db()?.read(meta::place)?;
        let kept = self.noted_by(&token, line.kept_head(&token, &place.ws, place.epoch).await).map_err(failed)?;
        Ok((kept.len, kept.head))
    }

    pub(super) async fn push(&self) -> Result<Pushed, DeskError> {
        let Ok((line, token)) = self.signed_line() else { return Ok(Pushed::Nothing) };
        let db = self.db()?;
        let (place, batch, head) = db.read(|c| Ok((meta::place(c)?, events::unsent(c)?, audit::head(c)?)))?;
        let Some(batch) = batch else { return Ok(Pushed::Nothing) };
        let body = put_together(&batch.events, &head);
        let (epoch, from) = (batch.epoch, batch.from);
        match self.noted_by(&token, line.push(&token, &place.ws, epoch, from, body).await) {
            Ok(accepted) => {
                if self.net().quarantined.swap(false, Ordering::Relaxed) {
                    tracing::warn!("the workstation is out of quarantine");
                }
                db.mirror(|act| events::mark_pushed(act, epoch, accepted.high))?;
                Ok(if accepted.high >= from { Pushed::Some } else { Pushed::Failed })
            }
            Err(ClientError::Refused { body, .. }) if body.code == ErrorCode::EventGap => {
                let expected = body.expected.unwrap_or(1);
                tracing::warn!(from, expected, "the backend lacks events, or has them already");
                db.mirror(|act| {
                    if let Some(high) = expected.checked_sub(1) {
                        events::mark_pushed(act, epoch, high)?;
                    }
                    events::rewind(act, epoch, expected)
                })?;
                // Going back is progress, unless the backend expects what was just offered.
                Ok(if expected == from { Pushed::Failed } else { Pushed::Some })
            }
            Err(ClientError::Refused { body, .. }) if body.code == ErrorCode::WorkstationQuarantined => {
                if !self.net().quarantined.swap(true, Ordering::Relaxed) {
                    tracing::error!(
                        epoch,
                        from,
                        "the backend quarantined this workstation: its events contradict what was sent before"
                    );
                }
                Ok(Pushed::Failed)
            }
            Err(_) => Ok(Pushed::Failed),
        }
    }

    /// Full jitter: anything from nothing to the doubled pause.
    fn jitter(&self, failures: u32) -> Duration {
        let pace = self.pace();
        let most = pace.backoff_min.saturating_mul(1 << failures.saturating_sub(1).min(16)).min(pace.backoff_max);
        let random = bytes::<4>(self.inner.deps.random.as_ref()).map_or(u32::MAX, u32::from_le_bytes);
        most.mul_f64(f64::from(random) / f64::from(u32::MAX))
    }
}

/// An `EventPush` around the events' own bytes: they are sent as they are stored and hashed.
fn put_together(events: &[Vec<u8>], head: &audit::Head) -> Vec<u8> {
    let mut body = b"{\"events\":[".to_vec();
    for (n, event) in events.iter().enumerate() {
        if n > 0 {
            body.push(b',');
        }
        body.extend_from_slice(event);
    }
    // The hash is hex: nothing to escape.
    body.extend_from_slice(format!("],\"audit_head\":\"{}\",\"audit_len\":{}}}", head.hash, head.len).as_bytes());
    body
}

pub(super) async fn pushes(weak: Weak<Inner>) {
    let mut failures: u32 = 0;
    loop {
        let Some(desk) = alive(&weak) else { return };
        let pushed = desk.push().await.unwrap_or_else(|error| {
            tracing::error!(%error, "events were not handed over");
            Pushed::Failed
        });
        match pushed {
            Pushed::Some => failures = 0,
            Pushed::Nothing => {
                failures = 0;
                let (tick, outgoing) = (desk.pace().tick, Arc::clone(&desk.net().outgoing));
                // Whoever waits does not keep the desk.
                drop(desk);
                let _ = tokio::time::timeout(tick, outgoing.notified()).await;
            }
            Pushed::Failed => {
                failures = failures.saturating_add(1);
                let pause = desk.jitter(failures);
                drop(desk);
                tokio::time::sleep(pause).await;
            }
        }
    }
}

#[cfg(test)]
mod unit {
    use super::*;
    use ventanilla_contract::event::EventPush;

    #[test]
    fn a_push_is_the_stored_bytes_and_reads_as_the_contracts_type() {
        let event = br#"{"id":"00000000-0000-0000-0000-000000000001","ws":"QS-3","epoch":1,"seq":1,"at":5,"actor":"a","body":{"kind":"resumed"}}"#;
        let head = audit::Head { len: 7, hash: "ab".repeat(32) };
        let body = put_together(&[event.to_vec(), event.to_vec()], &head);
        let push: EventPush = serde_json::from_slice(&body).unwrap();
        assert_eq!((push.events.len(), push.audit_len, push.audit_head), (2, 7, head.hash));
        assert!(body.windows(event.len()).any(|w| w == event));
    }
}
