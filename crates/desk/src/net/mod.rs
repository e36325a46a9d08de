//! The line to the backend: who is signed in there, what is asked for and what is told. A reset is asked for once and by
//! a clerk's key press (M11, M12); what runs by itself only asks, pulls or hands over what is already done.
//!
//! The token lives in here, in memory alone. Every wait is bounded, nothing holds the store's lock across a call, and
//! the tasks end with the desk.

mod ask;
mod keep;
mod people;
mod push;
mod question;
mod sign_in;
#[cfg(test)]
mod tests;
mod watch;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use tokio::sync::Notify;
use uuid::Uuid;
use ventanilla_client::{Client, ClientError, DeviceCredential, Outcome, Token};
use ventanilla_contract::error::ErrorCode;
use ventanilla_contract::staff::Session;

use crate::desk::{Desk, DeskConfig, Inner, held};
use crate::error::{DeskError, Own};
use crate::view::Connection;

/// How the backend is reached.
#[derive(Debug, Clone, Default)]
pub struct NetConfig {
    /// The client; without one the backend is always away.
    pub client: Option<Client>,
    /// How often things happen by themselves.
    pub pace: Pace,
}

/// How often things happen by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Looking after the token, and whether anything waits to be sent.
    pub tick: Duration,
    /// Pulling the turnos of the day.
    pub pull: Duration,
    /// Asking what became of a reset while its fate is unknown, and following a link without a stream.
    pub ask: Duration,
    /// The first pause after a push that failed.
    pub backoff_min: Duration,
    /// The longest pause after pushes that failed.
    pub backoff_max: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            tick: Duration::from_secs(1),
            pull: Duration::from_secs(15),
            ask: Duration::from_secs(2),
            backoff_min: Duration::from_secs(1),
            backoff_max: Duration::from_secs(60),
        }
    }
}

/// What the line keeps in memory.
pub(crate) struct Net {
    config: NetConfig,
    /// The client as this workstation, once its credential was read.
    client: Mutex<Option<Client>>,
    session: Mutex<Option<Held>>,
    /// One person is called at a time.
    calling: tokio::sync::Mutex<()>,
    /// How often in a row the backend answered a sign-in and could not carry it out, and until when (monotonic) it is not
    /// believed that it can: a clerk who works without it is not asked for the PIN again and again.
    lame: Mutex<(u32, u64)>,
    last_contact_ms: Mutex<Option<u64>>,
    /// One act or question at a time for each case: a 404 that was asked before a resend says nothing about it.
    cases: Mutex<HashMap<Uuid, Arc<tokio::sync::Mutex<()>>>>,
    watches: Mutex<HashMap<Uuid, watch::Following>>,
    running: AtomicBool,
    quarantined: AtomicBool,
    /// Something may be there to be sent.
    outgoing: Arc<Notify>,
    /// Something may be there to be asked.
    unknown: Arc<Notify>,
}

/// A token while it counts.
struct Held {
    token: Token,
    username: String,
    until_mono_ms: u64,
}

impl Net {
    pub(crate) fn new(config: &DeskConfig) -> Self {
        Self {
            config: config.net.clone(),
            client: Mutex::new(None),
            session: Mutex::new(None),
            calling: tokio::sync::Mutex::new(()),
            lame: Mutex::new((0, 0)),
            last_contact_ms: Mutex::new(None),
            cases: Mutex::new(HashMap::new()),
            watches: Mutex::new(HashMap::new()),
            running: AtomicBool::new(false),
            quarantined: AtomicBool::new(false),
            outgoing: Arc::default(),
            unknown: Arc::default(),
        }
    }
}

/// Brings the age of the last contact up to this moment.
pub(crate) fn freshen(desk: &Desk, line: &mut Connection) {
    let now = desk.clock().mono_ms();
    line.last_contact_s = held(&desk.inner.net.last_contact_ms)
        .map(|at| u32::try_from(now.saturating_sub(at) / 1000).unwrap_or(u32::MAX));
}

/// Whether news of a reset come as they happen.
pub(crate) fn is_live(desk: &Desk, reset_id: Uuid) -> bool {
    held(&desk.inner.net.watches).get(&reset_id).is_some_and(watch::Following::is_live)
}

impl Desk {
    /// Whether the backend said that this workstation's events contradict what it sent before; IT staff must look.
    #[must_use]
    pub fn is_quarantined(&self) -> bool {
        self.inner.net.quarantined.load(Ordering::Relaxed)
    }

    pub(crate) fn net(&self) -> &Net {
        &self.inner.net
    }

    fn pace(&self) -> Pace {
        self.inner.net.config.pace
    }

    /// The client as this workstation.
    fn line(&self) -> Result<Client, DeskError> {
        let mut kept = held(&self.inner.net.client);
        if let Some(client) = kept.as_ref() {
            return Ok(client.clone());
        }
        let client = self.inner.net.config.client.as_ref().ok_or(Own::BackendUnreachable)?;
        let device = self.device()?;
        let client = client.with_device(DeviceCredential::new(&device.device_id, &device.secret));
        *kept = Some(client.clone());
        Ok(client)
    }

    /// The token of whoever is signed in and not idle. A locked session has none.
    fn token(&self) -> Option<Token> {
        let actor = self.actor().ok();
        let mut session = held(&self.inner.net.session);
        let Some(actor) = actor else {
            *session = None;
            return None;
        };
        session.as_ref().filter(|s| s.username == actor.username).map(|s| s.token.clone())
    }

    /// Client and token, for what a clerk asks for.
    fn signed_line(&self) -> Result<(Client, Token), DeskError> {
        let token = self.token().ok_or(Own::BackendUnreachable)?;
        Ok((self.line()?, token))
    }

    fn keep_token(&self, session: &Session, asked_at_mono_ms: u64) {
        let until_mono_ms = asked_at_mono_ms.saturating_add(u64::from(session.expires_in_s) * 1000);
        let username = session.staff.username.clone();
        *held(&self.inner.net.session) =
            Some(Held { token: Token::new(session.token.clone()), username, until_mono_ms });
    }

    /// [`Desk::noted`] of a call with a token. One that the backend takes no more ends the session, so that the clerk is
    /// asked for the PIN instead of working on without the line.
    fn noted_by<T>(&self, token: &Token, answer: Result<T, ClientError>) -> Result<T, ClientError> {
        let answer = self.noted(answer);
        let refused = answer.as_ref().err().and_then(ClientError::refusal).map(|body| body.code);
        if refused == Some(ErrorCode::TokenInvalid) {
            self.drop_session(token);
        }
        answer
    }

    /// Ends the session of this token here, unless another one took its place meanwhile.
    fn drop_session(&self, token: &Token) {
        let held_by_us = held(&self.inner.net.session).as_ref().is_some_and(|s| s.token == *token);
        if held_by_us {
            self.close_because(Own::SessionEnded);
        }
    }

    fn close_because(&self, why: Own) {
        *held(&self.inner.net.session) = None;
        if let Err(error) = self.lock_because(why) {
            tracing::error!(%error, "the session was not locked");
        }
    }

    /// Notes what an answer says about the line, and hands it on.
    fn noted<T>(&self, answer: Result<T, ClientError>) -> Result<T, ClientError> {
        let answered = answer.as_ref().err().is_none_or(ClientError::answered);
        if answered {
            *held(&self.inner.net.last_contact_ms) = Some(self.clock().mono_ms());
        }
        if let Err(error) = &answer {
            tracing::info!(%error, "a call brought no success");
        }
        self.set_online(answered);
        answer
    }

    /// The lock of a case's acts and questions.
    fn turn(&self, case_id: Uuid) -> Arc<tokio::sync::Mutex<()>> {
        Arc::clone(held(&self.inner.net.cases).entry(case_id).or_default())
    }

    fn weak(&self) -> Weak<Inner> {
        Arc::downgrade(&self.inner)
    }
}

/// The desk, unless it is gone.
fn alive(weak: &Weak<Inner>) -> Option<Desk> {
    weak.upgrade().map(|inner| Desk { inner })
}

/// What a call's failure is for the window: the backend's words, or that it cannot be reached.
fn failed(error: ClientError) -> DeskError {
    match error {
        ClientError::Refused { body, .. } => DeskError::Backend(body),
        ClientError::Unreachable(_) | ClientError::Silent(_) | ClientError::Garbled { .. } => {
            Own::BackendUnreachable.into()
        }
    }
}

/// Carries an act through even if whoever asked for it goes away meanwhile: a call that left is always followed to its
/// end.
async fn through<T: Send + 'static>(
    act: impl Future<Output = Result<T, DeskError>> + Send + 'static,
) -> Result<T, DeskError> {
    tokio::spawn(act).await.map_err(DeskError::defect)?
}

/// Whether the backend's word about the thing that was asked for is a plain no.
fn is_no(error: &ClientError) -> bool {
    match error.outcome() {
        Outcome::NotDone => true,
        Outcome::NotSent | Outcome::Unknown => false,
    }
}
