//! Calling people, serving them, asking the registries about them (M7, R28).

use uuid::Uuid;
use ventanilla_client::Outcome;
use ventanilla_contract::employer::{EmailCheck, Employer};
use ventanilla_contract::error::ErrorCode;
use ventanilla_contract::staff::Role;
use ventanilla_domain::case::CaseState;
use ventanilla_domain::email::Email;

use super::push::Pushed;
use super::{failed, through};
use crate::desk::Desk;
use crate::error::{DeskError, Own};
use crate::queue::{SERVING, parse_id};
use crate::store::cases::{self, CaseRow, NoAnswer};
use crate::store::{employers, events, meta, periods, visits};
use crate::view::{CaseView, Change, Row, WalkInForm};

/// A service period that ends sooner than this is renewed before a reset.
const PERIOD_MARGIN_MS: u64 = 60_000;

impl Desk {
    /// Calls who is next. Whoever another counter was faster with, or the backend refuses for a reason of their own, is
    /// passed over (M7); without the line only this desk's own walk-ins can be called.
    ///
    /// # Errors
    /// [`Own::AlreadyServing`], [`Own::EmptyQueue`], [`Own::BackendUnreachable`], the backend's refusal, or the store.
    pub async fn call_next(&self) -> Result<CaseView, DeskError> {
        let desk = self.clone();
        through(async move {
            // A second press waits here, and is refused once the first has called somebody.
            let _calling = desk.net().calling.lock().await;
            desk.need_free_hands()?;
            let (mut passed, mut away, mut refused) = (Vec::new(), false, None);
            loop {
                let case_id = match desk.next_in_line(&passed) {
                    Ok(case_id) => case_id,
                    Err(e) if !e.is(Own::EmptyQueue) => return Err(e),
                    Err(_) if away => return Err(Own::BackendUnreachable.into()),
                    Err(e) => return Err(refused.unwrap_or(e)),
                };
                passed.push(case_id);
                if away && desk.is_known(case_id)? {
                    continue;
                }
                match desk.claim(case_id).await? {
                    Claim::Called => return desk.open_case(case_id.to_string()),
                    Claim::Elsewhere => {}
                    Claim::Away => away = true,
                    Claim::Refused(error) => {
                        tracing::warn!(%case_id, %error, "passed over");
                        refused = refused.or(Some(error));
                    }
                }
            }
        })
        .await
    }

    /// Calls this person, out of turn.
    ///
    /// # Errors
    /// [`Own::AlreadyServing`], [`Own::TurnoCalledElsewhere`], [`Own::DoesNotFit`] unless waiting,
    /// [`Own::BackendUnreachable`], the backend's refusal, or the store.
    pub async fn call(&self, case_id: String) -> Result<CaseView, DeskError> {
        let desk = self.clone();
        through(async move {
            let _calling = desk.net().calling.lock().await;
            desk.need_free_hands()?;
            match desk.claim(parse_id(&case_id)?).await? {
                Claim::Called => desk.open_case(case_id),
                Claim::Elsewhere => Err(Own::TurnoCalledElsewhere.into()),
                Claim::Away => Err(Own::BackendUnreachable.into()),
                Claim::Refused(error) => Err(error),
            }
        })
        .await
    }

    /// Whether the backend knows the turno: then it alone says whose the person is.
    fn is_known(&self, case_id: Uuid) -> Result<bool, DeskError> {
        self.db()?.read(|c| {
            let case = cases::need(c, case_id)?;
            Ok(visits::get(c, case.turno_id)?.is_none_or(|v| v.registered))
        })
    }

    /// Claims the person at the backend, then notes it here. Pressing again after silence is the same claim. Without
    /// the backend only a walk-in that it has never heard of can be called: no other counter can have that person.
    async fn claim(&self, case_id: Uuid) -> Result<Claim, DeskError> {
        let turn = self.turn(case_id);
        let _turn = turn.lock().await;
        let case = self.db()?.read(|c| cases::need(c, case_id))?;
        if case.state != CaseState::Waiting {
            return Err(Own::DoesNotFit.into());
        }
        if !self.is_known(case_id)? {
            self.register_walk_ins().await;
            if !self.is_known(case_id)? {
                return self.mark_called(case_id, None).map(|()| Claim::Called);
            }
        }
        let Ok((line, token)) = self.signed_line() else { return Ok(Claim::Away) };
        if !self.has_told_the_end_before(case_id).await? {
            return Ok(Claim::Away);
        }
        let asked_at = self.clock().mono_ms();
        match self.noted_by(&token, line.call(&token, case.turno_id, case_id).await) {
            Ok(called) => {
                let until = asked_at.saturating_add(u64::from(called.service_period.expires_in_ms));
                self.mark_called(case_id, Some((called.service_period.id, until))).map(|()| Claim::Called)
            }
            Err(error) if error.outcome() == Outcome::NotSent => Ok(Claim::Away),
            Err(error) => match error.refusal().map(|body| body.code) {
                Some(ErrorCode::TurnoCalledElsewhere) => {
                    self.mark_elsewhere(case_id, None)?;
                    Ok(Claim::Elsewhere)
                }
                Some(
                    ErrorCode::CaseNotYours
                    | ErrorCode::TurnoUnknown
                    | ErrorCode::TurnoOtherCenter
                    | ErrorCode::ServicePeriodOver,
                ) => Ok(Claim::Refused(failed(error))),
                Some(_) | None => Err(failed(error)),
            },
        }
    }

    /// The backend hears of an earlier attendance's end before a later one begins, or it would end that one. Answers
    /// whether it has.
    async fn has_told_the_end_before(&self, case_id: Uuid) -> Result<bool, DeskError> {
        if !self.db()?.read(|c| periods::was_closed(c, case_id))? {
            return Ok(true);
        }
        while self.db()?.read(|c| events::has_unsent(c, case_id))? {
            if self.push().await? != Pushed::Some {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The person stands at the counter: service begins, and the registries are asked meanwhile.
    ///
    /// # Errors
    /// [`Own::DoesNotFit`] unless called, or the store.
    pub async fn serve(&self, case_id: String) -> Result<CaseView, DeskError> {
        let view = self.serve_local(&case_id)?;
        self.ask_registries_soon(&case_id)?;
        Ok(view)
    }

    /// A resting case is taken up again; registries that gave no answer are asked anew.
    ///
    /// # Errors
    /// [`Own::DoesNotFit`] unless on hold, [`Own::AlreadyServing`], or the store.
    pub async fn resume(&self, case_id: String) -> Result<CaseView, DeskError> {
        self.need_free_hands()?;
        let view = self.resume_local(&case_id)?;
        self.ask_registries_soon(&case_id)?;
        Ok(view)
    }

    /// A case that a colleague left at this counter passes to the present clerk, once what is under way for it has ended.
    ///
    /// # Errors
    /// [`Own::DoesNotFit`] for the clerk's own case and one that is not at the counter, [`Own::AlreadyServing`], or the
    /// store.
    pub async fn take_over(&self, case_id: String) -> Result<CaseView, DeskError> {
        let id = parse_id(&case_id)?;
        let turn = self.turn(id);
        let view = {
            let _turn = turn.lock().await;
            self.need_free_hands()?;
            self.take_over_local(&case_id)?
        };
        self.ask_registries_soon(&case_id)?;
        Ok(view)
    }

    /// Asks the registries unless their word is of this attendance and of today.
    fn ask_registries_soon(&self, case_id: &str) -> Result<(), DeskError> {
        let id = parse_id(case_id)?;
        let case = self.db()?.read(|c| cases::need(c, id))?;
        if case.registry_error.is_some() || !self.has_fresh_word(&case)? {
            self.look_soon(id);
        }
        Ok(())
    }

    fn has_fresh_word(&self, case: &CaseRow) -> Result<bool, DeskError> {
        let now = self.clock().now();
        self.db()?.read(|c| {
            let Some(word) = employers::get(c, case.id)? else { return Ok(false) };
            let offset = meta::place(c)?.utc_offset;
            Ok(case.called_at.is_none_or(|called| word.at >= called) && word.at.day(offset) == now.day(offset))
        })
    }

    fn look_soon(&self, id: Uuid) {
        let desk = self.clone();
        tokio::spawn(async move {
            if let Err(error) = desk.look(id).await {
                tracing::info!(%error, "the registries were not asked");
                desk.changed(Change::Case { case_id: id.to_string() });
            }
        });
    }

    /// After a start and when the line is back: whom this clerk serves and the registries gave no word about. Their "no"
    /// stands; a clerk asks again.
    pub(super) fn ask_registries_again(&self) -> Result<(), DeskError> {
        let Ok(actor) = self.actor_as(Role::Clerk) else { return Ok(()) };
        for case in self.db()?.read(|c| cases::list(c, SERVING, []))? {
            let refused = matches!(case.registry_error, Some(NoAnswer::Refused(_)));
            if case.is_served_by(&actor) && !refused && !self.has_fresh_word(&case)? {
                self.look_soon(case.id);
            }
        }
        Ok(())
    }

    /// A person without a turno gets one here; the backend is told when it can be reached.
    ///
    /// # Errors
    /// See [`Desk::walk_in_local`].
    pub async fn walk_in(&self, form: WalkInForm) -> Result<Row, DeskError> {
        let row = self.walk_in_local(&form)?;
        let desk = self.clone();
        tokio::spawn(async move { desk.register_walk_ins().await });
        Ok(row)
    }

    /// Asks the registries. Their "no" stands in the case; "Error de Conexión con el Registro Civil" rests it (R28).
    ///
    /// # Errors
    /// [`Own::BackendUnreachable`], [`Own::DoesNotFit`] for a case that nobody serves, or the store.
    pub async fn consult(&self, case_id: String) -> Result<CaseView, DeskError> {
        let desk = self.clone();
        through(async move {
            desk.look(parse_id(&case_id)?).await?;
            desk.open_case(case_id)
        })
        .await
    }

    async fn look(&self, case_id: Uuid) -> Result<(), DeskError> {
        let actor = self.actor_as(Role::Clerk)?;
        let turn = self.turn(case_id);
        let _turn = turn.lock().await;
        let case = self.db()?.read(|c| cases::need(c, case_id))?;
        match case.state {
            CaseState::Called | CaseState::InService | CaseState::OnHold { .. } => {}
            CaseState::Scheduled | CaseState::Waiting | CaseState::Closed(_) => return Err(Own::DoesNotFit.into()),
        }
        match self.ask_registries(&case).await {
            Ok(employer) => self.db()?.act(&actor, |act| employers::put(act, case_id, &employer)),
            Err(DeskError::Backend(body)) => self.registry_failed(case_id, &body),
            Err(error) => {
                if error.is(Own::BackendUnreachable) {
                    self.registry_silent(case_id)?;
                }
                Err(error)
            }
        }
    }

    async fn ask_registries(&self, case: &CaseRow) -> Result<Employer, DeskError> {
        self.claim_late(case).await?;
        let (line, token) = self.signed_line()?;
        self.noted_by(&token, line.employer(&token, &case.number, case.id).await).map_err(failed)
    }

    /// A case that was called during a cut has no claim at the backend yet: it gets one before anything is asked for
    /// it.
    pub(super) async fn claim_late(&self, case: &CaseRow) -> Result<(), DeskError> {
        if case.service.is_some() {
            return Ok(());
        }
        self.register_walk_ins().await;
        if !self.has_told_the_end_before(case.id).await? {
            return Err(Own::BackendUnreachable.into());
        }
        let (line, token) = self.signed_line()?;
        let asked_at = self.clock().mono_ms();
        let called = self.noted_by(&token, line.call(&token, case.turno_id, case.id).await).map_err(failed)?;
        let until = asked_at.saturating_add(u64::from(called.service_period.expires_in_ms));
        self.set_service_period(case.id, called.service_period.id, until)
    }

    /// A service period that lasts for a reset (M11).
    pub(super) async fn renew_period(&self, case_id: Uuid) -> Result<(), DeskError> {
        let db = self.db()?;
        let case = db.read(|c| cases::need(c, case_id))?;
        if case.service.is_none() {
            return self.claim_late(&case).await;
        }
        let enough = self.clock().mono_ms().saturating_add(PERIOD_MARGIN_MS);
        if case.service.is_some_and(|s| s.process == db.process() && s.until_mono_ms > enough) {
            return Ok(());
        }
        let (line, token) = self.signed_line()?;
        let asked_at = self.clock().mono_ms();
        let period =
            self.noted_by(&token, line.service_period(&token, case_id, case.turno_id).await).map_err(failed)?;
        self.set_service_period(case_id, period.id, asked_at.saturating_add(u64::from(period.expires_in_ms)))
    }

    /// Compares the address that the person named with the registered one, at the backend (M14).
    ///
    /// # Errors
    /// [`Own::EmailForm`], [`Own::DoesNotFit`] unless in service with this clerk, [`Own::BackendUnreachable`], the
    /// backend's refusal, or the store.
    pub async fn compare_address(&self, case_id: String, stated: String) -> Result<CaseView, DeskError> {
        let actor = self.actor_as(Role::Clerk)?;
        let stated = Email::parse(&stated).map_err(|_| Own::EmailForm)?;
        let id = parse_id(&case_id)?;
        let case = self.db()?.read(|c| cases::need(c, id))?;
        if !case.is_served_by(&actor) {
            return Err(Own::DoesNotFit.into());
        }
        let desk = self.clone();
        through(async move {
            let turn = desk.turn(id);
            let _turn = turn.lock().await;
            desk.claim_late(&case).await?;
            let (line, token) = desk.signed_line()?;
            let check = EmailCheck { number: case.number, stated: stated.as_str().to_owned() };
            match desk.noted_by(&token, line.check_email(&token, id, &check).await) {
                Ok(result) => desk.email_compared(id, stated.as_str(), result.matches, result.tries_left)?,
                Err(error) => {
                    match error.refusal().map(|body| body.code) {
                        // Nothing was compared: what was said may well be right.
                        Some(ErrorCode::EmailCheckExhausted) => desk.email_exhausted(id)?,
                        // R28: the case rests; the person may try again when it is taken up.
                        Some(ErrorCode::RegistroCivilUnavailable) => {
                            if let DeskError::Backend(body) = failed(error) {
                                desk.registry_failed(id, &body)?;
                            }
                            return desk.open_case(case_id);
                        }
                        Some(_) | None => {}
                    }
                    return Err(failed(error));
                }
            }
            desk.open_case(case_id)
        })
        .await
    }
}

/// What became of a claim.
enum Claim {
    /// The person is called to this counter.
    Called,
    /// Another counter has the person.
    Elsewhere,
    /// The backend says no to this person; the next one may be called.
    Refused(DeskError),
    /// Nothing left this workstation.
    Away,
}
