//! The traits of the store, answered by whatever engine: each method names its use case and nothing else.

use async_trait::async_trait;
use tokio::sync::broadcast;
use uuid::Uuid;
use ventanilla_contract::employer::{EmailCheckResult, Employer};
use ventanilla_contract::reset::Reset;
use ventanilla_contract::staff::Staff;
use ventanilla_contract::turno::{ServicePeriod, Turno, WalkIn};
use ventanilla_domain::reset::LinkRefusal;

use super::engine::Engine;
use super::{
    Abandoned, AcceptReset, Accepted, AccessStore, Actor, Answer, CounterStore, DeviceRow, DueMail, EventStore, Head,
    ImportStore, KeySet, LinkPage, MailOutcome, Mailing, OutboxStore, PageEvent, Push, Reissue, ResetStore, SignInTry,
    Store, StoreError, access, audit, changes, counter, intake, mailing, page, push,
};
use crate::account::{AccountSystem, Capabilities, Embedded};

#[async_trait]
impl<E: Engine> ResetStore for E {
    async fn accept_reset(&self, ask: AcceptReset) -> Answer<Accepted> {
        Ok(self.write(ask).await??)
    }

    async fn reset_by_key(&self, key: Uuid, actor: &Actor) -> Answer<Reset> {
        self.read(changes::ByKey { key, actor: actor.clone() }).await
    }

    async fn abandon_key(&self, key: Uuid, actor: &Actor) -> Answer<Abandoned> {
        self.write(changes::Abandon { key, actor: actor.clone() }).await
    }

    async fn reset_by_id(&self, id: Uuid, actor: &Actor) -> Answer<Reset> {
        self.read(changes::ById { id, actor: actor.clone() }).await
    }

    async fn reissue(&self, ask: Reissue) -> Answer<Accepted> {
        self.write(ask).await
    }

    async fn cancel(&self, id: Uuid, actor: &Actor) -> Answer<Reset> {
        self.write(changes::Cancel { id, actor: actor.clone() }).await
    }

    async fn begin_mailing(&self, link_id: Uuid) -> Answer<Mailing> {
        self.write(mailing::BeginMailing { link_id }).await
    }

    async fn delivery_report(&self, link_id: Uuid, reason: String) -> Answer<()> {
        self.write(mailing::DeliveryReport { link_id, reason }).await
    }

    async fn page(&self, token_hash: [u8; 32], event: PageEvent) -> Answer<Option<LinkPage>> {
        self.write(page::Page { token_hash, event }).await
    }

    async fn use_link(
        &self,
        token_hash: [u8; 32],
        key_hash: String,
        mail_id: Uuid,
    ) -> Answer<Result<KeySet, LinkRefusal>> {
        self.write(page::UseLink { token_hash, key_hash, mail_id }).await
    }

    async fn expire_due(&self) -> Answer<u32> {
        let (mut count, mut broken) = (0, None);
        for link_id in self.read(mailing::Overdue).await? {
            match self.write(mailing::Expire { link_id }).await {
                Ok(expired) => count += u32::from(expired),
                Err(error @ (StoreError::Unavailable(_) | StoreError::Unknown)) => return Err(error),
                // One that cannot be moved keeps no other one alive.
                Err(error) => drop(broken.get_or_insert(error)),
            }
        }
        broken.map_or(Ok(count), Err)
    }

    fn changes(&self) -> broadcast::Receiver<Uuid> {
        self.told()
    }
}

#[async_trait]
impl<E: Engine> OutboxStore for E {
    async fn due_mails(&self, limit: u32, lease_ms: i64) -> Answer<Vec<DueMail>> {
        self.write(mailing::DueMails { limit, lease_ms }).await
    }

    async fn release_mails(&self) -> Answer<()> {
        self.write(mailing::Release).await
    }

    async fn mail_result(&self, mail_id: Uuid, outcome: MailOutcome) -> Answer<()> {
        self.write(mailing::MailResult { mail_id, outcome }).await
    }
}

#[async_trait]
impl<E: Engine> AccessStore for E {
    async fn put_enrollment_code(&self, code_hash: [u8; 32], center: &str, counter: &str, valid_ms: i64) -> Answer<()> {
        self.write(access::PutCode { code_hash, center: center.into(), counter: counter.into(), valid_ms }).await
    }

    async fn enroll(&self, code_hash: [u8; 32], secret_hash: [u8; 32]) -> Answer<DeviceRow> {
        self.write(access::EnrollDevice { code_hash, secret_hash }).await
    }

    async fn device(&self, device_id: &str, secret_hash: [u8; 32]) -> Answer<DeviceRow> {
        self.read(access::Device { device_id: device_id.into(), secret_hash }).await
    }

    async fn revoke_device(&self, device_id: &str) -> Answer<()> {
        self.write(access::RevokeDevice { device_id: device_id.into() }).await
    }

    async fn revoke_staff(&self, username: &str) -> Answer<()> {
        self.write(access::RevokeStaff { username: username.into() }).await
    }

    async fn begin_sign_in(&self, username: &str) -> Answer<Option<SignInTry>> {
        Ok(self.write(access::BeginSignIn { username: username.into() }).await??)
    }

    async fn signed_in(&self, sid: Uuid, username: &str, device_id: &str) -> Answer<Staff> {
        self.write(access::SignedIn { sid, username: username.into(), device_id: device_id.into() }).await
    }

    async fn sign_in_failed(&self, username: &str, device_id: &str) -> Answer<()> {
        self.write(access::SignInFailed { username: username.into(), device_id: device_id.into() }).await
    }

    async fn authenticate(&self, device_id: &str, secret_hash: [u8; 32], sid: Uuid) -> Answer<Actor> {
        self.read(access::Authenticate { device_id: device_id.into(), secret_hash, sid }).await
    }

    async fn signed_out(&self, sid: Uuid) -> Answer<()> {
        self.write(access::SignedOut { sid }).await
    }
}

#[async_trait]
impl<E: Engine> CounterStore for E {
    async fn turnos(&self, center: &str, day: &str) -> Answer<Vec<Turno>> {
        self.read(counter::Turnos { center: center.into(), day: day.into() }).await
    }

    async fn put_walk_in(&self, id: Uuid, walk_in: WalkIn, actor: &Actor) -> Answer<Turno> {
        self.write(counter::PutWalkIn { id, walk_in, actor: actor.clone() }).await
    }

    async fn call(
        &self,
        turno_id: Uuid,
        case_id: Uuid,
        period_id: Uuid,
        actor: &Actor,
    ) -> Answer<(ServicePeriod, Turno)> {
        self.write(counter::CallTurno { turno_id, case_id, period_id, actor: actor.clone() }).await
    }

    async fn renew_period(
        &self,
        case_id: Uuid,
        turno_id: Uuid,
        period_id: Uuid,
        actor: &Actor,
    ) -> Answer<ServicePeriod> {
        self.write(counter::RenewPeriod { case_id, turno_id, period_id, actor: actor.clone() }).await
    }

    async fn look(&self, number: &str, case_id: Uuid, actor: &Actor) -> Answer<Employer> {
        self.write(counter::Look { number: number.into(), case_id, actor: actor.clone() }).await
    }

    async fn email_check(&self, case_id: Uuid, number: &str, stated: &str, actor: &Actor) -> Answer<EmailCheckResult> {
        let (number, stated, actor) = (number.into(), stated.into(), actor.clone());
        self.write(counter::EmailCheck { case_id, number, stated, actor }).await
    }

    async fn set_registro_civil_down(&self, down: bool) -> Answer<()> {
        self.write(counter::SwitchRegistry { down }).await
    }
}

#[async_trait]
impl<E: Engine> EventStore for E {
    async fn push_events(&self, push: Push, actor: &Actor) -> Answer<u32> {
        self.write(push::PushEvents { push, actor: actor.clone() }).await?.answer()
    }

    async fn kept_head(&self, ws: &str, epoch: u32, actor: &Actor) -> Answer<Head> {
        self.read(push::KeptHead { ws: ws.into(), epoch, actor: actor.clone() }).await
    }

    async fn lift_quarantine(&self, device_id: &str) -> Answer<()> {
        self.write(push::LiftQuarantine { device_id: device_id.into() }).await
    }

    async fn verify_audit(&self, center: &str) -> Answer<u32> {
        self.read(audit::VerifyAudit { center: center.into() }).await
    }
}

#[async_trait]
impl<E: Engine> ImportStore for E {
    async fn import(&self, day: crate::import::Hashed) -> Answer<()> {
        self.write(intake::Import(day)).await
    }
}

#[async_trait]
impl<E: Engine> Store for E {
    fn account_capabilities(&self) -> Capabilities {
        Embedded.capabilities()
    }

    async fn works(&self) -> bool {
        self.probed().ask(self).await
    }
}
