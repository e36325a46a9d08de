//! Devices and staff: enrolment, sign-in with a count that parallel guesses cannot outrun, sessions.

use uuid::Uuid;
use ventanilla_contract::error::ErrorCode;
use ventanilla_contract::staff::Staff;

use super::centers::{self, Entry, What};
use super::engine::{Tx, UseCase, args, decode, one};
use super::{Actor, Answer, DeviceRow, PIN_LOCK_MS, PIN_TRIES, Refusal, SignInTry, devices, staff};

/// Stands in a record for a user name that nobody has.
const NOBODY: &str = "unknown";

/// Keeps a one-time code.
pub(crate) struct PutCode {
    pub(crate) code_hash: [u8; 32],
    pub(crate) center: String,
    pub(crate) counter: String,
    pub(crate) valid_ms: i64,
}

impl UseCase for PutCode {
    type Out = ();

    async fn run<T: Tx>(self, tx: &mut T) -> Answer<()> {
        let now = tx.now().await?;
        if !crate::import::is_id(&self.counter) {
            return Err(ErrorCode::BodyInvalid.into());
        }
        centers::get(tx, &self.center).await?;
        let args = args![self.code_hash, &self.center, self.counter, now.plus(self.valid_ms)];
        tx.run(devices::CODE_PUT, args).await?;
        let what = What::EnrollmentCodeMade;
        centers::record(tx, Entry { center: &self.center, at: now, actor: "system", what, subject: None }).await
    }
}

/// Uses a one-time code.
pub(crate) struct EnrollDevice {
    pub(crate) code_hash: [u8; 32],
    pub(crate) secret_hash: [u8; 32],
}

impl UseCase for EnrollDevice {
    type Out = DeviceRow;

    async fn run<T: Tx>(self, tx: &mut T) -> Answer<DeviceRow> {
        let now = tx.now().await?;
        let row =
            one(tx, devices::CODE_USE, args![now, self.code_hash, now]).await?.ok_or(ErrorCode::EnrollmentInvalid)?;
        let (center, counter) = (row.text(0)?, row.text(1)?);
        let id = devices::id_of(&center, &counter);
        tx.run(devices::ENROLL, args![&id, &center, counter, self.secret_hash]).await?;
        let what = What::DeviceEnrolled;
        centers::record(tx, Entry { center: &center, at: now, actor: "system", what, subject: None }).await?;
        devices::get(tx, &id).await
    }
}

/// The device of a credential.
pub(crate) struct Device {
    pub(crate) device_id: String,
    pub(crate) secret_hash: [u8; 32],
}

impl UseCase for Device {
    type Out = DeviceRow;

    async fn run<T: Tx>(self, tx: &mut T) -> Answer<DeviceRow> {
        devices::by_secret(tx, &self.device_id, self.secret_hash).await
    }
}

/// Ends a device's credential.
pub(crate) struct RevokeDevice {
    pub(crate) device_id: String,
}

impl UseCase for RevokeDevice {
    type Out = ();

    async fn run<T: Tx>(self, tx: &mut T) -> Answer<()> {
        let now = tx.now().await?;
        let row = one(tx, devices::REVOKE, args![now, self.device_id]).await?.ok_or(ErrorCode::DeviceUnknown)?;
        let what = What::DeviceRevoked;
        centers::record(tx, Entry { center: &row.text(0)?, at: now, actor: "system", what, subject: None }).await
    }
}

/// Ends a person's account with all their sessions.
pub(crate) struct RevokeStaff {
    pub(crate) username: String,
}

impl UseCase for RevokeStaff {
    type Out = ();

    async fn run<T: Tx>(self, tx: &mut T) -> Answer<()> {
        let now = tx.now().await?;
        let row = one(tx, staff::REVOKE, args![now, &self.username]).await?.ok_or(ErrorCode::NotFound)?;
        tx.run(staff::END_ALL, args![now, &self.username]).await?;
        let what = What::StaffRevoked;
        centers::record(tx, Entry { center: &row.text(0)?, at: now, actor: "system", what, subject: None }).await
    }
}

/// Counts a try and hands the hash out.
pub(crate) struct BeginSignIn {
    pub(crate) username: String,
}

/// A locked try is an answer and not an error in here: the lock itself must be committed.
impl UseCase for BeginSignIn {
    type Out = Result<Option<SignInTry>, Refusal>;

    async fn run<T: Tx>(self, tx: &mut T) -> Answer<Self::Out> {
        let Some(row) = one(tx, staff::TRY, args![&self.username]).await? else { return Ok(Ok(None)) };
        let now = tx.now().await?;
        let (tries, mut until) = (row.int(5)?, row.millis(6)?);
        if now < until {
            tx.run(staff::LOCKED, args![&self.username]).await?;
        } else if tries > PIN_TRIES {
            until = now.plus(PIN_LOCK_MS);
            tx.run(staff::LOCK, args![until, &self.username]).await?;
        } else {
            return Ok(Ok(Some(SignInTry { staff: staff::read(&row)?, pin_hash: row.text(4)? })));
        }
        Ok(Err(Refusal { code: ErrorCode::SignInLocked, retry_at: Some(until), expected: None }))
    }
}

/// The PIN was right.
pub(crate) struct SignedIn {
    pub(crate) sid: Uuid,
    pub(crate) username: String,
    pub(crate) device_id: String,
}

impl UseCase for SignedIn {
    type Out = Staff;

    async fn run<T: Tx>(self, tx: &mut T) -> Answer<Staff> {
        let now = tx.now().await?;
        let device = devices::get(tx, &self.device_id).await?;
        let row = one(tx, staff::RIGHT, args![self.username]).await?.ok_or(ErrorCode::SignInFailed)?;
        let who = staff::read(&row)?;
        if who.center != device.center {
            return Err(ErrorCode::Forbidden.into());
        }
        tx.run(staff::OPEN, args![self.sid, &who.username, self.device_id, now]).await?;
        let (center, actor, what) = (&device.center, &who.username, What::SignedIn);
        centers::record(tx, Entry { center, at: now, actor, what, subject: Some(self.sid) }).await?;
        Ok(who)
    }
}

/// The PIN was wrong.
pub(crate) struct SignInFailed {
    pub(crate) username: String,
    pub(crate) device_id: String,
}

impl UseCase for SignInFailed {
    type Out = ();

    async fn run<T: Tx>(self, tx: &mut T) -> Answer<()> {
        let now = tx.now().await?;
        let device = devices::get(tx, &self.device_id).await?;
        // A PIN typed into the wrong field would stay in the chain for ever: only a name that somebody has is kept.
        let known = staff::center_of(tx, &self.username).await?.is_some();
        let actor = if known { self.username.as_str() } else { NOBODY };
        let (center, what) = (&device.center, What::SignInFailed);
        centers::record(tx, Entry { center, at: now, actor, what, subject: None }).await
    }
}

/// Who asks.
pub(crate) struct Authenticate {
    pub(crate) device_id: String,
    pub(crate) secret_hash: [u8; 32],
    pub(crate) sid: Uuid,
}

impl UseCase for Authenticate {
    type Out = Actor;

    async fn run<T: Tx>(self, tx: &mut T) -> Answer<Actor> {
        let args = args![self.sid, &self.device_id, self.secret_hash];
        let row = one(tx, devices::ACTOR, args).await?.ok_or(ErrorCode::DeviceUnknown)?;
        let username = row.opt_text(0)?.ok_or(ErrorCode::TokenInvalid)?;
        let center = row.text(2)?;
        if row.text(4)? != center {
            return Err(ErrorCode::TokenInvalid.into());
        }
        Ok(Actor { username, role: decode(row.text(1)?)?, center, device_id: self.device_id, counter: row.text(3)? })
    }
}

/// Ends a session.
pub(crate) struct SignedOut {
    pub(crate) sid: Uuid,
}

impl UseCase for SignedOut {
    type Out = ();

    async fn run<T: Tx>(self, tx: &mut T) -> Answer<()> {
        let now = tx.now().await?;
        let Some(row) = one(tx, staff::END, args![now, self.sid]).await? else { return Ok(()) };
        let device = devices::get(tx, &row.text(1)?).await?;
        let (center, actor, what) = (&device.center, &row.text(0)?, What::SignedOut);
        centers::record(tx, Entry { center, at: now, actor, what, subject: Some(self.sid) }).await
    }
}
