//! The reset as a clerk asks for it (M11, M12, the table in the design of the exactly-once reset). Key and body are on
//! disk before the call; an answer, a refusal or silence moves what the desk knows through `domain::reset::know`; nothing
//! in here sends a second time by itself.
//!
//! A refusal of a key that was sent more than once is not final for the copy that went before: that one could still
//! arrive and be accepted. Such a key is buried under a tombstone before its refusal is believed.

use uuid::Uuid;
use ventanilla_client::{ClientError, GivenUp, Outcome};
use ventanilla_contract::error::{ErrorBody, ErrorCode};
use ventanilla_contract::event::Outcome as CaseOutcome;
use ventanilla_contract::reset::Reset;
use ventanilla_contract::staff::Role;
use ventanilla_domain::reset::Ask;

use super::{failed, through};
use crate::desk::{Actor, Desk};
use crate::error::{DeskError, Own};
use crate::queue::parse_id;
use crate::store::resets::{self, Learned, ResetRow};
use crate::store::{cases, reissues};
use crate::view::CaseView;

impl Desk {
    /// Asks for the reset. Returns once the backend answered, refused or kept silent; the case says which.
    ///
    /// # Errors
    /// [`Own::BackendUnreachable`] when nothing left this workstation: the case is as it was. The domain's refusal,
    /// [`Own::ResetOpen`], [`Own::KeyIsSet`], [`Own::DoesNotFit`] unless in service with this clerk, or the store.
    pub async fn send_reset(&self, case_id: String) -> Result<CaseView, DeskError> {
        self.on_case(case_id, |desk, actor, id| async move {
            let case = desk.db()?.read(|c| cases::need(c, id))?;
            if !case.is_served_by(&actor) {
                return Err(Own::DoesNotFit.into());
            }
            // A line that does not carry this carries no reset either, and nothing is intended yet.
            desk.renew_period(id).await?;
            let row = desk.db()?.act(&actor, |act| {
                let request = desk.reset_request(act, id)?;
                resets::intend(act, &request)
            })?;
            desk.post(row, false).await?;
            Ok(())
        })
        .await
    }

    /// Sends the same request again: same key, same bytes. Only where the backend said that it knows no such key.
    ///
    /// # Errors
    /// [`Own::DoesNotFit`] in any other state, or the store.
    pub async fn resend(&self, case_id: String) -> Result<CaseView, DeskError> {
        self.on_case(case_id, |desk, actor, id| async move {
            let case = desk.db()?.read(|c| cases::need(c, id))?;
            if !case.is_served_by(&actor) {
                return Err(Own::DoesNotFit.into());
            }
            desk.claim_late(&case).await?;
            let row = desk.db()?.act(&actor, |act| {
                let row = resets::latest(act, id)?.ok_or(Own::DoesNotFit)?;
                resets::resend(act, row.key)
            })?;
            desk.post(row, true).await?;
            Ok(())
        })
        .await
    }

    /// An act of the present clerk on a case, alone with it: nothing else acts on it or asks about it meanwhile, and it is
    /// carried through. Answers the case as it stands then.
    async fn on_case<F>(
        &self,
        case_id: String,
        act: impl FnOnce(Desk, Actor, Uuid) -> F + Send + 'static,
    ) -> Result<CaseView, DeskError>
    where
        F: Future<Output = Result<(), DeskError>> + Send + 'static,
    {
        let actor = self.actor_as(Role::Clerk)?;
        let id = parse_id(&case_id)?;
        let desk = self.clone();
        through(async move {
            let turn = desk.turn(id);
            let _turn = turn.lock().await;
            act(desk.clone(), actor, id).await?;
            desk.open_case(case_id)
        })
        .await
    }

    /// The one place that sends a reset. `again`: the key was sent before.
    async fn post(&self, row: ResetRow, again: bool) -> Result<(), DeskError> {
        // The intent is on disk: from here on every way out leaves the ask in a state that somebody resolves.
        let (line, token) = match self.signed_line() {
            Ok(ready) => ready,
            Err(error) => {
                self.not_sent(&row, again)?;
                return Err(error);
            }
        };
        let asked_at = self.clock().mono_ms();
        match self.noted_by(&token, line.reset(&token, row.key, row.body.clone().into_bytes()).await) {
            Ok(reset) => self.adopt(&row, &reset, asked_at),
            Err(error) => match error.outcome() {
                Outcome::NotSent => {
                    self.not_sent(&row, again)?;
                    Err(Own::BackendUnreachable.into())
                }
                Outcome::Unknown => self.silence(&row),
                Outcome::NotDone => match error {
                    ClientError::Refused { body, .. } => self.refused(&row, *body, again).await,
                    ClientError::Unreachable(_) | ClientError::Silent(_) | ClientError::Garbled { .. } => {
                        self.silence(&row)
                    }
                },
            },
        }
    }

    /// Not one byte left. If none ever did, nothing was started; else the copy that went before is still unresolved.
    fn not_sent(&self, row: &ResetRow, again: bool) -> Result<(), DeskError> {
        if again {
            return self.silence(row);
        }
        let actor = self.actor().unwrap_or_else(|_| Actor::system());
        self.db()?.act(&actor, |act| resets::never_left(act, row.key)).map(|_| ())
    }

    fn silence(&self, row: &ResetRow) -> Result<(), DeskError> {
        self.db()?.mirror(|act| resets::learn(act, row.key, Learned::Silence))?;
        self.net().unknown.notify_one();
        Ok(())
    }

    pub(super) fn adopt(&self, row: &ResetRow, reset: &Reset, asked_at: u64) -> Result<(), DeskError> {
        self.db()?.mirror(|act| resets::adopt(act, row.key, reset, asked_at))?;
        self.follow(row.case_id, reset);
        Ok(())
    }

    async fn refused(&self, row: &ResetRow, body: ErrorBody, again: bool) -> Result<(), DeskError> {
        match body.code {
            // The key stands at the backend with another body, which only a defect can bring about: ask, do not guess.
            ErrorCode::IdempotencyKeyReused => return self.silence(row),
            ErrorCode::ResetAbandoned => {
                self.silence(row)?;
                return self.db()?.mirror(|act| resets::abandon(act, row.key)).map(|_| ());
            }
            // Whatever copy comes later meets the same end.
            ErrorCode::ServicePeriodOver => self.forget_service_period(row.case_id)?,
            _ if again => match self.bury(row.key).await {
                Ok(GivenUp::Tombstone) => {}
                Ok(GivenUp::Exists(reset)) => {
                    let asked_at = self.clock().mono_ms();
                    return self.adopt(row, &reset, asked_at);
                }
                Err(_) => return self.silence(row),
            },
            _ => {}
        }
        self.db()?.mirror(|act| resets::refuse(act, row.key, &body))?;
        match body.code {
            // R28: nothing was started, and the case rests until trying again makes sense.
            ErrorCode::RegistroCivilUnavailable => self.registry_failed(row.case_id, &body),
            _ => Ok(()),
        }
    }

    async fn bury(&self, key: Uuid) -> Result<GivenUp, DeskError> {
        let (line, token) = self.signed_line()?;
        self.noted_by(&token, line.give_up(&token, key).await).map_err(failed)
    }

    /// Gives up a reset whose fate is unknown. It is given up once the backend has confirmed that a late original
    /// will be turned away; a reset that was accepted after all is taken over instead.
    ///
    /// # Errors
    /// [`Own::DoesNotFit`] where nothing is unknown, [`Own::BackendUnreachable`], the backend's refusal, or the store.
    pub async fn abandon(&self, case_id: String) -> Result<CaseView, DeskError> {
        self.on_case(case_id, |desk, actor, id| async move {
            let row = desk.db()?.read(|c| resets::latest(c, id))?.ok_or(Own::DoesNotFit)?;
            match row.ask {
                Ask::Unknown | Ask::NotFound => {}
                Ask::Intent | Ask::Accepted | Ask::Refused | Ask::Abandoned => return Err(Own::DoesNotFit.into()),
            }
            let asked_at = desk.clock().mono_ms();
            match desk.bury(row.key).await? {
                GivenUp::Tombstone => {
                    desk.db()?.act(&actor, |act| resets::abandon(act, row.key))?;
                }
                GivenUp::Exists(reset) => desk.adopt(&row, &reset, asked_at)?,
            }
            Ok(())
        })
        .await
    }

    /// Issues another link (M15), with a key of its own under the same discipline: pressing again after silence repeats
    /// the key, so that one press never becomes two links.
    ///
    /// # Errors
    /// [`Own::DoesNotFit`] without an accepted reset or with its key set, [`Own::BackendUnreachable`], the backend's
    /// refusal (cool-down, cap), or the store.
    pub async fn reissue(&self, case_id: String) -> Result<CaseView, DeskError> {
        self.on_case(case_id, |desk, actor, id| async move {
            let case = desk.db()?.read(|c| cases::need(c, id))?;
            let row = desk.db()?.read(|c| resets::latest(c, id))?.ok_or(Own::DoesNotFit)?;
            let reset_id = row.reset.as_ref().filter(|_| row.ask == Ask::Accepted).map(|r| r.id);
            let reset_id = reset_id.filter(|_| !row.key_set() && case.is_served_by(&actor)).ok_or(Own::DoesNotFit)?;
            desk.renew_period(id).await?;
            let again = desk.db()?.read(|c| reissues::open(c, id))?.is_some();
            let (line, token) = desk.signed_line()?;
            let key = desk.db()?.act(&actor, |act| reissues::intend(act, id, reset_id))?;
            let asked_at = desk.clock().mono_ms();
            match desk.noted_by(&token, line.reissue(&token, reset_id, key).await) {
                Ok(reset) => desk.settle_reissue(id, key, Some((&reset, asked_at)))?,
                Err(error) => {
                    let over = match error.outcome() {
                        Outcome::NotSent => !again,
                        Outcome::Unknown => false,
                        Outcome::NotDone if !again => true,
                        Outcome::NotDone => match desk.bury(key).await {
                            Ok(GivenUp::Tombstone) => true,
                            Ok(GivenUp::Exists(reset)) => {
                                desk.settle_reissue(id, key, Some((&reset, asked_at)))?;
                                return Ok(());
                            }
                            Err(_) => false,
                        },
                    };
                    if over {
                        desk.settle_reissue(id, key, None)?;
                    } else {
                        desk.net().unknown.notify_one();
                    }
                    // R28, as for the first link.
                    if let Some(body) = error.refusal().filter(|b| b.code == ErrorCode::RegistroCivilUnavailable) {
                        return desk.registry_failed(id, body);
                    }
                    return Err(failed(error));
                }
            }
            Ok(())
        })
        .await
    }

    pub(super) fn settle_reissue(
        &self,
        case_id: Uuid,
        key: Uuid,
        word: Option<(&Reset, u64)>,
    ) -> Result<(), DeskError> {
        self.db()?.mirror(|act| {
            if let Some((reset, asked_at)) = word {
                resets::update(act, reset, asked_at)?;
            }
            reissues::settle(act, key)
        })?;
        if let Some((reset, _)) = word {
            self.follow(case_id, reset);
        }
        Ok(())
    }

    /// "No puede terminar": cancels the live link, closes the case as *link not completed* and commits its slip (M15).
    ///
    /// # Errors
    /// [`Own::ResetOpen`] while the fate of a request is unknown, [`Own::KeyIsSet`] when the person was faster,
    /// [`Own::BackendUnreachable`], the backend's refusal, or the store. The case is open then.
    pub async fn cancel_reset(&self, case_id: String) -> Result<CaseView, DeskError> {
        self.on_case(case_id, |desk, actor, id| async move {
            // Another link whose answer never came must not go out after the case is closed.
            if let Some(key) = desk.db()?.read(|c| reissues::open(c, id))? {
                let asked_at = desk.clock().mono_ms();
                match desk.bury(key).await? {
                    GivenUp::Tombstone => desk.settle_reissue(id, key, None)?,
                    GivenUp::Exists(reset) => desk.settle_reissue(id, key, Some((&reset, asked_at)))?,
                }
            }
            let row = desk.db()?.read(|c| resets::latest(c, id))?.ok_or(Own::DoesNotFit)?;
            if row.key_set() {
                return Err(Own::KeyIsSet.into());
            }
            if row.is_open() {
                // A colleague's link is the colleague's until the case was taken over there too.
                let case = desk.db()?.read(|c| cases::need(c, id))?;
                desk.claim_late(&case).await?;
                let reset_id = row.reset.as_ref().filter(|_| row.ask == Ask::Accepted).map(|r| r.id);
                desk.cancel_link(&actor, reset_id.ok_or(Own::ResetOpen)?).await?;
            }
            desk.close(id.to_string(), CaseOutcome::LinkNotCompleted).map(|_| ())
        })
        .await
    }

    async fn cancel_link(&self, actor: &Actor, reset_id: Uuid) -> Result<(), DeskError> {
        let (line, token) = self.signed_line()?;
        let asked_at = self.clock().mono_ms();
        match self.noted_by(&token, line.cancel(&token, reset_id).await) {
            Ok(cancelled) => {
                let reset = match cancelled {
                    Some(reset) => reset,
                    None => self.noted_by(&token, line.reset_now(&token, reset_id).await).map_err(failed)?,
                };
                self.db()?.act(actor, |act| resets::cancelled(act, &reset, asked_at)).map(|_| ())
            }
            Err(error) if error.refusal().is_some_and(|b| b.code == ErrorCode::KeyAlreadySet) => {
                let asked_at = self.clock().mono_ms();
                let reset = self.noted_by(&token, line.reset_now(&token, reset_id).await).map_err(failed)?;
                self.db()?.mirror(|act| resets::update(act, &reset, asked_at))?;
                Err(Own::KeyIsSet.into())
            }
            Err(error) => Err(failed(error)),
        }
    }
}
