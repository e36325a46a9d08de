//! `resets`: what the desk asked the backend for, and what it knows of it (M11). The key and the body are durable
//! before the call; the knowledge moves only as `domain::reset::know` allows.

use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;
use ventanilla_contract::error::ErrorBody;
use ventanilla_contract::event::EventBody;
use ventanilla_contract::reset::{Reset, ResetRequest, ResetState};
use ventanilla_domain::reset::{Ask, AskEvent, know};
use ventanilla_domain::time::Millis;

use super::{Act, codes, json, unreadable};
use crate::error::{DeskError, Own};
use crate::view::Change;

pub(super) const V1: &str = "
CREATE TABLE resets (
    n INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, case_id BLOB NOT NULL REFERENCES cases(id), body TEXT NOT NULL, body_hash TEXT NOT NULL,
    ask INTEGER NOT NULL, reset_id BLOB, word TEXT, version INTEGER NOT NULL DEFAULT 0, mono_ms INTEGER, process BLOB,
    refused TEXT, at INTEGER NOT NULL, by TEXT NOT NULL, open INTEGER NOT NULL
) STRICT;
CREATE INDEX resets_case ON resets(case_id, n);
CREATE UNIQUE INDEX resets_id ON resets(reset_id) WHERE reset_id IS NOT NULL;
CREATE INDEX resets_open ON resets(open, n) WHERE open = 1;
";

/// An ask.
#[derive(Clone, PartialEq)]
pub struct ResetRow {
    /// Idempotency key.
    pub key: Uuid,
    /// Its case.
    pub case_id: Uuid,
    /// The request, as the exact JSON that is sent.
    pub body: String,
    /// [`ResetRequest::body_hash`].
    pub body_hash: String,
    /// What the desk knows.
    pub ask: Ask,
    /// The backend's newest word.
    pub reset: Option<Reset>,
    /// [`Act::mono_ms`] before the call that brought `reset`: the countdown is counted from here (M13).
    pub mono_ms: Option<u64>,
    /// The run of the program that this instant belongs to.
    pub process: Option<Uuid>,
    /// Why the backend refused.
    pub refused: Option<ErrorBody>,
    /// When it was intended.
    pub at: Millis,
    /// By whom.
    pub by: String,
}

impl ResetRow {
    /// Whether its fate is unknown or a link may still set a key: the case cannot be closed (M15).
    #[must_use]
    pub fn is_open(&self) -> bool {
        match self.ask {
            Ask::Intent | Ask::Unknown | Ask::NotFound => true,
            Ask::Accepted => self.reset.as_ref().is_none_or(|r| !is_final(r.state)),
            Ask::Refused | Ask::Abandoned => false,
        }
    }

    /// Whether the backend said that the key is set (M8).
    #[must_use]
    pub fn key_set(&self) -> bool {
        self.ask == Ask::Accepted && self.reset.as_ref().is_some_and(|r| r.state == ResetState::Used)
    }

    /// Milliseconds of `at_backend` that remain now, never too many; `None` in another run of the program.
    #[must_use]
    pub fn left_ms(&self, at_backend: Option<u32>, mono_ms: u64, process: Uuid) -> Option<u32> {
        let since = mono_ms.saturating_sub(self.mono_ms.filter(|_| self.process == Some(process))?);
        Some(at_backend?.saturating_sub(u32::try_from(since).unwrap_or(u32::MAX)))
    }
}

/// Whether a state of the backend's is the last one of its link.
#[must_use]
pub const fn is_final(state: ResetState) -> bool {
    match state {
        ResetState::Used | ResetState::Expired | ResetState::Cancelled => true,
        ResetState::Accepted
        | ResetState::Mailing
        | ResetState::Deferred
        | ResetState::HandedOver
        | ResetState::Bounced => false,
    }
}

/// Makes the intent durable: key, body and hash stand on disk before the call (M11). Returns the row.
///
/// # Errors
/// [`Own::ResetOpen`] when an ask of the case is open, [`Own::KeyIsSet`] when it is done, or the store.
pub fn intend(act: &mut Act<'_>, request: &ResetRequest) -> Result<ResetRow, DeskError> {
    if let Some(before) = latest(act, request.case_id)? {
        if before.is_open() {
            return Err(Own::ResetOpen.into());
        }
        if before.key_set() {
            return Err(Own::KeyIsSet.into());
        }
    }
    let row = ResetRow {
        key: act.new_id()?,
        case_id: request.case_id,
        body: serde_json::to_string(request)?,
        body_hash: request.body_hash(),
        ask: Ask::Intent,
        reset: None,
        mono_ms: None,
        process: None,
        refused: None,
        at: act.now(),
        by: act.actor().username.clone(),
    };
    put(act, &row)?;
    let body = EventBody::ResetIntended { key: row.key, body_hash: row.body_hash.clone() };
    act.record_with(Some(row.case_id), body, row.body.as_bytes())?;
    Ok(row)
}

/// Nothing came back, or the backend knows no such key: only the knowledge changes, nobody acted.
///
/// # Errors
/// [`Own::DoesNotFit`], or the store.
pub fn learn(act: &mut Act<'_>, key: Uuid, event: Learned) -> Result<ResetRow, DeskError> {
    let mut row = need(act, key)?;
    row.ask = know(
        row.ask,
        match event {
            Learned::Silence => AskEvent::Silence,
            Learned::NoneByKey => AskEvent::NoneByKey,
        },
    )?;
    put(act, &row)?;
    act.changed(Change::Case { case_id: row.case_id.to_string() });
    Ok(row)
}

/// What the desk learns without anybody acting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Learned {
    /// No answer.
    Silence,
    /// 404 to the question by key; not final.
    NoneByKey,
}

/// The backend answered with the reset; `mono_ms` is the instant before the call.
///
/// # Errors
/// [`Own::DoesNotFit`] after a tombstone or a refusal, or the store.
pub fn adopt(act: &mut Act<'_>, key: Uuid, reset: &Reset, mono_ms: u64) -> Result<ResetRow, DeskError> {
    let mut row = need(act, key)?;
    let first = row.ask != Ask::Accepted;
    row.ask = know(row.ask, AskEvent::Answer)?;
    if first {
        put(act, &row)?;
        act.record(Some(row.case_id), EventBody::ResetAccepted { key, reset_id: reset.id })?;
    }
    renew(act, row, reset, mono_ms).map(|(row, _)| row)
}

/// The backend refused: nothing was started.
///
/// # Errors
/// [`Own::DoesNotFit`], or the store.
pub fn refuse(act: &mut Act<'_>, key: Uuid, error: &ErrorBody) -> Result<ResetRow, DeskError> {
    let mut row = need(act, key)?;
    row.ask = know(row.ask, AskEvent::Refusal)?;
    row.refused = Some(error.clone());
    put(act, &row)?;
    act.record(Some(row.case_id), EventBody::ResetRefused { key, code: error.code.as_str().to_owned() })?;
    Ok(row)
}

/// The first and only call did not leave: nobody was there to take it. Nothing was started, so that the clerk may press
/// again, with a new key.
///
/// # Errors
/// [`Own::DoesNotFit`], or the store.
pub fn never_left(act: &mut Act<'_>, key: Uuid) -> Result<ResetRow, DeskError> {
    let mut row = need(act, key)?;
    row.ask = know(row.ask, AskEvent::Refusal)?;
    put(act, &row)?;
    let code = Own::BackendUnreachable.as_str().to_owned();
    act.record(Some(row.case_id), EventBody::ResetRefused { key, code })?;
    Ok(row)
}

/// The clerk sends the same request again, after "no such key".
///
/// # Errors
/// [`Own::DoesNotFit`], or the store.
pub fn resend(act: &mut Act<'_>, key: Uuid) -> Result<ResetRow, DeskError> {
    let mut row = need(act, key)?;
    row.ask = know(row.ask, AskEvent::Resend)?;
    put(act, &row)?;
    act.record(Some(row.case_id), EventBody::ResetResent { key })?;
    Ok(row)
}

/// The tombstone stands at the backend.
///
/// # Errors
/// [`Own::DoesNotFit`], or the store.
pub fn abandon(act: &mut Act<'_>, key: Uuid) -> Result<ResetRow, DeskError> {
    let mut row = need(act, key)?;
    row.ask = know(row.ask, AskEvent::Tombstone)?;
    put(act, &row)?;
    act.record(Some(row.case_id), EventBody::ResetAbandoned { key })?;
    Ok(row)
}

/// Newer word about an accepted reset, whatever way it came. Only a higher version changes anything; returns whether
/// it did.
///
/// # Errors
/// The store.
pub fn update(act: &mut Act<'_>, reset: &Reset, mono_ms: u64) -> Result<bool, DeskError> {
    let Some(row) = by_reset_id(act, reset.id)? else { return Ok(false) };
    renew(act, row, reset, mono_ms).map(|(_, changed)| changed)
}

/// The live link was cancelled at the backend, by a clerk.
///
/// # Errors
/// The store.
pub fn cancelled(act: &mut Act<'_>, reset: &Reset, mono_ms: u64) -> Result<bool, DeskError> {
    let Some(row) = by_reset_id(act, reset.id)? else { return Ok(false) };
    let case_id = row.case_id;
    let (_, changed) = renew(act, row, reset, mono_ms)?;
    if changed {
        act.record(Some(case_id), EventBody::ResetCancelled { reset_id: reset.id })?;
    }
    Ok(changed)
}

fn renew(act: &mut Act<'_>, mut row: ResetRow, reset: &Reset, mono_ms: u64) -> Result<(ResetRow, bool), DeskError> {
    // The same version in a new run of the program brings an instant that this run can count from.
    let counted = row.process == Some(act.process());
    let is_old = |known: &Reset| known.version > reset.version || (counted && known.version == reset.version);
    if row.reset.as_ref().is_some_and(is_old) {
        return Ok((row, false));
    }
    let was_set = row.key_set();
    row.reset = Some(reset.clone());
    row.mono_ms = Some(mono_ms);
    row.process = Some(act.process());
    put(act, &row)?;
    if row.key_set() && !was_set {
        act.record(Some(row.case_id), EventBody::KeySet { reset_id: reset.id })?;
    }
    act.changed(Change::Case { case_id: row.case_id.to_string() });
    Ok((row, true))
}

fn put(act: &Act<'_>, r: &ResetRow) -> Result<(), DeskError> {
    act.prepare_cached(
        "INSERT INTO resets VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) ON CONFLICT(key) DO UPDATE SET
         ask = excluded.ask, reset_id = excluded.reset_id, word = excluded.word, version = excluded.version,
         mono_ms = excluded.mono_ms, process = excluded.process, refused = excluded.refused, open = excluded.open",
    )?
    .execute(params![
        r.key,
        r.case_id,
        r.body,
        r.body_hash,
        codes::ask(r.ask),
        r.reset.as_ref().map(|x| x.id),
        r.reset.as_ref().map(serde_json::to_string).transpose()?,
        r.reset.as_ref().map_or(0, |x| x.version),
        r.mono_ms.map(|m| i64::try_from(m).unwrap_or(i64::MAX)),
        r.process,
        r.refused.as_ref().map(serde_json::to_string).transpose()?,
        r.at.0,
        r.by,
        r.is_open(),
    ])?;
    Ok(())
}

macro_rules! select {
    ($where:literal) => {
        concat!(
            "SELECT key, case_id, body, body_hash, ask, word, mono_ms, process, refused, at, by FROM resets ",
            $where
        )
    };
}
const LATEST: &str = select!("WHERE case_id = ?1 ORDER BY n DESC LIMIT 1");
const OPEN: &str = select!("WHERE open = 1 ORDER BY n LIMIT 100");
const BY_ID: &str = select!("WHERE reset_id = ?1");
const BY_KEY: &str = select!("WHERE key = ?1");

/// The newest ask of a case, by the order of writing: the clock on the wall may have been set back.
///
/// # Errors
/// The store.
pub fn latest(conn: &Connection, case_id: Uuid) -> Result<Option<ResetRow>, DeskError> {
    one(conn, LATEST, case_id)
}

/// The ask with this backend id.
///
/// # Errors
/// The store.
pub fn by_reset_id(conn: &Connection, reset_id: Uuid) -> Result<Option<ResetRow>, DeskError> {
    one(conn, BY_ID, reset_id)
}

/// The ask with this key.
///
/// # Errors
/// [`Own::DoesNotFit`] where there is none, or the store.
pub fn need(conn: &Connection, key: Uuid) -> Result<ResetRow, DeskError> {
    one(conn, BY_KEY, key)?.ok_or_else(|| Own::DoesNotFit.into())
}

/// Asks whose fate is unknown and links that live, oldest first, at most 100: what a start has to ask about.
///
/// # Errors
/// The store.
pub fn open(conn: &Connection) -> Result<Vec<ResetRow>, DeskError> {
    let mut statement = conn.prepare_cached(OPEN)?;
    let found = statement.query_map([], |r| Ok(row(r)))?.collect::<Result<Vec<_>, _>>()?;
    found.into_iter().collect()
}

fn one(conn: &Connection, sql: &str, id: Uuid) -> Result<Option<ResetRow>, DeskError> {
    conn.prepare_cached(sql)?.query_row([id], |r| Ok(row(r))).optional()?.transpose()
}

fn row(r: &Row<'_>) -> Result<ResetRow, DeskError> {
    Ok(ResetRow {
        key: r.get(0)?,
        case_id: r.get(1)?,
        body: r.get(2)?,
        body_hash: r.get(3)?,
        ask: codes::to_ask(r.get(4)?).ok_or_else(|| unreadable("resets", "ask"))?,
        reset: json(r.get(5)?)?,
        mono_ms: r.get::<_, Option<i64>>(6)?.and_then(|m| u64::try_from(m).ok()),
        process: r.get(7)?,
        refused: json(r.get(8)?)?,
        at: Millis(r.get(9)?),
        by: r.get(10)?,
    })
}
