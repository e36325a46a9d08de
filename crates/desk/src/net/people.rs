//! Calling people, serving them, asking the registries about them (M7, R28).

use uuid::Uuid;
use ventanilla_contract::employer::EmailCheck;
use ventanilla_contract::error::ErrorCode;
use ventanilla_contract::staff::Role;
use ventanilla_domain::case::CaseState;
use ventanilla_domain::email::Email;

use super::{failed, through};
use crate::desk::{Actor, Desk};
use crate::error::{DeskError, Own};
use crate::queue::parse_id;
use crate::store::cases::{self, CaseRow};
use crate::store::{employers, visits};
use crate::view::{CaseView, Row, WalkInForm};

/// A service period that ends sooner than this is renewed before a reset.
const PERIOD_MARGIN_MS: u64 = 60_000;

impl Desk {
    /// Calls who is next. Whoever another counter was faster with is passed over (M7).
    ///
    /// # Errors
    /// [`Own::EmptyQueue`], [`Own::BackendUnreachable`], the backend's refusal, or the store.
    pub async fn call_next(&self) -> Result<CaseView, DeskError> {
        let desk = self.clone();
        through(async move {
            let mut passed = Vec::new();
            loop {
                let case_id = desk.next_in_line(&passed)?;
                match desk.claim(case_id).await {
                    Err(e) if e.is(Own::TurnoCalledElsewhere) => passed.push(case_id),
                    other => {
                        other?;
                        return desk.open_case(case_id.to_string());
                    }
                }
            }
        })
        .await
    }

    /// Calls this person, out of turn.
    ///
    /// # Errors
    /// [`Own::TurnoCalledElsewhere`], [`Own::DoesNotFit`] unless waiting, [`Own::BackendUnreachable`], the backend's
    /// refusal, or the store.
    pub async fn call(&self, case_id: String) -> Result<CaseView, DeskError> {
        let desk = self.clone();
        through(async move {
            desk.claim(parse_id(&case_id)?).await?;
            desk.open_case(case_id)
        })
        .await
    }

    /// Claims the person at the backend, then notes it here. Pressing again after silence is the same claim. Without
    /// the backend only a walk-in that it has never heard of can be called: no other counter can have that person.
    async fn claim(&self, case_id: Uuid) -> Result<(), DeskError> {
        self.actor_as(Role::Clerk)?;
        let turn = self.turn(case_id);
        let _turn = turn.lock().await;
        let (case, known) = self.db()?.read(|c| {
            let case = cases::need(c, case_id)?;
            let visit = visits::get(c, case.turno_id)?;
            Ok((case, visit.is_none_or(|v| v.registered)))
        })?;
        if case.state != CaseState::Waiting {
            return Err(Own::DoesNotFit.into());
        }
        if !known {
            self.register_walk_ins().await;
        }
        let known = known || self.db()?.read(|c| Ok(visits::get(c, case.turno_id)?.is_none_or(|v| v.registered)))?;
        if !known {
            return self.mark_called(case_id, None);
        }
        let (line, token) = self.signed_line()?;
        let asked_at = self.clock().mono_ms();
        match self.noted(line.call(&token, case.turno_id, case_id).await) {
            Ok(called) => {
                let until = asked_at.saturating_add(u64::from(called.service_period.expires_in_ms));
                self.mark_called(case_id, Some((called.service_period.id, until)))
            }
            Err(error) => {
                if error.refusal().is_some_and(|b| b.code == ErrorCode::TurnoCalledElsewhere) {
                    self.mark_elsewhere(case_id, None)?;
                    return Err(Own::TurnoCalledElsewhere.into());
                }
                Err(failed(error))
            }
        }
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
    /// [`Own::DoesNotFit`] unless on hold, or the store.
    pub async fn resume(&self, case_id: String) -> Result<CaseView, DeskError> {
        let view = self.resume_local(&case_id)?;
        self.ask_registries_soon(&case_id)?;
        Ok(view)
    }

    /// A case that a colleague left at this counter passes to the present clerk, once what is under way for it has ended.
    ///
    /// # Errors
    /// [`Own::DoesNotFit`] for the clerk's own case and one that is not at the counter, or the store.
    pub async fn take_over(&self, case_id: String) -> Result<CaseView, DeskError> {
        let id = parse_id(&case_id)?;
        let turn = self.turn(id);
        let view = {
            let _turn = turn.lock().await;
            self.take_over_local(&case_id)?
        };
        self.ask_registries_soon(&case_id)?;
        Ok(view)
    }

    fn ask_registries_soon(&self, case_id: &str) -> Result<(), DeskError> {
        let id = parse_id(case_id)?;
        let known = self.db()?.read(|c| {
            let case = cases::need(c, id)?;
            Ok(employers::get(c, id)?.is_some() && case.registry_error.is_none())
        })?;
        if !known {
            let desk = self.clone();
            tokio::spawn(async move {
                if let Err(error) = desk.look(id).await {
                    tracing::info!(%error, "the registries were not asked");
                    desk.changed(crate::view::Change::Case { case_id: id.to_string() });
                }
            });
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
        self.claim_late(&case).await?;
        let (line, token) = self.signed_line()?;
        match self.noted(line.employer(&token, &case.number, case_id).await) {
            Ok(employer) => self.db()?.act(&actor, |act| employers::put(act, case_id, &employer)),
            Err(error) => match error.refusal() {
                Some(body) => self.registry_failed(case_id, body),
                None => Err(failed(error)),
            },
        }
    }

    /// A case that was called during a cut has no claim at the backend yet: it gets one before anything is asked for
    /// it.
    async fn claim_late(&self, case: &CaseRow) -> Result<(), DeskError> {
        if case.service.is_some() {
            return Ok(());
        }
        self.register_walk_ins().await;
        let (line, token) = self.signed_line()?;
        let asked_at = self.clock().mono_ms();
        let called = self.noted(line.call(&token, case.turno_id, case.id).await).map_err(failed)?;
        let until = asked_at.saturating_add(u64::from(called.service_period.expires_in_ms));
        self.set_service_period(case.id, called.service_period.id, until)
    }

    /// A service period that lasts for a reset (M11).
    pub(super) async fn renew_period(&self, case_id: Uuid) -> Result<(), DeskError> {
        let db = self.db()?;
        let case = db.read(|c| cases::need(c, case_id))?;
        self.claim_late(&case).await?;
        let enough = self.clock().mono_ms().saturating_add(PERIOD_MARGIN_MS);
        if case.service.is_some_and(|s| s.process == db.process() && s.until_mono_ms > enough) {
            return Ok(());
        }
        let (line, token) = self.signed_line()?;
        let asked_at = self.clock().mono_ms();
        let period = self.noted(line.service_period(&token, case_id, case.turno_id).await).map_err(failed)?;
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
        if !serves(&case, &actor) {
            return Err(Own::DoesNotFit.into());
        }
        let desk = self.clone();
        through(async move {
            let turn = desk.turn(id);
            let _turn = turn.lock().await;
            desk.claim_late(&case).await?;
            let (line, token) = desk.signed_line()?;
            let check = EmailCheck { number: case.number, stated: stated.as_str().to_owned() };
            match desk.noted(line.check_email(&token, id, &check).await) {
                Ok(result) => desk.email_compared(id, stated.as_str(), result.matches, result.tries_left)?,
                Err(error) => {
                    if error.refusal().is_some_and(|b| b.code == ErrorCode::EmailCheckExhausted) {
                        desk.email_compared(id, stated.as_str(), false, 0)?;
                    }
                    return Err(failed(error));
                }
            }
            desk.open_case(case_id)
        })
        .await
    }
}

/// Whether this clerk serves the case.
pub(super) fn serves(case: &CaseRow, actor: &Actor) -> bool {
    case.state == CaseState::InService && case.clerk.as_deref() == Some(actor.username.as_str())
}
