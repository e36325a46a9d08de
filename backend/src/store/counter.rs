//! What a counter asks for: turnos, claims, service periods, employers, addresses.

use uuid::Uuid;
use ventanilla_contract::employer::{EmailCheckResult, Employer};
use ventanilla_contract::error::ErrorCode;
use ventanilla_contract::turno::{ServicePeriod, Turno, WalkIn};
use ventanilla_domain::email::Email;
use ventanilla_domain::employer::EmployerId;

use super::centers::{self, Entry, What};
use super::engine::{Tx, UseCase, args, one, the};
use super::{Actor, Answer, cases, settings, turnos};
use crate::account::{AccountSystem, Embedded};

/// The day's turnos.
pub(crate) struct Turnos {
    pub(crate) center: String,
    pub(crate) day: String,
}

impl UseCase for Turnos {
    type Out = Vec<Turno>;

    async fn run<T: Tx>(self, tx: &mut T) -> Answer<Vec<Turno>> {
        let rows = tx.rows(turnos::OF_DAY, args![self.center, self.day]).await?;
        rows.iter().map(|row| turnos::read(row).map(|(turno, _)| turno)).collect()
    }
}

/// A turno issued at the desk.
pub(crate) struct PutWalkIn {
    pub(crate) id: Uuid,
    pub(crate) walk_in: WalkIn,
    pub(crate) actor: Actor,
}

impl UseCase for PutWalkIn {
    type Out = Turno;

    async fn run<T: Tx>(self, tx: &mut T) -> Answer<Turno> {
        let Self { id, walk_in, actor } = self;
        let number = EmployerId::parse(&walk_in.number).map_err(|_| ErrorCode::NumberInvalid)?;
        let now = tx.now().await?;
        let day = centers::get(tx, &actor.center).await?.today(now).to_string();
        let args =
            args![id, &actor.center, day, walk_in.ticket, number.as_str(), walk_in.person_name, walk_in.preferential];
        if tx.run(turnos::WALK_IN, args).await? == 1 {
            let what = What::WalkInIssued;
            let (center, actor) = (&actor.center, &actor.username);
            centers::record(tx, Entry { center, at: now, actor, what, subject: Some(id) }).await?;
        }
        let (turno, _) = turnos::read(&the(tx, turnos::GET, args![id]).await?)?;
        if turno.center == actor.center { Ok(turno) } else { Err(ErrorCode::TurnoOtherCenter.into()) }
    }
}

/// Claims a person for a counter.
pub(crate) struct CallTurno {
    pub(crate) turno_id: Uuid,
    pub(crate) case_id: Uuid,
    pub(crate) period_id: Uuid,
    pub(crate) actor: Actor,
}

impl UseCase for CallTurno {
    type Out = (ServicePeriod, Turno);

    async fn run<T: Tx>(self, tx: &mut T) -> Answer<Self::Out> {
        let Self { turno_id, case_id, period_id, actor } = self;
        let row = one(tx, turnos::GET, args![turno_id]).await?.ok_or(ErrorCode::TurnoUnknown)?;
        let (turno, _) = turnos::read(&row)?;
        if turno.center != actor.center {
            return Err(ErrorCode::TurnoOtherCenter.into());
        }
        if tx.run(turnos::CLAIM, args![case_id, &actor.counter, turno_id]).await? != 1 {
            return Err(ErrorCode::TurnoCalledElsewhere.into());
        }
        let now = tx.now().await?;
        let args = args![case_id, turno_id, &actor.center, &actor.username, &actor.device_id, now];
        let opened = tx.run(cases::OPEN, args).await? == 1;
        let taken_up = !opened && cases::take_up(tx, case_id, &turno, &actor).await?;
        let case = cases::own(tx, case_id, &actor).await?;
        if case.closed {
            return Err(ErrorCode::ServicePeriodOver.into());
        }
        let period = cases::issue_period(tx, period_id, case_id, now).await?;
        if opened || taken_up {
            let (what, subject) = if opened { (What::TurnoCalled, turno_id) } else { (What::CaseTakenUp, case_id) };
            let (center, actor) = (&actor.center, &actor.username);
            centers::record(tx, Entry { center, at: now, actor, what, subject: Some(subject) }).await?;
        }
        let (turno, _) = turnos::read(&the(tx, turnos::GET, args![turno_id]).await?)?;
        Ok((period, turno))
    }
}

/// Another service period.
pub(crate) struct RenewPeriod {
    pub(crate) case_id: Uuid,
    pub(crate) turno_id: Uuid,
    pub(crate) period_id: Uuid,
    pub(crate) actor: Actor,
}

impl UseCase for RenewPeriod {
    type Out = ServicePeriod;

    async fn run<T: Tx>(self, tx: &mut T) -> Answer<ServicePeriod> {
        let case = cases::own(tx, self.case_id, &self.actor).await?;
        if case.turno_id != self.turno_id {
            return Err(ErrorCode::CaseNotYours.into());
        }
        if case.closed {
            return Err(ErrorCode::ServicePeriodOver.into());
        }
        let now = tx.now().await?;
        let period = cases::issue_period(tx, self.period_id, self.case_id, now).await?;
        let Actor { center, username, .. } = &self.actor;
        let (what, subject) = (What::PeriodRenewed, Some(self.case_id));
        centers::record(tx, Entry { center, at: now, actor: username, what, subject }).await?;
        Ok(period)
    }
}

/// The registries' word.
pub(crate) struct Look {
    pub(crate) number: String,
    pub(crate) case_id: Uuid,
    pub(crate) actor: Actor,
}

impl UseCase for Look {
    type Out = Employer;

    async fn run<T: Tx>(self, tx: &mut T) -> Answer<Employer> {
        let number = EmployerId::parse(&self.number).map_err(|_| ErrorCode::NumberInvalid)?;
        cases::own_about(tx, self.case_id, &number, &self.actor).await?;
        let account = Embedded.look(tx, number.as_str(), false).await?;
        let now = tx.now().await?;
        let Actor { center, username, .. } = &self.actor;
        tx.run(cases::LOOK, args![self.case_id, now, username, number.as_str()]).await?;
        let (what, subject) = (What::EmployerLookedAt, Some(self.case_id));
        centers::record(tx, Entry { center, at: now, actor: username, what, subject }).await?;
        Ok(account.employer)
    }
}

/// Compares a stated address.
pub(crate) struct EmailCheck {
    pub(crate) case_id: Uuid,
    pub(crate) number: String,
    pub(crate) stated: String,
    pub(crate) actor: Actor,
}

impl UseCase for EmailCheck {
    type Out = EmailCheckResult;

    async fn run<T: Tx>(self, tx: &mut T) -> Answer<EmailCheckResult> {
        let number = EmployerId::parse(&self.number).map_err(|_| ErrorCode::NumberInvalid)?;
        cases::own_about(tx, self.case_id, &number, &self.actor).await?;
        // Taken, so that racing comparisons of one employer are counted one after the other.
        let account = Embedded.look(tx, number.as_str(), true).await?;
        cases::own(tx, self.case_id, &self.actor).await?;
        let now = tx.now().await?;
        let day = centers::get(tx, &self.actor.center).await?.today(now).to_string();
        let about = (number.as_str(), day.as_str());
        let mut tries_left = cases::tries_left(tx, self.case_id, about).await?;
        if tries_left == 0 {
            return Err(ErrorCode::EmailCheckExhausted.into());
        }
        let registered = account.email.ok_or(ErrorCode::NoRegisteredEmail)?;
        let matches = Email::parse(&self.stated).is_ok_and(|stated| registered.same_box(&stated));
        if matches {
            cases::matched(tx, self.case_id, number.as_str()).await?;
        } else {
            cases::miss(tx, self.case_id, about).await?;
            tries_left -= 1;
        }
        let Actor { center, username, .. } = &self.actor;
        let (what, subject) = (What::EmailCompared, Some(self.case_id));
        centers::record(tx, Entry { center, at: now, actor: username, what, subject }).await?;
        Ok(EmailCheckResult { matches, tries_left })
    }
}

/// The switch of R28.
pub(crate) struct SwitchRegistry {
    pub(crate) down: bool,
}

impl UseCase for SwitchRegistry {
    type Out = ();

    async fn run<T: Tx>(self, tx: &mut T) -> Answer<()> {
        let now = tx.now().await?;
        let before = one(tx, settings::GET, args![settings::REGISTRO_CIVIL_DOWN]).await?;
        let before = before.map_or(Ok(0), |row| row.int(0))?;
        // Switched on again, the outage is still the one that began before.
        let since = match (self.down, before) {
            (false, _) => 0,
            (true, 0) => now.0,
            (true, began) => began,
        };
        tx.run(settings::PUT, args![settings::REGISTRO_CIVIL_DOWN, since]).await.map(|_| ())
    }
}
