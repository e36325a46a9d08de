//! The institute's own account system behind one trait (M32): what it knows of an employer, and setting a key.
//!
//! A call happens *inside* the store's transaction. The embedded system reads and writes its tables there, so that "the
//! link is used" and "the key is set" are one commit. A remote one (HTTP, assisted) must not be waited for in a
//! transaction: its `look` reads the answer that was fetched and stored just before, and its `set_key` puts an order down,
//! named by `operation`, which a worker carries out by the same name; that name is what `lookup_by_key` asks for.

use std::future::Future;

use uuid::Uuid;
use ventanilla_contract::employer::Employer;
use ventanilla_contract::error::ErrorCode;
use ventanilla_domain::email::Email;
use ventanilla_domain::employer::Facts;
use ventanilla_domain::time::Millis;

use crate::store::employers::{self, EmployerRow};
use crate::store::engine::{Tx, args, one};
use crate::store::{Answer, Refusal, StoreError, settings};

/// What an account system can do. Where `lookup_by_key` is missing an unknown result goes to the supervisor, never to a
/// second reset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    /// The same operation twice has one effect.
    pub idempotency: bool,
    /// The fate of an operation can be asked for by its key.
    pub lookup_by_key: bool,
    /// It knows what became of a mail.
    pub delivery_state: bool,
}

/// What an account system says about one employer.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    /// As it goes out, the address masked.
    pub(crate) employer: Employer,
    /// The registries' word, for the rules.
    pub(crate) facts: Facts,
    /// The registered address; leaves the backend only masked.
    pub(crate) email: Option<Email>,
}

/// An account system.
pub(crate) trait AccountSystem: Send + Sync {
    /// What it can do.
    fn capabilities(&self) -> Capabilities;
    /// What it says now. With `take`, other changes to this employer wait until the transaction ends.
    ///
    /// # Errors
    /// `employer_unknown`; `registro_civil_unavailable` with `retry_at` (R28).
    fn look<T: Tx>(&self, tx: &mut T, number: &str, take: bool) -> impl Future<Output = Answer<Account>> + Send;
    /// Sets the key (argon2id PHC string) and ends the employer's sessions (M10); answers how many.
    fn set_key<T: Tx>(
        &self,
        tx: &mut T,
        operation: Uuid,
        number: &str,
        key_hash: String,
    ) -> impl Future<Output = Answer<u32>> + Send;
}

/// When asking again makes sense: counted from the beginning of the outage, so that who asks often is not put off by it;
/// where that has passed and it still lasts, one more pause. This holds for the switch of R28; the outage that an extract
/// gives to one employer has no beginning that is known, and its pause is counted from each question.
fn retry_at(since: Millis, now: Millis, pause: i64) -> Millis {
    let pause = pause.max(1);
    since.plus((now.since(since).max(0) / pause + 1).saturating_mul(pause))
}

/// The accounts in the store's own tables.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Embedded;

impl AccountSystem for Embedded {
    fn capabilities(&self) -> Capabilities {
        Capabilities { idempotency: true, lookup_by_key: true, delivery_state: true }
    }

    async fn look<T: Tx>(&self, tx: &mut T, number: &str, take: bool) -> Answer<Account> {
        let row = if take { employers::take(tx, number).await? } else { employers::get(tx, number).await? };
        let EmployerRow { wire: mut employer, email, registro_civil_down } =
            row.ok_or(StoreError::from(ErrorCode::EmployerUnknown))?;
        let now = tx.now().await?;
        let since = match one(tx, settings::GET, args![settings::REGISTRO_CIVIL_DOWN]).await? {
            Some(row) => row.opt_millis(0)?.filter(|since| since.0 != 0),
            None => None,
        };
        if registro_civil_down || since.is_some() {
            let retry_at = Some(retry_at(since.unwrap_or(now), now, tx.policy().registry_retry_ms));
            let code = ErrorCode::RegistroCivilUnavailable;
            return Err(Refusal { code, retry_at, expected: None }.into());
        }
        employer.as_of = now.0;
        let facts = Facts::try_from(&employer).map_err(|e| StoreError::Defect(e.to_string()))?;
        Ok(Account { employer, facts, email })
    }

    async fn set_key<T: Tx>(&self, tx: &mut T, _operation: Uuid, number: &str, key_hash: String) -> Answer<u32> {
        let now: Millis = tx.now().await?;
        if tx.run(employers::SET_KEY, args![key_hash, now, number]).await? != 1 {
            return Err(ErrorCode::EmployerUnknown.into());
        }
        let ended = tx.run(employers::SESSIONS_END, args![now, number]).await?;
        Ok(u32::try_from(ended).unwrap_or(u32::MAX))
    }
}
