//! One act: its transaction, its actor, and the one function that journals it (M21).

use std::ops::Deref;

use rusqlite::{Connection, Transaction};
use uuid::Uuid;
use ventanilla_contract::event::{Event, EventBody};
use ventanilla_domain::time::Millis;

use super::{audit, events, meta, payloads};
use crate::desk::Actor;
use crate::edge::{Clock, Random, bytes, new_id};
use crate::error::DeskError;
use crate::view::Change;

/// Where a number of events comes from.
pub type Origin = meta::Place;

/// A transaction that journals. Reads and writes of the tables take it as a connection.
pub struct Act<'c> {
    tx: Transaction<'c>,
    actor: Actor,
    now: Millis,
    mono_ms: u64,
    clock: &'c dyn Clock,
    random: &'c dyn Random,
    process: Uuid,
    recorded: u32,
    changes: Vec<Change>,
}

impl Deref for Act<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.tx
    }
}

impl<'c> Act<'c> {
    pub(super) fn new(
        tx: Transaction<'c>,
        actor: Actor,
        clock: &'c dyn Clock,
        random: &'c dyn Random,
        process: Uuid,
    ) -> Self {
        let (now, mono_ms) = (clock.now(), clock.mono_ms());
        Self { tx, actor, now, mono_ms, clock, random, process, recorded: 0, changes: Vec::new() }
    }

    /// When the act began, by the wall.
    #[must_use]
    pub fn now(&self) -> Millis {
        self.now
    }

    /// When the act began, by the clock that only runs forward.
    #[must_use]
    pub fn mono_ms(&self) -> u64 {
        self.mono_ms
    }

    /// This run of the program.
    #[must_use]
    pub fn process(&self) -> Uuid {
        self.process
    }

    /// Who acts.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Whose store this is.
    ///
    /// # Errors
    /// Not enrolled, or the store.
    pub fn place(&self) -> Result<meta::Place, DeskError> {
        meta::place(self)
    }

    /// A new UUIDv7.
    ///
    /// # Errors
    /// No randomness.
    pub fn new_id(&self) -> Result<Uuid, DeskError> {
        Ok(new_id(self.clock, self.random)?)
    }

    /// Tells the window after the commit.
    pub fn changed(&mut self, change: Change) {
        if !self.changes.contains(&change) {
            self.changes.push(change);
        }
    }

    /// Journals: event, payload and audit entry in this transaction. `body` is stored as the bytes that will be sent.
    ///
    /// # Errors
    /// The store.
    pub fn record(&mut self, case_id: Option<Uuid>, body: EventBody) -> Result<(), DeskError> {
        self.record_with(case_id, body, &[])
    }

    /// [`Act::record`] with personal data that stays here: the entry commits to it and it is purged with the payload.
    ///
    /// # Errors
    /// The store.
    pub fn record_with(&mut self, case_id: Option<Uuid>, body: EventBody, personal: &[u8]) -> Result<(), DeskError> {
        let place = self.place()?;
        let seq = meta::next_seq(self)?;
        let event = Event {
            id: self.new_id()?,
            ws: place.ws,
            epoch: place.epoch,
            seq,
            at: self.now.0,
            actor: self.actor.username.clone(),
            case_id,
            body,
        };
        let stored = serde_json::to_vec(&event)?;
        let salt = bytes::<32>(self.random)?;
        let commitment = payloads::commitment(&salt, &stored, personal);
        let no = audit::append(self, |no, prev| audit::Entry {
            no,
            prev,
            at: event.at,
            actor: event.actor.clone(),
            what: audit::What::Event {
                kind: audit::kind(&event.body),
                case: case_id,
                epoch: event.epoch,
                seq,
                commitment,
            },
        })?;
        events::insert(self, &event, no, &stored)?;
        payloads::insert(self, no, &salt, personal)?;
        self.recorded += 1;
        if let Some(case_id) = case_id {
            self.changed(Change::Case { case_id: case_id.to_string() });
        }
        Ok(())
    }

    pub(super) fn has_recorded(&self) -> bool {
        self.recorded > 0
    }

    /// Marks that the chain itself was written (a purge), so that the act counts as journaled.
    pub(super) fn chain_grew(&mut self) {
        self.recorded += 1;
    }

    pub(super) fn commit(self) -> Result<Vec<Change>, DeskError> {
        self.tx.commit()?;
        Ok(self.changes)
    }
}
