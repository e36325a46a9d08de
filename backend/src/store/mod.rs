//! The store: every method is one complete use case in one transaction. No connection and no transaction leaves it, no
//! caller can be interrupted half way, and an answer means that the change is synced.
//!
//! The traits below are implemented once, over [`engine::Engine`]; SQLite ([`SqliteStore`]) and PostgreSQL ([`PgStore`])
//! bring the engine. The store asks its own clock inside the transaction (under PostgreSQL: the database's), so no method
//! takes the time. Ids, token hashes and argon2id hashes come in: the store makes no secret and knows none.

mod accept;
mod access;
mod answers;
mod audit;
mod cases;
mod centers;
mod changes;
#[cfg(test)]
mod conformance;
#[cfg(test)]
pub(crate) use conformance::world::day as conformance_hashed;
mod counter;
mod devices;
pub(crate) mod employers;
pub(crate) mod engine;
mod events;
mod hold;
mod intake;
mod keys;
mod links;
mod mailing;
mod outbox;
mod page;
mod pg;
mod probe;
mod push;
mod resets;
mod schema;
#[cfg(test)]
mod schema_tests;
pub(crate) mod settings;
mod sqlite;
#[cfg(test)]
mod sqlite_tests;
mod staff;
mod turnos;
mod types;

use async_trait::async_trait;
use tokio::sync::broadcast;
use uuid::Uuid;
use ventanilla_contract::employer::{EmailCheckResult, Employer};
use ventanilla_contract::reset::Reset;
use ventanilla_contract::staff::Staff;
use ventanilla_contract::turno::{ServicePeriod, Turno, WalkIn};
use ventanilla_domain::reset::LinkRefusal;

pub use devices::id_of as device_id;
pub use hold::Hold;
pub use pg::{PgStore, PgTime};
pub use sqlite::SqliteStore;
pub use types::*;

/// The reset and its links.
#[async_trait]
pub trait ResetStore: Send + Sync {
    /// Accepts a reset: key, reset, link, event, outbox row and audit entry in one transaction. The dossier is judged
    /// again inside it (M31). A replay writes a row too, so its answer waits for the same sync.
    ///
    /// # Errors
    /// `idempotency_key_reused`, `reset_abandoned`, `service_period_over`, `case_not_yours`, `turno_unknown`,
    /// `turno_other_center`, `employer_unknown`, `registro_civil_unavailable`, `reset_live`, `email_check_exhausted`,
    /// `number_invalid`, `body_invalid`, `link_cap`, and those of `domain::reset::ResetRefusal`.
    async fn accept_reset(&self, ask: AcceptReset) -> Answer<Accepted>;
    /// Answers the question of a desk that heard nothing. The key may be that of a reset or of a re-issue.
    ///
    /// # Errors
    /// `reset_unknown`, which is not final; `reset_abandoned`.
    async fn reset_by_key(&self, key: Uuid, actor: &Actor) -> Answer<Reset>;
    /// Leaves a tombstone, unless the original was accepted before.
    ///
    /// # Errors
    /// `reset_unknown` for a key of another centre.
    async fn abandon_key(&self, key: Uuid, actor: &Actor) -> Answer<Abandoned>;
    /// A reset of the actor's centre.
    ///
    /// # Errors
    /// `reset_unknown`.
    async fn reset_by_id(&self, id: Uuid, actor: &Actor) -> Answer<Reset>;
    /// Issues another link and supersedes the one before it (M10, M15).
    ///
    /// # Errors
    /// `idempotency_key_reused`, `reset_abandoned`, `reset_unknown`, `case_not_yours`, `service_period_over`,
    /// `key_already_set`, `reset_live` (another reset of the employer), `cool_down`, `link_cap`; what has changed since the
    /// reset was judged: `registro_civil_unavailable`, `ruc_not_active`, `account_blocked`, `no_registered_email`,
    /// `email_mismatch`, `dossier_incomplete` (the turno is of another day).
    async fn reissue(&self, ask: Reissue) -> Answer<Accepted>;
    /// Cancels the live link: the case gives it up (M15). Again: the same answer.
    ///
    /// # Errors
    /// `reset_unknown`, `case_not_yours`, `key_already_set`.
    async fn cancel(&self, id: Uuid, actor: &Actor) -> Answer<Reset>;
    /// Commits `expires_at = now + 180 s` before SMTP DATA (R10). Idempotent.
    ///
    /// # Errors
    /// [`StoreError`] of the store only.
    async fn begin_mailing(&self, link_id: Uuid) -> Answer<Mailing>;
    /// A delivery report came back for a link (M14).
    ///
    /// # Errors
    /// `reset_unknown` for a link that never was.
    async fn delivery_report(&self, link_id: Uuid, reason: String) -> Answer<()>;
    /// What the page shows; `event` is recorded. `None`: no such link.
    ///
    /// # Errors
    /// [`StoreError`] of the store only.
    async fn page(&self, token_hash: [u8; 32], event: PageEvent) -> Answer<Option<LinkPage>>;
    /// Sets the key: one compare-and-set. Of two racing calls one succeeds. `key_hash` is the argon2id PHC string;
    /// `mail_id` names the notification to the owner. `Err(LinkRefusal)` inside: nothing was set.
    ///
    /// # Errors
    /// `reset_unknown` for a link that never was.
    async fn use_link(
        &self,
        token_hash: [u8; 32],
        key_hash: String,
        mail_id: Uuid,
    ) -> Answer<Result<KeySet, LinkRefusal>>;
    /// Marks links whose time is over, each in a transaction of its own; answers how many.
    ///
    /// # Errors
    /// [`StoreError`] of the store only. Where one link cannot be marked, the others were, and its error is told.
    async fn expire_due(&self) -> Answer<u32>;
    /// Tells the id of each reset that changed, after its commit. Whoever lags asks for the reset anew.
    fn changes(&self) -> broadcast::Receiver<Uuid>;
}

/// The mail outbox.
#[async_trait]
pub trait OutboxStore: Send + Sync {
    /// Takes up to `limit` due mails, which no other worker gets for `lease_ms`.
    ///
    /// # Errors
    /// [`StoreError`] of the store only.
    async fn due_mails(&self, limit: u32, lease_ms: i64) -> Answer<Vec<DueMail>>;
    /// Makes every mail due again that a worker had taken. Called only by the process that holds the store alone, before
    /// it takes mails itself: what was under way when the last one ended goes out again at once.
    ///
    /// # Errors
    /// [`StoreError`] of the store only.
    async fn release_mails(&self) -> Answer<()>;
    /// What the mail server said. A link that is over takes no further mail; a notification is given up after a day.
    ///
    /// # Errors
    /// [`StoreError`] of the store only.
    async fn mail_result(&self, mail_id: Uuid, outcome: MailOutcome) -> Answer<()>;
}

/// Devices and staff.
#[async_trait]
pub trait AccessStore: Send + Sync {
    /// Keeps a one-time enrolment code (SHA-256), good for `valid_ms`.
    ///
    /// # Errors
    /// `not_found` for an unknown centre; `body_invalid` for a counter that cannot be one.
    async fn put_enrollment_code(&self, code_hash: [u8; 32], center: &str, counter: &str, valid_ms: i64) -> Answer<()>;
    /// Uses the code once. A workstation that enrols again gets the next epoch, and its old secret ends.
    ///
    /// # Errors
    /// `enrollment_invalid`.
    async fn enroll(&self, code_hash: [u8; 32], secret_hash: [u8; 32]) -> Answer<DeviceRow>;
    /// The device with this credential.
    ///
    /// # Errors
    /// `device_unknown`.
    async fn device(&self, device_id: &str, secret_hash: [u8; 32]) -> Answer<DeviceRow>;
    /// Ends a device's credential.
    ///
    /// # Errors
    /// `device_unknown`.
    async fn revoke_device(&self, device_id: &str) -> Answer<()>;
    /// Ends a person's account and all their sessions.
    ///
    /// # Errors
    /// `not_found` for somebody who is not there or revoked already.
    async fn revoke_staff(&self, username: &str) -> Answer<()>;
    /// Counts a try *before* the PIN is compared, so that parallel guesses do not outrun the lock
    /// ([`PIN_TRIES`], [`PIN_LOCK_MS`]). `None`: no such person (compare with a dummy hash, then fail alike).
    ///
    /// # Errors
    /// `sign_in_locked` with `retry_at`.
    async fn begin_sign_in(&self, username: &str) -> Answer<Option<SignInTry>>;
    /// The PIN was right: the count starts anew, session `sid` is open. The staff member's centre must be the device's.
    ///
    /// # Errors
    /// `forbidden` for staff of another centre.
    async fn signed_in(&self, sid: Uuid, username: &str, device_id: &str) -> Answer<Staff>;
    /// The PIN was wrong: kept in the audit.
    ///
    /// # Errors
    /// [`StoreError`] of the store only.
    async fn sign_in_failed(&self, username: &str, device_id: &str) -> Answer<()>;
    /// One question for each call: device credential, open session of that person at that device, both not revoked.
    ///
    /// # Errors
    /// `device_unknown`, `token_invalid`.
    async fn authenticate(&self, device_id: &str, secret_hash: [u8; 32], sid: Uuid) -> Answer<Actor>;
    /// Ends a session.
    ///
    /// # Errors
    /// [`StoreError`] of the store only.
    async fn signed_out(&self, sid: Uuid) -> Answer<()>;
}

/// Turnos, service periods, employers: what a counter asks for.
#[async_trait]
pub trait CounterStore: Send + Sync {
    /// The turnos of a day (ISO 8601 date) at a centre.
    ///
    /// # Errors
    /// [`StoreError`] of the store only.
    async fn turnos(&self, center: &str, day: &str) -> Answer<Vec<Turno>>;
    /// Issues a walk-in's turno for today at the actor's centre (M7). Sent again it is the same.
    ///
    /// # Errors
    /// `turno_other_center` when the id is a turno of another centre.
    async fn put_walk_in(&self, id: Uuid, walk_in: WalkIn, actor: &Actor) -> Answer<Turno>;
    /// Claims the person for a counter: one compare-and-set (M7). Again for the same case: the same claim with a period
    /// that is alive.
    ///
    /// # Errors
    /// `turno_unknown`, `turno_other_center`, `turno_called_elsewhere`, `case_not_yours`.
    async fn call(
        &self,
        turno_id: Uuid,
        case_id: Uuid,
        period_id: Uuid,
        actor: &Actor,
    ) -> Answer<(ServicePeriod, Turno)>;
    /// Another service period for a case of this clerk that is not closed (at most ten minutes, M11).
    ///
    /// # Errors
    /// `case_not_yours`, `service_period_over` when the case is closed.
    async fn renew_period(
        &self,
        case_id: Uuid,
        turno_id: Uuid,
        period_id: Uuid,
        actor: &Actor,
    ) -> Answer<ServicePeriod>;
    /// The registries' word at this moment, the address masked; the look is logged (M24).
    ///
    /// # Errors
    /// `number_invalid`, `employer_unknown`, `case_not_yours`, `registro_civil_unavailable` with `retry_at` (R28).
    async fn look(&self, number: &str, case_id: Uuid, actor: &Actor) -> Answer<Employer>;
    /// Compares the address that the person named (M14). A mismatch counts; above the cap nothing is compared.
    ///
    /// # Errors
    /// `number_invalid`, `employer_unknown`, `case_not_yours`, `email_check_exhausted`, `no_registered_email`.
    async fn email_check(&self, case_id: Uuid, number: &str, stated: &str, actor: &Actor) -> Answer<EmailCheckResult>;
    /// Switches "Error de Conexión con el Registro Civil" on or off (R28); training and tests.
    ///
    /// # Errors
    /// [`StoreError`] of the store only.
    async fn set_registro_civil_down(&self, down: bool) -> Answer<()>;
}

/// Events.
#[async_trait]
pub trait EventStore: Send + Sync {
    /// Stores events and projects them (called, closed, reopened). The same event again is no change.
    ///
    /// # Errors
    /// `event_gap` with `expected`; `workstation_quarantined` when a number comes with other bytes; `device_unknown`
    /// when `ws` is not the device or `epoch` is none that it ever had.
    async fn push_events(&self, push: Push, actor: &Actor) -> Answer<u32>;
    /// The newest head of the workstation's audit chain that came here; length 0 where none did (M21).
    ///
    /// # Errors
    /// `device_unknown` when `ws` and `epoch` are not the device's.
    async fn kept_head(&self, ws: &str, epoch: u32, actor: &Actor) -> Answer<Head>;
    /// Lets the events of a workstation in again, after somebody looked into why they contradicted each other.
    ///
    /// # Errors
    /// `device_unknown`; `not_found` when it is not in quarantine.
    async fn lift_quarantine(&self, device_id: &str) -> Answer<()>;
    /// Checks a centre's backend audit chain; answers its length.
    ///
    /// # Errors
    /// [`StoreError::Defect`] that names the first entry that does not fit.
    async fn verify_audit(&self, center: &str) -> Answer<u32>;
}

/// A day's extract with PINs hashed: see [`crate::import`].
#[async_trait]
pub trait ImportStore: Send + Sync {
    /// Inserts or brings up to date, in one transaction.
    ///
    /// # Errors
    /// [`StoreError`] of the store only: the extract was read before (see [`crate::import::ImportError::Row`]).
    async fn import(&self, day: crate::import::Hashed) -> Answer<()>;
}

/// Everything. `Arc<dyn Store>` is what the API holds.
#[async_trait]
pub trait Store: ResetStore + OutboxStore + AccessStore + CounterStore + EventStore + ImportStore {
    /// What the account system behind this store can do (M32).
    fn account_capabilities(&self) -> crate::account::Capabilities;
    /// Whether it can write and read: tried, at most every two seconds.
    async fn works(&self) -> bool;
}
