//! What runs by itself while somebody is signed in: the token, the turnos of the day, walk-ins to be made known.

use std::sync::Weak;
use std::sync::atomic::Ordering;

use ventanilla_contract::turno::{Turno, WalkIn};

use super::{alive, is_no, push, question};
use crate::desk::{Desk, Inner, held};
use crate::error::{DeskError, Own};
use crate::store::{meta, visits};
use crate::view::{Change, Phase};

/// A token is renewed when it has less than this left.
const RENEW_BEFORE_MS: u64 = 5 * 60_000;

/// Turnos that are written in one transaction; clerks' acts get their turn in between.
const PULL_CHUNK: usize = 200;

impl Desk {
    /// Begins what runs by itself, once; takes up what an earlier run left open. Called after each sign-in.
    pub(super) fn begin(&self) -> Result<(), DeskError> {
        if !self.net().running.swap(true, Ordering::SeqCst) {
            tokio::spawn(tokens(self.weak()));
            tokio::spawn(pulls(self.weak()));
            tokio::spawn(push::pushes(self.weak()));
            tokio::spawn(question::questions(self.weak()));
            crate::paper::take_up(self)?;
        }
        self.take_up_resets()?;
        self.ask_registries_again()?;
        self.net().outgoing.notify_one();
        self.net().unknown.notify_one();
        Ok(())
    }

    /// Renews a token that ends soon; drops the one of a locked session.
    async fn look_after_token(&self) {
        let Some(token) = self.token() else { return };
        let now = self.clock().mono_ms();
        let due =
            held(&self.net().session).as_ref().is_some_and(|s| s.until_mono_ms.saturating_sub(now) < RENEW_BEFORE_MS);
        if !due {
            return;
        }
        let Ok(line) = self.line() else { return };
        match self.noted_by(&token, line.renew(&token).await) {
            Ok(session) => {
                // Locked or signed out meanwhile: a token that nobody holds.
                if self.token() == Some(token) {
                    self.keep_token(&session, now);
                }
            }
            Err(error) if is_no(&error) => {
                tracing::warn!(%error, "the token was not renewed");
                self.drop_session(&token);
            }
            Err(_) => {}
        }
    }

    /// Makes walk-ins known, then pulls the turnos of the day.
    pub(super) async fn pull(&self) -> Result<Vec<Turno>, DeskError> {
        self.register_walk_ins().await;
        let Some(token) = self.token() else {
            self.look_for_the_line().await;
            return Err(Own::BackendUnreachable.into());
        };
        let line = self.line()?;
        let now = self.clock().now();
        let place = self.db()?.read(meta::place)?;
        let day = now.day(place.utc_offset).to_string();
        self.noted_by(&token, line.turnos(&token, &place.center, &day).await).map_err(super::failed)
    }

    /// Who signed in without the backend has no token, so that nothing calls it: once it answers, the clerk is asked for
    /// the PIN and works on with the line.
    async fn look_for_the_line(&self) {
        let Ok(line) = self.line() else { return };
        if self.clock().mono_ms() < held(&self.net().lame).1 {
            return;
        }
        if self.noted(line.health().await).is_ok() && self.is_offline_session() && self.actor().is_ok() {
            self.close_because(Own::LineIsBack);
        }
    }

    fn keep_turnos(&self, turnos: &[Turno]) -> Result<(), DeskError> {
        let db = self.db()?;
        for chunk in turnos.chunks(PULL_CHUNK) {
            db.mirror(|act| {
                for turno in chunk {
                    visits::upsert_turno(act, turno)?;
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    /// Tells the backend of walk-ins that it does not know. Sending one again is harmless: the id was made here.
    pub(super) async fn register_walk_ins(&self) {
        let Ok(unknown) = self.db().and_then(|db| db.read(visits::unregistered)) else { return };
        for visit in unknown {
            let Ok((line, token)) = self.signed_line() else { return };
            let walk_in = WalkIn {
                number: visit.number.clone(),
                ticket: visit.ticket.clone(),
                person_name: visit.person.clone(),
                preferential: visit.preferential,
            };
            match self.noted_by(&token, line.walk_in(&token, visit.turno_id, &walk_in).await) {
                Ok(turno) => {
                    let kept = self.db().and_then(|db| db.mirror(|act| visits::set_registered(act, &turno)));
                    if let Err(error) = kept {
                        tracing::error!(%error, "a walk-in is known and was not marked so");
                    }
                }
                // This one is refused; the others may pass.
                Err(error) if is_no(&error) => tracing::warn!(%error, turno = %visit.turno_id, "a walk-in was refused"),
                Err(_) => return,
            }
        }
    }
}

async fn tokens(weak: Weak<Inner>) {
    let Some(mut changes) = alive(&weak).map(|desk| desk.changes()) else { return };
    loop {
        let Some(tick) = alive(&weak).map(|desk| desk.pace().tick) else { return };
        // A lock drops the token at once, not at the next tick.
        let changed = tokio::time::timeout(tick, changes.recv()).await;
        let Some(desk) = alive(&weak) else { return };
        match changed {
            Ok(Ok(Change::Session)) | Err(_) => desk.look_after_token().await,
            Ok(Ok(Change::Connection)) => {
                if desk.is_online()
                    && let Err(error) = desk.ask_registries_again()
                {
                    tracing::error!(%error, "the registries were not asked again");
                }
            }
            Ok(Ok(Change::Queue | Change::Case { .. })) => {}
            Ok(Err(tokio::sync::broadcast::error::RecvError::Lagged(_))) => desk.look_after_token().await,
            Ok(Err(tokio::sync::broadcast::error::RecvError::Closed)) => return,
        }
    }
}

async fn pulls(weak: Weak<Inner>) {
    let mut before: Vec<Turno> = Vec::new();
    loop {
        let Some(desk) = alive(&weak) else { return };
        let signed_in = desk.session().is_ok_and(|s| s.phase == Phase::SignedIn);
        if signed_in
            && let Ok(turnos) = desk.pull().await
            && turnos != before
        {
            let taken = desk.clone();
            let outcome = tokio::task::spawn_blocking(move || taken.keep_turnos(&turnos).map(|()| turnos)).await;
            match outcome {
                Ok(Ok(turnos)) => before = turnos,
                Ok(Err(error)) => tracing::error!(%error, "the turnos of the day were not taken over"),
                Err(error) => tracing::error!(%error, "the turnos of the day were not taken over"),
            }
        }
        let (pull, tick) = (desk.pace().pull, desk.pace().tick);
        drop(desk);
        // Sign-in comes between two pulls: it begins one at once.
        if signed_in {
            tokio::time::sleep(pull).await;
        } else {
            tokio::time::sleep(tick).await;
        }
    }
}
