//! What the desk does to a reset after it was accepted: ask for it, give its key up, issue another link, cancel it.

use uuid::Uuid;
use ventanilla_contract::error::ErrorCode;
use ventanilla_contract::reset::{Reset, Step};
use ventanilla_domain::employer::{AccountState, RucStatus};
use ventanilla_domain::reset::{LinkEvent, LinkRefusal, LinkState};

use super::accept::{clear_the_way, may_issue, take_employer};
use super::centers::{self, Entry, What};
use super::engine::{Tx, UseCase, args, the};
use super::keys::{Purpose, Taken};
use super::links::Link;
use super::{Abandoned, Accepted, Actor, Answer, Reissue, StoreError, cases, keys, links, outbox, resets, turnos};
use crate::account::{Account, AccountSystem, Embedded};

/// The question by key.
pub(crate) struct ByKey {
    pub(crate) key: Uuid,
    pub(crate) actor: Actor,
}

impl UseCase for ByKey {
    type Out = Reset;

    async fn run<T: Tx>(self, tx: &mut T) -> Answer<Reset> {
        let id = keys::find(tx, self.key, &self.actor).await?;
        let now = tx.now().await?;
        resets::view(tx, id, now).await
    }
}

/// The question by id.
pub(crate) struct ById {
    pub(crate) id: Uuid,
    pub(crate) actor: Actor,
}

impl UseCase for ById {
    type Out = Reset;

    async fn run<T: Tx>(self, tx: &mut T) -> Answer<Reset> {
        resets::of_center(tx, self.id, &self.actor).await?;
        let now = tx.now().await?;
        resets::view(tx, self.id, now).await
    }
}

/// Gives a key up.
pub(crate) struct Abandon {
    pub(crate) key: Uuid,
    pub(crate) actor: Actor,
}

impl UseCase for Abandon {
    type Out = Abandoned;

    async fn run<T: Tx>(self, tx: &mut T) -> Answer<Abandoned> {
        let now = tx.now().await?;
        let (new, reset) = keys::bury(tx, self.key, &self.actor, now).await?;
        if let Some(id) = reset {
            return Ok(Abandoned::WasAccepted(resets::view(tx, id, now).await?));
        }
        if new {
            let Actor { center, username, .. } = &self.actor;
            let what = What::ResetAbandoned;
            centers::record(tx, Entry { center, at: now, actor: username, what, subject: Some(self.key) }).await?;
        }
        Ok(Abandoned::Tombstone)
    }
}

impl UseCase for Reissue {
    type Out = Accepted;

    async fn run<T: Tx>(self, tx: &mut T) -> Answer<Accepted> {
        let Self { key, reset_id, actor, link } = self;
        let now = tx.now().await?;
        match keys::take(tx, key, &actor, (Purpose::Reissue, &reset_id.to_string(), reset_id), now).await? {
            Taken::Replay(known) => {
                return Ok(Accepted { reset: resets::view(tx, known, now).await?, replayed: true });
            }
            Taken::New => {}
        }
        let before = resets::of_center(tx, reset_id, &actor).await?;
        cases::own(tx, before.case_id, &actor).await?;
        let account = Embedded.look(tx, &before.number, true).await?;
        let mut held = resets::of_center(tx, reset_id, &actor).await?;
        let now = tx.now().await?;
        let case = cases::own(tx, held.case_id, &actor).await?;
        if case.closed || !cases::has_period(tx, held.case_id, now).await? {
            return Err(ErrorCode::ServicePeriodOver.into());
        }
        let center = centers::get(tx, &actor.center).await?;
        let day = center.today(now).to_string();
        match resets::happen(tx, &mut held, LinkEvent::Supersede, now).await? {
            Ok(_) => outbox::link_over(tx, held.link.id, now).await?,
            Err(LinkRefusal::Used) => return Err(ErrorCode::KeyAlreadySet.into()),
            // Its time is over, or the case had given it up: the next one takes its place all the same.
            Err(LinkRefusal::Expired | LinkRefusal::Withdrawn) => {
                clear_the_way(tx, &held.number, now).await?;
                outbox::link_over(tx, held.link.id, now).await?;
            }
            Err(LinkRefusal::DoesNotFit) => return Err(StoreError::Defect("a link that cannot be superseded".into())),
        }
        still_admissible(tx, &account, &held, (&case, &day)).await?;
        may_issue(tx, held.case_id, &day, now).await?;
        links::put(tx, &link, (held.id, held.case_id, &day), now).await?;
        outbox::put(tx, link.mail_id, outbox::Stored::Link, (held.id, link.id), now).await?;
        held.newest = link.id;
        held.link = Link { id: link.id, state: LinkState::Accepted, expires_at: None, issued_at: now };
        let lights = (What::ResetReissued, Some(Step::Reissued));
        resets::tell(tx, &mut held, lights, (&actor.username, None), now).await?;
        Ok(Accepted { reset: resets::view(tx, reset_id, now).await?, replayed: false })
    }
}

/// What was judged when the reset was accepted and may have changed since: RUC, account, address, the day of the turno.
async fn still_admissible<T: Tx>(
    tx: &mut T,
    account: &Account,
    held: &resets::Held,
    (case, day): (&cases::CaseRow, &str),
) -> Answer<()> {
    let (turno, _) = turnos::read(&the(tx, turnos::GET, args![case.turno_id]).await?)?;
    if account.facts.ruc_status != RucStatus::Active {
        return Err(ErrorCode::RucNotActive.into());
    }
    if account.facts.account == AccountState::Blocked {
        return Err(ErrorCode::AccountBlocked.into());
    }
    match &account.email {
        None => Err(ErrorCode::NoRegisteredEmail.into()),
        // The link would go to the address that was registered then.
        Some(now) if !now.same_box(&held.email) => Err(ErrorCode::EmailMismatch.into()),
        // The papers were judged with the reset, but the turno is good for its day alone (R21).
        Some(_) if turno.day != day => Err(ErrorCode::DossierIncomplete.into()),
        Some(_) => Ok(()),
    }
}

/// Gives the live link up.
pub(crate) struct Cancel {
    pub(crate) id: Uuid,
    pub(crate) actor: Actor,
}

impl UseCase for Cancel {
    type Out = Reset;

    async fn run<T: Tx>(self, tx: &mut T) -> Answer<Reset> {
        let mut held = own_taken(tx, self.id, &self.actor).await?;
        let now = tx.now().await?;
        match resets::happen(tx, &mut held, LinkEvent::Cancel, now).await? {
            Ok(_) => {
                outbox::link_over(tx, held.link.id, now).await?;
                let lights = (What::ResetCancelled, Some(Step::Cancelled));
                resets::tell(tx, &mut held, lights, (&self.actor.username, None), now).await?;
            }
            Err(LinkRefusal::Used) => return Err(ErrorCode::KeyAlreadySet.into()),
            // Dead already: that is what was asked for.
            Err(LinkRefusal::Expired | LinkRefusal::Withdrawn) => {}
            Err(LinkRefusal::DoesNotFit) => return Err(StoreError::Defect("a link that cannot be cancelled".into())),
        }
        resets::view(tx, self.id, now).await
    }
}

/// The actor's own reset, read again once its employer is taken.
async fn own_taken<T: Tx>(tx: &mut T, id: Uuid, actor: &Actor) -> Answer<resets::Held> {
    let before = resets::of_center(tx, id, actor).await?;
    cases::own(tx, before.case_id, actor).await?;
    take_employer(tx, &before.number).await?;
    resets::of_center(tx, id, actor).await
}
